// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage report: the main job. */
#include "analysis.h"
#include "dump_facts.h"
#include "html/html.h"
#include "options/parse.h"
#include "stored/stored.h"
#include "terminal.h"
#include "write/output_file.h"

static struct dm_error *print_report(struct dm_session *session,
				     const struct cli_options *options)
{
	unsigned int columns = terminal_columns();
	struct dm_style style = {
		.struct_size = sizeof(style),
		.color = cli_color(options),
		/* Of the usual map, with its brackets. */
		.width = columns && columns < 66 ? columns - 2 : 0,
	};
	struct dm_error *err = NULL;

	switch (options->format) {
	case CLI_TEXT:
		err = dm_session_report_text(session, &style, cli_stdout());
		break;
	case CLI_JSON:
		err = dm_session_report_json(session, 0, cli_stdout());
		break;
	case CLI_MEMINFO:
		err = dm_session_meminfo(session, cli_stdout());
		break;
	default: /* not among its formats */
		break;
	}
	return err ? err : cli_flush();
}

/* The DirectMap lines need page tables and nothing else. */
static int run_meminfo(const struct cli_options *options)
{
	const struct dm_usage *usage;
	struct cli_dump d;
	struct dm_error *err;
	int code;

	err = cli_open(&d, options->args, options->arg_count, options);
	if (err)
		return cli_fail_error(err);
	cli_progress_walk(d.progress);
	err = dm_session_figures(d.session, &usage);
	cli_progress_clear(d.progress);
	err = err ? cli_name_dump(err, &d) : print_report(d.session, options);
	code = err ? cli_fail_error(err) : cli_partial(usage);
	if (code == CLI_OK)
		code = cli_empty(usage);
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
		err = html_report_put(out, cli_dump_facts(report, &a->dump));
	if (!err)
		err = output_file_commit(out);
	json_decref(map);
	json_decref(report);
	return err;
}

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	struct dm_error *err;

	if (options->html)
		return write_page(a, options->out);
	err = cli_analysis_report(a);
	return err ? err : print_report(a->dump.session, options);
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
