// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FIFOs and pipes wherever a command reads: nobody waits for a writer that does
 * not come, and all wait for one that is there.
 */
#include <stdlib.h>

#include "cli/run.h"
#include "suite.h"

static void prepare(void)
{
	struct run run;

	run_tool(&run, "--json $D/61-4k.kdump >$T/a.json && "
		       "\"$KDUMP_TRIAGE\" batch --state $T/state --json "
		       "$D/61-4k.kdump >$T/rows.jsonl && mkfifo $T/fifo && "
		       "printf '[check]\\nno-findings = yes\\n' >$T/p.ini && "
		       "echo $D/61-4k.kdump >$T/list");
	CU_ASSERT_EQUAL(run.code, 0);
	run_deinit(&run);
}

#define NO_WRITER "fifo: a FIFO that no program has open for writing"
#define NO_FILE	  "fifo: not a file"

static const struct {
	const char *arguments;
	int code;
	const char *part;
} no_writer[] = {
	{ "check --policy $T/fifo $D/61-4k.kdump", 2, NO_WRITER },
	{ "check --no-findings yes $T/fifo", 3, NO_WRITER },
	{ "check --max-worse 1% --baseline $T/fifo $D/61-4k.kdump", 3,
	  NO_WRITER },
	{ "diff $T/a.json $T/fifo", 3, NO_WRITER },
	{ "merge $T/rows.jsonl $T/fifo", 3, NO_WRITER },
	{ "batch --state $T/state @$T/fifo", 2, NO_WRITER },
	{ "query worst --db $T/fifo", 2, "fifo: a FIFO, and no database" },
	{ "$T/fifo", 3, NO_FILE },
	{ "--vmlinux $T/fifo $D/61-4k.kdump", 3, NO_FILE },
	{ "--system-map $T/fifo $D/61-4k.kdump", 3, NO_FILE },
	{ "extract $T/fifo $T/out", 3, NO_FILE },
};

#define NO_WRITERS (sizeof(no_writer) / sizeof(no_writer[0]))

/* All at the same time, for each takes as long as a writer is waited for. */
static void run_no_writer(void)
{
	char text[8192] = "--version;";
	struct run run;
	size_t i, n = strlen(text);

	for (i = 0; i < NO_WRITERS; i++)
		n += (size_t)snprintf(
			text + n, sizeof(text) - n,
			" { timeout -s KILL 60 \"$KDUMP_TRIAGE\" %s "
			">$T/out%zu 2>$T/err%zu; echo $? >>$T/err%zu; } &",
			no_writer[i].arguments, i, i, i);
	snprintf(text + n, sizeof(text) - n, " wait");
	run_tool(&run, text);
	run_deinit(&run);
}

static void test_no_writer(void)
{
	char path[128], code[8], *err;
	size_t i, size;

	run_no_writer();
	for (i = 0; i < NO_WRITERS; i++) {
		snprintf(path, sizeof(path), "%s/err%zu", run_scratch(), i);
		snprintf(code, sizeof(code), "\n%d\n", no_writer[i].code);
		err = run_read_file(path, &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(err);
		if (!strstr(err, no_writer[i].part) || !strstr(err, code))
			fprintf(stderr, "    %s: %s", no_writer[i].arguments,
				err);
		CU_ASSERT_PTR_NOT_NULL(strstr(err, no_writer[i].part));
		CU_ASSERT_PTR_NOT_NULL(strstr(err, code));
		free(err);
	}
}

/* @plain reads the file that @fed reads by way of a FIFO or a pipe. */
static void check_fed(const char *plain, const char *fed)
{
	struct run with, without;

	run_tool(&without, plain);
	run_tool(&with, fed);
	if (with.code != without.code || *with.err)
		fprintf(stderr, "    %s: %d %s\n", fed, with.code, with.err);
	CU_ASSERT_EQUAL(with.code, without.code);
	CU_ASSERT_STRING_EQUAL(with.out, without.out);
	CU_ASSERT_STRING_EQUAL(with.err, without.err);
	run_deinit(&with);
	run_deinit(&without);
}

/* Open for as long again as is waited for a writer, and then in two pieces. */
#define SLOWLY(file)                                                           \
	"--version >/dev/null; { sleep 3; head -c 10 " file "; sleep 0.1; "    \
	"tail -c +11 " file "; } >$T/fifo & "
#define READS "timeout -s KILL 60 \"$KDUMP_TRIAGE\" "

static void test_writer(void)
{
	check_fed("check --policy $T/p.ini $D/61-4k.kdump",
		  SLOWLY("$T/p.ini") READS
		  "check --policy $T/fifo $D/61-4k.kdump");
	check_fed("check --no-findings yes $T/a.json",
		  "--version >/dev/null; cat $T/a.json >$T/fifo & " READS
		  "check --no-findings yes $T/fifo");
	check_fed("merge --json $T/rows.jsonl",
		  "--version >/dev/null; cat $T/rows.jsonl >$T/fifo & " READS
		  "merge --json $T/fifo");
	check_fed("batch --list-only @$T/list",
		  "--version >/dev/null; { sleep 0.1; cat $T/list; } "
		  ">$T/fifo & " READS "batch --list-only @$T/fifo");
	/* What a shell names for <(…). */
	check_fed("diff --json $T/a.json $T/a.json",
		  "--version >/dev/null; { sleep 0.1; cat $T/a.json; } | " READS
		  "diff --json $T/a.json /dev/fd/0");
	check_fed("merge --json $T/rows.jsonl",
		  "--version >/dev/null; cat $T/rows.jsonl | " READS
		  "merge --json /dev/fd/0");
}

static CU_TestInfo tests[] = {
	{ "files to read", prepare },
	{ "no writer", test_no_writer },
	{ "a writer", test_writer },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	int code = suite_run("input", tests);

	run_remove_scratch();
	return code;
}
