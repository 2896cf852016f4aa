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
bool dm_geometry_agrees(struct dm_kernel_facts *facts, uint64_t memstart)
{
	uint64_t in_use = -(UINT64_C(1) << facts->va_bits_configured);
	uint64_t with_52 = -(UINT64_C(1) << 52);

	if (memstart == facts->phys_offset)
		return true;
	if (memstart != facts->phys_offset + with_52 - in_use)
		return false;
	facts->va_bits_configured = 52;
	facts->phys_offset = memstart;
	return true;
}
