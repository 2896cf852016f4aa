/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A linear map in a fake kernel of 4K pages, leaf by leaf, and struct pages. */
#ifndef FAKE_MAP_H
#define FAKE_MAP_H

#include "arm64/arm64.h"
#include "fake_target.h"
#include "suite.h"

#define GIB	 (UINT64_C(1) << 30)
#define MIB	 (UINT64_C(1) << 20)
#define KIB	 (UINT64_C(1) << 10)
#define BASE	 UINT64_C(0xffff000000000000) /* VA of FAKE_KERNEL_RAM */

#define PTE	 DM_LEAF_PTE
#define CONT_PTE DM_LEAF_CONT_PTE
#define PMD	 DM_LEAF_PMD
#define CONT_PMD DM_LEAF_CONT_PMD
#define PUD	 DM_LEAF_PUD

/* Attributes without valid and type, which a leaf's size brings. */
#define NORMAL	(ARM64_AF | ARM64_PXN | ARM64_UXN | UINT64_C(0x300))
#define TAGGED	(NORMAL | UINT64_C(1) << 2) /* another memory type */
#define RO	ARM64_RDONLY
#define INVALID ARM64_NG /* PTE_PRESENT_INVALID: of 7.x */

static const uint64_t fake_sizes[] = { 4 * KIB, 64 * KIB, 2 * MIB, 32 * MIB,
				       GIB };

/* [start, end), offsets from BASE, as leaves of @leaf. */
static inline void fake_map(struct fake_target *t, uint64_t start, uint64_t end,
			    enum dm_leaf leaf, uint64_t attrs)
{
	bool pages = leaf <= CONT_PTE;
	int level = pages ? 3 : leaf == PUD ? 1 : 2;
	uint64_t step = leaf == PUD ? GIB : pages ? 4 * KIB : 2 * MIB;
	uint64_t cont = leaf == CONT_PTE || leaf == CONT_PMD ? ARM64_CONT : 0;
	uint64_t bits = attrs | cont | (pages ? ARM64_TYPE_BIT : 0) |
			(attrs & INVALID ? 0 : ARM64_VALID);

	for (; start < end; start += step)
		fake_kernel_set_entry(t->fake, BASE + start, level,
				      (FAKE_KERNEL_RAM + start) | bits);
}

/* The PA of the table that maps @offset at @level. */
static inline uint64_t fake_table(struct fake_target *t, uint64_t offset,
				  int level)
{
	struct kva_path path;
	size_t i;

	suite_no_error(dm_kva_path(dm_target_kva(fake_target_fresh(t)),
				   BASE + offset, &path));
	for (i = 0; i < path.count; i++) {
		if (path.steps[i].level == level)
			return path.steps[i].table;
	}
	CU_FAIL_FATAL("no such table");
	return 0;
}

/* ---- struct page ----------------------------------------------------------- */

#define FAKE_VMEMMAP UINT64_C(0xfffffd0000000000)
#define PG_RESERVED  14
#define TYPE_TABLE   (~UINT32_C(0x200))

static inline void fake_pages_init(struct fake_target *t)
{
	fake_kernel_line(t->fake, "SYMBOL(vmemmap)=%llx",
			 (unsigned long long)FAKE_VMEMMAP);
	fake_kernel_line(t->fake, "SIZE(page)=64");
	fake_kernel_line(t->fake, "OFFSET(page.flags)=0");
	fake_kernel_line(t->fake, "OFFSET(page.compound_head)=8");
	fake_kernel_line(t->fake, "OFFSET(page.mapping)=24");
	fake_kernel_line(t->fake, "OFFSET(page._mapcount)=48");
	fake_kernel_line(t->fake, "OFFSET(page._refcount)=52");
	fake_target_member(t, "struct page", "memcg_data", 56);
	fake_target_enumerator(t, "enum pageflags", "PG_reserved", PG_RESERVED);
}

static inline void fake_page_of(struct fake_target *t, uint64_t pa,
				uint64_t flags, uint32_t type)
{
	uint64_t va = FAKE_VMEMMAP + (pa >> 12) * 64;

	fake_kernel_write_u64(t->fake, va, flags);
	fake_kernel_write_u64(t->fake, va + 56, 0);
	fake_kernel_write_u32(t->fake, va + 48, type);
}

/* ---- page_owner --------------------------------------------------------------- */

#define FAKE_EXT      UINT64_C(0xfffffe0000000000) /* of pfn 0 */
#define FAKE_EXT_SIZE 64
#define FAKE_EXT_PART 16 /* page_owner's */
#define FAKE_SECTIONS 32 /* bytes of a mem_section */

static inline void fake_page_owner_types(struct fake_target *t)
{
	fake_target_member(t, "struct page_ext_operations", "offset", 0);
	fake_target_member(t, "struct mem_section", "page_ext", 16);
	fake_target_member(t, "struct page_ext", "flags", 0);
	fake_target_member(t, "struct page_owner", "ts_nsec", 8);
	fake_target_member(t, "struct page_owner", "handle", 4);
	fake_target_enumerator(t, "enum page_ext_flags",
			       "PAGE_EXT_OWNER_ALLOCATED", 1);
}

/* The stack of pages that were there before page_owner. */
#define FAKE_EARLY 0x7e57

/* Sections of 128 MiB from 0 on, all with one array of page_ext. */
static inline void fake_page_owner_init(struct fake_target *t)
{
	uint64_t roots = fake_kernel_data(t->fake);
	uint64_t root = fake_kernel_data(t->fake), i;

	fake_page_owner_types(t);
	fake_target_variable(t, "page_owner_ops", 8, FAKE_EXT_PART);
	fake_target_variable(t, "page_ext_size", 8, FAKE_EXT_SIZE);
	fake_target_variable(t, "early_handle", 4, FAKE_EARLY);
	fake_kernel_write_u64(t->fake, roots, root);
	for (i = 0; i < 4096 / FAKE_SECTIONS; i++)
		fake_kernel_write_u64(t->fake, root + i * FAKE_SECTIONS + 16,
				      FAKE_EXT);
	fake_kernel_line(t->fake, "SYMBOL(mem_section)=%llx",
			 (unsigned long long)roots);
	fake_kernel_line(t->fake, "LENGTH(mem_section)=16");
	fake_kernel_line(t->fake, "SIZE(mem_section)=%d", FAKE_SECTIONS);
	fake_kernel_line(t->fake, "NUMBER(SECTION_SIZE_BITS)=27");
}

/* page_owner's note of the page at @pa. */
static inline void fake_note(struct fake_target *t, uint64_t pa, uint64_t ns,
			     uint32_t stack)
{
	uint64_t va = FAKE_EXT + (pa >> 12) * FAKE_EXT_SIZE;

	fake_kernel_write_u64(t->fake, va, 2); /* PAGE_EXT_OWNER_ALLOCATED */
	fake_kernel_write_u32(t->fake, va + FAKE_EXT_PART + 4, stack);
	fake_kernel_write_u64(t->fake, va + FAKE_EXT_PART + 8, ns);
}

#endif /* FAKE_MAP_H */
