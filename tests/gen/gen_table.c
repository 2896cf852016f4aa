// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables, written from the rules of
 *  - Arm ARM (DDI 0487), D8 "The AArch64 Virtual Memory System Architecture",
 *    "VMSAv8-64 descriptor formats", which says where the bits are;
 *  - Linux, arch/arm64/include/asm/pgtable-hwdef.h and pgtable-prot.h, which
 *    say which of them the kernel uses, and for what.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "gen_priv.h"

/* Bits [high:low]. */
#define BITS(high, low)                                                        \
	((~(uint64_t)0 >> (63 - (high))) & (~(uint64_t)0 << (low)))
#define BIT(n) ((uint64_t)1 << (n))

/* Stage 1 leaf descriptor: lower and upper attributes. */
#define DESC_VALID     BIT(0)
#define DESC_NOT_BLOCK BIT(1) /* a table, or at level 3 a page */
#define DESC_ATTR(n)   ((uint64_t)(n) << 2) /* AttrIndx[2:0] */
#define DESC_USER      BIT(6) /* AP[1] */
#define DESC_RDONLY    BIT(7) /* AP[2] */
#define DESC_SH	       BITS(9, 8) /* with LPA2: address bits 51:50 */
#define DESC_AF	       BIT(10)
#define DESC_NG	       BIT(11)
#define DESC_GP	       BIT(50)
#define DESC_DBM       BIT(51) /* Linux: PTE_WRITE */
#define DESC_CONT      BIT(52)
#define DESC_PXN       BIT(53)
#define DESC_PO(i)     ((uint64_t)(i) << 60)
#define DESC_UXN       BIT(54)
#define DESC_DIRTY     BIT(55) /* for software; Linux: PTE_DIRTY */
#define DESC_SPECIAL   BIT(56) /* for software; Linux: PTE_SPECIAL */

/* Linux: PTE_PRESENT_INVALID is nG in a descriptor that is not valid. */
#define DESC_PRESENT_INVALID DESC_NG

/* Indices into MAIR_EL1, arch/arm64/include/asm/memory.h since 5.12. */
#define MT_NORMAL	 0
#define MT_NORMAL_TAGGED 1
#define MT_NORMAL_NC	 2
#define MT_DEVICE_nGnRnE 3
#define MT_DEVICE_nGnRE	 4

uint64_t gen_get64(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return le64toh(value);
}

void gen_put64(uint8_t *p, uint64_t value)
{
	value = htole64(value);
	memcpy(p, &value, sizeof(value));
}

/* ---- Geometry ---------------------------------------------------------- */

uint64_t gen_page_offset(unsigned int va)
{
	return -BIT(va);
}

uint64_t gen_linear_va(const struct gen *g, uint64_t pa)
{
	/* __phys_to_virt(); PAGE_OFFSET goes by the configured size. */
	return pa - g->phys_offset + gen_page_offset(g->va_configured);
}

/* Address bits below an entry's index: ARM64_HW_PGTABLE_LEVEL_SHIFT(). */
unsigned int gen_level_shift(const struct gen *g, int level)
{
	return (unsigned int)(4 - level) * (g->page_shift - 3) + 3;
}

/*
 * The VA size that the tables are laid out for. A 64K kernel configured for 52
 * bits has a top level of 1024 entries, and on a CPU with 48 bits it starts
 * TTBR1 at entry 960 of it (TTBR1_BADDR_4852_OFFSET): the same indices. With
 * 4K and 16K pages the kernel builds a walk with one level less instead.
 */
static unsigned int table_va_bits(const struct gen *g)
{
	return g->page_shift == 16 ? g->va_configured : g->va_actual;
}

int gen_top_level(const struct gen *g)
{
	unsigned int bits = table_va_bits(g) - g->page_shift;
	unsigned int per_level = g->page_shift - 3;

	return 4 - (int)((bits + per_level - 1) / per_level);
}

static unsigned int entry_index(const struct gen *g, int level, uint64_t va)
{
	unsigned int shift = gen_level_shift(g, level);
	unsigned int width = g->page_shift - 3;

	if (level == gen_top_level(g))
		width = table_va_bits(g) - shift;
	return (unsigned int)(va >> shift) & (unsigned int)(BIT(width) - 1);
}

/* Entries of a contiguous group: CONT_PTES, CONT_PMDS (Arm ARM, table of the
 * Contiguous bit; the same for levels 3 and 2 but with 16K). */
static unsigned int group_entries(const struct gen *g, int level)
{
	if (g->page_shift == 12)
		return 16;
	if (g->page_shift == 14)
		return level == 3 ? 128 : 32;
	return 32;
}

static const struct gen_leaf leaves[] = {
	{ "pte", 3, false },	 { "cont_pte", 3, true }, { "pmd", 2, false },
	{ "cont_pmd", 2, true }, { "pud", 1, false },	  { "p4d", 0, false },
};

#define LEAF_COUNT (sizeof(leaves) / sizeof(leaves[0]))

uint64_t gen_leaf_size(const struct gen *g, const struct gen_leaf *leaf)
{
	uint64_t size = BIT(gen_level_shift(g, leaf->level));

	return leaf->cont ? size * group_entries(g, leaf->level) : size;
}

const struct gen_leaf *gen_leaf_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < LEAF_COUNT; i++) {
		if (!strcmp(leaves[i].name, name))
			return &leaves[i];
	}
	return NULL;
}

const struct gen_leaf *gen_leaf_by_size(const struct gen *g, uint64_t size)
{
	size_t i;

	for (i = 0; i < LEAF_COUNT; i++) {
		if (gen_leaf_size(g, &leaves[i]) == size)
			return &leaves[i];
	}
	return NULL;
}

const struct gen_leaf *gen_leaf_for(const struct gen *g, uint64_t va,
				    uint64_t pa, uint64_t size, uint64_t max)
{
	size_t i = LEAF_COUNT;

	while (i--) {
		uint64_t leaf = gen_leaf_size(g, &leaves[i]);

		/* pud_sect_supported(): 4K only; and no p4d. */
		if (leaves[i].level < (g->page_shift == 12 ? 1 : 2))
			continue;
		if (leaf <= size && leaf <= max && !((va | pa) & (leaf - 1)))
			return &leaves[i];
	}
	return NULL;
}

/* ---- Descriptors ------------------------------------------------------- */

/*
 * The address field. 64K pages (FEAT_LPA): bits 51:48 of the address are in
 * bits 15:12. 4K and 16K with FEAT_LPA2: bits 51:50 are in bits 9:8, where
 * shareability else is. Otherwise the address has 48 bits.
 */
static struct dm_error *address_field(const struct gen *g, uint64_t pa,
				      uint64_t *field)
{
	uint64_t low = BITS(47, g->page_shift), high = 0;

	if (g->page_shift == 16) {
		high = BITS(51, 48);
		*field = (pa & high) >> (48 - 12);
	} else if (g->lpa2) {
		low = BITS(49, g->page_shift);
		high = BITS(51, 50);
		*field = (pa & high) >> (50 - 8);
	} else {
		*field = 0;
	}
	*field |= pa & low;
	if (pa & ~(low | high))
		return gen_error(g, NULL,
				 "physical address 0x%llx does not fit",
				 (unsigned long long)pa);
	return NULL;
}

static uint64_t address_of(const struct gen *g, uint64_t desc)
{
	if (g->page_shift == 16)
		return (desc & BITS(47, 16)) |
		       ((desc & BITS(15, 12)) << (48 - 12));
	if (g->lpa2)
		return (desc & BITS(49, g->page_shift)) |
		       ((desc & BITS(9, 8)) << (50 - 8));
	return desc & BITS(47, g->page_shift);
}

static uint64_t address_mask(const struct gen *g)
{
	if (g->page_shift == 16)
		return BITS(47, 12);
	return g->lpa2 ? BITS(49, g->page_shift) | BITS(9, 8)
		       : BITS(47, g->page_shift);
}

static bool is_table(uint64_t desc, int level)
{
	return level < 3 && (desc & 3) == 3;
}

/* PAGE_KERNEL_TAGGED, as the linear map of a running kernel has it. */
uint64_t gen_default_attr(const struct gen *g)
{
	return DESC_VALID | DESC_ATTR(MT_NORMAL_TAGGED) |
	       (g->lpa2 ? 0 : DESC_SH) | DESC_AF | DESC_DBM | DESC_PXN |
	       DESC_UXN | DESC_DIRTY;
}

bool gen_attr_word(const char *word, struct gen_attr *attr)
{
	static const struct {
		const char *name;
		uint64_t clear, set;
	} words[] = {
		/* As set_memory_ro() and _rw() do. */
		{ "ro", DESC_DBM, DESC_RDONLY },
		{ "rw", DESC_RDONLY, DESC_DBM },
		{ "nx", 0, DESC_PXN },
		{ "x", DESC_PXN, 0 },
		{ "uxn", 0, DESC_UXN },
		{ "nouxn", DESC_UXN, 0 },
		{ "user", 0, DESC_USER },
		{ "ng", 0, DESC_NG },
		{ "shd", 0, DESC_SH },
		{ "noshd", DESC_SH, 0 },
		{ "af", 0, DESC_AF },
		{ "noaf", DESC_AF, 0 },
		{ "gp", 0, DESC_GP },
		{ "dbm", 0, DESC_DBM },
		{ "nodbm", DESC_DBM, 0 },
		{ "dirty", 0, DESC_DIRTY },
		{ "nodirty", DESC_DIRTY, 0 },
		{ "special", 0, DESC_SPECIAL },
		{ "cont", 0, DESC_CONT },
		{ "nocont", DESC_CONT, 0 },
		/* Protection keys: FEAT_S1POE's index, kpkeys. */
		{ "po0", DESC_PO(7), 0 },
		{ "po1", DESC_PO(7), DESC_PO(1) },
		{ "po5", DESC_PO(7), DESC_PO(5) },
		{ "po7", 0, DESC_PO(7) },
		{ "normal", DESC_ATTR(7), DESC_ATTR(MT_NORMAL) },
		{ "tagged", DESC_ATTR(7), DESC_ATTR(MT_NORMAL_TAGGED) },
		{ "nc", DESC_ATTR(7), DESC_ATTR(MT_NORMAL_NC) },
		{ "device", DESC_ATTR(7), DESC_ATTR(MT_DEVICE_nGnRE) },
		{ "device_ngnrne", DESC_ATTR(7), DESC_ATTR(MT_DEVICE_nGnRnE) },
		/* pte_mkinvalid() of 7.3; up to 6.18 only bit 0 is cleared */
		{ "invalid", DESC_VALID, DESC_PRESENT_INVALID },
		{ "invalid-nomark", DESC_VALID, 0 },
		{ "valid", DESC_PRESENT_INVALID, DESC_VALID },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].name, word))
			continue;
		/* The last word about a bit wins. */
		attr->clear |= words[i].clear;
		attr->set &= ~words[i].clear;
		attr->set |= words[i].set;
		attr->clear &= ~words[i].set;
		return true;
	}
	return false;
}

struct dm_error *gen_table_desc(const struct gen *g, uint64_t pa,
				uint64_t *desc)
{
	struct dm_error *err = address_field(g, pa, desc);

	*desc |= g->table_bits | DESC_VALID | DESC_NOT_BLOCK;
	return err;
}

/* ---- Table pages ------------------------------------------------------- */

static bool is_free(const struct gen *g, uint64_t pa)
{
	return pa != g->swapper && !gen_store_find(g, pa);
}

static struct dm_error *scattered_place(struct gen *g, uint64_t *pa)
{
	uint64_t pages = 0, n;
	unsigned int tries;
	size_t i;

	for (i = 0; i < g->ram.count; i++)
		pages += (g->ram.list[i].end - g->ram.list[i].start) >>
			 g->page_shift;
	for (tries = 0; pages && tries < 1000; tries++) {
		n = gen_random(&g->random) % pages;
		for (i = 0; i < g->ram.count; i++) {
			const struct gen_range *r = &g->ram.list[i];
			uint64_t here = (r->end - r->start) >> g->page_shift;

			if (n < here) {
				*pa = r->start + (n << g->page_shift);
				break;
			}
			n -= here;
		}
		if (is_free(g, *pa))
			return NULL;
	}
	return gen_error(g, NULL, "no free RAM for a table");
}

/* From the pool on; past the end of a RAM range, in the next one. */
static struct dm_error *next_place(struct gen *g, uint64_t *pa)
{
	for (;; g->pool += gen_page_size(g)) {
		if (!g->pool_told && !gen_ranges_have(&g->ram, g->pool)) {
			uint64_t next = UINT64_MAX;
			size_t i;

			for (i = 0; i < g->ram.count; i++) {
				if (g->ram.list[i].start > g->pool &&
				    g->ram.list[i].start < next)
					next = g->ram.list[i].start;
			}
			if (next == UINT64_MAX)
				return gen_error(g, NULL,
						 "no RAM left for tables");
			g->pool = next;
		}
		if (is_free(g, g->pool))
			break;
	}
	*pa = g->pool;
	g->pool += gen_page_size(g);
	return NULL;
}

static struct dm_error *new_table(struct gen *g, uint64_t *pa, uint8_t **data)
{
	struct dm_error *err;

	err = g->scatter ? scattered_place(g, pa) : next_place(g, pa);
	if (err)
		return err;
	return gen_store_data(g, *pa, data);
}

/* A block becomes a table of leaves that mean the same. */
static struct dm_error *split_block(struct gen *g, uint8_t *entry, int level)
{
	uint64_t old = gen_get64(entry), pa = address_of(g, old), table, desc;
	unsigned int i, count = 1u << (g->page_shift - 3);
	struct dm_error *err;
	uint8_t *data;

	err = new_table(g, &table, &data);
	if (err)
		return err;
	for (i = 0; i < count; i++) {
		uint64_t at = i * BIT(gen_level_shift(g, level + 1));

		err = address_field(g, pa + at, &desc);
		if (err)
			return err;
		desc |= old & ~address_mask(g) & ~DESC_NOT_BLOCK;
		if (level + 1 == 3)
			desc |= DESC_NOT_BLOCK;
		/* split_pud(), split_pmd(): as large as can be. */
		if (level + 1 >= 2)
			desc |= DESC_CONT;
		gen_put64(data + 8 * i, desc);
	}
	err = gen_table_desc(g, table, &desc);
	gen_put64(entry, desc);
	return err;
}

/* One level down; NULL in *data: there is no table and none was asked for. */
static struct dm_error *descend(struct gen *g, uint8_t *entry, int level,
				bool create, uint64_t *pa, uint8_t **data)
{
	uint64_t desc = gen_get64(entry);
	struct gen_page *page;
	struct dm_error *err;

	*data = NULL;
	if (is_table(desc, level)) {
		*pa = address_of(g, desc);
		page = gen_store_find(g, *pa);
		if (!page || !page->data)
			return gen_error(g, NULL,
					 "the level %d entry leads to 0x%llx, "
					 "which is no table",
					 level, (unsigned long long)*pa);
		*data = page->data;
		return NULL;
	}
	if (!create)
		return NULL;
	if (desc)
		return gen_error(g, NULL,
				 "a level %d leaf is in the way (split it)",
				 level);
	err = new_table(g, pa, data);
	if (!err)
		err = gen_table_desc(g, *pa, &desc);
	if (!err)
		gen_put64(entry, desc);
	return err;
}

static struct dm_error *check_va(const struct gen *g, uint64_t va)
{
	if (va >= gen_page_offset(g->va_actual))
		return NULL;
	return gen_error(g, NULL, "0x%llx is no kernel address with %u bits",
			 (unsigned long long)va, g->va_actual);
}

/* The table that has the entries of @level; *data NULL: there is none. */
static struct dm_error *walk(struct gen *g, int level, uint64_t va, bool create,
			     uint64_t *pa, uint8_t **data)
{
	int at = gen_top_level(g);
	struct dm_error *err;

	if (level < at || level > 3)
		return gen_error(g, NULL, "there is no level %d here", level);
	err = check_va(g, va);
	if (err)
		return err;
	*pa = g->swapper;
	err = gen_store_data(g, *pa, data);
	for (; !err && *data && at < level; at++) {
		uint8_t *entry = *data + 8 * entry_index(g, at, va);

		err = descend(g, entry, at, create, pa, data);
	}
	return err;
}

struct dm_error *gen_table(struct gen *g, int level, uint64_t va, uint64_t *pa)
{
	uint8_t *data;
	struct dm_error *err = walk(g, level, va, false, pa, &data);

	if (err)
		return err;
	if (!data)
		return gen_error(g, NULL, "no level %d table at 0x%llx", level,
				 (unsigned long long)va);
	return NULL;
}

struct dm_error *gen_entry(struct gen *g, int level, uint64_t va, bool create,
			   uint8_t **entry)
{
	struct dm_error *err;
	uint8_t *data;
	uint64_t pa;

	err = walk(g, level, va, create, &pa, &data);
	if (err)
		return err;
	if (!data)
		return gen_error(g, NULL, "no level %d table at 0x%llx", level,
				 (unsigned long long)va);
	*entry = data + 8 * entry_index(g, level, va);
	return NULL;
}

/* ---- Runs of leaves ---------------------------------------------------- */

struct dm_error *gen_map(struct gen *g, uint64_t va, uint64_t pa, uint64_t size,
			 const struct gen_leaf *leaf, uint64_t attr)
{
	uint64_t step = BIT(gen_level_shift(g, leaf->level)), done, desc;
	struct dm_error *err;
	uint8_t *entry = NULL;

	if (leaf->level < gen_top_level(g))
		return gen_error(g, leaf->name, "there is no such level here");
	attr |= leaf->cont ? DESC_CONT : 0;
	attr |= leaf->level == 3 ? DESC_NOT_BLOCK : 0;
	for (done = 0; done < size; done += step) {
		/* A new table, or the first entry of all? */
		if (!entry || !entry_index(g, leaf->level, va + done))
			err = gen_entry(g, leaf->level, va + done, true,
					&entry);
		else
			err = NULL;
		if (!err)
			err = address_field(g, pa + done, &desc);
		if (err)
			return err;
		if (is_table(gen_get64(entry), leaf->level))
			return gen_error(g, NULL,
					 "a table is in the way at 0x%llx",
					 (unsigned long long)(va + done));
		gen_put64(entry, desc | attr);
		entry += 8;
	}
	return NULL;
}

/* The leaf or empty entry at @va, whatever its level. */
static struct dm_error *find_leaf(struct gen *g, uint64_t va, int *level,
				  uint8_t **entry)
{
	struct dm_error *err;

	for (*level = gen_top_level(g);; (*level)++) {
		err = gen_entry(g, *level, va, false, entry);
		if (err || !is_table(gen_get64(*entry), *level))
			return err;
	}
}

static uint64_t found_size(const struct gen *g, int level, uint64_t desc)
{
	struct gen_leaf leaf = { NULL, level, desc & DESC_CONT };

	return gen_leaf_size(g, &leaf);
}

/* One step: a group to its entries, or a block to groups of the next level. */
static struct dm_error *split_once(struct gen *g, uint64_t va, int level,
				   uint8_t *entry)
{
	unsigned int i, count = group_entries(g, level);
	unsigned int index = entry_index(g, level, va);

	if (!(gen_get64(entry) & DESC_CONT))
		return split_block(g, entry, level);
	entry -= 8 * (index % count);
	for (i = 0; i < count; i++)
		gen_put64(entry + 8 * i, gen_get64(entry + 8 * i) & ~DESC_CONT);
	return NULL;
}

struct dm_error *gen_split(struct gen *g, uint64_t va, uint64_t leaf_size)
{
	struct dm_error *err;
	uint8_t *entry;
	int level;

	for (;;) {
		err = find_leaf(g, va, &level, &entry);
		if (err)
			return err;
		if (!gen_get64(entry))
			return gen_error(g, NULL, "nothing is mapped at 0x%llx",
					 (unsigned long long)va);
		if (found_size(g, level, gen_get64(entry)) <= leaf_size)
			return NULL;
		err = split_once(g, va, level, entry);
		if (err)
			return err;
	}
}

/* Until a leaf begins at @va. */
static struct dm_error *split_at(struct gen *g, uint64_t va)
{
	struct dm_error *err;
	uint8_t *entry;
	int level;

	for (;;) {
		err = find_leaf(g, va, &level, &entry);
		if (err || !gen_get64(entry))
			return err;
		if (!(va & (found_size(g, level, gen_get64(entry)) - 1)))
			return NULL;
		err = split_once(g, va, level, entry);
		if (err)
			return err;
	}
}

struct dm_error *gen_protect(struct gen *g, uint64_t va, uint64_t size,
			     const struct gen_attr *attr)
{
	struct dm_error *err;
	uint64_t end = va + size, desc;
	uint8_t *entry;
	int level;

	err = split_at(g, va);
	/* The end of the address space needs no boundary. */
	if (!err && end)
		err = split_at(g, end);
	for (; !err && va != end; va += BIT(gen_level_shift(g, level))) {
		err = find_leaf(g, va, &level, &entry);
		if (err)
			return err;
		desc = gen_get64(entry);
		if (!desc)
			return gen_error(g, NULL, "nothing is mapped at 0x%llx",
					 (unsigned long long)va);
		gen_put64(entry, (desc & ~attr->clear) | attr->set);
	}
	return err;
}
