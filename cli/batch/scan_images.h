/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of what a scan found: images of RAM, which a text beside them makes one dump. */
#ifndef BATCH_SCAN_IMAGES_H
#define BATCH_SCAN_IMAGES_H

#include "recognise.h"
#include "scan.h"

struct scan_found {
	char *path;
	struct recognised kind;
	bool named; /* by the user, not by a folder */
	bool skipped; /* in a folder, and no dump unless a text names it */
	/* Of a text, or of ranges of memory; none: the path is the file. */
	struct cli_files files;
};

void scan_found_deinit(struct scan_found *found);

/*
 * Take from what was found, which is sorted by path and has each once, the files
 * that a text names, and texts that say again what another says.
 */
struct dm_error *scan_join_images(struct scan *scan);

#endif /* BATCH_SCAN_IMAGES_H */
