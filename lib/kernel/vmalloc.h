/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's vmalloc areas: which stretch of kernel VA was handed out, by
 * whom, and which pages of RAM stand behind it.
 */
#ifndef DM_VMALLOC_H
#define DM_VMALLOC_H

#include "target/target.h"

/* vm_struct.flags (include/linux/vmalloc.h); the same from 5.10 to 7.3. */
#define VM_IOREMAP	     0x1
#define VM_ALLOC	     0x2
#define VM_MAP		     0x4
#define VM_FLUSH_RESET_PERMS 0x100
#define VM_ALLOW_HUGE_VMAP   0x400

struct vmalloc_area {
	uint64_t start; /* VA */
	uint64_t size; /* bytes, of the pages; a guard page is not in it */
	uint64_t flags;
	uint64_t caller; /* VA of code; 0 if not known */
	bool lazy; /* freed, and waits to be purged */
	bool has_vm; /* there is a vm_struct; else size is of the area */
};

struct vmalloc;

struct dm_error *dm_vmalloc_create(struct dm_target *target,
				   struct vmalloc **ret);
void dm_vmalloc_destroy(struct vmalloc *vmalloc);

/** Why some areas may be missing; NULL: all are there. */
const char *dm_vmalloc_incomplete(const struct vmalloc *vmalloc);

/** The area that @p va lies in, or NULL. */
const struct vmalloc_area *dm_vmalloc_at(const struct vmalloc *vmalloc,
					 uint64_t va);

#endif /* DM_VMALLOC_H */
