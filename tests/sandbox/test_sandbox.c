// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In children: what is given up fails, what is needed goes on. Where the system
 * has no Landlock or no seccomp, what that would refuse is not asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dump/dump.h"
#include "sandbox/sandbox.h"
#include "sanitized.h"
#include "suite.h"

static char folder[] = "/tmp/test_sandbox.XXXXXX";
static char input[64], output[64], other[64];

/* Runs @inside in a child that is in the sandbox; its answer is 0 for good. */
static int in_sandbox(bool writes,
		      int (*inside)(const struct sandbox_state *state))
{
	const char *read[] = { input, "/nowhere/at/all" };
	struct sandbox_needs needs = {
		.read = read,
		.read_count = 2,
		.write_folder = writes ? folder : NULL,
	};
	struct sandbox_state state;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		sandbox_enter(&needs, &state);
		/* No word on why not only where there is nothing to say. */
		if (!*state.why_not != (state.files && state.calls))
			_exit(99);
		_exit(inside(&state));
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool refused(int result)
{
	return result < 0 && (errno == EPERM || errno == EACCES);
}

/* ---- What fails ---------------------------------------------------------- */

static int use_network(const struct sandbox_state *state)
{
	if (!state->calls)
		return 0;
	if (!refused(socket(AF_INET, SOCK_STREAM, 0)))
		return 1;
	return refused(socket(AF_UNIX, SOCK_STREAM, 0)) ? 0 : 2;
}

static int run_program(const struct sandbox_state *state)
{
	char *const argv[] = { (char *)"true", NULL };

	if (!state->calls)
		return 0;
	return refused(execv("/bin/true", argv)) ? 0 : 1;
}

static int write_elsewhere(const struct sandbox_state *state)
{
	if (!state->files && !state->calls)
		return 0;
	if (!refused(open(other, O_WRONLY | O_CREAT, 0600)))
		return 1;
	if (!refused(open(input, O_WRONLY)))
		return 2;
	return refused(open(input, O_RDONLY | O_TRUNC)) ? 0 : 3;
}

static int read_elsewhere(const struct sandbox_state *state)
{
	if (!state->files)
		return 0;
	return refused(open("/etc/passwd", O_RDONLY)) ? 0 : 1;
}

/* What watches the process is left these. */
static int fork_or_signal(const struct sandbox_state *state)
{
	pid_t pid;

	if (!state->calls || SANITIZED)
		return 0;
	if (!refused(kill(getppid(), 0)))
		return 1;
	pid = fork();
	if (pid == 0)
		_exit(0);
	return refused(pid) ? 0 : 2;
}

/* ---- What goes on -------------------------------------------------------- */

static int read_input(const struct sandbox_state *state)
{
	char text[8] = "";
	int fd = open(input, O_RDONLY);

	(void)state;
	return fd >= 0 && read(fd, text, 5) == 5 && !strcmp(text, "input") ? 0
									   : 1;
}

/* As abort() does. */
static int signal_itself(const struct sandbox_state *state)
{
	(void)state;
	if (kill(getpid(), 0) != 0)
		return 1;
	return raise(SIGCONT) == 0 ? 0 : 2;
}

static void *answer(void *arg)
{
	int *number = arg;

	*number = 42;
	return NULL;
}

static int use_thread(const struct sandbox_state *state)
{
	pthread_t thread;
	int number = 0;

	(void)state;
	if (pthread_create(&thread, NULL, answer, &number) != 0)
		return 1;
	return pthread_join(thread, NULL) == 0 && number == 42 ? 0 : 2;
}

static int use_memory(const struct sandbox_state *state)
{
	char *big = malloc((size_t)8 << 20);
	int fd = memfd_create("test", MFD_CLOEXEC);

	(void)state;
	if (!big || fd < 0 || ftruncate(fd, 4096) != 0)
		return 1;
	memset(big, 1, (size_t)8 << 20);
	free(big);
	return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? 2
									    : 0;
}

static int write_output(const struct sandbox_state *state)
{
	int fd = open(output, O_WRONLY | O_CREAT | O_EXCL, 0600);
	char name[80];

	snprintf(name, sizeof(name), "%s.new", output);
	if (fd < 0 || write(fd, "x", 1) != 1 || fsync(fd) != 0)
		return 1;
	if (rename(output, name) != 0 || unlink(name) != 0)
		return 2;
	/* And nowhere else. */
	if (!state->files)
		return 0;
	return refused(open("/tmp/test_sandbox_elsewhere", O_WRONLY | O_CREAT,
			    0600))
		       ? 0
		       : 3;
}

static int open_dump(const struct sandbox_state *state)
{
	const char *path = input;
	struct dump *dump;
	struct dm_error *err;
	bool good;

	(void)state;
	err = dump_open(&dump, &path, 1, false);
	/* Five letters are no dump: read, and refused for that. */
	good = err && err->code == DM_ERROR_UNSUPPORTED;
	dm_error_destroy(err);
	return good ? 0 : 1;
}

static void test_refused(void)
{
	CU_ASSERT_EQUAL(in_sandbox(false, use_network), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, run_program), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, write_elsewhere), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, read_elsewhere), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, fork_or_signal), 0);
	CU_ASSERT_EQUAL(in_sandbox(true, use_network), 0);
	CU_ASSERT_EQUAL(in_sandbox(true, run_program), 0);
}

static void test_goes_on(void)
{
	CU_ASSERT_EQUAL(in_sandbox(false, read_input), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, signal_itself), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, use_thread), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, use_memory), 0);
	CU_ASSERT_EQUAL(in_sandbox(false, open_dump), 0);
	CU_ASSERT_EQUAL(in_sandbox(true, write_output), 0);
}

/* The same for the children of who prepared; it has all rights itself. */
static void test_prepared(void)
{
	int fd;

	sandbox_prepare();
	test_refused();
	test_goes_on();
	fd = open(other, O_WRONLY | O_CREAT, 0600);
	CU_ASSERT_TRUE(fd >= 0);
	close(fd);
	unlink(other);
}

/* Its filter would be among the BPF programs of the kernel that is read. */
static void test_running_kernel(void)
{
	/* As good as /proc/kcore, which containers hide. */
	const char *read[] = { input, "/proc/version" };
	struct sandbox_needs needs = { .read = read, .read_count = 2 };
	struct sandbox_state state;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		int filters = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);

		sandbox_enter(&needs, &state);
		if (state.calls || !*state.why_not)
			_exit(1);
		if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != filters)
			_exit(2);
		_exit(state.files ? read_elsewhere(&state) : 0);
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), 0);
}

static void make_files(void)
{
	int fd;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(input, sizeof(input), "%s/input", folder);
	snprintf(output, sizeof(output), "%s/output", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	fd = open(input, O_WRONLY | O_CREAT, 0600);
	CU_ASSERT_FATAL(fd >= 0 && write(fd, "input", 5) == 5);
	close(fd);
}

static void remove_files(void)
{
	unlink(input);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static CU_TestInfo tests[] = {
	{ "files to work on", make_files },
	{ "what is given up", test_refused },
	{ "what goes on", test_goes_on },
	{ "prepared by the parent", test_prepared },
	{ "the running kernel", test_running_kernel },
	{ "nothing is left behind", remove_files },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("sandbox", tests);
}
