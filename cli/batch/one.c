// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One dump of a batch, in the child: prints what its file is, and, a line
 * later, the row. So the first is known also of a dump that ends the child.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis.h"
#include "batch.h"
#include "content_id.h"
#include "dump_facts.h"
#include "directmap/text.h"
#include "enter.h"
#include "directmap/json.h"
#include "json_sink.h"
#include "row_owners.h"
#include "directmap/kernel.h"

/* The report as everybody gets it, to be added to. */
static struct dm_error *parse_report(struct dm_session *session, bool lists,
				     json_t **row)
{
	struct json_sink printed;

	json_sink_init(&printed);
	return json_sink_parse(
		&printed,
		dm_session_report_json(session,
				       lists ? 0 : DM_REPORT_NO_HISTORY,
				       &printed.sink),
		row);
}

/* What is known of the content before it is analysed. */
static struct {
	char id[CONTENT_ID_MAX];
	bool whole;
} content;

static bool with_map;

/* As map --json has it. */
static struct dm_error *put_map(json_t **row, struct cli_analysis *a)
{
	struct json_sink printed;
	struct dm_error *err;
	struct dm_map *map;
	json_t *value;

	err = dm_session_map(a->dump.session, NULL, &map);
	if (err)
		return err;
	json_sink_init(&printed);
	err = json_sink_parse(&printed, dm_map_json(map, &printed.sink),
			      &value);
	dm_map_destroy(map);
	if (err)
		return err;
	*row = dm_json_put(*row, "map", value);
	return *row ? NULL : dm_error_no_memory();
}

static struct dm_error *make_row(struct cli_analysis *a, bool lists,
				 json_t **row)
{
	struct dm_session *session = a->dump.session;
	const struct dm_split_summary *s;
	struct dm_history *history;
	struct dm_error *err;

	err = cli_analysis_report(a);
	if (!err)
		err = cli_analysis_history(a, &history);
	if (!err)
		err = parse_report(session, lists, row);
	if (!err)
		err = row_owners_put(row, history);
	if (!err && with_map)
		err = put_map(row, a);
	if (err)
		return err;
	if (*content.id && !content.whole)
		err = content_id_add_map(content.id, session);
	if (err)
		return err;
	s = dm_history_summary(history);
	*row = cli_dump_facts(*row, &a->dump);
	*row = dm_json_put(*row, "content_id", dm_json_text(content.id));
	*row = dm_json_put(*row, "collapsible", dm_json_collapsible(s));
	*row = dm_json_put(*row, "split_summary", dm_json_split_summary(s));
	return NULL;
}

static struct dm_error *print_row(struct cli_analysis *a,
				  const struct cli_options *options)
{
	struct dm_error *err;
	json_t *row = NULL;

	err = make_row(a, options->lists, &row);
	if (err) {
		json_decref(row);
		return err;
	}
	return dm_json_write(row, cli_stdout());
}

/* A text with faults has no ranges. */
static bool find_ranges(const struct scan_dump *dump,
			struct content_ranges *ranges)
{
	struct dm_error *err = NULL;
	bool ok;
	size_t i;

	for (i = 0; !err && i < dump->count; i++)
		err = content_ranges_add(ranges, dump->paths[i]);
	ok = !err || !dm_error_is_fatal(err);
	dm_error_destroy(err);
	return ok;
}

static void say_what(const struct scan_dump *dump)
{
	struct content_ranges ranges = { 0 };
	size_t count;
	char *const *files = scan_dump_files(dump, &count);

	if (find_ranges(dump, &ranges) &&
	    content_id(files, count, &ranges, content.id, &content.whole))
		printf("{\"content_id\":\"%s\"}\n", content.id);
	else
		puts("{\"content_id\":null}");
	content_ranges_deinit(&ranges);
	fflush(stdout);
}

int batch_one(void *arg)
{
	const struct batch_job *job = arg;
	const struct child_limits *limits = &job->options->limits;
	struct cli_options options = {
		.color = CLI_COLOR_NEVER,
		.jobs = 1, /* other dumps are read beside it */
		.lists = job->options->lists,
		.split = job->dump->split,
		.reader = job->options->reader,
		.no_sandbox = job->options->no_sandbox,
		.sandbox_said = true,
		.max_tables = limits->tables,
		/* Ends its walk by itself in time to tell what it saw. */
		.timeout = limits->timeout,
		.args = job->dump->paths,
		.arg_count = job->dump->count,
	};
	struct dm_error *err;

	with_map = job->options->maps;
	err = cli_enter_sandbox(CLI_SANDBOX_READS, &options);
	if (err)
		return cli_fail_error(err);
	say_what(job->dump);
	return cli_analyse(&options, print_row);
}
