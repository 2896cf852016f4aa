// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The summary of the history: boot's leaves counted against today's, what cannot
 * be judged, whom leaves are lost to, and what could be merged again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/target.h"
#include "analysis/collapse.h"
#include "analysis/history.h"
#include "directmap/array.h"
#include "directmap/leaf.h"
#include "kernel/memory_block.h"
#include "util/error.h"
#include "util/missing.h"

static void sum_boot(struct dm_history *h)
{
	struct boot_run run;
	uint64_t va = 0;

	while (dm_boot_map_next(h->boot, va, &run) &&
	       run.start + run.size > va) {
		if (!run.unknown)
			h->summary.boot_bytes[run.leaf] += run.size;
		va = run.start + run.size;
	}
}

/* ---- What is not judged ------------------------------------------------- */

static struct dm_error *add_unjudged(struct dm_history *h,
				     const struct boot_run *run)
{
	struct dm_split_summary *s = &h->summary;
	struct dm_error *err =
		dm_array_reserve(&h->unjudged, &h->unjudged_capacity,
				 s->unjudged_count, 1, DM_ARRAY_ANY);

	if (err)
		return err;
	s->unjudged = h->unjudged;
	h->unjudged[s->unjudged_count++] = (struct dm_unjudged){
		.start = run->start,
		.size = run->size,
		.why = run->unknown,
		.maybe_lost = run->leaf == DM_LEAF_PTE,
	};
	return NULL;
}

struct unjudging {
	struct dm_history *h;
	size_t next; /* the range that the next run may touch */
	uint64_t at; /* how far it was seen */
};

static void end_unjudged(struct unjudging *u)
{
	struct dm_unjudged *j = &u->h->unjudged[u->next++];

	/* What is not mapped, or cannot be read, shows nothing. */
	if (u->at < j->start + j->size)
		j->maybe_lost = true;
	u->at = 0;
}

static void see_unjudged(struct unjudging *u, const struct dm_run *run)
{
	struct dm_unjudged *j = &u->h->unjudged[u->next];
	struct boot_run boot;

	if (u->at < j->start)
		u->at = j->start;
	if (run->start > u->at ||
	    !dm_boot_map_next(u->h->boot, j->start, &boot) ||
	    run->leaf < boot.leaf)
		j->maybe_lost = true;
	u->at = run->start + run->size;
}

/*
 * A split by pages leaves leaves that are smaller than any call makes; no kernel
 * up to 7.3 merges them again, and what a later one merged is not lost. Without
 * any, nothing was lost but, at most, a leaf that was split at the bounds of the
 * next smaller ones.
 */
static struct dm_error *find_smaller(void *arg, const struct dm_run *run)
{
	struct unjudging *u = arg;
	const struct dm_split_summary *s = &u->h->summary;
	uint64_t end = run->start + run->size;

	while (u->next < s->unjudged_count &&
	       u->h->unjudged[u->next].start < end) {
		const struct dm_unjudged *j = &u->h->unjudged[u->next];

		if (j->start + j->size > run->start)
			see_unjudged(u, run);
		if (j->start + j->size > end)
			break;
		end_unjudged(u);
	}
	return NULL;
}

static struct dm_error *find_unjudged(struct dm_history *h)
{
	struct unjudging u = { .h = h };
	struct dm_error *err = NULL;
	struct boot_run run;
	uint64_t va = 0;

	h->summary.unjudged_count = 0;
	while (!err && dm_boot_map_next(h->boot, va, &run) &&
	       run.start + run.size > va) {
		if (run.unknown)
			err = add_unjudged(h, &run);
		va = run.start + run.size;
	}
	if (!err && h->summary.unjudged_count)
		err = dm_history_walk(h, find_smaller, &u);
	while (!err && u.next < h->summary.unjudged_count)
		end_unjudged(&u);
	return err;
}

/* ---- The summary -------------------------------------------------------- */

/* Those of one group are neighbours in this order: see dm_history_same_group(). */
static int by_group(const void *a, const void *b)
{
	const struct dm_owner *x = *(const struct dm_owner *const *)a;
	const struct dm_owner *y = *(const struct dm_owner *const *)b;

	if (x->pack != y->pack)
		return x->pack < y->pack ? -1 : 1;
	if (x->pack)
		return 0;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* A number for each group, by owner. */
static struct dm_error *make_groups(struct dm_history *h)
{
	size_t count = dm_special_owner_count(h->special), groups = 0, i;
	const struct dm_owner **order = malloc((count + 1) * sizeof(*order));

	h->group_of = malloc((count + 1) * sizeof(*h->group_of));
	h->slot_of = malloc((count + 1) * sizeof(*h->slot_of));
	if (!order || !h->group_of || !h->slot_of) {
		free(order);
		return dm_error_no_memory();
	}
	for (i = 0; i < count; i++)
		order[i] = dm_special_owner(h->special, i);
	if (count)
		qsort(order, count, sizeof(*order), by_group);
	for (i = 0; i < count; i++) {
		if (i && !dm_history_same_group(order[i - 1], order[i]))
			groups++;
		h->group_of[dm_special_owner_index(h->special, order[i])] =
			groups;
		h->slot_of[i] = SIZE_MAX;
	}
	free(order);
	return NULL;
}

static struct dm_error *add_if_gone(struct dm_history *h,
				    const struct dm_lost *lost)
{
	struct dm_split_summary *s = &h->summary;
	const struct dm_owner *owner = lost->owners[0].owner;
	struct dm_error *err;
	size_t *slot;

	if (!lost->one_group || lost->absent || owner->kind == DM_OWNER_UNKNOWN)
		return NULL;
	slot = &h->slot_of[h->group_of[dm_special_owner_index(h->special,
							      owner)]];
	if (*slot != SIZE_MAX) {
		h->if_gone[*slot].leaves[lost->leaf]++;
		return NULL;
	}
	err = dm_array_reserve(&h->if_gone, &h->if_gone_capacity,
			       s->if_gone_count, 1, DM_ARRAY_ANY);
	if (err)
		return err;
	s->if_gone = h->if_gone;
	*slot = s->if_gone_count++;
	h->if_gone[*slot] = (struct dm_if_gone){ .owner = owner };
	h->if_gone[*slot].leaves[lost->leaf] = 1;
	return NULL;
}

static struct dm_error *sum_lost(void *arg, const struct dm_lost *lost)
{
	struct dm_history *h = arg;

	h->summary.lost[lost->leaf]++;
	if (lost->in_use)
		h->summary.in_use[lost->leaf]++;
	if (lost->state_unknown)
		h->summary.state_unknown[lost->leaf]++;
	if (lost->table)
		h->summary.tables++;
	dm_history_count_lost(h, lost);
	if (lost->in_use && lost->size > h->next_lost.end - h->next_lost.start)
		h->next_lost = (struct dm_range){ lost->start,
						  lost->start + lost->size };
	return lost->in_use ? add_if_gone(h, lost) : NULL;
}

static uint64_t weight(const struct dm_history *h, const struct dm_if_gone *g)
{
	uint64_t bytes = 0;
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		bytes += g->leaves[leaf] * dm_leaf_size(h->kernel, leaf);
	return bytes;
}

static int by_weight(const void *a, const void *b, void *arg)
{
	uint64_t x = weight(arg, a), y = weight(arg, b);

	return (x < y) - (x > y);
}

static struct dm_error *collapse_run(void *arg, const struct dm_run *run)
{
	return dm_collapse_add(arg, run);
}

static struct dm_error *collapse_unknown(void *arg,
					 const struct dm_unknown *unknown)
{
	return dm_collapse_add_unknown(arg, unknown);
}

struct dm_error *dm_history_sum_collapse(struct dm_history *h)
{
	struct dm_error *err;
	struct collapse c;

	dm_collapse_init(&c, h->kernel, &h->summary.collapse);
	err = dm_target_runs(h->target, NULL, collapse_run, collapse_unknown,
			     &c);
	if (!err)
		dm_collapse_finish(&c);
	dm_collapse_deinit(&c);
	return err;
}

/* Figures that stand on a boot map which is not what boot did. */
static void forget_figures(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;

	dm_history_forget_lost(h);
	h->next_lost = (struct dm_range){ 0 };
	memset(s->lost, 0, sizeof(s->lost));
	memset(s->in_use, 0, sizeof(s->in_use));
	memset(s->state_unknown, 0, sizeof(s->state_unknown));
	memset(s->boot_bytes, 0, sizeof(s->boot_bytes));
	memset(s->merged, 0, sizeof(s->merged));
	s->tables = 0;
	s->absent = 0;
	s->unexpected = 0;
	s->if_gone_count = 0;
	s->unjudged_count = 0;
}

/* After something of boot's map was found not to be known. */
static struct dm_error *judge_again(struct dm_history *h,
				    struct splits_figures *figures)
{
	size_t i;

	forget_figures(h);
	for (i = 0; i < dm_special_owner_count(h->special); i++)
		h->slot_of[i] = SIZE_MAX;
	*figures = (struct splits_figures){ 0 };
	sum_boot(h);
	return dm_history_pass(h, sum_lost, h, figures);
}

static bool is_lost_above(const struct dm_history *h, uint64_t size)
{
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (h->summary.lost[leaf] &&
		    dm_leaf_size(h->kernel, leaf) > size)
			return true;
	}
	return false;
}

/*
 * Page tables do not tell boot's memory from what was added later, section by
 * section perhaps (mm/memory_hotplug.c, check_hotplug_memory_range()). Then no
 * leaf that is larger than a section has ever been.
 */
static struct dm_error *doubt_larger(struct dm_history *h,
				     struct splits_figures *figures)
{
	struct dm_error *err;
	uint64_t section;

	if (!h->facts->banks_from_tables)
		return NULL;
	err = dm_memory_section_size(h->target, &section);
	if (err)
		return dm_error_forgive(err);
	if (!is_lost_above(h, section))
		return NULL;
	dm_boot_map_forget_larger(
		h->boot, section,
		"unknown whether boot mapped this memory, or it was added later in pieces");
	return judge_again(h, figures);
}

/*
 * Where the tables contradict what is said of memory that was added, nothing is
 * known of that, and of the rest what was.
 */
static struct dm_error *judge(struct dm_history *h,
			      struct splits_figures *figures)
{
	struct dm_error *err;

	sum_boot(h);
	err = dm_history_pass(h, sum_lost, h, figures);
	if (err)
		return err;
	if (!figures->larger_added &&
	    (h->summary.splits || !figures->lost_added))
		return doubt_larger(h, figures);
	dm_boot_map_forget_added(
		h->boot, "this memory was not added as its memory blocks say");
	return judge_again(h, figures);
}

/* Leaves may have been lost in memory that was added, too. */
static void weigh_unjudged(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; s->splits && i < s->unjudged_count; i++) {
		if (s->unjudged[i].maybe_lost)
			bytes += s->unjudged[i].size;
	}
	if (!bytes)
		return;
	s->known = false;
	s->at_least = true;
	snprintf(
		s->why, sizeof(s->why),
		h->facts->banks_from_tables
			? "whether boot mapped %llu kB of it is unknown"
			: "how %llu kB that were added later were mapped is unknown",
		(unsigned long long)(bytes >> 10));
}

/*
 * What is unknown of boot's memory may hold any loss. But where boot's policy was
 * pages, there is none: all pages are what they are.
 */
static struct dm_error *weigh_unknown(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	const struct unknown_set *unknown;
	struct dm_error *err = dm_target_unknown(h->target, &unknown);
	char why[128] = "";
	bool banks_unknown;

	if (err)
		return err;
	weigh_unjudged(h);
	/* Then what is not seen is no memory either. */
	banks_unknown = unknown->count && h->facts->banks_from_tables;
	s->boot_known = !banks_unknown;
	if (banks_unknown || (s->absent && !h->facts->layout.pages)) {
		s->known = false;
		s->at_least = true;
	}
	if (banks_unknown)
		snprintf(
			why, sizeof(why),
			"memory is known from the page tables alone, and some of them are damaged or missing");
	else if (s->absent && !h->facts->layout.pages)
		snprintf(
			why, sizeof(why),
			"how %llu kB that boot mapped are mapped now is unknown",
			(unsigned long long)(s->absent >> 10));
	if (*why)
		dm_missing_say_why(s->why, sizeof(s->why), why);
	return NULL;
}

/*
 * Of a kernel that merges pages to a pmd (try_collapse_kernel_pmd(), posted for
 * kernels after 7.3: "Introducing ROX CACHE to ARM64 systems with bbml2 no
 * abort"), a pmd where boot made smaller leaves was merged. No other leaf comes
 * of that. Returns the bytes of them.
 */
static uint64_t note_merged(struct dm_history *h,
			    const struct splits_figures *figures)
{
	uint64_t size = dm_leaf_size(h->kernel, DM_LEAF_PMD);

	if (h->summary.merges != DM_YES || !size)
		return 0;
	h->summary.merged[DM_LEAF_PMD] = figures->larger_pmd / size;
	return figures->larger_pmd;
}

struct dm_error *dm_history_sum_splits(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	struct splits_figures figures = { 0 };
	struct dm_error *err;

	err = make_groups(h);
	if (!err)
		err = judge(h, &figures);
	if (!err)
		err = find_unjudged(h);
	if (err)
		return err;
	s->larger = figures.larger - note_merged(h, &figures);
	s->absent = figures.absent;
	s->unexpected = figures.unexpected;
	if (h->if_gone)
		qsort_r(h->if_gone, s->if_gone_count, sizeof(*h->if_gone),
			by_weight, h);
	/* Then what boot did was something else, and so is what was lost. */
	s->known = !s->larger;
	if (!s->splits && dm_leaf_sum(s->lost)) {
		s->known = false;
		snprintf(
			s->why, sizeof(s->why),
			"this kernel does not split, yet leaves that boot should have made are not there: what boot did is not known");
	}
	if (s->larger)
		snprintf(
			s->why, sizeof(s->why),
			"at 0x%llx a leaf is larger than boot would have made it: what boot did is not known",
			(unsigned long long)figures.larger_at);
	if (!s->known) {
		forget_figures(h);
		return NULL;
	}
	return weigh_unknown(h);
}
