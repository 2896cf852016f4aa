// SPDX-License-Identifier: GPL-2.0-or-later
/* Man pages and the other documents against the table of options. */
#include <ctype.h>
#include <stdlib.h>

#include "cli/run.h"
#include "options/table.h"
#include "suite.h"

#define NAME_LETTERS                                                           \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

/* Without roff's fonts, quotes and escaped dashes; of the caller's. */
static char *read_page(const char *path)
{
	size_t size;
	char *text = run_read_file(path, &size);
	char *from, *to;

	if (!text)
		fprintf(stderr, "    no %s: make documents\n", path);
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

static char *page_of(const struct command_spec *c)
{
	char path[128];

	snprintf(path, sizeof(path), "docs/man/kdump-triage-%s.1", c->name);
	return read_page(path);
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

/* The line that heads what is said of an option. */
static void heads(const struct option_spec *o, char *to, size_t size)
{
	char letter[] = "-x, ";

	letter[1] = o->letter;
	snprintf(to, size, "\n.TP\n%s--%s%s%s\n", o->letter ? letter : "",
		 o->name, o->argument ? " " : "",
		 o->argument ? o->argument : "");
}

/* Each option of a command heads a paragraph of its page, and no other does. */
static void test_pages_have_all(void)
{
	const struct option_spec *o;
	size_t i, j, count;
	char head[128];

	for (i = 0; i < COMMANDS; i++) {
		char *page = page_of(command_table[i]), *at = page;

		for (j = 0; (o = command_option(command_table[i], j)); j++) {
			heads(o, head, sizeof(head));
			suite_has(page, head);
		}
		for (count = 0; (at = strstr(at, "\n.TP\n-")); count++)
			at++;
		CU_ASSERT_EQUAL(count, j);
		free(page);
	}
}

/* The first page lists all commands. */
static void test_first_page(void)
{
	char *page = read_page("docs/man/kdump-triage.1"), head[128];
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		snprintf(head, sizeof(head), "\n.TP\n.BR kdump-triage-%s (1)\n",
			 command_table[i]->name);
		suite_has(page, head);
	}
	free(page);
}

/* What policy files have. */
static void test_policy_page(void)
{
	char *page = read_page("docs/man/directmap-policy.5"), head[128];
	size_t i;

	for (i = 0; i < CHECK_SETTINGS; i++) {
		snprintf(head, sizeof(head), "\n.TP\n%s = %s\n",
			 check_options[i].name, check_options[i].argument);
		suite_has(page, head);
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

static void test_pages_have_no_others(void)
{
	static const char *const others[] = {
		"docs/man/kdump-triage.1",
		"docs/man/directmap-policy.5",
		"docs/man/directmap-ram.5",
	};
	char *page;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		page = page_of(command_table[i]);
		look_at_options(page, command_table[i]->name);
		free(page);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		page = read_page(others[i]);
		look_at_options(page, others[i]);
		free(page);
	}
}

/* What the other documents show to type: up to the next program. */
static void test_documents(void)
{
	static const char *const paths[] = {
		"README.md",	      "docs/batch-db.md",
		"docs/ci.md",	      "docs/tutorial.md",
		"docs/json.md",	      "docs/outputs.md",
		"docs/crash.md",      "docs/how-it-knows.md",
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
		{ "pages have all", test_pages_have_all },
		{ "the first page", test_first_page },
		{ "the policy file's", test_policy_page },
		{ "no others", test_pages_have_no_others },
		{ "other documents", test_documents },
		CU_TEST_INFO_NULL,
	};

	return suite_run("documented options", tests);
}
