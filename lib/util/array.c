// SPDX-License-Identifier: GPL-2.0-or-later
/* How arrays grow: see directmap/array.h. */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"

#define FIRST_CAPACITY 16

/* Twice as much as there was, or what is needed, but not beyond @max. */
static size_t next_capacity(size_t capacity, size_t needed, size_t max)
{
	size_t next = capacity < FIRST_CAPACITY ? FIRST_CAPACITY
		      : capacity > max / 2	? max
						: 2 * capacity;

	if (next > max)
		next = max;
	return next < needed ? needed : next;
}

struct dm_error *dm_array_grow(void *items, size_t size, size_t *capacity,
			       size_t count, size_t more, size_t max)
{
	size_t next;
	void *bigger;

	if (more > SIZE_MAX - count)
		return dm_error_no_memory();
	if (count + more > max)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "more than %zu elements", max);
	next = next_capacity(*capacity, count + more, max);
	/* What no allocator has is not asked for: sanitizers end a program there. */
	if (next > PTRDIFF_MAX / size)
		return dm_error_no_memory();
	/* Not as a void **: the pointer is one to elements. */
	memcpy(&bigger, items, sizeof(bigger));
	bigger = realloc(bigger, next * size);
	if (!bigger)
		return dm_error_no_memory();
	memcpy(items, &bigger, sizeof(bigger));
	*capacity = next;
	return NULL;
}
