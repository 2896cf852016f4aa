// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Raw memory, of which the user says where it belongs: nothing in the files
 * tells, so all that can be wrong with what was said is looked for.
 */
#include <elf.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "directmap/machine.h"
#include "dump/dump_private.h"
#include "dump/image.h"
#include "dump/plain_pages.h"

static struct dm_error *wrong(const struct image_spec *spec, const char *what,
			      uint64_t value, const char *why)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "%s: %s 0x%llx (%llu) %s", spec->path, what,
			       (unsigned long long)value,
			       (unsigned long long)value, why);
}

static struct dm_error *check_spec(const struct image_spec *spec)
{
	if (spec->pa % DM_PAGE_SIZE_LEAST)
		return wrong(
			spec, "physical address", spec->pa,
			"is not a multiple of 4096; hexadecimal numbers begin with 0x");
	if (spec->size % DM_PAGE_SIZE_LEAST)
		return wrong(
			spec, "size", spec->size,
			"is not a multiple of 4096; hexadecimal numbers begin with 0x");
	return NULL;
}

/*
 * Memory may begin with anything: a page of a module's file, say. Two numbers of
 * a core are no accident.
 */
static bool is_dump(const struct bytes *bytes, const char head[FORMAT_HEAD])
{
	const struct dump_format *format = dm_format_of(head);
	unsigned char type[2];
	struct dm_error *err;

	if (format != &dm_format_elf)
		return format || bytes->flattened;
	err = dm_bytes_read(bytes, offsetof(Elf64_Ehdr, e_type), type,
			    sizeof(type));
	dm_error_destroy(err);
	return !err && type[0] == ET_CORE && !type[1];
}

/* A dump says itself where its memory belongs. */
static struct dm_error *refuse_dump(const struct bytes *bytes)
{
	char head[FORMAT_HEAD];
	struct dm_error *err = dm_format_head(bytes, head);

	if (err || !is_dump(bytes, head))
		return err;
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"%s is no raw memory but a dump that has its addresses; give it without @ and an address (if it is raw memory: FILE:0+SIZE@PA)",
		bytes->path);
}

/* Names may differ. */
static bool same_file(const struct bytes *a, const struct bytes *b)
{
	struct stat x, y;

	return fstat(a->fd, &x) == 0 && fstat(b->fd, &y) == 0 &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static const struct bytes *file_of(const struct dm_dump *dump,
				   const struct image_spec *spec)
{
	size_t i, first;

	/* Opened once for all of its ranges, by that name. */
	for (i = 0; i < dump->n; i++) {
		if (!strcmp(dump->files[i].path, spec->path))
			break;
	}
	for (first = 0; first < i; first++) {
		if (same_file(&dump->files[first], &dump->files[i]))
			break;
	}
	return &dump->files[first];
}

static struct dm_error *take_spec(struct dm_dump *dump, struct image *image,
				  const struct image_spec *spec)
{
	struct ram_range range = {
		.pa = spec->pa,
		.size = spec->size,
		.off = spec->offset,
		.bytes = file_of(dump, spec),
	};
	struct dm_error *err = check_spec(spec);
	uint64_t torn;

	/* With a size, nobody takes it for a dump. */
	if (!err && !spec->offset && !spec->size)
		err = refuse_dump(range.bytes);
	if (err)
		return err;
	if (!spec->size && spec->offset >= range.bytes->size)
		return wrong(spec, "offset", spec->offset,
			     "is beyond the end of the file");
	if (!spec->size) {
		range.size = range.bytes->size - spec->offset;
		torn = range.size % DM_PAGE_SIZE_LEAST;
		if (torn)
			dm_dump_incomplete(
				dump,
				"%s is cut off: of its last page %llu bytes are there",
				range.bytes->path, (unsigned long long)torn);
	}
	if (range.pa >= DM_PA_END || range.size > DM_PA_END - range.pa)
		return wrong(
			spec, "physical address", spec->pa,
			"is too high for so much memory: an arm64 machine has 52 bits of them");
	return dm_image_add(image, &range);
}

static int place_cmp(const void *a, const void *b)
{
	const struct ram_range *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? -1 : 1;
	return (x->off > y->off) - (x->off < y->off);
}

/* No byte of a file is memory at two addresses. */
static struct dm_error *check_twice(const struct image *image)
{
	struct ram_range *v = reallocarray(NULL, image->ram.n, sizeof(*v));
	struct dm_error *err = v ? NULL : dm_error_no_memory();
	size_t i;

	if (err)
		return err;
	memcpy(v, image->ram.v, image->ram.n * sizeof(*v));
	qsort(v, image->ram.n, sizeof(*v), place_cmp);
	for (i = 1; !err && i < image->ram.n; i++) {
		const struct ram_range *a = &v[i - 1], *b = &v[i];

		if (a->bytes == b->bytes && a->off + a->size > b->off)
			err = dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"%s: its bytes from %llu on are given twice, at physical addresses 0x%llx and 0x%llx",
				b->bytes->path, (unsigned long long)b->off,
				(unsigned long long)(a->pa + (b->off - a->off)),
				(unsigned long long)b->pa);
	}
	free(v);
	return err;
}

static struct dm_error *raw_open(struct dm_dump *dump,
				 const struct dm_dump_options *options)
{
	struct image *image;
	struct dm_error *err;
	size_t i;

	if (options->split)
		return dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"raw memory has no parts of a split set; give it without --split");
	dump->info.format = "raw";
	err = dm_image_create(dump, &image);
	for (i = 0; !err && i < dump->named.list.ram.n; i++)
		err = take_spec(dump, image, &dump->named.list.ram.v[i]);
	if (!err)
		err = dm_image_settle(dump, image, DM_ERROR_INVALID_ARGUMENT);
	return err ? err : check_twice(image);
}

const struct dump_format dm_format_raw = {
	.several = true,
	.open = raw_open,
	.close = dm_image_close,
	.begin = dm_image_begin,
	.end = dm_plain_end,
	.read = dm_plain_read,
	.hint = dm_plain_hint,
	.walk = dm_image_walk,
};
