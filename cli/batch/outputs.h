/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the rows of a batch go: one table on stdout, and files. */
#ifndef BATCH_OUTPUTS_H
#define BATCH_OUTPUTS_H

#include "cli.h"
#include "figures.h"
#include "result.h"

/** A writer of one kind. */
struct output {
	struct dm_error *(*row)(struct output *output, json_t *row,
				const struct figures *f);
	/** All rows are there. */
	struct dm_error *(*end)(struct output *output);
	/** Without end() before it, nothing is left behind. */
	void (*destroy)(struct output *output);
};

#define OUTPUTS_MAX 8

struct outputs {
	struct output *all[OUTPUTS_MAX];
	size_t count;
	struct disagreements disagreements;
};

/**
 * Whether all may be written, and each to a file of its own; before hours are
 * spent on what goes in.
 */
struct dm_error *outputs_check(const struct cli_options *options);
struct dm_error *outputs_init(struct outputs *outputs,
			      const struct cli_options *options);
struct dm_error *outputs_row(struct outputs *outputs, json_t *row);
struct dm_error *outputs_end(struct outputs *outputs);
void outputs_deinit(struct outputs *outputs);

/* One file each. */
struct dm_error *output_text_create(struct output **ret, bool color);
struct dm_error *output_json_create(struct output **ret);
struct dm_error *output_csv_create(struct output **ret);
struct dm_error *output_junit_create(struct output **ret, const char *path,
				     bool force);
struct dm_error *output_prometheus_create(struct output **ret, const char *path,
					  bool force);
/** Pages for people: a file, or a folder with a page for each dump too. */
struct dm_error *output_html_create(struct output **ret, const char *path,
				    bool force);
struct dm_error *output_db_create(struct output **ret, const char *path,
				  bool force);

#endif /* BATCH_OUTPUTS_H */
