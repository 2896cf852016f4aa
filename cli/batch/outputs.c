// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens the outputs that the options name, checks their paths before the work,
 * and passes each row to all of them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "outputs.h"
#include "write/inputs.h"
#include "write/target.h"

static struct dm_error *init_table(struct output **ret,
				   const struct cli_options *options)
{
	*ret = NULL;
	switch (options->format) {
	case CLI_TEXT:
		return output_text_create(ret, cli_color(options));
	case CLI_JSON:
		return output_json_create(ret);
	case CLI_CSV:
		return output_csv_create(ret);
	default: /* CLI_QUIET */
		return NULL;
	}
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Asked for by a slash: it is made, with all that goes in. */
static bool is_new_folder(const char *path)
{
	size_t n = strlen(path);
	struct stat st;

	return n && path[n - 1] == '/' && stat(path, &st) != 0 &&
	       errno == ENOENT;
}

/* Of a folder of pages, its index. */
static char *file_of(const char *path, enum output_kind kind)
{
	char *ret;

	if (kind != OUTPUT_PAGE || !is_folder(path))
		return strdup(path);
	return asprintf(&ret, "%s/index.html", path) < 0 ? NULL : ret;
}

/* @ret: which file it is, NULL for none or none yet. */
static struct dm_error *check_one(const char *path, enum output_kind kind,
				  bool force, char **ret)
{
	struct target target;
	struct dm_error *err;
	char *file;

	*ret = NULL;
	if (kind == OUTPUT_PAGE && is_new_folder(path))
		return NULL;
	file = file_of(path, kind);
	if (!file)
		return dm_error_no_memory();
	err = target_init(&target, file, kind, force);
	free(file);
	if (!err)
		*ret = target_canonical(&target);
	target_deinit(&target);
	return err;
}

struct dm_error *outputs_check(const struct cli_options *options)
{
	const struct {
		const char *path;
		enum output_kind kind;
	} files[] = {
		{ options->junit, OUTPUT_JUNIT },
		{ options->prometheus, OUTPUT_PROMETHEUS },
		{ options->db, OUTPUT_DATABASE },
		{ options->html, OUTPUT_PAGE },
	};
	char *is[sizeof(files) / sizeof(*files)] = { NULL };
	struct dm_error *err = inputs_check_stdout();
	size_t i, j;

	for (i = 0; !err && i < sizeof(files) / sizeof(*files); i++) {
		if (!files[i].path)
			continue;
		err = check_one(files[i].path, files[i].kind, options->force,
				&is[i]);
		for (j = 0; !err && is[i] && j < i; j++) {
			if (is[j] && !strcmp(is[i], is[j]))
				err = dm_error_create(
					DM_ERROR_INVALID_ARGUMENT,
					"%s is named for two outputs; name two files",
					files[i].path);
		}
	}
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		free(is[i]);
	return err;
}

struct dm_error *outputs_init(struct outputs *outputs,
			      const struct cli_options *options)
{
	const struct {
		const char *path;
		struct dm_error *(*create)(struct output **ret,
					   const char *path, bool force);
	} files[] = {
		{ options->junit, output_junit_create },
		{ options->prometheus, output_prometheus_create },
		{ options->db, output_db_create },
		{ options->html, output_html_create },
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
				      files[i].path, options->force);
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
	if (!disagreements_add(&outputs->disagreements, row))
		err = dm_error_no_memory();
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
	if (!err)
		disagreements_say(&outputs->disagreements);
	return err;
}

void outputs_deinit(struct outputs *outputs)
{
	size_t i;

	for (i = 0; i < outputs->count; i++)
		outputs->all[i]->destroy(outputs->all[i]);
	disagreements_deinit(&outputs->disagreements);
	*outputs = (struct outputs){ 0 };
}
