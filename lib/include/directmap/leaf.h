/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Leaves of the linear map, and runs of them.
 */
#ifndef DIRECTMAP_LEAF_H
#define DIRECTMAP_LEAF_H

#include <directmap/kernel.h>

DM_BEGIN_DECLS

/** The answer to a question, which may be unknown. */
enum dm_known {
	DM_UNKNOWN, /**< the dump does not tell */
	DM_NO, /**< no */
	DM_YES, /**< yes */
};

/** Leaf sizes, rising; how large each is, depends on the granule. */
enum dm_leaf {
	DM_LEAF_PTE, /**< a page: 4K, 16K or 64K */
	DM_LEAF_CONT_PTE, /**< a contiguous group of them: 64K, 2M or 2M */
	DM_LEAF_PMD, /**< a block of level 2: 2M, 32M or 512M */
	DM_LEAF_CONT_PMD, /**< a contiguous group of them: 32M, 1G or 16G */
	DM_LEAF_PUD, /**< a block of level 1: 1G with 4K pages, else none */
};

/**
 * Leaf sizes that this header names: where to end a loop; arrays by it have the fixed
 * DM_LEAF_MAX entries, 0 in those behind.
 */
#define DM_LEAF_COUNT (DM_LEAF_PUD + 1)
/** Entries of such arrays. */
#define DM_LEAF_MAX 8

/** "pte", "cont_pte", … as in JSON; NULL: it has no name yet. */
DM_API const char *dm_leaf_name(enum dm_leaf leaf);
/** "4k", "2M", … as in the DirectMap lines; NULL where the granule has none. */
DM_API const char *dm_leaf_label(const struct dm_kernel *kernel,
				 enum dm_leaf leaf);
/** Bytes that one leaf maps; 0 where the granule has none. */
DM_API uint64_t dm_leaf_size(const struct dm_kernel *kernel, enum dm_leaf leaf);

/**
 * The same two where there is a page size and no kernel: of a stored report, say.
 * @param page_size	Bytes; of what is no granule of arm64's, NULL and 0.
 */
DM_API const char *dm_granule_leaf_label(uint64_t page_size, enum dm_leaf leaf);
/** The other of the two. */
DM_API uint64_t dm_granule_leaf_size(uint64_t page_size, enum dm_leaf leaf);

/**
 * A stretch of neighbouring leaves alike: same size, state and attributes as
 * the kernel's ptdump tells them apart (arch/arm64/mm/ptdump.c, pte_bits).
 */
struct dm_run {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t pa; /**< of start */
	uint64_t
		attrs; /**< descriptor bits of the first leaf, address bits 0 */
	enum dm_leaf leaf; /**< the size of each */
	bool valid; /**< false: there, but the CPU does not use it */
};

/** Called once a run, in VA order; an error ends the walk and is passed on. */
typedef struct dm_error *(*dm_run_fn)(void *arg, const struct dm_run *run);

/** Addresses, VAs unless said otherwise; (0, 0) where there is none. */
struct dm_range {
	uint64_t start; /**< inclusive */
	uint64_t end; /**< exclusive */
};

/** START-END in hexadecimal, with or without 0x; false if it is not that. */
DM_API bool dm_range_parse(const char *text, struct dm_range *range);

/** Of DM_LEAF_COUNT figures of one map, whose sum has no more than 64 bits. */
static inline uint64_t dm_leaf_sum(const uint64_t *by_leaf)
{
	uint64_t sum = 0;
	int leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		sum += by_leaf[leaf];
	return sum;
}

DM_END_DECLS

#endif /* DIRECTMAP_LEAF_H */
