/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A policy for linear maps, and what a report breaks of it. A report may be
 * anybody's: a figure that is not there, or is no number, is unknown.
 */
#ifndef CHECK_H
#define CHECK_H

#include <jansson.h>

#include "directmap.h"

#define CHECK_RULES_MAX 32

enum check_on_unknown { CHECK_FAIL, CHECK_WARN, CHECK_PASS };

struct check_policy {
	bool set[CHECK_RULES_MAX];
	double number[CHECK_RULES_MAX]; /* per cent, bytes or a count */
	char word[CHECK_RULES_MAX][16];
	enum check_on_unknown on_unknown;
	bool on_unknown_set;
	char *baseline_path; /* NULL: none named */
	json_t *baseline; /* its report; the caller reads and puts it here */
};

void check_policy_init(struct check_policy *policy);
void check_policy_deinit(struct check_policy *policy);

/**
 * Of a policy file in memory.
 * @param name	Of the file, for "name:line: what is wrong".
 */
struct dm_error *check_policy_parse(const char *text, size_t size,
				    const char *name,
				    struct check_policy *policy);
/** One rule; one that stands already is replaced. */
struct dm_error *check_policy_set(struct check_policy *policy, const char *rule,
				  const char *value);
/** Whether rules go together, and there is one at all. */
struct dm_error *check_policy_verify(const struct check_policy *policy);

/** Of a violation's value and limit: "%", "B", or "" for a number of things. */
const char *check_unit(const char *rule);

/** How many rules there are, and their names. */
size_t check_rule_count(void);
const char *check_rule_name(size_t rule);

/**
 * Append to @p violations, a list, what @p report breaks: objects with `rule`,
 * `value`, `limit` and `status` ("violation", or of a value that is not known
 * "unknown" or, where that does not count, "warning").
 * @param failed	Set to whether one of them counts.
 */
struct dm_error *check_report(const struct check_policy *policy,
			      const json_t *report, json_t *violations,
			      bool *failed);

#endif /* CHECK_H */
