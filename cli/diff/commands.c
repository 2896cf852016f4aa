// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage diff: what changed from one dump, or stored report, to another. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/escape.h"
#include "cli.h"
#include "diff.h"
#include "enter.h"
#include "directmap/json.h"
#include "option_words.h"
#include "stored/read_options.h"
#include "stored/stored.h"
#include "terminal.h"
#include "vmlinux_arg.h"

static const char help_text[] =
	"Usage: kdump-triage diff [--json] [--fail-on-worse] A B\n"
	"What changed from A to B: dumps, or reports of them (report --json).\n"
	"Worse: B has more bytes in entries of the last level, more lost leaves,\n"
	"more tables for splits, or more findings; --fail-on-worse exits with 1 then.\n"
	"Else 4 where one of them could not be read whole. Of a split dump, or of two\n"
	"kernels that need a vmlinux each, make reports first.\n" READ_OPTIONS_HELP;

enum { OPT_JSON = 256, OPT_WORSE, OPT_HELP };

/* Of a list, for people; JSON has all. */
#define LINES_MAX 20

static struct dm_error *keep(void *arg, json_t *report, const char *name)
{
	const char *why = stored_unread(report);
	json_t **ret = arg;

	if (why)
		cli_fail(CLI_PARTIAL, "%s was not read: %s", name, why);
	if (*ret)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%s: more than one report", name);
	*ret = json_incref(report);
	return NULL;
}

/* @sign: before it. Leaves are of whole kB. */
static void print_value(const json_t *v, bool bytes, const char *sign)
{
	long long n = (long long)json_integer_value(v);
	char text[40] = "unknown";

	if (json_is_integer(v))
		snprintf(text, sizeof(text), "%s%lld%s", sign,
			 bytes ? n / 1024 : n, bytes ? " kB" : "   ");
	printf("  %17s", text);
}

/* What there is at least, where not all is known. */
static void print_bound(const json_t *figure, const char *key, bool bytes)
{
	char at_least[16];

	snprintf(at_least, sizeof(at_least), "%s_at_least", key);
	print_value(json_object_get(figure, key), bytes,
		    json_is_true(json_object_get(figure, at_least)) ? ">="
								    : "");
}

static void print_list(const json_t *diff, const char *key, const char *title)
{
	const json_t *list = json_object_get(diff, key), *one;
	size_t i;

	if (!json_is_array(list))
		printf("%s: unknown\n", title);
	json_array_foreach(list, i, one)
	{
		if (i == LINES_MAX) {
			printf("%s: and %zu more\n", title,
			       json_array_size(list) - i);
			break;
		}
		printf("%s: ", title);
		escape_text(stdout, json_string_value(one));
		putchar('\n');
	}
}

/* That which can be said of one of them. */
static bool has_list(const json_t *diff, const char *key)
{
	return json_array_size(json_object_get(diff, key));
}

static void print_fact(const json_t *v)
{
	if (json_is_string(v))
		escape_text(stdout, json_string_value(v));
	else if (json_is_integer(v))
		printf("%lld", (long long)json_integer_value(v));
	else
		fputs("unknown", stdout);
}

static void print_text(const json_t *diff)
{
	const json_t *one, *missing = json_object_get(diff, "ranges_missing");
	const json_t *change;
	size_t i;

	print_list(diff, "worse", "worse");
	print_list(diff, "unknown_in_b", "not known of B");
	printf("%-18s  %14s     %14s     %14s\n", "", "A", "B", "change");
	json_array_foreach(json_object_get(diff, "figures"), i, one)
	{
		const char *figure =
			json_string_value(json_object_get(one, "figure"));
		bool bytes = diff_is_bytes(figure);

		printf("%-18s", figure);
		print_bound(one, "a", bytes);
		print_bound(one, "b", bytes);
		change = json_object_get(one, "change");
		print_value(change, bytes,
			    json_integer_value(change) > 0 ? "+" : "");
		putchar('\n');
	}
	json_array_foreach(json_object_get(diff, "changed"), i, one)
	{
		printf("%s: ", json_string_value(json_object_get(one, "fact")));
		print_fact(json_object_get(one, "a"));
		fputs(" -> ", stdout);
		print_fact(json_object_get(one, "b"));
		putchar('\n');
	}
	if (json_is_string(missing))
		printf("lost and regained by range: unknown: %s\n",
		       json_string_value(missing));
	if (json_is_null(missing) || has_list(diff, "lost"))
		print_list(diff, "lost", "lost");
	if (json_is_null(missing) || has_list(diff, "regained"))
		print_list(diff, "regained", "regained");
	print_list(diff, "owners_came", "came");
	print_list(diff, "owners_went", "went");
}

static struct dm_error *run(struct cli_options *o, json_t **diff, bool *partial)
{
	static const struct cli_command reads = {
		.name = "diff",
		.sandbox = CLI_SANDBOX_READS,
	};
	json_t *a = NULL, *b = NULL;
	struct dm_error *err = cli_enter_sandbox(&reads, o);

	if (!err)
		err = stored_or_dump(o->args[0], o, keep, &a);
	if (!err)
		err = stored_or_dump(o->args[1], o, keep, &b);
	if (!err)
		err = diff_create(a, b, diff);
	*partial = stored_is_partial(a) || stored_is_partial(b);
	json_decref(a);
	json_decref(b);
	return err;
}

/* @code: what it is if nothing is worse. */
static int show(json_t *diff, bool json, bool fail_on_worse, int code)
{
	/* What is not known any more may be worse. */
	bool worse = json_array_size(json_object_get(diff, "worse")) ||
		     json_array_size(json_object_get(diff, "unknown_in_b"));
	struct dm_error *err = NULL;

	if (json) {
		err = dm_json_write(json_incref(diff), cli_stdout());
	} else {
		terminal_fold();
		print_text(diff);
	}
	json_decref(diff);
	if (!err)
		err = cli_flush();
	if (err)
		return cli_fail_error(err);
	return worse && fail_on_worse ? CLI_CHECK_FAILED : code;
}

static void make_options(struct option *o)
{
	*o++ = (struct option){ "json", no_argument, NULL, OPT_JSON };
	*o++ = (struct option){ "fail-on-worse", no_argument, NULL, OPT_WORSE };
	*o++ = (struct option){ "help", no_argument, NULL, OPT_HELP };
	o = read_options_put(o);
	*o = (struct option){ 0 };
}

static int diff_main(int argc, char **argv)
{
	struct cli_options o = { .color = "never" };
	bool json = false, worse = false, partial = false, taken;
	struct option long_options[READ_OPTIONS + 4];
	struct dm_error *err;
	json_t *diff = NULL;
	int letter;

	make_options(long_options);
	letter = option_words_check(argc, argv, long_options,
				    READ_OPTIONS_SHORT, "diff --help");
	if (letter >= 0)
		return letter;
	opterr = 0;
	while ((letter = getopt_long(argc, argv, READ_OPTIONS_SHORT,
				     long_options, NULL)) != -1) {
		err = read_options_take(&o, letter, optarg, &taken);
		if (err)
			return cli_fail_error(err);
		if (letter == OPT_HELP) {
			fputs(help_text, stdout);
			return CLI_OK;
		}
		json |= letter == OPT_JSON;
		worse |= letter == OPT_WORSE;
	}
	o.args = argv + optind;
	o.arg_count = (size_t)(argc - optind);
	err = cli_take_vmlinux(&o, o.arg_count);
	if (err)
		return cli_fail_error(err);
	if (o.arg_count != 2)
		return cli_fail(CLI_USAGE, "usage: kdump-triage diff A B; see "
					   "kdump-triage diff --help");
	err = run(&o, &diff, &partial);
	if (err)
		return cli_fail_error(err);
	return show(diff, json, worse, partial ? CLI_PARTIAL : CLI_OK);
}

const struct cli_command cli_diff = {
	.name = "diff",
	.synopsis = "diff A B",
	.main = diff_main,
};
