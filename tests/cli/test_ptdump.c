// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ptdump against what the dump's own kernel printed of all of its page tables,
 * NAME.space beside the bundled dump (test-dumps/README.md), line for line. That
 * kernel was asked for two markers; where ours has more, a line of its is several.
 */
#include <glob.h>
#include <jansson.h>
#include <stdlib.h>

#include "run.h"
#include "suite.h"

#define MINIMUM_OF_DUMPS 2

struct line {
	uint64_t start, end;
	const char *rest; /* level and attributes */
	size_t size; /* without blanks at the end */
};

/* What stands at @text; moves it to the next. False: no line of addresses. */
static bool take_line(const char **text, struct line *line)
{
	size_t size = strcspn(*text, "\n");
	int n = 0;

	*line = (struct line){ 0 };
	if (sscanf(*text, "0x%lx-0x%lx %*s %n", &line->start, &line->end, &n) ==
		    2 &&
	    n) {
		line->rest = *text + n;
		line->size = size - (size_t)n;
		while (line->size && line->rest[line->size - 1] == ' ')
			line->size--;
	}
	*text += size + !!(*text)[size];
	return line->rest;
}

static bool is_alike(const struct line *a, const struct line *b)
{
	return a->size == b->size && !memcmp(a->rest, b->rest, a->size);
}

static void complain(const char *name, const struct line *l)
{
	fprintf(stderr, "    %s: 0x%lx-0x%lx %.*s differs\n", name, l->start,
		l->end, (int)l->size, l->rest);
}

/* Lines of ours that are one of the kernel's; markers between them are passed. */
static bool has_line(const char **ours, const struct line *its)
{
	uint64_t va = its->start;
	struct line line;

	do {
		while (**ours && !take_line(ours, &line))
			;
		if (!line.rest || line.start != va || !is_alike(&line, its))
			return false;
		va = line.end;
	} while (va != its->end);
	return true;
}

/* How many lines the kernel printed. */
static size_t compare(const char *name, const char *its, const char *ours)
{
	size_t count = 0;
	struct line line;

	while (*its) {
		if (!take_line(&its, &line))
			continue;
		count++;
		if (has_line(&ours, &line))
			continue;
		complain(name, &line);
		CU_FAIL("a line differs");
		return count;
	}
	CU_ASSERT_EQUAL(*ours && strstr(ours, "0x") != NULL, false);
	return count;
}

static void check_dump(const char *space)
{
	int base = (int)(strlen(space) - strlen(".space"));
	char arguments[256];
	size_t size;
	char *its = run_read_file(space, &size);
	struct run r;

	CU_ASSERT_PTR_NOT_NULL_FATAL(its);
	snprintf(arguments, sizeof(arguments), "ptdump %.*s.kdump", base,
		 space);
	run_tool(&r, arguments);
	CU_ASSERT_EQUAL(r.code, 0);
	suite_has(r.out, "---[ Linear Mapping start ]---\n0xfff");
	suite_has(r.out, "---[ Linear Mapping end ]---\n---[ Modules start "
			 "]---\n0xffff8");
	suite_has(r.out, "---[ vmalloc() area ]---\n");
	suite_has(r.out, "---[ PCI I/O start ]---\n");
	suite_has(r.out, "---[ Fixmap end ]---\n");
	CU_ASSERT(compare(space, its, r.out) > 200);
	run_deinit(&r);
	free(its);
}

static void test_space(void)
{
	const char *folder = getenv("TEST_DUMPS");
	char pattern[256];
	glob_t found;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/*.space",
		 folder ? folder : "test-dumps");
	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &found), 0);
	CU_ASSERT(found.gl_pathc >= MINIMUM_OF_DUMPS);
	for (i = 0; i < found.gl_pathc; i++)
		check_dump(found.gl_pathv[i]);
	globfree(&found);
}

/* The same lines as JSON, each an object with what the text has. */
static void test_json(void)
{
	size_t lines = 0, markers = 0;
	struct run text, json;
	const char *at;

	run_tool(&text, "ptdump $D/73-4k-counters.kdump");
	run_tool(&json, "ptdump --json $D/73-4k-counters.kdump");
	for (at = json.out; *at; at = strchr(at, '\n') + 1) {
		json_t *o = json_loads(at, JSON_DISABLE_EOF_CHECK, NULL);
		char expected[64];

		CU_ASSERT_PTR_NOT_NULL_FATAL(o);
		if (json_object_get(o, "marker")) {
			markers++;
			snprintf(expected, sizeof(expected), "---[ %s ]---",
				 json_string_value(
					 json_object_get(o, "marker")));
		} else {
			lines++;
			snprintf(
				expected, sizeof(expected), "%s-",
				json_string_value(json_object_get(o, "start")));
			CU_ASSERT_PTR_NOT_NULL(json_object_get(o, "state"));
		}
		suite_has(text.out, expected);
		json_decref(o);
	}
	CU_ASSERT_EQUAL(markers, 12);
	CU_ASSERT(lines > 200);
	run_deinit(&text);
	run_deinit(&json);
}

static void test_range(void)
{
	struct run r;

	run_tool(&r, "ptdump --range fff0000000200000-fff0000000200001 "
		     "$D/73-4k-all.kdump");
	CU_ASSERT_EQUAL(r.code, 0);
	CU_ASSERT_EQUAL(strncmp(r.out, "0xfff0000000200000-", 19), 0);
	CU_ASSERT_PTR_EQUAL(strchr(r.out, '\n'), r.out + strlen(r.out) - 1);
	run_deinit(&r);
	run_tool(&r, "ptdump --range 1000-2000 $D/73-4k-all.kdump");
	CU_ASSERT_EQUAL(r.code, 2);
	suite_has(r.err, "outside the kernel's space");
	run_deinit(&r);
}

/* Of an extract of the linear map alone, all else is unknown, and said to be. */
static void test_partial(void)
{
	struct run r;

	run_tool(&r, "ptdump $D/73-4k-nobbml.kdump");
	CU_ASSERT_EQUAL(r.code, 4);
	suite_has(r.out,
		  "unknown: the table at 0x42dca000 is not in the dump\n");
	suite_has(r.err, "partial result: of 2097152 MiB of addresses");
	run_deinit(&r);
	run_tool(&r, "ptdump --json $D/73-4k-nobbml.kdump");
	CU_ASSERT_EQUAL(r.code, 4);
	suite_has(r.out, "\"state\":\"unknown\",\"why\":\"unread\"");
	run_deinit(&r);
}

static CU_TestInfo tests[] = {
	{ "all that the kernel printed", test_space },
	{ "JSON", test_json },
	{ "a range", test_range },
	{ "partial", test_partial },
	CU_TEST_INFO_NULL,
};

int main(void)
{
	return suite_run("ptdump", tests);
}
