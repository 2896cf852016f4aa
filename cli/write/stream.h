/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the writers of dumps write with. */
#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>
#include <stdint.h>

struct dm_error;

/** All of it, or an error. */
struct dm_error *stream_write_at(int fd, const void *buf, size_t size,
				 uint64_t offset);

/** Bytes that go to one place of a file after the other. */
struct stream {
	int fd;
	uint64_t pos; /* in the file, of buf[0] */
	size_t used, size;
	uint8_t *buf;
};

/** @param size	of the buffer */
struct dm_error *stream_init(struct stream *stream, int fd, size_t size,
			     uint64_t pos);
/** One that was never initialised but is all zero is fine. */
void stream_deinit(struct stream *stream);

/** @param size	no more than the buffer takes */
struct dm_error *stream_put(struct stream *stream, const void *bytes,
			    size_t size);
struct dm_error *stream_flush(struct stream *stream);

#endif /* STREAM_H */
