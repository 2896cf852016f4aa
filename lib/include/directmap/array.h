/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * Arrays that grow as they are filled. Each is a pointer, its capacity and the
 * count of what is in it, all of them the caller's and 0 at first; free() ends it.
 */
#ifndef DIRECTMAP_ARRAY_H
#define DIRECTMAP_ARRAY_H

#include <directmap/error.h>

DM_BEGIN_DECLS

/** As many as there is memory for. */
#define DM_ARRAY_ANY SIZE_MAX

/** As dm_array_reserve(), for elements of @p size bytes. */
DM_API struct dm_error *dm_array_grow(void *items, size_t size,
				      size_t *capacity, size_t count,
				      size_t more, size_t max);

/** dm_array_reserve() is this, with the size of an element. */
static inline struct dm_error *dm_array_check(void *items, size_t size,
					      size_t *capacity, size_t count,
					      size_t more, size_t max)
{
	return more <= *capacity - count
		       ? NULL
		       : dm_array_grow(items, size, capacity, count, more, max);
}

/**
 * Memory for @p more elements behind the first @p count. What is allocated at
 * least doubles, so that one after the other costs no more than all at once.
 * @param items		Address of the pointer.
 * @param capacity	Address of it; at least @p count.
 * @param max		Elements that there may be: where a stranger's file says
 *			how many there are, what is sensible; else DM_ARRAY_ANY.
 * @returns	dm_error_no_memory(), or DM_ERROR_BAD_DUMP: it would be more than
 *		@p max. The array is as it was.
 */
#define dm_array_reserve(items, capacity, count, more, max)                    \
	dm_array_check((items), sizeof(**(items)), (capacity), (count),        \
		       (more), (max))

DM_END_DECLS

#endif /* DIRECTMAP_ARRAY_H */
