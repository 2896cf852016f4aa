// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rows in all outputs: names that differ stay different and open the file again,
 * results that disagree are both there, and what was not read is never ok.
 */
#include <jansson.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "cli/run.h"
#include "suite.h"

static struct run run;

/* ---- Names --------------------------------------------------------------- */

/* Each is one that another could be taken for. */
static const char *const names[] = {
	"a",
	"a\xff",
	"a\xfe",
	"a\\xff",
	"a\\x5cxff",
	"a\xe2\x80\xae",
	"a\\xe2\\x80\\xae",
	"a\xe2\x80\x8f",
	"a\xe2\x80\x8b",
	"a\xc2\x9b",
	"a\x9b",
	"a\n",
	"a\\n",
	"a\\",
	"=a",
	"'=a",
	"''=a",
	" a",
	"a  b",
	"a b",
	"a?",
	"\xc3\xa4",
	"a\xcc\x88",
	"\"<&>",
	"{{x}}\\\"",
	"a\xc0\xaf",
	"a\xef\xbb\xbf",
};

#define NAMES (sizeof(names) / sizeof(names[0]))

static void make_dumps(void)
{
	char from[256], to[256];
	const char *dumps = getenv("TEST_DUMPS");
	size_t i, size;
	char *content;

	run_shell("rm -rf names; mkdir names");
	snprintf(from, sizeof(from), "%s/73-4k-small.kdump",
		 dumps ? dumps : "test-dumps");
	content = run_read_file(from, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(content);
	for (i = 0; i < NAMES; i++) {
		FILE *file;

		snprintf(to, sizeof(to), "%s/names/%s", run_scratch(),
			 names[i]);
		file = fopen(to, "w");
		CU_ASSERT_PTR_NOT_NULL_FATAL(file);
		CU_ASSERT_EQUAL(fwrite(content, 1, size, file), size);
		fclose(file);
	}
	free(content);
}

/* Bytes of a row's path: as it stands, or what path_base64 says. */
static void take_path(const json_t *dump, char *ret, size_t size)
{
	const char *coded =
		json_string_value(json_object_get(dump, "path_base64"));
	char command[1024];
	FILE *pipe;
	size_t n;

	if (!coded) {
		snprintf(ret, size, "%s",
			 json_string_value(json_object_get(dump, "path")));
		return;
	}
	snprintf(command, sizeof(command), "echo %s | base64 -d", coded);
	pipe = popen(command, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(pipe);
	n = fread(ret, 1, size - 1, pipe);
	ret[n] = '\0';
	CU_ASSERT_EQUAL(pclose(pipe), 0);
}

/* Each name in one row, and nothing that is on its way to a terminal. */
static void check_rows(char *text)
{
	bool seen[NAMES] = { false };
	char *line, path[512];
	size_t i;

	CU_ASSERT_EQUAL(run_lines(text), NAMES);
	suite_lacks(text, "\xe2\x80");
	suite_lacks(text, "\xc2\x9b");
	while ((line = strsep(&text, "\n"))) {
		json_t *row = json_loads(line, 0, NULL);
		const char *name;

		if (!row)
			continue;
		take_path(json_object_get(row, "dump"), path, sizeof(path));
		name = strstr(path, "/names/");
		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		for (i = 0; i < NAMES; i++)
			seen[i] |= !strcmp(names[i], name + 7);
		json_decref(row);
	}
	for (i = 0; i < NAMES; i++) {
		if (!seen[i])
			fprintf(stderr, "    lost: %s\n", names[i]);
		CU_ASSERT_TRUE(seen[i]);
	}
}

static void test_names(void)
{
	make_dumps();
	run_again(&run,
		  "batch --state $T/state --all-files --json --db $T/n.db "
		  "--junit $T/n.xml --prometheus $T/n.prom --html $T/n.html "
		  "$T/names");
	CU_ASSERT_EQUAL(run.code, 0);
	check_rows(run.out);
	/* As many different ones in each. */
	run_shell(
		"test $(grep -a -o '<testcase [^>]*' n.xml | sort -u | wc -l) "
		"= 27; test $(grep -a -c '^directmap_dump_exit_code' n.prom) = 27;"
		"test $(grep -a '^directmap_dump_exit_code' n.prom | sort -u | "
		"wc -l) = 27; xmllint --noout n.xml");
	run_shell(
		"test $(sqlite3 n.db 'SELECT count(DISTINCT path) FROM paths') "
		"= 27");
	run_shell("grep -a -o 'class=\"path\">[^<]*<' n.html | grep -v cloud | "
		  "sort -u >paths; test $(wc -l <paths) = 27");
	run_shell(
		"! grep -a -P '[\\x00-\\x08\\x0b-\\x1f\\x7f]' n.xml n.prom n.html");
	run_shell("! grep -a -e \"$(printf '\\342\\200\\256')\" "
		  "-e \"$(printf '\\377')\" n.xml n.prom n.html");
	run_again(&run, "batch --state $T/state --all-files --csv $T/names");
	CU_ASSERT_EQUAL(run_lines(run.out), NAMES + 1);
	run_shell(
		"cut -d, -f1 .out | sort -u >paths; test $(wc -l <paths) = 28");
	run_again(&run, "batch --state $T/state --all-files $T/names");
	run_shell("sed 's/.*blocks//' .out | grep names/ | sort -u >paths; "
		  "test $(wc -l <paths) = 27");
	/* Through a database and back; a state's row under its own name. */
	run_again(&run, "merge --json $T/n.db");
	check_rows(run.out);
	run_again(&run, "check --max-lost-leaves 100 --json $T/n.db");
	run_again(&run, "merge --json $T/n.db >$T/rows; $KDUMP_TRIAGE check "
			"--require-policy blocks $T/rows");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_EQUAL(run_lines(run.out), NAMES + 1);
	suite_has(run.out, "/names/a\\xff: ok");
	suite_has(run.out, "/names/a\\x5cxff: ok");
	/* printf(1) gives the bytes back. */
	run_shell("n=$(jq -r .dump.path rows | grep -F 'a\\xfe'); "
		  "test -e \"$(env printf %b \"$n\")\"");
}

/* ---- Results that disagree ------------------------------------------------ */

static void test_disagree(void)
{
	run_shell("cp \"$D\"/73-4k-small.kdump one");
	run_again(&run, "batch --state $T/state --json $T/one");
	run_shell(
		"cp .out a.jsonl; jq -c '.dump.path = \"/two\" | "
		".usage.tables.count += 1' a.jsonl >b.jsonl; "
		"jq -c '.dump.path = \"/three\"' a.jsonl >c.jsonl; "
		"jq -c '.dump.path = \"/four\" | .batch.status = \"timeout\" | "
		".batch.code = 4 | .batch.limits = {} | del(.usage)' a.jsonl "
		">d.jsonl; jq -c '.usage.tables.count += 2' a.jsonl >e.jsonl");
	run_again(
		&run,
		"merge --json --db $T/dis.db $T/a.jsonl $T/b.jsonl $T/c.jsonl");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	suite_has(run.err, "1 dump has one content id with another");
	suite_has(run.err, "/two");
	run_again(&run, "query disagree --db $T/dis.db --csv");
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	/* The order is no matter; and what is in comes out. */
	run_again(
		&run,
		"merge --quiet --db $T/sid.db $T/c.jsonl $T/b.jsonl $T/a.jsonl");
	run_shell("for d in dis sid; do sqlite3 $d.db 'SELECT id, path, tables "
		  "FROM dumps; SELECT id, path FROM paths' >$d; done; "
		  "cmp dis sid; test $(wc -l <dis) = 5");
	run_again(&run, "merge --json $T/dis.db");
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	suite_has(run.err, "1 dump has one content id");
	/* A limit is no opinion; nor is a copy that says the same. */
	run_again(
		&run,
		"merge --json --db $T/agree.db $T/a.jsonl $T/c.jsonl $T/d.jsonl");
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	CU_ASSERT_STRING_EQUAL(run.err, "");
	run_again(&run, "query disagree --db $T/agree.db --csv");
	CU_ASSERT_EQUAL(run_lines(run.out), 1);
	/* Under one path too: of two machines, say. */
	run_again(&run, "merge --json $T/a.jsonl $T/e.jsonl $T/a.jsonl");
	CU_ASSERT_EQUAL(run_lines(run.out), 2);
	suite_has(run.err, "1 dump has one content id");
}

/* ---- What was not read ---------------------------------------------------- */

static void test_unread(void)
{
	size_t i;
	static const char *const ways[] = { "fail", "warn", "pass" };
	char arguments[256];

	run_shell(
		"cp \"$D\"/73-4k-counters.kdump good; head -c 4096 good >bad; "
		"printf 'KDUMP   x' >worse");
	run_again(&run,
		  "batch --state $T/state --json $T/good $T/bad $T/worse");
	CU_ASSERT_EQUAL(run.code, 4);
	run_shell(
		"cp .out mixed; grep -e /bad -e /worse mixed >none; "
		"grep /worse mixed >worse.jsonl; grep /good mixed >good.jsonl");
	for (i = 0; i < 3; i++) {
		snprintf(arguments, sizeof(arguments),
			 "check --max-lost-leaves 100 --on-unknown %s $T/mixed",
			 ways[i]);
		run_again(&run, arguments);
		CU_ASSERT_EQUAL(run.code, 3);
		suite_has(run.out, "1 ok, 0 failed, 2 unread\n");
		suite_lacks(run.out, "worse: ok");
		suite_has(run.err, "/worse: ");
		CU_ASSERT_EQUAL(run_lines(run.err), 2);
		snprintf(arguments, sizeof(arguments),
			 "check --json --no-findings yes --on-unknown %s "
			 "$T/none",
			 ways[i]);
		run_again(&run, arguments);
		CU_ASSERT_EQUAL(run.code, 3);
		suite_lacks(run.out, "\"pass\"");
		suite_has(run.out, "\"verdict\":\"unread\"");
		suite_lacks(run.out, "\"reason\":null");
	}
	run_again(
		&run,
		"check --max-worse 5 --baseline $T/worse.jsonl --on-unknown pass "
		"$T/good");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "the baseline was not read");
	run_again(&run, "diff $T/good $T/worse.jsonl");
	CU_ASSERT_EQUAL(run.code, 4);
	suite_has(run.err, "/worse was not read: ");
	run_again(&run, "diff $T/worse.jsonl $T/good.jsonl");
	CU_ASSERT_EQUAL(run.code, 4);
	run_again(&run, "diff --fail-on-worse $T/good $T/worse.jsonl");
	CU_ASSERT_EQUAL(run.code, 1);
	run_again(&run, "diff $T/good.jsonl $T/good.jsonl");
	CU_ASSERT_EQUAL(run.code, 0);
	/* Ended by a limit. */
	run_shell(
		"jq -c '.batch.status = \"timeout\" | .batch.code = 4 | "
		"del(.usage)' good.jsonl >late.jsonl; jq -c '.batch.code = 4' "
		"good.jsonl >part.jsonl");
	run_again(
		&run,
		"check --max-lost-leaves 100 --on-unknown pass $T/late.jsonl");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "timeout");
	run_again(&run, "check --max-lost-leaves 100 $T/part.jsonl");
	CU_ASSERT_EQUAL(run.code, 4);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "names", test_names },
		{ "results that disagree", test_disagree },
		{ "what was not read", test_unread },
		CU_TEST_INFO_NULL,
	};
	int failed = suite_run("rows", tests);

	run_deinit(&run);
	run_remove_scratch();
	return failed;
}
