/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that is read from front to end: a file, or what another program writes. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include <stdio.h>

#include "directmap.h"

/**
 * Open a file, a pipe (process substitution) or a FIFO. A FIFO is waited for as
 * long as somebody has it open for writing, but for two seconds only where
 * nobody has.
 * @param file	To be closed with fclose(). Of a FIFO it has no descriptor.
 * @returns	DM_ERROR_OS: cannot be opened, or nobody writes to it.
 */
struct dm_error *input_open(const char *path, FILE **file);

#endif /* CLI_INPUT_H */
