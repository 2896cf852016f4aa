/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user gives beside a dump that does not tell names and types by
 * itself: the System.map or vmlinux of its kernel. The files are checked to be
 * of that kernel; errors name the file.
 */
#ifndef DEBUGINFO_DEBUGINFO_H
#define DEBUGINFO_DEBUGINFO_H

#include "debuginfo/vmlinux.h"

/**
 * @param source	For VMCOREINFO.
 * @param symbols	The caller's, to be ended by its destroy.
 */
struct dm_error *dm_debuginfo_open_system_map(const char *path,
					      const struct dm_kernel *kernel,
					      struct dm_source *source,
					      struct dm_symbol_table **symbols);

/**
 * @param symbols	As above.
 * @param types		From DWARF, the caller's likewise; NULL is given where
 *			the file has no DWARF, and an error where it has and it
 *			cannot be read. NULL: not wanted.
 * @param vmlinux	The file itself, for dm_vmlinux_btf(), to be ended by
 *			dm_vmlinux_destroy(). NULL: not wanted.
 */
struct dm_error *dm_debuginfo_open_vmlinux(const char *path,
					   const struct dm_kernel *kernel,
					   struct dm_source *source,
					   struct dm_symbol_table **symbols,
					   struct dm_type_table **types,
					   struct vmlinux **vmlinux);

#endif /* DEBUGINFO_DEBUGINFO_H */
