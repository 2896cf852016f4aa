/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * VMSAv8-64 as Linux uses it for the kernel half: pure functions of numbers.
 *
 * This folder knows arm64, and no other folder does: bits of descriptors, levels
 * and granules, the layout of virtual addresses, lines of VMCOREINFO and symbols
 * that arm64 alone has, what files call the machine. The others ask the functions
 * here by names that say what is meant ("read-only", "the level of a leaf"), so
 * that another architecture would be another folder with the same functions.
 * A rule of arm64's that is a matter of ranges and leaf sizes alone, as map_mem()
 * in analysis/boot.c, may stay where it is used; what is of the kernel's generic
 * memory management (struct page, memblock, resources) is not of this folder.
 * tests/house/arm64_only holds the others to it.
 *
 * Sources: Arm ARM (DDI 0487), D8.2 "Translation process" and D8.3
 * "Translation table descriptor formats"; Linux 7.3
 * arch/arm64/include/asm/pgtable-hwdef.h.
 */
#ifndef DM_ARM64_H
#define DM_ARM64_H

#include "directmap/machine.h"
#include "directmap.h"

/*
 * Descriptor bits (pgtable-hwdef.h: PTE_VALID … PTE_UXN): for this folder and
 * tests; others ask the predicates below.
 */
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
/* Of a leaf, with overlays (FEAT_S1POE): which of eight registers' fields counts. */
#define ARM64_PO_INDEX	     (UINT64_C(7) << 60)
#define ARM64_PO_INDEX_SHIFT 60

/* Of a table descriptor: NSTable, APTable, UXNTable, PXNTable. */
#define ARM64_TABLE_HIERARCHY (UINT64_C(0x1f) << 59)

/* ---- Levels --------------------------------------------------------------- */

/* Where pages are: the architecture counts levels from -1 or 0 down to it. */
#define LEVEL_LAST 3

/** Where the walk of this kernel's tables begins. */
static inline int arm64_root_level(const struct dm_kernel *kernel)
{
	return LEVEL_LAST + 1 - (int)kernel->levels;
}

/** How many levels a walk of @p va_bits takes with pages of 1 << @p page_shift. */
unsigned int dm_arm64_levels(unsigned int va_bits, unsigned int page_shift);

/** "pgd" of the root, whatever its level, "pmd", …: as Linux has it. Static text. */
const char *dm_arm64_table_name(const struct dm_kernel *kernel, int level);

struct arm64_geometry {
	unsigned int page_shift;
	unsigned int index_bits; /* page_shift - 3 */
	int root_level;
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
	return g->page_shift +
	       (unsigned int)(LEVEL_LAST - level) * g->index_bits;
}

/** log2 of the entries of a table at @p level. */
static inline unsigned int arm64_index_bits(const struct arm64_geometry *g,
					    int level)
{
	return level == g->root_level ? g->root_bits : g->index_bits;
}

/** The entry of a table at @p level that stands for @p va. */
static inline size_t arm64_index(const struct arm64_geometry *g, int level,
				 uint64_t va)
{
	return (size_t)(va >> arm64_shift(g, level)) &
	       (((size_t)1 << arm64_index_bits(g, level)) - 1);
}

/** The leaf that a block or page at @p level is, alone or in a group. */
static inline enum dm_leaf arm64_leaf(int level, bool contiguous)
{
	if (level == 1)
		return DM_LEAF_PUD;
	if (level == 2)
		return contiguous ? DM_LEAF_CONT_PMD : DM_LEAF_PMD;
	return contiguous ? DM_LEAF_CONT_PTE : DM_LEAF_PTE;
}

/** The level that such a leaf's entries stand at. */
static inline int arm64_leaf_level(enum dm_leaf leaf)
{
	if (leaf == DM_LEAF_PUD)
		return 1;
	return leaf >= DM_LEAF_PMD ? 2 : LEVEL_LAST;
}

/** Entries in a contiguous group at @p level, 1 where Linux uses none. */
unsigned int dm_arm64_cont_entries(unsigned int page_shift, int level);
#define CONT_ENTRIES_MAX 128

/* ---- Addresses ------------------------------------------------------------ */

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

/**
 * How many entries may follow one another from @p entry on, each mapping what is
 * behind the one before, until the address no longer fits where it stands: the
 * next would change attributes.
 */
static inline uint64_t arm64_steps_left(const struct arm64_geometry *g,
					int level, uint64_t entry)
{
	return ((g->oa_mask - (entry & g->oa_mask)) >> arm64_shift(g, level)) +
	       1;
}

/** An address bit of @p pa, one alone, as a descriptor has it. */
uint64_t dm_arm64_address_bit(const struct dm_kernel *kernel, uint64_t pa);
/** Whether @p bits is one bit, and one of a descriptor's address. */
bool dm_arm64_is_address_bit(const struct dm_kernel *kernel, uint64_t bits);

/**
 * A pointer without the tag that KASAN may have put into its top byte (7.3
 * asm/memory.h, __tag_reset()): bit 55 tells which half it belongs to.
 */
static inline uint64_t arm64_untagged(uint64_t pointer)
{
	return (uint64_t)((int64_t)(pointer << 8) >> 8);
}

/**
 * Where kernels before 5.4 have @p pa in their linear map, which was the upper
 * half of their addresses (14c127c957c1, "arm64: mm: Flip kernel VA space").
 */
static inline uint64_t arm64_linear_before_flip(const struct dm_kernel *kernel,
						uint64_t pa)
{
	return kernel->linear_end + (pa - kernel->phys_offset);
}

/* ---- Descriptors ---------------------------------------------------------- */

enum entry_kind {
	ENTRY_NONE, /* all zero */
	ENTRY_TABLE,
	ENTRY_LEAF, /* block or page, valid or not */
	ENTRY_BAD_BLOCK, /* block at a level where Linux makes none */
	ENTRY_RESERVED,
};

/** Index into MAIR_EL1 of an entry or a leaf's attributes. */
static inline unsigned int arm64_attrindx(uint64_t attrs)
{
	return (unsigned int)((attrs & ARM64_ATTRINDX) >> ARM64_ATTRINDX_SHIFT);
}

/**
 * Whether a descriptor can be one of a kernel's root table, whatever the granule:
 * which bits are an address differs, and those are not looked at. It is a table's,
 * or, where two levels are all (16K and 36 bits, 64K and 42), a block's.
 */
bool dm_arm64_may_be_of_root(uint64_t entry);

/** Where a valid table descriptor leads to, below 48 bits; 0: it is none. */
uint64_t dm_arm64_table_low(uint64_t entry);

enum entry_kind dm_arm64_classify(const struct arm64_geometry *g, int level,
				  uint64_t entry);

/**
 * Whether Linux writes such a table descriptor: of the address, the type, and in
 * use since 6.15 AF (asm/pgtable-hwdef.h, P4D_TYPE_TABLE, P4D_TABLE_AF), beside
 * NSTable, APTable, UXNTable and PXNTable. A page descriptor, which has the same
 * type bits, has others.
 */
bool dm_arm64_is_linux_table(const struct arm64_geometry *g, uint64_t entry);

/** Of an entry or a leaf's attributes: the CPU uses it. */
static inline bool arm64_is_valid(uint64_t entry)
{
	return entry & ARM64_VALID;
}

static inline bool arm64_is_read_only(uint64_t attrs)
{
	return attrs & ARM64_RDONLY;
}

/** By the kernel. */
static inline bool arm64_is_executable(uint64_t attrs)
{
	return !(attrs & ARM64_PXN);
}

/** AF: Linux sets it in all that maps the kernel's memory. */
static inline bool arm64_is_accessed(uint64_t entry)
{
	return entry & ARM64_AF;
}

/**
 * Whether Linux writes such a leaf: with AF, and at the last level, where a table's
 * descriptor is of the same type, with more than one of those has
 * (asm/pgtable-prot.h, PROT_DEFAULT: each has PTE_UXN, for one).
 */
static inline bool arm64_is_linux_leaf(const struct arm64_geometry *g,
				       int level, uint64_t entry)
{
	return arm64_is_accessed(entry) &&
	       (level < LEVEL_LAST || !dm_arm64_is_linux_table(g, entry));
}

static inline bool arm64_is_contiguous(uint64_t entry)
{
	return entry & ARM64_CONT;
}

/**
 * Bit 11: PTE_PRESENT_INVALID where not valid (7.3 asm/pgtable-prot.h), else
 * "not global".
 */
static inline bool arm64_is_bit11(uint64_t attrs)
{
	return attrs & ARM64_NG;
}

/**
 * A device's memory: asm/memory.h, MT_DEVICE_…. Where the kernel may be so old
 * that it numbers types otherwise, nothing is.
 */
bool dm_arm64_is_device(const struct dm_kernel *kernel, uint64_t attrs);

/** Of memory that a realm shares with its host (asm/pgtable-prot.h, PROT_NS_SHARED). */
static inline bool arm64_is_shared(const struct dm_kernel *kernel,
				   uint64_t attrs)
{
	return attrs & kernel->ns_shared;
}

/**
 * Attributes less the bits that differ with the leaf's size, that the CPU sets,
 * or that are software's own: what no user of a page asks for.
 */
static inline uint64_t arm64_compared(uint64_t attrs)
{
	return attrs &
	       ~(ARM64_CONT | ARM64_TYPE_BIT | ARM64_AF | ARM64_SOFTWARE);
}

/** In what attributes differ, the weightiest first. */
enum attr_difference {
	ATTR_VALID,
	ATTR_READ_ONLY,
	ATTR_KERNEL_EXECUTABLE,
	ATTR_USER_EXECUTABLE,
	ATTR_USER_ACCESS,
	ATTR_MEMORY_TYPE,
	ATTR_OTHER, /* or nothing */
};
/**
 * The weightiest difference of @p attrs from @p usual. What may be executed or
 * accessed counts only where @p attrs allow it and @p usual does not.
 */
enum attr_difference dm_arm64_difference(uint64_t attrs, uint64_t usual);

/**
 * Whether @p n entries are one contiguous leaf (Arm ARM D8.7.1: the bit set in
 * all, attributes equal, output addresses contiguous and aligned to the whole).
 * Software's bits are not the hardware's business.
 * @param entries	Little-endian, as dumped.
 */
bool dm_arm64_is_whole_group(const struct arm64_geometry *g, int level,
			     const void *entries, size_t n);

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

/* ---- The kernel's image and code ------------------------------------------ */

/*
 * Between _text and _stext is .head.text, filled up to SEGMENT_ALIGN
 * (kernel/vmlinux.lds.S), 64 KiB; the image begins on such a boundary.
 */
#define IMAGE_HEAD_MAX UINT64_C(0x10000)

/** _text, by _stext. */
static inline uint64_t arm64_image_text(uint64_t stext)
{
	return (stext - 1) & ~(IMAGE_HEAD_MAX - 1);
}

/* The region of modules is of 2 GiB at most (mm/init.c, 7.3). */
#define MODULES_SIZE_MAX (UINT64_C(2) << 30)
/* Code of modules reaches the kernel's with ADRP: 4 GiB either way. */
#define MODULES_REACH (UINT64_C(4) << 30)
/* What was set apart for all BPF code until 5.16: asm/memory.h, BPF_JIT_REGION_SIZE. */
#define BPF_REGION_MAX (UINT64_C(128) << 20)

/**
 * Bytes of the block that boot maps the device tree by in the fixmap, 0 if by
 * pages (mm/fixmap.c, fixmap_remap_fdt(); asm/boot.h, MAX_FDT_SIZE).
 */
uint64_t dm_arm64_fdt_block(const struct dm_kernel *kernel);

/** The kernel is older than the code that splits leaves at run time. */
bool dm_arm64_is_before_splits(const struct dm_kernel *kernel);

#endif /* DM_ARM64_H */
