// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables that a small program builds, one instruction after the other, as
 * the lines of tests/gen do: random bytes would be reserved descriptors and
 * little else. Tables are numbered; a table knows the VA that it was first
 * linked at, so that leaves can follow the linear formula or not.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "walk/walk.h"
#include "arm64/arm64.h"
#include "fuzz.h"
#include "target/kva.h"

#define TABLES	 24
#define RAM	 UINT64_C(0x40000000)
#define PAGE_MAX 65536

struct table {
	uint64_t va;
	int level;
	bool dropped;
};

struct machine {
	struct dm_source source;
	struct dm_kernel kernel;
	struct arm64_geometry geometry;
	struct table tables[TABLES];
	size_t linked; /* tables below have a place */
	uint64_t reads;
};

/* Tables that are linked have theirs; clean when they get it. */
static uint8_t memory[TABLES * PAGE_MAX];

static struct dm_error *machine_read(struct dm_source *source, uint64_t pa,
				     void *buf, size_t size,
				     enum dm_content content)
{
	struct machine *m = (struct machine *)source;
	uint64_t number = (pa - RAM) >> m->kernel.page_shift;
	uint64_t offset = pa & (m->kernel.page_size - 1);

	(void)content;
	m->reads++;
	fuzz_check(size <= m->kernel.page_size - offset);
	if (pa < RAM || number >= m->linked || m->tables[number].dropped)
		return dm_error_create(DM_ERROR_ABSENT, "no page at 0x%llx",
				       (unsigned long long)pa);
	memcpy(buf, memory + (pa - RAM), size);
	return NULL;
}

static struct dm_error *machine_vmcoreinfo(struct dm_source *source,
					   const char **text, size_t *size)
{
	(void)source;
	*text = "";
	*size = 0;
	return NULL;
}

static const struct dm_source_ops machine_ops = {
	.read = machine_read,
	.vmcoreinfo = machine_vmcoreinfo,
};

/* ---- The kernel ----------------------------------------------------------- */

static const struct {
	unsigned int shift, bits, configured;
	bool lpa2;
} kinds[] = {
	{ 12, 39, 39, false }, { 12, 48, 48, false }, { 12, 52, 52, true },
	{ 12, 48, 52, false }, { 14, 36, 36, false }, { 14, 47, 47, false },
	{ 14, 48, 48, false }, { 14, 52, 52, true },  { 16, 42, 42, false },
	{ 16, 48, 48, false }, { 16, 52, 52, false }, { 16, 48, 52, false },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void set_kernel(struct machine *m, unsigned int kind)
{
	struct dm_kernel *k = &m->kernel;

	*k = (struct dm_kernel){
		.page_shift = kinds[kind % KINDS].shift,
		.page_size = UINT32_C(1) << kinds[kind % KINDS].shift,
		.va_bits = kinds[kind % KINDS].bits,
		.va_bits_configured = kinds[kind % KINDS].configured,
		.lpa2 = kinds[kind % KINDS].lpa2,
		.phys_offset = RAM,
		.pgd = RAM,
	};
	k->levels = dm_arm64_levels(k->va_bits, k->page_shift);
	k->linear_start = -(UINT64_C(1) << k->va_bits);
	k->linear_end =
		-(UINT64_C(1) << ((k->va_bits < 48 ? k->va_bits : 48) - 1));
	k->page_offset = -(UINT64_C(1) << k->va_bits_configured);
	k->phys_offset -= k->linear_start - k->page_offset;
	dm_arm64_geometry_init(&m->geometry, k);
}

/* ---- The program ---------------------------------------------------------- */

static uint64_t encode(const struct machine *m, uint64_t pa)
{
	const struct arm64_geometry *g = &m->geometry;
	uint64_t bits = pa & g->oa_mask;

	if (g->oa_high_mask)
		bits |= pa >> g->oa_high_shift & g->oa_high_mask;
	return bits;
}

static void put(struct machine *m, size_t table, size_t index, uint64_t entry)
{
	entry = htole64(entry);
	memcpy(memory + table * m->kernel.page_size + index * 8, &entry, 8);
}

/* Bits that tell leaves apart, by the byte @choice. */
static uint64_t attributes(unsigned int choice)
{
	return UINT64_C(0x703) | (choice & 1 ? ARM64_RDONLY : 0) |
	       (choice & 2 ? ARM64_CONT : 0) | (choice & 4 ? ARM64_NG : 0) |
	       (choice & 8 ? ARM64_PXN : 0);
}

static void put_leaves(struct machine *m, struct fuzz_input *in, size_t table,
		       size_t index)
{
	const struct table *t = &m->tables[table];
	size_t count = m->kernel.page_size / 8, n = fuzz_take(in, 2) % count;
	unsigned int choice = (unsigned int)fuzz_take(in, 1);
	unsigned int shift = arm64_shift(&m->geometry, t->level);
	uint64_t attrs = attributes(choice), off = choice & 64;

	if (t->level < 3)
		attrs &= ~ARM64_TYPE_BIT;
	if (choice & 16)
		attrs &= ~ARM64_VALID;
	if (m->kernel.lpa2)
		attrs &= ~ARM64_SHARED;
	for (; n-- && index < count; index++) {
		uint64_t va = t->va + ((uint64_t)index << shift);
		uint64_t pa =
			va - m->kernel.page_offset + m->kernel.phys_offset;

		put(m, table, index, attrs | encode(m, pa + (off << 20)));
	}
}

static size_t new_table(struct machine *m)
{
	memset(memory + m->linked * m->kernel.page_size, 0,
	       m->kernel.page_size);
	return m->linked++;
}

static void put_table(struct machine *m, struct fuzz_input *in, size_t table,
		      size_t index)
{
	const struct table *t = &m->tables[table];
	unsigned int choice = (unsigned int)fuzz_take(in, 1);
	size_t to = choice % TABLES;

	/* Mostly to a new one. */
	if (choice & 0x80 && m->linked < TABLES && t->level < 3) {
		to = new_table(m);
		m->tables[to].level = t->level + 1;
		m->tables[to].va =
			t->va + ((uint64_t)index
				 << arm64_shift(&m->geometry, t->level));
	}
	put(m, table, index, 3 | encode(m, RAM + to * m->kernel.page_size));
}

static void step(struct machine *m, struct fuzz_input *in)
{
	unsigned int what = (unsigned int)fuzz_take(in, 1);
	size_t table = fuzz_take(in, 1) % m->linked;
	size_t index = fuzz_take(in, 2) % (m->kernel.page_size / 8);

	switch (what % 6) {
	case 0:
	case 1:
		put_table(m, in, table, index);
		break;
	case 2:
	case 3:
		put_leaves(m, in, table, index);
		break;
	case 4:
		put(m, table, index, fuzz_take(in, 8));
		break;
	case 5:
		m->tables[table].dropped = what & 0x80;
		break;
	}
}

/* ---- The walk ------------------------------------------------------------- */

struct seen {
	const struct machine *m;
	uint64_t end, bytes;
};

static struct dm_error *see(void *arg, const struct dm_run *run)
{
	struct seen *s = arg;
	const struct dm_kernel *k = &s->m->kernel;

	fuzz_check(run->start >= s->end && run->size);
	fuzz_check(run->start >= k->linear_start);
	fuzz_check(run->start + run->size <= k->linear_end);
	fuzz_check(run->pa - run->start == k->phys_offset - k->page_offset);
	fuzz_check(run->size % dm_leaf_size(k, run->leaf) == 0);
	s->end = run->start + run->size;
	s->bytes += run->size;
	return NULL;
}

static void walk(struct machine *m, const struct dm_range *range)
{
	struct seen s = { .m = m };
	struct dm_usage *usage = malloc(sizeof(*usage));
	char text[256];

	if (!usage)
		abort();
	m->reads = 0;
	if (fuzz_no_error(
		    dm_walk(&m->source, &m->kernel, range, usage, see, &s))) {
		fuzz_check(dm_usage_mapped(usage) == s.bytes);
		fuzz_check(dm_usage_valid(usage) <= s.bytes);
		fuzz_check(dm_usage_partial(usage, text, sizeof(text)) ==
			   !!dm_usage_findings(usage));
		fuzz_check(dm_usage_tables(usage) <= TABLES);
		fuzz_check(!(usage->unreadable && !usage->unknown));
	}
	/* Each table once; once more below KASAN's shadow, and to look for it. */
	fuzz_check(m->reads <= 3 * (TABLES + TABLES * m->kernel.page_size / 8));
	free(usage);
}

/* The same tables through the other reader of them. */
static void look(struct machine *m, struct fuzz_input *in)
{
	struct kva_path path;
	struct kva *kva;
	uint64_t va, value;

	if (!fuzz_no_error(dm_kva_create(&m->source, &m->kernel, &kva)))
		return;
	va = m->kernel.linear_start + (fuzz_take(in, 8) >> 12);
	if (fuzz_no_error(dm_kva_path(kva, va, &path)))
		fuzz_check(path.count >= 1 && path.count <= DM_LEVELS);
	fuzz_no_error(dm_kva_read_u64(kva, va, &value));
	dm_kva_destroy(kva);
}

static void run(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct machine m = {
		.source = { .ops = &machine_ops },
	};
	struct dm_range range;

	set_kernel(&m, (unsigned int)fuzz_take(&in, 1));
	new_table(&m);
	m.tables[0].level = m.geometry.root_level;
	m.tables[0].va = m.geometry.root_base;
	range.start = m.kernel.linear_start + (fuzz_take(&in, 8) >> 12);
	range.end = range.start + (fuzz_take(&in, 6));
	while (in.left)
		step(&m, &in);
	walk(&m, NULL);
	walk(&m, &range);
	in = (struct fuzz_input){ data, size };
	look(&m, &in);
}

/* For each kernel: a table of each level, leaves in each, one odd entry. */
static void seeds(fuzz_put put_seed, void *arg)
{
	unsigned int kind;

	for (kind = 0; kind < KINDS; kind++) {
		uint8_t program[128] = { (uint8_t)kind };
		size_t n = 15, i;

		for (i = 0; i < 4; i++) {
			uint8_t line[] = { 0, (uint8_t)i,      1, 0, 0x80,
					   2, (uint8_t)i,      2, 0, 16,
					   0, (uint8_t)(i * 2) };

			memcpy(program + n, line, sizeof(line));
			n += sizeof(line);
		}
		put_seed(arg, program, n);
		memcpy(program + n, "\4\1\7\0\xff\xff\xff\xff\xff\xff\xff\xff",
		       12);
		put_seed(arg, program, n + 12);
	}
}

const struct fuzz_target fuzz_walk = {
	.name = "walk",
	.run = run,
	.seeds = seeds,
	.max_size = 1024,
};
