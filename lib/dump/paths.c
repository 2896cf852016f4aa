// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tells what the paths of a dump stand for: files, ranges of files, or a text that
 * names ranges of the files beside it.
 */
#include <stdlib.h>
#include <string.h>

#include "directmap/dump.h"
#include "dump/description.h"
#include "dump/paths.h"
#include "dump/sidecar.h"

/* ---- Paths ------------------------------------------------------------------ */

/* All paths lead to one text, or none of them to any. Takes @text. */
static struct dm_error *take_text(struct dump_paths *ret,
				  const char *const *paths, size_t i,
				  char *text)
{
	bool same = !ret->text == !text && (!text || !strcmp(text, ret->text));
	struct dm_error *err = NULL;

	if (!i) {
		ret->text = text;
		return NULL;
	}
	if (!same)
		err = dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"%s and %s are not of one dump; give %s alone",
			paths[0], paths[i], text ? text : ret->text);
	free(text);
	return err;
}

static struct dm_error *find_text(struct dump_paths *ret,
				  const char *const *paths, size_t n)
{
	struct dm_error *err = NULL;
	char *text;
	size_t i;

	for (i = 0; !err && i < n; i++) {
		err = dm_description_find(paths[i], &text);
		if (!err)
			err = take_text(ret, paths, i, text);
	}
	if (!err && ret->text)
		err = dm_description_read(ret->text, &ret->list);
	return err;
}

/* Ranges of raw memory, all of them or none. */
static struct dm_error *take_ranges(struct image_specs *ram,
				    const char *const *paths, size_t n)
{
	struct dm_error *err = NULL;
	const char *other = NULL;
	size_t i;

	for (i = 0; !err && i < n; i++) {
		size_t before = ram->n;

		err = dm_image_specs_add(ram, paths[i]);
		if (!err && ram->n == before)
			other = paths[i];
	}
	if (!err && other && ram->n)
		err = dm_error_create(
			DM_ERROR_INVALID_ARGUMENT,
			"%s: its physical address is missing: FILE@PA, where the others have one",
			other);
	return err;
}

struct dm_error *dm_dump_paths_take(struct dump_paths *ret,
				    const char *const *paths, size_t n)
{
	struct dm_error *err;

	*ret = (struct dump_paths){ 0 };
	err = take_ranges(&ret->list.ram, paths, n);
	if (!err && !ret->list.ram.n)
		err = find_text(ret, paths, n);
	if (err)
		dm_dump_paths_deinit(ret);
	return err;
}

void dm_dump_paths_deinit(struct dump_paths *paths)
{
	dm_ram_list_deinit(&paths->list);
	free(paths->text);
	*paths = (struct dump_paths){ 0 };
}

/* ---- Files ------------------------------------------------------------------ */

typedef struct dm_error *(*take_file)(void *arg, const char *file);

static bool named_before(const struct image_specs *ram, size_t i)
{
	size_t at;

	for (at = 0; at < i; at++) {
		if (!strcmp(ram->v[at].path, ram->v[i].path))
			return true;
	}
	return false;
}

static struct dm_error *each_file(const struct dump_paths *paths,
				  take_file take, void *arg)
{
	const struct ram_list *list = &paths->list;
	struct dm_error *err = NULL;
	size_t i;

	if (paths->text)
		err = take(arg, paths->text);
	for (i = 0; !err && i < list->ram.n; i++) {
		if (!named_before(&list->ram, i))
			err = take(arg, list->ram.v[i].path);
	}
	if (!err && list->vmcoreinfo && *list->vmcoreinfo != '@')
		err = take(arg, list->vmcoreinfo);
	if (!err && list->vmlinux)
		err = take(arg, list->vmlinux);
	return err;
}

struct dm_error *dm_dump_each_file(const char *path, take_file take, void *arg)
{
	struct dump_paths paths;
	struct dm_error *err;

	err = dm_dump_paths_take(&paths, &path, 1);
	if (err)
		return err;
	err = paths.list.ram.n ? each_file(&paths, take, arg) : take(arg, path);
	dm_dump_paths_deinit(&paths);
	return err;
}

bool dm_dump_is_ram_text(const void *head, size_t size)
{
	return dm_sidecar_is(head, size);
}

/* ---- Ranges ----------------------------------------------------------------- */

typedef struct dm_error *(*take_range)(void *arg,
				       const struct dm_dump_image *range);

struct dm_error *dm_dump_each_range(const char *path, take_range take,
				    void *arg)
{
	struct dump_paths paths;
	struct dm_error *err;
	size_t i;

	err = dm_dump_paths_take(&paths, &path, 1);
	if (err)
		return err;
	for (i = 0; !err && i < paths.list.ram.n; i++) {
		const struct dm_dump_image range =
			dm_image_of(&paths.list.ram.v[i]);

		err = take(arg, &range);
	}
	dm_dump_paths_deinit(&paths);
	return err;
}
