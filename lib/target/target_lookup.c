// SPDX-License-Identifier: GPL-2.0-or-later
/* Symbols, types and modules of a target, each got ready when first asked for. */
#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "directmap/kernel.h"
#include "target/btf/btf.h"
#include "target/kallsyms/kallsyms.h"
#include "target/target_private.h"
#include "util/error.h"

/* ---- Attempts ----------------------------------------------------------- */

/* Keep what became of it; takes @err, gives back only a fatal one. */
static struct dm_error *attempt_keep(struct attempt *a, struct dm_error *err)
{
	if (dm_error_is_fatal(err))
		return err;
	a->done = true;
	if (err) {
		a->code = err->code;
		strncpy(a->why, err->message, sizeof(a->why) - 1);
		dm_error_destroy(err);
	}
	return NULL;
}

static struct dm_error *attempt_error(const struct attempt *a)
{
	return a->code ? dm_error_create(a->code, "%s", a->why) : NULL;
}

/* ---- Symbols ------------------------------------------------------------ */

static struct dm_error *too_many_tables(void)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "more than %d tables of one kind",
			       TARGET_BROUGHT_MAX);
}

/* Before kallsyms, also where that is there already. */
static void add_first(struct dm_target *t, struct dm_symbol_table *table)
{
	struct dm_symbol_table **at = &t->symbols[t->first_count];

	memmove(at + 1, at, (t->symbol_count - t->first_count) * sizeof(*at));
	*at = table;
	t->first_count++;
	t->symbol_count++;
}

struct dm_error *dm_target_add_symbols(struct dm_target *target,
				       struct dm_symbol_table *table,
				       bool first)
{
	struct dm_target *t = target;

	if (t->brought_symbols == TARGET_BROUGHT_MAX) {
		table->ops->destroy(table);
		return too_many_tables();
	}
	t->brought_symbols++;
	if (first)
		add_first(t, table);
	else if (t->kallsyms.done)
		t->symbols[t->symbol_count++] = table;
	else
		t->last_symbols[t->last_symbol_count++] = table;
	return NULL;
}

/* kallsyms, and behind it what a front end brought for the lack of it. */
static struct dm_error *make_symbols(struct dm_target *t)
{
	struct dm_symbol_table *table;
	struct dm_error *err;
	size_t i;

	err = dm_kallsyms_create(t->kva, t->source, &table);
	/* Where a file lacks it is not worth a line in every report. */
	if (dm_error_is_unread(err)) {
		dm_error_destroy(err);
		err = dm_error_create(
			DM_ERROR_ABSENT,
			"the dump does not hold its kallsyms; a vmlinux or System.map can stand in");
	}
	/* It will be tried again: nothing may have been moved then. */
	if (dm_error_is_fatal(err))
		return err;
	if (!err)
		t->symbols[t->symbol_count++] = table;
	for (i = 0; i < t->last_symbol_count; i++)
		t->symbols[t->symbol_count++] = t->last_symbols[i];
	t->last_symbol_count = 0;
	return err;
}

struct dm_error *dm_target_ready_symbols(struct dm_target *target)
{
	struct dm_error *err;

	if (!target->kallsyms.done) {
		err = attempt_keep(&target->kallsyms, make_symbols(target));
		if (err)
			return err;
	}
	return target->symbol_count ? NULL : attempt_error(&target->kallsyms);
}

void dm_target_put_kallsyms(const struct dm_target *target, FILE *out)
{
	size_t i = 0;

	while (i < target->symbol_count &&
	       !dm_kallsyms_put(target->symbols[i], out))
		i++;
}

/* Some addresses are in VMCOREINFO itself. @err: why symbols have none; taken. */
static struct dm_error *in_vmcoreinfo(struct dm_target *target,
				      const char *name, uint64_t *va,
				      struct dm_error *err)
{
	struct dm_error *other;
	struct dm_vmcoreinfo info;
	char key[128];

	/* Those two lines have a pointer's value (VMCOREINFO_SYMBOL_ARRAY()). */
	if (strcmp(name, "mem_section") == 0 || strcmp(name, "vmemmap") == 0)
		return err;
	if ((size_t)snprintf(key, sizeof(key), "SYMBOL(%s)", name) >=
	    sizeof(key))
		return err;
	other = target->source->ops->vmcoreinfo(target->source, &info.text,
						&info.size);
	if (!other && !dm_vmcoreinfo_has(&info, key))
		return err;
	if (!other)
		other = dm_vmcoreinfo_number(&info, key, 16, va);
	return dm_error_either(err, other);
}

struct dm_error *dm_target_symbol(struct dm_target *target, const char *name,
				  uint64_t *va)
{
	struct dm_error *err = dm_target_ready_symbols(target);
	size_t i;

	if (dm_error_is_fatal(err))
		return err;
	for (i = 0; !err && i < target->symbol_count; i++) {
		struct dm_symbol_table *table = target->symbols[i];
		struct dm_error *miss = table->ops->find(table, name, va);

		if (!miss || miss->code != DM_ERROR_NOT_FOUND)
			return miss;
		dm_error_destroy(miss);
	}
	if (!err)
		err = dm_error_create(DM_ERROR_NOT_FOUND, "%s has no symbol %s",
				      target->symbols[0]->ops->name, name);
	return in_vmcoreinfo(target, name, va, err);
}

struct dm_error *dm_target_has_symbol(struct dm_target *target,
				      const char *name, bool *has)
{
	struct dm_error *err;
	uint64_t va;

	err = dm_target_symbol(target, name, &va);
	*has = !err;
	return dm_error_forgive(err);
}

struct dm_error *dm_target_knows_variables(struct dm_target *target,
					   bool *knows)
{
	/* Every kernel has it, and VMCOREINFO does not tell it. */
	return dm_target_has_symbol(target, "init_task", knows);
}

struct dm_error *dm_target_symbol_at(struct dm_target *target, uint64_t va,
				     struct dm_symbol *symbol)
{
	struct dm_error *err = dm_target_ready_symbols(target);
	struct dm_symbol other;
	size_t i;

	if (err)
		return err;
	err = target->symbols[0]->ops->at(target->symbols[0], va, symbol);
	/* Another table may have a nearer one. */
	for (i = 1; !dm_error_is_fatal(err) && i < target->symbol_count; i++) {
		struct dm_symbol_table *table = target->symbols[i];
		struct dm_error *miss = table->ops->at(table, va, &other);

		if (!miss && (err || other.va > symbol->va))
			*symbol = other;
		else if (!err)
			miss = dm_error_forgive(miss);
		err = err ? dm_error_either(err, miss) : miss;
	}
	return err;
}

struct dm_error *dm_target_variable(struct dm_target *target, const char *name,
				    size_t size, uint64_t *value)
{
	struct dm_error *err;
	uint64_t bytes = 0, va;

	*value = 0;
	err = dm_target_symbol(target, name, &va);
	if (!err)
		err = dm_kva_read(target->kva, va, &bytes, size,
				  DM_CONTENT_DATA);
	if (!err)
		*value = le64toh(bytes);
	return err;
}

/* ---- Types -------------------------------------------------------------- */

struct dm_error *dm_target_add_types(struct dm_target *target,
				     struct dm_type_table *table)
{
	if (target->brought_types == TARGET_BROUGHT_MAX) {
		table->ops->destroy(table);
		return too_many_tables();
	}
	target->brought_types++;
	if (target->btf.done)
		return dm_types_add(target->types, table);
	target->more_types[target->more_type_count++] = table;
	return NULL;
}

/* Why the search for BTF that no symbol leads to was of no use; takes both. */
static struct dm_error *join(struct dm_error *err, struct dm_error *other)
{
	struct dm_error *both;

	if (dm_error_is_fatal(other)) {
		dm_error_destroy(err);
		return other;
	}
	both = dm_error_create(err->code, "%s; %s", err->message,
			       other->message);
	dm_error_destroy(err);
	dm_error_destroy(other);
	return both;
}

/*
 * A symbol tells where the types are. Without CONFIG_KALLSYMS_ALL there is no
 * such symbol (Debian's 6.1), without kallsyms there is none at all.
 */
static struct dm_error *add_btf(struct dm_target *t)
{
	bool has = false, knows = false;
	struct dm_error *err, *other;
	struct dm_type_table *table;

	err = dm_btf_from_dump(t->kva, &t->names, &table);
	if (!err)
		return dm_types_add(t->types, table);
	if (dm_error_is_fatal(err))
		return err;
	other = dm_target_has_symbol(t, "__start_BTF", &has);
	if (!other)
		other = dm_target_knows_variables(t, &knows);
	if (!other && (has || knows))
		return err;
	if (!other)
		other = dm_btf_search(t->kva, t->source, &table);
	if (other)
		return join(err, other);
	dm_error_destroy(err);
	return dm_types_add(t->types, table);
}

/* The dump's own types, then those of the front end that waited for them. */
static struct dm_error *make_types(void *arg)
{
	struct dm_target *t = arg;
	struct dm_error *err = NULL;

	if (!t->btf.done)
		err = attempt_keep(&t->btf, add_btf(t));
	while (!err && t->more_type_count) {
		struct dm_type_table *table = t->more_types[0];

		memmove(&t->more_types[0], &t->more_types[1],
			--t->more_type_count * sizeof(*t->more_types));
		err = dm_types_add(t->types, table);
	}
	return err;
}

struct types *dm_target_types(struct dm_target *target)
{
	return target->types;
}

struct dm_error *dm_target_types_why(struct dm_target *target, const char **why)
{
	const char *from;
	struct dm_error *err = dm_types_from(target->types, &from);

	*why = err || from ? NULL : target->btf.why;
	return err;
}

struct dm_error *dm_target_offsets(struct dm_target *target, const char *type,
				   const struct target_offset *wanted)
{
	struct dm_error *err = NULL;

	for (; !err && wanted->path; wanted++)
		err = dm_types_offset(dm_target_types(target), type,
				      wanted->path, wanted->offset);
	return err;
}

/* ---- Modules ------------------------------------------------------------ */

struct dm_error *dm_target_modules(struct dm_target *target,
				   struct modules **modules)
{
	struct dm_error *err;

	if (!target->listing.done) {
		err = dm_target_ready_symbols(target);
		if (!err)
			err = dm_modules_create(target->kva, &target->names,
						dm_types_table(target->types),
						&target->modules);
		err = attempt_keep(&target->listing, err);
		if (err)
			return err;
	}
	*modules = target->modules;
	return attempt_error(&target->listing);
}

/* ---- All of it ---------------------------------------------------------- */

static struct dm_error *names_find(struct dm_symbol_table *table,
				   const char *name, uint64_t *va)
{
	return dm_target_symbol((struct dm_target *)table, name, va);
}

static struct dm_error *names_at(struct dm_symbol_table *table, uint64_t va,
				 struct dm_symbol *symbol)
{
	return dm_target_symbol_at((struct dm_target *)table, va, symbol);
}

/* It ends with the target. */
static void names_destroy(struct dm_symbol_table *table)
{
	(void)table;
}

static const struct dm_symbol_table_ops names_ops = {
	.name = "symbols",
	.find = names_find,
	.at = names_at,
	.destroy = names_destroy,
};

struct dm_error *dm_target_lookup_init(struct dm_target *target)
{
	struct dm_error *err;

	target->names.ops = &names_ops;
	err = dm_types_create(&target->types);
	if (!err)
		dm_types_on_first(target->types, make_types, target);
	return err;
}

void dm_target_lookup_deinit(struct dm_target *target)
{
	struct dm_target *t = target;
	size_t i;

	dm_modules_destroy(t->modules);
	dm_types_destroy(t->types);
	for (i = 0; i < t->more_type_count; i++)
		t->more_types[i]->ops->destroy(t->more_types[i]);
	for (i = 0; i < t->symbol_count; i++)
		t->symbols[i]->ops->destroy(t->symbols[i]);
	for (i = 0; i < t->last_symbol_count; i++)
		t->last_symbols[i]->ops->destroy(t->last_symbols[i]);
}
