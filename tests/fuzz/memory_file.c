// SPDX-License-Identifier: GPL-2.0-or-later
/* Creates, writes and closes a memfd. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory_file.h"

void memory_file_create(struct memory_file *file)
{
	file->fd = memfd_create("test", MFD_CLOEXEC);
	if (file->fd < 0) {
		perror("memfd_create");
		abort();
	}
	snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d", file->fd);
}

void memory_file_write(struct memory_file *file, const void *data, size_t size)
{
	if (ftruncate(file->fd, 0) != 0 ||
	    pwrite(file->fd, data, size, 0) != (ssize_t)size) {
		perror("memory file");
		abort();
	}
}

void memory_file_destroy(struct memory_file *file)
{
	close(file->fd);
}
