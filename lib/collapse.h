/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of today's map could be larger leaves at once: whole, aligned, valid and
 * alike, the condition that x86 has for merging (arch/x86/mm/pat/set_memory.c,
 * collapse_pmd_page()); arm64 has no such code.
 */
#ifndef DM_COLLAPSE_H
#define DM_COLLAPSE_H

#include "arm64.h"

struct collapse {
	const struct dm_kernel *kernel;
	uint64_t ignored; /* attribute bits that do not matter */
	struct dm_collapse *result;
	/* The stretch in hand: neighbours alike but for their leaf. */
	uint64_t start, end, attrs, pa_minus_va;
	bool valid;
	struct collapse_part {
		uint64_t start, end; /* VA */
		enum dm_leaf leaf;
	} * parts;
	size_t count, room;
};

void collapse_init(struct collapse *c, const struct dm_kernel *kernel,
		   uint64_t ignored, struct dm_collapse *result);
void collapse_deinit(struct collapse *c);
/** A run of today's, in VA order. */
struct dm_error *collapse_add(struct collapse *c, const struct dm_run *run);
void collapse_finish(struct collapse *c);

#endif /* DM_COLLAPSE_H */
