/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds a list in the kernel image where no symbol tells where it is. */
#ifndef DM_LIST_SEARCH_H
#define DM_LIST_SEARCH_H

#include "target/kva.h"

/**
 * Told by @p is whether @p node is in something of the kind that is sought: for
 * sure, or, with @p maybe, as far as it looks.
 */
typedef struct dm_error *(*list_search_fn)(void *arg, uint64_t node, bool maybe,
					   bool *is);

/**
 * Look for a struct list_head from @p from on, for @p size bytes, whose first
 * or last node is of the kind, and that does not look like such a node itself.
 * Pages that are not there are passed over.
 *
 * @param reach	How far from its head a node can be, in bytes.
 * @returns	DM_ERROR_NOT_FOUND: there is none.
 */
struct dm_error *dm_list_search(struct kva *kva, uint64_t from, uint64_t size,
				uint64_t reach, list_search_fn fn, void *arg,
				uint64_t *head);

#endif /* DM_LIST_SEARCH_H */
