/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A source seen with another VMCOREINFO, and with other physical addresses. */
#ifndef DM_FIND_VIEW_H
#define DM_FIND_VIEW_H

#include "directmap/source.h"

struct find_view {
	struct dm_source source; /* first: its ops get a pointer to it */
	struct dm_source *inner; /* borrowed */
	const char *text; /* borrowed; NULL: the inner one's */
	size_t size;
	uint64_t off; /* what is at PA here is at PA + off there */
};

/** Sets all of it; nothing needs to be ended. */
void dm_find_view_init(struct find_view *view, struct dm_source *inner,
		       const char *text, size_t size, uint64_t off);

#endif /* DM_FIND_VIEW_H */
