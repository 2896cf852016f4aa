// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The matrix of bad input, row by row, through the tool. docs/robustness.md is
 * written from the rows and from what the tool says: UPDATE=1 writes it (make
 * robustness-doc), and otherwise it must be as it would be written.
 */
#include <stdlib.h>
#include <unistd.h>

#include "arm64/kernel.h"
#include "walk/walk.h"
#include "cli/run.h"
#include "directmap/dump.h"
#include "gen/gen.h"
#include "kernel_rows.h"
#include "rows.h"
#include "suite.h"

#define DOC "docs/robustness.md"

static char path[128];
static char *doc;
static size_t doc_size;
static FILE *doc_file;

/* Before the table; what the suites beside this one claim. */
static const char head[] =
	"# Hostile and broken dumps\n"
	"\n"
	"Written by `make robustness-doc` from tests/robustness/rows.c and what kdump-triage says; a test holds it to that.\n"
	"Each row is a file made by the generator (tests/gen) and damaged. Exit codes: 0 fine, 2 usage, 3 dump unreadable or\n"
	"unsupported, 4 partial result, 5 the machine's fault. DUMP stands for the file's name.\n"
	"\n"
	"Rules that every row keeps: nothing crashes or hangs; a table that cannot be read or is wrong is a finding, with\n"
	"address and level; its bytes are named as unknown, never as unmapped; a finding makes exit code 4.\n";

static const char kernel_head[] =
	"\n## Kernel structures\n"
	"\n"
	"In the extract of a real dump (73-4k-counters), through `splits`. Page tables are all there, so what was lost is; what\n"
	"is not known of owners and times is named behind \"missing\", and the exit code stays 0.\n"
	"\n"
	"| what is wrong | exit | what it says |\n"
	"|---|---|---|\n";

static const char tail[] =
	"\n## What else is run\n"
	"\n"
	"- **Faults** (tests/fault; `make fault SEEDS=10000`): all views over the bundled dumps, with reads that fail or lie as\n"
	"  a seed says. Where reads fail, a view that names nothing it could not tell prints what it prints without faults;\n"
	"  page tables that could not be read hide no more bytes than are named as unknown; an error that ends the job is told,\n"
	"  also where it comes once only: each view by itself, with each such error at each of its reads (in CI at some).\n"
	"  Where reads lie, figures add up, and no more can be claimed: a page of other bytes is another dump. Half of the seeds\n"
	"  walk with three threads; runs and figures are those of one.\n"
	"- **Tables** (tests/third_state; `make third-state`): each page of the linear map's tables lost, broken, of zeros, ones,\n"
	"  random bytes or another table's content, with a piece or an entry of zeros, ones, or another's. Nothing that a view\n"
	"  or a rule of `check` then states as known may contradict what the undamaged dump says, and whatever differs comes\n"
	"  with exit code 4. Each build runs some of the tables.\n"
	"- **Mutations** (tests/fault/test_mutate.c; `make mutate N=1000`): bundled dumps with random damage to headers,\n"
	"  VMCOREINFO and page tables.\n"
	"- **Fuzzing** (tests/fuzz; `make fuzz SECONDS=60`): VMCOREINFO, the walk, kallsyms, BTF, flattened records, texts\n"
	"  beside images of RAM, and all views on a dump in memory; what once made one fall is in tests/fuzz/regress and is run in every build.\n"
	"- **A file that becomes shorter while it is read** (tests/robustness): of each format, cut to 70,000 bytes between open\n"
	"  and walk. What is gone is a finding, or the error names swapper_pg_dir; no dump is mapped, so there is no SIGBUS.\n"
	"- **valgrind and ThreadSanitizer** (`make check-valgrind-full`, `make check-tsan`): all suites, and each kdump-triage\n"
	"  that they start. CI has the short ones under valgrind, and all under AddressSanitizer and UBSan.\n"
	"- **Kernel structures** in more ways than above: tests/target, tests/kernel, tests/analysis.\n"
	"- **The sandbox** (tests/sandbox): what a command gives up before it opens a dump.\n"
	"\n"
	"Work is bounded by the dump: a page is walked as a table once, at most five levels deep; allocations follow the size\n"
	"of the file; pages of RAM that damaged attributes make special are looked at one by one up to 16 M of them.\n";

static void put_cell(const char *text, size_t size)
{
	size_t i, length = strlen(path), folder = strlen(run_scratch());

	for (i = 0; i < size; i++) {
		if (strncmp(text + i, path, length) == 0) {
			fputs("DUMP", doc_file);
			i += length - 1;
		} else if (strncmp(text + i, run_scratch(), folder) == 0) {
			fputs("FOLDER", doc_file);
			i += folder - 1;
		} else if (text[i] == '|') {
			fputs("\\|", doc_file);
		} else {
			fputc(text[i], doc_file);
		}
	}
}

static void write_row(const struct row *row, const struct run *r)
{
	const char *say = r->err;

	if (strncmp(say, "kdump-triage: ", 14) == 0)
		say += 14;
	fprintf(doc_file, "| ");
	put_cell(row->what, strlen(row->what));
	fprintf(doc_file, " | %d | ", r->code);
	put_cell(say, strcspn(say, "\n"));
	fprintf(doc_file, " |\n");
}

static void make_file(const struct row *row)
{
	char command[512];

	snprintf(command, sizeof(command), "rm -rf '%s'*", path);
	CU_ASSERT_EQUAL(system(command), 0);
	suite_no_error(gen_dump(row->how, path));
	if (!row->then)
		return;
	snprintf(command, sizeof(command), "F='%s'; %s", path, row->then);
	CU_ASSERT_EQUAL(system(command), 0);
}

static void check_row(const struct row *row)
{
	const char *command = row->command ? row->command : "report --json $F";
	struct run r;
	bool good;

	make_file(row);
	run_tool(&r, command);
	good = r.code == row->code && !*r.err == !row->says &&
	       (!row->says || strstr(r.err, row->says)) &&
	       (!row->figures || strstr(r.out, row->figures));
	if (!good)
		fprintf(stderr, "    %s: exit %d\n%.3000s%s", row->what, r.code,
			r.out, r.err);
	CU_ASSERT_TRUE(good);
	write_row(row, &r);
	run_deinit(&r);
}

static void test_rows(void)
{
	const struct row *row;

	snprintf(path, sizeof(path), "%s/dump", run_scratch());
	setenv("F", path, 1);
	doc_file = open_memstream(&doc, &doc_size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(doc_file);
	fputs(head, doc_file);
	for (row = rows; row->what; row++) {
		if (*row->what)
			check_row(row);
		else
			fprintf(doc_file,
				"\n## %s\n\n| what is wrong | exit | what it says |\n|---|---|---|\n",
				row->how);
	}
}

/* ---- Kernel structures --------------------------------------------------- */

static void write_kernel_row(const struct kernel_row *row, const struct run *r,
			     const char *said)
{
	fprintf(doc_file, "| %s | %d | ", row->what, r->code);
	if (said)
		put_cell(said, strcspn(said, ";\n"));
	else
		fputs("all that it says without", doc_file);
	fputs(" |\n", doc_file);
}

/* What page tables tell stands, and what is not known is said. */
static void check_kernel_row(struct image *image, const struct kernel_row *row,
			     const char *sound)
{
	const char *said;
	struct run r;
	bool good;

	image_restore(image);
	row->damage(image, row);
	image_write(image, path);
	run_tool(&r, "splits $F");
	said = row->says ? strstr(r.out, row->says) : NULL;
	good = r.code == 0 && !*r.err &&
	       (row->says ? said && strstr(r.out, "\nmissing ") &&
				    strcmp(r.out, sound) != 0
			  : !strcmp(r.out, sound));
	if (!good)
		fprintf(stderr, "    %s: exit %d\n%.2000s%s", row->what, r.code,
			r.out, r.err);
	CU_ASSERT_TRUE(good);
	write_kernel_row(row, &r, said);
	run_deinit(&r);
}

static void test_kernel_rows(void)
{
	const struct kernel_row *row;
	struct image *image;
	struct run sound;
	char base[160];

	run_tool(&sound,
		 "extract --all --as elf $D/73-4k-counters.kdump $T/base");
	CU_ASSERT_EQUAL_FATAL(sound.code, 0);
	run_deinit(&sound);
	run_tool(&sound, "splits $T/base");
	CU_ASSERT_PTR_NULL(strstr(sound.out, "missing"));
	snprintf(base, sizeof(base), "%s/base", run_scratch());
	image = image_create(base);
	fputs(kernel_head, doc_file);
	for (row = kernel_rows; row->what; row++)
		check_kernel_row(image, row, sound.out);
	fputs(tail, doc_file);
	CU_ASSERT_EQUAL(fclose(doc_file), 0);
	image_destroy(image);
	run_deinit(&sound);
}

static void test_doc(void)
{
	char *text;
	size_t size;
	FILE *file;

	if (getenv("UPDATE")) {
		file = fopen(DOC, "w");
		CU_ASSERT_FATAL(file && fputs(doc, file) >= 0);
		CU_ASSERT_EQUAL(fclose(file), 0);
	}
	text = run_read_file(DOC, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	if (strcmp(text, doc) != 0)
		fprintf(stderr, "    %s is not current: make robustness-doc\n",
			DOC);
	CU_ASSERT_STRING_EQUAL(text, doc);
	free(text);
	free(doc);
}

/* ---- A file that shrinks while it is read -------------------------------- */

static void check_shrinking(const char *spec)
{
	const char *paths[] = { path };
	struct dm_usage *usage = malloc(sizeof(*usage));
	struct dm_kernel kernel;
	struct dm_error *err;
	struct dm_dump *dump;
	char text[256];

	CU_ASSERT_PTR_NOT_NULL_FATAL(usage);
	suite_no_error(gen_dump(spec, path));
	suite_no_error(dm_dump_open(paths, 1, NULL, &dump));
	suite_no_error(dm_kernel_init(&kernel, dm_dump_source(dump)));
	CU_ASSERT_EQUAL(truncate(path, 70000), 0);
	err = dm_walk(dm_dump_source(dump), &kernel, NULL, usage, NULL, NULL);
	if (err)
		suite_error(err, DM_ERROR_BAD_DUMP, "swapper_pg_dir");
	else
		CU_ASSERT_TRUE(dm_usage_partial(usage, text, sizeof(text)));
	dm_dump_close(dump);
	free(usage);
}

static void test_shrinking(void)
{
	static const char *const formats[] = { "elf", "kdump zlib", "kdump lzo",
					       "kdump none",
					       "kdump zstd flattened" };
	char spec[256];
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		snprintf(
			spec, sizeof(spec),
			"ram 0x40000000+1G\nmap pa=0x40000000 1G 4K\nformat %s\n",
			formats[i]);
		check_shrinking(spec);
	}
	run_remove_scratch();
}

static CU_TestInfo tests[] = {
	{ "each row", test_rows },
	{ "each row of kernel structures", test_kernel_rows },
	{ "docs/robustness.md", test_doc },
	{ "a file that shrinks", test_shrinking },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("robustness", tests);
}
