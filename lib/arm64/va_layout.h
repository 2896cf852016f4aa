/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel half is divided into beside the linear map. */
#ifndef DM_VA_LAYOUT_H
#define DM_VA_LAYOUT_H

#include "directmap.h"

/** VAs; each is 0 where VMCOREINFO does not tell. */
struct va_layout {
	struct dm_range modules;
	struct dm_range vmalloc;
	struct dm_range vmemmap;
};

/**
 * By the lines of arch/arm64/kernel/vmcore_info.c, arch_crash_save_vmcoreinfo()
 * (crash_core.c before 6.9), which came with 5.18 (2369f171d5c5).
 * @returns	That there is no VMCOREINFO; @p layout is all zero then.
 */
struct dm_error *dm_va_layout_read(struct dm_source *source,
				   struct va_layout *layout);

#endif /* DM_VA_LAYOUT_H */
