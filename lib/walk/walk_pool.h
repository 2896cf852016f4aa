/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables of the last level, scanned by several threads; what they say comes
 * back in the order in which they were put in, with whatever else was put in
 * between. The threads share nothing but batches that are handed over whole.
 */
#ifndef DM_WALK_POOL_H
#define DM_WALK_POOL_H

#include "walk/table_scan.h"

/** Called by the thread that owns the pool. */
typedef struct dm_error *(*walk_event_fn)(void *arg,
					  const struct walk_event *event);

struct walk_pool;

/**
 * @param source, shape	Borrowed: must outlive the pool.
 * @param threads	1 or more; fewer where the source has no clones.
 */
struct dm_error *dm_walk_pool_create(struct dm_source *source,
				     const struct walk_shape *shape,
				     unsigned int threads, walk_event_fn fn,
				     void *arg, struct walk_pool **ret);
void dm_walk_pool_destroy(struct walk_pool *pool);

/** Where to put the next events: WALK_TABLE is replaced by what is in it. */
struct walk_events *dm_walk_pool_events(struct walk_pool *pool);
/** After each that was put there. @returns Of tables before, or of fn. */
struct dm_error *dm_walk_pool_step(struct walk_pool *pool);
/** All that was put in has been given back, or there is an error. */
struct dm_error *dm_walk_pool_finish(struct walk_pool *pool);

/** The source has its own pages to lend: no buffer is needed for them. */
bool dm_walk_page_is_lent(const struct dm_source *source);
/** A page of the tables, from get_page() or read(); @p buf is used for that. */
struct dm_error *dm_walk_page_get(struct dm_source *source, uint64_t pa,
				  size_t size, void *buf, const void **page);
void dm_walk_page_put(struct dm_source *source, const void *page,
		      const void *buf);

#endif /* DM_WALK_POOL_H */
