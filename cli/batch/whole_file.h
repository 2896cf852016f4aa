/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text files that appear whole under their names, replacing what was there. */
#ifndef BATCH_WHOLE_FILE_H
#define BATCH_WHOLE_FILE_H

#include <stdio.h>

#include "directmap.h"

struct whole_file {
	FILE *file; /* stdout for "-" */
	char *path, *temporary;
};

/** @param path	"-" is stdout. */
struct dm_error *whole_file_create(struct whole_file *f, const char *path);
/** Put it in its place. */
struct dm_error *whole_file_commit(struct whole_file *f);
/** What was not committed is gone. */
void whole_file_deinit(struct whole_file *f);

#endif /* BATCH_WHOLE_FILE_H */
