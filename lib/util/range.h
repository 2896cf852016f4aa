/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ranges of addresses, [start, end), held against each other. */
#ifndef DM_UTIL_RANGE_H
#define DM_UTIL_RANGE_H

#include "directmap/leaf.h"

static inline bool range_has(const struct dm_range *range, uint64_t at)
{
	return at >= range->start && at < range->end;
}

/* Whether all of [start, end) is in [outer, outer_end). */
static inline bool range_within(uint64_t start, uint64_t end, uint64_t outer,
				uint64_t outer_end)
{
	return start >= outer && end <= outer_end;
}

/* Whether they have an address in common. */
static inline bool range_meets(uint64_t a, uint64_t a_end, uint64_t b,
			       uint64_t b_end)
{
	return a < b_end && b < a_end;
}

/* What they have in common; start is not below end if that is nothing. */
static inline struct dm_range range_clip(uint64_t a, uint64_t a_end, uint64_t b,
					 uint64_t b_end)
{
	return (struct dm_range){
		.start = a > b ? a : b,
		.end = a_end < b_end ? a_end : b_end,
	};
}

/* Bytes of it. */
static inline uint64_t range_overlap(uint64_t a, uint64_t a_end, uint64_t b,
				     uint64_t b_end)
{
	struct dm_range both = range_clip(a, a_end, b, b_end);

	return both.start < both.end ? both.end - both.start : 0;
}

#endif /* DM_UTIL_RANGE_H */
