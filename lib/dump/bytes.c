// SPDX-License-Identifier: GPL-2.0-or-later
/* The bytes of a dump as its writer meant them: see bytes.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/uio.h>

#include "dump/bytes.h"

/* As dm_bytes_inside() is true, there are records behind it. */
static struct dm_error *lost_record(const struct bytes *bytes, uint64_t off)
{
	return dm_error_create(DM_ERROR_BROKEN,
			       "%s: no record has offset %llu: one was lost",
			       bytes->path, (unsigned long long)off);
}

/*
 * What lies between the records of a whole flattened file was skipped by its
 * writer with lseek() and reads as zeros once rearranged (makedumpfile.c:
 * write_buffer()). In a file that was cut, it may be what was lost.
 */
static struct dm_error *read_records(const struct bytes *bytes, uint64_t off,
				     char *buf, size_t size, bool zero_gaps)
{
	const struct extent *e = dm_extents_find(&bytes->records, off);
	const struct extent *end = bytes->records.v + bytes->records.n;

	while (size) {
		struct dm_error *err;
		size_t part = size;

		if (!e || e == end || e->start > off) {
			if (!zero_gaps)
				return bytes->cut ? dm_bytes_cut_off(bytes, off)
						  : lost_record(bytes, off);
			if (e && e != end && e->start - off < part)
				part = (size_t)(e->start - off);
			memset(buf, 0, part);
		} else {
			if (e->start + e->size - off < part)
				part = (size_t)(e->start + e->size - off);
			err = dm_bytes_read_file(
				bytes, e->file + off - e->start, buf, part);
			if (err)
				return err;
			e++;
		}
		buf += part;
		off += part;
		size -= part;
	}
	return NULL;
}

static struct dm_error *read_dump(const struct bytes *bytes, uint64_t off,
				  void *buf, size_t size, bool zero_gaps)
{
	if (!bytes->flattened)
		return dm_bytes_read_file(bytes, off, buf, size);
	if (!zero_gaps && !dm_bytes_inside(bytes, off, size))
		return dm_bytes_cut_off(bytes, bytes->size);
	return read_records(bytes, off, buf, size, zero_gaps);
}

struct dm_error *dm_bytes_read(const struct bytes *bytes, uint64_t off,
			       void *buf, size_t size)
{
	if (bytes->flattened && !bytes->cut &&
	    dm_bytes_inside(bytes, off, size))
		return read_dump(bytes, off, buf, size, true);
	return read_dump(bytes, off, buf, size, false);
}

struct dm_error *dm_bytes_read_data(const struct bytes *bytes, uint64_t off,
				    void *buf, size_t size)
{
	return read_dump(bytes, off, buf, size, false);
}

struct dm_error *dm_bytes_read_bitmap(const struct bytes *bytes, uint64_t off,
				      void *buf, size_t size)
{
	return read_dump(bytes, off, buf, size, bytes->flattened);
}

bool dm_bytes_inside(const struct bytes *bytes, uint64_t off, uint64_t size)
{
	return off <= bytes->size && size <= bytes->size - off;
}

bool dm_bytes_place(const struct bytes *bytes, uint64_t off, uint64_t size,
		    uint64_t *file)
{
	const struct extent *e;

	if (bytes->proc || !dm_bytes_inside(bytes, off, size))
		return false;
	*file = off;
	if (!bytes->flattened)
		return true;
	e = dm_extents_find(&bytes->records, off);
	if (!e || e->start > off || e->size - (off - e->start) < size)
		return false;
	*file = e->file + (off - e->start);
	return true;
}

bool dm_bytes_in_memory(const struct bytes *bytes, uint64_t off)
{
	char byte;
	struct iovec to = { &byte, 1 };

	/* Where it cannot tell, it may be a network. */
	return preadv2(bytes->fd, &to, 1, (off_t)off, RWF_NOWAIT) == 1;
}

static struct dm_error *open_dump(struct bytes *bytes)
{
	char magic[sizeof(FLATTENED_MAGIC)];
	struct dm_error *err = dm_bytes_open_file(bytes);

	if (err || bytes->file_size < sizeof(magic))
		return err;
	err = dm_bytes_read_file(bytes, 0, magic, sizeof(magic));
	if (!err && !memcmp(magic, FLATTENED_MAGIC, sizeof(magic)))
		err = dm_flattened_index(bytes);
	return err;
}

struct dm_error *dm_bytes_open(struct bytes *bytes, const char *path,
			       bool (*stop)(void *arg), void *arg)
{
	struct dm_error *err;

	*bytes = (struct bytes){
		.fd = -1,
		.path = strdup(path),
		.stop = stop,
		.arg = arg,
	};
	if (!bytes->path)
		return dm_error_no_memory();
	err = open_dump(bytes);
	if (err)
		dm_bytes_close(bytes);
	return err;
}

void dm_bytes_close(struct bytes *bytes)
{
	dm_descriptors_destroy(bytes->descriptors);
	if (bytes->fd >= 0)
		close(bytes->fd);
	free(bytes->path);
	dm_extents_destroy(&bytes->records);
	*bytes = (struct bytes){ .fd = -1 };
}
