/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the image of a kernel tells, once its page tables are known. */
#ifndef DM_FIND_CONTENT_H
#define DM_FIND_CONTENT_H

#include "directmap/find.h"

/**
 * Add release, symbols and what their variables say to facts that lead to page
 * tables. What is not found is left out.
 * @returns	DM_ERROR_BAD_DUMP: what is there contradicts the tables.
 */
struct dm_error *dm_find_content(struct dm_source *source,
				 struct dm_kernel_facts *facts);

#endif /* DM_FIND_CONTENT_H */
