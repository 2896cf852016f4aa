/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help, as the table has it. */
#ifndef CLI_OPTIONS_HELP_H
#define CLI_OPTIONS_HELP_H

#include "table.h"

/** To stdout. @param command	NULL: of the program. @returns An exit code. */
int help_print(const struct command_spec *command);
/** The command `help`. */
int help_run(const struct cli_options *options);

#endif /* CLI_OPTIONS_HELP_H */
