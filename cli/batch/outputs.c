// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "outputs.h"

static struct dm_error *init_table(struct output **ret,
				   const struct outputs_options *options)
{
	*ret = NULL;
	switch (options->table) {
	case OUTPUTS_TEXT:
		return output_text_create(ret, options->color);
	case OUTPUTS_JSON:
		return output_json_create(ret);
	case OUTPUTS_CSV:
		return output_csv_create(ret);
	case OUTPUTS_NONE:
		break;
	}
	return NULL;
}

struct dm_error *outputs_init(struct outputs *outputs,
			      const struct outputs_options *options)
{
	const struct {
		const char *path;
		struct dm_error *(*create)(struct output **ret,
					   const char *path);
	} files[] = {
		{ options->junit, output_junit_create },
		{ options->prometheus, output_prometheus_create },
		{ options->db, output_db_create },
	};
	struct dm_error *err;
	size_t i;

	*outputs = (struct outputs){ 0 };
	err = init_table(&outputs->all[0], options);
	if (!err && outputs->all[0])
		outputs->count++;
	for (i = 0; !err && i < sizeof(files) / sizeof(*files); i++) {
		if (!files[i].path)
			continue;
		err = files[i].create(&outputs->all[outputs->count],
				      files[i].path);
		if (!err)
			outputs->count++;
	}
	if (err)
		outputs_deinit(outputs);
	return err;
}

struct dm_error *outputs_row(struct outputs *outputs, json_t *row)
{
	struct dm_error *err = NULL;
	struct figures f;
	size_t i;

	figures_init(&f, row);
	for (i = 0; !err && i < outputs->count; i++)
		err = outputs->all[i]->row(outputs->all[i], row, &f);
	return err;
}

struct dm_error *outputs_end(struct outputs *outputs)
{
	struct dm_error *err = NULL;
	size_t i;

	/* Files first: the table with its summary is what people wait for. */
	for (i = outputs->count; !err && i-- > 0;)
		err = outputs->all[i]->end(outputs->all[i]);
	return err;
}

void outputs_deinit(struct outputs *outputs)
{
	size_t i;

	for (i = 0; i < outputs->count; i++)
		outputs->all[i]->destroy(outputs->all[i]);
	*outputs = (struct outputs){ 0 };
}
