// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Images of RAM with a text beside them, as a user reads them: one dump, by any of
 * its names, and one row of a batch.
 */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/run.h"
#include "gen/gen.h"
#include "suite.h"

/* Two banks of 64 MiB, with the tables in the lower one. */
#define MEMORY                                                                 \
	"kernel page=4K va=48\nram 0x40000000+128M\n"                          \
	"map pa=0x40000000 128M 2M\nmap image 64M 2M pa=load\n"                \
	"protect pa=0x40200000 4K ro\n"

static struct run run;

static void generate(const char *name, const char *spec)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	suite_no_error(gen_dump(spec, path));
}

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	file = fopen(path, "wb");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs(text, file);
	fclose(file);
}

/* A folder of each kind, with the same memory. */
static void make_tree(void)
{
	run_shell("rm -rf tree state; mkdir -p tree/plain tree/q tree/own "
		  "tree/ch tree/lime");
	generate("tree/plain/vmcore", MEMORY "format elf\n");
	generate("tree/lime/mem",
		 MEMORY "vmcoreinfo-page 0x43428000\nformat lime\n");
	generate("all", MEMORY "vmcoreinfo-page 0x43428000\nformat raw\n");
	run_shell(
		"dd if=all of=low bs=1M count=64 conv=sparse status=none && "
		"dd if=all of=high bs=1M skip=64 conv=sparse status=none && "
		"truncate -s 64M high && cp high tree/ch/memory-ranges && "
		"dd if=low of=tree/ch/memory-ranges bs=1M seek=64 conv=notrunc,sparse status=none && "
		"truncate -s 128M tree/ch/memory-ranges && "
		"cp low tree/q/DDRCS0.BIN && cp high tree/q/DDRCS1.BIN && "
		"printf x >tree/q/OCIMEM.BIN && "
		"mv low high tree/own && truncate -s 1M tree/own/spare.img");
	put("tree/q/dump_info.txt",
	    "pref base length region file name\n-----\n"
	    "   1 0x0000000014680000                1               OCIMEM           OCIMEM.BIN\n"
	    "   1 0x0000000040000000         67108864   DDR CS0 part0 Memo           DDRCS0.BIN\n"
	    "   1 0x0000000044000000         67108864   DDR CS1 part0 Memo           DDRCS1.BIN\n");
	put("tree/q/load.cmm",
	    "d.load.binary DDRCS0.BIN 0x40000000 /noclear\n"
	    "d.load.binary DDRCS1.BIN 0x44000000 /noclear\n");
	put("tree/own/vm.ram",
	    "[ram]\nlow@0x40000000\nhigh:0+64M@0x44000000\n");
	put("tree/ch/state.json",
	    "{\"snapshots\":{\"memory-manager\":{\"snapshot_data\":{\"state\":"
	    "\"{\\\"memory_ranges\\\":{\\\"data\\\":["
	    "{\\\"gpa\\\":1140850688,\\\"length\\\":67108864},"
	    "{\\\"gpa\\\":1073741824,\\\"length\\\":67108864}]}}\"}}}}");
}

/* ---- A batch ---------------------------------------------------------------- */

static json_t *rows;

static void batch(const char *arguments)
{
	char text[1024], *line, *next;

	snprintf(text, sizeof(text), "batch --state $T/state --json %s",
		 arguments);
	run_again(&run, text);
	json_decref(rows);
	rows = json_array();
	for (line = run.out; *line; line = next) {
		json_t *row;

		next = line + strcspn(line, "\n");
		*next++ = '\0';
		row = json_loads(line, 0, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(row);
		json_array_append_new(rows, row);
	}
}

/* The row of what lies at @name in the tree. */
static json_t *row_of(const char *name)
{
	char path[256];
	json_t *row;
	size_t i;

	snprintf(path, sizeof(path), "%s/tree/%s", run_scratch(), name);
	json_array_foreach(rows, i, row)
	{
		json_t *dump = json_object_get(row, "dump");
		const char *text =
			json_string_value(json_object_get(dump, "path"));

		if (text && !strcmp(text, path))
			return row;
	}
	fprintf(stderr, "    no row of %s\n", path);
	CU_FAIL_FATAL("no row");
	return NULL;
}

static json_int_t number(json_t *row, const char *a, const char *b)
{
	return json_integer_value(json_object_get(json_object_get(row, a), b));
}

static const char *text(json_t *row, const char *a, const char *b)
{
	const char *value =
		json_string_value(json_object_get(json_object_get(row, a), b));

	return value ? value : "";
}

static const char *const dumps[] = { "plain/vmcore", "lime/mem",
				     "q/dump_info.txt", "own/vm.ram",
				     "ch/state.json" };

#define DUMPS (sizeof(dumps) / sizeof(*dumps))

static void test_rows(void)
{
	static const char *const same[] = { "usage", "policy",
					    "split_summary" };
	static const char *const formats[] = { "elf", "lime", "raw", "raw",
					       "raw" };
	static const int files[] = { 1, 1, 3, 3, 2 };
	json_t *plain;
	size_t i, k;

	make_tree();
	batch("-j2 $T/tree");
	CU_ASSERT_EQUAL(run.code, 0);
	/* A piece that is no RAM, the second text, and an image of none. */
	suite_has(run.err, "2 files in folders, no dumps by their looks");
	CU_ASSERT_EQUAL(json_array_size(rows), DUMPS);
	plain = row_of(dumps[0]);
	CU_ASSERT_EQUAL(number(json_object_get(plain, "usage"), "mapped",
			       "pte"),
			65536);
	for (i = 0; i < DUMPS; i++) {
		json_t *row = row_of(dumps[i]);

		CU_ASSERT_STRING_EQUAL(text(row, "batch", "status"), "ok");
		CU_ASSERT_STRING_EQUAL(text(row, "dump", "format"), formats[i]);
		CU_ASSERT_EQUAL(number(row, "batch", "files"), files[i]);
		for (k = 0; k < sizeof(same) / sizeof(*same); k++)
			CU_ASSERT_TRUE(
				json_equal(json_object_get(row, same[k]),
					   json_object_get(plain, same[k])));
	}
	CU_ASSERT_EQUAL(number(row_of("q/dump_info.txt"), "dump",
			       "images_passed_over"),
			1);
	/* Whatever opens it again stands in the other outputs, too. */
	run_again(&run,
		  "batch --state $T/state --csv --db $T/images.db $T/tree");
	suite_has(run.out, "/tree/own/vm.ram");
	run_again(&run, "query worst --csv --db $T/images.db");
	suite_has(run.out, "/tree/q/dump_info.txt");
	/* A copy elsewhere says the same. */
	run_shell("cp -r tree/own tree/copy");
	batch("--again $T/tree/own $T/tree/copy");
	CU_ASSERT_EQUAL(json_array_size(rows), 2);
	suite_lacks(run.err, "another result");
	CU_ASSERT_STRING_EQUAL(
		text(row_of("own/vm.ram"), "batch", "content_id"),
		text(row_of("copy/vm.ram"), "batch", "content_id"));
	/* Not so where its files are not what the text takes them for. */
	run_shell("mv tree/copy/low tree/low && "
		  "mv tree/copy/high tree/copy/low && "
		  "mv tree/low tree/copy/high");
	batch("--again $T/tree/own $T/tree/copy");
	CU_ASSERT_STRING_NOT_EQUAL(
		text(row_of("own/vm.ram"), "batch", "content_id"),
		text(row_of("copy/vm.ram"), "batch", "content_id"));
	run_shell("rm -r tree/copy");
	run_again(&run, "batch --list-only $T/tree");
	CU_ASSERT_EQUAL(run_lines(run.out), DUMPS);
	suite_lacks(run.out, "DDRCS");
}

/* Any file of it changes its row, and no other. */
static void test_changed(void)
{
	char before[64];

	make_tree();
	batch("$T/tree");
	snprintf(before, sizeof(before), "%s",
		 text(row_of("own/vm.ram"), "batch", "content_id"));
	CU_ASSERT_EQUAL(strlen(before), 32);
	batch("$T/tree");
	suite_has(run.err, "5 of 5 dumps were done before");
	run_shell("printf x | dd of=tree/own/high conv=notrunc status=none");
	batch("$T/tree");
	suite_has(run.err, "4 of 5 dumps were done before");
	CU_ASSERT_STRING_NOT_EQUAL(
		text(row_of("own/vm.ram"), "batch", "content_id"), before);
	run_shell("touch tree/own/vm.ram");
	batch("$T/tree");
	suite_has(run.err, "4 of 5 dumps were done before");
}

static void test_missing(void)
{
	json_t *row;

	make_tree();
	run_shell("rm tree/q/DDRCS1.BIN tree/own/low && "
		  "truncate -s 32M tree/own/high");
	batch("$T/tree");
	row = row_of("q/dump_info.txt");
	/* Its tables are all in the other one. */
	CU_ASSERT_STRING_EQUAL(text(row, "batch", "status"), "ok");
	CU_ASSERT_STRING_EQUAL(
		text(row, "dump", "incomplete"),
		"DDRCS1.BIN, which dump_info.txt names, is missing");
	CU_ASSERT_EQUAL(number(row, "batch", "files"), 2);
	row = row_of("own/vm.ram");
	CU_ASSERT_STRING_EQUAL(text(row, "batch", "status"), "unreadable");
	suite_has(text(row, "batch", "reason"), "no VMCOREINFO in it");
	/* A file that comes back makes it another dump. */
	run_shell("cp tree/q/DDRCS0.BIN tree/q/DDRCS1.BIN");
	batch("$T/tree");
	suite_has(run.err, "4 of 5 dumps were done before");
	CU_ASSERT_PTR_NULL(json_object_get(
		json_object_get(row_of("q/dump_info.txt"), "dump"),
		"incomplete"));
}

static void test_wrong(void)
{
	json_t *row;

	make_tree();
	put("tree/own/vm.ram", "[ram]\nlow@0x40000000\nhigh@\n");
	put("tree/q/dump_info.txt", "1 0x40000000 67108864 DDR DDRCS0.BIN\n"
				    "1 0x41000000 67108864 DDR DDRCS1.BIN\n");
	put("tree/ch/state.json", "{}");
	batch("$T/tree");
	CU_ASSERT_EQUAL(run.code, 4);
	row = row_of("own/vm.ram");
	CU_ASSERT_STRING_EQUAL(text(row, "batch", "status"), "unreadable");
	CU_ASSERT_STRING_EQUAL(
		text(row, "batch", "reason"),
		"line 3: \"\" is no physical address; give it as 0x40000000, or decimal");
	row = row_of("q/dump_info.txt");
	CU_ASSERT_STRING_EQUAL(text(row, "batch", "status"), "unreadable");
	suite_has(text(row, "batch", "reason"), "are given twice");
	/* A state of something else is no dump, and its neighbour is not. */
	CU_ASSERT_EQUAL(json_array_size(rows), 4);
	suite_has(run.err, "6 files in folders, no dumps by their looks");
	/* What is named is a row. */
	batch("$T/tree/ch/state.json $T/tree/ch/memory-ranges");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(text(row_of("ch/state.json"), "batch", "reason"),
		  "no ranges of memory in it");
}

/* ---- A single dump ---------------------------------------------------------- */

/* All but what says of which file it is. */
#define REPORT " | sed '/^dump /d;/^format /d;/^images /d;/^VMCOREINFO /d'"

static void test_names(void)
{
	static const char *const names[] = {
		"q",
		"q/dump_info.txt",
		"q/load.cmm",
		"q/DDRCS0.BIN",
		"q/DDRCS1.BIN",
		"q/DDRCS0.BIN $T/tree/q/DDRCS1.BIN",
		"own",
		"own/vm.ram",
		"ch",
		"ch/state.json",
		"ch/memory-ranges",
	};
	char *plain, line[256];
	size_t i;

	make_tree();
	run_again(&run, "$T/tree/plain/vmcore" REPORT);
	CU_ASSERT_STRING_EQUAL(run.err, "");
	plain = strdup(run.out);
	CU_ASSERT_PTR_NOT_NULL_FATAL(plain);
	suite_has(plain, "DirectMap2M:");
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(line, sizeof(line), "$T/tree/%s" REPORT, names[i]);
		run_again(&run, line);
		CU_ASSERT_STRING_EQUAL(run.err, "");
		CU_ASSERT_STRING_EQUAL(run.out, plain);
	}
	free(plain);
	run_again(&run, "diff $T/tree/ch/state.json $T/tree/plain/vmcore");
	CU_ASSERT_EQUAL(run.code, 0);
	run_again(&run, "$T/tree/q");
	suite_has(
		run.out,
		"/tree/q/dump_info.txt: DDRCS0.BIN at 0x40000000, "
		"DDRCS1.BIN at 0x44000000; 1 other piece is no RAM of Linux\n");
	run_again(&run, "--json $T/tree/ch");
	suite_has(run.out, "/tree/ch/state.json\",\"images\":[{\"path\":\"");
	suite_has(run.out, "memory-ranges\",\"offset\":67108864,"
			   "\"size\":67108864,\"pa\":\"0x40000000\"}]");
}

/* An extract is an ordinary vmcore; no file of the dump is written over. */
static void test_extract(void)
{
	make_tree();
	run_again(&run, "extract $T/tree/own $T/own.vmcore");
	CU_ASSERT_EQUAL(run.code, 0);
	run_again(&run, "--format meminfo $T/own.vmcore");
	CU_ASSERT_EQUAL(run.code, 0);
	suite_has(run.out, "DirectMap4k:       64 kB");
	run_again(&run, "extract --force $T/tree/own $T/tree/own/high");
	CU_ASSERT_EQUAL(run.code, 2);
	suite_has(run.err, "is the dump itself");
	run_again(&run, "extract --force $T/tree/q/DDRCS0.BIN "
			"$T/tree/q/dump_info.txt");
	CU_ASSERT_EQUAL(run.code, 2);
	run_again(&run, "batch --force --csv $T/tree --html $T/tree/own/low");
	CU_ASSERT_EQUAL(run.code, 2);
}

/* What the text says besides; options go before it. */
static void test_besides(void)
{
	make_tree();
	put("tree/own/vm.ram", "[ram]\nlow@0x40000000\nhigh@0x44000000\n"
			       "vmcoreinfo = @0x43428000\n");
	run_again(&run, "$T/tree/own/vm.ram");
	CU_ASSERT_EQUAL(run.code, 0);
	suite_has(run.out, "at 0x43428000, as given by the user");
	put("tree/own/vm.ram", "[ram]\nlow@0x40000000\nhigh@0x44000000\n"
			       "vmcoreinfo = info\nvmlinux = kernel\n");
	run_again(&run, "$T/tree/own/vm.ram");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "/tree/own/info: ");
	run_again(&run, "--vmcoreinfo @0x43428000 $T/tree/own/vm.ram");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "/tree/own/kernel: ");
	put("tree/own/kernel", "no kernel");
	run_again(&run, "--vmcoreinfo @0x43428000 $T/tree/own/vm.ram");
	CU_ASSERT_NOT_EQUAL(run.code, 0);
	suite_has(run.err, "/tree/own/kernel: ");
	put("tree/own/other", "no kernel either");
	run_again(&run, "--vmcoreinfo @0x43428000 --vmlinux $T/tree/own/other "
			"$T/tree/own/vm.ram");
	suite_has(run.err, "/tree/own/other: ");
}

static void test_refused(void)
{
	make_tree();
	run_shell("rm tree/q/dump_info.txt tree/q/load.cmm");
	run_again(&run, "$T/tree/q/DDRCS0.BIN");
	CU_ASSERT_EQUAL(run.code, 3);
	CU_ASSERT_EQUAL(run_lines(run.err), 1);
	suite_has(run.err, "without the dump_info.txt or load.cmm");
	suite_has(run.err, "/tree/q/DDRCS0.BIN@0x80000000\n");
	run_again(&run, "$T/tree/q");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "/DDRCS");
	run_again(&run, "$T/tree/own $T/tree/plain/vmcore");
	CU_ASSERT_EQUAL(run.code, 2);
	suite_has(run.err, "are not of one dump; give ");
	run_again(&run, "--split $T/tree/own");
	CU_ASSERT_EQUAL(run.code, 2);
	run_again(&run, "$T/tree/plain");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "a directory");
}

/* The same file at another address is another dump: its result is made anew. */
static void test_ranges(void)
{
	make_tree();
	run_shell("cat tree/own/low tree/own/high >all");
	batch("$T/all@0x80000000");
	CU_ASSERT_EQUAL(run.code, 3);
	batch("$T/all@0x40000000");
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_STRING_EQUAL(run.err, "");
	batch("$T/all@0x40000000");
	suite_has(run.err, "1 of 1 dump was done before");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "rows", test_rows },
		{ "a file at two addresses", test_ranges },
		{ "files that changed", test_changed },
		{ "files that are missing", test_missing },
		{ "texts that are wrong", test_wrong },
		{ "names of one dump", test_names },
		{ "extract", test_extract },
		{ "what a text says besides", test_besides },
		{ "what is refused", test_refused },
		CU_TEST_INFO_NULL,
	};
	int failed = suite_run("images", tests);

	json_decref(rows);
	run_deinit(&run);
	run_remove_scratch();
	return failed;
}
