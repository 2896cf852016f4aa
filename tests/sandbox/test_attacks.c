// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a parser that was taken over would do to others, by the filter alone:
 * for where there is no Landlock, or one that does not know signals. Each call
 * fails with EPERM: it is the filter that refuses, and not the state that the
 * call finds.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/sandbox_private.h"
#include "sanitized.h"
#include "suite.h"

/* The same on all architectures, and not in all headers. */
#define NR_pidfd_send_signal 424
#define NR_pidfd_open	     434
#define NR_openat2	     437
#define NR_pidfd_getfd	     438
#define NR_process_madvise   440
#define NR_process_mrelease  448
#define NR_fchmodat2	     452
#define NR_setxattrat	     463

static char folder[] = "/tmp/test_attacks.XXXXXX";
/* @input is what the user gave; @other lies beside the output. */
static char input[64], other[64], third[64];
static pid_t victim;
static int input_fd, pipe_fd;

struct attack {
	const char *name;
	long call, args[6];
};

#define P(pointer) ((long)(uintptr_t)(pointer))

/* @returns 0, or which of them was not refused. */
static int try_all(const struct attack *attacks, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		const struct attack *a = &attacks[i];

		errno = 0;
		if (syscall(a->call, a->args[0], a->args[1], a->args[2],
			    a->args[3], a->args[4], a->args[5]) == -1 &&
		    errno == EPERM)
			continue;
		fprintf(stderr, "    %s: errno %d\n", a->name, errno);
		return (int)i + 1;
	}
	return 0;
}

#define TRY(attacks) try_all(attacks, sizeof(attacks) / sizeof(*(attacks)))

static int send_signals(void)
{
	struct {
		int type, pid;
	} owner = { 1 /* F_OWNER_PID */, victim };
	siginfo_t info = { .si_signo = SIGTERM, .si_code = SI_QUEUE };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGTERM };
	int timer, one = 1;
	pid_t pid = victim;
	const struct attack attacks[] = {
		{ "kill", SYS_kill, { victim, SIGTERM } },
		{ "kill of a group", SYS_kill, { -victim, SIGTERM } },
		{ "kill of its group", SYS_kill, { 0, 0 } },
		{ "kill of all", SYS_kill, { -1, 0 } },
		{ "kill, bits above",
		  SYS_kill,
		  { (long)((1UL << 32) | (unsigned int)getpid()), 0 } },
		{ "tgkill", SYS_tgkill, { victim, victim, SIGTERM } },
		{ "tkill", SYS_tkill, { victim, SIGTERM } },
		{ "rt_sigqueueinfo",
		  SYS_rt_sigqueueinfo,
		  { victim, SIGTERM, P(&info) } },
		{ "rt_tgsigqueueinfo",
		  SYS_rt_tgsigqueueinfo,
		  { victim, victim, SIGTERM, P(&info) } },
		{ "pidfd_open", NR_pidfd_open, { victim } },
		{ "pidfd_send_signal",
		  NR_pidfd_send_signal,
		  { input_fd, SIGTERM } },
		{ "F_SETOWN", SYS_fcntl, { pipe_fd, F_SETOWN, victim } },
		{ "F_SETOWN, bits above",
		  SYS_fcntl,
		  { pipe_fd, (long)((1UL << 32) | F_SETOWN), victim } },
		{ "F_SETOWN_EX", SYS_fcntl, { pipe_fd, 15, P(&owner) } },
		{ "F_SETSIG", SYS_fcntl, { pipe_fd, 10, SIGKILL } },
		{ "O_ASYNC", SYS_fcntl, { pipe_fd, F_SETFL, O_ASYNC } },
		{ "F_SETLEASE", SYS_fcntl, { input_fd, 1024, F_RDLCK } },
		{ "F_NOTIFY", SYS_fcntl, { input_fd, 1026, 1 } },
		{ "FIOSETOWN", SYS_ioctl, { pipe_fd, 0x8901, P(&pid) } },
		{ "SIOCSPGRP", SYS_ioctl, { pipe_fd, 0x8902, P(&pid) } },
		{ "FIOASYNC", SYS_ioctl, { pipe_fd, FIOASYNC, P(&one) } },
		{ "TIOCSTI", SYS_ioctl, { 0, TIOCSTI, P(&one) } },
		{ "timer_create",
		  SYS_timer_create,
		  { CLOCK_MONOTONIC, P(&event), P(&timer) } },
		{ "mq_notify", SYS_mq_notify, { input_fd, P(&event) } },
	};

	return TRY(attacks);
}

static int disturb_processes(void)
{
	struct sched_param param = { 0 };
	struct rlimit limit = { 0 };
	uint64_t set = 1, attr[6] = { sizeof(attr) };
	char byte = 0;
	struct iovec here = { &byte, 1 }, there = { &byte, 1 };
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, input_fd, 0);
	const struct attack attacks[] = {
		{ "sched_setaffinity",
		  SYS_sched_setaffinity,
		  { victim, sizeof(set), P(&set) } },
		{ "sched_setaffinity of itself",
		  SYS_sched_setaffinity,
		  { 0, sizeof(set), P(&set) } },
		{ "sched_setscheduler",
		  SYS_sched_setscheduler,
		  { victim, SCHED_IDLE, P(&param) } },
		{ "sched_setparam", SYS_sched_setparam, { victim, P(&param) } },
		{ "sched_setattr", SYS_sched_setattr, { victim, P(attr) } },
		{ "setpriority",
		  SYS_setpriority,
		  { PRIO_PROCESS, victim, 19 } },
		{ "ioprio_set", SYS_ioprio_set, { 1, victim, 3 << 13 } },
		{ "prlimit64",
		  SYS_prlimit64,
		  { victim, RLIMIT_NOFILE, P(&limit) } },
		{ "setpgid", SYS_setpgid, { victim, 0 } },
		{ "process_vm_readv",
		  SYS_process_vm_readv,
		  { victim, P(&here), 1, P(&there), 1 } },
		{ "process_vm_writev",
		  SYS_process_vm_writev,
		  { victim, P(&here), 1, P(&there), 1 } },
		{ "process_madvise", NR_process_madvise, { input_fd } },
		{ "process_mrelease", NR_process_mrelease, { input_fd } },
		{ "pidfd_getfd", NR_pidfd_getfd, { input_fd, 0 } },
		{ "ptrace", SYS_ptrace, { 16 /* PTRACE_ATTACH */, victim } },
		{ "kcmp", SYS_kcmp, { victim, getpid() } },
		{ "move_pages", SYS_move_pages, { victim } },
		{ "migrate_pages", SYS_migrate_pages, { victim } },
		{ "perf_event_open", SYS_perf_event_open, { 0 } },
		{ "MADV_HWPOISON", SYS_madvise, { P(page), 4096, 100 } },
		{ "MADV_SOFT_OFFLINE", SYS_madvise, { P(page), 4096, 101 } },
		{ "mlockall", SYS_mlockall, { 2 /* MCL_FUTURE */ } },
		{ "a process", SYS_clone, { SIGCHLD } },
		{ "a thread in namespaces",
		  SYS_clone,
		  { CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWNET } },
		{ "PR_SET_PDEATHSIG", SYS_prctl, { PR_SET_PDEATHSIG, 0 } },
	};

	return TRY(attacks);
}

static int change_input(void)
{
	struct flock lock = { .l_type = F_RDLCK };
	int flags = 0;
	const struct attack attacks[] = {
		{ "fchmod", SYS_fchmod, { input_fd, 0777 } },
		{ "fchown", SYS_fchown, { input_fd, 1, 1 } },
		{ "futimens", SYS_utimensat, { input_fd, 0, 0, 0 } },
		{ "fsetxattr",
		  SYS_fsetxattr,
		  { input_fd, P("user.a"), P("b"), 1, 0 } },
		{ "fremovexattr", SYS_fremovexattr, { input_fd, P("user.a") } },
		{ "setxattrat", NR_setxattrat, { input_fd } },
		{ "ftruncate", SYS_ftruncate, { input_fd, 0 } },
		{ "fallocate of a hole",
		  SYS_fallocate,
		  { input_fd, 3 /* keep size, punch */, 0, 4096 } },
		{ "copy_file_range",
		  SYS_copy_file_range,
		  { input_fd, 0, input_fd, 0, 1 } },
		{ "flock", SYS_flock, { input_fd, 2 /* LOCK_EX */ } },
		{ "F_SETLK", SYS_fcntl, { input_fd, F_SETLK, P(&lock) } },
		{ "F_OFD_SETLK", SYS_fcntl, { input_fd, 37, P(&lock) } },
		{ "F_SETFL", SYS_fcntl, { input_fd, F_SETFL, O_NONBLOCK } },
		{ "F_SETPIPE_SZ", SYS_fcntl, { pipe_fd, 1031, 4096 } },
		{ "FS_IOC_SETFLAGS",
		  SYS_ioctl,
		  { input_fd, (long)FS_IOC_SETFLAGS, P(&flags) } },
		{ "FICLONE", SYS_ioctl, { input_fd, (long)FICLONE, input_fd } },
		{ "sync_file_range", SYS_sync_file_range, { input_fd } },
	};

	return TRY(attacks);
}

/* As those of the output's folder: no name is told from another. */
static int change_names(void)
{
	uint64_t how[3] = { O_WRONLY };
	const struct attack attacks[] = {
		{ "openat to write",
		  SYS_openat,
		  { AT_FDCWD, P(other), O_WRONLY } },
		{ "openat to make",
		  SYS_openat,
		  { AT_FDCWD, P(third), O_RDONLY | O_CREAT, 0600 } },
		{ "openat to cut",
		  SYS_openat,
		  { AT_FDCWD, P(other), O_RDONLY | O_TRUNC } },
		{ "openat of no name",
		  SYS_openat,
		  { AT_FDCWD, P(folder), O_TMPFILE | O_RDWR, 0600 } },
		{ "openat2",
		  NR_openat2,
		  { AT_FDCWD, P(other), P(how), sizeof(how) } },
		{ "unlinkat", SYS_unlinkat, { AT_FDCWD, P(other), 0 } },
		{ "renameat2",
		  SYS_renameat2,
		  { AT_FDCWD, P(other), AT_FDCWD, P(third), 0 } },
		{ "linkat",
		  SYS_linkat,
		  { AT_FDCWD, P(other), AT_FDCWD, P(third), 0 } },
		{ "symlinkat",
		  SYS_symlinkat,
		  { P(other), AT_FDCWD, P(third) } },
		{ "mkdirat", SYS_mkdirat, { AT_FDCWD, P(third), 0700 } },
		{ "mknodat",
		  SYS_mknodat,
		  { AT_FDCWD, P(third), S_IFIFO | 0600, 0 } },
		{ "fchmodat", SYS_fchmodat, { AT_FDCWD, P(input), 0777 } },
		{ "fchmodat2", NR_fchmodat2, { AT_FDCWD, P(input), 0777, 0 } },
		{ "fchownat", SYS_fchownat, { AT_FDCWD, P(input), 1, 1, 0 } },
		{ "utimensat", SYS_utimensat, { AT_FDCWD, P(input), 0, 0 } },
		{ "truncate", SYS_truncate, { P(other), 0 } },
		{ "setxattr",
		  SYS_setxattr,
		  { P(input), P("user.a"), P("b"), 1, 0 } },
#ifdef SYS_unlink
		{ "unlink", SYS_unlink, { P(other) } },
		{ "rename", SYS_rename, { P(other), P(third) } },
		{ "link", SYS_link, { P(other), P(third) } },
		{ "open to write", SYS_open, { P(other), O_RDWR } },
		{ "creat", SYS_creat, { P(third), 0600 } },
		{ "chmod", SYS_chmod, { P(input), 0777 } },
#endif
	};

	return TRY(attacks);
}

/* @writes: as a command has it that writes a file. */
static int filtered(int (*attack)(void), bool writes)
{
	struct sandbox_needs needs = { .writes = writes };
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		    sandbox_restrict_calls(&needs, false))
			_exit(0); /* a system without seccomp */
		_exit(attack());
	}
	CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
	CU_ASSERT_TRUE(WIFEXITED(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_signals(void)
{
	int status;

	CU_ASSERT_EQUAL(filtered(send_signals, false), 0);
	CU_ASSERT_EQUAL(filtered(send_signals, true), 0);
	CU_ASSERT_EQUAL(waitpid(victim, &status, WNOHANG), 0);
}

static void test_processes(void)
{
	int priority = getpriority(PRIO_PROCESS, (id_t)victim);
	cpu_set_t before, after;

	CU_ASSERT_EQUAL(sched_getaffinity(victim, sizeof(before), &before), 0);
	CU_ASSERT_EQUAL(filtered(disturb_processes, false), 0);
	CU_ASSERT_EQUAL(filtered(disturb_processes, true), 0);
	CU_ASSERT_EQUAL(sched_getaffinity(victim, sizeof(after), &after), 0);
	CU_ASSERT_TRUE(CPU_EQUAL(&before, &after));
	CU_ASSERT_EQUAL(getpriority(PRIO_PROCESS, (id_t)victim), priority);
}

/* A descriptor that is open for reading; where one is written, it may be cut. */
static void test_input(void)
{
	struct stat before, after;

	CU_ASSERT_EQUAL(fstat(input_fd, &before), 0);
	CU_ASSERT_EQUAL(filtered(change_input, false), 0);
	CU_ASSERT_EQUAL(fstat(input_fd, &after), 0);
	CU_ASSERT_EQUAL(before.st_mode, after.st_mode);
	CU_ASSERT_EQUAL(before.st_size, after.st_size);
	CU_ASSERT_EQUAL(before.st_ctim.tv_nsec, after.st_ctim.tv_nsec);
}

static void test_names(void)
{
	CU_ASSERT_EQUAL(filtered(change_names, false), 0);
	CU_ASSERT_EQUAL(filtered(change_names, true), 0);
	CU_ASSERT_EQUAL(access(other, F_OK), 0);
	CU_ASSERT_NOT_EQUAL(access(third, F_OK), 0);
}

static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	CU_ASSERT_FATAL(fd >= 0 && write(fd, "file", 4) == 4);
	close(fd);
	return open(path, O_RDONLY);
}

static void make_others(void)
{
	int fds[2];

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	snprintf(input, sizeof(input), "%s/input", folder);
	snprintf(other, sizeof(other), "%s/other", folder);
	snprintf(third, sizeof(third), "%s/third", folder);
	input_fd = make_file(input);
	close(make_file(other));
	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	pipe_fd = fds[0];
	victim = fork();
	if (victim == 0) {
		setpgid(0, 0);
		for (;;)
			pause();
	}
	setpgid(victim, victim);
}

static void remove_others(void)
{
	kill(victim, SIGKILL);
	waitpid(victim, NULL, 0);
	unlink(input);
	unlink(other);
	CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static CU_TestInfo tests[] = {
	{ "who is attacked", make_others },
	{ "signals", test_signals },
	{ "other processes", test_processes },
	{ "the dump", test_input },
	{ "names of files", test_names },
	{ "nothing is left behind", remove_others },
	CU_TEST_INFO_NULL,
};

/* It needs calls that the filter is there to refuse. */
static bool is_watched(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return SANITIZED || (preload && strstr(preload, "vgpreload"));
}

int main(void)
{
	return is_watched() ? 0 : suite_run("attacks", tests);
}
