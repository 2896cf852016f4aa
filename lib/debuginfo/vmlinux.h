/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's vmlinux, or the debug file split off it: symbols, and types as
 * BTF or DWARF. elfutils (libelf, libdw) reads it; the dump has no say in what
 * it reads.
 */
#ifndef DEBUGINFO_VMLINUX_H
#define DEBUGINFO_VMLINUX_H

#include "directmap/symbols.h"
#include "directmap/types.h"
#include "directmap/kernel.h"

struct vmlinux;

/**
 * @param image	The file's bytes, in memory that can be written: libelf changes
 *		a section's header when it unpacks the section. It must stay
 *		until @p release is called, or, where that is NULL, until the
 *		vmlinux and its type tables are ended.
 * @param release	Called once with @p image when nobody needs it any
 *		more; not after an error.
 * @param symbols	A table of the caller's own, to be ended by its destroy,
 *		before or after the vmlinux.
 * @returns	DM_ERROR_UNSUPPORTED: not a vmlinux for arm64, cut off, or of
 *		another kernel than the dumped one (by release, build id or
 *		addresses); DM_ERROR_BAD_DUMP: VMCOREINFO does not tell what is
 *		needed.
 */
struct dm_error *dm_vmlinux_create(void *image, size_t size,
				   const struct dm_kernel *kernel,
				   const struct dm_vmcoreinfo *info,
				   void (*release)(void *image, size_t size),
				   struct vmlinux **ret,
				   struct dm_symbol_table **symbols);
/** Tables taken from it remain; NULL is fine. */
void dm_vmlinux_destroy(struct vmlinux *vmlinux);

/**
 * The .BTF section, for those who read that.
 * @param data	Valid as long as @p vmlinux.
 * @returns	DM_ERROR_NOT_FOUND: it has none.
 */
struct dm_error *dm_vmlinux_btf(const struct vmlinux *vmlinux,
				const void **data, size_t *size);

/**
 * The types of its DWARF: a table of the caller's own, to be ended by its
 * destroy, before or after the vmlinux. Compilation units are read, each once,
 * when a name is asked for that was not found yet.
 *
 * @returns	DM_ERROR_NOT_FOUND: it has no DWARF; DM_ERROR_UNSUPPORTED: it
 *		has, in a way that cannot be read (the message says which).
 */
struct dm_error *dm_vmlinux_dwarf_types(struct vmlinux *vmlinux,
					struct dm_type_table **ret);

#endif /* DEBUGINFO_VMLINUX_H */
