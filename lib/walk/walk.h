/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A walk of the page tables of the linear map. */
#ifndef DM_WALK_H
#define DM_WALK_H

#include "directmap/session.h"

/**
 * Walk swapper_pg_dir over the linear map.
 *
 * @param range	Restricts to leaves that touch it; NULL for the whole map.
 * @param usage	Filled also when an error ends the walk early.
 * @param fn	Called for each run; may be NULL.
 * @returns	NULL also when tables are unreadable: the usage says so.
 *		DM_ERROR_INVALID_ARGUMENT: the range is outside the linear map.
 *		DM_ERROR_BAD_DUMP: swapper_pg_dir itself cannot be read.
 */
struct dm_error *dm_walk(struct dm_source *source,
			 const struct dm_kernel *kernel,
			 const struct dm_range *range, struct dm_usage *usage,
			 dm_run_fn fn, void *arg);

/** All zero is what dm_walk() does. */
struct dm_walk_options {
	const struct dm_range *range; /**< NULL: the whole map */
	/**
	 * What comes out is the same for any number. 0 is 1; more need a source
	 * that can be cloned. fn and those below are called by the thread that
	 * asks.
	 */
	unsigned int threads;
	uint64_t max_tables; /**< table pages to read at most; 0: all */
	/** Asked now and then; true ends the walk, and the usage says so. */
	bool (*stop)(void *arg);
	/** May be NULL, as stop; called often. */
	void (*progress)(void *arg, const struct dm_walk_progress *progress);
	void *arg;
	/** What is unknown; gets fn's argument. May be NULL. */
	dm_unknown_fn unknown;
};

/** dm_walk(), in all its ways. */
struct dm_error *dm_walk_with(struct dm_source *source,
			      const struct dm_kernel *kernel,
			      const struct dm_walk_options *options,
			      struct dm_usage *usage, dm_run_fn fn, void *arg);

#endif /* DM_WALK_H */
