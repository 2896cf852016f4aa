// SPDX-License-Identifier: GPL-2.0-or-later
/* The man page and the other documents against the table of options. */
#include <ctype.h>
#include <stdlib.h>

#include "cli/run.h"
#include "options/table.h"
#include "suite.h"

#define NAME_LETTERS                                                           \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

/* Without roff's fonts, quotes and escaped dashes. */
static char *read_page(void)
{
	size_t size;
	char *text = run_read_file("docs/kdump-triage.1", &size);
	char *from, *to;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	for (from = to = text; *from; from++) {
		if (from[0] == '\\' && from[1] == 'f' && from[2]) {
			from += 2;
			continue;
		}
		if (from[0] == '\\' && from[1] == '-')
			from++;
		if (*from != '"')
			*to++ = *from;
	}
	*to = '\0';
	return text;
}

static bool is_option(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (command_find_option(command_table[i], name, size))
			return true;
	}
	return false;
}

/* Whether @text has all of the word. */
static bool has_word(const char *text, const char *word)
{
	size_t size = strlen(word);

	while ((text = strstr(text, word))) {
		if (!strchr(NAME_LETTERS, text[size]))
			return true;
		text += size;
	}
	return false;
}

static void test_page_has_all(void)
{
	char *page = read_page(), word[64];
	const struct option_spec *o;
	size_t i, j;

	for (i = 0; i < COMMANDS; i++) {
		const struct command_spec *c = command_table[i];

		snprintf(word, sizeof(word), "\n.TP\n.B %s\n", c->name);
		CU_ASSERT_PTR_NOT_NULL(strstr(page, word));
		for (j = 0; (o = command_option(c, j)); j++) {
			snprintf(word, sizeof(word), "--%s", o->name);
			if (!has_word(page, word))
				fprintf(stderr, "    the page has no %s\n",
					word);
			CU_ASSERT_TRUE(has_word(page, word));
			snprintf(word, sizeof(word), "-%c", o->letter);
			CU_ASSERT_TRUE(!o->letter || has_word(page, word));
		}
	}
	free(page);
}

/* @text: options of the program and no others. */
static void look_at_options(const char *text, const char *where)
{
	const char *at = text;

	while ((at = strstr(at, "--"))) {
		size_t size;
		bool begins = at == text || !strchr(NAME_LETTERS, at[-1]);

		at += 2;
		size = strspn(at, NAME_LETTERS);
		if (begins && islower((unsigned char)*at)) {
			if (!is_option(at, size))
				fprintf(stderr, "    %s: no option --%.*s\n",
					where, (int)size, at);
			CU_ASSERT_TRUE(is_option(at, size));
		}
		at += size;
	}
}

static void test_page_has_no_others(void)
{
	char *page = read_page();

	look_at_options(page, "the man page");
	free(page);
}

/* What the other documents show to type: up to the next program. */
static void test_documents(void)
{
	static const char *const paths[] = {
		"README.md",
		"docs/batch-db.md",
		"docs/ci.md",
		"docs/json.md",
		"docs/outputs.md",
		"docs/crash.md",
		"docs/how-it-knows.md",
		"docs/robustness.md",
	};
	size_t i, size;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		char *text = run_read_file(paths[i], &size), *line, *end;

		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		for (line = strtok(text, "\n"); line;
		     line = strtok(NULL, "\n")) {
			line = strstr(line, "kdump-triage ");
			if (!line)
				continue;
			end = strpbrk(line, "|;`(");
			if (end)
				*end = '\0';
			look_at_options(line, paths[i]);
		}
		free(text);
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "the man page has all", test_page_has_all },
		{ "and no others", test_page_has_no_others },
		{ "other documents", test_documents },
		CU_TEST_INFO_NULL,
	};

	return suite_run("documented options", tests);
}
