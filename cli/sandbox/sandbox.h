/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process that parses strangers' files gives up before it opens the
 * first: by Landlock all files but its inputs, by seccomp network, other programs,
 * and most of the rest of the system's calls: what is left can do nothing to
 * other processes and writes to files only that are open for it already.
 * A call that is refused fails (EPERM, EACCES); nothing is killed, so that an
 * oversight here is an error message and no riddle.
 *
 * Where an input is the running kernel (/proc/kcore) there is no seccomp: its
 * filter would change what is read. Capabilities are given up instead.
 *
 * Both last until the process ends, for all threads made afterwards. Whoever
 * wants them enters before making threads, and makes files or children with
 * other needs somewhere else.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct sandbox_needs {
	/* Files that are opened for reading from here on. */
	const char *const *read;
	size_t read_count;
	/* There is an output, by its descriptor: which may be cut, too. */
	bool writes;
};

/* What is in force, and what is not and why. */
struct sandbox_state {
	bool files; /* Landlock */
	bool calls; /* seccomp */
	bool chosen; /* what is not in force was left out on purpose */
	char why_not[256]; /* "" where both are */
};

/*
 * As far as the system can: an old kernel, a container that forbids it, and
 * valgrind leave some of it out, which @p state says. That is no failure. Where
 * a path of @p needs is not there, opening it fails later, as it would anyway.
 */
void sandbox_enter(const struct sandbox_needs *needs,
		   struct sandbox_state *state);

/*
 * Before forking children that enter and write no files: makes once what they
 * all need, which is half of what entering takes. It enters nothing itself.
 */
void sandbox_prepare(void);

/*
 * Whether this system has neither Landlock nor seccomp (qemu-user, say), found
 * without entering: for a process whose children enter, and warn of nothing.
 */
bool sandbox_is_missing(void);

#endif /* SANDBOX_H */
