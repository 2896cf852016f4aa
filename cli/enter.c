// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells the sandbox what a command needs, enters it, and warns of what could
 * not be given up.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enter.h"
#include "files.h"
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

void cli_warn_no_sandbox(const char *why)
{
	fprintf(stderr,
		"kdump-triage: warning: no sandbox (%s): what parses the dump has all rights of this process; "
		"--no-sandbox says that this is fine\n",
		why);
}

static void enter(const struct cli_options *options,
		  const struct cli_files *files, bool writes)
{
	struct sandbox_needs needs = {
		.read = (const char *const *)files->v,
		.read_count = files->count,
		.writes = writes,
	};
	struct sandbox_state state;

	sandbox_enter(&needs, &state);
	if (options->verbose)
		say(&state);
	else if (!state.files && !state.calls && !state.chosen &&
		 !options->sandbox_said)
		cli_warn_no_sandbox(state.why_not);
}

/* What is read is known, so that it is not replaced; and what is written, open. */
static struct dm_error *prepare(bool dump, const struct cli_options *options,
				const struct cli_files *files)
{
	const char *path =
		dump ? options->args[options->arg_count - 1] : options->html;
	struct dm_error *err = inputs_add_all(files->v, files->count);

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

static struct dm_error *list_files(const struct cli_options *options,
				   size_t count, struct cli_files *files)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < count; i++) {
		err = cli_files_add_dump(files, options->args[i]);
		/* Itself in any case: a folder is looked through again. */
		if (!err)
			err = cli_files_add(files, options->args[i]);
	}
	if (!err && options->vmlinux)
		err = cli_files_add(files, options->vmlinux);
	if (!err && options->system_map)
		err = cli_files_add(files, options->system_map);
	if (!err && options->vmcoreinfo && *options->vmcoreinfo != '@')
		err = cli_files_add(files, options->vmcoreinfo);
	return err;
}

struct dm_error *cli_enter_sandbox(enum cli_sandbox sandbox,
				   const struct cli_options *options)
{
	bool writes = sandbox == CLI_SANDBOX_WRITES;
	struct cli_files files = { 0 };
	struct dm_error *err;

	err = list_files(options, options->arg_count - writes, &files);
	if (!err)
		err = prepare(writes, options, &files);
	if (!err && !options->no_sandbox)
		enter(options, &files, writes);
	cli_files_deinit(&files);
	return err;
}
