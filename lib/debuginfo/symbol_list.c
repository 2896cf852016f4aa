// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Collects symbols, sorts them by address and by name, and checks them against
 * the dump's VMCOREINFO and banner.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debuginfo/symbol_list.h"
#include "directmap/array.h"
#include "directmap/text.h"
#include "util/bisect.h"
#include "util/symbol_name.h"

struct entry {
	uint64_t va;
	uint32_t name; /* offset in names; rises in the order of the file */
	char type;
	bool absolute;
	uint8_t rank; /* among symbols of one address, lower first */
};

struct symbol_list {
	struct dm_symbol_table table;
	struct dm_symbol_table_ops ops;
	char *names;
	size_t names_size, names_capacity;
	struct entry *v; /* in order of address, absolute ones behind */
	size_t n, capacity;
	size_t n_addresses; /* those that are not absolute */
	uint32_t *by_name; /* indices into v, the first of a name first */
	uint64_t end; /* of the image */
};

/* ---- Filling it ---------------------------------------------------------- */

/* scripts/kallsyms.c, compare_symbols(): weak ones last, fewer "_" first. */
static uint8_t rank(const char *name, size_t size, char type)
{
	uint8_t underscores = 0;

	while (underscores < size && underscores < 100 &&
	       name[underscores] == '_')
		underscores++;
	return (uint8_t)(underscores +
			 (toupper(type) == 'W' || toupper(type) == 'V' ? 128
								       : 0));
}

/*
 * $x and $d tell code from data (ELF for the Arm 64-bit Architecture); control
 * characters are in the assembler's own labels (".L1447\0021" of KVM's part);
 * kallsyms has no longer names (scripts/kallsyms.c, read_symbol()).
 */
static bool is_wanted(const char *name, size_t size)
{

	if (!size || size >= DM_SYMBOL_NAME_MAX)
		return false;
	if (size >= 2 && name[0] == '$' && (name[1] == 'x' || name[1] == 'd') &&
	    (size == 2 || name[2] == '.'))
		return false;
	return dm_ascii_all_visible(name, size);
}

struct dm_error *dm_symbol_list_add(struct symbol_list *list, const char *name,
				    size_t name_size, uint64_t value, char type)
{
	struct dm_error *err;

	if (!is_wanted(name, name_size))
		return NULL;
	if (list->names_size + name_size + 1 > UINT32_MAX)
		return dm_error_no_memory();
	err = dm_array_reserve(&list->names, &list->names_capacity,
			       list->names_size, name_size + 1, UINT32_MAX);
	if (!err)
		err = dm_array_reserve(&list->v, &list->capacity, list->n, 1,
				       DM_ARRAY_ANY);
	if (err)
		return err;
	list->v[list->n++] = (struct entry){
		.va = value,
		.name = (uint32_t)list->names_size,
		.type = type,
		.absolute = toupper(type) == 'A',
		.rank = rank(name, name_size, type),
	};
	memcpy(list->names + list->names_size, name, name_size);
	list->names_size += name_size;
	list->names[list->names_size++] = '\0';
	return NULL;
}

static int by_address(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->absolute != b->absolute)
		return a->absolute ? 1 : -1;
	if (a->va != b->va)
		return a->va < b->va ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

static int by_name(const void *x, const void *y, void *arg)
{
	const struct symbol_list *list = arg;
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	int order = strcmp(list->names + list->v[a].name,
			   list->names + list->v[b].name);

	return order ? order : a < b ? -1 : a > b;
}

/*
 * A number without a section is either a constant (_kernel_size_le_lo32) or
 * another name of a place in the image (__pi__end, kimage_limit: arm64
 * kernel/image-vars.h); only the latter moves with the image, and only it lies
 * in the kernel's half.
 */
static void move(struct symbol_list *list, const struct dm_kernel *kernel,
		 uint64_t offset)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		struct entry *e = &list->v[i];

		if (!e->absolute || e->va >= kernel->linear_start)
			e->va += offset;
	}
}

static struct dm_error *put_in_order(struct symbol_list *list)
{
	size_t i;

	if (list->n > UINT32_MAX)
		return dm_error_no_memory();
	list->by_name = reallocarray(NULL, list->n + 1, sizeof(uint32_t));
	if (!list->by_name)
		return dm_error_no_memory();
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_address);
	for (i = 0; i < list->n; i++) {
		list->by_name[i] = (uint32_t)i;
		if (!list->v[i].absolute)
			list->n_addresses = i + 1;
	}
	if (list->n)
		qsort_r(list->by_name, list->n, sizeof(uint32_t), by_name,
			list);
	return NULL;
}

/* ---- Looking up ---------------------------------------------------------- */

/* The one that is @i-th by name. */
static const char *name_of(const struct symbol_list *list, size_t i)
{
	return list->names + list->v[list->by_name[i]].name;
}

static bool before_suffix(const char *symbol, const char *name, size_t length)
{
	int order = strncmp(symbol, name, length);

	return order < 0 ||
	       (order == 0 && strcmp(symbol + length, SYMBOL_LOCAL_SUFFIX) < 0);
}

/* The lowest of those that have the name and a suffix (symbol_name.h). */
static const struct entry *find_local(const struct symbol_list *list,
				      const char *name)
{
	size_t length = strlen(name), at;
	uint32_t lowest = UINT32_MAX;

	/* All that begin with the name stand together, by what follows it. */
	at = dm_bisect(i, list->n,
		       before_suffix(name_of(list, i), name, length));
	for (; at < list->n && symbol_name_is_local(name_of(list, at), name);
	     at++) {
		if (list->by_name[at] < lowest)
			lowest = list->by_name[at];
	}
	return lowest < UINT32_MAX ? &list->v[lowest] : NULL;
}

static const struct entry *find_entry(const struct symbol_list *list,
				      const char *name)
{
	/* The first that is not before the name. */
	size_t at = dm_bisect(i, list->n, strcmp(name_of(list, i), name) < 0);

	if (at < list->n && strcmp(name_of(list, at), name) == 0)
		return &list->v[list->by_name[at]];
	return find_local(list, name);
}

static struct dm_error *list_find(struct dm_symbol_table *table,
				  const char *name, uint64_t *va)
{
	struct symbol_list *list = (struct symbol_list *)table;
	const struct entry *e = find_entry(list, name);

	if (!e)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "no symbol %.200s in the %s", name,
				       table->ops->name);
	*va = e->va;
	return NULL;
}

/* How many of the addresses are at or below @va. */
static size_t count_up_to(const struct symbol_list *list, uint64_t va)
{
	return dm_bisect(i, list->n_addresses, list->v[i].va <= va);
}

/*
 * Of several symbols at one address the first, as the kernel has it
 * (kernel/kallsyms.c, get_symbol_pos()).
 */
static struct dm_error *list_at(struct dm_symbol_table *table, uint64_t va,
				struct dm_symbol *symbol)
{
	struct symbol_list *list = (struct symbol_list *)table;
	size_t next = count_up_to(list, va), first = next;
	const struct entry *e;
	uint64_t end;

	/* Beyond the image lie modules, which are in neither file. */
	if (!next || va >= list->end)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"0x%llx is not in the kernel image that the %s describes",
			(unsigned long long)va, table->ops->name);
	while (first > 1 && list->v[first - 2].va == list->v[next - 1].va)
		first--;
	e = &list->v[first - 1];
	end = next < list->n_addresses ? list->v[next].va : list->end;
	strcpy(symbol->name, list->names + e->name);
	symbol_name_clean(symbol->name);
	symbol->va = e->va;
	symbol->size = end - e->va;
	symbol->type = e->type;
	return NULL;
}

/* ---- Is it of this kernel? ----------------------------------------------- */

/*
 * Lines that give the address of what they name (kernel/vmcore_info.c,
 * kernel/crash_core.c before); SYMBOL(mem_section) gives what it points to.
 */
static const char *const witnesses[] = {
	"swapper_pg_dir",
	"_stext",
	"init_uts_ns",
	"node_online_map",
	"vmap_area_list",
	"kallsyms_names",
	"kallsyms_num_syms",
	"kallsyms_token_table",
	"kallsyms_token_index",
	"kallsyms_offsets",
	"kallsyms_relative_base",
};

static struct dm_error *other_kernel(const struct symbol_list *list,
				     const struct dm_kernel *kernel,
				     const char *name, uint64_t here,
				     uint64_t dumped)
{
	if (here - kernel->kaslr_offset == dumped)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"this %s has run-time addresses, as /proc/kallsyms has them: give the one of the kernel's build",
			list->ops.name);
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"this %s is of another kernel: %s would be at 0x%llx, but the dump (%s) has it at 0x%llx",
		list->ops.name, name, (unsigned long long)here, kernel->release,
		(unsigned long long)dumped);
}

static struct dm_error *check_witness(const struct symbol_list *list,
				      const struct dm_kernel *kernel,
				      const struct dm_vmcoreinfo *info,
				      const char *name)
{
	const struct entry *e = find_entry(list, name);
	struct dm_error *err;
	char key[64];
	uint64_t va;

	snprintf(key, sizeof(key), "SYMBOL(%s)", name);
	if (!e || !dm_vmcoreinfo_has(info, key))
		return NULL;
	err = dm_vmcoreinfo_number(info, key, 16, &va);
	if (!err && va != e->va)
		err = other_kernel(list, kernel, name, e->va, va);
	return err;
}

/* What every arm64 kernel has; _end is the last of the image. */
static struct dm_error *check_whole(struct symbol_list *list)
{
	static const char *const needed[] = { "_text", "swapper_pg_dir",
					      "_end" };
	size_t i;

	for (i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!find_entry(list, needed[i]))
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"no symbol %s: not the whole %s of an arm64 kernel",
				needed[i], list->ops.name);
	list->end = find_entry(list, "_end")->va;
	return NULL;
}

/* Segments of the image begin on such (asm/memory.h, SEGMENT_ALIGN). */
#define SEGMENT_ALIGN 0x10000

/*
 * A kernel that was found by its image has no line that tells where it was linked
 * to; its swapper_pg_dir and the list's tell. _stext, the next of the witnesses,
 * bears it out: there is none before the list is in order.
 */
static bool offset_by_root(const struct symbol_list *list,
			   const struct dm_vmcoreinfo *info, uint64_t *offset)
{
	struct dm_error *err;
	uint64_t va = 0;
	size_t i;

	if (!dm_vmcoreinfo_has(info, "FOUND(pgd)") ||
	    !dm_vmcoreinfo_has(info, "SYMBOL(_stext)"))
		return false;
	err = dm_vmcoreinfo_number(info, "SYMBOL(swapper_pg_dir)", 16, &va);
	dm_error_destroy(err);
	for (i = 0; !err && i < list->n; i++) {
		const struct entry *e = &list->v[i];

		if (strcmp(list->names + e->name, "swapper_pg_dir") != 0)
			continue;
		*offset = va - e->va;
		return !(*offset % SEGMENT_ALIGN);
	}
	return false;
}

struct dm_error *dm_symbol_list_finish(struct symbol_list *list,
				       const struct dm_kernel *kernel,
				       const struct dm_vmcoreinfo *info)
{
	uint64_t offset = kernel->kaslr_offset;
	struct dm_error *err;
	size_t i;

	if (!kernel->has_kaslr_offset && kernel->from[DM_FACT_KASLR])
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"VMCOREINFO contradicts itself (%s): where the kernel of this %s ran is not known",
			kernel->from[DM_FACT_KASLR], list->ops.name);
	if (!kernel->has_kaslr_offset && !offset_by_root(list, info, &offset))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"VMCOREINFO has no KERNELOFFSET line: where the kernel of this %s ran is not known",
			list->ops.name);
	move(list, kernel, offset);
	err = put_in_order(list);
	if (!err)
		err = check_whole(list);
	for (i = 0; !err && i < sizeof(witnesses) / sizeof(witnesses[0]); i++)
		err = check_witness(list, kernel, info, witnesses[i]);
	return err;
}

/* ---- Life ---------------------------------------------------------------- */

static void list_destroy(struct dm_symbol_table *table)
{
	dm_symbol_list_destroy((struct symbol_list *)table);
}

struct dm_error *dm_symbol_list_create(const char *what,
				       struct symbol_list **ret)
{
	struct symbol_list *list = calloc(1, sizeof(*list));

	if (!list)
		return dm_error_no_memory();
	list->ops = (struct dm_symbol_table_ops){
		.name = what,
		.find = list_find,
		.at = list_at,
		.destroy = list_destroy,
	};
	list->table.ops = &list->ops;
	*ret = list;
	return NULL;
}

void dm_symbol_list_destroy(struct symbol_list *list)
{
	if (!list)
		return;
	free(list->names);
	free(list->v);
	free(list->by_name);
	free(list);
}

struct dm_symbol_table *dm_symbol_list_table(struct symbol_list *list)
{
	return &list->table;
}
