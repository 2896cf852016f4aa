// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dump_private.h"

/* Compressed from outside: by which program, by the first bytes. */
static const struct {
	const char *magic;
	size_t size;
	const char *command;
} packers[] = {
	{ "\x1f\x8b", 2, "gzip -dk" },
	{ "\xfd"
	  "7zXZ",
	  6, "xz -dk" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd -d" },
	{ "BZh", 3, "bzip2 -dk" },
	{ "\x04\x22\x4d\x18", 4, "lz4 -dk" },
	{ "\x89LZO", 4, "lzop -d" },
	{ "PK\x03\x04", 4, "unzip" },
	{ "7z\xbc\xaf", 4, "7z x" },
};

static struct dm_error *unknown_kind(const struct bytes *bytes,
				     const char *magic)
{
	size_t i;

	for (i = 0; i < sizeof(packers) / sizeof(*packers); i++) {
		if (!memcmp(magic, packers[i].magic, packers[i].size))
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"%s: compressed; unpack it first: %s %s",
				bytes->path, packers[i].command, bytes->path);
	}
	if (!memcmp(magic, "DISKDUMP", 8))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: a diskdump of an old kernel; only ELF and "
			"kdump-compressed dumps are supported",
			bytes->path);
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: not a dump of a kind that is supported (ELF, "
		"kdump-compressed, either of them flattened)",
		bytes->path);
}

#define MAGIC_SIZE 8

/* Zero-filled where the file is too short. */
static struct dm_error *read_magic(const struct bytes *bytes, char *magic)
{
	size_t size = bytes->size < MAGIC_SIZE ? bytes->size : MAGIC_SIZE;
	struct dm_error *err;

	memset(magic, 0, MAGIC_SIZE);
	err = bytes_read(bytes, 0, magic, size);
	if (!err || err->code != DM_ERROR_ABSENT)
		return err;
	dm_error_destroy(err);
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: cut off within its headers; get the whole file",
		bytes->path);
}

/* All files are of one kind, and only kdump comes in several. */
static struct dm_error *detect(struct dump *dump)
{
	size_t i, kdump = 0;
	char magic[MAGIC_SIZE];
	struct dm_error *err;

	for (i = 0; i < dump->n; i++) {
		err = read_magic(&dump->files[i], magic);
		if (err)
			return err;
		if (kdump_is(magic))
			kdump++;
		else if (!elf_is(magic))
			return unknown_kind(&dump->files[i], magic);
	}
	dump->is_elf = !kdump;
	if (dump->n > 1 && kdump < dump->n)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"%zu separate dumps, not the parts of one (those are "
			"kdump-compressed); give them one at a time",
			dump->n);
	return NULL;
}

static struct dm_error *open_files(struct dump *dump, const char *const *paths,
				   size_t n)
{
	struct dm_error *err;
	size_t i;

	dump->files = calloc(n, sizeof(*dump->files));
	if (!dump->files)
		return dump_no_memory();
	for (i = 0; i < n; i++) {
		err = bytes_open(&dump->files[i], paths[i]);
		if (err)
			return err;
		dump->n++;
	}
	for (i = 0; i < n; i++) {
		if (dump->files[i].cut)
			dump_incomplete(dump,
					"%s is cut off: it is flattened, and "
					"its end mark is missing",
					dump->files[i].path);
	}
	return NULL;
}

static struct dm_error *open_dump(struct dump *dump, const char *const *paths,
				  size_t n, bool split)
{
	struct dm_error *err;

	err = open_files(dump, paths, n);
	if (!err)
		err = detect(dump);
	if (!err)
		err = dump->is_elf ? dump_open_elf(dump)
				   : dump_open_kdump(dump, split);
	if (!err)
		err = dump_view_init(&dump->view, dump);
	return err;
}

/* What cannot be read while opening is no page, but what the dump rests on. */
static struct dm_error *opening_error(const struct dump *dump,
				      struct dm_error *err)
{
	struct dm_error *other;

	if (err->code == DM_ERROR_ABSENT)
		other = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: cut off within its headers; get the whole file",
			dump->n ? dump->files[0].path : "the dump");
	else if (err->code == DM_ERROR_BROKEN)
		other = dm_error_create(DM_ERROR_OS, "%s", err->message);
	else
		return err;
	dm_error_destroy(err);
	return other;
}

struct dm_error *dump_open(struct dump **ret, const char *const *paths,
			   size_t n, bool split)
{
	struct dm_error *err;
	struct dump *dump;

	*ret = NULL;
	if (!n || n > 1024)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%zu files given; a dump has 1 to 1024",
				       n);
	dump = calloc(1, sizeof(*dump));
	if (!dump)
		return dump_no_memory();
	dump->info.complete = true;
	dump->info.dump_level = -1;
	dump->info.files = n;
	err = open_dump(dump, paths, n, split);
	if (err) {
		err = opening_error(dump, err);
		dump_close(dump);
		return err;
	}
	*ret = dump;
	return NULL;
}

void dump_close(struct dump *dump)
{
	size_t i;

	if (!dump)
		return;
	dump_view_deinit(&dump->view);
	for (i = 0; i < dump->n; i++) {
		if (dump->kdump.parts)
			kdump_part_close(&dump->kdump.parts[i]);
		bytes_close(&dump->files[i]);
	}
	elf_layout_close(&dump->elf);
	free(dump->kdump.parts);
	free(dump->files);
	free(dump->notes);
	free(dump->vmcoreinfo);
	free(dump);
}

struct dm_source *dump_source(struct dump *dump)
{
	return &dump->view.source;
}

const struct dump_info *dump_info(const struct dump *dump)
{
	return &dump->info;
}

struct dm_error *dump_notes(struct dump *dump, const void **notes, size_t *size)
{
	*notes = dump->notes;
	*size = dump->notes_size;
	return NULL;
}
