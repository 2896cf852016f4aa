/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A command of kdump-triage in a process of its own, with limits: whatever its
 * dump does to it, it ends, and what it says is bounded.
 */
#ifndef CHILD_H
#define CHILD_H

#include <sys/types.h>
#include <time.h>

#include "directmap.h"

struct child_limits {
	unsigned int timeout; /* seconds of wall clock; 0: none */
	unsigned int cpus; /* that it may use at once, for its CPU time */
	uint64_t memory; /* bytes of address space; 0: none */
	size_t output; /* most bytes on its stdout */
	uint64_t tables; /* page tables; 0: all. It minds this itself. */
};

enum child_end {
	CHILD_RUNNING,
	CHILD_EXITED, /* see code */
	CHILD_SIGNALED, /* crashed: see signal */
	CHILD_KILLED, /* by somebody else, or the OOM killer: see signal */
	CHILD_TIMEOUT, /* was killed: time is up */
	CHILD_OUTPUT, /* was killed: said more than it may */
};

struct child_text {
	char *text; /* NUL-terminated; NULL while there is none */
	size_t size, capacity;
};

struct child {
	pid_t pid;
	int out_fd, err_fd; /* -1 once they ended */
	struct child_limits limits;
	struct timespec start;
	struct child_text out, err;
	enum child_end end;
	enum child_end why_killed; /* CHILD_RUNNING: was not */
	int code, signal;
	double seconds; /* that it took */
	long max_rss; /* KiB */
};

/** What a child does; its result is the exit code. */
typedef int (*child_work)(void *arg);

/**
 * Do @p work in a process of its own, which starts as a copy of this one: it
 * must have one thread.
 * @param arg	Of @p work; the child has a copy of all there is.
 * @returns	DM_ERROR_NO_MEMORY, or DM_ERROR_OUTPUT: no process could be made.
 */
struct dm_error *child_start(struct child *child, child_work work, void *arg,
			     const struct child_limits *limits);
/**
 * Take what it said since, see whether its time is up, and whether it ended.
 * Never waits.
 * @returns	True once it is over; @p child has all about it then.
 */
bool child_step(struct child *child);
/** End it and all that it started, and wait for it. */
void child_kill(struct child *child);
/** Of a child that is over. */
void child_deinit(struct child *child);

/** Milliseconds until its time is up, or until it should be looked at. */
int child_patience(const struct child *child);

/**
 * Whether it would end the same way again, by what it worked on and its limits.
 * False where it was killed from outside or could not be started.
 */
bool child_is_final(const struct child *child);

/**
 * One line on what went wrong, for people: the last that it said itself, or
 * what ended it. "" if nothing did.
 */
void child_reason(const struct child *child, char *text, size_t size);

#endif /* CHILD_H */
