/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help, as the table has it. */
#ifndef CLI_OPTIONS_HELP_H
#define CLI_OPTIONS_HELP_H

#include "table.h"

/* Of what is said of an option. */
#define HELP_OPTION_MAX 1024

/** What is said of an option beside its name: values and default too. */
void help_option_text(const struct command_spec *c, const struct option_spec *o,
		      char *to, size_t size);
/** To stdout. @param command	NULL: of the program. @returns An exit code. */
int help_print(const struct command_spec *command);
/** The command `help`. */
int help_run(const struct cli_options *options);

#endif /* CLI_OPTIONS_HELP_H */
