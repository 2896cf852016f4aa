/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this command reads, so that no output replaces it: files by device
 * and inode, whatever names they have. One list, of the process.
 */
#ifndef WRITE_INPUTS_H
#define WRITE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "directmap.h"

/** A file that is read, or that a NULL @p path leaves out. Not there: no input. */
struct dm_error *inputs_add(const char *path);
struct dm_error *inputs_add_all(char *const *paths, size_t count);
bool inputs_have(const struct stat *st);
/**
 * DM_ERROR_INVALID_ARGUMENT where standard output goes to a file that is read:
 * appended to it (>>), say.
 */
struct dm_error *inputs_check_stdout(void);

#endif /* WRITE_INPUTS_H */
