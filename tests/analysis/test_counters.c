// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's own counters on fake kernels: units, what they over-count, and
 * numbers that are none. The parts are worked out by hand.
 */
#include <jansson.h>

#include "analysis/counters.h"
#include "render/print.h"
#include "fake/fake_target.h"
#include "suite.h"

#define KIB UINT64_C(1024)
#define MIB (KIB << 10)
#define GIB (MIB << 10)

/*
 * The image: 2M-aligned text of 2 MiB and 64 KiB, data of 64 and 4 KiB. Its
 * alias in the linear map lies 256 MiB behind RAM's start.
 */
#define IMAGE	   UINT64_C(0xffff800090000000)
#define RODATA	   (IMAGE + 1 * MIB)
#define INIT_BEGIN (IMAGE + 2 * MIB + 64 * KIB)
#define INIT_END   (IMAGE + 4 * MIB)
#define BSS_STOP   (INIT_END + 68 * KIB)

static struct fake_target *t;
static struct dm_counters counters;
static struct dm_usage usage;
static const uint64_t mapped[DM_LEAF_COUNT] = { 4 * MIB, 16 * MIB, 64 * MIB,
						512 * MIB, GIB };

static void start(void)
{
	t = fake_target_create(12, 48);
	fake_target_symbol(t, "_text", IMAGE);
	fake_target_symbol(t, "_stext", IMAGE + 64 * KIB);
	fake_target_symbol(t, "__start_rodata", RODATA);
	fake_target_symbol(t, "__init_begin", INIT_BEGIN);
	fake_target_symbol(t, "__init_end", INIT_END);
	fake_target_symbol(t, "__bss_stop", BSS_STOP);
	memset(&usage, 0, sizeof(usage));
	memcpy(usage.mapped, mapped, sizeof(mapped));
}

static void end(void)
{
	dm_counters_deinit(&counters);
	fake_target_destroy(t);
}

/* A counter that has what is mapped and @more, in bytes over @unit. */
static uint64_t add(const char *name, const int64_t more[DM_LEAF_COUNT],
		    const uint64_t unit[DM_LEAF_COUNT])
{
	uint64_t va = fake_target_variable(t, name, 8, 0);
	size_t i;

	for (i = 0; i < DM_LEAF_COUNT; i++)
		fake_kernel_write_u64(
			t->fake, va + i * 8,
			(mapped[i] + (uint64_t)(more ? more[i] : 0)) /
				(unit ? unit[i] : 1));
	return va;
}

static void count(void)
{
	dm_counters_deinit(&counters);
	suite_no_error(
		dm_counters_init(&counters, fake_target_fresh(t), &usage));
}

static void check_leaves(const int64_t *have, const int64_t *expected)
{
	size_t i;

	for (i = 0; i < DM_LEAF_COUNT; i++) {
		if (have[i] != expected[i])
			fprintf(stderr, "    leaf %zu: %lld\n", i,
				(long long)have[i]);
		CU_ASSERT_EQUAL(have[i], expected[i]);
	}
}

static const int64_t nothing[DM_LEAF_COUNT];

/* ---- None ------------------------------------------------------------------- */

static void test_none(void)
{
	start();
	count();
	CU_ASSERT_EQUAL(counters.count, 0);
	CU_ASSERT_STRING_EQUAL(dm_missing_text(counters.missing), "");
	end();
	t = fake_target_create(12, 48);
	count();
	CU_ASSERT_EQUAL(counters.count, 0);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(counters.missing), "kallsyms"));
	end();
}

/* ---- Units ------------------------------------------------------------------- */

static void check_unit(const uint64_t *unit, const char *name)
{
	const struct dm_counter *k = &counters.counter[0];

	start();
	add("direct_map_use", NULL, unit);
	count();
	CU_ASSERT_EQUAL_FATAL(counters.count, 1);
	CU_ASSERT_STRING_EQUAL(k->symbol, "direct_map_use");
	CU_ASSERT_STRING_EQUAL(k->unit, name);
	CU_ASSERT_EQUAL(memcmp(k->bytes, mapped, sizeof(mapped)), 0);
	check_leaves(k->over, nothing);
	end();
}

static void test_units(void)
{
	static const uint64_t kb[] = { 1024, 1024, 1024, 1024, 1024 };
	static const uint64_t leaves[] = { 4 * KIB, 64 * KIB, 2 * MIB, 32 * MIB,
					   GIB };

	check_unit(NULL, "bytes");
	check_unit(kb, "kB");
	check_unit(leaves, "leaves");
}

/* ---- What boot counts more than once -------------------------------------------- */

/* Text: 2M and 64k, twice more than it is mapped. */
static const int64_t text[DM_LEAF_COUNT] = { 0, 128 * KIB, 4 * MIB, 0, 0 };
static const int64_t data[DM_LEAF_COUNT] = { 4 * KIB, 64 * KIB, 0, 0, 0 };

static void sum(int64_t *total, const int64_t *a, const int64_t *b)
{
	size_t i;

	for (i = 0; i < DM_LEAF_COUNT; i++)
		total[i] = a[i] + b[i];
}

static void test_text(void)
{
	const struct dm_counter *k = &counters.counter[0];

	start();
	add("direct_map_use", text, NULL);
	count();
	CU_ASSERT_EQUAL_FATAL(counters.count, 1);
	CU_ASSERT_EQUAL(k->filtered, DM_YES);
	check_leaves(k->over, text);
	CU_ASSERT_EQUAL_FATAL(k->part_count, 1);
	CU_ASSERT_STRING_EQUAL(
		k->parts[0].cause,
		"alias of the kernel's text, mapped three times at boot");
	check_leaves((const int64_t *)k->parts[0].bytes, text);
	check_leaves(k->unexplained, nothing);
	end();
}

/* That of data and bss is mapped apart where its alias is invalid today. */
static void test_data(void)
{
	const struct dm_counter *k = &counters.counter[0];
	uint64_t pa = INIT_END - IMAGE + FAKE_KERNEL_RAM + 256 * MIB;
	int64_t both[DM_LEAF_COUNT];

	start();
	sum(both, text, data);
	add("direct_map_use", both, NULL);
	fake_kernel_set_entry(t->fake, fake_target_linear(t, pa), 3,
			      pa | UINT64_C(0xe8000000000702));
	count();
	CU_ASSERT_EQUAL_FATAL(k->part_count, 2);
	check_leaves((const int64_t *)k->parts[1].bytes, data);
	check_leaves(k->unexplained, nothing);
	/* A valid one: what is over stays unexplained. */
	fake_kernel_set_entry(t->fake, fake_target_linear(t, pa), 3,
			      pa | UINT64_C(0xe8000000000703));
	count();
	CU_ASSERT_EQUAL(k->part_count, 1);
	check_leaves(k->unexplained, data);
	/* So 7.3 has it as long as hibernation is prepared. */
	fake_target_symbol(t, "arm64_hibernate_pm_notify", IMAGE + 4096);
	count();
	CU_ASSERT_EQUAL(k->part_count, 2);
	check_leaves(k->unexplained, nothing);
	end();
}

/* 7.2 makes it read-only by mapping it a third time. */
static void test_data_read_only(void)
{
	const struct dm_counter *k = &counters.counter[0];
	uint64_t pa = FAKE_KERNEL_RAM + 256 * MIB + (INIT_END - IMAGE);
	int64_t twice[DM_LEAF_COUNT], both[DM_LEAF_COUNT];

	sum(twice, data, data);
	sum(both, text, twice);
	start();
	add("direct_map_use", both, NULL);
	fake_kernel_set_entry(t->fake, fake_target_linear(t, pa), 3,
			      pa | UINT64_C(0xe8000000000783));
	count();
	CU_ASSERT_EQUAL_FATAL(k->part_count, 2);
	CU_ASSERT_STRING_EQUAL(
		k->parts[1].cause,
		"alias of the kernel's data, mapped three times at boot");
	check_leaves((const int64_t *)k->parts[1].bytes, twice);
	check_leaves(k->unexplained, nothing);
	end();
}

/* As posted: rodata of the image by pages, the device tree by a block. */
static void test_unfiltered(void)
{
	static const int64_t outside[DM_LEAF_COUNT] = {
		(int64_t)(INIT_BEGIN - RODATA + 64 * KIB), 0, 2 * MIB, 0, 0
	};
	const struct dm_counter *k = &counters.counter[0];
	int64_t both[DM_LEAF_COUNT];

	start();
	sum(both, text, outside);
	add("direct_map_size", both, NULL);
	count();
	CU_ASSERT_EQUAL_FATAL(counters.count, 1);
	CU_ASSERT_EQUAL(k->filtered, DM_NO);
	CU_ASSERT_EQUAL(k->part_count, 3);
	check_leaves(k->unexplained, nothing);
	/* Something else over by pages is no reason to call it that. */
	both[0] = 8 * KIB;
	both[2] = text[2];
	add("direct_map_use", both, NULL);
	count();
	CU_ASSERT_EQUAL_FATAL(counters.count, 2);
	CU_ASSERT_EQUAL(counters.counter[1].filtered, DM_YES);
	CU_ASSERT_EQUAL(counters.counter[1].part_count, 1);
	CU_ASSERT_EQUAL(counters.counter[1].unexplained[0], 8 * KIB);
	end();
}

/* One that is too low has no cause that is known. */
static void test_too_low(void)
{
	static const int64_t less[DM_LEAF_COUNT] = { -4096, 0, 0, 0, 0 };
	const struct dm_counter *k = &counters.counter[0];

	start();
	add("direct_map_use", less, NULL);
	count();
	CU_ASSERT_EQUAL_FATAL(counters.count, 1);
	CU_ASSERT_EQUAL(k->over[0], -4096);
	CU_ASSERT_EQUAL(k->unexplained[0], -4096);
	CU_ASSERT_EQUAL(k->unexplained[2], -(int64_t)(4 * MIB));
	end();
}

/* ---- What is no counter ----------------------------------------------------------- */

static void test_nonsense(void)
{
	uint64_t va;
	size_t i;

	start();
	va = add("direct_map_use", NULL, NULL);
	for (i = 0; i < 5; i++)
		fake_kernel_write_u64(t->fake, va + i * 8, UINT64_MAX - i);
	count();
	CU_ASSERT_EQUAL(counters.count, 0);
	CU_ASSERT_STRING_EQUAL(
		dm_missing_text(counters.missing),
		"direct_map_use is there, but its numbers are no leaf counts");
	/* Sums that overflow, and twice and half of what there is. */
	for (i = 0; i < 5; i++)
		fake_kernel_write_u64(t->fake, va + i * 8, UINT64_C(1) << 62);
	count();
	CU_ASSERT_EQUAL(counters.count, 0);
	for (i = 0; i < 5; i++)
		fake_kernel_write_u64(t->fake, va + i * 8, 0);
	count();
	CU_ASSERT_EQUAL(counters.count, 0);
	end();
}

static void test_too_small(void)
{
	uint64_t va;

	start();
	va = add("direct_map_use", NULL, NULL);
	fake_target_symbol(t, "next_variable", va + 32);
	count();
	CU_ASSERT_EQUAL(counters.count, 0);
	fake_target_forget(t, "next_variable");
	fake_target_symbol(t, "next_variable", va + 40);
	count();
	CU_ASSERT_EQUAL(counters.count, 1);
	end();
}

static void test_absent(void)
{
	start();
	fake_kernel_drop(t->fake, add("direct_map_use", NULL, NULL));
	count();
	CU_ASSERT_EQUAL(counters.count, 0);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(counters.missing), "not in the dump"));
	end();
	/* Without the image's bounds, nothing is explained. */
	start();
	add("direct_map_use", text, NULL);
	fake_target_forget(t, "__init_begin");
	count();
	CU_ASSERT_EQUAL_FATAL(counters.count, 1);
	CU_ASSERT_EQUAL(counters.counter[0].part_count, 0);
	CU_ASSERT_EQUAL(counters.counter[0].filtered, DM_UNKNOWN);
	check_leaves(counters.counter[0].unexplained, text);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(counters.missing), "__init_begin"));
	end();
}

static void check_image(uint64_t first, uint64_t last, const char *missing)
{
	start();
	add("direct_map_use", text, NULL);
	fake_target_forget(t, "_text");
	fake_target_forget(t, "__init_begin");
	fake_target_symbol(t, "_text", first);
	fake_target_symbol(t, "__init_begin", last);
	count();
	CU_ASSERT_EQUAL(counters.count, 1);
	check_leaves(counters.counter[0].unexplained, text);
	if (!strstr(dm_missing_text(counters.missing), missing))
		fprintf(stderr, "    missing: %s\n",
			dm_missing_text(counters.missing));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(counters.missing), missing));
	end();
}

static void test_absurd_image(void)
{
	check_image(IMAGE, IMAGE - 1, "are not of one kernel image");
	check_image(0, UINT64_MAX, "are not of one kernel image");
	check_image(IMAGE, UINT64_MAX, "are not of one kernel image");
	check_image(0, MIB, "are not of one kernel image");
}

/* ---- Output ----------------------------------------------------------------------- */

static struct suite_text out;

static void print(void)
{
	suite_text_init(&out);
	suite_no_error(
		dm_counters_text(&t->kernel, &usage, &counters, &out.sink));
}

static void test_printed(void)
{
	start();
	add("direct_map_use", text, NULL);
	count();
	print();
	CU_ASSERT_STRING_EQUAL(
		out.text,
		"kB by leaf size                  4k          64k           2M          32M           1G\n"
		"\n"
		"direct_map_use (in bytes; the linear map only, inferred)\n"
		"  counter                      4096        16512        69632       524288      1048576\n"
		"  page tables                  4096        16384        65536       524288      1048576\n"
		"  difference                     +0         +128        +4096           +0           +0\n"
		"    of which                     +0         +128        +4096           +0           +0\n"
		"                       alias of the kernel's text, mapped three times at boot\n"
		"    unexplained                  +0           +0           +0           +0           +0\n");
	fake_target_forget(t, "direct_map_use");
	count();
	print();
	CU_ASSERT_STRING_EQUAL(out.text,
			       "the kernel does not count its linear map\n");
	t->symbol_count = 0;
	count();
	print();
	CU_ASSERT_PTR_NOT_NULL(strstr(
		out.text, "unknown whether the kernel counts its linear map\n"
			  "missing               "));
	end();
}

static void test_json(void)
{
	json_t *json, *counter;

	start();
	add("direct_map_use", text, NULL);
	count();
	suite_text_init(&out);
	suite_no_error(dm_counters_json(&counters, &out.sink));
	json = json_loads(out.text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	counter = json_array_get(json_object_get(json, "counters"), 0);
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(
				json_object_get(counter, "over"), "pmd")),
			(json_int_t)(4 * MIB));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(counter, "causes")), 1);
	CU_ASSERT_TRUE(json_is_null(json_object_get(json, "missing")));
	json_decref(json);
	end();
}

/* A page table is lost, and so the tables' figures are lower bounds. */
static void lose(uint64_t bytes)
{
	usage.mapped[DM_LEAF_PTE] = 2 * MIB;
	usage.unreadable = 1;
	usage.finding_count[DM_FINDING_UNREADABLE] = 1;
	usage.unknown = bytes;
	count();
}

/* What a counter has more than a lower bound is no difference. */
static void test_lower_bound(void)
{
	const struct dm_counter *k = &counters.counter[0];
	json_t *json, *counter;

	start();
	add("direct_map_use", text, NULL);
	lose(2 * MIB);
	CU_ASSERT_EQUAL_FATAL(counters.count, 1);
	CU_ASSERT_FALSE(k->compared);
	CU_ASSERT_STRING_EQUAL(k->unit, "bytes");
	CU_ASSERT_EQUAL(k->bytes[DM_LEAF_PTE], 4 * MIB);
	CU_ASSERT_EQUAL(k->filtered, DM_UNKNOWN);
	check_leaves(k->over, nothing);
	check_leaves(k->unexplained, nothing);
	CU_ASSERT_EQUAL(k->part_count, 0);
	print();
	CU_ASSERT_PTR_NOT_NULL(strstr(
		out.text,
		"  difference           not known: not all of the linear map is known\n"));
	CU_ASSERT_PTR_NULL(strstr(out.text, "unexplained"));
	suite_text_init(&out);
	suite_no_error(dm_counters_json(&counters, &out.sink));
	json = json_loads(out.text, 0, NULL);
	counter = json_array_get(json_object_get(json, "counters"), 0);
	CU_ASSERT_TRUE(json_is_null(json_object_get(counter, "over")));
	CU_ASSERT_TRUE(json_is_null(json_object_get(counter, "causes")));
	CU_ASSERT_TRUE(json_is_null(json_object_get(counter, "unexplained")));
	CU_ASSERT_TRUE(json_is_null(json_object_get(counter, "filtered")));
	json_decref(json);
	end();
}

/* With so much unknown the same numbers could be kB. */
static void test_unknown_unit(void)
{
	start();
	add("direct_map_use", NULL, NULL);
	lose(256 * GIB * 1024);
	CU_ASSERT_EQUAL(counters.count, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(dm_missing_text(counters.missing),
				      "but its unit is unknown"));
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "none", test_none },
		{ "units", test_units },
		{ "text", test_text },
		{ "data", test_data },
		{ "data that is read-only", test_data_read_only },
		{ "unfiltered", test_unfiltered },
		{ "too low", test_too_low },
		{ "nonsense", test_nonsense },
		{ "too small", test_too_small },
		{ "absent", test_absent },
		{ "absurd image", test_absurd_image },
		{ "printed", test_printed },
		{ "JSON", test_json },
		{ "beside a lower bound", test_lower_bound },
		{ "of an unknown unit", test_unknown_unit },
		CU_TEST_INFO_NULL,
	};

	return suite_run("counters", tests);
}
