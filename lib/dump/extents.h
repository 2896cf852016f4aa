/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A map from addresses to file positions: sorted, disjoint ranges. */
#ifndef DUMP_EXTENTS_H
#define DUMP_EXTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct extent {
	/* [start, start + size) is at [file, file + size) */
	uint64_t start, size, file;
};

struct extents {
	struct extent *v;
	size_t n, capacity;
	/* An extent was added that does not lie above all earlier ones. */
	bool untidy;
	/* Set by dm_extents_settle(): two extents spoke of the same address. */
	bool overlapped;
};

/* start + size and file + size must not wrap. */
struct dm_error *dm_extents_add(struct extents *map, uint64_t start,
				uint64_t size, uint64_t file);

/* Sort. Where extents overlap, the one added later wins. */
struct dm_error *dm_extents_settle(struct extents *map);

/* The extent that holds addr, else the next above it, else NULL. */
const struct extent *dm_extents_find(const struct extents *map, uint64_t addr);

/* One past the highest address; 0 when empty. */
uint64_t dm_extents_end(const struct extents *map);

void dm_extents_destroy(struct extents *map);

#endif /* DUMP_EXTENTS_H */
