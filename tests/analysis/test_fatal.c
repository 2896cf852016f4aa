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

/* Each question answers with the error, or says no. */
static void expect(struct dm_error *err, bool travels, const bool *answer)
{
	if (travels)
		suite_error(err, failing, "no answer");
	else
		suite_no_error(err);
	CU_ASSERT_FALSE(*answer);
}

static void ask_all(struct dm_target *target, bool travels)
{
	struct page_state page = { .flags = UINT64_MAX, .type = 0xf0000000 };
	bool answer = true, none = false;
	char text[64];

	expect(dm_types_has(dm_target_types(target), "struct page", "flags",
			    &answer),
	       travels, &answer);
	answer = true;
	expect(dm_page_has_flag(target, &page, "PG_locked", &answer), travels,
	       &answer);
	answer = true;
	expect(dm_target_has_symbol(target, "_text", &answer), travels,
	       &answer);
	answer = true;
	expect(dm_target_knows_variables(target, &answer), travels, &answer);
	answer = true;
	expect(dm_target_in_image(target, 0, &answer), travels, &answer);
	expect(dm_target_describe(target, 0, text, sizeof(text)), travels,
	       &none);
	CU_ASSERT_STRING_EQUAL(text, "");
	expect(dm_page_flags_text(target, &page, text, sizeof(text)), travels,
	       &none);
	expect(dm_page_type_text(target, &page, text, sizeof(text)), travels,
	       &none);
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
	const char *why;
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct dm_target *target = begin(codes[i].code);

		/* Types first: they are got ready by symbols, which fail. */
		failing = DM_ERROR_NOT_FOUND;
		suite_no_error(dm_target_types_why(target, &why));
		CU_ASSERT_PTR_NULL(why);
		failing = codes[i].code;
		ask_all(target, codes[i].travels);
		fake_target_destroy(t);
	}
}

/* What ended getting the types ready ends each question until it is mended. */
static void test_next_question(void)
{
	struct dm_target *target = begin(DM_ERROR_INTERRUPTED);
	uint64_t size;
	bool has;

	suite_error(dm_types_size(dm_target_types(target), "int", &size),
		    DM_ERROR_INTERRUPTED, "no answer");
	suite_error(dm_target_has_symbol(target, "_text", &has),
		    DM_ERROR_INTERRUPTED, "no answer");
	failing = DM_ERROR_NOT_FOUND;
	suite_no_error(dm_target_has_symbol(target, "_text", &has));
	CU_ASSERT_FALSE(has);
	suite_no_error(dm_types_has(dm_target_types(target), "struct page",
				    "flags", &has));
	CU_ASSERT_FALSE(has);
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
