// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks through the memory of an ELF or kdump file page by page, holes left
 * out.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump/dump_private.h"
#include "dump/memory.h"

/* Read at once. */
#define CHUNK (256 << 10)
#define BITS  65536
/* Bytes between looks at the clock. */
#define ASK_EVERY (4 << 20)
/* Places of data that were shown: a writer stores pages of zeros once. */
#define SHOWN_SLOTS 1024

/* What cannot be read is not there. */
static struct dm_error *less(struct dm_error *err)
{
	if (err &&
	    (err->code == DM_ERROR_ABSENT || err->code == DM_ERROR_BROKEN)) {
		dm_error_destroy(err);
		return NULL;
	}
	return err;
}

static struct dm_error *ask(const struct memory_walk *walk)
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

static struct dm_error *count(struct memory_walk *walk, uint64_t size)
{
	uint64_t before = walk->done;

	walk->done += size;
	return before / ASK_EVERY != walk->done / ASK_EVERY ? ask(walk) : NULL;
}

/* ---- ELF ---------------------------------------------------------------- */

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
		err = err ? less(err) : walk->look(walk->arg, pa + at, front);
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
		err = less(err);
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

static struct dm_error *show_extent(const struct bytes *bytes,
				    const struct extent *e, unsigned char *buf,
				    struct memory_walk *walk)
{
	uint64_t skip = -e->start & (MEMORY_PAGE - 1), step;
	struct dm_error *err = NULL;

	for (; !err && skip < e->size; skip += step) {
		step = e->size - skip < CHUNK ? e->size - skip : CHUNK;
		/* Before each: files of memory have many, and it is a call. */
		if (hole(bytes, e->file + skip, step) == step)
			step = hole(bytes, e->file + skip, e->size - skip) &
			       ~(uint64_t)(MEMORY_PAGE - 1);
		else
			err = show_chunk(bytes, e->file + skip, e->start + skip,
					 (size_t)step, buf, walk);
		/* The end of a segment need not be that of a page. */
		if (!step)
			break;
		if (!err)
			err = count(walk, step);
	}
	return err;
}

/* A segment within another is the same once more, if that one is all there. */
static bool is_repeated(const struct elf_layout *elf, const struct extent *e)
{
	return dm_extents_hold(&elf->outer, e->start, e->size);
}

static struct dm_error *walk_elf(const struct elf_layout *elf,
				 unsigned char *buf, struct memory_walk *walk)
{
	const struct extents *outer = &elf->outer, *inner = &elf->inner;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; i < outer->n; i++)
		walk->all += outer->v[i].size;
	for (i = 0; i < inner->n; i++)
		walk->all +=
			is_repeated(elf, &inner->v[i]) ? 0 : inner->v[i].size;
	for (i = 0; !err && i < outer->n; i++)
		err = show_extent(elf->bytes, &outer->v[i], buf, walk);
	for (i = 0; !err && i < inner->n; i++) {
		if (!is_repeated(elf, &inner->v[i]))
			err = show_extent(elf->bytes, &inner->v[i], buf, walk);
	}
	return err;
}

/* ---- kdump -------------------------------------------------------------- */

struct kdump_walk {
	const struct kdump_part *part;
	struct memory_walk *walk;
	struct decoder decoder;
	struct kdump_windows windows;
	uint64_t shown[SHOWN_SLOTS];
	unsigned char bits[BITS];
	unsigned char *packed, *block;
};

static bool was_shown(struct kdump_walk *k, uint64_t data)
{
	uint64_t *slot = &k->shown[data / 64 % SHOWN_SLOTS];
	bool was = *slot == data;

	*slot = data;
	return was;
}

static struct dm_error *show_block(struct kdump_walk *k, uint64_t pfn)
{
	uint64_t size = k->part->block_size, pa = pfn * size, at;
	/* Of a block of one page, no more than is looked at. */
	size_t want = size == MEMORY_PAGE ? MEMORY_FRONT : (size_t)size;
	struct kdump_place place;
	struct dm_error *err;

	err = dm_kdump_part_locate(k->part, &k->windows, pfn, &place);
	if (err || was_shown(k, place.data))
		return less(err);
	err = dm_bytes_read_data(k->part->bytes, place.data, k->packed,
				 place.size);
	if (!err)
		err = dm_decoder_front(&k->decoder, pa, &place, k->packed,
				       k->block, want);
	if (err)
		return less(err);
	for (at = 0; !err && at < size; at += MEMORY_PAGE)
		err = k->walk->look(k->walk->arg, pa + at, k->block + at);
	return err;
}

static struct dm_error *show_bits(struct kdump_walk *k, uint64_t first,
				  size_t size)
{
	struct dm_error *err = NULL;
	uint64_t word;
	size_t i;

	for (i = 0; !err && i < size; i += sizeof(word)) {
		uint64_t pfn = first + i * 8;

		memcpy(&word, k->bits + i, sizeof(word));
		for (word = le64toh(word); !err && word; word &= word - 1) {
			uint64_t at = pfn + (uint64_t)__builtin_ctzll(word);

			if (at < k->part->start_pfn || at >= k->part->end_pfn)
				continue;
			err = show_block(k, at);
			if (!err)
				err = count(k->walk, k->part->block_size);
		}
	}
	return err;
}

static struct dm_error *walk_part(struct kdump_walk *k)
{
	const struct kdump_part *part = k->part;
	uint64_t off = part->start_pfn / 8 / BITS * BITS, end, size;
	struct dm_error *err = NULL;

	end = (part->end_pfn + 63) / 64 * 8;
	if (end > part->bitmap_size)
		end = part->bitmap_size;
	for (; !err && off < end; off += size) {
		size = end - off < BITS ? end - off : BITS;
		err = dm_bytes_read_bitmap(part->bytes, part->bitmap + off,
					   k->bits, (size_t)size);
		if (!err)
			err = show_bits(k, off * 8, (size_t)size);
		/* Of a bitmap that has no page, too. */
		if (!err)
			err = ask(k->walk);
	}
	return err;
}

static struct dm_error *walk_kdump(const struct kdump_set *set,
				   unsigned char *buf, struct memory_walk *walk)
{
	struct kdump_walk *k = calloc(1, sizeof(*k));
	struct dm_error *err = NULL;
	size_t i;

	if (!k)
		return dm_error_no_memory();
	/* Both fit: dm_memory_walk(). */
	k->packed = buf;
	k->block = buf + set->block_size;
	k->walk = walk;
	dm_decoder_init(&k->decoder, set->block_size);
	for (i = 0; i < set->n; i++)
		walk->all += set->parts[i].pages * set->block_size;
	for (i = 0; !err && i < set->n; i++) {
		k->part = &set->parts[i];
		memset(k->shown, 0, sizeof(k->shown));
		err = walk_part(k);
	}
	dm_decoder_deinit(&k->decoder);
	free(k);
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
	uint32_t block = dump->kdump.block_size;
	unsigned char *buf = malloc(2 * block > CHUNK ? 2 * block : CHUNK);
	struct dm_error *err;

	if (!buf)
		return dm_error_no_memory();
	walk->done = walk->all = 0;
	advise(dump, POSIX_FADV_SEQUENTIAL);
	err = dump->is_elf ? walk_elf(&dump->elf, buf, walk)
			   : walk_kdump(&dump->kdump, buf, walk);
	advise(dump, POSIX_FADV_RANDOM);
	free(buf);
	return err;
}
