// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds a fake kernel with RAM, image and memblock for any page size. */
#include "arm64/arm64.h"
#include "made.h"

#define ATTRS  (ARM64_VALID | ARM64_AF | ARM64_PXN | ARM64_UXN | UINT64_C(0x300))
#define NOMAP  4
#define REGION 24 /* bytes of a struct memblock_region */

struct making {
	struct fake_target *t;
	uint64_t page, group, pmd; /* bytes */
};

/* ---- The map ------------------------------------------------------------- */

static void map(struct making *m, uint64_t pa, uint64_t size, uint64_t step,
		uint64_t bits)
{
	uint64_t end = pa + size;
	int level = step == m->pmd ? 2 : 3;

	if (level == 3)
		bits |= ARM64_TYPE_BIT;
	for (; pa < end; pa += step)
		fake_kernel_set_entry(m->t->fake, fake_target_linear(m->t, pa),
				      level, pa | bits);
}

static void map_all(struct making *m)
{
	uint64_t ram = FAKE_KERNEL_RAM, text = ram + m->pmd / 4;
	uint64_t odd = ram + m->pmd / 8, hole = ram + 2 * m->pmd + m->pmd / 2;

	map(m, ram, m->pmd, m->page, ATTRS | ARM64_CONT);
	map(m, odd, m->group, m->page, ATTRS);
	map(m, odd, m->page, m->page, (ATTRS & ~ARM64_VALID) | ARM64_NG);
	map(m, text, 2 * m->group, m->page, ATTRS | ARM64_CONT | ARM64_RDONLY);
	map(m, ram + m->pmd, m->pmd, m->pmd, ATTRS);
	map(m, ram + 2 * m->pmd, hole - (ram + 2 * m->pmd), m->page,
	    ATTRS | ARM64_CONT);
	map(m, hole + m->group, ram + 3 * m->pmd - (hole + m->group), m->page,
	    ATTRS | ARM64_CONT);
}

/* ---- What the kernel says of its memory ---------------------------------- */

static void add_region(struct making *m, uint64_t regions, size_t i,
		       uint64_t start, uint64_t end, uint32_t flags)
{
	uint64_t va = regions + REGION * i;

	fake_kernel_write_u64(m->t->fake, va, start);
	fake_kernel_write_u64(m->t->fake, va + 8, end - start);
	fake_kernel_write_u32(m->t->fake, va + 16, flags);
}

static void add_types(struct fake_target *t)
{
	fake_target_array(t, "struct memblock", "memory", 16, 40);
	fake_target_array(t, "struct memblock", "reserved", 56, 40);
	fake_target_member(t, "struct memblock_type", "cnt", 0);
	fake_target_member(t, "struct memblock_type", "regions", 24);
	fake_target_member(t, "struct memblock_region", "base", 0);
	fake_target_member(t, "struct memblock_region", "size", 8);
	fake_target_array(t, "struct memblock_region", "flags", 16, 4);
	fake_target_size(t, "struct memblock_region", REGION);
	fake_target_enumerator(t, "enum memblock_flags", "MEMBLOCK_NOMAP",
			       NOMAP);
}

static void add_memblock(struct making *m)
{
	uint64_t ram = FAKE_KERNEL_RAM, end = ram + 3 * m->pmd;
	uint64_t hole = ram + 2 * m->pmd + m->pmd / 2;
	struct fake_kernel *fake = m->t->fake;
	uint64_t memblock = fake_target_variable(m->t, "memblock", 8, 0);
	uint64_t regions = fake_kernel_data(fake);

	add_types(m->t);
	fake_kernel_write_u64(fake, memblock + 16, 3);
	fake_kernel_write_u64(fake, memblock + 40, regions);
	/* Nothing is reserved. */
	fake_kernel_write_u64(fake, memblock + 56, 0);
	fake_kernel_write_u64(fake, memblock + 80, regions);
	add_region(m, regions, 0, ram, hole, 0);
	add_region(m, regions, 1, hole, hole + m->group, NOMAP);
	add_region(m, regions, 2, hole + m->group, end, 0);
}

static void add_image(struct making *m)
{
	struct fake_target *t = m->t;
	uint64_t text;

	fake_target_fresh(t);
	text = FAKE_KERNEL_RAM + m->pmd / 4 + t->kernel.kimage_voffset;
	fake_target_symbol(t, "_text", text);
	fake_target_symbol(t, "_stext", text + m->page);
	fake_target_symbol(t, "__init_begin", text + 2 * m->group);
	fake_target_variable(t, "rodata_full", 1, 1);
	fake_target_variable(t, "rodata_enabled", 1, 1);
}

struct fake_target *made_create(unsigned int page_shift, unsigned int va_bits)
{
	struct making m = {
		.t = fake_target_create(page_shift, va_bits),
		.page = UINT64_C(1) << page_shift,
		.pmd = UINT64_C(1) << (2 * page_shift - 3),
	};

	m.group = m.page * dm_arm64_cont_entries(page_shift, 3);
	add_image(&m);
	add_memblock(&m);
	map_all(&m);
	return m.t;
}
