// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The memory that was there to map: boot's banks, from memblock and resources or
 * else from today's map, how they were cut to whole pages, and what was added
 * later, call by call.
 */
#include <stdlib.h>

#include "analysis/boot_gather.h"
#include "analysis/hotadd.h"
#include "directmap/array.h"
#include "kernel/memblock.h"
#include "kernel/resource.h"
#include "util/error.h"
#include "util/missing.h"

/* ---- Banks ------------------------------------------------------------------ */

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
		     const struct boot_resources *boot, size_t *from)
{
	uint64_t at = area->start;
	size_t i;

	while (*from < boot->count && boot->ram[*from].end <= at)
		(*from)++;
	for (i = *from; i < boot->count; i++) {
		const struct dm_range *b = &boot->ram[i];

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
 * Two rising lists meet at most as often as they have elements; each meeting
 * gives boot's piece and up to three before it, each area three more.
 */
static struct dm_error *join_banks(struct boot_facts *f,
				   const struct memblock_list *memory,
				   const struct boot_resources *boot)
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
	return NULL;
}

static const char *banks_from(bool found, bool resources)
{
	if (found)
		return resources
			       ? "memblock, found by its content, standard_resources"
			       : "memblock, found by its content";
	return resources ? "memblock, standard_resources" : "memblock";
}

static struct dm_error *banks_from_memblock(struct gathering *g)
{
	struct boot_resources boot;
	struct memblock *memblock;
	struct dm_error *err;
	bool had;

	err = dm_memblock_create(g->target, &memblock);
	if (err)
		return err;
	err = boot_no_answer(dm_boot_resources_read(g->target, &boot), &had);
	if (!had)
		boot.count = 0;
	if (!err)
		err = join_banks(g->facts, &memblock->memory, &boot);
	g->facts->banks_from = banks_from(memblock->found, boot.count);
	dm_boot_resources_deinit(&boot);
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

struct dm_error *dm_boot_find_banks(struct gathering *g)
{
	struct dm_error *err;
	bool had;

	err = boot_no_answer(banks_from_memblock(g), &had);
	if (err || had)
		return err;
	free(g->facts->banks);
	g->facts->banks = NULL;
	g->facts->layout.bank_count = 0;
	return banks_from_tables(g);
}

/* ---- Pages that are memory in part ------------------------------------------- */

enum mapped { MAPPED_UNKNOWN, MAPPED_NOT, MAPPED };

static struct dm_error *look_at_page(struct gathering *g, uint64_t pa,
				     enum mapped *ret)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);
	struct kva_path path;
	struct dm_error *err;
	bool known;

	*ret = MAPPED_UNKNOWN;
	err = dm_boot_page_is_known(g, pa, &known);
	if (err || !known)
		return err;
	err = dm_kva_path(dm_target_kva(g->target), dm_kva_pa_to_linear(k, pa),
			  &path);
	err = boot_no_answer(err, &known);
	if (!known)
		return err;
	if (path.is_leaf)
		*ret = MAPPED;
	else if (path.steps[path.count - 1].kind == ENTRY_NONE)
		*ret = MAPPED_NOT;
	return NULL;
}

/*
 * Whether the page that @bank ends in at @pa is mapped; after @had if it is. Where
 * the page beside it, which is memory all over, is not, entries were lost: this
 * one's may be among them.
 */
static struct dm_error *look_at_odd(struct gathering *g,
				    const struct boot_bank *bank, uint64_t pa,
				    enum mapped *had)
{
	uint64_t page = dm_target_kernel(g->target)->page_size;
	uint64_t at = pa & -page;
	uint64_t beside = pa == bank->end ? at - page : at + page;
	enum mapped is, other = MAPPED;
	struct dm_error *err;

	if (at == pa || *had == MAPPED)
		return NULL;
	err = look_at_page(g, at, &is);
	if (!err && is == MAPPED_NOT && beside >= bank->start &&
	    beside + page <= bank->end)
		err = look_at_page(g, beside, &other);
	if (is != MAPPED_UNKNOWN && other == MAPPED)
		*had = is;
	return err;
}

/*
 * Whether pages that are memory in part only were left out. One that is mapped
 * shows that they were not; only what is missing everywhere was left out.
 */
struct dm_error *dm_boot_find_rounding(struct gathering *g)
{
	struct boot_layout *l = &g->facts->layout;
	uint64_t page = l->kernel->page_size, odd = 0;
	enum mapped had = MAPPED_UNKNOWN;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && had != MAPPED && i < l->bank_count; i++) {
		const struct boot_bank *b = &l->banks[i];

		odd |= (b->start | b->end) & (page - 1);
		err = look_at_odd(g, b, b->start, &had);
		if (!err)
			err = look_at_odd(g, b, b->end, &had);
	}
	l->inward = had == MAPPED_NOT;
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
			      &g->facts->added_missing);
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
struct dm_error *dm_boot_find_added(struct gathering *g)
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

/* ---- Memory alone ----------------------------------------------------------- */

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
		err = dm_boot_find_rounding(&g);
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
	dm_missing_destroy(facts->added_missing);
	free(facts);
}
