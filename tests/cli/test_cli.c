// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kdump-triage as its users run it: text and JSON against golden files,
 * options, exit codes, and what it says when something is wrong.
 *
 * `make golden` writes the golden files anew: read the difference.
 */
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "gen/gen.h"
#include "run.h"
#include "suite.h"

static void check_run(const char *arguments, int code, const char *out,
		      const char *err)
{
	struct run r;

	run_tool(&r, arguments);
	if (r.code != code || (out && !strstr(r.out, out)) ||
	    (err && !strstr(r.err, err)))
		fprintf(stderr, "    %s: exit %d\n%s%s", arguments, r.code,
			r.out, r.err);
	CU_ASSERT_EQUAL(r.code, code);
	if (out)
		CU_ASSERT_PTR_NOT_NULL(strstr(r.out, out));
	if (err) {
		CU_ASSERT_PTR_NOT_NULL(strstr(r.err, err));
		/* One line, and it says who speaks. */
		CU_ASSERT_EQUAL(strncmp(r.err, "kdump-triage: ", 14), 0);
		CU_ASSERT_PTR_EQUAL(strchr(r.err, '\n'),
				    r.err + strlen(r.err) - 1);
	} else {
		CU_ASSERT_STRING_EQUAL(r.err, "");
	}
	run_deinit(&r);
}

/* ---- Golden files ------------------------------------------------------- */

static const struct {
	const char *file, *arguments;
} golden[] = {
	{ "73-4k-bbml3.txt", "$D/73-4k-bbml3.kdump" },
	{ "73-4k-bbml3.json", "--json $D/73-4k-bbml3.kdump" },
	{ "73-4k-bbml3.meminfo", "--format meminfo $D/73-4k-bbml3.kdump" },
	{ "73-4k-bbml3.runs.txt", "runs $D/73-4k-bbml3.kdump" },
	{ "73-4k-bbml3.runs.json",
	  "runs --json --range 0xfff0000002400000-0xfff0000002c00000 $D/73-4k-bbml3.kdump" },
	{ "73-4k-bbml3.color.txt",
	  "report --color always $D/73-4k-bbml3.kdump" },
	{ "73-4k-va48.txt", "report $D/73-4k-va48.kdump" },
	{ "73-16k-va47.txt", "$D/73-16k-va47.kdump" },
	{ "612-16k.txt", "$D/612-16k.kdump" },
	{ "61-4k.txt", "$D/61-4k.kdump" },
	{ "61-4k.meminfo", "--format=meminfo $D/61-4k.kdump" },
};

static void test_golden(void)
{
	bool update = getenv("UPDATE_GOLDEN");
	char path[256], *expected;
	struct run r;
	size_t i, size;

	for (i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		run_tool(&r, golden[i].arguments);
		CU_ASSERT_EQUAL(r.code, 0);
		CU_ASSERT_STRING_EQUAL(r.err, "");
		snprintf(path, sizeof(path), "tests/cli/golden/%s",
			 golden[i].file);
		if (update) {
			FILE *file = fopen(path, "w");

			fwrite(r.out, 1, r.out_size, file);
			fclose(file);
		}
		expected = run_read_file(path, &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(expected);
		if (strcmp(expected, r.out) != 0)
			fprintf(stderr, "    differs: %s\n", path);
		CU_ASSERT_STRING_EQUAL(expected, r.out);
		free(expected);
		run_deinit(&r);
	}
}

/* What README shows is what comes out. */
static void test_readme(void)
{
	char *readme, *golden_text, *shown, *end;
	size_t size;

	readme = run_read_file("README.md", &size);
	golden_text = run_read_file("tests/cli/golden/73-4k-bbml3.txt", &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(readme);
	CU_ASSERT_PTR_NOT_NULL_FATAL(golden_text);
	shown = strstr(readme, "DirectMap4k:");
	CU_ASSERT_PTR_NOT_NULL_FATAL(shown);
	end = strstr(shown, "of mapped memory\n");
	CU_ASSERT_PTR_NOT_NULL_FATAL(end);
	CU_ASSERT_EQUAL(strncmp(shown, golden_text, (size_t)(end - shown)), 0);
	free(readme);
	free(golden_text);
}

/* ---- Usage -------------------------------------------------------------- */

static void test_usage(void)
{
	check_run("--help", 0, "Exit codes: 0 fine", NULL);
	check_run("--json report $D/61-4k.kdump", 0, "\"schema\"", NULL);
	check_run(
		"--format json runs --range ffff086c40400000-ffff086c40400001 $D/61-4k.kdump",
		0, "{\"start\":\"0xffff086c40400000\"", NULL);
	check_run("runs --range 40000000-50000000 $D/61-4k.kdump", 2, NULL,
		  "outside the linear map");
	check_run("runs --help", 0, "Usage: kdump-triage", NULL);
	check_run("--version", 0, "kdump-triage " DM_VERSION "\n", NULL);
	check_run("", 2, NULL, "usage: kdump-triage [report] DUMP");
	check_run("runs", 2, NULL, "usage: kdump-triage runs DUMP");
	check_run("extract $D/61-4k.kdump", 2, NULL, "extract DUMP... OUT");
	check_run("--nonsense x", 2, NULL, "--nonsense");
	check_run("--format", 2, NULL, "--format");
	check_run("--format xml x", 2, NULL, "--format cannot be \"xml\"");
	check_run("--color blue x", 2, NULL, "--color cannot be \"blue\"");
	check_run("--range 1-2 x", 2, NULL, "report takes no --range");
	check_run("runs --compress lzo x", 2, NULL, "runs takes no --compress");
	check_run("runs --format meminfo x", 2, NULL, "no meminfo format");
	check_run("extract --compress bzip2 x y", 2, NULL,
		  "--compress cannot be \"bzip2\"");
	check_run("extract --views report,nonsense $D/61-4k.kdump $T/x", 2,
		  NULL, "no view \"nonsense\"");
}

static void test_ranges(void)
{
	static const char *const bad[] = {
		"5",
		"5-",
		"-5",
		"5-5",
		"6-5",
		"5-6-7",
		"5-6x",
		"x-y",
		"5--6",
		"5- 6",
		"0-10000000000000000",
	};
	char arguments[128];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(arguments, sizeof(arguments), "runs '--range=%s' x",
			 bad[i]);
		check_run(arguments, 2, NULL, "--range cannot be");
	}
	/* With and without 0x; order of options and files is free. */
	check_run(
		"runs $D/61-4k.kdump --range ffff086c40400000-0xffff086c40400001",
		0, "0xffff086c40400000-0xffff086c40600000       2M 2M ", NULL);
}

/* ---- What is no dump ---------------------------------------------------- */

static void test_not_dumps(void)
{
	check_run("$T/none", 3, NULL, "No such file or directory");
	check_run("$T", 3, NULL, "");
	check_run("README.md", 3, NULL, "README.md");
	check_run("/dev/null", 3, NULL, "/dev/null");
}

static void make_dump(const char *spec, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	suite_no_error(gen_dump(spec, path));
}

#define SMALL                                                                  \
	"kernel page=4K va=48\nram 0x40000000+256M\n"                          \
	"map pa=0x40000000 6M 4K\n"

static void test_unsupported(void)
{
	make_dump(SMALL "machine x86_64\n", "x86");
	check_run("$T/x86", 3, NULL, "x86_64");
	make_dump(SMALL "no-vmcoreinfo\n", "bare");
	check_run("$T/bare", 3, NULL, "VMCOREINFO");
	make_dump(SMALL "vmcoreinfo drop NUMBER(TCR_EL1_T1SZ)\n", "old");
	check_run("$T/old", 3, NULL, "no NUMBER(TCR_EL1_T1SZ) line");
	make_dump(SMALL "vmcoreinfo set NUMBER(TCR_EL1_T1SZ)=0xc\n", "liar");
	check_run("--json $T/liar", 3, NULL, "VMCOREINFO contradicts itself");
}

static void test_partial(void)
{
	make_dump(SMALL "drop table 3 pa=0x40200000\n", "partial");
	check_run("$T/partial", 4, "PARTIAL: 1 finding;",
		  "1 page tables unread");
	check_run("--json $T/partial", 4, "\"unreadable\":1", "partial result");
	check_run("runs $T/partial", 4, "0xffff000000400000", "partial result");
	make_dump(SMALL "drop table 3 pa=0x40200000\nformat elf\n", "partial");
	check_run("--format meminfo $T/partial", 4,
		  "DirectMap4k:     4096 kB\n", "2048 kB of the linear map's");
}

/* ---- Extract ------------------------------------------------------------ */

/* Everything but where it came from. */
static json_t *report_of(const char *arguments)
{
	struct run r;
	json_t *json;

	run_tool(&r, arguments);
	CU_ASSERT_EQUAL(r.code, 0);
	json = json_loads(r.out, 0, NULL);
	run_deinit(&r);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	json_object_del(json, "dump");
	return json;
}

static void check_extract(const char *options, const char *dump)
{
	char arguments[256];
	json_t *before, *after;

	snprintf(arguments, sizeof(arguments), "extract --force %s %s $T/out",
		 options, dump);
	check_run(arguments, 0, " page tables\n", NULL);
	snprintf(arguments, sizeof(arguments), "--json %s", dump);
	before = report_of(arguments);
	after = report_of("--json $T/out");
	CU_ASSERT_TRUE(json_equal(before, after));
	json_decref(before);
	json_decref(after);
}

static void test_extract(void)
{
	check_extract("", "$D/73-4k-bbml3.kdump");
	check_extract("--compress lzo", "$D/73-16k-va52.kdump");
	check_extract("--compress none --all", "$D/61-4k.kdump");
	check_extract("--views report,runs", "$D/73-4k-va48.kdump");
	/* A dump that its writer calls incomplete is not whole by extracting. */
	make_dump(SMALL "incomplete\n", "incomplete");
	check_run("extract --force $T/incomplete $T/out", 0, "page tables",
		  NULL);
	check_run("$T/out", 0, "kdump, incomplete", NULL);
	/* From ELF, and with more memory than tables. */
	make_dump(SMALL "page 0x48000000 random=1 100\nformat elf\n", "elf");
	check_extract("", "$T/elf");
	check_run("$T/out", 0, "kdump, complete", NULL);
}

static void test_extract_refuses(void)
{
	struct run r;

	check_run("extract $D/61-4k.kdump $T/once", 0, "once: ", NULL);
	check_run("extract $D/61-4k.kdump $T/once", 2, NULL,
		  "exists; --force replaces it");
	check_run("extract $D/61-4k.kdump $T/none/out", 5, NULL,
		  "No such file or directory");
	check_run("extract README.md $T/new", 3, NULL, "README.md");
	/* A file system that is full: nothing half-written stays. */
	check_run(
		"--version >/dev/null; (ulimit -f 2000; trap '' XFSZ; "
		"exec $KDUMP_TRIAGE extract --compress none $D/61-4k.kdump $T/full)",
		5, NULL, "File too large");
	run_tool(&r,
		 "--version; ls -a $T | grep -e new -e 'full\\.' -e 'once\\.'");
	CU_ASSERT_STRING_EQUAL(r.out, "kdump-triage " DM_VERSION "\n");
	run_deinit(&r);
}

/* What is read, or is no file at all, is not written over. */
static void test_extract_spares(void)
{
	char fifo[128];

	make_dump(SMALL, "precious");
	check_run("extract --force $T/precious $T/precious", 2, NULL,
		  "is the dump itself");
	check_run("extract --force $T/precious $D/61-4k.kdump $T/precious", 2,
		  NULL, "is the dump itself");
	snprintf(fifo, sizeof(fifo), "%s/fifo", run_scratch());
	CU_ASSERT_EQUAL(mkfifo(fifo, 0600), 0);
	check_run("extract --force $T/precious $T/fifo", 2, NULL,
		  "fifo is no regular file");
	check_run("extract --force $T/precious $T", 2, NULL, "no regular file");
	check_run("--format meminfo $T/precious", 0, "6144 kB", NULL);
	check_run("extract --views '' $T/precious $T/nothing", 2, NULL,
		  "no view \"\"");
}

static void test_extract_partial(void)
{
	make_dump(SMALL "drop table 3 pa=0x40200000\n", "partial");
	check_run("extract --force $T/partial $T/out", 4, "page tables",
		  "partial result");
	check_run("$T/out", 4, "DirectMap4k:     4096 kB",
		  "1 page tables unread");
}

/* ---- Output ------------------------------------------------------------- */

static void test_output(void)
{
	check_run("$D/61-4k.kdump >/dev/full", 5, NULL, "cannot write");
	check_run("--json $D/61-4k.kdump >/dev/full", 5, NULL, "cannot write");
	check_run("runs $D/61-4k.kdump >/dev/full", 5, NULL, "cannot write");
	check_run("--help >/dev/full", 5, NULL, "cannot write");
	/* A name that is no plain text does not reach the terminal as it is. */
	check_run("\"$(printf '$T/a\\033[31m')\"", 3, NULL, "a?[31m");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "golden files", test_golden },
		{ "README", test_readme },
		{ "usage", test_usage },
		{ "ranges", test_ranges },
		{ "what is no dump", test_not_dumps },
		{ "what is not supported", test_unsupported },
		{ "partial results", test_partial },
		{ "extract gives the same report", test_extract },
		{ "extract refuses", test_extract_refuses },
		{ "extract spares what is not OUT", test_extract_spares },
		{ "extract of a partial dump", test_extract_partial },
		{ "output", test_output },
		CU_TEST_INFO_NULL,
	};
	int bad = suite_run("cli", tests);

	run_remove_scratch();
	return bad;
}
