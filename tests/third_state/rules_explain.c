// SPDX-License-Identifier: GPL-2.0-or-later
/* `explain`: one address, and what could be around it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"
#include "stored/fields.h"

struct answer {
	struct judged *j;
	const char *question;
	const json_t *said, *truth;
};

static void complain_here(const struct answer *a, const char *rule,
			  const json_t *said, const json_t *truth)
{
	complain(a->j, rule, "%s: says %s, true is %s", a->question,
		 short_json(said), short_json(truth));
}

static bool is_null(const json_t *value)
{
	return !value || json_is_null(value);
}

/* That it is not known, and why. */
static bool is_unknown(const json_t *mapping)
{
	return *field_text(mapping, "unknown") ||
	       *field_text(mapping, "unreadable");
}

static void judge_mapping(const struct answer *a, const char *key)
{
	static const char *const facts[] = { "va",   "leaf", "state", "start",
					     "size", "pa",   "bits",  "attrs" };
	const json_t *s = field(a->said, key), *t = field(a->truth, key);
	const json_t *leaf = field(s, "leaf");
	char view[64];
	size_t i;

	snprintf(view, sizeof(view), "explain: %s", key);
	if (is_null(s) || is_null(t) || is_unknown(s) || is_unknown(t))
		return;
	if (is_null(leaf)) {
		if (!is_null(field(t, "leaf")) && !a->j->gaps_unseen)
			complain_here(a, view, s, t);
		return;
	}
	if (is_null(field(t, "leaf")))
		complain_here(a, view, s, t);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		must_equal(a->j, view, s, t, facts[i]);
}

/* What larger leaves could be there, and why they are not. */
static void judge_stretch(const struct answer *a, const json_t *s,
			  const json_t *t)
{
	uint64_t start, size, unknown, unmapped, truly;
	struct truth_sum sum;
	bool readable = field_bool(s, "readable") != DM_NO;
	uint64_t leaves[DM_LEAF_MAX];
	enum dm_leaf leaf;

	field_hex(s, "start", &start);
	field_number(s, "size", &size);
	field_number(s, "unknown", &unknown);
	field_number(s, "unmapped", &unmapped);
	field_number(t, "unmapped", &truly);
	sum = truth_sum(a->j->leaves, start, start + size);
	field_leaves(s, "mapped", leaves);
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (leaves[leaf] > sum.leaf[leaf])
			complain_here(a, "explain: larger[].mapped",
				      field(s, "mapped"), field(t, "mapped"));
	}
	if (!readable || field_bool(t, "readable") == DM_NO)
		return;
	must_not_exceed(a->j, "explain: larger[]", s, t, "read_only");
	must_not_exceed(a->j, "explain: larger[]", s, t, "invalid");
	if (unmapped > truly && !a->j->gaps_unseen)
		complain_here(a, "explain: larger[].unmapped", s, t);
	if (field_bool(s, "alike") == DM_YES && field_bool(t, "alike") == DM_NO)
		complain_here(a, "explain: larger[].alike", s, t);
	if (field_bool(s, "alike") == DM_NO &&
	    field_bool(t, "alike") == DM_YES && !unknown && !a->j->gaps_unseen)
		complain_here(a, "explain: larger[].alike", s, t);
	if (!unknown && !a->j->gaps_unseen)
		must_equal(a->j, "explain: larger[]", s, t, "first_odd");
}

static void judge_stretches(const struct answer *a)
{
	const json_t *list = field_list(a->said, "larger"), *s, *t;
	const json_t *truths = field_list(a->truth, "larger");
	size_t i, k;

	json_array_foreach(list, i, s)
	{
		json_array_foreach(truths, k, t)
		{
			if (!strcmp(field_text(s, "leaf"),
				    field_text(t, "leaf")))
				judge_stretch(a, s, t);
		}
	}
}

/* An address that has a place in the map has one, or it is not known. */
static void judge_place(const struct answer *a)
{
	if (strcmp(field_text(a->said, "region"), "unknown") != 0)
		must_equal(a->j, "explain", a->said, a->truth, "region");
	must_equal(a->j, "explain", a->said, a->truth, "pa");
	must_equal(a->j, "explain", a->said, a->truth, "pfn");
	if (!is_null(field(a->truth, "pa")) && is_null(field(a->said, "pa")) &&
	    !is_unknown(field(a->said, "mapping")) && !a->j->gaps_unseen)
		complain_here(a, "explain: pa", a->said, a->truth);
}

static void judge_owners(const struct answer *a)
{
	const json_t *list = field_list(a->said, "owners"), *one;
	const json_t *truths = field_list(a->truth, "owners");
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (!is_one_of(one, truths))
			complain_here(a, "explain: owners", one, truths);
	}
}

static bool has_property(const struct leaf_run *run, const char *word)
{
	if (!strncmp(word, "read-only ", 10))
		return run->read_only;
	if (!strncmp(word, "writable ", 9))
		return run->valid && !run->read_only;
	if (!strncmp(word, "valid ", 6))
		return run->valid;
	return !strncmp(word, "invalid ", 8) && !run->valid;
}

/*
 * "nothing is mapped at 0x…", "0x… is read-only and this is not": it may name
 * another address than the truth does, of which it holds all the same.
 */
static bool holds(const struct answer *a, const char *why)
{
	const char *at = strstr(why, "0x"), *word = strstr(why, " is ");
	const struct leaf_run *run, *own;
	uint64_t va;

	if (!at || !word || !field_hex(a->truth, "linear.va", &va))
		return false;
	own = truth_at(a->j->leaves, va);
	run = truth_at(a->j->leaves, strtoull(at, NULL, 16));
	if (strstr(why, "nothing is mapped at"))
		return !run;
	return run && own && has_property(run, word + 4) &&
	       !has_property(own, word + 4);
}

/* Words that leave it open. */
static bool is_open(const char *why)
{
	static const char *const words[] = { "known", "cannot tell",
					     "or boot mapped it so" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(why, words[i]))
			return true;
	}
	return false;
}

static void judge_why(const struct answer *a)
{
	const char *said = field_text(a->said, "why");
	const char *truth = field_text(a->truth, "why");

	if (!*said || !*truth || !strcmp(said, truth) || is_open(said) ||
	    holds(a, said) || a->j->gaps_unseen)
		return;
	complain_here(a, "explain: why", field(a->said, "why"),
		      field(a->truth, "why"));
}

void judge_answer(struct judged *j, const char *question)
{
	struct answer a = {
		.j = j,
		.question = question,
		.said = json_object_get(j->said->answers, question),
		.truth = json_object_get(j->truth->answers, question),
	};

	if (field(a.truth, "error"))
		return;
	if (field(a.said, "error")) {
		if (!*field_text(a.said, "message"))
			complain_here(&a, "explain: error", a.said, a.truth);
		return;
	}
	judge_place(&a);
	judge_mapping(&a, "mapping");
	judge_mapping(&a, "linear");
	judge_stretches(&a);
	judge_owners(&a);
	judge_why(&a);
	must_equal(j, "explain", a.said, a.truth, "page");
	must_equal(j, "explain", a.said, a.truth, "symbol");
	must_equal(j, "explain", a.said, a.truth, "area");
	if (!j->gaps_unseen)
		judge_words(j, "explain",
			    json_string_value(json_object_get(
				    j->said->answer_texts, question)),
			    json_string_value(json_object_get(
				    j->truth->answer_texts, question)));
}
