// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks through the memory of a dump page by page, holes of its files left out.
 */
#include <fcntl.h>

#include "dump/dump_private.h"
#include "dump/format.h"
#include "dump/memory.h"

/* Bytes between looks at the clock. */
#define ASK_EVERY (4 << 20)

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

struct dm_error *dm_memory_page(struct memory_walk *walk, uint64_t pa,
				const unsigned char *front)
{
	struct dm_error *err;

	if (!walk->is(front))
		return NULL;
	/* What was added before it comes before it. */
	err = dm_memory_pool_finish(walk->pool);
	return err ? err : walk->look(walk->arg, pa, front);
}

/* ---- Memory as it lies in a file ---------------------------------------- */

struct dm_error *dm_memory_show(struct memory_walk *walk,
				const struct bytes *bytes, uint64_t pa,
				uint64_t off, uint64_t size)
{
	uint64_t skip = -pa & (MEMORY_PAGE - 1), step;
	struct dm_error *err = NULL;

	for (; !err && skip < size; skip += step) {
		step = dm_memory_hole(bytes, off + skip, size - skip);
		if (step < size - skip)
			step &= ~(uint64_t)(MEMORY_PAGE - 1);
		if (step) {
			err = dm_memory_count(walk, step);
			continue;
		}
		step = size - skip < MEMORY_PIECE ? size - skip : MEMORY_PIECE;
		err = dm_memory_pool_add(walk->pool, bytes, pa + skip,
					 off + skip, step);
	}
	return err;
}

/* ---- The walk ----------------------------------------------------------- */

static struct dm_error *found(void *arg, uint64_t pa,
			      const unsigned char front[MEMORY_FRONT])
{
	const struct memory_walk *walk = arg;

	return walk->look(walk->arg, pa, front);
}

static struct dm_error *told(void *arg, uint64_t size)
{
	return dm_memory_count(arg, size);
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
	const struct memory_asked asked = { walk->is, found, told, walk };
	struct dm_error *err;

	walk->done = walk->all = 0;
	err = dm_memory_pool_create(walk->options->threads, &asked,
				    &walk->pool);
	if (err)
		return err;
	advise(dump, POSIX_FADV_SEQUENTIAL);
	err = dump->format->walk(dump, walk);
	if (!err)
		err = dm_memory_pool_finish(walk->pool);
	advise(dump, POSIX_FADV_RANDOM);
	dm_memory_pool_destroy(walk->pool);
	return err;
}
