// SPDX-License-Identifier: GPL-2.0-or-later
/* Collects the names of files that a dump is read from. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directmap/array.h"
#include "directmap/dump.h"
#include "files.h"

struct dm_error *cli_files_add(void *arg, const char *name)
{
	struct cli_files *files = arg;
	struct dm_error *err;

	err = dm_array_reserve(&files->v, &files->capacity, files->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	files->v[files->count] = strdup(name);
	return files->v[files->count++] ? NULL : dm_error_no_memory();
}

struct dm_error *cli_files_add_dump(struct cli_files *files, const char *path)
{
	return dm_dump_each_file(path, cli_files_add, files);
}

const char *cli_files_text(const struct cli_files *files, const char *path)
{
	/* Ranges of raw memory are named by what is no file. */
	return files->count > 1 && access(path, F_OK) == 0 ? files->v[0] : NULL;
}

bool cli_files_is_text(const char *path)
{
	struct cli_files files = { 0 };
	struct dm_error *err = cli_files_add_dump(&files, path);
	const char *text = err ? NULL : cli_files_text(&files, path);
	bool is = text && !strcmp(text, path);

	dm_error_destroy(err);
	cli_files_deinit(&files);
	return is;
}

void cli_files_deinit(struct cli_files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		free(files->v[i]);
	free(files->v);
	*files = (struct cli_files){ 0 };
}
