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
 * comes later needs a line here and nothing else.
 */
static const struct view {
	const char *name;
	struct dm_error *(*read)(struct reading *r);
} views[] = {
	{ "figures", read_figures }, { "report", read_report },
	{ "runs", read_runs },	     { "policy", read_policy },
	{ "explain", read_explain }, { "counters", read_counters },
	{ "splits", read_splits },   { "map", read_splits },
};

#define VIEWS (sizeof(views) / sizeof(views[0]))

static const struct view *find_view(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < VIEWS; i++) {
		if (strlen(views[i].name) == size &&
		    memcmp(views[i].name, name, size) == 0)
			return &views[i];
	}
	return NULL;
}

/* @list: names with commas between them, or "all". */
static struct dm_error *read_list(const char *list, struct reading *r)
{
	bool all = strcmp(list, "all") == 0;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; all && !err && i < VIEWS; i++)
		err = views[i].read(r);
	while (!all && !err) {
		size_t size = strcspn(list, ",");
		const struct view *view = find_view(list, size);

		if (!view)
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"there is no view \"%.*s\"; see kdump-triage --help",
				(int)size, list);
		err = view->read(r);
		if (!list[size])
			break;
		list += size + 1;
	}
	return err;
}

static struct dm_error *read_views(const char *list, struct dm_source *source,
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
		err = read_list(list, &r);
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

static enum kdump_compression compression(const char *name)
{
	if (!name)
		return KDUMP_ZLIB;
	if (strcmp(name, "none") == 0)
		return KDUMP_NONE;
	return strcmp(name, "lzo") == 0 ? KDUMP_LZO : KDUMP_ZLIB;
}

/* Who names a compression wants it, and ELF has none. */
static enum container container(const struct cli_options *options)
{
	if (!options->container)
		return options->compression ? CONTAINER_KDUMP : CONTAINER_AUTO;
	if (strcmp(options->container, "kdump") == 0)
		return CONTAINER_KDUMP;
	return strcmp(options->container, "elf") == 0 ? CONTAINER_ELF
						      : CONTAINER_AUTO;
}

static struct dm_error *write_out(struct job *j)
{
	struct dm_error *err;

	j->pages.dump = j->dump;
	j->pages.fd = j->options->out->fd;
	j->pages.compression = compression(j->options->compression);
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
	const char *list = j->options->views ? j->options->views : "figures";
	struct dm_error *err;

	err = read_views(list, dm_recorder_source(j->recorder),
			 &j->dump->kernel, &j->usage, &j->lacks_tables);
	cli_progress_clear(j->dump->progress);
	if (err)
		return err->code == DM_ERROR_INVALID_ARGUMENT
			       ? err
			       : cli_name_dump(err, j->dump);
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
	.name = "extract",
	.options = "scAwaFI",
	.formats = CLI_TEXT_BIT,
	.synopsis = "extract DUMP... OUT",
	.min_args = 2,
	.sandbox = CLI_SANDBOX_WRITES,
	.run = run,
};
