/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of addresses, from wherever they are: a provider is a table of functions. */
#ifndef DIRECTMAP_SYMBOLS_H
#define DIRECTMAP_SYMBOLS_H

#include <directmap/error.h>

DM_BEGIN_DECLS

#define DM_SYMBOL_NAME_MAX                                                     \
	512 /* KSYM_NAME_LEN of 6.1 and later, NUL included */

struct dm_symbol {
	char name[DM_SYMBOL_NAME_MAX];
	uint64_t va; /* at run time: KASLR's offset is in it */
	uint64_t size; /* bytes to the next symbol; 0 if not known */
	char type; /* as nm prints it; 0 if not known */
};

/**
 * A table of symbols; each kind of provider has its own (kallsyms, a vmlinux, …). Errors of
 * both: DM_ERROR_NOT_FOUND, or what kept the table from being read.
 */
struct dm_symbol_table;

struct dm_symbol_table_ops {
	/** "kallsyms in the dump", "vmlinux", … */
	const char *name;
	/** The first symbol called @p name. */
	struct dm_error *(*find)(struct dm_symbol_table *table,
				 const char *name, uint64_t *va);
	/** The last symbol at or below @p va. */
	struct dm_error *(*at)(struct dm_symbol_table *table, uint64_t va,
			       struct dm_symbol *symbol);
	void (*destroy)(struct dm_symbol_table *table);
};

struct dm_symbol_table {
	const struct dm_symbol_table_ops *ops;
};

DM_END_DECLS

#endif /* DIRECTMAP_SYMBOLS_H */
