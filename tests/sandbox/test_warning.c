// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is said on a system that has neither Landlock nor seccomp: this process
 * takes both from itself and all that it starts.
 */
#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>

#include "cli/run.h"
#include "suite.h"

#define WARNING "warning: no sandbox ("

/* As qemu-user answers: there are no such calls. */
static void take_away(void)
{
	/* In place of SCMP_A0(), which leaves a member out. */
	const struct scmp_arg_cmp prctl_seccomp = { 0, SCMP_CMP_EQ,
						    PR_SET_SECCOMP, 0 };
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int failed = 0;

	CU_ASSERT_PTR_NOT_NULL_FATAL(ctx);
	failed |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
				   SCMP_SYS(landlock_create_ruleset), 0);
	failed |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS),
				   SCMP_SYS(seccomp), 0);
	failed |= seccomp_rule_add_array(ctx, SCMP_ACT_ERRNO(EINVAL),
					 SCMP_SYS(prctl), 1, &prctl_seccomp);
	failed |= seccomp_load(ctx);
	seccomp_release(ctx);
	CU_ASSERT_EQUAL_FATAL(failed, 0);
}

static size_t warnings(const char *text)
{
	size_t count = 0;

	while ((text = strstr(text, WARNING))) {
		text += strlen(WARNING);
		count++;
	}
	return count;
}

/* Runs it, and expects so many warnings. */
static void expect(const char *arguments, size_t count)
{
	struct run r;

	run_tool(&r, arguments);
	CU_ASSERT_EQUAL(r.code, 0);
	if (warnings(r.err) != count)
		fprintf(stderr, "    %s: not %zu warnings:\n%s\n", arguments,
			count, r.err);
	CU_ASSERT_EQUAL(warnings(r.err), count);
	CU_ASSERT_EQUAL(warnings(r.out), 0);
	run_deinit(&r);
}

#define SMALL "$D/73-4k-small.kdump"

static const char *const commands[] = {
	"report " SMALL,
	"extract --force " SMALL " $T/extract",
	"check --max-small-share 100% " SMALL,
	"batch -j2 --state $T/state --again " SMALL " $D/510-4k.kdump",
};

static void expect_each(const char *option, size_t count)
{
	char arguments[512];
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		snprintf(arguments, sizeof(arguments), "%s%s", commands[i],
			 option);
		expect(arguments, count);
	}
}

/* Under valgrind, for coverage and in some containers there is none at all. */
static bool has_sandbox(void)
{
	struct run r;
	bool has;

	run_tool(&r, "report --verbose " SMALL);
	has = strstr(r.err, "restricted");
	run_deinit(&r);
	if (!has)
		fprintf(stderr, "    no sandbox here: not tested\n");
	return has;
}

static void test_with_both(void)
{
	if (has_sandbox())
		expect_each("", 0);
}

static void test_without(void)
{
	if (!has_sandbox())
		return;
	take_away();
	expect_each("", 1);
	expect_each(" --no-sandbox", 0);
	expect("splits --verbose " SMALL, 0);
	expect("help report", 0);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "where there is a sandbox", test_with_both },
		{ "where there is none", test_without },
		CU_TEST_INFO_NULL,
	};
	int code = suite_run("warning", tests);

	run_remove_scratch();
	return code;
}
