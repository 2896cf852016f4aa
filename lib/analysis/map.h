/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The linear map as a picture, drawn. */
#ifndef DM_MAP_H
#define DM_MAP_H

#include "directmap/map.h"
#include "target/target.h"

/**
 * @param range	Restricts to it; NULL for the whole map.
 * @param history	NULL: splits are not marked.
 */
struct dm_error *dm_map_create(struct dm_target *target,
			       struct dm_history *history,
			       const struct dm_range *range,
			       struct dm_map **ret);

#endif /* DM_MAP_H */
