// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a module's symbol table.
 *
 * An ELF symbol table in the module's own memory, its strings, and a letter
 * for each symbol: kernel/module/kallsyms.c (kernel/module.c in 5.10),
 * add_kallsyms(). All of them lie in an area of the module.
 */
#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/text.h"
#include "util/bisect.h"
#include "util/error.h"
#include "target/module_symbols.h"

/* The largest modules have some 30,000. */
#define SYMBOLS_MAX (1u << 20)
#define STRINGS_MAX (UINT64_C(64) << 20)

struct module_symbols {
	struct dm_symbol_table table;
	struct module module;
	uint32_t count;
	Elf64_Sym *symtab; /* little-endian, as in the dump */
	char *types;
	char *strings; /* with a NUL behind them */
	size_t strings_size;
	uint32_t *order; /* of those that at() may give, by address */
	size_t ordered;
};

struct dm_error *
dm_module_symbols_offsets(struct module_kallsyms_offsets *offsets,
			  struct dm_type_table *types)
{
	const struct {
		const char *name;
		uint64_t *offset;
	} members[] = {
		{ "symtab", &offsets->symtab },
		{ "num_symtab", &offsets->num_symtab },
		{ "strtab", &offsets->strtab },
		{ "typetab", &offsets->typetab },
	};
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < sizeof(members) / sizeof(members[0]); i++) {
		struct dm_member member = { 0 };

		err = types->ops->member(types, "struct mod_kallsyms",
					 members[i].name, &member);
		*members[i].offset = member.offset;
	}
	return err;
}

/* ---- Reading ------------------------------------------------------------ */

static const struct module_area *area_of(const struct module *m, uint64_t va,
					 uint64_t size)
{
	size_t i;

	for (i = 0; i < m->area_count; i++) {
		const struct module_area *a = &m->areas[i];

		if (va >= a->start && va - a->start < a->size &&
		    size <= a->size - (va - a->start))
			return a;
	}
	return NULL;
}

/* A copy of @size bytes at @va, with a NUL behind them. */
static struct dm_error *copy(struct kva *kva, const struct module *m,
			     const char *what, uint64_t va, uint64_t size,
			     void *ret)
{
	struct dm_error *err;
	char *bytes;

	if (!area_of(m, va, size))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s at 0x%llx is outside the module's memory", what,
			(unsigned long long)va);
	bytes = malloc(size + 1);
	if (!bytes)
		return dm_error_no_memory();
	err = dm_kva_read(kva, va, bytes, size, DM_CONTENT_SYMBOLS);
	if (err) {
		free(bytes);
		return dm_error_prefix(err, "%s", what);
	}
	bytes[size] = '\0';
	memcpy(ret, &bytes, sizeof(bytes));
	return NULL;
}

/* Up to the letters, which add_kallsyms() puts behind, or the area's end. */
static uint64_t strings_size(const struct module *m, uint64_t strtab,
			     uint64_t typetab)
{
	const struct module_area *a = area_of(m, strtab, 1);
	uint64_t size;

	if (!a)
		return 0;
	size = a->start + a->size - strtab;
	if (typetab > strtab && typetab - strtab < size)
		size = typetab - strtab;
	return size < STRINGS_MAX ? size : STRINGS_MAX;
}

static struct dm_error *read_tables(struct module_symbols *s, struct kva *kva,
				    uint64_t pointer,
				    const struct module_kallsyms_offsets *o)
{
	uint64_t at, symtab, strtab, typetab;
	struct dm_error *err;

	err = dm_kva_read_u64(kva, pointer, &at);
	if (!err)
		err = dm_kva_read_u64(kva, at + o->symtab, &symtab);
	if (!err)
		err = dm_kva_read_u32(kva, at + o->num_symtab, &s->count);
	if (!err)
		err = dm_kva_read_u64(kva, at + o->strtab, &strtab);
	if (!err)
		err = dm_kva_read_u64(kva, at + o->typetab, &typetab);
	if (err)
		return err;
	if (!s->count || s->count > SYMBOLS_MAX)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "num_symtab is %u at 0x%llx", s->count,
				       (unsigned long long)at);
	s->strings_size = (size_t)strings_size(&s->module, strtab, typetab);
	err = copy(kva, &s->module, "symtab", symtab,
		   s->count * sizeof(Elf64_Sym), &s->symtab);
	if (!err)
		err = copy(kva, &s->module, "strtab", strtab, s->strings_size,
			   &s->strings);
	if (!err)
		err = copy(kva, &s->module, "typetab", typetab, s->count,
			   &s->types);
	return err;
}

/* ---- Symbols ------------------------------------------------------------ */

static uint64_t value(const struct module_symbols *s, uint32_t i)
{
	return le64toh(s->symtab[i].st_value);
}

/* Its name; NULL where the kernel passes it over, or it cannot be printed. */
static const char *name_of(const struct module_symbols *s, uint32_t i)
{
	uint32_t at = le32toh(s->symtab[i].st_name);
	const char *name;

	if (le16toh(s->symtab[i].st_shndx) == SHN_UNDEF ||
	    at >= s->strings_size || !s->strings[at])
		return NULL;
	name = s->strings + at;
	return dm_ascii_all_visible(name, strlen(name)) ? name : NULL;
}

/* include/linux/module_symbol.h, is_mapping_symbol(); so far of arm64. */
static bool is_mapping(const char *name)
{
	return name[0] == '$' || !strncmp(name, ".L", 2) ||
	       !strncmp(name, "L0", 2);
}

static int by_value(const void *a, const void *b, void *arg)
{
	const struct module_symbols *s = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	uint64_t vx = value(s, x), vy = value(s, y);

	if (vx != vy)
		return vx > vy ? 1 : -1;
	return (x > y) - (x < y);
}

/* ELF begins with a symbol that is none: find_kallsyms_symbol() skips it. */
static struct dm_error *make_order(struct module_symbols *s)
{
	uint32_t i;

	s->order = malloc(s->count * sizeof(*s->order));
	if (!s->order)
		return dm_error_no_memory();
	for (i = 1; i < s->count; i++) {
		const char *name = name_of(s, i);

		if (name && !is_mapping(name) &&
		    area_of(&s->module, value(s, i), 1))
			s->order[s->ordered++] = i;
	}
	qsort_r(s->order, s->ordered, sizeof(*s->order), by_value, s);
	return NULL;
}

/* As __find_kallsyms_symbol_value(): the first that is called so. */
static struct dm_error *symbols_find(struct dm_symbol_table *table,
				     const char *name, uint64_t *va)
{
	struct module_symbols *s = (struct module_symbols *)table;
	uint32_t i;

	for (i = 0; i < s->count; i++) {
		const char *its = name_of(s, i);

		if (its && !strcmp(its, name)) {
			*va = value(s, i);
			return NULL;
		}
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "module %s has no symbol %s",
			       s->module.name, name);
}

/* Of those in order: the first at or above @va. */
static size_t first_from(const struct module_symbols *s, uint64_t va)
{
	return dm_bisect(i, s->ordered, value(s, s->order[i]) < va);
}

/* As find_kallsyms_symbol(): of those at one address, the first. */
static struct dm_error *symbols_at(struct dm_symbol_table *table, uint64_t va,
				   struct dm_symbol *symbol)
{
	struct module_symbols *s = (struct module_symbols *)table;
	const struct module_area *a = area_of(&s->module, va, 1);
	size_t above = a ? first_from(s, va + 1) : 0;
	uint64_t end;
	uint32_t i;

	if (!above || value(s, s->order[above - 1]) < a->start)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"module %s has no symbol at or below 0x%llx",
			s->module.name, (unsigned long long)va);
	symbol->va = value(s, s->order[above - 1]);
	end = a->start + a->size;
	if (above < s->ordered && value(s, s->order[above]) < end)
		end = value(s, s->order[above]);
	symbol->size = end - symbol->va;
	i = s->order[first_from(s, symbol->va)];
	symbol->type = dm_ascii_is_visible(s->types[i]) ? s->types[i] : 0;
	symbol->name[0] = '\0';
	strncat(symbol->name, name_of(s, i), sizeof(symbol->name) - 1);
	return NULL;
}

static void symbols_destroy(struct dm_symbol_table *table)
{
	(void)table;
}

static const struct dm_symbol_table_ops module_ops = {
	.name = "symbols of a module in the dump",
	.find = symbols_find,
	.at = symbols_at,
	.destroy = symbols_destroy,
};

struct dm_error *
dm_module_symbols_create(struct kva *kva, const struct module *m,
			 uint64_t pointer,
			 const struct module_kallsyms_offsets *offsets,
			 struct module_symbols **ret)
{
	struct module_symbols *s = calloc(1, sizeof(*s));
	struct dm_error *err;

	if (!s)
		return dm_error_no_memory();
	s->table.ops = &module_ops;
	s->module = *m;
	err = read_tables(s, kva, pointer, offsets);
	if (!err)
		err = make_order(s);
	if (err) {
		dm_module_symbols_destroy(s);
		return err;
	}
	*ret = s;
	return NULL;
}

void dm_module_symbols_destroy(struct module_symbols *s)
{
	if (!s)
		return;
	free(s->symtab);
	free(s->types);
	free(s->strings);
	free(s->order);
	free(s);
}

struct dm_symbol_table *dm_module_symbols_table(struct module_symbols *s)
{
	return &s->table;
}
