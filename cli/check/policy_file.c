// SPDX-License-Identifier: GPL-2.0-or-later
/* A policy: its rules, and the file that they stand in. */
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/error.h"
#include "rules.h"

/* inih cuts what is longer (INI_MAX_LINE), without a word. */
#define LINE_MAX_BYTES 190

const struct rule check_rules[] = {
	[CHECK_SHARE_SMALL] = { "max-small-share", RULE_SHARE, "" },
	{ "max-4k-share", RULE_SHARE, "4k" },
	{ "max-16k-share", RULE_SHARE, "16k" },
	{ "max-64k-share", RULE_SHARE, "64k" },
	{ "max-2M-share", RULE_SHARE, "2M" },
	{ "max-32M-share", RULE_SHARE, "32M" },
	{ "max-512M-share", RULE_SHARE, "512M" },
	{ "max-1G-share", RULE_SHARE, "1G" },
	{ "max-16G-share", RULE_SHARE, "16G" },
	{ "max-64G-share", RULE_SHARE, "64G" },
	[CHECK_SHARE_LAST] = { "max-4T-share", RULE_SHARE, "4T" },
	[CHECK_LOST] = { "max-lost-leaves", RULE_COUNT, NULL },
	[CHECK_RESIDUAL] = { "max-residual-splits", RULE_COUNT, NULL },
	[CHECK_RESIDUAL_BYTES] = { "max-residual-bytes", RULE_BYTES, NULL },
	[CHECK_COLLAPSIBLE] = { "max-collapsible", RULE_BYTES, NULL },
	[CHECK_BOOT_POLICY] = { "require-policy", RULE_WORD,
				"blocks|pages|repainted|" },
	[CHECK_TEXT_ALIAS] = { "text-alias", RULE_WORD, "read-only|" },
	[CHECK_CONTIGUOUS] = { "no-broken-contiguous", RULE_YES, NULL },
	[CHECK_FINDINGS] = { "no-findings", RULE_YES, NULL },
	[CHECK_COMPLETE] = { "require-complete", RULE_YES, NULL },
	[CHECK_WORSE] = { "max-worse", RULE_WORSE, NULL },
};

_Static_assert(sizeof(check_rules) / sizeof(check_rules[0]) == CHECK_RULES,
	       "a rule for each name");
_Static_assert((int)CHECK_RULES <= CHECK_RULES_MAX, "all fit a policy");

const char *check_unit(const char *rule)
{
	size_t i;

	/* What is worse than a baseline: its own name stands behind it. */
	if (strstr(rule, " small-share"))
		return "%";
	for (i = 0; i < CHECK_RULES; i++) {
		if (!strcmp(check_rules[i].name, rule))
			return check_rules[i].kind == RULE_SHARE   ? "%"
			       : check_rules[i].kind == RULE_BYTES ? "B"
								   : "";
	}
	return "";
}

size_t check_rule_count(void)
{
	return CHECK_RULES;
}

const char *check_rule_name(size_t rule)
{
	return check_rules[rule].name;
}

void check_policy_init(struct check_policy *policy)
{
	*policy = (struct check_policy){ .on_unknown = CHECK_FAIL };
}

void check_policy_deinit(struct check_policy *policy)
{
	free(policy->baseline_path);
	json_decref(policy->baseline);
}

/* ---- Values --------------------------------------------------------------- */

/* Digits with at most one point: no sign, exponent, hex, nan or inf. */
static bool parse_number(const char *text, double *ret, const char **rest)
{
	size_t n = strspn(text, "0123456789"), more = 0;
	char *end;

	if (!n || n > 15)
		return false;
	if (text[n] == '.') {
		more = strspn(text + n + 1, "0123456789");
		if (!more || more > 6)
			return false;
		more++;
	}
	*ret = strtod(text, &end);
	*rest = text + n + more;
	return end == *rest;
}

static bool parse_percent(const char *text, double most, double *ret)
{
	const char *rest;

	return parse_number(text, ret, &rest) &&
	       (!*rest || !strcmp(rest, "%")) && *ret <= most;
}

static bool parse_count(const char *text, double *ret)
{
	const char *rest;

	return parse_number(text, ret, &rest) && !*rest &&
	       *ret == (double)(int64_t)*ret;
}

static bool parse_bytes(const char *text, double *ret)
{
	static const char units[] = "KMGT";
	const char *rest, *unit;

	if (!parse_number(text, ret, &rest))
		return false;
	if (!*rest)
		return *ret == (double)(int64_t)*ret;
	unit = strchr(units, *rest);
	if (!unit || (rest[1] && strcmp(rest + 1, "iB") != 0))
		return false;
	*ret *= (double)(UINT64_C(1) << (10 * (unit - units + 1)));
	return true;
}

/* @words: "a|b|" */
static bool parse_word(const char *text, const char *words, char *ret)
{
	size_t n = strlen(text);
	const char *at = words;

	for (; *at; at = strchr(at, '|') + 1) {
		if (n < 16 && !strncmp(at, text, n) && at[n] == '|') {
			memcpy(ret, text, n + 1);
			return true;
		}
	}
	return false;
}

/* "no" takes a rule back, which a file may have set. */
static bool parse_yes(const char *text, bool *ret)
{
	*ret = !strcmp(text, "yes");
	return *ret || !strcmp(text, "no");
}

static bool parse_value(struct check_policy *p, size_t i, const char *value)
{
	switch (check_rules[i].kind) {
	case RULE_SHARE:
		return parse_percent(value, 100, &p->number[i]);
	case RULE_WORSE:
		return parse_percent(value, 1e6, &p->number[i]);
	case RULE_COUNT:
		return parse_count(value, &p->number[i]);
	case RULE_BYTES:
		return parse_bytes(value, &p->number[i]);
	case RULE_WORD:
		return parse_word(value, check_rules[i].about, p->word[i]);
	case RULE_YES:
		return parse_yes(value, &p->set[i]);
	}
	return false;
}

/* ---- Rules ---------------------------------------------------------------- */

static struct dm_error *bad_value(const char *rule, const char *value)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "%s cannot be \"%s\"",
			       rule, value);
}

static struct dm_error *set_on_unknown(struct check_policy *p,
				       const char *value)
{
	static const char *const words[] = { "fail", "warn", "pass" };
	int i;

	for (i = 0; i < 3; i++) {
		if (strcmp(value, words[i]) != 0)
			continue;
		p->on_unknown = (enum check_on_unknown)i;
		p->on_unknown_set = true;
		return NULL;
	}
	return bad_value("on-unknown", value);
}

static struct dm_error *set_baseline(struct check_policy *p, const char *value)
{
	char *path;

	if (!*value)
		return bad_value("baseline", value);
	path = strdup(value);
	if (!path)
		return dm_error_no_memory();
	free(p->baseline_path);
	p->baseline_path = path;
	return NULL;
}

struct dm_error *check_policy_set(struct check_policy *policy, const char *rule,
				  const char *value)
{
	size_t i;

	if (!strcmp(rule, "on-unknown"))
		return set_on_unknown(policy, value);
	if (!strcmp(rule, "baseline"))
		return set_baseline(policy, value);
	for (i = 0; i < CHECK_RULES; i++) {
		if (strcmp(rule, check_rules[i].name) != 0)
			continue;
		policy->set[i] = true;
		return parse_value(policy, i, value) ? NULL
						     : bad_value(rule, value);
	}
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "no rule \"%s\"",
			       rule);
}

struct dm_error *check_policy_verify(const struct check_policy *policy)
{
	size_t i = 0;

	while (i < CHECK_RULES && !policy->set[i])
		i++;
	if (i == CHECK_RULES)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "no rule to check");
	if (policy->set[CHECK_WORSE] && !policy->baseline_path)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "max-worse needs a baseline");
	return NULL;
}

/* ---- Files ---------------------------------------------------------------- */

struct reading {
	struct check_policy *policy;
	struct dm_error *err; /* the first */
	char seen[CHECK_RULES_MAX + 2][24];
	size_t seen_count;
};

/* Twice, or on a line that inih takes for one that goes on. */
static bool seen_before(struct reading *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->seen_count; i++) {
		if (!strcmp(r->seen[i], name))
			return true;
	}
	if (i < CHECK_RULES_MAX + 2 && strlen(name) < sizeof(r->seen[0]))
		strcpy(r->seen[r->seen_count++], name);
	return false;
}

/* inih's: 0 is an error; it goes on, but tells the first one's line. */
static int take_line(void *arg, const char *section, const char *name,
		     const char *value)
{
	struct reading *r = arg;

	if (r->err)
		return 0;
	if (strcmp(section, "check") != 0)
		r->err = dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					 "\"%s\" is not in section [check]",
					 name);
	else if (seen_before(r, name))
		r->err = dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					 "\"%s\" twice", name);
	else
		r->err = check_policy_set(r->policy, name, value);
	return !r->err;
}

/* What inih would pass over: NULs, lines too long, empty odd sections. */
static struct dm_error *look_at_lines(const char *text, size_t size,
				      const char *name)
{
	const char *end = text + size;
	int line = 1;

	for (; text < end; line++) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);

		if (n > LINE_MAX_BYTES)
			return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					       "%s:%d: line too long", name,
					       line);
		if (memchr(text, '\0', n))
			return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					       "%s:%d: not text", name, line);
		if (*text == '[' && (n < 7 || strncmp(text, "[check]", 7) != 0))
			return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					       "%s:%d: unknown section", name,
					       line);
		text = stop ? stop + 1 : end;
	}
	return NULL;
}

struct dm_error *check_policy_parse(const char *text, size_t size,
				    const char *name,
				    struct check_policy *policy)
{
	struct reading r = { .policy = policy };
	struct dm_error *err = look_at_lines(text, size, name);
	char *copy;
	int line;

	if (err)
		return err;
	copy = strndup(text, size);
	if (!copy)
		return dm_error_no_memory();
	line = ini_parse_string(copy, take_line, &r);
	free(copy);
	if (r.err && r.err->code == DM_ERROR_NO_MEMORY)
		return r.err;
	if (!line)
		return NULL;
	if (line < 0) {
		dm_error_destroy(r.err);
		return dm_error_no_memory();
	}
	/* A line that is no INI may stand before the first bad rule. */
	err = dm_error_create(DM_ERROR_INVALID_ARGUMENT, "%s:%d: %s", name,
			      line, r.err ? r.err->message : "not KEY = VALUE");
	dm_error_destroy(r.err);
	return err;
}
