// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Dumps of large machines, as `make bench` has them, made small: what a report
 * of them says is what was put into them.
 */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "scale.h"
#include "suite.h"

#define GIB (UINT64_C(1) << 30)

static char dir[] = "/tmp/test_scale.XXXXXX";

static json_t *report(const char *path, const char *options)
{
	const char *tool = getenv("KDUMP_TRIAGE");
	char command[1024];
	json_t *json;
	FILE *out;

	CU_ASSERT_PTR_NOT_NULL_FATAL(tool);
	snprintf(command, sizeof(command), "%s report --json %s %s", tool,
		 options, path);
	out = popen(command, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	json = json_loadf(out, 0, NULL);
	CU_ASSERT_EQUAL(pclose(out), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static uint64_t number(json_t *json, const char *a, const char *b)
{
	json_t *value = json_object_get(json, a);

	if (b)
		value = json_object_get(value, b);
	CU_ASSERT_FATAL(json_is_integer(value));
	return (uint64_t)json_integer_value(value);
}

static void check_usage(json_t *usage, const struct scale_truth *truth)
{
	json_t *levels =
		json_object_get(json_object_get(usage, "tables"), "by_level");
	char name[2] = "0";
	int i;

	for (i = 0; i < DM_LEAF_COUNT; i++) {
		const char *leaf = dm_leaf_name((enum dm_leaf)i);

		CU_ASSERT_EQUAL(number(usage, "mapped", leaf),
				truth->mapped[i]);
		CU_ASSERT_EQUAL(number(usage, "valid", leaf), truth->valid[i]);
	}
	CU_ASSERT_EQUAL(number(usage, "read_only", NULL), truth->read_only);
	CU_ASSERT_EQUAL(number(usage, "invalid", "bit11_set"), truth->invalid);
	CU_ASSERT_EQUAL(number(usage, "invalid", "bit11_clear"), 0);
	CU_ASSERT_EQUAL(number(usage, "finding_count", NULL), 0);
	for (i = 1; i < DM_LEVELS; i++, name[0]++)
		CU_ASSERT_EQUAL(number(levels, name, NULL), truth->tables[i]);
}

static void check(const struct scale *scale, struct scale_truth *truth)
{
	char path[64];
	json_t *json;

	snprintf(path, sizeof(path), "%s/dump", dir);
	suite_no_error(scale_dump(scale, path, truth));
	json = report(path, "-j 1");
	check_usage(json_object_get(json, "usage"), truth);
	json_decref(json);
	json = report(path, "-j 3");
	check_usage(json_object_get(json, "usage"), truth);
	json_decref(json);
	unlink(path);
}

static void test_all_by_pages(void)
{
	static const enum scale_file files[] = { SCALE_ZLIB, SCALE_LZO,
						 SCALE_ZSTD, SCALE_ELF,
						 SCALE_ELF_TIGHT };
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct scale scale = { 4 * GIB, SCALE_PAGES, files[i] };
		struct scale_truth truth;

		check(&scale, &truth);
		/* Worked out by hand, so that the truth is one. */
		CU_ASSERT_EQUAL(truth.mapped[DM_LEAF_PTE], 4 * GIB);
		CU_ASSERT_EQUAL(truth.tables[4], 2048);
		CU_ASSERT_EQUAL(truth.tables[3], 4);
		CU_ASSERT(truth.read_only > 32 << 20);
	}
}

static void test_by_blocks(void)
{
	struct scale scale = { 16384 * GIB, SCALE_BLOCKS, SCALE_ELF_TIGHT };
	struct scale_truth truth;

	check(&scale, &truth);
	CU_ASSERT_EQUAL(truth.mapped[DM_LEAF_PUD], 16383 * GIB);
	CU_ASSERT_EQUAL(truth.mapped[DM_LEAF_PTE], 32 << 20);
	/* The image begins 2 MiB into RAM: it breaks two 32M leaves. */
	CU_ASSERT_EQUAL(truth.mapped[DM_LEAF_PMD], 32 << 20);
	CU_ASSERT_EQUAL(truth.mapped[DM_LEAF_CONT_PMD], GIB - (64 << 20));
	CU_ASSERT_EQUAL(truth.tables[2], 32);
	CU_ASSERT_EQUAL(truth.tables[3], 1);
	CU_ASSERT_EQUAL(truth.tables[4], 16);
}

static void test_one_of_a_hundred(void)
{
	struct scale scale = { 8 * GIB, SCALE_HUNDREDTH, SCALE_ZLIB };
	struct scale_truth truth;
	uint64_t total = 0;
	int i;

	check(&scale, &truth);
	for (i = 0; i < DM_LEAF_COUNT; i++)
		total += truth.mapped[i];
	CU_ASSERT_EQUAL(total, 8 * GIB);
	CU_ASSERT(truth.mapped[DM_LEAF_CONT_PTE] > 0);
	CU_ASSERT(truth.invalid > 0);
	/* 16 for the image, some 41 of 4096. */
	CU_ASSERT(truth.tables[4] > 30 && truth.tables[4] < 100);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "all by pages", test_all_by_pages },
		{ "16 TiB by blocks", test_by_blocks },
		{ "one block of a hundred is split", test_one_of_a_hundred },
		CU_TEST_INFO_NULL,
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	failed = suite_run("scale", tests);
	rmdir(dir);
	return failed;
}
