/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which dumps there are: from paths, folders, patterns and lists. */
#ifndef BATCH_SCAN_H
#define BATCH_SCAN_H

#include "files.h"

/** A dump: one file, the parts of a split set, or a text and images of RAM. */
struct scan_dump {
	char **paths; /* that open it, in order; the first is its name */
	size_t count;
	bool split; /* a part, even where it is one file alone */
	struct cli_files files; /* none: these are the paths */
};

struct scan_found;

struct scan {
	bool all_files; /* in folders: whatever they look like */
	struct scan_dump *dumps; /* of scan_finish(), by name */
	size_t count;
	/* Of scan_finish(). */
	size_t skipped; /* files in folders that are no dumps */
	char *first_skipped; /* NULL: none */
	struct scan_found *found; /* until then */
	size_t found_count, found_capacity;
};

/** @param what	A file, a folder, a pattern, or @list (@-: stdin). */
struct dm_error *scan_add(struct scan *scan, const char *what);
/** Sort, drop what was found twice, join what belongs to one split set. */
struct dm_error *scan_finish(struct scan *scan);
/**
 * Keep every @p n th, the @p i th of them (1 to @p n), by a hash of the name:
 * the same name goes to the same shard wherever and whenever this runs.
 */
void scan_shard(struct scan *scan, unsigned int i, unsigned int n);
void scan_deinit(struct scan *scan);
/** All files that a dump is read from. */
char *const *scan_dump_files(const struct scan_dump *dump, size_t *count);

#endif /* BATCH_SCAN_H */
