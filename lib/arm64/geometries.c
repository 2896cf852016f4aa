// SPDX-License-Identifier: GPL-2.0-or-later
/* The translation geometries that Linux has, to be tried on tables. */
#include <string.h>

#include "arm64/geometries.h"
#include "arm64/kernel.h"

/*
 * arch/arm64/Kconfig, "Virtual address space size": configured, and in use. A
 * kernel for 52 bits that runs with fewer has with 4K and 16K pages the tables of
 * one for those, with 64K pages the table of 52 bits: dm_geometry_in_use().
 */
static const struct {
	uint32_t page_size, configured, in_use;
} geometries[] = {
	{ 4096, 48, 48 },  { 4096, 39, 39 },  { 4096, 52, 52 },
	{ 16384, 47, 47 }, { 16384, 48, 48 }, { 16384, 52, 52 },
	{ 16384, 36, 36 }, { 65536, 52, 52 }, { 65536, 48, 48 },
	{ 65536, 42, 42 },
};

bool dm_geometry_next(uint32_t page_size, size_t *cursor,
		      struct dm_kernel *kernel)
{
	size_t i = *cursor;

	while (i < sizeof(geometries) / sizeof(*geometries) &&
	       geometries[i].page_size != page_size)
		i++;
	*cursor = i + 1;
	if (i >= sizeof(geometries) / sizeof(*geometries))
		return false;
	memset(kernel, 0, sizeof(*kernel));
	kernel->struct_size = sizeof(*kernel);
	dm_kernel_set_page_size(kernel, page_size);
	kernel->va_bits_configured = geometries[i].configured;
	kernel->va_bits = geometries[i].in_use;
	dm_kernel_derive(kernel);
	return true;
}

/*
 * 64K pages: the table of 52 bits serves 48 too, from 0x1e00 on (assembler.h,
 * offset_ttbr1). Where 52 bits are in use the linear map begins further below:
 * KASLR moves it up by less than that (mm/init.c, arm64_memblock_init()).
 */
uint32_t dm_geometry_in_use(const struct dm_kernel *kernel, uint64_t lowest)
{
	if (kernel->page_shift == 16 && kernel->va_bits == 52 &&
	    lowest >= -(UINT64_C(1) << 48))
		return 48;
	return kernel->va_bits;
}

/*
 * PAGE_OFFSET is of the configured size, and memstart_addr goes with it
 * (asm/memory.h, __phys_to_virt()).
 */
static uint64_t moved(const struct dm_kernel_facts *facts, uint32_t bits)
{
	return facts->phys_offset + (UINT64_C(1) << facts->va_bits_configured) -
	       (UINT64_C(1) << bits);
}

/* 52 bits fall back to 48, with 16K pages to 47. */
static bool may_be_configured(const struct dm_kernel_facts *facts,
			      uint32_t bits)
{
	size_t cursor = 0;
	struct dm_kernel k;

	if (!facts->va_bits || facts->va_bits >= 64 ||
	    !facts->va_bits_configured || facts->va_bits_configured >= 64)
		return false;
	if (bits == facts->va_bits)
		return true;
	while (dm_geometry_next(facts->page_size, &cursor, &k)) {
		if (k.va_bits_configured == 52 && bits == 52)
			return k.linear_end ==
			       -(UINT64_C(1) << (facts->va_bits - 1));
	}
	return false;
}

bool dm_kernel_facts_configured(struct dm_kernel_facts *facts, uint32_t bits,
				enum dm_origin origin)
{
	if (!may_be_configured(facts, bits))
		return false;
	facts->phys_offset = moved(facts, bits);
	facts->va_bits_configured = bits;
	facts->from[DM_FACT_VA_BITS_CONFIGURED] = origin;
	return true;
}

bool dm_geometry_agrees(struct dm_kernel_facts *facts, uint64_t memstart)
{
	uint32_t bits =
		memstart == facts->phys_offset ? facts->va_bits_configured : 52;

	if (memstart != moved(facts, bits) ||
	    !dm_kernel_facts_configured(facts, bits, DM_ORIGIN_MEMSTART))
		return false;
	facts->from[DM_FACT_PHYS_OFFSET] = DM_ORIGIN_MEMSTART;
	return true;
}
