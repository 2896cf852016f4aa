/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file that appears whole under its name, or not at all. */
#ifndef NEW_FILE_H
#define NEW_FILE_H

#include <stdbool.h>

#include "directmap.h"

struct new_file {
	int fd;
	char *path; /* where it shall be */
	char *temporary; /* where it is now; NULL once it is there */
	bool force; /* replace what is at path */
	bool kept; /* by the keeper of a process in the sandbox */
};

/** Whether @p path may be written: new, or a regular file and @p force. */
struct dm_error *new_file_check(const char *path, bool force);
struct dm_error *new_file_create(struct new_file *file, const char *path,
				 bool force);
/** Put it in its place, on disk. */
struct dm_error *new_file_commit(struct new_file *file);
/** What was not committed is gone, also when a signal ends the program. */
void new_file_deinit(struct new_file *file);

#endif /* NEW_FILE_H */
