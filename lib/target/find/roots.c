// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Goes through a stretch of memory for pages that look like root tables.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/arm64.h"
#include "target/find/roots.h"
#include "util/error.h"
#include "util/source.h"

#define PIECE DM_PAGE_SIZE_LEAST
#define BLOCK DM_PAGE_SIZE_MOST
/* An image has a dozen (idmap_pg_dir, bm_pud, …); what has more is no image. */
#define ROOTS_MAX 256

enum piece { PIECE_OTHER, PIECE_ZERO, PIECE_TABLE };

struct roots {
	struct dm_source *source;
	root_fn fn;
	void *arg;
	size_t told;
	bool stop;
	uint64_t *block; /* of BLOCK bytes */
};

static enum piece judge(const uint64_t *entries)
{
	enum piece piece = PIECE_ZERO;
	size_t i;

	for (i = 0; i < PIECE / sizeof(*entries); i++) {
		uint64_t entry = le64toh(entries[i]);

		if (!entry)
			continue;
		if (!dm_arm64_may_be_of_root(entry))
			return PIECE_OTHER;
		piece = PIECE_TABLE;
	}
	return piece;
}

/* Whether @count pieces are one page of tables. */
static bool is_root(const enum piece *pieces, size_t count)
{
	bool table = false;
	size_t i;

	for (i = 0; i < count; i++) {
		if (pieces[i] == PIECE_OTHER)
			return false;
		table |= pieces[i] == PIECE_TABLE;
	}
	return table;
}

/* Of a block that is not there as a whole, the pieces that are. */
static struct dm_error *read_pieces(struct roots *r, uint64_t pa,
				    enum piece *pieces)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < BLOCK / PIECE; i++) {
		err = dm_source_read(r->source, pa + i * PIECE, r->block, PIECE,
				     DM_CONTENT_SEARCH);
		pieces[i] = err ? PIECE_OTHER : judge(r->block);
		err = dm_error_forgive(err);
	}
	return err;
}

static struct dm_error *read_block(struct roots *r, uint64_t pa,
				   const struct dm_range *range,
				   enum piece *pieces)
{
	struct dm_error *err;
	size_t i;

	err = dm_source_read(r->source, pa, r->block, BLOCK, DM_CONTENT_SEARCH);
	if (err) {
		err = dm_error_forgive(err);
		if (!err)
			err = read_pieces(r, pa, pieces);
	} else {
		for (i = 0; i < BLOCK / PIECE; i++)
			pieces[i] = judge(r->block +
					  i * (PIECE / sizeof(*r->block)));
	}
	for (i = 0; i < BLOCK / PIECE; i++, pa += PIECE) {
		if (pa < range->start || pa >= range->end)
			pieces[i] = PIECE_OTHER;
	}
	return err;
}

static struct dm_error *tell_block(struct roots *r, uint64_t pa,
				   const enum piece *pieces, uint32_t page_size)
{
	static const uint32_t sizes[] = { 4096, 16384, 65536 };
	struct dm_error *err = NULL;
	size_t i, at;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t count = sizes[i] / PIECE;

		if (page_size && page_size != sizes[i])
			continue;
		for (at = 0; !err && !r->stop && at < BLOCK / PIECE;
		     at += count) {
			if (!is_root(pieces + at, count))
				continue;
			err = r->fn(r->arg, pa + at * PIECE, sizes[i],
				    &r->stop);
			r->stop |= ++r->told >= ROOTS_MAX;
		}
	}
	return err;
}

struct dm_error *dm_find_roots(struct dm_source *source,
			       const struct dm_range *range, uint32_t page_size,
			       root_fn fn, void *arg)
{
	struct roots r = { .source = source, .fn = fn, .arg = arg };
	enum piece pieces[BLOCK / PIECE];
	struct dm_error *err = NULL;
	uint64_t pa = range->start & ~(uint64_t)(BLOCK - 1);

	r.block = malloc(BLOCK);
	if (!r.block)
		return dm_error_no_memory();
	for (; !err && !r.stop && pa < range->end; pa += BLOCK) {
		err = read_block(&r, pa, range, pieces);
		if (!err)
			err = tell_block(&r, pa, pieces, page_size);
	}
	free(r.block);
	return err;
}
