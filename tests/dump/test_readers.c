// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Our own reader and libkdumpfile judge each other: what both read is compared
 * page by page and report by report. What libkdumpfile alone reads, and damaged
 * files through it; "guard" marks what 0.5.1 by itself does not survive.
 */
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libkdumpfile/kdumpfile.h>

#include "cli/run.h"
#include "dump/blocks.h"
#include "dump/context.h"
#include "dump/dump_private.h"
#include "gen/gen.h"
#include "gen/gen_other.h"
#include "suite.h"

#define KERNEL "kernel page=4K va=48\nram 0x40000000+64M\n"
#define MAP                                                                    \
	"map pa=0x40000000 64M 2M\nprotect pa=0x40200000 4K ro\n"              \
	"protect pa=0x40800000 8K invalid\n"
#define PAGES                                                                  \
	"page 0x43000000 byte=1 200\npage 0x43100000 random=3 300\n"           \
	"text 0x43200010 \"some text\"\n"
#define BASE UINT64_C(0x40000000)
#define SIZE UINT64_C(0x04000000)

/* ---- Helpers ------------------------------------------------------------- */

static const char *in_scratch(const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, PATH_MAX, "%s/%s", run_scratch(), name);
	return path;
}

static const char *make(const char *spec, const char *name)
{
	const char *path = in_scratch(name);

	suite_no_error(gen_dump(spec, path));
	return path;
}

static struct dm_error *open_by(enum dm_dump_reader reader, const char *path,
				struct dm_dump **dump)
{
	struct dm_dump_options options = {
		.struct_size = sizeof(options),
		.reader = reader,
	};

	return dm_dump_open(&path, 1, &options, dump);
}

static struct dm_dump *open_good(enum dm_dump_reader reader, const char *path)
{
	struct dm_dump *dump = NULL;

	suite_no_error(open_by(reader, path, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	return dump;
}

static struct dm_error *read_at(struct dm_dump *dump, uint64_t pa, void *buf,
				size_t size)
{
	struct dm_source *source = dm_dump_source(dump);

	return source->ops->read(source, pa, buf, size, DM_CONTENT_TABLE);
}

/* What it says of those bytes, as two may be compared. */
static int said(struct dm_dump *dump, uint64_t pa, void *buf, size_t size)
{
	struct dm_error *err = read_at(dump, pa, buf, size);
	int code = err ? (int)err->code : -1;

	dm_error_destroy(err);
	return code;
}

/* ---- Page by page -------------------------------------------------------- */

struct pair {
	struct dm_dump *own, *second;
};

static void open_pair(struct pair *pair, const char *path)
{
	pair->own = open_good(DM_DUMP_READER_OWN, path);
	pair->second = open_good(DM_DUMP_READER_LIBKDUMPFILE, path);
	CU_ASSERT_EQUAL(dm_dump_info(pair->own)->reader, DM_DUMP_READER_OWN);
	CU_ASSERT_EQUAL(dm_dump_info(pair->second)->reader,
			DM_DUMP_READER_LIBKDUMPFILE);
	CU_ASSERT_STRING_EQUAL(dm_dump_info(pair->own)->format,
			       dm_dump_info(pair->second)->format);
	CU_ASSERT_STRING_EQUAL(dm_dump_about(pair->second)->reader,
			       "libkdumpfile");
	CU_ASSERT_PTR_NULL(dm_dump_about(pair->own)->reader);
}

static void close_pair(struct pair *pair)
{
	dm_dump_close(pair->own);
	dm_dump_close(pair->second);
}

/* @returns whether both have it. */
static bool same_page(struct pair *pair, uint64_t pa, size_t size)
{
	static unsigned char a[65536], b[65536];
	int x = said(pair->own, pa, a, size);
	int y = said(pair->second, pa, b, size);

	if (x != y || (x < 0 && memcmp(a, b, size) != 0))
		fprintf(stderr, "    0x%llx: %d, %d\n", (unsigned long long)pa,
			x, y);
	CU_ASSERT_EQUAL_FATAL(x, y);
	CU_ASSERT_FALSE_FATAL(x < 0 && memcmp(a, b, size) != 0);
	return x < 0;
}

static kdump_ctx_t *open_alone(const char *path, uint32_t page_size, int *fd)
{
	kdump_ctx_t *ctx;

	*fd = open(path, O_RDONLY | O_CLOEXEC);
	suite_no_error(
		dm_context_open(&(struct context_how){ .path = path,
						       .fds = fd,
						       .count = 1,
						       .page_size = page_size },
				&ctx));
	return ctx;
}

/*
 * The pages of libkdumpfile's own bitmap: as many as ours, and each the same;
 * and some that are in neither.
 */
static void check_pages(const char *path)
{
	const struct kdump_set *set;
	struct pair pair;
	kdump_attr_t attr;
	kdump_addr_t pfn;
	uint64_t count = 0, ours = 0;
	kdump_ctx_t *ctx;
	size_t i;
	int fd;

	open_pair(&pair, path);
	set = pair.own->layout;
	for (i = 0; i < set->n; i++)
		ours += set->parts[i].pages;
	ctx = open_alone(path, set->block_size, &fd);
	CU_ASSERT_EQUAL_FATAL(
		kdump_get_attr(ctx, KDUMP_ATTR_FILE_PAGEMAP, &attr), KDUMP_OK);
	for (pfn = 0; kdump_bmp_find_set(attr.val.bitmap, &pfn) == KDUMP_OK &&
		      pfn < set->max_mapnr;
	     pfn++)
		count += same_page(&pair, pfn * set->block_size,
				   set->block_size);
	CU_ASSERT_EQUAL(count, ours);
	CU_ASSERT_TRUE(count > 2);
	for (pfn = 0; pfn < set->max_mapnr; pfn += 1 + set->max_mapnr / 499)
		same_page(&pair, pfn * set->block_size, set->block_size);
	dm_context_free(ctx);
	close(fd);
	close_pair(&pair);
}

/* Both sides: our VMCOREINFO, and libkdumpfile's, where there is a note. */
static void check_vmcoreinfo(const char *path)
{
	struct dm_dump *own = open_good(DM_DUMP_READER_OWN, path);
	kdump_attr_t attr;
	kdump_ctx_t *ctx;
	bool found;
	int fd;

	ctx = open_alone(path, dm_dump_info(own)->block_size, &fd);
	found = kdump_get_attr(ctx, "linux.vmcoreinfo.raw", &attr) == KDUMP_OK;
	CU_ASSERT_EQUAL(found, dm_dump_info(own)->vmcoreinfo_from ==
				       DM_DUMP_VMCOREINFO_OWN);
	if (found) {
		CU_ASSERT_EQUAL(kdump_blob_size(attr.val.blob),
				own->vmcoreinfo_size);
		CU_ASSERT_EQUAL(memcmp(kdump_blob_pin(attr.val.blob),
				       own->vmcoreinfo, own->vmcoreinfo_size),
				0);
		kdump_blob_unpin(attr.val.blob);
	}
	dm_context_free(ctx);
	close(fd);
	dm_dump_close(own);
}

static void each_bundled(void (*check)(const char *path))
{
	char pattern[PATH_MAX];
	glob_t found;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/*.kdump", getenv("TEST_DUMPS"));
	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &found), 0);
	CU_ASSERT_TRUE(found.gl_pathc > 10);
	for (i = 0; i < found.gl_pathc; i++)
		check(found.gl_pathv[i]);
	globfree(&found);
}

static void test_pages(void)
{
	each_bundled(check_pages);
}

static void test_vmcoreinfo(void)
{
	each_bundled(check_vmcoreinfo);
}

/* ---- Report by report ---------------------------------------------------- */

/* But for the words that tell which reader it was. */
static void take_out(char *text, const char *words)
{
	char *at = strstr(text, words);

	if (at)
		memmove(at, at + strlen(words), strlen(at + strlen(words)) + 1);
}

static void same_output(const char *command, const char *path)
{
	char words[PATH_MAX];
	struct run a, b;

	snprintf(words, sizeof(words), "%s --reader own %s", command, path);
	run_tool(&a, words);
	snprintf(words, sizeof(words), "%s --reader libkdumpfile %s", command,
		 path);
	run_tool(&b, words);
	take_out(b.out, ",\"reader\":\"libkdumpfile\"");
	take_out(b.out, ", read by libkdumpfile");
	CU_ASSERT_EQUAL(a.code, b.code);
	CU_ASSERT_TRUE(a.out_size > 100);
	CU_ASSERT_STRING_EQUAL(a.out, b.out);
	CU_ASSERT_STRING_EQUAL(a.err, b.err);
	run_deinit(&a);
	run_deinit(&b);
}

static void check_outputs(const char *path)
{
	same_output("report --json", path);
	same_output("runs", path);
	same_output("splits --json -j2", path);
}

static void test_outputs(void)
{
	each_bundled(check_outputs);
}

/* ---- What is made, of every kind that both read -------------------------- */

static void check_range(const char *path)
{
	static const size_t sizes[] = { 8, 4096, 100, 16384 };
	struct pair pair;
	uint64_t pa;
	size_t i = 0, found = 0;

	open_pair(&pair, path);
	for (pa = BASE - 8192; pa < BASE + SIZE + 8192; pa += 4096 * 3)
		found += same_page(&pair, pa + (i % 5 ? 0 : 40), sizes[i % 4]),
			i++;
	CU_ASSERT_TRUE(found > 20);
	close_pair(&pair);
}

static void check_made(const char *format)
{
	char spec[1024];

	snprintf(spec, sizeof(spec), KERNEL MAP PAGES "format %s\n", format);
	check_range(make(spec, "made"));
	same_output("report --json", in_scratch("made"));
}

static void test_made(void)
{
	check_made("kdump none");
	check_made("kdump zlib");
	check_made("kdump lzo");
	check_made("kdump snappy");
	check_made("kdump zstd");
	/* Guard: blocks of 64K, and pages of 4K in VMCOREINFO. */
	check_made("kdump zlib block=65536");
	check_made("kdump zstd qemu");
	check_made("elf");
}

static void test_split(void)
{
	const char *paths[] = { NULL, NULL };
	struct dm_dump_options options = {
		.struct_size = sizeof(options),
		.reader = DM_DUMP_READER_LIBKDUMPFILE,
	};
	struct pair pair;
	struct dm_dump *whole;
	uint64_t pa;

	make(KERNEL MAP PAGES "format kdump zlib split=2\n", "set");
	make(KERNEL MAP PAGES "format kdump zlib\n", "whole");
	/* In the wrong order, which libkdumpfile does not take. */
	paths[0] = in_scratch("set.1");
	paths[1] = in_scratch("set.0");
	whole = open_good(DM_DUMP_READER_OWN, in_scratch("whole"));
	pair = (struct pair){ .own = whole };
	suite_no_error(dm_dump_open(paths, 2, &options, &pair.second));
	CU_ASSERT_PTR_NOT_NULL_FATAL(pair.second);
	for (pa = BASE; pa < BASE + SIZE; pa += 4096)
		same_page(&pair, pa, 4096);
	close_pair(&pair);
}

/* ---- Guards -------------------------------------------------------------- */

/* Guard: a page that is missing, read often, in a cache that is full. */
static void test_missing(void)
{
	unsigned char buf[4096];
	struct dm_dump *dump;
	size_t i;

	dump = open_good(DM_DUMP_READER_LIBKDUMPFILE,
			 make(KERNEL MAP PAGES
			      "drop page 0x43000000 100\nformat kdump zlib\n",
			      "missing"));
	for (i = 0; i < 20000; i++) {
		uint64_t pa = 0x43000000 + i * 7 % 200 * 4096;
		int code = said(dump, pa, buf, sizeof(buf));

		CU_ASSERT_EQUAL_FATAL(
			code, pa < 0x43064000 ? (int)DM_ERROR_ABSENT : -1);
	}
	dm_dump_close(dump);
}

/* Guard: a page that is damaged, likewise; the others stay what they are. */
static void test_damaged_pages(void)
{
	static const char *const formats[] = { "zlib", "lzo", "snappy",
					       "zstd" };
	unsigned char buf[4096];
	struct dm_dump *dump;
	char spec[1024];
	size_t i, j;

	for (j = 0; j < 4; j++) {
		snprintf(spec, sizeof(spec),
			 KERNEL MAP PAGES "format kdump %s\n"
					  "corrupt page 0x43000000 data\n"
					  "corrupt page 0x43001000 empty\n"
					  "corrupt page 0x43002000 short\n",
			 formats[j]);
		dump = open_good(DM_DUMP_READER_LIBKDUMPFILE,
				 make(spec, "damaged"));
		for (i = 0; i < 3000; i++) {
			uint64_t pa = 0x43000000 + i * 7 % 100 * 4096;
			int code = said(dump, pa, buf, sizeof(buf));

			if (pa < 0x43003000)
				CU_ASSERT_EQUAL(code, DM_ERROR_BROKEN);
			if (pa >= 0x43003000)
				CU_ASSERT_FALSE(code >= 0 || buf[0] != 1);
		}
		dm_dump_close(dump);
	}
}

/* Guard: what is past the end of a file, and behind a segment's, is no zero. */
static void test_cut(void)
{
	static const char *const formats[] = { "kdump none", "kdump zstd",
					       "elf" };
	struct pair pair;
	char spec[1024];
	uint64_t pa;
	size_t i;
	off_t size;
	int fd;

	for (i = 0; i < 3; i++) {
		snprintf(spec, sizeof(spec), KERNEL MAP PAGES "format %s\n",
			 formats[i]);
		fd = open(make(spec, "cut"), O_RDWR | O_CLOEXEC);
		size = lseek(fd, 0, SEEK_END);
		CU_ASSERT_EQUAL(ftruncate(fd, size - size / 9 - 1000), 0);
		close(fd);
		open_pair(&pair, in_scratch("cut"));
		CU_ASSERT_FALSE(dm_dump_info(pair.second)->complete);
		CU_ASSERT_STRING_EQUAL(
			dm_dump_about(pair.own)->why_incomplete,
			dm_dump_about(pair.second)->why_incomplete);
		for (pa = BASE; pa < BASE + SIZE; pa += 4096)
			same_page(&pair, pa, 4096);
		close_pair(&pair);
	}
}

static void refuse(const char *path, const char *words)
{
	struct dm_dump *dump = NULL;

	suite_error(open_by(DM_DUMP_READER_LIBKDUMPFILE, path, &dump),
		    DM_ERROR_UNSUPPORTED, words);
}

static void test_refused(void)
{
#if KDUMPFILE_VERSION < KDUMPFILE_MKVER(0, 5, 3)
	refuse(make(KERNEL MAP "format kdump zlib flattened\n", "flat"),
	       "--reader own");
#endif
	/* Guard: it reads through NULL. */
	refuse(make(KERNEL MAP "vmcoreinfo set .a=1\nformat kdump zlib\n",
		    "dots"),
	       "--reader own");
	/* What is no dump is told of as ever. */
	run_shell("printf '\\037\\213\\010' >packed; head -c 9000 "
		  "</dev/zero >>packed; head -c 9001 </dev/urandom >noise");
	refuse(in_scratch("packed"), "gzip -dk");
	refuse(in_scratch("noise"), "not a dump of a kind that is supported");
}

static void test_no_such_reader(void)
{
	struct dm_dump *dump;

	suite_error(open_by((enum dm_dump_reader)7, in_scratch("noise"), &dump),
		    DM_ERROR_INVALID_ARGUMENT, "no reader 7");
}

/* ---- Formats that libkdumpfile alone reads ------------------------------- */

/* All that a dump has between BASE and BASE + SIZE. */
static struct other_page *load(const char *path, size_t *count)
{
	struct other_page *pages = calloc(SIZE / OTHER_PAGE, sizeof(*pages));
	struct dm_dump *dump = open_good(DM_DUMP_READER_OWN, path);
	uint64_t pa;

	CU_ASSERT_PTR_NOT_NULL_FATAL(pages);
	*count = 0;
	for (pa = BASE; pa < BASE + SIZE; pa += OTHER_PAGE) {
		struct other_page *page = &pages[*count];

		if (said(dump, pa, page->data, OTHER_PAGE) < 0) {
			page->pa = pa;
			++*count;
		}
	}
	dm_dump_close(dump);
	return pages;
}

#define WITH_TEXT KERNEL MAP PAGES "vmcoreinfo-page 0x43428000\n"

/* As the ordinary dump, but for where its VMCOREINFO was found. */
static void same_figures(const char *path, const char *other)
{
	char words[PATH_MAX];
	struct run a, b;

	snprintf(words, sizeof(words), "runs %s", path);
	run_tool(&a, words);
	snprintf(words, sizeof(words), "runs %s", other);
	run_tool(&b, words);
	CU_ASSERT_EQUAL(b.code, a.code);
	CU_ASSERT_STRING_EQUAL(a.out, b.out);
	if (b.code != a.code)
		fprintf(stderr, "    %s\n", b.err);
	snprintf(words, sizeof(words), "--json %s", other);
	run_again(&b, words);
	suite_has(b.out, "\"reader\":\"libkdumpfile\"");
	suite_has(b.out, "\"vmcoreinfo_from\":\"ram\"");
	snprintf(words, sizeof(words), "--reader own %s", other);
	run_again(&b, words);
	CU_ASSERT_EQUAL(b.code, 3);
	suite_has(b.err, "libkdumpfile does");
	run_deinit(&a);
	run_deinit(&b);
}

static void test_lkcd(void)
{
	const char *path = make(WITH_TEXT "format kdump zlib\n", "source");
	const char *lkcd = in_scratch("lkcd");
	struct other_page *pages;
	struct run run;
	size_t count;

	pages = load(path, &count);
	CU_ASSERT_TRUE_FATAL(gen_lkcd(lkcd, pages, count, false, "aarch64"));
	same_figures(path, lkcd);
	CU_ASSERT_TRUE_FATAL(gen_lkcd(lkcd, pages, count, true, "aarch64"));
	same_figures(path, lkcd);
	run_tool(&run, "batch --again --json $T/lkcd");
	suite_has(run.out, "\"format\":\"lkcd\"");
	/* Never overwritten. */
	run_again(&run, "report --html $T/lkcd --force $D/73-4k-small.kdump");
	CU_ASSERT_EQUAL(run.code, 2);
	CU_ASSERT_TRUE_FATAL(gen_lkcd(lkcd, pages, count, true, "x86_64"));
	run_again(&run, "$T/lkcd");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "x86_64");
	/* Guard: the last page would end in zeros. */
	CU_ASSERT_TRUE_FATAL(gen_lkcd(lkcd, pages, count, false, "aarch64"));
	CU_ASSERT_EQUAL(truncate(lkcd, 65536 + (off_t)count * 4112 - 2000), 0);
	run_again(&run, "$T/lkcd");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "cut off");
	/* A hole of 1 GiB is not gone through in steps of a descriptor. */
	CU_ASSERT_EQUAL(truncate(lkcd, 65536), 0);
	CU_ASSERT_EQUAL(truncate(lkcd, 1 << 30), 0);
	run_again(&run, "$T/lkcd");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "a page in it has no bytes");
	/* Nor where it is not the first of several. */
	CU_ASSERT_TRUE_FATAL(
		gen_lkcd(in_scratch("sound"), pages, count, false, "aarch64"));
	run_again(&run, "$T/sound $T/lkcd");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "/lkcd: a dump of LKCD, damaged: a page");
	run_again(&run, "$T/sound $T/sound");
	CU_ASSERT_EQUAL(run.code, 3);
	CU_ASSERT_EQUAL(run_lines(run.err), 1);
	run_deinit(&run);
	free(pages);
}

static void test_xen(void)
{
	const char *path = make(WITH_TEXT "format kdump zlib\n", "source");
	const char *core = in_scratch("core");
	struct other_page *pages;
	struct run run;
	size_t count;

	pages = load(path, &count);
	CU_ASSERT_TRUE_FATAL(gen_xen_core(core, pages, count, false));
	same_figures(path, core);
	/* Guard: it calls NULL. */
	CU_ASSERT_TRUE_FATAL(gen_xen_core(core, pages, count, true));
	run_tool(&run, "$T/core");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "--remove-section=.xen_prstatus");
	CU_ASSERT_TRUE_FATAL(
		gen_xen_core(in_scratch("sound"), pages, count, false));
	run_again(&run, "$T/sound $T/core");
	CU_ASSERT_EQUAL(run.code, 3);
	suite_has(run.err, "--remove-section=.xen_prstatus");
	CU_ASSERT_TRUE_FATAL(gen_xen_core(core, pages, count, false));
	CU_ASSERT_EQUAL(truncate(core, 4096 * (off_t)count), 0);
	run_again(&run, "$T/core");
	CU_ASSERT_EQUAL(run.code, 3);
	run_deinit(&run);
	free(pages);
}

/* ---- Damaged files ------------------------------------------------------- */

#define FLIPS 40

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return *state >> 33;
}

/*
 * In a process with limits, as batch has them: it neither falls nor hangs. @info:
 * where VMCOREINFO is, which need not be sought; NULL: there is a note.
 */
static void survive(const char *path, const char *info)
{
	const char *tool = getenv("KDUMP_TRIAGE");
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		struct rlimit cpu = { 20, 21 };
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		setrlimit(RLIMIT_CPU, &cpu);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execl(tool, tool, "report", "--reader", "libkdumpfile", path,
		      info ? "--vmcoreinfo" : NULL, info, (char *)NULL);
		_exit(127);
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status))
		fprintf(stderr, "    signal %d\n", WTERMSIG(status));
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_NOT_EQUAL(WEXITSTATUS(status), 127);
}

/* Bytes near the front, where headers, bitmaps and descriptors are. */
static void check_damaged(const char *path, const char *info, uint64_t front)
{
	unsigned char now, *whole;
	uint64_t state = 1, at[4];
	size_t size, i, j;
	int fd;

	whole = (unsigned char *)run_read_file(path, &size);
	fd = open(path, O_RDWR | O_CLOEXEC);
	CU_ASSERT_FATAL(whole && fd >= 0);
	for (i = 0; i < FLIPS; i++) {
		for (j = 0; j < 4; j++) {
			at[j] = next_random(&state) %
				(front < size && i % 3 ? front : size);
			now = (unsigned char)next_random(&state);
			CU_ASSERT_EQUAL(pwrite(fd, &now, 1, (off_t)at[j]), 1);
		}
		survive(path, info);
		for (j = 0; j < 4; j++)
			CU_ASSERT_EQUAL(
				pwrite(fd, whole + at[j], 1, (off_t)at[j]), 1);
	}
	close(fd);
	free(whole);
}

static void check_damaged_made(const char *format, uint64_t front)
{
	char spec[1024];

	snprintf(spec, sizeof(spec), KERNEL MAP "format %s\n", format);
	check_damaged(make(spec, "flipped"), NULL, front);
}

static void test_damaged_files(void)
{
	struct other_page *pages;
	size_t count;

	pages = load(make(WITH_TEXT "format kdump zlib\n", "source"), &count);
	check_damaged_made("kdump zlib", 0x9000);
	check_damaged_made("kdump zstd", 0x500);
	check_damaged_made("elf", 0x200);
	CU_ASSERT_TRUE(
		gen_lkcd(in_scratch("flipped"), pages, count, true, "aarch64"));
	check_damaged(in_scratch("flipped"), "@0x43428000", 0x300);
	CU_ASSERT_TRUE(
		gen_xen_core(in_scratch("flipped"), pages, count, false));
	check_damaged(in_scratch("flipped"), "@0x43428000", 0x200);
	free(pages);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "bundled dumps, page by page", test_pages },
		{ "bundled dumps, VMCOREINFO", test_vmcoreinfo },
		{ "bundled dumps, reports", test_outputs },
		{ "made dumps", test_made },
		{ "split sets", test_split },
		{ "missing pages", test_missing },
		{ "damaged pages", test_damaged_pages },
		{ "cut off", test_cut },
		{ "what libkdumpfile is not given", test_refused },
		{ "no such reader", test_no_such_reader },
		{ "LKCD", test_lkcd },
		{ "Xen", test_xen },
		{ "damaged files", test_damaged_files },
		CU_TEST_INFO_NULL,
	};
	int failed = suite_run("readers", tests);

	run_remove_scratch();
	return failed;
}
