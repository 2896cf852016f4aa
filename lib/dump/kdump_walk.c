// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks through the memory of a kdump set block by block. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "dump/blocks.h"
#include "dump/dump_private.h"
#include "dump/kdump_walk.h"

/* Bytes of a bitmap that are read at once. */
#define BITS 65536
/* Places of data that were shown: a writer stores pages of zeros once. */
#define SHOWN_SLOTS 1024

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
		return dm_memory_less(err);
	err = dm_bytes_read_data(k->part->bytes, place.data, k->packed,
				 place.size);
	if (!err)
		err = dm_decoder_front(&k->decoder, pa, &place, k->packed,
				       k->block, want);
	if (err)
		return dm_memory_less(err);
	for (at = 0; !err && at < size; at += MEMORY_PAGE)
		err = dm_memory_page(k->walk, pa + at, k->block + at);
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
				err = dm_memory_count(k->walk,
						      k->part->block_size);
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
			err = dm_memory_ask(k->walk);
	}
	return err;
}

struct dm_error *dm_kdump_walk(const struct dm_dump *dump,
			       struct memory_walk *walk)
{
	const struct kdump_set *set = dump->layout;
	struct kdump_walk *k = calloc(1, sizeof(*k));
	struct dm_error *err = NULL;
	size_t i;

	if (k)
		k->packed = malloc(2 * (size_t)set->block_size);
	if (!k || !k->packed) {
		free(k);
		return dm_error_no_memory();
	}
	k->block = k->packed + set->block_size;
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
	free(k->packed);
	free(k);
	return err;
}
