// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Follows names and links to the file that would be written, and refuses
 * inputs, dumps and files of others.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "directmap/number.h"
#include "directmap/error.h"
#include "inputs.h"
#include "os_error.h"
#include "target.h"

/* As the kernel: Linux include/linux/namei.h, MAXSYMLINKS. */
#define LINKS_MAX 40
#define HEAD_SIZE 4096
/* For a FIFO's reader, which a shell starts at the same time. */
#define WAIT_MS	  3000
#define WAIT_STEP 20

__attribute__((format(printf, 1, 2))) static struct dm_error *
refuse(const char *format, ...)
{
	char text[DM_ERROR_MESSAGE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT, "%s", text);
}

/* ---- Names -------------------------------------------------------------- */

/* @path's folder, as the kernel knows it; NULL if it is not there. */
static char *real_folder(const char *path)
{
	char *copy = strdup(path), *ret;

	ret = copy ? realpath(dirname(copy), NULL) : NULL;
	free(copy);
	return ret;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* N of /dev/fd/N or /proc/self/fd/N; -1: another name. */
static int own_descriptor(const char *path)
{
	const char *base = base_name(path);
	char *folder, own[64], task[64];
	uint64_t number;
	int fd = -1;

	if (!dm_number_between(base, 0, INT_MAX, &number))
		return -1;
	folder = real_folder(path);
	snprintf(own, sizeof(own), "/proc/%d/fd", (int)getpid());
	snprintf(task, sizeof(task), "/proc/%d/task/%d/fd", (int)getpid(),
		 (int)gettid());
	if (folder && (!strcmp(folder, own) || !strcmp(folder, task)))
		fd = (int)number;
	free(folder);
	return fd;
}

/* What the link at @path names, seen from where it lies. */
static char *follow(const char *path)
{
	char to[PATH_MAX], *copy, *ret = NULL;
	ssize_t n = readlink(path, to, sizeof(to) - 1);

	if (n <= 0)
		return NULL;
	to[n] = '\0';
	if (*to == '/')
		return strdup(to);
	copy = strdup(path);
	if (copy && asprintf(&ret, "%s/%s", dirname(copy), to) < 0)
		ret = NULL;
	free(copy);
	return ret;
}

/*
 * Through links to the end: a file, nothing (errno is 0 then), or a descriptor
 * of this process (@fd).
 */
static char *last_link(const char *path, int *fd)
{
	char *at = strdup(path), *next;
	struct stat st;
	int i;

	*fd = -1;
	for (i = 0; at && i < LINKS_MAX; i++) {
		*fd = own_descriptor(at);
		if (*fd >= 0 || lstat(at, &st) != 0 || !S_ISLNK(st.st_mode))
			return at;
		next = follow(at);
		free(at);
		at = next;
	}
	if (at)
		errno = ELOOP;
	free(at);
	return NULL;
}

char *target_canonical(const struct target *target)
{
	char *folder = target->path ? real_folder(target->path) : NULL;
	char *ret = NULL;

	if (folder &&
	    asprintf(&ret, "%s/%s", folder, base_name(target->path)) < 0)
		ret = NULL;
	free(folder);
	return ret;
}

/* ---- What a file is, by its first bytes ---------------------------------- */

struct head {
	unsigned char bytes[HEAD_SIZE];
	size_t size;
};

/* False, with errno set, if it cannot be read. */
static bool read_head(const char *path, struct head *head)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, head->bytes, sizeof(head->bytes));
	head->size = n > 0 ? (size_t)n : 0;
	close(fd);
	return n >= 0;
}

static bool has_at(const struct head *head, size_t at, const char *text)
{
	size_t n = strlen(text);

	return head->size >= at + n && !memcmp(head->bytes + at, text, n);
}

/*
 * Memory of a machine in any form, read here or not, and what belongs to it
 * (vmlinux): ELF, makedumpfile's and diskdump's, flattened, libvirt's and
 * QEMU's saves, LiME, AVML, SADUMP, LKCD of both byte orders, Windows' minidumps
 * and page dumps.
 */
static bool like_dump(const struct head *head)
{
	static const char *const begin[] = {
		"\177ELF",
		"KDUMP   ",
		"DISKDUMP",
		"makedumpfile",
		"Libvirt",
		"LVMQ",
		"QEVM",
		"EMiL",
		"LMVA",
		"AVML",
		"MDMP",
		"PAGEDU",
		"sadump",
		"\xa8\x19\x01\x73\x61\x8f\x23\xed",
		"\xed\x23\x8f\x61\x73\x01\x19\xa8",
	};
	size_t i;

	for (i = 0; i < sizeof(begin) / sizeof(*begin); i++) {
		if (has_at(head, 0, begin[i]))
			return true;
	}
	return false;
}

static bool is_ours(const struct head *head, enum output_kind kind)
{
	switch (kind) {
	case OUTPUT_PAGE:
		return has_at(head, 0, OUTPUT_PAGE_BEGIN);
	case OUTPUT_JUNIT:
		return has_at(head, 0, OUTPUT_JUNIT_BEGIN);
	case OUTPUT_PROMETHEUS:
		return has_at(head, 0, OUTPUT_PROMETHEUS_BEGIN);
	case OUTPUT_DUMP:
		break;
	case OUTPUT_DATABASE:
		/* www.sqlite.org/fileformat.html: the application's number. */
		return has_at(head, 0, "SQLite format 3") &&
		       has_at(head, 68, "DMap");
	case OUTPUT_RESULT:
		return has_at(head, 0, "{\"");
	}
	return false;
}

/* ---- What may be written to ---------------------------------------------- */

static struct dm_error *refuse_input(const char *name, enum output_kind kind)
{
	if (kind == OUTPUT_DUMP)
		return refuse(
			"%s is the dump itself; name another file to write to",
			name);
	return refuse(
		"%s is one of the files to read; name another file to write to",
		name);
}

/* A file with something in it. */
static struct dm_error *check_content(struct target *t, const char *name,
				      enum output_kind kind, bool force)
{
	struct head head;
	bool ours;

	/*
	 * One dump looks like another, and an extract may be all that is left
	 * of the whole one: none is replaced unasked.
	 */
	if (kind == OUTPUT_DUMP) {
		t->foreign = true;
		return force ? NULL
			     : refuse("%s exists; --force replaces it", name);
	}
	if (!read_head(t->path, &head))
		return refuse(
			"%s cannot be read (%s), so it may be a dump; remove it, or name another file",
			name, strerror(errno));
	ours = is_ours(&head, kind);
	if (like_dump(&head) && !ours)
		return refuse(
			"%s is a dump or begins like one, and is never replaced; remove it, or name another file",
			name);
	t->foreign = !ours;
	if (!t->foreign || force)
		return NULL;
	if (kind == OUTPUT_RESULT)
		return refuse(
			"%s is no result of batch; name another folder with --state",
			name);
	return refuse(
		"%s is a file that kdump-triage did not write; --force replaces it",
		name);
}

static struct dm_error *check_regular(struct target *t, const char *name,
				      const struct stat *st,
				      enum output_kind kind, bool force)
{
	if (inputs_have(st))
		return refuse_input(name, kind);
	t->exists = true;
	t->mode = st->st_mode & 0777;
	return st->st_size ? check_content(t, name, kind, force) : NULL;
}

/* Made of what is open already: the shell did all that there is to ask. */
static struct dm_error *take_descriptor(struct target *t, const char *name,
					enum output_kind kind)
{
	int flags = fcntl(t->fd, F_GETFL);
	struct head head;
	struct stat st;

	if (flags < 0 || fstat(t->fd, &st) != 0)
		return refuse("%s: %s", name, strerror(errno));
	if ((flags & O_ACCMODE) == O_RDONLY)
		return refuse("%s is not open for writing", name);
	if (kind == OUTPUT_DATABASE)
		return refuse("%s is no file, which a database needs", name);
	if (kind == OUTPUT_DUMP && isatty(t->fd))
		return refuse("%s is a terminal; a dump is for a file", name);
	if (!S_ISCHR(st.st_mode) && inputs_have(&st))
		return refuse_input(name, kind);
	if (S_ISREG(st.st_mode) && st.st_size && t->stream &&
	    kind != OUTPUT_DUMP && read_head(t->stream, &head) &&
	    like_dump(&head))
		return refuse(
			"%s is a dump or begins like one, and is never written over",
			name);
	return NULL;
}

static struct dm_error *take_special(struct target *t, const char *name,
				     const struct stat *st,
				     enum output_kind kind, bool force)
{
	if (S_ISDIR(st->st_mode))
		return refuse("%s is a folder; name a file to write to", name);
	if (S_ISSOCK(st->st_mode))
		return refuse("%s is a socket; name a file to write to", name);
	if (!S_ISCHR(st->st_mode) && inputs_have(st))
		return refuse_input(name, kind);
	if (kind == OUTPUT_DATABASE || kind == OUTPUT_RESULT)
		return refuse("%s is no file, which a %s needs", name,
			      kind == OUTPUT_RESULT ? "result" : "database");
	if (S_ISBLK(st->st_mode) && !force)
		return refuse("%s is a disk; --force writes over what is on it",
			      name);
	t->stream = strdup(name);
	return t->stream ? NULL : dm_error_no_memory();
}

/* Known before hours are spent, as far as it can be. */
static struct dm_error *check_folder(const char *path, const char *name)
{
	char *copy = strdup(path);
	struct dm_error *err = NULL;

	if (!copy)
		return dm_error_no_memory();
	if (faccessat(AT_FDCWD, dirname(copy), W_OK | X_OK, AT_EACCESS) != 0)
		err = os_error(DM_ERROR_OUTPUT, name);
	free(copy);
	return err;
}

static struct dm_error *look(struct target *t, const char *name,
			     enum output_kind kind, bool force)
{
	struct dm_error *err = NULL;
	char *at;
	struct stat st;

	at = last_link(name, &t->fd);
	if (!at)
		return errno == ELOOP ? os_error(DM_ERROR_OUTPUT, name)
				      : dm_error_no_memory();
	if (t->fd >= 0) {
		t->stream = at;
		return take_descriptor(t, name, kind);
	}
	/* A link of another process's /proc/PID/fd leads where its text says not. */
	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode)) {
		free(at);
		return take_special(t, name, &st, kind, force);
	}
	t->path = at;
	if (stat(at, &st) == 0)
		err = check_regular(t, name, &st, kind, force);
	else if (errno != ENOENT)
		err = os_error(DM_ERROR_OUTPUT, name);
	else if (!*base_name(at))
		err = refuse("%s is no name of a file", *name ? name : "\"\"");
	return err ? err : check_folder(at, name);
}

struct dm_error *target_init(struct target *target, const char *path,
			     enum output_kind kind, bool force)
{
	struct dm_error *err;

	*target = (struct target){ .fd = -1 };
	if (!strcmp(path, "-")) {
		target->fd = STDOUT_FILENO;
		err = take_descriptor(target, "standard output", kind);
	} else {
		err = look(target, path, kind, force);
	}
	if (err)
		target_deinit(target);
	return err;
}

void target_deinit(struct target *target)
{
	free(target->path);
	free(target->stream);
	*target = (struct target){ .fd = -1 };
}

/* ---- Streams ------------------------------------------------------------- */

static int open_patiently(const char *path)
{
	const struct timespec step = { .tv_nsec = WAIT_STEP * 1000000L };
	int fd, waited = 0;

	for (;;) {
		fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
		if (fd >= 0 || errno != ENXIO || waited >= WAIT_MS)
			return fd;
		nanosleep(&step, NULL);
		waited += WAIT_STEP;
	}
}

struct dm_error *target_open_stream(const struct target *target,
				    const char *name, int *fd)
{
	int flags;

	if (target->fd >= 0) {
		*fd = fcntl(target->fd, F_DUPFD_CLOEXEC, 3);
		return *fd < 0 ? os_error(DM_ERROR_OUTPUT, name) : NULL;
	}
	*fd = open_patiently(target->stream);
	if (*fd < 0 && errno == ENXIO)
		return refuse(
			"%s: nothing reads from it; start its reader first",
			name);
	if (*fd < 0)
		return os_error(DM_ERROR_OUTPUT, name);
	/* From here on its reader is waited for as long as it takes. */
	flags = fcntl(*fd, F_GETFL);
	fcntl(*fd, F_SETFL, flags & ~O_NONBLOCK);
	return NULL;
}
