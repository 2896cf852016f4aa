// SPDX-License-Identifier: GPL-2.0-or-later
/* What could not be looked up: as a list, and as a line. */
#include "suite.h"
#include "util/error.h"
#include "util/missing.h"

static struct dm_missing *missing;

static void begin(void)
{
	dm_missing_destroy(missing);
	missing = NULL;
}

static void check(size_t i, const char *what, const char *why,
		  enum dm_error_code code)
{
	CU_ASSERT_FATAL(i < dm_missing_count(missing));
	if (what) {
		CU_ASSERT_STRING_EQUAL(dm_missing_what(missing, i), what);
	} else {
		CU_ASSERT_PTR_NULL(dm_missing_what(missing, i));
	}
	CU_ASSERT_STRING_EQUAL(dm_missing_why(missing, i), why);
	CU_ASSERT_EQUAL(dm_missing_code(missing, i), code);
}

static void note(enum dm_error_code code, const char *message)
{
	suite_no_error(dm_missing_note(&missing,
				       dm_error_create(code, "%s", message)));
}

static void test_none(void)
{
	begin();
	CU_ASSERT_EQUAL(dm_missing_count(NULL), 0);
	CU_ASSERT_STRING_EQUAL(dm_missing_text(NULL), "");
	suite_no_error(dm_missing_note(&missing, NULL));
	suite_no_error(dm_missing_merge(&missing, NULL));
	CU_ASSERT_PTR_NULL(missing);
	suite_error(dm_missing_note(&missing,
				    dm_error_create(DM_ERROR_OS, "a call")),
		    DM_ERROR_OS, "a call");
	CU_ASSERT_PTR_NULL(missing);
}

/* Each is an item; the line has a reason once, and memory by what it is. */
static void test_items(void)
{
	begin();
	note(DM_ERROR_ABSENT, "vmalloc areas: page 0x1000 is not in the dump");
	note(DM_ERROR_BROKEN, "BPF: page 0x2000 cannot be read");
	note(DM_ERROR_NOT_FOUND, "memblock: no symbol memblock");
	note(DM_ERROR_NOT_FOUND, "memblock: no symbol memblock");
	note(DM_ERROR_BAD_DUMP, "no colon here");
	CU_ASSERT_EQUAL(dm_missing_count(missing), 4);
	check(0, "vmalloc areas", "memory that is not in the dump",
	      DM_ERROR_ABSENT);
	check(1, "BPF", "memory that is not in the dump", DM_ERROR_BROKEN);
	check(2, "memblock", "no symbol memblock", DM_ERROR_NOT_FOUND);
	check(3, NULL, "no colon here", DM_ERROR_BAD_DUMP);
	CU_ASSERT_STRING_EQUAL(
		dm_missing_text(missing),
		"vmalloc areas: memory that is not in the dump; memblock: no symbol memblock; no colon here");
}

static void test_what(void)
{
	begin();
	suite_no_error(dm_missing_note_of(&missing, "zones",
					  dm_error_create(DM_ERROR_NOT_FOUND,
							  "types: none")));
	suite_no_error(
		dm_missing_add(&missing, NULL, "a reason", DM_ERROR_BROKEN));
	check(0, "zones", "types: none", DM_ERROR_NOT_FOUND);
	check(1, NULL, "a reason", DM_ERROR_BROKEN);
	CU_ASSERT_STRING_EQUAL(dm_missing_text(missing),
			       "zones: types: none; a reason");
}

static void test_merge(void)
{
	struct dm_missing *other = NULL;

	begin();
	suite_no_error(dm_missing_add(&other, "a", "one", DM_ERROR_ABSENT));
	suite_no_error(dm_missing_add(&other, "b", "two", DM_ERROR_ABSENT));
	suite_no_error(dm_missing_add(&missing, "a", "one", DM_ERROR_ABSENT));
	suite_no_error(dm_missing_merge(&missing, other));
	suite_no_error(dm_missing_merge(&missing, other));
	dm_missing_destroy(other);
	CU_ASSERT_EQUAL(dm_missing_count(missing), 2);
	check(1, "b", "two", DM_ERROR_ABSENT);
	CU_ASSERT_STRING_EQUAL(dm_missing_text(missing),
			       "a: one; a: one; b: two");
}

/* A damaged dump has no end of reasons. */
static void test_many(void)
{
	char why[32];
	size_t i;

	begin();
	for (i = 0; i < 100000; i++) {
		snprintf(why, sizeof(why), "reason %zu", i);
		suite_no_error(dm_missing_add(&missing, NULL, why,
					      DM_ERROR_NOT_FOUND));
	}
	CU_ASSERT_EQUAL(dm_missing_count(missing), 64);
	check(62, NULL, "reason 62", DM_ERROR_NOT_FOUND);
	check(63, NULL, "there is more, which is left out", DM_ERROR_NOT_FOUND);
	CU_ASSERT(strlen(dm_missing_text(missing)) < DM_ERROR_MESSAGE_MAX);
	begin();
}

/* One name each, which JSON has. */
static void test_codes(void)
{
	enum dm_error_code a, b;

	for (a = DM_ERROR_NO_MEMORY; a <= DM_ERROR_NOT_FOUND; a++) {
		CU_ASSERT_STRING_NOT_EQUAL(dm_error_code_name(a), "unknown");
		for (b = DM_ERROR_NO_MEMORY; b < a; b++)
			CU_ASSERT_STRING_NOT_EQUAL(dm_error_code_name(a),
						   dm_error_code_name(b));
	}
	CU_ASSERT_STRING_EQUAL(dm_error_code_name(a), "unknown");
	CU_ASSERT_STRING_EQUAL(dm_error_code_name(DM_ERROR_ABSENT), "absent");
}

static struct dm_error *make(enum dm_error_code code)
{
	return dm_error_create(code, "error %d", code);
}

/* What ends the job, and what can do without an answer. */
static void test_fatal(void)
{
	static const enum dm_error_code fatal[] = {
		DM_ERROR_NO_MEMORY,
		DM_ERROR_OS,
		DM_ERROR_INTERRUPTED,
		DM_ERROR_OUTPUT,
	};
	struct dm_error *err;
	size_t i;

	CU_ASSERT_FALSE(dm_error_is_fatal(NULL));
	CU_ASSERT_PTR_NULL(dm_error_forgive(NULL));
	for (i = 0; i < 4; i++)
		suite_error(dm_error_forgive(make(fatal[i])), fatal[i],
			    "error");
	suite_no_error(dm_error_forgive(make(DM_ERROR_UNSUPPORTED)));
	suite_no_error(dm_error_either(make(DM_ERROR_NOT_FOUND), NULL));
	suite_error(dm_error_either(make(DM_ERROR_NOT_FOUND),
				    make(DM_ERROR_BROKEN)),
		    DM_ERROR_NOT_FOUND, "error");
	suite_error(dm_error_either(make(DM_ERROR_NOT_FOUND),
				    make(DM_ERROR_INTERRUPTED)),
		    DM_ERROR_INTERRUPTED, "error");
	err = make(DM_ERROR_BROKEN);
	CU_ASSERT_TRUE(dm_error_is_unread(err));
	dm_error_destroy(err);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "nothing", test_none },
		{ "items", test_items },
		{ "what was looked up", test_what },
		{ "two lists", test_merge },
		{ "very many", test_many },
		{ "names of codes", test_codes },
		{ "errors that end the job", test_fatal },
		CU_TEST_INFO_NULL,
	};

	return suite_run("missing", tests);
}
