// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts calls that read, for a program with this in LD_PRELOAD: a 64-bit
 * number in COUNT_FILE, which is there and holds 8 bytes.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "preload.h"

static atomic_ullong *count;

/* Before there is a sandbox. */
__attribute__((constructor)) static void open_count(void)
{
	const char *path = getenv("COUNT_FILE");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map;

	if (fd < 0)
		return;
	map = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		   0);
	close(fd);
	if (map != MAP_FAILED)
		count = map;
}

void count_read(void)
{
	if (count)
		atomic_fetch_add(count, 1);
}
