/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sandbox that a command runs in. */
#ifndef CLI_ENTER_H
#define CLI_ENTER_H

#include "cli.h"

/*
 * By what the command says of its arguments. With --verbose, what could not be
 * given up is told on stderr; the only error is no memory.
 */
struct dm_error *cli_enter_sandbox(const struct cli_command *command,
				   const struct cli_options *options);

#endif /* CLI_ENTER_H */
