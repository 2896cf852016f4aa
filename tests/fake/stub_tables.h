/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Symbols and types of a test's own, for a target on a fake kernel. */
#ifndef STUB_TABLES_H
#define STUB_TABLES_H

#include <stdint.h>
#include <string.h>

#include "arm64/kernel.h"
#include "util/error.h"
#include "fake_kernel.h"
#include "directmap/symbols.h"
#include "target/target.h"
#include "target/types.h"

struct stub_symbol {
	const char *name;
	uint64_t va;
};

struct stub_member {
	const char *type;
	const char *path;
	struct dm_member member;
};

/* Each list ends with a NULL name. */
struct stub_tables {
	struct dm_symbol_table symbol_table;
	struct dm_type_table type_table;
	const struct stub_symbol *symbols;
	const struct stub_member *members;
};

static inline struct dm_error *stub_find(struct dm_symbol_table *table,
					 const char *name, uint64_t *va)
{
	const struct stub_symbol *s =
		((const struct stub_tables *)table)->symbols;

	for (; s->name; s++)
		if (!strcmp(s->name, name)) {
			*va = s->va;
			return NULL;
		}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no symbol %s", name);
}

static inline struct dm_error *stub_member_of(struct dm_type_table *table,
					      const char *type,
					      const char *path,
					      struct dm_member *member)
{
	const struct stub_tables *t =
		(const void *)((const char *)table -
			       offsetof(struct stub_tables, type_table));
	const struct stub_member *m = t->members;

	for (; m->type; m++)
		if (!strcmp(m->type, type) && !strcmp(m->path, path)) {
			*member = m->member;
			return NULL;
		}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s in %s", path, type);
}

static inline struct dm_error *stub_enumerator_name(struct dm_type_table *table,
						    const char *type,
						    int64_t value, char *name,
						    size_t size)
{
	(void)table;
	if (strcmp(type, "enum bpf_prog_type") || value != 5)
		return dm_error_create(DM_ERROR_NOT_FOUND, "no enumerator");
	snprintf(name, size, "BPF_PROG_TYPE_TRACEPOINT");
	return NULL;
}

/* The tables are the test's own. */
static inline void stub_end_symbols(struct dm_symbol_table *table)
{
	(void)table;
}

static inline void stub_end_types(struct dm_type_table *table)
{
	(void)table;
}

static const struct dm_symbol_table_ops stub_symbol_ops = {
	.name = "stub",
	.find = stub_find,
	.destroy = stub_end_symbols,
};

static const struct dm_type_table_ops stub_type_ops = {
	.name = "stub",
	.member = stub_member_of,
	.enumerator_name = stub_enumerator_name,
	.destroy = stub_end_types,
};

/* A fake kernel with a target on it. */
struct stub_target {
	struct fake_kernel *fake;
	struct dm_kernel kernel;
	struct stub_tables tables;
	struct dm_target *target;
};

static inline void stub_target_start(struct stub_target *s,
				     const struct stub_symbol *symbols,
				     const struct stub_member *members)
{
	s->tables = (struct stub_tables){
		.symbol_table = { &stub_symbol_ops },
		.type_table = { &stub_type_ops },
		.symbols = symbols,
		.members = members,
	};
	s->target = NULL;
}

/* A target that has read nothing yet: the fake kernel may have changed. */
static inline struct dm_target *stub_target_fresh(struct stub_target *s)
{
	dm_target_destroy(s->target);
	suite_no_error(dm_kernel_init(&s->kernel, &s->fake->source));
	suite_no_error(
		dm_target_create(&s->fake->source, &s->kernel, &s->target));
	suite_no_error(dm_target_add_symbols(s->target, &s->tables.symbol_table,
					     true));
	if (s->tables.members)
		suite_no_error(
			dm_target_add_types(s->target, &s->tables.type_table));
	return s->target;
}

static inline void stub_target_end(struct stub_target *s)
{
	dm_target_destroy(s->target);
	fake_kernel_destroy(s->fake);
}

#endif /* STUB_TABLES_H */
