// SPDX-License-Identifier: GPL-2.0-or-later
/* More stretches that are unknown than are kept: neighbours become one. */
#include <stdlib.h>

#include "arm64/kernel.h"
#include "directmap/dump.h"
#include "suite.h"
#include "target/target.h"

#define PAGE  UINT64_C(4096)
#define COUNT (3 * UNKNOWN_MAX)

static void test_many(void)
{
	struct unknown_set set = { 0 };
	struct dm_unknown one = { .size = PAGE };
	size_t i;

	/* Each second page. */
	for (i = 0; i < COUNT; i++) {
		one.start = 2 * i * PAGE;
		suite_no_error(dm_unknown_set_append(&set, &one));
	}
	CU_ASSERT_TRUE(set.count <= UNKNOWN_MAX);
	for (i = 0; i < COUNT; i++) {
		one.start = 2 * i * PAGE;
		if (dm_unknown_set_bytes(&set, one.start, one.start + PAGE) !=
		    PAGE)
			break;
	}
	CU_ASSERT_EQUAL(i, COUNT);
	for (i = 1; i < set.count; i++) {
		if (set.at[i].start < set.at[i - 1].start + set.at[i - 1].size)
			break;
	}
	CU_ASSERT_EQUAL(i, set.count);
	dm_unknown_set_deinit(&set);
}

struct seen {
	struct dm_range range;
	uint64_t at; /* VA: behind what came */
	uint64_t unknown;
};

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct seen *s = arg;

	CU_ASSERT_TRUE(run->start >= s->at);
	s->at = run->start + run->size;
	return NULL;
}

static struct dm_error *take_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct seen *s = arg;

	CU_ASSERT_TRUE(unknown->size > 0);
	CU_ASSERT_TRUE(unknown->start >= s->at);
	CU_ASSERT_TRUE(unknown->start >= s->range.start);
	CU_ASSERT_TRUE(unknown->size <= s->range.end - unknown->start);
	s->at = unknown->start + unknown->size;
	s->unknown += unknown->size;
	return NULL;
}

/* All is one stretch: what runs map of it is known, and the rest is not. */
static void check_range(struct dm_target *target, uint64_t start, uint64_t size)
{
	struct seen s = { { start, start + size }, 0, 0 };

	suite_no_error(
		dm_target_runs(target, &s.range, take_run, take_unknown, &s));
	CU_ASSERT_TRUE(s.unknown <= size);
}

static void test_over_runs(void)
{
	const char *folder = getenv("TEST_DUMPS");
	char path[512];
	const char *const paths[] = { path };
	const struct dm_usage *usage;
	struct unknown_set all = { 0 };
	struct dm_target *target;
	struct dm_kernel kernel;
	struct dm_dump *dump;
	uint64_t at;

	snprintf(path, sizeof(path), "%s/73-4k-va48.kdump",
		 folder ? folder : "test-dumps");
	suite_no_error(dm_dump_open(paths, 1, NULL, &dump));
	suite_no_error(dm_kernel_init(&kernel, dm_dump_source(dump)));
	suite_no_error(
		dm_target_create(dm_dump_source(dump), &kernel, &target));
	suite_no_error(dm_unknown_set_append(
		&all,
		&(struct dm_unknown){ kernel.linear_start,
				      kernel.linear_end - kernel.linear_start,
				      DM_FINDING_NOT_WALKED }));
	suite_no_error(dm_target_add_unknown(target, &all, false, &usage));
	dm_unknown_set_deinit(&all);
	/* Ranges that end within a leaf, and behind all of them. */
	for (at = 0; at < UINT64_C(4) << 30; at += (UINT64_C(64) << 20) + PAGE)
		check_range(target, kernel.linear_start + at, 3 * PAGE);
	check_range(target, kernel.linear_start,
		    kernel.linear_end - kernel.linear_start);
	dm_target_destroy(target);
	dm_dump_close(dump);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "more than are kept", test_many },
		{ "over what is mapped", test_over_runs },
		CU_TEST_INFO_NULL,
	};

	return suite_run("unknown_set", tests);
}
