// SPDX-License-Identifier: GPL-2.0-or-later
/* Errors that end the job end it, also where a question has yes or no only. */
#include "analysis/counters.h"
#include "analysis/policy.h"
#include "target/target.h"
#include "util/error.h"
#include "fake/fake_owned.h"
#include "analysis/owners.h"
#include "kernel/page.h"
#include "suite.h"

static enum dm_error_code failing;

static struct dm_error *find(struct dm_symbol_table *table, const char *name,
			     uint64_t *va)
{
	(void)table;
	(void)name;
	*va = 0;
	return dm_error_create(failing, "no answer");
}

static struct dm_error *member(struct dm_type_table *table, const char *type,
			       const char *path, struct dm_member *ret)
{
	(void)table;
	(void)type;
	(void)path;
	(void)ret;
	return dm_error_create(failing, "no answer");
}

static struct dm_error *enumerator(struct dm_type_table *table,
				   const char *name, int64_t *value)
{
	(void)table;
	(void)name;
	*value = 0;
	return dm_error_create(failing, "no answer");
}

static void nothing_symbols(struct dm_symbol_table *table)
{
	(void)table;
}

static void nothing_types(struct dm_type_table *table)
{
	(void)table;
}

static const struct dm_symbol_table_ops symbol_ops = {
	.name = "failing",
	.find = find,
	.destroy = nothing_symbols,
};
static const struct dm_type_table_ops type_ops = {
	.name = "failing",
	.member = member,
	.enumerator = enumerator,
	.destroy = nothing_types,
};

static struct dm_symbol_table symbols = { .ops = &symbol_ops };
static struct dm_type_table types = { .ops = &type_ops };
static struct fake_target *t;

static struct dm_target *begin(enum dm_error_code code)
{
	struct dm_target *target;

	failing = code;
	t = fake_target_create(12, 48);
	target = fake_target_fresh(t);
	suite_no_error(dm_target_add_symbols(target, &symbols, true));
	suite_no_error(dm_target_add_types(target, &types));
	return target;
}

static void expect(struct dm_target *target, bool travels)
{
	struct dm_error *err = dm_target_fatal(target);

	if (travels)
		suite_error(err, failing, "no answer");
	else
		suite_no_error(err);
	/* Once. */
	suite_no_error(dm_target_fatal(target));
}

static void test_answers(void)
{
	static const struct {
		enum dm_error_code code;
		bool travels;
	} codes[] = {
		{ DM_ERROR_INTERRUPTED, true }, { DM_ERROR_NO_MEMORY, true },
		{ DM_ERROR_OS, true },		{ DM_ERROR_OUTPUT, true },
		{ DM_ERROR_NOT_FOUND, false },	{ DM_ERROR_ABSENT, false },
		{ DM_ERROR_BROKEN, false },	{ DM_ERROR_BAD_DUMP, false },
	};
	struct page_state page = { 0 };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct dm_target *target = begin(codes[i].code);

		/* Types first: they are got ready by symbols, which fail. */
		failing = DM_ERROR_NOT_FOUND;
		dm_target_types(target);
		failing = codes[i].code;
		CU_ASSERT_FALSE(dm_types_has(dm_target_types(target),
					     "struct page", "flags"));
		expect(target, codes[i].travels);
		CU_ASSERT_FALSE(dm_page_has_flag(target, &page, "PG_locked"));
		expect(target, codes[i].travels);
		CU_ASSERT_FALSE(dm_target_has_symbol(target, "_text"));
		expect(target, codes[i].travels);
		fake_target_destroy(t);
	}
}

/* The next question for a symbol gives what the one before could not. */
static void test_next_question(void)
{
	struct dm_target *target = begin(DM_ERROR_INTERRUPTED);
	uint64_t va;

	CU_ASSERT_FALSE(dm_target_has_symbol(target, "_text"));
	failing = DM_ERROR_NOT_FOUND;
	suite_error(dm_target_symbol(target, "_text", &va),
		    DM_ERROR_INTERRUPTED, "no answer");
	suite_error(dm_target_symbol(target, "_text", &va), DM_ERROR_NOT_FOUND,
		    "_text");
	fake_target_destroy(t);
}

static void test_views(void)
{
	struct dm_target *target = begin(DM_ERROR_INTERRUPTED);
	struct dm_counters counters;
	struct dm_policy policy;
	static struct dm_usage usage;
	struct owners *owners;

	suite_error(dm_counters_init(&counters, target, &usage),
		    DM_ERROR_INTERRUPTED, "no answer");
	suite_error(dm_policy_init(&policy, target, &usage),
		    DM_ERROR_INTERRUPTED, "no answer");
	suite_error(dm_owners_create(target, &owners), DM_ERROR_INTERRUPTED,
		    "no answer");
	fake_target_destroy(t);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "yes or no", test_answers },
		{ "the next question", test_next_question },
		{ "views", test_views },
		CU_TEST_INFO_NULL,
	};

	return suite_run("fatal", tests);
}
