// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks through the memory of a dump page by page, holes of its files left out.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump/dump_private.h"
#include "dump/format.h"
#include "dump/memory.h"

/* Bytes between looks at the clock. */
#define ASK_EVERY (4 << 20)

struct dm_error *dm_memory_less(struct dm_error *err)
{
	if (err &&
	    (err->code == DM_ERROR_ABSENT || err->code == DM_ERROR_BROKEN)) {
		dm_error_destroy(err);
		return NULL;
	}
	return err;
}

struct dm_error *dm_memory_ask(const struct memory_walk *walk)
{
	const struct dm_dump_options *o = walk->options;

	if (o->progress)
		o->progress(o->arg, walk->done, walk->all);
	if (!o->stop || !o->stop(o->arg))
		return NULL;
	return dm_error_create(
		DM_ERROR_INTERRUPTED,
		"looking for VMCOREINFO in memory was ended after %llu of %llu MiB",
		(unsigned long long)walk->done >> 20,
		(unsigned long long)walk->all >> 20);
}

struct dm_error *dm_memory_count(struct memory_walk *walk, uint64_t size)
{
	uint64_t before = walk->done;

	walk->done += size;
	return before / ASK_EVERY != walk->done / ASK_EVERY
		       ? dm_memory_ask(walk)
		       : NULL;
}

/* ---- Memory as it lies in a file ---------------------------------------- */

/* Of a chunk that cannot be read whole, the pages that can. */
static struct dm_error *show_singly(const struct bytes *bytes, uint64_t off,
				    uint64_t pa, size_t size,
				    struct memory_walk *walk)
{
	unsigned char front[MEMORY_FRONT];
	struct dm_error *err = NULL;
	size_t at;

	for (at = 0; !err && at + MEMORY_FRONT <= size; at += MEMORY_PAGE) {
		err = dm_bytes_read_data(bytes, off + at, front, sizeof(front));
		err = err ? dm_memory_less(err)
			  : walk->look(walk->arg, pa + at, front);
	}
	return err;
}

static struct dm_error *show_chunk(const struct bytes *bytes, uint64_t off,
				   uint64_t pa, size_t size, unsigned char *buf,
				   struct memory_walk *walk)
{
	struct dm_error *err = dm_bytes_read_data(bytes, off, buf, size);
	size_t at;

	if (err) {
		err = dm_memory_less(err);
		return err ? err : show_singly(bytes, off, pa, size, walk);
	}
	for (at = 0; !err && at + MEMORY_FRONT <= size; at += MEMORY_PAGE)
		err = walk->look(walk->arg, pa + at, buf + at);
	return err;
}

/* How much of the @p size bytes at @p off is a hole of the file: zeros. */
static uint64_t hole(const struct bytes *bytes, uint64_t off, uint64_t size)
{
	off_t data;

	if (bytes->flattened || bytes->proc)
		return 0;
	data = lseek(bytes->fd, (off_t)off, SEEK_DATA);
	/* ENXIO: there is no more data. Others: it cannot tell. */
	if (data < 0)
		return errno == ENXIO ? size : 0;
	if ((uint64_t)data <= off)
		return 0;
	return (uint64_t)data - off < size ? (uint64_t)data - off : size;
}

struct dm_error *dm_memory_show(struct memory_walk *walk,
				const struct bytes *bytes, uint64_t pa,
				uint64_t off, uint64_t size)
{
	uint64_t skip = -pa & (MEMORY_PAGE - 1), step;
	struct dm_error *err = NULL;

	for (; !err && skip < size; skip += step) {
		step = size - skip < MEMORY_BUFFER ? size - skip
						   : MEMORY_BUFFER;
		/* Before each: files of memory have many, and it is a call. */
		if (hole(bytes, off + skip, step) == step)
			step = hole(bytes, off + skip, size - skip) &
			       ~(uint64_t)(MEMORY_PAGE - 1);
		else
			err = show_chunk(bytes, off + skip, pa + skip,
					 (size_t)step, walk->buffer, walk);
		/* The end of a segment need not be that of a page. */
		if (!step)
			break;
		if (!err)
			err = dm_memory_count(walk, step);
	}
	return err;
}

/* Once more from front to end, and not here and there. */
static void advise(const struct dm_dump *dump, int how)
{
	size_t i;

	for (i = 0; i < dump->n; i++)
		posix_fadvise(dump->files[i].fd, 0, 0, how);
}

struct dm_error *dm_memory_walk(const struct dm_dump *dump,
				struct memory_walk *walk)
{
	struct dm_error *err;

	walk->done = walk->all = 0;
	walk->buffer = malloc(MEMORY_BUFFER);
	if (!walk->buffer)
		return dm_error_no_memory();
	advise(dump, POSIX_FADV_SEQUENTIAL);
	err = dump->format->walk(dump, walk);
	advise(dump, POSIX_FADV_RANDOM);
	free(walk->buffer);
	return err;
}
