/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the paths stand for that a dump is opened by. */
#ifndef DUMP_PATHS_H
#define DUMP_PATHS_H

#include "dump/ram_list.h"

struct dump_paths {
	/* The text beside images of RAM that all paths lead to; NULL: none. */
	char *text;
	/*
	 * What it says; without one, the ranges that the paths name. Without
	 * ranges the paths are files as they are.
	 */
	struct ram_list list;
};

/* @returns DM_ERROR_INVALID_ARGUMENT: they are not of one dump. */
struct dm_error *dm_dump_paths_take(struct dump_paths *ret,
				    const char *const *paths, size_t n);
void dm_dump_paths_deinit(struct dump_paths *paths);

#endif /* DUMP_PATHS_H */
