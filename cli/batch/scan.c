// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds dumps in paths, folders, patterns and lists, joins split sets and images
 * of RAM, and takes a shard.
 */
#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "directmap/array.h"
#include "input.h"
#include "recognise.h"
#include "scan_images.h"

static struct dm_error *put(struct scan *scan, const char *path,
			    const struct recognised *kind, bool named)
{
	struct dm_error *err;
	char *copy;

	err = dm_array_reserve(&scan->found, &scan->found_capacity,
			       scan->found_count, 1, DM_ARRAY_ANY);
	if (err)
		return err;
	/* "./x" and "x" are one. */
	while (!strncmp(path, "./", 2) && path[2])
		path += 2;
	copy = strdup(path);
	if (!copy)
		return dm_error_no_memory();
	scan->found[scan->found_count++] = (struct scan_found){
		.path = copy, .kind = *kind, .named = named
	};
	return NULL;
}

/* What the user named: an image of RAM stands for all that its text names. */
static struct dm_error *add_file(struct scan *scan, const char *path)
{
	struct cli_files files = { 0 };
	struct recognised kind;
	struct dm_error *err;
	const char *text;

	err = cli_files_add_dump(&files, path);
	if (!dm_error_is_fatal(err)) {
		/* What is wrong, is for its row to tell. */
		text = err ? NULL : cli_files_text(&files, path);
		dm_error_destroy(err);
		recognise(&kind, text ? text : path);
		err = put(scan, text ? text : path, &kind, true);
	}
	cli_files_deinit(&files);
	return err;
}

/* In a folder only what looks like a dump; others may be a dump's images. */
static struct dm_error *add_if_dump(struct scan *scan, const char *path)
{
	struct recognised kind;
	struct dm_error *err;

	recognise(&kind, path);
	err = put(scan, path, &kind, false);
	if (!err)
		scan->found[scan->found_count - 1].skipped =
			!kind.dump && !scan->all_files;
	return err;
}

static struct dm_error *visit(struct scan *scan, const FTSENT *entry)
{
	struct stat st;

	switch (entry->fts_info) {
	case FTS_F:
		return add_if_dump(scan, entry->fts_path);
	case FTS_SL: /* to a file; folders could lead in circles */
		if (stat(entry->fts_path, &st) == 0 && !S_ISREG(st.st_mode))
			return NULL;
		/* Or to nothing, and named like a dump. */
		return add_if_dump(scan, entry->fts_path);
	case FTS_DNR: /* a row that says why nothing of it is seen */
	case FTS_ERR:
	case FTS_NS:
		return add_file(scan, entry->fts_path);
	}
	return NULL;
}

static struct dm_error *add_folder(struct scan *scan, const char *path)
{
	char *copy = strdup(path), *paths[2] = { NULL, NULL };
	struct dm_error *err = NULL;
	FTSENT *entry;
	size_t end;
	FTS *fts;

	if (!copy)
		return dm_error_no_memory();
	for (end = strlen(copy); end > 1 && copy[end - 1] == '/';)
		copy[--end] = '\0';
	paths[0] = copy;
	fts = fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
	if (!fts) {
		free(copy);
		return dm_error_no_memory();
	}
	while (!err && (entry = fts_read(fts)))
		err = visit(scan, entry);
	fts_close(fts);
	free(copy);
	return err;
}

static struct dm_error *add_path(struct scan *scan, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return add_folder(scan, path);
	return add_file(scan, path);
}

static struct dm_error *add_pattern(struct scan *scan, const char *pattern)
{
	struct dm_error *err = NULL;
	glob_t matches;
	size_t i;

	/* What matches nothing is a name: its row says that it is not there. */
	if (glob(pattern, GLOB_NOCHECK | GLOB_BRACE, NULL, &matches) != 0)
		return add_file(scan, pattern);
	for (i = 0; !err && i < matches.gl_pathc; i++)
		err = add_path(scan, matches.gl_pathv[i]);
	globfree(&matches);
	return err;
}

static struct dm_error *add_lines(struct scan *scan, char *text)
{
	struct dm_error *err = NULL;
	char *line;

	while (!err && (line = strsep(&text, "\n"))) {
		if (*line)
			err = add_path(scan, line);
	}
	return err;
}

/* Names end with a newline; or, if there is any, with NUL (find -print0). */
static struct dm_error *add_list(struct scan *scan, const char *path)
{
	FILE *file = stdin;
	struct dm_error *err = NULL;
	bool nul = false, failed;
	char *text = NULL;
	size_t capacity = 0;
	ssize_t n;

	if (strcmp(path, "-") != 0)
		err = input_open(path, &file);
	if (err)
		return err->code == DM_ERROR_OS
			       ? dm_error_recode(err, DM_ERROR_INVALID_ARGUMENT)
			       : err;
	while (!err && (n = getdelim(&text, &capacity, '\0', file)) > 0) {
		/* Without any NUL this is the whole file. */
		nul = nul || !text[n - 1];
		if (!nul)
			err = add_lines(scan, text);
		else if (*text)
			err = add_path(scan, text);
	}
	failed = !feof(file);
	if (file != stdin)
		fclose(file);
	free(text);
	if (!err && failed)
		err = dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				      "%s: cannot be read", path);
	return err;
}

struct dm_error *scan_add(struct scan *scan, const char *what)
{
	struct stat st;

	if (what[0] == '@' && what[1] && stat(what, &st) != 0)
		return add_list(scan, what + 1);
	if (stat(what, &st) == 0)
		return add_path(scan, what);
	return strpbrk(what, "*?[{") ? add_pattern(scan, what)
				     : add_file(scan, what);
}

/* ---- Split sets ---------------------------------------------------------- */

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The name less the digits that number the parts: vmcore.0, part2.kdump. */
static void stem(const char *path, char *ret, size_t size)
{
	const char *p = path + folder_length(path);
	size_t n = 0;

	for (; *p && n + 1 < size; p++) {
		if (*p < '0' || *p > '9')
			ret[n++] = *p;
	}
	ret[n] = '\0';
}

static int folder_cmp(const char *a, const char *b)
{
	size_t na = folder_length(a), nb = folder_length(b);
	int cmp = strncmp(a, b, na < nb ? na : nb);

	return cmp ? cmp : na < nb ? -1 : na > nb;
}

static int path_cmp(const void *a, const void *b)
{
	const struct scan_found *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* Whole dumps first; then the parts, those of one set beside one another. */
static int set_cmp(const void *a, const void *b)
{
	const struct scan_found *x = a, *y = b;
	char sx[256], sy[256];
	int cmp;

	if (x->kind.part != y->kind.part)
		return x->kind.part ? 1 : -1;
	if (!x->kind.part)
		return strcmp(x->path, y->path);
	cmp = folder_cmp(x->path, y->path);
	if (!cmp)
		cmp = strcmp(x->kind.set, y->kind.set);
	if (cmp)
		return cmp;
	stem(x->path, sx, sizeof(sx));
	stem(y->path, sy, sizeof(sy));
	cmp = strcmp(sx, sy);
	return cmp ? cmp : strcmp(x->path, y->path);
}

static bool same_set(const struct scan_found *a, const struct scan_found *b)
{
	return a->kind.part && b->kind.part &&
	       folder_cmp(a->path, b->path) == 0 &&
	       !strcmp(a->kind.set, b->kind.set);
}

/* No two parts of a set begin with the same page: then it is there twice. */
static bool begins_twice(const struct scan_found *f, size_t n)
{
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < i; j++) {
			if (f[i].kind.start_pfn == f[j].kind.start_pfn)
				return true;
		}
	}
	return false;
}

/* How many of @f, which begins a set, are one dump. */
static size_t set_size(const struct scan_found *f, size_t left)
{
	char first[256], other[256];
	size_t n = 1, i;

	while (n < left && n < 1024 && same_set(f, f + n))
		n++;
	if (!begins_twice(f, n))
		return n;
	/* The same set under two names: those named alike belong together. */
	stem(f->path, first, sizeof(first));
	for (i = 1; i < n; i++) {
		stem(f[i].path, other, sizeof(other));
		if (strcmp(first, other) != 0)
			break;
	}
	return begins_twice(f, i) ? 1 : i;
}

/* A part alone may have been named: take the others beside it. */
static struct dm_error *add_siblings(struct scan *scan, size_t index)
{
	const struct recognised kind = scan->found[index].kind;
	size_t n = folder_length(scan->found[index].path);
	char *folder = strndup(scan->found[index].path, n);
	struct dm_error *err = NULL;
	struct dirent *entry;
	struct recognised k;
	char *path;
	DIR *dir;

	dir = folder ? opendir(*folder ? folder : ".") : NULL;
	while (dir && !err && (entry = readdir(dir))) {
		if (entry->d_type == DT_DIR ||
		    asprintf(&path, "%s%s", folder, entry->d_name) < 0)
			continue;
		recognise(&k, path);
		if (k.part && !strcmp(k.set, kind.set))
			err = put(scan, path, &k, false);
		free(path);
	}
	if (dir)
		closedir(dir);
	free(folder);
	return err;
}

static void drop_doubles(struct scan *scan)
{
	size_t i, n = 0;

	qsort(scan->found, scan->found_count, sizeof(*scan->found), path_cmp);
	for (i = 0; i < scan->found_count; i++) {
		if (n &&
		    !strcmp(scan->found[n - 1].path, scan->found[i].path)) {
			scan->found[n - 1].named |= scan->found[i].named;
			scan->found[n - 1].skipped &= scan->found[i].skipped;
			scan_found_deinit(&scan->found[i]);
		} else {
			scan->found[n++] = scan->found[i];
		}
	}
	scan->found_count = n;
}

/* What no text named, and is no dump by its looks. */
static void drop_skipped(struct scan *scan)
{
	size_t i, n = 0;

	for (i = 0; i < scan->found_count; i++) {
		struct scan_found *f = &scan->found[i];

		if (!f->skipped) {
			scan->found[n++] = *f;
			continue;
		}
		scan->skipped++;
		if (!scan->first_skipped) {
			scan->first_skipped = f->path;
			f->path = NULL;
		}
		scan_found_deinit(f);
	}
	scan->found_count = n;
}

static struct dm_error *complete_sets(struct scan *scan)
{
	size_t i, n = scan->found_count;
	struct dm_error *err = NULL;

	for (i = 0; !err && i < n; i++) {
		/* Neighbours of one set have the same siblings. */
		if (scan->found[i].kind.part &&
		    !(i && same_set(&scan->found[i - 1], &scan->found[i])))
			err = add_siblings(scan, i);
	}
	return err;
}

static int dump_cmp(const void *a, const void *b)
{
	const struct scan_dump *x = a, *y = b;

	return strcmp(x->paths[0], y->paths[0]);
}

static struct dm_error *make_dump(struct scan *scan, struct scan_found *f,
				  size_t n)
{
	struct scan_dump *dump = &scan->dumps[scan->count];
	size_t i;

	dump->paths = calloc(n, sizeof(*dump->paths));
	if (!dump->paths)
		return dm_error_no_memory();
	for (i = 0; i < n; i++) {
		dump->paths[i] = f[i].path;
		f[i].path = NULL;
	}
	dump->count = n;
	dump->split = f->kind.part;
	dump->files = f->files;
	f->files = (struct cli_files){ 0 };
	scan->count++;
	return NULL;
}

struct dm_error *scan_finish(struct scan *scan)
{
	struct dm_error *err;
	size_t i, n;

	if (!scan->found_count)
		return NULL;
	drop_doubles(scan);
	err = complete_sets(scan);
	if (err)
		return err;
	drop_doubles(scan);
	err = scan_join_images(scan);
	if (err)
		return err;
	drop_skipped(scan);
	qsort(scan->found, scan->found_count, sizeof(*scan->found), set_cmp);
	scan->dumps = calloc(scan->found_count, sizeof(*scan->dumps));
	if (!scan->dumps)
		return dm_error_no_memory();
	for (i = 0; !err && i < scan->found_count; i += n) {
		n = scan->found[i].kind.part
			    ? set_size(scan->found + i, scan->found_count - i)
			    : 1;
		err = make_dump(scan, scan->found + i, n);
	}
	qsort(scan->dumps, scan->count, sizeof(*scan->dumps), dump_cmp);
	return err;
}

static void dump_deinit(struct scan_dump *dump)
{
	size_t i;

	for (i = 0; i < dump->count; i++)
		free(dump->paths[i]);
	free(dump->paths);
	cli_files_deinit(&dump->files);
}

void scan_shard(struct scan *scan, unsigned int i, unsigned int n)
{
	size_t at, kept = 0;

	for (at = 0; at < scan->count; at++) {
		/* FNV-1a, 64 bits, folded: its low bits alone are weak. */
		uint64_t hash = 0xcbf29ce484222325;
		const char *p;

		for (p = scan->dumps[at].paths[0]; *p; p++)
			hash = (hash ^ (unsigned char)*p) * 0x100000001b3;
		hash ^= hash >> 32;
		if (hash % n == i - 1)
			scan->dumps[kept++] = scan->dumps[at];
		else
			dump_deinit(&scan->dumps[at]);
	}
	scan->count = kept;
}

char *const *scan_dump_files(const struct scan_dump *dump, size_t *count)
{
	*count = dump->files.count ? dump->files.count : dump->count;
	return dump->files.count ? dump->files.v : dump->paths;
}

void scan_deinit(struct scan *scan)
{
	size_t i;

	for (i = 0; i < scan->count; i++)
		dump_deinit(&scan->dumps[i]);
	for (i = 0; i < scan->found_count; i++)
		scan_found_deinit(&scan->found[i]);
	free(scan->dumps);
	free(scan->found);
	free(scan->first_skipped);
	*scan = (struct scan){ 0 };
}
