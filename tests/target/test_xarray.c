// SPDX-License-Identifier: GPL-2.0-or-later
/* XArrays and IDRs, whole and broken, by the encoding of the kernel's own. */
#include "suite.h"
#include "fake/stub_tables.h"
#include "target/xarray.h"

#define HEAD	   8 /* xa_head */
#define SHIFT	   0
#define OFFSET	   1
#define PARENT	   8
#define SLOTS	   40
#define RETRY	   (256 << 2 | 2)
#define ZERO	   (257 << 2 | 2)
#define SIBLING(n) ((uint64_t)(n) << 2 | 2)

#define AT(o, s)                                                               \
	{                                                                      \
		.offset = (o), .size = (s)                                     \
	}

static const struct stub_member members[] = {
	{ "struct xarray", "xa_head", AT(HEAD, 8) },
	{ "struct xa_node", "shift", AT(SHIFT, 1) },
	{ "struct xa_node", "offset", AT(OFFSET, 1) },
	{ "struct xa_node", "parent", AT(PARENT, 8) },
	{ "struct xa_node", "slots", AT(SLOTS, 512) },
	{ "struct idr", "idr_rt", AT(16, 16) },
	{ "struct idr", "idr_base", AT(4, 4) },
	{ NULL, NULL, { 0 } },
};

/* CONFIG_BASE_SMALL */
static const struct stub_member small_members[] = {
	{ "struct xarray", "xa_head", AT(HEAD, 8) },
	{ "struct xa_node", "shift", AT(SHIFT, 1) },
	{ "struct xa_node", "offset", AT(OFFSET, 1) },
	{ "struct xa_node", "parent", AT(PARENT, 8) },
	{ "struct xa_node", "slots", AT(SLOTS, 128) },
	{ NULL, NULL, { 0 } },
};

static const struct stub_member odd_members[] = {
	{ "struct xarray", "xa_head", AT(HEAD, 8) },
	{ "struct xa_node", "shift", AT(SHIFT, 1) },
	{ "struct xa_node", "offset", AT(OFFSET, 1) },
	{ "struct xa_node", "parent", AT(PARENT, 8) },
	{ "struct xa_node", "slots", AT(SLOTS, 24) },
	{ NULL, NULL, { 0 } },
};

static const struct stub_symbol no_symbols[] = { { NULL, 0 } };

struct seen {
	size_t count;
	uint64_t index[128], entry[128];
	enum dm_error_code fail; /* at the second entry, if not 0 */
};

static struct dm_error *see(void *arg, uint64_t index, uint64_t entry)
{
	struct seen *s = arg;

	CU_ASSERT_FATAL(s->count < 128);
	s->index[s->count] = index;
	s->entry[s->count++] = entry;
	if (s->fail && s->count == 2)
		return dm_error_create(s->fail, "the second one");
	return NULL;
}

struct test {
	struct stub_target stub;
	uint64_t xa; /* the array, at a page; nodes on pages behind it */
	struct seen seen;
	struct incomplete incomplete;
};

static void start(struct test *t, const struct stub_member *types)
{
	*t = (struct test){ 0 };
	t->stub.fake = fake_kernel_create(12, 48);
	t->xa = fake_kernel_data(t->stub.fake);
	stub_target_start(&t->stub, no_symbols, types);
}

static void put(struct test *t, uint64_t va, uint64_t value)
{
	fake_kernel_write_u64(t->stub.fake, va, value);
}

static uint64_t node_va(const struct test *t, unsigned int n)
{
	return t->xa + 4096 * (uint64_t)(n + 1);
}

/* Node @n, in slot @slot of node @parent; parent -1: at the head. */
static uint64_t node(struct test *t, unsigned int n, unsigned int shift,
		     int parent, unsigned int slot)
{
	uint64_t va = node_va(t, n), up = 0, at = t->xa + HEAD;

	if (parent >= 0) {
		up = node_va(t, (unsigned int)parent);
		at = up + SLOTS + 8 * slot;
	}
	fake_kernel_write_u16(t->stub.fake, va, (uint16_t)(shift | slot << 8));
	put(t, va + PARENT, up);
	put(t, at, va + 2);
	return va;
}

static void slot(struct test *t, unsigned int n, unsigned int i, uint64_t entry)
{
	put(t, node_va(t, n) + SLOTS + 8 * i, entry);
}

static void walk(struct test *t, size_t max)
{
	t->seen.count = 0;
	t->incomplete.times = 0;
	suite_no_error(dm_xarray_walk(stub_target_fresh(&t->stub), t->xa, max,
				      see, &t->seen, &t->incomplete));
}

static void expect(const struct test *t, size_t count, uint64_t times)
{
	CU_ASSERT_EQUAL(t->seen.count, count);
	CU_ASSERT_EQUAL(t->incomplete.times, times);
	if (times < t->incomplete.times)
		fprintf(stderr, "    unexpected: %s\n", t->incomplete.why);
}

static void expect_why(const struct test *t, const char *part)
{
	CU_ASSERT_PTR_NOT_NULL(strstr(t->incomplete.why, part));
	if (!strstr(t->incomplete.why, part))
		fprintf(stderr, "    unexpected: %s\n", t->incomplete.why);
}

static void test_small(void)
{
	struct test t;

	start(&t, members);
	put(&t, t.xa + HEAD, 0);
	walk(&t, 10);
	expect(&t, 0, 0);
	put(&t, t.xa + HEAD, 0xffff000012345678);
	walk(&t, 10);
	expect(&t, 1, 0);
	CU_ASSERT_EQUAL(t.seen.index[0], 0);
	CU_ASSERT_EQUAL(t.seen.entry[0], 0xffff000012345678);
	put(&t, t.xa + HEAD, 7 << 1 | 1);
	walk(&t, 10);
	expect(&t, 1, 0);
	CU_ASSERT(xarray_is_value(t.seen.entry[0]));
	CU_ASSERT_EQUAL(xarray_to_value(t.seen.entry[0]), 7);
	put(&t, t.xa + HEAD, ZERO);
	walk(&t, 10);
	expect(&t, 0, 0);
	stub_target_end(&t.stub);
}

/* Two levels, marks of the XArray's own, and an entry of many slots. */
static void test_tree(void)
{
	struct test t;

	start(&t, members);
	node(&t, 0, 6, -1, 0);
	node(&t, 1, 0, 0, 0);
	node(&t, 2, 0, 0, 63);
	slot(&t, 1, 1, 0x1000);
	slot(&t, 1, 2, SIBLING(1));
	slot(&t, 1, 3, RETRY);
	slot(&t, 1, 4, ZERO);
	slot(&t, 1, 63, 5);
	slot(&t, 0, 2, 0x2000); /* indices 128 to 255, in two slots */
	slot(&t, 0, 3, SIBLING(2));
	slot(&t, 2, 0, 0x3000);
	walk(&t, 10);
	expect(&t, 4, 0);
	CU_ASSERT_EQUAL(t.seen.index[0], 1);
	CU_ASSERT_EQUAL(t.seen.entry[0], 0x1000);
	CU_ASSERT_EQUAL(t.seen.index[1], 63);
	CU_ASSERT_EQUAL(t.seen.entry[1], 5);
	CU_ASSERT_EQUAL(t.seen.index[2], 128);
	CU_ASSERT_EQUAL(t.seen.entry[2], 0x2000);
	CU_ASSERT_EQUAL(t.seen.index[3], 63 * 64);
	CU_ASSERT_EQUAL(t.seen.entry[3], 0x3000);
	stub_target_end(&t.stub);
}

/* Pointers may carry KASAN's tags. */
static void test_tagged(void)
{
	struct test t;
	uint64_t va;

	start(&t, members);
	node(&t, 0, 6, -1, 0);
	va = node(&t, 1, 0, 0, 7);
	put(&t, va + PARENT, node_va(&t, 0) & ~(UINT64_C(0xf) << 56));
	slot(&t, 0, 7, (va & ~(UINT64_C(0x5) << 56)) + 2);
	slot(&t, 1, 9, 0x1000);
	walk(&t, 10);
	expect(&t, 1, 0);
	CU_ASSERT_EQUAL(t.seen.index[0], 7 * 64 + 9);
	stub_target_end(&t.stub);
}

static void test_small_chunks(void)
{
	struct test t;

	start(&t, small_members);
	node(&t, 0, 4, -1, 0);
	node(&t, 1, 0, 0, 2);
	slot(&t, 1, 15, 0x1000);
	slot(&t, 1, 16, 0x2000); /* not a slot any more */
	walk(&t, 10);
	expect(&t, 1, 0);
	CU_ASSERT_EQUAL(t.seen.index[0], 2 * 16 + 15);
	stub_target_end(&t.stub);
}

static void test_highest_index(void)
{
	struct test t;
	unsigned int n;

	start(&t, members);
	node(&t, 0, 60, -1, 0);
	for (n = 1; n <= 10; n++)
		node(&t, n, 60 - 6 * n, (int)n - 1, n == 1 ? 15 : 63);
	slot(&t, 10, 63, 0x1000);
	walk(&t, 10);
	expect(&t, 1, 0);
	CU_ASSERT_EQUAL(t.seen.index[0], UINT64_MAX);
	/* 64 slots of 60 bits each are more than there are. */
	slot(&t, 0, 16, 0x2000);
	walk(&t, 10);
	expect(&t, 1, 1);
	expect_why(&t, "beyond the last index");
	stub_target_end(&t.stub);
}

/* The broken part is left out, the rest is there. */
static void test_broken_child(void)
{
	struct test t;
	uint64_t va;

	start(&t, members);
	node(&t, 0, 6, -1, 0);
	va = node(&t, 1, 0, 0, 0);
	node(&t, 2, 0, 0, 1);
	slot(&t, 1, 0, 0x1000);
	slot(&t, 2, 0, 0x2000);

	fake_kernel_write_u16(t.stub.fake, va, 6); /* as its parent */
	walk(&t, 10);
	expect(&t, 1, 1);
	expect_why(&t, "shift 0x6 instead of 0x0");
	CU_ASSERT_EQUAL(t.seen.entry[0], 0x2000);

	fake_kernel_write_u16(t.stub.fake, va, 1 << 8);
	walk(&t, 10);
	expect(&t, 1, 1);
	expect_why(&t, "offset 0x1 instead of 0x0");

	fake_kernel_write_u16(t.stub.fake, va, 0);
	put(&t, va + PARENT, va);
	walk(&t, 10);
	expect(&t, 1, 1);
	expect_why(&t, "has parent");

	slot(&t, 0, 0, va + 4 + 2);
	walk(&t, 10);
	expect(&t, 1, 1);
	expect_why(&t, "not aligned");

	slot(&t, 0, 0, 0xffffdead00000000 + 2);
	walk(&t, 10);
	expect(&t, 1, 1);
	CU_ASSERT_EQUAL(t.seen.index[0], 64);
	stub_target_end(&t.stub);
}

/* The first page of a node can be read, the one with the last slots cannot. */
static void test_slots_outside(void)
{
	struct test t;
	uint64_t va;

	start(&t, members);
	va = node_va(&t, 0) + 4096 - 64;
	put(&t, t.xa + HEAD, va + 2);
	put(&t, va, 0);
	put(&t, va + PARENT, 0);
	put(&t, va + SLOTS, 0x1000);
	walk(&t, 10);
	expect(&t, 0, 1);
	expect_why(&t, "not mapped");
	fake_kernel_pa(t.stub.fake, node_va(&t, 1));
	fake_kernel_drop(t.stub.fake, node_va(&t, 1));
	walk(&t, 10);
	expect(&t, 0, 1);
	expect_why(&t, "not in the dump");
	stub_target_end(&t.stub);
}

static void test_absurd_shift(void)
{
	static const unsigned int shifts[] = { 1, 5, 64, 66, 255 };
	struct test t;
	size_t i;

	start(&t, members);
	node(&t, 0, 0, -1, 0);
	slot(&t, 0, 0, 0x1000);
	for (i = 0; i < sizeof(shifts) / sizeof(shifts[0]); i++) {
		fake_kernel_write_u16(t.stub.fake, node_va(&t, 0),
				      (uint16_t)shifts[i]);
		walk(&t, 10);
		expect(&t, 0, 1);
		expect_why(&t, "has shift");
	}
	stub_target_end(&t.stub);
}

/* A node that is its own child, and one that two slots lead to. */
static void test_loops(void)
{
	struct test t;
	unsigned int i;

	start(&t, members);
	node(&t, 0, 6, -1, 0);
	node(&t, 1, 0, 0, 5);
	slot(&t, 1, 0, 0x1000);
	for (i = 0; i < 64; i++)
		if (i != 5)
			slot(&t, 0, i,
			     (i & 1 ? node_va(&t, 0) : node_va(&t, 1)) + 2);
	walk(&t, 100);
	expect(&t, 1, 63);
	CU_ASSERT_EQUAL(t.seen.index[0], 5 * 64);
	/* From the lowest node there is nowhere to go. */
	slot(&t, 1, 1, node_va(&t, 0) + 2);
	walk(&t, 100);
	expect(&t, 1, 64);
	stub_target_end(&t.stub);
}

static void test_too_many(void)
{
	struct test t;
	unsigned int i;

	start(&t, members);
	node(&t, 0, 0, -1, 0);
	for (i = 0; i < 64; i++)
		slot(&t, 0, i, 0x1000 + 8 * i);
	walk(&t, 64);
	expect(&t, 64, 0);
	walk(&t, 63);
	expect(&t, 63, 1);
	expect_why(&t, "from index 63 are left out");
	stub_target_end(&t.stub);
}

/* Nodes without entries must not make work without end. */
static void test_empty_nodes(void)
{
	struct test t;
	unsigned int i;

	start(&t, members);
	node(&t, 0, 6, -1, 0);
	for (i = 0; i < 64; i++)
		node(&t, i + 1, 0, 0, i);
	walk(&t, 10);
	expect(&t, 0, 0);
	walk(&t, 1);
	expect(&t, 0, 1);
	expect_why(&t, "more xa_nodes");
	stub_target_end(&t.stub);
}

static void test_errors_of_fn(void)
{
	struct test t;

	start(&t, members);
	node(&t, 0, 0, -1, 0);
	slot(&t, 0, 0, 0x1000);
	slot(&t, 0, 1, 0x2000);
	slot(&t, 0, 2, 0x3000);
	t.seen.fail = DM_ERROR_ABSENT;
	walk(&t, 10);
	expect(&t, 3, 1);
	expect_why(&t, "the second one");
	t.seen = (struct seen){ .fail = DM_ERROR_INTERRUPTED };
	suite_error(dm_xarray_walk(stub_target_fresh(&t.stub), t.xa, 10, see,
				   &t.seen, &t.incomplete),
		    DM_ERROR_INTERRUPTED, "the second one");
	CU_ASSERT_EQUAL(t.seen.count, 2);
	stub_target_end(&t.stub);
}

static void test_idr(void)
{
	struct test t;
	uint64_t idr;

	start(&t, members);
	node(&t, 0, 0, -1, 0);
	slot(&t, 0, 3, 0x1000);
	idr = t.xa + 2048;
	put(&t, idr + 16 + HEAD, node_va(&t, 0) + 2);
	fake_kernel_write_u32(t.stub.fake, idr + 4, 100);
	suite_no_error(dm_idr_walk(stub_target_fresh(&t.stub), idr, 10, see,
				   &t.seen, &t.incomplete));
	expect(&t, 1, 0);
	CU_ASSERT_EQUAL(t.seen.index[0], 103);
	suite_no_error(dm_idr_walk(stub_target_fresh(&t.stub),
				   0xffffdead00000000, 10, see, &t.seen,
				   &t.incomplete));
	expect(&t, 1, 1);
	stub_target_end(&t.stub);
}

static void test_types(void)
{
	struct test t;

	start(&t, odd_members);
	suite_error(dm_xarray_walk(stub_target_fresh(&t.stub), t.xa, 10, see,
				   &t.seen, &t.incomplete),
		    DM_ERROR_UNSUPPORTED, "24 bytes of slots");
	stub_target_end(&t.stub);
	start(&t, NULL);
	suite_error(dm_xarray_walk(stub_target_fresh(&t.stub), t.xa, 10, see,
				   &t.seen, &t.incomplete),
		    DM_ERROR_NOT_FOUND, "types");
	stub_target_end(&t.stub);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "none and one", test_small },
		{ "tree", test_tree },
		{ "tagged pointers", test_tagged },
		{ "16 slots", test_small_chunks },
		{ "highest index", test_highest_index },
		{ "broken child", test_broken_child },
		{ "slots outside", test_slots_outside },
		{ "absurd shift", test_absurd_shift },
		{ "loops", test_loops },
		{ "too many entries", test_too_many },
		{ "empty nodes", test_empty_nodes },
		{ "errors of the callback", test_errors_of_fn },
		{ "IDR", test_idr },
		{ "types", test_types },
		CU_TEST_INFO_NULL,
	};

	return suite_run("xarray", tests);
}
