/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file in memory, with a path, for what opens files by name. */
#ifndef MEMORY_FILE_H
#define MEMORY_FILE_H

#include <stddef.h>

struct memory_file {
	int fd;
	char path[64];
};

/* What it cannot get ends the program. */
void memory_file_create(struct memory_file *file);
void memory_file_write(struct memory_file *file, const void *data, size_t size);
void memory_file_destroy(struct memory_file *file);

#endif /* MEMORY_FILE_H */
