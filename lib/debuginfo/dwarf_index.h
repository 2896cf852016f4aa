/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where in a kernel's DWARF a type is defined, by name. A kernel has thousands
 * of compilation units with the same types over and over: they are gone
 * through one by one, once, and no further than the name that is asked for.
 */
#ifndef DEBUGINFO_DWARF_INDEX_H
#define DEBUGINFO_DWARF_INDEX_H

#include <elfutils/libdw.h>

#include "directmap.h"

enum dwarf_kind {
	DWARF_STRUCT,
	DWARF_UNION,
	DWARF_ENUM,
	DWARF_BARE, /* typedef or base type */
	DWARF_ENUMERATOR,
};

struct dwarf_index;
struct vmlinux;

/**
 * @param ret	Ends with dwarf_end(), before the vmlinux.
 * @returns	As dm_vmlinux_dwarf_types().
 */
struct dm_error *dm_dwarf_open(struct vmlinux *vmlinux, Dwarf **ret);

/** @param dwarf	Borrowed: must outlive the index. */
struct dm_error *dm_dwarf_index_create(Dwarf *dwarf, struct dwarf_index **ret);
void dm_dwarf_index_destroy(struct dwarf_index *index);

/**
 * The first full definition of @p name at file scope, in the order of units.
 * @returns	DM_ERROR_NOT_FOUND; DM_ERROR_UNSUPPORTED: the DWARF is damaged
 *		or the types lie in other files.
 */
struct dm_error *dm_dwarf_index_find(struct dwarf_index *index,
				     enum dwarf_kind kind, const char *name,
				     Dwarf_Die *die);

/** Value of an attribute that is a number; false if it is missing or none. */
bool dm_dwarf_number(Dwarf_Die *die, unsigned int attribute, uint64_t *value);
/** Value of an attribute that is a string; NULL if it is missing. */
const char *dm_dwarf_string(Dwarf_Die *die, unsigned int attribute);

/**
 * Step to the first child, or from a child to the next.
 * @param more	False at the end.
 */
struct dm_error *dm_dwarf_first(Dwarf_Die *parent, Dwarf_Die *child,
				bool *more);
struct dm_error *dm_dwarf_next(Dwarf_Die *child, bool *more);

#endif /* DEBUGINFO_DWARF_INDEX_H */
