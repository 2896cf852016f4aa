// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage splits: which leaves were lost, by whom, when, still needed? */
#include "analysis.h"

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	struct dm_session *session = a->dump.session;
	struct dm_history *history;
	struct dm_error *err;

	err = cli_analysis_history(a, &history);
	if (err)
		return err;
	if (options->format == CLI_JSON)
		return dm_session_splits_json(session, cli_stdout());
	if (options->timeline)
		return dm_session_splits_timeline(session, cli_stdout());
	err = dm_session_splits_text(session, cli_stdout());
	if (!err)
		err = cli_flush();
	if (!err)
		cli_say_next(options, options->args, options->arg_count,
			     &dm_history_summary(history)->next);
	return err;
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
