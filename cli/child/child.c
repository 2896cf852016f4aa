// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts a child with limits, collects what it prints, and says how it ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "directmap/array.h"
#include "os_error.h"
#include "sanitized.h"

/* Of its complaints; the last line counts, and lines are short. */
#define ERR_MAX 8192
/* The exit code of a child that never began. */
#define NOT_STARTED 127
/* A child that closed both its outputs ends within moments. */
#define LOOK_MS 20

static void limit(int resource, uint64_t value)
{
	struct rlimit r;

	if (getrlimit(resource, &r) != 0)
		return;
	if (r.rlim_max != RLIM_INFINITY && value > r.rlim_max)
		value = r.rlim_max;
	r.rlim_cur = value;
	/* One more for CPU time: SIGXCPU first, which is told apart. */
	r.rlim_max = resource == RLIMIT_CPU ? value + 1 : value;
	setrlimit(resource, &r);
}

static void set_limits(const struct child_limits *limits)
{
	limit(RLIMIT_CORE, 0);
	/* Sanitizers take terabytes of it for themselves. */
	if (limits->memory && !SANITIZED)
		limit(RLIMIT_AS, limits->memory);
	/* Should the parent not be there to look at the clock. */
	if (limits->timeout)
		limit(RLIMIT_CPU,
		      (uint64_t)limits->timeout *
				      (limits->cpus ? limits->cpus : 1) +
			      1);
}

static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
}

/* What the parent has open is not the child's to hold or to write to. */
static void close_inherited(void)
{
	long fd, end;

	if (close_range(STDERR_FILENO + 1, ~0U, 0) == 0)
		return;
	end = sysconf(_SC_OPEN_MAX); /* Linux before 5.9 */
	for (fd = STDERR_FILENO + 1; fd < end; fd++)
		close((int)fd);
}

/*
 * Without what twenty libraries do at the end, each touching pages of its own
 * that have to be copied for it; the address sanitizer looks for leaks then.
 */
__attribute__((noreturn)) static void end(int code)
{
	if (SANITIZED)
		exit(code);
	fflush(stdout);
	_exit(code);
}

/*
 * In the child. To execute the program anew would cost more than most dumps do:
 * twenty libraries to map and relocate. The parent has one thread, so all may
 * be done here that could be done there.
 */
__attribute__((noreturn)) static void become(const struct child *child,
					     child_work work, void *arg,
					     pid_t parent, const int *out,
					     const int *err)
{
	int null;

	/* A group of its own: Ctrl-C is the parent's to handle. */
	setpgid(0, 0);
	/* A parent that was killed leaves nothing behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(NOT_STARTED);
	null = open("/dev/null", O_RDONLY);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(out[1], STDOUT_FILENO) < 0 || dup2(err[1], STDERR_FILENO) < 0)
		_exit(NOT_STARTED);
	reset_signals();
	close_inherited();
	clearerr(stdout);
	set_limits(&child->limits);
	end(work(arg));
}

static void close_both(const int *fds)
{
	close(fds[0]);
	close(fds[1]);
}

struct dm_error *child_start(struct child *child, child_work work, void *arg,
			     const struct child_limits *limits)
{
	pid_t parent = getpid();
	int out[2], err[2];

	*child = (struct child){ .limits = *limits };
	if (pipe2(out, O_CLOEXEC) != 0)
		return os_error(DM_ERROR_OUTPUT, "no pipe for a child");
	if (pipe2(err, O_CLOEXEC) != 0) {
		close_both(out);
		return os_error(DM_ERROR_OUTPUT, "no pipe for a child");
	}
	/* Or the child would write it too. */
	fflush(NULL);
	clock_gettime(CLOCK_MONOTONIC, &child->start);
	child->pid = fork();
	if (child->pid == 0)
		become(child, work, arg, parent, out, err);
	if (child->pid < 0) {
		close_both(out);
		close_both(err);
		return os_error(DM_ERROR_OUTPUT, "no process for a child");
	}
	/* Here too, so that it is true whoever runs first. */
	setpgid(child->pid, child->pid);
	close(out[1]);
	close(err[1]);
	child->out_fd = out[0];
	child->err_fd = err[0];
	fcntl(child->out_fd, F_SETFL, O_NONBLOCK);
	fcntl(child->err_fd, F_SETFL, O_NONBLOCK);
	return NULL;
}

static double elapsed(const struct child *child)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - child->start.tv_sec) +
	       (double)(now.tv_nsec - child->start.tv_nsec) / 1e9;
}

int child_patience(const struct child *child)
{
	double left;

	if (child->out_fd < 0 && child->err_fd < 0)
		return LOOK_MS;
	if (!child->limits.timeout)
		return 1000;
	left = ((double)child->limits.timeout - elapsed(child)) * 1000;
	return left < 1 ? 1 : left < 1000 ? (int)left + 1 : 1000;
}

static void stop(struct child *child, enum child_end why)
{
	if (child->why_killed == CHILD_RUNNING)
		child->why_killed = why;
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
}

/* @returns false where there is no memory for it. */
static bool append(struct child_text *t, const char *data, size_t size)
{
	if (dm_array_reserve(&t->text, &t->capacity, t->size, size + 1,
			     DM_ARRAY_ANY))
		return false;
	memcpy(t->text + t->size, data, size);
	t->size += size;
	t->text[t->size] = '\0';
	return true;
}

static ssize_t read_some(int *fd, char *buf, size_t size)
{
	ssize_t n;

	if (*fd < 0)
		return 0;
	do
		n = read(*fd, buf, size);
	while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno != EAGAIN)) {
		close(*fd);
		*fd = -1;
	}
	return n;
}

static void take_output(struct child *child)
{
	char buf[65536];
	ssize_t n;

	while ((n = read_some(&child->out_fd, buf, sizeof(buf))) > 0) {
		if (child->why_killed != CHILD_RUNNING)
			continue;
		if ((size_t)n > child->limits.output - child->out.size ||
		    !append(&child->out, buf, (size_t)n))
			stop(child, CHILD_OUTPUT);
	}
	while ((n = read_some(&child->err_fd, buf, 1024)) > 0) {
		/* The end of it is what counts. */
		if (child->err.size > ERR_MAX) {
			child->err.size /= 2;
			memmove(child->err.text,
				child->err.text + child->err.size,
				child->err.size);
		}
		append(&child->err, buf, (size_t)n);
	}
}

/*
 * What a process does to itself. A signal says who sent it to its receiver
 * only, so the others are taken for what they nearly always are.
 */
static bool is_crash(int signal)
{
	return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE ||
	       signal == SIGILL || signal == SIGABRT || signal == SIGTRAP ||
	       signal == SIGSYS;
}

static void ended(struct child *child, int status, const struct rusage *usage)
{
	child->seconds = elapsed(child);
	child->max_rss = usage->ru_maxrss;
	if (WIFEXITED(status))
		child->code = WEXITSTATUS(status);
	else
		child->signal = WTERMSIG(status);
	if (child->why_killed != CHILD_RUNNING && !WIFEXITED(status))
		child->end = child->why_killed;
	else if (!WIFEXITED(status) && child->signal == SIGXCPU)
		child->end = CHILD_TIMEOUT;
	else
		child->end = WIFEXITED(status)	       ? CHILD_EXITED
			     : is_crash(child->signal) ? CHILD_SIGNALED
						       : CHILD_KILLED;
	/* Whatever it may have started. */
	kill(-child->pid, SIGKILL);
	take_output(child);
	if (child->out_fd >= 0)
		close(child->out_fd);
	if (child->err_fd >= 0)
		close(child->err_fd);
	child->out_fd = child->err_fd = -1;
}

bool child_step(struct child *child)
{
	struct rusage usage;
	int status;
	pid_t pid;

	if (child->end != CHILD_RUNNING)
		return true;
	take_output(child);
	if (child->limits.timeout && elapsed(child) >= child->limits.timeout)
		stop(child, CHILD_TIMEOUT);
	pid = wait4(child->pid, &status, WNOHANG, &usage);
	if (pid == 0 || (pid < 0 && errno == EINTR))
		return false;
	if (pid < 0) {
		memset(&usage, 0, sizeof(usage));
		status = SIGKILL;
	}
	ended(child, status, &usage);
	return true;
}

void child_kill(struct child *child)
{
	struct rusage usage;
	int status;

	if (child->end != CHILD_RUNNING)
		return;
	stop(child, CHILD_KILLED);
	while (wait4(child->pid, &status, 0, &usage) < 0) {
		if (errno != EINTR)
			return;
	}
	ended(child, status, &usage);
}

void child_deinit(struct child *child)
{
	free(child->out.text);
	free(child->err.text);
	child->out.text = child->err.text = NULL;
}

#define PREFIX "kdump-triage: "

/* Its last complaint, without the program's name. */
static bool last_line(const struct child_text *err, char *text, size_t size)
{
	size_t end = err->size, start;

	while (end && err->text[end - 1] == '\n')
		end--;
	if (!end)
		return false;
	for (start = end; start && err->text[start - 1] != '\n';)
		start--;
	if (end - start > sizeof(PREFIX) - 1 &&
	    !memcmp(err->text + start, PREFIX, sizeof(PREFIX) - 1))
		start += sizeof(PREFIX) - 1;
	snprintf(text, size, "%.*s", (int)(end - start), err->text + start);
	return true;
}

bool child_is_final(const struct child *child)
{
	return child->end != CHILD_KILLED &&
	       !(child->end == CHILD_EXITED && child->code == NOT_STARTED);
}

void child_reason(const struct child *child, char *text, size_t size)
{
	*text = '\0';
	switch (child->end) {
	case CHILD_EXITED:
		if (child->code && !last_line(&child->err, text, size))
			snprintf(text, size,
				 child->code == NOT_STARTED
					 ? "could not be started"
					 : "exit code %d",
				 child->code);
		break;
	case CHILD_SIGNALED:
		snprintf(text, size, "crashed (SIG%s)",
			 sigabbrev_np(child->signal)
				 ? sigabbrev_np(child->signal)
				 : "?");
		break;
	case CHILD_KILLED:
		snprintf(text, size,
			 "killed from outside (SIG%s%s); tried again next time",
			 sigabbrev_np(child->signal)
				 ? sigabbrev_np(child->signal)
				 : "?",
			 child->signal == SIGKILL ? ": out of memory?" : "");
		break;
	case CHILD_TIMEOUT:
		snprintf(text, size, "not done within %u s",
			 child->limits.timeout);
		break;
	case CHILD_OUTPUT:
		snprintf(text, size, "its result is over %zu MiB",
			 child->limits.output >> 20);
		break;
	case CHILD_RUNNING:
		break;
	}
}
