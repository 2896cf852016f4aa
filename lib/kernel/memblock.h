/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dumped kernel's memblock: memory and what boot reserved of it. arm64
 * keeps it (arch/arm64/Kconfig, ARCH_KEEP_MEMBLOCK); memory that is added later
 * is in it too (mm/memory_hotplug.c, add_memory_resource()).
 */
#ifndef DM_MEMBLOCK_H
#define DM_MEMBLOCK_H

#include "target/target.h"

/* More regions than any firmware describes. */
#define MEMBLOCK_REGIONS_MAX 65536

/* enum memblock_flags, by our own numbers. */
enum memblock_flag {
	MEMBLOCK_FLAG_HOTPLUG = 1 << 0,
	MEMBLOCK_FLAG_MIRROR = 1 << 1,
	MEMBLOCK_FLAG_NOMAP = 1 << 2,
	MEMBLOCK_FLAG_DRIVER_MANAGED = 1 << 3,
	MEMBLOCK_FLAG_COUNT = 4,
};

struct memblock_area {
	uint64_t start; /* PA */
	uint64_t end;
	unsigned int flags; /* of enum memblock_flag */
};

/* Rising, none overlaps another, none is empty. */
struct memblock_list {
	struct memblock_area *areas;
	size_t count;
};

struct memblock {
	struct memblock_list memory;
	struct memblock_list reserved;
	bool found; /* by its content: no symbol led to it */
};

/**
 * @returns	DM_ERROR_NOT_FOUND: no symbol, or no layouts of its types;
 *		DM_ERROR_BAD_DUMP: it cannot be one (counts, order, ends).
 */
struct dm_error *dm_memblock_create(struct dm_target *target,
				    struct memblock **ret);
void dm_memblock_destroy(struct memblock *memblock);

/* ---- struct memblock_region, wherever the bytes are from ------------------ */

struct memblock_format {
	uint64_t size; /* of struct memblock_region */
	uint64_t base_at;
	uint64_t size_at;
	uint64_t flags_at;
	/* What the kernel has for each flag of ours; 0: it has none. */
	uint64_t flags[MEMBLOCK_FLAG_COUNT];
};

/**
 * @param raw	@p count elements of the kernel's array.
 * @param list	To be freed with dm_memblock_list_deinit(), not on error.
 */
struct dm_error *dm_memblock_decode(const struct memblock_format *format,
				    const void *raw, size_t count,
				    struct memblock_list *list);
void dm_memblock_list_deinit(struct memblock_list *list);

#endif /* DM_MEMBLOCK_H */
