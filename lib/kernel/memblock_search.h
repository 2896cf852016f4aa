/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds struct memblock in the kernel image where no symbol tells where it is. */
#ifndef DM_MEMBLOCK_SEARCH_H
#define DM_MEMBLOCK_SEARCH_H

#include "target/target.h"

/**
 * For kernels without CONFIG_KALLSYMS_ALL, whose kallsyms has functions only.
 * @param va	Of the struct.
 * @returns	DM_ERROR_NOT_FOUND: there is none, or its types are not known.
 */
struct dm_error *dm_memblock_search(struct dm_target *target, uint64_t *va);

#endif /* DM_MEMBLOCK_SEARCH_H */
