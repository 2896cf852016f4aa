/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's memory blocks, in which memory is added and removed, and the
 * groups that they belong to: drivers/base/memory.c, struct memory_block and
 * struct memory_group.
 */
#ifndef DM_MEMORY_BLOCK_H
#define DM_MEMORY_BLOCK_H

#include "util/incomplete.h"
#include "target/target.h"

struct memory_block {
	uint64_t start; /* PA */
	uint64_t group; /* VA of its struct memory_group; 0: none */
	/*
	 * Bytes that a dynamic group is added in, a power of two, aligned to
	 * it (since 5.15, virtio-mem); 0: no such group.
	 */
	uint64_t unit;
	/*
	 * Its struct pages lie in it (memmap_on_memory): it was added by a call
	 * of its own (6.1 mm/memory_hotplug.c, mhp_supports_memmap_on_memory();
	 * 6.12, create_altmaps_and_memory_blocks()).
	 */
	bool own_memmap;
};

struct memory_blocks {
	uint64_t size; /* bytes of each, a power of two; aligned to it */
	struct memory_block *blocks; /* rising */
	size_t count;
	struct incomplete incomplete; /* what could not be read of them */
};

/**
 * Bytes of a section: each block is as large or larger (include/linux/memory.h,
 * MIN_MEMORY_BLOCK_SIZE).
 * @returns	DM_ERROR_NOT_FOUND, DM_ERROR_BAD_DUMP: the dump does not tell.
 */
struct dm_error *dm_memory_section_size(struct dm_target *target,
					uint64_t *size);

/**
 * @param start, end	PAs: only blocks that begin in them are read.
 * @param blocks	To be freed with dm_memory_blocks_deinit(), also on error.
 * @returns		What is not about the dump, or that there are no such
 *			symbols or types.
 */
struct dm_error *dm_memory_blocks_read(struct dm_target *target, uint64_t start,
				       uint64_t end,
				       struct memory_blocks *blocks);
void dm_memory_blocks_deinit(struct memory_blocks *blocks);

#endif /* DM_MEMORY_BLOCK_H */
