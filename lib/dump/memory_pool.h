/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks through pieces of memory that lie in files as they are, by several threads,
 * and tells what was found in the order in which the pieces were added.
 */
#ifndef DUMP_MEMORY_POOL_H
#define DUMP_MEMORY_POOL_H

#include "dump/bytes.h"

/* The least size of a page, and as much of its beginning as is shown. */
#define MEMORY_PAGE  4096
#define MEMORY_FRONT 64

/* Bytes of a piece: also those between looks at the clock. */
#define MEMORY_PIECE (4 << 20)

struct memory_pool;

/* What is asked of each page, by any thread; and told by the owner's alone. */
struct memory_asked {
	bool (*is)(const unsigned char front[MEMORY_FRONT]);
	struct dm_error *(*found)(void *arg, uint64_t pa,
				  const unsigned char front[MEMORY_FRONT]);
	/* All found in so many bytes was told. */
	struct dm_error *(*told)(void *arg, uint64_t size);
	void *arg;
};

/*
 * @p threads: the owner's and others, which begin when there is much to do; 0 is
 * 1. Fewer, where the system does not give them.
 */
struct dm_error *dm_memory_pool_create(unsigned int threads,
				       const struct memory_asked *asked,
				       struct memory_pool **ret);
/* What was added and not told is left. NULL is fine. */
void dm_memory_pool_destroy(struct memory_pool *pool);

/*
 * Add @p size bytes, up to MEMORY_PIECE, at @p off of a file, which are at @p pa,
 * a multiple of MEMORY_PAGE. What was added before may be told; an error of that
 * ends the job.
 */
struct dm_error *dm_memory_pool_add(struct memory_pool *pool,
				    const struct bytes *bytes, uint64_t pa,
				    uint64_t off, uint64_t size);

/* Tell all that was added. */
struct dm_error *dm_memory_pool_finish(struct memory_pool *pool);

/* How much of the @p size bytes at @p off is a hole of the file: zeros. */
uint64_t dm_memory_hole(const struct bytes *bytes, uint64_t off, uint64_t size);

/* What cannot be read is not there: NULL for that, else @p err. */
struct dm_error *dm_memory_less(struct dm_error *err);

#endif /* DUMP_MEMORY_POOL_H */
