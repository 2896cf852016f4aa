// SPDX-License-Identifier: GPL-2.0-or-later
/* Merges neighbouring leaves with the same attributes into runs. */
#include "walk/runs.h"
#include "walk/usage.h"

static bool continues(const struct run_merger *m, const struct dm_run *part)
{
	const struct dm_run *run = &m->run;

	/* PA follows from VA: only leaves on the linear formula come here. */
	return run->size && run->start + run->size == part->start &&
	       run->leaf == part->leaf && run->valid == part->valid &&
	       !((run->attrs ^ part->attrs) & m->ptdump_mask);
}

struct dm_error *dm_run_merger_add(struct run_merger *merger,
				   const struct dm_run *part)
{
	struct dm_error *err;

	if (continues(merger, part)) {
		merger->run.size += part->size;
		return NULL;
	}
	err = dm_run_merger_flush(merger);
	if (err)
		return err;
	merger->run = *part;
	return NULL;
}

struct dm_error *dm_run_merger_flush(struct run_merger *merger)
{
	struct dm_run run = merger->run;

	if (!run.size)
		return NULL;
	merger->run.size = 0;
	if (!merger->last)
		merger->first = run.start;
	merger->last = run.start + run.size;
	dm_usage_add_run(merger->usage, &run);
	return merger->fn ? merger->fn(merger->arg, &run) : NULL;
}
