// SPDX-License-Identifier: GPL-2.0-or-later
/* The pages of the dumped machine, and sets of physical ranges. */
#include <stdlib.h>
#include <string.h>

#include "gen_priv.h"

/* splitmix64 (Vigna): small, and the same on every machine. */
uint64_t gen_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* ---- Ranges ------------------------------------------------------------ */

struct dm_error *gen_ranges_add(struct gen_ranges *r, uint64_t start,
				uint64_t end)
{
	if (r->count == r->capacity) {
		size_t capacity = r->capacity ? 2 * r->capacity : 16;
		struct gen_range *list;

		list = realloc(r->list, capacity * sizeof(*list));
		if (!list)
			return dm_error_no_memory();
		r->list = list;
		r->capacity = capacity;
	}
	r->list[r->count++] = (struct gen_range){ start, end };
	return NULL;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct gen_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

void gen_ranges_normalize(struct gen_ranges *r)
{
	size_t i, n = 0;

	if (!r->count)
		return;
	qsort(r->list, r->count, sizeof(*r->list), compare_ranges);
	for (i = 1; i < r->count; i++) {
		if (r->list[i].start > r->list[n].end)
			r->list[++n] = r->list[i];
		else if (r->list[i].end > r->list[n].end)
			r->list[n].end = r->list[i].end;
	}
	r->count = n + 1;
}

bool gen_ranges_have(const struct gen_ranges *r, uint64_t pa)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (pa >= r->list[i].start && pa < r->list[i].end)
			return true;
	}
	return false;
}

/* ---- Pages ------------------------------------------------------------- */

static size_t slot_of(const struct gen_store *s, uint64_t pa)
{
	uint64_t hash = pa;
	size_t i = gen_random(&hash) & (s->size - 1);

	while (s->slots[i] && s->slots[i]->pa != pa)
		i = (i + 1) & (s->size - 1);
	return i;
}

static struct dm_error *grow(struct gen_store *s)
{
	struct gen_store bigger = { .size = s->size ? 2 * s->size : 1024 };
	size_t i;

	bigger.slots = calloc(bigger.size, sizeof(*bigger.slots));
	if (!bigger.slots)
		return dm_error_no_memory();
	for (i = 0; i < s->size; i++) {
		if (s->slots[i])
			bigger.slots[slot_of(&bigger, s->slots[i]->pa)] =
				s->slots[i];
	}
	free(s->slots);
	s->slots = bigger.slots;
	s->size = bigger.size;
	return NULL;
}

struct gen_page *gen_store_find(const struct gen *g, uint64_t pa)
{
	if (!g->store.size)
		return NULL;
	pa &= ~(gen_page_size(g) - 1);
	return g->store.slots[slot_of(&g->store, pa)];
}

struct dm_error *gen_store_name(struct gen *g, uint64_t pa,
				struct gen_page **ret)
{
	struct gen_store *s = &g->store;
	struct gen_page *page;

	pa &= ~(gen_page_size(g) - 1);
	if (4 * s->count >= 3 * s->size) {
		struct dm_error *err = grow(s);

		if (err)
			return err;
	}
	page = s->slots[slot_of(s, pa)];
	if (!page) {
		page = calloc(1, sizeof(*page));
		if (!page)
			return dm_error_no_memory();
		page->pa = pa;
		s->slots[slot_of(s, pa)] = page;
		s->count++;
	}
	*ret = page;
	return NULL;
}

struct dm_error *gen_store_data(struct gen *g, uint64_t pa, uint8_t **ret)
{
	struct gen_page *page;
	struct dm_error *err = gen_store_name(g, pa, &page);

	if (err)
		return err;
	if (!page->data)
		page->data = calloc(1, gen_page_size(g));
	if (!page->data)
		return dm_error_no_memory();
	page->written = true;
	*ret = page->data;
	return NULL;
}

static int compare_pages(const void *a, const void *b)
{
	const struct gen_page *const *x = a, *const *y = b;

	return (*x)->pa < (*y)->pa ? -1 : (*x)->pa > (*y)->pa;
}

struct dm_error *gen_store_sorted(const struct gen *g, struct gen_page ***ret)
{
	size_t i, n = 0;

	*ret = calloc(g->store.count + 1, sizeof(**ret));
	if (!*ret)
		return dm_error_no_memory();
	for (i = 0; i < g->store.size; i++) {
		if (g->store.slots[i])
			(*ret)[n++] = g->store.slots[i];
	}
	qsort(*ret, n, sizeof(**ret), compare_pages);
	return NULL;
}

void gen_store_free(struct gen_store *s)
{
	size_t i;

	for (i = 0; i < s->size; i++) {
		if (s->slots[i])
			free(s->slots[i]->data);
		free(s->slots[i]);
	}
	free(s->slots);
}

struct dm_error *gen_store_put(struct gen *g, uint64_t pa, const void *bytes,
			       size_t size)
{
	const uint8_t *from = bytes;
	struct dm_error *err;
	uint8_t *data = NULL;

	for (; size; size--, pa++) {
		err = gen_store_data(g, pa, &data);
		if (err || !data)
			return err;
		data[pa & (gen_page_size(g) - 1)] = *from++;
	}
	return NULL;
}
