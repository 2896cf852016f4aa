/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * struct resource of the dumped kernel (include/linux/ioport.h), wherever one
 * stands, and those that a symbol leads to. iomem.h has the tree of them.
 */
#ifndef DM_RESOURCE_H
#define DM_RESOURCE_H

#include "target/target.h"

#define IORESOURCE_SYSRAM	    UINT64_C(0x01000000)
#define IORESOURCE_SYSRAM_MERGEABLE UINT64_C(0x04000000)
#define IORESOURCE_BUSY		    UINT64_C(0x80000000)

struct resource {
	uint64_t start, last; /* PAs, last inclusive */
	uint64_t flags;
	uint64_t parent, sibling, child; /* VAs, without a tag */
};

/* Where it has its members. */
struct resource_layout {
	uint64_t start, last, flags, parent, sibling, child;
};

/** @returns	DM_ERROR_NOT_FOUND: there are no types. */
struct dm_error *dm_resource_layout(struct dm_target *target,
				    struct resource_layout *layout);
/** The one at @p va. */
struct dm_error *dm_resource_read(struct dm_target *target,
				  const struct resource_layout *layout,
				  uint64_t va, struct resource *resource);

/**
 * Memory that a crash kernel is given: crashk_res (kernel/crash_reserve.c,
 * kexec_core.c before 6.9).
 * @param start, end	PAs; both 0 where there is none.
 * @returns		DM_ERROR_NOT_FOUND: no symbol, or no types;
 *			DM_ERROR_BAD_DUMP: no PAs.
 */
struct dm_error *dm_resource_crash_kernel(struct dm_target *target,
					  uint64_t *start, uint64_t *end);

/* What memblock had of RAM at boot; rising, none overlaps another. */
struct boot_resources {
	struct dm_range *ram; /* PAs */
	size_t count;
};

/**
 * arch/arm64/kernel/setup.c, request_standard_resources(): an array that was made
 * of memblock at boot. Memory that is added later gets resources of its own.
 * @param resources	To be freed with dm_boot_resources_deinit(), also on
 *			error.
 * @returns		DM_ERROR_NOT_FOUND: no symbols, types or sane size;
 *			DM_ERROR_BAD_DUMP: out of order.
 */
struct dm_error *dm_boot_resources_read(struct dm_target *target,
					struct boot_resources *resources);
void dm_boot_resources_deinit(struct boot_resources *resources);

#endif /* DM_RESOURCE_H */
