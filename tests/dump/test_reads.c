// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading as the system sees it: the tool over tests/preload, which the address
 * sanitizer would rather be before.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli.h"
#include "cli/run.h"
#include "gen/gen.h"
#include "suite.h"

#define PRELOADED(env, command)                                                \
	"--version >/dev/null; " env " ASAN_OPTIONS=verify_asan_link_order=0 " \
	"LD_PRELOAD=\"${KDUMP_TRIAGE%/*}/preload.so\" "                        \
	"\"$KDUMP_TRIAGE\" " command

/* 512 tables, in no order. */
#define TABLES                                                                 \
	"kernel page=4K va=48\nram 0x40000000+1G\ntables scatter 7\n"          \
	"map pa=0x40000000 1G 4K\n"

static void make(const char *spec)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/vmcore", run_scratch());
	suite_no_error(gen_dump(spec, path));
}

/* ---- /proc/kcore --------------------------------------------------------- */

/* All threads at once, of a file whose open file has one page to copy by. */
static void check_bounced(const char *bounced, const char *plain)
{
	struct run with, without;

	run_tool(&without, plain);
	run_tool(&with, bounced);
	CU_ASSERT_EQUAL(without.code, 0);
	CU_ASSERT_EQUAL(with.code, 0);
	CU_ASSERT_STRING_EQUAL(with.out, without.out);
	CU_ASSERT_STRING_EQUAL(with.err, "");
	run_deinit(&with);
	run_deinit(&without);
}

#define CHECK_BOUNCED(command)                                                 \
	check_bounced(PRELOADED("BOUNCE_FILE=$T/vmcore", command), command)

static void test_bounce_page(void)
{
	make(TABLES "format elf kcore\n");
	CHECK_BOUNCED("report --json -j 8 $T/vmcore");
	CHECK_BOUNCED("runs --json -j 8 $T/vmcore");
	CHECK_BOUNCED("check --json -j 8 --no-findings yes $T/vmcore");
	/* Where no more can be opened, the threads take turns. */
	check_bounced(PRELOADED("ulimit -n 5; BOUNCE_FILE=$T/vmcore",
				"runs --json -j 8 $T/vmcore"),
		      "runs --json -j 8 $T/vmcore");
}

/* ---- How often ----------------------------------------------------------- */

static uint64_t count_reads(const char *command)
{
	uint64_t count = 0, *file;
	struct run run;
	char path[128];
	size_t size;

	run_tool(&run, command);
	CU_ASSERT_EQUAL(run.code, 0);
	run_deinit(&run);
	snprintf(path, sizeof(path), "%s/count", run_scratch());
	file = (uint64_t *)run_read_file(path, &size);
	CU_ASSERT_EQUAL_FATAL(size, sizeof(count));
	memcpy(&count, file, sizeof(count));
	free(file);
	return count;
}

#define COUNT_READS(command)                                                   \
	count_reads(                                                           \
		"--version; truncate -s 0 $T/count; "                          \
		"truncate -s 8 $T/count; "                                     \
		"COUNT_FILE=$T/count ASAN_OPTIONS=verify_asan_link_order=0 "   \
		"LD_PRELOAD=\"${KDUMP_TRIAGE%/*}/preload.so\" "                \
		"\"$KDUMP_TRIAGE\" " command)

/* Each page once for the views, and some at a time to be written. */
static void test_extract_all(void)
{
	struct run run;
	uint64_t elf, kdump;

	run_tool(&run, "extract --all --as elf $D/73-4k-all.kdump $T/all.elf");
	CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "2607 pages of 4 KiB"));
	run_deinit(&run);
	elf = COUNT_READS("extract --all --as kdump $T/all.elf $T/from-elf");
	kdump = COUNT_READS(
		"extract --all --as kdump $D/73-4k-all.kdump $T/from-kdump");
	CU_ASSERT_TRUE(elf > 1000);
	CU_ASSERT_TRUE(elf < 2599 + 2599 / 4);
	CU_ASSERT_TRUE(elf <= kdump);
	run_tool(&run, "--version; cmp $T/from-elf $T/from-kdump");
	CU_ASSERT_EQUAL(run.code, 0);
	run_deinit(&run);
}

/* ---- Time ---------------------------------------------------------------- */

/*
 * A sparse file whose headers claim 2^40 pages, so two bitmaps of 128 GiB:
 * max_mapnr_64 in the sub-header, bitmap_blocks in the header.
 */
#define HUGE_BITMAP                                                            \
	"kernel page=4K va=48\nram 0x40000000+64M\nmap pa=0x40000000 64M 2M\n" \
	"format kdump zlib\n"                                                  \
	"poke 436 4 = 0x4000000\npoke 4192 8 = 0x10000000000\n"

static void check_late(const char *command, int code)
{
	char arguments[256];
	struct run run;

	/* Without a limit it takes minutes. */
	snprintf(arguments, sizeof(arguments),
		 "--version >/dev/null; timeout -s KILL 60 "
		 "\"$KDUMP_TRIAGE\" %s $T/vmcore",
		 command);
	run_tool(&run, arguments);
	CU_ASSERT_EQUAL(run.code, code);
	CU_ASSERT_PTR_NOT_NULL(strstr(
		run.err, "/vmcore: not open when time was up (--timeout)"));
	run_deinit(&run);
}

static void test_timeout(void)
{
	struct run run;

	make(HUGE_BITMAP);
	run_tool(&run, "--version; truncate -s 300G $T/vmcore");
	run_deinit(&run);
	check_late("--timeout 1", 4);
	check_late("check --timeout 1 --no-findings yes", 4);
	check_late("diff --timeout 1 $D/61-4k.kdump", 4);
	run_tool(&run, "batch --timeout 1 --state $T/state --json $T/vmcore");
	CU_ASSERT_EQUAL(run.code, 4);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.out, "\"timeout\""));
	run_deinit(&run);
}

/* Time is up, but for a walk, which ends by itself. */
static void test_limit(void)
{
	struct cli_options options = { .timeout = 5, .jobs = 1 };
	struct dm_session_options how = { 0 };
	struct timespec start;
	struct cli_dump d;
	char buf[8], path[128], *paths[] = { path };

	make(TABLES "format elf\n");
	snprintf(path, sizeof(path), "%s/vmcore", run_scratch());
	suite_no_error(cli_open(&d, paths, 1, &options));
	suite_no_error(d.source->ops->read(d.source, 0x40000000, buf, 8,
					   DM_CONTENT_DATA));
	clock_gettime(CLOCK_MONOTONIC, &start);
	start.tv_sec -= 4;
	cli_progress_limit(d.progress, &start, 5);
	cli_progress_options(d.progress, &options, &how);
	CU_ASSERT_TRUE(how.stop(how.arg));
	start.tv_sec -= 2;
	cli_progress_walk(d.progress);
	cli_progress_limit(d.progress, &start, 5);
	suite_no_error(d.source->ops->read(d.source, 0x40000000, buf, 8,
					   DM_CONTENT_TABLE));
	cli_progress_walked(d.progress);
	suite_error(d.source->ops->read(d.source, 0x40000000, buf, 8,
					DM_CONTENT_TABLE),
		    DM_ERROR_INTERRUPTED, "not done within 5 s");
	cli_close(&d);
}

static CU_TestInfo tests[] = {
	{ "one page an open file", test_bounce_page },
	{ "a limit of time while it is opened", test_timeout },
	{ "a limit of time later on", test_limit },
	{ "extract reads each page once", test_extract_all },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	int code = suite_run("reads", tests);

	run_remove_scratch();
	return code;
}
