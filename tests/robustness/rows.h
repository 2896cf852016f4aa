/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matrix of bad input: what is wrong, how it is made, what is said then. */
#ifndef ROWS_H
#define ROWS_H

struct row {
	const char *what; /* NULL at the end; "" : how begins a new part */
	const char *how; /* lines of the generator's language */
	const char
		*then; /* a shell's words on "$F", done to the file; or NULL */
	const char *command; /* NULL: report --json "$F" */
	int code;
	const char *says; /* part of the line on stderr; NULL: no line */
	const char *figures; /* part of stdout; NULL: nothing to hold it to */
};

extern const struct row rows[];

#endif /* ROWS_H */
