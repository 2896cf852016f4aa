// SPDX-License-Identifier: GPL-2.0-or-later
/* Words of a command line, one after the other, as GNU's programs take them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "cli/options/built_with.h"
#include "help.h"
#include "near.h"
#include "parse.h"
#include "store.h"
#include "value.h"
#include "which.h"

/* None of the exit codes: it goes on. */
#define GO_ON (-1)

struct parser {
	const struct command_spec *command;
	bool named; /* the command; else it is the default */
	struct cli_options *options;
	int argc;
	char **argv;
	int at; /* the word that is looked at */
	/* The last one given of those that exclude each other. */
	const struct option_spec *one_of;
};

int options_wrong(const struct command_spec *command, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return cli_fail(CLI_USAGE, "%s; see kdump-triage help %s", text,
			command->name);
}

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* Programs read the first line alone. */
static int print_version(void)
{
	struct dm_error *err;

	puts("kdump-triage " DM_VERSION "\n"
	     "built for " BUILT_FOR " by " COMPILER " with\n" BUILT_WITH);
	err = cli_flush();
	return err ? cli_fail_error(err) : CLI_OK;
}

/* ---- One option ----------------------------------------------------------- */

static int not_both(const struct parser *p, const char *one_of)
{
	const struct option_spec *o, *last = NULL;
	char text[256] = "";
	size_t i;

	for (i = 0; (o = command_option(p->command, i)); i++) {
		size_t used = strlen(text);

		if (o->one_of != one_of)
			continue;
		if (last)
			snprintf(text + used, sizeof(text) - used, "%s--%s",
				 used ? ", " : "", last->name);
		last = o;
	}
	return options_wrong(p->command, "%s and --%s are one at a time", text,
			     last->name);
}

/* @text: its value; NULL: it takes none. */
static int take(struct parser *p, const struct option_spec *o, const char *text)
{
	struct option_value value = { .given = true, .number = o->value };
	char wrong[VALUE_WRONG_MAX];

	if (o->kind == OPTION_HELP)
		return help_print(p->named ? p->command : NULL);
	if (o->kind == OPTION_VERSION)
		return print_version();
	if (o->one_of && p->one_of && p->one_of != o)
		return not_both(p, o->one_of);
	if (o->one_of)
		p->one_of = o;
	if (text && !option_value_parse(o, text, &value)) {
		if (which_has_word(o->name, text))
			return options_wrong(p->command, "%s has no %s %s",
					     p->command->name, text, o->name);
		return option_value_wrong(o, text, wrong)
			       ? cli_fail(CLI_USAGE, "--%s %s", o->name, wrong)
			       : options_wrong(p->command, "--%s %s", o->name,
					       wrong);
	}
	if (!option_store(o, &value, p->options))
		return options_wrong(p->command, "too many of --%s", o->name);
	return GO_ON;
}

/* @word is @size bytes. */
static int unknown(const struct parser *p, const char *word, size_t size)
{
	size_t dashes = strspn(word, "-"), i;
	const struct option_spec *o;
	struct near near;

	near_init(&near, word + dashes, size - dashes);
	for (i = 0; (o = command_option(p->command, i)); i++)
		near_try(&near, o->name);
	if (near.meant)
		return cli_fail(CLI_USAGE,
				"unknown option %.*s; did you mean --%s?",
				(int)size, word, near.meant);
	return options_wrong(p->command, "unknown option %.*s", (int)size,
			     word);
}

/* The value of an option whose own word has none. */
static const char *next_word(struct parser *p)
{
	return p->at + 1 < p->argc ? p->argv[++p->at] : NULL;
}

/* "--name" or "--name=value". */
static int take_long(struct parser *p)
{
	const char *word = p->argv[p->at], *name = word + 2, *value = NULL;
	size_t size = strcspn(name, "=");
	const struct option_spec *o;
	unsigned int fits = 1;

	o = command_find_option(p->command, name, size);
	if (!o && which_has_option(name, size))
		return options_wrong(p->command, "%s takes no %.*s",
				     p->command->name, (int)size + 2, word);
	if (!o)
		o = which_abbreviated(p->command, name, size, &fits);
	if (!o)
		return unknown(p, word, size + 2);
	if (fits > 1)
		return options_wrong(p->command,
				     "%.*s may be --%s or another option",
				     (int)size + 2, word, o->name);
	if (name[size])
		value = name + size + 1;
	if (value && !o->argument)
		return options_wrong(p->command, "--%s takes no value",
				     o->name);
	if (!value && o->argument)
		value = next_word(p);
	if (!value && o->argument)
		return options_wrong(p->command, "--%s needs a value", o->name);
	return take(p, o, value);
}

/* "-x", "-xVALUE", "-xy", or a long one with a dash too few. */
static int take_short(struct parser *p)
{
	const char *word = p->argv[p->at], *letter = word + 1;
	size_t size = strcspn(word, "=");
	const struct option_spec *o;
	int code = GO_ON;

	if (command_find_option(p->command, letter, size - 1))
		return unknown(p, word, size);
	for (; code == GO_ON && *letter; letter++) {
		const char *value = NULL;

		o = command_find_letter(p->command, *letter);
		if (!o)
			return unknown(p, word, size);
		if (!o->argument) {
			code = take(p, o, NULL);
			continue;
		}
		value = letter[1] ? letter + 1 : next_word(p);
		if (!value)
			return options_wrong(p->command, "-%c needs a value",
					     *letter);
		return take(p, o, value);
	}
	return code;
}

/* ---- The line ------------------------------------------------------------- */

static int take_words(struct parser *p, int command_at)
{
	bool posix = getenv("POSIXLY_CORRECT"), ended = false;
	struct cli_options *o = p->options;
	int code = GO_ON;

	o->args = p->argv + 1;
	for (p->at = 1; code == GO_ON && p->at < p->argc; p->at++) {
		char *word = p->argv[p->at];

		if (p->at == command_at)
			continue;
		if (ended || *word != '-' || !word[1]) {
			o->args[o->arg_count++] = word;
			ended |= posix;
		} else if (!strcmp(word, "--")) {
			ended = true;
		} else {
			code = word[1] == '-' ? take_long(p) : take_short(p);
		}
	}
	return code;
}

int options_parse(int argc, char **argv, struct cli_options *ret)
{
	struct parser p = { .options = ret, .argc = argc, .argv = argv };
	const char *meant;
	int at;

	p.command = which_command(argc, argv, &at);
	p.named = p.command;
	if (!p.named) {
		meant = at ? which_command_near(argv[at]) : NULL;
		/* A file of that name is a dump. */
		if (meant && access(argv[at], F_OK) != 0)
			return cli_fail(CLI_USAGE,
					"unknown command %s; did you mean %s?",
					argv[at], meant);
		p.command = command_table[COMMAND_REPORT];
		at = 0;
	}
	*ret = p.command->defaults ? *p.command->defaults
				   : (struct cli_options){ 0 };
	ret->command = p.command;
	return take_words(&p, at);
}

int options_check_operands(const struct cli_options *options)
{
	const struct command_spec *c = options->command;
	bool is_default = c->id == COMMAND_REPORT;

	if (options->arg_count < c->min_operands ||
	    (c->max_operands && options->arg_count > c->max_operands))
		return options_wrong(c, "usage: kdump-triage %s%s%s %s",
				     is_default ? "[" : "", c->name,
				     is_default ? "]" : "", c->operands);
	return GO_ON;
}
