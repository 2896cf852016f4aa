// SPDX-License-Identifier: GPL-2.0-or-later
/* Looking over all commands, as long as it is not known which one it is. */
#include <string.h>

#include "near.h"
#include "which.h"

bool which_has_option(const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (command_find_option(command_table[i], name, size))
			return true;
	}
	return false;
}

bool which_has_word(const char *option, const char *word)
{
	const struct option_spec *o;
	const struct option_word *w;
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		o = command_find_option(command_table[i], option,
					strlen(option));
		for (w = o ? o->words : NULL; w && w->name; w++) {
			if (!strcmp(w->name, word))
				return true;
		}
	}
	return false;
}

const struct option_spec *which_abbreviated(const struct command_spec *command,
					    const char *name, size_t size,
					    unsigned int *fits)
{
	const struct option_spec *o, *found = NULL;
	size_t i;

	*fits = 0;
	for (i = 0; (o = command_option(command, i)); i++) {
		if (strncmp(o->name, name, size) != 0)
			continue;
		found = o;
		(*fits)++;
	}
	return found;
}

/* ---- Before the command is known ------------------------------------------ */

/* Those of one name, of whichever command, all take a value or none. */
static const struct option_spec *any_option(const char *name, size_t size)
{
	const struct option_spec *o = NULL;
	unsigned int fits;
	size_t i;

	for (i = 0; !o && i < COMMANDS; i++)
		o = command_find_option(command_table[i], name, size);
	for (i = 0; !o && i < COMMANDS; i++)
		o = which_abbreviated(command_table[i], name, size, &fits);
	return o;
}

static const struct option_spec *any_letter(char letter)
{
	const struct option_spec *o = NULL;
	size_t i;

	for (i = 0; !o && i < COMMANDS; i++)
		o = command_find_letter(command_table[i], letter);
	return o;
}

/* Whether @word is an option whose value is the next word. */
static bool takes_next(const char *word)
{
	const struct option_spec *o;

	if (word[1] != '-')
		o = word[2] ? NULL : any_letter(word[1]);
	else
		o = strchr(word, '=') ? NULL
				      : any_option(word + 2, strlen(word + 2));
	return o && o->argument;
}

const struct command_spec *which_command(int argc, char *const *argv, int *at)
{
	int i;

	*at = 0;
	for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
		/* What comes behind is an operand, whatever its name. */
		if (!strcmp(argv[i], "--"))
			return NULL;
		i += takes_next(argv[i]);
	}
	if (i >= argc)
		return NULL;
	*at = i;
	return command_find(argv[i]);
}

const char *which_command_near(const char *word)
{
	struct near near;
	size_t i;

	near_init(&near, word, strlen(word));
	for (i = 0; i < COMMANDS; i++)
		near_try(&near, command_table[i]->name);
	return near.meant;
}
