// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In which pieces memory was added: memory blocks of 128 MiB, their groups and
 * the resources of a fake kernel, whole and damaged.
 */
#include <stdlib.h>

#include "fake/fake_added.h"
#include "analysis/hotadd.h"
#include "util/missing.h"
#include "suite.h"

#define GIB	  (UINT64_C(1) << 30)
#define BLOCK	  FAKE_BLOCK
#define RAM	  FAKE_RAM
#define MANAGED	  FAKE_MANAGED
#define MERGEABLE FAKE_MERGEABLE
#define DAX	  FAKE_DAX
#define UNMAPPED  UINT64_C(0xffff7ffffff00000)

static struct fake_target *t;
static struct fake_added a;
static struct boot_bank *banks;
static size_t count;
static struct dm_missing *missing;

static void begin(void)
{
	t = fake_target_create(12, 48);
	fake_added_init(&a, t);
}

static void put(uint64_t va, uint64_t value)
{
	fake_added_put(&a, va, value);
}

static uint64_t add_group(bool dynamic, uint64_t pages)
{
	return fake_added_group(&a, dynamic, pages);
}

static void add_blocks(uint64_t start, uint64_t end, uint64_t group,
		       uint64_t altmap)
{
	fake_added_blocks(&a, start, end, group, altmap);
}

static size_t add_resource(size_t parent, uint64_t start, uint64_t end,
			   uint64_t flags)
{
	return fake_added_resource(&a, parent, start, end, flags);
}

/* Of [start, end), in blocks. */
static void make(uint64_t start, uint64_t end)
{
	const struct boot_bank added = { .start = start * BLOCK,
					 .end = end * BLOCK,
					 .hotplug = true };

	dm_missing_destroy(missing);
	missing = NULL;
	suite_no_error(dm_hotadd_banks(fake_target_fresh(t), &added, 1, &banks,
				       &count, &missing));
}

static void end(void)
{
	free(banks);
	banks = NULL;
	dm_missing_destroy(missing);
	missing = NULL;
	fake_target_destroy(t);
}

/* The @i-th piece, in blocks. */
static void check(size_t i, uint64_t start, uint64_t to, bool known)
{
	CU_ASSERT_TRUE_FATAL(i < count);
	CU_ASSERT_EQUAL(banks[i].start, start * BLOCK);
	CU_ASSERT_EQUAL(banks[i].end, to * BLOCK);
	CU_ASSERT_TRUE(banks[i].hotplug);
	CU_ASSERT_EQUAL(banks[i].unknown == NULL, known);
	CU_ASSERT_EQUAL(banks[i].multiple, known ? 0 : BLOCK);
}

static void check_unknown(uint64_t start, uint64_t to)
{
	CU_ASSERT_EQUAL(count, 1);
	check(0, start, to, false);
}

/* ---- Who adds memory ------------------------------------------------------------ */

/* Memory blocks and big blocks of virtio-mem; all of it is merged. */
static void test_virtio_mem(void)
{
	size_t i;

	begin();
	add_resource(0, 8, 12, RAM);
	add_blocks(8, 12, 0, 0);
	add_resource(0, 24, 48, RAM | MANAGED | MERGEABLE);
	add_blocks(24, 32, add_group(true, BLOCK >> 12), 0);
	add_blocks(32, 40, add_group(true, BLOCK * 4 >> 12), 0);
	add_blocks(40, 48, add_group(true, GIB >> 12), 0);
	make(24, 48);
	CU_ASSERT_EQUAL(count, 8 + 2 + 1);
	for (i = 0; i < 8; i++)
		check(i, 24 + i, 25 + i, true);
	check(8, 32, 36, true);
	check(9, 36, 40, true);
	check(10, 40, 48, true);
	CU_ASSERT_PTR_NULL(missing);
	end();
}

/* A big block of which a part is missing, another's, or out of the range. */
static void test_parts_of_units(void)
{
	uint64_t group;

	begin();
	group = add_group(true, BLOCK * 4 >> 12);
	add_blocks(8, 10, group, 0);
	add_blocks(11, 12, group, 0);
	add_blocks(12, 15, group, 0);
	add_blocks(15, 16, add_group(true, BLOCK * 4 >> 12), 0);
	add_blocks(16, 24, group, 0);
	make(8, 22);
	CU_ASSERT_EQUAL(count, 3);
	check(0, 8, 16, false);
	check(1, 16, 20, true);
	check(2, 20, 22, false);
	end();
}

/* ACPI and dax: a resource for each call, neighbours too. */
static void test_resources(void)
{
	uint64_t group;
	size_t dax;

	begin();
	group = add_group(false, 7 * BLOCK >> 12);
	add_resource(0, 8, 16, RAM);
	add_resource(0, 16, 19, RAM);
	dax = add_resource(0, 19, 23, DAX);
	add_resource(dax, 20, 22, RAM | MANAGED);
	add_blocks(8, 19, group, 0);
	add_blocks(19, 23, 0, 0);
	make(8, 24);
	CU_ASSERT_EQUAL(count, 5);
	check(0, 8, 16, true);
	check(1, 16, 19, true);
	check(2, 19, 20, false);
	check(3, 20, 22, true);
	check(4, 22, 24, false);
	end();
}

/* memmap_on_memory: a call for each block, whatever the resource is. */
static void test_own_memmap(void)
{
	size_t i;

	begin();
	add_resource(0, 8, 12, RAM);
	add_resource(0, 12, 16, RAM);
	add_blocks(8, 12, add_group(false, 4 * BLOCK >> 12), 0x1000);
	add_blocks(12, 15, 0, 0);
	add_blocks(15, 16, 0, 0x1000);
	make(8, 16);
	CU_ASSERT_EQUAL(count, 6);
	for (i = 0; i < 4; i++)
		check(i, 8 + i, 9 + i, true);
	check(4, 12, 15, false);
	check(5, 15, 16, true);
	end();
	/* 5.13 to 6.5 */
	begin();
	fake_target_forget(t, "altmap");
	fake_target_member(t, "struct memory_block", "nr_vmemmap_pages", 8);
	add_resource(0, 8, 9, RAM);
	add_resource(0, 9, 11, RAM);
	add_blocks(8, 9, 0, 512);
	add_blocks(9, 11, 0, 0);
	make(8, 11);
	CU_ASSERT_EQUAL(count, 2);
	check(0, 8, 9, true);
	check(1, 9, 11, true);
	end();
}

/* Hyper-V, Xen, and virtio-mem before there were groups. */
static void test_merged(void)
{
	begin();
	add_resource(0, 8, 16, RAM | MERGEABLE);
	add_blocks(8, 16, 0, 0);
	make(8, 16);
	check_unknown(8, 16);
	CU_ASSERT_PTR_NOT_NULL(strstr(banks[0].unknown, "pieces"));
	end();
	/* A kernel without groups has resources all the same. */
	begin();
	fake_target_forget(t, "group");
	add_resource(0, 8, 12, RAM);
	add_resource(0, 12, 16, RAM | MERGEABLE);
	add_blocks(8, 16, 0, 0);
	make(8, 16);
	CU_ASSERT_EQUAL(count, 2);
	check(0, 8, 12, true);
	check(1, 12, 16, false);
	end();
}

/* Memory blocks of several sections. */
static void test_larger_blocks(void)
{
	begin();
	fake_target_forget(t, "sections_per_block");
	fake_target_variable(t, "sections_per_block", 4, 8);
	a.blocks[3] = fake_kernel_data(t->fake);
	put(a.blocks[3], 24);
	put(a.blocks[3] + 8, 0);
	put(a.blocks[3] + 16, add_group(true, GIB >> 12));
	put(a.node + 40 + 8 * 3, a.blocks[3]);
	make(20, 34);
	CU_ASSERT_EQUAL(count, 3);
	check(0, 20, 24, false);
	check(1, 24, 32, true);
	check(2, 32, 34, false);
	end();
}

/* ---- What is missing or wrong ----------------------------------------------------- */

static void test_missing(void)
{
	static const char *const names[] = {
		"memory_blocks", "sections_per_block", "start_section_nr",
		"xa_head",	 "is_dynamic",	       "d.unit_pages",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		begin();
		fake_target_forget(t, names[i]);
		add_resource(0, 8, 16, RAM);
		add_blocks(8, 16, add_group(true, BLOCK >> 12), 0);
		make(8, 16);
		check_unknown(8, 16);
		CU_ASSERT_EQUAL(dm_missing_count(missing), 1);
		end();
	}
	/* Groups need no resources. */
	begin();
	fake_target_forget(t, "iomem_resource");
	add_blocks(8, 9, add_group(true, BLOCK >> 12), 0);
	add_blocks(9, 10, add_group(false, BLOCK >> 12), 0);
	make(8, 10);
	CU_ASSERT_EQUAL(count, 2);
	check(0, 8, 9, true);
	check(1, 9, 10, false);
	end();
	/* Without the size of sections there is no least piece. */
	begin();
	fake_kernel_drop_line(t->fake, "NUMBER(SECTION_SIZE_BITS)");
	make(8, 10);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CU_ASSERT_PTR_NOT_NULL(banks[0].unknown);
	CU_ASSERT_EQUAL(banks[0].multiple, 0);
	end();
}

/* One block that is damaged is not known, and those that need it. */
static void test_bad_blocks(void)
{
	static const struct {
		uint64_t at, value;
	} bad[] = { { 0, 77 }, { 16, UNMAPPED }, { 16, 1 } };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		begin();
		add_resource(0, 12, 16, RAM);
		add_blocks(8, 12, add_group(true, BLOCK >> 12), 0);
		add_blocks(12, 16, 0, 0);
		put(a.blocks[9] + bad[i].at, bad[i].value);
		put(a.blocks[14] + bad[i].at, bad[i].value);
		make(8, 16);
		CU_ASSERT_EQUAL(count, 5);
		check(0, 8, 9, true);
		check(1, 9, 10, false);
		check(2, 10, 11, true);
		check(3, 11, 12, true);
		check(4, 12, 16, false);
		CU_ASSERT_EQUAL_FATAL(dm_missing_count(missing), 1);
		CU_ASSERT_STRING_EQUAL(dm_missing_what(missing, 0),
				       "memory blocks");
		end();
	}
	begin();
	put(a.node + 40 + 8 * 8, UNMAPPED);
	make(8, 16);
	check_unknown(8, 16);
	end();
}

static void test_bad_groups(void)
{
	static const uint64_t pages[] = {
		0,	   1, 3 * BLOCK >> 12, BLOCK >> 13, UINT64_C(1) << 63,
		UINT64_MAX
	};
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		begin();
		add_resource(0, 8, 16, RAM);
		add_blocks(8, 16, add_group(true, pages[i]), 0);
		make(8, 16);
		check_unknown(8, 16);
		end();
	}
	begin();
	fake_target_forget(t, "sections_per_block");
	fake_target_variable(t, "sections_per_block", 4, 3);
	add_blocks(8, 16, add_group(true, BLOCK >> 12), 0);
	make(8, 16);
	check_unknown(8, 16);
	end();
}

/* A tree of resources that is none: what is behind the fault is not known. */
static void test_bad_resources(void)
{
	static const struct {
		size_t of;
		uint64_t at, value;
		size_t to; /* the value is this resource's VA; 0: it is not */
	} bad[] = {
		{ 2, 48, 0, 2 }, /* its own sibling */
		{ 2, 48, 0, 1 }, /* back */
		{ 3, 40, 0, 1 }, /* another parent */
		{ 3, 0, 9 * BLOCK, 0 }, /* begins in the one before */
		{ 3, 8, 11 * BLOCK, 0 }, /* ends before it begins */
		{ 2, 48, UNMAPPED, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		begin();
		add_resource(0, 0, 8, RAM);
		add_resource(0, 8, 12, RAM);
		add_resource(0, 12, 16, RAM);
		add_blocks(8, 16, 0, 0);
		put(a.resources[bad[i].of] + bad[i].at,
		    bad[i].to ? a.resources[bad[i].to] : bad[i].value);
		make(8, 16);
		CU_ASSERT_EQUAL(count, 2);
		check(0, 8, 12, true);
		check(1, 12, 16, false);
		end();
	}
	/* A child that reaches out of its parent, or is its own. */
	begin();
	add_resource(0, 8, 12, DAX);
	add_resource(1, 10, 13, RAM);
	add_resource(0, 14, 16, DAX);
	put(a.resources[3] + 56, a.resources[3]);
	add_blocks(8, 16, 0, 0);
	make(8, 16);
	check_unknown(8, 16);
	end();
}

/* A resource may be larger than what is asked for, or begin before it. */
static void test_other_bounds(void)
{
	begin();
	add_resource(0, 6, 10, RAM);
	add_resource(0, 10, 18, RAM);
	add_blocks(6, 18, 0, 0);
	make(8, 16);
	check_unknown(8, 16);
	end();
	begin();
	make(8, 8);
	CU_ASSERT_EQUAL(count, 0);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "virtio-mem", test_virtio_mem },
		{ "parts of units", test_parts_of_units },
		{ "resources", test_resources },
		{ "struct pages in the blocks", test_own_memmap },
		{ "merged resources", test_merged },
		{ "blocks of several sections", test_larger_blocks },
		{ "what is missing", test_missing },
		{ "damaged blocks", test_bad_blocks },
		{ "damaged groups", test_bad_groups },
		{ "damaged resources", test_bad_resources },
		{ "other bounds", test_other_bounds },
		CU_TEST_INFO_NULL,
	};

	return suite_run("memory that was added", tests);
}
