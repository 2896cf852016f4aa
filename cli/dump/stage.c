// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "stage.h"

/* Memory that staged pages may take. */
#define STAGE_LIMIT (64ULL << 20)

#define HOST_PAGE   4096

/* Where there is no memfd (old kernels, sandboxes): a nameless file. */
static struct dm_error *open_temporary(struct stage *stage, const char *what)
{
	const char *dir = getenv("TMPDIR");
	int memfd_errno = errno;

	if (!dir || !*dir)
		dir = "/tmp";
	stage->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (stage->fd >= 0)
		return NULL;
	return dm_error_create(DM_ERROR_OUTPUT,
			       "%s: no memory file (%s) and no temporary file "
			       "in %s (%s); set TMPDIR to a folder to write to",
			       what, strerror(memfd_errno), dir,
			       strerror(errno));
}

struct dm_error *stage_open(struct stage *stage, const char *what,
			    uint64_t size, uint64_t keep)
{
	struct dm_error *err;

	*stage = (struct stage){ .size = size, .keep = keep };
	stage->fd = memfd_create("directmap-stage", MFD_CLOEXEC);
	if (stage->fd < 0) {
		err = open_temporary(stage, what);
		if (err)
			return err;
	}
	if (size <= INT64_MAX && !ftruncate(stage->fd, (off_t)size))
		return NULL;
	err = dm_error_create(DM_ERROR_OUTPUT,
			      "%s: cannot make a sparse file of %llu bytes: %s",
			      what, (unsigned long long)size,
			      strerror(size <= INT64_MAX ? errno : EFBIG));
	stage_close(stage);
	return err;
}

void stage_close(struct stage *stage)
{
	if (stage->fd >= 0)
		close(stage->fd);
	*stage = (struct stage){ .fd = -1 };
}

struct dm_error *stage_put(struct stage *stage, uint64_t off, const void *buf,
			   size_t size)
{
	const char *at = buf;
	ssize_t put;

	if (off > stage->size || size > stage->size - off)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "staging %zu bytes at %llu of %llu",
				       size, (unsigned long long)off,
				       (unsigned long long)stage->size);
	stage->total += size;
	if (off + size > stage->keep)
		stage->held += (off % HOST_PAGE + size + HOST_PAGE - 1) /
			       HOST_PAGE * HOST_PAGE;
	while (size) {
		put = pwrite(stage->fd, at, size, (off_t)off);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return dm_error_create(
				DM_ERROR_OUTPUT,
				"cannot hold %zu bytes of the dump: %s", size,
				put < 0 ? strerror(errno) : "no space");
		at += put;
		off += (uint64_t)put;
		size -= (size_t)put;
	}
	return NULL;
}

static bool is_zero(const char *buf, size_t size)
{
	return !*buf && !memcmp(buf, buf + 1, size - 1);
}

static struct dm_error *copy(struct stage *stage, const struct bytes *bytes,
			     uint64_t off, uint64_t size, bool bitmap)
{
	struct dm_error *err = NULL;
	char buf[65536];

	while (!err && size) {
		size_t part = size < sizeof(buf) ? (size_t)size : sizeof(buf);

		err = bitmap ? bytes_read_bitmap(bytes, off, buf, part)
			     : bytes_read(bytes, off, buf, part);
		/* Most of a bitmap may be zero, and the file is so already. */
		if (!err && !(bitmap && is_zero(buf, part)))
			err = stage_put(stage, off, buf, part);
		off += part;
		size -= part;
	}
	return err;
}

struct dm_error *stage_copy(struct stage *stage, const struct bytes *bytes,
			    uint64_t off, uint64_t size)
{
	return copy(stage, bytes, off, size, false);
}

struct dm_error *stage_copy_bitmap(struct stage *stage,
				   const struct bytes *bytes, uint64_t off,
				   uint64_t size)
{
	return copy(stage, bytes, off, size, true);
}

/*
 * libkdumpfile has the file mapped, shared; punched pages vanish from the
 * mapping too. Where the file system cannot punch holes, all is kept.
 */
bool stage_trim(struct stage *stage)
{
	if (stage->held < STAGE_LIMIT)
		return false;
	fallocate(stage->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		  (off_t)stage->keep, (off_t)(stage->size - stage->keep));
	stage->held = 0;
	return true;
}
