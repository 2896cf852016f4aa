// SPDX-License-Identifier: GPL-2.0-or-later
/* What descriptors say: one alone, two beside each other, a contiguous group. */
#include <endian.h>
#include <string.h>

#include "arm64/arm64.h"

/*
 * Linux maps RAM by blocks at level 2 always and at level 1 with 4K pages only
 * (asm/pgtable.h, pud_sect_supported()); the architecture would allow more
 * (16K at level 1 with LPA2, 64K at level 1 with LPA), which would have no
 * name in the DirectMap lines.
 */
static bool block_level(const struct arm64_geometry *g, int level)
{
	return level == 2 || (level == 1 && g->page_shift == 12);
}

/*
 * A leaf can be there without being valid: set_direct_map_invalid_noflush()
 * and set_memory_valid() clear bit 0, with (7.3) or without (6.18 and before)
 * setting bit 11, PTE_PRESENT_INVALID. Kernel tables hold no swap entries, so
 * every entry that is not zero and has bit 0 clear is such a leaf, if its
 * type bit is right for the level; whether it maps what the linear map should
 * is for the walk to say.
 */
enum entry_kind dm_arm64_classify(const struct arm64_geometry *g, int level,
				  uint64_t entry)
{
	bool type = entry & ARM64_TYPE_BIT;

	if (!entry)
		return ENTRY_NONE;
	if (level == LEVEL_LAST)
		return type ? ENTRY_LEAF : ENTRY_RESERVED;
	if (type)
		return entry & ARM64_VALID ? ENTRY_TABLE : ENTRY_RESERVED;
	return block_level(g, level) ? ENTRY_LEAF : ENTRY_BAD_BLOCK;
}

/* Of 32 MiB at least; 64K pages have address bits in 15 to 12. */
static bool may_be_large_block(uint64_t entry)
{
	return !(entry & ARM64_TYPE_BIT) && entry & ARM64_AF &&
	       !(entry & UINT64_C(0x1ff0000));
}

/* As dm_arm64_is_linux_table(); of 64K pages bits 12 to 15 are an address too. */
bool dm_arm64_may_be_of_root(uint64_t entry)
{
	uint64_t type = ARM64_VALID | ARM64_TYPE_BIT;
	uint64_t address = UINT64_C(0x3fffffffff) << 12 | ARM64_SHARED;

	if (may_be_large_block(entry))
		return true;
	return (entry & type) == type && entry >> 12 << 12 &&
	       !(entry & ~(type | address | ARM64_AF | ARM64_TABLE_HIERARCHY));
}

uint64_t dm_arm64_table_low(uint64_t entry)
{
	uint64_t type = ARM64_VALID | ARM64_TYPE_BIT;

	if ((entry & type) != type)
		return 0;
	return entry & ((UINT64_C(1) << 48) - 1) & ~UINT64_C(0xfff);
}

bool dm_arm64_is_linux_table(const struct arm64_geometry *g, uint64_t entry)
{
	uint64_t written = g->oa_mask | g->oa_high_mask | ARM64_VALID |
			   ARM64_TYPE_BIT | ARM64_AF | ARM64_TABLE_HIERARCHY;

	return !(entry & ~written);
}

enum attr_difference dm_arm64_difference(uint64_t attrs, uint64_t usual)
{
	uint64_t differ = attrs ^ usual;

	return differ & ARM64_VALID	     ? ATTR_VALID
	       : differ & ARM64_RDONLY	     ? ATTR_READ_ONLY
	       : differ & ~attrs & ARM64_PXN ? ATTR_KERNEL_EXECUTABLE
	       : differ & ~attrs & ARM64_UXN ? ATTR_USER_EXECUTABLE
	       : differ & attrs & ARM64_USER ? ATTR_USER_ACCESS
	       : differ & ARM64_ATTRINDX     ? ATTR_MEMORY_TYPE
					     : ATTR_OTHER;
}

/* ---- Contiguous groups ---------------------------------------------------- */

static uint64_t entry_of(const void *entries, size_t i)
{
	uint64_t entry;

	memcpy(&entry, (const char *)entries + i * sizeof(entry),
	       sizeof(entry));
	return le64toh(entry);
}

bool dm_arm64_is_whole_group(const struct arm64_geometry *g, int level,
			     const void *entries, size_t n)
{
	unsigned int shift = arm64_shift(g, level);
	uint64_t first = entry_of(entries, 0), pa = arm64_oa(g, first);
	uint64_t attrs = arm64_attrs(g, first) & ~ARM64_SOFTWARE;
	size_t i;

	if (!(first & ARM64_CONT) || pa & (((uint64_t)n << shift) - 1))
		return false;
	for (i = 1; i < n; i++) {
		uint64_t entry = entry_of(entries, i);

		if ((arm64_attrs(g, entry) & ~ARM64_SOFTWARE) != attrs ||
		    arm64_oa(g, entry) != pa + ((uint64_t)i << shift))
			return false;
	}
	return true;
}

/* ---- In words ------------------------------------------------------------- */

/*
 * The words of the kernel's ptdump: arch/arm64/mm/ptdump.c, pte_bits[], 7.3.
 * 5.10 to 6.12 differ in one: BLK there stands on invalid blocks too.
 */
static const struct {
	uint64_t mask, value;
	const char *set, *clear;
	unsigned int width;
} words[] = {
	{ ARM64_VALID, ARM64_VALID, "", "F", 1 },
	{ ARM64_USER, ARM64_USER, "USR", "", 3 },
	{ ARM64_RDONLY, ARM64_RDONLY, "ro", "RW", 2 },
	{ ARM64_PXN, ARM64_PXN, "NX", "x", 2 },
	{ ARM64_SHARED, ARM64_SHARED, "SHD", "", 3 },
	{ ARM64_AF, ARM64_AF, "AF", "", 2 },
	{ ARM64_NG, ARM64_NG, "NG", "", 2 },
	{ ARM64_CONT, ARM64_CONT, "CON", "", 3 },
	{ ARM64_VALID | ARM64_TYPE_BIT, ARM64_VALID, "BLK", "", 3 },
	{ ARM64_UXN, ARM64_UXN, "UXN", "", 3 },
	{ ARM64_GP, ARM64_GP, "GP", "", 2 },
};

#define WORDS (sizeof(words) / sizeof(words[0]))

/*
 * Memory types by AttrIndx: asm/memory.h, MT_NORMAL and its neighbours. 0 to 2
 * are the same from 5.10 on; 3 was write-through until 5.13 and the device
 * types one higher, so 3 and 4 are named only where the kernel is known to be
 * later. RAM in the linear map is 0 or 1, so this rarely shows.
 */
static const char *memory_type(const struct dm_kernel *kernel, uint64_t attrs)
{
	static const char *const modern[] = {
		"MEM/NORMAL",	 "MEM/NORMAL-TAGGED", "MEM/NORMAL-NC",
		"DEVICE/nGnRnE", "DEVICE/nGnRE",      "ATTRINDX/5",
		"ATTRINDX/6",	 "ATTRINDX/7",
	};
	unsigned int index = (attrs & ARM64_ATTRINDX) >> ARM64_ATTRINDX_SHIFT;

	if (!kernel->modern_mair && index == 3)
		return "ATTRINDX/3";
	if (!kernel->modern_mair && index == 4)
		return "ATTRINDX/4";
	return modern[index];
}

bool dm_arm64_is_device(const struct dm_kernel *kernel, uint64_t attrs)
{
	unsigned int index = (attrs & ARM64_ATTRINDX) >> ARM64_ATTRINDX_SHIFT;

	return kernel->modern_mair && (index == 3 || index == 4);
}

/*
 * POIndex, protection by keys (7.3 asm/pgtable-hwdef.h, PTE_PO_IDX_MASK): user
 * space's up to 7.3; "pkeys-based hardening" (kpkeys), posted, gives page tables
 * a key of their own in the linear map. 0 is what all else has, and no word.
 */
static const char *overlay(uint64_t attrs)
{
	static const char *const names[] = { NULL,   "PO/1", "PO/2", "PO/3",
					     "PO/4", "PO/5", "PO/6", "PO/7" };

	return names[(attrs & ARM64_PO_INDEX) >> ARM64_PO_INDEX_SHIFT];
}

const char *dm_arm64_attr_word(const struct dm_kernel *kernel, uint64_t attrs,
			       unsigned int *cursor)
{
	unsigned int i = (*cursor)++;

	if (i < WORDS)
		return (attrs & words[i].mask) == words[i].value
			       ? words[i].set
			       : words[i].clear;
	return i == WORDS	? memory_type(kernel, attrs)
	       : i == WORDS + 1 ? overlay(attrs)
				: NULL;
}

unsigned int dm_arm64_attr_width(unsigned int cursor)
{
	/* The memory type's is the longest; what follows it is seldom there. */
	return cursor < WORDS ? words[cursor].width : cursor == WORDS ? 0 : 4;
}
