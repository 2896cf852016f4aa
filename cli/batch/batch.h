/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdump-triage batch: many dumps, a row each, whatever they are. */
#ifndef BATCH_H
#define BATCH_H

#include "child/child.h"
#include "cli.h"
#include "scan.h"
#include "state.h"

struct batch_options {
	unsigned int jobs;
	struct child_limits limits;
	bool again, lists, maps, quiet, no_sandbox;
	enum dm_dump_reader reader;
};

struct batch_item {
	const struct scan_dump *dump;
	uint64_t bytes; /* on disk; 0: not known */
	char key[CONTENT_ID_MAX]; /* of its result; "": it has none on disk */
	json_t *row; /* then it is here; also where it is for this run only */
	bool done;
	bool was_done; /* by an earlier run */
	int code; /* of enum cli_exit */
};

struct batch {
	struct batch_options options;
	struct state state;
	struct batch_item *items;
	size_t count, done, failed;
	bool interrupted;
};

/** Find out what is done already. */
struct dm_error *batch_init(struct batch *batch, const struct scan *scan);
void batch_deinit(struct batch *batch);
/** Do what is not done; returns early, with what there is, on a signal. */
struct dm_error *batch_run(struct batch *batch);

/** A row of what a child said, or why it said nothing. */
json_t *batch_make_row(const struct child *child, const struct scan_dump *dump,
		       int *code);

/** Name the file of a row's dump; false: no memory. */
bool batch_put_path(json_t *row, const char *path);

/* What a child works on. */
struct batch_job {
	const struct scan_dump *dump;
	const struct batch_options *options;
};

/** In the child. @param arg	A struct batch_job. */
int batch_one(void *arg);

/* Progress, on a terminal. */
struct batch_progress {
	bool terminal, shown;
	struct timespec start, shown_at;
	size_t done_before;
};

void batch_progress_init(struct batch_progress *p, const struct batch *batch);
/** @param name	The dump that is read now; NULL: none. */
void batch_progress_show(struct batch_progress *p, const struct batch *batch,
			 const char *name, size_t running);
void batch_progress_clear(struct batch_progress *p);

#endif /* BATCH_H */
