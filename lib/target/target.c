// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes memory, symbols, types and modules when first asked for, and looks
 * names up in all of them.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "walk/walk.h"
#include "target/btf/btf.h"
#include "util/error.h"
#include "target/kallsyms/kallsyms.h"
#include "target/target.h"
#include "target/target_walk.h"
#include "directmap/kernel.h"

#define TABLES_MAX 4

/* Something that is made once, or found missing, once. */
struct attempt {
	bool done;
	enum dm_error_code code; /* 0: it was made */
	char why[DM_ERROR_MESSAGE_MAX];
};

struct dm_target {
	struct dm_symbol_table
		names; /* all tables as one; first: see its ops */
	struct dm_source *source;
	const struct dm_kernel *kernel;
	struct kva *kva;
	/* In the order that they are asked in; the front end's first or last. */
	struct dm_symbol_table *symbols[TABLES_MAX];
	size_t symbol_count;
	struct dm_symbol_table *last_symbols[TABLES_MAX];
	size_t last_symbol_count;
	struct attempt kallsyms;
	/* The dump's own, then the front end's, which wait until they may. */
	struct types *types;
	struct dm_type_table *more_types[TABLES_MAX];
	size_t more_type_count;
	struct attempt btf;
	struct modules *modules;
	struct attempt listing; /* of modules */
	struct target_walk *walk; /* NULL: nobody asked yet */
	struct page_layout *page_layout;
	uint64_t memblock; /* see dm_target_memblock() */
	bool lacks_tables;
};

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

static struct dm_error *make_types(void *arg);

struct dm_error *dm_target_create(struct dm_source *source,
				  const struct dm_kernel *kernel,
				  struct dm_target **ret)
{
	struct dm_target *t = calloc(1, sizeof(*t));
	struct dm_error *err;

	if (!t)
		return dm_error_no_memory();
	t->names.ops = &names_ops;
	t->source = source;
	t->kernel = kernel;
	err = dm_kva_create(source, kernel, &t->kva);
	if (!err)
		err = dm_types_create(&t->types);
	if (err) {
		dm_target_destroy(t);
		return err;
	}
	dm_types_on_first(t->types, make_types, t);
	*ret = t;
	return NULL;
}

void dm_target_destroy(struct dm_target *target)
{
	size_t i;

	if (!target)
		return;
	dm_modules_destroy(target->modules);
	dm_types_destroy(target->types);
	for (i = 0; i < target->more_type_count; i++)
		target->more_types[i]->ops->destroy(target->more_types[i]);
	for (i = 0; i < target->symbol_count; i++)
		target->symbols[i]->ops->destroy(target->symbols[i]);
	for (i = 0; i < target->last_symbol_count; i++)
		target->last_symbols[i]->ops->destroy(target->last_symbols[i]);
	dm_target_walk_destroy(target->walk);
	dm_kva_destroy(target->kva);
	free(target->page_layout);
	free(target);
}

struct kva *dm_target_kva(struct dm_target *target)
{
	return target->kva;
}

const struct dm_kernel *dm_target_kernel(const struct dm_target *target)
{
	return target->kernel;
}

struct target_walk **dm_target_walk_kept(struct dm_target *target)
{
	return &target->walk;
}

void dm_target_note_usage(struct dm_target *target,
			  const struct dm_usage *usage)
{
	if (usage->unreadable)
		target->lacks_tables = true;
}

struct dm_error *dm_target_walk_range(struct dm_target *target,
				      const struct dm_range *range,
				      struct dm_usage *usage, dm_run_fn fn,
				      void *arg)
{
	struct dm_error *err;

	err = dm_walk(target->source, target->kernel, range, usage, fn, arg);
	dm_target_note_usage(target, usage);
	return err;
}

bool dm_target_lacks_tables(const struct dm_target *target)
{
	return target->lacks_tables;
}

struct page_layout **dm_target_page_layout(struct dm_target *target)
{
	return &target->page_layout;
}

uint64_t *dm_target_memblock(struct dm_target *target)
{
	return &target->memblock;
}

struct dm_source *dm_target_source(struct dm_target *target)
{
	return target->source;
}

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
			       "more than %d tables of one kind", TABLES_MAX);
}

struct dm_error *dm_target_add_symbols(struct dm_target *target,
				       struct dm_symbol_table *table,
				       bool first)
{
	/* Behind kallsyms, where that is known already. */
	bool now = first || target->kallsyms.done;
	size_t *count =
		now ? &target->symbol_count : &target->last_symbol_count;

	if (*count == (target->kallsyms.done ? TABLES_MAX : TABLES_MAX - 1)) {
		table->ops->destroy(table);
		return too_many_tables();
	}
	(now ? target->symbols : target->last_symbols)[(*count)++] = table;
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
	for (i = 0; i < t->last_symbol_count; i++) {
		if (t->symbol_count < TABLES_MAX)
			t->symbols[t->symbol_count++] = t->last_symbols[i];
		else
			t->last_symbols[i]->ops->destroy(t->last_symbols[i]);
	}
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
	if (target->btf.done)
		return dm_types_add(target->types, table);
	if (target->more_type_count == TABLES_MAX) {
		table->ops->destroy(table);
		return too_many_tables();
	}
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

struct dm_error *dm_target_u64_at(struct dm_target *target, uint64_t va,
				  uint64_t offset, uint64_t *value)
{
	return dm_kva_read_u64(target->kva, va + offset, value);
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

/* ---- Names of either ---------------------------------------------------- */

static struct dm_error *find_in_module(struct modules *modules, size_t i,
				       const char *name, uint64_t *va,
				       bool *found)
{
	struct dm_symbol_table *table;
	struct dm_error *err;

	err = dm_modules_symbols(modules, i, &table);
	if (!err)
		err = table->ops->find(table, name, va);
	*found = !err;
	/* That a module's table is missing leaves those of the others. */
	return dm_error_forgive(err);
}

struct dm_error *dm_target_any_symbol(struct dm_target *target,
				      const char *name, uint64_t *va)
{
	struct dm_error *err, *other;
	struct modules *modules;
	bool found = false;
	size_t i;

	err = dm_target_symbol(target, name, va);
	if (!err || err->code != DM_ERROR_NOT_FOUND)
		return err;
	other = dm_target_modules(target, &modules);
	for (i = 0; !other && !found && i < dm_modules_count(modules); i++)
		other = find_in_module(modules, i, name, va, &found);
	return other || found ? dm_error_either(err, other) : err;
}

static void put_symbol(const struct dm_symbol *symbol, uint64_t va,
		       const char *module, char *text, size_t size)
{
	size_t have;

	snprintf(text, size, "%s+0x%llx", symbol->name,
		 (unsigned long long)(va - symbol->va));
	have = strlen(text);
	if (symbol->size)
		snprintf(text + have, size - have, "/0x%llx",
			 (unsigned long long)symbol->size);
	have = strlen(text);
	if (module)
		snprintf(text + have, size - have, " [%s]", module);
}

static struct dm_error *describe_in_module(struct dm_target *target,
					   uint64_t va, char *text, size_t size)
{
	const struct module_area *area;
	struct dm_symbol_table *table;
	struct modules *modules;
	struct dm_symbol symbol;
	struct dm_error *err;
	size_t i;

	err = dm_target_modules(target, &modules);
	if (err || !dm_modules_at(modules, va, &i, &area))
		return err;
	err = dm_modules_symbols(modules, i, &table);
	if (!err)
		err = table->ops->at(table, va, &symbol);
	if (!err)
		put_symbol(&symbol, va, dm_modules_get(modules, i)->name, text,
			   size);
	return err;
}

/* Debian's images are of 30 MiB, an allyesconfig's is not ten times that. */
#define IMAGE_SPAN (UINT64_C(512) << 20)

/* Where one of the symbols is not known, *@is is what it was. */
static struct dm_error *between(struct dm_target *target, const char *from,
				const char *to, uint64_t va, enum dm_known *is)
{
	uint64_t start = 0, end = 0;
	struct dm_error *err;

	err = dm_target_symbol(target, from, &start);
	if (!err)
		err = dm_target_symbol(target, to, &end);
	if (!err)
		*is = va >= start && va < end ? DM_YES : DM_NO;
	return dm_error_forgive(err);
}

/*
 * Without the image's ends (kallsyms that has functions only): near _stext,
 * what is mapped at the image's own distance is the image. The init sections are
 * mapped no more.
 */
static struct dm_error *in_mapped_image(struct dm_target *target, uint64_t va,
					bool *is)
{
	const struct dm_kernel *k = target->kernel;
	struct kva_path path;
	struct dm_error *err;
	uint64_t start = 0;

	err = dm_target_symbol(target, "_stext", &start);
	start = arm64_image_text(start);
	if (err || va < start || va - start >= IMAGE_SPAN)
		return dm_error_forgive(err);
	err = dm_kva_path(target->kva, va, &path);
	*is = !err && path.is_leaf && path.pa == va - k->kimage_voffset;
	return dm_error_forgive(err);
}

struct dm_error *dm_target_in_image(struct dm_target *target, uint64_t va,
				    bool *is)
{
	enum dm_known in = DM_UNKNOWN;
	struct dm_error *err;

	*is = false;
	err = between(target, "_text", "_end", va, &in);
	if (!err && in == DM_UNKNOWN) {
		err = between(target, "_stext", "_einittext", va, &in);
		if (!err && in != DM_YES)
			return in_mapped_image(target, va, is);
	}
	*is = !err && in == DM_YES;
	return err;
}

/* kallsyms goes on behind _end in no sense: only the image has its names. */
static struct dm_error *has_names(struct dm_target *target, uint64_t va,
				  bool *has)
{
	enum dm_known in = DM_UNKNOWN;
	struct dm_error *err;

	err = between(target, "_text", "_end", va, &in);
	if (!err && in == DM_UNKNOWN) {
		err = between(target, "_stext", "_etext", va, &in);
		if (!err && in != DM_YES)
			err = between(target, "_sinittext", "_einittext", va,
				      &in);
	}
	*has = !err && in == DM_YES;
	return err;
}

struct dm_error *dm_target_describe(struct dm_target *target, uint64_t va,
				    char *text, size_t size)
{
	struct dm_symbol symbol;
	struct dm_error *err;
	bool has;

	*text = '\0';
	err = has_names(target, va, &has);
	if (err)
		return err;
	if (!has)
		return dm_error_forgive(
			describe_in_module(target, va, text, size));
	err = dm_target_symbol_at(target, va, &symbol);
	if (!err)
		put_symbol(&symbol, va, NULL, text, size);
	return dm_error_forgive(err);
}
