// SPDX-License-Identifier: GPL-2.0-or-later
/* What a report breaks of a policy. */
#include <stdio.h>
#include <string.h>

#include "directmap/error.h"
#include "check.h"
#include "options/table.h"
#include "stored/fields.h"

/*
 * A figure; an unknown one has known false. Of one that is a lower bound more is
 * known where the bound alone breaks a limit.
 */
struct figure {
	bool known;
	bool at_least;
	double value;
};

static const struct figure unknown;

static struct figure figure(double value)
{
	return (struct figure){ .known = true, .value = value };
}

static struct figure lower_bound(double value)
{
	return (struct figure){ .at_least = true, .value = value };
}

static struct figure number(const json_t *report, const char *keys)
{
	uint64_t value;

	return field_number(report, keys, &value) ? figure((double)value)
						  : unknown;
}

/* ---- Figures -------------------------------------------------------------- */

/* false: it has none that is a granule. */
static bool page_size_of(const json_t *report, uint64_t *size)
{
	field_number(report, "kernel.page_size", size);
	return dm_granule_leaf_size(*size, DM_LEAF_PTE);
}

/* Of all mapped bytes; @label "": entries of the last level, as batch has it. */
static struct figure share(const json_t *report, const char *label)
{
	uint64_t leaves[DM_LEAF_MAX], total, part = 0, missing, page;
	enum dm_leaf leaf;

	if (!field_leaves(report, "usage.mapped", leaves) ||
	    !page_size_of(report, &page))
		return unknown;
	/* Bytes that nothing is said of may be of any size. */
	if (!field_number(report, "usage.unknown", &missing) || missing)
		return unknown;
	total = leaves_total(leaves);
	if (!total)
		return unknown;
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		const char *own = dm_granule_leaf_label(page, leaf);

		if (*label ? own && !strcmp(own, label)
			   : leaf == DM_LEAF_PTE || leaf == DM_LEAF_CONT_PTE)
			part += leaves[leaf];
	}
	return figure(100.0 * (double)part / (double)total);
}

static bool history_known(const json_t *report)
{
	return field_bool(report, "split_summary.known") == DM_YES;
}

/* Of the history: what it says, how far that goes. */
static struct figure of_history(const json_t *report, double value)
{
	if (history_known(report))
		return figure(value);
	return field_bool(report, "split_summary.at_least") == DM_YES
		       ? lower_bound(value)
		       : unknown;
}

static struct figure lost(const json_t *report)
{
	uint64_t leaves[DM_LEAF_MAX];

	if (!field_leaves(report, "split_summary.lost", leaves))
		return unknown;
	return of_history(report, (double)leaves_total(leaves));
}

static struct figure residual(const json_t *report, bool bytes)
{
	uint64_t all[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	uint64_t either[DM_LEAF_MAX] = { 0 }, page;
	double sum = 0;
	enum dm_leaf leaf;

	if (!page_size_of(report, &page) ||
	    !field_leaves(report, "split_summary.lost", all) ||
	    !field_leaves(report, "split_summary.in_use", in_use))
		return unknown;
	if (!field_leaves(report, "split_summary.state_unknown", either))
		memset(either, 0, sizeof(either));
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		double one =
			bytes ? (double)dm_granule_leaf_size(page, leaf) : 1;

		if (in_use[leaf] > all[leaf] ||
		    either[leaf] > all[leaf] - in_use[leaf])
			return unknown;
		sum += one * (double)(all[leaf] - in_use[leaf] - either[leaf]);
	}
	return of_history(report, sum);
}

static struct figure collapsible(const json_t *report)
{
	uint64_t bytes;

	if (!field_number(report, "collapsible.covers", &bytes))
		return unknown;
	return field_bool(report, "collapsible.at_least") == DM_YES
		       ? lower_bound((double)bytes)
		       : figure((double)bytes);
}

/*
 * A map of nothing has no finding, and is none to vouch for; nor is one of which
 * tables could not be read again.
 */
static struct figure findings(const json_t *report)
{
	struct figure count = number(report, "usage.finding_count");
	uint64_t leaves[DM_LEAF_MAX];

	if (!count.known || count.value)
		return count;
	if (field_bool(report, "usage.lacks_tables") == DM_YES ||
	    (field_leaves(report, "usage.mapped", leaves) &&
	     !leaves_total(leaves)))
		return unknown;
	return count;
}

/*
 * Whether something in [@start, @end) is unknown: as far as the list goes, which
 * has the first ones only, and older reports none.
 */
static bool is_unknown_in(const json_t *report, uint64_t start, uint64_t end)
{
	const json_t *list = field_list(report, "usage.unknown_ranges"), *one;
	uint64_t count, bytes;
	size_t i;

	if (!field_number(report, "usage.unknown", &bytes) || !bytes)
		return false;
	if (!list ||
	    !field_number(report, "usage.unknown_range_count", &count) ||
	    count > json_array_size(list))
		return true;
	json_array_foreach(list, i, one)
	{
		uint64_t from, size;

		if (!field_hex(one, "start", &from) ||
		    !field_number(one, "size", &size) ||
		    (from < end && from + size > start))
			return true;
	}
	return false;
}

/*
 * What is not read-only is writable where it is mapped: not where that is
 * unknown, or where tables could not be held against memory.
 */
static bool may_be_unmapped(const json_t *report, uint64_t start, uint64_t end)
{
	return field_bool(report, "memory.checked") == DM_NO ||
	       is_unknown_in(report, start, end);
}

/*
 * A piece of the text's alias: behind those before, and read-only. How far they
 * reach is in @alias; end 0: there was none yet.
 */
static enum dm_known add_piece(const json_t *report, const json_t *one,
			       struct dm_range *alias)
{
	uint64_t start, size;

	if (strcmp(field_text(one, "state"), "read_only") != 0)
		return DM_NO;
	if (!field_hex(one, "start", &start) ||
	    !field_number(one, "size", &size))
		return DM_UNKNOWN;
	if (alias->end && alias->end != start)
		return may_be_unmapped(report, alias->end, start) ? DM_UNKNOWN
								  : DM_NO;
	if (!alias->end)
		alias->start = start;
	alias->end = start + size;
	return DM_YES;
}

/* What has no known owner and is read-only may be a part of it. */
static bool may_be_text(const json_t *one)
{
	const char *kind = field_text(one, "owner.kind");

	return (!*kind || !strcmp(kind, "unknown")) &&
	       !strcmp(field_text(one, "state"), "read_only");
}

/*
 * Whether all of it is there. Where its ends were taken from what is read-only,
 * they prove nothing; reports of before had none.
 */
static enum dm_known is_whole(const json_t *report,
			      const struct dm_range *alias)
{
	const json_t *whole = field(report, "split_summary.text_alias");
	uint64_t start, end;

	if (!whole)
		return DM_YES;
	if (field_bool(whole, "inferred") != DM_NO ||
	    !field_hex(whole, "start", &start) ||
	    !field_hex(whole, "end", &end))
		return DM_UNKNOWN;
	if (alias->start <= start && alias->end >= end)
		return DM_YES;
	return may_be_unmapped(report, start, end) ? DM_UNKNOWN : DM_NO;
}

/* None of it is read-only, as far as the report goes. */
static enum dm_known is_writable(const json_t *report)
{
	const json_t *whole = field(report, "split_summary.text_alias");
	uint64_t start = 0, end = UINT64_MAX;

	if (whole && (!field_hex(whole, "start", &start) ||
		      !field_hex(whole, "end", &end)))
		return DM_UNKNOWN;
	return may_be_unmapped(report, start, end) ? DM_UNKNOWN : DM_NO;
}

/*
 * The text's alias stands in `special` where it is read-only, as one stretch:
 * a hole in it is writable, as is what it lacks at either end. Where it does not
 * stand there it is all writable, unless a read-only page has no known owner.
 */
static enum dm_known text_read_only(const json_t *report)
{
	const json_t *list = field_list(report, "special"), *one;
	struct dm_range alias = { 0 };
	enum dm_known ret;
	bool other = false;
	size_t i;

	if (!list)
		return DM_UNKNOWN;
	json_array_foreach(list, i, one)
	{
		if (strcmp(field_text(one, "owner.kind"), "kernel_text") != 0) {
			other |= may_be_text(one);
			continue;
		}
		ret = add_piece(report, one, &alias);
		if (ret != DM_YES)
			return ret;
	}
	if (!alias.end)
		return other ? DM_UNKNOWN : is_writable(report);
	return is_whole(report, &alias);
}

/* The list has the first 64 only. */
static enum dm_known broken_contiguous(const json_t *report)
{
	const json_t *list = field_list(report, "usage.findings"), *one;
	uint64_t count;
	size_t i;

	if (!list || !field_number(report, "usage.finding_count", &count))
		return DM_UNKNOWN;
	json_array_foreach(list, i, one)
	{
		if (!strcmp(field_text(one, "kind"), "broken_contiguous_group"))
			return DM_YES;
	}
	/* What is unknown may hide one. */
	if (count != json_array_size(list) ||
	    is_unknown_in(report, 0, UINT64_MAX))
		return DM_UNKNOWN;
	return DM_NO;
}

/* ---- Verdicts ------------------------------------------------------------- */

struct checking {
	const struct check_policy *policy;
	json_t *violations;
	bool failed, no_memory;
};

/* Takes @value and @limit. */
static void add(struct checking *c, const char *rule, json_t *value,
		json_t *limit, bool known)
{
	bool fails = known || c->policy->on_unknown == CHECK_FAIL;
	json_t *one;

	if (!known && c->policy->on_unknown == CHECK_PASS) {
		json_decref(value);
		json_decref(limit);
		return;
	}
	one = json_pack("{s:s, s:o, s:o, s:s}", "rule", rule, "value", value,
			"limit", limit, "status",
			known	? "violation"
			: fails ? "unknown"
				: "warning");
	if (!one || json_array_append_new(c->violations, one) < 0)
		c->no_memory = true;
	c->failed |= fails;
}

/* Of the last one, why it is not known. */
static void say_why(struct checking *c, const char *why)
{
	size_t count = json_array_size(c->violations);
	json_t *last = count ? json_array_get(c->violations, count - 1) : NULL;

	if (last && json_object_set_new(last, "why", json_string(why)) < 0)
		c->no_memory = true;
}

static void say_at_least(struct checking *c, struct figure f)
{
	char why[64];

	if (!f.at_least || c->policy->on_unknown == CHECK_PASS)
		return;
	snprintf(why, sizeof(why), "at least %.0f; some of the map is unknown",
		 f.value);
	say_why(c, why);
}

static json_t *as_json(double value)
{
	return value < 9e15 && value == (double)(json_int_t)value
		       ? json_integer((json_int_t)value)
		       : json_real(value);
}

static void check_limit(struct checking *c, const char *rule, struct figure f,
			double limit)
{
	bool breaks = (f.known || f.at_least) && f.value > limit;

	if (breaks)
		add(c, rule, as_json(f.value), as_json(limit), true);
	else if (!f.known)
		add(c, rule, json_null(), as_json(limit), false);
	if (breaks || !f.known)
		say_at_least(c, f);
}

static void check_word(struct checking *c, const char *rule, const char *value,
		       const char *limit)
{
	if (!*value || !strcmp(value, "unknown"))
		add(c, rule, json_null(), json_string(limit), false);
	else if (strcmp(value, limit) != 0)
		add(c, rule, json_string(value), json_string(limit), true);
}

static void check_known(struct checking *c, const char *rule,
			enum dm_known good, const char *bad, const char *limit)
{
	check_word(c, rule,
		   good == DM_YES  ? limit
		   : good == DM_NO ? bad
				   : "",
		   limit);
}

/* By how many per cent more; of 0 any more is infinitely so. */
static void check_worse(struct checking *c, const char *what, struct figure now,
			struct figure then)
{
	double limit, most = c->policy->rules[CHECK_WORSE].percent;
	char rule[64];

	snprintf(rule, sizeof(rule), "%s %s", check_options[CHECK_WORSE].name,
		 what);
	if ((!now.known && !now.at_least) || !then.known) {
		add(c, rule, now.known ? as_json(now.value) : json_null(),
		    json_null(), false);
		return;
	}
	limit = then.value * (1 + most / 100);
	check_limit(c, rule, now, limit);
}

static void check_baseline(struct checking *c, const json_t *report)
{
	const json_t *base = c->policy->baseline;

	check_worse(c, "small-share", share(report, ""), share(base, ""));
	check_worse(c, "lost-leaves", lost(report), lost(base));
	check_worse(c, "residual-splits", residual(report, false),
		    residual(base, false));
	check_worse(c, "split-tables",
		    history_known(report)
			    ? number(report, "split_summary.tables")
			    : unknown,
		    history_known(base) ? number(base, "split_summary.tables")
					: unknown);
}

/* What the page tables rule out is not what boot followed. */
static void check_boot_policy(struct checking *c, size_t i,
			      const json_t *report)
{
	const char *boot = field_text(report, "policy.boot");
	const char *why = field_text(report, "policy.contradiction");

	check_word(c, check_options[i].name, *why ? "unknown" : boot,
		   option_word_name(&check_options[i],
				    c->policy->rules[i].number));
	if (*why && c->policy->on_unknown != CHECK_PASS)
		say_why(c, why);
}

static void check_text_alias(struct checking *c, const char *name,
			     const json_t *report)
{
	enum dm_known good = text_read_only(report);

	check_known(c, name, good, "writable", "read-only");
	if (good == DM_UNKNOWN && c->policy->on_unknown != CHECK_PASS &&
	    field_bool(report, "split_summary.text_alias.inferred") == DM_YES)
		say_why(c, "where the text ends is inferred");
}

static enum dm_known negate(enum dm_known k)
{
	return k == DM_YES ? DM_NO : k == DM_NO ? DM_YES : DM_UNKNOWN;
}

/* The leaves that a rule is about, as reports call them; "": small ones. */
static const char *const leaves[] = {
	[CHECK_SHARE_SMALL] = "",    [CHECK_SHARE_4K] = "4k",
	[CHECK_SHARE_16K] = "16k",   [CHECK_SHARE_64K] = "64k",
	[CHECK_SHARE_2M] = "2M",     [CHECK_SHARE_32M] = "32M",
	[CHECK_SHARE_512M] = "512M", [CHECK_SHARE_1G] = "1G",
	[CHECK_SHARE_16G] = "16G",   [CHECK_SHARE_64G] = "64G",
	[CHECK_SHARE_4T] = "4T",
};

static void check_rule(struct checking *c, size_t i, const json_t *report)
{
	const char *name = check_options[i].name;
	double limit = (double)c->policy->rules[i].number;

	if (i <= CHECK_SHARE_4T)
		check_limit(c, name, share(report, leaves[i]),
			    c->policy->rules[i].percent);
	else if (i == CHECK_LOST)
		check_limit(c, name, lost(report), limit);
	else if (i == CHECK_RESIDUAL || i == CHECK_RESIDUAL_BYTES)
		check_limit(c, name,
			    residual(report, i == CHECK_RESIDUAL_BYTES), limit);
	else if (i == CHECK_COLLAPSIBLE)
		check_limit(c, name, collapsible(report), limit);
	else if (i == CHECK_BOOT_POLICY)
		check_boot_policy(c, i, report);
	else if (i == CHECK_TEXT_ALIAS)
		check_text_alias(c, name, report);
	else if (i == CHECK_CONTIGUOUS)
		check_known(c, name, negate(broken_contiguous(report)),
			    "broken", "whole");
	else if (i == CHECK_FINDINGS)
		check_limit(c, name, findings(report), 0);
	else if (i == CHECK_COMPLETE)
		check_known(c, name, field_bool(report, "dump.complete"),
			    "incomplete", "complete");
	else
		check_baseline(c, report);
}

struct dm_error *check_report(const struct check_policy *policy,
			      const json_t *report, json_t *violations,
			      bool *failed)
{
	struct checking c = { .policy = policy, .violations = violations };
	size_t i;

	for (i = 0; i < CHECK_RULES; i++) {
		if (policy->rules[i].given)
			check_rule(&c, i, report);
	}
	*failed = c.failed;
	return c.no_memory ? dm_error_no_memory() : NULL;
}
