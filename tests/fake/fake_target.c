// SPDX-License-Identifier: GPL-2.0-or-later
/* Symbol and type tables that a test fills, and the target on them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/kernel.h"
#include "target/target.h"
#include "fake_target.h"

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "fake target: %s\n", what);
	abort();
}

static void must_work(struct dm_error *err)
{
	must(!err, err ? err->message : "");
}

/* ---- Symbols ------------------------------------------------------------ */

static struct fake_target *of_symbols(struct dm_symbol_table *table)
{
	return (void *)((char *)table -
			offsetof(struct fake_target, symbol_table));
}

static struct dm_error *find(struct dm_symbol_table *table, const char *name,
			     uint64_t *va)
{
	const struct fake_target *t = of_symbols(table);
	size_t i;

	for (i = 0; i < t->symbol_count; i++) {
		if (strcmp(t->symbols[i].name, name) != 0)
			continue;
		*va = t->symbols[i].va;
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no symbol %s", name);
}

/* The nearest at or below, and up to the next one its size. */
static struct dm_error *at(struct dm_symbol_table *table, uint64_t va,
			   struct dm_symbol *symbol)
{
	const struct fake_target *t = of_symbols(table);
	const struct fake_target_symbol *best = NULL;
	uint64_t next = UINT64_MAX;
	size_t i;

	for (i = 0; i < t->symbol_count; i++) {
		const struct fake_target_symbol *s = &t->symbols[i];

		if (!*s->name)
			continue;
		if (s->va <= va && (!best || s->va > best->va))
			best = s;
		if (s->va > va && s->va < next)
			next = s->va;
	}
	if (!best)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "no symbol at 0x%llx",
				       (unsigned long long)va);
	memset(symbol, 0, sizeof(*symbol));
	snprintf(symbol->name, sizeof(symbol->name), "%s", best->name);
	symbol->va = best->va;
	symbol->size = next == UINT64_MAX ? 0 : next - best->va;
	symbol->type = 'D';
	return NULL;
}

/* The tables are the fake target's own. */
static void end_symbols(struct dm_symbol_table *table)
{
	(void)table;
}

static const struct dm_symbol_table_ops symbol_ops = {
	.name = "fake symbols",
	.find = find,
	.at = at,
	.destroy = end_symbols,
};

/* ---- Types -------------------------------------------------------------- */

static struct fake_target *of_types(struct dm_type_table *table)
{
	return (void *)((char *)table -
			offsetof(struct fake_target, type_table));
}

static struct dm_error *no(const char *what, const char *name)
{
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s %s", what, name);
}

static struct dm_error *type_size(struct dm_type_table *table, const char *type,
				  uint64_t *size)
{
	const struct fake_target *t = of_types(table);
	size_t i;

	for (i = 0; i < t->size_count; i++) {
		if (strcmp(t->sizes[i].type, type) != 0)
			continue;
		*size = t->sizes[i].size;
		return NULL;
	}
	return no("type", type);
}

static struct dm_error *type_member(struct dm_type_table *table,
				    const char *type, const char *path,
				    struct dm_member *member)
{
	const struct fake_target *t = of_types(table);
	size_t i;

	for (i = 0; i < t->member_count; i++) {
		const struct fake_target_member *m = &t->members[i];

		if (strcmp(m->type, type) != 0 || strcmp(m->path, path) != 0)
			continue;
		*member = (struct dm_member){ .offset = m->offset,
					      .size = m->size };
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s in %s", path, type);
}

static struct dm_error *enumerator(struct dm_type_table *table,
				   const char *name, int64_t *value)
{
	const struct fake_target *t = of_types(table);
	size_t i;

	for (i = 0; i < t->enumerator_count; i++) {
		if (strcmp(t->enumerators[i].name, name) != 0)
			continue;
		*value = t->enumerators[i].value;
		return NULL;
	}
	return no("enumerator", name);
}

static struct dm_error *enumerator_name(struct dm_type_table *table,
					const char *type, int64_t value,
					char *name, size_t size)
{
	const struct fake_target *t = of_types(table);
	size_t i;

	for (i = 0; i < t->enumerator_count; i++) {
		const struct fake_target_enumerator *e = &t->enumerators[i];

		if (strcmp(e->type, type) != 0 || e->value != value)
			continue;
		snprintf(name, size, "%s", e->name);
		return NULL;
	}
	return no("enumerator of", type);
}

static void end_types(struct dm_type_table *table)
{
	(void)table;
}

static const struct dm_type_table_ops type_ops = {
	.name = "fake types",
	.size = type_size,
	.member = type_member,
	.enumerator = enumerator,
	.enumerator_name = enumerator_name,
	.destroy = end_types,
};

/* ---- Putting in ---------------------------------------------------------- */

void fake_target_symbol(struct fake_target *t, const char *name, uint64_t va)
{
	must(t->symbol_count < FAKE_NAMES_MAX, "too many symbols");
	t->symbols[t->symbol_count++] = (struct fake_target_symbol){ name, va };
}

uint64_t fake_target_variable(struct fake_target *t, const char *name,
			      size_t size, uint64_t value)
{
	uint64_t va = fake_kernel_data(t->fake);

	if (size == 1)
		fake_kernel_write(t->fake, va, &(unsigned char){ value }, 1);
	else if (size == 4)
		fake_kernel_write_u32(t->fake, va, (uint32_t)value);
	else
		fake_kernel_write_u64(t->fake, va, value);
	fake_target_symbol(t, name, va);
	return va;
}

void fake_target_array(struct fake_target *t, const char *type,
		       const char *path, uint64_t offset, uint64_t size)
{
	must(t->member_count < FAKE_NAMES_MAX, "too many members");
	t->members[t->member_count++] =
		(struct fake_target_member){ type, path, offset, size };
}

void fake_target_member(struct fake_target *t, const char *type,
			const char *path, uint64_t offset)
{
	fake_target_array(t, type, path, offset, 8);
}

void fake_target_size(struct fake_target *t, const char *type, uint64_t size)
{
	must(t->size_count < FAKE_NAMES_MAX, "too many sizes");
	t->sizes[t->size_count++] = (struct fake_target_size){ type, size };
}

void fake_target_enumerator(struct fake_target *t, const char *type,
			    const char *name, int64_t value)
{
	must(t->enumerator_count < FAKE_NAMES_MAX, "too many enumerators");
	t->enumerators[t->enumerator_count++] =
		(struct fake_target_enumerator){ type, name, value };
}

#define FORGET(list, count, member)                                            \
	for (i = 0; i < (count); i++) {                                        \
		if (!strcmp((list)[i].member, name))                           \
			(list)[i].member = "";                                 \
	}

void fake_target_forget(struct fake_target *t, const char *name)
{
	size_t i;

	FORGET(t->symbols, t->symbol_count, name)
	FORGET(t->members, t->member_count, type)
	FORGET(t->members, t->member_count, path)
	FORGET(t->sizes, t->size_count, type)
	FORGET(t->enumerators, t->enumerator_count, type)
	FORGET(t->enumerators, t->enumerator_count, name)
}

/* ---- The whole ----------------------------------------------------------- */

struct fake_target *fake_target_create(unsigned int page_shift,
				       unsigned int va_bits)
{
	struct fake_target *t = calloc(1, sizeof(*t));

	must(t, "no memory");
	t->fake = fake_kernel_create(page_shift, va_bits);
	t->symbol_table.ops = &symbol_ops;
	t->type_table.ops = &type_ops;
	return t;
}

void fake_target_destroy(struct fake_target *t)
{
	dm_target_destroy(t->target);
	fake_kernel_destroy(t->fake);
	free(t);
}

uint64_t fake_target_linear(const struct fake_target *t, uint64_t pa)
{
	return pa - FAKE_KERNEL_RAM - (UINT64_C(1) << t->fake->va_bits);
}

struct dm_target *fake_target_fresh(struct fake_target *t)
{
	dm_target_destroy(t->target);
	t->target = NULL;
	must_work(dm_kernel_init(&t->kernel, &t->fake->source));
	must_work(dm_target_create(&t->fake->source, &t->kernel, &t->target));
	if (t->symbol_count)
		must_work(dm_target_add_symbols(t->target, &t->symbol_table,
						true));
	if (t->member_count || t->size_count || t->enumerator_count)
		must_work(dm_target_add_types(t->target, &t->type_table));
	return t->target;
}
