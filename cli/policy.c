// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage policy: why the map looks as it does at boot. */
#include "analysis.h"

static int run(const struct cli_options *options)
{
	struct cli_analysis a;
	struct dm_error *err;
	int code;

	err = cli_analysis_init(&a, options, options->args, options->arg_count);
	if (err)
		return cli_fail_error(err);
	err = options->format == CLI_JSON
		      ? dm_policy_json(&a.policy, cli_stdout())
		      : dm_policy_text(&a.policy, cli_stdout());
	if (!err)
		err = cli_flush();
	code = err ? cli_fail_error(err) : cli_partial(&a.usage);
	cli_analysis_deinit(&a);
	return code;
}

const struct cli_command cli_policy = {
	.name = "policy",
	.options = "jfsCmM",
	.formats = CLI_TEXT_BIT | CLI_JSON_BIT,
	.synopsis = "policy DUMP...",
	.min_args = 1,
	.run = run,
};
