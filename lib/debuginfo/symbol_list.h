/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A symbol table of the kernel image as it was linked, moved to where the
 * dumped kernel ran: what a System.map and a vmlinux have in common.
 */
#ifndef DEBUGINFO_SYMBOL_LIST_H
#define DEBUGINFO_SYMBOL_LIST_H

#include "directmap/symbols.h"
#include "directmap/kernel.h"

struct symbol_list;

/** @param what	"System.map" or "vmlinux": static text. */
struct dm_error *dm_symbol_list_create(const char *what,
				       struct symbol_list **ret);
void dm_symbol_list_destroy(struct symbol_list *list);

/**
 * @param value	As linked.
 * @param type	As nm prints it.
 * Left out are names that are no symbol's, and those too long for struct dm_symbol.
 */
struct dm_error *dm_symbol_list_add(struct symbol_list *list, const char *name,
				    size_t name_size, uint64_t value,
				    char type);

/**
 * Move all to run time, put them in order and hold them against the SYMBOL()
 * lines of VMCOREINFO. No more can be added then.
 *
 * @returns	DM_ERROR_BAD_DUMP: VMCOREINFO does not tell KASLR's offset, or
 *		is damaged; DM_ERROR_UNSUPPORTED: the list is of another
 *		kernel, or not whole. The list remains the caller's.
 */
struct dm_error *dm_symbol_list_finish(struct symbol_list *list,
				       const struct dm_kernel *kernel,
				       const struct dm_vmcoreinfo *info);

/** The list as a table; its destroy ends the list. */
struct dm_symbol_table *dm_symbol_list_table(struct symbol_list *list);

#endif /* DEBUGINFO_SYMBOL_LIST_H */
