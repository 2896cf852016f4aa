// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens a file, pipe or FIFO to be read as text, without waiting forever for a
 * writer.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "input.h"
#include "os_error.h"

#define GRACE_MS 2000
/* Between looks for a writer, whose coming wakes nobody up. */
#define LOOK_MS 20

struct fifo {
	int fd;
	/* What was read while there was nobody to give it to. */
	bool has_byte;
	char byte;
};

/*
 * To open it as usual would wait for a writer, however long; and the flag that
 * does not cannot be taken away later in the sandbox.
 */
static ssize_t read_fifo(void *cookie, char *buf, size_t size)
{
	struct fifo *fifo = cookie;
	struct pollfd is_there = { .fd = fifo->fd, .events = POLLIN };
	ssize_t n;

	if (fifo->has_byte && size) {
		fifo->has_byte = false;
		*buf = fifo->byte;
		return 1;
	}
	for (;;) {
		n = read(fifo->fd, buf, size);
		if (n >= 0 || (errno != EAGAIN && errno != EINTR))
			return n;
		if (errno == EAGAIN)
			poll(&is_there, 1, -1);
	}
}

static int close_fifo(void *cookie)
{
	struct fifo *fifo = cookie;
	int result = close(fifo->fd);

	free(fifo);
	return result;
}

/*
 * Before its first writer poll() knows of nothing and read() is at the end
 * (Linux fs/pipe.c: fifo_open(), pipe_poll()). With one that has not written
 * read() would wait; after the last there is POLLHUP.
 */
static bool has_writer(struct fifo *fifo)
{
	struct pollfd state = { .fd = fifo->fd, .events = POLLIN };
	ssize_t n;

	if (poll(&state, 1, 0) != 0)
		return true;
	n = read(fifo->fd, &fifo->byte, 1);
	fifo->has_byte = n == 1;
	return n != 0;
}

static struct dm_error *wait_for_writer(struct fifo *fifo, const char *path)
{
	struct timespec look = { .tv_nsec = LOOK_MS * 1000000L };
	int ms;

	for (ms = 0; ms < GRACE_MS; ms += LOOK_MS) {
		if (has_writer(fifo))
			return NULL;
		nanosleep(&look, NULL);
	}
	return dm_error_create(DM_ERROR_OS,
			       "%s: a FIFO that no program has open for "
			       "writing; start the writer first",
			       path);
}

static struct dm_error *open_fifo(int fd, const char *path, FILE **file)
{
	static const cookie_io_functions_t functions = {
		.read = read_fifo,
		.close = close_fifo,
	};
	struct fifo *fifo = malloc(sizeof(*fifo));
	struct dm_error *err;

	if (!fifo)
		return dm_error_no_memory();
	*fifo = (struct fifo){ .fd = fd };
	err = wait_for_writer(fifo, path);
	if (!err)
		*file = fopencookie(fifo, "r", functions);
	if (!*file)
		free(fifo);
	return err || *file ? err : os_error(DM_ERROR_OS, path);
}

static struct dm_error *open_other(int fd, const char *path, FILE **file)
{
	*file = fdopen(fd, "r");
	return *file ? NULL : os_error(DM_ERROR_OS, path);
}

struct dm_error *input_open(const char *path, FILE **file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct dm_error *err;
	struct stat st;

	*file = NULL;
	if (fd < 0)
		return os_error(DM_ERROR_OS, path);
	if (fstat(fd, &st))
		err = os_error(DM_ERROR_OS, path);
	else
		err = S_ISFIFO(st.st_mode) ? open_fifo(fd, path, file)
					   : open_other(fd, path, file);
	if (err)
		close(fd);
	return err;
}
