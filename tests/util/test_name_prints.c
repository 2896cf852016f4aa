// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints of names against a loop that looks at each. */
#include <stdlib.h>

#include "util/name_prints.h"
#include "suite.h"

static unsigned int next_random(unsigned int *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 8;
}

static size_t plain_next(const uint16_t *prints, size_t count, size_t from,
			 uint16_t print)
{
	while (from < count && prints[from] != print)
		from++;
	return from;
}

/* Arrays of each length, at each alignment, with few and with many hits. */
static void test_next(void)
{
	static const unsigned int kinds[] = { 1, 2, 40, 1000, 65536 };
	static uint16_t prints[600];
	unsigned int state = 1;
	size_t k, i, count;

	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (i = 0; i < 600; i++)
			prints[i] = (uint16_t)(next_random(&state) % kinds[k]);
		for (count = 0; count < 590; count += 1 + count / 80) {
			const uint16_t *p = prints + count % 9;
			uint16_t wanted = p[count * 7 % 590];

			for (i = 0; i <= count; i += 1 + count / 64)
				CU_ASSERT_EQUAL(dm_name_prints_next(p, count, i,
								    wanted),
						plain_next(p, count, i,
							   wanted));
		}
	}
}

/* The last one, and one that is just behind the end. */
static void test_ends(void)
{
	uint16_t prints[300] = { 0 };
	size_t count;

	for (count = 1; count < 299; count++) {
		prints[count - 1] = 7;
		CU_ASSERT_EQUAL(dm_name_prints_next(prints, count, 0, 7),
				count - 1);
		CU_ASSERT_EQUAL(dm_name_prints_next(prints, count - 1, 0, 7),
				count - 1);
		CU_ASSERT_EQUAL(dm_name_prints_next(prints, count, count, 7),
				count);
		prints[count - 1] = 0;
	}
	CU_ASSERT_EQUAL(dm_name_prints_next(NULL, 0, 0, 1), 0);
}

/* In any parts, the sum is the same; no name has the print of none. */
static void test_sums(void)
{
	const char *name = "__arm64_sys_init_module.constprop.0";
	uint32_t whole = dm_name_print_sum(name, strlen(name));
	char text[3] = "";
	size_t i;

	for (i = 0; i <= strlen(name); i++)
		CU_ASSERT_EQUAL(dm_name_print_sum(name, i) +
					dm_name_print_sum(name + i,
							  strlen(name) - i),
				whole);
	for (i = 0; i < 65536; i++) {
		text[0] = (char)(i >> 8);
		text[1] = (char)i;
		CU_ASSERT_NOT_EQUAL(name_print(dm_name_print_sum(text, 2)),
				    NAME_PRINT_NONE);
		CU_ASSERT_NOT_EQUAL(name_print((uint32_t)(i * 0x10001)),
				    NAME_PRINT_NONE);
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "the next that is equal", test_next },
		{ "first and last", test_ends },
		{ "sums of parts", test_sums },
		CU_TEST_INFO_NULL,
	};

	return suite_run("prints of names", tests);
}
