// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists of the kernel's, whole and broken. */
#include "arm64/kernel.h"
#include "fake/fake_kernel.h"
#include "target/list_each.h"
#include "suite.h"

struct test {
	struct fake_kernel *fake;
	uint64_t base; /* of the head; nodes are 4 KiB apart */
	uint64_t seen[32];
	size_t count;
	enum dm_error_code fail; /* at the second node, if not 0 */
	struct incomplete incomplete;
};

static struct dm_error *see(void *arg, uint64_t node)
{
	struct test *t = arg;

	CU_ASSERT_FATAL(t->count < 32);
	t->seen[t->count++] = (node - t->base) / 4096;
	if (t->fail && t->count == 2)
		return dm_error_create(t->fail, "the second one");
	return NULL;
}

static uint64_t at(const struct test *t, unsigned int n)
{
	return t->base + 4096 * (uint64_t)n;
}

static void link(struct test *t, unsigned int from, unsigned int to)
{
	fake_kernel_write_u64(t->fake, at(t, from), at(t, to));
	fake_kernel_write_u64(t->fake, at(t, to) + 8, at(t, from));
}

/* Nodes 1 to @count behind head 0. */
static void start(struct test *t, unsigned int count)
{
	unsigned int i;

	*t = (struct test){ 0 };
	t->fake = fake_kernel_create(12, 48);
	t->base = fake_kernel_data(t->fake);
	for (i = 0; i < count; i++)
		link(t, i, i + 1);
	link(t, count, 0);
}

static struct dm_error *walk(struct test *t, size_t max)
{
	struct dm_kernel kernel;
	struct dm_error *err;
	struct kva *kva;

	t->count = 0;
	t->incomplete.times = 0;
	suite_no_error(dm_kernel_init(&kernel, &t->fake->source));
	suite_no_error(dm_kva_create(&t->fake->source, &kernel, &kva));
	err = dm_list_each(kva, t->base, max, see, t, &t->incomplete);
	dm_kva_destroy(kva);
	return err;
}

/* @nodes: their numbers in the order of the walk, a digit each. */
static void expect(struct test *t, const char *nodes, const char *why)
{
	size_t i;

	suite_no_error(walk(t, 9));
	CU_ASSERT_EQUAL(t->count, strlen(nodes));
	for (i = 0; i < t->count && nodes[i]; i++)
		CU_ASSERT_EQUAL(t->seen[i], (uint64_t)(nodes[i] - '0'));
	CU_ASSERT_EQUAL(t->incomplete.times != 0, why != NULL);
	if (why && !strstr(t->incomplete.why, why))
		fprintf(stderr, "    unexpected: %s\n", t->incomplete.why);
	CU_ASSERT(!why || strstr(t->incomplete.why, why));
}

static void test_whole(void)
{
	struct test t;

	start(&t, 0);
	expect(&t, "", NULL);
	fake_kernel_destroy(t.fake);
	start(&t, 5);
	expect(&t, "12345", NULL);
	fake_kernel_destroy(t.fake);
	start(&t, 9);
	expect(&t, "123456789", NULL);
	fake_kernel_destroy(t.fake);
}

/* KASAN's tags are no difference. */
static void test_tagged(void)
{
	struct test t;

	start(&t, 2);
	fake_kernel_write_u64(t.fake, at(&t, 0),
			      at(&t, 1) & ~(UINT64_C(3) << 56));
	fake_kernel_write_u64(t.fake, at(&t, 2) + 8,
			      at(&t, 1) & ~(UINT64_C(9) << 56));
	expect(&t, "12", NULL);
	fake_kernel_destroy(t.fake);
}

/* From both ends to the break, no node twice. */
static void test_missing(void)
{
	struct test t;

	start(&t, 6);
	fake_kernel_drop(t.fake, at(&t, 3));
	expect(&t, "12654", "not in the dump");
	fake_kernel_drop(t.fake, at(&t, 5));
	expect(&t, "126", "not in the dump");
	fake_kernel_drop(t.fake, at(&t, 0));
	expect(&t, "", "not in the dump");
	fake_kernel_destroy(t.fake);
}

static void test_bad_links(void)
{
	struct test t;

	start(&t, 5);
	fake_kernel_write_u64(t.fake, at(&t, 2), 0);
	expect(&t, "12543", "");
	fake_kernel_write_u64(t.fake, at(&t, 2), at(&t, 3) + 4);
	expect(&t, "12543", "not aligned");
	fake_kernel_write_u64(t.fake, at(&t, 2), 0xdead000000000100);
	expect(&t, "12543", "");
	fake_kernel_write_u64(t.fake, at(&t, 2), 0x1000);
	expect(&t, "12543", "");
	fake_kernel_destroy(t.fake);
}

static void test_loops(void)
{
	struct test t;

	start(&t, 5);
	fake_kernel_write_u64(t.fake, at(&t, 3), at(&t, 2)); /* back */
	expect(&t, "12354", "points back");
	fake_kernel_write_u64(t.fake, at(&t, 3), at(&t, 3)); /* to itself */
	expect(&t, "12354", "points back");
	fake_kernel_write_u64(t.fake, at(&t, 5) + 8, at(&t, 5));
	expect(&t, "1235", "points back");
	fake_kernel_destroy(t.fake);
	/* A ring that the head is not part of, sound in itself. */
	start(&t, 0);
	link(&t, 1, 2);
	link(&t, 2, 1);
	fake_kernel_write_u64(t.fake, at(&t, 0), at(&t, 1));
	expect(&t, "", "points back");
	fake_kernel_destroy(t.fake);
}

/* list_add_tail_rcu() was half-way: the head does not know the last one. */
static void test_half_added(void)
{
	struct test t;

	start(&t, 3);
	fake_kernel_write_u64(t.fake, at(&t, 0) + 8, at(&t, 2));
	expect(&t, "123", "points back");
	fake_kernel_destroy(t.fake);
}

static void test_max(void)
{
	struct test t;

	start(&t, 5);
	suite_no_error(walk(&t, 4));
	CU_ASSERT_EQUAL(t.count, 4);
	CU_ASSERT_EQUAL(t.incomplete.times, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.incomplete.why, "longer"));
	/* The limit is on both ends together. */
	fake_kernel_write_u64(t.fake, at(&t, 2), 0);
	suite_no_error(walk(&t, 3));
	CU_ASSERT_EQUAL(t.count, 3);
	fake_kernel_destroy(t.fake);
}

static void test_errors_of_fn(void)
{
	struct test t;

	start(&t, 3);
	t.fail = DM_ERROR_BROKEN;
	expect(&t, "123", "the second one");
	t.fail = DM_ERROR_NO_MEMORY;
	suite_error(walk(&t, 9), DM_ERROR_NO_MEMORY, "the second one");
	CU_ASSERT_EQUAL(t.count, 2);
	fake_kernel_destroy(t.fake);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "whole", test_whole },
		{ "tagged pointers", test_tagged },
		{ "missing pages", test_missing },
		{ "bad links", test_bad_links },
		{ "loops", test_loops },
		{ "half added", test_half_added },
		{ "longer than allowed", test_max },
		{ "errors of the callback", test_errors_of_fn },
		CU_TEST_INFO_NULL,
	};

	return suite_run("list_each", tests);
}
