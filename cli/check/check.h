/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A policy for linear maps, and what a report breaks of it. A report may be
 * anybody's: a figure that is not there, or is no number, is unknown.
 */
#ifndef CHECK_H
#define CHECK_H

#include <jansson.h>

#include "options/options.h"

struct check_policy {
	struct option_value rules[CHECK_RULES]; /* without their text */
	enum check_on_unknown on_unknown;
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
/** One setting by its name; one that stands already is replaced. */
struct dm_error *check_policy_set(struct check_policy *policy, const char *name,
				  const char *text);
/** The same, its value parsed already. */
struct dm_error *check_policy_take(struct check_policy *policy, size_t setting,
				   const struct option_value *value);
/** Whether rules go together, and there is one at all. */
struct dm_error *check_policy_verify(const struct check_policy *policy);

/** Of a violation's value and limit: "%", "B", or "" for a number of things. */
const char *check_unit(const char *rule);

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
