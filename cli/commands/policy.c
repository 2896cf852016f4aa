// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage policy: why the map looks as it does at boot. */
#include "analysis.h"

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	return options->format == CLI_JSON
		       ? dm_session_policy_json(a->dump.session, cli_stdout())
		       : dm_session_policy_text(a->dump.session, cli_stdout());
}

static int run(const struct cli_options *options)
{
	return cli_analyse(options, print);
}

const struct cli_command cli_policy = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
