/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a module has in its struct mod_kallsyms; private to modules.c. */
#ifndef DM_MODULE_SYMBOLS_H
#define DM_MODULE_SYMBOLS_H

#include "target/modules.h"

/* In struct mod_kallsyms. */
struct module_kallsyms_offsets {
	uint64_t symtab, num_symtab, strtab, typetab;
};

struct dm_error *
dm_module_symbols_offsets(struct module_kallsyms_offsets *offsets,
			  struct dm_type_table *types);

struct module_symbols;

/**
 * @param m		Borrowed areas: copied.
 * @param pointer	VA of the pointer to the struct mod_kallsyms.
 */
struct dm_error *
dm_module_symbols_create(struct kva *kva, const struct module *m,
			 uint64_t pointer,
			 const struct module_kallsyms_offsets *offsets,
			 struct module_symbols **ret);
void dm_module_symbols_destroy(struct module_symbols *symbols);

/** Lives as long as the symbols; its destroy() does nothing. */
struct dm_symbol_table *dm_module_symbols_table(struct module_symbols *symbols);

#endif /* DM_MODULE_SYMBOLS_H */
