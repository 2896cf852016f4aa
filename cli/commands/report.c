// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage report: the main job. */
#include "analysis.h"
#include "html/html.h"
#include "options/parse.h"
#include "stored/stored.h"
#include "terminal.h"
#include "write/output_file.h"

static struct dm_error *print_report(const struct dm_report *report,
				     const struct cli_options *options)
{
	unsigned int columns = terminal_columns();
	struct dm_style style = {
		.color = cli_color(options),
		/* Of the usual map, with its brackets. */
		.width = columns && columns < 66 ? columns - 2 : 0,
	};
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
	default: /* not among its formats */
		break;
	}
	return err ? err : cli_flush();
}

/* The DirectMap lines need page tables and nothing else. */
static int run_meminfo(const struct cli_options *options)
{
	struct dm_report report = { 0 };
	struct dm_walk_options how;
	struct cli_dump d;
	struct dm_error *err;
	int code;

	err = cli_open(&d, options->args, options->arg_count, options);
	if (err)
		return cli_fail_error(err);
	how = cli_walk_options(options, &d);
	err = dm_walk_realm(d.source, &d.kernel, NULL, &how, &report.usage);
	report.kernel = d.kernel;
	cli_progress_clear(d.progress);
	err = err ? cli_name_dump(err, &d) : print_report(&report, options);
	code = err ? cli_fail_error(err) : cli_partial(&report.usage);
	if (code == CLI_OK)
		code = cli_empty(&report.usage);
	cli_close(&d);
	return code;
}

/* The report and the map are what a page needs. */
static struct dm_error *write_page(struct cli_analysis *a,
				   struct output_file *out)
{
	json_t *report = NULL, *map = NULL;
	struct dm_error *err;

	err = stored_make(a, &report);
	if (!err)
		err = stored_make_map(a, &map);
	if (!err && json_object_set(report, "map", map) != 0)
		err = dm_error_no_memory();
	if (!err)
		err = html_report_put(out, report);
	if (!err)
		err = output_file_commit(out);
	json_decref(map);
	json_decref(report);
	return err;
}

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	struct dm_counters counters;
	struct dm_report report;
	struct dm_error *err;

	if (options->html)
		return write_page(a, options->out);
	err = dm_counters_init(&counters, a->target, &a->usage);
	err = err ? cli_name_dump(err, &a->dump) : cli_analysis_history(a);
	if (err)
		return err;
	cli_report_fill(&report, a, &counters);
	return print_report(&report, options);
}

static int run(const struct cli_options *options)
{
	if (options->html && options->format != CLI_TEXT)
		return options_wrong(options->command,
				     "--html is a format of its own");
	return options->format == CLI_MEMINFO ? run_meminfo(options)
					      : cli_analyse(options, print);
}

const struct cli_command cli_report = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
