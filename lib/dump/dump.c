// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens a dump: recognises its format, reads its layout and notes, and finds
 * VMCOREINFO.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump/dump_private.h"
#include "dump/format.h"
#include "dump/kinds.h"
#include "dump/second.h"
#include "dump/vmcoreinfo_text.h"
#include "util/sized.h"

/* Our own reader does not know @p bytes: does the second one, perhaps? */
static struct dm_error *try_second(struct dm_dump *dump,
				   const struct bytes *bytes,
				   enum dm_dump_reader reader)
{
	enum kinds_second second;
	struct dm_error *err;

	err = dm_kinds_refuse(bytes, &second);
	if (err->code != DM_ERROR_UNSUPPORTED || second == SECOND_NEVER ||
	    reader == DM_DUMP_READER_OWN)
		return err;
	dump->format = &dm_format_second;
	if (second == SECOND_MAY)
		dump->refusal = err;
	else
		dm_error_destroy(err);
	return NULL;
}

/* libkdumpfile for what our own reader knows as well, or better. */
static struct dm_error *take_second(struct dm_dump *dump)
{
	if (!dump->format->hold)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: libkdumpfile does not know this format; our own reader does: --reader own",
			dump->path);
	dump->format = &dm_format_second;
	return NULL;
}

/* All files are of one format, and not every format comes in several. */
static struct dm_error *detect(struct dm_dump *dump, enum dm_dump_reader reader)
{
	bool several = true;
	size_t i;

	for (i = 0; i < dump->n; i++) {
		const struct dump_format *format;
		struct dm_error *err;

		err = dm_format_of_file(&dump->files[i], &format);
		if (err)
			return err;
		if (!format)
			return try_second(dump, &dump->files[i], reader);
		if (!i)
			dump->format = format;
		several = several && format->several && format == dump->format;
	}
	if (dump->n > 1 && !several)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"%zu separate dumps, not the parts of one (those are "
			"kdump-compressed); give them one at a time",
			dump->n);
	return reader == DM_DUMP_READER_LIBKDUMPFILE ? take_second(dump) : NULL;
}

static struct dm_error *open_file(struct dm_dump *dump, const char *path,
				  const struct dm_dump_options *options)
{
	struct dm_error *err;

	err = dm_bytes_open(&dump->files[dump->n], path, options->late,
			    options->arg);
	if (!err)
		dump->n++;
	return err;
}

/* Each file once, however many of its ranges are named. */
static struct dm_error *open_images(struct dm_dump *dump,
				    const struct dm_dump_options *options)
{
	const struct image_specs *specs = &dump->named.list.ram;
	struct dm_error *err = NULL;
	size_t i, at;

	for (i = 0; !err && i < specs->n; i++) {
		for (at = 0; at < dump->n; at++) {
			if (!strcmp(dump->files[at].path, specs->v[i].path))
				break;
		}
		if (at == dump->n)
			err = open_file(dump, specs->v[i].path, options);
	}
	dump->format = &dm_format_raw;
	return err;
}

static struct dm_error *open_files(struct dm_dump *dump,
				   const char *const *paths, size_t n,
				   const struct dm_dump_options *options)
{
	struct dm_error *err = NULL;
	size_t i;

	dump->files =
		calloc(dump->named.list.ram.n ? dump->named.list.ram.n : n,
		       sizeof(*dump->files));
	if (!dump->files)
		return dm_error_no_memory();
	if (dump->named.list.ram.n)
		err = open_images(dump, options);
	for (i = 0; !dump->named.list.ram.n && !err && i < n; i++)
		err = open_file(dump, paths[i], options);
	for (i = 0; i < dump->n; i++) {
		if (dump->files[i].cut)
			dm_dump_incomplete(
				dump,
				"%s is cut off: it is flattened, and "
				"its end mark is missing",
				dump->files[i].path);
	}
	dump->info.files = dump->n;
	return err;
}

/* What is wrong with a text that lies beside the images is no fault of the user's. */
static struct dm_error *blame_text(const struct dm_dump *dump,
				   struct dm_error *err)
{
	const char *text = dump->named.text;

	if (!err || !text || err->code != DM_ERROR_INVALID_ARGUMENT)
		return err;
	err = dm_error_recode(err, DM_ERROR_BAD_DUMP);
	return dm_error_prefix(err, "%s", text);
}

/*
 * The user's goes before the dump's own, and that before what lies about in
 * memory.
 */
static struct dm_error *find_vmcoreinfo(struct dm_dump *dump,
					const struct dm_dump_options *options)
{
	const char *named = dump->named.list.vmcoreinfo;
	struct dm_error *err;

	if (options->vmcoreinfo || named) {
		free(dump->vmcoreinfo);
		dump->vmcoreinfo = NULL;
	}
	if (options->vmcoreinfo)
		return dm_vmcoreinfo_given(dump, options->vmcoreinfo, options);
	if (named)
		return blame_text(dump,
				  dm_vmcoreinfo_given(dump, named, options));
	if (dump->two_vmcoreinfos)
		return dm_dump_two_vmcoreinfos(dump);
	if (dump->vmcoreinfo)
		return NULL;
	err = dm_vmcoreinfo_search(dump, options);
	if (!err && !dump->vmcoreinfo)
		err = dm_dump_no_vmcoreinfo(dump);
	return err;
}

/* What the second reader does not know either is told of as of no dump. */
static struct dm_error *open_format(struct dm_dump *dump,
				    const struct dm_dump_options *options)
{
	struct dm_error *err;

	dump->info.reader = DM_DUMP_READER_OWN;
	if (dump->named.list.lacks)
		dm_dump_incomplete(dump, "%s", dump->named.list.lacks);
	err = dump->format->open(dump, options);
	if (!err || !dump->refusal || err->code != DM_ERROR_UNSUPPORTED)
		return options->split ? err : blame_text(dump, err);
	dm_error_destroy(err);
	err = dump->refusal;
	dump->refusal = NULL;
	return err;
}

static struct dm_error *open_dump(struct dm_dump *dump,
				  const char *const *paths, size_t n,
				  const struct dm_dump_options *options)
{
	struct dm_error *err;
	size_t i;

	err = open_files(dump, paths, n, options);
	if (!err && !dump->format)
		err = detect(dump, options->reader);
	else if (!err && options->reader == DM_DUMP_READER_LIBKDUMPFILE)
		err = take_second(dump);
	if (!err)
		err = open_format(dump, options);
	if (!err)
		err = dm_dump_view_init(&dump->view, dump);
	/* From here on errors are of reads that the search makes. */
	for (i = 0; i < dump->n; i++)
		dump->files[i].stop = NULL;
	if (!err)
		err = find_vmcoreinfo(dump, options);
	return err ? err : dm_dump_check_header(dump);
}

/* What cannot be read while opening is no page, but what the dump rests on. */
static struct dm_error *opening_error(const char *path, struct dm_error *err)
{
	struct dm_error *other;

	if (err->code == DM_ERROR_ABSENT)
		other = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: cut off within its headers; get the whole file",
			path);
	else if (err->code == DM_ERROR_BROKEN)
		other = dm_error_create(DM_ERROR_OS, "%s", err->message);
	else
		return err;
	dm_error_destroy(err);
	return other;
}

static const char *vmcoreinfo_from(const struct dm_dump_info *info)
{
	switch (info->vmcoreinfo_from) {
	case DM_DUMP_VMCOREINFO_RAM:
		return "ram";
	case DM_DUMP_VMCOREINFO_FILE:
		return "file";
	case DM_DUMP_VMCOREINFO_IMAGE:
		return "image";
	case DM_DUMP_VMCOREINFO_OWN:
		break;
	}
	return NULL;
}

static struct dm_error *describe_images(struct dm_dump *dump)
{
	const struct ram_list *list = &dump->named.list;
	size_t i;

	if (!dump->named.text)
		return NULL;
	dump->images = calloc(list->ram.n, sizeof(*dump->images));
	if (!dump->images)
		return dm_error_no_memory();
	for (i = 0; i < list->ram.n; i++)
		dump->images[i] = dm_image_of(&list->ram.v[i]);
	dump->about.images_from = dump->named.text;
	dump->about.images = dump->images;
	dump->about.image_count = list->ram.n;
	dump->about.images_passed_over = list->passed_over;
	return NULL;
}

static struct dm_error *describe(struct dm_dump *dump)
{
	const struct dm_dump_info *info = &dump->info;

	dump->about = (struct dm_dump_about){
		.struct_size = sizeof(dump->about),
		.path = dump->path,
		.format = info->format,
		.complete = info->complete,
		.why_incomplete = info->why_incomplete,
		.vmcoreinfo_from = vmcoreinfo_from(info),
		.vmcoreinfo_given = info->vmcoreinfo_given,
		.vmcoreinfo_pa = info->vmcoreinfo_pa,
		.vmcoreinfo_file = info->vmcoreinfo_file,
		.header_contradicts = info->header_contradicts,
		.vmcoreinfo_chosen = info->vmcoreinfo_chosen,
		.reader = info->reader == DM_DUMP_READER_LIBKDUMPFILE
				  ? "libkdumpfile"
				  : NULL,
	};
	return describe_images(dump);
}

/* What opens it again, as far as one text can say. */
static char *join(const char *const *paths, size_t n)
{
	size_t i, size = 1;
	char *text, *at;

	for (i = 0; i < n; i++)
		size += strlen(paths[i]) + 1;
	text = at = malloc(size);
	for (i = 0; text && i < n; i++)
		at += sprintf(at, "%s%s", i ? "," : "", paths[i]);
	return text;
}

static bool is_named_by_range(const struct dm_dump *dump)
{
	return dump->named.list.ram.n && !dump->named.text;
}

static struct dm_error *create(const char *const *paths, size_t n,
			       struct dm_dump **ret)
{
	struct dm_dump *dump = calloc(1, sizeof(*dump));
	struct dm_error *err;

	if (!dump)
		return dm_error_no_memory();
	err = dm_dump_paths_take(&dump->named, paths, n);
	if (!err)
		dump->path = join(paths, is_named_by_range(dump) ? n : 1);
	if (!err && !dump->path)
		err = dm_error_no_memory();
	if (err) {
		dm_dump_close(dump);
		return err;
	}
	dm_dump_set_unknown(dump);
	dump->info.vmlinux = dump->named.list.vmlinux;
	*ret = dump;
	return NULL;
}

struct dm_error *dm_dump_open(const char *const *paths, size_t n,
			      const struct dm_dump_options *options,
			      struct dm_dump **dump)
{
	struct dm_dump_options own;
	struct dm_dump *d = NULL;
	struct dm_error *err;

	*dump = NULL;
	if (!n || n > 1024)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%zu files given; a dump has 1 to 1024",
				       n);
	err = dm_sized_take(&own, sizeof(own), options, "dm_dump_options");
	if (!err && own.reader > DM_DUMP_READER_LIBKDUMPFILE)
		err = dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				      "there is no reader %d", own.reader);
	if (!err)
		err = create(paths, n, &d);
	if (err)
		return err;
	err = open_dump(d, paths, n, &own);
	if (!err)
		err = describe(d);
	if (err) {
		err = opening_error(d->path, err);
		dm_dump_close(d);
		return err;
	}
	*dump = d;
	return NULL;
}

void dm_dump_close(struct dm_dump *dump)
{
	size_t i;

	if (!dump)
		return;
	dm_dump_view_deinit(&dump->view);
	if (dump->format)
		dump->format->close(dump);
	for (i = 0; i < dump->n; i++)
		dm_bytes_close(&dump->files[i]);
	free(dump->files);
	dm_dump_paths_deinit(&dump->named);
	free(dump->images);
	dm_notes_deinit(&dump->notes);
	free(dump->vmcoreinfo);
	free(dump->path);
	dm_error_destroy(dump->refusal);
	free(dump);
}

struct dm_source *dm_dump_source(struct dm_dump *dump)
{
	return &dump->view.source;
}

const struct dm_dump_info *dm_dump_info(const struct dm_dump *dump)
{
	return &dump->info;
}

const struct dm_dump_about *dm_dump_about(const struct dm_dump *dump)
{
	return &dump->about;
}

struct dm_error *dm_dump_part(const char *path, bool *is_part, uint64_t *first)
{
	const struct dump_format *format;
	char head[FORMAT_HEAD];
	struct bytes bytes;
	struct dm_error *err;

	*is_part = false;
	*first = 0;
	err = dm_bytes_open(&bytes, path, NULL, NULL);
	if (err)
		return opening_error(path, err);
	err = dm_format_head(&bytes, head);
	format = err ? NULL : dm_format_of(head);
	if (format && format->part)
		err = format->part(&bytes, is_part, first);
	dm_bytes_close(&bytes);
	return err ? opening_error(path, err) : NULL;
}

struct dm_error *dm_dump_notes(struct dm_dump *dump, const void **notes,
			       size_t *size)
{
	*notes = dump->notes.bytes;
	*size = dump->notes.size;
	return NULL;
}
