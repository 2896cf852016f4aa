// SPDX-License-Identifier: GPL-2.0-or-later
/* Where pages of RAM are mapped beside the linear map. */
#include <stdlib.h>
#include <time.h>

#include "fake/fake_map.h"
#include "kernel/frames.h"

#define SPACE	 UINT64_C(0xffff900000000000) /* of vmalloc */
#define FAR	 UINT64_C(0x500000000) /* PAs that no fake page has */
#define PTE_BITS (NORMAL | 3)
#define TABLE	 UINT64_C(3)

static struct fake_target *t;
static struct frames *f;

static void begin(unsigned int page_shift)
{
	t = fake_target_create(page_shift, 48);
}

static void read_frames(void)
{
	dm_frames_destroy(f);
	f = NULL;
	suite_no_error(dm_frames_create(fake_target_fresh(t), &f));
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
}

static void end(void)
{
	dm_frames_destroy(f);
	f = NULL;
	fake_target_destroy(t);
}

static void check_one(uint64_t pa, uint64_t va)
{
	size_t count = 99;
	const uint64_t *vas = dm_frames_of(f, pa, &count);

	CU_ASSERT_EQUAL(count, 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(vas);
	CU_ASSERT_EQUAL(vas[0], va);
}

static void check_none(uint64_t pa)
{
	size_t count = 99;

	CU_ASSERT_PTR_NULL(dm_frames_of(f, pa, &count));
	CU_ASSERT_EQUAL(count, 0);
}

/* The PA of the table that has the entry of @va at @level. */
static uint64_t table_of(uint64_t va, int level)
{
	struct kva_path path;
	size_t i;

	suite_no_error(
		dm_kva_path(dm_target_kva(fake_target_fresh(t)), va, &path));
	for (i = 0; i < path.count; i++) {
		if (path.steps[i].level == level)
			return path.steps[i].table;
	}
	CU_FAIL_FATAL("no such table");
	return 0;
}

static void test_pages(void)
{
	begin(12);
	fake_kernel_map(t->fake, SPACE, FAR);
	fake_kernel_map(t->fake, SPACE + 0x1000, FAR + 0x5000);
	/* There, though the CPU cannot use it: freed, or a guard. */
	fake_kernel_set_entry(t->fake, SPACE + 0x2000, 3,
			      (FAR + 0x2000) | NORMAL | INVALID | 2);
	read_frames();
	check_one(FAR, SPACE);
	check_one(FAR + 0x5000, SPACE + 0x1000);
	check_one(FAR + 0x2000, SPACE + 0x2000);
	check_none(FAR + 0x1000);
	check_none(0);
	check_none(UINT64_MAX);
	/* Not within a page: whole pages are asked for. */
	check_none(FAR + 8);
	CU_ASSERT_PTR_NULL(dm_frames_incomplete(f));
	end();
}

static void test_several(void)
{
	size_t count;
	const uint64_t *vas;

	begin(12);
	fake_kernel_map(t->fake, SPACE + 0x40000000, FAR);
	fake_kernel_map(t->fake, SPACE + 0x3000, FAR);
	fake_kernel_map(t->fake, SPACE + 0x8000000000, FAR);
	fake_kernel_map(t->fake, SPACE + 0x4000, FAR + 0x1000);
	read_frames();
	vas = dm_frames_of(f, FAR, &count);
	CU_ASSERT_EQUAL_FATAL(count, 3);
	CU_ASSERT_EQUAL(vas[0], SPACE + 0x3000);
	CU_ASSERT_EQUAL(vas[1], SPACE + 0x40000000);
	CU_ASSERT_EQUAL(vas[2], SPACE + 0x8000000000);
	check_one(FAR + 0x1000, SPACE + 0x4000);
	end();
}

/* The linear map, which has all of RAM, is not looked at. */
static void test_range(void)
{
	begin(12);
	fake_map(t, 0, 64 * KIB, PTE, NORMAL);
	fake_kernel_map(t->fake, SPACE, FAR);
	read_frames();
	/* swapper_pg_dir is mapped by the image alone. */
	check_one(FAKE_KERNEL_RAM, -(UINT64_C(1) << 47) + (UINT64_C(2) << 30));
	/* Within VMCOREINFO's bounds, the end exclusive. */
	fake_kernel_drop_line(t->fake, "NUMBER(MODULES_VADDR)");
	fake_kernel_line(t->fake, "NUMBER(MODULES_VADDR)=0x%llx",
			 (unsigned long long)SPACE - 0x1000);
	fake_kernel_line(t->fake, "NUMBER(VMALLOC_END)=0x%llx",
			 (unsigned long long)SPACE + 0x2000);
	fake_kernel_map(t->fake, SPACE - 0x1000, FAR + 0x1000);
	fake_kernel_map(t->fake, SPACE - 0x2000, FAR + 0x2000);
	fake_kernel_map(t->fake, SPACE + 0x1000, FAR + 0x3000);
	fake_kernel_map(t->fake, SPACE + 0x2000, FAR + 0x4000);
	read_frames();
	check_one(FAR, SPACE);
	check_one(FAR + 0x1000, SPACE - 0x1000);
	check_none(FAR + 0x2000);
	check_one(FAR + 0x3000, SPACE + 0x1000);
	check_none(FAR + 0x4000);
	check_none(FAKE_KERNEL_RAM);
	end();
}

/* Blocks page by page; a device of a gigabyte is left out. */
static void test_blocks(void)
{
	uint64_t block = 2 * MIB;

	begin(12);
	fake_kernel_set_entry(t->fake, SPACE, 2, FAR | NORMAL | 1);
	fake_kernel_set_entry(t->fake, SPACE + block, 2,
			      (FAR + 4 * block) | NORMAL | ARM64_CONT | 1);
	fake_kernel_set_entry(t->fake, SPACE + GIB, 1,
			      (FAR + 4 * GIB) | NORMAL | 1);
	read_frames();
	check_one(FAR, SPACE);
	check_one(FAR + block - 0x1000, SPACE + block - 0x1000);
	check_none(FAR + block);
	check_one(FAR + 4 * block + 0x7000, SPACE + block + 0x7000);
	check_none(FAR + 4 * GIB);
	end();
	begin(14);
	fake_kernel_set_entry(t->fake, SPACE, 2,
			      UINT64_C(0x502000000) | NORMAL | 1);
	read_frames();
	check_one(UINT64_C(0x502000000) + 5 * 16 * KIB, SPACE + 5 * 16 * KIB);
	check_none(UINT64_C(0x502000000) + 4 * KIB);
	check_none(UINT64_C(0x504000000));
	end();
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* KASAN's shadow of what is not there: one page, in tables all alike. */
static void test_shared(void)
{
	uint64_t table, at, i;
	size_t reads;
	double before;

	begin(12);
	fake_kernel_map(t->fake, SPACE, FAR);
	for (i = 0; i < 512; i++)
		fake_kernel_map(t->fake, SPACE + i * 0x1000, FAR);
	table = table_of(SPACE, 3);
	for (i = 1; i < 512; i++)
		fake_kernel_set_entry(t->fake, SPACE + i * 2 * MIB, 2,
				      table | TABLE);
	table = table_of(SPACE, 2);
	for (i = 1; i < 512; i++)
		fake_kernel_set_entry(t->fake, SPACE + i * GIB, 1,
				      table | TABLE);
	table = table_of(SPACE, 1);
	for (i = 1; i < 32; i++)
		fake_kernel_set_entry(t->fake, SPACE + (i << 39), 0,
				      table | TABLE);
	fake_kernel_map(t->fake, SPACE - GIB, FAR + 0x1000);
	fake_target_fresh(t);
	reads = t->fake->reads;
	before = seconds();
	suite_no_error(dm_frames_create(t->target, &f));
	CU_ASSERT_TRUE(seconds() - before < 1);
	CU_ASSERT_TRUE(t->fake->reads - reads < 64);
	/* The first place of each is known. */
	CU_ASSERT_PTR_NOT_NULL_FATAL(dm_frames_of(f, FAR, &i));
	CU_ASSERT_EQUAL(i, 512);
	at = *dm_frames_of(f, FAR, &i);
	CU_ASSERT_EQUAL(at, SPACE);
	check_one(FAR + 0x1000, SPACE - GIB);
	end();
}

/* What leads into the linear map's tables tells of no vmalloc memory. */
static void test_linear_tables(void)
{
	uint64_t table;

	begin(12);
	fake_map(t, 0, 4 * MIB, PTE, NORMAL);
	fake_kernel_map(t->fake, SPACE, FAR);
	table = table_of(BASE, 3);
	fake_kernel_set_entry(t->fake, SPACE + GIB, 1,
			      table_of(SPACE, 2) | TABLE);
	fake_kernel_set_entry(t->fake, SPACE + 2 * MIB, 2, table | TABLE);
	read_frames();
	check_one(FAR, SPACE);
	check_none(FAKE_KERNEL_RAM + MIB);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dm_frames_incomplete(f));
	CU_ASSERT_PTR_NOT_NULL(strstr(dm_frames_incomplete(f),
				      "is one of the linear map's too"));
	end();
	/* A table of an upper level. */
	begin(12);
	fake_map(t, 0, 4 * MIB, PTE, NORMAL);
	fake_kernel_map(t->fake, SPACE, FAR);
	fake_kernel_set_entry(t->fake, SPACE + (UINT64_C(1) << 39), 0,
			      table_of(BASE, 1) | TABLE);
	read_frames();
	check_one(FAR, SPACE);
	check_none(FAKE_KERNEL_RAM + MIB);
	CU_ASSERT_PTR_NOT_NULL(dm_frames_incomplete(f));
	end();
	/* The other way round: the linear map leads into vmalloc's. */
	begin(12);
	fake_map(t, 0, 4 * MIB, PTE, NORMAL);
	fake_kernel_map(t->fake, SPACE, FAR);
	fake_kernel_set_entry(t->fake, BASE + GIB, 1,
			      table_of(SPACE, 2) | TABLE);
	read_frames();
	check_none(FAR);
	CU_ASSERT_PTR_NOT_NULL(dm_frames_incomplete(f));
	end();
}

/* Tables of a damaged dump that lead back to themselves and to each other. */
static void test_loops(void)
{
	uint64_t root, table;

	begin(12);
	fake_kernel_map(t->fake, SPACE, FAR);
	root = table_of(SPACE, 0);
	table = table_of(SPACE, 1);
	fake_kernel_set_entry(t->fake, SPACE + GIB, 1, table | TABLE);
	fake_kernel_set_entry(t->fake, SPACE + 2 * GIB, 1, root | TABLE);
	table = table_of(SPACE, 3);
	fake_kernel_set_entry(t->fake, SPACE + 2 * MIB, 2, root | TABLE);
	fake_kernel_set_entry(t->fake, SPACE + 4 * MIB, 2, table | TABLE);
	read_frames();
	check_one(FAR, SPACE);
	end();
}

static void test_missing_table(void)
{
	uint64_t pa;

	begin(12);
	fake_kernel_map(t->fake, SPACE, FAR);
	fake_kernel_map(t->fake, SPACE + GIB, FAR + 0x1000);
	fake_kernel_map(t->fake, SPACE + 2 * GIB, FAR + 0x2000);
	/* To an address beyond the dump. */
	fake_kernel_set_entry(t->fake, SPACE + GIB, 1,
			      UINT64_C(0x900000000) | TABLE);
	read_frames();
	check_one(FAR, SPACE);
	check_none(FAR + 0x1000);
	check_one(FAR + 0x2000, SPACE + 2 * GIB);
	CU_ASSERT_PTR_NOT_NULL_FATAL(dm_frames_incomplete(f));
	CU_ASSERT_PTR_NOT_NULL(strstr(dm_frames_incomplete(f),
				      "a page table is not in the dump"));
	/* And one that was left out of it. */
	pa = table_of(SPACE, 3);
	fake_kernel_map(t->fake, SPACE + 3 * GIB, pa);
	fake_kernel_drop(t->fake, SPACE + 3 * GIB);
	read_frames();
	check_none(FAR);
	check_one(FAR + 0x2000, SPACE + 2 * GIB);
	end();
}

/* Not even swapper_pg_dir: that is said, and there are none. */
static void test_no_root(void)
{
	begin(12);
	fake_target_fresh(t);
	fake_kernel_drop(t->fake, -(UINT64_C(1) << 47) + (UINT64_C(2) << 30));
	suite_no_error(dm_frames_create(t->target, &f));
	CU_ASSERT_PTR_NOT_NULL(dm_frames_incomplete(f));
	check_none(FAKE_KERNEL_RAM);
	end();
}

/* One table of 8192 blocks, each of 8192 pages: more than anyone wants. */
static void test_too_many(void)
{
	uint64_t i;

	begin(16);
	for (i = 0; i < 8192; i++)
		fake_kernel_set_entry(t->fake,
				      -(UINT64_C(1) << 46) + i * 512 * MIB, 2,
				      (i * 512 * MIB) | NORMAL | 1);
	read_frames();
	CU_ASSERT_PTR_NOT_NULL_FATAL(dm_frames_incomplete(f));
	CU_ASSERT_PTR_NOT_NULL(strstr(dm_frames_incomplete(f), "more than"));
	check_one(64 * KIB, -(UINT64_C(1) << 46) + 64 * KIB);
	end();
}

/* Entries that no walk goes through. */
static void test_nonsense(void)
{
	begin(12);
	fake_kernel_map(t->fake, SPACE, FAR);
	/* Level 3 with the type bit clear is reserved; a block at level 0. */
	fake_kernel_set_entry(t->fake, SPACE + 0x1000, 3,
			      (FAR + 0x1000) | NORMAL | 1);
	fake_kernel_set_entry(t->fake, SPACE + (UINT64_C(1) << 39), 0,
			      (FAR + 0x2000) | NORMAL | 1);
	read_frames();
	check_one(FAR, SPACE);
	check_none(FAR + 0x1000);
	check_none(FAR + 0x2000);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "pages", test_pages },
		{ "several places of a page", test_several },
		{ "range", test_range },
		{ "blocks", test_blocks },
		{ "shared tables", test_shared },
		{ "tables of the linear map", test_linear_tables },
		{ "loops", test_loops },
		{ "missing table", test_missing_table },
		{ "no swapper_pg_dir", test_no_root },
		{ "too many", test_too_many },
		{ "nonsense", test_nonsense },
		CU_TEST_INFO_NULL,
	};

	return suite_run("frames", tests);
}
