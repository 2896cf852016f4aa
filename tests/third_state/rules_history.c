// SPDX-License-Identifier: GPL-2.0-or-later
/* `splits`: boot's map, what was lost of it, special pages, what could merge. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rules.h"
#include "stored/fields.h"

/* ---- Lost leaves --------------------------------------------------------- */

static const json_t *same_lost(const json_t *list, const json_t *lost)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		if (!strcmp(field_text(one, "leaf"),
			    field_text(lost, "leaf")) &&
		    !strcmp(field_text(one, "start"),
			    field_text(lost, "start")))
			return one;
	}
	return NULL;
}

/* An interval that is wider is true, and says less. */
static void judge_time(struct judged *j, const json_t *said,
		       const json_t *truth)
{
	uint64_t after, before, t_after, t_before;
	bool has_after = field_number(said, "time.after_ns", &after);
	bool has_before = field_number(said, "time.before_ns", &before);

	if (!field(truth, "time.after_ns") && !field(truth, "time.before_ns"))
		return;
	if ((has_after && field_number(truth, "time.after_ns", &t_after) &&
	     after > t_after) ||
	    (has_before && field_number(truth, "time.before_ns", &t_before) &&
	     before < t_before))
		complain(j, "splits: time", "%s: %s, true is %s",
			 field_text(said, "start"),
			 short_json(field(said, "time")),
			 short_json(field(truth, "time")));
	must_equal(j, "splits", said, truth, "time.bpf_load_ns");
}

/* The list of a leaf has the first ones only. */
static void judge_lost_owners(struct judged *j, const json_t *said,
			      const json_t *truth)
{
	const json_t *list = field_list(said, "owners"), *one;
	const json_t *owners = field_list(truth, "owners");
	uint64_t count;
	size_t i;

	field_number(truth, "owner_count", &count);
	json_array_foreach(list, i, one)
	{
		if (!is_one_of(one, owners) && count == json_array_size(owners))
			complain(j, "splits: owners", "%s: %s, true is %s",
				 field_text(said, "start"), short_json(one),
				 short_json(field(truth, "owners")));
	}
}

static void judge_evidence(struct judged *j, const json_t *said,
			   const json_t *truth)
{
	const json_t *list = field_list(said, "evidence"), *one, *other;
	size_t i, k;
	bool found;

	json_array_foreach(list, i, one)
	{
		found = false;
		json_array_foreach(field_list(truth, "evidence"), k, other)
			found |= json_equal(one, other);
		if (!found)
			complain(j, "splits: evidence", "%s: %s",
				 field_text(said, "start"), short_json(one));
	}
}

static void judge_one_lost(struct judged *j, const json_t *said)
{
	const json_t *truth =
		same_lost(field_list(j->truth->report, "splits"), said);

	if (!truth) {
		complain(j, "splits: a lost leaf", "%s %s was not lost",
			 field_text(said, "leaf"), field_text(said, "start"));
		return;
	}
	must_equal(j, "splits", said, truth, "in_use");
	must_equal(j, "splits", said, truth, "boot");
	must_equal(j, "splits", said, truth, "table");
	must_equal(j, "splits", said, truth, "stack");
	must_not_exceed_leaves(j, "splits", said, truth, "today");
	must_not_exceed(j, "splits", said, truth, "special");
	judge_time(j, said, truth);
	judge_lost_owners(j, said, truth);
	judge_evidence(j, said, truth);
}

/* ---- The summary --------------------------------------------------------- */

/* What is known is all of it. */
static void judge_known(struct judged *j)
{
	static const char *const facts[] = {
		"split_summary.lost",	    "split_summary.in_use",
		"split_summary.tables",	    "split_summary.boot",
		"split_summary.unexpected", "split_summary.text_alias",
	};
	const json_t *s = j->said->report, *t = j->truth->report;
	size_t i;

	if (field_bool(t, "split_summary.known") != DM_YES)
		return;
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		must_equal(j, "splits, known", s, t, facts[i]);
	if (json_array_size(field_list(s, "splits")) !=
	    json_array_size(field_list(t, "splits")))
		complain(j, "splits, known: count", "%zu, true is %zu",
			 json_array_size(field_list(s, "splits")),
			 json_array_size(field_list(t, "splits")));
}

/* Leaves that nothing needs: what is left of all. */
static void judge_residual(struct judged *j)
{
	const json_t *s = j->said->report, *t = j->truth->report;
	uint64_t lost[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	uint64_t unknown[DM_LEAF_MAX], truly[DM_LEAF_MAX],
		truly_in_use[DM_LEAF_MAX];
	enum dm_leaf leaf;

	if (!field_leaves(s, "split_summary.lost", lost) ||
	    !field_leaves(s, "split_summary.in_use", in_use) ||
	    !field_leaves(t, "split_summary.lost", truly) ||
	    !field_leaves(t, "split_summary.in_use", truly_in_use))
		return;
	if (!field_leaves(s, "split_summary.state_unknown", unknown))
		memset(unknown, 0, sizeof(unknown));
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (lost[leaf] > in_use[leaf] + unknown[leaf] +
					 (truly[leaf] - truly_in_use[leaf]))
			complain(j, "splits: residual leaves",
				 "%s: %" PRIu64 " lost, %" PRIu64
				 " in use, true are %" PRIu64 ", %" PRIu64,
				 dm_leaf_name(leaf), lost[leaf], in_use[leaf],
				 truly[leaf], truly_in_use[leaf]);
	}
}

static void judge_summary(struct judged *j)
{
	/* Not what is absent, which may be there, only unknown. */
	static const char *const figures[] = {
		"split_summary.tables",
		"split_summary.unexpected",
	};
	const json_t *s = j->said->report, *t = j->truth->report;
	const json_t *alias = field(s, "split_summary.text_alias");
	bool known = field_bool(t, "split_summary.known") == DM_YES;
	size_t i;

	if (field_bool(s, "split_summary.known") == DM_YES) {
		if (!known)
			complain(j, "splits: known", "%s",
				 field_text(t, "split_summary.why_unknown"));
		else if (!j->unseen)
			judge_known(j);
	}
	if (!known)
		return;
	must_not_exceed_leaves(j, "splits", s, t, "split_summary.lost");
	must_not_exceed_leaves(j, "splits", s, t, "split_summary.in_use");
	must_not_exceed_leaves(j, "splits", s, t, "split_summary.boot");
	for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		must_not_exceed(j, "splits", s, t, figures[i]);
	judge_residual(j);
	must_equal(j, "splits", s, t, "split_summary.splits_at_runtime");
	if (field_bool(alias, "inferred") != DM_YES)
		must_equal(j, "splits", s, t, "split_summary.text_alias");
}

/* ---- Ranges: boot's, and special ones ------------------------------------ */

struct range {
	uint64_t start, end;
};

static struct range range_of(const json_t *one)
{
	struct range r = { 0 };
	uint64_t size;

	field_hex(one, "start", &r.start);
	field_number(one, "size", &size);
	r.end = r.start + size;
	return r;
}

/* Of @list, by VA, what has @va; NULL: nothing. */
static const json_t *at_va(const json_t *list, uint64_t va)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		struct range r = range_of(one);

		if (r.start <= va && va < r.end)
			return one;
	}
	return NULL;
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(json_object_get(a, key), json_object_get(b, key));
}

static bool same_boot(struct judged *j, const json_t *said, const json_t *truth)
{
	(void)j;
	return same(said, truth, "leaf") && same(said, truth, "could_be") &&
	       same(said, truth, "why");
}

/* Words of attributes, without those of a leaf's size: ranges have several. */
static bool same_attrs(const json_t *said, const json_t *truth)
{
	static const char *const sizes[] = { "CON", "BLK" };
	json_t *a = json_deep_copy(field(said, "attrs"));
	json_t *b = json_deep_copy(field(truth, "attrs"));
	json_t *both[] = { a, b };
	size_t i, k, n;
	bool ret;

	for (i = 0; i < 2; i++) {
		for (k = json_array_size(both[i]); k--;) {
			const char *word =
				json_string_value(json_array_get(both[i], k));

			for (n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++) {
				if (strcmp(word, sizes[n]) != 0)
					continue;
				json_array_remove(both[i], k);
				break;
			}
		}
	}
	ret = json_equal(a, b);
	json_decref(a);
	json_decref(b);
	return ret;
}

static bool same_special(struct judged *j, const json_t *said,
			 const json_t *truth)
{
	json_t *owners = all_owners(said), *truths = all_owners(truth), *one;
	size_t i;

	json_array_foreach(owners, i, one)
	{
		if (!is_one_of(one, truths))
			complain(j, "special: owner", "%s: %s, true is %s",
				 field_text(said, "start"), short_json(one),
				 short_json(truths));
	}
	json_decref(owners);
	json_decref(truths);
	return same(said, truth, "state") && same_attrs(said, truth);
}

/* Each range that is said is true all along. */
static void judge_ranges(struct judged *j, const char *keys,
			 bool (*is_same)(struct judged *j, const json_t *said,
					 const json_t *truth))
{
	const json_t *said = field_list(j->said->report, keys), *one, *t;
	const json_t *truth = field_list(j->truth->report, keys);
	char rule[96];
	size_t i;

	snprintf(rule, sizeof(rule), "%s: a range", keys);
	json_array_foreach(said, i, one)
	{
		struct range r = range_of(one);
		uint64_t va;

		for (va = r.start; va < r.end; va = range_of(t).end) {
			t = at_va(truth, va);
			if (t && is_same(j, one, t))
				continue;
			complain(j, rule, "0x%" PRIx64 ": %s, true is %s", va,
				 short_json(one), short_json(t));
			break;
		}
	}
}

/* ---- What could merge ---------------------------------------------------- */

/*
 * So many bytes by leaves of a size or larger: where a part is not known, two
 * smaller ones can come of what would be one.
 */
static void judge_merged(struct judged *j, const char *rule, const json_t *said,
			 const json_t *truth)
{
	uint64_t sum = 0, truly = 0;
	int leaf;

	for (leaf = DM_LEAF_COUNT - 1; leaf > DM_LEAF_PTE; leaf--) {
		const char *name = dm_leaf_name((enum dm_leaf)leaf);
		uint64_t size =
			dm_leaf_size(j->truth->kernel, (enum dm_leaf)leaf);
		uint64_t s, t;

		if (!field_number(said, name, &s) ||
		    !field_number(truth, name, &t))
			return;
		sum += s * size;
		truly += t * size;
		if (sum > truly)
			complain(j, rule, "by %s: %s, true is %s", name,
				 short_json(said), short_json(truth));
	}
}

/* A module, a pack with its programs, or whoever it is. */
static bool same_group(const json_t *a, const json_t *b)
{
	const char *pack = field_text(a, "pack");

	if (*pack)
		return !strcmp(pack, field_text(b, "pack"));
	return same(a, b, "kind") && same(a, b, "name");
}

static void judge_if_gone(struct judged *j)
{
	const json_t *said = field_list(j->said->report, "collapsible.if_gone");
	const json_t *truth =
		field_list(j->truth->report, "collapsible.if_gone");
	const json_t *s, *t;
	size_t i, k;

	json_array_foreach(said, i, s)
	{
		bool found = false;

		json_array_foreach(truth, k, t)
		{
			if (!same_group(field(s, "owner"), field(t, "owner")))
				continue;
			found = true;
			judge_merged(j, "collapsible: if_gone leaves",
				     field(s, "leaves"), field(t, "leaves"));
		}
		if (!found && strcmp(field_text(s, "owner.kind"), "unknown"))
			complain(j, "collapsible: if_gone owner", "%s",
				 short_json(field(s, "owner")));
	}
}

static void judge_collapsible(struct judged *j)
{
	static const char *const figures[] = { "collapsible.covers",
					       "collapsible.tables",
					       "collapsible.bytes" };
	const json_t *s = j->said->report, *t = j->truth->report;
	size_t i;

	judge_merged(j, "collapsible: leaves", field(s, "collapsible"),
		     field(t, "collapsible"));
	for (i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		must_not_exceed(j, "splits", s, t, figures[i]);
	judge_if_gone(j);
	/* Less than there is, and said as if it were all. */
	if (!j->unseen &&
	    !json_equal(field(s, "collapsible"), field(t, "collapsible")) &&
	    field_bool(s, "collapsible.at_least") != DM_YES &&
	    field(t, "collapsible.covers"))
		complain(j, "collapsible: at least", "%s, true is %s",
			 short_json(field(s, "collapsible")),
			 short_json(field(t, "collapsible")));
}

void judge_history(struct judged *j)
{
	const json_t *list = field_list(j->said->report, "splits"), *one;
	size_t i;

	judge_summary(j);
	if (field_list(j->truth->report, "splits")) {
		json_array_foreach(list, i, one) judge_one_lost(j, one);
	}
	if (field_bool(j->truth->report, "split_summary.known") == DM_YES &&
	    !j->unseen)
		judge_ranges(j, "boot", same_boot);
	judge_ranges(j, "special", same_special);
	judge_collapsible(j);
}
