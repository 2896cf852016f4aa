/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * Files beside a dump that does not tell names and types by itself: the vmlinux
 * or System.map of its kernel. Of libdirectmap-dump.
 */
#ifndef DIRECTMAP_DEBUGINFO_H
#define DIRECTMAP_DEBUGINFO_H

#include <directmap/session.h>

DM_BEGIN_DECLS

/**
 * Take symbols and types from a vmlinux, or the debug file split off it: types
 * from its BTF, or, where it has none, from DWARF. Its symbols are asked before
 * those that the dump has of its own, its types after the dump's. A file without
 * types gives symbols alone; results that need types say what they lack.
 *
 * To be called before a result is asked for. The file is read whole and closed;
 * what is needed of it stays in memory as long as the session.
 *
 * @param path	Read during the call only.
 * @returns	DM_ERROR_OS: it cannot be read. DM_ERROR_UNSUPPORTED: not a
 *		vmlinux of arm64, cut off, of another kernel than the dumped
 *		one (by release, build id or addresses), or with DWARF that
 *		cannot be read. DM_ERROR_BAD_DUMP: VMCOREINFO does not tell what
 *		is needed to move its addresses. DM_ERROR_INVALID_ARGUMENT: a
 *		result was asked for before, or the session has as many tables
 *		as it takes (dm_session_add_symbols()). Each names the file. The
 *		session can be used on, but for DM_ERROR_NO_MEMORY, as if it had
 *		not been called; where tables of types alone are too many, the
 *		file's symbols stay.
 */
DM_API struct dm_error *dm_debuginfo_add_vmlinux(struct dm_session *session,
						 const char *path);
/**
 * Take symbols from the System.map of the kernel's build. Of files, that which
 * was added first is asked first.
 *
 * @returns	As above; DM_ERROR_UNSUPPORTED: not a System.map, cut off, or of
 *		another kernel.
 */
DM_API struct dm_error *dm_debuginfo_add_system_map(struct dm_session *session,
						    const char *path);

/**
 * Whether a file that begins like this may be a vmlinux: a program of arm64, which
 * a dump is not.
 *
 * @param head	The first @p size bytes of the file; 64 are enough.
 */
DM_API bool dm_debuginfo_is_vmlinux(const void *head, size_t size);

DM_END_DECLS

#endif /* DIRECTMAP_DEBUGINFO_H */
