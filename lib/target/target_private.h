/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a target is made of: for the files that together are the target. */
#ifndef DM_TARGET_PRIVATE_H
#define DM_TARGET_PRIVATE_H

#include "target/target.h"

/* A front end's tables of one kind; the dump's own is one more. */
#define TARGET_BROUGHT_MAX 3
#define TARGET_TABLES_MAX  (TARGET_BROUGHT_MAX + 1)

/* Something that is made once, or of which it is found once why it cannot be. */
struct attempt {
	bool done;
	enum dm_error_code code; /* 0: it was made */
	char why[DM_ERROR_MESSAGE_MAX];
};

struct target_walk;
struct target_kept;

struct dm_target {
	struct dm_symbol_table
		names; /* all tables as one; first: see its ops */
	struct dm_source *source;
	const struct dm_kernel *kernel;
	struct kva *kva;
	/* In the order that they are asked in; the front end's first or last. */
	struct dm_symbol_table *symbols[TARGET_TABLES_MAX];
	size_t symbol_count;
	size_t first_count; /* those of them that go before kallsyms */
	size_t brought_symbols; /* all of the front end's */
	struct dm_symbol_table *last_symbols[TARGET_BROUGHT_MAX];
	size_t last_symbol_count;
	struct attempt kallsyms;
	/* The dump's own, then the front end's, which wait until they may. */
	struct types *types;
	struct dm_type_table *more_types[TARGET_BROUGHT_MAX];
	size_t more_type_count;
	size_t brought_types;
	struct attempt btf;
	struct modules *modules;
	struct attempt listing; /* of modules */
	struct target_walk *walk; /* NULL: nobody asked yet */
	struct target_kept *kept; /* one of a kind */
	bool lacks_tables;
};

/** Symbols, types and modules, of which nothing is read yet. */
struct dm_error *dm_target_lookup_init(struct dm_target *target);
void dm_target_lookup_deinit(struct dm_target *target);

/** NULL is fine. */
void dm_target_walk_destroy(struct target_walk *walk);

#endif /* DM_TARGET_PRIVATE_H */
