// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "stage.h"

/* Where there is no memfd (old kernels, sandboxes): a nameless file. */
static struct dm_error *open_temporary(struct stage *stage)
{
	const char *dir = getenv("TMPDIR");
	int memfd_errno = errno;

	if (!dir || !*dir)
		dir = "/tmp";
	stage->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (stage->fd >= 0)
		return NULL;
	return dm_error_create(DM_ERROR_OUTPUT,
			       "no memory file (%s) and no temporary file "
			       "in %s (%s); set TMPDIR to a folder to write to",
			       strerror(memfd_errno), dir, strerror(errno));
}

struct dm_error *stage_open(struct stage *stage, uint64_t size)
{
	struct dm_error *err;

	*stage = (struct stage){ .size = size };
	stage->fd = memfd_create("directmap-stage", MFD_CLOEXEC);
	if (stage->fd < 0) {
		err = open_temporary(stage);
		if (err)
			return err;
	}
	if (!ftruncate(stage->fd, (off_t)size))
		return NULL;
	err = dm_error_create(DM_ERROR_OUTPUT,
			      "cannot make a memory file of %llu bytes: %s",
			      (unsigned long long)size, strerror(errno));
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
