// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seccomp: a list of what a reader of files needs; all else fails with EPERM.
 * Under a sanitizer only some calls are taken away, for it needs others.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include "sandbox_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Memory, files that are open, time, threads, the end. Each can do nothing to
 * another process and to no file but what is open for writing, whatever its
 * arguments are.
 */
static const int always[] = {
	SCMP_SYS(read),
	SCMP_SYS(pread64),
	SCMP_SYS(readv),
	SCMP_SYS(preadv),
	SCMP_SYS(preadv2),
	SCMP_SYS(readahead),
	SCMP_SYS(fadvise64),
	SCMP_SYS(lseek),
	SCMP_SYS(write),
	SCMP_SYS(pwrite64),
	SCMP_SYS(writev),
	SCMP_SYS(pwritev),
	SCMP_SYS(pwritev2),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(dup),
	SCMP_SYS(dup2),
	SCMP_SYS(dup3),
	SCMP_SYS(pipe2),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(pselect6),
	SCMP_SYS(eventfd2),
	SCMP_SYS(fstat),
	SCMP_SYS(newfstatat),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(statx),
	SCMP_SYS(fstatfs),
	SCMP_SYS(statfs),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(getcwd),
	SCMP_SYS(getdents64),
	SCMP_SYS(fsync),
	SCMP_SYS(fdatasync),
	SCMP_SYS(memfd_create),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(futex_waitv),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(set_tid_address),
	SCMP_SYS(rseq),
	SCMP_SYS(membarrier),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(getcpu),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(getppid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getrusage),
	SCMP_SYS(getrandom),
	SCMP_SYS(sysinfo),
	SCMP_SYS(times),
	SCMP_SYS(uname),
	SCMP_SYS(umask),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigsuspend),
	SCMP_SYS(rt_sigtimedwait),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* What nobody needs, whatever watches the process. */
static const int never[] = {
	SCMP_SYS(socket),	  SCMP_SYS(connect),	  SCMP_SYS(bind),
	SCMP_SYS(listen),	  SCMP_SYS(accept),	  SCMP_SYS(accept4),
	SCMP_SYS(sendto),	  SCMP_SYS(sendmsg),	  SCMP_SYS(sendmmsg),
	SCMP_SYS(execve),	  SCMP_SYS(execveat),	  SCMP_SYS(mount),
	SCMP_SYS(umount2),	  SCMP_SYS(chroot),	  SCMP_SYS(pivot_root),
	SCMP_SYS(setns),	  SCMP_SYS(unshare),	  SCMP_SYS(bpf),
	SCMP_SYS(init_module),	  SCMP_SYS(finit_module), SCMP_SYS(kexec_load),
	SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd),  SCMP_SYS(keyctl),
	SCMP_SYS(chmod),	  SCMP_SYS(fchmodat),	  SCMP_SYS(chown),
	SCMP_SYS(mknod),	  SCMP_SYS(mknodat),	  SCMP_SYS(symlink),
	SCMP_SYS(symlinkat),
};

struct filter {
	scmp_filter_ctx ctx;
	bool failed;
};

static void note(struct filter *f, int result)
{
	if (result < 0)
		f->failed = true;
}

/* Calls that an architecture does not have are left out by libseccomp. */
static void add_all(struct filter *f, uint32_t action, const int *calls,
		    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		note(f, seccomp_rule_add(f->ctx, action, calls[i], 0));
}

/* Arguments of open() and openat() that ask for more than to read. */
#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)

static void allow_opening(struct filter *f)
{
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
				 SCMP_A1(SCMP_CMP_MASKED_EQ, WRITES, 0)));
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				 SCMP_A2(SCMP_CMP_MASKED_EQ, WRITES, 0)));
}

/* Memory, never to be run: all code there is is mapped by now. */
static void allow_mapping(struct filter *f)
{
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
				 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
}

#define NAMESPACES                                                             \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |         \
	 CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/*
 * Threads, no processes. clone3() has its flags in memory, where a filter does
 * not see them; glibc does with clone() if there is no such call.
 */
static void allow_threads(struct filter *f)
{
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				 SCMP_A0(SCMP_CMP_MASKED_EQ,
					 CLONE_THREAD | NAMESPACES,
					 CLONE_THREAD)));
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ERRNO(ENOSYS),
				 SCMP_SYS(clone3), 0));
}

/*
 * The process itself, until load() puts its number there. No process has this
 * one (include/linux/threads.h, PID_MAX_LIMIT: 4 Mi).
 */
#define SELF 0x7e1f0000

/* Questions about a terminal; signals to itself, as raise() sends them. */
static void allow_some(struct filter *f)
{
	static const unsigned int asked[] = { TCGETS, TIOCGWINSZ, FIONREAD };
	size_t i;

	for (i = 0; i < COUNT(asked); i++)
		note(f,
		     seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(ioctl),
				      1, SCMP_A1(SCMP_CMP_EQ, asked[i], 0)));
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				 SCMP_A0(SCMP_CMP_EQ, SELF, 0)));
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1,
				 SCMP_A0(SCMP_CMP_EQ, SELF, 0)));
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1,
				 SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME, 0)));
	/* To read limits, not to raise them. */
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1,
				 SCMP_A2(SCMP_CMP_EQ, 0, 0)));
	note(f,
	     seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(getrlimit), 0));
}

/*
 * A call where its argument @number has one of these values. All are compared
 * as 64 bits, so what the kernel would cut off is refused.
 */
static void allow_values(struct filter *f, int call, unsigned int number,
			 const uint64_t *values, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct scmp_arg_cmp is = { number, SCMP_CMP_EQ, values[i], 0 };

		note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, call, 1, is));
	}
}

/*
 * Not F_SETOWN, F_SETOWN_EX, F_SETSIG and O_ASYNC (F_SETFL), which send any
 * signal to any process; not locks and leases, which keep others from a file.
 */
static const uint64_t fcntls[] = {
	F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL,
};

/*
 * What allocators and thread stacks ask for. Not MADV_HWPOISON and
 * MADV_SOFT_OFFLINE, by which root takes pages from all that share them.
 */
static const uint64_t advices[] = {
	MADV_NORMAL,
	MADV_RANDOM,
	MADV_SEQUENTIAL,
	MADV_WILLNEED,
	MADV_DONTNEED,
	MADV_FREE,
	MADV_HUGEPAGE,
	MADV_NOHUGEPAGE,
	MADV_DONTDUMP,
	MADV_DODUMP,
	102 /* MADV_GUARD_INSTALL: Linux 6.13, glibc 2.42 */,
	103 /* MADV_GUARD_REMOVE */,
};

static void fill(struct filter *f, const struct sandbox_needs *needs)
{
	add_all(f, SCMP_ACT_ALLOW, always, COUNT(always));
	allow_values(f, SCMP_SYS(fcntl), 1, fcntls, COUNT(fcntls));
	allow_values(f, SCMP_SYS(madvise), 2, advices, COUNT(advices));
	allow_opening(f);
	allow_mapping(f);
	allow_threads(f);
	allow_some(f);
	/* Nothing that takes away what is in a file, as of a log at stdout. */
	note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW, SCMP_SYS(fallocate), 1,
				 SCMP_A1(SCMP_CMP_EQ, 0, 0)));
	if (needs->writes)
		note(f, seccomp_rule_add(f->ctx, SCMP_ACT_ALLOW,
					 SCMP_SYS(ftruncate), 0));
}

/* ---- The program that the kernel runs ------------------------------------ */

/*
 * Of libseccomp's making, but loaded from here, so that a parent can have it
 * made for all its children: with a rule for each call that takes over a
 * millisecond, a fifth of what a small dump takes.
 */
struct program {
	struct sock_filter insns[BPF_MAXINSNS];
	size_t count;
};

/* What was made beforehand, for children that write no files. */
static struct program *prepared;

/* By a pipe, which holds the longest there may be. */
static bool export(struct filter *f, struct program *program)
{
	ssize_t size = -1;
	int fds[2];

	if (f->failed || pipe2(fds, O_CLOEXEC))
		return false;
	if (seccomp_export_bpf(f->ctx, fds[1]) == 0)
		size = read(fds[0], program->insns, sizeof(program->insns));
	close(fds[0]);
	close(fds[1]);
	if (size <= 0 || (size_t)size % sizeof(*program->insns))
		return false;
	program->count = (size_t)size / sizeof(*program->insns);
	return true;
}

static struct program *make_program(const struct sandbox_needs *needs,
				    bool loose)
{
	struct program *program = malloc(sizeof(*program));
	struct filter f = { .failed = !program };

	f.ctx = seccomp_init(loose ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM));
	if (!f.ctx || !program) {
		free(program);
		return NULL;
	}
	if (loose)
		add_all(&f, SCMP_ACT_ERRNO(EPERM), never, COUNT(never));
	else
		fill(&f, needs);
	if (!export(&f, program)) {
		free(program);
		program = NULL;
	}
	seccomp_release(f.ctx);
	return program;
}

static bool load(struct program *program)
{
	struct sock_fprog fprog = {
		.len = (unsigned short)program->count,
		.filter = program->insns,
	};
	size_t i;

	for (i = 0; i < program->count; i++) {
		struct sock_filter *insn = &program->insns[i];

		if (insn->code == (BPF_JMP | BPF_JEQ | BPF_K) &&
		    insn->k == SELF)
			insn->k = (uint32_t)getpid();
	}
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &fprog) == 0;
}

void sandbox_prepare_calls(bool loose)
{
	static const struct sandbox_needs none;

	if (!prepared)
		prepared = make_program(&none, loose);
}

const char *sandbox_restrict_calls(const struct sandbox_needs *needs,
				   bool loose)
{
	struct program *program = needs->writes ? NULL : prepared;
	const char *why = NULL;

	if (!program)
		program = make_program(needs, loose);
	if (!program)
		return "the filter cannot be made";
	if (!load(program))
		why = "not in this kernel, or forbidden here";
	if (program != prepared)
		free(program);
	return why;
}

bool sandbox_has_calls(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}
