// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage check: dumps and stored reports against a policy. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/escape.h"
#include "check.h"
#include "cli.h"
#include "enter.h"
#include "directmap/error.h"
#include "input.h"
#include "directmap/json.h"
#include "os_error.h"
#include "stored/fields.h"
#include "stored/stored.h"
#include "directmap/text.h"

#define POLICY_FILE_MAX (1 << 16)

struct command {
	struct check_policy policy;
	const struct cli_options *options;
	bool json;
	int code; /* the exit code so far */
	unsigned int passed, failed, unread;
};

/* ---- Telling -------------------------------------------------------------- */

/* Bytes as everywhere else: kB, where they are whole ones. */
static void print_number(const json_t *value, const char *unit)
{
	json_int_t n = json_integer_value(value);

	if (*unit == 'B' && json_is_integer(value) && n % 1024 == 0)
		printf("%lld kB", (long long)n / 1024);
	else if (json_is_integer(value))
		printf("%lld%s%s", (long long)n, *unit ? " " : "", unit);
	else
		printf("%.4g%s%s", json_real_value(value), *unit ? " " : "",
		       unit);
}

static void print_value(const json_t *value, const char *unit)
{
	if (json_is_string(value))
		escape_text(stdout, json_string_value(value));
	else if (json_is_number(value))
		print_number(value, unit);
	else
		fputs("unknown", stdout);
}

static void print_text(const char *name, const json_t *violations, bool failed)
{
	const json_t *one, *why;
	size_t i;

	escape_text(stdout, name);
	printf(": %s\n", failed ? "FAIL" : "ok");
	json_array_foreach(violations, i, one)
	{
		const char *rule =
			json_string_value(json_object_get(one, "rule"));

		printf("  %-9s  %-28s  ",
		       json_string_value(json_object_get(one, "status")), rule);
		print_value(json_object_get(one, "value"), check_unit(rule));
		fputs(", limit ", stdout);
		print_value(json_object_get(one, "limit"), check_unit(rule));
		why = json_object_get(one, "why");
		if (why)
			printf(": %s", json_string_value(why));
		putchar('\n');
	}
}

/* Takes @violations. @reason: why a dump could not be read, or NULL. */
static struct dm_error *print_json(const char *name, json_t *violations,
				   const char *verdict, const char *reason)
{
	json_t *o =
		json_pack("{s:s, s:o, s:s, s:o, s:o}", "schema", "directmap/1",
			  "dump", dm_json_text(name), "verdict", verdict,
			  "violations", violations, "reason",
			  reason ? dm_json_text(reason) : json_null());

	return dm_json_write(o, cli_stdout());
}

/* The others' verdicts are told all the same. Takes @err. */
static void unread(struct command *c, const char *name, struct dm_error *err)
{
	int code;

	c->unread++;
	if (c->json)
		dm_error_destroy(
			print_json(name, json_array(), "unread", err->message));
	code = cli_fail_error(err);
	if (c->code == CLI_OK || c->code == CLI_PARTIAL || code > c->code)
		c->code = code;
}

static struct dm_error *take_report(void *arg, json_t *report, const char *name)
{
	const char *why = stored_unread(report);
	struct command *c = arg;
	json_t *violations;
	struct dm_error *err;
	bool failed = false;

	/* Whatever becomes of what is unknown: nobody looked at this one. */
	if (why) {
		unread(c, name,
		       dm_error_create(DM_ERROR_BAD_DUMP, "%s: %s", name, why));
		return NULL;
	}
	violations = json_array();
	if (!violations)
		return dm_error_no_memory();
	err = check_report(&c->policy, report, violations, &failed);
	if (err) {
		json_decref(violations);
		return err;
	}
	*(failed ? &c->failed : &c->passed) += 1;
	if (c->code == CLI_OK && stored_is_partial(report))
		c->code = CLI_PARTIAL;
	if (c->json)
		return print_json(name, violations, failed ? "fail" : "pass",
				  NULL);
	print_text(name, violations, failed);
	json_decref(violations);
	return NULL;
}

/* ---- Files ---------------------------------------------------------------- */

static struct dm_error *read_policy(const char *path, struct check_policy *p)
{
	char *text = malloc(POLICY_FILE_MAX + 1);
	struct dm_error *err;
	FILE *file = NULL;
	size_t size = 0;

	err = text ? input_open(path, &file) : dm_error_no_memory();
	if (err && err->code == DM_ERROR_OS)
		err = dm_error_recode(err, DM_ERROR_INVALID_ARGUMENT);
	else if (!err)
		size = fread(text, 1, POLICY_FILE_MAX + 1, file);
	if (!err && ferror(file))
		err = os_error(DM_ERROR_INVALID_ARGUMENT, path);
	else if (!err && size > POLICY_FILE_MAX)
		err = dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				      "%s: too large for a policy (64 KiB)",
				      path);
	if (!err)
		err = check_policy_parse(text, size, path, p);
	if (file)
		fclose(file);
	free(text);
	return err;
}

static struct dm_error *keep_baseline(void *arg, json_t *report,
				      const char *name)
{
	const char *why = stored_unread(report);
	struct check_policy *p = arg;

	if (why)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "%s: the baseline was not read: %s",
				       name, why);
	if (p->baseline)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%s: a baseline is one report", name);
	p->baseline = json_incref(report);
	return NULL;
}

/* From here on only what is named is read, and nothing is written. */
static struct dm_error *enter_sandbox(const struct command *c)
{
	struct cli_options o = *c->options;
	char **all = calloc(o.arg_count + 1, sizeof(*all));
	struct dm_error *err;

	if (!all)
		return dm_error_no_memory();
	memcpy(all, o.args, o.arg_count * sizeof(*all));
	if (c->policy.baseline_path)
		all[o.arg_count++] = c->policy.baseline_path;
	o.args = all;
	err = cli_enter_sandbox(CLI_SANDBOX_READS, &o);
	free(all);
	return err;
}

/* ---- The command ---------------------------------------------------------- */

/* Files first, wherever they stand: options go over them. */
static struct dm_error *take_rules(struct check_policy *policy,
				   const struct cli_options *o)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < CLI_POLICIES_MAX && o->policies[i]; i++)
		err = read_policy(o->policies[i], policy);
	for (i = 0; !err && i < CHECK_SETTINGS; i++) {
		if (o->rules[i].given)
			err = check_policy_take(policy, i, &o->rules[i]);
	}
	return err ? err : check_policy_verify(policy);
}

static struct dm_error *prepare(struct command *c)
{
	struct check_policy *p = &c->policy;
	struct dm_error *err = take_rules(p, c->options);

	if (!err)
		err = enter_sandbox(c);
	if (!err && p->rules[CHECK_WORSE].given) {
		struct cli_options o = *c->options;

		o.split = false;
		err = stored_or_dump(p->baseline_path, &o, keep_baseline, p);
	}
	return err;
}

static int finish(struct command *c)
{
	struct dm_error *err;

	if (!c->json)
		printf("%u ok, %u failed, %u unread\n", c->passed, c->failed,
		       c->unread);
	err = cli_flush();
	if (err)
		return cli_fail_error(err);
	return c->failed ? CLI_CHECK_FAILED : c->code;
}

/* What cannot even be opened has no report to name it. Takes @err. */
static void unread_path(struct command *c, const char *path,
			struct dm_error *err)
{
	char *name = dm_text_name(path);

	unread(c, name ? name : "", err);
	free(name);
}

static int run(const struct cli_options *o)
{
	struct command c = { .options = o, .json = o->format == CLI_JSON };
	struct dm_error *err, *bad;
	size_t i, count;
	int code;

	check_policy_init(&c.policy);
	err = prepare(&c);
	for (i = 0; !err && i < o->arg_count; i += count) {
		char **paths = o->args + i;

		count = o->split ? o->arg_count : 1;
		bad = o->split
			      ? stored_of_dump(paths, count, o, take_report, &c)
			      : stored_or_dump(*paths, o, take_report, &c);
		if (bad)
			unread_path(&c, *paths, bad);
	}
	code = err ? cli_fail_error(err) : finish(&c);
	check_policy_deinit(&c.policy);
	return code;
}

const struct cli_command cli_check = { .folds = true, .run = run };
