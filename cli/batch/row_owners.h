/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lost leaves and special pages summed up by who needs them so. */
#ifndef BATCH_ROW_OWNERS_H
#define BATCH_ROW_OWNERS_H

#include <jansson.h>

#include "directmap.h"

/**
 * Put `owners`, `owner_count` and `boot_why` into @p row: of bounded size,
 * however much the dump has. Takes @p row on an error.
 */
struct dm_error *row_owners_put(json_t **row, struct dm_history *history);

#endif /* BATCH_ROW_OWNERS_H */
