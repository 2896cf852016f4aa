/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's vmalloc areas: which stretch of kernel VA was handed out, by
 * whom, and which pages of RAM stand behind it.
 */
#ifndef DM_VMALLOC_H
#define DM_VMALLOC_H

#include "target.h"

/* vm_struct.flags (include/linux/vmalloc.h); the same from 5.10 to 7.3. */
#define VM_IOREMAP	     0x1
#define VM_ALLOC	     0x2
#define VM_MAP		     0x4
#define VM_FLUSH_RESET_PERMS 0x100

struct vmalloc_area {
	uint64_t start; /* VA */
	uint64_t size; /* bytes, of the pages; a guard page is not in it */
	uint64_t flags;
	uint64_t caller; /* VA of code; 0 if not known */
	bool lazy; /* freed, and waits to be purged */
	bool has_vm; /* there is a vm_struct; else size is of the area */
};

struct vmalloc;

struct dm_error *vmalloc_create(struct dm_target *target, struct vmalloc **ret);
void vmalloc_destroy(struct vmalloc *vmalloc);

/** In VA order. */
size_t vmalloc_count(const struct vmalloc *vmalloc);
const struct vmalloc_area *vmalloc_area(const struct vmalloc *vmalloc,
					size_t i);
/**
 * Why some areas may be missing, or pages behind them once vmalloc_of_page() was
 * called; NULL: all are there.
 */
const char *vmalloc_incomplete(const struct vmalloc *vmalloc);

/** The area that @p va lies in, or NULL. */
const struct vmalloc_area *vmalloc_at(const struct vmalloc *vmalloc,
				      uint64_t va);

/**
 * The areas that show a page of RAM: several may (vmap() of pages that others
 * own), allocations before mappings.
 * @param cursor	0 to begin with; moved on.
 * @returns		NULL at the end.
 * @param va		Where in it.
 */
struct dm_error *vmalloc_of_page(struct vmalloc *vmalloc, uint64_t pa,
				 size_t *cursor,
				 const struct vmalloc_area **area,
				 uint64_t *va);

#endif /* DM_VMALLOC_H */
