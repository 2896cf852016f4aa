// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage extract: evidence without memory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "kdump_writer.h"
#include "new_file.h"
#include "public_notes.h"

/* ---- What the views read ------------------------------------------------ */

static struct dm_error *read_usage(struct dm_source *source,
				   const struct dm_kernel *kernel,
				   struct dm_usage *usage)
{
	return dm_walk(source, kernel, NULL, usage, NULL, NULL);
}

/*
 * Each view by doing what it does, through a source that records. A view that
 * comes later needs a line here and nothing else.
 */
static const struct view {
	const char *name;
	/* @usage: for what could not be read. */
	struct dm_error *(*read)(struct dm_source *source,
				 const struct dm_kernel *kernel,
				 struct dm_usage *usage);
} views[] = {
	{ "report", read_usage },
	{ "runs", read_usage },
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
static struct dm_error *read_views(const char *list, struct dm_source *source,
				   const struct dm_kernel *kernel,
				   struct dm_usage *usage)
{
	bool all = strcmp(list, "all") == 0;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; all && !err && i < VIEWS; i++)
		err = views[i].read(source, kernel, usage);
	while (!all && !err) {
		size_t size = strcspn(list, ",");
		const struct view *view = find_view(list, size);

		if (!view)
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"there is no view \"%.*s\"; see kdump-triage --help",
				(int)size, list);
		err = view->read(source, kernel, usage);
		if (!list[size])
			break;
		list += size + 1;
	}
	return err;
}

/* ---- Writing them ------------------------------------------------------- */

struct job {
	const struct cli_options *options;
	struct cli_dump *dump;
	struct dm_recorder *recorder;
	const uint64_t *pages; /* PA */
	size_t count;
	struct new_file out;
	struct dm_usage usage; /* of the views, for what they could not read */
};

static enum kdump_compression compression(const char *name)
{
	if (strcmp(name, "none") == 0)
		return KDUMP_NONE;
	return strcmp(name, "lzo") == 0 ? KDUMP_LZO : KDUMP_ZLIB;
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

/* The header says what the dump's own says, where that has one. */
static void fill_options(const struct job *j, struct kdump_writer_options *o,
			 const void *notes, size_t notes_size)
{
	const struct dump_info *info = dump_info(j->dump->dump);
	uint32_t page_size = j->dump->kernel.page_size;

	*o = (struct kdump_writer_options){
		.block_size = page_size,
		.compression = compression(j->options->compression),
		.notes = notes,
		.notes_size = notes_size,
		.sysname = or_null(info->uts.sysname),
		.nodename = or_null(info->uts.nodename),
		.release = *info->uts.release ? info->uts.release
					      : j->dump->kernel.release,
		.version = or_null(info->uts.version),
		.domainname = or_null(info->uts.domainname),
		/* crash takes PHYS_OFFSET from there. */
		.phys_base = j->dump->kernel.phys_offset,
		.status = info->complete ? 0 : KDUMP_FLAG_INCOMPLETE,
		.dump_level = info->dump_level < 0 ? 0 : info->dump_level,
		.nr_cpus = info->nr_cpus > 0 ? (uint32_t)info->nr_cpus : 0,
		.timestamp_sec = (uint64_t)info->time_sec,
		.timestamp_usec = (uint64_t)info->time_usec,
	};
}

static struct dm_error *copy_pages(const struct job *j,
				   struct kdump_writer *writer)
{
	struct dm_source *source = dump_source(j->dump->dump);
	uint32_t page_size = j->dump->kernel.page_size;
	struct dm_error *err = NULL;
	void *page;
	size_t i;

	page = malloc(page_size);
	if (!page)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	for (i = 0; !err && i < j->count; i++) {
		err = source->ops->read(source, j->pages[i], page, page_size,
					DM_CONTENT_TABLE);
		/* It could be read before: the file changes under our hands. */
		if (err)
			err = dm_error_recode(cli_name_dump(err, j->dump),
					      DM_ERROR_BROKEN);
		else
			err = kdump_writer_add(writer, j->pages[i] / page_size,
					       page);
	}
	free(page);
	return err ? err : kdump_writer_finish(writer);
}

static struct dm_error *write_dump(struct job *j, const uint64_t *pfns,
				   const void *notes, size_t notes_size)
{
	struct kdump_writer_options options;
	struct kdump_writer *writer;
	struct dm_error *err;

	fill_options(j, &options, notes, notes_size);
	err = kdump_writer_create(&writer, j->out.fd, &options, pfns, j->count);
	if (err)
		return err;
	err = copy_pages(j, writer);
	kdump_writer_destroy(writer);
	return err;
}

static struct dm_error *write_pfns(struct job *j, const uint64_t *pfns)
{
	struct dm_source *source = dump_source(j->dump->dump);
	size_t all_size, size, vmcoreinfo_size;
	const char *vmcoreinfo;
	struct dm_error *err;
	const void *all;
	void *notes;

	err = dump_notes(j->dump->dump, &all, &all_size);
	if (!err)
		err = source->ops->vmcoreinfo(source, &vmcoreinfo,
					      &vmcoreinfo_size);
	if (!err)
		err = public_notes(all, all_size, vmcoreinfo, vmcoreinfo_size,
				   &notes, &size);
	if (err)
		return err;
	err = write_dump(j, pfns, notes, size);
	free(notes);
	return err;
}

static struct dm_error *write_out(struct job *j)
{
	struct dm_error *err;
	uint64_t *pfns;
	size_t i;

	err = dm_recorder_pages(j->recorder, &j->pages, &j->count);
	if (err)
		return err;
	pfns = malloc((j->count + 1) * sizeof(*pfns));
	if (!pfns)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	for (i = 0; i < j->count; i++)
		pfns[i] = j->pages[i] / j->dump->kernel.page_size;
	err = write_pfns(j, pfns);
	free(pfns);
	return err;
}

static void say_what_went_in(const struct job *j, const char *path)
{
	const char *separator = ": ";
	enum dm_content content;
	struct stat st = { 0 };

	cli_say_foreign(path);
	if (stat(path, &st) == 0)
		printf(": %lld bytes (%lld KiB on disk)", (long long)st.st_size,
		       (long long)st.st_blocks / 2);
	printf(", %zu pages of %u KiB", j->count,
	       j->dump->kernel.page_size >> 10);
	for (content = 0; content < DM_CONTENT_COUNT; content++) {
		size_t count = dm_recorder_count(j->recorder, content);

		if (!count)
			continue;
		printf("%s%zu %s", separator, count, dm_content_name(content));
		separator = ", ";
	}
	printf("\n");
}

/* The writer's errors are about a file; here it is the output. */
static struct dm_error *output_error(struct dm_error *err, const char *path)
{
	return dm_error_recode(dm_error_prefix(err, "%s", path),
			       DM_ERROR_OUTPUT);
}

static struct dm_error *extract(struct job *j, const char *path)
{
	const char *list = j->options->views ? j->options->views : "report";
	struct dm_error *err;

	err = read_views(list, dm_recorder_source(j->recorder),
			 &j->dump->kernel, &j->usage);
	cli_progress_clear(j->dump->progress);
	if (err)
		return err->code == DM_ERROR_INVALID_ARGUMENT
			       ? err
			       : cli_name_dump(err, j->dump);
	err = new_file_create(&j->out, path, j->options->force);
	if (err)
		return err;
	err = write_out(j);
	if (!err)
		err = new_file_commit(&j->out);
	else if (err->code == DM_ERROR_OS)
		err = output_error(err, path);
	new_file_deinit(&j->out);
	if (!err)
		say_what_went_in(j, path);
	return err ? err : cli_flush();
}

/* Before hours are spent on reading: OUT must not be what is read. */
static struct dm_error *check_out(const struct cli_options *options,
				  const char *path)
{
	struct stat out, in;
	size_t i;

	if (stat(path, &out) != 0)
		return NULL;
	for (i = 0; i < options->arg_count - 1; i++) {
		if (stat(options->args[i], &in) == 0 &&
		    in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"%s is the dump itself; extract wants another name to write to",
				path);
	}
	/* The last part of a set, say, where OUT was forgotten. */
	return new_file_check(path, options->force);
}

static int run(const struct cli_options *options)
{
	const char *path = options->args[options->arg_count - 1];
	struct job j = { .options = options };
	struct cli_dump d;
	struct dm_error *err;
	int code;

	err = check_out(options, path);
	if (err)
		return cli_fail_error(err);
	err = cli_open(&d, options->args, options->arg_count - 1,
		       options->split);
	if (err)
		return cli_fail_error(err);
	j.dump = &d;
	err = dm_recorder_create(d.source, d.kernel.page_size, &j.recorder);
	if (!err)
		err = extract(&j, path);
	code = err ? cli_fail_error(err) : cli_partial(&j.usage);
	dm_recorder_destroy(j.recorder);
	cli_close(&d);
	return code;
}

const struct cli_command cli_extract = {
	.name = "extract",
	.options = "scwaF",
	.synopsis = "extract DUMP... OUT",
	.min_args = 2,
	.run = run,
};
