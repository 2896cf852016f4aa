// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Adds ranges to a set of unknown ones, and merges neighbours where it is full.
 */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/bisect.h"
#include "util/error.h"
#include "util/range.h"
#include "util/unknown.h"

void dm_unknown_set_deinit(struct unknown_set *set)
{
	free(set->at);
	*set = (struct unknown_set){ 0 };
}

/* ---- Adding --------------------------------------------------------------- */

static uint64_t end_of(const struct dm_unknown *range)
{
	return range->start + range->size;
}

/* Half as many, each of two and of what lies between them. */
static void halve(struct unknown_set *set)
{
	size_t i;

	for (i = 0; i < set->count / 2; i++) {
		set->at[i] = set->at[2 * i];
		set->at[i].size =
			end_of(&set->at[2 * i + 1]) - set->at[i].start;
	}
	if (set->count % 2)
		set->at[i++] = set->at[set->count - 1];
	set->count = i;
}

static struct dm_error *put(struct unknown_set *set,
			    const struct dm_unknown *range)
{
	struct dm_error *err;

	if (set->count == UNKNOWN_MAX)
		halve(set);
	err = dm_array_reserve(&set->at, &set->capacity, set->count, 1,
			       UNKNOWN_MAX);
	if (err)
		return err;
	set->at[set->count++] = *range;
	return NULL;
}

struct dm_error *dm_unknown_set_append(struct unknown_set *set,
				       const struct dm_unknown *range)
{
	struct dm_unknown *last = set->count ? &set->at[set->count - 1] : NULL;
	struct dm_unknown rest = *range;

	if (last && rest.start < end_of(last)) {
		if (end_of(&rest) <= end_of(last))
			return NULL;
		rest.size = end_of(&rest) - end_of(last);
		rest.start = end_of(last);
	}
	if (!rest.size)
		return NULL;
	if (last && last->why == rest.why && end_of(last) == rest.start) {
		last->size += rest.size;
		return NULL;
	}
	return put(set, &rest);
}

struct dm_error *dm_unknown_set_merge(struct unknown_set *set,
				      const struct unknown_set *more)
{
	struct unknown_set all = { 0 };
	struct dm_error *err = NULL;
	size_t i = 0, j = 0;

	while (!err && (i < set->count || j < more->count)) {
		bool own = j == more->count ||
			   (i < set->count &&
			    set->at[i].start <= more->at[j].start);

		err = dm_unknown_set_append(&all, own ? &set->at[i++]
						      : &more->at[j++]);
	}
	if (err) {
		dm_unknown_set_deinit(&all);
		return err;
	}
	dm_unknown_set_deinit(set);
	*set = all;
	return NULL;
}

void dm_unknown_set_cut(struct unknown_set *set, uint64_t va)
{
	while (set->count && set->at[set->count - 1].start >= va)
		set->count--;
	if (set->count && end_of(&set->at[set->count - 1]) > va)
		set->at[set->count - 1].size =
			va - set->at[set->count - 1].start;
}

/* ---- Asking ---------------------------------------------------------------- */

size_t dm_unknown_set_from(const struct unknown_set *set, uint64_t va)
{
	return dm_bisect(i, set->count, end_of(&set->at[i]) <= va);
}

uint64_t dm_unknown_set_bytes(const struct unknown_set *set, uint64_t start,
			      uint64_t end)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = dm_unknown_set_from(set, start);
	     i < set->count && set->at[i].start < end; i++) {
		const struct dm_unknown *u = &set->at[i];
		bytes += range_overlap(u->start, end_of(u), start, end);
	}
	return bytes;
}
