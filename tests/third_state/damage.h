/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can happen to a page of tables, and a source that has it so. */
#ifndef THIRD_STATE_DAMAGE_H
#define THIRD_STATE_DAMAGE_H

#include "tables.h"

enum damage_kind {
	DAMAGE_DROPPED, /* not in the dump */
	DAMAGE_BROKEN, /* there, and its content cannot be read */
	DAMAGE_ZEROS,
	DAMAGE_ONES,
	DAMAGE_RANDOM,
	DAMAGE_OTHER_TABLE, /* the content of another one of its level, */
	DAMAGE_OTHER_LEVEL, /* or of one of another level */
	DAMAGE_PIECE, /* a half, or 4 KiB of a larger page, is zeros */
	DAMAGE_ENTRY_ZERO,
	DAMAGE_ENTRY_ONES,
	DAMAGE_ENTRY_RANDOM,
	DAMAGE_ENTRY_OTHER, /* as the entry before or behind it is */
	DAMAGE_KINDS,
};

/* How many ways there are at most to do the same. */
#define DAMAGE_VARIANTS 4

const char *damage_name(enum damage_kind kind);

struct damage {
	enum damage_kind kind;
	uint64_t pa;
	int level;
	uint64_t va, end; /* what is damaged of the linear map */
	bool vanished; /* entries are gone, but not all of the page's, */
	bool silent; /* and nothing else: tables alone do not show it */
	const unsigned char *page; /* what is read; NULL: an error */
	unsigned char *owned;
	char detail[64]; /* which entry, or which other table */
};

/*
 * @returns false if there is no such damage: no other table, no entry like
 * that, or nothing would change.
 */
bool damage_init(struct damage *damage, const struct map_tables *tables,
		 size_t table, enum damage_kind kind, unsigned int variant);
void damage_deinit(struct damage *damage);

struct damaged_source {
	struct dm_source source;
	struct dm_source *inner;
	size_t page_size;
	const struct damage *damage; /* NULL: none */
};

void damaged_source_init(struct damaged_source *d, struct dm_source *inner,
			 size_t page_size, const struct damage *damage);

#endif /* THIRD_STATE_DAMAGE_H */
