// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage report: the main job. */
#include "cli.h"

static struct dm_error *print_report(const struct dm_report *report,
				     const struct cli_options *options)
{
	struct dm_style style = { .color = cli_color(options) };
	struct dm_error *err = NULL;

	switch (options->format) {
	case CLI_TEXT:
		err = dm_report_text(report, &style, cli_stdout());
		break;
	case CLI_JSON:
		err = dm_report_json(report, cli_stdout());
		break;
	case CLI_MEMINFO:
		err = dm_report_meminfo(report, cli_stdout());
		break;
	}
	return err ? err : cli_flush();
}

static int run(const struct cli_options *options)
{
	struct dm_report report;
	struct cli_dump d;
	struct dm_error *err;
	int code;

	err = cli_open(&d, options->args, options->arg_count, options->split);
	if (err)
		return cli_fail_error(err);
	report.dump = d.about;
	report.kernel = d.kernel;
	err = dm_walk(d.source, &d.kernel, NULL, &report.usage, NULL, NULL);
	cli_progress_clear(d.progress);
	err = err ? cli_name_dump(err, &d) : print_report(&report, options);
	code = err ? cli_fail_error(err) : cli_partial(&report.usage);
	cli_close(&d);
	return code;
}

const struct cli_command cli_report = {
	.name = "report",
	.options = "jfsC",
	.synopsis = "[report] DUMP...",
	.min_args = 1,
	.run = run,
};
