// SPDX-License-Identifier: GPL-2.0-or-later
/* `check`, rule by rule with limits on both sides of the truth, and `diff`. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "options/table.h"
#include "diff/diff.h"
#include "rules.h"
#include "stored/fields.h"

/* ---- Verdicts ------------------------------------------------------------ */

enum verdict { VERDICT_OK, VERDICT_UNKNOWN, VERDICT_VIOLATION };

static const char *const verdicts[] = { "ok", "unknown", "a violation" };

struct ruling {
	const char *rule, *limit;
	const json_t *baseline; /* NULL: none */
};

static void no_error(struct dm_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "    unexpected: %s\n", err->message);
	abort();
}

/* All that it lists, of one rule. Give the list back. */
static json_t *rule_on(const struct ruling *r, const json_t *report)
{
	struct check_policy policy;
	json_t *list = json_array();
	bool failed;

	check_policy_init(&policy);
	no_error(check_policy_set(&policy, r->rule, r->limit));
	if (r->baseline)
		policy.baseline = json_incref((json_t *)(uintptr_t)r->baseline);
	no_error(check_report(&policy, report, list, &failed));
	check_policy_deinit(&policy);
	return list;
}

/* Of what the list has under a name, which a baseline's figure is behind. */
static enum verdict verdict_in(const json_t *list, const char *rule,
			       double *value)
{
	const json_t *one;
	size_t i;

	*value = -1;
	json_array_foreach(list, i, one)
	{
		if (strcmp(field_text(one, "rule"), rule) != 0)
			continue;
		if (json_is_number(field(one, "value")))
			*value = json_number_value(field(one, "value"));
		return strcmp(field_text(one, "status"), "violation")
			       ? VERDICT_UNKNOWN
			       : VERDICT_VIOLATION;
	}
	return VERDICT_OK;
}

/* Rules about the dump as it is, which the damage is a part of. */
static bool is_of_dump(const struct option_spec *rule)
{
	return rule->words && !strcmp(rule->words->name, "yes");
}

/* @name: its own, or with what is worse behind it. */
static void judge_verdicts(struct judged *j, const struct option_spec *rule,
			   const char *name, const char *limit,
			   const json_t *said, const json_t *truth)
{
	double s_value, t_value;
	enum verdict s = verdict_in(said, name, &s_value);
	enum verdict t = verdict_in(truth, name, &t_value);
	char title[96];

	snprintf(title, sizeof(title), "check: %s", name);
	if (s == VERDICT_OK && j->unseen)
		return;
	if (s == VERDICT_VIOLATION && t == VERDICT_OK && j->unseen &&
	    rule->kind == OPTION_PERCENT)
		return;
	if ((s == VERDICT_OK && t != VERDICT_OK) ||
	    (s == VERDICT_VIOLATION && t == VERDICT_OK && !is_of_dump(rule)))
		complain(j, title, "limit %s: %s (%g), true is %s (%g)", limit,
			 verdicts[s], s_value, verdicts[t], t_value);
	if ((rule->kind == OPTION_NUMBER || rule->kind == OPTION_SIZE) &&
	    s_value > t_value && t == VERDICT_VIOLATION)
		complain(j, title, "%g, true is %g", s_value, t_value);
}

static void judge_ruling(struct judged *j, const struct option_spec *rule,
			 const char *limit)
{
	const struct ruling r = { .rule = rule->name, .limit = limit };
	json_t *said = rule_on(&r, j->said->report);
	json_t *truth = rule_on(&r, j->truth->report);

	judge_verdicts(j, rule, rule->name, limit, said, truth);
	json_decref(said);
	json_decref(truth);
}

/* ---- Limits -------------------------------------------------------------- */

/* What the rule finds true, by what it says of a limit of nothing. */
static double true_value(struct judged *j, const struct option_spec *rule)
{
	const struct ruling r = { .rule = rule->name, .limit = "0" };
	json_t *list = rule_on(&r, j->truth->report);
	double value;

	verdict_in(list, rule->name, &value);
	json_decref(list);
	return value < 0 ? 0 : value;
}

static void judge_number(struct judged *j, const struct option_spec *rule)
{
	double step = rule->kind == OPTION_PERCENT ? 0.001 : 1;
	double most = rule->kind == OPTION_PERCENT ? 100 : 1e14;
	double value = true_value(j, rule);
	const double limits[] = { 0, value - step, value, value + step, most };
	char limit[64];
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i] < 0 || limits[i] > most)
			continue;
		snprintf(limit, sizeof(limit), "%.*f",
			 rule->kind == OPTION_PERCENT ? 6 : 0, limits[i]);
		judge_ruling(j, rule, limit);
	}
}

static void judge_each_word(struct judged *j, const struct option_spec *rule)
{
	const struct option_word *word = rule->words;

	for (; word->name; word++)
		judge_ruling(j, rule, word->name);
}

/* ---- Against a baseline -------------------------------------------------- */

static void judge_worse(struct judged *j, const json_t *said,
			const json_t *truth, const json_t *said_base,
			const json_t *base)
{
	static const char *const whats[] = {
		"max-worse small-share",
		"max-worse lost-leaves",
		"max-worse residual-splits",
		"max-worse split-tables",
	};
	const struct ruling s = { "max-worse", "0", said_base };
	const struct ruling t = { "max-worse", "0", base };
	json_t *s_list = rule_on(&s, said), *t_list = rule_on(&t, truth);
	size_t i;

	for (i = 0; i < sizeof(whats) / sizeof(whats[0]); i++)
		judge_verdicts(j, &check_options[CHECK_WORSE], whats[i], "0",
			       s_list, t_list);
	json_decref(s_list);
	json_decref(t_list);
}

/* The same machine before any leaf was lost, so that the truth is worse. */
static json_t *before_all(const json_t *truth)
{
	json_t *o = json_deep_copy(truth), *mapped = field(o, "usage.mapped");
	json_t *splits = field(o, "split_summary");
	uint64_t leaves[DM_LEAF_MAX];
	enum dm_leaf leaf;

	if (!field_leaves(o, "usage.mapped", leaves))
		return o;
	json_object_set_new(mapped, "pte", json_integer(0));
	json_object_set_new(mapped, "cont_pte", json_integer(0));
	json_object_set_new(
		mapped, "pmd",
		json_integer((json_int_t)(leaves[DM_LEAF_PMD] +
					  leaves[DM_LEAF_PTE] +
					  leaves[DM_LEAF_CONT_PTE])));
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		json_object_set_new(field(splits, "lost"), dm_leaf_name(leaf),
				    json_integer(0));
		json_object_set_new(field(splits, "in_use"), dm_leaf_name(leaf),
				    json_integer(0));
	}
	json_object_set_new(splits, "tables", json_integer(0));
	return o;
}

static void judge_baselines(struct judged *j)
{
	const json_t *said = j->said->report, *truth = j->truth->report;
	json_t *before = before_all(truth);

	judge_worse(j, said, truth, truth, truth);
	judge_worse(j, truth, truth, said, truth);
	judge_worse(j, said, truth, before, before);
	json_decref(before);
}

void judge_check(struct judged *j)
{
	size_t i;

	for (i = 0; i < CHECK_RULES; i++) {
		const struct option_spec *rule = &check_options[i];

		if (i == CHECK_WORSE)
			judge_baselines(j);
		else if (is_of_dump(rule))
			judge_ruling(j, rule, "yes");
		else if (rule->words)
			judge_each_word(j, rule);
		else
			judge_number(j, rule);
	}
}

/* ---- diff: the same machine at the same time, so nothing differs --------- */

static void judge_figures(struct judged *j, const json_t *diff)
{
	/* These are about the dump. */
	static const char *const of_dump[] = { "unknown", "findings" };
	const json_t *one;
	char rule[96];
	size_t i, k;

	json_array_foreach(field_list(diff, "figures"), i, one)
	{
		const char *figure = field_text(one, "figure");
		const json_t *change = field(one, "change");
		bool skip = false;

		for (k = 0; k < sizeof(of_dump) / sizeof(of_dump[0]); k++)
			skip |= !strcmp(figure, of_dump[k]);
		if (skip || !change || json_is_null(change) ||
		    !json_integer_value(change))
			continue;
		snprintf(rule, sizeof(rule), "diff: figures: %s", figure);
		complain(j, rule, "%s", short_json(one));
	}
}

static bool is_unknown(const json_t *value)
{
	return json_is_null(value) ||
	       (json_is_string(value) &&
		!strcmp(json_string_value(value), "unknown"));
}

/* Lists that are empty where the truth is held against itself. */
static void judge_lists(struct judged *j, const json_t *diff)
{
	static const char *const lists[] = { "lost", "regained", "owners_came",
					     "owners_went", "worse" };
	char rule[96];
	size_t i, k;
	const json_t *one;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		json_array_foreach(field_list(diff, lists[i]), k, one)
		{
			if (json_is_string(one) &&
			    !strcmp(json_string_value(one), "findings"))
				continue;
			snprintf(rule, sizeof(rule), "diff: %s", lists[i]);
			complain(j, rule, "%s", short_json(one));
		}
	}
	json_array_foreach(field_list(diff, "changed"), k, one)
	{
		if (is_unknown(field(one, "a")) || is_unknown(field(one, "b")))
			continue;
		snprintf(rule, sizeof(rule), "diff: changed: %s",
			 field_text(one, "fact"));
		complain(j, rule, "%s", short_json(one));
	}
}

void judge_diff(struct judged *j)
{
	json_t *diff;

	if (j->unseen)
		return;
	no_error(diff_create(j->truth->report, j->said->report, &diff));
	judge_figures(j, diff);
	judge_lists(j, diff);
	json_decref(diff);
	no_error(diff_create(j->said->report, j->truth->report, &diff));
	judge_figures(j, diff);
	judge_lists(j, diff);
	json_decref(diff);
}
