// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks types and symbols up in lists of a test's own. */
#include <string.h>

#include "fake_types.h"

static struct dm_error *find_member(struct dm_type_table *table,
				    const char *type, const char *path,
				    struct dm_member *member)
{
	const struct fake_member *m = ((struct fake_types *)table)->members;

	for (; m->path; m++) {
		if (strcmp(m->type, type) != 0 || strcmp(m->path, path) != 0)
			continue;
		*member = (struct dm_member){ .offset = m->offset,
					      .size = m->size };
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s.%s", type, path);
}

static struct dm_error *fake_enumerator(struct dm_type_table *table,
					const char *name, int64_t *value)
{
	const struct fake_enumerator *e =
		((struct fake_types *)table)->enumerators;

	for (; e->name; e++) {
		if (strcmp(e->name, name) != 0)
			continue;
		*value = e->value;
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no enumerator %s", name);
}

static const struct dm_type_table_ops types_ops = {
	.name = "fake types",
	.member = find_member,
	.enumerator = fake_enumerator,
};

void fake_types_init(struct fake_types *types,
		     const struct fake_member *members,
		     const struct fake_enumerator *enumerators)
{
	types->table.ops = &types_ops;
	types->members = members;
	types->enumerators = enumerators;
}

static struct dm_error *one_find(struct dm_symbol_table *table,
				 const char *name, uint64_t *va)
{
	const struct fake_one_symbol *s = (struct fake_one_symbol *)table;

	*va = s->va;
	return !strcmp(s->name, name) ? NULL
				      : dm_error_create(DM_ERROR_NOT_FOUND,
							"no symbol %s", name);
}

static struct dm_error *one_at(struct dm_symbol_table *table, uint64_t va,
			       struct dm_symbol *symbol)
{
	(void)table;
	(void)symbol;
	return dm_error_create(DM_ERROR_NOT_FOUND, "no symbol at 0x%llx",
			       (unsigned long long)va);
}

static const struct dm_symbol_table_ops one_ops = {
	.name = "one fake symbol",
	.find = one_find,
	.at = one_at,
};

void fake_one_symbol_init(struct fake_one_symbol *symbol, const char *name,
			  uint64_t va)
{
	*symbol = (struct fake_one_symbol){ { &one_ops }, name, va };
}
