/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Physical memory that lies in files as it is: which addresses, and where. The
 * ranges are sorted and disjoint, and may be of several files.
 */
#ifndef DUMP_RAM_H
#define DUMP_RAM_H

#include "dump/bytes.h"
#include "dump/memory.h"

struct ram_range {
	/* [pa, pa + size) is at [off, off + size) of the file. */
	uint64_t pa, size, off;
	const struct bytes *bytes;
};

/* Begins as zeros. */
struct ram {
	struct ram_range *v;
	size_t n, capacity;
};

/* Add a range in any order; an empty one is none. */
struct dm_error *dm_ram_add(struct ram *ram, const struct ram_range *range);

/*
 * All added: put them in order. @returns the first of two neighbours with
 * addresses in common, NULL: there are none.
 */
const struct ram_range *dm_ram_settle(struct ram *ram);

/* What a settled map has, all of it in one file; ends the map. */
struct dm_error *dm_ram_take(struct ram *ram, struct extents *map,
			     const struct bytes *bytes);
void dm_ram_destroy(struct ram *ram);

/* The range that has it, else the next above it, else NULL. */
const struct ram_range *dm_ram_find(const struct ram *ram, uint64_t pa);
/* Every byte of [pa, pa + size) has a place. */
bool dm_ram_hold(const struct ram *ram, uint64_t pa, uint64_t size);
uint64_t dm_ram_size(const struct ram *ram);

/* Read what is held. */
struct dm_error *dm_ram_read(const struct ram *ram, uint64_t pa, void *buf,
			     size_t size);
/* Where that is; false when it is not one piece. */
bool dm_ram_place(const struct ram *ram, uint64_t pa, uint64_t size,
		  const struct bytes **bytes, uint64_t *off);
/* See dm_memory_walk(). */
struct dm_error *dm_ram_walk(const struct ram *ram, struct memory_walk *walk);

#endif /* DUMP_RAM_H */
