// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds, reads and walks ranges of memory in files. */
#include <stdlib.h>

#include "directmap/array.h"
#include "dump/ram.h"
#include "util/bisect.h"

struct dm_error *dm_ram_add(struct ram *ram, const struct ram_range *range)
{
	struct dm_error *err = NULL;

	if (!range->size)
		return NULL;
	err = dm_array_reserve(&ram->v, &ram->capacity, ram->n, 1,
			       DM_ARRAY_ANY);
	if (!err)
		ram->v[ram->n++] = *range;
	return err;
}

static int range_cmp(const void *a, const void *b)
{
	const struct ram_range *x = a, *y = b;

	return (x->pa > y->pa) - (x->pa < y->pa);
}

const struct ram_range *dm_ram_settle(struct ram *ram)
{
	size_t i;

	if (ram->n)
		qsort(ram->v, ram->n, sizeof(*ram->v), range_cmp);
	for (i = 1; i < ram->n; i++) {
		if (ram->v[i - 1].pa + ram->v[i - 1].size > ram->v[i].pa)
			return &ram->v[i - 1];
	}
	return NULL;
}

struct dm_error *dm_ram_take(struct ram *ram, struct extents *map,
			     const struct bytes *bytes)
{
	struct dm_error *err;
	size_t i;

	err = dm_array_reserve(&ram->v, &ram->capacity, 0, map->n,
			       DM_ARRAY_ANY);
	for (i = 0; !err && i < map->n; i++)
		ram->v[ram->n++] = (struct ram_range){
			.pa = map->v[i].start,
			.size = map->v[i].size,
			.off = map->v[i].file,
			.bytes = bytes,
		};
	dm_extents_destroy(map);
	return err;
}

void dm_ram_destroy(struct ram *ram)
{
	free(ram->v);
	*ram = (struct ram){ 0 };
}

const struct ram_range *dm_ram_find(const struct ram *ram, uint64_t pa)
{
	size_t at = dm_bisect(i, ram->n, ram->v[i].pa + ram->v[i].size <= pa);
	return at < ram->n ? &ram->v[at] : NULL;
}

bool dm_ram_hold(const struct ram *ram, uint64_t pa, uint64_t size)
{
	const struct ram_range *r = dm_ram_find(ram, pa);

	while (size) {
		uint64_t part;

		if (!r || r == ram->v + ram->n || r->pa > pa)
			return false;
		part = r->pa + r->size - pa;
		if (part >= size)
			return true;
		pa += part;
		size -= part;
		r++;
	}
	return true;
}

uint64_t dm_ram_size(const struct ram *ram)
{
	uint64_t size = 0;
	size_t i;

	for (i = 0; i < ram->n; i++)
		size += ram->v[i].size;
	return size;
}

struct dm_error *dm_ram_read(const struct ram *ram, uint64_t pa, void *buf,
			     size_t size)
{
	const struct ram_range *r = dm_ram_find(ram, pa);
	struct dm_error *err = NULL;
	char *at = buf;

	while (!err && size) {
		uint64_t skip = pa - r->pa;
		size_t part = size;

		if (r->size - skip < part)
			part = (size_t)(r->size - skip);
		err = dm_bytes_read_data(r->bytes, r->off + skip, at, part);
		pa += part;
		at += part;
		size -= part;
		r++;
	}
	return err;
}

bool dm_ram_place(const struct ram *ram, uint64_t pa, uint64_t size,
		  const struct bytes **bytes, uint64_t *off)
{
	const struct ram_range *r = dm_ram_find(ram, pa);

	if (!r || r->pa > pa || r->size - (pa - r->pa) < size)
		return false;
	*bytes = r->bytes;
	*off = r->off + (pa - r->pa);
	return true;
}

struct dm_error *dm_ram_walk(const struct ram *ram, struct memory_walk *walk)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < ram->n; i++)
		err = dm_memory_show(walk, ram->v[i].bytes, ram->v[i].pa,
				     ram->v[i].off, ram->v[i].size);
	return err;
}
