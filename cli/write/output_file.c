// SPDX-License-Identifier: GPL-2.0-or-later
/* Creates the hidden file, writes it, and puts it in place or removes it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/error.h"
#include "keeper.h"
#include "os_error.h"
#include "output_file.h"

struct dm_error *output_file_check(const char *path, enum output_kind kind,
				   bool force)
{
	struct target target;
	struct dm_error *err = target_init(&target, path, kind, force);

	target_deinit(&target);
	return err;
}

/* ---- Where it is written until it is whole ------------------------------- */

/*
 * Hidden, and not ending as the name does: node_exporter must not read a
 * half-written *.prom.
 */
static char *hidden_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *ret;

	return asprintf(&ret, "%.*s.%.200s.XXXXXX",
			slash ? (int)(slash - path) + 1 : 0, path,
			slash ? slash + 1 : path) < 0
		       ? NULL
		       : ret;
}

/* What is printed where there is no stdout or stderr must not go in. */
static int above_stderr(int fd)
{
	int ret = fd;

	if (fd >= 0 && fd <= STDERR_FILENO) {
		ret = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		close(fd);
	}
	return ret;
}

static struct dm_error *create_beside(struct output_file *f)
{
	struct dm_error *err;
	mode_t mask;

	f->temporary = hidden_name(f->target.path);
	if (!f->temporary)
		return dm_error_no_memory();
	f->fd = above_stderr(mkostemp(f->temporary, O_CLOEXEC));
	if (f->fd < 0) {
		err = os_error(DM_ERROR_OUTPUT, f->name);
		free(f->temporary);
		f->temporary = NULL;
		return err;
	}
	/* It is a file like any other; and who may read the old one, this one. */
	mask = umask(0);
	umask(mask);
	fchmod(f->fd, f->target.exists ? f->target.mode : 0666 & ~mask);
	return NULL;
}

static struct dm_error *create_nameless(struct output_file *f)
{
	const char *folder = getenv("TMPDIR");
	struct dm_error *err;

	err = target_open_stream(&f->target, f->name, &f->to);
	if (err)
		return err;
	f->fd = above_stderr(open(folder && *folder ? folder : "/tmp",
				  O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
	if (f->fd < 0)
		f->fd = above_stderr(memfd_create("output", MFD_CLOEXEC));
	return f->fd < 0
		       ? os_error(DM_ERROR_OUTPUT, "a temporary file in TMPDIR")
		       : NULL;
}

struct dm_error *output_file_create(struct output_file *f, const char *path,
				    enum output_kind kind, bool force)
{
	struct dm_error *err;

	*f = (struct output_file){
		.fd = -1, .to = -1, .kind = kind, .force = force
	};
	f->target.fd = -1;
	f->name = strdup(strcmp(path, "-") ? path : "standard output");
	if (!f->name)
		return dm_error_no_memory();
	err = target_init(&f->target, path, kind, force);
	if (!err)
		err = f->target.path ? create_beside(f) : create_nameless(f);
	if (err)
		output_file_deinit(f);
	return err;
}

/* ---- The end ------------------------------------------------------------- */

/* Runs in the one process that may rename. */
static struct dm_error *put_in_place(void *arg)
{
	struct output_file *f = arg;
	struct dm_error *err;

	if (!f->target.exists &&
	    renameat2(AT_FDCWD, f->temporary, AT_FDCWD, f->target.path,
		      RENAME_NOREPLACE) == 0)
		return NULL;
	/* What is there by now? Some file systems have no such rename at all. */
	err = output_file_check(f->target.path, f->kind, f->force);
	if (!err && rename(f->temporary, f->target.path) != 0)
		err = os_error(DM_ERROR_OUTPUT, f->name);
	return err;
}

static void give_up(void *arg)
{
	unlink(((struct output_file *)arg)->temporary);
}

struct dm_error *output_file_keep(struct output_file *f)
{
	return f->temporary ? keeper_start(&f->keeper, put_in_place, give_up, f)
			    : NULL;
}

static struct dm_error *write_all(int fd, const char *p, size_t size,
				  const char *name)
{
	while (size) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return os_error(DM_ERROR_OUTPUT, name);
		p += n;
		size -= (size_t)n;
	}
	return NULL;
}

static struct dm_error *copy_to_stream(struct output_file *f)
{
	struct dm_error *err = NULL;
	char buf[65536];
	off_t at = 0;
	ssize_t n;

	/* What was printed before comes before. */
	fflush(stdout);
	while (!err && (n = pread(f->fd, buf, sizeof(buf), at)) != 0) {
		if (n < 0)
			return os_error(DM_ERROR_OUTPUT, f->name);
		err = write_all(f->to, buf, (size_t)n, f->name);
		at += n;
	}
	return err;
}

struct dm_error *output_file_stream(struct output_file *f, FILE **ret)
{
	if (!f->stream)
		f->stream = fdopen(f->fd, "w");
	*ret = f->stream;
	return f->stream ? NULL : os_error(DM_ERROR_OUTPUT, f->name);
}

bool output_file_is_stdout(const struct output_file *f)
{
	struct stat a, b;

	return f->to >= 0 && fstat(f->to, &a) == 0 &&
	       fstat(STDOUT_FILENO, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* NFS and quotas may say only now that there is no space. */
static bool close_file(struct output_file *f)
{
	int fd = f->fd;

	f->fd = -1;
	if (!f->stream)
		return close(fd) == 0;
	fd = fclose(f->stream);
	f->stream = NULL;
	return fd == 0;
}

struct dm_error *output_file_commit(struct output_file *f)
{
	struct dm_error *err;

	if (f->stream && (fflush(f->stream) != 0 || ferror(f->stream)))
		return os_error(DM_ERROR_OUTPUT, f->name);
	if (f->to >= 0) {
		err = copy_to_stream(f);
		if (!err && close(f->to) != 0)
			err = os_error(DM_ERROR_OUTPUT, f->name);
		f->to = -1;
		return err;
	}
	/* A result that a power cut loses is made again. */
	if (f->kind != OUTPUT_RESULT && fsync(f->fd) != 0)
		return os_error(DM_ERROR_OUTPUT, f->name);
	if (!close_file(f))
		return os_error(DM_ERROR_OUTPUT, f->name);
	err = f->keeper ? keeper_commit(f->keeper) : put_in_place(f);
	if (err)
		return err;
	free(f->temporary);
	f->temporary = NULL;
	return NULL;
}

void output_file_deinit(struct output_file *f)
{
	if (f->stream)
		fclose(f->stream);
	else if (f->fd > 0)
		close(f->fd);
	if (f->to > 0)
		close(f->to);
	if (f->keeper)
		keeper_end(f->keeper);
	else if (f->temporary)
		give_up(f);
	free(f->temporary);
	free(f->name);
	target_deinit(&f->target);
	*f = (struct output_file){ .fd = -1, .to = -1 };
	f->target.fd = -1;
}
