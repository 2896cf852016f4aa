// SPDX-License-Identifier: GPL-2.0-or-later
/* Ranges of memory in files: checked against the files and each other, and read. */
#include <stdlib.h>

#include "directmap/text.h"
#include "dump/dump_private.h"
#include "dump/image.h"
#include "dump/plain_pages.h"

struct dm_error *dm_image_create(struct dm_dump *dump, struct image **ret)
{
	*ret = dump->layout = calloc(1, sizeof(struct image));
	return *ret ? NULL : dm_error_no_memory();
}

void dm_image_close(struct dm_dump *dump)
{
	struct image *image = dump->layout;

	if (!image)
		return;
	dm_ram_destroy(&image->ram);
	dm_ram_destroy(&image->lost);
	free(image);
}

struct dm_error *dm_image_add(struct image *image,
			      const struct ram_range *range)
{
	struct ram_range have = *range, lost = *range;
	uint64_t end = range->bytes->size;
	struct dm_error *err;

	if (range->off >= end)
		have.size = 0;
	else if (have.size > end - range->off)
		have.size = end - range->off;
	lost.pa += have.size;
	lost.off += have.size;
	lost.size -= have.size;
	err = dm_ram_add(&image->ram, &have);
	return err ? err : dm_ram_add(&image->lost, &lost);
}

/* All that was lost of one file, by the first of its ranges. */
static void say_lost(struct dm_dump *dump, const struct image *image)
{
	const struct bytes *bytes = image->lost.v[0].bytes;
	uint64_t lost = 0;
	size_t i;

	for (i = 0; i < image->lost.n; i++) {
		if (image->lost.v[i].bytes == bytes)
			lost += image->lost.v[i].size;
	}
	dm_dump_incomplete(dump, "%s is cut off: %llu %s missing at its end",
			   bytes->path, (unsigned long long)lost,
			   dm_plural(lost, "byte of memory is",
				     "bytes of memory are"));
}

static struct dm_error *both(const struct ram_range *a, enum dm_error_code code)
{
	const struct ram_range *b = a + 1;
	uint64_t end = a->pa + a->size;

	if (b->pa + b->size < end)
		end = b->pa + b->size;
	return dm_error_create(
		code,
		"physical addresses 0x%llx to 0x%llx are given twice: by %s from its byte %llu on, and by %s from its byte %llu on",
		(unsigned long long)b->pa, (unsigned long long)end,
		a->bytes->path, (unsigned long long)(a->off + (b->pa - a->pa)),
		b->bytes->path, (unsigned long long)b->off);
}

struct dm_error *dm_image_settle(struct dm_dump *dump, struct image *image,
				 enum dm_error_code code)
{
	const struct ram_range *overlap = dm_ram_settle(&image->ram);

	dm_ram_settle(&image->lost);
	if (overlap)
		return both(overlap, code);
	if (!image->ram.n)
		return dm_error_create(
			code,
			"%s: none of the memory that is named is in the file, which has %llu bytes",
			dump->files[0].path,
			(unsigned long long)dump->files[0].size);
	if (image->lost.n)
		say_lost(dump, image);
	return NULL;
}

static struct dm_error *absent(const struct image *image, uint64_t pa,
			       uint64_t size)
{
	const struct ram_range *lost = dm_ram_find(&image->lost, pa);

	if (lost && lost->pa < pa + size)
		return dm_error_create(DM_ERROR_ABSENT,
				       "physical address 0x%llx is not in the "
				       "dump: %s is cut off",
				       (unsigned long long)pa,
				       lost->bytes->path);
	return dm_error_create(DM_ERROR_ABSENT,
			       "physical address 0x%llx is not in the dump: no "
			       "range of it has it",
			       (unsigned long long)pa);
}

static struct dm_error *image_read(const void *layout, uint64_t pa, void *buf,
				   size_t size)
{
	const struct image *image = layout;

	return dm_ram_hold(&image->ram, pa, size)
		       ? dm_ram_read(&image->ram, pa, buf, size)
		       : absent(image, pa, size);
}

static bool image_place(const void *layout, uint64_t pa, uint64_t size,
			const struct bytes **bytes, uint64_t *off)
{
	const struct image *image = layout;

	return dm_ram_place(&image->ram, pa, size, bytes, off);
}

struct dm_error *dm_image_begin(struct dump_view *view)
{
	static const struct plain_layout how = {
		.read = image_read,
		.place = image_place,
	};

	return dm_plain_begin(view, &how);
}

struct dm_error *dm_image_walk(const struct dm_dump *dump,
			       struct memory_walk *walk)
{
	const struct image *image = dump->layout;

	walk->all = dm_ram_size(&image->ram);
	return dm_ram_walk(&image->ram, walk);
}
