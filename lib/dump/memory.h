/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Goes once through all memory that a dump has. */
#ifndef DUMP_MEMORY_H
#define DUMP_MEMORY_H

#include "directmap/dump.h"
#include "dump/bytes.h"

/* The least size of a page, and as much of its beginning as is shown. */
#define MEMORY_PAGE  4096
#define MEMORY_FRONT 64

/* Read at once. */
#define MEMORY_BUFFER (256 << 10)

struct memory_walk {
	/*
	 * Called for each MEMORY_PAGE at a multiple of it, those left out that
	 * cannot be read, that are a hole of the file, or whose stored bytes
	 * were shown before. An error ends the walk.
	 */
	struct dm_error *(*look)(void *arg, uint64_t pa,
				 const unsigned char *front);
	void *arg;
	const struct dm_dump_options *options;
	uint64_t done, all; /* bytes */
	/* MEMORY_BUFFER bytes, the format's. */
	unsigned char *buffer;
};

/*
 * In order of segments or of parts, by address within them. Memory use does not
 * grow with the dump. DM_ERROR_INTERRUPTED: the options' stop() said so.
 */
struct dm_error *dm_memory_walk(const struct dm_dump *dump,
				struct memory_walk *walk);

/* ---- For formats -------------------------------------------------------- */

/* Show what lies in a file as it is in memory, at @p off, and count it. */
struct dm_error *dm_memory_show(struct memory_walk *walk,
				const struct bytes *bytes, uint64_t pa,
				uint64_t off, uint64_t size);

/* So much more was looked at: tell, and ask whether to go on. */
struct dm_error *dm_memory_count(struct memory_walk *walk, uint64_t size);
struct dm_error *dm_memory_ask(const struct memory_walk *walk);

/* What cannot be read is not there: NULL for that, else @p err. */
struct dm_error *dm_memory_less(struct dm_error *err);

#endif /* DUMP_MEMORY_H */
