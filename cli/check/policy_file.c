// SPDX-License-Identifier: GPL-2.0-or-later
/* A policy, and the file that it stands in. */
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "directmap/error.h"
#include "options/near.h"
#include "options/value.h"

/* inih cuts what is longer (INI_MAX_LINE), without a word. */
#define LINE_MAX_BYTES 190

const char *check_unit(const char *rule)
{
	size_t i;

	/* What is worse than a baseline: its own name stands behind it. */
	if (strstr(rule, " small-share"))
		return "%";
	for (i = 0; i < CHECK_RULES; i++) {
		if (!strcmp(check_options[i].name, rule))
			return i <= CHECK_SHARE_4T		      ? "%"
			       : check_options[i].kind == OPTION_SIZE ? "B"
								      : "";
	}
	return "";
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

/* ---- Rules ---------------------------------------------------------------- */

static struct dm_error *set_baseline(struct check_policy *p, const char *value)
{
	char *path = strdup(value);

	if (!path)
		return dm_error_no_memory();
	free(p->baseline_path);
	p->baseline_path = path;
	return NULL;
}

struct dm_error *check_policy_take(struct check_policy *policy, size_t setting,
				   const struct option_value *value)
{
	struct option_value *rule;

	if (setting == CHECK_BASELINE)
		return set_baseline(policy, value->text);
	if (setting == CHECK_ON_UNKNOWN) {
		policy->on_unknown = (enum check_on_unknown)value->number;
		return NULL;
	}
	rule = &policy->rules[setting];
	*rule = *value;
	rule->text = NULL;
	/* "no" takes a rule back, which a file may have set. */
	if (setting >= CHECK_CONTIGUOUS && setting <= CHECK_COMPLETE)
		rule->given = value->number;
	return NULL;
}

static struct dm_error *no_rule(const char *name)
{
	struct near near;
	size_t i;

	near_init(&near, name, strlen(name));
	for (i = 0; i < CHECK_SETTINGS; i++)
		near_try(&near, check_options[i].name);
	if (near.meant)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "no rule \"%s\"; did you mean %s?", name,
				       near.meant);
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "no rule \"%s\"",
			       name);
}

struct dm_error *check_policy_set(struct check_policy *policy, const char *name,
				  const char *text)
{
	char wrong[VALUE_WRONG_MAX];
	struct option_value value;
	size_t i = 0;

	while (i < CHECK_SETTINGS && strcmp(name, check_options[i].name) != 0)
		i++;
	if (i == CHECK_SETTINGS)
		return no_rule(name);
	if (option_value_parse(&check_options[i], text, &value))
		return check_policy_take(policy, i, &value);
	option_value_wrong(&check_options[i], text, wrong);
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "%s %s", name, wrong);
}

struct dm_error *check_policy_verify(const struct check_policy *policy)
{
	size_t i = 0;

	while (i < CHECK_RULES && !policy->rules[i].given)
		i++;
	if (i == CHECK_RULES)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "no rule to check");
	if (policy->rules[CHECK_WORSE].given && !policy->baseline_path)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "max-worse needs a baseline");
	return NULL;
}

/* ---- Files ---------------------------------------------------------------- */

struct reading {
	struct check_policy *policy;
	struct dm_error *err; /* the first */
	char seen[CHECK_SETTINGS][24];
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
	if (i < CHECK_SETTINGS && strlen(name) < sizeof(r->seen[0]))
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
	if (dm_error_is_fatal(r.err))
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
