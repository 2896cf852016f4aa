/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modules that were loaded, and their symbols. */
#ifndef DM_MODULES_H
#define DM_MODULES_H

#include "target/kva.h"
#include "directmap/symbols.h"
#include "target/types.h"

#define MODULE_NAME_MAX 64 /* MODULE_NAME_LEN is 56 on 64-bit kernels */

enum module_state {
	MODULE_LIVE,
	MODULE_COMING, /* its init function runs */
	MODULE_GOING,
	MODULE_UNFORMED, /* still being put together: nothing else is known */
};

enum module_area_kind {
	MODULE_TEXT,
	MODULE_DATA,
	MODULE_RODATA,
	MODULE_RO_AFTER_INIT,
	/* These are gone once a module is live. */
	MODULE_INIT_TEXT,
	MODULE_INIT_DATA,
	MODULE_INIT_RODATA,
	MODULE_AREA_KINDS,
};

/** "text", "data", … */
const char *dm_module_area_name(enum module_area_kind kind);

struct module_area {
	enum module_area_kind kind;
	uint64_t start; /* VA */
	uint64_t size; /* bytes, not 0 */
};

struct module {
	char name[MODULE_NAME_MAX];
	enum module_state state;
	uint64_t va; /* of its struct module */
	uint64_t base; /* VA that /proc/modules has; 0 if it has no text */
	uint64_t size; /* bytes that /proc/modules has: of all areas */
	size_t area_count;
	struct module_area areas[MODULE_AREA_KINDS];
};

struct modules;

/**
 * Read the list `modules` of kernel/module/main.c.
 *
 * A list that cannot be read to its end gives what was read of it; see
 * dm_modules_incomplete().
 *
 * @param kernel_symbols, types	Used here only.
 * @param kva	Borrowed: must outlive the object, which reads symbols later.
 * @returns	DM_ERROR_NOT_FOUND: a type is not known, or the symbol `modules`
 *		is not (kallsyms has data only with CONFIG_KALLSYMS_ALL) and the
 *		list was not found by a search of the image either; an empty
 *		one cannot be.
 */
struct dm_error *dm_modules_create(struct kva *kva,
				   struct dm_symbol_table *kernel_symbols,
				   struct dm_type_table *types,
				   struct modules **ret);
void dm_modules_destroy(struct modules *modules);

/** Modules are numbered in the order of the list: the one loaded last is 0. */
size_t dm_modules_count(const struct modules *modules);
const struct module *dm_modules_get(const struct modules *modules,
				    size_t index);

/** Why modules may be missing, one clause; NULL where none are. */
const char *dm_modules_incomplete(const struct modules *modules);

/**
 * The module that @p va is in.
 * @param index, area	Told which, and in which of its areas.
 * @returns		False: it is in none.
 */
bool dm_modules_at(const struct modules *modules, uint64_t va, size_t *index,
		   const struct module_area **area);

/**
 * The symbols of a module, as the kernel keeps them for itself; read at first
 * use, owned by @p modules: not for the caller to destroy. at() stays within
 * the area that the address is in, and leaves out what the kernel leaves out.
 */
struct dm_error *dm_modules_symbols(struct modules *modules, size_t index,
				    struct dm_symbol_table **ret);

#endif /* DM_MODULES_H */
