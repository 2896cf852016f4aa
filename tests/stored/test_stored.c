// SPDX-License-Identifier: GPL-2.0-or-later
/* Stored reports, of files and of pipes, good and bad. */
#include <stdlib.h>
#include <unistd.h>

#include "stored/fields.h"
#include "stored/stored.h"
#include "suite.h"

#define ONE "{\"schema\":\"directmap/1\",\"dump\":{\"path\":\"one\"}}"
#define TWO "{\"schema\":\"directmap/1\",\n \"dump\":{\"path\":\"two\"}}"

/* The names of what came, with a blank behind each. */
static char names[256];

static struct dm_error *note(void *arg, json_t *report, const char *name)
{
	(void)arg;
	CU_ASSERT_TRUE(json_is_object(report));
	strcat(names, name);
	strcat(names, " ");
	return NULL;
}

static struct dm_error *read_path(const char *path)
{
	struct cli_options options = { .color = CLI_COLOR_NEVER };

	*names = '\0';
	return stored_or_dump(path, &options, note, NULL);
}

static struct dm_error *read_file(const char *text)
{
	char path[] = "/tmp/test_stored.XXXXXX";
	int fd = mkstemp(path);
	struct dm_error *err;

	CU_ASSERT_TRUE_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	err = read_path(path);
	unlink(path);
	return err;
}

/* As a shell's <(…) is: what was looked at is gone. */
static struct dm_error *read_pipe(const char *text)
{
	struct dm_error *err;
	char path[32];
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	CU_ASSERT_EQUAL(write(ends[1], text, strlen(text)),
			(ssize_t)strlen(text));
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	err = read_path(path);
	close(ends[0]);
	return err;
}

static void test_one_and_many(void)
{
	suite_no_error(read_file(ONE));
	CU_ASSERT_STRING_EQUAL(names, "one ");
	suite_no_error(read_file("\n  " ONE "\n" TWO "\n\n"));
	CU_ASSERT_STRING_EQUAL(names, "one two ");
	/* A line need not end; and objects need no line of their own. */
	suite_no_error(read_file(ONE TWO));
	CU_ASSERT_STRING_EQUAL(names, "one two ");
}

static void test_pipe(void)
{
	suite_no_error(read_pipe(ONE "\n" TWO "\n"));
	CU_ASSERT_STRING_EQUAL(names, "one two ");
	suite_error(read_pipe(""), DM_ERROR_BAD_DUMP, "empty");
	suite_error(read_pipe("KDUMP   "), DM_ERROR_BAD_DUMP, "no JSON");
}

static void test_bad(void)
{
	static char deep[16384];

	suite_error(read_file("{\"schema\":\"directmap/2\"}"),
		    DM_ERROR_BAD_DUMP, "no report of schema");
	suite_error(read_file("{\"schema\":7}"), DM_ERROR_BAD_DUMP,
		    "no report of schema");
	/* What came before it counts; it says where the rest is bad. */
	suite_error(read_file(ONE "\n{\"schema\":"), DM_ERROR_BAD_DUMP,
		    "no JSON at byte");
	CU_ASSERT_STRING_EQUAL(names, "one ");
	suite_error(read_file("{\"schema\":\"directmap/1\",\"a\":1,\"a\":2}"),
		    DM_ERROR_BAD_DUMP, "duplicate");
	suite_error(read_file("{\"a\":\"x\\u0000y\"}"), DM_ERROR_BAD_DUMP,
		    "no JSON");
	memset(deep, '{', 1);
	while (strlen(deep) < sizeof(deep) - 8)
		strcat(deep, "\"a\":{");
	suite_error(read_file(deep), DM_ERROR_BAD_DUMP, "depth");
	suite_error(read_path("/nonexistent"), DM_ERROR_OS, "/nonexistent");
}

static void test_fields(void)
{
	json_t *o = json_loads(
		"{\"a\":{\"b\":7,\"t\":true,\"h\":\"0xfff0\",\"s\":\"x\"},"
		"\"neg\":-1,\"real\":1.5,\"bad\":\"0x\",\"long\":\"0x11112222333344445\","
		"\"upper\":\"0xF\",\"u\":{\"pte\":1,\"cont_pte\":2,\"pmd\":3,\"cont_pmd\":4},"
		"\"big\":{\"pte\":9223372036854775807,\"cont_pte\":9223372036854775807,"
		"\"pmd\":9223372036854775807,\"cont_pmd\":0,\"pud\":0}}",
		0, NULL);
	uint64_t n, leaves[DM_LEAF_MAX];

	CU_ASSERT_PTR_NOT_NULL_FATAL(o);
	CU_ASSERT_TRUE(field_number(o, "a.b", &n));
	CU_ASSERT_EQUAL(n, 7);
	CU_ASSERT_FALSE(field_number(o, "a.b.c", &n));
	CU_ASSERT_FALSE(field_number(o, "a.x", &n));
	CU_ASSERT_FALSE(field_number(o, "neg", &n));
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_FALSE(field_number(o, "real", &n));
	CU_ASSERT_EQUAL(field_bool(o, "a.t"), DM_YES);
	CU_ASSERT_EQUAL(field_bool(o, "a.b"), DM_UNKNOWN);
	CU_ASSERT_TRUE(field_hex(o, "a.h", &n));
	CU_ASSERT_EQUAL(n, 0xfff0);
	CU_ASSERT_FALSE(field_hex(o, "bad", &n));
	CU_ASSERT_FALSE(field_hex(o, "long", &n));
	CU_ASSERT_FALSE(field_hex(o, "upper", &n));
	CU_ASSERT_STRING_EQUAL(field_text(o, "a.s"), "x");
	CU_ASSERT_STRING_EQUAL(field_text(o, "a.b"), "");
	CU_ASSERT_FALSE(field_leaves(o, "u", leaves));
	CU_ASSERT_EQUAL(leaves_total(leaves), 10);
	/* No sum comes round. */
	CU_ASSERT_TRUE(field_leaves(o, "big", leaves));
	CU_ASSERT_EQUAL(leaves_total(leaves), UINT64_MAX);
	json_decref(o);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "one object, or many", test_one_and_many },
		{ "a pipe", test_pipe },
		{ "bad files", test_bad },
		{ "fields of any type", test_fields },
		CU_TEST_INFO_NULL,
	};

	return suite_run("stored reports", tests);
}
