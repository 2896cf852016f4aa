// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A disk with a bad spot, for a program with this in LD_PRELOAD: pread()
 * of a byte from EIO_FROM on to before EIO_END fails; with EIO_SHORT it gives
 * half of what was asked for instead, as a signal or a network may make it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "preload.h"

static unsigned long long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : 0;
}

/* Reads that are submitted would pass by: there is no io_setup() here. */
long syscall(long call, ...)
{
	long (*next)(long, ...) =
		(long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	long a[6];
	va_list ap;
	int i;

	va_start(ap, call);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (call == SYS_io_submit)
		count_read();
	if (call == SYS_io_setup) {
		errno = ENOSYS;
		return -1;
	}
	return next(call, a[0], a[1], a[2], a[3], a[4], a[5]);
}

ssize_t pread64(int fd, void *buf, size_t size, off_t off)
{
	unsigned long long from = number("EIO_FROM"), end = number("EIO_END");

	if (size > 1 && (unsigned long long)off < end &&
	    (unsigned long long)off + size > from) {
		if (!getenv("EIO_SHORT")) {
			errno = EIO;
			return -1;
		}
		size /= 2;
	}
	count_read();
	kill_reader();
	return bounce_pread(fd, buf, size, off);
}
