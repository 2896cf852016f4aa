// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decides what is given up, in which order, and what to say where the system
 * lacks it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/magic.h>

#include "sandbox_private.h"
#include "sanitized.h"

/* It runs in this very process, and its calls would be restricted with ours. */
static bool under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

static void note(struct sandbox_state *state, const char *what, const char *why)
{
	size_t have = strlen(state->why_not);

	snprintf(state->why_not + have, sizeof(state->why_not) - have,
		 "%s%s: %s", have ? "; " : "", what, why);
}

/*
 * A filter is code of the kernel that is read, and counted with its other BPF
 * programs; to load it may split leaves of its linear map for good (its page
 * becomes read-only). To leave it out afterwards would be to guess: a classic
 * filter is in no list and has no name (kernel/seccomp.c,
 * seccomp_prepare_filter()).
 */
static bool is_running_kernel(const char *path)
{
	char *real = realpath(path, NULL), *name = real;
	struct statfs fs;
	bool running;

	if (real && strrchr(real, '/'))
		name = strrchr(real, '/') + 1;
	/* A dead kernel's is the one other file of procfs that is a dump. */
	running = statfs(path, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
		  !(name && strcmp(name, "vmcore") == 0);
	free(real);
	return running;
}

static bool reads_running_kernel(const struct sandbox_needs *needs)
{
	size_t i;

	for (i = 0; i < needs->read_count; i++) {
		if (is_running_kernel(needs->read[i]))
			return true;
	}
	return false;
}

/*
 * Where there is no filter: of root's rights, those that open /proc/kcore
 * (fs/proc/kcore.c, open_kcore()) and read files of others stay, and Landlock
 * says which.
 */
static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	const uint32_t stay = 1u << CAP_SYS_RAWIO | 1u << CAP_DAC_READ_SEARCH;

	if (syscall(SYS_capget, &header, data) != 0)
		return;
	data[0].effective &= stay;
	data[0].permitted &= stay;
	data[0].inheritable = 0;
	data[1] = (struct __user_cap_data_struct){ 0 };
	syscall(SYS_capset, &header, data);
}

void sandbox_enter(const struct sandbox_needs *needs,
		   struct sandbox_state *state)
{
	const char *why;

	*state = (struct sandbox_state){ 0 };
#ifdef SANDBOX_NEVER
	/* Coverage is written to files when the program ends. */
	state->chosen = true;
	note(state, "no sandbox", "built without");
	return;
#endif
	if (under_valgrind()) {
		state->chosen = true;
		note(state, "no sandbox", "valgrind");
		return;
	}
	/* Both ask for it; and a set-user-ID program is no way out. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		note(state, "no sandbox", "no_new_privs is missing");
		return;
	}
	why = sandbox_restrict_files(needs);
	state->files = !why;
	if (why)
		note(state, "files (Landlock)", why);
	if (reads_running_kernel(needs)) {
		drop_capabilities();
		note(state, "system calls (seccomp)",
		     "a filter would change the running kernel that is read");
		return;
	}
	/* AddressSanitizer forks to look for leaks, and more. */
	why = sandbox_restrict_calls(needs, SANITIZED);
	state->calls = !why;
	if (why)
		note(state, "system calls (seccomp)", why);
}

void sandbox_prepare(void)
{
#ifndef SANDBOX_NEVER
	if (!under_valgrind())
		sandbox_prepare_calls(SANITIZED);
#endif
}

bool sandbox_is_missing(void)
{
#ifdef SANDBOX_NEVER
	return false;
#endif
	return !under_valgrind() && !sandbox_has_files() &&
	       !sandbox_has_calls();
}
