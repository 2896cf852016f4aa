// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walk against one that takes entry after entry, over random tables, by
 * several numbers of threads: runs, figures and findings are equal to the byte.
 */
#include "walk/walk.h"
#include "reference_walk.h"
#include "suite.h"

/* Table pages of one memory; they point at each other at random. */
#define PAGES 700

struct memory {
	struct dm_source source;
	unsigned char *pages; /* one behind the other from PA BASE on */
	size_t page_size;
	size_t clones;
	enum dm_error_code refusal; /* of a sixth clone */
	bool lends;
	struct memory *original;
};

#define BASE UINT64_C(0x80000000)

static uint64_t seed;

static uint64_t rnd(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

/* Every 37th page cannot be read. */
static struct dm_error *find(struct memory *m, uint64_t pa, const void **page)
{
	uint64_t i = (pa - BASE) / m->page_size;

	if (pa < BASE || i >= PAGES || i % 37 == 36)
		return dm_error_create(
			i % 2 ? DM_ERROR_ABSENT : DM_ERROR_BROKEN, "no page");
	*page = m->pages + i * m->page_size;
	return NULL;
}

static struct dm_error *memory_read(struct dm_source *source, uint64_t pa,
				    void *buf, size_t size,
				    enum dm_content content)
{
	const void *page;
	struct dm_error *err = find((struct memory *)source, pa, &page);

	(void)content;
	if (!err)
		memcpy(buf, page, size);
	return err;
}

static struct dm_error *memory_get(struct dm_source *source, uint64_t pa,
				   size_t size, enum dm_content content,
				   const void **page)
{
	(void)size;
	(void)content;
	return find((struct memory *)source, pa, page);
}

static void memory_put(struct dm_source *source, const void *page)
{
	(void)source;
	(void)page;
}

/* A sixth that cannot be made changes nothing, if that does not end the job. */
static struct dm_error *memory_clone(struct dm_source *source,
				     struct dm_source **ret)
{
	struct memory *m = (struct memory *)source;
	struct memory *clone = malloc(sizeof(*clone));

	if (m->clones == 5 || !clone) {
		free(clone);
		return dm_error_create(m->refusal, "no more");
	}
	m->clones++;
	*clone = *m;
	clone->original = m;
	*ret = &clone->source;
	return NULL;
}

static void memory_destroy(struct dm_source *clone)
{
	((struct memory *)clone)->original->clones--;
	free(clone);
}

static const struct dm_source_ops lending = {
	.read = memory_read,
	.get_page = memory_get,
	.put_page = memory_put,
	.clone = memory_clone,
	.destroy = memory_destroy,
};

static const struct dm_source_ops reading = {
	.read = memory_read,
	.clone = memory_clone,
	.destroy = memory_destroy,
};

/* ---- Random tables ------------------------------------------------------ */

static const uint64_t odd_bits[] = {
	ARM64_RDONLY,	   ARM64_VALID, ARM64_NG,
	ARM64_TYPE_BIT,	   ARM64_PXN,	UINT64_C(1) << 55,
	UINT64_C(1) << 30, ARM64_CONT,	ARM64_AF,
};

static uint64_t leaf_entry(const struct dm_kernel *k, int level, uint64_t va)
{
	uint64_t entry = (va + k->phys_offset - k->page_offset) |
			 UINT64_C(0x0068000000000701);

	return level == 3 ? entry | ARM64_TYPE_BIT : entry;
}

/* A stretch of entries from @i on, as one of several writers would make it. */
static size_t put_stretch(const struct dm_kernel *k,
			  const struct arm64_geometry *g, uint64_t *entries,
			  size_t i, size_t count, int level, uint64_t va)
{
	static const size_t lengths[] = { 1, 2, 3, 16, 32, 64, 100, 512, 8192 };
	size_t n = lengths[rnd(9)];
	uint64_t kind = rnd(12), odd = 0;

	if (level < 3 && kind >= 3)
		n = level < 2 ? 8 : 64;
	if (kind == 2)
		odd = odd_bits[rnd(9)];
	for (; n && i < count; n--, i++) {
		uint64_t at = va + ((uint64_t)i << arm64_shift(g, level));
		uint64_t entry = leaf_entry(k, level, at);

		if (kind == 0)
			entry = 0;
		else if (level < 3 && kind >= 3)
			entry = (BASE + rnd(PAGES) * k->page_size) | 3;
		else if (kind == 1 || kind == 4)
			entry |= ARM64_CONT;
		else if (kind == 5 && rnd(3) == 0)
			entry ^= odd_bits[rnd(9)];
		else if (kind == 6 && rnd(40) == 0)
			entry = rnd(UINT64_MAX);
		entries[i] = htole64(entry ^ odd);
	}
	return i;
}

/* Levels and places are guessed: some tables stand where they are no good. */
static void fill(struct memory *m, const struct dm_kernel *k)
{
	struct arm64_geometry g;
	size_t count = k->page_size / 8, page, i;

	dm_arm64_geometry_init(&g, k);
	for (page = 0; page < PAGES; page++) {
		uint64_t *entries =
			(uint64_t *)(m->pages + page * m->page_size);
		int level = page ? 3 - (rnd(12) == 0) - (rnd(60) == 0)
				 : g.root_level;
		uint64_t va =
			k->linear_start +
			(page ? rnd(64) << arm64_shift(&g, level - 1) : 0);

		for (i = 0; i < count;)
			i = put_stretch(k, &g, entries, i, count, level, va);
	}
}

/* Level by level, as a kernel does it, and with loops and second places. */
static void fill_in_order(struct memory *m, const struct dm_kernel *k)
{
	struct arm64_geometry g;
	size_t next = 1, page;
	struct {
		int level;
		uint64_t va;
	} tables[PAGES];

	dm_arm64_geometry_init(&g, k);
	tables[0].level = g.root_level;
	tables[0].va = g.root_base;
	for (page = 0; page < next; page++) {
		uint64_t *entries =
			(uint64_t *)(m->pages + page * m->page_size);
		int level = tables[page].level;
		size_t i, count = m->page_size / 8;

		memset(entries, 0, m->page_size);
		if (level == g.root_level)
			count = (size_t)1 << (g.root_bits - 1);
		for (i = 0; i < count;) {
			size_t first = i;

			i = put_stretch(k, &g, entries, i, count, level,
					tables[page].va);
			/* Most tables are new ones, in their place. */
			for (; first < i; first++) {
				if ((le64toh(entries[first]) & 3) != 3 ||
				    level == 3 || next == PAGES || !rnd(20))
					continue;
				tables[next].level = level + 1;
				tables[next].va = tables[page].va +
						  ((uint64_t)first
						   << arm64_shift(&g, level));
				entries[first] = htole64(
					(BASE + next * m->page_size) | 3);
				next++;
			}
		}
	}
}

/* ---- What comes out ----------------------------------------------------- */

struct result {
	uint64_t hash;
	size_t runs;
	size_t stop_after; /* runs; 0: never */
	struct dm_usage usage;
	uint64_t at; /* VA: behind what came last */
	uint64_t unknown, unknown_bytes; /* a hash of what is, and how much */
	enum dm_error_code code;
};

/* Runs and what is unknown come in order, and none overlaps another. */
static void in_order(struct result *r, uint64_t start, uint64_t size)
{
	CU_ASSERT_TRUE(size && start >= r->at);
	r->at = start + size;
}

static struct dm_error *take_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct result *r = arg;

	in_order(r, unknown->start, unknown->size);
	r->unknown_bytes += unknown->size;
	r->unknown = (r->unknown ^ unknown->start ^ unknown->size) *
		     UINT64_C(0x100000001b3);
	return NULL;
}

static struct dm_error *take(void *arg, const struct dm_run *run)
{
	struct result *r = arg;
	const uint64_t words[] = { run->start, run->size, run->pa,
				   run->attrs, run->leaf, run->valid };
	size_t i;

	in_order(r, run->start, run->size);
	for (i = 0; i < 6; i++)
		r->hash = (r->hash ^ words[i]) * UINT64_C(0x100000001b3);
	r->runs++;
	if (r->runs == r->stop_after)
		return dm_error_create(DM_ERROR_OUTPUT, "enough");
	return NULL;
}

static void keep(struct result *r, struct dm_error *err)
{
	r->code = err ? err->code : 0;
	dm_error_destroy(err);
}

/*
 * The plain walk keeps no list of what is unknown, and the list's elements have
 * padding. See take_unknown().
 */
static void forget_list(struct result *r)
{
	r->usage.unknown = 0;
	r->usage.unknown_count = 0;
	memset(r->usage.unknown_at, 0, sizeof(r->usage.unknown_at));
}

static void compare(struct memory *m, const struct dm_kernel *k,
		    const struct dm_range *range, size_t stop_after)
{
	static const unsigned int threads[] = { 1, 2, 3, 8 };
	static struct result expected, got;
	uint64_t unknown = 0;
	size_t i;

	memset(&expected, 0, sizeof(expected));
	expected.stop_after = stop_after;
	keep(&expected, reference_walk(&m->source, k, range, &expected.usage,
				       take, &expected));
	for (i = 0; i < 4; i++) {
		struct dm_walk_options options = { .range = range,
						   .threads = threads[i],
						   .unknown = take_unknown };

		memset(&got, 0, sizeof(got));
		got.stop_after = stop_after;
		keep(&got, dm_walk_with(&m->source, k, &options, &got.usage,
					take, &got));
		CU_ASSERT_EQUAL(got.code, expected.code);
		CU_ASSERT_EQUAL(got.runs, expected.runs);
		CU_ASSERT_EQUAL(got.hash, expected.hash);
		if (!i)
			unknown = got.unknown;
		CU_ASSERT_EQUAL(got.unknown, unknown);
		CU_ASSERT_EQUAL(got.unknown_bytes, got.usage.unknown);
		forget_list(&got);
		/* What is read of tables before an error differs. */
		if (!expected.code)
			CU_ASSERT_EQUAL(memcmp(&got.usage, &expected.usage,
					       sizeof(got.usage)),
					0);
		CU_ASSERT_EQUAL(m->clones, 0);
	}
}

static struct dm_kernel kernel_of(unsigned int page_shift, unsigned int va_bits)
{
	struct dm_kernel k = {
		.page_size = UINT32_C(1) << page_shift,
		.page_shift = page_shift,
		.va_bits = va_bits,
		.va_bits_configured = va_bits,
		.levels = (va_bits - 4) / (page_shift - 3),
		.linear_start = UINT64_MAX << va_bits,
		.linear_end = UINT64_MAX << (va_bits - 1),
		.page_offset = UINT64_MAX << va_bits,
		.phys_offset = 0x40000000,
		.pgd = BASE,
	};

	return k;
}

static void try_geometry(unsigned int page_shift, unsigned int va_bits,
			 int rounds)
{
	struct dm_kernel k = kernel_of(page_shift, va_bits);
	struct memory m = { .source = { &lending },
			    .page_size = k.page_size,
			    .refusal = DM_ERROR_UNSUPPORTED };

	m.pages = malloc(PAGES * m.page_size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m.pages);
#ifdef __SANITIZE_THREAD__
	rounds = (rounds + 4) / 5; /* twenty times as slow */
#endif
	for (seed = 88172645463325252; rounds; rounds--) {
		struct dm_range range;

		m.source.ops = rounds % 3 ? &lending : &reading;
		if (rounds % 2)
			fill_in_order(&m, &k);
		else
			fill(&m, &k);
		compare(&m, &k, NULL, 0);
		range.start = k.linear_start + (rnd(1 << 20) << 18);
		range.end = range.start + 1 + (rnd(1 << 20) << 14);
		compare(&m, &k, &range, 0);
		compare(&m, &k, NULL, 1 + rnd(200));
	}
	free(m.pages);
}

static void test_4k(void)
{
	try_geometry(12, 48, 20);
	try_geometry(12, 39, 15);
}

static void test_16k(void)
{
	try_geometry(14, 47, 8);
	try_geometry(14, 36, 4);
}

static void test_64k(void)
{
	try_geometry(16, 48, 2);
	try_geometry(16, 42, 2);
}

/* ---- Bounds ------------------------------------------------------------- */

static void test_max_tables(void)
{
	struct dm_kernel k = kernel_of(12, 48);
	struct memory m = { .source = { &lending }, .page_size = k.page_size };
	struct dm_walk_options options = { .max_tables = 100 };
	static struct result one, many, below;
	struct dm_range range;

	m.pages = malloc(PAGES * m.page_size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m.pages);
	seed = 88172645463325252;
	do
		fill_in_order(&m, &k);
	while (rnd(4));
	suite_no_error(
		dm_walk_with(&m.source, &k, &options, &one.usage, take, &one));
	options.threads = 3;
	suite_no_error(dm_walk_with(&m.source, &k, &options, &many.usage, take,
				    &many));
	CU_ASSERT_EQUAL(one.usage.stopped, DM_STOP_TABLES);
	CU_ASSERT_EQUAL(dm_usage_tables(&one.usage) + one.usage.unreadable,
			100);
	CU_ASSERT_EQUAL(one.usage.finding_count[DM_FINDING_NOT_WALKED], 1);
	CU_ASSERT_EQUAL(one.hash, many.hash);
	forget_list(&one);
	forget_list(&many);
	CU_ASSERT_EQUAL(memcmp(&one.usage, &many.usage, sizeof(one.usage)), 0);
	/* What was seen is what a walk up to there sees. */
	range = (struct dm_range){ k.linear_start, one.usage.stopped_at };
	suite_no_error(
		dm_walk(&m.source, &k, &range, &below.usage, take, &below));
	CU_ASSERT_EQUAL(one.hash, below.hash);
	CU_ASSERT_EQUAL(one.runs, below.runs);
	free(m.pages);
}

static bool never_again(void *arg)
{
	int *asked = arg;

	return (*asked)++ > 1;
}

static void test_stop(void)
{
	struct dm_kernel k = kernel_of(12, 48);
	struct memory m = { .source = { &lending }, .page_size = k.page_size };
	int asked = 0;
	struct dm_walk_options options = { .stop = never_again,
					   .arg = &asked,
					   .threads = 2 };
	static struct result r;

	m.pages = malloc(PAGES * m.page_size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m.pages);
	seed = 88172645463325252;
	do
		fill_in_order(&m, &k);
	while (rnd(4));
	suite_no_error(
		dm_walk_with(&m.source, &k, &options, &r.usage, take, &r));
	CU_ASSERT_EQUAL(r.usage.stopped, DM_STOP_ASKED);
	CU_ASSERT_EQUAL(asked, 3);
	CU_ASSERT_TRUE(r.usage.stopped_at > k.linear_start);
	free(m.pages);
}

static enum dm_error_code refused(struct memory *m, const struct dm_kernel *k,
				  enum dm_error_code refusal)
{
	struct dm_walk_options options = { .threads = 8 };
	static struct result r;

	memset(&r, 0, sizeof(r));
	m->refusal = refusal;
	keep(&r, dm_walk_with(&m->source, k, &options, &r.usage, take, &r));
	CU_ASSERT_EQUAL(m->clones, 0);
	return r.code;
}

static void test_no_clone(void)
{
	struct dm_kernel k = kernel_of(12, 48);
	struct memory m = { .source = { &lending }, .page_size = k.page_size };

	m.pages = malloc(PAGES * m.page_size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(m.pages);
	seed = 88172645463325252;
	do
		fill_in_order(&m, &k);
	while (rnd(4));
	CU_ASSERT_EQUAL(refused(&m, &k, DM_ERROR_UNSUPPORTED), 0);
	CU_ASSERT_EQUAL(refused(&m, &k, DM_ERROR_NO_MEMORY),
			DM_ERROR_NO_MEMORY);
	CU_ASSERT_EQUAL(refused(&m, &k, DM_ERROR_INTERRUPTED),
			DM_ERROR_INTERRUPTED);
	free(m.pages);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "4K pages", test_4k },
		{ "16K pages", test_16k },
		{ "64K pages", test_64k },
		{ "up to a number of tables", test_max_tables },
		{ "until told to stop", test_stop },
		{ "fewer clones than threads", test_no_clone },
		CU_TEST_INFO_NULL,
	};

	return suite_run("the walk against a plain one", tests);
}
