/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one writer of output files. A file appears whole under its name or not at
 * all: it is written under a hidden name beside it, and renamed. A pipe or a
 * device gets all of it in the end, or nothing. What may be written to says
 * target.h.
 */
#ifndef WRITE_OUTPUT_FILE_H
#define WRITE_OUTPUT_FILE_H

#include <stdio.h>

#include "target.h"

struct keeper;

struct output_file {
	int fd; /* to write and to seek in; until the commit */
	char *name; /* as it was asked for */
	/* Of the writer's own. */
	FILE *stream;
	struct target target;
	enum output_kind kind;
	bool force;
	char *temporary; /* NULL: nameless, or in its place */
	int to; /* of a stream, else -1 */
	struct keeper *keeper; /* renames and removes; NULL: this process */
};

/** Only whether it may be written; before hours are spent on what goes in. */
struct dm_error *output_file_check(const char *path, enum output_kind kind,
				   bool force);
struct dm_error *output_file_create(struct output_file *f, const char *path,
				    enum output_kind kind, bool force);
/**
 * From here on nothing but write(), and read() in the end, is needed of the
 * system: what else there is to do, a process of its own does, also when this
 * one is killed. Before a sandbox is entered, and before there are threads.
 */
struct dm_error *output_file_keep(struct output_file *f);

/** Buffered, for text; of the file, as it is closed with it. */
struct dm_error *output_file_stream(struct output_file *f, FILE **ret);
/** Whether it goes to the same place as standard output. */
bool output_file_is_stdout(const struct output_file *f);

/** Put it in its place, on disk. */
struct dm_error *output_file_commit(struct output_file *f);
/** What was not committed is gone. One that is all zero is fine. */
void output_file_deinit(struct output_file *f);

#endif /* WRITE_OUTPUT_FILE_H */
