/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libkdumpfile, as far as it is used: it finds and decodes the pages of
 * kdump-compressed files. Nothing else here includes its header.
 */
#ifndef DUMP_READER_H
#define DUMP_READER_H

#include "directmap.h"

struct reader {
	struct _kdump_ctx *ctx;
	/* Of the staged parts; borrowed. */
	const int *fds;
	size_t n;
	/* The block size of the dump. */
	uint32_t page_size;
};

/* Fields but ctx are set. On an error nothing needs closing. */
struct dm_error *reader_open(struct reader *reader);
void reader_close(struct reader *reader);

/*
 * Read physical memory that is known to be in the dump, and is staged.
 * DM_ERROR_BROKEN, or DM_ERROR_UNSUPPORTED for a way of compression that
 * libkdumpfile was built without.
 */
struct dm_error *reader_read(struct reader *reader, uint64_t pa, void *buf,
			     size_t size);

#endif /* DUMP_READER_H */
