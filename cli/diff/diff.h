/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two reports, and what changed from one to the other. */
#ifndef DIFF_H
#define DIFF_H

#include <jansson.h>
#include <stdbool.h>

#include "directmap.h"

/**
 * What `diff --json` prints (docs/json.md). Reports are anybody's: a figure
 * that one of them lacks is null, and so is what would follow from it.
 */
struct dm_error *diff_create(const json_t *a, const json_t *b, json_t **ret);

/** Whether a figure is of bytes; else it is a number of things. */
bool diff_is_bytes(const char *figure);

#endif /* DIFF_H */
