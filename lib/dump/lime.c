// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * LiME's format: ranges of memory, each behind a header of 32 bytes (LiME,
 * src/lime.h: lime_mem_range_header). AVML's first version
 * is the same.
 */
#include <endian.h>
#include <string.h>

#include "directmap/machine.h"
#include "directmap/text.h"
#include "dump/dump_private.h"
#include "dump/image.h"
#include "dump/lime.h"
#include "dump/plain_pages.h"

struct header {
	char magic[4];
	uint32_t version;
	/* Both are within the range. */
	uint64_t first, last;
	uint64_t reserved;
};

_Static_assert(sizeof(struct header) == LIME_HEADER_SIZE, "as in the file");

static const struct lime_kind kind = { "EMiL", 1 };

static bool lime_is(const char head[FORMAT_HEAD])
{
	return !memcmp(head, kind.magic, sizeof(kind.magic));
}

static struct dm_error *damaged(const struct bytes *bytes, uint64_t off,
				const char *what)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: the header of a range of memory at offset %llu is damaged (its %s); get a fresh copy of the file",
		bytes->path, (unsigned long long)off, what);
}

struct dm_error *dm_lime_header(const struct bytes *bytes, uint64_t off,
				const struct lime_kind *want,
				struct lime_range *range)
{
	struct header h;
	struct dm_error *err = dm_bytes_read_data(bytes, off, &h, sizeof(h));
	uint64_t first, last;

	if (err)
		return err;
	if (memcmp(h.magic, want->magic, sizeof(h.magic)) != 0)
		return damaged(bytes, off, "magic");
	if (le32toh(h.version) != want->version)
		return damaged(bytes, off, "version");
	first = le64toh(h.first);
	last = le64toh(h.last);
	if (last < first || last >= DM_PA_END)
		return damaged(bytes, off, "addresses");
	*range = (struct lime_range){ first, last - first + 1 };
	return NULL;
}

/* AVML writes pieces of 16 MiB, of 16 TiB so many. */
#define RANGES_MAX (1 << 20)

static struct dm_error *read_ranges(struct dm_dump *dump, struct image *image)
{
	const struct bytes *bytes = &dump->files[0];
	struct dm_error *err = NULL;
	struct lime_range range;
	uint64_t off = 0;
	size_t n;

	for (n = 0; !err && off < bytes->size; n++) {
		if (n == RANGES_MAX)
			return damaged(bytes, off, "number: too many");
		err = dm_lime_header(bytes, off, &kind, &range);
		if (err)
			break;
		off += LIME_HEADER_SIZE;
		err = dm_image_add(image, &(struct ram_range){
						  .pa = range.pa,
						  .size = range.size,
						  .off = off,
						  .bytes = bytes,
					  });
		off += range.size;
	}
	/* Of a first header, nothing is known. */
	if (!err || err->code != DM_ERROR_ABSENT || !n)
		return err;
	dm_error_destroy(err);
	dm_dump_incomplete(dump,
			   "%s is cut off: memory behind the %zu %s in "
			   "it is missing",
			   bytes->path, n, dm_plural(n, "range", "ranges"));
	return NULL;
}

static struct dm_error *lime_open(struct dm_dump *dump,
				  const struct dm_dump_options *options)
{
	struct image *image;
	struct dm_error *err;

	(void)options;
	dump->info.format = "lime";
	err = dm_image_create(dump, &image);
	if (!err)
		err = read_ranges(dump, image);
	return err ? err : dm_image_settle(dump, image, DM_ERROR_BAD_DUMP);
}

const struct dump_format dm_format_lime = {
	.is = lime_is,
	.open = lime_open,
	.close = dm_image_close,
	.begin = dm_image_begin,
	.end = dm_plain_end,
	.read = dm_plain_read,
	.hint = dm_plain_hint,
	.walk = dm_image_walk,
};
