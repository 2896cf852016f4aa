// SPDX-License-Identifier: GPL-2.0-or-later
/* A hash set of addresses, with open addressing. */
#include <stdlib.h>

#include "util/error.h"
#include "util/va_set.h"

#define FIRST_SIZE 64
/* Nothing lies at the last byte. */
#define EMPTY UINT64_MAX

void dm_va_set_deinit(struct va_set *set)
{
	free(set->slots);
	*set = (struct va_set){ 0 };
}

/* Open addressing: the slot of @va, or the empty one where it would go. */
static size_t find_slot(const struct va_set *set, uint64_t va)
{
	/* Fibonacci hashing; the upper half has been mixed best. */
	size_t i = (size_t)((va * UINT64_C(0x9e3779b97f4a7c15)) >> 32);

	for (i &= set->size - 1; set->slots[i] != EMPTY && set->slots[i] != va;)
		i = (i + 1) & (set->size - 1);
	return i;
}

static struct dm_error *grow(struct va_set *set)
{
	struct va_set bigger = { .size = set->size ? set->size * 2
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

struct dm_error *dm_va_set_add(struct va_set *set, uint64_t va, bool *added)
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
	i = find_slot(set, va);
	if (set->slots[i] != va) {
		set->slots[i] = va;
		set->count++;
		*added = true;
	}
	return NULL;
}
