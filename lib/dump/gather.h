/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads many small pieces of the dump's files at once: neighbours together, and
 * all of them by one system call where the system offers that.
 */
#ifndef DUMP_GATHER_H
#define DUMP_GATHER_H

#include <linux/aio_abi.h>

#include "dump/bytes.h"

#define GATHER_PIECES 256

/* Bytes of one dm_gather_read(), at most. */
#define GATHER_BYTES (1 << 20)

struct gather_piece {
	const struct bytes *bytes;
	uint64_t off;
	uint32_t size;
	/* The caller's; the pieces are sorted. */
	uint32_t tag;
	/* NULL: could not be read so. */
	const unsigned char *data;
};

/* Used by one thread; begins as zeros. */
struct gather {
	aio_context_t aio;
	bool ready, failed;
	uint64_t singly; /* reads that were a call each */
	unsigned int looks; /* for what is not in memory */
};

void dm_gather_deinit(struct gather *gather);

/*
 * Read up to GATHER_PIECES pieces into GATHER_BYTES bytes of the last
 * argument. Never fails: read what is missing one by one, for the error.
 */
void dm_gather_read(struct gather *gather, struct gather_piece *pieces,
		    size_t n, unsigned char *buffer);

/*
 * qsort() for what is mostly sorted already: what is asked for by rising address
 * mostly lies so in the file, and sorting it took a tenth of a walk over LZO.
 */
void dm_sort_unless_sorted(void *v, size_t n, size_t size,
			   int (*cmp)(const void *, const void *));

#endif /* DUMP_GATHER_H */
