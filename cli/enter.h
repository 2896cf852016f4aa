/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sandbox that a command runs in. */
#ifndef CLI_ENTER_H
#define CLI_ENTER_H

#include "cli.h"

/*
 * By what the command does with its arguments. What it writes is opened before, as
 * options->out, for nothing can be made or renamed from within; errors are of
 * that. With --verbose, what could not be given up is told on stderr; where that
 * is all, it is told in any case.
 */
struct dm_error *cli_enter_sandbox(enum cli_sandbox sandbox,
				   const struct cli_options *options);

/* On stderr: nothing at all can be given up on this system, and @p why. */
void cli_warn_no_sandbox(const char *why);

#endif /* CLI_ENTER_H */
