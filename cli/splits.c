// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage splits: which leaves were lost, by whom, when, still needed? */
#include "analysis.h"

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	const struct dm_kernel *kernel = &a->dump.kernel;
	struct dm_history *history;
	struct dm_error *err;

	err = dm_history_create(a->target, &a->policy, &history);
	cli_progress_clear(a->dump.progress);
	if (err)
		return cli_name_dump(err, &a->dump);
	if (options->format == CLI_JSON)
		err = dm_splits_json(kernel, history, cli_stdout());
	else if (options->timeline)
		err = dm_splits_timeline(kernel, history, cli_stdout());
	else
		err = dm_splits_text(kernel, history, cli_stdout());
	dm_history_destroy(history);
	return err;
}

static int run(const struct cli_options *options)
{
	return cli_analyse(options, print);
}

const struct cli_command cli_splits = {
	.name = "splits",
	.options = "jfstCmM",
	.formats = CLI_TEXT_BIT | CLI_JSON_BIT,
	.synopsis = "splits DUMP...",
	.min_args = 1,
	.run = run,
};
