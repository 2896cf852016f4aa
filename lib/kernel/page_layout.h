/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where struct pages are, and where in one is what is read. */
#ifndef DM_PAGE_LAYOUT_H
#define DM_PAGE_LAYOUT_H

#include "directmap/kernel.h"
#include "target/target.h"

/* Bytes; 64 to 128 are usual. */
#define PAGE_STRUCT_MIN 32
#define PAGE_STRUCT_MAX 512

/** The same for all pages of a dump. Bytes and offsets. */
struct page_layout {
	uint64_t size, flags, refcount, mapcount, mapping, head;
	bool has_map;
	/** VA that the struct page of PA 0 would have, modulo 2^64. */
	uint64_t map;
};

/** A decimal number of VMCOREINFO that cannot be larger than @p max. */
struct dm_error *dm_page_number(const struct dm_vmcoreinfo *info,
				const char *key, uint64_t max, uint64_t *value);

/**
 * By VMCOREINFO's lines. Where these are missing (a kernel that has no
 * VMCOREINFO) by the kernel's types and by the place that its versions give
 * vmemmap, proved by the struct page of swapper_pg_dir.
 */
struct dm_error *dm_page_layout_read(struct dm_target *target,
				     const struct dm_vmcoreinfo *info,
				     struct page_layout *layout);

#endif /* DM_PAGE_LAYOUT_H */
