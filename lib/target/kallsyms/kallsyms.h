/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The symbols that the dumped kernel has of itself in its own memory. */
#ifndef DM_KALLSYMS_H
#define DM_KALLSYMS_H

#include <stdio.h>

#include "target/kva.h"
#include "directmap/symbols.h"

/**
 * The tables are copied: neither @p kva nor @p source is used afterwards.
 *
 * find() gives the symbol of the lowest address of those called so, as the
 * kernel's kallsyms_lookup_name() does. at() gives, of several at one address,
 * the first, as kallsyms_lookup() does. An address below the first symbol or
 * above the last (with CONFIG_KALLSYMS_ALL that is _end) is DM_ERROR_NOT_FOUND.
 *
 * Where VMCOREINFO does not say where they are (before 6.0), they are sought.
 *
 * @returns	DM_ERROR_NOT_FOUND: it does not, and they were not found (a
 *		kernel without CONFIG_KALLSYMS, or pages of theirs are missing).
 *		DM_ERROR_BAD_DUMP: they are not as the kernel makes them, or they
 *		contradict VMCOREINFO. DM_ERROR_ABSENT, DM_ERROR_BROKEN: a page of
 *		them cannot be read.
 */
struct dm_error *dm_kallsyms_create(struct kva *kva, struct dm_source *source,
				    struct dm_symbol_table **ret);

/**
 * Write where the tables are, as lines of VMCOREINFO: what was sought need not be
 * sought again.
 * @returns	false, and nothing is written: it is another kind of table.
 */
bool dm_kallsyms_put(const struct dm_symbol_table *table, FILE *out);

#endif /* DM_KALLSYMS_H */
