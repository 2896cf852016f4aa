// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Adds page addresses to the set, and finds them.
 *
 * By areas of 65,536 pages of 4K, found by hash. An area has the lower halves
 * of its page numbers in order, or, when these get longer than that, a bit for
 * each page.
 */
#include <stdlib.h>
#include <string.h>

#include "util/bisect.h"
#include "util/error.h"
#include "util/pa_set.h"

#define FIRST_SIZE 16
#define PAGE_SHIFT 12
#define AREA_PAGES 65536
#define LIST_MAX   4096 /* numbers: as long as the bits */
#define STEP_MIN   8 /* numbers, as malloc() rounds */

struct pa_area {
	uint64_t key; /* upper part of the page number */
	uint32_t count;
	uint32_t capacity; /* of numbers; 0: words has bits */
	union {
		uint16_t *numbers; /* rising */
		uint64_t *words;
	};
};

void dm_pa_set_deinit(struct pa_set *set)
{
	size_t i;

	for (i = 0; i < set->size; i++) {
		if (!set->slots[i])
			continue;
		free(set->slots[i]->numbers);
		free(set->slots[i]);
	}
	free(set->slots);
	*set = (struct pa_set){ 0 };
}

/* ---- Areas -------------------------------------------------------------- */

/* Open addressing: the slot of @key, or the empty one where it would go. */
static size_t find_slot(const struct pa_set *set, uint64_t key)
{
	/* Fibonacci hashing. */
	size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);

	for (i &= set->size - 1; set->slots[i] && set->slots[i]->key != key;)
		i = (i + 1) & (set->size - 1);
	return i;
}

static struct dm_error *grow(struct pa_set *set)
{
	struct pa_set bigger = *set;
	size_t i;

	bigger.size = set->size ? set->size * 2 : FIRST_SIZE;
	bigger.slots = calloc(bigger.size, sizeof(*bigger.slots));
	if (!bigger.slots)
		return dm_error_no_memory();
	for (i = 0; i < set->size; i++) {
		struct pa_area *area = set->slots[i];

		if (area)
			bigger.slots[find_slot(&bigger, area->key)] = area;
	}
	free(set->slots);
	*set = bigger;
	return NULL;
}

static struct dm_error *find_area(struct pa_set *set, uint64_t key,
				  struct pa_area **ret)
{
	struct pa_area **slot, *area;
	struct dm_error *err;

	*ret = set->last;
	if (set->last && set->last->key == key)
		return NULL;
	/* At most half full, so that every search meets an empty slot. */
	if (set->areas >= set->size / 2) {
		err = grow(set);
		if (err)
			return err;
	}
	slot = &set->slots[find_slot(set, key)];
	if (!*slot) {
		area = calloc(1, sizeof(*area));
		if (area)
			area->numbers = malloc(4 * sizeof(*area->numbers));
		if (!area || !area->numbers) {
			free(area);
			return dm_error_no_memory();
		}
		area->key = key;
		area->capacity = 4;
		*slot = area;
		set->areas++;
	}
	*ret = set->last = *slot;
	return NULL;
}

/* ---- One area ----------------------------------------------------------- */

static struct dm_error *make_bits(struct pa_area *area)
{
	uint64_t *words = calloc(AREA_PAGES / 64, sizeof(*words));
	uint32_t i;

	if (!words)
		return dm_error_no_memory();
	for (i = 0; i < area->count; i++)
		words[area->numbers[i] / 64] |= UINT64_C(1)
						<< area->numbers[i] % 64;
	free(area->numbers);
	area->words = words;
	area->capacity = 0;
	return NULL;
}

static struct dm_error *make_space(struct pa_area *area)
{
	uint32_t capacity = area->capacity + STEP_MIN;
	uint16_t *numbers;

	if (!area->capacity || area->count < area->capacity)
		return NULL;
	if (area->capacity == LIST_MAX)
		return make_bits(area);
	/* Thousands of areas grow together: half of each must not stay empty. */
	if (area->capacity / 4 > STEP_MIN)
		capacity = area->capacity +
			   area->capacity / 4 / STEP_MIN * STEP_MIN;
	if (capacity > LIST_MAX)
		capacity = LIST_MAX;
	numbers = reallocarray(area->numbers, capacity, sizeof(*numbers));
	if (!numbers)
		return dm_error_no_memory();
	area->numbers = numbers;
	area->capacity = capacity;
	return NULL;
}

/* The first number that is not below @n. */
static size_t find_number(const struct pa_area *area, uint16_t n)
{
	/* Many come in rising order. */
	if (area->count && area->numbers[area->count - 1] < n)
		return area->count;
	return dm_bisect(i, area->count, area->numbers[i] < n);
}

static bool add_bit(struct pa_area *area, uint16_t n)
{
	uint64_t bit = UINT64_C(1) << n % 64;

	if (area->words[n / 64] & bit)
		return false;
	area->words[n / 64] |= bit;
	area->count++;
	return true;
}

static bool add_number(struct pa_area *area, uint16_t n)
{
	size_t i = find_number(area, n);

	if (i < area->count && area->numbers[i] == n)
		return false;
	memmove(&area->numbers[i + 1], &area->numbers[i],
		(area->count - i) * sizeof(*area->numbers));
	area->numbers[i] = n;
	area->count++;
	return true;
}

struct dm_error *dm_pa_set_add(struct pa_set *set, uint64_t pa, bool *added)
{
	uint16_t n = (uint16_t)(pa >> PAGE_SHIFT);
	struct pa_area *area;
	struct dm_error *err;

	*added = false;
	err = find_area(set, pa >> PAGE_SHIFT >> 16, &area);
	if (!err)
		err = make_space(area);
	if (err)
		return err;
	*added = area->capacity ? add_number(area, n) : add_bit(area, n);
	set->count += *added;
	return NULL;
}

/* ---- All of them -------------------------------------------------------- */

static uint64_t *put_area(const struct pa_area *area, uint64_t *to)
{
	uint64_t base = area->key << 16 << PAGE_SHIFT;
	uint32_t i;

	if (area->capacity) {
		for (i = 0; i < area->count; i++)
			*to++ = base +
				((uint64_t)area->numbers[i] << PAGE_SHIFT);
		return to;
	}
	for (i = 0; i < AREA_PAGES; i++) {
		if (area->words[i / 64] >> i % 64 & 1)
			*to++ = base + ((uint64_t)i << PAGE_SHIFT);
	}
	return to;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

struct dm_error *dm_pa_set_sorted(const struct pa_set *set, uint64_t **ret)
{
	/* One more, as malloc(0) may be NULL. */
	uint64_t *pas = malloc((set->count + 1) * sizeof(*pas)), *to = pas;
	size_t i;

	if (!pas)
		return dm_error_no_memory();
	for (i = 0; i < set->size; i++) {
		if (set->slots[i])
			to = put_area(set->slots[i], to);
	}
	qsort(pas, set->count, sizeof(*pas), compare);
	*ret = pas;
	return NULL;
}
