/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process beside one in the sandbox, which makes the one file that it writes
 * and puts it in its place. So nothing that parses a dump can open, rename or
 * remove files, where there is no Landlock as little as where there is.
 */
#ifndef CLI_KEEPER_H
#define CLI_KEEPER_H

#include "new_file.h"

/**
 * For @p path, and no other, from here on: new_file_create() and what follows
 * are done by the keeper. Before the sandbox is entered; once in a process.
 * @param path	Kept: must stay.
 * @param force	Whether it may be replaced, whatever is asked later.
 * @returns	DM_ERROR_OUTPUT: no process for it.
 */
struct dm_error *keeper_start(const char *path, bool force);

/** The socket that descriptors come by; 0: no keeper. */
int keeper_socket(void);

/* ---- For new_file.c -------------------------------------------------------- */

/** Whether this file is the keeper's to make. */
bool keeper_has(const char *path);
/** As new_file_create(). @returns the file's descriptor by @p fd. */
struct dm_error *keeper_create(bool force, int *fd);
struct dm_error *keeper_commit(void);
/** What was not committed is gone; so it is when this process ends. */
void keeper_discard(void);

#endif /* CLI_KEEPER_H */
