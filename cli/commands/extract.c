// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage extract: evidence without memory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "write/container.h"
#include "kept_pages.h"
#include "directmap/text.h"
#include "write/output_file.h"

/* ---- What the views read ------------------------------------------------ */

/* What a view works on, all of it above the recorder. */
struct reading {
	struct dm_source *source;
	struct dm_kernel *kernel;
	struct dm_target *target;
	struct dm_usage *usage; /* for what could not be read */
};

static struct dm_error *read_figures(struct reading *r)
{
	return dm_walk_realm(r->source, r->kernel, r->target, NULL, r->usage);
}

/* What all other views begin with. */
static struct dm_error *read_map(struct reading *r)
{
	struct dm_error *err = read_figures(r);

	return err ? err : dm_target_check_memory(r->target, r->usage);
}

static struct dm_error *read_runs(struct reading *r)
{
	struct dm_error *err = dm_realm_init(r->source, r->kernel);

	return err ? err : read_map(r);
}

static struct dm_error *read_policy(struct reading *r)
{
	struct dm_policy policy;
	struct dm_error *err;

	err = read_map(r);
	return err ? err : dm_policy_init(&policy, r->target, r->usage);
}

static struct dm_error *read_counters(struct reading *r)
{
	struct dm_counters counters;
	struct dm_error *err;

	err = read_map(r);
	return err ? err : dm_counters_init(&counters, r->target, r->usage);
}

static struct dm_error *read_nothing_of(void *arg, const struct dm_lost *lost)
{
	(void)arg;
	(void)lost;
	return NULL;
}

static struct dm_error *read_splits(struct reading *r)
{
	struct dm_history *history;
	struct dm_policy policy;
	struct dm_error *err;

	err = read_map(r);
	if (!err)
		err = dm_policy_init(&policy, r->target, r->usage);
	if (!err)
		err = dm_history_create(r->target, &policy, &history);
	if (err)
		return err;
	err = dm_history_lost(history, read_nothing_of, NULL);
	dm_history_destroy(history);
	return err;
}

static struct dm_error *read_report(struct reading *r)
{
	struct dm_error *err;

	err = read_splits(r);
	return err ? err : read_counters(r);
}

static struct dm_error *read_explain(struct reading *r)
{
	struct dm_policy policy;
	struct dm_error *err;

	err = read_splits(r);
	if (!err)
		err = dm_policy_init(&policy, r->target, r->usage);
	return err ? err : dm_explain_prefetch(r->target, &policy);
}

/*
 * Each view by doing what it does, through a source that records. A view that
 * comes later needs a line here and a word of --views.
 */
static struct dm_error *(*const readers[CLI_VIEWS])(struct reading *r) = {
	[CLI_VIEW_FIGURES] = read_figures, [CLI_VIEW_REPORT] = read_report,
	[CLI_VIEW_RUNS] = read_runs,	   [CLI_VIEW_POLICY] = read_policy,
	[CLI_VIEW_EXPLAIN] = read_explain, [CLI_VIEW_COUNTERS] = read_counters,
	[CLI_VIEW_SPLITS] = read_splits,   [CLI_VIEW_MAP] = read_splits,
};

/* @views: bits of enum cli_view. */
static struct dm_error *read_all(unsigned int views, struct reading *r)
{
	struct dm_error *err = NULL;
	enum cli_view i;

	for (i = 0; !err && i < CLI_VIEWS; i++) {
		if (views & 1u << i)
			err = readers[i](r);
	}
	return err;
}

static struct dm_error *read_views(unsigned int views, struct dm_source *source,
				   struct dm_kernel *kernel,
				   struct dm_usage *usage, bool *lacks_tables)
{
	struct reading r = {
		.source = source,
		.kernel = kernel,
		.usage = usage,
	};
	struct dm_error *err;

	err = dm_target_create(source, kernel, &r.target);
	if (!err)
		err = read_all(views, &r);
	*lacks_tables = r.target && dm_target_lacks_tables(r.target);
	dm_target_destroy(r.target);
	return err;
}

/* ---- Writing them ------------------------------------------------------- */

struct job {
	const struct cli_options *options;
	struct cli_dump *dump;
	struct dm_recorder *recorder;
	struct container_job pages;
	struct stat st; /* of what was written */
	struct dm_usage usage; /* of the views, for what they could not read */
	bool lacks_tables; /* that were there at first */
};

static enum kdump_compression compression(const struct cli_options *options)
{
	if (options->compression == CLI_COMPRESSION_NONE)
		return KDUMP_NONE;
	return options->compression == CLI_COMPRESSION_LZO ? KDUMP_LZO
							   : KDUMP_ZLIB;
}

/* Who names a compression wants it, and ELF has none. */
static enum container container(const struct cli_options *options)
{
	if (options->container == CLI_CONTAINER_KDUMP)
		return CONTAINER_KDUMP;
	if (options->container == CLI_CONTAINER_ELF)
		return CONTAINER_ELF;
	return options->container == CLI_CONTAINER_UNNAMED &&
			       options->compression
		       ? CONTAINER_KDUMP
		       : CONTAINER_AUTO;
}

static struct dm_error *write_out(struct job *j)
{
	struct dm_error *err;

	j->pages.dump = j->dump;
	j->pages.fd = j->options->out->fd;
	j->pages.compression = compression(j->options);
	j->pages.container = container(j->options);
	err = dm_recorder_pages(j->recorder, &j->pages.pages, &j->pages.count);
	return err ? err : container_write(&j->pages);
}

/* On stderr where the dump itself goes to stdout. */
static void say_what_went_in(const struct job *j, FILE *to)
{
	const struct output_file *out = j->options->out;
	const char *separator = ": ";
	enum dm_content content;

	cli_say_name(out->name, to);
	fprintf(to, ": %lld byte%s (%lld KiB on disk)",
		(long long)j->st.st_size, dm_plural_s((uint64_t)j->st.st_size),
		(long long)j->st.st_blocks / 2);
	fprintf(to, ", %s, %zu page%s of %u KiB",
		j->pages.container == CONTAINER_ELF ? "ELF" : "kdump",
		j->pages.count, dm_plural_s(j->pages.count),
		j->dump->kernel.page_size >> 10);
	for (content = 0; content < DM_CONTENT_COUNT; content++) {
		size_t count = dm_recorder_count(j->recorder, content);

		if (!count)
			continue;
		fprintf(to, "%s%zu %s", separator, count,
			dm_content_noun(content, count));
		separator = ", ";
	}
	fputc('\n', to);
}

/* The writer's errors are about a file; here it is the output. */
static struct dm_error *output_error(struct dm_error *err, const char *path)
{
	return dm_error_recode(dm_error_prefix(err, "%s", path),
			       DM_ERROR_OUTPUT);
}

static struct dm_error *commit(struct job *j)
{
	struct output_file *out = j->options->out;
	bool to_stdout = output_file_is_stdout(out);
	struct dm_error *err = NULL;

	/* How much of it is on disk is known once it is there. */
	if (fsync(out->fd) != 0 && errno != EINVAL)
		err = dm_error_create(DM_ERROR_OUTPUT, "%s: %s", out->name,
				      strerror(errno));
	if (!err && fstat(out->fd, &j->st) == 0)
		err = output_file_commit(out);
	if (!err)
		say_what_went_in(j, to_stdout ? stderr : stdout);
	return err ? err : cli_flush();
}

static struct dm_error *extract(struct job *j)
{
	unsigned int views =
		j->options->views ? j->options->views : 1u << CLI_VIEW_FIGURES;
	struct dm_error *err;

	err = read_views(views, dm_recorder_source(j->recorder),
			 &j->dump->kernel, &j->usage, &j->lacks_tables);
	cli_progress_clear(j->dump->progress);
	if (err)
		return cli_name_dump(err, j->dump);
	err = write_out(j);
	if (!err)
		return commit(j);
	return err->code == DM_ERROR_OS
		       ? output_error(err, j->options->out->name)
		       : err;
}

static int run(const struct cli_options *options)
{
	struct job j = { .options = options };
	struct kept_pages *kept = NULL;
	struct cli_dump d;
	struct dm_error *err;
	int code;

	if (options->compression && container(options) == CONTAINER_ELF)
		return cli_fail(
			CLI_USAGE,
			"--compress is for kdump: ELF has no compression");
	err = cli_open(&d, options->args, options->arg_count - 1, options);
	if (err)
		return cli_fail_error(err);
	j.dump = &d;
	err = kept_pages_create(d.source, d.kernel.page_size, &kept);
	if (!err)
		err = dm_recorder_create(kept_pages_source(kept),
					 d.kernel.page_size, &j.recorder);
	if (!err)
		err = extract(&j);
	code = err ? cli_fail_error(err)
		   : cli_tables_partial(&j.usage, j.lacks_tables);
	dm_recorder_destroy(j.recorder);
	kept_pages_destroy(kept);
	cli_close(&d);
	return code;
}

const struct cli_command cli_extract = {
	.sandbox = CLI_SANDBOX_WRITES,
	.folds = true,
	.run = run,
};
