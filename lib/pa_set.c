// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "error.h"
#include "pa_set.h"

#define FIRST_SIZE 64
/* No page address has all bits set. */
#define EMPTY UINT64_MAX

void pa_set_deinit(struct pa_set *set)
{
	free(set->slots);
	*set = (struct pa_set){ 0 };
}

/* Open addressing: the slot of @pa, or the empty one where it would go. */
static size_t find_slot(const struct pa_set *set, uint64_t pa)
{
	/* Fibonacci hashing; the upper half, as the low bits are page offset. */
	size_t i = (size_t)((pa * UINT64_C(0x9e3779b97f4a7c15)) >> 32);

	for (i &= set->size - 1; set->slots[i] != EMPTY && set->slots[i] != pa;)
		i = (i + 1) & (set->size - 1);
	return i;
}

static struct dm_error *grow(struct pa_set *set)
{
	struct pa_set bigger = { .size = set->size ? set->size * 2
						   : FIRST_SIZE };
	size_t i;

	bigger.slots = malloc(bigger.size * sizeof(*bigger.slots));
	if (!bigger.slots)
		return dm_error_no_memory();
	for (i = 0; i < bigger.size; i++)
		bigger.slots[i] = EMPTY;
	for (i = 0; i < set->size; i++) {
		if (set->slots[i] != EMPTY)
			bigger.slots[find_slot(&bigger, set->slots[i])] =
				set->slots[i];
	}
	bigger.count = set->count;
	free(set->slots);
	*set = bigger;
	return NULL;
}

struct dm_error *pa_set_add(struct pa_set *set, uint64_t pa, bool *added)
{
	struct dm_error *err;
	size_t i;

	*added = false;
	/* At most half full, so that every search meets an empty slot. */
	if (set->count >= set->size / 2) {
		err = grow(set);
		if (err)
			return err;
	}
	i = find_slot(set, pa);
	if (set->slots[i] != pa) {
		set->slots[i] = pa;
		set->count++;
		*added = true;
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

struct dm_error *pa_set_sorted(const struct pa_set *set, uint64_t **ret)
{
	/* One more, as malloc(0) may be NULL. */
	uint64_t *pas = malloc((set->count + 1) * sizeof(*pas));
	size_t i, n = 0;

	if (!pas)
		return dm_error_no_memory();
	for (i = 0; i < set->size; i++) {
		if (set->slots[i] != EMPTY)
			pas[n++] = set->slots[i];
	}
	qsort(pas, n, sizeof(*pas), compare);
	*ret = pas;
	return NULL;
}
