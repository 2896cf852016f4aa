// SPDX-License-Identifier: GPL-2.0-or-later
/* A memfd, or a nameless temporary file, mapped and written to. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "dump/stage.h"

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

/*
 * All of it is allocated before it is written to, as a store beyond what fits
 * would be a SIGBUS. A store and not pwrite(), because a page of a dump would
 * cost two calls.
 */
static struct dm_error *map_all(struct stage *stage)
{
	int no = posix_fallocate(stage->fd, 0, (off_t)stage->size);
	void *map;

	if (no)
		return dm_error_create(
			DM_ERROR_OUTPUT,
			"cannot make a memory file of %llu bytes: %s",
			(unsigned long long)stage->size, strerror(no));
	map = mmap(NULL, stage->size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   stage->fd, 0);
	if (map == MAP_FAILED)
		return dm_error_create(DM_ERROR_NO_MEMORY,
				       "cannot map a memory file of %llu "
				       "bytes: %s",
				       (unsigned long long)stage->size,
				       strerror(errno));
	stage->map = map;
	return NULL;
}

struct dm_error *dm_stage_open(struct stage *stage, uint64_t size)
{
	struct dm_error *err;

	*stage = (struct stage){ .size = size };
	stage->fd = memfd_create("directmap-stage", MFD_CLOEXEC);
	if (stage->fd < 0) {
		err = open_temporary(stage);
		if (err)
			return err;
	}
	err = map_all(stage);
	if (err)
		dm_stage_close(stage);
	return err;
}

void dm_stage_close(struct stage *stage)
{
	if (stage->map)
		munmap(stage->map, stage->size);
	if (stage->fd >= 0)
		close(stage->fd);
	*stage = (struct stage){ .fd = -1 };
}

struct dm_error *dm_stage_put(struct stage *stage, uint64_t off,
			      const void *buf, size_t size)
{
	if (off > stage->size || size > stage->size - off)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "staging %zu bytes at %llu of %llu",
				       size, (unsigned long long)off,
				       (unsigned long long)stage->size);
	memcpy(stage->map + off, buf, size);
	return NULL;
}
