// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes through a buffer at a position of a file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directmap.h"
#include "directmap/error.h"
#include "stream.h"

struct dm_error *stream_write_at(int fd, const void *buf, size_t size,
				 uint64_t offset)
{
	const uint8_t *p = buf;

	while (size) {
		ssize_t done = pwrite(fd, p, size, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return dm_error_create(DM_ERROR_OS,
					       "cannot write the dump: %s",
					       strerror(done ? errno : ENOSPC));
		p += done;
		size -= (size_t)done;
		offset += (uint64_t)done;
	}
	return NULL;
}

struct dm_error *stream_init(struct stream *s, int fd, size_t size,
			     uint64_t pos)
{
	*s = (struct stream){ .fd = fd, .pos = pos, .size = size };
	s->buf = malloc(size);
	return s->buf ? NULL : dm_error_no_memory();
}

void stream_deinit(struct stream *s)
{
	free(s->buf);
	s->buf = NULL;
}

struct dm_error *stream_flush(struct stream *s)
{
	struct dm_error *err = stream_write_at(s->fd, s->buf, s->used, s->pos);

	if (err)
		return err;
	s->pos += s->used;
	s->used = 0;
	return NULL;
}

struct dm_error *stream_put(struct stream *s, const void *bytes, size_t size)
{
	if (size > s->size - s->used) {
		struct dm_error *err = stream_flush(s);

		if (err)
			return err;
	}
	if (size)
		memcpy(s->buf + s->used, bytes, size);
	s->used += size;
	return NULL;
}
