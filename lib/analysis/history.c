// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The history of the linear map: boot's leaves against today's. Here it is made,
 * and asked for boot's map, for special pages, and for why a leaf is no larger.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/history.h"
#include "analysis/policy.h"
#include "directmap/leaf.h"
#include "util/error.h"
#include "util/missing.h"
#include "walk/usage.h"

/* ---- Special pages ------------------------------------------------------ */

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
		.level = LEVEL_LAST,
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
			.struct_size = sizeof(range),
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
		.struct_size = sizeof(*range),
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
	    arm64_is_shared(history->kernel, x->linear.attrs) ||
	    !dm_special_is(s, x->linear.attrs))
		return;
	snprintf(x->special, sizeof(x->special), "%s",
		 dm_special_how(s, x->linear.attrs));
	for (i = 0; i < x->owner_count; i++)
		dm_special_doubt(&x->owners[i], x->linear.valid,
				 history->policy);
}

/* Where a leaf was lost, the map of it; else whose rule made it so small. */
static void name_next_of(const struct dm_history *h, struct dm_explanation *x)
{
	struct dm_boot_range boot;
	uint64_t size, start;

	if (!x->has_pa || !x->linear.mapped || x->linear.unknown)
		return;
	x->next = (struct dm_next){
		.view = DM_NEXT_POLICY,
		.why = "why boot mapped it so",
	};
	if (!dm_history_boot_at(h, x->linear.va, &boot) ||
	    boot.leaf <= x->linear.leaf)
		return;
	size = dm_leaf_size(h->kernel, boot.leaf);
	start = x->linear.va & ~(size - 1);
	x->next = (struct dm_next){
		.view = DM_NEXT_MAP,
		.range = { start, start + size },
		.why = "the leaf that boot made there, and what became of it",
	};
}

/* Only where nothing else is the reason: a neighbour that differs is one. */
void dm_history_explain(const struct dm_history *history,
			struct dm_explanation *explanation)
{
	struct dm_explanation *x = explanation;
	struct dm_boot_range boot;
	const char *label;

	explain_special(history, x);
	name_next_of(history, x);
	if (!x->linear.mapped || !x->stretch_count || !x->stretches[0].alike)
		return;
	label = dm_leaf_label(history->kernel, x->stretches[0].leaf);
	if (is_unjudged(history, x->linear.va))
		snprintf(
			x->not_larger, sizeof(x->not_larger),
			"not %s: all of it is alike now, so it was split, or mapped so when it was added; %s",
			label, dm_merges_not(history->policy));
	if (!dm_history_boot_at(history, x->linear.va, &boot) || !*boot.why)
		return;
	if (boot.leaf > x->linear.leaf)
		snprintf(
			x->not_larger, sizeof(x->not_larger),
			"not %s: boot mapped a leaf of %s here, which was split since; all of it is alike again, but %s",
			label, dm_leaf_label(history->kernel, boot.leaf),
			dm_merges_not(history->policy));
	else
		snprintf(x->not_larger, sizeof(x->not_larger),
			 "not %s: boot mapped it so (%s)", label, boot.why);
}

/* ---- What to ask next ---------------------------------------------------- */

/* The first page that keeps a lost leaf from being one again. */
static uint64_t keeper(const struct dm_history *h)
{
	uint64_t start = h->next_lost.start;
	size_t i = dm_special_from(h->special, start);
	struct dm_special special;

	if (i == dm_special_count(h->special))
		return start;
	dm_special_get(h->special, i, &special);
	if (special.start >= h->next_lost.end)
		return start;
	return special.start > start ? special.start : start;
}

static void name_next(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	uint64_t va;

	s->next = (struct dm_next){
		.view = DM_NEXT_POLICY,
		.why = "why boot mapped it so",
	};
	if (h->next_lost.end) {
		va = keeper(h);
		s->next = (struct dm_next){
			.view = DM_NEXT_EXPLAIN,
			.range = { va, va + h->kernel->page_size },
			.why = "what keeps the largest lost leaf in use",
		};
	} else if (dm_leaf_sum(s->lost)) {
		s->next = (struct dm_next){
			.view = DM_NEXT_TIMELINE,
			.why = "in what order they were lost",
		};
	}
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
		err = dm_missing_add(&s->missing, NULL, h->facts->lacks,
				     DM_ERROR_NOT_FOUND);
	else if (!err && h->facts->lacks)
		err = dm_error_create(DM_ERROR_NOT_FOUND, "%s",
				      h->facts->lacks);
	if (!err)
		err = dm_boot_map_create(&h->facts->layout, &h->boot);
	if (err) {
		err = dm_missing_say(s->why, sizeof(s->why), err);
		dm_boot_map_destroy(h->boot);
		h->boot = NULL;
		s->splits = h->policy->splits_at_runtime == DM_YES;
		s->splits_known = h->policy->splits_at_runtime != DM_UNKNOWN;
		return err;
	}
	s->splits = h->facts->splits;
	s->splits_known = true;
	s->banks_from = h->facts->banks_from;
	s->alias_from = h->facts->alias_from;
	s->pages_from = h->facts->pages_from;
	return dm_missing_merge(&s->missing, h->facts->added_missing);
}

static struct dm_error *find_page_owner(struct dm_history *h)
{
	/* Few kernels have it: its absence is not worth a word. */
	return dm_error_forgive(
		dm_page_owner_create(h->target, &h->page_owner));
}

static struct dm_error *note_beyond(struct dm_history *h)
{
	uint64_t kept_end = dm_special_kept_end(h->special);
	char why[96];

	if (kept_end == UINT64_MAX)
		return NULL;
	snprintf(why, sizeof(why),
		 "there are too many, none was looked up from 0x%llx on",
		 (unsigned long long)kept_end);
	return dm_missing_add(&h->summary.missing, "owners of pages", why,
			      DM_ERROR_UNSUPPORTED);
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

static struct dm_error *note_missing(struct dm_history *h)
{
	struct dm_split_summary *s = &h->summary;
	struct dm_error *err =
		dm_missing_merge(&s->missing, dm_owners_missing(h->owners));

	s->unknown_pages = dm_special_unknown_pages(h->special);
	return err ? err : note_beyond(h);
}

struct dm_error *dm_history_create(struct dm_target *target,
				   const struct dm_policy *policy,
				   struct dm_history **ret)
{
	struct dm_history *h = calloc(1, sizeof(*h));
	struct dm_error *err;

	if (!h)
		return dm_error_no_memory();
	h->summary.struct_size = sizeof(h->summary);
	h->target = target;
	h->kernel = dm_target_kernel(target);
	h->policy = policy;
	h->summary.merges = policy->merges_at_runtime;
	err = dm_owners_create(target, &h->owners);
	if (!err)
		err = dm_special_create(target, h->owners, policy, &h->special);
	if (!err)
		err = dm_history_begin_owners(h);
	if (!err)
		err = find_page_owner(h);
	if (!err)
		err = dm_clocks_read(target, &h->clocks);
	if (!err)
		err = find_boot(h);
	if (!err && h->boot)
		err = dm_history_sum_splits(h);
	if (!err)
		err = dm_history_sum_collapse(h);
	if (!err)
		err = note_missing(h);
	if (!err)
		err = dm_history_special(h, dm_history_count_special, h);
	if (err) {
		dm_history_destroy(h);
		return err;
	}
	h->summary.clocks_known = h->clocks.known;
	h->summary.suspended_ns = h->clocks.suspended;
	note_text(h);
	dm_history_end_owners(h);
	name_next(h);
	*ret = h;
	return NULL;
}

struct owners *dm_history_owners(struct dm_history *history)
{
	return history->owners;
}

void dm_history_destroy(struct dm_history *history)
{
	if (!history)
		return;
	free(history->if_gone);
	free(history->unjudged);
	free(history->group_of);
	free(history->slot_of);
	free(history->by_owner);
	free(history->by_kind);
	free(history->sum_of);
	dm_boot_map_destroy(history->boot);
	dm_boot_facts_destroy(history->facts);
	dm_page_owner_destroy(history->page_owner);
	dm_special_destroy(history->special);
	dm_owners_destroy(history->owners);
	dm_missing_destroy(history->summary.missing);
	free(history);
}

const struct dm_split_summary *
dm_history_summary(const struct dm_history *history)
{
	return &history->summary;
}
