/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the history share: the object, and what each gives to those
 * behind it. history_dates.c and history_owners.c know none of the others,
 * history_lost.c the first, history_summary.c all three, history.c all.
 */
#ifndef DM_HISTORY_H
#define DM_HISTORY_H

#include "analysis/boot_facts.h"
#include "analysis/special.h"
#include "analysis/splits.h"
#include "kernel/clocks.h"
#include "kernel/page_owner.h"

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
	size_t if_gone_capacity;
	struct dm_unjudged *unjudged;
	size_t unjudged_capacity;
	size_t *group_of; /* by owner: its group */
	size_t *slot_of; /* by group: where in if_gone; SIZE_MAX: not in it */
	struct dm_owner_sum *by_owner, *by_kind;
	size_t *sum_of; /* by owner: where in by_owner */
	struct dm_range next_lost; /* VA of the largest lost leaf in use */
};

/* ---- history_dates.c ---- */

/** What the page table that took a lost leaf's place tells of when, and how. */
struct dm_error *dm_history_date(struct dm_history *h, struct dm_lost *lost);

/* ---- history_owners.c ---- */

/** Begin the sums by owner: those of all that have special pages. */
struct dm_error *dm_history_begin_owners(struct dm_history *h);
/** Count a lost leaf for its owners. */
void dm_history_count_lost(struct dm_history *h, const struct dm_lost *lost);
/** As if none had been counted. */
void dm_history_forget_lost(struct dm_history *h);
/** Count special pages; @p arg is the history. */
struct dm_error *dm_history_count_special(void *arg,
					  const struct dm_special *special);
/** Put them in order; nothing is counted after that. */
void dm_history_end_owners(struct dm_history *h);

/* ---- history_lost.c ---- */

/** Packs are moved or freed whole, so their programs count as one. */
bool dm_history_same_group(const struct dm_owner *a, const struct dm_owner *b);

/** Today's runs; what of the tables could not be read is noted. */
struct dm_error *dm_history_walk(struct dm_history *h, dm_run_fn fn, void *arg);

/**
 * Each lost leaf, while boot is known.
 * @param figures	May be NULL.
 */
struct dm_error *dm_history_pass(struct dm_history *h, dm_lost_fn fn, void *arg,
				 struct splits_figures *figures);

/* ---- history_summary.c ---- */

/** Boot's leaves against today's; boot must be known. */
struct dm_error *dm_history_sum_splits(struct dm_history *h);
/** What could be merged again. */
struct dm_error *dm_history_sum_collapse(struct dm_history *h);

/* ---- For those who make and ask it ----------------------------------------- */

/**
 * Reconstruct what boot mapped and hold today's map against it.
 * @param policy	Borrowed: must outlive the object.
 * @returns	NULL also where little can be told: see the summary.
 */
struct dm_error *dm_history_create(struct dm_target *target,
				   const struct dm_policy *policy,
				   struct dm_history **ret);
void dm_history_destroy(struct dm_history *history);
/**
 * Add what only the pages' users show to be wrong, DM_FINDING_UNEXPLAINED, to
 * the findings. Such pages are mapped, and counted as the others.
 */
struct dm_error *dm_history_findings(struct dm_history *history,
				     struct dm_usage *usage);
/** Tell in an explanation whether boot or a split made the leaf so small. */
void dm_history_explain(const struct dm_history *history,
			struct dm_explanation *explanation);

/** Of the history's target, and its own: for other questions about pages. */
struct owners *dm_history_owners(struct dm_history *history);

/** What boot mapped at @p va. @returns false: nothing, or it is not known. */
bool dm_history_boot_at(const struct dm_history *history, uint64_t va,
			struct dm_boot_range *range);

#endif /* DM_HISTORY_H */
