/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When, and from where, a page was allocated: CONFIG_PAGE_OWNER, page_owner=on. */
#ifndef DM_PAGE_OWNER_H
#define DM_PAGE_OWNER_H

#include "target/target.h"

struct page_owner;

/** @returns	DM_ERROR_NOT_FOUND: this kernel kept no such notes. */
struct dm_error *dm_page_owner_create(struct dm_target *target,
				      struct page_owner **ret);
void dm_page_owner_destroy(struct page_owner *page_owner);

struct page_owner_note {
	uint64_t time_ns; /* of local_clock(): since boot, as printk's */
	uint32_t stack; /* handle of stack depot; 0: none */
	/* The page was there before notes were kept: time is that of a later
	 * look at it, stack says nothing. */
	bool early;
};

/**
 * @param found	false: the page is not allocated, or not noted. True with an
 *		error: whether the time is exact could not be looked up.
 */
struct dm_error *dm_page_owner_of(struct page_owner *page_owner, uint64_t pa,
				  struct page_owner_note *note, bool *found);

/**
 * Functions of a stack, innermost first, "a < b < c"; "" if there is none.
 * @returns	What kept it, or the rest of it, from being read.
 */
struct dm_error *dm_page_owner_stack(struct page_owner *page_owner,
				     uint32_t stack, char *text, size_t size);

#endif /* DM_PAGE_OWNER_H */
