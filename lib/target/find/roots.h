/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of memory that can be root tables, by what is in them. */
#ifndef DM_FIND_ROOTS_H
#define DM_FIND_ROOTS_H

#include "directmap.h"

/** @p stop: no more are wanted. */
typedef struct dm_error *(*root_fn)(void *arg, uint64_t pa, uint32_t page_size,
				    bool *stop);

/**
 * Call @p fn for each page of [range->start, range->end) that has nothing but
 * descriptors of a root table and zeros, one descriptor at least: up to some hundreds.
 * @param page_size	Bytes; 0: of each size that arm64 has.
 */
struct dm_error *dm_find_roots(struct dm_source *source,
			       const struct dm_range *range, uint32_t page_size,
			       root_fn fn, void *arg);

#endif /* DM_FIND_ROOTS_H */
