/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages for people: one file each, that needs no network, no server and, to be
 * read, no script. All that comes from reports is escaped, and the page's
 * Content-Security-Policy lets run nothing but the page's own script, by hash.
 */
#ifndef HTML_H
#define HTML_H

#include <jansson.h>

#include "directmap.h"

struct output_file;

/**
 * A page on one dump.
 * @param report	As of report --json, or a row of batch --json: sections
 *			that it has nothing for say so. Its member "map", if
 *			there is one, is what map --json prints.
 */
struct dm_error *html_report_put(struct output_file *out, const json_t *report);
/** The same as a file of its own. @param force	As of output_file_create(). */
struct dm_error *html_report_write(const char *path, bool force,
				   const json_t *report);

/**
 * An index of many dumps: rows as of batch --json, one by one; what it keeps of
 * each is small.
 */
struct html_batch;

/**
 * @param path	A file, replaced in the end; or a folder, if it is one already
 *		or the name ends in "/": then it gets an index.html and, for
 *		each row with figures, a page that the index links to.
 */
struct dm_error *html_batch_create(const char *path, bool force,
				   struct html_batch **ret);
struct dm_error *html_batch_add(struct html_batch *batch, const json_t *row);
/** Write the index. */
struct dm_error *html_batch_commit(struct html_batch *batch);
void html_batch_destroy(struct html_batch *batch);

/** All of that at once. */
struct dm_error *html_batch_write(const char *path, bool force,
				  json_t *const *rows, size_t count);

#endif /* HTML_H */
