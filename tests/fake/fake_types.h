/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types and symbols that are just lists, for tests. */
#ifndef FAKE_TYPES_H
#define FAKE_TYPES_H

#include "directmap/symbols.h"
#include "target/types.h"

struct fake_member {
	const char *type, *path; /* NULL at the end */
	uint64_t offset, size;
};

struct fake_enumerator {
	const char *name; /* NULL at the end */
	int64_t value;
};

/** Set what is needed, and table with fake_types_init(). */
struct fake_types {
	struct dm_type_table table;
	const struct fake_member *members;
	const struct fake_enumerator *enumerators;
};

void fake_types_init(struct fake_types *types,
		     const struct fake_member *members,
		     const struct fake_enumerator *enumerators);

/** One symbol; find() knows it, at() knows none. */
struct fake_one_symbol {
	struct dm_symbol_table table;
	const char *name;
	uint64_t va;
};

void fake_one_symbol_init(struct fake_one_symbol *symbol, const char *name,
			  uint64_t va);

#endif /* FAKE_TYPES_H */
