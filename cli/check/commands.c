// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage check: dumps and stored reports against a policy. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/escape.h"
#include "check.h"
#include "cli.h"
#include "enter.h"
#include "util/error.h"
#include "input.h"
#include "directmap/json.h"
#include "option_words.h"
#include "stored/fields.h"
#include "stored/read_options.h"
#include "stored/stored.h"
#include "terminal.h"
#include "directmap/text.h"
#include "vmlinux_arg.h"

static const char help_text[] =
	"Usage: kdump-triage check [--policy FILE] [--RULE VALUE...] [--json] "
	"DUMP|REPORT...\n"
	"Exit code 1 if a dump, or a report of one (report --json), breaks a rule.\n"
	"Rules: max-LEAF-share P% (4k, 16k, 64k, 2M ..., small), max-lost-leaves N,\n"
	"max-residual-splits N, max-residual-bytes SIZE, max-collapsible SIZE,\n"
	"require-policy blocks|pages|repainted, text-alias read-only,\n"
	"no-broken-contiguous yes, no-findings yes, require-complete yes,\n"
	"max-worse P% with baseline FILE; on-unknown fail|warn|pass (fail).\n"
	"A policy file has them as KEY = VALUE in a section [check].\n"
	"--split: the files are the parts of one split dump.\n" READ_OPTIONS_HELP;

#define POLICY_FILE_MAX (1 << 16)

enum { OPT_POLICY = 256, OPT_JSON, OPT_HELP, OPT_SPLIT, OPT_RULE = 512 };

struct command {
	struct check_policy policy;
	struct cli_options options;
	bool json, stop;
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
		err = dm_error_create(DM_ERROR_INVALID_ARGUMENT, "%s: %s", path,
				      strerror(errno));
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
static struct dm_error *enter_sandbox(struct command *c, char **paths,
				      size_t count)
{
	static const struct cli_command reads = {
		.name = "check",
		.sandbox = CLI_SANDBOX_READS,
	};
	char **all = calloc(count + 1, sizeof(*all));
	struct cli_options o = c->options;
	struct dm_error *err;

	if (!all)
		return dm_error_no_memory();
	memcpy(all, paths, count * sizeof(*all));
	if (c->policy.baseline_path)
		all[count++] = c->policy.baseline_path;
	o.args = all;
	o.arg_count = count;
	err = cli_enter_sandbox(&reads, &o);
	free(all);
	return err;
}

/* ---- The command ---------------------------------------------------------- */

static const char *option_named(const struct option *options, int letter)
{
	while (options->val != letter)
		options++;
	return options->name;
}

/* All rules are options of their own names. */
static void make_options(struct option *o)
{
	size_t i, n = check_rule_count();

	*o++ = (struct option){ "policy", required_argument, NULL, OPT_POLICY };
	*o++ = (struct option){ "json", no_argument, NULL, OPT_JSON };
	*o++ = (struct option){ "help", no_argument, NULL, OPT_HELP };
	*o++ = (struct option){ "split", no_argument, NULL, OPT_SPLIT };
	o = read_options_put(o);
	for (i = 0; i < n; i++)
		*o++ = (struct option){ check_rule_name(i), required_argument,
					NULL, OPT_RULE + (int)i };
	*o++ = (struct option){ "baseline", required_argument, NULL,
				OPT_RULE + (int)n };
	*o++ = (struct option){ "on-unknown", required_argument, NULL,
				OPT_RULE + (int)n + 1 };
	*o = (struct option){ 0 };
}

/* The file first, wherever it stands: options go over it. */
static struct dm_error *take_options(struct command *c, int argc, char **argv,
				     const struct option *options)
{
	struct dm_error *err = NULL;
	int pass, letter;
	bool taken;

	opterr = 0;
	for (pass = 0; pass < 2; pass++) {
		optind = 0;
		while (!err &&
		       (letter = getopt_long(argc, argv, READ_OPTIONS_SHORT,
					     options, NULL)) != -1) {
			err = read_options_take(&c->options, letter, optarg,
						&taken);
			if (err || taken)
				continue;
			if (letter == OPT_POLICY && pass == 0)
				err = read_policy(optarg, &c->policy);
			else if (letter >= OPT_RULE && pass == 1)
				err = check_policy_set(
					&c->policy,
					option_named(options, letter), optarg);
			c->json |= letter == OPT_JSON;
			c->stop |= letter == OPT_HELP;
			c->options.split |= letter == OPT_SPLIT;
		}
	}
	return err;
}

static struct dm_error *prepare(struct command *c, int argc, char **argv,
				const struct option *options)
{
	struct dm_error *err = take_options(c, argc, argv, options);
	struct check_policy *p = &c->policy;

	if (err || c->stop)
		return err;
	c->options.args = argv + optind;
	c->options.arg_count = (size_t)(argc - optind);
	err = check_policy_verify(p);
	if (!err)
		err = cli_take_vmlinux(&c->options, c->options.arg_count);
	if (!err && !c->options.arg_count)
		err = dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"usage: kdump-triage check [--policy FILE] [--RULE VALUE...] DUMP|REPORT...");
	if (!err)
		err = enter_sandbox(c, c->options.args, c->options.arg_count);
	if (!err && p->set[check_rule_count() - 1]) {
		struct cli_options o = c->options;

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

static int check_main(int argc, char **argv)
{
	struct option options[CHECK_RULES_MAX + READ_OPTIONS + 8];
	struct command c = { .options = { .color = "never" } };
	struct dm_error *err;
	size_t i, count;
	int code;

	make_options(options);
	code = option_words_check(argc, argv, options, READ_OPTIONS_SHORT,
				  "check --help");
	if (code >= 0)
		return code;
	check_policy_init(&c.policy);
	err = prepare(&c, argc, argv, options);
	if (!err && c.stop)
		fputs(help_text, stdout);
	if (!err && !c.stop && !c.json)
		terminal_fold();
	for (i = 0; !err && !c.stop && i < c.options.arg_count; i += count) {
		char **paths = c.options.args + i;
		struct dm_error *bad;

		count = c.options.split ? c.options.arg_count : 1;
		bad = c.options.split ? stored_of_dump(paths, count, &c.options,
						       take_report, &c)
				      : stored_or_dump(*paths, &c.options,
						       take_report, &c);
		if (bad)
			unread_path(&c, *paths, bad);
	}
	code = err ? cli_fail_error(err) : c.stop ? CLI_OK : finish(&c);
	check_policy_deinit(&c.policy);
	return code;
}

const struct cli_command cli_check = {
	.name = "check",
	.synopsis = "check [--policy FILE] [--RULE VALUE...] DUMP|REPORT...",
	.main = check_main,
};
