// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command lines that are wrong: the word that is, why, and what may be meant,
 * of every command; and numbers that are none.
 */
#include <stdlib.h>

#include "run.h"
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
	expect("-h", 2, "unknown option -h; did you mean --help?");
	expect("-q " DUMP, 2, "unknown option -q; see kdump-triage --help");
	expect(DUMP " -5 --json", 2,
	       "unknown option -5; see kdump-triage --help");
	expect("--xyzzy=1 " DUMP, 2,
	       "unknown option --xyzzy; see kdump-triage --help");
	expect("--s " DUMP, 2,
	       "--s may be --system-map or another option; see kdump-triage --help");
	/* The value of another is no option, whatever it looks like. */
	expect("--vmlinux -version -quit " DUMP, 2,
	       "unknown option -quit; see kdump-triage --help");
}

static void test_commands(void)
{
	expect("batch -quiet " DUMP, 2,
	       "unknown option -quiet; did you mean --quiet?");
	expect("batch -version", 2,
	       "unknown option -version; did you mean --version?");
	expect("batch --rows " DUMP, 2,
	       "unknown option --rows; see kdump-triage batch --help");
	expect("query worst -db x", 2,
	       "unknown option -db; did you mean --db?");
	expect("query worst lost --db x", 2,
	       "lost: one view at a time; see kdump-triage query --help");
	expect("merge -quiet x", 2,
	       "unknown option -quiet; did you mean --quiet?");
	expect("merge", 2, "no results given; see kdump-triage merge --help");
	expect("merge --json --csv x", 2,
	       "--json, --csv and --quiet are one at a time; see kdump-triage merge --help");
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
	       "--range needs a value; see kdump-triage --help");
	expect(DUMP " -j", 2, "-j needs a value; see kdump-triage --help");
	expect("--json=yes " DUMP, 2,
	       "--json takes no value; see kdump-triage --help");
	expect("--format xml " DUMP, 2,
	       "--format cannot be \"xml\"; see kdump-triage --help");
	expect("batch --color=blue " DUMP, 2,
	       "--color cannot be \"blue\"; see kdump-triage batch --help");
	expect("merge x --junit", 2,
	       "--junit needs a value; see kdump-triage merge --help");
}

/* What is no number is none to any option. */
static void test_numbers(void)
{
	static const struct {
		const char *before, *option;
		const char *help;
	} options[] = {
		{ DUMP, "jobs", "--help" },
		{ DUMP, "timeout", "--help" },
		{ DUMP, "max-tables", "--help" },
		{ "batch " DUMP, "jobs", "batch --help" },
		{ "batch " DUMP, "timeout", "batch --help" },
		{ "batch " DUMP, "max-tables", "batch --help" },
		{ "batch " DUMP, "max-memory", "batch --help" },
		{ "query worst", "limit", "query --help" },
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
	size_t i, j;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		for (j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
			char arguments[256], says[256];

			snprintf(arguments, sizeof(arguments), "%s --%s='%s'",
				 options[i].before, options[i].option, bad[j]);
			snprintf(says, sizeof(says),
				 "--%s cannot be \"%s\"; see kdump-triage %s",
				 options[i].option, bad[j], options[i].help);
			expect(arguments, 2, says);
		}
	}
	for (j = 0; j < sizeof(bad) / sizeof(bad[0]); j++) {
		char arguments[256], says[256];

		snprintf(arguments, sizeof(arguments),
			 "check --timeout='%s' " DUMP, bad[j]);
		snprintf(
			says, sizeof(says),
			"--timeout cannot be \"%s\": a number from 1 to 31536000",
			bad[j]);
		expect(arguments, 2, says);
	}
}

static void test_version(void)
{
	static const char *const commands[] = {
		"",	 "report", "runs x", "explain", "extract",
		"batch", "query",  "merge",  "check",	"diff",
	};
	char arguments[64];
	struct run r;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(arguments, sizeof(arguments), "%s --version",
			 commands[i]);
		run_tool(&r, arguments);
		CU_ASSERT_EQUAL(r.code, 0);
		CU_ASSERT_STRING_EQUAL(r.out, "kdump-triage " DM_VERSION "\n");
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
		{ "version", test_version },
		CU_TEST_INFO_NULL,
	};

	return suite_run("options", tests);
}
