/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of the kernel's (struct list_head), read as far as they hold: from the
 * front, and where they break from the back too.
 */
#ifndef DM_LIST_EACH_H
#define DM_LIST_EACH_H

#include "util/incomplete.h"
#include "target/kva.h"

/** @param node	VA of a struct list_head within a member of the list. */
typedef struct dm_error *(*list_fn)(void *arg, uint64_t node);

/**
 * Call @p fn for each node but the head, once: in order, then, if the list
 * breaks, those behind the break in reverse order.
 *
 * A node that does not point back to where the walk came from is a break: no
 * list is like that, and a loop always shows so.
 *
 * @param head		VA of the list's head.
 * @param max		Of nodes; a longer list is cut and so incomplete.
 * @param incomplete	Gets what is wrong with the list, and those errors of
 *			@p fn that are about the dump; the walk goes on after
 *			the latter.
 * @returns		Only what is not about the dump.
 */
struct dm_error *dm_list_each(struct kva *kva, uint64_t head, size_t max,
			      list_fn fn, void *arg,
			      struct incomplete *incomplete);

#endif /* DM_LIST_EACH_H */
