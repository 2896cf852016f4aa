// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What boot mapped. The layouts called real, and what is expected of them, are
 * from the ptdump of those machines; the others are worked out by hand from
 * mmu.c.
 */
#include <stdlib.h>

#include "analysis/boot.h"
#include "suite.h"

#define GIB	(UINT64_C(1) << 30)
#define MIB	(UINT64_C(1) << 20)

#define EDGE	BOOT_WHY_EDGE
#define POLICY	BOOT_WHY_POLICY_PAGES
#define ALIAS	BOOT_WHY_KERNEL_ALIAS
#define KFENCE	BOOT_WHY_KFENCE_POOL
#define CRASH	BOOT_WHY_CRASH_KERNEL
#define REPAINT BOOT_WHY_REPAINT
#define HOTPLUG BOOT_WHY_HOTPLUG

#define BASE	UINT64_C(0xffff000000000000)

static struct dm_kernel kernel_of(unsigned int shift, uint64_t phys_offset)
{
	return (struct dm_kernel){
		.page_shift = shift,
		.page_size = 1u << shift,
		.linear_start = BASE,
		.linear_end = UINT64_C(0xffff800000000000),
		.page_offset = BASE,
		.phys_offset = phys_offset,
	};
}

/* From BASE; ends with an end of 0. */
struct expected {
	uint64_t start, end;
	enum dm_leaf leaf, could_be;
	unsigned int why;
};

static void check(const struct boot_layout *layout,
		  const struct expected *expected)
{
	struct boot_run run = { 0 };
	struct boot_map *map = NULL;

	suite_no_error(dm_boot_map_create(layout, &map));
	if (!map)
		return;
	for (; expected->end; expected++) {
		bool more = dm_boot_map_next(map, run.start + run.size, &run);

		CU_ASSERT_TRUE_FATAL(more);
		CU_ASSERT_EQUAL(run.start, BASE + expected->start);
		CU_ASSERT_EQUAL(run.start + run.size, BASE + expected->end);
		CU_ASSERT_EQUAL(run.leaf, expected->leaf);
		CU_ASSERT_EQUAL(run.could_be, expected->could_be);
		CU_ASSERT_EQUAL(run.why, expected->why);
	}
	CU_ASSERT_FALSE(dm_boot_map_next(map, run.start + run.size, &run));
	dm_boot_map_destroy(map);
}

#define PTE	 DM_LEAF_PTE
#define CONT_PTE DM_LEAF_CONT_PTE
#define PMD	 DM_LEAF_PMD
#define CONT_PMD DM_LEAF_CONT_PMD
#define PUD	 DM_LEAF_PUD

/* ---- Whole machines --------------------------------------------------------- */

static const struct boot_bank two_gib[] = { { GIB, 3 * GIB, false, NULL, 0 } };

/* 7.3.4, 2 GiB from 1 GiB on. */
static struct boot_layout real_73(const struct dm_kernel *k)
{
	return (struct boot_layout){
		.kernel = k,
		.banks = two_gib,
		.bank_count = 1,
		.alias = BOOT_ALIAS_FIRST,
		.inward = true,
		.text = { 0x40200000, 0x42270000 },
		.data = { 0x424f0000, 0x42aad000 },
	};
}

static void test_real_73(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = real_73(&k);
	static const struct expected blocks[] = {
		{ 0, 0x2200000, PMD, PUD, ALIAS },
		{ 0x2200000, 0x2600000, CONT_PTE, PUD, ALIAS },
		{ 0x2600000, 0x2a00000, PMD, PUD, ALIAS },
		{ 0x2a00000, 0x2aa0000, CONT_PTE, PUD, ALIAS },
		/* __bss_stop is in the middle of a group. */
		{ 0x2aa0000, 0x2ab0000, PTE, PUD, ALIAS },
		{ 0x2ab0000, 0x2c00000, CONT_PTE, PUD, ALIAS },
		{ 0x2c00000, 0x4000000, PMD, PUD, ALIAS },
		{ 0x4000000, GIB, CONT_PMD, PUD, ALIAS },
		{ GIB, 2 * GIB, PUD, PUD, 0 },
		{ 0 },
	};
	static const struct expected pages[] = {
		{ 0, 2 * GIB, PTE, PUD, POLICY },
		{ 0 },
	};

	check(&l, blocks);
	l.pages = true;
	check(&l, pages);
}

static void test_repaint(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = real_73(&k);
	/* The block with _stext goes with what is before it. */
	static const struct expected expected[] = {
		{ 0, 0x400000, PTE, PUD, REPAINT },
		{ 0x400000, 0x2200000, PMD, PUD, ALIAS },
		{ 0x2200000, 0x2270000, CONT_PTE, PUD, ALIAS },
		{ 0x2270000, 0x2aa0000, PTE, PUD, REPAINT },
		{ 0x2aa0000, 0x2ab0000, PTE, PUD, ALIAS },
		{ 0x2ab0000, 2 * GIB, PTE, PUD, REPAINT },
		{ 0 },
	};

	l.repaint = true;
	l.repaint_kept = (struct dm_range){ 0x40210000, 0x42270000 };
	check(&l, expected);
}

/* 6.1.176 with KPTI, 1 GiB: pages, but for whole blocks of the alias. */
static void test_real_61(void)
{
	static const struct boot_bank banks[] = { { GIB, 2 * GIB, false, NULL,
						    0 } };
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = {
		.kernel = &k,
		.banks = banks,
		.bank_count = 1,
		.pages = true,
		.text = { 0x40210000, 0x41580000 },
	};
	static const struct expected pages[] = {
		{ 0, 0x210000, PTE, PUD, POLICY },
		{ 0x210000, 0x400000, PTE, PUD, ALIAS },
		{ 0x400000, 0x1400000, PMD, PUD, ALIAS },
		{ 0x1400000, 0x1580000, PTE, PUD, ALIAS },
		{ 0x1580000, GIB, PTE, PUD, POLICY },
		{ 0 },
	};
	static const struct expected blocks[] = {
		{ 0, 0x200000, PMD, PUD, ALIAS },
		{ 0x200000, 0x210000, CONT_PTE, PUD, ALIAS },
		{ 0x210000, 0x400000, PTE, PUD, ALIAS },
		{ 0x400000, 0x1400000, PMD, PUD, ALIAS },
		{ 0x1400000, 0x1580000, PTE, PUD, ALIAS },
		{ 0x1580000, 0x1600000, CONT_PTE, PUD, ALIAS },
		{ 0x1600000, 0x2000000, PMD, PUD, ALIAS },
		{ 0x2000000, GIB, CONT_PMD, PUD, ALIAS },
		{ 0 },
	};

	check(&l, pages);
	l.pages = false;
	check(&l, blocks);
}

static void test_all_pages(void)
{
	static const struct boot_bank banks[] = { { 0, 512 * GIB, false, NULL,
						    0 } };
	struct dm_kernel k = kernel_of(12, 0);
	struct boot_layout l = {
		.kernel = &k,
		.banks = banks,
		.bank_count = 1,
		.pages = true,
	};
	static const struct expected expected[] = {
		{ 0, 512 * GIB, PTE, PUD, POLICY },
		{ 0 },
	};

	check(&l, expected);
	l.alias = BOOT_ALIAS_FIRST;
	l.text = (struct dm_range){ 0x200000, 0x2270000 };
	check(&l, expected);
}

/* ---- Granules and edges -------------------------------------------------------- */

static void test_16k(void)
{
	/* Three blocks, two groups, three pages. */
	const struct boot_bank banks[] = {
		{ GIB, GIB + 100 * MIB + 3 * 16384, false, NULL, 0 },
		{ 2 * GIB, 3 * GIB, false, NULL, 0 },
	};
	struct dm_kernel k = kernel_of(14, GIB);
	struct boot_layout l = { .kernel = &k,
				 .banks = banks,
				 .bank_count = 2 };
	static const struct expected expected[] = {
		{ 0, 96 * MIB, PMD, PMD, EDGE },
		{ 96 * MIB, 100 * MIB, CONT_PTE, CONT_PTE, EDGE },
		{ 100 * MIB, 100 * MIB + 3 * 16384, PTE, PTE, EDGE },
		{ GIB, 2 * GIB, CONT_PMD, CONT_PMD, 0 },
		{ 0 },
	};

	check(&l, expected);
}

static void test_64k(void)
{
	static const struct boot_bank banks[] = { { GIB, 33 * GIB, false, NULL,
						    0 } };
	struct dm_kernel k = kernel_of(16, 0);
	struct boot_layout l = {
		.kernel = &k,
		.banks = banks,
		.bank_count = 1,
		.alias = BOOT_ALIAS_FIRST,
		.text = { 32 * GIB + 2 * MIB, 32 * GIB + 40 * MIB + 65536 },
	};
	static const struct expected expected[] = {
		{ GIB, 16 * GIB, PMD, PMD, EDGE },
		{ 16 * GIB, 32 * GIB, CONT_PMD, CONT_PMD, 0 },
		{ 32 * GIB, 32 * GIB + 40 * MIB, CONT_PTE, PMD, ALIAS },
		{ 32 * GIB + 40 * MIB, 32 * GIB + 42 * MIB, PTE, PMD, ALIAS },
		{ 32 * GIB + 42 * MIB, 32 * GIB + 512 * MIB, CONT_PTE, PMD,
		  ALIAS },
		{ 32 * GIB + 512 * MIB, 33 * GIB, PMD, PMD, EDGE },
		{ 0 },
	};
	/* VA and PA differ by what is no multiple of 16G: no groups. */
	static const struct expected apart[] = {
		{ 0, 32 * GIB, PMD, PMD, EDGE },
		{ 0 },
	};

	check(&l, expected);
	k.phys_offset = GIB;
	l.text = (struct dm_range){ 0, 0 };
	check(&l, apart);
}

static void test_holes(void)
{
	/* A NOMAP page, and a hole of 2 MiB. */
	static const struct boot_bank banks[] = {
		{ GIB, GIB + 64 * MIB + 4096, false, NULL, 0 },
		{ GIB + 64 * MIB + 8192, GIB + 96 * MIB, false, NULL, 0 },
		{ GIB + 98 * MIB, GIB + 128 * MIB, false, NULL, 0 },
	};
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = { .kernel = &k,
				 .banks = banks,
				 .bank_count = 3 };
	static const struct expected expected[] = {
		{ 0, 64 * MIB, CONT_PMD, CONT_PMD, EDGE },
		{ 64 * MIB, 64 * MIB + 4096, PTE, PTE, EDGE },
		{ 64 * MIB + 8192, 64 * MIB + 65536, PTE, PTE, EDGE },
		{ 64 * MIB + 65536, 66 * MIB, CONT_PTE, CONT_PTE, EDGE },
		{ 66 * MIB, 96 * MIB, PMD, PMD, EDGE },
		{ 98 * MIB, 128 * MIB, PMD, PMD, EDGE },
		{ 0 },
	};

	check(&l, expected);
}

/* A bank that ends within a page: with 6.1 it is mapped, with 7.3 not. */
static void test_rounding(void)
{
	static const struct boot_bank banks[] = {
		{ GIB + 0x800, GIB + 2 * MIB + 0x800, false, NULL, 0 },
		{ GIB + 2 * MIB + 0xc00, GIB + 4 * MIB, false, NULL, 0 },
		/* Smaller than a page, in one. */
		{ GIB + 6 * MIB + 0x100, GIB + 6 * MIB + 0x200, false, NULL,
		  0 },
	};
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = { .kernel = &k,
				 .banks = banks,
				 .bank_count = 3 };
	static const struct expected outward[] = {
		{ 0, 4 * MIB, PTE, PMD, POLICY },
		{ 6 * MIB, 6 * MIB + 4096, PTE, PTE, EDGE },
		{ 0 },
	};
	static const struct expected inward[] = {
		{ 4096, 65536, PTE, PTE, EDGE },
		{ 65536, 2 * MIB, CONT_PTE, CONT_PTE, EDGE },
		{ 2 * MIB + 4096, 2 * MIB + 65536, PTE, PTE, EDGE },
		{ 2 * MIB + 65536, 4 * MIB, CONT_PTE, CONT_PTE, EDGE },
		{ 0 },
	};

	/* With blocks, a kernel that maps a page twice would not have booted. */
	l.pages = true;
	check(&l, outward);
	l.pages = false;
	l.inward = true;
	l.alias = BOOT_ALIAS_FIRST;
	check(&l, inward);
}

/* ---- What is mapped by itself -------------------------------------------------- */

static void test_kfence(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = {
		.kernel = &k,
		.banks = two_gib,
		.bank_count = 1,
		/* The last but one block before 2 GiB. */
		.kfence = { 2 * GIB - 4 * MIB, 2 * GIB - 2 * MIB },
	};
	static const struct expected whole[] = {
		{ 0, GIB - 32 * MIB, CONT_PMD, PUD, KFENCE },
		{ GIB - 32 * MIB, GIB - 4 * MIB, PMD, PUD, KFENCE },
		{ GIB - 4 * MIB, GIB - 2 * MIB, PTE, PUD, KFENCE },
		{ GIB - 2 * MIB, GIB, PMD, PUD, KFENCE },
		{ GIB, 2 * GIB, PUD, PUD, 0 },
		{ 0 },
	};
	static const struct expected straddling[] = {
		{ 0, GIB - 32 * MIB, CONT_PMD, PUD, KFENCE },
		{ GIB - 32 * MIB, GIB - 4 * MIB, PMD, PUD, KFENCE },
		{ GIB - 4 * MIB, GIB - 3 * MIB, CONT_PTE, PUD, KFENCE },
		{ GIB - 3 * MIB, GIB - MIB + 65536, PTE, PUD, KFENCE },
		{ GIB - MIB + 65536, GIB, CONT_PTE, PUD, KFENCE },
		{ GIB, 2 * GIB, PUD, PUD, 0 },
		{ 0 },
	};

	check(&l, whole);
	l.alias = BOOT_ALIAS_FIRST;
	check(&l, whole);
	l.kfence = (struct dm_range){ 2 * GIB - 3 * MIB + 4096,
				      2 * GIB - MIB + 4096 };
	check(&l, straddling);
	l.alias = BOOT_ALIAS_APART;
	check(&l, straddling);
}

static void test_crash_kernel(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = {
		.kernel = &k,
		.banks = two_gib,
		.bank_count = 1,
		.crash = { 2 * GIB, 2 * GIB + 256 * MIB },
	};
	static const struct expected expected[] = {
		{ 0, GIB, PUD, PUD, 0 },
		{ GIB, GIB + 256 * MIB, PTE, PUD, CRASH },
		{ GIB + 256 * MIB, 2 * GIB, CONT_PMD, PUD, CRASH },
		{ 0 },
	};

	check(&l, expected);
}

static void test_two_reasons(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = real_73(&k);
	static const struct expected expected[] = {
		{ 0, 0x2200000, PMD, PUD, ALIAS },
		{ 0x2200000, 0x2600000, CONT_PTE, PUD, ALIAS },
		{ 0x2600000, 0x2a00000, PMD, PUD, ALIAS },
		{ 0x2a00000, 0x2aa0000, CONT_PTE, PUD, ALIAS },
		{ 0x2aa0000, 0x2ab0000, PTE, PUD, ALIAS },
		{ 0x2ab0000, 0x2c00000, CONT_PTE, PUD, ALIAS },
		{ 0x2c00000, 0x4000000, PMD, PUD, ALIAS },
		/* Both touch the 1G block; either would have split it. */
		{ 0x4000000, GIB - 32 * MIB, CONT_PMD, PUD, ALIAS | KFENCE },
		{ GIB - 32 * MIB, GIB - 2 * MIB, PMD, PUD, KFENCE },
		{ GIB - 2 * MIB, GIB, PTE, PUD, KFENCE },
		{ GIB, 2 * GIB, PUD, PUD, 0 },
		{ 0 },
	};

	l.kfence = (struct dm_range){ 2 * GIB - 2 * MIB, 2 * GIB };
	check(&l, expected);
}

static void test_hotplug(void)
{
	static const struct boot_bank banks[] = {
		{ GIB, 2 * GIB, false, NULL, 0 },
		{ 2 * GIB, 2 * GIB + 512 * MIB, true, NULL, 0 },
		{ 2 * GIB + 512 * MIB, 3 * GIB, true, NULL, 0 },
		{ 3 * GIB, 3 * GIB + 128 * MIB, true, NULL, 0 },
	};
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = { .kernel = &k,
				 .banks = banks,
				 .bank_count = 4 };
	static const struct expected blocks[] = {
		{ 0, GIB, PUD, PUD, 0 },
		{ GIB, 2 * GIB, CONT_PMD, PUD, HOTPLUG },
		{ 2 * GIB, 2 * GIB + 128 * MIB, CONT_PMD, CONT_PMD, EDGE },
		{ 0 },
	};
	static const struct expected pages[] = {
		{ 0, GIB, PUD, PUD, 0 },
		{ GIB, 2 * GIB, PTE, PUD, POLICY },
		{ 2 * GIB, 2 * GIB + 128 * MIB, PTE, CONT_PMD, POLICY },
		{ 0 },
	};

	check(&l, blocks);
	l.hotplug_pages = true;
	check(&l, pages);
}

static const char why_unknown[] = "nobody wrote it down";

/*
 * Of memory of which it is not known how it was added only the least leaf is
 * told, and its neighbours are as ever.
 */
static void test_unknown(void)
{
	static const struct {
		unsigned int shift;
		uint64_t multiple;
		enum dm_leaf least;
	} rows[] = {
		{ 12, 128 * MIB, CONT_PMD },
		{ 12, GIB, PUD },
		{ 14, 128 * MIB, PMD },
		{ 16, 512 * MIB, PMD },
		{ 12, 0, PTE },
		{ 16, 128 * MIB, CONT_PTE },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct boot_bank banks[] = {
			{ GIB, 2 * GIB, false, NULL, 0 },
			{ 2 * GIB, 3 * GIB, true, why_unknown,
			  rows[i].multiple },
			{ 3 * GIB, 4 * GIB, true, NULL, 0 },
		};
		struct dm_kernel k = kernel_of(rows[i].shift, 0);
		struct boot_layout l = { .kernel = &k,
					 .banks = banks,
					 .bank_count = 3 };
		struct boot_map *map = NULL;
		struct boot_run run;

		suite_no_error(dm_boot_map_create(&l, &map));
		CU_ASSERT_TRUE(dm_boot_map_next(map, BASE + 2 * GIB - 1, &run));
		CU_ASSERT_EQUAL(run.start + run.size, BASE + 2 * GIB);
		CU_ASSERT_PTR_NULL(run.unknown);
		CU_ASSERT_FALSE(run.hotplug);
		CU_ASSERT_TRUE(dm_boot_map_next(map, BASE + 2 * GIB, &run));
		CU_ASSERT_EQUAL(run.start, BASE + 2 * GIB);
		CU_ASSERT_EQUAL(run.size, GIB);
		CU_ASSERT_PTR_EQUAL(run.unknown, why_unknown);
		CU_ASSERT_EQUAL(run.leaf, rows[i].least);
		CU_ASSERT_EQUAL(run.could_be, rows[i].least);
		CU_ASSERT_EQUAL(run.why, 0);
		CU_ASSERT_TRUE(run.hotplug);
		CU_ASSERT_TRUE(dm_boot_map_next(map, BASE + 3 * GIB, &run));
		CU_ASSERT_PTR_NULL(run.unknown);
		CU_ASSERT_TRUE(run.leaf >= PMD);
		dm_boot_map_forget_added(map, "all");
		CU_ASSERT_TRUE(dm_boot_map_next(map, BASE + 2 * GIB, &run));
		CU_ASSERT_EQUAL(run.size, 2 * GIB);
		CU_ASSERT_EQUAL(run.leaf, PTE);
		CU_ASSERT_STRING_EQUAL(run.unknown, "all");
		CU_ASSERT_TRUE(dm_boot_map_next(map, BASE + GIB, &run));
		CU_ASSERT_PTR_NULL(run.unknown);
		dm_boot_map_destroy(map);
	}
}

/* Asked from the middle, a run begins there. */
static void test_next(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = real_73(&k);
	struct boot_map *map = NULL;
	struct boot_run run;

	suite_no_error(dm_boot_map_create(&l, &map));
	CU_ASSERT_TRUE(dm_boot_map_next(map, BASE + 0x2400000, &run));
	CU_ASSERT_EQUAL(run.start, BASE + 0x2400000);
	CU_ASSERT_EQUAL(run.size, 0x200000);
	CU_ASSERT_EQUAL(run.leaf, CONT_PTE);
	CU_ASSERT_FALSE(dm_boot_map_next(map, BASE + 2 * GIB, &run));
	CU_ASSERT_FALSE(dm_boot_map_next(map, UINT64_MAX, &run));
	dm_boot_map_destroy(map);
}

/* ---- Hostile --------------------------------------------------------------------- */

static void refuse(const struct boot_layout *l, const char *part)
{
	struct boot_map *map;

	suite_error(dm_boot_map_create(l, &map), DM_ERROR_BAD_DUMP, part);
}

static void test_bad_banks(void)
{
	static const struct {
		struct boot_bank banks[2];
		const char *part;
	} rows[] = {
		{ { { GIB, 2 * GIB, 0, NULL, 0 },
		    { 2 * GIB - 1, 3 * GIB, 0, NULL, 0 } },
		  "overlap" },
		{ { { 2 * GIB, 3 * GIB, 0, NULL, 0 },
		    { GIB, 2 * GIB, 0, NULL, 0 } },
		  "out of order" },
		{ { { GIB, GIB, 0, NULL, 0 }, { GIB, 2 * GIB, 0, NULL, 0 } },
		  "no range" },
		{ { { 2 * GIB, GIB, 0, NULL, 0 },
		    { GIB, 2 * GIB, 0, NULL, 0 } },
		  "no range" },
		{ { { GIB, (UINT64_C(1) << 52) + 1, 0, NULL, 0 },
		    { 0, 0, 0, NULL, 0 } },
		  "no range" },
		{ { { UINT64_MAX - 4095, UINT64_MAX, 0, NULL, 0 },
		    { 0, 0, 0, NULL, 0 } },
		  "no range" },
		/* Below PHYS_OFFSET, and behind the linear map's end. */
		{ { { 0, GIB, 0, NULL, 0 }, { GIB, 2 * GIB, 0, NULL, 0 } },
		  "outside" },
		{ { { GIB, UINT64_C(1) << 48, 0, NULL, 0 },
		    { 0, 0, 0, NULL, 0 } },
		  "outside" },
	};
	struct dm_kernel k = kernel_of(12, GIB);
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct boot_layout l = { .kernel = &k,
					 .banks = rows[i].banks,
					 .bank_count = 2 };

		refuse(&l, rows[i].part);
	}
}

static void test_bad_count(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout l = { .kernel = &k, .bank_count = SIZE_MAX / 2 };

	refuse(&l, "no memblock");
}

static void test_bad_specials(void)
{
	struct dm_kernel k = kernel_of(12, GIB);
	struct boot_layout good = real_73(&k), l = good;

	l.text = (struct dm_range){ 4 * GIB, 4 * GIB + MIB };
	refuse(&l, "not in memory");
	l.text = (struct dm_range){ GIB + MIB, GIB };
	refuse(&l, "no range");
	l.text = (struct dm_range){ 3 * GIB - MIB, 3 * GIB + MIB };
	refuse(&l, "not in memory");
	l = good;
	l.data = (struct dm_range){ 0x42260000, 0x42300000 };
	refuse(&l, "overlap");
	l = good;
	l.kfence = (struct dm_range){ UINT64_MAX - MIB, UINT64_MAX };
	refuse(&l, "KFENCE");
	l = good;
	l.repaint = true;
	refuse(&l, "no range");
}

/* Memory up to the last address, and a linear map up to its last. */
static void test_last_addresses(void)
{
	const uint64_t end = UINT64_C(1) << 52;
	const struct boot_bank banks[] = { { end - GIB, end, false, NULL, 0 } };
	struct dm_kernel k = kernel_of(12, end - GIB);
	struct boot_layout l = { .kernel = &k,
				 .banks = banks,
				 .bank_count = 1 };
	static const struct expected expected[] = {
		{ 0, GIB, PUD, PUD, 0 },
		{ 0 },
	};
	const struct expected last[] = {
		{ k.linear_end - BASE - GIB, k.linear_end - BASE, PUD, PUD, 0 },
		{ 0 },
	};

	check(&l, expected);
	k.phys_offset -= last[0].start;
	check(&l, last);
	k.phys_offset -= 4096;
	refuse(&l, "outside");
}

static void test_names(void)
{
	CU_ASSERT_STRING_EQUAL(dm_boot_why_name(BOOT_WHY_EDGE), "edge");
	CU_ASSERT_STRING_EQUAL(dm_boot_why_name(BOOT_WHY_HOTPLUG), "hotplug");
	CU_ASSERT_PTR_NULL(dm_boot_why_name(0));
	CU_ASSERT_PTR_NULL(dm_boot_why_name(EDGE | HOTPLUG));
	CU_ASSERT_PTR_NULL(dm_boot_why_name(1u << 31));
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "7.3, real", test_real_73 },
		{ "7.3, repainted", test_repaint },
		{ "6.1, real", test_real_61 },
		{ "512 GiB of pages are one run", test_all_pages },
		{ "16K pages", test_16k },
		{ "64K pages", test_64k },
		{ "holes", test_holes },
		{ "banks that end within pages", test_rounding },
		{ "KFENCE pool", test_kfence },
		{ "crash kernel", test_crash_kernel },
		{ "two reasons", test_two_reasons },
		{ "memory that was added", test_hotplug },
		{ "memory that was added somehow", test_unknown },
		{ "asked from the middle", test_next },
		{ "banks that are none", test_bad_banks },
		{ "too many banks", test_bad_count },
		{ "ranges that are none", test_bad_specials },
		{ "the last addresses", test_last_addresses },
		{ "names of reasons", test_names },
		CU_TEST_INFO_NULL,
	};

	return suite_run("boot", tests);
}
