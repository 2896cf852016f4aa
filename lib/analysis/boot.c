// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Computes boot's leaves from the ranges that map_mem() mapped.
 *
 * map_mem() on ranges.
 *
 * What the kernel does entry by entry comes down to this, for a block of a
 * leaf's size:
 *  - A block mapping (pud, pmd) is there if the first mapping call that touches
 *    the block covers all of it and may use blocks: otherwise that call put a
 *    table there, and tables stay (alloc_init_pud(), init_pmd()).
 *  - A contiguous group has its bits if every call that touches it covers all
 *    of it and may use them: an entry without stays without, or takes the bits
 *    away from one of the group (7.2, pmd_range_has_valid_noncont()). Kernels
 *    before that did not look at what is there: the last call counts. There
 *    calls touch only where banks share a page.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/boot.h"
#include "util/bisect.h"
#include "util/error.h"
#include "target/kva.h"
#include "util/range.h"

#define NO_BLOCK  1u
#define NO_CONT	  2u
#define PAGES	  (NO_BLOCK | NO_CONT)

#define SPECIALS  4
#define BANKS_MAX (1u << 20)

/* One mapping call; VAs of whole pages. */
struct call {
	uint64_t start;
	uint64_t end;
	unsigned int flags;
	bool hotplug;
	const char *unknown; /* not one call, or not with these flags */
	enum dm_leaf least; /* of an unknown one: what it made at least */
};

struct span {
	uint64_t start;
	uint64_t end;
	unsigned int why;
};

struct boot_map {
	uint64_t page_size;
	/* 0 where the granule has none, or VA and PA never line up to it. */
	uint64_t sizes[DM_LEAF_MAX];
	enum dm_leaf largest; /* of the granule */
	enum boot_alias alias;
	bool pages;
	bool repaint;
	struct span kept;
	/* What is mapped in a way of its own. */
	struct span specials[SPECIALS];
	size_t special_count;
	/* Calls before all others, in their order; they may lie in others. */
	struct call first[SPECIALS];
	size_t first_count;
	/* All other calls, rising; neighbours may share a page. */
	struct call *calls;
	size_t call_count;
	/* Memory, neighbours joined. */
	struct span *ram;
	size_t ram_count;
	/* Why larger leaves than of that many bytes are not known, or NULL. */
	const char *forgotten;
	uint64_t known_size;
};

const char *dm_boot_why_name(unsigned int why)
{
	switch (why) {
	case BOOT_WHY_EDGE:
		return "edge";
	case BOOT_WHY_POLICY_PAGES:
		return "policy:pages";
	case BOOT_WHY_KERNEL_ALIAS:
		return "kernel_alias";
	case BOOT_WHY_KFENCE_POOL:
		return "kfence_pool";
	case BOOT_WHY_CRASH_KERNEL:
		return "crash_kernel";
	case BOOT_WHY_REPAINT:
		return "repaint";
	case BOOT_WHY_HOTPLUG:
		return "hotplug";
	default:
		return NULL;
	}
}

/* ---- Making it ---------------------------------------------------------- */

static uint64_t round_down(uint64_t x, uint64_t size)
{
	return x & ~(size - 1);
}

static uint64_t round_up(uint64_t x, uint64_t size)
{
	return round_down(x + size - 1, size);
}

/*
 * PAs to VAs of whole pages, as __create_pgd_mapping_locked() rounds them. All
 * sums stay in 64 bits: PAs end at 2^52, the linear map far below 2^64.
 */
static struct dm_error *to_va(const struct boot_layout *l, const char *what,
			      uint64_t start, uint64_t end, struct span *ret)
{
	const struct dm_kernel *k = l->kernel;
	uint64_t page = k->page_size;

	if (start >= end || end > DM_PA_END)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s at 0x%llx-0x%llx is no range of memory", what,
			(unsigned long long)start, (unsigned long long)end);
	ret->start = dm_kva_pa_to_linear(k, round_down(start, page));
	ret->end = ret->start + round_up(end, page) - round_down(start, page);
	if (ret->start < k->linear_start || ret->start >= k->linear_end ||
	    ret->end - ret->start > k->linear_end - ret->start)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s at 0x%llx-0x%llx is outside the linear map", what,
			(unsigned long long)start, (unsigned long long)end);
	return NULL;
}

static void init_sizes(struct boot_map *m, const struct dm_kernel *k)
{
	uint64_t apart = k->page_offset - k->phys_offset;
	size_t leaf;

	m->page_size = k->page_size;
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		uint64_t size = dm_leaf_size(k, leaf);

		if (!size)
			continue;
		m->largest = (enum dm_leaf)leaf;
		if (!(apart & (size - 1)))
			m->sizes[leaf] = size;
	}
}

/* The largest leaf that any call makes which is a multiple of @multiple. */
static enum dm_leaf least_of(const struct boot_map *m, uint64_t multiple)
{
	enum dm_leaf leaf;

	for (leaf = DM_LEAF_PUD; leaf > DM_LEAF_PTE; leaf--) {
		if (m->sizes[leaf] && m->sizes[leaf] <= multiple)
			break;
	}
	return leaf;
}

/* memblock's regions are in order and apart; anything else is no memblock. */
static struct dm_error *add_bank(struct boot_map *m,
				 const struct boot_layout *l, size_t i)
{
	const struct boot_bank *b = &l->banks[i];
	uint64_t page = m->page_size, start = b->start, end = b->end;
	bool pages = b->hotplug ? l->hotplug_pages : l->pages;
	struct dm_error *err;
	struct span va;

	err = to_va(l, "a memory bank", start, end, &va);
	if (err)
		return err;
	if (i && start < l->banks[i - 1].end)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"memory banks overlap or are out of order at 0x%llx",
			(unsigned long long)start);
	if (l->inward) {
		if (round_up(start, page) >= round_down(end, page))
			return NULL;
		va.start += round_up(start, page) - round_down(start, page);
		va.end -= round_up(end, page) - round_down(end, page);
	}
	m->calls[m->call_count++] = (struct call){
		.start = va.start,
		.end = va.end,
		.flags = pages ? PAGES : 0,
		.hotplug = b->hotplug,
		.unknown = b->unknown,
		.least = least_of(m, b->multiple),
	};
	if (m->ram_count && va.start <= m->ram[m->ram_count - 1].end)
		m->ram[m->ram_count - 1].end = va.end;
	else
		m->ram[m->ram_count++] = va;
	return NULL;
}

static struct dm_error *check_special(const struct boot_map *m,
				      const struct span *s, const char *what)
{
	size_t i;

	for (i = 0; i < m->special_count; i++) {
		if (range_meets(m->specials[i].start, m->specials[i].end,
				s->start, s->end))
			return dm_error_create(
				DM_ERROR_BAD_DUMP,
				"%s and another range that boot maps by itself overlap at 0x%llx",
				what, (unsigned long long)s->start);
	}
	for (i = 0; i < m->ram_count; i++) {
		if (range_within(s->start, s->end, m->ram[i].start,
				 m->ram[i].end))
			return NULL;
	}
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "%s at 0x%llx is not in memory", what,
			       (unsigned long long)s->start);
}

/*
 * Cut [start, end) out of the calls there are: memblock_mark_nomap(). There is
 * capacity for one more call.
 */
static void cut_out(struct boot_map *m, const struct span *s)
{
	struct call *c = m->calls, *end = c + m->call_count;

	while (c < end && c->end <= s->start)
		c++;
	while (c < end && c->start < s->end) {
		if (c->start < s->start && c->end > s->end) {
			memmove(c + 1, c, (size_t)(end - c) * sizeof(*c));
			m->call_count++;
			c->end = s->start;
			c[1].start = s->end;
			return;
		}
		if (c->start < s->start) {
			c++->end = s->start;
		} else if (c->end > s->end) {
			c->start = s->end;
			return;
		} else {
			memmove(c, c + 1, (size_t)(end - c - 1) * sizeof(*c));
			m->call_count--;
			end--;
		}
	}
}

static void insert_call(struct boot_map *m, const struct call *call)
{
	size_t i = m->call_count++;

	for (; i && m->calls[i - 1].start > call->start; i--)
		m->calls[i] = m->calls[i - 1];
	m->calls[i] = *call;
}

static struct dm_error *add_special(struct boot_map *m,
				    const struct boot_layout *l,
				    const struct dm_range *range,
				    const char *what, unsigned int flags,
				    unsigned int why)
{
	struct dm_error *err;
	struct call call;
	struct span s;

	if (!range->start && !range->end)
		return NULL;
	err = to_va(l, what, range->start, range->end, &s);
	if (!err)
		err = check_special(m, &s, what);
	if (err)
		return err;
	s.why = why;
	m->specials[m->special_count++] = s;
	call = (struct call){
		.start = s.start,
		.end = s.end,
		.flags = flags,
	};
	if (l->alias == BOOT_ALIAS_FIRST) {
		m->first[m->first_count++] = call;
	} else {
		cut_out(m, &s);
		insert_call(m, &call);
	}
	return NULL;
}

/* In the order of 7.2; before, they are apart and the order says nothing. */
static struct dm_error *add_specials(struct boot_map *m,
				     const struct boot_layout *l)
{
	bool first = l->alias == BOOT_ALIAS_FIRST;
	unsigned int alias = first ? (l->pages ? PAGES : 0) : NO_CONT;
	struct dm_error *err;

	err = add_special(m, l, &l->kfence, "the KFENCE pool", PAGES,
			  BOOT_WHY_KFENCE_POOL);
	if (!err)
		err = add_special(m, l, &l->text, "the kernel's text", alias,
				  BOOT_WHY_KERNEL_ALIAS);
	if (!err && first)
		err = add_special(m, l, &l->data, "the kernel's data", alias,
				  BOOT_WHY_KERNEL_ALIAS);
	if (!err && !first)
		err = add_special(m, l, &l->crash, "the crash kernel", PAGES,
				  BOOT_WHY_CRASH_KERNEL);
	if (!err && l->repaint)
		err = to_va(l, "the kernel's text", l->repaint_kept.start,
			    l->repaint_kept.end, &m->kept);
	return err;
}

static struct dm_error *fill(struct boot_map *m, const struct boot_layout *l)
{
	struct dm_error *err = NULL;
	size_t i;

	init_sizes(m, l->kernel);
	m->alias = l->alias;
	m->pages = l->pages;
	m->repaint = l->repaint;
	/* Each special may cut a bank in two, and is a call itself. */
	m->calls = calloc(l->bank_count + 2 * SPECIALS, sizeof(*m->calls));
	m->ram = calloc(l->bank_count + 1, sizeof(*m->ram));
	if (!m->calls || !m->ram)
		return dm_error_no_memory();
	for (i = 0; !err && i < l->bank_count; i++)
		err = add_bank(m, l, i);
	return err ? err : add_specials(m, l);
}

struct dm_error *dm_boot_map_create(const struct boot_layout *layout,
				    struct boot_map **ret)
{
	struct boot_map *m;
	struct dm_error *err;

	if (layout->bank_count > BANKS_MAX)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "%zu memory banks: that is no memblock",
				       layout->bank_count);
	m = calloc(1, sizeof(*m));
	if (!m)
		return dm_error_no_memory();
	err = fill(m, layout);
	if (err) {
		dm_boot_map_destroy(m);
		return err;
	}
	*ret = m;
	return NULL;
}

void dm_boot_map_destroy(struct boot_map *map)
{
	if (!map)
		return;
	free(map->calls);
	free(map->ram);
	free(map);
}

void dm_boot_map_forget_added(struct boot_map *map, const char *why)
{
	size_t i;

	for (i = 0; i < map->call_count; i++) {
		if (!map->calls[i].hotplug)
			continue;
		map->calls[i].unknown = why;
		map->calls[i].least = DM_LEAF_PTE;
	}
}

void dm_boot_map_forget_larger(struct boot_map *map, uint64_t size,
			       const char *why)
{
	map->forgotten = why;
	map->known_size = size;
}

/* ---- Asking it ---------------------------------------------------------- */

/* The first call that ends behind @va; call_count if none does. */
static size_t call_behind(const struct boot_map *m, uint64_t va)
{
	return dm_bisect(i, m->call_count, m->calls[i].end <= va);
}

/* The last call that begins before @va; call_count if none does. */
static size_t call_before(const struct boot_map *m, uint64_t va)
{
	size_t behind = dm_bisect(i, m->call_count, m->calls[i].start < va);
	return behind ? behind - 1 : m->call_count;
}

/* Whether the first call that touches the block put a leaf there. */
static bool is_block(const struct boot_map *m, uint64_t start, uint64_t end)
{
	const struct call *c;
	size_t i;

	for (i = 0; i < m->first_count; i++) {
		c = &m->first[i];
		if (range_meets(c->start, c->end, start, end))
			return range_within(start, end, c->start, c->end) &&
			       !(c->flags & NO_BLOCK);
	}
	i = call_behind(m, start);
	if (i == m->call_count)
		return false;
	c = &m->calls[i];
	return range_within(start, end, c->start, c->end) &&
	       !(c->flags & NO_BLOCK);
}

/* Whether a group has its contiguous bits; @not are flags that rule it out. */
static bool is_group(const struct boot_map *m, uint64_t start, uint64_t end,
		     unsigned int not )
{
	size_t i, last;

	for (i = 0; i < m->first_count; i++) {
		const struct call *c = &m->first[i];

		if (range_meets(c->start, c->end, start, end) &&
		    (!range_within(start, end, c->start, c->end) ||
		     c->flags & not ))
			return false;
	}
	i = call_behind(m, start);
	last = call_before(m, end);
	if (i == m->call_count || last == m->call_count)
		return false;
	if (m->alias == BOOT_ALIAS_APART)
		i = last;
	/* If the first does not cover all, the loop ends there; if it does,
	 * only calls that share its last page can follow. */
	for (; i <= last; i++) {
		if (!range_within(start, end, m->calls[i].start,
				  m->calls[i].end) ||
		    m->calls[i].flags & not )
			return false;
	}
	return true;
}

static bool has_leaf(const struct boot_map *m, enum dm_leaf leaf,
		     uint64_t start, uint64_t end)
{
	switch (leaf) {
	case DM_LEAF_PUD:
	case DM_LEAF_PMD:
		return is_block(m, start, end);
	case DM_LEAF_CONT_PMD:
		return is_group(m, start, end, PAGES);
	case DM_LEAF_CONT_PTE:
		return is_group(m, start, end, NO_CONT);
	default:
		return true;
	}
}

/*
 * How far what is true of the block at @va goes: to the end of the last whole
 * block before @limit, where no call begins or ends on the way; if that is not
 * even one, to the end of the block that @va is in.
 */
static uint64_t reach(uint64_t va, uint64_t limit, uint64_t size)
{
	uint64_t end;

	if (!(va & (size - 1)) && limit - va >= size)
		return round_down(limit, size);
	end = round_down(va, size) + size;
	return end < limit ? end : limit;
}

static void lower(uint64_t *x, uint64_t y)
{
	if (y < *x)
		*x = y;
}

static void lower_to_bound(uint64_t *limit, uint64_t va, const struct span *s)
{
	if (s->start > va)
		lower(limit, s->start);
	else if (s->end > va)
		lower(limit, s->end);
}

/* Where the next call, of any kind, begins or ends behind @va in call @i. */
static uint64_t next_bound(const struct boot_map *m, size_t i, uint64_t va)
{
	uint64_t limit = m->calls[i].end;
	size_t s;

	if (i + 1 < m->call_count && m->calls[i + 1].start > va)
		lower(&limit, m->calls[i + 1].start);
	for (s = 0; s < m->special_count; s++)
		lower_to_bound(&limit, va, &m->specials[s]);
	if (m->repaint)
		lower_to_bound(&limit, va, &m->kept);
	return limit;
}

/* The leaf that map_mem() made at @va; @end comes down to how far it goes. */
static enum dm_leaf leaf_at(const struct boot_map *m, uint64_t va,
			    uint64_t limit, uint64_t *end)
{
	enum dm_leaf leaf;

	for (leaf = DM_LEAF_PUD; leaf > DM_LEAF_PTE; leaf--) {
		uint64_t size = m->sizes[leaf], start;

		if (!size)
			continue;
		start = round_down(va, size);
		lower(end, reach(va, limit, size));
		if (has_leaf(m, leaf, start, start + size))
			break;
	}
	return leaf;
}

/* What the layout of memory alone would allow at @va. */
static enum dm_leaf could_be_at(const struct boot_map *m, uint64_t va,
				uint64_t *end)
{
	size_t behind = dm_bisect(i, m->ram_count, m->ram[i].start <= va);
	const struct span *ram = &m->ram[behind ? behind - 1 : 0];
	enum dm_leaf leaf;

	for (leaf = DM_LEAF_PUD; leaf > DM_LEAF_PTE; leaf--) {
		uint64_t size = m->sizes[leaf], start;

		if (!size)
			continue;
		start = round_down(va, size);
		lower(end, reach(va, ram->end, size));
		if (range_within(start, start + size, ram->start, ram->end))
			break;
	}
	return leaf;
}

/*
 * range_split_to_ptes() on both sides of what is kept: a block or group that
 * reaches out of it is split as a whole, and no contiguous bits are made.
 */
static enum dm_leaf repainted(const struct boot_map *m, uint64_t va,
			      uint64_t limit, enum dm_leaf leaf, uint64_t *end)
{
	bool pmds = leaf == DM_LEAF_PUD || leaf == DM_LEAF_CONT_PMD;

	for (;;) {
		uint64_t size = m->sizes[leaf], start = round_down(va, size);

		lower(end, reach(va, limit, size));
		if (leaf == DM_LEAF_PTE ||
		    range_within(start, start + size, m->kept.start,
				 m->kept.end))
			return leaf;
		leaf = pmds && leaf != DM_LEAF_PMD ? DM_LEAF_PMD : DM_LEAF_PTE;
	}
}

/* What is mapped by itself and touches the next larger block around @va. */
static unsigned int why_smaller(const struct boot_map *m, size_t call,
				uint64_t va, enum dm_leaf leaf)
{
	uint64_t start, end;
	unsigned int why = 0;
	size_t i;

	do
		leaf++;
	while (!m->sizes[leaf]);
	start = round_down(va, m->sizes[leaf]);
	end = start + m->sizes[leaf];
	for (i = 0; i < m->special_count; i++) {
		if (range_meets(m->specials[i].start, m->specials[i].end, start,
				end))
			why |= m->specials[i].why;
	}
	if (why)
		return why;
	if (m->calls[call].hotplug || m->calls[call_behind(m, start)].hotplug ||
	    m->calls[call_before(m, end)].hotplug)
		return BOOT_WHY_HOTPLUG;
	return BOOT_WHY_EDGE;
}

/* Whether the call itself, not what is around, asked for pages. */
static bool by_policy(const struct boot_map *m, size_t call, uint64_t va)
{
	const struct call *c = &m->calls[call];
	size_t i;

	if (c->hotplug)
		return c->flags & NO_BLOCK;
	if (!m->pages)
		return false;
	if (m->alias == BOOT_ALIAS_FIRST)
		return true;
	/* The kernel's alias has blocks all the same. */
	for (i = 0; i < m->special_count; i++) {
		if (m->specials[i].why == BOOT_WHY_KERNEL_ALIAS &&
		    va >= m->specials[i].start && va < m->specials[i].end)
			return false;
	}
	return true;
}

/* dm_boot_map_forget_larger() */
static void forget_larger(const struct boot_map *m, struct boot_run *run)
{
	if (!m->forgotten || m->sizes[run->leaf] <= m->known_size)
		return;
	while (run->leaf > DM_LEAF_PTE &&
	       (!m->sizes[run->leaf] || m->sizes[run->leaf] > m->known_size))
		run->leaf--;
	run->could_be = run->leaf;
	run->why = 0;
	run->unknown = m->forgotten;
}

/* A run that need not be as long as it could be. */
static bool piece_at(const struct boot_map *m, uint64_t va,
		     struct boot_run *run)
{
	size_t i = call_behind(m, va);
	uint64_t limit, end;
	enum dm_leaf leaf;

	if (i == m->call_count)
		return false;
	if (va < m->calls[i].start)
		va = m->calls[i].start;
	limit = next_bound(m, i, va);
	*run = (struct boot_run){
		.start = va,
		.size = limit - va,
		.hotplug = m->calls[i].hotplug,
		.leaf = m->calls[i].least,
		.could_be = m->calls[i].least,
		.unknown = m->calls[i].unknown,
	};
	if (run->unknown)
		return true;
	end = limit;
	leaf = leaf_at(m, va, limit, &end);
	run->leaf = m->repaint && !m->calls[i].hotplug
			    ? repainted(m, va, limit, leaf, &end)
			    : leaf;
	run->could_be = could_be_at(m, va, &end);
	run->size = end - va;
	if (run->leaf >= run->could_be)
		run->why = run->leaf == m->largest ? 0 : BOOT_WHY_EDGE;
	else if (run->leaf < leaf)
		run->why = BOOT_WHY_REPAINT;
	else if (by_policy(m, i, va))
		run->why = BOOT_WHY_POLICY_PAGES;
	else
		run->why = why_smaller(m, i, va, run->leaf);
	forget_larger(m, run);
	return true;
}

bool dm_boot_map_next(const struct boot_map *map, uint64_t va,
		      struct boot_run *run)
{
	struct boot_run next;

	if (!piece_at(map, va, run))
		return false;
	while (piece_at(map, run->start + run->size, &next) &&
	       next.start == run->start + run->size && next.leaf == run->leaf &&
	       next.could_be == run->could_be && next.why == run->why &&
	       next.hotplug == run->hotplug && next.unknown == run->unknown)
		run->size += next.size;
	return true;
}
