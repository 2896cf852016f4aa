/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Neighbouring leaves alike, merged as they come. */
#ifndef DM_RUNS_H
#define DM_RUNS_H

#include "directmap.h"

struct run_merger {
	struct dm_usage *usage;
	uint64_t ptdump_mask;
	dm_run_fn fn; /* may be NULL */
	void *arg;
	struct dm_run run; /* the current one; size 0: none */
	uint64_t first, last; /* VAs: first leaf, behind the last one */
};

/** Take a stretch of leaves; its neighbour may have come before. */
struct dm_error *dm_run_merger_add(struct run_merger *merger,
				   const struct dm_run *part);
/** Give the current run away. */
struct dm_error *dm_run_merger_flush(struct run_merger *merger);

#endif /* DM_RUNS_H */
