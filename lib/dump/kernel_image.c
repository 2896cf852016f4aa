// SPDX-License-Identifier: GPL-2.0-or-later
/* A kernel that a dump's memory has no VMCOREINFO of, by a page of its image. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "directmap/find.h"
#include "directmap/number.h"
#include "dump/dump_private.h"
#include "dump/kernel_image.h"

/* ---- The configuration --------------------------------------------------- */

/* Debian's is of 260 KiB. */
#define CONFIG_MAX (2 << 20)
#define PIECE	   4096

/* All that inflates of it, as a string; NULL: nothing does, or no memory. */
static char *inflate_config(struct dm_source *source,
			    const struct dm_range *config)
{
	unsigned char piece[PIECE];
	z_stream z = { 0 };
	char *text = malloc(CONFIG_MAX + 1);
	uint64_t pa = config->start;
	int result = Z_OK;

	/* 16: with gzip's header. */
	if (!text || inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) {
		free(text);
		return NULL;
	}
	z.next_out = (unsigned char *)text;
	z.avail_out = CONFIG_MAX;
	while (result == Z_OK && pa < config->end && z.avail_out) {
		size_t size = PIECE - (size_t)(pa % PIECE);
		struct dm_error *err = source->ops->read(
			source, pa, piece, size, DM_CONTENT_SEARCH);

		if (err) {
			dm_error_destroy(err);
			break;
		}
		z.next_in = piece;
		z.avail_in = (unsigned int)size;
		result = inflate(&z, Z_NO_FLUSH);
		pa += size;
	}
	text[CONFIG_MAX - z.avail_out] = '\0';
	inflateEnd(&z);
	return text;
}

static void read_config(struct dm_source *source, struct dm_kernel_facts *facts)
{
	static const char line[] = "\nCONFIG_ARM64_VA_BITS=";
	uint64_t bits;
	const char *at;
	char *text;

	if (facts->config.end <= facts->config.start)
		return;
	text = inflate_config(source, &facts->config);
	at = text ? strstr(text, line) : NULL;
	if (at) {
		at += sizeof(line) - 1;
		if (dm_number_digits(&at, 10, &bits) && bits <= 64)
			dm_kernel_facts_configured(facts, (uint32_t)bits,
						   DM_ORIGIN_CONFIG);
	}
	free(text);
}

struct dm_error *dm_image_read(struct dm_dump *dump, uint64_t mark,
			       struct dm_find_limits *limits, char **text,
			       size_t *size)
{
	struct dm_source *source = &dump->view.source;
	struct dm_kernel_facts facts;
	struct dm_error *err = dm_kernel_find(source, mark, limits, &facts);

	*text = NULL;
	if (err)
		return err;
	read_config(source, &facts);
	err = dm_kernel_facts_prove(source, &facts);
	if (!err)
		err = dm_kernel_facts_text(&facts, text, size);
	dm_kernel_facts_deinit(&facts);
	return err;
}
