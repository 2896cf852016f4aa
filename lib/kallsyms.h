/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The symbols that the dumped kernel has of itself in its own memory. */
#ifndef DM_KALLSYMS_H
#define DM_KALLSYMS_H

#include "kva.h"
#include "symbols.h"

/**
 * The tables are copied: neither @p kva nor @p source is used afterwards.
 *
 * find() gives the symbol of the lowest address of those called so, as the
 * kernel's kallsyms_lookup_name() does. at() gives, of several at one address,
 * the first, as kallsyms_lookup() does. An address below the first symbol or
 * above the last (with CONFIG_KALLSYMS_ALL that is _end) is DM_ERROR_NOT_FOUND.
 *
 * @returns	DM_ERROR_NOT_FOUND: VMCOREINFO does not say where they are (a
 *		kernel before 6.0, or one without CONFIG_KALLSYMS).
 *		DM_ERROR_BAD_DUMP: they are not as the kernel makes them, or they
 *		contradict VMCOREINFO. DM_ERROR_ABSENT, DM_ERROR_BROKEN: a page of
 *		them cannot be read.
 */
struct dm_error *kallsyms_create(struct kva *kva, struct dm_source *source,
				 struct symbol_table **ret);

#endif /* DM_KALLSYMS_H */
