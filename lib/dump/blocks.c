// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Locates, reads and unpacks blocks of a kdump set, ahead of need where hints
 * tell, and keeps the last few.
 */
#include <stdlib.h>
#include <string.h>

#include "dump/ahead.h"
#include "dump/blocks.h"
#include "util/bisect.h"

struct blocks {
	const struct kdump_set *set;
	struct decoder decoder;
	struct kdump_windows windows;
	/* Data as they are in the file; a block. */
	unsigned char *packed;
	/* BLOCKS_KEPT of them; made when first needed. */
	unsigned char *kept;
	/* Number of a kept block + 1, and when it was last asked for. */
	uint64_t number[BLOCKS_KEPT];
	uint64_t used[BLOCKS_KEPT];
	uint64_t clock;
	/* NULL until there was a hint. */
	struct ahead *ahead;
};

struct dm_error *dm_blocks_create(const struct kdump_set *set,
				  struct blocks **ret)
{
	struct blocks *blocks = calloc(1, sizeof(*blocks));

	if (!blocks)
		return dm_error_no_memory();
	blocks->set = set;
	blocks->packed = malloc(set->block_size);
	if (!blocks->packed) {
		free(blocks);
		return dm_error_no_memory();
	}
	dm_decoder_init(&blocks->decoder, set->block_size);
	*ret = blocks;
	return NULL;
}

void dm_blocks_destroy(struct blocks *blocks)
{
	if (!blocks)
		return;
	dm_decoder_deinit(&blocks->decoder);
	dm_ahead_destroy(blocks->ahead);
	free(blocks->packed);
	free(blocks->kept);
	free(blocks);
}

/* The part for this block; there may be none. */
static const struct kdump_part *find_part(const struct kdump_set *set,
					  uint64_t pfn)
{
	size_t at = dm_bisect(i, set->n, set->parts[i].end_pfn <= pfn);
	if (at == set->n || pfn < set->parts[at].start_pfn)
		return NULL;
	return &set->parts[at];
}

static struct dm_error *locate(struct blocks *blocks, uint64_t pfn,
			       const struct kdump_part **part,
			       struct kdump_place *place)
{
	const struct kdump_set *set = blocks->set;

	*part = find_part(set, pfn);
	if (!*part)
		return dm_error_create(
			DM_ERROR_ABSENT,
			"physical address 0x%llx is not in the dump: %s",
			(unsigned long long)(pfn * set->block_size),
			pfn < set->max_mapnr
				? "its part of the split set is missing"
				: "beyond the end of memory");
	return dm_kdump_part_locate(*part, &blocks->windows, pfn, place);
}

/*
 * Read the bits, then the descriptors, then the data of the blocks in
 * ahead->got. What cannot be read so is left out; the errors are found when it
 * is asked for.
 */
static void gather_places(struct blocks *blocks, struct ahead *a)
{
	struct gather_piece *p = a->pieces;
	const struct kdump_part *part;
	size_t i, n = 0;

	for (i = 0; i < a->got_count; i++) {
		part = find_part(blocks->set, a->got[i].key);
		if (part && dm_kdump_bits_piece(part, a->got[i].key, &p[n].off,
						&p[n].size)) {
			p[n].bytes = part->bytes;
			p[n++].tag = (uint32_t)i;
		}
	}
	dm_gather_read(&a->gather, p, n, a->buffer);
	dm_ahead_settle(a, n);
	for (i = n = 0; i < a->got_count; i++) {
		part = find_part(blocks->set, a->got[i].key);
		if (dm_kdump_desc_piece(part, a->got[i].key, a->got[i].data,
					&p[n].off)) {
			p[n].bytes = part->bytes;
			p[n].size = KDUMP_DESC_SIZE;
			p[n++].tag = (uint32_t)i;
		}
	}
	dm_gather_read(&a->gather, p, n, a->buffer);
	dm_ahead_settle(a, n);
}

static void gather_data(struct blocks *blocks, struct ahead *a)
{
	struct gather_piece *p = a->pieces;
	size_t i, n = 0;

	for (i = 0; i < a->got_count; i++) {
		const struct kdump_part *part =
			find_part(blocks->set, a->got[i].key);

		if (dm_kdump_desc_parse(part, a->got[i].data,
					&a->got[i].place)) {
			p[n] = (struct gather_piece){
				.bytes = part->bytes,
				.off = a->got[i].place.data,
				.size = a->got[i].place.size,
				.tag = (uint32_t)i,
			};
			n++;
		}
	}
	dm_gather_read(&a->gather, p, n, a->buffer);
	dm_ahead_settle(a, n);
}

/* If @p pa was hinted at, read it with those that come behind it. */
static void look_ahead(struct blocks *blocks, uint64_t pa)
{
	uint64_t block_size = blocks->set->block_size, pfn;
	struct ahead *a = blocks->ahead;
	const uint64_t *pas;
	size_t each, max, n, i;

	each = a->size > block_size ? a->size / block_size : 1;
	/* Data are mostly smaller than a quarter of what they unpack to. */
	max = 4 * GATHER_BYTES / (each * block_size);
	if (max > GATHER_PIECES / each)
		max = GATHER_PIECES / each;
	n = dm_ahead_take(a, pa, max, &pas);
	if (!n)
		return;
	a->got_count = 0;
	for (i = 0; i < n * each; i++) {
		pfn = pas[i / each] / block_size + i % each;
		a->got[a->got_count++].key = pfn;
	}
	gather_places(blocks, a);
	gather_data(blocks, a);
}

static const struct ahead_got *find_ahead(struct blocks *blocks, uint64_t pfn)
{
	return blocks->ahead ? dm_ahead_find(blocks->ahead, pfn) : NULL;
}

static struct dm_error *unpack_ahead(struct blocks *blocks, uint64_t pfn,
				     const struct ahead_got *got, void *out)
{
	return dm_decoder_unpack(&blocks->decoder,
				 pfn * blocks->set->block_size, &got->place,
				 got->data, out);
}

static struct dm_error *unpack(struct blocks *blocks, uint64_t pfn, void *out)
{
	const struct ahead_got *got = find_ahead(blocks, pfn);
	const struct kdump_part *part;
	struct kdump_place place;
	struct dm_error *err;

	if (got)
		return unpack_ahead(blocks, pfn, got, out);
	err = locate(blocks, pfn, &part, &place);
	if (err)
		return err;
	if (decoder_is_plain(&place))
		return dm_bytes_read_data(part->bytes, place.data, out,
					  place.size);
	err = dm_bytes_read_data(part->bytes, place.data, blocks->packed,
				 place.size);
	if (err)
		return err;
	return dm_decoder_unpack(&blocks->decoder,
				 pfn * blocks->set->block_size, &place,
				 blocks->packed, out);
}

static unsigned char *kept_block(const struct blocks *blocks, size_t i)
{
	return blocks->kept + i * blocks->set->block_size;
}

/* The kept block of that number; NULL if it is not. */
static const unsigned char *find_kept(struct blocks *blocks, uint64_t pfn)
{
	size_t i;

	for (i = 0; i < BLOCKS_KEPT; i++) {
		if (blocks->number[i] == pfn + 1) {
			blocks->used[i] = ++blocks->clock;
			return kept_block(blocks, i);
		}
	}
	return NULL;
}

/* Unpack a block in place of the one that was not asked for for longest. */
static struct dm_error *keep(struct blocks *blocks, uint64_t pfn,
			     const unsigned char **ret)
{
	struct dm_error *err;
	size_t i, oldest = 0;

	if (!blocks->kept) {
		blocks->kept = reallocarray(NULL, BLOCKS_KEPT,
					    blocks->set->block_size);
		if (!blocks->kept)
			return dm_error_no_memory();
	}
	for (i = 1; i < BLOCKS_KEPT; i++) {
		if (blocks->used[i] < blocks->used[oldest])
			oldest = i;
	}
	blocks->number[oldest] = 0;
	err = unpack(blocks, pfn, kept_block(blocks, oldest));
	if (err)
		return err;
	blocks->number[oldest] = pfn + 1;
	blocks->used[oldest] = ++blocks->clock;
	*ret = kept_block(blocks, oldest);
	return NULL;
}

/* Within one block. Whole blocks are not kept: they are read once. */
static struct dm_error *read_block(struct blocks *blocks, uint64_t pfn,
				   size_t offset, void *buf, size_t size)
{
	bool whole = size == blocks->set->block_size;
	const unsigned char *block;
	struct dm_error *err;

	/* To look through those that are kept takes longer than to find this. */
	if (whole && find_ahead(blocks, pfn))
		return unpack(blocks, pfn, buf);
	block = find_kept(blocks, pfn);
	if (!block && whole)
		return unpack(blocks, pfn, buf);
	if (!block) {
		err = keep(blocks, pfn, &block);
		if (err)
			return err;
	}
	memcpy(buf, block + offset, size);
	return NULL;
}

struct dm_error *dm_blocks_read(struct blocks *blocks, uint64_t pa, void *buf,
				size_t size)
{
	size_t block_size = blocks->set->block_size;
	struct dm_error *err = NULL;
	unsigned char *at = buf;

	if (blocks->ahead && !dm_ahead_find(blocks->ahead, pa / block_size))
		look_ahead(blocks, pa);
	while (!err && size) {
		size_t offset = (size_t)(pa % block_size);
		size_t part = block_size - offset;

		if (part > size)
			part = size;
		err = read_block(blocks, pa / block_size, offset, at, part);
		pa += part;
		at += part;
		size -= part;
	}
	return err;
}

struct dm_error *dm_blocks_hold(struct blocks *blocks, uint64_t pa, size_t size)
{
	uint64_t pfn = pa / blocks->set->block_size;
	uint64_t last = (pa + size - 1) / blocks->set->block_size;
	const struct kdump_part *part;
	struct kdump_place place;
	struct dm_error *err = NULL;

	for (; !err && pfn <= last; pfn++)
		err = locate(blocks, pfn, &part, &place);
	return err;
}

void dm_blocks_hint(struct blocks *blocks, const uint64_t *pas, size_t count,
		    size_t size)
{
	struct dm_error *err = NULL;

	if (!blocks->ahead)
		err = dm_ahead_create(&blocks->ahead);
	if (!err)
		dm_ahead_hint(blocks->ahead, pas, count, size);
	dm_error_destroy(err);
}
