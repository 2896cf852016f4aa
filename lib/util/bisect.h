/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bisection of what is in order. */
#ifndef DM_BISECT_H
#define DM_BISECT_H

#include <stddef.h>

/*
 * Of indices from 0 to below @count the first for which @before is false, @count
 * if there is none. @before is an expression of @i, and true for all that come
 * before one for which it is true.
 */
#define dm_bisect(i, count, before)                                            \
	({                                                                     \
		size_t i##_low = 0, i##_high = (count);                        \
                                                                               \
		while (i##_low < i##_high) {                                   \
			size_t i = i##_low + (i##_high - i##_low) / 2;         \
                                                                               \
			if (before)                                            \
				i##_low = i + 1;                               \
			else                                                   \
				i##_high = i;                                  \
		}                                                              \
		i##_low;                                                       \
	})

#endif /* DM_BISECT_H */
