/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks a struct list_head of the dumped kernel's. */
#ifndef DM_LIST_H
#define DM_LIST_H

#include "target/kva.h"
#include "util/va_set.h"

struct list_walk {
	struct kva *kva;
	uint64_t head; /* VA of the struct list_head that stands for the list */
	uint64_t node; /* where the walk is; the head to begin with */
	size_t count; /* nodes so far */
	size_t max;
	struct va_set met; /* VAs of those nodes */
};

/** @param max	More nodes than that are taken for a broken list. */
void dm_list_walk_init(struct list_walk *walk, struct kva *kva, uint64_t head,
		       size_t max);
void dm_list_walk_deinit(struct list_walk *walk);

/**
 * No node comes twice.
 *
 * @param node	Told the VA of the next struct list_head, 0 at the end.
 * @returns	DM_ERROR_BAD_DUMP: what follows is no node, or one that came
 *		before, or one too many; else what kept it from being read. The
 *		walk is then at the last good node, and is over.
 */
struct dm_error *dm_list_walk_next(struct list_walk *walk, uint64_t *node);

#endif /* DM_LIST_H */
