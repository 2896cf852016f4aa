/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libkdumpfile, as far as it is used: it decodes pages that are compressed by
 * methods whose own libraries are not linked here. Nothing else here includes
 * its header.
 */
#ifndef DUMP_READER_H
#define DUMP_READER_H

#include "directmap.h"
#include "dump/stage.h"

/* Used by one thread; begins as zeros, and opens what it needs when asked. */
struct reader {
	struct _kdump_ctx *ctx;
	struct stage stage;
	bool staged;
	/* The next page of the staged dump to use. */
	uint64_t next;
	/* How many contexts could not be used again after an error. */
	unsigned int given_up;
};

void dm_reader_close(struct reader *reader);

/*
 * Decode a block of @p block_size bytes, the same at each call. @p flags are
 * those of its descriptor, @p pa is for messages. DM_ERROR_BROKEN, or
 * DM_ERROR_UNSUPPORTED for a way of compression that libkdumpfile was built
 * without.
 */
struct dm_error *dm_reader_decode(struct reader *reader, uint32_t block_size,
				  uint64_t pa, uint32_t flags, const void *data,
				  uint32_t size, void *out);

#endif /* DUMP_READER_H */
