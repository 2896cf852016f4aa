/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel notes of a page of RAM: its struct page. */
#ifndef DM_PAGE_H
#define DM_PAGE_H

#include "target/target.h"

#define PAGE_FLAGS_TEXT 256
#define PAGE_TYPE_TEXT	32

struct page_state {
	uint64_t va; /* of the struct page */
	uint64_t flags;
	int32_t refcount;
	uint32_t
		type; /* or the mapcount: page_type and _mapcount share a word */
	uint64_t mapping;
	uint64_t head; /* VA of the head's struct page in a tail page, else 0 */
};

/**
 * From VMCOREINFO's offsets, so that it works without types; from types where
 * the kernel has no VMCOREINFO.
 * @returns	DM_ERROR_NOT_FOUND: no struct page for @p pa.
 */
struct dm_error *dm_page_state_read(struct dm_target *target, uint64_t pa,
				    struct page_state *page);

/**
 * The page of vmemmap that all of @p pa's struct page lies in, by the kernel's
 * page size; 0 where that takes reading the dump, or there are two.
 */
struct dm_error *dm_page_state_page(struct dm_target *target, uint64_t pa,
				    uint64_t *va);

/** VA of the struct mem_section that @p pa is in. */
struct dm_error *dm_page_section(struct dm_target *target, uint64_t pa,
				 uint64_t *section);

/**
 * "reserved|uptodate", "" for none; "?" where types are missing. As of the two
 * below, errors are those with dm_error_is_fatal() only.
 */
struct dm_error *dm_page_flags_text(struct dm_target *target,
				    const struct page_state *page, char *text,
				    size_t size);
/** "table", "buddy", "slab", …; "" for none (a page in use as data). */
struct dm_error *dm_page_type_text(struct dm_target *target,
				   const struct page_state *page, char *text,
				   size_t size);
/** The flag called @p name ("PG_reserved") is there and set. */
struct dm_error *dm_page_has_flag(struct dm_target *target,
				  const struct page_state *page,
				  const char *name, bool *has);

#endif /* DM_PAGE_H */
