/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Who uses a page of RAM.
 */
#ifndef DIRECTMAP_OWNER_H
#define DIRECTMAP_OWNER_H

#include <directmap/error.h>

DM_BEGIN_DECLS

/** What kind of owner a page has. */
enum dm_owner_kind {
	DM_OWNER_UNKNOWN, /**< could not be told, or what tells is missing */
	DM_OWNER_NONE, /**< memory of no special use: free, cache, user, slab */
	DM_OWNER_KERNEL_TEXT, /**< alias of the image's text and rodata */
	DM_OWNER_KERNEL_DATA, /**< alias of the image's data and bss */
	DM_OWNER_MODULE, /**< a module's text, rodata or data */
	DM_OWNER_BPF, /**< a program, trampoline or the like */
	DM_OWNER_BPF_PACK, /**< a pack's page that no program lies in */
	DM_OWNER_KPROBE, /**< slots for probed instructions */
	DM_OWNER_VMALLOC, /**< other vmalloc memory */
	DM_OWNER_SECRETMEM, /**< a page of a memfd_secret() file */
	DM_OWNER_KFENCE, /**< KFENCE's pool */
	DM_OWNER_CRASH_KERNEL, /**< memory that a crash kernel was loaded into */
	DM_OWNER_REALM_SHARED, /**< shared with the host of a realm */
	DM_OWNER_FREE, /**< of the page allocator's, and taken out of the map */
	/** A page of a guest_memfd whose memory the linear map lacks. */
	DM_OWNER_GUEST_MEMFD,
	/** In a pageblock that the page allocator took out of the map whole. */
	DM_OWNER_UNMAPPED_PAGEBLOCK,
	DM_OWNER_HUGE_ZERO, /**< the huge page of zeros that all share */
	/** RAM that is mapped as a device's memory, for a device alone to use. */
	DM_OWNER_DEVICE_TYPED,
	DM_OWNER_EXECMEM, /**< kept ready for code, and no code's yet */
};

/** Kinds of owners that this header names: where to end a loop. */
#define DM_OWNER_COUNT (DM_OWNER_EXECMEM + 1)
/** "kernel_text", "module", … as in JSON. */
DM_API const char *dm_owner_name(enum dm_owner_kind kind);

/** Who uses a page, as far as the dump tells. */
struct dm_owner {
	enum dm_owner_kind kind; /**< what kind of owner */
	/** Module, program, or the function that asked for vmalloc memory. */
	char name[128];
	char part[32]; /**< of a module: "text", "rodata", … */
	uint64_t va; /**< where the owner has the page; 0: linear map only */
	uint64_t start; /**< VA of the program or the part; 0: not known */
	uint64_t size; /**< bytes of it */
	uint64_t id; /**< of a program, or a secretmem file's inode; 0: none */
	char tag[20]; /**< of a program */
	uint64_t pack; /**< VA of the pack that a program lies in; 0: none */
	/** When it was loaded, CLOCK_BOOTTIME; 0: not known */
	uint64_t time_ns;
	/** Why there should be no page like it, a clause; NULL: no reason. */
	const char *doubt;
	/** Of a crash kernel: this kernel leaves its pages in the linear map. */
	bool left_in_map;
	uint64_t reserved[3]; /**< 0 */
};

DM_END_DECLS

#endif /* DIRECTMAP_OWNER_H */
