// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage batch, query and merge as a user runs them. */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/run.h"
#include "sanitized.h"
#include "suite.h"

static struct run run;

static void batch(const char *arguments)
{
	char text[1024];

	snprintf(text, sizeof(text), "batch --state $T/state %s", arguments);
	run_again(&run, text);
}

/* By the OOM killer, say: told, not kept. */
static void test_killed(void)
{
	run_again(&run, "--version >/dev/null; KILL_READER=1 "
			"ASAN_OPTIONS=verify_asan_link_order=0 "
			"LD_PRELOAD=\"${KDUMP_TRIAGE%/*}/preload.so\" "
			"\"$KDUMP_TRIAGE\" batch --state $T/killed --json "
			"$D/73-4k-noalias.kdump");
	CU_ASSERT_EQUAL(run.code, 5);
	suite_has(run.out, "\"failed\"");
	suite_has(run.out, "killed from outside (SIGKILL: out of memory?)");
	run_again(&run,
		  "batch --state $T/killed --json $D/73-4k-noalias.kdump");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_STRING_EQUAL(run.err, "");
	suite_has(run.out, "\"ok\"");
	run_again(&run,
		  "batch --state $T/killed --json $D/73-4k-noalias.kdump");
	suite_has(run.err, "1 of 1 dump was done before");
}

static void test_table(void)
{
	batch("$D/73-4k-counters.kdump $D/73-4k-noalias.kdump");
	CU_ASSERT_EQUAL(run.code, 0);
	/* Splits come before what is small by policy. */
	suite_has(run.out,
		  "  1.07 %      54      12      42  blocks     7.3.4");
	CU_ASSERT(strstr(run.out, "counters") < strstr(run.out, "noalias"));
	suite_has(run.out, "2 dumps: 2 read; ");
	suite_has(run.out, "54 leaves lost in 1, 42 of them residual");
	CU_ASSERT_STRING_EQUAL(run.err, "");
}

static json_t *only_row(void)
{
	json_t *row = json_loads(run.out, 0, NULL);

	CU_ASSERT_PTR_NOT_NULL_FATAL(row);
	return row;
}

static json_int_t number(json_t *o, const char *a, const char *b, const char *c)
{
	o = json_object_get(json_object_get(o, a), b);
	return json_integer_value(c ? json_object_get(o, c) : o);
}

static void test_row(void)
{
	json_t *row, *owner;
	struct run report;

	batch("--json $D/73-4k-counters.kdump");
	row = only_row();
	CU_ASSERT_EQUAL(number(row, "split_summary", "lost", "cont_pte"), 44);
	CU_ASSERT_EQUAL(number(row, "batch", "code", NULL), 0);
	CU_ASSERT_EQUAL(number(row, "batch", "files", NULL), 1);
	/* By owner instead of leaf by leaf. */
	CU_ASSERT_PTR_NULL(json_object_get(row, "splits"));
	CU_ASSERT_PTR_NULL(json_object_get(row, "special"));
	owner = json_array_get(json_object_get(row, "owners"), 0);
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(owner, "kind")), "bpf_pack");
	/* Else the report's own bytes. */
	run_tool(&report, "--json $D/73-4k-counters.kdump");
	{
		json_t *other = json_loads(report.out, 0, NULL);

		CU_ASSERT_TRUE(json_equal(json_object_get(row, "usage"),
					  json_object_get(other, "usage")));
		CU_ASSERT_TRUE(json_equal(json_object_get(row, "policy"),
					  json_object_get(other, "policy")));
		CU_ASSERT_TRUE(
			json_equal(json_object_get(row, "split_summary"),
				   json_object_get(other, "split_summary")));
		CU_ASSERT_TRUE(json_equal(json_object_get(row, "counters"),
					  json_object_get(other, "counters")));
		json_decref(other);
	}
	run_deinit(&report);
	json_decref(row);

	batch("--json --splits $D/73-4k-counters.kdump");
	row = only_row();
	CU_ASSERT_EQUAL(json_array_size(json_object_get(row, "splits")), 54);
	json_decref(row);
}

/* Done is what has the same file and version; not what another run lacked. */
static void test_resume(void)
{
	run_shell(
		"rm -rf state again; mkdir again; cp \"$D\"/73-4k-small.kdump "
		"again/a.kdump && cp again/a.kdump again/b.kdump");
	batch("--json $T/again");
	CU_ASSERT_EQUAL(run_lines(run.out), 2);
	CU_ASSERT_STRING_EQUAL(run.err, "");
	batch("--json $T/again");
	CU_ASSERT_EQUAL(run_lines(run.out), 2);
	suite_has(run.err, "2 of 2 dumps were done before");
	/* Nor of another build of the tool. */
	run_again(&run,
		  "--version >/dev/null; "
		  "objcopy -R .note.gnu.build-id \"$KDUMP_TRIAGE\" $T/other && "
		  "$T/other batch --state $T/state --json $T/again");
	CU_ASSERT_EQUAL(run_lines(run.out), 2);
	CU_ASSERT_PTR_NULL(strstr(run.err, "before"));
	/* Another content under an old name. */
	run_shell(
		"printf x | dd of=again/b.kdump bs=1 seek=0 conv=notrunc status=none");
	batch("--json $T/again");
	CU_ASSERT_EQUAL(run.code, 4);
	suite_has(run.err, "1 of 2 dumps was done before");
	suite_has(run.out, "\"status\":\"unreadable\"");
	/* A half-written result is none; another's is not touched. */
	run_shell("for f in state/*.json; do : >$f; done");
	batch("--json $T/again");
	CU_ASSERT_EQUAL(run_lines(run.out), 2);
	CU_ASSERT_PTR_NULL(strstr(run.err, "before"));
	batch("--json --again $T/again");
	CU_ASSERT_PTR_NULL(strstr(run.err, "before"));
	/* A name does not change what is in it. */
	run_shell("ln again/a.kdump again/c.kdump");
	batch("--json $T/again");
	suite_has(run.out, "/again/c.kdump\"");
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
}

/* Rows by path; but the largest is read first, as it is waited for longest. */
static void test_order(void)
{
	run_shell("rm -rf state order; mkdir order; "
		  "cp \"$D\"/73-4k-48g.kdump order/a; "
		  "cp \"$D\"/73-4k-all.kdump order/b; "
		  "cp \"$D\"/73-4k-counters.kdump order/c");
	batch("-j 1 --all-files --json $T/order");
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	CU_ASSERT(strstr(run.out, "/order/a\"") <
		  strstr(run.out, "/order/b\""));
	CU_ASSERT(strstr(run.out, "/order/b\"") <
		  strstr(run.out, "/order/c\""));
	/*
	 * Their results, in the order in which they were written: none is read
	 * within a tick of the file system's clock, 4 ms.
	 */
	run_shell("test \"$(ls -rt --sort=time state/*.json | xargs -n 1 "
		  "jq -j '.dump.path[-1:]')\" = bca");
}

static void test_limits(void)
{
#if !SANITIZED
	batch("--json --max-memory 12M $D/73-4k-all.kdump");
	CU_ASSERT_NOT_EQUAL(run.code, 0);
	suite_has(run.out, "\"code\":5");
	/* With more of it the result is looked for anew. */
	batch("--json $D/73-4k-all.kdump");
	CU_ASSERT_EQUAL(run.code, 0);
	suite_has(run.out, "\"status\":\"ok\"");
#endif
}

static void test_codes(void)
{
	batch("$D/README.md");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.out, "1 dump: 0 read, 1 not");
	batch("$T/nowhere $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run.code, 4);
	suite_has(run.out, "/nowhere: No such file or directory");
	run_again(&run, "batch --state $D/README.md $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run.code, 5);
	suite_has(run.err, "README.md: Not a directory");
	run_shell("mkdir -p empty");
	batch("$T/empty");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "no dumps found");
	batch("--shard 1/2 $T/empty");
	CU_ASSERT_EQUAL(run.code, 0);
	batch("");
	CU_ASSERT_EQUAL(run.code, 2);
	batch("--shard 3/2 x");
	CU_ASSERT_EQUAL(run.code, 2);
	batch("--shard 0/2 x");
	CU_ASSERT_EQUAL(run.code, 2);
	batch("-j 0 x");
	CU_ASSERT_EQUAL(run.code, 2);
	batch("--timeout soon x");
	CU_ASSERT_EQUAL(run.code, 2);
	batch("--json --csv x");
	CU_ASSERT_EQUAL(run.code, 2);
	batch("--db /dev/full/x.db $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run.code, 5);
	batch("--junit /nowhere/x.xml $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run.code, 5);
	batch("--json $D/73-4k-small.kdump >/dev/full");
	CU_ASSERT_EQUAL(run.code, 5);
}

/* A file's name can hold anything but a slash. */
static void test_hostile_names(void)
{
	size_t size;
	char *text, path[128];

	run_shell(
		"mkdir -p evil && for n in '=cmd|x' \"$(printf 'a\\033[2Jb\\nc\\377')\" "
		"'\"<&>]]>' '{{x}}\\\\'; do cp \"$D\"/73-4k-small.kdump "
		"\"evil/$n.kdump\"; done");
	batch("--junit $T/evil.xml --prometheus $T/evil.prom --db $T/evil.db "
	      "$T/evil");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_PTR_NULL(strchr(run.out, '\033'));
	CU_ASSERT_EQUAL(run_lines(run.out), 7);
	batch("--csv $T/evil");
	CU_ASSERT_EQUAL(run_lines(run.out), 5);
	suite_has(run.out, "/evil/\"\"<&>]]>.kdump\",\"ok\"");
	batch("--json $T/evil");
	CU_ASSERT_EQUAL(run_lines(run.out), 4);
	CU_ASSERT_PTR_NULL(strchr(run.out, '\033'));
	snprintf(path, sizeof(path), "%s/evil.xml", run_scratch());
	text = run_read_file(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	suite_has(text, "/evil/&quot;&lt;&amp;&gt;]]&gt;.kdump\"");
	CU_ASSERT_PTR_NULL(strchr(text, '\033'));
	free(text);
	snprintf(path, sizeof(path), "%s/evil.prom", run_scratch());
	text = run_read_file(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	suite_has(text, "/evil/{{x}}\\\\");
	free(text);
	run_again(&run, "query worst --db $T/evil.db");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_PTR_NULL(strchr(run.out, '\033'));
	/* The view of that name is not asked. */
	run_shell(
		"sqlite3 evil.db 'DROP VIEW worst; CREATE VIEW worst AS SELECT 5'");
	run_again(&run, "query worst --db $T/evil.db --csv");
	CU_ASSERT_EQUAL(run.code, 0);
	suite_has(run.out, "small_percent,lost,");
	CU_ASSERT_EQUAL(run_lines(run.out), 2);
	/* From a folder named so that the name itself begins the field. */
	run_shell("cp evil/=cmd*.kdump .");
	run_deinit(&run);
	run_tool(&run, "batch --csv --state $T/state =none");
	suite_has(run.out, "\n\"'=none\",\"unreadable\"");
}

/* Done again once more tables may be read, and not before. */
static void test_max_tables(void)
{
	batch("--json --again --max-tables 3 $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run.code, 4);
	suite_has(run.out, "\"status\":\"partial\"");
	suite_has(run.out, "\"why\":\"max_tables\"");
	suite_has(run.out, "\"tables\":3");
	batch("--json --max-tables 3 $D/73-4k-small.kdump");
	suite_has(run.err, "1 of 1 dump was done before");
	batch("--json $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run.code, 0);
	suite_has(run.out, "\"status\":\"ok\"");
	CU_ASSERT_PTR_NULL(strstr(run.out, "\"why\":\"max_tables\""));
}

/* A page for each dump, and an index that leads to them. */
static void test_html(void)
{
	char path[128], *text;
	size_t size;

	batch("--quiet --html $T/site/ $D/73-4k-small.kdump "
	      "$D/73-4k-counters.kdump $D/README.md");
	CU_ASSERT_EQUAL(run.code, 4);
	CU_ASSERT_EQUAL(run.out_size, 0);
	run_shell("test $(ls site/*.html | wc -l) = 3");
	run_shell(
		"for f in $(grep -o 'href=\"[^\"#]*\\.html' site/index.html | "
		"cut -d'\"' -f2); do test -s site/$f || exit 1; done");
	snprintf(path, sizeof(path), "%s/site/index.html", run_scratch());
	text = run_read_file(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	suite_has(text, "73-4k-small.kdump");
	suite_has(text, "73-4k-counters.kdump");
	suite_has(text, "README.md");
	free(text);
	run_shell("grep -q '<svg' site/73-4k-counters*.html");
	batch("--json --html $T/one.html $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run_lines(run.out), 1);
	run_again(&run, "merge --html $T/merged.html $T/state");
	run_shell("grep -q 73-4k-small.kdump one.html merged.html");
}

static void test_merge(void)
{
	batch("--json $D/73-4k-small.kdump $D/73-4k-counters.kdump >$T/1.jsonl");
	batch("--json $D/73-4k-counters.kdump $D/73-4k-noalias.kdump "
	      ">$T/2.jsonl");
	run_again(&run, "merge --json --db $T/merged.db $T/1.jsonl $T/2.jsonl");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	run_again(&run, "merge --json $T/merged.db $T/1.jsonl");
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	run_again(&run, "query policies --db $T/merged.db --json");
	CU_ASSERT_EQUAL(run_lines(run.out), 3);
	run_again(&run, "query releases --db $T/merged.db --csv");
	suite_has(run.out, "\n\"7.3.4\",1,0,1.07,54.0,54,42,8454144,54,0\n");
	/* A plain report is a row too. */
	run_again(&run, "report --json $D/73-4k-small.kdump >$T/3.jsonl");
	run_again(&run, "merge $T/3.jsonl");
	suite_has(run.out, "1 dump: 1 read");
	run_again(&run, "merge $T/state");
	CU_ASSERT_EQUAL(run.code, 0);
	run_shell("echo '{\"schema\":1}' >bad.jsonl");
	run_again(&run, "merge $T/bad.jsonl");
	CU_ASSERT_EQUAL(run.code, 2);
	suite_has(run.err, "bad.jsonl:1: no row of a batch");
	/* What cannot be read is no file without rows. */
	run_shell("mkdir -p unread/b.jsonl && cp 1.jsonl unread");
	run_again(&run, "merge $T/unread");
	CU_ASSERT_EQUAL(run.code, 2);
	suite_has(run.err, "unread/b.jsonl: not a file");
	run_again(&run, "merge /proc/self/mem");
	CU_ASSERT_EQUAL(run.code, 2);
	suite_has(run.err, "/proc/self/mem: ");
	run_again(&run, "merge /dev/zero");
	CU_ASSERT_EQUAL(run.code, 2);
	run_again(&run, "merge");
	CU_ASSERT_EQUAL(run.code, 2);
	run_again(&run, "query nothing --db $T/merged.db");
	CU_ASSERT_EQUAL(run.code, 2);
	run_again(&run, "query worst --db $T/1.jsonl");
	CU_ASSERT_EQUAL(run.code, 2);
	run_again(&run, "query");
	suite_has(run.out, "top_owners");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "table", test_table },
		{ "a child that was killed", test_killed },
		{ "row", test_row },
		{ "what is done is not done again", test_resume },
		{ "the largest first", test_order },
		{ "limits", test_limits },
		{ "exit codes", test_codes },
		{ "hostile names", test_hostile_names },
		{ "table limit", test_max_tables },
		{ "pages", test_html },
		{ "merge and query", test_merge },
		CU_TEST_INFO_NULL,
	};
	int failed = suite_run("batch", tests);

	run_deinit(&run);
	run_remove_scratch();
	return failed;
}
