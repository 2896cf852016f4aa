/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What boot left in a fake kernel: memblock, and the image with its alias. */
#ifndef FAKE_BOOT_H
#define FAKE_BOOT_H

#include "fake_map.h"
#include "fake_owners.h"

#define FAKE_IMAGE (-(UINT64_C(1) << 47) + 2 * GIB) /* VA of FAKE_KERNEL_RAM */

/** [0, @size) of FAKE_KERNEL_RAM. */
static inline void fake_memblock(struct fake_target *t, uint64_t size)
{
	uint64_t memblock = fake_kernel_data(t->fake);
	uint64_t regions = fake_kernel_data(t->fake);

	fake_target_symbol(t, "memblock", memblock);
	fake_target_member(t, "struct memblock", "memory", 16);
	fake_target_member(t, "struct memblock", "reserved", 56);
	fake_target_member(t, "struct memblock_type", "cnt", 0);
	fake_target_member(t, "struct memblock_type", "regions", 24);
	fake_target_member(t, "struct memblock_region", "base", 0);
	fake_target_member(t, "struct memblock_region", "size", 8);
	fake_target_member(t, "struct memblock_region", "flags", 16);
	fake_target_size(t, "struct memblock_region", 24);
	fake_kernel_write_u64(t->fake, memblock + 16, 1);
	fake_kernel_write_u64(t->fake, memblock + 40, regions);
	fake_kernel_write_u64(t->fake, memblock + 56, 0);
	fake_kernel_write_u64(t->fake, memblock + 80, regions);
	fake_kernel_write_u64(t->fake, regions, FAKE_KERNEL_RAM);
	fake_kernel_write_u64(t->fake, regions + 8, size);
	fake_kernel_write_u32(t->fake, regions + 16, 0);
}

/** The image and the GiB around it, mapped first as 7.3 does. */
static inline void fake_image(struct fake_target *t)
{
	fake_target_symbol(t, "_text", FAKE_IMAGE);
	fake_target_symbol(t, "_stext", FAKE_IMAGE + 64 * KIB);
	fake_target_symbol(t, "__init_begin", FAKE_IMAGE + 32 * MIB);
	fake_target_symbol(t, "__init_end", FAKE_IMAGE + 32 * MIB);
	fake_target_symbol(t, "__bss_stop", FAKE_IMAGE + 64 * MIB);
	fake_target_symbol(t, "_end", FAKE_IMAGE + 64 * MIB);
	fake_map(t, 0, 32 * MIB, CONT_PMD, NORMAL | RO);
	fake_map(t, 32 * MIB, GIB, CONT_PMD, NORMAL);
	fake_own(FAKE_KERNEL_RAM, 4096,
		 (struct dm_owner){ .kind = DM_OWNER_KERNEL_TEXT });
}

#endif /* FAKE_BOOT_H */
