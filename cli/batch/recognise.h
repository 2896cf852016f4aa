/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a file a dump? By its first bytes; its name counts where these are gone. */
#ifndef BATCH_RECOGNISE_H
#define BATCH_RECOGNISE_H

#include <stdbool.h>
#include <stdint.h>

#include "content_id.h"

struct recognised {
	bool dump; /* worth a row */
	bool text; /* that names images of RAM beside it, which are the dump */
	bool own; /* such a text of ours, which a person wrote */
	bool part; /* of a split set: see the rest */
	char set[CONTENT_ID_MAX]; /* the same for all parts of a set */
	uint64_t start_pfn;
};

void recognise(struct recognised *r, const char *path);

#endif /* BATCH_RECOGNISE_H */
