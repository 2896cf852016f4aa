/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which command, and which option of which one, a word of a command line is. */
#ifndef CLI_OPTIONS_WHICH_H
#define CLI_OPTIONS_WHICH_H

#include "table.h"

/**
 * The command that is named by the first word that is neither an option nor the
 * value of one.
 * @param at	Of that word in @p argv; 0: there is none.
 * @returns	NULL: it names none.
 */
const struct command_spec *which_command(int argc, char *const *argv, int *at);
/** The command that was meant by @p word, or NULL. */
const char *which_command_near(const char *word);

/** Whether any command has an option of that name. */
bool which_has_option(const char *name, size_t size);
/** Whether any command has the option, and that one the word. */
bool which_has_word(const char *option, const char *word);
/**
 * The option that @p name begins.
 * @param fits	How many there are.
 * @returns	The last of them; NULL: none.
 */
const struct option_spec *which_abbreviated(const struct command_spec *command,
					    const char *name, size_t size,
					    unsigned int *fits);

#endif /* CLI_OPTIONS_WHICH_H */
