// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The leaves that are gone: one walk over today's map beside boot's, and of each
 * lost leaf who has special pages in it.
 */
#include <stdlib.h>
#include <string.h>

#include "target/target.h"
#include "analysis/history.h"
#include "directmap/array.h"
#include "util/error.h"
#include "util/missing.h"
#include "util/range.h"
#include "walk/usage.h"

/* ---- One lost leaf ------------------------------------------------------ */

/* Of a walk over today's map that looks for lost leaves. */
struct pass {
	struct dm_history *h;
	struct splits *splits;
	/* Runs that a lost leaf may still reach into. */
	struct dm_run *window;
	size_t first, count, capacity;
	uint64_t largest; /* bytes of the largest leaf */
	dm_lost_fn fn;
	void *arg;
	/* Pages by owner for the current leaf, and which owners have any. */
	uint64_t *pages;
	size_t *met;
	size_t met_count;
};

static void drop_before(struct pass *p, uint64_t va)
{
	while (p->first < p->count &&
	       p->window[p->first].start + p->window[p->first].size <= va)
		p->first++;
	if (p->first > p->count / 2) {
		p->count -= p->first;
		memmove(p->window, p->window + p->first,
			p->count * sizeof(*p->window));
		p->first = 0;
	}
}

/* Whether what is known of the leaf's memory is alike. */
static bool all_alike(const struct pass *p, uint64_t start, uint64_t end)
{
	uint64_t attrs = 0;
	bool any = false;
	size_t i;

	for (i = p->first; i < p->count && p->window[i].start < end; i++) {
		const struct dm_run *run = &p->window[i];

		if (run->start + run->size <= start)
			continue;
		if (any && arm64_compared(run->attrs) != attrs)
			return false;
		attrs = arm64_compared(run->attrs);
		any = true;
	}
	return true;
}

/* Into @lost's few, by pages. */
static void keep_owner(struct dm_lost *lost, const struct dm_owner *owner,
		       uint64_t pages)
{
	size_t i = lost->owner_count < DM_LOST_OWNERS ? lost->owner_count
						      : DM_LOST_OWNERS;

	lost->owner_count++;
	if (i == DM_LOST_OWNERS && lost->owners[i - 1].pages >= pages)
		return;
	if (i == DM_LOST_OWNERS)
		i--;
	while (i && lost->owners[i - 1].pages < pages) {
		lost->owners[i] = lost->owners[i - 1];
		i--;
	}
	lost->owners[i].owner = owner;
	lost->owners[i].pages = pages;
}

bool dm_history_same_group(const struct dm_owner *a, const struct dm_owner *b)
{
	if (a->pack || b->pack)
		return a->pack == b->pack;
	return a->kind == b->kind && a->id == b->id &&
	       strcmp(a->name, b->name) == 0;
}

static void count_pages(struct pass *p, size_t owner, uint64_t pages)
{
	if (!p->pages[owner] && pages)
		p->met[p->met_count++] = owner;
	p->pages[owner] += pages;
}

static int by_index(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* Where special pages are too many to be kept, those of the current leaf. */
static bool count_beyond(const struct pass *p, struct dm_lost *lost)
{
	uint64_t end = lost->start + lost->size, bytes = 0;
	size_t i;

	if (end <= dm_special_kept_end(p->h->special))
		return false;
	for (i = p->first; i < p->count && p->window[i].start < end; i++) {
		struct dm_special s;

		if (dm_special_beyond(p->h->special, &p->window[i], &s))
			bytes += range_overlap(s.start, s.start + s.size,
					       lost->start, end);
	}
	lost->special += bytes;
	return bytes != 0;
}

/* What is special in the leaf, and how many pages of it each owner has. */
static bool count_owners(struct pass *p, struct dm_lost *lost)
{
	struct special *special = p->h->special;
	uint64_t end = lost->start + lost->size, page = p->h->kernel->page_size;
	bool nameless = count_beyond(p, lost);
	size_t i, j;

	p->met_count = 0;
	for (i = dm_special_from(special, lost->start);
	     i < dm_special_count(special); i++) {
		struct dm_special s;
		uint64_t bytes;

		dm_special_get(special, i, &s);
		if (s.start >= end)
			break;
		nameless |= !s.owner_count;
		bytes = range_overlap(s.start, s.start + s.size, lost->start,
				      end);
		lost->special += bytes;
		for (j = 0; j < s.owner_count; j++)
			count_pages(
				p, dm_special_owner_index(special, s.owners[j]),
				bytes / page);
	}
	if (p->met_count)
		qsort(p->met, p->met_count, sizeof(*p->met), by_index);
	return nameless;
}

/*
 * Who has special pages in the leaf. When a BPF program in it began to load is a
 * hint at when: its page was made read-only before it was compiled.
 */
static void find_users(struct pass *p, struct dm_lost *lost)
{
	const struct dm_owner *first = NULL;
	bool nameless;
	size_t i;

	lost->one_group = true;
	nameless = count_owners(p, lost);
	for (i = 0; i < p->met_count; i++) {
		const struct dm_owner *owner =
			dm_special_owner(p->h->special, p->met[i]);

		if (first && !dm_history_same_group(first, owner))
			lost->one_group = false;
		first = owner;
		keep_owner(lost, owner, p->pages[p->met[i]]);
		p->pages[p->met[i]] = 0;
		/* The first one may lie in what is unknown. */
		if (owner->time_ns && !lost->absent &&
		    (!lost->bpf_ns || owner->time_ns < lost->bpf_ns))
			lost->bpf_ns = owner->time_ns;
	}
	lost->one_group &= first && !nameless;
	lost->has_bpf_log = lost->bpf_ns &&
			    dm_clocks_from_boottime(&p->h->clocks, lost->bpf_ns,
						    &lost->bpf_after_ns,
						    &lost->bpf_before_ns);
}

static void weigh(struct dm_lost *lost, const struct lost_leaf *leaf)
{
	lost->evidence |= leaf->from_boot ? DM_EVIDENCE_BOOT_RULE
					  : DM_EVIDENCE_SPLIT_TRAIL;
	if (leaf->to_ptes)
		lost->evidence |= DM_EVIDENCE_NO_CONT;
	else if (leaf->today[DM_LEAF_CONT_PTE] || leaf->today[DM_LEAF_CONT_PMD])
		lost->evidence |= DM_EVIDENCE_CONT_TRAIL;
}

static struct dm_error *take_lost(void *arg, const struct lost_leaf *leaf)
{
	struct pass *p = arg;
	struct dm_lost lost = {
		.struct_size = sizeof(lost),
		.leaf = leaf->leaf,
		.start = leaf->start,
		.size = leaf->size,
		.boot = leaf->boot,
		.boot_start = leaf->boot_start,
		.absent = leaf->absent,
	};
	struct dm_error *err;

	memcpy(lost.today, leaf->today, sizeof(lost.today));
	drop_before(p, leaf->start);
	lost.in_use = !all_alike(p, leaf->start, leaf->start + leaf->size);
	lost.state_unknown = leaf->absent && !lost.in_use;
	weigh(&lost, leaf);
	find_users(p, &lost);
	err = dm_history_date(p->h, &lost);
	return err ? err : p->fn(p->arg, &lost);
}

/* ---- Today's map -------------------------------------------------------- */

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct pass *p = arg;
	struct dm_error *err = dm_array_reserve(&p->window, &p->capacity,
						p->count, 1, DM_ARRAY_ANY);

	if (err)
		return err;
	p->window[p->count++] = *run;
	err = dm_splits_add_run(p->splits, run);
	/* Leaves before the largest that this one lies in are done with. */
	drop_before(p, run->start & ~(p->largest - 1));
	return err;
}

static struct dm_error *note_tables(struct dm_history *h,
				    const struct dm_usage *usage)
{
	struct dm_missing **missing = &h->summary.missing;
	struct dm_error *err = NULL;

	/* Here too where it could be read before: a file shrinks, a disk dies. */
	if (usage->unreadable || dm_target_lacks_tables(h->target))
		err = dm_missing_add(missing, NULL,
				     "page tables that are not in the dump",
				     DM_ERROR_ABSENT);
	if (!err && dm_usage_findings(usage) > usage->unreadable)
		err = dm_missing_add(missing, NULL,
				     "page tables that are damaged",
				     DM_ERROR_BROKEN);
	return err;
}

struct dm_error *dm_history_walk(struct dm_history *h, dm_run_fn fn, void *arg)
{
	const struct dm_usage *usage;
	struct dm_error *err = dm_target_usage(h->target, &usage);

	if (err)
		return err;
	err = dm_target_runs_of(h->target, fn, arg);
	return err ? err : note_tables(h, usage);
}

static uint64_t largest_leaf(const struct dm_kernel *kernel)
{
	uint64_t largest = 0;
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (dm_leaf_size(kernel, leaf) > largest)
			largest = dm_leaf_size(kernel, leaf);
	}
	return largest;
}

/* @figures: may be NULL. */
struct dm_error *dm_history_pass(struct dm_history *h, dm_lost_fn fn, void *arg,
				 struct splits_figures *figures)
{
	struct pass p = {
		.h = h,
		.largest = largest_leaf(h->kernel),
		.fn = fn,
		.arg = arg,
	};
	struct dm_error *err;

	/* One more, as malloc(0) may be NULL. */
	p.pages = calloc(dm_special_owner_count(h->special) + 1,
			 sizeof(*p.pages));
	p.met = calloc(dm_special_owner_count(h->special) + 1, sizeof(*p.met));
	err = p.pages && p.met ? NULL : dm_error_no_memory();
	if (!err)
		err = dm_splits_create(h->boot, h->kernel, &h->facts->to_ptes,
				       take_lost, &p, &p.splits);
	if (!err)
		err = dm_history_walk(h, take_run, &p);
	if (!err)
		err = dm_splits_finish(p.splits);
	if (!err && figures)
		*figures = *dm_splits_figures(p.splits);
	dm_splits_destroy(p.splits);
	free(p.window);
	free(p.pages);
	free(p.met);
	return err;
}

struct dm_error *dm_history_lost(struct dm_history *history, dm_lost_fn fn,
				 void *arg)
{
	const struct dm_split_summary *s = &history->summary;

	/* Boot's layout may be known, and what became of it not at all. */
	return history->boot && (s->known || s->at_least)
		       ? dm_history_pass(history, fn, arg, NULL)
		       : NULL;
}
