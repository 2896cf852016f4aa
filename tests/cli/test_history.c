// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `splits` on bundled dumps: leaf by leaf against a kernel that logged its
 * splits, and what is said where little is known.
 */
#include <jansson.h>
#include <stdlib.h>

#include "run.h"
#include "suite.h"

/* From a table's allocation to the line in the log. */
#define SLACK_NS 5000000

static json_t *splits(const char *arguments)
{
	char command[256];
	struct run r;
	json_t *json;

	snprintf(command, sizeof(command), "splits --json %s", arguments);
	run_tool(&r, command);
	if (r.code)
		fprintf(stderr, "    %s: %s", command, r.err);
	CU_ASSERT_EQUAL(r.code, 0);
	json = json_loads(r.out, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	run_deinit(&r);
	return json;
}

static json_t *witness(const char *name)
{
	const char *folder = getenv("TEST_DUMPS");
	char path[256];
	json_t *json;

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "test-dumps",
		 name);
	json = json_load_file(path, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static const char *text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_int_t number(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool same_leaf(json_t *a, json_t *b)
{
	return !strcmp(text(a, "leaf"), text(b, "leaf")) &&
	       !strcmp(text(a, "start"), text(b, "start")) &&
	       number(a, "size") == number(b, "size");
}

static json_t *find_leaf(json_t *list, json_t *leaf)
{
	json_t *entry;
	size_t i;

	json_array_foreach(list, i, entry)
	{
		if (same_leaf(entry, leaf))
			return entry;
	}
	return NULL;
}

/* ---- The kernel's own log ----------------------------------------------- */

static void test_logged(void)
{
	json_t *ours = splits("$D/73-4k-counters.kdump");
	json_t *log = witness("73-4k-counters.lost.json"), *entry;
	json_t *found = json_object_get(ours, "splits");
	size_t i;

	CU_ASSERT_EQUAL(json_array_size(log), 54);
	CU_ASSERT_EQUAL(json_array_size(found), json_array_size(log));
	json_array_foreach(log, i, entry)
	{
		if (!find_leaf(found, entry))
			fprintf(stderr, "    only logged: %s %s\n",
				text(entry, "leaf"), text(entry, "start"));
		CU_ASSERT_PTR_NOT_NULL(find_leaf(found, entry));
	}
	json_array_foreach(found, i, entry)
	{
		CU_ASSERT_PTR_NOT_NULL(find_leaf(log, entry));
		CU_ASSERT_STRING_EQUAL(text(entry, "when"), "runtime");
	}
	json_decref(log);
	json_decref(ours);
}

/* The bounds of a time hold, and an exact one is the log's. */
static void check_time(json_t *time, json_int_t logged)
{
	json_t *after = json_object_get(time, "after_ns");
	json_t *before = json_object_get(time, "before_ns");

	if (json_is_integer(after))
		CU_ASSERT_TRUE(json_integer_value(after) <= logged + SLACK_NS);
	if (json_is_integer(before))
		CU_ASSERT_TRUE(json_integer_value(before) >= logged - SLACK_NS);
	if (json_is_integer(after) || json_is_integer(before))
		CU_ASSERT_PTR_NOT_NULL(text(time, "from"));
}

static bool is_exact(json_t *time)
{
	json_t *after = json_object_get(time, "after_ns");

	return json_is_integer(after) &&
	       json_equal(after, json_object_get(time, "before_ns"));
}

/* The log is in order, so exact times along it must be. */
static void test_times(void)
{
	json_t *ours = splits("$D/73-4k-counters.kdump");
	json_t *log = witness("73-4k-counters.lost.json"), *entry, *time;
	json_int_t last = 0;
	size_t i, exact = 0;

	json_array_foreach(log, i, entry)
	{
		time = json_object_get(
			find_leaf(json_object_get(ours, "splits"), entry),
			"time");
		if (!json_is_object(time))
			continue;
		check_time(time, (json_int_t)(json_real_value(json_object_get(
						      entry, "t")) *
					      1e9));
		if (!is_exact(time))
			continue;
		exact++;
		CU_ASSERT_TRUE(number(time, "after_ns") > last);
		last = number(time, "after_ns");
	}
	/* A table each, of all that are blocks. */
	CU_ASSERT_EQUAL(exact, 8);
	json_decref(log);
	json_decref(ours);
}

/* ---- Owners --------------------------------------------------------------- */

static bool owned_by(json_t *list, const char *kind, const char *name,
		     json_int_t id, json_int_t time)
{
	json_t *special, *owner;
	size_t i, j;

	json_array_foreach(list, i, special)
	{
		json_t *owners = json_object_get(special, "owners");
		json_t *one = json_object_get(special, "owner");

		for (j = 0; j < (owners ? json_array_size(owners) : 1); j++) {
			owner = owners ? json_array_get(owners, j) : one;
			if (!strcmp(text(owner, "kind"), kind) &&
			    text(owner, "name") &&
			    !strcmp(text(owner, "name"), name) &&
			    (!id || number(owner, "id") == id) &&
			    (!time || number(owner, "time_ns") == time))
				return true;
		}
	}
	return false;
}

/* All that the guest printed of itself owns something, and is named. */
static void check_owners(const char *dump, const char *facts_name)
{
	json_t *ours = splits(dump), *facts = witness(facts_name), *entry;
	json_t *special = json_object_get(ours, "special");
	size_t i;

	json_array_foreach(json_object_get(facts, "modules"), i, entry)
		CU_ASSERT_TRUE(
			owned_by(special, "module", text(entry, "name"), 0, 0));
	json_array_foreach(json_object_get(facts, "bpf"), i, entry)
		CU_ASSERT_TRUE(owned_by(special, "bpf", text(entry, "name"),
					number(entry, "id"),
					number(entry, "load_time_ns")));
	CU_ASSERT_EQUAL(number(json_object_get(ours, "split_summary"),
			       "unknown_pages"),
			0);
	json_decref(facts);
	json_decref(ours);
}

static void test_owners(void)
{
	check_owners("$D/73-4k-counters.kdump", "73-4k-counters.facts.json");
	check_owners("$D/73-4k-all.kdump", "73-4k-all.facts.json");
}

/* Every stretch of invalid secretmem has its inode, as many pages as printed. */
static void test_secretmem(void)
{
	json_t *ours = splits("$D/73-4k-counters.kdump"), *special;
	json_t *facts = witness("73-4k-counters.facts.json");
	json_int_t bytes = 0;
	size_t i;

	json_array_foreach(json_object_get(ours, "special"), i, special)
	{
		json_t *owner = json_object_get(special, "owner");

		if (strcmp(text(owner, "kind"), "secretmem") != 0)
			continue;
		CU_ASSERT_STRING_EQUAL(text(special, "state"), "invalid");
		CU_ASSERT_TRUE(number(owner, "inode") > 0);
		bytes += number(special, "size");
	}
	CU_ASSERT_EQUAL(bytes,
			4096 * (json_int_t)json_array_size(
				       json_object_get(facts, "secretmem")));
	json_decref(facts);
	json_decref(ours);
}

/* ---- Little known ----------------------------------------------------------- */

static const char *const keys[] = { "schema",  "splits",      "boot",
				    "special", "collapsible", "split_summary" };

static void check_keys(json_t *json)
{
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		CU_ASSERT_PTR_NOT_NULL(json_object_get(json, keys[i]));
	CU_ASSERT_EQUAL(json_object_size(json), i);
	CU_ASSERT_STRING_EQUAL(text(json, "schema"), "directmap/1");
}

/* Page tables alone, all of them pages: nothing can have been lost. */
static void test_all_pages(void)
{
	static const char *const dumps[] = {
		"$D/612-16k.kdump",
		"$D/73-4k-noalias.kdump",
		"$D/73-4k-nobbml.kdump",
		"$D/73-64k-va48.kdump",
	};
	size_t i;

	for (i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		json_t *json = splits(dumps[i]), *range;
		json_t *summary = json_object_get(json, "split_summary");

		check_keys(json);
		CU_ASSERT_TRUE(json_is_true(json_object_get(summary, "known")));
		CU_ASSERT_TRUE(json_is_array(json_object_get(json, "splits")));
		CU_ASSERT_EQUAL(
			json_array_size(json_object_get(json, "splits")), 0);
		range = json_array_get(json_object_get(json, "boot"), 0);
		CU_ASSERT_STRING_EQUAL(text(range, "leaf"), "pte");
		CU_ASSERT_STRING_EQUAL(text(range, "why"), "policy:pages");
		json_decref(json);
	}
}

/* Large leaves and no symbols: not known, and why. */
static void test_unknown(void)
{
	static const char *const dumps[] = {
		"$D/510-4k.kdump",	"$D/618-4k.kdump",
		"$D/73-16k-va47.kdump", "$D/73-4k-bbml3.kdump",
		"$D/73-4k-48g.kdump",	"$D/73-64k-va52.kdump",
	};
	size_t i;

	for (i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		json_t *json = splits(dumps[i]);
		json_t *summary = json_object_get(json, "split_summary");

		check_keys(json);
		CU_ASSERT_TRUE(
			json_is_false(json_object_get(summary, "known")));
		CU_ASSERT_TRUE(json_is_null(json_object_get(json, "splits")));
		CU_ASSERT_PTR_NOT_NULL(
			strstr(text(summary, "why_unknown"), "no symbols"));
		CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "boot")),
				0);
		json_decref(json);
	}
}

/* ---- Words ------------------------------------------------------------------ */

static void test_text(void)
{
	struct run r;

	run_tool(&r, "splits $D/73-4k-counters.kdump");
	CU_ASSERT_EQUAL(r.code, 0);
	CU_ASSERT_EQUAL(strncmp(r.out,
				"54 leaves lost since boot "
				"(2 x 32M, 8 x 2M, 44 x 64k)",
				53),
			0);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		r.out, "\n2M   0xfff0000003200000 in use    1.738120 s "));
	CU_ASSERT_PTR_NOT_NULL(strstr(r.out, "if module dummy went away"));
	run_deinit(&r);
	run_tool(&r, "splits $D/73-4k-nobbml.kdump");
	CU_ASSERT_EQUAL(r.code, 0);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(r.out, "no leaf was lost since boot: all of it was "
			      "mapped by pages\n"));
	run_deinit(&r);
	run_tool(&r, "splits $D/73-4k-bbml3.kdump");
	CU_ASSERT_EQUAL(r.code, 0);
	CU_ASSERT_EQUAL(strncmp(r.out, "unknown: what boot mapped: ", 27), 0);
	CU_ASSERT_PTR_NULL(strstr(r.out, "\nlost "));
	run_deinit(&r);
}

/* What is dated comes by its date; the first lost leaf is the first one logged. */
static void test_timeline(void)
{
	struct run r;
	char *line, *lines;
	size_t count = 0;

	run_tool(&r, "splits --timeline $D/73-4k-counters.kdump");
	CU_ASSERT_EQUAL(r.code, 0);
	lines = strstr(r.out, "\nlost ");
	CU_ASSERT_PTR_NOT_NULL_FATAL(lines);
	lines++;
	strsep(&lines, "\n");
	CU_ASSERT_EQUAL(strncmp(lines, "2M   0xfff0000001200000 ", 24), 0);
	/* Some have a line of their own for who split them. */
	while ((line = strsep(&lines, "\n")) && *line)
		count += *line != ' ';
	CU_ASSERT_EQUAL(count, 54);
	run_deinit(&r);
}

/* Leaves of @splits that @kind has part in ("none": nobody has), in use and all. */
static void count_kind(json_t *splits, const char *kind, unsigned long *all,
		       unsigned long *in_use)
{
	json_t *split, *owner;
	size_t i, j;

	*all = *in_use = 0;
	json_array_foreach(splits, i, split)
	{
		json_t *owners = json_object_get(split, "owners");
		bool has = !json_array_size(owners) && !strcmp(kind, "none");

		json_array_foreach(owners, j, owner) has |=
			!strcmp(text(owner, "kind"), kind);
		*all += has;
		*in_use +=
			has && json_is_true(json_object_get(split, "in_use"));
	}
}

/* The table's line for @kind, as its sums stand in JSON. */
static void check_line(const char *printed, json_t *ours, const char *kind,
		       const char *label)
{
	unsigned long all, in_use, pages = 0;
	json_t *special;
	char line[256];
	size_t i;

	count_kind(json_object_get(ours, "splits"), kind, &all, &in_use);
	json_array_foreach(json_object_get(ours, "special"), i, special)
	{
		json_t *owner = json_object_get(special, "owner");

		if (owner && !strcmp(text(owner, "kind"), kind))
			pages += (unsigned long)number(special, "size") / 4096;
	}
	snprintf(line, sizeof(line), "\n%8lu %8lu %9lu %14lu  %s\n", all,
		 in_use, all - in_use, pages, label);
	suite_has(printed, line);
}

/* At the head of splits, kinds of many owners folded; and in the report. */
static void test_table(void)
{
	static const struct {
		const char *dump, *kind, *label, *line;
	} rows[] = {
		{ "73-4k-all", "bpf_pack", "bpf_pack", NULL },
		{ "73-4k-all", "bpf", "bpf (21 of them)", NULL },
		{ "73-4k-all", "module", "module (25 of them)",
		  "  most by      bpf_pack: 29, none in use; module (25 of them): 26, all in use; secretmem: 17, all in use\n" },
		{ "73-4k-all", "secretmem", "secretmem", NULL },
		{ "73-4k-all", "kprobe", "kprobe alloc_insn_page+0x24/0x80",
		  NULL },
		{ "73-4k-all", "none", "nobody now", NULL },
		{ "73-4k-all", "kernel_text", "kernel_text", NULL },
		{ "73-4k-counters", "module", "module dummy", NULL },
		{ "73-4k-counters", "bpf", "bpf (21 of them)", NULL },
	};
	char command[128];
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *ours;
		struct run r;

		snprintf(command, sizeof(command), "$D/%s.kdump", rows[i].dump);
		ours = splits(command);
		snprintf(command, sizeof(command), "splits $D/%s.kdump",
			 rows[i].dump);
		run_tool(&r, command);
		check_line(r.out, ours, rows[i].kind, rows[i].label);
		run_deinit(&r);
		json_decref(ours);
		if (!rows[i].line)
			continue;
		snprintf(command, sizeof(command), "$D/%s.kdump", rows[i].dump);
		run_tool(&r, command);
		suite_has(r.out, rows[i].line);
		run_deinit(&r);
	}
}

/* What was lost is not known; pages have owners all the same. */
static void test_table_unknown(void)
{
	struct run r;

	run_tool(&r, "splits $D/73-4k-bbml3.kdump");
	suite_has(
		r.out,
		"\n unknown  unknown   unknown           8304  kernel_text\n");
	run_again(&r, "$D/73-4k-bbml3.kdump");
	suite_lacks(r.out, "most by");
	/* Nothing is special, and nothing was lost. */
	run_again(&r, "$D/73-4k-nobbml.kdump");
	suite_lacks(r.out, "most by");
	run_deinit(&r);
}

static void test_wrong_use(void)
{
	struct run r;

	run_tool(&r, "splits --format meminfo $D/73-4k-nobbml.kdump");
	CU_ASSERT_EQUAL(r.code, 2);
	run_deinit(&r);
	run_tool(&r, "report --timeline $D/73-4k-nobbml.kdump");
	CU_ASSERT_EQUAL(r.code, 2);
	run_deinit(&r);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "lost leaves, one by one with the kernel's log",
		  test_logged },
		{ "times, with the kernel's log", test_times },
		{ "owners, by what the guest printed", test_owners },
		{ "secretmem, by what the guest printed", test_secretmem },
		{ "page tables alone: all pages", test_all_pages },
		{ "page tables alone: large leaves", test_unknown },
		{ "words", test_text },
		{ "by owner", test_table },
		{ "by owner, where what was lost is unknown",
		  test_table_unknown },
		{ "timeline", test_timeline },
		{ "wrong use", test_wrong_use },
		CU_TEST_INFO_NULL,
	};
	int bad = suite_run("splits", tests);

	run_remove_scratch();
	return bad;
}
