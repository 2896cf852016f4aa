/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs kdump-triage as a user does and keeps what it says. With RUN_KEEP_JSON in
 * the environment, what is JSON is kept in that folder too, in a file for each
 * suite with NUL behind each output: tests/documents/schema looks at it.
 */
#ifndef RUN_H
#define RUN_H

#include <stddef.h>

struct run {
	int code; /* exit code; -1 if a signal ended it */
	char *out; /* NUL-terminated */
	size_t out_size;
	char *err;
};

/**
 * @param arguments	A shell's words; the program's name is put before them.
 *			$D stands for the folder of the bundled dumps, $T for a
 *			scratch folder.
 */
void run_tool(struct run *run, const char *arguments);
void run_deinit(struct run *run);
/** The same, in place of what it was before. */
void run_again(struct run *run, const char *arguments);

/** Asserts that a shell's words, $D among them, go well in the scratch folder. */
void run_shell(const char *words);
/** Newlines in @p text. */
size_t run_lines(const char *text);

/** The scratch folder, made when first asked for. */
const char *run_scratch(void);
void run_remove_scratch(void);

/** A whole file, NUL-terminated, or NULL. */
char *run_read_file(const char *path, size_t *size);

#endif /* RUN_H */
