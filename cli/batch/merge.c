// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage merge: rows from files, folders and databases as one batch. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "batch.h"
#include "db.h"
#include "directmap/array.h"
#include "input.h"
#include "os_error.h"
#include "outputs.h"
#include "write/inputs.h"

struct merge {
	json_t **rows;
	size_t count, capacity;
};

static struct dm_error *file_error(const char *path)
{
	return errno == ENOMEM ? dm_error_no_memory()
			       : os_error(DM_ERROR_INVALID_ARGUMENT, path);
}

static struct dm_error *add_row(void *arg, json_t *row)
{
	struct merge *m = arg;
	struct dm_error *err;

	err = dm_array_reserve(&m->rows, &m->capacity, m->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	m->rows[m->count++] = json_incref(row);
	return NULL;
}

static bool is_row(json_t *row)
{
	return !strcmp(figures_string(row, "schema"), "directmap/1") &&
	       *figures_string(row, "dump.path");
}

static struct dm_error *add_lines(struct merge *m, const char *path, FILE *file)
{
	struct dm_error *err = NULL;
	size_t capacity = 0, line_number = 0;
	char *line = NULL;
	ssize_t n;

	while (!err && (n = getline(&line, &capacity, file)) > 0) {
		json_t *row;

		line_number++;
		if (line[strspn(line, " \t\r\n")] == '\0')
			continue;
		row = json_loadb(line, (size_t)n, JSON_ALLOW_NUL, NULL);
		err = is_row(row) ? add_row(m, row)
				  : dm_error_create(DM_ERROR_INVALID_ARGUMENT,
						    "%s:%zu: no row of a batch",
						    path, line_number);
		json_decref(row);
	}
	/* A disk that fails, a line that memory does not hold. */
	if (!err && !feof(file))
		err = file_error(path);
	free(line);
	return err;
}

static struct dm_error *add_db(struct merge *m, const char *path)
{
	struct dm_error *err;
	struct db db;

	err = db_init(&db, path, false);
	if (err)
		return err;
	err = db_each(&db, add_row, m);
	db_deinit(&db);
	return err;
}

#define SQLITE_MAGIC "SQLite format 3"

static struct dm_error *add_file(struct merge *m, const char *path)
{
	char magic[sizeof(SQLITE_MAGIC)] = "";
	struct dm_error *err;
	struct stat st;
	FILE *file;
	size_t n;

	err = inputs_add(path);
	if (!err)
		err = input_open(path, &file);
	if (err)
		return err;
	/* No descriptor: a pipe, which is no database. */
	if (fileno(file) < 0) {
		err = add_lines(m, path, file);
		fclose(file);
		return err;
	}
	/* A line of a device would have no end. */
	if (!fstat(fileno(file), &st) && !S_ISREG(st.st_mode)) {
		fclose(file);
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%s: not a file", path);
	}
	n = fread(magic, 1, sizeof(magic), file);
	rewind(file);
	if (n == sizeof(magic) && !memcmp(magic, SQLITE_MAGIC, n))
		err = add_db(m, path);
	else
		err = add_lines(m, path, file);
	fclose(file);
	return err;
}

/* Results that are done; half-written ones have hidden names. */
static int is_result(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && dot &&
	       (!strcmp(dot, ".json") || !strcmp(dot, ".jsonl"));
}

static struct dm_error *add_folder(struct merge *m, const char *path)
{
	struct dm_error *err = NULL;
	struct dirent **entries;
	char *name;
	int i, n;

	n = scandir(path, &entries, is_result, alphasort);
	if (n < 0)
		return file_error(path);
	for (i = 0; i < n; i++) {
		if (!err) {
			if (asprintf(&name, "%s/%s", path, entries[i]->d_name) <
			    0) {
				err = dm_error_no_memory();
			} else {
				err = add_file(m, name);
				free(name);
			}
		}
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* By path; of one dump under one path what was found last comes first. */
static int row_cmp(const void *a, const void *b)
{
	json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	uint64_t tx = figures_number(x, "batch.run.at");
	uint64_t ty = figures_number(y, "batch.run.at");
	int cmp;

	cmp = strcmp(figures_string(x, "dump.path"),
		     figures_string(y, "dump.path"));
	if (!cmp)
		cmp = strcmp(figures_string(x, "batch.content_id"),
			     figures_string(y, "batch.content_id"));
	return cmp ? cmp : tx > ty ? -1 : tx < ty;
}

/* One place of one content. */
static bool same_dump(json_t *x, json_t *y)
{
	return !strcmp(figures_string(x, "dump.path"),
		       figures_string(y, "dump.path")) &&
	       !strcmp(figures_string(x, "batch.content_id"),
		       figures_string(y, "batch.content_id"));
}

/*
 * Whether row @i was there before: of one dump under one path what was found last
 * stands for all, unless they say different things.
 */
static bool is_double(const struct merge *m, size_t i)
{
	size_t k = i;

	while (k > 0 && same_dump(m->rows[k - 1], m->rows[i])) {
		k--;
		if (!results_disagree(m->rows[k], m->rows[i]))
			return true;
	}
	return false;
}

static struct dm_error *put_rows(struct merge *m,
				 const struct cli_options *options)
{
	struct outputs outputs;
	struct dm_error *err;
	size_t i;

	err = outputs_init(&outputs, options);
	if (err)
		return err;
	if (m->count)
		qsort(m->rows, m->count, sizeof(*m->rows), row_cmp);
	for (i = 0; !err && i < m->count; i++) {
		if (!is_double(m, i))
			err = outputs_row(&outputs, m->rows[i]);
	}
	if (!err)
		err = outputs_end(&outputs);
	outputs_deinit(&outputs);
	return err;
}

static struct dm_error *merge(struct merge *m, const struct cli_options *o)
{
	struct dm_error *err = NULL;
	struct stat st;
	size_t i;

	for (i = 0; !err && i < o->arg_count; i++) {
		const char *path = o->args[i];

		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			err = add_folder(m, path);
		else
			err = add_file(m, path);
	}
	if (!err)
		err = outputs_check(o);
	return err ? err : put_rows(m, o);
}

static int run(const struct cli_options *options)
{
	struct merge m = { 0 };
	struct dm_error *err;
	size_t i;

	err = merge(&m, options);
	for (i = 0; i < m.count; i++)
		json_decref(m.rows[i]);
	free(m.rows);
	return err ? cli_fail_error(err) : CLI_OK;
}

const struct cli_command cli_merge = { .run = run };
