// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of types asked one after the other. */
#include <stdlib.h>

#include "error.h"
#include "types.h"

struct types {
	struct type_table **tables;
	size_t count;
};

struct dm_error *types_create(struct types **ret)
{
	*ret = calloc(1, sizeof(**ret));
	return *ret ? NULL : dm_error_no_memory();
}

void types_destroy(struct types *types)
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

struct dm_error *types_add(struct types *types, struct type_table *table)
{
	struct type_table **more =
		reallocarray(types->tables, types->count + 1, sizeof(*more));

	if (!more) {
		table->ops->destroy(table);
		return dm_error_no_memory();
	}
	types->tables = more;
	types->tables[types->count++] = table;
	return NULL;
}

/* One question, whichever it is. */
struct question {
	struct dm_error *(*ask)(struct type_table *table,
				const struct question *q);
	const char *type; /* or the enumerator's name */
	const char *path;
	uint64_t *size;
	struct member *member;
	int64_t *value;
	char *name;
	size_t name_size;
};

static struct dm_error *ask(struct types *types, const struct question *q)
{
	struct dm_error *first = NULL;
	size_t i;

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

static struct dm_error *ask_size(struct type_table *table,
				 const struct question *q)
{
	return table->ops->size(table, q->type, q->size);
}

struct dm_error *types_size(struct types *types, const char *type,
			    uint64_t *size)
{
	return ask(types, &(struct question){ .ask = ask_size,
					      .type = type,
					      .size = size });
}

static struct dm_error *ask_member(struct type_table *table,
				   const struct question *q)
{
	return table->ops->member(table, q->type, q->path, q->member);
}

struct dm_error *types_member(struct types *types, const char *type,
			      const char *path, struct member *member)
{
	return ask(types, &(struct question){ .ask = ask_member,
					      .type = type,
					      .path = path,
					      .member = member });
}

static struct dm_error *ask_enumerator(struct type_table *table,
				       const struct question *q)
{
	return table->ops->enumerator(table, q->type, q->value);
}

struct dm_error *types_enumerator(struct types *types, const char *name,
				  int64_t *value)
{
	return ask(types, &(struct question){ .ask = ask_enumerator,
					      .type = name,
					      .value = value });
}

static struct dm_error *ask_enumerator_name(struct type_table *table,
					    const struct question *q)
{
	return table->ops->enumerator_name(table, q->type, *q->value, q->name,
					   q->name_size);
}

struct dm_error *types_enumerator_name(struct types *types, const char *type,
				       int64_t value, char *name, size_t size)
{
	return ask(types, &(struct question){ .ask = ask_enumerator_name,
					      .type = type,
					      .value = &value,
					      .name = name,
					      .name_size = size });
}

struct dm_error *types_offset(struct types *types, const char *type,
			      const char *path, uint64_t *offset)
{
	struct dm_error *err;
	struct member m;

	err = types_member(types, type, path, &m);
	if (err)
		return err;
	if (m.bit_size)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s, member %s: a bitfield has no offset", type, path);
	*offset = m.offset;
	return NULL;
}

bool types_has(struct types *types, const char *type, const char *path)
{
	struct dm_error *err;
	struct member m;

	err = types_member(types, type, path, &m);
	dm_error_destroy(err);
	return !err;
}
