// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables asked one after the other: who answers, and which error comes back. */
#include "suite.h"

#include "target/types.h"

/* A table that knows one name; @code is its answer to all others. */
struct fake {
	struct dm_type_table table;
	const char *knows;
	enum dm_error_code code;
	unsigned int number; /* what it answers, and tells it apart */
	int *destroyed; /* becomes 10 * itself + number */
};

static struct dm_error *reply(const struct fake *f, const char *name)
{
	if (!strcmp(f->knows, name))
		return NULL;
	return dm_error_create(f->code, "%u does not know %s", f->number, name);
}

static struct dm_error *fake_size(struct dm_type_table *table, const char *type,
				  uint64_t *size)
{
	struct fake *f = (struct fake *)table;

	*size = f->number;
	return reply(f, type);
}

static struct dm_error *fake_member(struct dm_type_table *table,
				    const char *type, const char *path,
				    struct dm_member *m)
{
	struct fake *f = (struct fake *)table;

	*m = (struct dm_member){ .offset = f->number, .size = 8 };
	if (!strcmp(path, "bits"))
		m->bit_size = 3;
	else if (strcmp(path, "member"))
		return dm_error_create(DM_ERROR_NOT_FOUND, "no %s", path);
	return reply(f, type);
}

static struct dm_error *fake_enumerator(struct dm_type_table *table,
					const char *name, int64_t *value)
{
	struct fake *f = (struct fake *)table;

	*value = -(int64_t)f->number;
	return reply(f, name);
}

static struct dm_error *fake_enumerator_name(struct dm_type_table *table,
					     const char *type, int64_t value,
					     char *name, size_t size)
{
	struct fake *f = (struct fake *)table;

	snprintf(name, size, "%u is %lld", f->number, (long long)value);
	return reply(f, type);
}

static void fake_destroy(struct dm_type_table *table)
{
	struct fake *f = (struct fake *)table;

	*f->destroyed = *f->destroyed * 10 + (int)f->number;
}

static const struct dm_type_table_ops fake_ops = {
	.name = "fake",
	.size = fake_size,
	.member = fake_member,
	.enumerator = fake_enumerator,
	.enumerator_name = fake_enumerator_name,
	.destroy = fake_destroy,
};

static int destroyed;
static struct fake first = {
	{ &fake_ops }, "a", DM_ERROR_NOT_FOUND, 1, &destroyed
};
static struct fake second = {
	{ &fake_ops }, "b", DM_ERROR_BAD_DUMP, 2, &destroyed
};
static struct fake third = {
	{ &fake_ops }, "c", DM_ERROR_NOT_FOUND, 3, &destroyed
};

static struct types *make(void)
{
	struct types *types = NULL;

	suite_no_error(dm_types_create(&types));
	CU_ASSERT_PTR_NOT_NULL_FATAL(types);
	suite_no_error(dm_types_add(types, &first.table));
	suite_no_error(dm_types_add(types, &second.table));
	suite_no_error(dm_types_add(types, &third.table));
	return types;
}

static void test_order(void)
{
	struct types *types = make();
	struct dm_member m;
	char name[16];
	uint64_t size;
	int64_t value;

	suite_no_error(dm_types_size(types, "a", &size));
	CU_ASSERT_EQUAL(size, 1);
	suite_no_error(dm_types_size(types, "b", &size));
	CU_ASSERT_EQUAL(size, 2);
	suite_no_error(dm_types_member(types, "b", "member", &m));
	CU_ASSERT_EQUAL(m.offset, 2);
	suite_no_error(dm_types_enumerator(types, "b", &value));
	CU_ASSERT_EQUAL(value, -2);
	suite_no_error(
		dm_types_enumerator_name(types, "b", -7, name, sizeof(name)));
	CU_ASSERT_STRING_EQUAL(name, "2 is -7");
	destroyed = 0;
	dm_types_destroy(types);
	CU_ASSERT_EQUAL(destroyed, 321);
	dm_types_destroy(NULL);
}

static void test_errors(void)
{
	struct types *types = make();
	uint64_t size;

	/* What is not "not found" is the answer: the third is not asked. */
	suite_error(dm_types_size(types, "c", &size), DM_ERROR_BAD_DUMP,
		    "2 does not know c");
	second.code = DM_ERROR_NOT_FOUND;
	suite_no_error(dm_types_size(types, "c", &size));
	CU_ASSERT_EQUAL(size, 3);
	suite_error(dm_types_size(types, "d", &size), DM_ERROR_NOT_FOUND,
		    "1 does not know d");
	second.code = DM_ERROR_BAD_DUMP;
	dm_types_destroy(types);
	suite_no_error(dm_types_create(&types));
	suite_error(dm_types_size(types, "a", &size), DM_ERROR_NOT_FOUND,
		    "nothing is known");
	dm_types_destroy(types);
}

static bool has(struct types *types, const char *type, const char *path)
{
	bool yes = true;

	suite_no_error(dm_types_has(types, type, path, &yes));
	return yes;
}

static void test_shorthands(void)
{
	struct types *types = make();
	uint64_t offset = 0;

	suite_no_error(dm_types_offset(types, "a", "member", &offset));
	CU_ASSERT_EQUAL(offset, 1);
	suite_error(dm_types_offset(types, "a", "bits", &offset),
		    DM_ERROR_UNSUPPORTED, "a, member bits");
	suite_error(dm_types_offset(types, "a", "x", &offset),
		    DM_ERROR_NOT_FOUND, "no x");
	CU_ASSERT_TRUE(has(types, "a", "member"));
	CU_ASSERT_TRUE(has(types, "a", "bits"));
	CU_ASSERT_FALSE(has(types, "a", "x"));
	CU_ASSERT_FALSE(has(types, "c", "member"));
	dm_types_destroy(types);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "in order", test_order },
		{ "errors", test_errors },
		{ "shorthands", test_shorthands },
		CU_TEST_INFO_NULL,
	};

	return suite_run("types", tests);
}
