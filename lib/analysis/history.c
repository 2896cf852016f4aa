// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The history of the linear map: boot's leaves against today's, and of each
 * that is gone the evidence, its users, and when.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/boot_facts.h"
#include "kernel/clocks.h"
#include "analysis/collapse.h"
#include "util/error.h"
#include "directmap/leaf.h"
#include "kernel/memory_block.h"
#include "util/missing.h"
#include "kernel/page.h"
#include "kernel/page_owner.h"
#include "kernel/realm.h"
#include "analysis/special.h"
#include "analysis/splits.h"
#include "walk/usage.h"

struct dm_history {
	struct dm_target *target;
	const struct dm_kernel *kernel;
	const struct dm_policy *policy;
	struct owners *owners;
	struct special *special;
	struct page_owner *page_owner; /* NULL: the kernel kept none */
	struct clocks clocks;
	struct boot_facts *facts; /* NULL, as boot, if boot is unknown */
	struct boot_map *boot;
	struct dm_split_summary summary;
	struct dm_if_gone *if_gone;
	size_t if_gone_room;
	struct dm_unjudged *unjudged;
	size_t *group_of; /* by owner: its group */
	size_t *slot_of; /* by group: where in if_gone; SIZE_MAX: not in it */
};

const char *dm_evidence_name(unsigned int bit)
{
	switch (bit) {
	case DM_EVIDENCE_BOOT_RULE:
		return "boot_rule";
	case DM_EVIDENCE_SPLIT_TRAIL:
		return "split_trail";
	case DM_EVIDENCE_CONT_TRAIL:
		return "contiguous_around";
	case DM_EVIDENCE_NO_CONT:
		return "no_contiguous";
	case DM_EVIDENCE_TABLE_RUNTIME:
		return "table_allocated_at_run_time";
	case DM_EVIDENCE_TABLE_BOOT:
		return "table_from_boot";
	case DM_EVIDENCE_PAGE_OWNER:
		return "page_owner";
	}
	return NULL;
}

/* ---- One lost leaf ------------------------------------------------------ */

/* Of a walk over today's map that looks for lost leaves. */
struct pass {
	struct dm_history *h;
	struct splits *splits;
	/* Runs that a lost leaf may still reach into. */
	struct dm_run *window;
	size_t first, count, room;
	uint64_t largest; /* bytes of the largest leaf */
	dm_lost_fn fn;
	void *arg;
	/* Pages by owner for the leaf in hand, and which owners have any. */
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
		if (any && (run->attrs & ~SPECIAL_IGNORED) != attrs)
			return false;
		attrs = run->attrs & ~SPECIAL_IGNORED;
		any = true;
	}
	return true;
}

static uint64_t overlap(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	uint64_t start = a > c ? a : c, end = b < d ? b : d;

	return start < end ? end - start : 0;
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

/* Packs are moved or freed whole, so their programs count as one. */
static bool same_group(const struct dm_owner *a, const struct dm_owner *b)
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

/* Where special pages are too many to be kept, those of the leaf in hand. */
static bool count_beyond(const struct pass *p, struct dm_lost *lost)
{
	uint64_t end = lost->start + lost->size, bytes = 0;
	size_t i;

	if (end <= dm_special_kept_end(p->h->special))
		return false;
	for (i = p->first; i < p->count && p->window[i].start < end; i++) {
		struct dm_special s;

		if (dm_special_beyond(p->h->special, &p->window[i], &s))
			bytes += overlap(s.start, s.start + s.size, lost->start,
					 end);
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
		bytes = overlap(s.start, s.start + s.size, lost->start, end);
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

		if (first && !same_group(first, owner))
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

/* The table that @level's entry for @va leads to; it is not read itself. */
static struct dm_error *find_table(struct dm_history *h, uint64_t va, int level,
				   uint64_t *table)
{
	const struct arm64_geometry *g =
		dm_kva_geometry(dm_target_kva(h->target));
	const struct kva_step *last;
	struct kva_path path;
	struct dm_error *err;

	*table = level < g->root_level ? h->kernel->pgd : 0;
	if (*table)
		return NULL;
	err = dm_kva_path_to(dm_target_kva(h->target), va, level, &path);
	last = path.count ? &path.steps[path.count - 1] : NULL;
	if (last && last->level == level && last->kind == ARM64_TABLE)
		*table = arm64_oa(g, last->entry);
	return dm_missing_note(h->summary.missing, sizeof(h->summary.missing),
			       err);
}

/* A table from memblock is reserved, one from the page allocator is typed. */
static struct dm_error *judge_table(struct dm_history *h, uint64_t table,
				    unsigned int *evidence)
{
	struct page_state page;
	struct dm_error *err;
	char type[PAGE_TYPE_TEXT];

	err = dm_page_state_read(h->target, table, &page);
	if (err)
		return dm_missing_note(h->summary.missing,
				       sizeof(h->summary.missing), err);
	dm_page_type_text(h->target, &page, type, sizeof(type));
	if (dm_page_has_flag(h->target, &page, "PG_reserved"))
		*evidence |= DM_EVIDENCE_TABLE_BOOT;
	else if (strcmp(type, "table") == 0)
		*evidence |= DM_EVIDENCE_TABLE_RUNTIME;
	return NULL;
}

static struct dm_error *table_note(struct dm_history *h, uint64_t table,
				   struct page_owner_note *note, bool *found)
{
	struct dm_error *err;

	*found = false;
	if (!h->page_owner || !table)
		return NULL;
	err = dm_page_owner_of(h->page_owner, table, note, found);
	if (*found && dm_clocks_is_future(&h->clocks, note->time_ns)) {
		*found = false;
		dm_missing_add(h->summary.missing, sizeof(h->summary.missing),
			       NULL,
			       "page_owner has times later than the dump");
	}
	return dm_missing_note(h->summary.missing, sizeof(h->summary.missing),
			       err);
}

static void set_before(struct dm_lost *lost, uint64_t ns, const char *from)
{
	if (lost->has_before && lost->before_ns <= ns)
		return;
	lost->has_before = true;
	lost->before_ns = ns;
	lost->time_from = from;
}

/* What is below the call that wants a table is the same in every stack. */
static void leave_out_allocator(char *stack)
{
	static const char separator[] = " < ";
	char *call = strstr(stack, "pgtable_alloc");

	call = call ? strstr(call, separator) : NULL;
	if (call)
		memmove(stack, call + strlen(separator),
			strlen(call + strlen(separator)) + 1);
}

static struct dm_error *date_block(struct dm_history *h, struct dm_lost *lost)
{
	struct page_owner_note note;
	struct dm_error *err;
	bool found;

	err = table_note(h, lost->table, &note, &found);
	if (!found)
		return err;
	lost->evidence |= DM_EVIDENCE_PAGE_OWNER;
	lost->has_before = true;
	lost->before_ns = note.time_ns;
	lost->time_from = "page_owner, which met its table";
	if (note.early)
		return err;
	lost->has_after = true;
	lost->after_ns = note.time_ns;
	lost->time_from = "page_owner of its table";
	if (!err)
		err = dm_missing_note(
			h->summary.missing, sizeof(h->summary.missing),
			dm_page_owner_stack(h->page_owner, note.stack,
					    lost->stack, sizeof(lost->stack)));
	leave_out_allocator(lost->stack);
	return err;
}

/*
 * Contiguous bits go before or as a table in the group is made, and no earlier
 * than the table that they stand in.
 */
static struct dm_error *date_tables_in(struct dm_history *h,
				       struct dm_lost *lost)
{
	uint64_t pmd = dm_leaf_size(h->kernel, DM_LEAF_PMD), va, table;
	struct dm_error *err = NULL;

	for (va = lost->start; !err && va < lost->start + lost->size;
	     va += pmd) {
		struct page_owner_note note;
		unsigned int evidence = 0;
		bool found = false;

		err = find_table(h, va, 2, &table);
		if (!err && table)
			err = judge_table(h, table, &evidence);
		if (!err && evidence & DM_EVIDENCE_TABLE_RUNTIME)
			err = table_note(h, table, &note, &found);
		if (!err && found) {
			lost->evidence |= DM_EVIDENCE_PAGE_OWNER;
			set_before(lost, note.time_ns,
				   "page_owner of a table in it");
		}
	}
	return err;
}

static struct dm_error *date_group(struct dm_history *h, struct dm_lost *lost,
				   uint64_t table)
{
	struct page_owner_note note;
	struct dm_error *err;
	bool found;

	err = table_note(h, table, &note, &found);
	if (!err && found && !note.early &&
	    lost->evidence & DM_EVIDENCE_TABLE_RUNTIME) {
		lost->evidence |= DM_EVIDENCE_PAGE_OWNER;
		lost->has_after = true;
		lost->after_ns = note.time_ns;
		if (!lost->time_from)
			lost->time_from = "page_owner of the table around it";
	}
	if (err || lost->leaf != DM_LEAF_CONT_PMD)
		return err;
	return date_tables_in(h, lost);
}

/* One of them is wrong, and which one is not known. */
static void forget_times(struct dm_history *h, struct dm_lost *lost)
{
	lost->has_after = lost->has_before = false;
	lost->after_ns = lost->before_ns = 0;
	lost->time_from = NULL;
	dm_missing_add(h->summary.missing, sizeof(h->summary.missing), NULL,
		       "page_owner's times contradict each other");
}

static struct dm_error *look_at_table(struct dm_history *h,
				      struct dm_lost *lost)
{
	bool block = lost->leaf == DM_LEAF_PUD || lost->leaf == DM_LEAF_PMD;
	int level = lost->leaf == DM_LEAF_PUD	     ? 1
		    : lost->leaf <= DM_LEAF_CONT_PTE ? 3
						     : 2;
	struct dm_error *err;
	uint64_t table;

	/* Of a group, the one that it stands in. */
	err = find_table(h, lost->start, block ? level : level - 1, &table);
	if (err || !table)
		return err;
	if (block)
		lost->table = table;
	err = judge_table(h, table, &lost->evidence);
	if (!err)
		err = block ? date_block(h, lost) : date_group(h, lost, table);
	if (lost->has_after && lost->has_before &&
	    lost->after_ns > lost->before_ns)
		forget_times(h, lost);
	return err;
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
	err = look_at_table(p->h, &lost);
	return err ? err : p->fn(p->arg, &lost);
}

/* ---- Today's map -------------------------------------------------------- */

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct pass *p = arg;
	struct dm_error *err;

	if (p->count == p->room) {
		size_t room = p->room ? p->room * 2 : 256;
		void *window =
			reallocarray(p->window, room, sizeof(*p->window));

		if (!window)
			return dm_error_no_memory();
		p->window = window;
		p->room = room;
	}
	p->window[p->count++] = *run;
	err = dm_splits_add_run(p->splits, run);
	/* Leaves before the largest that this one lies in are done with. */
	drop_before(p, run->start & ~(p->largest - 1));
	return err;
}

static void note_tables(struct dm_history *h, const struct dm_usage *usage)
{
	/* Here too where it could be read before: a file shrinks, a disk dies. */
	if (usage->unreadable || dm_target_lacks_tables(h->target))
		dm_missing_add(h->summary.missing, sizeof(h->summary.missing),
			       NULL, "page tables that are not in the dump");
	if (dm_usage_findings(usage) > usage->unreadable)
		dm_missing_add(h->summary.missing, sizeof(h->summary.missing),
			       NULL, "page tables that are damaged");
}

static struct dm_error *walk(struct dm_history *h, dm_run_fn fn, void *arg)
{
	const struct dm_usage *usage;
	struct dm_error *err = dm_target_usage(h->target, &usage);

	if (err)
		return err;
	err = dm_target_runs_of(h->target, fn, arg);
	note_tables(h, usage);
	return err;
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
static struct dm_error *run_pass(struct dm_history *h, dm_lost_fn fn, void *arg,
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
		err = walk(h, take_run, &p);
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
		       ? run_pass(history, fn, arg, NULL)
		       : NULL;
}

struct beyond {
	struct dm_history *h;
	dm_special_fn fn;
	void *arg;
};

static struct dm_error *give_beyond(void *arg, const struct dm_run *run)
{
	struct beyond *b = arg;
	struct dm_special special;

	return dm_special_beyond(b->h->special, run, &special)
		       ? b->fn(b->arg, &special)
		       : NULL;
}

struct dm_error *dm_history_special(struct dm_history *history,
				    dm_special_fn fn, void *arg)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < dm_special_count(history->special); i++) {
		struct dm_special special;

		dm_special_get(history->special, i, &special);
		err = fn(arg, &special);
	}
	if (err || dm_special_kept_end(history->special) == UINT64_MAX)
		return err;
	return dm_target_runs_of(history->target, give_beyond,
				 &(struct beyond){ history, fn, arg });
}

struct finder {
	const struct dm_kernel *kernel;
	struct dm_usage *usage;
};

static struct dm_error *find_doubt(void *arg, const struct dm_special *s)
{
	struct finder *f = arg;
	struct dm_finding finding = {
		.kind = DM_FINDING_UNEXPLAINED,
		.level = 3,
		.start = s->start,
		.size = s->size,
		.pa = dm_kva_linear_to_pa(f->kernel, s->start),
	};
	size_t i;

	for (i = 0; i < s->owner_count; i++) {
		if (!s->owners[i]->doubt)
			continue;
		dm_usage_add_finding(f->usage, &finding);
		break;
	}
	return NULL;
}

struct dm_error *dm_history_findings(struct dm_history *history,
				     struct dm_usage *usage)
{
	struct finder f = { history->kernel, usage };

	return dm_history_special(history, find_doubt, &f);
}

/* ---- Boot's map --------------------------------------------------------- */

static void name_why(unsigned int why, char *text, size_t size)
{
	unsigned int bit;
	size_t have;

	*text = '\0';
	for (bit = 1; bit; bit <<= 1) {
		const char *name = why & bit ? dm_boot_why_name(bit) : NULL;

		have = strlen(text);
		if (name)
			snprintf(text + have, size - have, "%s%s",
				 have ? "," : "", name);
	}
}

struct dm_error *dm_history_boot(struct dm_history *history,
				 dm_boot_range_fn fn, void *arg)
{
	struct dm_error *err = NULL;
	struct boot_run run;
	uint64_t va = 0;

	if (!history->summary.boot_known)
		return NULL;
	while (!err && history->boot &&
	       dm_boot_map_next(history->boot, va, &run)) {
		struct dm_boot_range range = {
			.start = run.start,
			.size = run.size,
			.leaf = run.leaf,
			.could_be = run.could_be,
		};

		name_why(run.why, range.why, sizeof(range.why));
		if (run.leaf != run.could_be)
			err = fn(arg, &range);
		if (run.start + run.size <= va)
			break;
		va = run.start + run.size;
	}
	return err;
}

bool dm_history_boot_at(const struct dm_history *history, uint64_t va,
			struct dm_boot_range *range)
{
	struct boot_run run;

	if (!history->boot ||
	    !(history->summary.known || history->summary.at_least) ||
	    !dm_boot_map_next(history->boot, va, &run) || run.start > va ||
	    run.unknown)
		return false;
	*range = (struct dm_boot_range){
		.start = run.start,
		.size = run.size,
		.leaf = run.leaf,
		.could_be = run.could_be,
	};
	name_why(run.why, range->why, sizeof(range->why));
	return true;
}

static bool is_unjudged(const struct dm_history *h, uint64_t va)
{
	size_t i;

	for (i = 0; i < h->summary.unjudged_count; i++) {
		if (va - h->unjudged[i].start < h->unjudged[i].size)
			return true;
	}
	return false;
}

/* Page tables that are off: no page is special for that. */
static void explain_special(const struct dm_history *history,
			    struct dm_explanation *x)
{
	const struct special *s = history->special;
	size_t i;

	if (!x->linear.mapped || x->linear.unknown || x->linear.pa != x->pa ||
	    dm_realm_is_shared(history->kernel, x->linear.attrs) ||
	    !dm_special_is(s, x->linear.attrs))
		return;
	snprintf(x->special, sizeof(x->special), "%s",
		 dm_special_how(s, x->linear.attrs));
	for (i = 0; i < x->owner_count; i++)
		dm_special_doubt(&x->owners[i], x->linear.valid,
				 history->policy);
}

/* Only where nothing else is the reason: a neighbour that differs is one. */
void dm_history_explain(const struct dm_history *history,
			struct dm_explanation *explanation)
{
	struct dm_explanation *x = explanation;
	struct dm_boot_range boot;
	const char *label;

	explain_special(history, x);
	if (!x->linear.mapped || !x->stretch_count || !x->stretches[0].alike)
		return;
	label = dm_leaf_label(history->kernel, x->stretches[0].leaf);
	if (is_unjudged(history, x->linear.va))
		snprintf(
			x->not_larger, sizeof(x->not_larger),
			"not %s: all of it is alike now, so it was split, or mapped so when it was added; arm64 never merges leaves",
			label);
	if (!dm_history_boot_at(history, x->linear.va, &boot) || !*boot.why)
		return;
	if (boot.leaf > x->linear.leaf)
		snprintf(
			x->not_larger, sizeof(x->not_larger),
			"not %s: boot mapped a leaf of %s here, which was split since; all of it is alike again, but arm64 never merges leaves",
			label, dm_leaf_label(history->kernel, boot.leaf));
	else
		snprintf(x->not_larger, sizeof(x->not_larger),
			 "not %s: boot mapped it so (%s)", label, boot.why);
}

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

	/* Space for a power of two. */
	if (!(s->unjudged_count & (s->unjudged_count - 1))) {
		size_t capacity = s->unjudged_count ? 2 * s->unjudged_count : 1;
		void *more = reallocarray(h->unjudged, capacity,
					  sizeof(*h->unjudged));

		if (!more)
			return dm_error_no_memory();
		h->unjudged = more;
		s->unjudged = more;
	}
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
 * A split by pages leaves leaves that are smaller than any call makes, as they
 * are never merged again. Without any, nothing was lost but, at most, a leaf
 * that was split at the bounds of the next smaller ones.
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
		err = walk(h, find_smaller, &u);
	while (!err && u.next < h->summary.unjudged_count)
		end_unjudged(&u);
	return err;
}

/* ---- The summary -------------------------------------------------------- */

/* Those of one group are neighbours in this order: see same_group(). */
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
		if (i && !same_group(order[i - 1], order[i]))
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
	struct dm_if_gone *more;
	size_t *slot;

	if (!lost->one_group || lost->absent || owner->kind == DM_OWNER_UNKNOWN)
		return NULL;
	slot = &h->slot_of[h->group_of[dm_special_owner_index(h->special,
							      owner)]];
	if (*slot != SIZE_MAX) {
		h->if_gone[*slot].leaves[lost->leaf]++;
		return NULL;
	}
	if (s->if_gone_count == h->if_gone_room) {
		size_t room = h->if_gone_room ? h->if_gone_room * 2 : 16;

		more = reallocarray(h->if_gone, room, sizeof(*more));
		if (!more)
			return dm_error_no_memory();
		h->if_gone = more;
		h->if_gone_room = room;
		s->if_gone = more;
	}
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

static struct dm_error *sum_collapse(struct dm_history *h)
{
	struct dm_error *err;
	struct collapse c;

	dm_collapse_init(&c, h->kernel, SPECIAL_IGNORED, &h->summary.collapse);
	err = dm_target_runs(h->target, NULL, collapse_run, collapse_unknown,
			     &c);
	if (!err)
		dm_collapse_finish(&c);
	dm_collapse_deinit(&c);
	return err;
}

/* Figures that stand on a boot map which is not what boot did. */
static void forget_figures(struct dm_split_summary *s)
{
	memset(s->lost, 0, sizeof(s->lost));
	memset(s->in_use, 0, sizeof(s->in_use));
	memset(s->state_unknown, 0, sizeof(s->state_unknown));
	memset(s->boot_bytes, 0, sizeof(s->boot_bytes));
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

	forget_figures(&h->summary);
	for (i = 0; i < dm_special_owner_count(h->special); i++)
		h->slot_of[i] = SIZE_MAX;
	*figures = (struct splits_figures){ 0 };
	sum_boot(h);
	return run_pass(h, sum_lost, h, figures);
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
	if (err && !dm_error_is_fatal(err)) {
		dm_error_destroy(err);
		err = NULL;
	}
	if (err || !is_lost_above(h, section))
		return err;
	dm_boot_map_forget_larger(
		h->boot, section,
		"whether boot mapped this memory, or it was added later in pieces, is not known");
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
	err = run_pass(h, sum_lost, h, figures);
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
		dm_missing_add(s->why, sizeof(s->why), NULL, why);
	return NULL;
}

static struct dm_error *sum_splits(struct dm_history *h)
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
	s->larger = figures.larger;
	s->absent = figures.absent;
	s->unexpected = figures.unexpected;
	if (h->if_gone)
		qsort_r(h->if_gone, s->if_gone_count, sizeof(*h->if_gone),
			by_weight, h);
	/* Then what boot did was something else, and so is what was lost. */
	s->known = !figures.larger;
	if (!s->splits && dm_leaf_sum(s->lost)) {
		s->known = false;
		snprintf(
			s->why, sizeof(s->why),
			"this kernel does not split, yet leaves that boot should have made are not there: what boot did is not known");
	}
	if (figures.larger)
		snprintf(
			s->why, sizeof(s->why),
			"at 0x%llx a leaf is larger than boot would have made it: what boot did is not known",
			(unsigned long long)figures.larger_at);
	if (!s->known) {
		forget_figures(s);
		return NULL;
	}
	return weigh_unknown(h);
}

/* ---- Making it ---------------------------------------------------------- */

/* What was not looked at is not lost. */
static struct dm_error *check_whole(struct dm_history *h)
{
	const struct dm_usage *usage;
	struct dm_error *err = dm_target_usage(h->target, &usage);

	if (!err && !dm_usage_mapped(usage))
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "nothing of the linear map was found");
	if (err || !usage->stopped)
		return err;
	return dm_error_create(
		DM_ERROR_NOT_FOUND,
		"the page tables were looked at up to 0x%llx only",
		(unsigned long long)usage->stopped_at);
}

/* What boot did does not follow of a rule that does not hold. */
static struct dm_error *check_policy(const struct dm_history *h)
{
	if (!h->policy->contradiction)
		return NULL;
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "what boot did is not known: %s",
			       h->policy->contradiction);
}

static struct dm_error *find_boot(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	struct dm_error *err;

	err = check_whole(h);
	if (!err)
		err = check_policy(h);
	if (!err)
		err = dm_boot_facts_create(h->target, h->policy, &h->facts);
	/* All pages are what they are, whatever else is not known. */
	if (!err && h->facts->lacks && h->facts->layout.pages)
		snprintf(s->missing, sizeof(s->missing), "%s", h->facts->lacks);
	else if (!err && h->facts->lacks)
		err = dm_error_create(DM_ERROR_NOT_FOUND, "%s",
				      h->facts->lacks);
	if (!err)
		err = dm_boot_map_create(&h->facts->layout, &h->boot);
	if (err) {
		err = dm_missing_note(s->why, sizeof(s->why), err);
		dm_boot_map_destroy(h->boot);
		h->boot = NULL;
		s->splits = h->policy->splits_at_runtime == DM_YES;
		s->splits_known = h->policy->splits_at_runtime != DM_UNKNOWN;
		return err;
	}
	s->splits = h->facts->splits;
	s->splits_known = true;
	if (*h->facts->added_missing)
		dm_missing_add(s->missing, sizeof(s->missing), NULL,
			       h->facts->added_missing);
	s->banks_from = h->facts->banks_from;
	s->alias_from = h->facts->alias_from;
	s->pages_from = h->facts->pages_from;
	return NULL;
}

static struct dm_error *find_page_owner(struct dm_history *h)
{
	struct dm_error *err;

	err = dm_page_owner_create(h->target, &h->page_owner);
	/* Few kernels have it: its absence is not worth a word. */
	if (err && !dm_error_is_fatal(err)) {
		dm_error_destroy(err);
		err = NULL;
	}
	return err;
}

static void note_beyond(struct dm_history *h)
{
	uint64_t kept_end = dm_special_kept_end(h->special);
	char why[96];

	if (kept_end == UINT64_MAX)
		return;
	snprintf(why, sizeof(why),
		 "there are too many, none was looked up from 0x%llx on",
		 (unsigned long long)kept_end);
	dm_missing_add(h->summary.missing, sizeof(h->summary.missing),
		       "owners of pages", why);
}

static void note_text(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	struct dm_range pa;

	if (!dm_owners_text(h->owners, &pa, &s->text_alias_inferred))
		return;
	s->text_alias.start = dm_kva_pa_to_linear(h->kernel, pa.start);
	s->text_alias.end = dm_kva_pa_to_linear(h->kernel, pa.end);
}

static void note_missing(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	const char *missing = dm_owners_missing(h->owners);
	if (*missing)
		dm_missing_add(s->missing, sizeof(s->missing), NULL, missing);
	s->unknown_pages = dm_special_unknown_pages(h->special);
	note_beyond(h);
}

struct dm_error *dm_history_create(struct dm_target *target,
				   const struct dm_policy *policy,
				   struct dm_history **ret)
{
	struct dm_history *h = calloc(1, sizeof(*h));
	struct dm_error *err;

	if (!h)
		return dm_error_no_memory();
	h->target = target;
	h->kernel = dm_target_kernel(target);
	h->policy = policy;
	err = dm_owners_create(target, &h->owners);
	if (!err)
		err = dm_special_create(target, h->owners, policy, &h->special);
	if (!err)
		err = find_page_owner(h);
	if (!err)
		err = dm_clocks_read(target, &h->clocks);
	if (!err)
		err = find_boot(h);
	if (!err && h->boot)
		err = sum_splits(h);
	if (!err)
		err = sum_collapse(h);
	if (!err)
		err = dm_target_fatal(target);
	if (err) {
		dm_history_destroy(h);
		return err;
	}
	h->summary.clocks_known = h->clocks.known;
	h->summary.suspended_ns = h->clocks.suspended;
	note_text(h);
	note_missing(h);
	*ret = h;
	return NULL;
}

void dm_history_destroy(struct dm_history *history)
{
	if (!history)
		return;
	free(history->if_gone);
	free(history->unjudged);
	free(history->group_of);
	free(history->slot_of);
	dm_boot_map_destroy(history->boot);
	dm_boot_facts_destroy(history->facts);
	dm_page_owner_destroy(history->page_owner);
	dm_special_destroy(history->special);
	dm_owners_destroy(history->owners);
	free(history);
}

const struct dm_split_summary *
dm_history_summary(const struct dm_history *history)
{
	return &history->summary;
}
