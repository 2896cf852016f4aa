// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists that people extend: whatever is in one is named wherever users and other
 * code look for it. CONTRIBUTING.md's recipes say where that is; what is forgotten
 * fails here, by name.
 */
#include <ctype.h>
#include <glob.h>
#include <stdarg.h>
#include <stdlib.h>

#include "check/check.h"
#include "cli/run.h"
#include "options/table.h"
#include "directmap/dump.h"
#include "gen/gen.h"
#include "batch/recognise.h"
#include "suite.h"
#include "write/output_file.h"

/* Asserts, and names what is missing where. */
__attribute__((format(printf, 2, 3))) static void must(bool good,
						       const char *format, ...)
{
	va_list ap;

	if (!good) {
		va_start(ap, format);
		fprintf(stderr, "    ");
		vfprintf(stderr, format, ap);
		fprintf(stderr, "\n");
		va_end(ap);
	}
	CU_ASSERT_TRUE(good);
}

/* All files of a pattern, one behind the other; from the top of the tree. */
static char *read_all(const char *pattern)
{
	char *text = calloc(1, 1), *one;
	glob_t found;
	size_t i, size;

	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &found), 0);
	for (i = 0; i < found.gl_pathc; i++) {
		one = run_read_file(found.gl_pathv[i], &size);
		CU_ASSERT_PTR_NOT_NULL_FATAL(one);
		text = realloc(text, strlen(text) + strlen(one) + 1);
		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		strcat(text, one);
		free(one);
	}
	globfree(&found);
	return text;
}

static bool of_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* @word in @text, and not as part of a longer one; an option's dashes may be there. */
static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);
	const char *at = text, *from;

	while ((at = strstr(at, word))) {
		from = at;
		if (from >= text + 2 && from[-1] == '-' && from[-2] == '-')
			from -= 2;
		if ((from == text || !of_word(from[-1])) && !of_word(at[n]))
			return true;
		at += n;
	}
	return false;
}

/* As it stands in a document: `word`. */
static bool has_code(const char *text, const char *word)
{
	char code[128];

	snprintf(code, sizeof(code), "`%s`", word);
	return strstr(text, code) != NULL;
}

/* The line or paragraph that begins with @begin. */
static char *part_of(const char *text, const char *begin, const char *end)
{
	const char *from = strstr(text, begin), *to;

	CU_ASSERT_PTR_NOT_NULL_FATAL(from);
	to = strstr(from, end);
	return to ? strndup(from, (size_t)(to - from)) : strdup(from);
}

/* ---- Kinds of owners ------------------------------------------------------ */

/* explain's words for an owner. */
static void explain(const struct dm_owner *owner, struct suite_text *text)
{
	const struct dm_kernel kernel = { .page_size = 4096, .page_shift = 12 };
	static struct dm_explanation x;

	memset(&x, 0, sizeof(x));
	x.owner_count = 1;
	x.owners[0] = *owner;
	suite_text_init(text);
	suite_no_error(dm_explain_text(&kernel, &x, &text->sink));
}

static void check_words(enum dm_owner_kind kind)
{
	static struct suite_text own, other;
	struct dm_owner owner = { .kind = kind };
	enum dm_owner_kind k;

	explain(&owner, &own);
	must(!strstr(own.text, "(null)"), "explain has no words for %s",
	     dm_owner_name(kind));
	for (k = 0; k < kind; k++) {
		owner.kind = k;
		explain(&owner, &other);
		must(strcmp(own.text, other.text) != 0,
		     "explain says of %s what it says of %s",
		     dm_owner_name(kind), dm_owner_name(k));
	}
}

static void test_owners(void)
{
	char *json = read_all("docs/json.md");
	char *keys = part_of(json, "An **owner** has", "\n\n");
	char *how = read_all("docs/how-it-knows.md");
	char *table = part_of(how, "## Owners", "\n### ");
	char *tests = read_all("tests/*/test_*.c");
	char symbol[64];
	int kind;

	for (kind = 0; kind < DM_OWNER_COUNT; kind++) {
		const char *name = dm_owner_name((enum dm_owner_kind)kind);
		size_t i;

		must(name && *name, "owner %d has no name", kind);
		if (!name)
			continue;
		must(has_code(keys, name), "docs/json.md lacks owner `%s`",
		     name);
		must(has_code(table, name),
		     "docs/how-it-knows.md lacks owner `%s`", name);
		snprintf(symbol, sizeof(symbol), "DM_OWNER_%s", name);
		for (i = 0; symbol[i]; i++)
			symbol[i] = (char)toupper((unsigned char)symbol[i]);
		must(has_word(tests, symbol), "no test has %s", symbol);
		check_words((enum dm_owner_kind)kind);
	}
	free(tests);
	free(table);
	free(how);
	free(keys);
	free(json);
}

/* ---- Findings --------------------------------------------------------------- */

static void test_findings(void)
{
	char *json = read_all("docs/json.md");
	int kind;

	for (kind = 0; kind < DM_FINDING_COUNT; kind++) {
		enum dm_finding_kind k = (enum dm_finding_kind)kind;
		const char *name = dm_finding_name(k);

		must(name && dm_finding_text(k),
		     "finding %d has no name or text", kind);
		if (!name)
			continue;
		must(has_code(json, name), "docs/json.md lacks finding `%s`",
		     name);
	}
	free(json);
}

/* ---- Rules of check ------------------------------------------------------- */

/* A value that a policy file may give to the rule. */
static const char *value_of(const struct option_spec *rule)
{
	switch (rule->kind) {
	case OPTION_PERCENT:
		return "1%";
	case OPTION_WORD:
		return rule->words[0].name;
	case OPTION_FLAG:
		return "yes";
	default:
		return "1";
	}
}

/* Of a report that says nothing, each rule must say that it cannot tell. */
static void check_rule_is_judged(const struct option_spec *rule)
{
	json_t *violations = json_array(), *nothing = json_object(), *one;
	struct check_policy policy;
	char text[128];
	bool failed = false;

	check_policy_init(&policy);
	snprintf(text, sizeof(text), "[check]\n%s = %s\n%s", rule->name,
		 value_of(rule),
		 rule == &check_options[CHECK_WORSE] ? "baseline = b\n" : "");
	suite_no_error(
		check_policy_parse(text, strlen(text), "p.ini", &policy));
	suite_no_error(check_policy_verify(&policy));
	policy.baseline = json_object();
	suite_no_error(check_report(&policy, nothing, violations, &failed));
	one = json_array_get(violations, 0);
	must(failed && one &&
		     !strncmp(json_string_value(json_object_get(one, "rule")),
			      rule->name, strlen(rule->name)),
	     "check_report() judges nothing by %s", rule->name);
	check_policy_deinit(&policy);
	json_decref(violations);
	json_decref(nothing);
}

static void test_rules(void)
{
	char *tests = read_all("tests/check/test_*.c");
	struct run help;
	size_t i;

	run_tool(&help, "check --help");
	for (i = 0; i < CHECK_RULES; i++) {
		const struct option_spec *rule = &check_options[i];

		must(rule->name != NULL, "cli/options/rules.c lacks rule %zu",
		     i);
		if (!rule->name)
			continue;
		if (i >= CHECK_LOST) { /* shares are alike */
			must(has_word(help.out, rule->name),
			     "check --help lacks %s", rule->name);
			must(has_word(tests, rule->name),
			     "no test in tests/check/ has %s", rule->name);
		}
		check_rule_is_judged(rule);
	}
	run_deinit(&help);
	free(tests);
}

/* ---- Formats of dumps ------------------------------------------------------- */

/* What the generator makes of each, and what it is called. */
static const char *const formats[][2] = {
	{ "kdump zlib", "kdump" },
	{ "kdump zlib flattened", "kdump-flattened" },
	{ "elf", "elf" },
	{ "elf flattened", "elf-flattened" },
	{ "elf kcore", "kcore" },
	{ "lime", "lime" },
	{ "avml", "avml" },
	{ "raw", "raw" },
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static void check_format(const char *spec, const char *name)
{
	struct recognised r;
	struct dm_dump *dump;
	char path[4096], text[512];
	const char *paths = path;
	struct dm_error *err;
	/* Nothing in a file says that it is raw memory; the user does. */
	bool raw = !strcmp(name, "raw");

	snprintf(path, sizeof(path), "%s/%s", run_scratch(), name);
	snprintf(text, sizeof(text),
		 "kernel page=4K va=48\nram 0x40000000+64M\n"
		 "page 0x40000000 byte=1 100\nmap pa=0x40000000 64M 2M\n"
		 "vmcoreinfo-page 0x43428000\nformat %s\n",
		 spec);
	suite_no_error(gen_dump(text, path));
	if (raw)
		strcat(path, "@0x40000000");
	err = dm_dump_open(&paths, 1, NULL, &dump);
	CU_ASSERT_PTR_NULL_FATAL(err);
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, name);
	dm_dump_close(dump);
	if (raw)
		return;
	recognise(&r, path);
	must(r.dump, "batch/recognise.c knows no %s", name);
	err = output_file_check(path, OUTPUT_PAGE, false);
	must(err != NULL, "write/target.c would replace a dump, %s", name);
	dm_error_destroy(err);
}

/* Names that the sources give to formats: format = "…", or between ? and :. */
static void check_names(const char *sources, const char *json)
{
	const char *at = sources;
	char name[64];
	size_t i;

	while ((at = strstr(at, "info.format = "))) {
		const char *end = strchr(at, ';');

		while ((at = strchr(at, '"')) && at < end) {
			size_t n = strcspn(++at, "\"");

			snprintf(name, sizeof(name), "%.*s", (int)n, at);
			at += n + 1;
			for (i = 0; i < FORMATS; i++) {
				if (!strcmp(formats[i][1], name))
					break;
			}
			must(i < FORMATS, "this test makes no %s", name);
			must(has_code(json, name), "docs/json.md lacks `%s`",
			     name);
		}
		at = end;
	}
}

static void test_formats(void)
{
	char *sources = read_all("lib/dump/*.c");
	char *json = read_all("docs/json.md");
	char *row = part_of(json, "| `dump.format` |", "\n");
	size_t i;

	for (i = 0; i < FORMATS; i++) {
		check_format(formats[i][0], formats[i][1]);
		must(strstr(sources, formats[i][1]) != NULL,
		     "lib/dump/ names no %s", formats[i][1]);
	}
	check_names(sources, row);
	free(row);
	free(json);
	free(sources);
	run_remove_scratch();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "owners", test_owners },
		{ "findings", test_findings },
		{ "rules of check", test_rules },
		{ "formats of dumps", test_formats },
		CU_TEST_INFO_NULL,
	};

	return suite_run("lists", tests);
}
