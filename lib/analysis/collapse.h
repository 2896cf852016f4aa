/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of today's map could be larger leaves at once: whole, aligned, valid and
 * alike, the condition that x86 has for merging (arch/x86/mm/pat/set_memory.c,
 * collapse_pmd_page()); arm64 has no such code.
 */
#ifndef DM_COLLAPSE_H
#define DM_COLLAPSE_H

#include "arm64/arm64.h"

struct collapse {
	const struct dm_kernel *kernel;
	struct dm_collapse *result;
	/*
	 * The stretch so far: neighbours alike but for their leaf, and what is
	 * unknown before, between and behind them, which may be alike as well.
	 */
	uint64_t start, end, attrs, pa_minus_va;
	bool valid;
	struct collapse_part {
		uint64_t start, end; /* VA */
		enum dm_leaf leaf; /* DM_LEAF_COUNT: unknown */
	} * parts;
	size_t count, capacity;
	size_t unknown; /* parts */
	bool known; /* one is a leaf: attrs and what follows it mean something */
};

void dm_collapse_init(struct collapse *c, const struct dm_kernel *kernel,
		      struct dm_collapse *result);
void dm_collapse_deinit(struct collapse *c);
/** A run of today's, or what is unknown, in VA order. */
struct dm_error *dm_collapse_add(struct collapse *c, const struct dm_run *run);
struct dm_error *dm_collapse_add_unknown(struct collapse *c,
					 const struct dm_unknown *unknown);
void dm_collapse_finish(struct collapse *c);

#endif /* DM_COLLAPSE_H */
