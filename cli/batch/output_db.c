// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "db.h"
#include "outputs.h"

struct db_output {
	struct output output;
	struct db db;
};

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	return db_put(&((struct db_output *)output)->db, row, f);
}

static struct dm_error *end(struct output *output)
{
	return db_commit(&((struct db_output *)output)->db);
}

static void destroy(struct output *output)
{
	db_deinit(&((struct db_output *)output)->db);
	free(output);
}

struct dm_error *output_db_create(struct output **ret, const char *path)
{
	struct db_output *d = calloc(1, sizeof(*d));
	struct dm_error *err;

	if (!d)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	d->output = (struct output){ put_row, end, destroy };
	err = db_init(&d->db, path, true);
	if (err)
		free(d);
	else
		*ret = &d->output;
	return err;
}
