/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads kdump-compressed dumps: a thread's own decoder and buffers. */
#ifndef DUMP_BLOCKS_H
#define DUMP_BLOCKS_H

#include "dump/decoder.h"
#include "dump/layout_kdump.h"

/* Blocks that are kept unpacked, for readers of a few bytes at a time. */
#define BLOCKS_KEPT 32

/* The parts of a dump, by ascending page numbers; shared by all threads. */
struct kdump_set {
	struct kdump_part *parts;
	size_t n;
	uint32_t block_size;
	uint64_t max_mapnr;
};

struct blocks;

struct dm_error *dm_blocks_create(const struct kdump_set *set,
				  struct blocks **ret);
void dm_blocks_destroy(struct blocks *blocks);

/* Read physical memory below 2^52; errors as those of a dm_source's read(). */
struct dm_error *dm_blocks_read(struct blocks *blocks, uint64_t pa, void *buf,
				size_t size);

/* NULL if all of it is in the file, packed or not; nothing is read but where. */
struct dm_error *dm_blocks_hold(struct blocks *blocks, uint64_t pa,
				size_t size);

/* Note pages that will be asked for. */
void dm_blocks_hint(struct blocks *blocks, const uint64_t *pas, size_t count,
		    size_t size);

#endif /* DUMP_BLOCKS_H */
