/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The page tables, held against what memblock has of memory. */
#ifndef DM_MEMORY_CHECK_H
#define DM_MEMORY_CHECK_H

#include "walk/walk.h"
#include "target/target.h"

/**
 * Hold what the walk saw against memblock: memory that boot had and that no
 * leaf maps is a finding, and unknown. Needs symbols and types; where they or
 * memblock are missing, usage->memory_checked is DM_NO.
 * @param usage	What the walk said; brought up to date.
 */
struct dm_error *dm_target_check_memory(struct dm_target *target,
					struct dm_usage *usage);

/**
 * The same as they come, by a walk that is not kept, with the findings of
 * dm_target_check_memory().
 * @param options	As of dm_walk_with(), but for unknown.
 */
struct dm_error *dm_target_stream(struct dm_target *target,
				  const struct dm_walk_options *options,
				  struct dm_usage *usage, dm_run_fn run,
				  dm_unknown_fn unknown, void *arg);

#endif /* DM_MEMORY_CHECK_H */
