/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of formats that have memory as it is, nothing packed: a thread's own
 * buffers, and what of struct dump_format these formats have in common.
 */
#ifndef DUMP_PLAIN_PAGES_H
#define DUMP_PLAIN_PAGES_H

#include "dump/view.h"

struct bytes;

/* What tells such formats apart; @p layout is the dump's. */
struct plain_layout {
	/* Errors as those of a dm_source's read(). */
	struct dm_error *(*read)(const void *layout, uint64_t pa, void *buf,
				 size_t size);
	/*
	 * Where read() would read that; false when it is not one piece, or
	 * depends on what is there.
	 */
	bool (*place)(const void *layout, uint64_t pa, uint64_t size,
		      const struct bytes **bytes, uint64_t *off);
};

/* For begin(); @p how outlives the view. */
struct dm_error *dm_plain_begin(struct dump_view *view,
				const struct plain_layout *how);

/* The others of struct dump_format, as they are. */
void dm_plain_end(struct dump_view *view);
struct dm_error *dm_plain_read(struct dump_view *view, uint64_t pa, void *buf,
			       size_t size);
void dm_plain_hint(struct dump_view *view, const uint64_t *pas, size_t count,
		   size_t size);

#endif /* DUMP_PLAIN_PAGES_H */
