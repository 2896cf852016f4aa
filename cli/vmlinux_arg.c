// SPDX-License-Identifier: GPL-2.0-or-later
/* Tells a vmlinux from a dump among the arguments, by its ELF header. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/debuginfo.h"
#include "vmlinux_arg.h"

static bool is_vmlinux(const char *path)
{
	/* Never waits for a FIFO's other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	unsigned char head[64]; /* an ELF header */
	struct stat st;
	bool is = false;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) &&
	    pread(fd, head, sizeof(head), 0) == sizeof(head))
		is = dm_debuginfo_is_vmlinux(head, sizeof(head));
	close(fd);
	return is;
}

static struct dm_error *two(const char *a, const char *b)
{
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"%s and %s: two kernels with symbols (vmlinux); give one", a,
		b);
}

struct dm_error *cli_take_vmlinux(struct cli_options *options, size_t count)
{
	char **args = options->args;
	size_t i, at = count;

	/* Alone it is taken for the dump, and the error says what it is. */
	if (count < 2)
		return NULL;
	for (i = 0; i < count; i++) {
		if (!is_vmlinux(args[i]))
			continue;
		if (at < count)
			return two(args[at], args[i]);
		at = i;
	}
	if (at == count)
		return NULL;
	if (options->vmlinux)
		return two(options->vmlinux, args[at]);
	options->vmlinux = args[at];
	options->arg_count--;
	memmove(args + at, args + at + 1,
		(options->arg_count - at) * sizeof(*args));
	return NULL;
}
