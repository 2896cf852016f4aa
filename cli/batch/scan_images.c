// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the files of texts that name images of RAM, and which text counts. */
#include <stdlib.h>
#include <string.h>

#include "scan_images.h"

void scan_found_deinit(struct scan_found *found)
{
	cli_files_deinit(&found->files);
	free(found->path);
	*found = (struct scan_found){ 0 };
}

/* A text's own images and what else it names; none where it has faults. */
static size_t images(const struct scan_found *f, char *const **paths)
{
	if (!f->kind.text || !f->files.count)
		return 0;
	*paths = f->files.v + 1;
	return f->files.count - 1;
}

static bool has_image(const struct scan_found *f, const char *path)
{
	char *const *paths;
	size_t i, n = images(f, &paths);

	for (i = 0; i < n; i++) {
		if (!strcmp(paths[i], path))
			return true;
	}
	return false;
}

static struct dm_error *find_files(struct scan_found *f)
{
	struct dm_error *err;

	if (!f->kind.text && !strchr(f->path, '@'))
		return NULL;
	err = cli_files_add_dump(&f->files, f->path);
	if (!err || dm_error_is_fatal(err))
		return err;
	/* Its row says what is wrong with it. */
	dm_error_destroy(err);
	cli_files_deinit(&f->files);
	return NULL;
}

/* Its images lead to another text of their folder, which says more of them. */
static bool is_second(const struct scan_found *f)
{
	struct cli_files files = { 0 };
	char *const *paths;
	struct dm_error *err;
	const char *text;
	bool is;

	if (!images(f, &paths))
		return false;
	err = cli_files_add_dump(&files, paths[0]);
	text = err ? NULL : cli_files_text(&files, paths[0]);
	is = text && strcmp(text, f->path) != 0;
	dm_error_destroy(err);
	cli_files_deinit(&files);
	return is;
}

/* A person named all of its images in a text of ours. */
static bool is_replaced(const struct scan *scan, const struct scan_found *f)
{
	char *const *paths;
	size_t i, n = images(f, &paths), at;

	for (i = 0; i < n; i++) {
		for (at = 0; at < scan->found_count; at++) {
			if (scan->found[at].kind.own &&
			    has_image(&scan->found[at], paths[i]))
				break;
		}
		if (at == scan->found_count)
			return false;
	}
	return n;
}

static int path_cmp(const void *a, const void *b)
{
	const struct scan_found *x = a, *y = b;

	return strcmp(x->path, y->path);
}

/* What was found and @f names; texts of ours stay. */
static void note_named(struct scan *scan, const struct scan_found *f,
		       bool *named)
{
	char *const *paths;
	size_t i, n = images(f, &paths);

	for (i = 0; i < n; i++) {
		struct scan_found key = { .path = paths[i] }, *at;

		at = bsearch(&key, scan->found, scan->found_count, sizeof(key),
			     path_cmp);
		if (at && !at->kind.own)
			named[at - scan->found] = true;
	}
}

static void drop_named(struct scan *scan, const bool *named)
{
	size_t i, n = 0;

	for (i = 0; i < scan->found_count; i++) {
		if (named[i])
			scan_found_deinit(&scan->found[i]);
		else
			scan->found[n++] = scan->found[i];
	}
	scan->found_count = n;
}

struct dm_error *scan_join_images(struct scan *scan)
{
	struct dm_error *err = NULL;
	bool *named;
	size_t i;

	for (i = 0; !err && i < scan->found_count; i++)
		err = find_files(&scan->found[i]);
	if (err)
		return err;
	named = calloc(scan->found_count + 1, sizeof(*named));
	if (!named)
		return dm_error_no_memory();
	for (i = 0; i < scan->found_count; i++) {
		const struct scan_found *f = &scan->found[i];

		if (!f->kind.text)
			continue;
		if (!f->kind.own && !f->named &&
		    (is_second(f) || is_replaced(scan, f)))
			named[i] = true;
		else
			note_named(scan, f, named);
	}
	drop_named(scan, named);
	free(named);
	return NULL;
}
