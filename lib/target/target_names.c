// SPDX-License-Identifier: GPL-2.0-or-later
/* From a name to an address, of the kernel or a module, and from one to a name. */
#include <stdio.h>
#include <string.h>

#include "target/image.h"
#include "target/target.h"
#include "util/error.h"
#include "util/range.h"

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

/* Where a bound is not known, *@is is what it was. */
static struct dm_error *between(struct dm_target *target, enum image_bound from,
				enum image_bound to, uint64_t va,
				enum dm_known *is)
{
	struct dm_range part;
	struct dm_error *err = dm_image_range(target, from, to, &part);

	if (!err)
		*is = range_has(&part, va) ? DM_YES : DM_NO;
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
	const struct dm_kernel *k = dm_target_kernel(target);
	struct image_place start;
	struct kva_path path;
	struct dm_error *err = dm_image_start(target, &start);

	if (err || va < start.va || va - start.va >= IMAGE_SPAN)
		return dm_error_forgive(err);
	err = dm_kva_path(dm_target_kva(target), va, &path);
	*is = !err && path.is_leaf && path.pa == image_pa(k, va);
	return dm_error_forgive(err);
}

struct dm_error *dm_target_in_image(struct dm_target *target, uint64_t va,
				    bool *is)
{
	enum dm_known in = DM_UNKNOWN;
	struct dm_error *err;

	*is = false;
	err = between(target, IMAGE_TEXT, IMAGE_END, va, &in);
	if (!err && in == DM_UNKNOWN) {
		err = between(target, IMAGE_STEXT, IMAGE_INIT_TEXT_END, va,
			      &in);
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

	err = between(target, IMAGE_TEXT, IMAGE_END, va, &in);
	if (!err && in == DM_UNKNOWN) {
		err = between(target, IMAGE_STEXT, IMAGE_ETEXT, va, &in);
		if (!err && in != DM_YES)
			err = between(target, IMAGE_INIT_TEXT,
				      IMAGE_INIT_TEXT_END, va, &in);
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
