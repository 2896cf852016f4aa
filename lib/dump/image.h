/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Images of memory: ranges that are one after the other in files, raw or behind
 * headers that say no more than their addresses.
 */
#ifndef DUMP_IMAGE_H
#define DUMP_IMAGE_H

#include "dump/format.h"
#include "dump/ram.h"

struct image {
	struct ram ram;
	/* What ranges should have past the end of their file. */
	struct ram lost;
};

/* An empty one as dump->layout. */
struct dm_error *dm_image_create(struct dm_dump *dump, struct image **ret);

/* Add a range below DM_PA_END, as far as its file has it. */
struct dm_error *dm_image_add(struct image *image,
			      const struct ram_range *range);

/*
 * All added: put them in order, and say what is missing. @p code: of the error
 * where two have addresses in common, or where nothing is left.
 */
struct dm_error *dm_image_settle(struct dm_dump *dump, struct image *image,
				 enum dm_error_code code);

/* Of struct dump_format, as they are; the rest is plain_pages.h's. */
void dm_image_close(struct dm_dump *dump);
struct dm_error *dm_image_begin(struct dump_view *view);
struct dm_error *dm_image_walk(const struct dm_dump *dump,
			       struct memory_walk *walk);

#endif /* DUMP_IMAGE_H */
