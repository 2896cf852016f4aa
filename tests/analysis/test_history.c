// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The history of a fake kernel with two GiB: in the first the image, mapped
 * first as 7.3 does, so that boot made 32M of it; the second was one 1G block.
 */
#include <jansson.h>
#include <stdlib.h>

#include "analysis/history.h"
#include "render/print.h"
#include "fake/fake_boot.h"
#include "fake/fake_clocks.h"
#include "fake/fake_owners.h"
#include "render/history_print.h"

#define IMAGE	 FAKE_IMAGE
#define LOST_MAX 2048

static struct fake_target *t;
static struct dm_policy policy;
static struct dm_history *history;
static struct suite_text text;
static const struct dm_split_summary *sum;
static struct dm_lost lost[LOST_MAX];
static size_t count;

/* ---- A kernel -------------------------------------------------------------- */

static void begin_bare(void)
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
}

static void begin(void)
{
	begin_bare();
	fake_memblock(t, 2 * GIB);
	fake_image(t);
}

static void make(void)
{
	suite_no_error(
		dm_history_create(fake_target_fresh(t), &policy, &history));
	CU_ASSERT_PTR_NOT_NULL_FATAL(history);
	sum = dm_history_summary(history);
}

static struct dm_error *take(void *arg, const struct dm_lost *l)
{
	(void)arg;
	if (count == LOST_MAX)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "too many");
	lost[count++] = *l;
	return NULL;
}

static void read_lost(void)
{
	make();
	count = 0;
	suite_no_error(dm_history_lost(history, take, NULL));
}

static void end(void)
{
	dm_history_destroy(history);
	history = NULL;
	fake_target_destroy(t);
}

static void own(uint64_t start, uint64_t size, struct dm_owner owner)
{
	fake_own(FAKE_KERNEL_RAM + start, size, owner);
}

/*
 * The second GiB with one page, the first behind @at, set to @state: what
 * split_kernel_leaf_mapping() leaves around it. @at lies neither in the first
 * nor in the last leaf of any size.
 */
#define AT (GIB + 32 * MIB + 2 * MIB + 64 * KIB)

static void split_page(uint64_t state)
{
	fake_map(t, GIB, GIB + 32 * MIB, CONT_PMD, NORMAL);
	fake_map(t, GIB + 32 * MIB, GIB + 34 * MIB, PMD, NORMAL);
	fake_map(t, GIB + 34 * MIB, AT, CONT_PTE, NORMAL);
	fake_map(t, AT, AT + 4 * KIB, PTE, NORMAL | state);
	fake_map(t, AT + 4 * KIB, AT + 64 * KIB, PTE, NORMAL);
	fake_map(t, AT + 64 * KIB, GIB + 36 * MIB, CONT_PTE, NORMAL);
	fake_map(t, GIB + 36 * MIB, GIB + 64 * MIB, PMD, NORMAL);
	fake_map(t, GIB + 64 * MIB, 2 * GIB, CONT_PMD, NORMAL);
}

/* The four of split_page(). */
static const struct {
	enum dm_leaf leaf;
	uint64_t start;
} trail[] = {
	{ PUD, GIB },
	{ CONT_PMD, GIB + 32 * MIB },
	{ PMD, GIB + 34 * MIB },
	{ CONT_PTE, AT },
};

static void check_trail(bool in_use)
{
	size_t i;

	CU_ASSERT_EQUAL_FATAL(count, 4);
	for (i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(lost[i].leaf, trail[i].leaf);
		CU_ASSERT_EQUAL(lost[i].start, BASE + trail[i].start);
		CU_ASSERT_EQUAL(lost[i].size, fake_sizes[trail[i].leaf]);
		CU_ASSERT_EQUAL(lost[i].boot, PUD);
		CU_ASSERT_EQUAL(lost[i].boot_start, BASE + GIB);
		CU_ASSERT_EQUAL(lost[i].absent, 0);
		CU_ASSERT_EQUAL(lost[i].in_use, in_use);
		CU_ASSERT_EQUAL(sum->lost[trail[i].leaf], 1);
		CU_ASSERT_EQUAL(sum->in_use[trail[i].leaf], in_use);
	}
	CU_ASSERT_EQUAL(sum->lost[PTE], 0);
	CU_ASSERT_EQUAL(sum->tables, 2);
}

/* ---- Lost leaves ------------------------------------------------------------- */

static void test_nothing_lost(void)
{
	begin();
	fake_map(t, GIB, 2 * GIB, PUD, NORMAL);
	read_lost();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_TRUE(sum->splits);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(sum->tables, 0);
	CU_ASSERT_EQUAL(sum->boot_bytes[PUD], GIB);
	CU_ASSERT_EQUAL(sum->boot_bytes[CONT_PMD], GIB);
	CU_ASSERT_EQUAL(sum->absent, 0);
	CU_ASSERT_EQUAL(sum->unexpected, 0);
	CU_ASSERT_STRING_EQUAL(sum->why, "");
	end();
}

static void test_one_page(void)
{
	static const uint64_t today[4][DM_LEAF_COUNT] = {
		{ 64 * KIB, 2 * MIB - 64 * KIB, 30 * MIB, GIB - 32 * MIB, 0 },
		{ 64 * KIB, 2 * MIB - 64 * KIB, 30 * MIB, 0, 0 },
		{ 64 * KIB, 2 * MIB - 64 * KIB, 0, 0, 0 },
		{ 64 * KIB, 0, 0, 0, 0 },
	};
	uint64_t pmds, ptes;
	size_t i;

	begin();
	split_page(RO);
	own(AT, 4096,
	    (struct dm_owner){ .kind = DM_OWNER_MODULE, .name = "one" });
	pmds = fake_table(t, GIB, 2);
	ptes = fake_table(t, AT, 3);
	read_lost();
	CU_ASSERT_TRUE(sum->known);
	check_trail(true);
	for (i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL(
			memcmp(lost[i].today, today[i], sizeof(today[i])), 0);
		CU_ASSERT_EQUAL(lost[i].special, 4096);
		CU_ASSERT_EQUAL_FATAL(lost[i].owner_count, 1);
		CU_ASSERT_STRING_EQUAL(lost[i].owners[0].owner->name, "one");
		CU_ASSERT_EQUAL(lost[i].owners[0].pages, 1);
		CU_ASSERT_FALSE(lost[i].has_after || lost[i].has_before);
		CU_ASSERT_PTR_NULL(lost[i].time_from);
	}
	CU_ASSERT_EQUAL(lost[0].table, pmds);
	CU_ASSERT_EQUAL(lost[1].table, 0);
	CU_ASSERT_EQUAL(lost[2].table, ptes);
	CU_ASSERT_EQUAL(lost[3].table, 0);
	CU_ASSERT_EQUAL(lost[0].evidence & (DM_EVIDENCE_BOOT_RULE |
					    DM_EVIDENCE_SPLIT_TRAIL),
			DM_EVIDENCE_BOOT_RULE);
	CU_ASSERT_EQUAL(lost[1].evidence & (DM_EVIDENCE_BOOT_RULE |
					    DM_EVIDENCE_SPLIT_TRAIL),
			DM_EVIDENCE_SPLIT_TRAIL);
	CU_ASSERT_TRUE(lost[0].evidence & DM_EVIDENCE_CONT_TRAIL);
	CU_ASSERT_FALSE(lost[3].evidence & DM_EVIDENCE_CONT_TRAIL);
	end();
}

/* The page was set back: nothing needs the split any more. */
static void test_residual(void)
{
	begin();
	split_page(0);
	read_lost();
	check_trail(false);
	CU_ASSERT_EQUAL(lost[0].special, 0);
	CU_ASSERT_EQUAL(lost[0].owner_count, 0);
	CU_ASSERT_EQUAL(sum->collapse.leaves[PUD], 1);
	CU_ASSERT_EQUAL(sum->collapse.tables, 2);
	CU_ASSERT_EQUAL(sum->collapse.bytes, 8192);
	CU_ASSERT_EQUAL(sum->if_gone_count, 0);
	end();
}

/* All of the 64K is read-only: that group alone is of no use split. */
static void test_residual_in_part(void)
{
	begin();
	split_page(RO);
	fake_map(t, AT, AT + 64 * KIB, PTE, NORMAL | RO);
	read_lost();
	CU_ASSERT_EQUAL_FATAL(count, 4);
	CU_ASSERT_TRUE(lost[2].in_use);
	CU_ASSERT_FALSE(lost[3].in_use);
	CU_ASSERT_EQUAL(lost[3].special, 64 * KIB);
	CU_ASSERT_EQUAL(sum->in_use[CONT_PTE], 0);
	CU_ASSERT_EQUAL(sum->lost[CONT_PTE], 1);
	end();
}

/* Of what a page that is gone lies in, nobody can tell whether it is alike. */
static void test_absent(void)
{
	begin();
	split_page(0);
	fake_kernel_set_entry(t->fake, BASE + AT + 4 * KIB, 3, 0);
	read_lost();
	CU_ASSERT_EQUAL_FATAL(count, 4);
	CU_ASSERT_EQUAL(lost[0].absent, 4096);
	CU_ASSERT_EQUAL(lost[3].absent, 4096);
	CU_ASSERT_TRUE(lost[0].state_unknown && lost[3].state_unknown);
	CU_ASSERT_FALSE(lost[0].in_use || lost[3].in_use);
	CU_ASSERT_EQUAL(sum->absent, 4096);
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_TRUE(sum->at_least);
	CU_ASSERT_EQUAL(sum->in_use[CONT_PTE], 0);
	CU_ASSERT_EQUAL(sum->state_unknown[CONT_PTE], 1);
	CU_ASSERT_EQUAL(sum->if_gone_count, 0);
	end();
}

/*
 * Mapped memory that boot did not map (pmem, devdax) behind boot's last leaf, at
 * once or after a gap: the leaf is judged with its own runs, not with those.
 */
static void test_unexpected(void)
{
	size_t gap;

	for (gap = 0; gap < 3; gap++) {
		begin();
		split_page(0);
		fake_map(t, (2 + gap) * GIB, (3 + gap) * GIB, CONT_PMD, NORMAL);
		fake_map(t, (5 + gap) * GIB, (6 + gap) * GIB, PMD, NORMAL | RO);
		read_lost();
		CU_ASSERT_TRUE(sum->known);
		check_trail(false);
		CU_ASSERT_EQUAL(sum->unexpected, 2 * GIB);
		end();
		begin();
		split_page(RO);
		fake_map(t, (2 + gap) * GIB, (3 + gap) * GIB, PUD, NORMAL);
		read_lost();
		check_trail(true);
		CU_ASSERT_EQUAL(lost[0].special, 4096);
		end();
	}
}

/* ---- Evidence and times ---------------------------------------------------------- */

static void test_tables(void)
{
	begin();
	split_page(RO);
	fake_page_of(t, fake_table(t, GIB, 2), 0, TYPE_TABLE);
	fake_page_of(t, fake_table(t, AT, 3), UINT64_C(1) << PG_RESERVED,
		     UINT32_MAX);
	read_lost();
	CU_ASSERT_EQUAL_FATAL(count, 4);
	CU_ASSERT_TRUE(lost[0].evidence & DM_EVIDENCE_TABLE_RUNTIME);
	CU_ASSERT_FALSE(lost[0].evidence & DM_EVIDENCE_TABLE_BOOT);
	CU_ASSERT_TRUE(lost[1].evidence & DM_EVIDENCE_TABLE_RUNTIME);
	CU_ASSERT_TRUE(lost[2].evidence & DM_EVIDENCE_TABLE_BOOT);
	CU_ASSERT_FALSE(lost[2].evidence & DM_EVIDENCE_TABLE_RUNTIME);
	CU_ASSERT_TRUE(lost[3].evidence & DM_EVIDENCE_TABLE_BOOT);
	end();
}

static void check_time(const struct dm_lost *l, uint64_t after, uint64_t before)
{
	CU_ASSERT_EQUAL(l->has_after, after != 0);
	CU_ASSERT_EQUAL(l->has_before, before != 0);
	CU_ASSERT_EQUAL(l->after_ns, after);
	CU_ASSERT_EQUAL(l->before_ns, before);
	CU_ASSERT_EQUAL(l->time_from != NULL, after || before);
}

/* Blocks by their tables; groups lie between those around and those within. */
static void test_times(void)
{
	uint64_t pmds, ptes;

	begin();
	fake_page_owner_init(t);
	split_page(RO);
	pmds = fake_table(t, GIB, 2);
	ptes = fake_table(t, AT, 3);
	fake_page_of(t, pmds, 0, TYPE_TABLE);
	fake_page_of(t, ptes, 0, TYPE_TABLE);
	fake_note(t, pmds, 1000, 0);
	fake_note(t, ptes, 5000, 0);
	read_lost();
	CU_ASSERT_EQUAL_FATAL(count, 4);
	check_time(&lost[0], 1000, 1000);
	check_time(&lost[1], 1000, 5000);
	check_time(&lost[2], 5000, 5000);
	check_time(&lost[3], 5000, 0);
	CU_ASSERT_TRUE(lost[0].evidence & DM_EVIDENCE_PAGE_OWNER);
	end();
}

/* Two programs, of which the one that was loaded at 7 s is the first. */
static void begin_bpf(void)
{
	struct dm_owner bpf = { .kind = DM_OWNER_BPF, .id = 1 };
	uint64_t ptes;

	begin();
	fake_page_owner_init(t);
	split_page(RO);
	fake_map(t, AT + 4096, AT + 8192, PTE, NORMAL | RO);
	bpf.time_ns = 9000000000;
	own(AT, 4096, bpf);
	bpf.id = 2;
	bpf.time_ns = 7000000000;
	own(AT + 4096, 4096, bpf);
	ptes = fake_table(t, AT, 3);
	fake_page_of(t, ptes, 0, TYPE_TABLE);
	fake_note(t, ptes, 7100000000, 0);
}

static void read_timeline(void)
{
	read_lost();
	suite_text_init(&text);
	suite_no_error(dm_splits_timeline(&t->kernel, history, &text.sink));
}

/* A BPF program's load is a hint, never a bound: it was compiled later. */
static void test_times_of_bpf(void)
{
	begin_bpf();
	fake_clocks(t, 20000000000, 0);
	read_timeline();
	check_trail(true);
	CU_ASSERT_EQUAL(lost[0].bpf_ns, 7000000000);
	check_time(&lost[0], 0, 0);
	check_time(&lost[1], 0, 7100000000);
	check_time(&lost[2], 7100000000, 7100000000);
	check_time(&lost[3], 7100000000, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "by about 7.000 s "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "after 7.100 s "));
	CU_ASSERT_PTR_NULL(strstr(text.text, "CLOCK_BOOTTIME"));
	CU_ASSERT_TRUE(sum->clocks_known);
	CU_ASSERT_EQUAL(sum->suspended_ns, 0);
	end();
}

/* The hints are CLOCK_BOOTTIME, which ran in suspend. */
static void test_suspend(void)
{
	begin_bpf();
	fake_clocks(t, 7300000000, 5000000000);
	read_timeline();
	CU_ASSERT_EQUAL(sum->suspended_ns, 5000000000);
	CU_ASSERT_EQUAL(lost[0].bpf_ns, 7000000000);
	CU_ASSERT_TRUE(lost[0].has_bpf_log);
	CU_ASSERT_EQUAL(lost[0].bpf_after_ns, 2000000000);
	CU_ASSERT_EQUAL(lost[0].bpf_before_ns, 7000000000);
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "by about 7.000 s "));
	end();
	/* All of it behind the suspend: no later than the dump. */
	begin_bpf();
	fake_clocks(t, 7300000000, 6900000000);
	read_timeline();
	CU_ASSERT_EQUAL(lost[0].bpf_after_ns, 100000000);
	end();
}

/* Where the other clock is not known its times are not compared. */
static void test_other_clock(void)
{
	const char *named = "; BPF loaded at 7.000 s of CLOCK_BOOTTIME\n";
	const char *exact, *other;

	begin_bpf();
	read_timeline();
	CU_ASSERT_FALSE(sum->clocks_known);
	CU_ASSERT_EQUAL(lost[0].bpf_ns, 7000000000);
	CU_ASSERT_FALSE(lost[0].has_bpf_log);
	CU_ASSERT_PTR_NULL(strstr(text.text, "by about"));
	CU_ASSERT_PTR_NULL(strstr(text.text, "~"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, named));
	/* The 1G leaf, of which nothing else is known, is behind what is. */
	exact = strstr(text.text, "7.100000 s");
	other = strstr(text.text, "\n1G ");
	CU_ASSERT_PTR_NOT_NULL_FATAL(exact);
	CU_ASSERT_PTR_NOT_NULL_FATAL(other);
	CU_ASSERT(exact < other);
	CU_ASSERT_PTR_NOT_NULL(strstr(other, "unknown "));
	end();
	/* A load that is later than the dump is no time of its. */
	begin();
	split_page(RO);
	fake_clocks(t, 1000000000, 0);
	own(AT, 4096,
	    (struct dm_owner){ .kind = DM_OWNER_BPF,
			       .id = 3,
			       .time_ns = UINT64_C(28800) * 1000000000 });
	read_timeline();
	CU_ASSERT_FALSE(lost[0].has_bpf_log);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text.text, "; BPF loaded at 28800.000 s of CLOCK_"));
	end();
}

/* page_owner's times: not later than the dump, and in order. */
static void test_impossible_times(void)
{
	uint64_t pmds, ptes;

	begin();
	fake_page_owner_init(t);
	fake_clocks(t, 1000000000, 0);
	split_page(RO);
	pmds = fake_table(t, GIB, 2);
	ptes = fake_table(t, AT, 3);
	fake_page_of(t, pmds, 0, TYPE_TABLE);
	fake_page_of(t, ptes, 0, TYPE_TABLE);
	fake_note(t, pmds, 1000, 0);
	fake_note(t, ptes, UINT64_C(1) << 50, 0);
	read_lost();
	check_time(&lost[0], 1000, 1000);
	check_time(&lost[1], 1000, 0);
	check_time(&lost[2], 0, 0);
	check_time(&lost[3], 0, 0);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(sum->missing), "later than the dump"));
	end();
	begin();
	fake_page_owner_init(t);
	split_page(RO);
	pmds = fake_table(t, GIB, 2);
	ptes = fake_table(t, AT, 3);
	fake_page_of(t, pmds, 0, TYPE_TABLE);
	fake_page_of(t, ptes, 0, TYPE_TABLE);
	fake_note(t, pmds, 9000, 0);
	fake_note(t, ptes, 5000, 0);
	read_lost();
	check_time(&lost[1], 0, 0);
	check_time(&lost[2], 5000, 5000);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(sum->missing), "contradict each other"));
	end();
}

/* Boot's own tables say nothing of when contiguous bits went. */
static void test_times_of_boot(void)
{
	uint64_t pmds, ptes;

	begin();
	fake_page_owner_init(t);
	split_page(RO);
	pmds = fake_table(t, GIB, 2);
	ptes = fake_table(t, AT, 3);
	fake_page_of(t, pmds, UINT64_C(1) << PG_RESERVED, UINT32_MAX);
	fake_page_of(t, ptes, UINT64_C(1) << PG_RESERVED, UINT32_MAX);
	read_lost();
	CU_ASSERT_EQUAL_FATAL(count, 4);
	check_time(&lost[1], 0, 0);
	check_time(&lost[3], 0, 0);
	CU_ASSERT_FALSE(lost[1].evidence & DM_EVIDENCE_PAGE_OWNER);
	end();
}

/* ---- Users ------------------------------------------------------------------------- */

static struct dm_owner secret(uint64_t inode)
{
	return (struct dm_owner){ .kind = DM_OWNER_SECRETMEM, .id = inode };
}

/* Of many, those with most pages are kept, and all are counted. */
static void test_many_users(void)
{
	uint64_t i;

	begin();
	split_page(0);
	fake_map(t, GIB, GIB + 32 * MIB, PMD, NORMAL);
	fake_kernel_set_entry(t->fake, BASE + GIB, 2, 0);
	fake_map(t, GIB, GIB + 2 * MIB, PTE, NORMAL | INVALID);
	/* 20 owners with 1, 2, … pages. */
	for (i = 1; i <= 20; i++)
		own(GIB + i * (i - 1) / 2 * 4096, i * 4096, secret(i));
	read_lost();
	CU_ASSERT_EQUAL_FATAL(lost[0].leaf, PUD);
	/* And the unknown one behind them. */
	CU_ASSERT_EQUAL(lost[0].owner_count, 21);
	CU_ASSERT_EQUAL(lost[0].owners[0].owner->kind, DM_OWNER_UNKNOWN);
	CU_ASSERT_EQUAL(lost[0].owners[0].pages, 512 - 210);
	for (i = 1; i < DM_LOST_OWNERS; i++) {
		CU_ASSERT_EQUAL(lost[0].owners[i].owner->id, 21 - i);
		CU_ASSERT_EQUAL(lost[0].owners[i].pages, 21 - i);
	}
	CU_ASSERT_EQUAL(lost[0].special, 2 * MIB);
	CU_ASSERT_EQUAL(sum->unknown_pages, 512 - 210 + 8191);
	end();
}

/* What would be large again: of one owner in a leaf, never of two. */
static void test_if_gone(void)
{
	begin();
	split_page(INVALID);
	own(AT, 4096, secret(1));
	fake_map(t, GIB + 34 * MIB, GIB + 34 * MIB + 64 * KIB, PTE, NORMAL);
	fake_map(t, GIB + 34 * MIB, GIB + 34 * MIB + 4096, PTE,
		 NORMAL | INVALID);
	own(GIB + 34 * MIB, 4096, secret(2));
	read_lost();
	CU_ASSERT_EQUAL(count, 5);
	CU_ASSERT_EQUAL_FATAL(sum->if_gone_count, 2);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[CONT_PTE], 1);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[PMD], 0);
	CU_ASSERT_EQUAL(sum->if_gone[1].leaves[CONT_PTE], 1);
	CU_ASSERT_EQUAL(sum->if_gone[1].leaves[PUD], 0);
	CU_ASSERT_TRUE(sum->if_gone[0].owner->id != sum->if_gone[1].owner->id);
	end();
}

/* Programs in one pack go together. */
static void test_if_gone_pack(void)
{
	struct dm_owner bpf = { .kind = DM_OWNER_BPF, .pack = IMAGE };

	begin();
	split_page(RO);
	fake_map(t, AT, AT + 12 * KIB, PTE, NORMAL | RO);
	bpf.id = 1;
	own(AT, 4096, bpf);
	bpf.id = 2;
	own(AT, 8192, bpf);
	own(AT + 8192, 4096,
	    (struct dm_owner){ .kind = DM_OWNER_BPF_PACK, .pack = IMAGE });
	read_lost();
	check_trail(true);
	CU_ASSERT_EQUAL(lost[3].owner_count, 3);
	CU_ASSERT_EQUAL(lost[3].owners[0].owner->id, 2);
	CU_ASSERT_EQUAL_FATAL(sum->if_gone_count, 1);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[PUD], 1);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[CONT_PMD], 1);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[PMD], 1);
	CU_ASSERT_EQUAL(sum->if_gone[0].leaves[CONT_PTE], 1);
	end();
}

/* Of an owner that is not known nobody can say that it went away. */
static void test_if_gone_unknown(void)
{
	begin();
	split_page(RO);
	read_lost();
	check_trail(true);
	CU_ASSERT_EQUAL(lost[3].owner_count, 1);
	CU_ASSERT_EQUAL(lost[3].owners[0].owner->kind, DM_OWNER_UNKNOWN);
	CU_ASSERT_EQUAL(sum->if_gone_count, 0);
	end();
}

/* ---- Boot ----------------------------------------------------------------------------- */

struct ranges {
	struct dm_boot_range at[16];
	size_t count;
};

static struct dm_error *take_range(void *arg, const struct dm_boot_range *range)
{
	struct ranges *r = arg;

	CU_ASSERT_TRUE_FATAL(r->count < 16);
	r->at[r->count++] = *range;
	return NULL;
}

/* The image keeps its GiB from being one block; the second one is. */
static void test_boot(void)
{
	struct ranges r = { .count = 0 };

	begin();
	split_page(RO);
	make();
	suite_no_error(dm_history_boot(history, take_range, &r));
	CU_ASSERT_EQUAL_FATAL(r.count, 1);
	CU_ASSERT_EQUAL(r.at[0].start, BASE);
	CU_ASSERT_EQUAL(r.at[0].size, GIB);
	CU_ASSERT_EQUAL(r.at[0].leaf, CONT_PMD);
	CU_ASSERT_EQUAL(r.at[0].could_be, PUD);
	CU_ASSERT_STRING_EQUAL(r.at[0].why, "kernel_alias");
	end();
}

/* ---- What is not known ------------------------------------------------------------------ */

/* No CPU of that kernel's splits: then boot is not what it seems to be. */
static void test_cannot_split(void)
{
	begin();
	policy.splits_at_runtime = DM_NO;
	split_page(RO);
	make();
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_PTR_NOT_NULL(strstr(sum->why, "does not split"));
	end();
	begin();
	policy.splits_at_runtime = DM_NO;
	fake_map(t, GIB, 2 * GIB, PUD, NORMAL);
	make();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_FALSE(sum->splits);
	end();
}

/*
 * Without memblock nothing tells memory that boot mapped from what was added
 * later, in sections of 128M: that a leaf of 1G ever was is not known.
 */
static void test_added_or_not(void)
{
	begin_bare();
	fake_kernel_line(t->fake, "NUMBER(SECTION_SIZE_BITS)=27");
	fake_image(t);
	fake_map(t, GIB, 2 * GIB, CONT_PMD, NORMAL);
	read_lost();
	CU_ASSERT_STRING_EQUAL(sum->banks_from, "page tables");
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(sum->lost[PUD], 0);
	CU_ASSERT_EQUAL(sum->boot_bytes[PUD], 0);
	CU_ASSERT_EQUAL_FATAL(sum->unjudged_count, 1);
	CU_ASSERT_EQUAL(sum->unjudged[0].start, BASE + GIB);
	CU_ASSERT_EQUAL(sum->unjudged[0].size, GIB);
	CU_ASSERT_FALSE(sum->unjudged[0].maybe_lost);
	end();
	/* What is smaller than a section has been lost in it. */
	begin_bare();
	fake_kernel_line(t->fake, "NUMBER(SECTION_SIZE_BITS)=27");
	fake_image(t);
	split_page(0);
	read_lost();
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_TRUE(sum->at_least);
	CU_ASSERT_EQUAL(sum->lost[PUD], 0);
	CU_ASSERT_EQUAL_FATAL(sum->unjudged_count, 1);
	CU_ASSERT_EQUAL(sum->unjudged[0].start, BASE + GIB);
	CU_ASSERT_TRUE(sum->unjudged[0].maybe_lost);
	CU_ASSERT_STRING_EQUAL(
		sum->why, "whether boot mapped 1048576 kB of it is unknown");
	end();
	/* No doubt of leaves that are as large as ever. */
	begin_bare();
	fake_image(t);
	fake_map(t, GIB, 2 * GIB, PUD, NORMAL);
	read_lost();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL(sum->boot_bytes[PUD], GIB);
	CU_ASSERT_EQUAL(sum->unjudged_count, 0);
	end();
}

/* Boot said to have mapped pages, and there are blocks. */
static void test_larger(void)
{
	begin();
	policy.boot = DM_BOOT_PAGES;
	fake_map(t, GIB, 2 * GIB, PUD, NORMAL);
	make();
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_PTR_NOT_NULL(strstr(sum->why, "larger"));
	CU_ASSERT_TRUE(sum->larger > 0);
	end();
}

/* What follows of a rule that does not hold is not boot's map. */
/* ---- Kernels that merge: posted for after 7.3 ------------------------------------ */

/*
 * Boot had pages where the image's text ends, within a pmd of the first GiB; the
 * kernel made a pmd of it.
 */
static void begin_merged(enum dm_leaf leaf, enum dm_known merges)
{
	begin();
	policy.merges_at_runtime = merges;
	fake_target_forget(t, "__init_begin");
	fake_target_symbol(t, "__init_begin", IMAGE + 31 * MIB);
	/* As boot had it: pages around the odd megabyte, pmds beside it. */
	fake_map(t, 0, 30 * MIB, PMD, NORMAL | RO);
	fake_kernel_set_entry(t->fake, BASE + 30 * MIB, 2, 0);
	fake_map(t, 30 * MIB, 31 * MIB, CONT_PTE, NORMAL | RO);
	fake_map(t, 31 * MIB, 32 * MIB, CONT_PTE, NORMAL);
	fake_map(t, GIB, 2 * GIB, PUD, NORMAL);
	if (leaf == PMD)
		fake_map(t, 30 * MIB, 32 * MIB, PMD, NORMAL);
	else if (leaf == CONT_PMD)
		fake_map(t, 0, 32 * MIB, CONT_PMD, NORMAL);
}

static void splits_text(void)
{
	suite_text_init(&text);
	suite_no_error(dm_splits_text(&t->kernel, history, &text.sink));
}

static void test_merged(void)
{
	begin_merged(PMD, DM_YES);
	read_lost();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(sum->merges, DM_YES);
	CU_ASSERT_EQUAL(sum->merged[PMD], 1);
	CU_ASSERT_EQUAL(sum->larger, 0);
	splits_text();
	CU_ASSERT_PTR_NOT_NULL(strstr(
		text.text,
		"merged          at least 1 time: 1 x 2M where boot mapped smaller leaves\n"));
	end();
	/* Nothing that shows. */
	begin_merged(PTE, DM_YES);
	read_lost();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL(sum->merged[PMD], 0);
	splits_text();
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text.text, "merged          none that shows"));
	end();
	/* It makes pmds, and nothing larger. */
	begin_merged(CONT_PMD, DM_YES);
	read_lost();
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_PTR_NOT_NULL(strstr(sum->why, "is larger than boot"));
	end();
	/* A kernel that never does: then boot did something else. */
	begin_merged(PMD, DM_NO);
	read_lost();
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_PTR_NOT_NULL(strstr(sum->why, "is larger than boot"));
	splits_text();
	CU_ASSERT_PTR_NULL(strstr(text.text, "merged"));
	end();
}

/* What is alike may be a pmd soon, if the kernel makes some. */
static void test_merges_by_itself(void)
{
	json_t *json;

	begin();
	policy.merges_at_runtime = DM_YES;
	split_page(0);
	fake_kernel_set_entry(t->fake, BASE + GIB + 36 * MIB, 2, 0);
	fake_map(t, GIB + 36 * MIB, GIB + 38 * MIB, PTE, NORMAL);
	fake_map(t, GIB + 38 * MIB, GIB + 40 * MIB, PMD, NORMAL | RO);
	make();
	splits_text();
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text.text, "this kernel makes 2M by itself"));
	suite_text_init(&text);
	suite_no_error(dm_splits_json(&t->kernel, history, &text.sink));
	json = json_loads(text.text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(
			json_object_get(json, "collapsible"), "by_kernel")),
		"pmd");
	CU_ASSERT_PTR_NOT_NULL(json_object_get(
		json_object_get(json, "split_summary"), "merged"));
	json_decref(json);
	end();
}

/*
 * Whole ranges: set_memory_valid() of 7.3, set_direct_map_*() with a number of
 * pages as posted. A pmd that is taken off the map as a whole stays one.
 */
static void test_range(void)
{
	begin();
	fake_map(t, GIB, GIB + 32 * MIB, CONT_PMD, NORMAL);
	fake_map(t, GIB + 32 * MIB, GIB + 34 * MIB, PMD, NORMAL);
	fake_map(t, GIB + 34 * MIB, GIB + 36 * MIB, PMD, NORMAL | INVALID);
	fake_map(t, GIB + 36 * MIB, GIB + 64 * MIB, PMD, NORMAL);
	fake_map(t, GIB + 64 * MIB, 2 * GIB, CONT_PMD, NORMAL);
	read_lost();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_EQUAL_FATAL(count, 2);
	CU_ASSERT_EQUAL(lost[0].leaf, PUD);
	CU_ASSERT_EQUAL(lost[1].leaf, CONT_PMD);
	CU_ASSERT_EQUAL(lost[1].start, BASE + GIB + 32 * MIB);
	CU_ASSERT_TRUE(lost[1].in_use);
	CU_ASSERT_EQUAL(lost[1].table, 0);
	CU_ASSERT_EQUAL(sum->tables, 1);
	end();
}

static void test_contradicted(void)
{
	struct ranges r = { .count = 0 };
	struct dm_boot_range at;

	begin();
	policy.boot = DM_BOOT_CONTRADICTED;
	policy.contradiction = "the reason";
	fake_map(t, GIB, 2 * GIB, PUD, NORMAL);
	make();
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_STRING_EQUAL(sum->why,
			       "what boot did is not known: the reason");
	suite_no_error(dm_history_boot(history, take_range, &r));
	CU_ASSERT_EQUAL(r.count, 0);
	CU_ASSERT_FALSE(dm_history_boot_at(history, BASE, &at));
	end();
	/* Nor where today's map does not follow of it. */
	begin();
	policy.splits_at_runtime = DM_NO;
	split_page(RO);
	make();
	CU_ASSERT_FALSE(sum->known);
	suite_no_error(dm_history_boot(history, take_range, &r));
	CU_ASSERT_EQUAL(r.count, 0);
	end();
}

static void test_no_symbols(void)
{
	struct ranges r = { .count = 0 };

	/* All pages: that is all there is to say. */
	begin_bare();
	fake_map(t, 0, 4 * MIB, PTE, NORMAL);
	fake_map(t, 4 * MIB, 4 * MIB + 4096, PTE, NORMAL | RO);
	read_lost();
	CU_ASSERT_TRUE(sum->known);
	CU_ASSERT_FALSE(sum->splits);
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(sum->boot_bytes[PTE], 4 * MIB + 4096);
	CU_ASSERT_STRING_EQUAL(sum->banks_from, "page tables");
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(sum->missing), "symbols"));
	suite_no_error(dm_history_boot(history, take_range, &r));
	/* The last page could not be more than one. */
	CU_ASSERT_EQUAL_FATAL(r.count, 1);
	CU_ASSERT_EQUAL(r.at[0].size, 4 * MIB);
	CU_ASSERT_EQUAL(r.at[0].could_be, PMD);
	CU_ASSERT_STRING_EQUAL(r.at[0].why, "policy:pages");
	end();
	/* One block, and it is not known what boot did. */
	begin_bare();
	fake_map(t, 0, 4 * MIB, PMD, NORMAL);
	fake_map(t, 4 * MIB, 6 * MIB, PTE, NORMAL);
	read_lost();
	CU_ASSERT_FALSE(sum->known);
	CU_ASSERT_PTR_NOT_NULL(strstr(sum->why, "no symbols"));
	CU_ASSERT_EQUAL(count, 0);
	CU_ASSERT_EQUAL(sum->lost[PMD], 0);
	/* What needs no boot is told all the same. */
	CU_ASSERT_EQUAL(sum->collapse.leaves[PMD], 1);
	end();
}

/* ---- Printing ----------------------------------------------------------------------------- */

static json_t *json_of(void)
{
	json_t *json;

	suite_text_init(&text);
	suite_no_error(dm_splits_json(&t->kernel, history, &text.sink));
	CU_ASSERT_EQUAL(text.text[text.size - 1], '\n');
	json = json_loads(text.text, JSON_REJECT_DUPLICATES, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static void check_keys(json_t *object, const char *keys)
{
	char name[64];
	int used;

	while (sscanf(keys, "%63s%n", name, &used) == 1) {
		if (!json_object_get(object, name))
			fprintf(stderr, "    no %s\n", name);
		CU_ASSERT_PTR_NOT_NULL(json_object_get(object, name));
		keys += used;
	}
}

static void test_json(void)
{
	json_t *json, *first, *special;

	begin();
	split_page(RO);
	own(AT, 4096,
	    (struct dm_owner){ .kind = DM_OWNER_MODULE, .name = "a\"\xff" });
	make();
	json = json_of();
	check_keys(json,
		   "schema splits boot special collapsible split_summary");
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "splits")), 4);
	first = json_array_get(json_object_get(json, "splits"), 0);
	check_keys(first, "leaf start size when evidence in_use owners time "
			  "owner_count boot today special table");
	CU_ASSERT_TRUE(json_is_null(json_object_get(first, "time")));
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(first, "start")),
		"0xffff000040000000");
	check_keys(json_array_get(json_object_get(first, "owners"), 0),
		   "kind name pages");
	check_keys(json_array_get(json_object_get(json, "boot"), 0),
		   "start size leaf could_be why");
	special = json_array_get(json_object_get(json, "special"), 0);
	check_keys(special, "start size state owner attrs");
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(special, "state")),
		"read_only");
	check_keys(json_object_get(json, "collapsible"),
		   "cont_pte pmd cont_pmd pud bytes tables covers if_gone");
	check_keys(json_object_get(json, "split_summary"),
		   "known why_unknown splits_at_runtime lost in_use tables "
		   "boot from absent unexpected unknown_pages missing");
	json_decref(json);
	end();
}

static void test_json_unknown(void)
{
	json_t *json;

	begin_bare();
	fake_map(t, 0, 4 * MIB, PMD, NORMAL);
	make();
	json = json_of();
	CU_ASSERT_TRUE(json_is_null(json_object_get(json, "splits")));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "boot")), 0);
	CU_ASSERT_TRUE(json_is_false(json_object_get(
		json_object_get(json, "split_summary"), "known")));
	json_decref(json);
	end();
}

static bool refuse(struct dm_sink *sink, const char *bytes, size_t size)
{
	(void)sink;
	(void)bytes;
	(void)size;
	return false;
}

/* A sink that is full is an error, whatever is printed. */
static void test_full_sink(void)
{
	struct dm_sink full = { .write = refuse };

	begin();
	split_page(RO);
	make();
	suite_error(dm_splits_json(&t->kernel, history, &full), DM_ERROR_OUTPUT,
		    "");
	suite_error(dm_splits_text(&t->kernel, history, &full), DM_ERROR_OUTPUT,
		    "");
	suite_error(dm_splits_timeline(&t->kernel, history, &full),
		    DM_ERROR_OUTPUT, "");
	end();
}

/* What explain says of pages that nobody is known to need so. */
static void check_explained(uint64_t attrs, bool valid, const char *part,
			    const char *special, enum dm_owner_kind kind)
{
	struct dm_explanation x = {
		.has_pa = true,
		.pa = 0x40000000,
		.linear = { .mapped = true,
			    .valid = valid,
			    .pa = 0x40000000,
			    .attrs = attrs },
		.owner_count = 1,
		.owners = { { .kind = DM_OWNER_NONE } },
	};

	strcpy(x.owners[0].part, part);
	dm_history_explain(history, &x);
	CU_ASSERT_STRING_EQUAL(x.special, special);
	CU_ASSERT_EQUAL(x.owners[0].kind, kind);
}

static void test_explained(void)
{
	const uint64_t most = NORMAL | ARM64_VALID;

	begin();
	make();
	check_explained(most, true, "slab", "", DM_OWNER_NONE);
	/* As a leaf of another size, or one that was not used yet. */
	check_explained((most | ARM64_CONT) & ~ARM64_AF, true, "slab", "",
			DM_OWNER_NONE);
	check_explained(most & ~ARM64_PXN, true, "slab",
			"executable by the kernel", DM_OWNER_UNKNOWN);
	check_explained(most & ~ARM64_UXN, true, "", "executable by user space",
			DM_OWNER_UNKNOWN);
	check_explained(most | RO, true, "", "read-only", DM_OWNER_UNKNOWN);
	check_explained(most | ARM64_USER, true, "", "accessible to user space",
			DM_OWNER_UNKNOWN);
	check_explained(most ^ 0x8, true, "", "of another memory type",
			DM_OWNER_UNKNOWN);
	check_explained(NORMAL, false, "slab", "invalid", DM_OWNER_UNKNOWN);
	end();
}

static void test_text(void)
{
	begin();
	split_page(RO);
	own(AT, 4096,
	    (struct dm_owner){ .kind = DM_OWNER_MODULE,
			       .name = "one\033[1m",
			       .part = "text" });
	make();
	suite_text_init(&text);
	suite_no_error(dm_splits_text(&t->kernel, history, &text.sink));
	CU_ASSERT_EQUAL(strncmp(text.text,
				"4 leaves lost since boot (1 x 1G, 1 x 32M, "
				"1 x 2M, 1 x 64k): 4 in use, 0 residual\n",
				82),
			0);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text.text, "\n1G   0xffff000040000000 in use    unknown "
				  "         31x32M 15x2M 31x64k 16x4k"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "2 table pages, 8 kB"));
	/* Nothing of the dump's drives a terminal. */
	CU_ASSERT_PTR_NULL(strchr(text.text, '\033'));
	end();
}

/* By time, what has none at the end; of one time the larger leaf first. */
static void test_timeline(void)
{
	static const char *const order[] = { "\n1G ", "\n32M ", "\n2M ",
					     "\n64k " };
	uint64_t pmds, ptes;
	const char *at;
	size_t i;

	begin();
	fake_page_owner_init(t);
	split_page(RO);
	pmds = fake_table(t, GIB, 2);
	ptes = fake_table(t, AT, 3);
	fake_page_of(t, pmds, UINT64_C(1) << PG_RESERVED, UINT32_MAX);
	fake_page_of(t, ptes, 0, TYPE_TABLE);
	fake_note(t, pmds, 2000000000, 0);
	fake_note(t, ptes, 3000000000, 0);
	make();
	suite_text_init(&text);
	suite_no_error(dm_splits_timeline(&t->kernel, history, &text.sink));
	at = text.text;
	for (i = 0; i < 4; i++) {
		at = strstr(at, order[i]);
		CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "2.000000 s"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, "after 3.000 s"));
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "nothing lost", test_nothing_lost },
		{ "one page", test_one_page },
		{ "residual", test_residual },
		{ "residual in part", test_residual_in_part },
		{ "absent", test_absent },
		{ "memory that boot did not map", test_unexpected },
		{ "evidence of tables", test_tables },
		{ "times", test_times },
		{ "times of BPF programs", test_times_of_bpf },
		{ "BPF's times and suspend", test_suspend },
		{ "a clock that is not known", test_other_clock },
		{ "times that cannot be", test_impossible_times },
		{ "times of boot's tables", test_times_of_boot },
		{ "many users", test_many_users },
		{ "if one went away", test_if_gone },
		{ "if a pack went away", test_if_gone_pack },
		{ "if nobody knows who", test_if_gone_unknown },
		{ "boot", test_boot },
		{ "cannot split", test_cannot_split },
		{ "larger than boot's", test_larger },
		{ "merged by the kernel", test_merged },
		{ "what it would merge", test_merges_by_itself },
		{ "splits of whole ranges", test_range },
		{ "a policy that is contradicted", test_contradicted },
		{ "memory that may have been added", test_added_or_not },
		{ "no symbols", test_no_symbols },
		{ "JSON", test_json },
		{ "JSON of what is unknown", test_json_unknown },
		{ "full sink", test_full_sink },
		{ "what is special, explained", test_explained },
		{ "text", test_text },
		{ "timeline", test_timeline },
		CU_TEST_INFO_NULL,
	};

	return suite_run("history", tests);
}
