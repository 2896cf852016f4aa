/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The translation geometries that Linux has, to be tried on tables. */
#ifndef DM_GEOMETRIES_H
#define DM_GEOMETRIES_H

#include "directmap/find.h"

/**
 * The next geometry of kernels with such pages, with what follows from it.
 * @param cursor	0 to begin with; moved on.
 * @returns	false: there are no more.
 */
bool dm_geometry_next(uint32_t page_size, size_t *cursor,
		      struct dm_kernel *kernel);

/**
 * The VA bits in use, of a kernel whose tables have this geometry.
 * @param lowest	VA where its linear map begins.
 */
uint32_t dm_geometry_in_use(const struct dm_kernel *kernel, uint64_t lowest);

/**
 * Whether PHYS_OFFSET of facts that were read off the tables agrees with
 * memstart_addr, if need be with a kernel that was configured for more VA bits
 * than are in use; the facts are told then.
 */
bool dm_geometry_agrees(struct dm_kernel_facts *facts, uint64_t memstart);

#endif /* DM_GEOMETRIES_H */
