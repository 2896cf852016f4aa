// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage extract: evidence without memory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "os_error.h"
#include "write/container.h"
#include "kept_pages.h"
#include "directmap/text.h"
#include "write/output_file.h"

/* ---- What the views read ------------------------------------------------ */

/*
 * Each view by doing what it does, through a source that records. A view that
 * comes later needs a line here and a word of --views.
 */
static const enum dm_view views_of[CLI_VIEWS] = {
	[CLI_VIEW_FIGURES] = DM_VIEW_FIGURES,
	[CLI_VIEW_REPORT] = DM_VIEW_REPORT,
	[CLI_VIEW_RUNS] = DM_VIEW_RUNS,
	[CLI_VIEW_POLICY] = DM_VIEW_POLICY,
	[CLI_VIEW_EXPLAIN] = DM_VIEW_EXPLAIN,
	[CLI_VIEW_COUNTERS] = DM_VIEW_COUNTERS,
	[CLI_VIEW_SPLITS] = DM_VIEW_SPLITS,
	[CLI_VIEW_MAP] = DM_VIEW_MAP,
	[CLI_VIEW_PTDUMP] = DM_VIEW_PTDUMP,
};

/* @views: bits of enum cli_view. */
static struct dm_error *read_all(unsigned int views, struct dm_session *session)
{
	struct dm_error *err = NULL;
	enum cli_view i;

	for (i = 0; !err && i < CLI_VIEWS; i++) {
		if (views & 1u << i)
			err = dm_session_prefetch(session, views_of[i]);
	}
	return err;
}

/* ---- Writing them ------------------------------------------------------- */

struct job {
	const struct cli_options *options;
	struct cli_dump *dump;
	struct dm_recorder *recorder;
	struct dm_session *session; /* above the recorder */
	struct container_job pages;
	struct stat st; /* of what was written */
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
		j->dump->kernel->page_size >> 10);
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
		err = os_error(DM_ERROR_OUTPUT, out->name);
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

	err = read_all(views, j->session);
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
	const struct dm_usage *usage;
	struct cli_dump d;
	struct dm_error *err;
	size_t page_size;
	int code;

	if (options->compression && container(options) == CONTAINER_ELF)
		return cli_fail(
			CLI_USAGE,
			"--compress is for kdump: ELF has no compression");
	err = cli_open(&d, options->args, options->arg_count - 1, options);
	if (err)
		return cli_fail_error(err);
	j.dump = &d;
	page_size = d.kernel->page_size;
	err = kept_pages_create(d.source, page_size, &kept);
	if (!err)
		err = dm_recorder_create(kept_pages_source(kept), page_size,
					 &j.recorder);
	if (!err)
		err = dm_session_create(dm_recorder_source(j.recorder), NULL,
					&j.session);
	if (!err)
		err = extract(&j);
	if (!err)
		err = dm_session_figures(j.session, &usage);
	code = err ? cli_fail_error(err)
		   : cli_tables_partial(usage,
					dm_session_lacks_tables(j.session));
	dm_session_destroy(j.session);
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
