// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage counters: the kernel's own figures beside the page tables. */
#include "analysis.h"

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	struct dm_session *session = a->dump.session;
	const struct dm_counters *counters;
	struct dm_error *err;

	err = dm_session_counters(session, &counters);
	if (err)
		return cli_name_dump(err, &a->dump);
	return options->format == CLI_JSON
		       ? dm_session_counters_json(session, cli_stdout())
		       : dm_session_counters_text(session, cli_stdout());
}

static int run(const struct cli_options *options)
{
	return cli_analyse(options, print);
}

const struct cli_command cli_counters = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
