// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In children: what is given up fails, what is needed goes on. Where the system
 * has no Landlock or no seccomp, what that would refuse is not asked for.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include "directmap/dump.h"
#include "sandbox/sandbox.h"
#include "sanitized.h"
#include "suite.h"
#include "write/output_file.h"

static char folder[] = "/tmp/test_sandbox.XXXXXX";
static char input[64], output[64], other[64];

/* Of a child that writes, made before it enters. */
static struct output_file written;

static bool open_output(void)
{
	struct dm_error *err;

	err = output_file_create(&written, output, OUTPUT_DUMP, false);
	if (!err)
		err = output_file_keep(&written);
	dm_error_destroy(err);
	return !err;
}

/* Runs @inside in a child that is in the sandbox; its answer is 0 for good. */
static int in_sandbox(bool writes,
		      int (*inside)(const struct sandbox_state *state))
{
	const char *read[] = { input, "/nowhere/at/all" };
	struct sandbox_needs needs = {
		.read = read,
		.read_count = 2,
	};
	struct sandbox_state state;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (writes && !open_output())
			_exit(98);
		needs.writes = writes;
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

/* With those that are hidden. */
static int count_files(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir)))
		count += strcmp(entry->d_name, ".") != 0 &&
			 strcmp(entry->d_name, "..") != 0;
	if (dir)
		closedir(dir);
	return count;
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
	if (!big || fd < 0 || posix_fallocate(fd, 0, 4096) != 0)
		return 1;
	memset(big, 1, (size_t)8 << 20);
	free(big);
	return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? 2
									    : 0;
}

static bool write_one(void)
{
	return write(written.fd, "xy", 2) == 2 && ftruncate(written.fd, 1) == 0;
}

static int write_output(const struct sandbox_state *state)
{
	(void)state;
	if (!write_one() || output_file_commit(&written))
		return 1;
	output_file_deinit(&written);
	return access(output, F_OK) == 0 ? 0 : 2;
}

/* Nothing but that file, and that one not by its name. */
static int write_otherwise(const struct sandbox_state *state)
{
	if (!state->files && !state->calls)
		return 0;
	if (!refused(open(output, O_WRONLY | O_CREAT, 0600)) ||
	    !refused(open(other, O_WRONLY | O_CREAT, 0600)))
		return 1;
	if (!refused(unlink(written.temporary)) ||
	    !refused(rename(written.temporary, other)))
		return 2;
	return state->calls && !SANITIZED && !refused(fchmod(written.fd, 0777))
		       ? 3
		       : 0;
}

/* Left half-written by a process that was ended. */
static int die_writing(const struct sandbox_state *state)
{
	(void)state;
	return write_one() && access(written.temporary, F_OK) == 0 ? 0 : 1;
}

static int open_dump(const struct sandbox_state *state)
{
	const char *path = input;
	struct dm_dump *dump;
	struct dm_error *err;
	bool good;

	(void)state;
	err = dm_dump_open(&path, 1, NULL, &dump);
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
}

static void test_output(void)
{
	int i;

	CU_ASSERT_EQUAL(in_sandbox(true, write_otherwise), 0);
	CU_ASSERT_EQUAL(in_sandbox(true, die_writing), 0);
	/* The keeper sees that the other is gone. */
	for (i = 0; i < 1000 && count_files() > 1; i++)
		usleep(1000);
	CU_ASSERT_EQUAL(count_files(), 1);
	CU_ASSERT_EQUAL(in_sandbox(true, write_output), 0);
	CU_ASSERT_EQUAL(count_files(), 2);
	CU_ASSERT_EQUAL(unlink(output), 0);
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

/* Nothing but reading, also as root. */
static bool few_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	uint32_t stay = 1u << CAP_SYS_RAWIO | 1u << CAP_DAC_READ_SEARCH;

	return syscall(SYS_capget, &header, data) == 0 &&
	       !(data[0].permitted & ~stay) && !data[1].permitted;
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
		/* valgrind, or built without. */
		if (strstr(state.why_not, "no sandbox"))
			_exit(0);
		if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != filters)
			_exit(2);
		if (!few_capabilities())
			_exit(3);
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
	{ "the one output", test_output },
	{ "prepared by the parent", test_prepared },
	{ "the running kernel", test_running_kernel },
	{ "nothing is left behind", remove_files },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("sandbox", tests);
}
