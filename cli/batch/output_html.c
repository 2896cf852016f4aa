// SPDX-License-Identifier: GPL-2.0-or-later
/* HTML as an output of a batch: passes each row on to cli/html/. */
#include <stdlib.h>

#include "html/html.h"
#include "outputs.h"

struct html_output {
	struct output output;
	struct html_batch *batch;
};

static struct dm_error *put_row(struct output *output, json_t *row,
				const struct figures *f)
{
	(void)f;
	return html_batch_add(((struct html_output *)output)->batch, row);
}

static struct dm_error *end(struct output *output)
{
	return html_batch_commit(((struct html_output *)output)->batch);
}

static void destroy(struct output *output)
{
	html_batch_destroy(((struct html_output *)output)->batch);
	free(output);
}

struct dm_error *output_html_create(struct output **ret, const char *path,
				    bool force)
{
	struct html_output *h = calloc(1, sizeof(*h));
	struct dm_error *err;

	if (!h)
		return dm_error_no_memory();
	h->output = (struct output){ put_row, end, destroy };
	err = html_batch_create(path, force, &h->batch);
	if (err)
		free(h);
	else
		*ret = &h->output;
	return err;
}
