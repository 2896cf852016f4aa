// SPDX-License-Identifier: GPL-2.0-or-later
/* Sorts ranges, and decides which one owns an address where they overlap. */
#include <stdlib.h>

#include "directmap/array.h"
#include "dump/extents.h"
#include "util/bisect.h"

static struct dm_error *push(struct extents *map, const struct extent *e)
{
	struct extent *last = map->n ? &map->v[map->n - 1] : NULL;
	struct dm_error *err;

	if (last && last->start + last->size == e->start &&
	    last->file + last->size == e->file) {
		last->size += e->size;
		return NULL;
	}
	err = dm_array_reserve(&map->v, &map->capacity, map->n, 1,
			       DM_ARRAY_ANY);
	if (!err)
		map->v[map->n++] = *e;
	return err;
}

struct dm_error *dm_extents_add(struct extents *map, uint64_t start,
				uint64_t size, uint64_t file)
{
	if (!size)
		return NULL;
	if (map->n && start < dm_extents_end(map))
		map->untidy = true;
	return push(map, &(struct extent){ start, size, file });
}

uint64_t dm_extents_end(const struct extents *map)
{
	const struct extent *last;

	if (!map->n)
		return 0;
	last = &map->v[map->n - 1];
	return last->start + last->size;
}

/* An extent with its rank: the higher, the later it was added. */
struct ranked {
	struct extent e;
	size_t rank;
};

static int ranked_cmp(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->e.start != y->e.start)
		return x->e.start < y->e.start ? -1 : 1;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* A heap of extents, the latest on top. */
struct heap {
	const struct ranked **v;
	size_t n;
};

static void heap_push(struct heap *heap, const struct ranked *item)
{
	size_t i = heap->n++;

	while (i && heap->v[(i - 1) / 2]->rank < item->rank) {
		heap->v[i] = heap->v[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	heap->v[i] = item;
}

static void heap_pop(struct heap *heap)
{
	const struct ranked *item = heap->v[--heap->n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < heap->n) {
		if (child + 1 < heap->n &&
		    heap->v[child + 1]->rank > heap->v[child]->rank)
			child++;
		if (heap->v[child]->rank <= item->rank)
			break;
		heap->v[i] = heap->v[child];
		i = child;
	}
	heap->v[i] = item;
}

/*
 * Walk up the addresses; at each one the latest of the extents there owns it,
 * until it ends or another begins. At most two pieces an extent come out.
 */
static struct dm_error *sweep(struct extents *out, const struct ranked *in,
			      size_t n, struct heap *heap)
{
	struct dm_error *err = NULL;
	uint64_t at = 0, end;
	size_t i = 0;

	while (!err && (i < n || heap->n)) {
		const struct ranked *top;

		if (!heap->n && in[i].e.start > at)
			at = in[i].e.start;
		while (i < n && in[i].e.start <= at)
			heap_push(heap, &in[i++]);
		top = heap->v[0];
		end = top->e.start + top->e.size;
		if (end <= at) {
			heap_pop(heap);
			continue;
		}
		if (heap->n > 1)
			out->overlapped = true;
		if (i < n && in[i].e.start < end)
			end = in[i].e.start;
		err = push(out, &(struct extent){
					at,
					end - at,
					top->e.file + at - top->e.start,
				});
		at = end;
	}
	return err;
}

struct dm_error *dm_extents_settle(struct extents *map)
{
	struct extents out = { 0 };
	struct dm_error *err = NULL;
	struct heap heap = { 0 };
	struct ranked *in;
	size_t i;

	if (!map->untidy)
		return NULL;
	in = reallocarray(NULL, map->n, sizeof(*in));
	heap.v = reallocarray(NULL, map->n, sizeof(*heap.v));
	if (!in || !heap.v)
		err = dm_error_no_memory();
	for (i = 0; !err && i < map->n; i++)
		in[i] = (struct ranked){ map->v[i], i };
	if (!err) {
		qsort(in, map->n, sizeof(*in), ranked_cmp);
		err = sweep(&out, in, map->n, &heap);
	}
	free(in);
	free(heap.v);
	dm_extents_destroy(err ? &out : map);
	if (!err)
		*map = out;
	return err;
}

const struct extent *dm_extents_find(const struct extents *map, uint64_t addr)
{
	size_t at =
		dm_bisect(i, map->n, map->v[i].start + map->v[i].size <= addr);
	return at < map->n ? &map->v[at] : NULL;
}

void dm_extents_destroy(struct extents *map)
{
	free(map->v);
	*map = (struct extents){ 0 };
}
