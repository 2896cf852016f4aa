// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of commands and options, and the views of a database, as one JSON
 * object: what man pages and completion are made from.
 */
#include <jansson.h>
#include <stdio.h>

#include "batch/db.h"
#include "options/help.h"
#include "options/shared.h"

static const char *const kinds[] = {
	[OPTION_FLAG] = "flag",	    [OPTION_CHOICE] = "choice",
	[OPTION_WORD] = "word",	    [OPTION_LIST] = "list",
	[OPTION_NUMBER] = "number", [OPTION_SECONDS] = "seconds",
	[OPTION_SIZE] = "size",	    [OPTION_PERCENT] = "percent",
	[OPTION_RANGE] = "range",   [OPTION_PART] = "part",
	[OPTION_FILE] = "file",	    [OPTION_FILES] = "files",
	[OPTION_HELP] = "help",	    [OPTION_VERSION] = "version",
};

static const char *const operand_kinds[] = {
	[OPERANDS_DUMPS] = "dumps",
	[OPERANDS_DUMPS_OUT] = "dumps_out",
	[OPERANDS_DUMPS_ADDRESSES] = "dumps_addresses",
	[OPERANDS_PATHS] = "paths",
	[OPERANDS_WORD] = "word",
	[OPERANDS_COMMAND] = "command",
};

static json_t *text(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *lines(const char *const *line)
{
	json_t *list = json_array();

	for (; *line; line++)
		json_array_append_new(list, json_string(*line));
	return list;
}

static json_t *words(const struct option_word *word)
{
	json_t *list = json_array();

	for (; word && word->name; word++)
		json_array_append_new(list, json_string(word->name));
	return list;
}

static json_t *exits(const struct command_exit *exit)
{
	json_t *list = json_array();

	for (; exit->meaning; exit++)
		json_array_append_new(list, json_pack("[i, s]", exit->code,
						      exit->meaning));
	return list;
}

static json_t *option(const struct command_spec *c, const struct option_spec *o)
{
	char says[HELP_OPTION_MAX], letter[] = { o->letter, '\0' };
	json_t *object;

	help_option_text(c, o, says, sizeof(says));
	object = json_pack("{s: s, s: s, s: s, s: s, s: s, s: b}", "name",
			   o->name, "kind", kinds[o->kind], "section",
			   option_section_titles[o->section], "help", o->help,
			   "says", says, "rule", (int)o->rule);
	json_object_set_new(object, "letter", text(o->letter ? letter : NULL));
	json_object_set_new(object, "argument", text(o->argument));
	json_object_set_new(object, "one_of", text(o->one_of));
	json_object_set_new(object, "words", words(o->words));
	return object;
}

static json_t *command(const struct command_spec *c)
{
	json_t *options = json_array();
	const struct option_spec *o;
	json_t *object;
	size_t i;

	for (i = 0; (o = command_option(c, i)); i++)
		json_array_append_new(options, option(c, o));
	object = json_pack("{s: s, s: s, s: s, s: s, s: i, s: o}", "name",
			   c->name, "summary", c->summary, "about", c->about,
			   "operands", operand_kinds[c->operand_kind],
			   "max_operands", (int)c->max_operands, "options",
			   options);
	json_object_set_new(object, "words", words(c->operand_words));
	json_object_set_new(object, "usage", lines(c->usage));
	json_object_set_new(object, "examples", lines(c->examples));
	json_object_set_new(object, "exits", exits(c->exits));
	return object;
}

static json_t *views(void)
{
	json_t *list = json_array();
	const struct db_view *view;

	for (view = db_views; view->name; view++)
		json_array_append_new(list, json_pack("[s, s]", view->name,
						      view->what));
	return list;
}

int main(void)
{
	json_t *commands = json_array(), *all;
	size_t i;
	int bad;

	for (i = 0; i < COMMANDS; i++)
		json_array_append_new(commands, command(command_table[i]));
	all = json_pack("{s: s, s: o, s: o}", "version", DM_VERSION, "commands",
			commands, "views", views());
	bad = !all || json_dumpf(all, stdout, JSON_INDENT(1)) || puts("") < 0;
	json_decref(all);
	return bad ? 1 : 0;
}
