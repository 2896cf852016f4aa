// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump file as it is, flattened or not: opened, measured, read. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <linux/magic.h>

#include "dump/bytes.h"

struct dm_error *dm_bytes_cut_off(const struct bytes *bytes, uint64_t off)
{
	return dm_error_create(DM_ERROR_ABSENT,
			       "%s: cut off, nothing at offset %llu",
			       bytes->path, (unsigned long long)off);
}

/* There is less than there was when the file was opened. */
static struct dm_error *shrunk(const struct bytes *bytes, uint64_t off)
{
	if (bytes->proc)
		return dm_bytes_cut_off(bytes, off);
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
			return dm_bytes_cut_off(bytes, off);
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

struct dm_error *dm_bytes_open_file(struct bytes *bytes)
{
	struct dm_error *err;

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
	return NULL;
}
