/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What rows say of a dump, less where it lies and how it was read. Dumps of one
 * content id should say one thing; large ones that differ where the id does not
 * look may not, and then neither stands for the other.
 */
#ifndef BATCH_RESULT_H
#define BATCH_RESULT_H

#include <jansson.h>

#include "content_id.h"

#define RESULT_MARK_MAX 17

/** The same for the same result; "": no memory. */
void result_mark(const json_t *row, char mark[RESULT_MARK_MAX]);
/** Neither ended by a limit nor by the machine. */
bool result_is_final(const json_t *row);
/** Of one content, by one version, both final. */
bool results_disagree(const json_t *a, const json_t *b);

/** Rows of a batch as they come: which disagree. */
struct disagreements {
	json_t *seen; /* by content */
	size_t count; /* rows that disagree with one before */
	char *first, *other; /* paths */
};

bool disagreements_add(struct disagreements *d, const json_t *row);
/** On stderr, if there are any. */
void disagreements_say(const struct disagreements *d);
void disagreements_deinit(struct disagreements *d);

#endif /* BATCH_RESULT_H */
