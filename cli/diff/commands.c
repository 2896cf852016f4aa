// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage diff: what changed from one dump, or stored report, to another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/escape.h"
#include "cli.h"
#include "diff.h"
#include "directmap/json.h"
#include "stored/stored.h"

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

static struct dm_error *compare(const struct cli_options *o, json_t **diff,
				bool *partial)
{
	json_t *a = NULL, *b = NULL;
	struct dm_error *err = stored_or_dump(o->args[0], o, keep, &a);

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
static int show(json_t *diff, const struct cli_options *o, int code)
{
	/* What is not known any more may be worse. */
	bool worse = json_array_size(json_object_get(diff, "worse")) ||
		     json_array_size(json_object_get(diff, "unknown_in_b"));
	struct dm_error *err = NULL;

	if (o->format == CLI_JSON)
		err = dm_json_write(json_incref(diff), cli_stdout());
	else
		print_text(diff);
	json_decref(diff);
	if (!err)
		err = cli_flush();
	if (err)
		return cli_fail_error(err);
	return worse && o->fail_on_worse ? CLI_CHECK_FAILED : code;
}

static int run(const struct cli_options *options)
{
	struct dm_error *err;
	json_t *diff = NULL;
	bool partial;

	err = compare(options, &diff, &partial);
	if (err)
		return cli_fail_error(err);
	return show(diff, options, partial ? CLI_PARTIAL : CLI_OK);
}

const struct cli_command cli_diff = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
