// SPDX-License-Identifier: GPL-2.0-or-later
/* How large the KFENCE pool is, by the addresses in its metadata. */
#include "fake/fake_target.h"
#include "kernel/kfence.h"
#include "suite.h"

#define POOL	(FAKE_KERNEL_RAM + (8 << 20)) /* PA */
#define OBJECTS 5

static struct fake_target *t;
static uint64_t pool, metadata, first, last;

/* @pointer: 6.6 and later, where kfence_metadata is a pointer. */
static void start(bool pointer)
{
	size_t i;

	t = fake_target_create(12, 48);
	pool = fake_target_linear(t, POOL);
	metadata = fake_kernel_data(t->fake);
	fake_target_variable(t, "__kfence_pool", 8, pool);
	if (pointer) {
		fake_target_variable(t, "kfence_metadata", 8, metadata);
		fake_target_variable(t, "kfence_metadata_init", 8, 0);
	} else {
		fake_target_symbol(t, "kfence_metadata", metadata);
	}
	fake_target_size(t, "struct kfence_metadata", 96);
	fake_target_member(t, "struct kfence_metadata", "addr", 40);
	/* Objects lie somewhere on their page: it is the page that counts. */
	for (i = 0; i < OBJECTS; i++)
		fake_kernel_write_u64(t->fake, metadata + i * 96 + 40,
				      pool + (i + 1) * 0x2000 + i * 64);
}

static void end(void)
{
	fake_target_destroy(t);
}

static struct dm_error *find(void)
{
	return dm_kfence_pool(fake_target_fresh(t), &first, &last);
}

static void check_size(uint64_t objects)
{
	suite_no_error(find());
	CU_ASSERT_EQUAL(first, POOL);
	CU_ASSERT_EQUAL(last, POOL + (objects + 1) * 0x2000);
}

static void check_error(enum dm_error_code code, const char *part)
{
	suite_error(find(), code, part);
	CU_ASSERT_EQUAL(first, 0);
	CU_ASSERT_EQUAL(last, 0);
}

static void test_array(void)
{
	start(false);
	check_size(OBJECTS);
	end();
}

static void test_pointer(void)
{
	start(true);
	check_size(OBJECTS);
	end();
}

static void test_none(void)
{
	start(true);
	fake_target_forget(t, "__kfence_pool");
	suite_no_error(find());
	CU_ASSERT_EQUAL(first, 0);
	CU_ASSERT_EQUAL(last, 0);
	fake_target_variable(t, "__kfence_pool", 8, 0);
	suite_no_error(find());
	CU_ASSERT_EQUAL(last, 0);
	end();
}

/* The metadata of a pool may end where what is mapped ends. */
static void test_end_of_memory(void)
{
	size_t i;

	start(false);
	for (i = OBJECTS; i < 42; i++)
		fake_kernel_write_u64(t->fake, metadata + i * 96 + 40,
				      pool + (i + 1) * 0x2000);
	/* Objects 0 to 41 are on the first page, 42 would be behind it. */
	check_size(42);
	fake_kernel_write_u64(t->fake, metadata + 42 * 96 + 40, 0);
	fake_kernel_drop(t->fake, metadata + 0x1000);
	check_size(42);
	end();
}

static void test_size_unknown(void)
{
	start(false);
	fake_kernel_write_u64(t->fake, metadata + 40, pool);
	check_error(DM_ERROR_NOT_FOUND, "its size is unknown");
	fake_kernel_unmap(t->fake, metadata);
	check_error(DM_ERROR_NOT_FOUND, "KFENCE pool: ");
	end();
	start(false);
	fake_target_forget(t, "struct kfence_metadata");
	check_error(DM_ERROR_NOT_FOUND, "kfence_metadata");
	end();
	start(true);
	fake_target_forget(t, "kfence_metadata");
	check_error(DM_ERROR_NOT_FOUND, "kfence_metadata");
	end();
	/* The pointer is set with the pool, and never back. */
	start(true);
	fake_target_forget(t, "kfence_metadata");
	fake_target_variable(t, "kfence_metadata", 8, 0);
	check_error(DM_ERROR_NOT_FOUND, "its size is unknown");
	end();
}

static void check_pool(uint64_t va)
{
	start(false);
	fake_target_forget(t, "__kfence_pool");
	fake_target_variable(t, "__kfence_pool", 8, va);
	check_error(DM_ERROR_BAD_DUMP, "no page of the linear map");
	end();
}

static void test_hostile(void)
{
	check_pool(0x1000);
	check_pool(UINT64_C(0xffff800000000000)); /* behind the linear map */
	check_pool(UINT64_C(0xffff000000800010));
	/* Of size 0, all metadata is one. */
	start(false);
	fake_target_forget(t, "struct kfence_metadata");
	fake_target_size(t, "struct kfence_metadata", 0);
	fake_target_member(t, "struct kfence_metadata", "addr", 40);
	check_size(1);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "an array", test_array },
		{ "a pointer", test_pointer },
		{ "no pool", test_none },
		{ "metadata ends with memory", test_end_of_memory },
		{ "size unknown", test_size_unknown },
		{ "hostile", test_hostile },
		CU_TEST_INFO_NULL,
	};

	return suite_run("KFENCE pool", tests);
}
