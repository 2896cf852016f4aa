// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays that grow: how often, how far, and what is left of one when it cannot.
 * Memory is refused by sizes that no machine has.
 */
#include <stdlib.h>

#include "directmap/array.h"
#include "suite.h"

struct numbers {
	uint64_t *at;
	size_t count, capacity;
};

static void fill(struct numbers *n, size_t count)
{
	for (; n->count < count; n->count++) {
		suite_no_error(dm_array_reserve(&n->at, &n->capacity, n->count,
						1, DM_ARRAY_ANY));
		n->at[n->count] = n->count;
	}
}

static void check_content(const struct numbers *n)
{
	size_t i;

	for (i = 0; i < n->count && n->at[i] == i; i++)
		;
	CU_ASSERT_EQUAL(i, n->count);
	CU_ASSERT_TRUE(n->count <= n->capacity);
}

static void test_doubles(void)
{
	struct numbers n = { 0 };
	size_t times = 0, capacity = 0;

	while (n.count < 100000) {
		fill(&n, n.count + 1);
		if (n.capacity == capacity)
			continue;
		CU_ASSERT_TRUE(n.capacity >= 2 * capacity);
		capacity = n.capacity;
		times++;
	}
	CU_ASSERT_TRUE(times <= 14);
	check_content(&n);
	free(n.at);
}

static void test_many_at_once(void)
{
	struct numbers n = { 0 };
	uint64_t *before;

	fill(&n, 3);
	suite_no_error(dm_array_reserve(&n.at, &n.capacity, n.count, 5000,
					DM_ARRAY_ANY));
	CU_ASSERT_TRUE(n.capacity >= 5003);
	before = n.at;
	suite_no_error(dm_array_reserve(&n.at, &n.capacity, n.count, 5000,
					DM_ARRAY_ANY));
	suite_no_error(
		dm_array_reserve(&n.at, &n.capacity, n.count, 0, DM_ARRAY_ANY));
	CU_ASSERT_PTR_EQUAL(n.at, before);
	check_content(&n);
	free(n.at);
}

/* Nothing is made for nothing. */
static void test_empty(void)
{
	struct numbers n = { 0 };

	suite_no_error(dm_array_reserve(&n.at, &n.capacity, 0, 0, 0));
	CU_ASSERT_PTR_NULL(n.at);
	CU_ASSERT_EQUAL(n.capacity, 0);
}

static void test_most(void)
{
	static const size_t most[] = { 1, 15, 16, 17, 31, 32, 33, 1000 };
	size_t i;

	for (i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
		struct numbers n = { 0 };

		for (; n.count < most[i]; n.count++) {
			suite_no_error(dm_array_reserve(&n.at, &n.capacity,
							n.count, 1, most[i]));
			n.at[n.count] = n.count;
			CU_ASSERT_TRUE(n.capacity <= most[i]);
		}
		CU_ASSERT_EQUAL(n.capacity, most[i]);
		suite_error(dm_array_reserve(&n.at, &n.capacity, n.count, 1,
					     most[i]),
			    DM_ERROR_BAD_DUMP, "more than");
		suite_error(dm_array_reserve(&n.at, &n.capacity, n.count,
					     SIZE_MAX - n.count, most[i]),
			    DM_ERROR_BAD_DUMP, "more than");
		CU_ASSERT_EQUAL(n.capacity, most[i]);
		check_content(&n);
		free(n.at);
	}
}

static void refuse(struct numbers *n, size_t more, size_t max)
{
	uint64_t *at = n->at;
	size_t capacity = n->capacity;
	struct dm_error *err =
		dm_array_reserve(&n->at, &n->capacity, n->count, more, max);

	CU_ASSERT_PTR_EQUAL(err, dm_error_no_memory());
	CU_ASSERT_PTR_EQUAL(n->at, at);
	CU_ASSERT_EQUAL(n->capacity, capacity);
	check_content(n);
}

static void test_overflow(void)
{
	struct numbers n = { 0 };

	/* Bytes: more than an address has; more than there is memory. */
	refuse(&n, SIZE_MAX / sizeof(*n.at) + 1, DM_ARRAY_ANY);
	refuse(&n, SIZE_MAX / sizeof(*n.at), DM_ARRAY_ANY);
	refuse(&n, SIZE_MAX, DM_ARRAY_ANY);
	fill(&n, 100);
	/* Elements: the sum of two counts. */
	refuse(&n, SIZE_MAX, DM_ARRAY_ANY);
	refuse(&n, SIZE_MAX - 99, DM_ARRAY_ANY);
	refuse(&n, SIZE_MAX - 100, DM_ARRAY_ANY);
	refuse(&n, SIZE_MAX / 8 - 100, SIZE_MAX / 8);
	/* It is none the worse for that. */
	fill(&n, 1000);
	check_content(&n);
	free(n.at);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "at least doubles", test_doubles },
		{ "many at once", test_many_at_once },
		{ "empty", test_empty },
		{ "a maximum", test_most },
		{ "overflow, and no memory", test_overflow },
		CU_TEST_INFO_NULL,
	};

	return suite_run("array", tests);
}
