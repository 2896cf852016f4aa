// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells the sandbox what a command needs, enters it, and warns of what could
 * not be given up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enter.h"
#include "sandbox/sandbox.h"
#include "write/inputs.h"
#include "write/output_file.h"

static void say(const struct sandbox_state *state)
{
	fprintf(stderr,
		"kdump-triage: sandbox: files %s, system calls %s%s%s\n",
		state->files ? "restricted" : "free",
		state->calls ? "restricted" : "free",
		*state->why_not ? "; " : "", state->why_not);
}

static void enter(const struct cli_options *options, const char **read,
		  size_t count, bool writes)
{
	struct sandbox_needs needs = {
		.read = read,
		.read_count = count,
		.writes = writes,
	};
	struct sandbox_state state;

	sandbox_enter(&needs, &state);
	if (options->verbose)
		say(&state);
}

/* What is read is known, so that it is not replaced; and what is written, open. */
static struct dm_error *prepare(bool dump, const struct cli_options *options,
				const char **read, size_t count)
{
	const char *path =
		dump ? options->args[options->arg_count - 1] : options->html;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < count; i++)
		err = inputs_add(read[i]);
	if (!err)
		err = inputs_check_stdout();
	if (!err && path)
		err = output_file_create(options->out, path,
					 dump ? OUTPUT_DUMP : OUTPUT_PAGE,
					 options->force);
	if (!err && path)
		err = output_file_keep(options->out);
	return err;
}

struct dm_error *cli_enter_sandbox(enum cli_sandbox sandbox,
				   const struct cli_options *options)
{
	bool writes = sandbox == CLI_SANDBOX_WRITES;
	size_t i, count = options->arg_count;
	struct dm_error *err;
	const char **read;

	if (writes)
		count--;
	read = calloc(count + 3, sizeof(*read));
	if (!read)
		return dm_error_no_memory();
	for (i = 0; i < count; i++)
		read[i] = options->args[i];
	if (options->vmlinux)
		read[count++] = options->vmlinux;
	if (options->system_map)
		read[count++] = options->system_map;
	if (options->vmcoreinfo && *options->vmcoreinfo != '@')
		read[count++] = options->vmcoreinfo;
	err = prepare(writes, options, read, count);
	if (!err && !options->no_sandbox)
		enter(options, read, count, writes);
	free(read);
	return err;
}
