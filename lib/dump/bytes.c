// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <linux/magic.h>

#include "dump/bytes.h"

static struct dm_error *cut_off(const struct bytes *bytes, uint64_t off)
{
	return dm_error_create(DM_ERROR_ABSENT,
			       "%s: cut off, nothing at offset %llu",
			       bytes->path, (unsigned long long)off);
}

/* As dm_bytes_inside() is true, there are records behind it. */
static struct dm_error *lost_record(const struct bytes *bytes, uint64_t off)
{
	return dm_error_create(DM_ERROR_BROKEN,
			       "%s: no record has offset %llu: one was lost",
			       bytes->path, (unsigned long long)off);
}

/* There is less than there was when the file was opened. */
static struct dm_error *shrunk(const struct bytes *bytes, uint64_t off)
{
	if (bytes->proc)
		return cut_off(bytes, off);
	return dm_error_create(DM_ERROR_BROKEN,
			       "%s: the file became shorter while it was read, "
			       "nothing at offset %llu",
			       bytes->path, (unsigned long long)off);
}

static ssize_t read_once(const struct bytes *bytes, void *buf, size_t size,
			 off_t off)
{
	ssize_t got;
	int fd, why;

	if (!bytes->descriptors)
		return pread(bytes->fd, buf, size, off);
	fd = dm_descriptors_take(bytes->descriptors);
	got = pread(fd, buf, size, off);
	why = errno;
	dm_descriptors_give(bytes->descriptors, fd);
	errno = why;
	return got;
}

struct dm_error *dm_bytes_read_file(const struct bytes *bytes, uint64_t off,
				    void *buf, size_t size)
{
	char *at = buf;

	if (bytes->stop && bytes->stop(bytes->arg))
		return dm_error_create(DM_ERROR_INTERRUPTED,
				       "%s: not open when time was up "
				       "(--timeout): nothing is known of it",
				       bytes->path);
	while (size) {
		ssize_t got;

		/* Also bounds off, which pread() takes as signed. */
		if (off >= bytes->file_size)
			return cut_off(bytes, off);
		got = read_once(bytes, at, size, (off_t)off);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return dm_error_create(DM_ERROR_BROKEN,
					       "%s: reading at offset %llu: %s",
					       bytes->path,
					       (unsigned long long)off,
					       strerror(errno));
		if (!got)
			return shrunk(bytes, off);
		at += got;
		off += (uint64_t)got;
		size -= (size_t)got;
	}
	return NULL;
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
				return bytes->cut ? cut_off(bytes, off)
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
		return cut_off(bytes, bytes->size);
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

static struct dm_error *find_size(struct bytes *bytes)
{
	struct statfs fs;
	struct stat st;
	off_t end;

	if (fstat(bytes->fd, &st))
		return dm_error_create(DM_ERROR_OS, "%s: %s", bytes->path,
				       strerror(errno));
	if (S_ISBLK(st.st_mode)) {
		/* A dump partition. */
		end = lseek(bytes->fd, 0, SEEK_END);
		bytes->file_size = end < 0 ? 0 : (uint64_t)end;
		return NULL;
	}
	if (!S_ISREG(st.st_mode))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED, "%s: %s; give the dump as a file",
			bytes->path,
			S_ISDIR(st.st_mode) ? "a directory" : "not a file");
	bytes->file_size = (uint64_t)st.st_size;
	/* The size of /proc/kcore changes as memory comes and goes. */
	if (!fstatfs(bytes->fd, &fs) && fs.f_type == PROC_SUPER_MAGIC) {
		bytes->proc = true;
		bytes->file_size = INT64_MAX;
		return dm_descriptors_create(bytes->fd, bytes->path,
					     &bytes->descriptors);
	}
	return NULL;
}

static struct dm_error *open_file(struct bytes *bytes)
{
	struct dm_error *err;
	char magic[sizeof(FLATTENED_MAGIC)];

	/* O_NONBLOCK: not to hang on a FIFO. */
	bytes->fd = open(bytes->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (bytes->fd < 0)
		return dm_error_create(DM_ERROR_OS, "%s: %s", bytes->path,
				       strerror(errno));
	err = find_size(bytes);
	if (err)
		return err;
	if (!bytes->file_size)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "%s: the file is empty", bytes->path);
	bytes->size = bytes->file_size;
	/* Pages are read here and there; reading ahead would be for nothing. */
	posix_fadvise(bytes->fd, 0, 0, POSIX_FADV_RANDOM);
	if (bytes->file_size < sizeof(magic))
		return NULL;
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
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	err = open_file(bytes);
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
