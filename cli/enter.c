// SPDX-License-Identifier: GPL-2.0-or-later
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enter.h"
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
		  size_t count, const char *folder)
{
	struct sandbox_needs needs = {
		.read = read,
		.read_count = count,
		.write_folder = folder,
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
	char *out = NULL;

	if (options->no_sandbox || command->sandbox == CLI_SANDBOX_OWN)
		return NULL;
	if (command->sandbox == CLI_SANDBOX_WRITES)
		writes = options->args[--count];
	if (writes)
		out = strdup(writes);
	read = calloc(count + 3, sizeof(*read));
	if (!read || (writes && !out)) {
		free(read);
		free(out);
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	}
	for (i = 0; i < count; i++)
		read[i] = options->args[i];
	if (options->vmlinux)
		read[count++] = options->vmlinux;
	if (options->system_map)
		read[count++] = options->system_map;
	if (options->vmcoreinfo && *options->vmcoreinfo != '@')
		read[count++] = options->vmcoreinfo;
	enter(options, read, count, out ? dirname(out) : NULL);
	free(read);
	free(out);
	return NULL;
}
