// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A map in which each page is other than its neighbours: as many records as
 * there are entries, and no more memory than of another map.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/run.h"
#include "gen/gen.h"
#include "sanitized.h"
#include "suite.h"

#define PAGES (UINT64_C(1) << 17)
#define RAM   UINT64_C(0x40000000)

/* Every second page is read-only: 512 MiB of RAM in 1 MiB of tables. */
static void make(void)
{
	char path[128], *spec = NULL;
	size_t size;
	FILE *text = open_memstream(&spec, &size);
	uint64_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	fprintf(text,
		"kernel page=4K va=48\nram 0x%llx+512M\n"
		"map pa=0x%llx 512M 4K\nformat kdump zlib\n",
		(unsigned long long)RAM, (unsigned long long)RAM);
	for (i = 0; i < PAGES; i += 2)
		fprintf(text, "protect pa=0x%llx 4K ro\n",
			(unsigned long long)(RAM + i * 4096));
	fclose(text);
	snprintf(path, sizeof(path), "%s/vmcore", run_scratch());
	suite_no_error(gen_dump(spec, path));
	free(spec);
}

/* 65,536 records: as values they would be some 125 MB. */
#define BOUNDED "--version >/dev/null; ulimit -v 120000 && \"$KDUMP_TRIAGE\" "

static void check_bounded(const char *arguments, const char *part)
{
	struct run run;

	run_tool(&run, arguments);
	if (run.code)
		fprintf(stderr, "    %s: %d %s\n", arguments, run.code,
			run.err);
	CU_ASSERT_EQUAL(run.code, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.out, part));
	run_deinit(&run);
}

static void test_alternating(void)
{
	make();
	check_bounded(BOUNDED "report -j 1 --html $T/page.html $T/vmcore && "
			      "cat $T/page.html",
		      "data-l=\"Special pages\">65534</td>");
	check_bounded(BOUNDED "check -j 1 --no-findings yes $T/vmcore", "1 ok");
	check_bounded(BOUNDED "diff -j 1 --json $T/vmcore $T/vmcore",
		      "\"owners_came\":[]");
}

static CU_TestInfo tests[] = {
	{ "every second page is read-only", test_alternating },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	int code;

	/* Which takes terabytes of addresses. */
	if (SANITIZED)
		return 0;
	code = suite_run("memory", tests);
	run_remove_scratch();
	return code;
}
