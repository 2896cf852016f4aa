// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers as they are typed: what is taken, and all that is refused. */
#include "directmap/number.h"
#include "suite.h"

static void check_parse(const char *text, bool good, uint64_t expected)
{
	uint64_t value;

	if (dm_number_parse(text, &value) != good)
		fprintf(stderr, "    \"%s\"\n", text);
	CU_ASSERT_EQUAL(dm_number_parse(text, &value), good);
	if (good)
		CU_ASSERT_EQUAL(value, expected);
}

static const char *const nonsense[] = {
	"",	 " ",	" 1", "1 ", "+1",  "-1",   "\t1",  "1\n",  "1.5", "1e3",
	"1,000", "one", "1x", "0x", "0x ", "0x-1", "0x1g", "0xx1", "--1", "0b1",
};

static void test_parse(void)
{
	size_t i;

	check_parse("0", true, 0);
	check_parse("4096", true, 4096);
	/* Not octal. */
	check_parse("010", true, 10);
	check_parse("0x10", true, 16);
	check_parse("0XfF", true, 255);
	check_parse("0x000000000000000000ff", true, 255);
	check_parse("18446744073709551615", true, UINT64_MAX);
	check_parse("18446744073709551616", false, 0);
	check_parse("99999999999999999999999", false, 0);
	check_parse("0xffffffffffffffff", true, UINT64_MAX);
	check_parse("0x10000000000000000", false, 0);
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		check_parse(nonsense[i], false, 0);
}

static void test_between(void)
{
	uint64_t value;
	size_t i;

	CU_ASSERT_TRUE(dm_number_between("1", 1, 8, &value));
	CU_ASSERT_EQUAL(value, 1);
	CU_ASSERT_TRUE(dm_number_between("8", 1, 8, &value));
	CU_ASSERT_EQUAL(value, 8);
	CU_ASSERT_FALSE(dm_number_between("0", 1, 8, &value));
	CU_ASSERT_FALSE(dm_number_between("9", 1, 8, &value));
	CU_ASSERT_FALSE(dm_number_between("0x1", 1, 8, &value));
	/* 2^64 + 1 is not 1. */
	CU_ASSERT_FALSE(
		dm_number_between("18446744073709551617", 1, 8, &value));
	for (i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++)
		CU_ASSERT_FALSE(
			dm_number_between(nonsense[i], 0, UINT64_MAX, &value));
}

/* What stands behind is left, also behind a number that is too large. */
static void test_digits(void)
{
	const char *text = "12-ab";
	uint64_t value;

	CU_ASSERT_TRUE(dm_number_digits(&text, 10, &value));
	CU_ASSERT_EQUAL(value, 12);
	CU_ASSERT_STRING_EQUAL(text, "-ab");
	CU_ASSERT_FALSE(dm_number_digits(&text, 10, &value));
	text++;
	CU_ASSERT_TRUE(dm_number_digits(&text, 16, &value));
	CU_ASSERT_EQUAL(value, 0xab);
	text = "fffffffffffffffff-";
	CU_ASSERT_FALSE(dm_number_digits(&text, 16, &value));
	CU_ASSERT_STRING_EQUAL(text, "-");
}

static void test_range(void)
{
	static const char *const bad[] = {
		"",
		"-",
		"1-",
		"-1",
		"2-1",
		"1-1",
		" 1-2",
		"1 -2",
		"1- 2",
		"1-2 ",
		"+1-2",
		"0x-0x2",
		"1-2-3",
		"1..2",
		"1-0x",
		"1-g",
		"1-11112222333344445",
		"11112222333344445-2",
	};
	struct dm_range range;
	size_t i;

	CU_ASSERT_TRUE(
		dm_range_parse("ffff000000000000-0xffff000000001000", &range));
	CU_ASSERT_EQUAL(range.start, UINT64_C(0xffff000000000000));
	CU_ASSERT_EQUAL(range.end, UINT64_C(0xffff000000001000));
	CU_ASSERT_TRUE(dm_range_parse("10-20", &range));
	CU_ASSERT_EQUAL(range.start, 0x10);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (dm_range_parse(bad[i], &range))
			fprintf(stderr, "    \"%s\"\n", bad[i]);
		CU_ASSERT_FALSE(dm_range_parse(bad[i], &range));
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "numbers", test_parse },
		{ "numbers with limits", test_between },
		{ "digits", test_digits },
		{ "ranges", test_range },
		CU_TEST_INFO_NULL,
	};

	return suite_run("number", tests);
}
