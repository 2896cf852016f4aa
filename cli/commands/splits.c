// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage splits: which leaves were lost, by whom, when, still needed? */
#include "analysis.h"

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	const struct dm_kernel *kernel = &a->dump.kernel;
	struct dm_error *err;

	err = cli_analysis_history(a);
	if (err)
		return err;
	if (options->format == CLI_JSON)
		return dm_splits_json(kernel, a->history, cli_stdout());
	if (options->timeline)
		return dm_splits_timeline(kernel, a->history, cli_stdout());
	return dm_splits_text(kernel, a->history, cli_stdout());
}

static int run(const struct cli_options *options)
{
	return cli_analyse(options, print);
}

const struct cli_command cli_splits = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
