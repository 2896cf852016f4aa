// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The OOM killer, for a program with this in LD_PRELOAD: with KILL_READER,
 * each child of that process is killed when it reads.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "preload.h"

static pid_t first;

__attribute__((constructor)) static void note_first(void)
{
	first = getpid();
}

void kill_reader(void)
{
	if (getenv("KILL_READER") && getpid() != first)
		kill(getpid(), SIGKILL);
}
