/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of files that a dump is read from. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "directmap.h"

/* Begins as zeros. */
struct cli_files {
	char **v; /* owned, as all in it */
	size_t count, capacity;
};

/** @param files	A struct cli_files: for dm_dump_each_file(). */
struct dm_error *cli_files_add(void *files, const char *name);
/** Add what dm_dump_each_file() says of @p path. */
struct dm_error *cli_files_add_dump(struct cli_files *files, const char *path);
/**
 * The text that names images of RAM, which are what was added for @p path, and
 * nothing else was; NULL: it is no such dump.
 */
const char *cli_files_text(const struct cli_files *files, const char *path);
/** Whether @p path is such a text itself, and nothing is wrong with it. */
bool cli_files_is_text(const char *path);
void cli_files_deinit(struct cli_files *files);

#endif /* CLI_FILES_H */
