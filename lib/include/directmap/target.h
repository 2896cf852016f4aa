/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The memory of the dumped kernel, for views that look at more than page tables. */
#ifndef DIRECTMAP_TARGET_H
#define DIRECTMAP_TARGET_H

#include <directmap/symbols.h>
#include <directmap/types.h>
#include <directmap/walk.h>

DM_BEGIN_DECLS

/**
 * Kernel memory, symbols and types, for the views that look at more than page
 * tables. Nothing is read before a view asks for it.
 */
struct dm_target;
/** @param source, kernel	Borrowed: must outlive the target. */
DM_API struct dm_error *dm_target_create(struct dm_source *source,
					 const struct dm_kernel *kernel,
					 struct dm_target **ret);
DM_API void dm_target_destroy(struct dm_target *target);
/**
 * Symbols from elsewhere. Takes @p table, also on error.
 * @param first	Asked before kallsyms in the dump; else only for what that has
 *		not.
 */
DM_API struct dm_error *dm_target_add_symbols(struct dm_target *target,
					      struct dm_symbol_table *table,
					      bool first);
/** Types for what the dump's own BTF lacks. Takes @p table, also on error. */
DM_API struct dm_error *dm_target_add_types(struct dm_target *target,
					    struct dm_type_table *table);

/**
 * Walk the linear map for the target: the views that look at all of it take
 * what was seen here, and do not read the tables again unless the map has more
 * runs than can be kept (millions). Without it, the first view does this.
 *
 * @param options	No range. A walk that is stopped is all that the views
 *			see of the map.
 * @param usage		May be NULL.
 */
DM_API struct dm_error *dm_target_walk(struct dm_target *target,
				       const struct dm_walk_options *options,
				       struct dm_usage *usage);

/**
 * Hold what the walk saw against memblock: memory that boot had and that no
 * leaf maps is a finding, and unknown. Needs symbols and types; where they or
 * memblock are missing, usage->memory_checked is DM_NO.
 * @param usage	What the walk said; brought up to date.
 */
DM_API struct dm_error *dm_target_check_memory(struct dm_target *target,
					       struct dm_usage *usage);

/**
 * All runs of the linear map, or of those that touch @p range, and between them
 * what is unknown, in VA order.
 * @param range	NULL: the whole map.
 */
DM_API struct dm_error *dm_target_runs(struct dm_target *target,
				       const struct dm_range *range,
				       dm_run_fn run, dm_unknown_fn unknown,
				       void *arg);
/**
 * The same as they come, by a walk that is not kept, with the findings of
 * dm_target_check_memory().
 * @param options	As of dm_walk_with(), but for unknown.
 */
DM_API struct dm_error *dm_target_stream(struct dm_target *target,
					 const struct dm_walk_options *options,
					 struct dm_usage *usage, dm_run_fn run,
					 dm_unknown_fn unknown, void *arg);

/**
 * Whether a view met page tables that could not be read: also where a walk
 * before could read them, of a file that shrinks, say. What the view told is
 * then not all.
 */
DM_API bool dm_target_lacks_tables(const struct dm_target *target);

/**
 * The whole linear map's figures, and before them whether the kernel ran in a
 * realm: leaves of memory that it shares are off the formula by one bit. Where
 * such leaves are met, @p kernel learns the bit, and they are as others then.
 *
 * @param target	Of the same source and kernel, for its symbols. NULL:
 *			one is made where it is needed. It keeps the walk
 *			for its views: dm_target_walk().
 * @param options	As of dm_walk_with(); NULL: none.
 */
DM_API struct dm_error *dm_walk_realm(struct dm_source *source,
				      struct dm_kernel *kernel,
				      struct dm_target *target,
				      const struct dm_walk_options *options,
				      struct dm_usage *usage);
/**
 * The same for one who wants runs as they come, and cannot walk twice: asks the
 * symbols first, and walks only where there are none.
 */
DM_API struct dm_error *dm_realm_init(struct dm_source *source,
				      struct dm_kernel *kernel,
				      struct dm_target *target,
				      const struct dm_walk_options *options);

DM_END_DECLS

#endif /* DIRECTMAP_TARGET_H */
