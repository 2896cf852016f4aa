/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vmlinux among the dumps, where users of crash put it. */
#ifndef CLI_VMLINUX_ARG_H
#define CLI_VMLINUX_ARG_H

#include "cli.h"

/**
 * Take the one argument that is a program of arm64, beside others that are not,
 * as if it had been given with --vmlinux. Which a file is, its ELF header says.
 * @param count	Of the arguments: what is behind them is no dump.
 * @returns	DM_ERROR_INVALID_ARGUMENT: two of them, or --vmlinux besides.
 */
struct dm_error *cli_take_vmlinux(struct cli_options *options, size_t count);

#endif /* CLI_VMLINUX_ARG_H */
