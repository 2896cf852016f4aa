/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of virtual addresses of which the tables do not tell whether, and by
 * which leaf, they are mapped: the third state beside mapped and not mapped.
 * Rising, none overlaps another. Where there are too many to be kept, two
 * neighbours and what lies between become one: more is unknown then, never less.
 */
#ifndef DM_UNKNOWN_H
#define DM_UNKNOWN_H

#include "directmap.h"

#define UNKNOWN_MAX 16384 /* ranges */

/* All zero is empty. */
struct unknown_set {
	struct dm_unknown *at;
	size_t count, capacity;
};

void dm_unknown_set_deinit(struct unknown_set *set);

/**
 * Add a range that begins no lower than the last one did; what the set has
 * already is not added again.
 */
struct dm_error *dm_unknown_set_append(struct unknown_set *set,
				       const struct dm_unknown *range);
/** Add all of @p more. */
struct dm_error *dm_unknown_set_merge(struct unknown_set *set,
				      const struct unknown_set *more);
/** Leave out all from @p va on. */
void dm_unknown_set_cut(struct unknown_set *set, uint64_t va);

/** The first range that ends behind @p va: its index, or the count. */
size_t dm_unknown_set_from(const struct unknown_set *set, uint64_t va);
/** Bytes of [@p start, @p end) that are unknown. */
uint64_t dm_unknown_set_bytes(const struct unknown_set *set, uint64_t start,
			      uint64_t end);

#endif /* DM_UNKNOWN_H */
