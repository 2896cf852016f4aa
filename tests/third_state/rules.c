// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all rules share, complaints and comparisons, and the order in which they
 * run.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/history.h"
#include "rules.h"
#include "stored/fields.h"

#define RULES_MAX 512
#define SHOWN	  2 /* of each rule, one by one */

static struct broken_rule broken[RULES_MAX];
static size_t broken_count;

/* ---- Complaints ---------------------------------------------------------- */

static struct broken_rule *find_rule(const char *rule)
{
	size_t i = 0;

	while (i < broken_count && strcmp(broken[i].rule, rule) != 0)
		i++;
	if (i == RULES_MAX)
		abort();
	if (i == broken_count) {
		snprintf(broken[i].rule, sizeof(broken[i].rule), "%.95s", rule);
		broken_count++;
	}
	return &broken[i];
}

const struct broken_rule *judge_broken(size_t *count)
{
	*count = broken_count;
	return broken;
}

void judge_add_broken(const struct broken_rule *more)
{
	find_rule(more->rule)->count += more->count;
}

void complain(struct judged *j, const char *rule, const char *format, ...)
{
	const struct damage *d = j->damage;
	const char *most = getenv("THIRD_STATE_SHOW");
	char text[512];
	va_list ap;

	j->failures++;
	if (++find_rule(rule)->count > (most ? strtoul(most, NULL, 0) : SHOWN))
		return;
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	fprintf(stderr,
		"    %s: %s, table 0x%" PRIx64 " (level %d, 0x%" PRIx64
		"-0x%" PRIx64 ") %s%s: %s\n",
		rule, j->dump, d->pa, d->level, d->va, d->end,
		damage_name(d->kind), d->detail, text);
}

const char *short_json(const json_t *value)
{
	static char text[4][160];
	static unsigned int next;
	char *at = text[next++ % 4];
	char *whole = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY)
			    : NULL;

	snprintf(at, sizeof(text[0]), "%s", whole ? whole : "nothing");
	free(whole);
	return at;
}

/* ---- Values -------------------------------------------------------------- */

static bool is_said(const json_t *value)
{
	return value && !json_is_null(value);
}

static void complain_of(struct judged *j, const char *view, const char *keys,
			const json_t *said, const json_t *truth)
{
	char rule[96];

	snprintf(rule, sizeof(rule), "%s: %s", view, keys);
	complain(j, rule, "says %s, true is %s", short_json(said),
		 short_json(truth));
}

/* What the undamaged dump does not tell, nothing is held against. */
void must_equal(struct judged *j, const char *view, const json_t *said,
		const json_t *truth, const char *keys)
{
	const json_t *s = field(said, keys), *t = field(truth, keys);

	if (is_said(s) && is_said(t) && !json_equal(s, t))
		complain_of(j, view, keys, s, t);
}

void must_not_exceed(struct judged *j, const char *view, const json_t *said,
		     const json_t *truth, const char *keys)
{
	uint64_t s, t;

	if (field_number(said, keys, &s) && field_number(truth, keys, &t) &&
	    s > t)
		complain_of(j, view, keys, field(said, keys),
			    field(truth, keys));
}

void must_not_exceed_leaves(struct judged *j, const char *view,
			    const json_t *said, const json_t *truth,
			    const char *keys)
{
	enum dm_leaf leaf;
	char key[128];

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		snprintf(key, sizeof(key), "%s.%s", keys, dm_leaf_name(leaf));
		must_not_exceed(j, view, said, truth, key);
	}
}

/* ---- Owners -------------------------------------------------------------- */

/* Not its VA, which is that of the first page that it was found at. */
static bool agrees(const json_t *owner, const json_t *truth)
{
	static const char *const keys[] = {
		"kind", "name", "part", "id", "tag", "inode", "pack", "time_ns"
	};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const json_t *said = json_object_get(owner, keys[i]);

		if (is_said(said) &&
		    !json_equal(said, json_object_get(truth, keys[i])))
			return false;
	}
	return true;
}

bool is_one_of(const json_t *owner, const json_t *truth)
{
	const json_t *one;
	size_t i;

	if (!strcmp(field_text(owner, "kind"), "unknown") ||
	    !strcmp(field_text(owner, "part"), "inferred"))
		return true;
	json_array_foreach(truth, i, one)
	{
		if (agrees(owner, one) ||
		    !strcmp(field_text(one, "kind"), "unknown"))
			return true;
	}
	return false;
}

json_t *all_owners(const json_t *one)
{
	json_t *list = field_list(one, "owners"), *owner;

	if (list)
		return json_incref(list);
	list = json_array();
	owner = field(one, "owner");
	if (is_said(owner))
		json_array_append(list, owner);
	return list;
}

/* ---- All ----------------------------------------------------------------- */

/* In their words, or as far as the list of findings goes. */
static void find_unknown(struct judged *j)
{
	const json_t *list = field_list(j->said->report,
					"usage.unknown_ranges"),
		     *one;
	uint64_t start, size;
	size_t i;

	if (!list)
		list = field_list(j->said->report, "usage.findings");
	json_array_foreach(list, i, one)
	{
		if (field_hex(one, "start", &start) &&
		    field_number(one, "size", &size))
			spans_add(&j->unknown, start, start + size);
	}
	json_array_foreach(j->said->runs, i, one)
	{
		struct leaf_run run;

		if (leaf_run_of(one, &run))
			spans_add(&j->mapped, run.start, run.end);
		else if (field_hex(one, "start", &start) &&
			 field_number(one, "size", &size))
			spans_add(&j->unknown, start, start + size);
	}
	spans_sort(&j->unknown);
	spans_sort(&j->mapped);
}

static bool is_different(const struct statements *a, const struct statements *b)
{
	return !json_equal(a->report, b->report) ||
	       !json_equal(a->runs, b->runs) || !json_equal(a->map, b->map) ||
	       !json_equal(a->answers, b->answers);
}

/* Whatever is not as it is undamaged comes with an exit code that says so. */
static void judge_code(struct judged *j)
{
	const struct statements *s = j->said;

	if (!s->code && !j->unseen && is_different(s, j->truth))
		complain(j, "report: exit code", "0, and something differs");
	if (!!s->code != s->stored_partial)
		complain(j, "check: exit code of a stored report",
			 "report ends with %d, check takes it for %s", s->code,
			 s->stored_partial ? "partial" : "whole");
}

/*
 * Whether all that is neither mapped nor unknown, and in truth is mapped, is
 * memory that boot had not: pmem, say, of which memblock knows nothing.
 */
static bool lost_is_no_memory(const struct judged *j)
{
	struct spans all = { 0 };
	struct dm_boot_range range;
	bool ret = true;
	uint64_t va;
	size_t i;

	for (i = 0; i < j->mapped.count; i++)
		spans_add(&all, j->mapped.at[i].start, j->mapped.at[i].end);
	for (i = 0; i < j->unknown.count; i++)
		spans_add(&all, j->unknown.at[i].start, j->unknown.at[i].end);
	spans_sort(&all);
	while (ret && spans_lack(&all, &j->leaves->mapped, &va)) {
		const struct leaf_run *run = truth_at(j->leaves, va);

		ret = !dm_history_boot_at(j->truth->history, va, &range);
		spans_add(&all, va, run->end);
		spans_sort(&all);
	}
	spans_deinit(&all);
	return ret;
}

/* What tables alone do not show, and nothing else does. */
static bool is_unseen(const struct judged *j)
{
	const json_t *s = j->said->report, *t = j->truth->report;

	if (!j->damage->silent || !dm_usage_mapped(j->said->usage))
		return false;
	return field_bool(s, "memory.checked") == DM_NO ||
	       (field_bool(t, "split_summary.known") == DM_YES &&
		lost_is_no_memory(j));
}

void judge(struct judged *j, const char *const *questions, size_t count)
{
	size_t i;

	if (*j->said->refused)
		return;
	find_unknown(j);
	j->unseen = is_unseen(j);
	j->gaps_unseen =
		j->unseen ||
		(j->damage->vanished && !j->damage->silent &&
		 field_bool(j->said->report, "memory.checked") == DM_NO);
	for (i = 0; i < count; i++) {
		/* The truth has answered: is_different() compares both. */
		statements_ask(j->truth, questions[i]);
		statements_ask(j->said, questions[i]);
		judge_answer(j, questions[i]);
	}
	judge_code(j);
	judge_runs(j);
	judge_map(j);
	judge_report(j);
	judge_history(j);
	judge_texts(j);
	judge_check(j);
	judge_diff(j);
	spans_deinit(&j->mapped);
	spans_deinit(&j->unknown);
}
