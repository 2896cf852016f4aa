// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every bundled real dump against what its own kernel said: ptdump range for
 * range, and the figures in its truth.json (test-dumps/README.md).
 */
#include <glob.h>
#include <jansson.h>
#include <stdlib.h>

#include "run.h"
#include "suite.h"

#define MINIMUM_OF_DUMPS 10

/* The bundled dumps without their endings: "$D/73-4k-bbml3". */
static glob_t dumps;
static const char *current;

static json_t *load(const char *ending)
{
	char path[256];
	json_t *json;

	snprintf(path, sizeof(path), "%s%s", current, ending);
	json = json_load_file(path, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static void tool(struct run *r, const char *command)
{
	char arguments[256];

	snprintf(arguments, sizeof(arguments), "%s %s.kdump", command, current);
	run_tool(r, arguments);
	if (r->code != 0)
		fprintf(stderr, "    %s: %s", current, r->err);
	CU_ASSERT_EQUAL_FATAL(r->code, 0);
}

static json_t *report(void)
{
	struct run r;
	json_t *json;

	tool(&r, "--json");
	json = json_loads(r.out, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	run_deinit(&r);
	return json;
}

/* All that @truth has, @ours has too and the same. */
static void check_has(json_t *ours, json_t *truth, const char *what)
{
	const char *key;
	json_t *value;

	json_object_foreach(truth, key, value)
	{
		json_t *our = json_object_get(ours, key);

		/* The levels have other names there. */
		if (strcmp(key, "by_level") == 0)
			continue;
		if (json_is_object(value)) {
			check_has(our, value, key);
			continue;
		}
		if (!json_equal(our, value))
			fprintf(stderr, "    %s: %s.%s differs\n", current,
				what, key);
		CU_ASSERT_TRUE(json_equal(our, value));
	}
}

static void check_figures(void)
{
	json_t *truth = load(".truth.json"), *ours = report(), *value;
	json_int_t mapped = 0;
	const char *key;

	CU_ASSERT_PTR_NOT_NULL(json_object_get(truth, "usage"));
	check_has(json_object_get(ours, "usage"),
		  json_object_get(truth, "usage"), "usage");
	check_has(json_object_get(ours, "kernel"),
		  json_object_get(truth, "kernel"), "kernel");
	json_object_foreach(json_object_get(json_object_get(ours, "usage"),
					    "mapped"),
			    key, value) mapped += json_integer_value(value);
	value = json_object_get(truth, "system_ram");
	if (json_is_integer(value))
		CU_ASSERT_EQUAL(mapped, json_integer_value(value));
	json_decref(truth);
	json_decref(ours);
}

static void test_figures(void)
{
	size_t i;

	for (i = 0; i < dumps.gl_pathc; i++) {
		current = dumps.gl_pathv[i];
		check_figures();
	}
}

/* ---- ptdump ------------------------------------------------------------- */

/* The next word of a line of ptdump's, or NULL. */
static char *word(char **line)
{
	char *w = *line + strspn(*line, " -");

	if (!*w)
		return NULL;
	*line = w + strcspn(w, " -");
	/* Memory types have a hyphen of their own. */
	while (**line == '-' && strncmp(w, "0x", 2) != 0)
		*line += 1 + strcspn(*line + 1, " -");
	if (**line)
		*(*line)++ = '\0';
	return w;
}

static const char *level_of(const char *leaf)
{
	if (strcmp(leaf, "pud") == 0)
		return "PUD";
	return strstr(leaf, "pmd") ? "PMD" : "PTE";
}

/* ptdump gives the level of a root table that name, also of three levels. */
static bool is_level(const char *word, const char *level)
{
	return strcmp(word, level) == 0 ||
	       (strcmp(word, "PGD") == 0 && strcmp(level, "PUD") == 0);
}

static bool same(char *line, json_t *run)
{
	json_t *attrs = json_object_get(run, "attrs");
	const char *fields[] = {
		json_string_value(json_object_get(run, "start")),
		json_string_value(json_object_get(run, "end")),
		NULL, /* the size */
		level_of(json_string_value(json_object_get(run, "leaf"))),
	};
	size_t i;
	char *w;

	for (i = 0; i < 4; i++) {
		w = word(&line);
		if (!w || (fields[i] && !is_level(w, fields[i])))
			return false;
	}
	for (i = 0; i < json_array_size(attrs); i++) {
		w = word(&line);
		if (!w ||
		    strcmp(w, json_string_value(json_array_get(attrs, i))))
			return false;
	}
	return !word(&line);
}

static void check_runs(void)
{
	char path[256], *text, *line, *run, *lines, *runs;
	struct run r;
	size_t size, n = 0;
	json_t *json;

	snprintf(path, sizeof(path), "%s.ptdump", current);
	text = run_read_file(path, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	tool(&r, "runs --json");
	lines = text;
	runs = r.out;
	for (;;) {
		line = strsep(&lines, "\n");
		run = strsep(&runs, "\n");
		if (!line || !run || !*line || !*run)
			break;
		json = json_loads(run, 0, NULL);
		if (!same(line, json)) {
			fprintf(stderr, "    %s, range %zu: %s\n", current, n,
				run);
			CU_FAIL("differs from ptdump");
		}
		json_decref(json);
		n++;
	}
	/* Both at their ends, and not at once. */
	CU_ASSERT_TRUE(line && !*line && run && !*run);
	CU_ASSERT_TRUE(n > 5);
	free(text);
	run_deinit(&r);
}

static void test_runs(void)
{
	size_t i;

	for (i = 0; i < dumps.gl_pathc; i++) {
		current = dumps.gl_pathv[i];
		check_runs();
	}
}

static void test_there_are_dumps(void)
{
	CU_ASSERT_TRUE(dumps.gl_pathc >= MINIMUM_OF_DUMPS);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "there are dumps", test_there_are_dumps },
		{ "figures", test_figures },
		{ "runs and ptdump, range for range", test_runs },
		CU_TEST_INFO_NULL,
	};
	const char *folder = getenv("TEST_DUMPS");
	char pattern[256];
	size_t i;
	int bad;

	snprintf(pattern, sizeof(pattern), "%s/*.kdump",
		 folder ? folder : "test-dumps");
	if (glob(pattern, 0, NULL, &dumps) != 0)
		return 1;
	for (i = 0; i < dumps.gl_pathc; i++)
		*strstr(dumps.gl_pathv[i], ".kdump") = '\0';
	bad = suite_run("witness", tests);
	globfree(&dumps);
	run_remove_scratch();
	return bad;
}
