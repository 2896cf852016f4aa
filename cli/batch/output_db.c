// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The database as an output of a batch: written in place, or made anew where it
 * replaces another program's file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "db.h"
#include "directmap/error.h"
#include "outputs.h"
#include "write/inputs.h"
#include "write/output_file.h"

struct db_output {
	struct output output;
	struct db db;
	/* Where another program's file is replaced: the new one until it is whole. */
	struct output_file file;
};

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	return db_put(&((struct db_output *)output)->db, row, f);
}

static struct dm_error *end(struct output *output)
{
	struct db_output *d = (struct db_output *)output;
	struct dm_error *err = db_commit(&d->db);

	if (err || !d->file.temporary)
		return err;
	db_deinit(&d->db);
	return output_file_commit(&d->file);
}

static void destroy(struct output *output)
{
	struct db_output *d = (struct db_output *)output;

	db_deinit(&d->db);
	output_file_deinit(&d->file);
	free(d);
}

/* SQLite keeps files beside a database, and removes what it takes for one. */
static struct dm_error *check_beside(const char *path)
{
	static const char *const ends[] = { "-journal", "-wal", "-shm" };
	struct dm_error *err = NULL;
	struct stat st;
	char *name;
	size_t i;

	for (i = 0; !err && i < sizeof(ends) / sizeof(*ends); i++) {
		if (asprintf(&name, "%s%s", path, ends[i]) < 0)
			return dm_error_no_memory();
		if (stat(name, &st) == 0 && inputs_have(&st))
			err = dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"%s is one of the files to read; name another database",
				name);
		free(name);
	}
	return err;
}

/* In place; another program's file, by force, as a new one that replaces it. */
static struct dm_error *open_db(struct db_output *d, const char *path,
				bool force)
{
	struct target target;
	struct dm_error *err;
	bool foreign;

	err = check_beside(path);
	if (!err)
		err = target_init(&target, path, OUTPUT_DATABASE, force);
	if (err)
		return err;
	foreign = target.foreign;
	target_deinit(&target);
	if (foreign)
		err = output_file_create(&d->file, path, OUTPUT_DATABASE,
					 force);
	if (!err)
		err = db_init(&d->db, foreign ? d->file.temporary : path, true);
	return err;
}

struct dm_error *output_db_create(struct output **ret, const char *path,
				  bool force)
{
	struct db_output *d = calloc(1, sizeof(*d));
	struct dm_error *err;

	if (!d)
		return dm_error_no_memory();
	d->output = (struct output){ put_row, end, destroy };
	err = open_db(d, path, force);
	if (err)
		destroy(&d->output);
	else
		*ret = &d->output;
	return err;
}
