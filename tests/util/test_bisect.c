// SPDX-License-Identifier: GPL-2.0-or-later
/* Bisection against a search one by one, and ranges against sets of numbers. */
#include "suite.h"
#include "util/bisect.h"
#include "util/range.h"

/* ---- Bisection ------------------------------------------------------------- */

static size_t one_by_one(const int *v, size_t count, int below)
{
	size_t i;

	for (i = 0; i < count && v[i] < below; i++)
		;
	return i;
}

/* All rising arrays of up to 6 numbers out of 4. */
static void check_array(int *v, size_t count, size_t most)
{
	int x;

	for (x = -1; x <= 4; x++)
		CU_ASSERT_EQUAL(dm_bisect(i, count, v[i] < x),
				one_by_one(v, count, x));
	if (count == most)
		return;
	for (x = count ? v[count - 1] : 0; x < 4; x++) {
		v[count] = x;
		check_array(v, count + 1, most);
	}
}

static void test_bisect(void)
{
	int v[6];

	check_array(v, 0, 6);
}

/* As many as there can be: no sum of two indices fits. */
static void test_many(void)
{
	static const size_t found[] = { 0, 1, SIZE_MAX / 2, SIZE_MAX - 1,
					SIZE_MAX };
	size_t n, asked;

	for (n = 0; n < sizeof(found) / sizeof(found[0]); n++) {
		asked = 0;
		CU_ASSERT_EQUAL(dm_bisect(i, SIZE_MAX, (asked++, i < found[n])),
				found[n]);
		CU_ASSERT_TRUE(asked <= 64);
	}
}

/* It is an expression: one may stand in another, and the count is asked once. */
static void test_expression(void)
{
	static const int v[] = { 1, 3, 5 };
	size_t count = 3;

	CU_ASSERT_EQUAL(
		dm_bisect(i, count--, v[i] < (int)dm_bisect(k, 10, k < 4)), 2);
	CU_ASSERT_EQUAL(count, 2);
}

/* ---- Ranges ---------------------------------------------------------------- */

/* A range of numbers below 8, as bits. */
static unsigned int bits(uint64_t start, uint64_t end)
{
	return start < end ? ((1u << end) - 1) & ~((1u << start) - 1) : 0;
}

static void check_ranges(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
	unsigned int x = bits(a, a_end), y = bits(b, b_end);
	struct dm_range range = { a, a_end };
	struct dm_range both = range_clip(a, a_end, b, b_end);

	CU_ASSERT_EQUAL(bits(both.start, both.end), x & y);
	CU_ASSERT_EQUAL(range_overlap(a, a_end, b, b_end),
			(uint64_t)__builtin_popcount(x & y));
	CU_ASSERT_EQUAL(range_has(&range, b), x >> b & 1);
	if (x && y) {
		CU_ASSERT_EQUAL(range_meets(a, a_end, b, b_end), !!(x & y));
		CU_ASSERT_EQUAL(range_within(a, a_end, b, b_end), !(x & ~y));
	}
}

static void test_ranges(void)
{
	uint64_t n;

	for (n = 0; n < 8 * 8 * 8 * 8; n++)
		check_ranges(n % 8, n / 8 % 8, n / 64 % 8, n / 512);
}

/* To the last address there is. */
static void test_end(void)
{
	const uint64_t end = UINT64_MAX;
	const struct dm_range last = { end - 1, end };

	CU_ASSERT_EQUAL(range_overlap(0, end, 0, end), end);
	CU_ASSERT_EQUAL(range_overlap(0, end, end - 1, end), 1);
	CU_ASSERT_EQUAL(range_overlap(0, end - 1, end - 1, end), 0);
	CU_ASSERT_TRUE(range_meets(0, end, end - 1, end));
	CU_ASSERT_FALSE(range_meets(0, end - 1, end - 1, end));
	CU_ASSERT_TRUE(range_has(&last, end - 1));
	CU_ASSERT_FALSE(range_has(&last, end));
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "as one by one", test_bisect },
		{ "as many as there can be", test_many },
		{ "an expression", test_expression },
		{ "ranges", test_ranges },
		{ "ranges at the end", test_end },
		CU_TEST_INFO_NULL,
	};

	return suite_run("bisect", tests);
}
