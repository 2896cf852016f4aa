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

/* A walk that is ended early says where, and how many threads make no difference. */
static void test_bounds(void)
{
	struct run one, many;

	check_run("-j 0 $D/73-4k-bbml3.kdump", 2, "", "--jobs cannot be \"0\"");
	check_run("--timeout 1s $D/73-4k-bbml3.kdump", 2, "", "--timeout");
	check_run(
		"--max-tables 5 --json $D/73-4k-bbml3.kdump", 4,
		"\"stopped\":{\"why\":\"max_tables\",\"at\":\"0xfff0000002400000\"}",
		"stopped after 5 page tables");
	run_tool(&one, "-j 1 --json $D/73-4k-bbml3.kdump");
	run_tool(&many, "-j 3 --timeout 1000 --json $D/73-4k-bbml3.kdump");
	CU_ASSERT_EQUAL(one.code, 0);
	CU_ASSERT_EQUAL(many.code, 0);
	CU_ASSERT_STRING_EQUAL(one.out, many.out);
	run_deinit(&one);
	run_deinit(&many);
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
	check_run("extract --as xml x y", 2, NULL, "--as cannot be \"xml\"");
	check_run("runs --as elf x", 2, NULL, "runs takes no --as");
	check_run("extract --views report,nonsense $D/61-4k.kdump $T/x", 2,
		  NULL, "--views cannot be \"nonsense\": figures, report,");
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
		  "1 page table unread");
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

/* An extract for the figures alone answers to them; the rest is unknown there. */
static void keep_figures(json_t *report)
{
	static const char *const others[] = { "memory",	       "policy",
					      "counters",      "splits",
					      "boot",	       "special",
					      "split_summary", "collapsible" };
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		json_object_del(report, others[i]);
}

static void check_extract(const char *options, const char *dump)
{
	bool figures = !strstr(options, "--all") && !strstr(options, "--views");
	char arguments[256];
	json_t *before, *after;

	snprintf(arguments, sizeof(arguments), "extract --force %s %s $T/out",
		 options, dump);
	check_run(arguments, 0, " page tables\n", NULL);
	snprintf(arguments, sizeof(arguments), "--json %s", dump);
	before = report_of(arguments);
	after = report_of("--json $T/out");
	if (figures) {
		keep_figures(before);
		keep_figures(after);
	}
	CU_ASSERT_TRUE(json_equal(before, after));
	json_decref(before);
	json_decref(after);
}

static void test_extract(void)
{
	check_extract("", "$D/73-4k-bbml3.kdump");
	check_extract("--compress lzo", "$D/73-16k-va52.kdump");
	check_extract("--as elf --all", "$D/73-16k-va52.kdump");
	check_extract("--as elf", "$D/73-64k-va52.kdump");
	check_extract("--compress none --all", "$D/61-4k.kdump");
	check_extract("--views report,runs", "$D/73-4k-va48.kdump");
	/* A dump that its writer calls incomplete is not whole by extracting. */
	make_dump(SMALL "incomplete\n", "incomplete");
	check_run("extract --force $T/incomplete $T/out", 0, "page tables",
		  NULL);
	check_run("$T/out", 0, "kdump, incomplete", NULL);
	/* No ELF unasked; the one that is asked for says it too. */
	check_run("extract --force --as elf $T/incomplete $T/out", 0, ", ELF, ",
		  NULL);
	check_run("$T/out", 0, "elf, incomplete", NULL);
	/* From ELF, and with more memory than tables. */
	make_dump(SMALL "page 0x48000000 random=1 100\nformat elf\n", "elf");
	check_extract("", "$T/elf");
	check_run("$T/out", 0, "elf, complete", NULL);
	check_extract("--as kdump", "$T/elf");
	check_run("$T/out", 0, "kdump, complete", NULL);
}

static const char *in_scratch(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	return path;
}

static bool same_bytes(const char *a, const char *b)
{
	size_t a_size, b_size;
	char *x = run_read_file(in_scratch(a), &a_size);
	char *y = run_read_file(in_scratch(b), &b_size);
	bool same = x && y && a_size == b_size && !memcmp(x, y, a_size);

	free(x);
	free(y);
	return same;
}

/*
 * The bundled dumps, by what their maps are made of. Four tables of 64K are
 * more than 100 KiB in any container that does not compress, and kdump's own
 * blocks are as large.
 */
static const struct {
	const char *dump, *container;
	off_t limit;
} lengths[] = {
	{ "510-4k", "kdump", 1536 << 10 },
	{ "61-4k", "kdump", 1536 << 10 },
	{ "612-16k", "kdump", 1536 << 10 },
	{ "618-4k", "ELF", 100 << 10 },
	{ "73-16k-va47", "kdump", 100 << 10 },
	{ "73-16k-va52", "kdump", 100 << 10 },
	{ "73-4k-48g", "ELF", 100 << 10 },
	{ "73-4k-bbml3", "ELF", 100 << 10 },
	{ "73-4k-counters", "ELF", 100 << 10 },
	{ "73-4k-kfence-late", NULL, 100 << 10 },
	{ "73-4k-noalias", "kdump", 1536 << 10 },
	{ "73-4k-nobbml", "kdump", 1536 << 10 },
	{ "73-4k-small", NULL, 100 << 10 },
	{ "73-4k-va48", "ELF", 100 << 10 },
	{ "73-4k-vmcore", "ELF", 100 << 10 },
	{ "73-64k-va48", "ELF", 1536 << 10 },
	{ "73-64k-va52", "ELF", 1536 << 10 },
};

/* The shorter container of the two, and short enough to send. */
static void test_extract_length(void)
{
	char dump[64], arguments[128], expected[32];
	struct stat st, kdump, elf;
	size_t i;

	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		bool is_elf;

		snprintf(dump, sizeof(dump), "$D/%s.kdump", lengths[i].dump);
		check_extract("", dump);
		CU_ASSERT_EQUAL_FATAL(stat(in_scratch("out"), &st), 0);
		snprintf(arguments, sizeof(arguments),
			 "extract --force --as kdump %s $T/kdump", dump);
		check_run(arguments, 0, ", kdump, ", NULL);
		CU_ASSERT_EQUAL_FATAL(stat(in_scratch("kdump"), &kdump), 0);
		snprintf(arguments, sizeof(arguments),
			 "extract --force --as elf %s $T/elf", dump);
		check_run(arguments, 0, ", ELF, ", NULL);
		CU_ASSERT_EQUAL_FATAL(stat(in_scratch("elf"), &elf), 0);
		is_elf = elf.st_size < kdump.st_size;
		CU_ASSERT_TRUE(same_bytes("out", is_elf ? "elf" : "kdump"));
		CU_ASSERT(st.st_size < lengths[i].limit);
		snprintf(arguments, sizeof(arguments),
			 "extract --force --as auto %s $T/out", dump);
		snprintf(expected, sizeof(expected), ", %s, ",
			 is_elf ? "ELF" : "kdump");
		check_run(arguments, 0, expected, NULL);
		/* zlib may pack a few bytes better one day. */
		if (lengths[i].container)
			CU_ASSERT_PTR_NOT_NULL(
				strstr(expected, lengths[i].container));
	}
}

/* The kdump file would be 256 MB long for 8 TiB, if sparse. */
static void test_extract_high(void)
{
	struct stat st;

	make_dump("kernel page=4K va=48\nram 0x80000000000+256M\n"
		  "map pa=0x80000000000 6M 4K\nformat elf\n",
		  "high");
	check_extract("", "$T/high");
	CU_ASSERT_EQUAL_FATAL(stat(in_scratch("out"), &st), 0);
	CU_ASSERT(st.st_size < 100 << 10);
	check_run("$T/out", 0, "elf, complete", NULL);
}

/* ELF has no compression: --compress makes a kdump. */
static void test_extract_compress(void)
{
	check_run("extract --force --compress zlib $D/73-4k-48g.kdump $T/out",
		  0, ", kdump, 15 pages", NULL);
	check_run(
		"extract --force --as auto --compress lzo $D/73-4k-48g.kdump $T/out",
		0, ", ELF, 15 pages", NULL);
	check_run(
		"extract --force --as kdump --compress none $D/73-4k-small.kdump $T/out",
		0, ", kdump, 13 pages", NULL);
	check_run("extract --as elf --compress none $D/61-4k.kdump $T/new", 2,
		  NULL, "ELF has no compression");
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
	make_dump(SMALL "format elf\n", "plain");
	check_run("--version >/dev/null; (ulimit -f 8; trap '' XFSZ; "
		  "exec $KDUMP_TRIAGE extract --as elf $T/plain $T/full)",
		  5, NULL, "full: cannot write the dump: File too large");
	run_tool(
		&r,
		"--version >/dev/null; ls -a $T | grep -e new -e 'full\\.' -e 'once\\.'");
	CU_ASSERT_STRING_EQUAL(r.out, "");
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
		  "nothing reads from it");
	check_run("extract --force $T/precious $T", 2, NULL, "is a folder");
	check_run("--format meminfo $T/precious", 0, "6144 kB", NULL);
	check_run("extract --views '' $T/precious $T/nothing", 2, NULL,
		  "--views cannot be \"\"");
}

static void test_extract_partial(void)
{
	make_dump(SMALL "drop table 3 pa=0x40200000\n", "partial");
	check_run("extract --force $T/partial $T/out", 4, "page tables",
		  "partial result");
	check_run("$T/out", 4, "DirectMap4k:     4096 kB",
		  "1 page table unread");
	check_run("extract --force --as elf $T/partial $T/out", 4, ", ELF, ",
		  "partial result");
	check_run("$T/out", 4, "DirectMap4k:     4096 kB",
		  "1 page table unread");
}

/* ---- Output ------------------------------------------------------------- */

static void test_output(void)
{
	check_run("$D/61-4k.kdump >/dev/full", 5, NULL, "cannot write");
	check_run("--json $D/61-4k.kdump >/dev/full", 5, NULL, "cannot write");
	check_run("runs $D/61-4k.kdump >/dev/full", 5, NULL, "cannot write");
	check_run("--help >/dev/full", 5, NULL, "cannot write");
	/* A name that is no plain text does not reach the terminal as it is. */
	check_run("\"$(printf '$T/a\\033[31m')\"", 3, NULL, "a\\x1b[31m");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "golden files", test_golden },
		{ "bounds and threads", test_bounds },
		{ "usage", test_usage },
		{ "ranges", test_ranges },
		{ "what is no dump", test_not_dumps },
		{ "what is not supported", test_unsupported },
		{ "partial results", test_partial },
		{ "extract gives the same report", test_extract },
		{ "extract takes the shorter container", test_extract_length },
		{ "extract of a machine with high addresses",
		  test_extract_high },
		{ "extract and compression", test_extract_compress },
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
