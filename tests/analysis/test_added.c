// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The history of a fake kernel that booted with two GiB, as test_history.c has
 * it, and was given a third one later, in which leaves of 32M are.
 */
#include <jansson.h>
#include <stdlib.h>

#include "analysis/history.h"
#include "render/print.h"
#include "fake/fake_boot.h"
#include "fake/fake_added.h"
#include "render/history_print.h"

#define FIRST	 24 /* block of 128 MiB: PA 3 GiB, 2 GiB behind RAM's start */
#define ADDED	 (2 * GIB)
#define LOST_MAX 256

static struct fake_target *t;
static struct fake_added a;
static struct dm_policy policy;
static struct dm_history *history;
static const struct dm_split_summary *sum;
static struct suite_text text;
static struct dm_lost lost[LOST_MAX];
static size_t count;

/* ---- A kernel -------------------------------------------------------------- */

/* What boot had: the first two GiB. */
static void add_resources(void)
{
	uint64_t array = fake_kernel_data(t->fake);

	fake_target_size(t, "struct resource", 64);
	fake_target_variable(t, "num_standard_resources", 4, 1);
	fake_target_variable(t, "standard_resources", 8, array);
	fake_kernel_write_u64(t->fake, array, FAKE_KERNEL_RAM);
	fake_kernel_write_u64(t->fake, array + 8, FAKE_KERNEL_RAM + ADDED - 1);
	fake_kernel_write_u64(t->fake, array + 24, FAKE_RAM);
}

static void begin(void)
{
	t = fake_target_create(12, 48);
	fake_owned_count = 0;
	policy = (struct dm_policy){
		.boot = DM_BOOT_BLOCKS,
		.hotplug = DM_BOOT_BLOCKS,
		.kfence = DM_KFENCE_NONE,
		.splits_at_runtime = DM_YES,
	};
	fake_pages_init(t);
	fake_memblock(t, 3 * GIB);
	fake_image(t);
	fake_added_init(&a, t);
	fake_added_resource(&a, 0, 8, FIRST, FAKE_RAM);
	fake_added_resource(&a, 0, FIRST, FIRST + 8,
			    FAKE_RAM | FAKE_MANAGED | FAKE_MERGEABLE);
	add_resources();
	fake_map(t, GIB, ADDED, PUD, NORMAL);
	fake_map(t, ADDED, 3 * GIB, CONT_PMD, NORMAL);
}

/* The third GiB was added in pieces of @size; 0: nothing tells. */
static void add_in(uint64_t size)
{
	if (size)
		fake_added_blocks(&a, FIRST, FIRST + 8,
				  fake_added_group(&a, true, size >> 12), 0);
}

/* Where there may be leaves already, which are no tables to go on from. */
static void map_over(uint64_t start, uint64_t to, enum dm_leaf leaf,
		     uint64_t attrs)
{
	bool pages = leaf <= CONT_PTE;
	uint64_t at, step = pages ? 2 * MIB : GIB;

	for (at = start; (pages || to - start >= GIB) && at < to; at += step)
		fake_kernel_set_entry(t->fake, BASE + at, pages ? 2 : 1, 0);
	fake_map(t, start, to, leaf, attrs);
}

/* 32 MiB behind @at go to 2M, one of them to pages, and one page is @state. */
static void split_at(uint64_t at, uint64_t state)
{
	map_over(at, at + 2 * MIB, PTE, NORMAL);
	fake_map(t, at, at + 4 * KIB, PTE, NORMAL | state);
	fake_map(t, at + 2 * MIB, at + 32 * MIB, PMD, NORMAL);
}

static struct dm_error *take(void *arg, const struct dm_lost *l)
{
	(void)arg;
	CU_ASSERT_TRUE_FATAL(count < LOST_MAX);
	lost[count++] = *l;
	return NULL;
}

static void make(void)
{
	suite_no_error(
		dm_history_create(fake_target_fresh(t), &policy, &history));
	CU_ASSERT_PTR_NOT_NULL_FATAL(history);
	sum = dm_history_summary(history);
	count = 0;
	suite_no_error(dm_history_lost(history, take, NULL));
}

static void end(void)
{
	dm_history_destroy(history);
	history = NULL;
	fake_target_destroy(t);
}

static void check_unjudged(bool maybe_lost, const char *why)
{
	bool least = maybe_lost && sum->splits;
	struct dm_boot_range range;

	CU_ASSERT_EQUAL(sum->known, !least);
	CU_ASSERT_EQUAL(sum->at_least, least);
	CU_ASSERT_EQUAL(*sum->why == '\0', !least);
	CU_ASSERT_EQUAL(sum->absent, 0);
	CU_ASSERT_EQUAL_FATAL(sum->unjudged_count, 1);
	CU_ASSERT_EQUAL(sum->unjudged[0].start, BASE + ADDED);
	CU_ASSERT_EQUAL(sum->unjudged[0].size, GIB);
	CU_ASSERT_EQUAL(sum->unjudged[0].maybe_lost, maybe_lost);
	CU_ASSERT_PTR_NOT_NULL(strstr(sum->unjudged[0].why, why));
	/* Nothing there is boot's. */
	CU_ASSERT_EQUAL(sum->boot_bytes[PUD], GIB);
	CU_ASSERT_EQUAL(sum->boot_bytes[CONT_PMD], GIB);
	CU_ASSERT_EQUAL(sum->unexpected, 0);
	CU_ASSERT_FALSE(dm_history_boot_at(history, BASE + ADDED, &range));
	CU_ASSERT_TRUE(dm_history_boot_at(history, BASE + ADDED - 1, &range));
}

static const char *splits_text(void)
{
	suite_text_init(&text);
	suite_no_error(dm_splits_text(&t->kernel, history, &text.sink));
	return text.text;
}

/* ---- Known pieces ------------------------------------------------------------ */

static struct dm_error *take_added(void *arg, const struct dm_boot_range *range)
{
	if (range->start >= BASE + ADDED)
		*(struct dm_boot_range *)arg = *range;
	return NULL;
}

static void test_known(void)
{
	struct dm_boot_range range = { 0 };

	begin();
	add_in(FAKE_BLOCK);
	make();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(sum->unjudged_count, 0);
	CU_ASSERT_EQUAL(sum->boot_bytes[PUD], GIB);
	CU_ASSERT_EQUAL(sum->boot_bytes[CONT_PMD], 2 * GIB);
	suite_no_error(dm_history_boot(history, take_added, &range));
	CU_ASSERT_EQUAL(range.size, GIB);
	CU_ASSERT_EQUAL(range.leaf, CONT_PMD);
	CU_ASSERT_STRING_EQUAL(range.why, "hotplug");
	end();
	/* Added at once it was one leaf of 1G, which was split. */
	begin();
	add_in(GIB);
	make();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CU_ASSERT_EQUAL(lost[0].leaf, PUD);
	CU_ASSERT_EQUAL(lost[0].start, BASE + ADDED);
	CU_ASSERT_FALSE(lost[0].in_use);
	end();
}

static void test_split_in_added(void)
{
	begin();
	add_in(FAKE_BLOCK);
	split_at(ADDED + 64 * MIB, RO);
	make();
	CU_ASSERT_EQUAL(sum->unjudged_count, 0);
	CU_ASSERT_EQUAL(sum->lost[PUD], 0);
	CU_ASSERT_EQUAL(sum->lost[CONT_PMD], 1);
	CU_ASSERT_EQUAL(sum->lost[PMD], 1);
	CU_ASSERT_EQUAL(sum->lost[CONT_PTE], 32);
	CU_ASSERT_EQUAL(lost[0].start, BASE + ADDED + 64 * MIB);
	CU_ASSERT_TRUE(lost[0].in_use);
	end();
}

/* ---- Pieces that are not known ---------------------------------------------------- */

static void test_unknown(void)
{
	const char *splits;

	begin();
	add_in(0);
	make();
	CU_ASSERT_EQUAL(count, 0);
	check_unjudged(false, "pieces");
	splits = splits_text();
	CU_ASSERT_EQUAL(strncmp(splits, "no leaf was lost since boot\n", 28),
			0);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		splits,
		"not judged      0xffff000080000000-0xffff0000c0000000 (1048576 kB): unknown in which pieces this memory was added; no trace of a split\n"));
	end();
	/* Boot's part is judged as ever. */
	begin();
	add_in(0);
	map_over(GIB, 2 * GIB, CONT_PMD, NORMAL);
	split_at(GIB + 32 * MIB, RO);
	make();
	CU_ASSERT_EQUAL_FATAL(count, 35);
	CU_ASSERT_EQUAL(lost[0].leaf, PUD);
	CU_ASSERT_EQUAL(lost[0].start, BASE + GIB);
	check_unjudged(false, "pieces");
	CU_ASSERT_EQUAL(strncmp(splits_text(), "35 leaves lost", 14), 0);
	end();
}

/* A leaf that no piece can have made, and what cannot be seen. */
static void test_maybe_lost(void)
{
	begin();
	add_in(0);
	split_at(3 * GIB - 32 * MIB, RO);
	make();
	CU_ASSERT_EQUAL(count, 0);
	check_unjudged(true, "pieces");
	CU_ASSERT_EQUAL(strncmp(splits_text(),
				"unknown: how 1048576 kB that were added later",
				45),
			0);
	CU_ASSERT_PTR_NULL(strstr(text.text, "no trace"));
	end();
	begin();
	add_in(0);
	split_at(3 * GIB - 32 * MIB, RO);
	map_over(GIB, 2 * GIB, CONT_PMD, NORMAL);
	make();
	CU_ASSERT_EQUAL(count, 1);
	check_unjudged(true, "pieces");
	CU_ASSERT_EQUAL(strncmp(splits_text(), "at least 1 leaf lost", 20), 0);
	end();
	begin();
	add_in(0);
	fake_kernel_set_entry(t->fake, BASE + ADDED + 100 * MIB, 2, 0);
	make();
	check_unjudged(true, "pieces");
	end();
	begin();
	add_in(0);
	fake_kernel_set_entry(t->fake, BASE + 3 * GIB - 2 * MIB, 2, 0);
	make();
	check_unjudged(true, "pieces");
	end();
}

/* A kernel that does not split keeps its history beside such memory. */
static void test_cannot_split(void)
{
	begin();
	add_in(0);
	policy.splits_at_runtime = DM_NO;
	make();
	CU_ASSERT_FALSE(sum->splits);
	CU_ASSERT_EQUAL(count, 0);
	check_unjudged(false, "pieces");
	CU_ASSERT_PTR_NOT_NULL(strstr(splits_text(), "does not split"));
	CU_ASSERT_PTR_NULL(strstr(text.text, "trace"));
	end();
}

static void test_policy_unknown(void)
{
	begin();
	add_in(FAKE_BLOCK);
	policy.hotplug = DM_BOOT_UNKNOWN;
	make();
	CU_ASSERT_EQUAL(count, 0);
	check_unjudged(true, "how added memory is mapped");
	end();
}

/* All of it is pages: then the pieces do not matter. */
static void test_pages(void)
{
	begin();
	policy.hotplug = DM_BOOT_PAGES;
	map_over(ADDED, 3 * GIB, PTE, NORMAL);
	make();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(sum->unjudged_count, 0);
	CU_ASSERT_EQUAL(sum->boot_bytes[PTE], GIB);
	end();
}

/* ---- Pieces that the tables contradict -------------------------------------------- */

static void test_contradicted(void)
{
	struct dm_owner one = { .kind = DM_OWNER_MODULE, .name = "one" };

	begin();
	add_in(FAKE_BLOCK);
	map_over(ADDED, 3 * GIB, PUD, NORMAL);
	map_over(GIB, 2 * GIB, CONT_PMD, NORMAL);
	split_at(GIB + 32 * MIB, RO);
	fake_own(FAKE_KERNEL_RAM + GIB + 32 * MIB, 4096, one);
	make();
	CU_ASSERT_EQUAL(count, 35);
	CU_ASSERT_EQUAL(sum->lost[PUD], 1);
	CU_ASSERT_EQUAL(sum->lost[CONT_PTE], 32);
	CU_ASSERT_EQUAL_FATAL(sum->if_gone_count, 1);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[PUD], 1);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[CONT_PTE], 1);
	check_unjudged(true, "not added as");
	end();
	/* Where nothing splits, a leaf that is smaller contradicts too. */
	begin();
	add_in(FAKE_BLOCK);
	policy.splits_at_runtime = DM_NO;
	split_at(ADDED, 0);
	make();
	CU_ASSERT_EQUAL(count, 0);
	check_unjudged(true, "not added as");
	end();
}

/* What explain says of a leaf that could be larger. */
static void check_why(uint64_t at, const char *why)
{
	struct dm_explanation x = {
		.linear = { .va = BASE + at, .mapped = true, .leaf = CONT_PMD },
		.stretch_count = 1,
		.stretches = { { .leaf = PUD, .alike = true } },
	};

	dm_history_explain(history, &x);
	CU_ASSERT_PTR_NOT_NULL(strstr(x.not_larger, why));
	CU_ASSERT_EQUAL(*x.not_larger == '\0', *why == '\0');
}

static void test_explain(void)
{
	begin();
	add_in(0);
	make();
	check_why(ADDED, "so it was split, or mapped so when it was added");
	check_why(3 * GIB - 1, "when it was added");
	check_why(32 * MIB, "kernel_alias");
	check_why(3 * GIB, "");
	end();
	begin();
	add_in(FAKE_BLOCK);
	make();
	check_why(ADDED, "hotplug");
	end();
}

/* ---- Printing ----------------------------------------------------------------------- */

static json_t *summary_of(void)
{
	json_t *json, *summary;

	suite_text_init(&text);
	suite_no_error(dm_splits_json(&t->kernel, history, &text.sink));
	json = json_loads(text.text, JSON_REJECT_DUPLICATES, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	summary = json_incref(json_object_get(json, "split_summary"));
	json_decref(json);
	return summary;
}

static void test_json(void)
{
	json_t *summary, *one;

	begin();
	add_in(0);
	make();
	summary = summary_of();
	one = json_array_get(json_object_get(summary, "unjudged"), 0);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(one, "start")),
			       "0xffff000080000000");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(one, "size")), GIB);
	CU_ASSERT_TRUE(json_is_false(json_object_get(one, "maybe_lost")));
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(one, "why")),
			       sum->unjudged[0].why);
	json_decref(summary);
	end();
	begin();
	add_in(FAKE_BLOCK);
	make();
	summary = summary_of();
	CU_ASSERT_PTR_NULL(json_object_get(summary, "unjudged"));
	json_decref(summary);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "known pieces", test_known },
		{ "a split in memory that was added", test_split_in_added },
		{ "pieces that are not known", test_unknown },
		{ "leaves may be lost there", test_maybe_lost },
		{ "a kernel that does not split", test_cannot_split },
		{ "a policy that is not known", test_policy_unknown },
		{ "pages", test_pages },
		{ "what the tables contradict", test_contradicted },
		{ "explain", test_explain },
		{ "JSON", test_json },
		CU_TEST_INFO_NULL,
	};

	return suite_run("history of memory that was added", tests);
}
