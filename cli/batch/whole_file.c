// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "whole_file.h"

static struct dm_error *os_error(const char *path)
{
	return dm_error_create(DM_ERROR_OUTPUT, "%s: %s", path,
			       strerror(errno));
}

struct dm_error *whole_file_create(struct whole_file *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct dm_error *err;
	mode_t mask;
	int fd;

	*f = (struct whole_file){ 0 };
	if (!strcmp(path, "-")) {
		f->file = stdout;
		return NULL;
	}
	f->path = strdup(path);
	/*
	 * Hidden, and not ending as the name does: node_exporter must not read
	 * a half-written *.prom.
	 */
	if (!f->path || asprintf(&f->temporary, "%.*s.%s.XXXXXX",
				 slash ? (int)(slash - path) + 1 : 0, path,
				 slash ? slash + 1 : path) < 0) {
		f->temporary = NULL;
		whole_file_deinit(f);
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	}
	fd = mkostemp(f->temporary, O_CLOEXEC);
	if (fd >= 0)
		f->file = fdopen(fd, "w");
	if (!f->file) {
		err = os_error(path);
		if (fd >= 0) {
			unlink(f->temporary);
			close(fd);
		}
		free(f->temporary);
		f->temporary = NULL;
		whole_file_deinit(f);
		return err;
	}
	mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask);
	return NULL;
}

struct dm_error *whole_file_commit(struct whole_file *f)
{
	bool failed = fflush(f->file) != 0 || ferror(f->file);

	if (f->file == stdout)
		return failed ? os_error("cannot write the output") : NULL;
	if (failed)
		return os_error(f->path);
	failed = fclose(f->file) != 0;
	f->file = NULL;
	if (failed || rename(f->temporary, f->path) != 0)
		return os_error(f->path);
	free(f->temporary);
	f->temporary = NULL;
	return NULL;
}

void whole_file_deinit(struct whole_file *f)
{
	if (f->file && f->file != stdout)
		fclose(f->file);
	if (f->temporary)
		unlink(f->temporary);
	free(f->temporary);
	free(f->path);
	*f = (struct whole_file){ 0 };
}
