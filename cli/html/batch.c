// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows come one by one; their pages are written at once, the index at the end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "directmap/error.h"
#include "directmap/array.h"
#include "html.h"
#include "index.h"
#include "os_error.h"
#include "stored/fields.h"
#include "write/output_file.h"

struct html_batch {
	char *path; /* of the index */
	char *folder; /* of the pages, with "/"; NULL: none */
	bool force;
	struct index_row *rows;
	size_t count, capacity;
};

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static struct dm_error *set_paths(struct html_batch *batch, const char *path)
{
	size_t n = strlen(path);
	bool slash = n && path[n - 1] == '/';

	if (!slash && !is_folder(path)) {
		batch->path = strdup(path);
		return batch->path ? NULL : dm_error_no_memory();
	}
	if (mkdir(path, 0777) != 0 && !is_folder(path))
		return os_error(DM_ERROR_OUTPUT, path);
	if (asprintf(&batch->folder, "%s%s", path, slash ? "" : "/") < 0)
		batch->folder = NULL;
	if (!batch->folder ||
	    asprintf(&batch->path, "%sindex.html", batch->folder) < 0) {
		batch->path = NULL;
		return dm_error_no_memory();
	}
	return NULL;
}

struct dm_error *html_batch_create(const char *path, bool force,
				   struct html_batch **ret)
{
	struct html_batch *batch = calloc(1, sizeof(*batch));
	struct dm_error *err;

	*ret = NULL;
	if (!batch)
		return dm_error_no_memory();
	batch->force = force;
	err = set_paths(batch, path);
	if (!err)
		err = output_file_check(batch->path, OUTPUT_PAGE, force);
	if (err)
		html_batch_destroy(batch);
	else
		*ret = batch;
	return err;
}

void html_batch_destroy(struct html_batch *batch)
{
	size_t i;

	if (!batch)
		return;
	for (i = 0; i < batch->count; i++)
		index_row_deinit(&batch->rows[i]);
	free(batch->rows);
	free(batch->folder);
	free(batch->path);
	free(batch);
}

/*
 * A page's name: of the dump's file what is harmless in names and links, and a
 * hash (FNV-1a) of its path, so that it is the same the next time.
 */
static void name_page(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash && slash[1] ? slash + 1 : path, *c;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	char kept[81];
	size_t n = 0;

	for (c = path; *c; c++)
		hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	for (c = base; *c && n < sizeof(kept) - 1; c++) {
		bool fine =
			(*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			(*c >= '0' && *c <= '9') || (n && strchr(".-_", *c));

		kept[n++] = fine ? *c : '_';
	}
	kept[n] = '\0';
	snprintf(name, size, "%s-%016llx.html", kept, (unsigned long long)hash);
}

static struct dm_error *write_page(const struct html_batch *batch,
				   const char *name, const json_t *row)
{
	struct dm_error *err;
	char *path;

	if (asprintf(&path, "%s%s", batch->folder, name) < 0)
		return dm_error_no_memory();
	err = html_report_write(path, batch->force, row);
	free(path);
	return err;
}

struct dm_error *html_batch_add(struct html_batch *batch, const json_t *row)
{
	bool page = batch->folder && json_is_object(field(row, "usage"));
	struct dm_error *err;
	char name[128] = "";

	err = dm_array_reserve(&batch->rows, &batch->capacity, batch->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	if (page) {
		name_page(field_text(row, "dump.path"), name, sizeof(name));
		err = write_page(batch, name, row);
	}
	if (!err)
		err = index_row_init(&batch->rows[batch->count], row,
				     page ? name : NULL);
	batch->count += !err;
	return err;
}

struct dm_error *html_batch_commit(struct html_batch *batch)
{
	struct output_file out;
	struct dm_error *err;

	err = output_file_create(&out, batch->path, OUTPUT_PAGE, batch->force);
	if (err)
		return err;
	err = index_write(&out, batch->rows, batch->count);
	if (!err)
		err = output_file_commit(&out);
	output_file_deinit(&out);
	return err;
}

struct dm_error *html_batch_write(const char *path, bool force,
				  json_t *const *rows, size_t count)
{
	struct html_batch *batch;
	struct dm_error *err;
	size_t i;

	err = html_batch_create(path, force, &batch);
	for (i = 0; !err && i < count; i++)
		err = html_batch_add(batch, rows[i]);
	if (!err)
		err = html_batch_commit(batch);
	html_batch_destroy(batch);
	return err;
}
