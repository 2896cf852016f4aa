/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known to be asked for soon, and what was read of it together. The
 * hints are only noted; when the first of them is asked for, so many are read
 * as GATHER_PIECES and GATHER_BYTES allow, and when that is used up, the next.
 */
#ifndef DUMP_AHEAD_H
#define DUMP_AHEAD_H

#include "dump/gather.h"
#include "dump/layout_kdump.h"

/* As many as the walk asks for together (lib/walk/walk_pool.c). */
#define AHEAD_HINTS 4096

/* Read, but not unpacked. */
struct ahead_got {
	/* Of a block of a kdump, its number; else physical address. */
	uint64_t key;
	struct kdump_place place;
	const unsigned char *data;
};

/* Used by one thread. */
struct ahead {
	struct gather gather;
	uint64_t hints[AHEAD_HINTS];
	size_t hint_count, next;
	/* Bytes of a page that is hinted at. */
	size_t size;
	/* By ascending key. */
	struct ahead_got got[GATHER_PIECES];
	size_t got_count, found; /* the latter: where one was found last */
	struct gather_piece pieces[GATHER_PIECES];
	unsigned char buffer[GATHER_BYTES];
};

struct dm_error *dm_ahead_create(struct ahead **ret);
void dm_ahead_destroy(struct ahead *ahead);

void dm_ahead_hint(struct ahead *ahead, const uint64_t *pas, size_t count,
		   size_t size);

/*
 * @p pa was hinted at and not read yet: @returns how many hints from there on
 * to read now, at most @p max, and marks them as taken; 0 if it was not.
 */
size_t dm_ahead_take(struct ahead *ahead, uint64_t pa, size_t max,
		     const uint64_t **pas);

/* What was read for that key; NULL if nothing was. */
const struct ahead_got *dm_ahead_find(struct ahead *ahead, uint64_t key);

/* Sort what is in got and pieces[].tag leads to; pieces without data are left out. */
void dm_ahead_settle(struct ahead *ahead, size_t pieces);

#endif /* DUMP_AHEAD_H */
