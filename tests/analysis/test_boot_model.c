// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * boot.c against page tables: the same calls made entry by entry, on layouts
 * drawn at random. What the model does per entry is written from mmu.c (6.12
 * and 7.3), not from boot.c, which knows ranges only.
 */
#include <stdlib.h>

#include "arm64/arm64.h"
#include "analysis/boot.h"
#include "suite.h"

#define NO_BLOCK 1u
#define NO_CONT	 2u
#define PAGES	 (NO_BLOCK | NO_CONT)

enum { NONE, TABLE, LEAF, CONT };

/* Entries from the VA that PA 0 is at; all three levels, tables or not. */
struct model {
	uint64_t sizes[DM_LEAF_COUNT];
	bool has_pud;
	bool looks; /* at what is there: 7.3 */
	bool bug; /* the kernel would have stopped with BUG_ON() */
	uint64_t end;
	uint8_t *pud, *pmd, *pte;
	unsigned int cont_pmds, cont_ptes;
};

static uint64_t next_of(uint64_t at, uint64_t end, uint64_t size)
{
	uint64_t next = (at / size + 1) * size;

	return next < end ? next : end;
}

static bool is_whole(uint64_t at, uint64_t next, uint64_t size)
{
	return at % size == 0 && next % size == 0;
}

/* The PA-VA offset need not be a multiple of the size: see phys. */
struct piece {
	uint64_t at, end, phys;
	unsigned int flags;
};

static bool has_noncont(const uint8_t *entries, unsigned int count)
{
	while (count--) {
		if (entries[count] == LEAF || entries[count] == TABLE)
			return true;
	}
	return false;
}

static bool may_cont(const struct model *m, const struct piece *p,
		     uint64_t next, uint64_t size, const uint8_t *group,
		     unsigned int count)
{
	return is_whole(p->at, next, size) && p->phys % size == 0 &&
	       !(p->flags & NO_CONT) &&
	       !(m->looks && has_noncont(group, count));
}

static void map_ptes(struct model *m, struct piece p)
{
	uint64_t page = m->sizes[DM_LEAF_PTE];

	while (p.at < p.end) {
		uint64_t next =
			next_of(p.at, p.end, m->sizes[DM_LEAF_CONT_PTE]);
		bool cont = may_cont(m, &p, next, m->sizes[DM_LEAF_CONT_PTE],
				     &m->pte[p.at / page], m->cont_ptes);

		p.phys += next - p.at;
		for (; p.at < next; p.at += page)
			m->pte[p.at / page] = cont ? CONT : LEAF;
	}
}

static void map_pmds(struct model *m, struct piece p, bool cont)
{
	uint64_t size = m->sizes[DM_LEAF_PMD];

	while (p.at < p.end) {
		uint64_t next = next_of(p.at, p.end, size);
		uint8_t *pmd = &m->pmd[p.at / size];

		if (is_whole(p.at, next, size) && p.phys % size == 0 &&
		    !(p.flags & NO_BLOCK) && *pmd != TABLE) {
			*pmd = cont ? CONT : LEAF;
		} else {
			m->bug |= *pmd == LEAF || *pmd == CONT;
			*pmd = TABLE;
			map_ptes(m,
				 (struct piece){ p.at, next, p.phys, p.flags });
		}
		p.phys += next - p.at;
		p.at = next;
	}
}

static void map_cont_pmds(struct model *m, struct piece p)
{
	while (p.at < p.end) {
		uint64_t next =
			next_of(p.at, p.end, m->sizes[DM_LEAF_CONT_PMD]);
		bool cont = may_cont(m, &p, next, m->sizes[DM_LEAF_CONT_PMD],
				     &m->pmd[p.at / m->sizes[DM_LEAF_PMD]],
				     m->cont_pmds);

		map_pmds(m, (struct piece){ p.at, next, p.phys, p.flags },
			 cont);
		p.phys += next - p.at;
		p.at = next;
	}
}

static void map(struct model *m, struct piece p)
{
	uint64_t size = m->has_pud ? m->sizes[DM_LEAF_PUD] : m->end;

	while (p.at < p.end) {
		uint64_t next = next_of(p.at, p.end, size);
		uint8_t *pud = &m->pud[p.at / size];

		if (m->has_pud && is_whole(p.at, next, size) &&
		    p.phys % size == 0 && !(p.flags & NO_BLOCK) &&
		    *pud != TABLE) {
			*pud = LEAF;
		} else {
			m->bug |= *pud == LEAF;
			*pud = TABLE;
			map_cont_pmds(m, (struct piece){ p.at, next, p.phys,
							 p.flags });
		}
		p.phys += next - p.at;
		p.at = next;
	}
}

static void set_all(uint8_t *entries, size_t count, int value)
{
	memset(entries, value, count);
}

static void lose_bits(uint8_t *entries, size_t at, unsigned int count)
{
	size_t i, first = at / count * count;

	for (i = first; i < first + count; i++) {
		if (entries[i] == CONT)
			entries[i] = LEAF;
	}
}

/* range_split_to_ptes() */
static void split(struct model *m, uint64_t start, uint64_t end)
{
	uint64_t page = m->sizes[DM_LEAF_PTE], pmd = m->sizes[DM_LEAF_PMD];
	uint64_t pud = m->has_pud ? m->sizes[DM_LEAF_PUD] : m->end, at;

	for (at = start; at < end; at = next_of(at, end, page)) {
		size_t t = at / pud, d = at / pmd, e = at / page;

		if (m->pud[t] == LEAF) {
			m->pud[t] = TABLE;
			set_all(m->pmd + t * pud / pmd, pud / pmd, LEAF);
		}
		if (m->pmd[d] == LEAF || m->pmd[d] == CONT) {
			lose_bits(m->pmd, d, m->cont_pmds);
			m->pmd[d] = TABLE;
			set_all(m->pte + d * pmd / page, pmd / page, LEAF);
		}
		if (m->pte[e] == CONT)
			lose_bits(m->pte, e, m->cont_ptes);
	}
}

static bool all_cont(const uint8_t *entries, size_t at, unsigned int count)
{
	size_t i, first = at / count * count;

	for (i = first; i < first + count; i++) {
		if (entries[i] != CONT)
			return false;
	}
	return true;
}

/* @returns DM_LEAF_COUNT where nothing is. */
static enum dm_leaf leaf_at(const struct model *m, uint64_t at)
{
	size_t d = at / m->sizes[DM_LEAF_PMD], e = at / m->sizes[DM_LEAF_PTE];

	if (m->has_pud && m->pud[at / m->sizes[DM_LEAF_PUD]] == LEAF)
		return DM_LEAF_PUD;
	if (m->pmd[d] == LEAF || m->pmd[d] == CONT)
		return all_cont(m->pmd, d, m->cont_pmds) ? DM_LEAF_CONT_PMD
							 : DM_LEAF_PMD;
	if (m->pmd[d] == NONE || m->pte[e] == NONE)
		return DM_LEAF_COUNT;
	return all_cont(m->pte, e, m->cont_ptes) ? DM_LEAF_CONT_PTE
						 : DM_LEAF_PTE;
}

/* ---- Layouts ------------------------------------------------------------ */

#define BANKS 12

struct trial {
	struct dm_kernel kernel;
	struct boot_layout layout;
	struct boot_bank banks[BANKS];
	uint64_t window; /* bytes of memory, from PA 0 */
};

static uint64_t seed;

static uint64_t draw(uint64_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed >> 20) % below;
}

static uint64_t draw_step(uint64_t below, uint64_t step)
{
	return draw(below / step) * step;
}

/* Steps that make some banks end on large boundaries and some on none. */
static uint64_t draw_bound(const struct trial *t, uint64_t below)
{
	static const unsigned int more[] = { 0, 0, 3, 7, 12, 16, 18 };
	unsigned int shift =
		t->kernel.page_shift + more[draw(sizeof(more) / sizeof(*more))];
	uint64_t step = UINT64_C(1) << shift;

	if (draw(16) == 0)
		step = 512;
	return step < below ? draw_step(below, step) : 0;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void draw_banks(struct trial *t)
{
	size_t count = 1 + draw(BANKS), i;
	uint64_t bounds[2 * BANKS];

	for (i = 0; i < 2 * count; i++)
		bounds[i] = draw_bound(t, t->window);
	if (draw(2)) {
		bounds[0] = 0;
		bounds[1] = t->window;
	}
	qsort(bounds, 2 * count, sizeof(*bounds), by_value);
	t->layout.bank_count = 0;
	for (i = 0; i + 1 < 2 * count; i += draw(3) ? 2 : 1) {
		if (bounds[i] < bounds[i + 1])
			t->banks[t->layout.bank_count++] =
				(struct boot_bank){ bounds[i], bounds[i + 1],
						    false, NULL, 0 };
		if (t->layout.bank_count == BANKS)
			break;
	}
}

/* A piece of a bank behind @from, of whole pages; maybe none. */
static uint64_t draw_special(const struct trial *t, struct dm_range *r,
			     uint64_t from, uint64_t step, uint64_t most)
{
	size_t i;

	*r = (struct dm_range){ 0, 0 };
	for (i = 0; i < t->layout.bank_count; i++) {
		uint64_t start = t->banks[i].start, end = t->banks[i].end;

		start = ((start > from ? start : from) + step - 1) / step *
			step;
		end = end / step * step;
		if (start >= end || end - start < 2 * step)
			continue;
		start += draw_step(end - start, step);
		end = end - start < most ? end - start : most;
		end = start + step + draw_step(end, step);
		if (end > t->banks[i].end / step * step)
			continue;
		*r = (struct dm_range){ start, end };
		return end;
	}
	return from;
}

static void draw_layout(struct trial *t, unsigned int shift)
{
	uint64_t page = UINT64_C(1) << shift, at;
	struct boot_layout *l = &t->layout;

	t->kernel = (struct dm_kernel){
		.page_shift = shift,
		.page_size = (uint32_t)page,
		.linear_start = 0xffff000000000000,
		.linear_end = 0xffff800000000000,
		.page_offset = 0xffff000000000000,
	};
	t->window = shift == 16 ? UINT64_C(48) << 30 : UINT64_C(3) << 30;
	if (draw(4) == 0) /* 64K: ARM64_MEMSTART_ALIGN is 512M, not 16G. */
		t->kernel.phys_offset = -(draw(8) << (shift == 16 ? 29 : 30));
	*l = (struct boot_layout){ .kernel = &t->kernel, .banks = t->banks };
	l->alias = draw(2) ? BOOT_ALIAS_FIRST : BOOT_ALIAS_APART;
	l->inward = draw(2);
	l->pages = draw(3) == 0;
	draw_banks(t);
	at = draw_special(t, &l->text, draw_bound(t, t->window / 2),
			  draw(4) ? 65536 : page, 200 << 20);
	at = draw_special(t, &l->data, at, page, 100 << 20);
	if (l->alias == BOOT_ALIAS_APART)
		l->data = (struct dm_range){ 0, 0 };
	if (draw(2))
		at = draw_special(t, &l->kfence, at, page, 8 << 20);
	if (draw(2) && l->alias == BOOT_ALIAS_APART)
		draw_special(t, &l->crash, at, page, 500 << 20);
	if (draw(3) == 0 && l->alias == BOOT_ALIAS_FIRST && !l->pages &&
	    l->text.end) {
		l->repaint = true;
		l->repaint_kept = l->text;
		/* From _stext on; _text is 64K before it. */
		if (l->text.end - l->text.start > 65536)
			l->repaint_kept.start += 65536;
	}
}

/* ---- Making both and comparing ------------------------------------------ */

static void model_init(struct model *m, const struct trial *t)
{
	size_t leaf;

	*m = (struct model){ .looks = t->layout.alias == BOOT_ALIAS_FIRST };
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		m->sizes[leaf] = dm_leaf_size(&t->kernel, leaf);
	m->has_pud = m->sizes[DM_LEAF_PUD];
	m->end = t->window - t->kernel.phys_offset;
	/* Whole tables, so that a group at the end is all there. */
	m->end = (m->end / m->sizes[DM_LEAF_CONT_PMD] + 1) *
		 m->sizes[DM_LEAF_CONT_PMD];
	m->pud = calloc(
		m->end / (m->has_pud ? m->sizes[DM_LEAF_PUD] : m->end) + 1, 1);
	m->pmd = calloc(m->end / m->sizes[DM_LEAF_PMD], 1);
	m->pte = calloc(m->end / m->sizes[DM_LEAF_PTE], 1);
	m->cont_pmds = (unsigned int)(m->sizes[DM_LEAF_CONT_PMD] /
				      m->sizes[DM_LEAF_PMD]);
	m->cont_ptes = (unsigned int)(m->sizes[DM_LEAF_CONT_PTE] /
				      m->sizes[DM_LEAF_PTE]);
}

static void model_deinit(struct model *m)
{
	free(m->pud);
	free(m->pmd);
	free(m->pte);
}

static void map_memblock(struct model *m, const struct trial *t, uint64_t start,
			 uint64_t end, unsigned int flags)
{
	uint64_t page = t->kernel.page_size;

	start = start / page * page;
	end = (end + page - 1) / page * page;
	if (start < end)
		map(m, (struct piece){ start - t->kernel.phys_offset,
				       end - t->kernel.phys_offset, start,
				       flags });
}

/* A bank less what is marked NOMAP for the time being. */
static void map_bank(struct model *m, const struct trial *t, uint64_t start,
		     uint64_t end)
{
	const struct boot_layout *l = &t->layout;
	const struct dm_range *nomap[] = { &l->text, &l->kfence, &l->crash };
	uint64_t page = t->kernel.page_size;
	size_t i;

	for (i = 0; l->alias == BOOT_ALIAS_APART && i < 3; i++) {
		if (nomap[i]->start < end && nomap[i]->end > start) {
			if (nomap[i]->start > start)
				map_bank(m, t, start, nomap[i]->start);
			if (nomap[i]->end < end)
				map_bank(m, t, nomap[i]->end, end);
			return;
		}
	}
	if (l->inward) {
		start = (start + page - 1) / page * page;
		end = end / page * page;
	}
	if (start < end)
		map_memblock(m, t, start, end, l->pages ? PAGES : 0);
}

static void map_mem(struct model *m, const struct trial *t)
{
	const struct boot_layout *l = &t->layout;
	unsigned int flags = l->pages ? PAGES : 0;
	bool first = l->alias == BOOT_ALIAS_FIRST;
	size_t i;

	if (first) {
		map_memblock(m, t, l->kfence.start, l->kfence.end, PAGES);
		map_memblock(m, t, l->text.start, l->text.end, flags);
		map_memblock(m, t, l->data.start, l->data.end, flags);
	}
	for (i = 0; i < l->bank_count; i++)
		map_bank(m, t, l->banks[i].start, l->banks[i].end);
	if (!first) {
		map_memblock(m, t, l->text.start, l->text.end, NO_CONT);
		map_memblock(m, t, l->crash.start, l->crash.end, PAGES);
		map_memblock(m, t, l->kfence.start, l->kfence.end, PAGES);
	}
	if (l->repaint) {
		split(m, 0, l->repaint_kept.start - t->kernel.phys_offset);
		split(m, l->repaint_kept.end - t->kernel.phys_offset, m->end);
	}
}

static bool all_there(const struct model *m, uint64_t at, uint64_t size)
{
	uint64_t end = at + size;

	for (; at < end; at += m->sizes[DM_LEAF_PTE]) {
		if (at >= m->end || leaf_at(m, at) == DM_LEAF_COUNT)
			return false;
	}
	return true;
}

/* By the layout of memory alone, where @run says what it could be. */
static bool could_be_ok(const struct model *m, const struct trial *t,
			const struct boot_run *run, uint64_t at)
{
	enum dm_leaf leaf = run->could_be;
	uint64_t apart = t->kernel.phys_offset;

	if (!all_there(m, at / m->sizes[leaf] * m->sizes[leaf], m->sizes[leaf]))
		return false;
	while (++leaf < DM_LEAF_COUNT) {
		if (m->sizes[leaf] && apart % m->sizes[leaf] == 0 &&
		    all_there(m, at / m->sizes[leaf] * m->sizes[leaf],
			      m->sizes[leaf]))
			return false;
	}
	return true;
}

static bool compare(const struct model *m, const struct trial *t,
		    const struct boot_map *map)
{
	uint64_t base = t->kernel.page_offset, at = 0;
	uint64_t page = t->kernel.page_size, end;
	struct boot_run run = { 0 };

	while (dm_boot_map_next(map, base + at, &run)) {
		for (; at < run.start - base; at += page) {
			if (leaf_at(m, at) != DM_LEAF_COUNT)
				return false;
		}
		end = at + run.size;
		if (!could_be_ok(m, t, &run, at) ||
		    !could_be_ok(m, t, &run, end - page))
			return false;
		for (; at < end; at += page) {
			if (leaf_at(m, at) != run.leaf)
				return false;
		}
	}
	for (; at < m->end; at += page) {
		if (leaf_at(m, at) != DM_LEAF_COUNT)
			return false;
	}
	return true;
}

/* How many layouts were compared; the others no kernel boots with. */
static unsigned int try_layouts(unsigned int shift, unsigned int count)
{
	unsigned int compared = 0;

	while (count--) {
		struct boot_map *map;
		struct dm_error *err;
		struct model m;
		struct trial t;
		uint64_t from = seed;

		draw_layout(&t, shift);
		err = dm_boot_map_create(&t.layout, &map);
		if (err) { /* a special reaches into the hole of a page */
			dm_error_destroy(err);
			continue;
		}
		model_init(&m, &t);
		map_mem(&m, &t);
		if (!m.bug) {
			bool same = compare(&m, &t, map);

			CU_ASSERT_TRUE(same);
			if (!same)
				fprintf(stderr, "    layout of seed 0x%llx\n",
					(unsigned long long)from);
			compared++;
		}
		model_deinit(&m);
		dm_boot_map_destroy(map);
	}
	return compared;
}

static void test_4k(void)
{
	seed = 4;
	CU_ASSERT(try_layouts(12, 60) > 30);
}

static void test_16k(void)
{
	seed = 16;
	CU_ASSERT(try_layouts(14, 150) > 75);
}

static void test_64k(void)
{
	seed = 64;
	CU_ASSERT(try_layouts(16, 60) > 30);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "4K pages", test_4k },
		{ "16K pages", test_16k },
		{ "64K pages", test_64k },
		CU_TEST_INFO_NULL,
	};

	return suite_run("boot map against page tables", tests);
}
