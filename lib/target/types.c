// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of types asked one after the other. */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/error.h"
#include "target/types.h"

/* Enumerators are searched for in all enums: those found are kept. */
#define MEMO_SIZE 64
#define MEMO_NAME 32

struct memo {
	char name[MEMO_NAME]; /* empty: none */
	int64_t value;
	bool found;
};

struct types {
	struct dm_type_table as_table; /* first: ops get a pointer to it */
	struct dm_type_table **tables;
	size_t count, capacity;
	struct memo memos[MEMO_SIZE];
	types_ready_fn ready; /* NULL: there is none, or it was called */
	void *ready_arg;
};

static struct dm_error *table_size(struct dm_type_table *table,
				   const char *type, uint64_t *size)
{
	return dm_types_size((struct types *)table, type, size);
}

static struct dm_error *table_member(struct dm_type_table *table,
				     const char *type, const char *path,
				     struct dm_member *member)
{
	return dm_types_member((struct types *)table, type, path, member);
}

static struct dm_error *table_enumerator(struct dm_type_table *table,
					 const char *name, int64_t *value)
{
	return dm_types_enumerator((struct types *)table, name, value);
}

static struct dm_error *table_enumerator_name(struct dm_type_table *table,
					      const char *type, int64_t value,
					      char *name, size_t size)
{
	return dm_types_enumerator_name((struct types *)table, type, value,
					name, size);
}

/* It ends with its types. */
static void table_destroy(struct dm_type_table *table)
{
	(void)table;
}

static const struct dm_type_table_ops table_ops = {
	.name = "types",
	.size = table_size,
	.member = table_member,
	.enumerator = table_enumerator,
	.enumerator_name = table_enumerator_name,
	.destroy = table_destroy,
};

struct dm_error *dm_types_create(struct types **ret)
{
	struct types *types = calloc(1, sizeof(*types));

	if (!types)
		return dm_error_no_memory();
	types->as_table.ops = &table_ops;
	*ret = types;
	return NULL;
}

struct dm_type_table *dm_types_table(struct types *types)
{
	return &types->as_table;
}

void dm_types_on_first(struct types *types, types_ready_fn fn, void *arg)
{
	types->ready = fn;
	types->ready_arg = arg;
}

static struct dm_error *get_ready(struct types *types)
{
	struct dm_error *err =
		types->ready ? types->ready(types->ready_arg) : NULL;

	if (!err)
		types->ready = NULL;
	return err;
}

struct dm_error *dm_types_from(struct types *types, const char **from)
{
	struct dm_error *err = get_ready(types);

	*from = !err && types->count ? types->tables[0]->ops->name : NULL;
	return err;
}

void dm_types_destroy(struct types *types)
{
	if (!types)
		return;
	/* From the end: a module's table goes on from one before it. */
	while (types->count--)
		types->tables[types->count]->ops->destroy(
			types->tables[types->count]);
	free(types->tables);
	free(types);
}

struct dm_error *dm_types_add(struct types *types, struct dm_type_table *table)
{
	struct dm_error *err =
		dm_array_reserve(&types->tables, &types->capacity, types->count,
				 1, DM_ARRAY_ANY);

	if (err) {
		table->ops->destroy(table);
		return err;
	}
	/* What one lacked, another may have. */
	memset(types->memos, 0, sizeof(types->memos));
	types->tables[types->count++] = table;
	return NULL;
}

/* One question, whichever it is. */
struct question {
	struct dm_error *(*ask)(struct dm_type_table *table,
				const struct question *q);
	const char *type; /* or the enumerator's name */
	const char *path;
	uint64_t *size;
	struct dm_member *member;
	int64_t *value;
	char *name;
	size_t name_size;
};

static struct dm_error *ask(struct types *types, const struct question *q)
{
	struct dm_error *first = get_ready(types);
	size_t i;

	if (first)
		return first;
	for (i = 0; i < types->count; i++) {
		struct dm_error *err = q->ask(types->tables[i], q);

		if (!err || err->code != DM_ERROR_NOT_FOUND) {
			dm_error_destroy(first);
			return err;
		}
		if (first)
			dm_error_destroy(err);
		else
			first = err;
	}
	if (!first)
		first = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"%s: nothing is known of the kernel's types", q->type);
	return first;
}

static struct dm_error *ask_size(struct dm_type_table *table,
				 const struct question *q)
{
	return table->ops->size(table, q->type, q->size);
}

struct dm_error *dm_types_size(struct types *types, const char *type,
			       uint64_t *size)
{
	return ask(types, &(struct question){ .ask = ask_size,
					      .type = type,
					      .size = size });
}

static struct dm_error *ask_member(struct dm_type_table *table,
				   const struct question *q)
{
	return table->ops->member(table, q->type, q->path, q->member);
}

struct dm_error *dm_types_member(struct types *types, const char *type,
				 const char *path, struct dm_member *member)
{
	return ask(types, &(struct question){ .ask = ask_member,
					      .type = type,
					      .path = path,
					      .member = member });
}

static struct dm_error *ask_enumerator(struct dm_type_table *table,
				       const struct question *q)
{
	return table->ops->enumerator(table, q->type, q->value);
}

static struct memo *memo_of(struct types *types, const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	const char *c;

	for (c = name; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619u;
	return c - name < MEMO_NAME ? &types->memos[hash % MEMO_SIZE] : NULL;
}

struct dm_error *dm_types_enumerator(struct types *types, const char *name,
				     int64_t *value)
{
	struct memo *memo = memo_of(types, name);
	struct dm_error *err;

	if (memo && strcmp(memo->name, name) == 0) {
		*value = memo->value;
		return memo->found ? NULL
				   : dm_error_create(DM_ERROR_NOT_FOUND,
						     "no enumerator %s", name);
	}
	err = ask(types, &(struct question){ .ask = ask_enumerator,
					     .type = name,
					     .value = value });
	if (memo && (!err || err->code == DM_ERROR_NOT_FOUND)) {
		strcpy(memo->name, name);
		memo->found = !err;
		memo->value = err ? 0 : *value;
	}
	return err;
}

static struct dm_error *ask_enumerator_name(struct dm_type_table *table,
					    const struct question *q)
{
	return table->ops->enumerator_name(table, q->type, *q->value, q->name,
					   q->name_size);
}

struct dm_error *dm_types_enumerator_name(struct types *types, const char *type,
					  int64_t value, char *name,
					  size_t size)
{
	return ask(types, &(struct question){ .ask = ask_enumerator_name,
					      .type = type,
					      .value = &value,
					      .name = name,
					      .name_size = size });
}

struct dm_error *dm_types_offset(struct types *types, const char *type,
				 const char *path, uint64_t *offset)
{
	struct dm_error *err;
	struct dm_member m;

	err = dm_types_member(types, type, path, &m);
	if (err)
		return err;
	if (m.bit_size)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s, member %s: a bitfield has no offset", type, path);
	*offset = m.offset;
	return NULL;
}

struct dm_error *dm_types_has(struct types *types, const char *type,
			      const char *path, bool *has)
{
	struct dm_error *err;
	struct dm_member m;

	err = dm_types_member(types, type, path, &m);
	*has = !err;
	return dm_error_forgive(err);
}
