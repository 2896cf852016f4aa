// SPDX-License-Identifier: GPL-2.0-or-later
/* All commands in their order, and looking things up among them. */
#include <string.h>

#include "shared.h"

const struct command_exit command_exits[] = {
	{ 0, "fine" },
	{ 1, "check failed" },
	{ 2, "wrong use" },
	{ 3, "dump unreadable or unsupported" },
	{ 4, "partial result" },
	{ 5, "our fault or the machine's" },
	{ 0, NULL },
};

const struct command_spec *const command_table[COMMANDS] = {
	[COMMAND_REPORT] = &command_report,
	[COMMAND_RUNS] = &command_runs,
	[COMMAND_PTDUMP] = &command_ptdump,
	[COMMAND_SPLITS] = &command_splits,
	[COMMAND_MAP] = &command_map,
	[COMMAND_POLICY] = &command_policy,
	[COMMAND_EXPLAIN] = &command_explain,
	[COMMAND_COUNTERS] = &command_counters,
	[COMMAND_EXTRACT] = &command_extract,
	[COMMAND_CHECK] = &command_check,
	[COMMAND_DIFF] = &command_diff,
	[COMMAND_BATCH] = &command_batch,
	[COMMAND_QUERY] = &command_query,
	[COMMAND_MERGE] = &command_merge,
	[COMMAND_HELP] = &command_help,
};

const struct command_spec *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (!strcmp(command_table[i]->name, name))
			return command_table[i];
	}
	return NULL;
}

const struct option_spec *command_option(const struct command_spec *command,
					 size_t i)
{
	size_t count = 0;

	while (count < i && command->options[count])
		count++;
	if (command->options[count])
		return command->options[count];
	return i - count < command->more_count ? &command->more[i - count]
					       : NULL;
}

const struct option_spec *
command_find_option(const struct command_spec *command, const char *name,
		    size_t size)
{
	const struct option_spec *o;
	size_t i;

	for (i = 0; (o = command_option(command, i)); i++) {
		if (strlen(o->name) == size && !memcmp(o->name, name, size))
			return o;
	}
	return NULL;
}

bool command_takes(const struct command_spec *command, const char *name)
{
	return command_find_option(command, name, strlen(name));
}

const struct option_spec *
command_find_letter(const struct command_spec *command, char letter)
{
	const struct option_spec *o;
	size_t i;

	for (i = 0; (o = command_option(command, i)); i++) {
		if (o->letter && o->letter == letter)
			return o;
	}
	return NULL;
}

const char *option_word_name(const struct option_spec *option, uint64_t value)
{
	const struct option_word *word = option->words;

	while (word && word->name && word->value != value)
		word++;
	return word ? word->name : NULL;
}
