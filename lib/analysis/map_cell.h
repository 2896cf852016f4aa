/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the makers and the printers of a map must see alike. */
#ifndef DM_MAP_CELL_H
#define DM_MAP_CELL_H

#include "directmap.h"

/** A long stretch of nothing but what is unknown: a row of its own. */
static inline bool cell_is_long(const struct dm_map *map,
				const struct dm_cell *cell)
{
	return cell->size > map->cell;
}

#endif /* DM_MAP_CELL_H */
