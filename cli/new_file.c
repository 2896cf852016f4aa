// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keeper.h"
#include "new_file.h"

/* For the signal handler; one file at a time is enough here. */
static char *volatile doomed;

static void remove_doomed(int signal)
{
	if (doomed)
		unlink(doomed);
	/* SA_RESETHAND: the second time it ends the program as usual. */
	raise(signal);
}

static void watch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction action = { .sa_handler = remove_doomed,
				    .sa_flags = SA_RESETHAND | SA_NODEFER };
	struct sigaction old;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		/* What nohup and shells told us to ignore stays ignored. */
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

static struct dm_error *os_error(const char *path)
{
	return dm_error_create(DM_ERROR_OUTPUT, "%s: %s", path,
			       strerror(errno));
}

struct dm_error *new_file_check(const char *path, bool force)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !(force && S_ISREG(st.st_mode)))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       force ? "%s is no regular file"
					     : "%s exists; --force replaces it",
				       path);
	return NULL;
}

struct dm_error *new_file_create(struct new_file *file, const char *path,
				 bool force)
{
	struct dm_error *err;
	mode_t mask;

	*file = (struct new_file){ .fd = -1, .force = force };
	if (keeper_has(path)) {
		file->path = strdup(path);
		err = file->path ? keeper_create(force, &file->fd)
				 : dm_error_create(DM_ERROR_NO_MEMORY,
						   "out of memory");
		file->kept = !err;
		if (err)
			new_file_deinit(file);
		return err;
	}
	err = new_file_check(path, force);
	if (err)
		return err;
	file->path = strdup(path);
	if (!file->path || asprintf(&file->temporary, "%s.XXXXXX", path) < 0) {
		file->temporary = NULL;
		new_file_deinit(file);
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	}
	file->fd = mkstemp(file->temporary);
	if (file->fd < 0) {
		err = os_error(path);
		free(file->temporary);
		file->temporary = NULL;
		new_file_deinit(file);
		return err;
	}
	doomed = file->temporary;
	watch_signals();
	/* mkstemp() gives 0600; a dump's extract is a file like any other. */
	mask = umask(0);
	umask(mask);
	fchmod(file->fd, 0666 & ~mask);
	return NULL;
}

/* link() refuses to replace, so two writers cannot overwrite one another. */
static int put_in_place(const struct new_file *file)
{
	if (file->force)
		return rename(file->temporary, file->path);
	if (link(file->temporary, file->path) == 0)
		return unlink(file->temporary);
	/* Some file systems have no links. */
	return errno == EEXIST ? -1 : rename(file->temporary, file->path);
}

struct dm_error *new_file_commit(struct new_file *file)
{
	if (file->kept)
		return keeper_commit();
	if (fsync(file->fd) != 0 || put_in_place(file) != 0)
		return os_error(file->path);
	doomed = NULL;
	free(file->temporary);
	file->temporary = NULL;
	return NULL;
}

void new_file_deinit(struct new_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->kept)
		keeper_discard();
	file->kept = false;
	if (file->temporary) {
		unlink(file->temporary);
		doomed = NULL;
	}
	free(file->temporary);
	free(file->path);
	file->temporary = file->path = NULL;
	file->fd = -1;
}
