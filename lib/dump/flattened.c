// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flattened dumps, the form in which makedumpfile -F and QEMU write to a
 * stream: a header of 4096 bytes, then records, each of them 16 bytes that say
 * where the data that follow belong, and a record of -1, -1 at the end; all
 * numbers big-endian (makedumpfile.h: struct makedumpfile_header and
 * makedumpfile_data_header; makedumpfile.c: write_buffer(),
 * rearrange_dumpdata(); QEMU dump/dump.c: write_start_flat_header()).
 *
 * Only the records' headers are read here.
 */
#include <endian.h>
#include <string.h>

#include "dump/bytes.h"

#define HEADER_SIZE 4096

/* The flattened format's own header; the rest of its 4096 bytes is padding. */
struct flat_header {
	char signature[16];
	int64_t type;
	int64_t version;
};

struct flat_record {
	int64_t offset;
	int64_t size;
};

/* Headers of small records are had many at a time. */
struct window {
	uint64_t off;
	size_t size;
	char data[32768];
};

#define SMALL_RECORD 4096

/*
 * Read a record's header at @p off; it is there. After a large record the
 * next header is far off again, and more than it would be read for nothing.
 */
static struct dm_error *read_record(const struct bytes *bytes,
				    struct window *window, uint64_t off,
				    bool many, struct flat_record *record)
{
	struct dm_error *err;

	if (off < window->off || off - window->off > window->size ||
	    window->size - (off - window->off) < sizeof(*record)) {
		uint64_t size = many ? sizeof(window->data) : sizeof(*record);

		if (size > bytes->file_size - off)
			size = bytes->file_size - off;
		window->size = 0;
		err = dm_bytes_read_file(bytes, off, window->data,
					 (size_t)size);
		if (err)
			return err;
		window->off = off;
		window->size = (size_t)size;
	}
	memcpy(record, window->data + (off - window->off), sizeof(*record));
	record->offset = (int64_t)be64toh((uint64_t)record->offset);
	record->size = (int64_t)be64toh((uint64_t)record->size);
	return NULL;
}

static struct dm_error *check_header(const struct bytes *bytes)
{
	struct flat_header header;
	struct dm_error *err;

	err = dm_bytes_read_file(bytes, 0, &header, sizeof(header));
	if (err)
		return err;
	if (be64toh((uint64_t)header.type) != 1 ||
	    be64toh((uint64_t)header.version) != 1)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: flattened in an unknown version (type %lld, "
			"version %lld)",
			bytes->path, (long long)be64toh((uint64_t)header.type),
			(long long)be64toh((uint64_t)header.version));
	return NULL;
}

/* Add the records up to the end or to where the file was cut. */
static struct dm_error *read_records(struct bytes *bytes, struct window *window)
{
	uint64_t off = HEADER_SIZE, size, left;
	struct flat_record record;
	struct dm_error *err;
	bool many = false;

	bytes->cut = true;
	while (off < bytes->file_size &&
	       bytes->file_size - off >= sizeof(record)) {
		err = read_record(bytes, window, off, many, &record);
		if (err)
			return err;
		off += sizeof(record);
		if (record.offset == -1 && record.size == -1) {
			bytes->cut = false;
			break;
		}
		/* Nothing writes such; what follows cannot be made sense of. */
		if (record.offset < 0 || record.size <= 0 ||
		    record.size > INT64_MAX - record.offset)
			break;
		size = (uint64_t)record.size;
		left = bytes->file_size - off;
		err = dm_extents_add(&bytes->records, (uint64_t)record.offset,
				     size < left ? size : left, off);
		if (err)
			return err;
		if (size > left)
			break;
		many = size < SMALL_RECORD;
		off += size;
	}
	return NULL;
}

struct dm_error *dm_flattened_index(struct bytes *bytes)
{
	struct window window = { 0 };
	struct dm_error *err;

	bytes->flattened = true;
	err = check_header(bytes);
	if (!err)
		err = read_records(bytes, &window);
	if (err)
		return err;
	/* What was written again later is what counts. */
	err = dm_extents_settle(&bytes->records);
	if (err)
		return err;
	bytes->size = dm_extents_end(&bytes->records);
	if (!bytes->size)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: a flattened dump with nothing in it", bytes->path);
	return NULL;
}
