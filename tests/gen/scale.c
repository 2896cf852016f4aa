// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is in the tables of a large machine. The plan knows how many tables
 * there are and where each lies; the content of one follows from its number.
 *
 * Tables are numbered by level: the root is 0, then those of level 1, 2 and 3,
 * within a level by VA.
 */
#include <stdlib.h>
#include <string.h>

#include "scale_priv.h"

/* The image: read-only in the linear map, and in blocks no larger than 2M. */
#define IMAGE_START MIB(2)
#define IMAGE_END   MIB(34)
/* Tables lie above this, and the image and swapper_pg_dir below. */
#define TABLES_FROM MIB(64)

/* The machine that a mix of attributes is seen on: one table of so many. */
#define NOISY 200

static uint64_t hash(uint64_t n)
{
	uint64_t state = n + 1;

	return gen_random(&state);
}

/* ---- Which tables there are ---------------------------------------------- */

/* Of 2 MiB that begin @chunk * 2 MiB into RAM: is there a table? */
static bool chunk_is_split(const struct scale_plan *p, uint64_t chunk)
{
	if (p->scale.shape == SCALE_PAGES)
		return true;
	if (chunk * MIB(2) >= IMAGE_START && chunk * MIB(2) < IMAGE_END)
		return true;
	return p->scale.shape == SCALE_HUNDREDTH && hash(chunk) % 100 == 0;
}

static bool block_is_split(const struct scale_plan *p, uint64_t block)
{
	return p->scale.shape != SCALE_BLOCKS || !block;
}

static size_t count_split_chunks(const struct scale_plan *p, uint64_t first,
				 uint64_t end)
{
	size_t n = 0;

	for (; first < end; first++)
		n += chunk_is_split(p, first);
	return n;
}

static struct dm_error *number_tables(struct scale_plan *p)
{
	uint64_t block, blocks = p->scale.ram / GIB(1);
	size_t n = 1 + (blocks + 511) / 512;

	p->l2 = n;
	for (block = 0; block < blocks; block++)
		n += block_is_split(p, block);
	p->l3 = n;
	p->l3_of_block = malloc((blocks + 1) * sizeof(*p->l3_of_block));
	if (!p->l3_of_block)
		return dm_error_no_memory();
	for (block = 0; block < blocks; block++) {
		p->l3_of_block[block] = n;
		if (block_is_split(p, block))
			n += count_split_chunks(p, block * 512,
						(block + 1) * 512);
	}
	p->l3_of_block[blocks] = n;
	p->count = n;
	return NULL;
}

/* ---- Where they lie ------------------------------------------------------ */

/*
 * RAM is cut into as many pieces as there are tables; each piece has one, which
 * one is drawn, and so is where in the piece.
 */
static struct dm_error *place_tables(struct scale_plan *p)
{
	uint64_t first = p->gen.ram.list[0].start + TABLES_FROM, state = 1;
	uint64_t piece = (p->scale.ram - TABLES_FROM) / 4096 / (p->count - 1);
	size_t i;

	p->pfns = malloc(p->count * sizeof(*p->pfns));
	p->table_at = malloc(p->count * sizeof(*p->table_at));
	p->pfn_of = malloc(p->count * sizeof(*p->pfn_of));
	if (!p->pfns || !p->table_at || !p->pfn_of)
		return dm_error_no_memory();
	for (i = 0; i < p->count; i++)
		p->table_at[i] = (uint32_t)i;
	for (i = p->count - 1; i > 1; i--) {
		size_t other = 1 + gen_random(&state) % i;
		uint32_t kept = p->table_at[i];

		p->table_at[i] = p->table_at[other];
		p->table_at[other] = kept;
	}
	p->pfns[0] = p->pfn_of[0] = p->gen.swapper / 4096;
	for (i = 1; i < p->count; i++) {
		p->pfns[i] = first / 4096 + (i - 1) * piece +
			     gen_random(&state) % piece;
		p->pfn_of[p->table_at[i]] = p->pfns[i];
	}
	return NULL;
}

/* ---- What is in them ----------------------------------------------------- */

struct page {
	const struct scale_plan *plan;
	struct scale_truth *truth;
	uint64_t *entries; /* of this machine's byte order until the end */
};

static struct dm_error *put_table(struct page *pg, size_t i, size_t table)
{
	return gen_table_desc(&pg->plan->gen, pg->plan->pfn_of[table] * 4096,
			      &pg->entries[i]);
}

/* A block or page of the linear map, @at bytes into RAM. */
static uint64_t leaf_entry(const struct scale_plan *p, int level, bool cont,
			   uint64_t at)
{
	/* PTE_TYPE_PAGE against PMD_TYPE_SECT; PTE_CONT */
	return p->attr | (p->gen.ram.list[0].start + at) |
	       (level == 3 ? UINT64_C(2) : 0) | (cont ? UINT64_C(1) << 52 : 0);
}

static void put_leaf(struct page *pg, size_t i, enum dm_leaf leaf, int level,
		     uint64_t at)
{
	uint64_t size = UINT64_C(1) << (12 + 9 * (3 - level));
	bool cont = leaf == DM_LEAF_CONT_PTE || leaf == DM_LEAF_CONT_PMD;

	pg->entries[i] = leaf_entry(pg->plan, level, cont, at);
	pg->truth->mapped[leaf] += size;
	pg->truth->valid[leaf] += size;
}

static struct dm_error *fill_root(struct page *pg)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 1; !err && i < pg->plan->l2; i++)
		err = put_table(pg, i - 1, i);
	return err;
}

static struct dm_error *fill_level1(struct page *pg, size_t index)
{
	const struct scale_plan *p = pg->plan;
	uint64_t block, blocks = p->scale.ram / GIB(1);
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < 512; i++) {
		block = index * 512 + i;
		if (block >= blocks)
			break;
		if (block_is_split(p, block))
			err = put_table(pg, i, p->l2 + block);
		else
			put_leaf(pg, i, DM_LEAF_PUD, 1, block * GIB(1));
	}
	return err;
}

/* Contiguous where none of 16 neighbours is split, as splits leave it. */
static struct dm_error *fill_level2(struct page *pg, size_t index)
{
	const struct scale_plan *p = pg->plan;
	size_t i, l3 = p->l3_of_block[index];
	struct dm_error *err = NULL;
	bool whole = false;

	for (i = 0; !err && i < 512; i++) {
		uint64_t chunk = index * 512 + i;

		if (i % 16 == 0)
			whole = !count_split_chunks(p, chunk, chunk + 16);
		if (chunk_is_split(p, chunk))
			err = put_table(pg, i, l3++);
		else
			put_leaf(pg, i, whole ? DM_LEAF_CONT_PMD : DM_LEAF_PMD,
				 2, chunk * MIB(2));
	}
	return err;
}

/* What set_memory_*() leaves behind: some pages of a table, here and there. */
enum look { LOOK_USUAL, LOOK_RO, LOOK_INVALID };

static void draw_looks(const struct scale_plan *p, uint64_t chunk,
		       uint8_t looks[512])
{
	uint64_t at = chunk * MIB(2), state = chunk + 1;
	unsigned int runs = 1;
	bool noisy;

	memset(looks, LOOK_USUAL, 512);
	if (at >= IMAGE_START && at < IMAGE_END) {
		memset(looks, LOOK_RO, 512);
		return;
	}
	noisy = hash(chunk ^ 0x5ca1e) % NOISY == 0;
	/* Of a map in blocks, tables exist for the sake of such pages. */
	if (p->scale.shape == SCALE_PAGES && !noisy)
		return;
	if (noisy)
		runs += (unsigned int)(gen_random(&state) % 6);
	while (runs--) {
		size_t first = gen_random(&state) % 512;
		size_t size = 1 + gen_random(&state) % 16;
		enum look look =
			gen_random(&state) % 4 ? LOOK_RO : LOOK_INVALID;

		if (first + size > 512)
			size = 512 - first;
		memset(looks + first, look, size);
	}
}

static bool all_usual(const uint8_t *looks, size_t count)
{
	while (count--) {
		if (looks[count] != LOOK_USUAL)
			return false;
	}
	return true;
}

static void put_page(struct page *pg, size_t i, uint64_t at, enum look look,
		     bool cont)
{
	const struct scale_plan *p = pg->plan;
	enum dm_leaf leaf = cont ? DM_LEAF_CONT_PTE : DM_LEAF_PTE;

	put_leaf(pg, i, leaf, 3, at);
	if (look == LOOK_RO) {
		pg->entries[i] &= ~p->ro.clear;
		pg->entries[i] |= p->ro.set;
		pg->truth->read_only += 4096;
	} else if (look == LOOK_INVALID) {
		pg->entries[i] &= ~p->invalid.clear;
		pg->entries[i] |= p->invalid.set;
		pg->truth->valid[leaf] -= 4096;
		pg->truth->invalid += 4096;
	}
}

static void fill_level3(struct page *pg, uint64_t chunk)
{
	const struct scale_plan *p = pg->plan;
	bool cont = false, image;
	uint8_t looks[512];
	size_t i;

	image = chunk * MIB(2) >= IMAGE_START && chunk * MIB(2) < IMAGE_END;
	draw_looks(p, chunk, looks);
	for (i = 0; i < 512; i++) {
		if (i % 16 == 0)
			cont = p->scale.shape != SCALE_PAGES && !image &&
			       all_usual(looks + i, 16);
		put_page(pg, i, chunk * MIB(2) + i * 4096, looks[i], cont);
	}
}

/* The chunk of a table of level 3: its block is looked up by halves. */
static uint64_t chunk_of(const struct scale_plan *p, size_t table)
{
	uint64_t lo = 0, hi = p->scale.ram / GIB(1), chunk;
	size_t n;

	while (hi - lo > 1) {
		uint64_t mid = (lo + hi) / 2;

		if (p->l3_of_block[mid] <= table)
			lo = mid;
		else
			hi = mid;
	}
	n = table - p->l3_of_block[lo];
	for (chunk = lo * 512; n || !chunk_is_split(p, chunk); chunk++)
		n -= chunk_is_split(p, chunk);
	return chunk;
}

struct dm_error *scale_page(const struct scale_plan *p, size_t table,
			    uint8_t data[4096], struct scale_truth *truth)
{
	uint64_t entries[512] = { 0 };
	struct page pg = { p, truth, entries };
	struct dm_error *err = NULL;
	int level = 3;
	size_t i;

	if (!table) {
		level = 0;
		err = fill_root(&pg);
	} else if (table < p->l2) {
		level = 1;
		err = fill_level1(&pg, table - 1);
	} else if (table < p->l3) {
		level = 2;
		err = fill_level2(&pg, table - p->l2);
	} else {
		fill_level3(&pg, chunk_of(p, table));
	}
	truth->tables[level + 1]++;
	for (i = 0; i < 512; i++)
		gen_put64(data + 8 * i, entries[i]);
	return err;
}

/* ---- The plan ------------------------------------------------------------ */

struct dm_error *scale_plan_init(struct scale_plan *p,
				 const struct scale *scale)
{
	struct dm_error *err;
	char spec[128];

	memset(p, 0, sizeof(*p));
	p->scale = *scale;
	if (!scale->ram || scale->ram % GIB(1) || scale->ram > GIB(65536))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "RAM must be 1 GiB to 64 TiB");
	snprintf(spec, sizeof(spec), "kernel page=4K va=48\nram 1G+%lluG\n",
		 (unsigned long long)(scale->ram / GIB(1)));
	err = gen_begin(&p->gen, spec);
	if (err)
		return err;
	p->attr = gen_default_attr(&p->gen);
	gen_attr_word("ro", &p->ro);
	gen_attr_word("invalid", &p->invalid);
	err = number_tables(p);
	return err ? err : place_tables(p);
}

void scale_plan_deinit(struct scale_plan *p)
{
	gen_end(&p->gen);
	free(p->l3_of_block);
	free(p->pfns);
	free(p->table_at);
	free(p->pfn_of);
}
