/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMSAv8-64 as Linux uses it for the kernel half: pure functions of numbers.
 *
 * Sources: Arm ARM (DDI 0487), D8.2 "Translation process" and D8.3
 * "Translation table descriptor formats"; Linux 7.3
 * arch/arm64/include/asm/pgtable-hwdef.h.
 */
#ifndef DM_ARM64_H
#define DM_ARM64_H

#include "directmap.h"

/* Descriptor bits (pgtable-hwdef.h: PTE_VALID … PTE_UXN). */
#define ARM64_VALID	     (UINT64_C(1) << 0)
#define ARM64_TYPE_BIT	     (UINT64_C(1) << 1) /* table or page, not block */
#define ARM64_ATTRINDX	     (UINT64_C(7) << 2)
#define ARM64_ATTRINDX_SHIFT 2
#define ARM64_USER	     (UINT64_C(1) << 6)
#define ARM64_RDONLY	     (UINT64_C(1) << 7)
#define ARM64_SHARED	     (UINT64_C(3) << 8) /* OA[51:50] under LPA2 */
#define ARM64_AF	     (UINT64_C(1) << 10)
#define ARM64_NG	     (UINT64_C(1) << 11) /* PTE_PRESENT_INVALID where not valid */
#define ARM64_GP	     (UINT64_C(1) << 50)
#define ARM64_CONT	     (UINT64_C(1) << 52)
#define ARM64_PXN	     (UINT64_C(1) << 53)
#define ARM64_UXN	     (UINT64_C(1) << 54)
/* Ignored by hardware, software's own (PTE_SWBITS_MASK). */
#define ARM64_SOFTWARE (UINT64_C(0xf) << 55)

/* Of a table descriptor: NSTable, APTable, UXNTable, PXNTable. */
#define ARM64_TABLE_HIERARCHY (UINT64_C(0x1f) << 59)

#define ARM64_PA_BITS	      52

/** How many levels a walk of @p va_bits takes with pages of 1 << @p page_shift. */
unsigned int dm_arm64_levels(unsigned int va_bits, unsigned int page_shift);

struct arm64_geometry {
	unsigned int page_shift;
	unsigned int index_bits; /* page_shift - 3 */
	int root_level; /* 4 - levels */
	unsigned int root_bits; /* of the index into swapper_pg_dir */
	uint64_t root_base; /* VA that entry 0 of swapper_pg_dir stands for */
	uint64_t oa_mask; /* address bits kept in place */
	uint64_t oa_high_mask; /* address bits kept low, 0 if none */
	unsigned int oa_high_shift; /* how far those go up */
	uint64_t ptdump_mask; /* bits that tell one run from the next */
};

void dm_arm64_geometry_init(struct arm64_geometry *g,
			    const struct dm_kernel *kernel);

/** log2 of the bytes that an entry at @p level stands for. */
static inline unsigned int arm64_shift(const struct arm64_geometry *g,
				       int level)
{
	return g->page_shift + (unsigned int)(3 - level) * g->index_bits;
}

/** The output address of a table, block or page descriptor. */
static inline uint64_t arm64_oa(const struct arm64_geometry *g, uint64_t entry)
{
	return (entry & g->oa_mask) | (entry & g->oa_high_mask)
					      << g->oa_high_shift;
}

/** A descriptor without its address. */
static inline uint64_t arm64_attrs(const struct arm64_geometry *g,
				   uint64_t entry)
{
	return entry & ~(g->oa_mask | g->oa_high_mask);
}

/** Entries in a contiguous group at @p level, 1 where Linux uses none. */
unsigned int dm_arm64_cont_entries(unsigned int page_shift, int level);

enum arm64_kind {
	ARM64_NONE, /* all zero */
	ARM64_TABLE,
	ARM64_LEAF, /* block or page, valid or not */
	ARM64_BAD_BLOCK, /* block at a level where Linux makes none */
	ARM64_RESERVED,
};

enum arm64_kind dm_arm64_classify(const struct arm64_geometry *g, int level,
				  uint64_t entry);

/**
 * Whether Linux writes such a table descriptor: of the address, the type, and in
 * use since 6.15 AF (asm/pgtable-hwdef.h, P4D_TYPE_TABLE, P4D_TABLE_AF), beside
 * NSTable, APTable, UXNTable and PXNTable. A page descriptor, which has the same
 * type bits, has others.
 */
bool dm_arm64_is_linux_table(const struct arm64_geometry *g, uint64_t entry);

/**
 * The next attribute word of a leaf, as ptdump prints it, in its order.
 * @param cursor	0 to begin with; moved on.
 * @param set		Whether the word says that a bit is set ("ro", not "RW").
 * @returns		Static text, "" for a blank, NULL at the end.
 */
const char *dm_arm64_attr_word(const struct dm_kernel *kernel, uint64_t attrs,
			       unsigned int *cursor);
/** Columns that the word at @p cursor takes in a table. */
unsigned int dm_arm64_attr_width(unsigned int cursor);

#endif /* DM_ARM64_H */
