// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pages DIR|FILE REPORTS...: the pages of stored reports (report --json, batch
 * --json), for the browser's tests; with "map" in them, they are drawn.
 */
#include <stdio.h>

#include "util/error.h"
#include "html/html.h"
#include "stored/stored.h"

static struct dm_error *add(void *arg, json_t *report, const char *name)
{
	(void)name;
	return html_batch_add(arg, report);
}

static struct dm_error *write_pages(const char *path, char *const *files)
{
	struct html_batch *batch;
	struct dm_error *err;

	err = html_batch_create(path, false, &batch);
	for (; !err && *files; files++)
		err = stored_each(*files, add, batch);
	if (!err)
		err = html_batch_commit(batch);
	html_batch_destroy(batch);
	return err;
}

int main(int argc, char **argv)
{
	struct dm_error *err;

	if (argc < 3) {
		fprintf(stderr, "usage: %s DIR|FILE REPORTS...\n", argv[0]);
		return 2;
	}
	err = write_pages(argv[1], argv + 2);
	if (!err)
		return 0;
	fprintf(stderr, "%s\n", err->message);
	dm_error_destroy(err);
	return 1;
}
