// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage batch: the order of things. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "cpus.h"
#include "directmap/json.h"
#include "outputs.h"
#include "write/inputs.h"

/* Of rows: what a row without lists takes is known to be far less. */
#define OUTPUT_MAX  ((size_t)16 << 20)
#define OUTPUT_LIST ((size_t)1 << 30)

static unsigned int cpus(void)
{
	unsigned int n = cpus_allowed();

	return n > CLI_JOBS_MAX ? CLI_JOBS_MAX : n;
}

static struct batch_options work(const struct cli_options *o)
{
	return (struct batch_options){
		.jobs = o->jobs ? o->jobs : cpus(),
		.limits = {
			.timeout = o->timeout,
			.cpus = 1,
			.memory = o->max_memory,
			.output = o->lists ? OUTPUT_LIST : OUTPUT_MAX,
			.tables = o->max_tables,
		},
		.again = o->again,
		.lists = o->lists,
		.maps = o->html, /* what its pages draw */
		.quiet = o->format == CLI_QUIET,
		.no_sandbox = o->no_sandbox,
		.reader = o->reader,
	};
}

static struct dm_error *find_dumps(struct scan *scan,
				   const struct cli_options *o)
{
	struct dm_error *err = NULL;
	size_t i;

	*scan = (struct scan){ .all_files = o->all_files };
	for (i = 0; !err && i < o->arg_count; i++)
		err = scan_add(scan, o->args[i]);
	/* A list of names is read too. */
	for (i = 0; !err && i < o->arg_count; i++) {
		if (o->args[i][0] == '@')
			err = inputs_add(o->args[i] + 1);
	}
	if (!err)
		err = scan_finish(scan);
	for (i = 0; !err && i < scan->count; i++) {
		char *const *files;
		size_t n;

		files = scan_dump_files(&scan->dumps[i], &n);
		err = inputs_add_all(files, n);
	}
	if (!err && o->shard.parts)
		scan_shard(scan, o->shard.part, o->shard.parts);
	return err;
}

/* Names for other programs: as they are. Of a set the first part stands for all. */
static int list(const struct scan *scan, bool nul)
{
	struct dm_error *err;
	size_t i;

	for (i = 0; i < scan->count; i++) {
		fputs(scan->dumps[i].paths[0], stdout);
		putchar(nul ? '\0' : '\n');
	}
	err = cli_flush();
	return err ? cli_fail_error(err) : CLI_OK;
}

/* The row of an item that is done, under the path that it has now. */
static json_t *row_of(const struct batch *batch, const struct batch_item *item)
{
	json_t *row = item->row ? json_incref(item->row)
				: state_load(&batch->state, item->key);

	/* A result may be of a hard link, or of before a rename. */
	if (row && !batch_put_path(row, item->dump->paths[0])) {
		json_decref(row);
		row = NULL;
	}
	return row;
}

static struct dm_error *put_rows(const struct batch *batch,
				 const struct cli_options *options)
{
	struct outputs outputs;
	struct dm_error *err;
	size_t i;

	err = outputs_init(&outputs, options);
	if (err)
		return err;
	for (i = 0; !err && i < batch->count; i++) {
		json_t *row;

		if (!batch->items[i].done)
			continue;
		row = row_of(batch, &batch->items[i]);
		err = row ? outputs_row(&outputs, row)
			  : dm_error_create(DM_ERROR_OUTPUT,
					    "%s: a result that was written is "
					    "gone",
					    batch->state.folder);
		json_decref(row);
	}
	if (!err)
		err = outputs_end(&outputs);
	outputs_deinit(&outputs);
	return err;
}

/* The worst that happened, where nothing at all is worse than something. */
static int exit_code(const struct batch *batch)
{
	size_t i, by_code[CLI_FAULT + 1] = { 0 };

	for (i = 0; i < batch->count; i++) {
		if (batch->items[i].done)
			by_code[batch->items[i].code <= CLI_FAULT
					? batch->items[i].code
					: CLI_FAULT]++;
	}
	if (!batch->count) /* an empty shard */
		return CLI_OK;
	if (batch->done < batch->count || by_code[CLI_OK])
		return by_code[CLI_OK] < batch->count ? CLI_PARTIAL : CLI_OK;
	if (by_code[CLI_PARTIAL])
		return CLI_PARTIAL;
	return by_code[CLI_DUMP] ? CLI_DUMP : CLI_FAULT;
}

/* On stderr: what is not in the rows. */
static void say_how(const struct batch *batch, const struct scan *scan,
		    bool quiet)
{
	size_t i, before = 0;

	for (i = 0; i < batch->count; i++)
		before += batch->items[i].was_done;
	if (batch->interrupted)
		cli_fail(CLI_PARTIAL,
			 "interrupted: %zu of %zu dump%s %s done; the same "
			 "command does the rest",
			 batch->done, batch->count, dm_plural_s(batch->count),
			 dm_plural(batch->done, "is", "are"));
	if (quiet)
		return;
	if (before)
		cli_fail(CLI_OK,
			 "%zu of %zu dump%s %s done before (--again reads "
			 "%s anew)",
			 before, batch->count, dm_plural_s(batch->count),
			 dm_plural(before, "was", "were"),
			 dm_plural(before, "it", "them"));
	if (scan->skipped)
		cli_fail(CLI_OK,
			 "%zu file%s in folders, no dumps by their looks: %s%s "
			 "(--all-files takes them)",
			 scan->skipped, dm_plural_s(scan->skipped),
			 scan->first_skipped ? scan->first_skipped : "",
			 scan->skipped > 1 ? ", ..." : "");
}

static int read_all(struct batch *batch, const struct scan *scan,
		    const struct cli_options *o)
{
	struct dm_error *err;

	if (!scan->count && !o->shard.parts) {
		say_how(batch, scan, false);
		return cli_fail(CLI_DUMP, "no dumps found");
	}
	batch->options = work(o);
	err = outputs_check(o);
	if (!err)
		err = state_init(&batch->state, o->state);
	if (!err)
		err = batch_init(batch, scan);
	if (!err)
		err = batch_run(batch);
	if (!err) {
		err = put_rows(batch, o);
		say_how(batch, scan, batch->options.quiet);
	}
	return err ? cli_fail_error(err) : exit_code(batch);
}

static int run(const struct cli_options *options)
{
	struct batch batch = { 0 };
	struct scan scan = { 0 };
	struct dm_error *err = find_dumps(&scan, options);
	int code;

	if (err)
		code = cli_fail_error(err);
	else
		code = options->list_only ? list(&scan, options->nul)
					  : read_all(&batch, &scan, options);
	batch_deinit(&batch);
	state_deinit(&batch.state);
	scan_deinit(&scan);
	return code;
}

const struct cli_command cli_batch = { .run = run };
