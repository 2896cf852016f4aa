/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command line, by the table. */
#ifndef CLI_OPTIONS_PARSE_H
#define CLI_OPTIONS_PARSE_H

#include "table.h"

/**
 * As GNU's getopt_long() takes them: names may be abbreviated, options may stand
 * behind operands unless POSIXLY_CORRECT is set, -- ends them. --help and
 * --version are answered here.
 * @param argv	Operands are moved to its front.
 * @param ret	Borrows from @p argv.
 * @returns	-1: do it; else the exit code, and all is said.
 */
int options_parse(int argc, char **argv, struct cli_options *ret);
/** Whether there are as many operands as the command takes; as above. */
int options_check_operands(const struct cli_options *options);
/** Says what is wrong and where help is. @returns CLI_USAGE. */
int options_wrong(const struct command_spec *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* CLI_OPTIONS_PARSE_H */
