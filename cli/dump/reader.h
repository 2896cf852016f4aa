/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libkdumpfile, as far as it is used: it decodes the pages of kdump-compressed
 * files and finds their VMCOREINFO.
 * Nothing else here includes its header.
 */
#ifndef DUMP_READER_H
#define DUMP_READER_H

#include "directmap.h"

struct reader {
	struct _kdump_ctx *ctx;
	/* Borrowed. */
	const int *fds;
	size_t n;
	/* The files are ours, and may be mapped. */
	bool staged;
	/* What it is to read as one page. */
	uint32_t page_size;
};

/* Fields but ctx are set. On an error nothing needs closing. */
struct dm_error *reader_open(struct reader *reader);
void reader_close(struct reader *reader);

/*
 * Read physical memory that is known to be in the dump, whole.
 * DM_ERROR_BROKEN, or DM_ERROR_UNSUPPORTED for a way of compression that
 * libkdumpfile was built without.
 */
struct dm_error *reader_read(struct reader *reader, uint64_t pa, void *buf,
			     size_t size);

/* A copy of VMCOREINFO for the caller to free; NULL when there is none. */
struct dm_error *reader_vmcoreinfo(struct reader *reader, char **text,
				   size_t *size);

#endif /* DUMP_READER_H */
