// SPDX-License-Identifier: GPL-2.0-or-later
/* What others keep with a target: one object of a kind, ended with it. */
#include "fake/fake_target.h"
#include "suite.h"

struct counted {
	int value;
	uint64_t more[40];
};

static int ended, last;

static void end_counted(void *object)
{
	ended++;
	last = ((struct counted *)object)->value;
}

static const struct target_kind counted_kind = { sizeof(struct counted),
						 end_counted };
static const struct target_kind other_kind = { sizeof(struct counted), NULL };

static struct counted *get(struct dm_target *target,
			   const struct target_kind *kind)
{
	void *object = NULL;

	suite_no_error(dm_target_keep(target, kind, &object));
	CU_ASSERT_PTR_NOT_NULL_FATAL(object);
	return object;
}

static void test_keep(void)
{
	struct fake_target *t = fake_target_create(12, 48);
	struct dm_target *target = fake_target_fresh(t);
	struct counted *one = get(target, &counted_kind);
	struct counted *other = get(target, &other_kind);

	CU_ASSERT_EQUAL(one->value, 0);
	CU_ASSERT_EQUAL(one->more[39], 0);
	one->value = 7;
	other->value = 8;
	CU_ASSERT_PTR_EQUAL(get(target, &counted_kind), one);
	CU_ASSERT_PTR_EQUAL(get(target, &other_kind), other);
	CU_ASSERT_EQUAL(ended, 0);
	/* Another target has its own. */
	target = fake_target_fresh(t);
	CU_ASSERT_EQUAL(ended, 1);
	CU_ASSERT_EQUAL(last, 7);
	CU_ASSERT_EQUAL(get(target, &counted_kind)->value, 0);
	fake_target_destroy(t);
	CU_ASSERT_EQUAL(ended, 2);
	CU_ASSERT_EQUAL(last, 0);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "one of a kind", test_keep },
		CU_TEST_INFO_NULL,
	};

	return suite_run("keep", tests);
}
