/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Names of addresses, from wherever they are: a provider is a table of functions.
 */
#ifndef DIRECTMAP_SYMBOLS_H
#define DIRECTMAP_SYMBOLS_H

#include <directmap/error.h>

DM_BEGIN_DECLS

/** Bytes of a name, NUL included: KSYM_NAME_LEN of Linux 6.1 and later. */
#define DM_SYMBOL_NAME_MAX 512

/** One symbol. */
struct dm_symbol {
	char name[DM_SYMBOL_NAME_MAX]; /**< without a module's name */
	uint64_t va; /**< at run time: KASLR's offset is in it */
	uint64_t size; /**< bytes to the next symbol; 0 if not known */
	char type; /**< as nm prints it; 0 if not known */
};

/**
 * A table of symbols; each kind of provider has its own (kallsyms, a vmlinux, …). Errors of
 * both: DM_ERROR_NOT_FOUND, or what kept the table from being read.
 */
struct dm_symbol_table;

/** What a table of symbols can do. */
struct dm_symbol_table_ops {
	/** "kallsyms in the dump", "vmlinux", … */
	const char *name;
	/** The first symbol called @p name. */
	struct dm_error *(*find)(struct dm_symbol_table *table,
				 const char *name, uint64_t *va);
	/** The last symbol at or below @p va. */
	struct dm_error *(*at)(struct dm_symbol_table *table, uint64_t va,
			       struct dm_symbol *symbol);
	/** Ends the table. */
	void (*destroy)(struct dm_symbol_table *table);
	/** For functions of later versions; NULL. */
	void (*reserved[4])(void);
};

/** Embed it in your own object. */
struct dm_symbol_table {
	const struct dm_symbol_table_ops *ops; /**< outlive it */
};

DM_END_DECLS

#endif /* DIRECTMAP_SYMBOLS_H */
