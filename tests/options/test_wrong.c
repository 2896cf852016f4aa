// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command lines that are wrong: the word that is, why, and what may be meant, of
 * every command; and options that mean the same to all.
 */
#include <stdlib.h>
#include <unistd.h>

#include "cli/run.h"
#include "options/table.h"
#include "suite.h"

#define DUMP "$D/73-4k-counters.kdump"

static void expect(const char *arguments, int code, const char *says)
{
	char line[512];
	struct run r;

	snprintf(line, sizeof(line), "kdump-triage: %s\n", says);
	run_tool(&r, arguments);
	if (r.code != code || strcmp(r.err, line) != 0)
		fprintf(stderr, "    %s: %d\n    %s", arguments, r.code, r.err);
	CU_ASSERT_EQUAL(r.code, code);
	CU_ASSERT_STRING_EQUAL(r.err, line);
	CU_ASSERT_STRING_EQUAL(r.out, "");
	run_deinit(&r);
}

/* The word that is wrong is named, wherever it stands. */
static void test_unknown(void)
{
	expect("-version", 2,
	       "unknown option -version; did you mean --version?");
	expect(DUMP " -version", 2,
	       "unknown option -version; did you mean --version?");
	expect("-json " DUMP, 2, "unknown option -json; did you mean --json?");
	expect("-jobs 2 " DUMP, 2,
	       "unknown option -jobs; did you mean --jobs?");
	expect("runs " DUMP " -range=1-2", 2,
	       "unknown option -range; did you mean --range?");
	expect("--max_tables 4 " DUMP, 2,
	       "unknown option --max_tables; did you mean --max-tables?");
	expect("--jsno " DUMP, 2,
	       "unknown option --jsno; did you mean --json?");
	expect("-html x " DUMP, 2,
	       "unknown option -html; did you mean --html?");
	expect("-q " DUMP, 2,
	       "unknown option -q; see kdump-triage help report");
	expect(DUMP " -5 --json", 2,
	       "unknown option -5; see kdump-triage help report");
	expect("--xyzzy=1 " DUMP, 2,
	       "unknown option --xyzzy; see kdump-triage help report");
	expect("--s " DUMP, 2,
	       "--s may be --system-map or another option; see kdump-triage help report");
	/* The value of another is no option, whatever it looks like. */
	expect("--vmlinux -version -quit " DUMP, 2,
	       "unknown option -quit; see kdump-triage help report");
}

static void test_commands(void)
{
	expect("batch -quiet " DUMP, 2,
	       "unknown option -quiet; did you mean --quiet?");
	expect("batch -version", 2,
	       "unknown option -version; did you mean --version?");
	expect("batch --rows " DUMP, 2,
	       "unknown option --rows; see kdump-triage help batch");
	expect("query worst -db x", 2,
	       "unknown option -db; did you mean --db?");
	expect("query worst lost --db x", 2,
	       "usage: kdump-triage query [NAME] --db FILE; see kdump-triage help query");
	expect("merge -quiet x", 2,
	       "unknown option -quiet; did you mean --quiet?");
	expect("merge", 2,
	       "usage: kdump-triage merge OUT...; see kdump-triage help merge");
	expect("merge --json --csv x", 2,
	       "--json, --csv and --quiet are one at a time; see kdump-triage help merge");
	expect("check -version", 2,
	       "unknown option -version; did you mean --version?");
	expect("check --max-lost-leafs 0 " DUMP, 2,
	       "unknown option --max-lost-leafs; did you mean --max-lost-leaves?");
	expect("diff -json a b", 2,
	       "unknown option -json; did you mean --json?");
}

static void test_values(void)
{
	expect("runs " DUMP " --range", 2,
	       "--range needs a value; see kdump-triage help runs");
	expect(DUMP " -j", 2, "-j needs a value; see kdump-triage help report");
	expect("--json=yes " DUMP, 2,
	       "--json takes no value; see kdump-triage help report");
	expect("--format xml " DUMP, 2,
	       "--format cannot be \"xml\": text, json or meminfo; see kdump-triage help report");
	expect("batch --color=blue " DUMP, 2,
	       "--color cannot be \"blue\": auto, always or never; see kdump-triage help batch");
	expect("merge x --junit", 2,
	       "--junit needs a value; see kdump-triage help merge");
}

/* What is no number is none to any option, in the same words everywhere. */
static void test_numbers(void)
{
	static const char jobs[] = "a number from 1 to 1024, or auto",
			  seconds[] = "seconds from 0 to 31536000",
			  count[] = "a number",
			  mib[] = "a number of MiB, or one with K, M, G or T",
			  bytes[] =
				  "a number of bytes, or one with K, M, G or T";
	static const struct {
		const char *command, *option, *which;
	} options[] = {
		{ "report", "jobs", jobs },
		{ "report", "timeout", seconds },
		{ "report", "max-tables", count },
		{ "check", "jobs", jobs },
		{ "check", "timeout", seconds },
		{ "diff", "timeout", seconds },
		{ "check", "max-lost-leaves", count },
		{ "check", "max-residual-bytes", bytes },
		{ "batch", "jobs", jobs },
		{ "batch", "timeout", seconds },
		{ "batch", "max-tables", count },
		{ "batch", "max-memory", mib },
		{ "query", "limit", count },
	};
	static const char *const bad[] = {
		"",
		" ",
		"+1",
		"-1",
		" 1",
		"1 ",
		"1x",
		"0x1",
		"1.5",
		"one",
		"18446744073709551617",
		"99999999999999999999999999",
	};
	char arguments[256], says[256];
	size_t i, j;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		for (j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			snprintf(arguments, sizeof(arguments), "%s --%s='%s' x",
				 options[i].command, options[i].option, bad[j]);
			snprintf(
				says, sizeof(says),
				"--%s cannot be \"%s\": %s; see kdump-triage help %s",
				options[i].option, bad[j], options[i].which,
				options[i].command);
			expect(arguments, 2, says);
		}
	}
	expect("-j 0 x", 2,
	       "--jobs cannot be \"0\": a number from 1 to 1024, or auto; see kdump-triage help report");
	expect("batch -j 1025 x", 2,
	       "--jobs cannot be \"1025\": a number from 1 to 1024, or auto; see kdump-triage help batch");
	expect("check --max-4k-share 101% x", 2,
	       "--max-4k-share cannot be \"101%\": per cent from 0 to 100; see kdump-triage help check");
	expect("batch --shard 3/2 x", 2,
	       "--shard cannot be \"3/2\": I/N, with I from 1 to N; see kdump-triage help batch");
	expect("map --zoom 2-1 x", 2,
	       "--zoom cannot be \"2-1\": two hexadecimal addresses, START-END; see kdump-triage help map");
	expect("--html '' x", 2,
	       "--html cannot be \"\": the name of a file; see kdump-triage help report");
}

/* Says @says of @word, and where help is. */
static void refuses(const struct command_spec *c, const char *word,
		    const char *says)
{
	char arguments[256], begin[256], end[64];
	struct run r;
	size_t size;

	snprintf(arguments, sizeof(arguments), "%s %s", c->name, word);
	snprintf(begin, sizeof(begin), "kdump-triage: %s", says);
	snprintf(end, sizeof(end), "; see kdump-triage help %s\n", c->name);
	run_tool(&r, arguments);
	size = strlen(r.err);
	if (r.code != 2 || strncmp(r.err, begin, strlen(begin)) != 0)
		fprintf(stderr, "    %s: %d\n    %s", arguments, r.code, r.err);
	CU_ASSERT_EQUAL(r.code, 2);
	CU_ASSERT_STRING_EQUAL(r.out, "");
	CU_ASSERT_EQUAL(strncmp(r.err, begin, strlen(begin)), 0);
	CU_ASSERT_TRUE_FATAL(size > strlen(end));
	CU_ASSERT_STRING_EQUAL(r.err + size - strlen(end), end);
	run_deinit(&r);
}

/* Without its value, with one that it does not have, or with one too many. */
static void refuse_option(const struct command_spec *c,
			  const struct option_spec *o)
{
	bool file = o->kind == OPTION_FILE || o->kind == OPTION_FILES;
	char word[128], says[128];

	if (!o->argument) {
		snprintf(word, sizeof(word), "--%s=1", o->name);
		snprintf(says, sizeof(says), "--%s takes no value", o->name);
		refuses(c, word, says);
		return;
	}
	snprintf(word, sizeof(word), "x --%s", o->name);
	snprintf(says, sizeof(says), "--%s needs a value", o->name);
	refuses(c, word, says);
	snprintf(word, sizeof(word), "--%s '%s' x", o->name, file ? "" : "?!");
	snprintf(says, sizeof(says), "--%s cannot be \"%s\": ", o->name,
		 file ? "" : "?!");
	refuses(c, word, says);
}

static void test_each(void)
{
	const struct option_spec *o;
	size_t i, j;

	for (i = 0; i < COMMANDS; i++) {
		for (j = 0; (o = command_option(command_table[i], j)); j++)
			refuse_option(command_table[i], o);
		refuses(command_table[i], "--xyzzyx",
			"unknown option --xyzzyx");
	}
}

/* 0 and auto mean the same to all commands that take them. */
static void test_limits(void)
{
	static const char *const commands[] = {
		"runs " DUMP,
		"splits " DUMP,
		"check --no-findings yes " DUMP,
		"diff " DUMP " " DUMP,
		"batch --again --quiet " DUMP,
		"batch --again --quiet --max-memory 0 " DUMP,
	};
	char arguments[256];
	struct run r;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(arguments, sizeof(arguments),
			 "%s -j auto --timeout 0 --max-tables 0", commands[i]);
		run_tool(&r, arguments);
		if (r.code)
			fprintf(stderr, "    %s: %d\n    %s", arguments, r.code,
				r.err);
		CU_ASSERT_EQUAL(r.code, 0);
		run_deinit(&r);
	}
	/* All take a limit, too. */
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(arguments, sizeof(arguments),
			 "%s -j 1024 --timeout 31536000 --max-tables 2",
			 commands[i]);
		run_tool(&r, arguments);
		CU_ASSERT_EQUAL(r.code, i == 2 ? 1 : 4);
		run_deinit(&r);
	}
}

/* All that read dumps themselves say which rights they gave up. */
static void test_rights(void)
{
	static const char *const commands[] = {
		"report " DUMP,
		"runs " DUMP,
		"check --no-findings yes " DUMP,
		"diff " DUMP " " DUMP,
	};
	char arguments[256];
	struct run r;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(arguments, sizeof(arguments), "%s --verbose",
			 commands[i]);
		run_tool(&r, arguments);
		CU_ASSERT_EQUAL(r.code, 0);
		CU_ASSERT_PTR_NOT_NULL(strstr(r.err, "sandbox: files "));
		run_deinit(&r);
		snprintf(arguments, sizeof(arguments),
			 "%s --verbose --no-sandbox", commands[i]);
		run_tool(&r, arguments);
		CU_ASSERT_EQUAL(r.code, 0);
		CU_ASSERT_STRING_EQUAL(r.err, "");
		run_deinit(&r);
	}
}

/* What is nearly a name is told that name, where it is not one of a file. */
static void test_near(void)
{
	expect("reprot " DUMP, 2,
	       "unknown command reprot; did you mean report?");
	expect("--json --jobs 2 spilts " DUMP, 2,
	       "unknown command spilts; did you mean splits?");
	expect("chek x", 2, "unknown command chek; did you mean check?");
	expect("rep x", 2, "unknown command rep; did you mean report?");
	expect("hlep", 2, "unknown command hlep; did you mean help?");
	expect("help expalin", 2,
	       "unknown command expalin; did you mean explain?");
	expect("help xyzzy", 2,
	       "unknown command xyzzy; kdump-triage help lists them");
	/* Others are files; behind -- all are. */
	expect("xyzzy", 3, "xyzzy: No such file or directory");
	expect("-- reprot", 3, "reprot: No such file or directory");
	expect("-- report", 3, "report: No such file or directory");
	expect("--format jsno " DUMP, 2,
	       "--format cannot be \"jsno\"; did you mean json?");
	expect("extract --views report,splist x y", 2,
	       "--views cannot be \"splist\"; did you mean splits?");
	expect("query worts --db x", 2, "no view worts; did you mean worst?");
	expect("query xyzzy --db x", 2,
	       "no view xyzzy; kdump-triage query lists them");
}

/* A file is a dump, whatever its name is near to. */
static void test_file_of_that_name(void)
{
	char *tool = realpath(getenv("KDUMP_TRIAGE"), NULL);
	char *back = getcwd(NULL, 0);
	struct run r;

	CU_ASSERT_PTR_NOT_NULL_FATAL(tool);
	CU_ASSERT_PTR_NOT_NULL_FATAL(back);
	run_tool(&r, "--version && cp " DUMP " $T/reprot");
	run_deinit(&r);
	setenv("KDUMP_TRIAGE", tool, 1);
	CU_ASSERT_EQUAL_FATAL(chdir(run_scratch()), 0);
	run_tool(&r, "--format meminfo reprot");
	CU_ASSERT_EQUAL(r.code, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.out, "DirectMap4k:"));
	run_deinit(&r);
	CU_ASSERT_EQUAL_FATAL(chdir(back), 0);
	free(tool);
	free(back);
}

/* An option of other commands is not taken for one that it begins. */
static void test_of_others(void)
{
	expect("runs --html x " DUMP, 2,
	       "runs takes no --html; see kdump-triage help runs");
	expect("batch --split " DUMP, 2,
	       "batch takes no --split; see kdump-triage help batch");
	expect("query --quiet", 2,
	       "query takes no --quiet; see kdump-triage help query");
	expect("extract --jobs 2 x y", 2,
	       "extract takes no --jobs; see kdump-triage help extract");
	expect("splits --format svg x", 2,
	       "splits has no svg format; see kdump-triage help splits");
	expect("diff a", 2,
	       "usage: kdump-triage diff A B; see kdump-triage help diff");
	expect("diff a b c", 2,
	       "usage: kdump-triage diff A B; see kdump-triage help diff");
	expect("check --no-findings yes", 2,
	       "usage: kdump-triage check [--policy FILE] [--RULE VALUE...] DUMP|REPORT...; see kdump-triage help check");
	expect("batch", 2,
	       "usage: kdump-triage batch PATH...; see kdump-triage help batch");
}

static void test_version(void)
{
	static const char *const commands[] = {
		"",	 "report", "runs x", "explain", "extract",
		"batch", "query",  "merge",  "check",	"diff",
	};
	static const char version[] = "kdump-triage " DM_VERSION "\n";
	char arguments[64];
	struct run r;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(arguments, sizeof(arguments), "%s --version",
			 commands[i]);
		run_tool(&r, arguments);
		CU_ASSERT_EQUAL(r.code, 0);
		CU_ASSERT_EQUAL(strncmp(r.out, version, sizeof(version) - 1),
				0);
		CU_ASSERT_STRING_EQUAL(r.err, "");
		run_deinit(&r);
	}
	/* Help that stands before what is wrong is help. */
	run_tool(&r, "--help --xyzzy");
	CU_ASSERT_EQUAL(r.code, 0);
	run_deinit(&r);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "unknown options", test_unknown },
		{ "of other commands", test_commands },
		{ "values", test_values },
		{ "numbers", test_numbers },
		{ "each option of each command", test_each },
		{ "limits", test_limits },
		{ "rights", test_rights },
		{ "near names", test_near },
		{ "a file of a name that is near", test_file_of_that_name },
		{ "options of others", test_of_others },
		{ "version", test_version },
		CU_TEST_INFO_NULL,
	};

	return suite_run("wrong command lines", tests);
}
