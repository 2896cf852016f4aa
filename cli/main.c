// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage: from a command line to the command that does it. */
#include <signal.h>

#include "cli.h"
#include "enter.h"
#include "options/help.h"
#include "options/parse.h"
#include "terminal.h"
#include "vmlinux_arg.h"
#include "write/output_file.h"

static const struct cli_command cli_help = { .run = help_run };

static const struct cli_command *const commands[COMMANDS] = {
	[COMMAND_REPORT] = &cli_report,	    [COMMAND_RUNS] = &cli_runs,
	[COMMAND_SPLITS] = &cli_splits,	    [COMMAND_MAP] = &cli_map,
	[COMMAND_POLICY] = &cli_policy,	    [COMMAND_EXPLAIN] = &cli_explain,
	[COMMAND_COUNTERS] = &cli_counters, [COMMAND_EXTRACT] = &cli_extract,
	[COMMAND_CHECK] = &cli_check,	    [COMMAND_DIFF] = &cli_diff,
	[COMMAND_BATCH] = &cli_batch,	    [COMMAND_QUERY] = &cli_query,
	[COMMAND_MERGE] = &cli_merge,	    [COMMAND_HELP] = &cli_help,
	[COMMAND_PTDUMP] = &cli_ptdump,
};

/* As `crash vmlinux vmcore`. OUT, which is written, is neither. */
static struct dm_error *take_vmlinux(struct cli_options *o)
{
	const struct command_spec *spec = o->command;
	bool writes = spec->operand_kind == OPERANDS_DUMPS_OUT;
	const char *before = o->vmlinux;
	struct dm_error *err;

	if (spec->operand_kind > OPERANDS_DUMPS_ADDRESSES)
		return NULL;
	err = cli_take_vmlinux(o, o->arg_count - (writes && o->arg_count));
	if (!err && o->vmlinux != before && !command_takes(spec, "vmlinux"))
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"%s is a vmlinux, and %s takes none; give the vmcore alone",
			o->vmlinux, spec->name);
	return err;
}

static int run(const struct cli_command *command, struct cli_options *o)
{
	struct output_file out = { .fd = -1 };
	struct dm_error *err = NULL;
	int code;

	o->out = &out;
	if (command->folds && o->format == CLI_TEXT)
		terminal_fold();
	if (command->sandbox != CLI_SANDBOX_OWN)
		err = cli_enter_sandbox(command->sandbox, o);
	code = err ? cli_fail_error(err) : command->run(o);
	output_file_deinit(&out);
	return code;
}

int main(int argc, char **argv)
{
	struct cli_options o;
	struct dm_error *err;
	int code;

	/* A limit on file sizes is an error to tell, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	code = options_parse(argc, argv, &o);
	if (code >= 0)
		return code;
	err = take_vmlinux(&o);
	if (err)
		return cli_fail_error(err);
	code = options_check_operands(&o);
	return code >= 0 ? code : run(commands[o.command->id], &o);
}
