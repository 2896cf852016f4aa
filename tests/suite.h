/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One CUnit suite as a program: non-zero exit if any assertion failed. */
#ifndef SUITE_H
#define SUITE_H

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "directmap.h"

static inline int suite_run(const char *name, CU_TestInfo *tests)
{
	CU_SuiteInfo suites[] = {
		{ name, NULL, NULL, NULL, NULL, tests },
		CU_SUITE_INFO_NULL,
	};
	unsigned int bad = 1;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 1;
	if (CU_register_suites(suites) == CUE_SUCCESS) {
		CU_basic_set_mode(CU_BRM_NORMAL);
		if (CU_basic_run_tests() == CUE_SUCCESS)
			bad = CU_get_number_of_failures() +
			      CU_get_number_of_tests_failed();
	}
	CU_cleanup_registry();
	return bad ? 1 : 0;
}

/* Asserts that there is no error, and shows it if there is. */
static inline void suite_no_error(struct dm_error *err)
{
	if (err)
		fprintf(stderr, "    unexpected: %s\n", err->message);
	CU_ASSERT_PTR_NULL(err);
	dm_error_destroy(err);
}

/* Asserts an error of @code whose message has @part in it. */
static inline void suite_error(struct dm_error *err, enum dm_error_code code,
			       const char *part)
{
	CU_ASSERT_PTR_NOT_NULL_FATAL(err);
	if (err->code != code || !strstr(err->message, part))
		fprintf(stderr, "    unexpected: %d %s\n", err->code,
			err->message);
	CU_ASSERT_EQUAL(err->code, code);
	CU_ASSERT_PTR_NOT_NULL(strstr(err->message, part));
	dm_error_destroy(err);
}

/* Asserts that @part is in @text, and shows that if it is not. */
static inline void suite_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fprintf(stderr, "    no \"%s\" in:\n%.4000s\n", part, text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, part));
}

/* Asserts that @part is not in @text, and shows that if it is. */
static inline void suite_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fprintf(stderr, "    \"%s\" in:\n%.4000s\n", part, text);
	CU_ASSERT_PTR_NULL(strstr(text, part));
}

/* A sink that keeps the text, NUL-terminated, cut at its size. */
struct suite_text {
	struct dm_sink sink;
	size_t size;
	char text[65536];
};

static inline bool suite_text_write(struct dm_sink *sink, const char *text,
				    size_t size)
{
	struct suite_text *t = (struct suite_text *)sink;

	if (size > sizeof(t->text) - 1 - t->size)
		return false;
	memcpy(t->text + t->size, text, size);
	t->size += size;
	t->text[t->size] = '\0';
	return true;
}

static inline void suite_text_init(struct suite_text *t)
{
	t->sink.write = suite_text_write;
	t->size = 0;
	t->text[0] = '\0';
}

#endif /* SUITE_H */
