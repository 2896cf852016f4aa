/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Standard output where it is a terminal: its width, and lines that fit it. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdio.h>

/** Columns of the terminal on standard output; 0: it is none, or unknown. */
unsigned int terminal_columns(void);

/**
 * From here on, lines on standard output that are longer than the terminal is
 * wide are folded at blanks; nothing changes where it is no terminal. For text
 * that people read, not for JSON and the like.
 */
void terminal_fold(void);

/**
 * What terminal_fold() writes to: folds at @p columns into @p to, a line when
 * it is whole. Closing it does not close @p to. @returns NULL: no memory.
 */
FILE *terminal_folding(FILE *to, unsigned int columns);

#endif /* TERMINAL_H */
