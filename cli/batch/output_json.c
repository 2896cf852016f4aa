// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON Lines: the rows as they are. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "directmap/json.h"
#include "outputs.h"

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	(void)output, (void)f;
	return dm_json_write(json_incref(row), cli_stdout());
}

static struct dm_error *end(struct output *output)
{
	(void)output;
	return cli_flush();
}

static void destroy(struct output *output)
{
	free(output);
}

struct dm_error *output_json_create(struct output **ret)
{
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return dm_error_no_memory();
	**ret = (struct output){ put_row, end, destroy };
	return NULL;
}
