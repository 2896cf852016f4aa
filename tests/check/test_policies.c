// SPDX-License-Identifier: GPL-2.0-or-later
/* The policies of docs/policies on bundled dumps. */
#include <stdlib.h>

#include "cli/run.h"
#include "suite.h"

#define CHECK "check --policy $D/../docs/policies/"

static void says(const char *arguments, int code, const char *part)
{
	struct run run;

	run_tool(&run, arguments);
	if (run.code != code || !strstr(run.out, part))
		fprintf(stderr, "    %s: %d, %s%s\n", arguments, run.code,
			run.out, run.err);
	CU_ASSERT_EQUAL(run.code, code);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.out, part));
	run_deinit(&run);
}

static void test_production(void)
{
	says(CHECK "production-blocks.ini $D/73-4k-counters.kdump", 0,
	     "1 ok, 0 failed, 0 unread");
	says(CHECK "production-blocks.ini $D/73-4k-nobbml.kdump", 1,
	     "require-policy                pages, limit blocks");
	/* An option goes over the file, wherever it stands. */
	says("check $D/73-4k-nobbml.kdump --require-policy pages "
	     "--max-small-share 100% --policy "
	     "$D/../docs/policies/production-blocks.ini",
	     0, "1 ok");
	/* Its history is not known. */
	says("check --max-lost-leaves 5 $D/73-4k-bbml3.kdump", 1,
	     "unknown    max-lost-leaves ");
	says("check --max-lost-leaves 5 --on-unknown warn "
	     "$D/73-4k-bbml3.kdump",
	     0, "warning    max-lost-leaves ");
}

static void test_regression(void)
{
	says(CHECK "regression.ini --baseline $D/73-4k-counters.kdump "
		   "$D/73-4k-counters.kdump",
	     0, "1 ok");
	says(CHECK "regression.ini --baseline $D/73-4k-counters.kdump "
		   "$D/73-4k-nobbml.kdump",
	     1, "max-worse small-share");
	says(CHECK "regression.ini $D/73-4k-nobbml.kdump", 2, "");
}

static void test_security(void)
{
	/* Limits have units, and a set is one dump. */
	says("check --max-4k-share 0.5% $D/73-4k-nobbml.kdump", 1,
	     ", limit 0.5 %");
	says("check --max-residual-bytes 1M $D/73-4k-counters.kdump", 1,
	     ", limit 1024 kB");
	says("check --split -j 2 --no-findings yes $D/73-4k-small.kdump "
	     "$D/73-4k-all.kdump",
	     2, "");
	says(CHECK "security.ini $D/73-4k-all.kdump", 0, "1 ok");
}

/* The others' verdicts are there, and a violation is the code. */
static void test_unreadable(void)
{
	says("check --require-policy pages $D/README.md $D/73-4k-nobbml.kdump",
	     3, "1 ok, 0 failed, 1 unread");
	says("check --json --require-policy blocks $D/README.md "
	     "$D/73-4k-nobbml.kdump",
	     1,
	     "\"verdict\":\"fail\",\"violations\":[{\"rule\":"
	     "\"require-policy\",\"value\":\"pages\",\"limit\":\"blocks\"");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "production", test_production },
		{ "regression", test_regression },
		{ "security", test_security },
		{ "unreadable dumps", test_unreadable },
		CU_TEST_INFO_NULL,
	};

	return suite_run("policies", tests);
}
