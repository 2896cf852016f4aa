// SPDX-License-Identifier: GPL-2.0-or-later
/* The sign and the colours of each leaf size, and bytes as text. */
#include "directmap/text.h"
#include "render/leaf_style.h"

static const struct {
	char sign;
	const char *ansi;
	const char *rgb;
} styles[DM_LEAF_MAX] = {
	[DM_LEAF_PTE] = { '.', "\033[31m", "#d1495b" },
	[DM_LEAF_CONT_PTE] = { '-', "\033[33m", "#edae49" },
	[DM_LEAF_PMD] = { '+', "\033[34m", "#3d6fb6" },
	[DM_LEAF_CONT_PMD] = { '=', "\033[36m", "#4fb0c6" },
	[DM_LEAF_PUD] = { '#', "\033[32m", "#5a9e4b" },
};

char dm_leaf_sign(enum dm_leaf leaf)
{
	return styles[leaf].sign;
}

const char *dm_leaf_ansi(enum dm_leaf leaf)
{
	return styles[leaf].ansi;
}

const char *dm_leaf_rgb(enum dm_leaf leaf)
{
	return styles[leaf].rgb;
}

enum dm_leaf dm_leaf_dominant(const uint64_t *bytes)
{
	enum dm_leaf leaf, best = DM_LEAF_PTE;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (bytes[leaf] > bytes[best])
			best = leaf;
	}
	return best;
}

void dm_out_bytes(struct out *out, uint64_t bytes)
{
	char text[DM_TEXT_BYTES_MAX];

	dm_out_printf(out, "%s", dm_text_bytes(bytes, text));
}
