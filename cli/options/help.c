// SPDX-License-Identifier: GPL-2.0-or-later
/* The table as text, in lines of a terminal. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "help.h"
#include "value.h"
#include "which.h"

/* As wide as a terminal is at least; where what is said of a name begins. */
#define WIDTH		80
#define OPTIONS_COLUMN	28
#define COMMANDS_COLUMN 13

/* ---- Paragraphs ----------------------------------------------------------- */

/* The first line is at column @at already, others begin at @indent. */
static void put_wrapped(const char *text, int at, int indent)
{
	const char *between = "";

	while (*text) {
		int size = (int)strcspn(text, " ");

		if (*between && at + 1 + size > WIDTH) {
			printf("\n%*s", indent, "");
			at = indent;
			between = "";
		}
		at += printf("%s%.*s", between, size, text);
		text += size + (text[size] == ' ');
		between = " ";
	}
	putchar('\n');
}

/* Beside a name that is there already, up to column @at. */
static void put_beside(const char *text, int at, int column)
{
	if (at + 2 > column) {
		putchar('\n');
		at = 0;
	}
	printf("%*s", column - at, "");
	put_wrapped(text, column, column);
}

static void put_exits(const struct command_exit *exit)
{
	char text[512] = "Exit codes:";

	for (; exit->meaning; exit++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, " %d %s%s",
			 exit->code, exit->meaning, exit[1].meaning ? "," : "");
	}
	put_wrapped(text, 0, 2);
}

/* ---- Options -------------------------------------------------------------- */

/* What a number is where the option is not given; 0: nothing is said. */
static uint64_t default_number(const struct command_spec *c,
			       const struct option_spec *o)
{
	unsigned int small = 0;
	uint64_t number = 0;
	const char *member;

	if (!c->defaults ||
	    (o->kind != OPTION_NUMBER && o->kind != OPTION_SECONDS &&
	     o->kind != OPTION_SIZE))
		return 0;
	member = (const char *)c->defaults + o->offset;
	if (o->size == sizeof(number))
		memcpy(&number, member, sizeof(number));
	else
		memcpy(&small, member, sizeof(small));
	return number + small;
}

static void say_default(const struct command_spec *c,
			const struct option_spec *o, char *to, size_t size)
{
	uint64_t number = default_number(c, o);
	const char *units = "\0KMGT";

	if (o->usual) {
		snprintf(to, size, " (default: %s)", o->usual);
		return;
	}
	if (!number)
		return;
	while (o->kind == OPTION_SIZE && units[1] && number % 1024 == 0) {
		number /= 1024;
		units++;
	}
	snprintf(to, size, " (default: %llu%.1s)", (unsigned long long)number,
		 units);
}

void help_option_text(const struct command_spec *c, const struct option_spec *o,
		      char *to, size_t size)
{
	char which[256] = "", least[64] = "", zero[64] = "", usual[64] = "";

	if (o->kind == OPTION_WORD || o->kind == OPTION_LIST)
		option_value_which(o, which, sizeof(which));
	if (o->kind == OPTION_NUMBER && o->least)
		snprintf(least, sizeof(least), "; %llu to %llu",
			 (unsigned long long)o->least,
			 (unsigned long long)o->most);
	if (o->zero)
		snprintf(zero, sizeof(zero), "; 0: %s", o->zero);
	say_default(c, o, usual, sizeof(usual));
	snprintf(to, size, "%s%s%s%s%s%s", o->help, *which ? ": " : "", which,
		 least, zero, usual);
}

static void put_option(const struct command_spec *c,
		       const struct option_spec *o)
{
	char text[HELP_OPTION_MAX], letter[] = "-x, ";
	int at;

	letter[1] = o->letter;
	at = printf("  %s--%s%s%s", o->letter ? letter : "    ", o->name,
		    o->argument ? " " : "", o->argument ? o->argument : "");
	help_option_text(c, o, text, sizeof(text));
	put_beside(text, at, OPTIONS_COLUMN);
}

static void put_section(const struct command_spec *c,
			enum option_section section)
{
	const struct option_spec *o;
	bool titled = false;
	size_t i;

	for (i = 0; (o = command_option(c, i)); i++) {
		if (o->section != section)
			continue;
		if (!titled)
			printf("\n%s:\n", option_section_titles[section]);
		titled = true;
		put_option(c, o);
	}
}

/* ---- All of it ------------------------------------------------------------ */

static void put_command(const struct command_spec *c)
{
	enum option_section section;
	const char *const *line;

	for (line = c->usage; *line; line++) {
		printf("%s kdump-triage ",
		       line == c->usage ? "Usage:" : "   or:");
		put_wrapped(*line, 20, 20);
	}
	putchar('\n');
	put_wrapped(c->about, 0, 0);
	for (section = 0; section < SECTIONS; section++)
		put_section(c, section);
	puts("\nExamples:");
	for (line = c->examples; *line; line++)
		printf("  kdump-triage %s\n", *line);
	putchar('\n');
	put_exits(c->exits);
}

static void put_program(void)
{
	size_t i;

	puts("Usage: kdump-triage [COMMAND] [OPTION...] DUMP...\n"
	     "What an arm64 vmcore says of its kernel's linear map (direct map).\n"
	     "\nCommands:");
	for (i = 0; i < COMMANDS; i++) {
		const struct command_spec *c = command_table[i];
		int at = printf("  %s", c->name);

		put_beside(c->summary, at, COMMANDS_COLUMN);
	}
	puts("\nkdump-triage help COMMAND has the options of one, with examples; without a\n"
	     "command they are those of report. All take -h, --help and -V, --version.\n");
	put_exits(command_exits);
}

int help_print(const struct command_spec *command)
{
	struct dm_error *err;

	if (command)
		put_command(command);
	else
		put_program();
	printf("More in kdump-triage%s%s(1).\n", command ? "-" : "",
	       command ? command->name : "");
	err = cli_flush();
	return err ? cli_fail_error(err) : CLI_OK;
}

int help_run(const struct cli_options *options)
{
	const char *name = options->arg_count ? options->args[0] : NULL;
	const struct command_spec *command = name ? command_find(name) : NULL;
	const char *meant = name ? which_command_near(name) : NULL;

	if (!name || command)
		return help_print(command);
	if (meant)
		return cli_fail(CLI_USAGE,
				"unknown command %s; did you mean %s?", name,
				meant);
	return cli_fail(CLI_USAGE,
			"unknown command %s; kdump-triage help lists them",
			name);
}
