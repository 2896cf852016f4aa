// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of commands and options: whether it is whole, and whether each
 * option of each command sets its own member and no other.
 */
#include <stdlib.h>

#include "batch/db.h"
#include "options/parse.h"
#include "options/value.h"
#include "suite.h"

/* Each option of each command. */
static void each(void (*fn)(const struct command_spec *c,
			    const struct option_spec *o))
{
	const struct option_spec *o;
	size_t i, j;

	for (i = 0; i < COMMANDS; i++) {
		for (j = 0; (o = command_option(command_table[i], j)); j++)
			fn(command_table[i], o);
	}
}

static void complain(const struct command_spec *c, const struct option_spec *o,
		     const char *what)
{
	fprintf(stderr, "    %s --%s: %s\n", c->name, o->name, what);
	CU_FAIL("an option is wrong");
}

/* ---- Whether it is whole -------------------------------------------------- */

static void test_commands(void)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		const struct command_spec *c = command_table[i];

		CU_ASSERT_PTR_NOT_NULL_FATAL(c);
		CU_ASSERT_EQUAL(c->id, i);
		CU_ASSERT_PTR_EQUAL(command_find(c->name), c);
		CU_ASSERT_PTR_NOT_NULL(c->summary);
		CU_ASSERT_PTR_NOT_NULL(c->usage[0]);
		CU_ASSERT_PTR_NOT_NULL(c->operands);
		CU_ASSERT_PTR_NOT_NULL(c->about);
		CU_ASSERT_PTR_NOT_NULL(c->examples[0]);
		CU_ASSERT_PTR_NOT_NULL(c->exits[0].meaning);
		CU_ASSERT_TRUE(!c->max_operands ||
			       c->max_operands >= c->min_operands);
		CU_ASSERT_TRUE(command_takes(c, "help"));
		CU_ASSERT_TRUE(command_takes(c, "version"));
	}
}

static bool takes_none(const struct option_spec *o)
{
	return o->kind == OPTION_FLAG || o->kind == OPTION_CHOICE ||
	       o->kind == OPTION_HELP || o->kind == OPTION_VERSION;
}

/* What its member must be for what is put there. */
static size_t member_size(const struct option_spec *o)
{
	switch (o->kind) {
	case OPTION_FLAG:
		return sizeof(bool);
	case OPTION_CHOICE:
	case OPTION_WORD:
	case OPTION_LIST:
		return sizeof(unsigned int);
	case OPTION_RANGE:
		return sizeof(struct dm_range);
	case OPTION_PART:
		return sizeof(struct cli_part);
	case OPTION_FILE:
		return sizeof(const char *);
	default:
		return o->size;
	}
}

static bool fits(const struct option_spec *o)
{
	if (o->rule)
		return o->size == sizeof(struct option_value);
	if (o->size != member_size(o))
		return false;
	if (o->kind != OPTION_NUMBER && o->kind != OPTION_SECONDS &&
	    o->kind != OPTION_SIZE)
		return true;
	return o->size == sizeof(uint64_t) ||
	       (o->size == sizeof(unsigned int) && o->most <= UINT32_MAX);
}

static void look_at(const struct command_spec *c, const struct option_spec *o)
{
	bool numbers = o->kind == OPTION_NUMBER || o->kind == OPTION_SECONDS ||
		       o->kind == OPTION_SIZE || o->kind == OPTION_PERCENT ||
		       o->kind == OPTION_PART;

	if (!o->help || !*o->help)
		complain(c, o, "without help");
	if (command_find_option(c, o->name, strlen(o->name)) != o)
		complain(c, o, "there twice");
	if (o->letter && command_find_letter(c, o->letter) != o)
		complain(c, o, "its letter is another's too");
	if (takes_none(o) == (o->argument != NULL))
		complain(c, o, "a value, or none?");
	if (numbers && o->least >= o->most)
		complain(c, o, "without bounds");
	if (o->zero && o->least)
		complain(c, o, "0 is no value");
	if ((o->kind == OPTION_WORD || o->kind == OPTION_LIST) && !o->words)
		complain(c, o, "without words");
	if (o->kind == OPTION_SIZE && !o->unit)
		complain(c, o, "without a unit");
	if (!fits(o))
		complain(c, o, "its member is of another type");
}

/* A command line is taken apart before the command is known. */
static void look_at_others(const struct command_spec *c,
			   const struct option_spec *o)
{
	const struct option_spec *other;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		other = command_find_option(command_table[i], o->name,
					    strlen(o->name));
		if (other && takes_none(other) != takes_none(o))
			complain(c, o, "takes a value elsewhere, or none");
	}
}

static void test_options(void)
{
	each(look_at);
	each(look_at_others);
}

/* Words that other files have too. */
static void test_views(void)
{
	const struct option_word *word =
		command_table[COMMAND_QUERY]->operand_words;
	const struct db_view *view = db_views;

	for (; word->name && view->name; word++, view++)
		CU_ASSERT_STRING_EQUAL(word->name, view->name);
	CU_ASSERT_PTR_NULL(word->name);
	CU_ASSERT_PTR_NULL(view->name);
}

/* ---- What each sets ------------------------------------------------------- */

/* Values of an option; NULL: no more. */
static const char *sample(const struct option_spec *o, size_t i)
{
	static char text[64];

	if (i == 0 && (o->kind == OPTION_NUMBER || o->kind == OPTION_SECONDS ||
		       o->kind == OPTION_PERCENT)) {
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)o->most);
		return text;
	}
	if (o->words)
		return i < 8 && o->words[0].name ? o->words[i ? 1 : 0].name
						 : NULL;
	if (i)
		return NULL;
	switch (o->kind) {
	case OPTION_SIZE:
		return "3G";
	case OPTION_RANGE:
		return "1000-2000";
	case OPTION_PART:
		return "2/3";
	default:
		return "file";
	}
}

static int parse(const struct command_spec *c, const struct option_spec *o,
		 const char *value, char *separate, struct cli_options *ret)
{
	char name[32], option[128], program[] = "kdump-triage";
	char *argv[] = { program, name, option, separate, NULL };

	snprintf(name, sizeof(name), "%s", c->name);
	snprintf(option, sizeof(option), "--%s%s%s", o->name, value ? "=" : "",
		 value ? value : "");
	return options_parse(separate ? 4 : 3, argv, ret);
}

/* All but the option's member is as without it. */
static void compare(const struct command_spec *c, const struct option_spec *o,
		    const struct cli_options *got)
{
	struct cli_options expected = { 0 };

	if (c->defaults)
		expected = *c->defaults;
	expected.command = c;
	expected.args = got->args;
	expected.arg_count = got->arg_count;
	memcpy((char *)&expected + o->offset, (const char *)got + o->offset,
	       o->size);
	if (memcmp(&expected, got, sizeof(expected)) != 0)
		complain(c, o, "sets what is not its own");
}

static bool is_set(const struct command_spec *c, const struct option_spec *o,
		   const struct cli_options *got)
{
	static const struct cli_options none;
	const struct cli_options *before = c->defaults ? c->defaults : &none;

	return memcmp((const char *)before + o->offset,
		      (const char *)got + o->offset, o->size) != 0;
}

static void set_one(const struct command_spec *c, const struct option_spec *o)
{
	struct cli_options got, apart;
	const char *value;
	char copy[64];
	bool set = false;
	size_t i;

	if (o->kind == OPTION_HELP || o->kind == OPTION_VERSION)
		return;
	if (takes_none(o)) {
		CU_ASSERT_EQUAL(parse(c, o, NULL, NULL, &got), -1);
		set = is_set(c, o, &got);
		compare(c, o, &got);
	}
	for (i = 0; o->argument && i < 2 && (value = sample(o, i)); i++) {
		snprintf(copy, sizeof(copy), "%s", value);
		CU_ASSERT_EQUAL(parse(c, o, copy, NULL, &got), -1);
		CU_ASSERT_EQUAL(got.arg_count, 0);
		set |= is_set(c, o, &got);
		compare(c, o, &got);
		/* In a word of its own it is the same. */
		CU_ASSERT_EQUAL(parse(c, o, NULL, copy, &apart), -1);
		CU_ASSERT_EQUAL(apart.arg_count, 0);
		CU_ASSERT_EQUAL(is_set(c, o, &apart), is_set(c, o, &got));
	}
	if (!set)
		complain(c, o, "sets nothing");
}

static void test_each(void)
{
	each(set_one);
}

/* ---- How words are taken -------------------------------------------------- */

static struct cli_options parsed;

static int line(const char *text)
{
	static char copy[256], *argv[32];
	int argc = 0;
	char *word;

	snprintf(copy, sizeof(copy), "kdump-triage %s", text);
	for (word = strtok(copy, " "); word && argc < 31;
	     word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	return options_parse(argc, argv, &parsed);
}

#define IS(text, what)                                                         \
	do {                                                                   \
		CU_ASSERT_EQUAL(line(text), -1);                               \
		CU_ASSERT_TRUE(what);                                          \
	} while (0)

static bool operands(const char *a, const char *b)
{
	return parsed.arg_count == 2 && !strcmp(parsed.args[0], a) &&
	       !strcmp(parsed.args[1], b);
}

/* As GNU's programs take them. */
static void test_words(void)
{
	IS("a b", operands("a", "b") && parsed.command->id == COMMAND_REPORT);
	IS("a --json b", operands("a", "b") && parsed.format == CLI_JSON);
	IS("--json runs a -- --b",
	   operands("a", "--b") && parsed.command->id == COMMAND_RUNS);
	IS("-j 3 runs a b", operands("a", "b") && parsed.jobs == 3);
	IS("-j3 a b", operands("a", "b") && parsed.jobs == 3);
	IS("--jobs=3 a b", operands("a", "b") && parsed.jobs == 3);
	IS("--jo 3 splits a b", operands("a", "b") && parsed.jobs == 3 &&
					parsed.command->id == COMMAND_SPLITS);
	IS("--policy x check a b",
	   operands("a", "b") && parsed.command->id == COMMAND_CHECK);
	IS("- runs", operands("-", "runs"));
	IS("-- runs a", operands("runs", "a"));
	/* The last one counts. */
	IS("-j3 -j4 --format json --format meminfo a b",
	   parsed.jobs == 4 && parsed.format == CLI_MEMINFO);
	IS("-j3 -j auto a b", parsed.jobs == 0);
	IS("--max-tables 18446744073709551615 a b",
	   parsed.max_tables == UINT64_MAX);
	/* Of policies, all. */
	IS("check --policy x --policy y a b",
	   !strcmp(parsed.policies[1], "y") && !parsed.policies[2]);
	IS("batch a b",
	   parsed.timeout == 600 && parsed.max_memory == UINT64_C(4) << 30);
	IS("batch --timeout 0 --max-memory 0 a b",
	   !parsed.timeout && !parsed.max_memory);
}

/* A name need not be whole where only one begins so. */
static void test_abbreviations(void)
{
	IS("--form json a b", parsed.format == CLI_JSON);
	IS("--ti 5 --max 7 --vmli v --sy s a b",
	   parsed.timeout == 5 && parsed.max_tables == 7 &&
		   !strcmp(parsed.vmlinux, "v") &&
		   !strcmp(parsed.system_map, "s"));
	IS("batch --l --nu --sta s a b",
	   parsed.list_only && parsed.nul && !strcmp(parsed.state, "s"));
	IS("check --max-lost=5 a b", parsed.rules[CHECK_LOST].number == 5);
	IS("extract --vi runs,map a b",
	   parsed.views == (1u << CLI_VIEW_RUNS | 1u << CLI_VIEW_MAP));
}

static void test_posix(void)
{
	setenv("POSIXLY_CORRECT", "1", 1);
	IS("--json a --text", operands("a", "--text"));
	IS("runs --json a --", operands("a", "--"));
	unsetenv("POSIXLY_CORRECT");
	IS("a -- --text", operands("a", "--text"));
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "commands", test_commands },
		{ "options", test_options },
		{ "views of a database", test_views },
		{ "each option of each command", test_each },
		{ "words", test_words },
		{ "abbreviations", test_abbreviations },
		{ "POSIXLY_CORRECT", test_posix },
		CU_TEST_INFO_NULL,
	};

	return suite_run("table of options", tests);
}
