/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The System.map of a kernel's build: nm's lines, in order of address. */
#ifndef DEBUGINFO_SYSTEM_MAP_H
#define DEBUGINFO_SYSTEM_MAP_H

#include "directmap/symbols.h"
#include "directmap/kernel.h"

/**
 * @param text	Not NUL-terminated; needed during the call only.
 * @returns	DM_ERROR_UNSUPPORTED: not a System.map, cut off, or of another
 *		kernel than the dumped one; DM_ERROR_BAD_DUMP: VMCOREINFO does
 *		not tell what is needed.
 */
struct dm_error *dm_system_map_create(const char *text, size_t size,
				      const struct dm_kernel *kernel,
				      const struct dm_vmcoreinfo *info,
				      struct dm_symbol_table **ret);

#endif /* DEBUGINFO_SYSTEM_MAP_H */
