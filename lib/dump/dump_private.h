/* SPDX-License-Identifier: GPL-2.0-or-later */
/* struct dm_dump, and what the files that open a dump share. */
#ifndef DUMP_PRIVATE_H
#define DUMP_PRIVATE_H

#include "dump/bytes.h"
#include "directmap/dump.h"
#include "dump/notes.h"
#include "dump/paths.h"
#include "dump/view.h"

struct dm_dump {
	/* For the thread that opened it; clones are others. */
	struct dump_view view;
	struct dm_dump_info info;
	struct dm_dump_about about;
	char *path; /* the first; of raw memory all, as one text */
	char why[256];

	struct bytes *files;
	size_t n;
	/* Of raw memory: its ranges, in files with these paths; else none. */
	struct dump_paths named;
	struct dm_dump_image *images; /* of about */

	const struct dump_format *format; /* NULL: not known yet */
	/* What to say if the second reader does not know it either. */
	struct dm_error *refusal;
	/* What format->open() made of the headers: shared by all threads. */
	void *layout;

	struct notes notes;
	char *vmcoreinfo; /* NULL: none yet */
	size_t vmcoreinfo_size;
	bool two_vmcoreinfos; /* notes that differ */
	char header_contradicts[256];
	char chosen[384]; /* why this of several kernels */
};

/* headers.c: what is so of a dump until its headers say more. */
void dm_dump_set_unknown(struct dm_dump *dump);

/*
 * headers.c: what our own reader tells of the files of @p dump, for the second one;
 * NULL where it knows no format that both do. It shares the files with @p dump
 * and ends before that; on an error nothing needs ending.
 */
struct dm_error *dm_dump_open_headers(const struct dm_dump *dump,
				      const struct dm_dump_options *options,
				      struct dm_dump **ret);
/* NULL is fine. */
void dm_dump_close_headers(struct dm_dump *own);

/* complaints.c: the dump is not whole; the first reason told is kept. */
void dm_dump_incomplete(struct dm_dump *dump, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct dm_error *dm_dump_no_vmcoreinfo(const struct dm_dump *dump);
struct dm_error *dm_dump_two_vmcoreinfos(const struct dm_dump *dump);

/*
 * names.c: what the header of a kdump says of machine and kernel, held against
 * what is known of them.
 */
struct dm_error *dm_dump_check_header(struct dm_dump *dump);

#endif /* DUMP_PRIVATE_H */
