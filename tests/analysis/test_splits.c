// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lost leaves: boot's map of two 1G blocks and a piece, and runs of today's as
 * 7.3 mm/mmu.c would leave them.
 */
#include <stdlib.h>

#include "analysis/splits.h"
#include "suite.h"

#define GIB	 (UINT64_C(1) << 30)
#define MIB	 (UINT64_C(1) << 20)
#define KIB	 (UINT64_C(1) << 10)
#define BASE	 UINT64_C(0xffff000000000000)

#define PTE	 DM_LEAF_PTE
#define CONT_PTE DM_LEAF_CONT_PTE
#define PMD	 DM_LEAF_PMD
#define CONT_PMD DM_LEAF_CONT_PMD
#define PUD	 DM_LEAF_PUD

static const struct dm_kernel kernel = {
	.page_shift = 12,
	.page_size = 4096,
	.linear_start = BASE,
	.linear_end = UINT64_C(0xffff800000000000),
	.page_offset = BASE,
};

#define LOST_MAX 2048

struct taken {
	struct boot_map *map;
	struct splits *splits;
	struct lost_leaf lost[LOST_MAX];
	size_t count;
};

static struct dm_error *take(void *arg, const struct lost_leaf *lost)
{
	struct taken *t = arg;

	if (t->count == LOST_MAX)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "too many");
	t->lost[t->count++] = *lost;
	return NULL;
}

static struct taken *begin_banks(const struct boot_bank *banks, size_t count,
				 const struct dm_range *to_ptes)
{
	static const struct dm_range none;
	struct boot_layout l = { .kernel = &kernel,
				 .banks = banks,
				 .bank_count = count };
	struct taken *t = calloc(1, sizeof(*t));

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	suite_no_error(dm_boot_map_create(&l, &t->map));
	suite_no_error(dm_splits_create(t->map, &kernel,
					to_ptes ? to_ptes : &none, take, t,
					&t->splits));
	return t;
}

/* [0, 2G + 64M), all of it as large as can be. */
static struct taken *begin(const struct dm_range *to_ptes)
{
	static const struct boot_bank banks[] = { { 0, 2 * GIB + 64 * MIB,
						    false, NULL, 0 } };

	return begin_banks(banks, 1, to_ptes);
}

static void end(struct taken *t)
{
	dm_splits_destroy(t->splits);
	dm_boot_map_destroy(t->map);
	free(t);
}

static struct dm_error *add(struct taken *t, uint64_t start, uint64_t to,
			    enum dm_leaf leaf)
{
	struct dm_run run = { .start = BASE + start,
			      .size = to - start,
			      .leaf = leaf,
			      .valid = true };

	return dm_splits_add_run(t->splits, &run);
}

/* Runs one after the other from 0 on; ends with an end of 0. */
struct today {
	uint64_t to;
	enum dm_leaf leaf;
};

static void add_all(struct taken *t, const struct today *today)
{
	uint64_t at = 0;

	for (; today->to; at = today->to, today++)
		suite_no_error(add(t, at, today->to, today->leaf));
	suite_no_error(dm_splits_finish(t->splits));
}

static void check_lost(const struct lost_leaf *l, enum dm_leaf leaf,
		       uint64_t start, bool from_boot, bool to_ptes)
{
	uint64_t sum = l->absent;
	size_t i;

	CU_ASSERT_EQUAL(l->leaf, leaf);
	CU_ASSERT_EQUAL(l->start, BASE + start);
	CU_ASSERT_EQUAL(l->size, dm_leaf_size(&kernel, leaf));
	CU_ASSERT_EQUAL(l->from_boot, from_boot);
	CU_ASSERT_EQUAL(l->to_ptes, to_ptes);
	for (i = 0; i < DM_LEAF_COUNT; i++)
		sum += l->today[i];
	CU_ASSERT_EQUAL(sum, l->size);
}

static void test_nothing(void)
{
	static const struct today today[] = { { 2 * GIB, PUD },
					      { 2 * GIB + 64 * MIB, CONT_PMD },
					      { 0 } };
	struct taken *t = begin(NULL);

	add_all(t, today);
	CU_ASSERT_EQUAL(t->count, 0);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->absent, 0);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->unexpected, 0);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->larger, 0);
	end(t);
}

/* The page at 1G + 32M + 2M + 64K, and one in the first group of all. */
static void test_one_page(void)
{
	static const struct today today[] = {
		{ GIB, PUD },
		{ GIB + 32 * MIB, CONT_PMD },
		{ GIB + 34 * MIB, PMD },
		{ GIB + 34 * MIB + 64 * KIB, CONT_PTE },
		{ GIB + 34 * MIB + 128 * KIB, PTE },
		{ GIB + 36 * MIB, CONT_PTE },
		{ GIB + 64 * MIB, PMD },
		{ 2 * GIB, CONT_PMD },
		{ 2 * GIB + 64 * KIB, PTE },
		{ 2 * GIB + 2 * MIB, CONT_PTE },
		{ 2 * GIB + 32 * MIB, PMD },
		{ 2 * GIB + 64 * MIB, CONT_PMD },
		{ 0 },
	};
	struct taken *t = begin(NULL);
	const struct lost_leaf *l = t->lost;

	add_all(t, today);
	CU_ASSERT_EQUAL(t->count, 7);
	check_lost(l++, PUD, GIB, true, false);
	CU_ASSERT_EQUAL(l[-1].today[CONT_PMD], GIB - 32 * MIB);
	CU_ASSERT_EQUAL(l[-1].today[PMD], 30 * MIB);
	CU_ASSERT_EQUAL(l[-1].today[CONT_PTE], 2 * MIB - 64 * KIB);
	CU_ASSERT_EQUAL(l[-1].today[PTE], 64 * KIB);
	check_lost(l++, CONT_PMD, GIB + 32 * MIB, false, false);
	CU_ASSERT_EQUAL(l[-1].boot, PUD);
	CU_ASSERT_EQUAL(l[-1].boot_start, BASE + GIB);
	check_lost(l++, PMD, GIB + 34 * MIB, false, false);
	check_lost(l++, CONT_PTE, GIB + 34 * MIB + 64 * KIB, false, false);
	check_lost(l++, CONT_PMD, 2 * GIB, true, false);
	check_lost(l++, PMD, 2 * GIB, false, false);
	check_lost(l++, CONT_PTE, 2 * GIB, false, false);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->lost[CONT_PMD], 2);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->lost_from_boot[CONT_PMD],
			1);
	end(t);
}

/* Split at a boundary of 2M: no table of pages. */
static void test_at_boundary(void)
{
	static const struct today today[] = {
		{ 32 * MIB, PMD },
		{ GIB, CONT_PMD },
		{ 2 * GIB, PUD },
		{ 2 * GIB + 64 * MIB, CONT_PMD },
		{ 0 },
	};
	struct taken *t = begin(NULL);

	add_all(t, today);
	CU_ASSERT_EQUAL(t->count, 2);
	check_lost(&t->lost[0], PUD, 0, true, false);
	check_lost(&t->lost[1], CONT_PMD, 0, false, false);
	end(t);
}

/* Two 1G blocks in one run of today's are two lost leaves. */
static void test_long_run(void)
{
	static const struct today today[] = { { 2 * GIB + 32 * MIB, PMD },
					      { 2 * GIB + 64 * MIB, CONT_PMD },
					      { 0 } };
	struct taken *t = begin(NULL);

	add_all(t, today);
	CU_ASSERT_EQUAL(t->count, 2 * 33 + 1);
	check_lost(&t->lost[0], PUD, 0, true, false);
	check_lost(&t->lost[1], CONT_PMD, 0, false, false);
	check_lost(&t->lost[32], CONT_PMD, GIB - 32 * MIB, false, false);
	check_lost(&t->lost[33], PUD, GIB, true, false);
	check_lost(&t->lost[66], CONT_PMD, 2 * GIB, true, false);
	end(t);
}

/* A pool of 2 MiB that lies in two blocks, made late in a whole 1G block. */
static void test_to_ptes(void)
{
	static const struct dm_range pool = { BASE + 3 * MIB, BASE + 5 * MIB };
	static const struct today today[] = {
		{ 2 * MIB, PMD },
		{ 6 * MIB, PTE },
		{ GIB, PMD },
		{ 2 * GIB, PUD },
		{ 2 * GIB + 64 * MIB, CONT_PMD },
		{ 0 },
	};
	struct taken *t = begin(&pool);

	add_all(t, today);
	CU_ASSERT_EQUAL(t->count, 3);
	check_lost(&t->lost[0], PUD, 0, true, true);
	check_lost(&t->lost[1], PMD, 2 * MIB, false, true);
	check_lost(&t->lost[2], PMD, 4 * MIB, false, true);
	end(t);
}

/* The same, where the 1G block had been split by others before. */
static void test_to_ptes_later(void)
{
	static const struct dm_range pool = { BASE + 3 * MIB, BASE + 5 * MIB };
	static const struct today today[] = {
		{ 2 * MIB, PMD },
		{ 6 * MIB, PTE },
		{ 32 * MIB, PMD },
		{ GIB, CONT_PMD },
		{ 2 * GIB, PUD },
		{ 2 * GIB + 64 * MIB, CONT_PMD },
		{ 0 },
	};
	struct taken *t = begin(&pool);

	add_all(t, today);
	CU_ASSERT_EQUAL(t->count, 4);
	check_lost(&t->lost[0], PUD, 0, true, false);
	check_lost(&t->lost[1], CONT_PMD, 0, false, false);
	check_lost(&t->lost[2], PMD, 2 * MIB, false, true);
	check_lost(&t->lost[3], PMD, 4 * MIB, false, true);
	end(t);
}

/* A page that is gone from a split block, and blocks that are gone. */
static void test_absent(void)
{
	struct taken *t = begin(NULL);

	suite_no_error(add(t, 4096, 64 * KIB, PTE));
	suite_no_error(add(t, 64 * KIB, 2 * MIB, CONT_PTE));
	suite_no_error(add(t, 2 * MIB, 32 * MIB, PMD));
	suite_no_error(add(t, 64 * MIB, GIB, CONT_PMD));
	suite_no_error(dm_splits_finish(t->splits));
	CU_ASSERT_EQUAL(t->count, 4);
	check_lost(&t->lost[0], PUD, 0, true, false);
	CU_ASSERT_EQUAL(t->lost[0].absent, 32 * MIB + 4096);
	/* Nothing is known of 32M to 64M: it is not called lost. */
	check_lost(&t->lost[1], CONT_PMD, 0, false, false);
	check_lost(&t->lost[2], PMD, 0, false, false);
	check_lost(&t->lost[3], CONT_PTE, 0, false, false);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->absent,
			4096 + 32 * MIB + GIB + 64 * MIB);
	end(t);
}

static void test_contradictions(void)
{
	struct taken *t = begin(NULL);

	suite_no_error(add(t, 0, 2 * GIB, PUD));
	/* Boot made groups here; there is no memory from 64M on. */
	suite_no_error(add(t, 2 * GIB, 3 * GIB, PUD));
	suite_no_error(dm_splits_finish(t->splits));
	CU_ASSERT_EQUAL(t->count, 0);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->larger, 64 * MIB);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->larger_at,
			BASE + 2 * GIB);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->unexpected,
			GIB - 64 * MIB);
	CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->absent, 0);
	end(t);
}

/* What is larger or lost in memory that was added is counted apart. */
static void test_added(void)
{
	static const struct boot_bank banks[] = {
		{ 0, GIB, false, NULL, 0 },
		{ GIB, GIB + 512 * MIB, true, NULL, 0 },
		{ GIB + 512 * MIB, 2 * GIB, true, NULL, 0 },
		{ 2 * GIB, 3 * GIB, true, "who knows", 128 * MIB },
		{ 3 * GIB, 4 * GIB, false, NULL, 0 },
	};
	static const struct today today[] = {
		{ GIB, CONT_PMD },
		{ GIB + 32 * MIB, PMD },
		{ GIB + 64 * MIB, CONT_PMD },
		{ 2 * GIB, PUD },
		{ 2 * GIB + 2 * MIB, PTE },
		{ 3 * GIB, PMD },
		{ 4 * GIB, CONT_PMD },
		{ 0 },
	};
	struct taken *t = begin_banks(banks, 5, NULL);
	const struct splits_figures *f = dm_splits_figures(t->splits);

	add_all(t, today);
	CU_ASSERT_EQUAL(t->count, 3);
	check_lost(&t->lost[0], PUD, 0, true, false);
	check_lost(&t->lost[1], CONT_PMD, GIB, true, false);
	check_lost(&t->lost[2], PUD, 3 * GIB, true, false);
	CU_ASSERT_EQUAL(f->lost_added, 1);
	CU_ASSERT_EQUAL(f->larger_added, GIB - 64 * MIB);
	CU_ASSERT_EQUAL(f->larger, 0);
	CU_ASSERT_EQUAL(f->unexpected, 0);
	CU_ASSERT_EQUAL(f->absent, 0);
	end(t);
}

/* A leaf is judged before anything behind it is taken, boot's or not. */
static void test_judged_at_its_end(void)
{
	static const uint64_t behind[] = { 2 * GIB + 64 * MIB, 3 * GIB,
					   UINT64_C(1) << 44 };
	size_t i;

	for (i = 0; i < sizeof(behind) / sizeof(*behind); i++) {
		struct taken *t = begin(NULL);

		suite_no_error(add(t, 0, 2 * GIB, PUD));
		suite_no_error(add(t, 2 * GIB, 2 * GIB + 32 * MIB, CONT_PMD));
		suite_no_error(
			add(t, 2 * GIB + 32 * MIB, 2 * GIB + 64 * MIB, PMD));
		CU_ASSERT_EQUAL(t->count, 0);
		suite_no_error(add(t, behind[i], behind[i] + GIB, PMD));
		CU_ASSERT_EQUAL_FATAL(t->count, 1);
		check_lost(&t->lost[0], CONT_PMD, 2 * GIB + 32 * MIB, true,
			   false);
		CU_ASSERT_EQUAL(t->lost[0].absent, 0);
		suite_no_error(dm_splits_finish(t->splits));
		CU_ASSERT_EQUAL(t->count, 1);
		CU_ASSERT_EQUAL(dm_splits_figures(t->splits)->unexpected, GIB);
		end(t);
	}
}

static void test_order(void)
{
	struct taken *t = begin(NULL);

	suite_no_error(add(t, GIB, 2 * GIB, PUD));
	suite_error(add(t, 0, GIB, PUD), DM_ERROR_INVALID_ARGUMENT, "order");
	end(t);
	t = begin(NULL);
	suite_error(add(t, GIB, UINT64_MAX - BASE + GIB, PUD),
		    DM_ERROR_INVALID_ARGUMENT, "order");
	end(t);
}

/* An error of the receiver's ends it and comes back. */
static void test_error_is_passed(void)
{
	struct taken *t = begin(NULL);

	t->count = LOST_MAX;
	suite_no_error(add(t, 0, GIB, CONT_PMD));
	suite_error(dm_splits_finish(t->splits), DM_ERROR_INVALID_ARGUMENT,
		    "too many");
	end(t);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "nothing lost", test_nothing },
		{ "one page", test_one_page },
		{ "a split at a boundary", test_at_boundary },
		{ "one run over several leaves", test_long_run },
		{ "a late KFENCE pool", test_to_ptes },
		{ "a late KFENCE pool in what was split", test_to_ptes_later },
		{ "what is absent is not lost", test_absent },
		{ "contradictions are counted", test_contradictions },
		{ "memory that was added", test_added },
		{ "a leaf is judged at its end", test_judged_at_its_end },
		{ "runs out of order", test_order },
		{ "errors are passed on", test_error_is_passed },
		CU_TEST_INFO_NULL,
	};

	return suite_run("splits", tests);
}
