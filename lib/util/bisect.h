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
		size_t bisect_low = 0, bisect_high = (count);                  \
                                                                               \
		while (bisect_low < bisect_high) {                             \
			size_t i =                                             \
				bisect_low + (bisect_high - bisect_low) / 2;   \
                                                                               \
			if (before)                                            \
				bisect_low = i + 1;                            \
			else                                                   \
				bisect_high = i;                               \
		}                                                              \
		bisect_low;                                                    \
	})

#endif /* DM_BISECT_H */
