// SPDX-License-Identifier: GPL-2.0-or-later
/* struct resource: what boot had of RAM, and what the crash kernel is given. */
#include "fake/fake_target.h"
#include "kernel/resource.h"
#include "suite.h"

#define GIB  (UINT64_C(1) << 30)
#define SIZE 64
#define RAM  UINT64_C(0x81000200)

static struct fake_target *t;
static uint64_t array;
static uint32_t count;

static void start(void)
{
	static const char *const members[] = { "start",	  "end",  "name",
					       "flags",	  "desc", "parent",
					       "sibling", "child" };
	size_t i;

	t = fake_target_create(12, 48);
	for (i = 0; i < 8; i++)
		fake_target_member(t, "struct resource", members[i], 8 * i);
	fake_target_size(t, "struct resource", SIZE);
	array = fake_kernel_data(t->fake);
	count = 0;
}

static void end(void)
{
	fake_target_destroy(t);
}

static void put(uint64_t va, uint64_t from, uint64_t last, uint64_t flags)
{
	fake_kernel_write_u64(t->fake, va, from);
	fake_kernel_write_u64(t->fake, va + 8, last);
	fake_kernel_write_u64(t->fake, va + 24, flags);
}

static void add(uint64_t from, uint64_t to, uint64_t flags)
{
	put(array + SIZE * count++, from, to - 1, flags);
}

static struct dm_error *read_boot(struct boot_resources *r)
{
	fake_target_variable(t, "num_standard_resources", 4, count);
	fake_target_variable(t, "standard_resources", 8, array);
	return dm_boot_resources_read(fake_target_fresh(t), r);
}

static void test_boot(void)
{
	struct boot_resources r;

	start();
	add(GIB, 2 * GIB, RAM);
	add(2 * GIB, 2 * GIB + 4096, 0x80000200);
	/* Less than a page: empty once it is rounded. */
	add(3 * GIB, 3 * GIB, RAM);
	add(4 * GIB, 5 * GIB, RAM);
	suite_no_error(read_boot(&r));
	CU_ASSERT_EQUAL_FATAL(r.count, 2);
	CU_ASSERT_EQUAL(r.ram[0].start, GIB);
	CU_ASSERT_EQUAL(r.ram[0].end, 2 * GIB);
	CU_ASSERT_EQUAL(r.ram[1].start, 4 * GIB);
	CU_ASSERT_EQUAL(r.ram[1].end, 5 * GIB);
	dm_boot_resources_deinit(&r);
	end();
}

static void check_bad(enum dm_error_code code, const char *part)
{
	struct boot_resources r;

	suite_error(read_boot(&r), code, part);
	dm_boot_resources_deinit(&r);
	end();
}

static void test_bad_boot(void)
{
	start();
	add(4 * GIB, 5 * GIB, RAM);
	add(GIB, 2 * GIB, RAM);
	check_bad(DM_ERROR_BAD_DUMP, "out of order at 0x40000000");
	start();
	add(GIB, (UINT64_C(1) << 52) + 4096, RAM);
	check_bad(DM_ERROR_BAD_DUMP, "out of order");
	start();
	check_bad(DM_ERROR_NOT_FOUND, "no sane size");
	start();
	count = 65537;
	check_bad(DM_ERROR_NOT_FOUND, "no sane size");
	start();
	add(GIB, 2 * GIB, RAM);
	fake_target_forget(t, "flags");
	fake_target_member(t, "struct resource", "flags", SIZE - 7);
	check_bad(DM_ERROR_UNSUPPORTED, "not laid out");
}

static void check_crash(uint64_t from, uint64_t to)
{
	uint64_t first = 1, last = 1;

	suite_no_error(
		dm_resource_crash_kernel(fake_target_fresh(t), &first, &last));
	CU_ASSERT_EQUAL(first, from);
	CU_ASSERT_EQUAL(last, to);
}

static void test_crash_kernel(void)
{
	uint64_t va, first, last;

	start();
	fake_target_symbol(t, "linux_banner", array);
	suite_error(dm_resource_crash_kernel(fake_target_fresh(t), &first,
					     &last),
		    DM_ERROR_NOT_FOUND, "crashk_res");
	va = fake_kernel_data(t->fake);
	fake_target_symbol(t, "crashk_res", va);
	put(va, 0, 0, 0);
	check_crash(0, 0);
	put(va, GIB, GIB + (256 << 20) - 1, 0x80000200);
	check_crash(GIB, GIB + (256 << 20));
	put(va, GIB, UINT64_MAX, 0x80000200);
	suite_error(dm_resource_crash_kernel(fake_target_fresh(t), &first,
					     &last),
		    DM_ERROR_BAD_DUMP, "no physical addresses");
	CU_ASSERT_EQUAL(first, 0);
	CU_ASSERT_EQUAL(last, 0);
	end();
}

static void test_links(void)
{
	struct resource_layout layout;
	struct dm_target *target;
	struct resource r;

	start();
	put(array, GIB, 2 * GIB - 1, RAM);
	fake_kernel_write_u64(t->fake, array + 40, 0xf1ff000012345678);
	fake_kernel_write_u64(t->fake, array + 48, 0);
	fake_kernel_write_u64(t->fake, array + 56, 0xffff000012345678);
	target = fake_target_fresh(t);
	suite_no_error(dm_resource_layout(target, &layout));
	suite_no_error(dm_resource_read(target, &layout, array, &r));
	CU_ASSERT_EQUAL(r.start, GIB);
	CU_ASSERT_EQUAL(r.last, 2 * GIB - 1);
	CU_ASSERT_EQUAL(r.flags, RAM);
	/* A tag is none of the address. */
	CU_ASSERT_EQUAL(r.parent, 0xffff000012345678);
	CU_ASSERT_EQUAL(r.sibling, 0);
	CU_ASSERT_EQUAL(r.child, 0xffff000012345678);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "RAM at boot", test_boot },
		{ "arrays that are none", test_bad_boot },
		{ "the crash kernel's", test_crash_kernel },
		{ "one, with its links", test_links },
		CU_TEST_INFO_NULL,
	};

	return suite_run("resources", tests);
}
