// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the list of modules, and where each one's memory is.
 *
 * The list of modules, newest first: kernel/module/main.c,
 * add_unformed_module(), list_add_rcu(&mod->list, &modules). What a module has
 * of memory is in struct module: mem[] since 6.4, before that core_layout and
 * init_layout, whose parts follow one another (include/linux/module.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/bisect.h"
#include "util/error.h"
#include "target/list.h"
#include "target/list_search.h"
#include "target/module_symbols.h"
#include "directmap/text.h"

#define MODULES_MAX 65536
#define STATES	    (MODULE_UNFORMED + 1)
/* How long an image can be behind its _sinittext, Debian's are of 8 MiB. */
#define IMAGE_SPAN (UINT64_C(64) << 20)

/* Offsets in a struct module_layout, from the start of struct module. */
struct old_layout {
	uint64_t base, size, text_size, ro_size, ro_after_init_size;
};

struct offsets {
	uint64_t list, name, name_size, state;
	int64_t states[STATES];
	bool has_mem;
	struct {
		uint64_t base, size;
	} mem[MODULE_AREA_KINDS];
	struct old_layout core, init;
	bool has_kallsyms;
	uint64_t kallsyms;
	struct module_kallsyms_offsets symbols;
};

/* An area by address, for dm_modules_at(). */
struct place {
	uint64_t start, end; /* VA */
	uint32_t module, area;
};

struct modules {
	struct kva *kva;
	struct offsets offsets;
	struct module *list;
	size_t count, capacity;
	struct module_symbols **symbols; /* of each, NULL until needed */
	struct place *places;
	size_t place_count;
	char incomplete[DM_ERROR_MESSAGE_MAX]; /* empty: complete */
};

const char *dm_module_area_name(enum module_area_kind kind)
{
	static const char *const names[MODULE_AREA_KINDS] = {
		"text",	     "data",	  "rodata",	"ro_after_init",
		"init_text", "init_data", "init_rodata"
	};

	return names[kind];
}

/* ---- Offsets ------------------------------------------------------------ */

static struct dm_error *offset_of(struct dm_type_table *types, const char *path,
				  uint64_t *offset)
{
	struct dm_member member = { 0 };
	struct dm_error *err;

	err = types->ops->member(types, "struct module", path, &member);
	*offset = member.offset;
	return err;
}

/* Whether an error says that something is not there; it ends then. */
static bool not_there(struct dm_error **err)
{
	if (!*err || (*err)->code != DM_ERROR_NOT_FOUND)
		return false;
	dm_error_destroy(*err);
	*err = NULL;
	return true;
}

static struct dm_error *find_states(struct offsets *o,
				    struct dm_type_table *types)
{
	static const char *const names[STATES] = { "MODULE_STATE_LIVE",
						   "MODULE_STATE_COMING",
						   "MODULE_STATE_GOING",
						   "MODULE_STATE_UNFORMED" };
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < STATES; i++)
		err = types->ops->enumerator(types, names[i], &o->states[i]);
	return err;
}

/* 6.4 and later: ac3b43283923 */
static struct dm_error *find_mem(struct offsets *o, struct dm_type_table *types)
{
	static const char *const names[MODULE_AREA_KINDS] = {
		"MOD_TEXT",	     "MOD_DATA",      "MOD_RODATA",
		"MOD_RO_AFTER_INIT", "MOD_INIT_TEXT", "MOD_INIT_DATA",
		"MOD_INIT_RODATA"
	};
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < MODULE_AREA_KINDS; i++) {
		char path[64];
		int64_t n;

		err = types->ops->enumerator(types, names[i], &n);
		if (err)
			break;
		snprintf(path, sizeof(path), "mem[%lld].base", (long long)n);
		err = offset_of(types, path, &o->mem[i].base);
		if (err)
			break;
		snprintf(path, sizeof(path), "mem[%lld].size", (long long)n);
		err = offset_of(types, path, &o->mem[i].size);
	}
	return err;
}

static struct dm_error *find_layout(struct old_layout *layout,
				    struct dm_type_table *types,
				    const char *name)
{
	const struct {
		const char *name;
		uint64_t *offset;
	} members[] = {
		{ "base", &layout->base },
		{ "size", &layout->size },
		{ "text_size", &layout->text_size },
		{ "ro_size", &layout->ro_size },
		{ "ro_after_init_size", &layout->ro_after_init_size },
	};
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < sizeof(members) / sizeof(members[0]); i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s.%s", name, members[i].name);
		err = offset_of(types, path, members[i].offset);
	}
	return err;
}

static struct dm_error *find_memory(struct offsets *o,
				    struct dm_type_table *types)
{
	struct dm_error *err;
	uint64_t unused;

	err = offset_of(types, "mem[0].base", &unused);
	if (!not_there(&err)) {
		o->has_mem = true;
		return err ? err : find_mem(o, types);
	}
	err = find_layout(&o->core, types, "core_layout");
	return err ? err : find_layout(&o->init, types, "init_layout");
}

static struct dm_error *find_offsets(struct offsets *o,
				     struct dm_type_table *types)
{
	struct dm_member name = { 0 };
	struct dm_error *err;

	err = types->ops->member(types, "struct module", "name", &name);
	if (err)
		return err;
	o->name = name.offset;
	o->name_size = name.size;
	if (!name.size || name.size > MODULE_NAME_MAX)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"struct module has a name of %llu byte%s: a kernel with other modules than are known here",
			(unsigned long long)name.size, dm_plural_s(name.size));
	err = offset_of(types, "list", &o->list);
	if (!err)
		err = offset_of(types, "state", &o->state);
	if (!err)
		err = find_states(o, types);
	if (!err)
		err = find_memory(o, types);
	if (err)
		return err;
	/* Without CONFIG_KALLSYMS modules have no symbols. */
	err = offset_of(types, "kallsyms", &o->kallsyms);
	if (not_there(&err))
		return NULL;
	o->has_kallsyms = true;
	return err ? err : dm_module_symbols_offsets(&o->symbols, types);
}

/* ---- One module --------------------------------------------------------- */

static struct dm_error *broken(const struct module *m, const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "struct module at 0x%llx: its %s cannot be true",
			       (unsigned long long)m->va, what);
}

static struct dm_error *read_name(struct modules *ms, struct module *m)
{
	size_t size;
	struct dm_error *err;

	err = dm_kva_read(ms->kva, m->va + ms->offsets.name, m->name,
			  ms->offsets.name_size, DM_CONTENT_DATA);
	if (err)
		return err;
	size = strnlen(m->name, ms->offsets.name_size);
	if (!size || size == ms->offsets.name_size)
		return broken(m, "name");
	return dm_ascii_all_visible(m->name, size) ? NULL : broken(m, "name");
}

static struct dm_error *read_state(struct modules *ms, struct module *m)
{
	struct dm_error *err;
	uint32_t value;
	size_t i;

	err = dm_kva_read_u32(ms->kva, m->va + ms->offsets.state, &value);
	if (err)
		return err;
	for (i = 0; i < STATES; i++) {
		if (ms->offsets.states[i] == value) {
			m->state = (enum module_state)i;
			return NULL;
		}
	}
	return broken(m, "state");
}

static struct dm_error *add_area(const struct modules *ms, struct module *m,
				 enum module_area_kind kind, uint64_t start,
				 uint64_t size)
{
	if (!size)
		return NULL;
	if (start < dm_kva_kernel(ms->kva)->linear_start ||
	    size > MODULES_SIZE_MAX || size > UINT64_MAX - start ||
	    m->area_count == MODULE_AREA_KINDS)
		return broken(m, "memory");
	m->areas[m->area_count++] = (struct module_area){
		.kind = kind,
		.start = start,
		.size = size,
	};
	m->size += size;
	/* kernel/module/procfs.c, m_show() */
	if (kind == MODULE_TEXT)
		m->base = start;
	return NULL;
}

static struct dm_error *read_mem(const struct modules *ms, struct module *m)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < MODULE_AREA_KINDS; i++) {
		uint64_t base;
		uint32_t size;

		err = dm_kva_read_u64(ms->kva, m->va + ms->offsets.mem[i].base,
				      &base);
		if (!err)
			err = dm_kva_read_u32(ms->kva,
					      m->va + ms->offsets.mem[i].size,
					      &size);
		if (!err)
			err = add_area(ms, m, (enum module_area_kind)i, base,
				       size);
	}
	return err;
}

/* Each end is an offset from the base, and they rise: layout_sections(). */
static struct dm_error *read_layout(const struct modules *ms, struct module *m,
				    const struct old_layout *layout,
				    const enum module_area_kind kinds[4])
{
	const uint64_t at[4] = { layout->text_size, layout->ro_size,
				 layout->ro_after_init_size, layout->size };
	struct dm_error *err;
	uint32_t from = 0, end;
	uint64_t base;
	size_t i;

	err = dm_kva_read_u64(ms->kva, m->va + layout->base, &base);
	for (i = 0; !err && i < 4; i++) {
		err = dm_kva_read_u32(ms->kva, m->va + at[i], &end);
		if (!err && end < from)
			return broken(m, "memory");
		if (!err)
			err = add_area(ms, m, kinds[i], base + from,
				       end - from);
		from = end;
	}
	return err;
}

static struct dm_error *read_areas(const struct modules *ms, struct module *m)
{
	static const enum module_area_kind core[4] = {
		MODULE_TEXT, MODULE_RODATA, MODULE_RO_AFTER_INIT, MODULE_DATA
	};
	/* Its ro_after_init_size is its ro_size: the third has no size. */
	static const enum module_area_kind init[4] = { MODULE_INIT_TEXT,
						       MODULE_INIT_RODATA,
						       MODULE_INIT_RODATA,
						       MODULE_INIT_DATA };
	struct dm_error *err;

	if (ms->offsets.has_mem)
		return read_mem(ms, m);
	err = read_layout(ms, m, &ms->offsets.core, core);
	return err ? err : read_layout(ms, m, &ms->offsets.init, init);
}

static struct dm_error *read_fields(struct modules *ms, uint64_t node,
				    struct module *m)
{
	struct dm_error *err;

	*m = (struct module){ .va = node - ms->offsets.list };
	err = read_name(ms, m);
	if (!err)
		err = read_state(ms, m);
	/* The kernel does not look at what is still being put together. */
	if (!err && m->state != MODULE_UNFORMED)
		err = read_areas(ms, m);
	return err;
}

static struct dm_error *read_module(struct modules *ms, uint64_t node)
{
	struct module m;
	struct dm_error *err;

	err = read_fields(ms, node, &m);
	if (err)
		return err;
	err = dm_array_reserve(&ms->list, &ms->capacity, ms->count, 1,
			       MODULES_MAX);
	if (err)
		return err;
	ms->list[ms->count++] = m;
	return NULL;
}

/* ---- Where the list is -------------------------------------------------- */

/* A struct module lies in the data of the module that it is of. */
static struct dm_error *is_module(void *arg, uint64_t node, bool maybe,
				  bool *is)
{
	struct module m;
	size_t i;
	struct dm_error *err;

	err = read_fields(arg, node, &m);
	if (err && err->code == DM_ERROR_BAD_DUMP) {
		dm_error_destroy(err);
		return NULL;
	}
	*is = !err && maybe;
	for (i = 0; !err && i < m.area_count; i++) {
		const struct module_area *a = &m.areas[i];

		if (m.va >= a->start && m.va - a->start < a->size)
			*is = true;
	}
	return err;
}

/*
 * Without CONFIG_KALLSYMS_ALL (Debian's 6.1) kallsyms has no data. The list is
 * sought then: behind the init text come the image's data (arch/arm64/kernel/
 * vmlinux.lds.S), and no other list has a struct module by this member.
 */
static struct dm_error *
find_list(struct modules *ms, struct dm_symbol_table *symbols, uint64_t *head)
{
	struct dm_error *err, *other;
	uint64_t from;

	err = symbols->ops->find(symbols, "modules", head);
	if (!err || err->code != DM_ERROR_NOT_FOUND)
		return err;
	other = symbols->ops->find(symbols, "_sinittext", &from);
	if (!other)
		other = dm_list_search(ms->kva, from, IMAGE_SPAN, MODULES_REACH,
				       is_module, ms, head);
	return dm_error_either(err, other);
}

/* ---- The list ----------------------------------------------------------- */

/* What the dump lacks or has wrong leaves the rest; other errors end all. */
static struct dm_error *note_incomplete(struct modules *ms,
					struct dm_error *err)
{
	if (!err || dm_error_is_fatal(err))
		return err;
	/* The first reason; others may come of it. */
	if (!*ms->incomplete)
		snprintf(ms->incomplete, sizeof(ms->incomplete), "%s",
			 err->message);
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *read_list(struct modules *ms, uint64_t head)
{
	struct list_walk walk;
	struct dm_error *err;
	uint64_t node;

	dm_list_walk_init(&walk, ms->kva, head, MODULES_MAX);
	do {
		err = dm_list_walk_next(&walk, &node);
		/* One that is damaged costs itself: the list goes on. */
		if (!err && node)
			err = note_incomplete(ms, read_module(ms, node));
	} while (!err && node);
	dm_list_walk_deinit(&walk);
	return note_incomplete(ms, err);
}

static int by_start(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static void check_overlaps(struct modules *ms)
{
	size_t i;

	for (i = 1; i < ms->place_count; i++) {
		const struct place *p = &ms->places[i];

		if (ms->incomplete[0] || p[-1].end <= p->start)
			continue;
		snprintf(ms->incomplete, sizeof(ms->incomplete),
			 "modules %s and %s are both at 0x%llx",
			 ms->list[p[-1].module].name, ms->list[p->module].name,
			 (unsigned long long)p->start);
	}
}

static struct dm_error *make_places(struct modules *ms)
{
	size_t i, j;

	/* One more, as malloc(0) may be NULL. */
	ms->places = malloc((ms->count * MODULE_AREA_KINDS + 1) *
			    sizeof(*ms->places));
	ms->symbols = calloc(ms->count + 1, sizeof(*ms->symbols));
	if (!ms->places || !ms->symbols)
		return dm_error_no_memory();
	for (i = 0; i < ms->count; i++) {
		const struct module *m = &ms->list[i];

		for (j = 0; j < m->area_count; j++)
			ms->places[ms->place_count++] = (struct place){
				.start = m->areas[j].start,
				.end = m->areas[j].start + m->areas[j].size,
				.module = (uint32_t)i,
				.area = (uint32_t)j,
			};
	}
	qsort(ms->places, ms->place_count, sizeof(*ms->places), by_start);
	check_overlaps(ms);
	return NULL;
}

struct dm_error *dm_modules_create(struct kva *kva,
				   struct dm_symbol_table *kernel_symbols,
				   struct dm_type_table *types,
				   struct modules **ret)
{
	struct modules *ms;
	struct dm_error *err;
	uint64_t head;

	ms = calloc(1, sizeof(*ms));
	if (!ms)
		return dm_error_no_memory();
	ms->kva = kva;
	err = find_offsets(&ms->offsets, types);
	if (!err)
		err = find_list(ms, kernel_symbols, &head);
	if (!err)
		err = read_list(ms, head);
	if (!err)
		err = make_places(ms);
	if (err) {
		dm_modules_destroy(ms);
		return err;
	}
	*ret = ms;
	return NULL;
}

void dm_modules_destroy(struct modules *modules)
{
	size_t i;

	if (!modules)
		return;
	for (i = 0; modules->symbols && i < modules->count; i++)
		dm_module_symbols_destroy(modules->symbols[i]);
	free(modules->symbols);
	free(modules->places);
	free(modules->list);
	free(modules);
}

size_t dm_modules_count(const struct modules *modules)
{
	return modules->count;
}

const struct module *dm_modules_get(const struct modules *modules, size_t index)
{
	return &modules->list[index];
}

const char *dm_modules_incomplete(const struct modules *modules)
{
	return modules->incomplete[0] ? modules->incomplete : NULL;
}

bool dm_modules_at(const struct modules *modules, uint64_t va, size_t *index,
		   const struct module_area **area)
{
	/* The first that begins above it: the one before may have it. */
	size_t above = dm_bisect(i, modules->place_count,
				 modules->places[i].start <= va);
	const struct place *p;
	if (!above)
		return false;
	p = &modules->places[above - 1];
	if (va >= p->end)
		return false;
	*index = p->module;
	*area = &modules->list[p->module].areas[p->area];
	return true;
}

struct dm_error *dm_modules_symbols(struct modules *modules, size_t index,
				    struct dm_symbol_table **ret)
{
	struct module_symbols **symbols = &modules->symbols[index];
	const struct module *m = &modules->list[index];
	struct dm_error *err;

	if (!modules->offsets.has_kallsyms || m->state == MODULE_UNFORMED)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "module %s has no symbols", m->name);
	if (!*symbols) {
		err = dm_module_symbols_create(
			modules->kva, m, m->va + modules->offsets.kallsyms,
			&modules->offsets.symbols, symbols);
		if (err)
			return dm_error_prefix(err, "symbols of module %s",
					       m->name);
	}
	*ret = dm_module_symbols_table(*symbols);
	return NULL;
}
