// SPDX-License-Identifier: GPL-2.0-or-later
/* `runs` and `map`: what is mapped, and what is said not to be. */
#include <inttypes.h>

#include "rules.h"
#include "stored/fields.h"

/* ---- Runs ---------------------------------------------------------------- */

static void judge_run(struct judged *j, const struct leaf_run *run)
{
	uint64_t va = run->start;

	while (va < run->end) {
		const struct leaf_run *t = truth_at(j->leaves, va);

		if (!t || t->leaf != run->leaf || t->valid != run->valid ||
		    t->bits != run->bits ||
		    t->pa - t->start != run->pa - run->start) {
			complain(j, "runs: a leaf",
				 "0x%" PRIx64 " by %s, 0x%" PRIx64
				 ", true is %s",
				 va, dm_leaf_name(run->leaf), run->bits,
				 t ? dm_leaf_name(t->leaf) : "not mapped");
			return;
		}
		va = t->end;
	}
}

/*
 * What the damage does not touch is said as before: to call all of it unknown
 * would break no other rule. Another table's content may take what it shows away
 * from where it truly stands.
 */
static void judge_outside(struct judged *j)
{
	const struct damage *d = j->damage;
	struct spans outside = { 0 };
	uint64_t va;
	size_t i;

	if (d->kind == DAMAGE_OTHER_TABLE || d->kind == DAMAGE_OTHER_LEVEL ||
	    d->kind == DAMAGE_ENTRY_OTHER)
		return;
	for (i = 0; i < j->leaves->mapped.count; i++) {
		const struct span *s = &j->leaves->mapped.at[i];

		if (s->start < d->va)
			spans_add(&outside, s->start,
				  s->end < d->va ? s->end : d->va);
		if (s->end > d->end)
			spans_add(&outside,
				  s->start > d->end ? s->start : d->end,
				  s->end);
	}
	spans_sort(&outside);
	if (spans_lack(&j->mapped, &outside, &va))
		complain(j, "runs: outside the damage",
			 "0x%" PRIx64 " is not said to be mapped", va);
	spans_deinit(&outside);
}

void judge_runs(struct judged *j)
{
	struct spans all = { 0 };
	struct leaf_run run;
	const json_t *one;
	uint64_t va;
	size_t i;

	json_array_foreach(j->said->runs, i, one)
	{
		if (leaf_run_of(one, &run))
			judge_run(j, &run);
	}
	judge_outside(j);
	for (i = 0; i < j->mapped.count; i++)
		spans_add(&all, j->mapped.at[i].start, j->mapped.at[i].end);
	for (i = 0; i < j->unknown.count; i++)
		spans_add(&all, j->unknown.at[i].start, j->unknown.at[i].end);
	spans_sort(&all);
	if (!j->gaps_unseen && spans_lack(&all, &j->leaves->mapped, &va))
		complain(j, "runs: a gap",
			 "0x%" PRIx64 " is neither mapped nor unknown", va);
	spans_deinit(&all);
}

/* ---- Map ----------------------------------------------------------------- */

struct cell {
	uint64_t start, end, unknown, read_only, invalid, lost, in_use, all;
	uint64_t leaves[DM_LEAF_MAX];
};

static struct cell cell_of(const json_t *o)
{
	struct cell c = { 0 };
	uint64_t size;

	field_hex(o, "start", &c.start);
	field_number(o, "size", &size);
	c.end = c.start + size;
	field_leaves(o, "mapped", c.leaves);
	c.all = leaves_total(c.leaves);
	field_number(o, "unknown", &c.unknown);
	field_number(o, "read_only", &c.read_only);
	field_number(o, "invalid", &c.invalid);
	field_number(o, "lost", &c.lost);
	field_number(o, "in_use", &c.in_use);
	return c;
}

static void judge_cell_leaves(struct judged *j, const struct cell *c)
{
	struct truth_sum t = truth_sum(j->leaves, c->start, c->end);
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (c->leaves[leaf] > t.leaf[leaf])
			complain(j, "map: a cell's leaves",
				 "0x%" PRIx64 ": %" PRIu64
				 " bytes by %s, true is %" PRIu64,
				 c->start, c->leaves[leaf], dm_leaf_name(leaf),
				 t.leaf[leaf]);
	}
	if (c->read_only > t.read_only || c->invalid > t.invalid)
		complain(j, "map: a cell's special pages", "0x%" PRIx64,
			 c->start);
	if (t.all - c->all > c->unknown && c->all <= t.all && !j->gaps_unseen)
		complain(j, "map: a cell's unknown bytes",
			 "0x%" PRIx64 ": %" PRIu64 " mapped and %" PRIu64
			 " unknown, true is %" PRIu64,
			 c->start, c->all, c->unknown, t.all);
}

/* Lost leaves that begin in it. */
static void count_lost(const json_t *splits, const struct cell *c,
		       uint64_t *lost, uint64_t *in_use)
{
	const json_t *one;
	uint64_t start;
	size_t i;

	*lost = *in_use = 0;
	json_array_foreach(splits, i, one)
	{
		if (!field_hex(one, "start", &start) || start < c->start ||
		    start >= c->end)
			continue;
		++*lost;
		*in_use += field_bool(one, "in_use") == DM_YES;
	}
}

static void judge_cell_splits(struct judged *j, const struct cell *c)
{
	const json_t *splits = field_list(j->truth->report, "splits");
	bool known = field_bool(j->said->map, "splits_known") == DM_YES;
	uint64_t lost, in_use;

	if (!splits ||
	    (!known && field_bool(j->said->map, "splits_at_least") != DM_YES))
		return;
	count_lost(splits, c, &lost, &in_use);
	if (c->lost > lost || c->in_use > in_use ||
	    (known && (c->lost < lost || c->in_use < in_use)))
		complain(j, "map: a cell's lost leaves",
			 "0x%" PRIx64 ": %" PRIu64 ", %" PRIu64
			 " in use; true is %" PRIu64 ", %" PRIu64,
			 c->start, c->lost, c->in_use, lost, in_use);
}

void judge_map(struct judged *j)
{
	const json_t *list = field_list(j->said->map, "cells"), *one;
	struct spans cells = { 0 };
	uint64_t left_out, va;
	size_t i;

	if (!list) {
		complain(j, "map: none", "%s", short_json(j->said->map));
		return;
	}
	json_array_foreach(list, i, one)
	{
		struct cell c = cell_of(one);

		judge_cell_leaves(j, &c);
		judge_cell_splits(j, &c);
		spans_add(&cells, c.start, c.end);
	}
	spans_sort(&cells);
	field_number(j->said->map, "left_out", &left_out);
	if (!left_out && !j->gaps_unseen &&
	    spans_lack(&cells, &j->leaves->mapped, &va))
		complain(j, "map: a hole", "0x%" PRIx64 " is mapped", va);
	spans_deinit(&cells);
}
