// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "enter.h"
#include "keeper.h"
#include "sandbox/sandbox.h"

static void say(const struct sandbox_state *state)
{
	fprintf(stderr,
		"kdump-triage: sandbox: files %s, system calls %s%s%s\n",
		state->files ? "restricted" : "free",
		state->calls ? "restricted" : "free",
		*state->why_not ? "; " : "", state->why_not);
}

static void enter(const struct cli_options *options, const char **read,
		  size_t count)
{
	struct sandbox_needs needs = {
		.read = read,
		.read_count = count,
		.writes = keeper_socket() != 0,
		.receive = keeper_socket(),
	};
	struct sandbox_state state;

	sandbox_enter(&needs, &state);
	if (options->verbose)
		say(&state);
}

struct dm_error *cli_enter_sandbox(const struct cli_command *command,
				   const struct cli_options *options)
{
	const char *writes = options->html, **read;
	size_t i, count = options->arg_count;
	struct dm_error *err = NULL;

	if (options->no_sandbox || command->sandbox == CLI_SANDBOX_OWN)
		return NULL;
	if (command->sandbox == CLI_SANDBOX_WRITES)
		writes = options->args[--count];
	/* A page is replaced, as it says. */
	if (writes)
		err = keeper_start(writes, options->force || options->html);
	if (err)
		return err;
	read = calloc(count + 3, sizeof(*read));
	if (!read)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	for (i = 0; i < count; i++)
		read[i] = options->args[i];
	if (options->vmlinux)
		read[count++] = options->vmlinux;
	if (options->system_map)
		read[count++] = options->system_map;
	if (options->vmcoreinfo && *options->vmcoreinfo != '@')
		read[count++] = options->vmcoreinfo;
	enter(options, read, count);
	free(read);
	return NULL;
}
