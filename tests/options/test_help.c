// SPDX-License-Identifier: GPL-2.0-or-later
/* What help and --version print, of each command. */
#include <stdlib.h>

#include "cli/run.h"
#include "options/table.h"
#include "suite.h"

static void run(struct run *r, const char *format, const char *command)
{
	char arguments[256];

	snprintf(arguments, sizeof(arguments), format, command);
	run_tool(r, arguments);
	CU_ASSERT_EQUAL(r->code, 0);
	CU_ASSERT_STRING_EQUAL(r->err, "");
}

/* Lines end on an 80-column terminal, and with no blank. */
static void look_at_lines(const char *text)
{
	while (*text) {
		size_t size = strcspn(text, "\n");

		if (size > 80 || (size && text[size - 1] == ' '))
			fprintf(stderr, "    %.*s|\n", (int)size, text);
		CU_ASSERT_TRUE(size <= 80);
		CU_ASSERT_TRUE(!size || text[size - 1] != ' ');
		CU_ASSERT_EQUAL_FATAL(text[size], '\n');
		text += size + 1;
	}
}

static void look_at_options(const struct command_spec *c, const char *text)
{
	const struct option_spec *o;
	char name[64];
	size_t i;

	for (i = 0; (o = command_option(c, i)); i++) {
		snprintf(name, sizeof(name), "  --%s%s%s", o->name,
			 o->argument ? " " : "",
			 o->argument ? o->argument : "");
		suite_has(text, o->letter ? name + 1 : name);
	}
}

static void test_commands(void)
{
	static const char *const ways[] = { "%s --help", "%s -h", "--help %s" };
	struct run help, other;
	size_t i, j;

	for (i = 0; i < COMMANDS; i++) {
		const struct command_spec *c = command_table[i];

		run(&help, "help %s", c->name);
		CU_ASSERT_EQUAL(strncmp(help.out, "Usage: kdump-triage ", 20),
				0);
		look_at_lines(help.out);
		look_at_options(c, help.out);
		suite_has(help.out, "\nExamples:\n  kdump-triage ");
		suite_has(help.out, "\nExit codes: 0 ");
		for (j = 0; j < sizeof(ways) / sizeof(ways[0]); j++) {
			run(&other, ways[j], c->name);
			CU_ASSERT_STRING_EQUAL(other.out, help.out);
			run_deinit(&other);
		}
		run_deinit(&help);
	}
}

static void test_program(void)
{
	static const char *const ways[] = { "--help", "-h", "--json --help",
					    "--help --xyzzy" };
	struct run help, other;
	char name[64];
	size_t i;

	run(&help, "help", NULL);
	look_at_lines(help.out);
	for (i = 0; i < COMMANDS; i++) {
		snprintf(name, sizeof(name), "\n  %s ", command_table[i]->name);
		suite_has(help.out, name);
	}
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		run(&other, "%s", ways[i]);
		CU_ASSERT_STRING_EQUAL(other.out, help.out);
		run_deinit(&other);
	}
	run_deinit(&help);
}

static void test_version(void)
{
	static const char *const ways[] = { "%s --version", "%s -V",
					    "%s x --version", "--version %s" };
	static const char first[] = "kdump-triage " DM_VERSION "\nbuilt for ";
	struct run version, r;
	size_t i, j;

	run_tool(&version, "--version");
	CU_ASSERT_EQUAL(strncmp(version.out, first, sizeof(first) - 1), 0);
	suite_has(version.out, "libkdumpfile=0.");
	for (i = 0; i <= COMMANDS; i++) {
		for (j = 0; j < sizeof(ways) / sizeof(ways[0]); j++) {
			run(&r, ways[j],
			    i < COMMANDS ? command_table[i]->name : "");
			CU_ASSERT_STRING_EQUAL(r.out, version.out);
			run_deinit(&r);
		}
	}
	run_deinit(&version);
}

/* What cannot be written is no success. */
static void test_full(void)
{
	static const char *const lines[] = { "help >/dev/full",
					     "help runs >/dev/full",
					     "check --help >/dev/full",
					     "diff -V >/dev/full" };
	struct run r;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		run_tool(&r, lines[i]);
		CU_ASSERT_EQUAL(r.code, 5);
		suite_has(r.err, "cannot write");
		run_deinit(&r);
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "of each command", test_commands },
		{ "of the program", test_program },
		{ "the version", test_version },
		{ "a full disk", test_full },
		CU_TEST_INFO_NULL,
	};

	return suite_run("help", tests);
}
