/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System RAM of the kernel's resources, as /proc/iomem has it: iomem_resource
 * and what is below it (kernel/resource.c).
 */
#ifndef DM_IOMEM_H
#define DM_IOMEM_H

#include "util/incomplete.h"
#include "target/target.h"

struct iomem_ram {
	uint64_t start; /* PA */
	uint64_t end;
	/*
	 * It may have come of several: add_memory_resource() was told so
	 * (MHP_MERGE_RESOURCE) and merge_system_ram_resource() joins
	 * neighbours. Else it is what one call was given.
	 */
	bool mergeable;
};

struct iomem {
	struct iomem_ram *ram; /* rising, none overlaps another */
	size_t count;
	struct incomplete incomplete; /* what could not be read of it */
};

/**
 * @param start, end	PAs: only what reaches into them is read.
 * @param iomem		To be freed with dm_iomem_deinit(), also on error.
 * @returns		What is not about the dump, or that there are no such
 *			symbols or types.
 */
struct dm_error *dm_iomem_read(struct dm_target *target, uint64_t start,
			       uint64_t end, struct iomem *iomem);
void dm_iomem_deinit(struct iomem *iomem);

#endif /* DM_IOMEM_H */
