// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the text that describes images of RAM, and the files that it names. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/text.h"
#include "dump/bytes.h"
#include "dump/cloud_hypervisor.h"
#include "dump/description.h"
#include "dump/format.h"
#include "dump/qualcomm.h"
#include "dump/sidecar.h"

/* No such text is longer; the state of a guest has some 100 KiB. */
#define TEXT_MAX (8 << 20)

/* Of texts that are sought by name, the first that is there counts. */
enum {
	KIND_OWN,
	KIND_QUALCOMM_TABLE,
	KIND_QUALCOMM_SCRIPT,
	KIND_CLOUD_HYPERVISOR,
	KINDS,
};

static const struct kind {
	/* NULL: it is known by its first line, whatever its name. */
	const char *name;
	ram_list_parse parse;
	/* Only where this lies beside it. */
	const char *with;
	/* Written by a host that does not tell "A" from "a". */
	bool any_case;
	/* It says how long each file is. */
	bool lengths;
} kinds[KINDS] = {
	[KIND_OWN] = { NULL, dm_sidecar_parse, NULL, false, false },
	[KIND_QUALCOMM_TABLE] = { "dump_info.txt", dm_qualcomm_parse_table,
				  NULL, true, true },
	[KIND_QUALCOMM_SCRIPT] = { "load.cmm", dm_qualcomm_parse_script, NULL,
				   true, false },
	[KIND_CLOUD_HYPERVISOR] = { CLOUD_HYPERVISOR_STATE,
				    dm_cloud_hypervisor_parse,
				    CLOUD_HYPERVISOR_MEMORY, false, false },
};

static size_t folder_size(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* ---- Names ------------------------------------------------------------------ */

/* How "Load.cmm" may be written: its stem and its end each in any case. */
static void change_case(char *name, unsigned int how)
{
	static int (*const change[])(int) = { tolower, toupper };
	char *dot = strrchr(name, '.');

	for (; *name; name++) {
		bool is_end = dot && name >= dot;

		*name = (char)change[how >> is_end & 1]((unsigned char)*name);
	}
}

/*
 * A file of that name in the folder that @at begins with. The folder is not read:
 * in a sandbox it cannot be.
 * @ret: NULL where there is none.
 */
static struct dm_error *look_for(const char *at, size_t size, const char *name,
				 bool any_case, char **ret)
{
	unsigned int how;
	struct stat st;
	char *path;

	*ret = NULL;
	if (asprintf(&path, "%.*s%s", (int)size, at, name) < 0)
		return dm_error_no_memory();
	for (how = 0; stat(path, &st); how++) {
		if (!any_case || how == 4) {
			free(path);
			return NULL;
		}
		change_case(path + size, how);
	}
	*ret = path;
	return NULL;
}

/* ---- Which text ------------------------------------------------------------- */

static bool begins_as_sidecar(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char head[SIDECAR_HEAD];
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		n = pread(fd, head, sizeof(head), 0);
	close(fd);
	return n > 0 && dm_sidecar_is(head, (size_t)n);
}

static bool is_named(const char *name, const struct kind *kind)
{
	return kind->name && (kind->any_case ? !strcasecmp(name, kind->name)
					     : !strcmp(name, kind->name));
}

/* NULL: none of them. Beside a text is what it must have there. */
static const struct kind *kind_of(const char *path)
{
	size_t i, size = folder_size(path);
	struct dm_error *err;
	char *with = NULL;

	if (begins_as_sidecar(path))
		return &kinds[KIND_OWN];
	for (i = KIND_OWN + 1; i < KINDS; i++) {
		if (!is_named(path + size, &kinds[i]))
			continue;
		if (!kinds[i].with)
			return &kinds[i];
		err = look_for(path, size, kinds[i].with, false, &with);
		dm_error_destroy(err);
		free(with);
		return with ? &kinds[i] : NULL;
	}
	return NULL;
}

/* The first of kinds[@from] to kinds[@last] that is in a folder. */
static struct dm_error *find_named(const char *at, size_t size, size_t from,
				   size_t last, char **text)
{
	struct dm_error *err;
	size_t i;

	*text = NULL;
	for (i = from; i <= last; i++) {
		err = look_for(at, size, kinds[i].name, kinds[i].any_case,
			       text);
		if (err)
			return err;
		if (*text && kind_of(*text) == &kinds[i])
			return NULL;
		free(*text);
		*text = NULL;
	}
	return NULL;
}

static bool ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && !strcmp(name + n - m, end);
}

/* One of our own in a folder, if @name is that of one: the only one there. */
static struct dm_error *take_own(const char *folder, const char *name,
				 char **text)
{
	char *path;

	if (!ends_with(name, ".ram"))
		return NULL;
	if (asprintf(&path, "%s%s", folder, name) < 0)
		return dm_error_no_memory();
	if (!begins_as_sidecar(path)) {
		free(path);
		return NULL;
	}
	if (!*text) {
		*text = path;
		return NULL;
	}
	free(path);
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"%s: several texts of its images (.ram); give one of them",
		folder);
}

/* Those of our own that have the usual name: which one is meant, must be clear. */
static struct dm_error *find_own(const char *folder, DIR *dir, char **text)
{
	struct dm_error *err = NULL;
	struct dirent *entry;

	*text = NULL;
	while (!err && (entry = readdir(dir)))
		err = take_own(folder, entry->d_name, text);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

static struct dm_error *lacks_text(const char *path)
{
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: a piece of RAM of a Qualcomm ramdump, without the dump_info.txt or load.cmm that says where it was; give the address, as in %s@0x80000000",
		path, path);
}

/* Those of a ramdump, where no text was found. */
static struct dm_error *look_for_pieces(const char *folder, DIR *dir)
{
	struct dm_error *err;
	struct dirent *entry;
	char *path;

	rewinddir(dir);
	while ((entry = readdir(dir))) {
		if (!dm_qualcomm_is_ram(entry->d_name))
			continue;
		if (asprintf(&path, "%s%s", folder, entry->d_name) < 0)
			return dm_error_no_memory();
		err = lacks_text(path);
		free(path);
		return err;
	}
	return NULL;
}

static struct dm_error *find_in_folder(const char *path, char **text)
{
	size_t n = strlen(path);
	struct dm_error *err;
	char *folder;
	DIR *dir;

	if (asprintf(&folder, "%s%s", path,
		     n && path[n - 1] == '/' ? "" : "/") < 0)
		return dm_error_no_memory();
	dir = opendir(folder);
	err = dir ? find_own(folder, dir, text) : NULL;
	if (!err && !*text)
		err = find_named(folder, strlen(folder), KIND_OWN + 1,
				 KINDS - 1, text);
	if (!err && !*text && dir)
		err = look_for_pieces(folder, dir);
	if (dir)
		closedir(dir);
	free(folder);
	return err;
}

/* Whatever its name is, it says itself where its memory was. */
static bool is_dump(const char *path)
{
	const struct dump_format *format = NULL;
	char head[FORMAT_HEAD];
	struct dm_error *err;
	struct bytes bytes;
	bool is;

	err = dm_bytes_open(&bytes, path, NULL, NULL);
	if (err) {
		dm_error_destroy(err);
		return false;
	}
	err = dm_format_head(&bytes, head);
	if (!err)
		format = dm_format_of(head);
	dm_error_destroy(err);
	is = bytes.flattened || format;
	dm_bytes_close(&bytes);
	return is;
}

static struct dm_error *find_for_image(const char *path, char **text)
{
	size_t size = folder_size(path);
	struct dm_error *err;

	if (dm_qualcomm_is_ram(path + size)) {
		if (is_dump(path))
			return NULL;
		err = find_named(path, size, KIND_QUALCOMM_TABLE,
				 KIND_QUALCOMM_SCRIPT, text);
		if (err || *text)
			return err;
		return lacks_text(path);
	}
	if (strcmp(path + size, CLOUD_HYPERVISOR_MEMORY) != 0)
		return NULL;
	err = find_named(path, size, KIND_CLOUD_HYPERVISOR,
			 KIND_CLOUD_HYPERVISOR, text);
	if (err || *text)
		return err;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: RAM of a cloud-hypervisor snapshot, without the " CLOUD_HYPERVISOR_STATE
		" that says where it was; give the address, as in %s@0x40000000",
		path, path);
}

struct dm_error *dm_description_find(const char *path, char **text)
{
	struct stat st;

	*text = NULL;
	if (stat(path, &st))
		return NULL;
	if (S_ISDIR(st.st_mode))
		return find_in_folder(path, text);
	if (!S_ISREG(st.st_mode))
		return NULL;
	if (!kind_of(path))
		return find_for_image(path, text);
	*text = strdup(path);
	return *text ? NULL : dm_error_no_memory();
}

/* ---- What it says ----------------------------------------------------------- */

struct reading {
	const char *text; /* its path */
	size_t folder; /* as much of it is the folder */
	const struct kind *kind;
	struct ram_list *list;
};

static struct dm_error *note(struct ram_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The first reason is kept. */
static struct dm_error *note(struct ram_list *list, const char *format, ...)
{
	va_list ap;
	int n;

	if (list->lacks)
		return NULL;
	va_start(ap, format);
	n = vasprintf(&list->lacks, format, ap);
	va_end(ap);
	if (n >= 0)
		return NULL;
	list->lacks = NULL;
	return dm_error_no_memory();
}

/*
 * @there: bytes of the file from the range's offset on. That it has too few, is
 * told when it is opened.
 */
static struct dm_error *check_length(const struct reading *r,
				     const struct image_spec *spec,
				     const char *name, uint64_t there)
{
	if (!there)
		return note(r->list, "%s has nothing of what %s names", name,
			    r->text + r->folder);
	if (!r->kind->lengths || there <= spec->size)
		return NULL;
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: it has %llu bytes for %s, which has %llu: they are of two dumps; give addresses (%s@0x%llx)",
		r->text, (unsigned long long)spec->size, name,
		(unsigned long long)there, name, (unsigned long long)spec->pa);
}

/* @keep: whether anything of it is there. */
static struct dm_error *resolve(struct reading *r, struct image_spec *spec,
				bool *keep)
{
	char *name = spec->path;
	uint64_t there = 0;
	struct dm_error *err;
	struct stat st;

	err = look_for(r->text, r->folder, name, r->kind->any_case,
		       &spec->path);
	if (!err && !spec->path)
		err = note(r->list, "%s, which %s names, is missing", name,
			   r->text + r->folder);
	else if (!err) {
		if (!stat(spec->path, &st) && S_ISREG(st.st_mode) &&
		    (uint64_t)st.st_size > spec->offset)
			there = (uint64_t)st.st_size - spec->offset;
		err = check_length(r, spec, name, there);
	}
	*keep = there;
	free(name);
	return err;
}

static struct dm_error *resolve_all(struct reading *r)
{
	struct ram_list *list = r->list;
	struct dm_error *err = NULL;
	size_t i, kept = 0, n = list->ram.n;
	bool keep;

	for (i = 0; i < n; i++) {
		keep = false;
		if (!err)
			err = resolve(r, &list->ram.v[i], &keep);
		if (keep)
			list->ram.v[kept++] = list->ram.v[i];
		else
			free(list->ram.v[i].path);
	}
	list->ram.n = kept;
	if (err || kept)
		return err;
	/* What is left of a dump that went elsewhere is none. */
	if (n == 1)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: the file that it names is not in its folder: %s",
			r->text, list->lacks);
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: none of the %zu files that it names is in its folder: %s",
		r->text, n, list->lacks);
}

/* Of the two other files; whether they are there, they tell when they are read. */
static struct dm_error *add_folder(const struct reading *r, char **name)
{
	char *path;

	if (!*name || **name == '@')
		return NULL;
	if (asprintf(&path, "%.*s%s", (int)r->folder, r->text, *name) < 0)
		return dm_error_no_memory();
	free(*name);
	*name = path;
	return NULL;
}

static struct dm_error *read_text(const char *path, char **text, size_t *size)
{
	struct dm_error *err;
	struct bytes bytes;

	*text = NULL;
	err = dm_bytes_open(&bytes, path, NULL, NULL);
	if (err)
		return err;
	if (bytes.size > TEXT_MAX)
		err = dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: more than %d MiB, too long for a text that names images of RAM",
			path, TEXT_MAX >> 20);
	*size = (size_t)bytes.size;
	if (!err) {
		*text = malloc(*size ? *size : 1);
		err = *text ? dm_bytes_read(&bytes, 0, *text, *size)
			    : dm_error_no_memory();
	}
	dm_bytes_close(&bytes);
	return err;
}

struct dm_error *dm_description_read(const char *text, struct ram_list *list)
{
	struct reading r = {
		.text = text,
		.folder = folder_size(text),
		.kind = kind_of(text),
		.list = list,
	};
	struct dm_error *err;
	char *bytes;
	size_t size;

	*list = (struct ram_list){ 0 };
	if (!r.kind)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "%s: no longer what it was", text);
	err = read_text(text, &bytes, &size);
	if (!err) {
		err = r.kind->parse(bytes, size, list);
		if (err)
			err = dm_error_prefix(err, "%s", text);
	}
	free(bytes);
	if (!err)
		err = resolve_all(&r);
	if (!err)
		err = add_folder(&r, &list->vmcoreinfo);
	if (!err)
		err = add_folder(&r, &list->vmlinux);
	if (err)
		dm_ram_list_deinit(list);
	return err;
}
