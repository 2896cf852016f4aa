// SPDX-License-Identifier: GPL-2.0-or-later
/* Which VA bits index which table, and where a descriptor keeps its address. */
#include "arm64/arm64.h"

/* pgtable-hwdef.h, ARM64_HW_PGTABLE_LEVELS(). */
unsigned int dm_arm64_levels(unsigned int va_bits, unsigned int page_shift)
{
	unsigned int index_bits = page_shift - 3;

	return (va_bits - page_shift + index_bits - 1) / index_bits;
}

/*
 * The root table. A kernel configured for 52 bits that runs with 48 keeps the
 * 52-bit swapper_pg_dir where both walks start at the same level (64K pages:
 * TTBR1 then points 0x1e00 into it, assembler.h offset_ttbr1), so that the
 * index still has the configured width; where the shorter walk starts a level
 * lower (4K: 5 to 4, 16K: 4 to 3), swapper_pg_dir is that level's table
 * (7.3 arch/arm64/kernel/pi/map_kernel.c, early_map_kernel(): root_level++).
 */
static void set_root(struct arm64_geometry *g, const struct dm_kernel *kernel)
{
	unsigned int shift, va_bits = kernel->va_bits;

	g->root_level = arm64_root_level(kernel);
	if (dm_arm64_levels(kernel->va_bits_configured, g->page_shift) ==
	    kernel->levels)
		va_bits = kernel->va_bits_configured;
	shift = arm64_shift(g, g->root_level);
	g->root_bits = va_bits - shift;
	g->root_base = -(UINT64_C(1) << va_bits);
}

/*
 * Output address bits, Arm ARM D8.3: 48-bit addresses stay in place. With 64K
 * pages OA[51:48] is in bits 15:12 (FEAT_LPA; RES0 without it, so it may be
 * taken always). With FEAT_LPA2 in use (4K and 16K) OA[49:48] is in place and
 * OA[51:50] in bits 9:8, where SH is otherwise.
 */
static void set_oa(struct arm64_geometry *g, const struct dm_kernel *kernel)
{
	unsigned int top = kernel->lpa2 ? 50 : 48;

	g->oa_mask = ((UINT64_C(1) << top) - 1) &
		     ~((UINT64_C(1) << g->page_shift) - 1);
	if (g->page_shift == 16) {
		g->oa_high_mask = UINT64_C(0xf) << 12;
		g->oa_high_shift = 36;
	} else if (kernel->lpa2) {
		g->oa_high_mask = UINT64_C(3) << 8;
		g->oa_high_shift = 42;
	} else {
		g->oa_high_mask = 0;
		g->oa_high_shift = 0;
	}
	/* PROT_NS_SHARED is a protection to the kernel: see kernel/realm.c. */
	g->oa_mask &= ~kernel->ns_shared;
	g->oa_high_mask &= ~kernel->ns_shared;
}

void dm_arm64_geometry_init(struct arm64_geometry *g,
			    const struct dm_kernel *kernel)
{
	g->page_shift = kernel->page_shift;
	g->index_bits = kernel->page_shift - 3;
	set_root(g, kernel);
	set_oa(g, kernel);
	/* 7.3 arch/arm64/mm/ptdump.c, pte_bits[]; and what kpkeys adds. */
	g->ptdump_mask = ARM64_VALID | ARM64_TYPE_BIT | ARM64_ATTRINDX |
			 ARM64_USER | ARM64_RDONLY | ARM64_AF | ARM64_NG |
			 ARM64_GP | ARM64_CONT | ARM64_PXN | ARM64_UXN |
			 ARM64_PO_INDEX;
	if (!kernel->lpa2)
		g->ptdump_mask |= ARM64_SHARED;
	g->ptdump_mask |= kernel->ns_shared;
}

/*
 * arch/arm64/Kconfig, ARM64_CONT_PTE_SHIFT and ARM64_CONT_PMD_SHIFT: the same
 * group sizes as Arm ARM D8.7.1 has for the lookup levels 3 and 2. Linux never
 * sets the bit at level 1.
 */
unsigned int dm_arm64_cont_entries(unsigned int page_shift, int level)
{
	if (level == LEVEL_LAST)
		return page_shift == 14 ? 128 : page_shift == 16 ? 32 : 16;
	if (level == 2)
		return page_shift == 12 ? 16 : 32;
	return 1;
}

uint64_t dm_arm64_address_bit(const struct dm_kernel *kernel, uint64_t pa)
{
	struct arm64_geometry g;

	dm_arm64_geometry_init(&g, kernel);
	return pa & g.oa_mask ? pa : pa >> g.oa_high_shift;
}

bool dm_arm64_is_address_bit(const struct dm_kernel *kernel, uint64_t bits)
{
	struct arm64_geometry g;

	dm_arm64_geometry_init(&g, kernel);
	return bits && !(bits & (bits - 1)) && !arm64_attrs(&g, bits);
}

uint64_t dm_arm64_fdt_block(const struct dm_kernel *kernel)
{
	return kernel->page_shift == 12 ? UINT64_C(2) << 20 : 0;
}
