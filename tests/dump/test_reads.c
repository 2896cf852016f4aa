// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading as the system sees it: the tool over tests/preload, which the address
 * sanitizer would rather be before.
 */
#include <stdio.h>
#include <stdlib.h>

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

static CU_TestInfo tests[] = {
	{ "one page an open file", test_bounce_page },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	int code = suite_run("reads", tests);

	run_remove_scratch();
	return code;
}
