/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What scale.c and scale_write.c share: the plan of a large machine's tables.
 */
#ifndef SCALE_PRIV_H
#define SCALE_PRIV_H

#include "gen_priv.h"
#include "scale.h"

struct scale_plan {
	struct gen gen; /* for VMCOREINFO and the attributes */
	struct scale scale;
	uint64_t attr;
	struct gen_attr ro, invalid;
	size_t l2, l3, count; /* where the numbers of a level begin, and end */
	size_t *l3_of_block; /* the first number of each 1G, and the end */
	uint64_t *pfns; /* rising */
	uint32_t *table_at; /* the table at each of those */
	uint64_t *pfn_of; /* by number */
};

/* To be ended with scale_plan_deinit() also on error. */
struct dm_error *scale_plan_init(struct scale_plan *p,
				 const struct scale *scale);
void scale_plan_deinit(struct scale_plan *p);

/* One table's page; adds to the truth what is in it. */
struct dm_error *scale_page(const struct scale_plan *p, size_t table,
			    uint8_t data[4096], struct scale_truth *truth);

#endif /* SCALE_PRIV_H */
