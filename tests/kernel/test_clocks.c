// SPDX-License-Identifier: GPL-2.0-or-later
/* The timekeeper, and times of one clock as times of another. */
#include "kernel/clocks.h"
#include "fake/fake_clocks.h"
#include "suite.h"

#define SECOND UINT64_C(1000000000)
#define HOUR   (3600 * SECOND)

static struct fake_target *t;
static struct clocks clocks;

static void read_clocks(void)
{
	suite_no_error(dm_clocks_read(fake_target_fresh(t), &clocks));
}

static void begin(uint64_t monotonic, uint64_t suspended)
{
	t = fake_target_create(12, 48);
	fake_clocks(t, monotonic, suspended);
	read_clocks();
	CU_ASSERT_TRUE(clocks.known);
	CU_ASSERT_EQUAL(clocks.monotonic, monotonic);
	CU_ASSERT_EQUAL(clocks.suspended, suspended);
}

static void end(void)
{
	fake_target_destroy(t);
}

/* tk_core, of a struct without a name: the timekeeper is behind the counter. */
static void test_layouts(void)
{
	static const struct {
		const char *type;
		uint64_t size, at;
	} counters[] = {
		{ "seqcount_raw_spinlock_t", 4, 8 },
		{ "seqcount_raw_spinlock_t", 16, 16 },
	};
	size_t i;

	begin(5 * SECOND + 123456789, 0);
	end();
	for (i = 0; i < 2; i++) {
		uint64_t va;

		t = fake_target_create(12, 48);
		va = fake_kernel_data(t->fake);
		fake_clocks_types(t);
		fake_target_symbol(t, "tk_core", va);
		fake_clocks_set(t, va + counters[i].at, 7 * SECOND, SECOND);
		read_clocks();
		CU_ASSERT_FALSE(clocks.known);
		fake_target_size(t, counters[i].type, counters[i].size);
		read_clocks();
		CU_ASSERT_TRUE(clocks.known);
		CU_ASSERT_EQUAL(clocks.monotonic, 7 * SECOND);
		CU_ASSERT_EQUAL(clocks.suspended, SECOND);
		end();
	}
}

static void check(uint64_t ns, uint64_t expected_from, uint64_t expected_to)
{
	uint64_t from = 1, to = 1;

	CU_ASSERT_TRUE(dm_clocks_from_boottime(&clocks, ns, &from, &to));
	CU_ASSERT_EQUAL(from, expected_from);
	CU_ASSERT_EQUAL(to, expected_to);
}

static void check_none(uint64_t ns)
{
	uint64_t from, to;

	CU_ASSERT_FALSE(dm_clocks_from_boottime(&clocks, ns, &from, &to));
}

static void test_never_slept(void)
{
	begin(100 * SECOND, 0);
	check(0, 0, 0);
	check(7 * SECOND, 7 * SECOND, 7 * SECOND);
	/* After the last tick: what it was is what it was. */
	check(101 * SECOND, 101 * SECOND, 101 * SECOND);
	check_none(HOUR);
	check_none(UINT64_MAX);
	end();
}

/* Eight hours, before it or after it. */
static void test_slept(void)
{
	begin(100 * SECOND, 8 * HOUR);
	check(7 * SECOND, 0, 7 * SECOND);
	check(8 * HOUR + 7 * SECOND, 7 * SECOND, 100 * SECOND);
	check(8 * HOUR + 101 * SECOND, 101 * SECOND, 8 * HOUR + 101 * SECOND);
	check_none(10 * HOUR);
	end();
}

static void test_future(void)
{
	begin(10000 * SECOND, 8 * HOUR);
	CU_ASSERT_FALSE(dm_clocks_is_future(&clocks, 10000 * SECOND));
	/* NTP may have slowed CLOCK_MONOTONIC down, by 500 ppm. */
	CU_ASSERT_FALSE(dm_clocks_is_future(&clocks, 10005 * SECOND));
	CU_ASSERT_TRUE(dm_clocks_is_future(&clocks, 10700 * SECOND));
	CU_ASSERT_TRUE(dm_clocks_is_future(&clocks, UINT64_MAX));
	end();
	clocks.known = false;
	CU_ASSERT_FALSE(dm_clocks_is_future(&clocks, 10700 * SECOND));
	CU_ASSERT_TRUE(dm_clocks_is_future(&clocks, UINT64_MAX));
	check_none(7 * SECOND);
}

/* Each number that the kernel keeps twice, and those that bound them. */
static void test_damaged(void)
{
	static const struct {
		uint64_t at, value;
	} damages[] = {
		{ 28, 200 },
		{ 40, UINT64_MAX },
		{ 40, 0 },
		{ 32, UINT64_MAX },
		{ 64, 0 },
		{ 64, UINT64_MAX },
		{ 96, 0 },
		{ 96, UINT64_MAX },
		{ 200, UINT64_MAX },
		{ 200, 3600 * 9 },
		{ 208, UINT64_MAX },
		{ 208, 1 },
		{ 40, 5 * SECOND / 2 },
	};
	size_t i;

	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		uint64_t va;

		t = fake_target_create(12, 48);
		va = fake_clocks(t, 100 * SECOND, 8 * HOUR);
		if (damages[i].at == 28)
			fake_kernel_write_u32(t->fake, va + 28, 200);
		else
			fake_kernel_write_u64(t->fake, va + damages[i].at,
					      damages[i].value);
		read_clocks();
		CU_ASSERT_FALSE(clocks.known);
		end();
	}
}

static void test_missing(void)
{
	uint64_t va;

	t = fake_target_create(12, 48);
	read_clocks();
	CU_ASSERT_FALSE(clocks.known);
	va = fake_clocks(t, SECOND, 0);
	fake_kernel_drop(t->fake, va);
	read_clocks();
	CU_ASSERT_FALSE(clocks.known);
	end();
	t = fake_target_create(12, 48);
	fake_clocks(t, SECOND, 0);
	fake_target_forget(t, "struct timekeeper");
	read_clocks();
	CU_ASSERT_FALSE(clocks.known);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "layouts", test_layouts },
		{ "a machine that never slept", test_never_slept },
		{ "one that did", test_slept },
		{ "later than the dump", test_future },
		{ "damaged", test_damaged },
		{ "missing", test_missing },
		CU_TEST_INFO_NULL,
	};

	return suite_run("clocks", tests);
}
