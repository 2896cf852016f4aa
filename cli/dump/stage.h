/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sparse file in memory that looks like a dump which libkdumpfile can read,
 * into which bytes are put just before they are needed.
 */
#ifndef DUMP_STAGE_H
#define DUMP_STAGE_H

#include "bytes.h"

struct stage {
	int fd;
	uint64_t size;
	/* [0, keep) stays; what lies behind may be thrown out again. */
	uint64_t keep;
	/* Put behind keep since it was last thrown out, in host pages. */
	uint64_t held;
	/* Bytes put in all. */
	uint64_t total;
};

/* @p what names the dump in messages. On an error nothing needs closing. */
struct dm_error *stage_open(struct stage *stage, const char *what,
			    uint64_t size, uint64_t keep);
void stage_close(struct stage *stage);

struct dm_error *stage_put(struct stage *stage, uint64_t off, const void *buf,
			   size_t size);

/* Copy from the dump to the same place. */
struct dm_error *stage_copy(struct stage *stage, const struct bytes *bytes,
			    uint64_t off, uint64_t size);

/* As stage_copy(), of a bitmap: see bytes_read_bitmap(). */
struct dm_error *stage_copy_bitmap(struct stage *stage,
				   const struct bytes *bytes, uint64_t off,
				   uint64_t size);

/* Throw out pages when they have become many; true if that was done. */
bool stage_trim(struct stage *stage);

#endif /* DUMP_STAGE_H */
