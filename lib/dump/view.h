/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread's way into a dump: the dump itself does not change once it is open,
 * and is shared; what changes with each read is here.
 */
#ifndef DUMP_VIEW_H
#define DUMP_VIEW_H

#include "directmap.h"

struct dm_dump;

/* Pages that may be out at a time: one of each level, and some. */
#define VIEW_SLOTS 8

struct dump_view {
	struct dm_source source; /* first: ops get a pointer to it */
	const struct dm_dump *dump;
	void *pages; /* the format's own */
	/* Pages that are lent; made when first needed. */
	char *slots;
	size_t slot_size;
	/* A bit for each slot. */
	unsigned int lent;
};

struct dm_error *dm_dump_view_init(struct dump_view *view,
				   const struct dm_dump *dump);
void dm_dump_view_deinit(struct dump_view *view);

#endif /* DUMP_VIEW_H */
