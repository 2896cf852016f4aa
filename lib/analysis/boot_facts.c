// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gathers the inputs of boot's map from memblock, symbols, resources and, where
 * these are missing, the page tables.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/boot_facts.h"
#include "directmap/array.h"
#include "util/error.h"
#include "analysis/hotadd.h"
#include "kernel/kfence.h"
#include "kernel/memblock.h"

#define IORESOURCE_SYSRAM UINT64_C(0x01000000) /* linux/ioport.h */

struct gathering {
	struct dm_target *target;
	const struct dm_policy *policy;
	struct boot_facts *facts;
	size_t bank_capacity; /* of facts->banks, while they are gathered */
};

/* ---- Errors that are answers --------------------------------------------- */

/*
 * What is not there, cannot be read or makes no sense is no answer, and what
 * follows can do without. Anything else ends the job.
 */
static struct dm_error *no_answer(struct dm_error *err, bool *had)
{
	*had = !err;
	if (!err)
		return NULL;
	switch (err->code) {
	case DM_ERROR_NOT_FOUND:
	case DM_ERROR_ABSENT:
	case DM_ERROR_BROKEN:
	case DM_ERROR_UNSUPPORTED:
	case DM_ERROR_BAD_DUMP:
	case DM_ERROR_INVALID_ARGUMENT: /* an address that is none */
		dm_error_destroy(err);
		return NULL;
	default:
		return err;
	}
}

/* ---- Memory --------------------------------------------------------------- */

/* Neighbours of one kind become one: nodes are told apart after map_mem(). */
static void add_bank(struct boot_facts *f, uint64_t start, uint64_t end,
		     bool hotplug)
{
	struct boot_layout *l = &f->layout;
	struct boot_bank *last =
		l->bank_count ? &f->banks[l->bank_count - 1] : NULL;

	if (start >= end)
		return;
	if (last && last->end == start && last->hotplug == hotplug && !hotplug)
		last->end = end;
	else
		f->banks[l->bank_count++] = (struct boot_bank){
			.start = start,
			.end = end,
			.hotplug = hotplug,
		};
}

struct resources {
	struct boot_bank *banks; /* rising */
	size_t count;
	uint64_t end; /* of all that was seen, RAM or not */
};

/*
 * [start, end) of memblock is in no resource of boot's: added later, but for
 * what is less than a page at its ends. Resources have whole pages only
 * (memblock_region_memory_base_pfn()), and what is added is whole memory blocks
 * (mm/memory_hotplug.c, check_hotplug_memory_range()): the odd ends are boot's.
 */
static void add_rest(struct boot_facts *f, uint64_t start, uint64_t end)
{
	uint64_t page = f->layout.kernel->page_size;
	uint64_t first = (start + page - 1) & ~(page - 1);
	uint64_t last = end & ~(page - 1);

	if (first >= last) {
		add_bank(f, start, end, false);
		return;
	}
	add_bank(f, start, first, false);
	add_bank(f, first, last, true);
	add_bank(f, last, end, false);
}

/*
 * What memblock has and @boot has not was added later. @from is the first of
 * @boot that may reach into this area or a later one.
 */
static void add_area(struct boot_facts *f, const struct memblock_area *area,
		     const struct resources *boot, size_t *from)
{
	uint64_t at = area->start;
	size_t i;

	while (*from < boot->count && boot->banks[*from].end <= at)
		(*from)++;
	for (i = *from; i < boot->count; i++) {
		const struct boot_bank *b = &boot->banks[i];

		if (b->start >= area->end)
			break;
		add_rest(f, at, b->start);
		if (b->start > at)
			at = b->start;
		add_bank(f, at, b->end < area->end ? b->end : area->end, false);
		at = b->end;
	}
	add_rest(f, at, area->end);
}

/*
 * One of @ret's, if it is RAM. memblock's regions are rounded to whole pages: RAM
 * inward, so that what is less than a page comes out empty, NOMAP outward, so
 * that two in one page overlap.
 */
static struct dm_error *add_resource(struct resources *ret, uint64_t start,
				     uint64_t end, bool ram, uint64_t page)
{
	const struct boot_bank *last =
		ret->count ? &ret->banks[ret->count - 1] : NULL;

	if (end > UINT64_C(1) << ARM64_PA_BITS || start > end + page ||
	    start + page < ret->end ||
	    (ram && start < end && last && start < last->end))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"standard_resources is out of order at 0x%llx",
			(unsigned long long)start);
	if (end > ret->end)
		ret->end = end;
	if (ram && start < end)
		ret->banks[ret->count++] = (struct boot_bank){
			.start = start,
			.end = end,
		};
	return NULL;
}

static struct dm_error *decode_resources(struct dm_target *t,
					 const uint8_t *raw, size_t count,
					 struct resources *ret)
{
	uint64_t start_at, end_at, flags_at, size;
	const struct target_offset offsets[] = {
		{ "start", &start_at },
		{ "end", &end_at },
		{ "flags", &flags_at },
		{ NULL, NULL },
	};
	uint64_t page = dm_target_kernel(t)->page_size;
	struct dm_error *err = dm_target_offsets(t, "struct resource", offsets);

	if (!err)
		err = dm_types_size(dm_target_types(t), "struct resource",
				    &size);
	if (!err && (size < 24 || start_at > size - 8 || end_at > size - 8 ||
		     flags_at > size - 8))
		err = dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"struct resource is not laid out as any known kernel's");
	for (; !err && count; raw += size, count--) {
		uint64_t v[3];

		memcpy(&v[0], raw + start_at, 8);
		memcpy(&v[1], raw + end_at, 8);
		memcpy(&v[2], raw + flags_at, 8);
		err = add_resource(ret, le64toh(v[0]), le64toh(v[1]) + 1,
				   le64toh(v[2]) & IORESOURCE_SYSRAM, page);
	}
	return err;
}

/*
 * arch/arm64/kernel/setup.c, request_standard_resources(): an array of what
 * memblock had at boot. Memory that is added later gets resources of its own.
 */
static struct dm_error *read_resources(struct dm_target *t,
				       struct resources *ret)
{
	uint64_t count, va, size;
	struct dm_error *err;
	uint8_t *raw;

	err = dm_target_variable(t, "num_standard_resources", 4, &count);
	if (!err)
		err = dm_target_variable(t, "standard_resources", 8, &va);
	if (!err)
		err = dm_types_size(dm_target_types(t), "struct resource",
				    &size);
	if (err)
		return err;
	if (!count || count > MEMBLOCK_REGIONS_MAX || size < 24 || size > 4096)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "standard_resources has no sane size");
	raw = malloc(count * size);
	ret->banks = calloc(count, sizeof(*ret->banks));
	if (!raw || !ret->banks)
		err = dm_error_no_memory();
	if (!err)
		err = dm_kva_read(dm_target_kva(t), va, raw, count * size,
				  DM_CONTENT_DATA);
	if (!err)
		err = decode_resources(t, raw, count, ret);
	free(raw);
	return err;
}

/*
 * Two rising lists meet at most as often as they have elements; each meeting
 * gives boot's piece and up to three before it, each area three more.
 */
static struct dm_error *join_banks(struct boot_facts *f,
				   const struct memblock_list *memory,
				   const struct resources *boot)
{
	size_t i, from = 0;

	f->banks = calloc(7 * (memory->count + boot->count) + 1,
			  sizeof(*f->banks));
	if (!f->banks)
		return dm_error_no_memory();
	f->layout.banks = f->banks;
	for (i = 0; i < memory->count; i++) {
		const struct memblock_area *a = &memory->areas[i];

		if (a->flags & MEMBLOCK_FLAG_NOMAP)
			continue;
		if (boot->count)
			add_area(f, a, boot, &from);
		else
			add_bank(f, a->start, a->end,
				 a->flags & MEMBLOCK_FLAG_DRIVER_MANAGED);
	}
	f->banks_from =
		boot->count ? "memblock, standard_resources" : "memblock";
	return NULL;
}

static struct dm_error *banks_from_memblock(struct gathering *g)
{
	struct resources boot = { NULL, 0, 0 };
	struct memblock *memblock;
	struct dm_error *err;
	bool had;

	err = dm_memblock_create(g->target, &memblock);
	if (err)
		return err;
	err = no_answer(read_resources(g->target, &boot), &had);
	if (!had)
		boot.count = 0;
	if (!err)
		err = join_banks(g->facts, &memblock->memory, &boot);
	if (!err && memblock->found)
		g->facts->banks_from = "memblock, found by its content";
	free(boot.banks);
	dm_memblock_destroy(memblock);
	return err;
}

/* Memory is never taken out of the linear map but with its bank. */
static struct dm_error *add_run(void *arg, const struct dm_run *run)
{
	struct gathering *g = arg;
	struct boot_facts *f = g->facts;
	struct boot_layout *l = &f->layout;
	uint64_t start = dm_kva_linear_to_pa(l->kernel, run->start);
	struct dm_error *err;

	if (l->bank_count == MEMBLOCK_REGIONS_MAX)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"the linear map has too many holes to be memory banks");
	err = dm_array_reserve(&f->banks, &g->bank_capacity, l->bank_count, 1,
			       MEMBLOCK_REGIONS_MAX);
	if (err)
		return err;
	l->banks = f->banks;
	add_bank(f, start, start + run->size, false);
	return NULL;
}

static struct dm_error *banks_from_tables(struct gathering *g)
{
	g->facts->banks_from = "page tables";
	g->facts->banks_from_tables = true;
	return dm_target_runs_of(g->target, add_run, g);
}

static struct dm_error *gather_banks(struct gathering *g)
{
	struct dm_error *err;
	bool had;

	err = no_answer(banks_from_memblock(g), &had);
	if (err || had)
		return err;
	free(g->facts->banks);
	g->facts->banks = NULL;
	g->facts->layout.bank_count = 0;
	return banks_from_tables(g);
}

/* ---- Kernel image --------------------------------------------------------- */

static struct dm_error *image_pa(struct gathering *g, const char *name,
				 uint64_t *pa)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);
	struct dm_error *err = dm_target_symbol(g->target, name, pa);

	if (!err)
		*pa -= k->kimage_voffset;
	return err;
}

/*
 * Kallsyms of a kernel without KALLSYMS_ALL may lack _text: the image begins on
 * a boundary of 64K, and its head takes no more than that (vmlinux.lds.S).
 */
static struct dm_error *gather_text(struct gathering *g, bool *had)
{
	struct boot_layout *l = &g->facts->layout;
	struct dm_error *err;

	err = image_pa(g, "_stext", &l->repaint_kept.start);
	if (!err)
		err = image_pa(g, "__init_begin", &l->text.end);
	err = no_answer(err, had);
	if (err || !*had) {
		l->text = (struct boot_range){ 0, 0 };
		l->repaint_kept = (struct boot_range){ 0, 0 };
		return err;
	}
	l->repaint_kept.end = l->text.end;
	err = no_answer(image_pa(g, "_text", &l->text.start), had);
	if (!*had)
		l->text.start = (l->repaint_kept.start - 1) & ~UINT64_C(0xffff);
	*had = true;
	return err;
}

static struct dm_error *gather_data(struct gathering *g)
{
	struct boot_layout *l = &g->facts->layout;
	struct dm_error *err;
	bool had;

	if (l->alias == BOOT_ALIAS_APART)
		return NULL;
	err = image_pa(g, "__init_end", &l->data.start);
	if (!err)
		err = image_pa(g, "__bss_stop", &l->data.end);
	err = no_answer(err, &had);
	if (!had) {
		l->data = (struct boot_range){ 0, 0 };
		if (!l->pages)
			g->facts->lacks = "the kernel's data (__init_end)";
	}
	return err;
}

/* ---- KFENCE ---------------------------------------------------------------- */

/* Not called where boot mapped pages all over: its place does not matter. */
static struct dm_error *gather_kfence(struct gathering *g)
{
	struct boot_facts *f = g->facts;
	struct dm_error *err;
	bool had;

	if (g->policy->kfence == DM_KFENCE_UNKNOWN)
		f->lacks = "the KFENCE pool (__kfence_pool)";
	if (g->policy->kfence != DM_KFENCE_EARLY &&
	    g->policy->kfence != DM_KFENCE_LATE)
		return NULL;
	err = no_answer(dm_kfence_pool(g->target, &f->kfence_pool.start,
				       &f->kfence_pool.end),
			&had);
	if (!had) {
		f->kfence_pool = (struct boot_range){ 0, 0 };
		f->lacks = "the size of the KFENCE pool";
	}
	return err;
}

/* ---- What the tables show --------------------------------------------------- */

struct looking {
	uint64_t from, to; /* VAs */
	uint64_t but_from, but_to;
	uint64_t bytes[DM_LEAF_COUNT];
	uint64_t unknown; /* bytes */
	bool any_large; /* to stop at the first leaf larger than a page */
	bool stopped;
};

static struct dm_error *count_run(void *arg, const struct dm_run *run)
{
	struct looking *l = arg;
	uint64_t end = run->start + run->size;

	if (run->start < l->from || end > l->to)
		return NULL;
	if (run->start < l->but_to && end > l->but_from)
		return NULL;
	l->bytes[run->leaf] += run->size;
	l->stopped = l->any_large && run->leaf != DM_LEAF_PTE;
	return l->stopped ? dm_error_create(DM_ERROR_NOT_FOUND, "enough seen")
			  : NULL;
}

static struct dm_error *look_at_all(struct gathering *g, struct looking *l)
{
	struct dm_error *err = dm_target_runs_of(g->target, count_run, l);

	if (err && l->stopped) {
		dm_error_destroy(err);
		err = NULL;
	}
	return err;
}

static struct dm_error *count_unknown(void *arg,
				      const struct dm_unknown *unknown)
{
	struct looking *l = arg;

	l->unknown += unknown->size;
	return NULL;
}

/* A few tables, so that they may be read again. */
static struct dm_error *look(struct gathering *g, struct looking *l)
{
	struct dm_range range = { l->from, l->to };

	return dm_target_runs(g->target, &range, count_run, count_unknown, l);
}

/* What could not be told of may have the larger leaf that was not seen. */
static struct dm_error *check_all_seen(struct gathering *g)
{
	const struct unknown_set *unknown = NULL;
	const struct dm_usage *usage;
	struct dm_error *err = dm_target_usage(g->target, &usage);

	if (!err)
		err = dm_target_unknown(g->target, &unknown);
	if (!err && (unknown->count || !dm_usage_mapped(usage)))
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"all that was seen of the map is pages, but not all was seen");
	return err;
}

/* Whether all leaves of the linear map, but those of the text, are pages. */
static struct dm_error *all_pages(struct gathering *g, bool *ret)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);
	const struct boot_layout *l = &g->facts->layout;
	struct looking at = {
		.from = k->linear_start,
		.to = k->linear_end,
		.any_large = true,
	};
	struct dm_error *err;

	if (l->text.end) {
		at.but_from = dm_kva_pa_to_linear(k, l->text.start);
		at.but_to = dm_kva_pa_to_linear(k, l->text.end);
	}
	err = look_at_all(g, &at);
	*ret = !err && !at.stopped;
	return *ret ? check_all_seen(g) : err;
}

/* ---- Which map_mem() --------------------------------------------------------- */

/*
 * No symbol tells in which way the kernel's alias was mapped, but the alias
 * does. Apart, it has blocks and never contiguous bits; first, it has them as
 * its banks have. Where nothing larger than pages fits, both ways come to the
 * same.
 */
static struct dm_error *gather_alias(struct gathering *g)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);
	struct boot_layout *l = &g->facts->layout;
	struct looking at = {
		.from = dm_kva_pa_to_linear(k, l->text.start),
		.to = dm_kva_pa_to_linear(k, l->text.end),
	};
	uint64_t block = dm_leaf_size(k, DM_LEAF_PMD);
	struct dm_error *err = look(g, &at);
	bool fits = (at.from + block - 1) / block < at.to / block;

	if (err)
		return err;
	g->facts->alias_from = "page tables of the text's alias";
	if (at.bytes[DM_LEAF_CONT_PTE] || at.bytes[DM_LEAF_CONT_PMD])
		l->alias = BOOT_ALIAS_FIRST;
	else if (at.unknown && !l->pages)
		g->facts->lacks =
			"page tables of the text's alias, which are damaged or missing";
	else if (at.bytes[DM_LEAF_PMD] || at.bytes[DM_LEAF_PUD])
		l->alias = BOOT_ALIAS_APART;
	else if (fits && at.bytes[DM_LEAF_PTE])
		l->alias = BOOT_ALIAS_FIRST;
	else
		g->facts->alias_from = NULL;
	return NULL;
}

/* Whether the tables tell of the page at @pa, if only that it is not mapped. */
static struct dm_error *is_known(struct gathering *g, uint64_t pa, bool *ret)
{
	uint64_t page = dm_target_kernel(g->target)->page_size;
	uint64_t va =
		dm_kva_pa_to_linear(dm_target_kernel(g->target), pa & -page);
	const struct unknown_set *unknown;
	struct dm_error *err = dm_target_unknown(g->target, &unknown);

	*ret = !err && !dm_unknown_set_bytes(unknown, va, va + page);
	return err;
}

/* Whether the page at @pa is read-only; DM_UNKNOWN: the tables do not tell. */
static struct dm_error *is_read_only(struct gathering *g, uint64_t pa,
				     enum dm_known *ret)
{
	const struct kva_step *leaf;
	struct kva_path path;
	bool known;
	struct dm_error *err = is_known(g, pa, &known);

	*ret = DM_UNKNOWN;
	if (err || !known)
		return err;
	err = dm_kva_path(dm_target_kva(g->target),
			  dm_kva_pa_to_linear(dm_target_kernel(g->target), pa),
			  &path);
	err = no_answer(err, &known);
	if (err || !known)
		return err;
	leaf = &path.steps[path.count - 1];
	*ret = path.is_leaf && leaf->entry & ARM64_RDONLY ? DM_YES : DM_NO;
	return NULL;
}

/*
 * From 5.13 on to 6.5 the alias began at _stext, else at _text; what was mapped
 * as alias is read-only since (mark_linear_text_alias_ro()). All pages between
 * the two tell, so one that is damaged does not matter.
 */
static struct dm_error *gather_text_start(struct gathering *g)
{
	struct boot_layout *l = &g->facts->layout;
	uint64_t page = dm_target_kernel(g->target)->page_size, pa;
	enum dm_known text, head = DM_UNKNOWN;
	struct dm_error *err = is_read_only(g, l->repaint_kept.start, &text);

	for (pa = l->text.start;
	     !err && head == DM_UNKNOWN && pa < l->repaint_kept.start;
	     pa += page)
		err = is_read_only(g, pa, &head);
	if (err)
		return err;
	if ((head == DM_UNKNOWN && text == DM_YES) ||
	    (!l->pages && (head == DM_UNKNOWN || text == DM_UNKNOWN)))
		g->facts->lacks =
			"page tables of the text's alias, which are damaged or missing";
	else if (head == DM_NO && text == DM_YES)
		l->text.start = l->repaint_kept.start;
	return NULL;
}

/* ---- Policy -------------------------------------------------------------------- */

/*
 * All pages: by policy or by repaint, which comes to the same but in the
 * kernel's alias. Not all: not by policy.
 */
static struct dm_error *policy_from_tables(struct gathering *g)
{
	struct boot_facts *f = g->facts;
	struct dm_error *err = all_pages(g, &f->layout.pages);

	f->layout.hotplug_pages = f->layout.pages;
	f->hotplug_unknown = !f->layout.pages;
	f->splits =
		!f->layout.pages &&
		dm_target_has_symbol(g->target, "split_kernel_leaf_mapping");
	f->pages_from = "page tables";
	return err;
}

static struct dm_error *gather_policy(struct gathering *g)
{
	const struct dm_policy *p = g->policy;
	struct boot_facts *f = g->facts;

	if (p->boot == DM_BOOT_UNKNOWN || p->inferred)
		return policy_from_tables(g);
	f->pages_from = "policy";
	f->layout.pages = p->boot == DM_BOOT_PAGES;
	f->layout.repaint = p->boot == DM_BOOT_REPAINTED;
	f->layout.hotplug_pages = p->hotplug == DM_BOOT_PAGES;
	f->hotplug_unknown = p->hotplug == DM_BOOT_UNKNOWN;
	f->splits = p->splits_at_runtime == DM_YES;
	return NULL;
}

/*
 * crash_mem_map (to 6.4): crashkernel= was given. Without DMA zones the region
 * was known when memory was mapped, and it alone got pages (6.1 mm/mmu.c,
 * defer_reserve_crashkernel()).
 */
static struct dm_error *gather_crash(struct gathering *g)
{
	struct dm_target *t = g->target;
	struct boot_layout *l = &g->facts->layout;
	uint64_t va, start_at, end_at, start = 0, end = 0;
	const struct target_offset offsets[] = {
		{ "start", &start_at },
		{ "end", &end_at },
		{ NULL, NULL },
	};
	struct dm_error *err;
	bool had;

	if (l->pages || !dm_target_has_symbol(t, "crash_mem_map"))
		return NULL;
	err = dm_target_symbol(t, "crashk_res", &va);
	if (!err)
		err = dm_target_offsets(t, "struct resource", offsets);
	if (!err)
		err = dm_target_u64_at(t, va, start_at, &start);
	if (!err)
		err = dm_target_u64_at(t, va, end_at, &end);
	err = no_answer(err, &had);
	if (!had)
		g->facts->lacks = "the crash kernel's region (crashk_res)";
	else if (end && end < UINT64_C(1) << ARM64_PA_BITS)
		l->crash = (struct boot_range){ start, end + 1 };
	return err;
}

enum mapped { MAPPED_UNKNOWN, MAPPED_NOT, MAPPED };

/* Whether the page that memory ends in at @pa is mapped; after @had if it is. */
static struct dm_error *look_at_odd(struct gathering *g, uint64_t pa,
				    enum mapped *had)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);
	uint64_t odd = pa & (k->page_size - 1);
	struct kva_path path;
	struct dm_error *err;
	bool known;

	if (!odd || *had == MAPPED)
		return NULL;
	err = is_known(g, pa, &known);
	if (err || !known)
		return err;
	err = dm_kva_path(dm_target_kva(g->target),
			  dm_kva_pa_to_linear(k, pa - odd), &path);
	err = no_answer(err, &known);
	if (!known)
		return err;
	if (path.is_leaf)
		*had = MAPPED;
	else if (path.steps[path.count - 1].kind == ARM64_NONE)
		*had = MAPPED_NOT;
	return NULL;
}

/*
 * Whether pages that are memory in part only were left out. One that is mapped
 * shows that they were not; only what is missing everywhere was left out.
 */
static struct dm_error *gather_rounding(struct gathering *g)
{
	struct boot_layout *l = &g->facts->layout;
	uint64_t page = l->kernel->page_size, odd = 0;
	enum mapped had = MAPPED_UNKNOWN;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && had != MAPPED && i < l->bank_count; i++) {
		const struct boot_bank *b = &l->banks[i];

		odd |= (b->start | b->end) & (page - 1);
		err = look_at_odd(g, b->start, &had);
		if (!err)
			err = look_at_odd(g, b->end, &had);
	}
	l->inward = had == MAPPED_NOT;
	g->facts->outward = had == MAPPED;
	if (odd && had == MAPPED_UNKNOWN)
		g->facts->lacks =
			"how pages that are memory in part are mapped";
	return err;
}

/* ---- Memory that was added ------------------------------------------------------ */

static struct dm_error *gather_calls(struct gathering *g,
				     struct boot_bank **calls, size_t *count)
{
	const struct boot_layout *l = &g->facts->layout;
	struct boot_bank *added = calloc(l->bank_count + 1, sizeof(*added));
	struct dm_error *err;
	size_t i, n = 0;

	if (!added)
		return dm_error_no_memory();
	for (i = 0; i < l->bank_count; i++) {
		if (l->banks[i].hotplug)
			added[n++] = l->banks[i];
	}
	err = dm_hotadd_banks(g->target, added, n, calls, count,
			      g->facts->added_missing,
			      sizeof(g->facts->added_missing));
	free(added);
	return err;
}

/* Boot's banks and @calls, which are of the others, in order. */
static struct dm_error *
replace_added(struct boot_facts *f, const struct boot_bank *calls, size_t count)
{
	struct boot_layout *l = &f->layout;
	struct boot_bank *banks =
		calloc(l->bank_count + count + 1, sizeof(*banks));
	size_t i, next = 0, n = 0;

	if (!banks)
		return dm_error_no_memory();
	for (i = 0; i < l->bank_count; i++) {
		if (!l->banks[i].hotplug) {
			banks[n++] = l->banks[i];
			continue;
		}
		for (; next < count && calls[next].start < l->banks[i].end;
		     next++)
			banks[n++] = calls[next];
	}
	free(f->banks);
	f->banks = banks;
	l->banks = banks;
	l->bank_count = n;
	return NULL;
}

static void forget_added(struct boot_facts *f, const char *why)
{
	size_t i;

	for (i = 0; i < f->layout.bank_count; i++) {
		if (f->banks[i].hotplug)
			f->banks[i].unknown = why;
	}
}

/*
 * memblock has joined what was added call by call. Where all of it is pages the
 * calls do not matter.
 */
static struct dm_error *gather_added(struct gathering *g)
{
	struct boot_facts *f = g->facts;
	struct boot_bank *calls;
	struct dm_error *err;
	size_t count;

	if (f->layout.hotplug_pages)
		return NULL;
	if (f->hotplug_unknown) {
		forget_added(f, "unknown how added memory is mapped");
		return NULL;
	}
	err = gather_calls(g, &calls, &count);
	if (!err && count)
		err = replace_added(f, calls, count);
	free(calls);
	return err;
}

/* ---- All of it ------------------------------------------------------------------ */

/* With no symbols, there is one thing that can be said. */
static struct dm_error *gather_little(struct gathering *g)
{
	struct dm_error *err = policy_from_tables(g);

	g->facts->lacks = "symbols of the kernel image (_stext, __init_begin)";
	if (!err && !g->facts->layout.pages)
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"not all of memory is mapped by pages, and there are no symbols of the kernel image");
	return err;
}

static struct dm_error *gather_most(struct gathering *g)
{
	struct dm_error *err;

	err = gather_policy(g);
	if (!err)
		err = gather_added(g);
	if (!err && !g->facts->layout.pages)
		err = gather_kfence(g);
	if (!err)
		err = gather_text_start(g);
	if (!err)
		err = gather_alias(g);
	if (!err)
		err = gather_data(g);
	if (!err)
		err = gather_crash(g);
	if (!err)
		err = gather_rounding(g);
	return err;
}

/* An early pool was mapped by boot; a late one was split out of what there was. */
static void place_kfence(struct boot_facts *f, enum dm_kfence kfence)
{
	const struct boot_range *pool = &f->kfence_pool;

	if (kfence == DM_KFENCE_EARLY) {
		f->layout.kfence = *pool;
	} else if (kfence == DM_KFENCE_LATE && f->splits && pool->end) {
		f->to_ptes.start =
			dm_kva_pa_to_linear(f->layout.kernel, pool->start);
		f->to_ptes.end = f->to_ptes.start + pool->end - pool->start;
	}
}

static struct dm_error *gather(struct gathering *g)
{
	struct boot_facts *f = g->facts;
	struct dm_error *err;
	bool had;

	f->layout.kernel = dm_target_kernel(g->target);
	err = gather_banks(g);
	if (!err)
		err = gather_text(g, &had);
	if (!err)
		err = had ? gather_most(g) : gather_little(g);
	if (err)
		return err;
	place_kfence(f, g->policy->kfence);
	return NULL;
}

struct dm_error *dm_boot_facts_create(struct dm_target *target,
				      const struct dm_policy *policy,
				      struct boot_facts **ret)
{
	struct boot_facts *f = calloc(1, sizeof(*f));
	struct gathering g = { target, policy, f, 0 };
	struct dm_error *err;

	if (!f)
		return dm_error_no_memory();
	err = gather(&g);
	if (err) {
		dm_boot_facts_destroy(f);
		return dm_error_prefix(err, "what boot mapped");
	}
	*ret = f;
	return NULL;
}

struct dm_error *dm_boot_memory_create(struct dm_target *target,
				       struct boot_facts **ret)
{
	struct boot_facts *f = calloc(1, sizeof(*f));
	struct gathering g = { .target = target, .facts = f };
	struct dm_error *err;

	if (!f)
		return dm_error_no_memory();
	f->layout.kernel = dm_target_kernel(target);
	err = banks_from_memblock(&g);
	if (!err)
		err = gather_rounding(&g);
	if (err) {
		dm_boot_facts_destroy(f);
		return err;
	}
	*ret = f;
	return NULL;
}

void dm_boot_facts_destroy(struct boot_facts *facts)
{
	if (!facts)
		return;
	free(facts->banks);
	free(facts);
}
