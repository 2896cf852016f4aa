// SPDX-License-Identifier: GPL-2.0-or-later
/* What could be larger at once: runs of today's, as the walk gives them. */
#include <stdlib.h>

#include "analysis/collapse.h"
#include "analysis/special.h"
#include "suite.h"

#define GIB	 (UINT64_C(1) << 30)
#define MIB	 (UINT64_C(1) << 20)
#define KIB	 (UINT64_C(1) << 10)
#define BASE	 UINT64_C(0xffff000000000000)
#define RAM	 UINT64_C(0x400000000) /* 16G: a boundary of all leaves */

#define PTE	 DM_LEAF_PTE
#define CONT_PTE DM_LEAF_CONT_PTE
#define PMD	 DM_LEAF_PMD
#define CONT_PMD DM_LEAF_CONT_PMD
#define PUD	 DM_LEAF_PUD

/* Valid, writable, AF, with the bit that tells pages from blocks. */
#define DEFAULT (ARM64_VALID | ARM64_AF | UINT64_C(0x700))
#define PAGE	(DEFAULT | ARM64_TYPE_BIT)

static struct dm_kernel kernel_of(unsigned int shift)
{
	return (struct dm_kernel){
		.page_shift = shift,
		.page_size = UINT32_C(1) << shift,
		.linear_start = BASE,
		.linear_end = UINT64_C(0xffff800000000000),
		.page_offset = BASE,
		.phys_offset = RAM,
	};
}

struct work {
	struct dm_kernel kernel;
	struct collapse collapse;
	struct dm_collapse result;
};

static void begin(struct work *w, unsigned int shift)
{
	w->kernel = kernel_of(shift);
	dm_collapse_init(&w->collapse, &w->kernel, &w->result);
}

static void add_at(struct work *w, uint64_t start, uint64_t end, uint64_t pa,
		   enum dm_leaf leaf, uint64_t attrs)
{
	struct dm_run run = {
		.start = BASE + start,
		.size = end - start,
		.pa = pa,
		.attrs = attrs,
		.leaf = leaf,
		.valid = attrs & ARM64_VALID,
	};

	suite_no_error(dm_collapse_add(&w->collapse, &run));
}

/* By the linear map's formula. */
static void add(struct work *w, uint64_t start, uint64_t end, enum dm_leaf leaf,
		uint64_t attrs)
{
	add_at(w, start, end, RAM + start, leaf, attrs);
}

static void finish(struct work *w)
{
	dm_collapse_finish(&w->collapse);
	dm_collapse_deinit(&w->collapse);
}

static void check(const struct work *w, uint64_t cont_pte, uint64_t pmd,
		  uint64_t cont_pmd, uint64_t pud)
{
	CU_ASSERT_EQUAL(w->result.leaves[PTE], 0);
	CU_ASSERT_EQUAL(w->result.leaves[CONT_PTE], cont_pte);
	CU_ASSERT_EQUAL(w->result.leaves[PMD], pmd);
	CU_ASSERT_EQUAL(w->result.leaves[CONT_PMD], cont_pmd);
	CU_ASSERT_EQUAL(w->result.leaves[PUD], pud);
}

static void check_covers(const struct work *w, uint64_t covers, uint64_t tables)
{
	CU_ASSERT_EQUAL(w->result.covers, covers);
	CU_ASSERT_EQUAL(w->result.tables, tables);
	CU_ASSERT_EQUAL(w->result.bytes, tables * w->kernel.page_size);
}

/* [start, end) in pages, alone. */
static void pages(struct work *w, unsigned int shift, uint64_t start,
		  uint64_t end)
{
	begin(w, shift);
	add(w, start, end, PTE, PAGE);
	finish(w);
}

static void test_nothing(void)
{
	struct work w;

	begin(&w, 12);
	finish(&w);
	check(&w, 0, 0, 0, 0);
	check_covers(&w, 0, 0);
	/* As large as can be, each. */
	begin(&w, 12);
	add(&w, 0, GIB, PUD, DEFAULT);
	add(&w, GIB, GIB + 32 * MIB, CONT_PMD, DEFAULT | ARM64_CONT);
	add(&w, GIB + 32 * MIB, GIB + 34 * MIB, PMD, DEFAULT);
	add(&w, GIB + 34 * MIB, GIB + 34 * MIB + 64 * KIB, CONT_PTE,
	    PAGE | ARM64_CONT);
	add(&w, GIB + 34 * MIB + 64 * KIB, GIB + 34 * MIB + 68 * KIB, PTE,
	    PAGE);
	finish(&w);
	check(&w, 0, 0, 0, 0);
	check_covers(&w, 0, 0);
}

/* Pages of 4K: what fits in the middle, and what in the margins. */
static void test_4k(void)
{
	struct work w;

	pages(&w, 12, 4 * KIB, 128 * KIB - 4 * KIB);
	check(&w, 0, 0, 0, 0);
	check_covers(&w, 0, 0);
	pages(&w, 12, 0, 64 * KIB);
	check(&w, 1, 0, 0, 0);
	check_covers(&w, 64 * KIB, 0);
	pages(&w, 12, 60 * KIB, 196 * KIB);
	check(&w, 2, 0, 0, 0);
	check_covers(&w, 128 * KIB, 0);
	pages(&w, 12, 0, 2 * MIB);
	check(&w, 0, 1, 0, 0);
	check_covers(&w, 2 * MIB, 1);
	/* 64K before, 128K behind; the odd page is left over. */
	pages(&w, 12, 2 * MIB - 64 * KIB, 4 * MIB + 132 * KIB);
	check(&w, 3, 1, 0, 0);
	check_covers(&w, 2 * MIB + 192 * KIB, 1);
	pages(&w, 12, 0, 32 * MIB);
	check(&w, 0, 0, 1, 0);
	check_covers(&w, 32 * MIB, 16);
	pages(&w, 12, 30 * MIB, 66 * MIB);
	check(&w, 0, 2, 1, 0);
	check_covers(&w, 36 * MIB, 18);
	/* 512 tables of pages, and the one of pmds. */
	pages(&w, 12, 0, GIB);
	check(&w, 0, 0, 0, 1);
	check_covers(&w, GIB, 513);
	pages(&w, 12, GIB - 34 * MIB - 64 * KIB, 3 * GIB + 4 * KIB);
	check(&w, 1, 1, 1, 2);
	check_covers(&w, 2 * GIB + 34 * MIB + 64 * KIB, 17 + 2 * 513);
}

static void test_16k(void)
{
	struct work w;

	pages(&w, 14, 0, 2 * MIB);
	check(&w, 1, 0, 0, 0);
	check_covers(&w, 2 * MIB, 0);
	pages(&w, 14, 0, 32 * MIB);
	check(&w, 0, 1, 0, 0);
	check_covers(&w, 32 * MIB, 1);
	pages(&w, 14, 32 * MIB - 2 * MIB, GIB + 64 * MIB);
	check(&w, 1, 33, 0, 0);
	check_covers(&w, GIB + 34 * MIB, 33);
	/* There is no larger one, whatever fits. */
	pages(&w, 14, 0, 64 * GIB);
	check(&w, 0, 0, 64, 0);
	check_covers(&w, 64 * GIB, 64 * 32);
}

static void test_64k(void)
{
	struct work w;

	pages(&w, 16, 0, 2 * MIB);
	check(&w, 1, 0, 0, 0);
	pages(&w, 16, 0, 512 * MIB);
	check(&w, 0, 1, 0, 0);
	check_covers(&w, 512 * MIB, 1);
	pages(&w, 16, 512 * MIB, 33 * GIB);
	check(&w, 0, 31 + 2, 1, 0);
	check_covers(&w, 32 * GIB + 512 * MIB, 65);
	pages(&w, 16, 0, 16 * GIB);
	check(&w, 0, 0, 1, 0);
	check_covers(&w, 16 * GIB, 32);
}

/* Leaves of all sizes side by side, all alike: as after a page was set back. */
static void test_residual(void)
{
	struct work w;

	begin(&w, 12);
	add(&w, 0, 64 * KIB, PTE, PAGE);
	add(&w, 64 * KIB, 2 * MIB, CONT_PTE, PAGE | ARM64_CONT);
	add(&w, 2 * MIB, 32 * MIB, PMD, DEFAULT);
	add(&w, 32 * MIB, GIB, CONT_PMD, DEFAULT | ARM64_CONT);
	finish(&w);
	check(&w, 0, 0, 0, 1);
	check_covers(&w, GIB, 2);
	/* The same, but the block's neighbours end early. */
	begin(&w, 12);
	add(&w, 0, 64 * KIB, PTE, PAGE);
	add(&w, 64 * KIB, 2 * MIB, CONT_PTE, PAGE | ARM64_CONT);
	add(&w, 2 * MIB, 32 * MIB, PMD, DEFAULT);
	add(&w, 32 * MIB, 512 * MIB, CONT_PMD, DEFAULT | ARM64_CONT);
	finish(&w);
	check(&w, 0, 0, 1, 0);
	check_covers(&w, 32 * MIB, 1);
}

/* Bits that a leaf's size or use brings do not part; others do. */
static void test_bits(void)
{
	struct work w;

	begin(&w, 12);
	add(&w, 0, 32 * KIB, PTE, PAGE);
	add(&w, 32 * KIB, 64 * KIB, PTE, PAGE & ~ARM64_AF);
	add(&w, 64 * KIB, 96 * KIB, PTE, PAGE);
	add(&w, 96 * KIB, 128 * KIB, PTE, PAGE | ARM64_SOFTWARE);
	finish(&w);
	check(&w, 2, 0, 0, 0);
	begin(&w, 12);
	add(&w, 0, 32 * KIB, PTE, PAGE);
	add(&w, 32 * KIB, 64 * KIB, PTE, PAGE | ARM64_RDONLY);
	add(&w, 64 * KIB, 96 * KIB, PTE, PAGE);
	add(&w, 96 * KIB, 128 * KIB, PTE, PAGE ^ 4); /* memory type */
	finish(&w);
	check(&w, 0, 0, 0, 0);
	check_covers(&w, 0, 0);
}

/* Read-only memory may be merged as any other. */
static void test_read_only(void)
{
	struct work w;

	begin(&w, 12);
	add(&w, 0, 2 * MIB, PTE, PAGE);
	add(&w, 2 * MIB, 4 * MIB, PTE, PAGE | ARM64_RDONLY);
	add(&w, 4 * MIB, 4 * MIB + 64 * KIB, PTE, PAGE);
	finish(&w);
	check(&w, 1, 2, 0, 0);
	check_covers(&w, 4 * MIB + 64 * KIB, 2);
}

static void test_invalid(void)
{
	struct work w;

	begin(&w, 12);
	add(&w, 0, 2 * MIB, PTE, PAGE & ~ARM64_VALID);
	add(&w, 2 * MIB, 32 * MIB, PMD, DEFAULT & ~ARM64_VALID);
	add(&w, 32 * MIB, 34 * MIB, PTE, PAGE);
	finish(&w);
	check(&w, 0, 1, 0, 0);
	check_covers(&w, 2 * MIB, 1);
	/* One in the middle of a group. */
	begin(&w, 12);
	add(&w, 0, 32 * KIB, PTE, PAGE);
	add(&w, 32 * KIB, 36 * KIB, PTE, PAGE & ~ARM64_VALID);
	add(&w, 36 * KIB, 64 * KIB, PTE, PAGE);
	finish(&w);
	check(&w, 0, 0, 0, 0);
}

static void test_hole(void)
{
	struct work w;

	begin(&w, 12);
	add(&w, 0, MIB, PTE, PAGE);
	add(&w, MIB + 4 * KIB, 2 * MIB, PTE, PAGE);
	finish(&w);
	check(&w, 31, 0, 0, 0);
	check_covers(&w, 31 * 64 * KIB, 0);
}

/* A block's PA must be on its boundary too, and go on evenly. */
static void test_pa(void)
{
	struct work w;

	begin(&w, 12);
	add_at(&w, 0, 32 * MIB, RAM + 2 * MIB, PTE, PAGE);
	finish(&w);
	check(&w, 0, 16, 0, 0);
	check_covers(&w, 32 * MIB, 16);
	begin(&w, 12);
	add_at(&w, 0, 32 * MIB, RAM + 64 * KIB, PTE, PAGE);
	finish(&w);
	check(&w, 512, 0, 0, 0);
	check_covers(&w, 32 * MIB, 0);
	begin(&w, 12);
	add_at(&w, 0, 32 * MIB, RAM + 4 * KIB, PTE, PAGE);
	finish(&w);
	check(&w, 0, 0, 0, 0);
	check_covers(&w, 0, 0);
	begin(&w, 12);
	add_at(&w, 0, 32 * KIB, RAM, PTE, PAGE);
	add_at(&w, 32 * KIB, 64 * KIB, RAM + 64 * KIB, PTE, PAGE);
	finish(&w);
	check(&w, 0, 0, 0, 0);
}

/* More runs than fit at first: every other page read-only. */
static void test_many(void)
{
	struct work w;
	uint64_t i;

	begin(&w, 12);
	for (i = 0; i < 512; i++)
		add(&w, i * 4 * KIB, (i + 1) * 4 * KIB, PTE,
		    i & 1 ? PAGE | ARM64_RDONLY : PAGE);
	/* And as many alike. */
	for (; i < 1024; i++)
		add(&w, i * 4 * KIB, (i + 1) * 4 * KIB, PTE, PAGE);
	finish(&w);
	check(&w, 0, 1, 0, 0);
	check_covers(&w, 2 * MIB, 1);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "nothing to merge", test_nothing },
		{ "4K pages", test_4k },
		{ "16K pages", test_16k },
		{ "64K pages", test_64k },
		{ "what splits left", test_residual },
		{ "bits that do not matter", test_bits },
		{ "read-only", test_read_only },
		{ "invalid", test_invalid },
		{ "hole", test_hole },
		{ "physical addresses", test_pa },
		{ "many runs", test_many },
		CU_TEST_INFO_NULL,
	};

	return suite_run("collapse", tests);
}
