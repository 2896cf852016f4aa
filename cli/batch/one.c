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

/* Before anybody names it: UTS_NODENAME, Linux include/linux/uts.h. */
#define UNNAMED "(none)"

static bool is_host_name(const char *name)
{
	return *name && dm_ascii_all_visible(name, strlen(name)) &&
	       strcmp(name, UNNAMED) != 0;
}

/*
 * In the kernel's init_uts_ns, which VMCOREINFO leads to (Linux
 * kernel/vmcore_info.c; include/uapi/linux/utsname.h: 65 bytes each).
 */
static struct dm_error *read_host_name(const struct cli_dump *d,
				       char name[DM_DUMP_UTS_MAX])
{
	struct dm_vmcoreinfo notes;
	struct dm_error *err;
	uint64_t va, off;

	err = d->source->ops->vmcoreinfo(d->source, &notes.text, &notes.size);
	if (!err)
		err = dm_vmcoreinfo_number(&notes, "SYMBOL(init_uts_ns)", 16,
					   &va);
	if (!err)
		err = dm_vmcoreinfo_number(&notes, "OFFSET(uts_namespace.name)",
					   10, &off);
	if (!err)
		err = d->source->ops->read(
			d->source, va + off + 65 - d->kernel->kimage_voffset,
			name, 65, DM_CONTENT_DATA);
	name[65] = '\0';
	return err;
}

/*
 * The host's name: the kernel's own, or, where that page is not there, what the
 * header of a kdump says, unless that speaks of another kernel
 * (dm_dump_info.header_contradicts) or its writer put none there (QEMU).
 */
static bool host_name(const struct cli_dump *d, char name[DM_DUMP_UTS_MAX])
{
	struct dm_error *err = read_host_name(d, name);

	if (!err && *name)
		return is_host_name(name);
	dm_error_destroy(err);
	memcpy(name, dm_dump_info(d->dump)->uts.nodename, DM_DUMP_UTS_MAX);
	name[DM_DUMP_UTS_MAX - 1] = '\0';
	return *name && strcmp(name, UNNAMED) != 0;
}

/* When the kernel died, in seconds since 1970; 0: not known. */
static uint64_t crash_time(const struct cli_dump *d)
{
	const struct dm_dump_info *info = dm_dump_info(d->dump);
	struct dm_vmcoreinfo notes;
	struct dm_error *err;
	uint64_t seconds;

	err = d->source->ops->vmcoreinfo(d->source, &notes.text, &notes.size);
	if (!err)
		err = dm_vmcoreinfo_number(&notes, "CRASHTIME", 10, &seconds);
	if (!err)
		return seconds;
	dm_error_destroy(err);
	return info->time_sec > 0 ? (uint64_t)info->time_sec : 0;
}

/* What is known of the content before it is analysed. */
static struct {
	char id[CONTENT_ID_MAX];
	bool whole;
} content;

static json_t *put_dump_facts(json_t *row, const struct cli_dump *d)
{
	json_t *dump = json_object_get(row, "dump");
	char host[DM_DUMP_UTS_MAX];
	uint64_t seconds = crash_time(d);

	json_object_set_new(dump, "host",
			    host_name(d, host) ? dm_json_foreign(host)
					       : json_null());
	json_object_set_new(dump, "crash_time",
			    seconds ? dm_json_uint(seconds) : json_null());
	return row;
}

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
		err = row_owners_put(row, history, a->dump.kernel);
	if (!err && with_map)
		err = put_map(row, a);
	if (err)
		return err;
	if (*content.id && !content.whole)
		err = content_id_add_map(content.id, session);
	if (err)
		return err;
	s = dm_history_summary(history);
	*row = put_dump_facts(*row, &a->dump);
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
