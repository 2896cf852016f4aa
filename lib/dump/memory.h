/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Goes once through all memory that a dump has. */
#ifndef DUMP_MEMORY_H
#define DUMP_MEMORY_H

#include "directmap/dump.h"
#include "dump/bytes.h"
#include "dump/memory_pool.h"

struct memory_walk {
	/*
	 * Asked of each MEMORY_PAGE at a multiple of it, those left out that
	 * cannot be read, that are a hole of the file, or whose stored bytes
	 * were shown before. By any thread: it looks at those bytes alone.
	 */
	bool (*is)(const unsigned char front[MEMORY_FRONT]);
	/*
	 * Called for those of which it is true, in order, by the thread that
	 * walks. An error ends the walk.
	 */
	struct dm_error *(*look)(void *arg, uint64_t pa,
				 const unsigned char *front);
	void *arg;
	const struct dm_dump_options *options;
	uint64_t done, all; /* bytes */
	struct memory_pool *pool;
};

/*
 * In order of segments or of parts, by address within them. Memory use does not
 * grow with the dump, and the number of threads changes nothing but the time.
 * DM_ERROR_INTERRUPTED: the options' stop() said so.
 */
struct dm_error *dm_memory_walk(const struct dm_dump *dump,
				struct memory_walk *walk);

/* ---- For formats -------------------------------------------------------- */

/*
 * Show what lies in a file as it is in memory, at @p off, and count it. Up to the
 * walk's end @p bytes may still be read.
 */
struct dm_error *dm_memory_show(struct memory_walk *walk,
				const struct bytes *bytes, uint64_t pa,
				uint64_t off, uint64_t size);

/* Show one page that was read otherwise. */
struct dm_error *dm_memory_page(struct memory_walk *walk, uint64_t pa,
				const unsigned char *front);

/* So much more was looked at: tell, and ask whether to go on. */
struct dm_error *dm_memory_count(struct memory_walk *walk, uint64_t size);
struct dm_error *dm_memory_ask(const struct memory_walk *walk);

#endif /* DUMP_MEMORY_H */
