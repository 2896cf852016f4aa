// SPDX-License-Identifier: GPL-2.0-or-later
/* A child that behaves as its argument says. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child/child.h"
#include "sanitized.h"
#include "suite.h"

static const struct child_limits usual = { .timeout = 60, .output = 1 << 20 };

/* ---- What the child does ------------------------------------------------- */

static void spam(FILE *file)
{
	for (;;)
		fputs("all work and no play\n", file);
}

__attribute__((noinline)) static void *eat(size_t size)
{
	volatile char *p = malloc(size);

	if (!p) {
		fputs("kdump-triage: out of memory\n", stderr);
		exit(5);
	}
	p[size / 2] = 1;
	return (void *)p;
}

static int be_a_child(void *arg)
{
	const char *what = arg;

	if (!strcmp(what, "say")) {
		puts("a result");
		fputs("kdump-triage: first\nkdump-triage: second\n", stderr);
		return 4;
	}
	if (!strcmp(what, "hang"))
		pause();
	if (!strcmp(what, "spam"))
		spam(stdout);
	if (!strcmp(what, "complain")) {
		signal(SIGALRM, SIG_DFL);
		alarm(1);
		spam(stderr);
	}
	if (!strcmp(what, "crash"))
		signal(SIGSEGV, SIG_DFL), raise(SIGSEGV);
	if (!strcmp(what, "eat"))
		free(eat((size_t)1 << 30));
	if (!strcmp(what, "close")) {
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		pause();
	}
	if (!strcmp(what, "spawn")) { /* and leave it behind */
		pid_t pid = fork();

		if (pid == 0)
			pause();
		printf("%ld\n", (long)pid);
	}
	return 0;
}

/* ---- Watching it --------------------------------------------------------- */

static void wait_for(struct child *child)
{
	while (!child_step(child)) {
		struct pollfd fds[2] = {
			{ .fd = child->out_fd, .events = POLLIN },
			{ .fd = child->err_fd, .events = POLLIN },
		};

		poll(fds, 2, child_patience(child));
	}
}

static void run(struct child *child, char *what,
		const struct child_limits *limits)
{
	suite_no_error(child_start(child, be_a_child, what, limits));
	wait_for(child);
}

static void assert_reason(const struct child *child, const char *expected)
{
	char text[256];

	child_reason(child, text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, expected);
}

static void test_result(void)
{
	struct child child;

	run(&child, "say", &usual);
	CU_ASSERT_EQUAL(child.end, CHILD_EXITED);
	CU_ASSERT_EQUAL(child.code, 4);
	CU_ASSERT_PTR_NOT_NULL_FATAL(child.out.text);
	CU_ASSERT_STRING_EQUAL(child.out.text, "a result\n");
	assert_reason(&child, "second");
	CU_ASSERT(child.max_rss > 0);
	child_deinit(&child);

	run(&child, "nothing", &usual);
	CU_ASSERT_EQUAL(child.code, 0);
	CU_ASSERT_PTR_NULL(child.out.text);
	assert_reason(&child, "");
	child_deinit(&child);
}

static void test_timeout(void)
{
	const struct child_limits second = { .timeout = 1, .output = 100 };
	struct child child;

	run(&child, "hang", &second);
	CU_ASSERT_EQUAL(child.end, CHILD_TIMEOUT);
	assert_reason(&child, "not done within 1 s");
	child_deinit(&child);
	/* Also where it said good-bye and stayed. */
	run(&child, "close", &second);
	CU_ASSERT_EQUAL(child.end, CHILD_TIMEOUT);
	child_deinit(&child);
}

static void test_output(void)
{
	struct child child;

	run(&child, "spam", &usual);
	CU_ASSERT_EQUAL(child.end, CHILD_OUTPUT);
	CU_ASSERT(child.out.size <= usual.output);
	assert_reason(&child, "its result is over 1 MiB");
	child_deinit(&child);

	run(&child, "complain", &usual);
	CU_ASSERT_EQUAL(child.end, CHILD_KILLED);
	CU_ASSERT(child.err.size <= 16384);
	assert_reason(&child,
		      "killed from outside (SIGALRM); tried again next time");
	CU_ASSERT_FALSE(child_is_final(&child));
	child_deinit(&child);
}

static void test_crash(void)
{
	struct child child;

	run(&child, "crash", &usual);
	CU_ASSERT_EQUAL(child.end, CHILD_SIGNALED);
	CU_ASSERT_EQUAL(child.signal, SIGSEGV);
	assert_reason(&child, "crashed (SIGSEGV)");
	CU_ASSERT_TRUE(child_is_final(&child));
	child_deinit(&child);
}

static void test_memory(void)
{
#if !SANITIZED
	struct child_limits limits = usual;
	struct child child;

	run(&child, "eat", &limits);
	CU_ASSERT_EQUAL(child.code, 0);
	child_deinit(&child);
	limits.memory = 256 << 20;
	run(&child, "eat", &limits);
	CU_ASSERT_EQUAL(child.code, 5);
	assert_reason(&child, "out of memory");
	child_deinit(&child);
#endif
}

/* Nothing that it started outlives it. */
static void test_group(void)
{
	struct child child;
	long pid;
	int i;

	run(&child, "spawn", &usual);
	CU_ASSERT_EQUAL(child.end, CHILD_EXITED);
	CU_ASSERT_PTR_NOT_NULL_FATAL(child.out.text);
	pid = atol(child.out.text);
	CU_ASSERT_FATAL(pid > 1);
	/* Whoever inherits it may take a moment to bury it. */
	for (i = 0; i < 500 && kill((pid_t)pid, 0) == 0; i++) {
		char path[64], state = 'Z';
		FILE *file;

		snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
		file = fopen(path, "r");
		if (!file || fscanf(file, "%*d %*s %c", &state) != 1)
			state = 'Z';
		if (file)
			fclose(file);
		if (state == 'Z')
			break;
		usleep(10000);
	}
	CU_ASSERT(i < 500);
	child_deinit(&child);
}

static void test_kill(void)
{
	char what[] = "hang";
	struct child child;

	suite_no_error(child_start(&child, be_a_child, what, &usual));
	CU_ASSERT_FALSE(child_step(&child));
	child_kill(&child);
	CU_ASSERT(child_step(&child));
	CU_ASSERT_EQUAL(kill(child.pid, 0), -1);
	child_deinit(&child);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "result, code and complaint", test_result },
		{ "time is up", test_timeout },
		{ "says too much", test_output },
		{ "crashes", test_crash },
		{ "wants too much memory", test_memory },
		{ "takes its own children along", test_group },
		{ "killed from here", test_kill },
		CU_TEST_INFO_NULL,
	};

	return suite_run("child", tests);
}
