/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The linear map as a picture.
 */
#ifndef DIRECTMAP_MAP_H
#define DIRECTMAP_MAP_H

#include <directmap/history.h>
#include <directmap/sink.h>

DM_BEGIN_DECLS

/**
 * A stretch of it; cells do not reach over holes. What is unknown is in cells
 * too, a long stretch of nothing else in one that is as long.
 */
struct dm_cell {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t bytes[DM_LEAF_MAX]; /**< by leaf */
	uint64_t read_only; /**< bytes */
	uint64_t invalid; /**< bytes */
	uint64_t unknown; /**< bytes: see dm_unknown */
	uint64_t lost; /**< leaves lost that begin in it */
	uint64_t in_use; /**< of those */
};

/** The map in cells. */
struct dm_map {
	size_t struct_size; /**< as this library has it */
	uint64_t cell; /**< bytes of a full cell */
	size_t count; /**< of cells */
	struct dm_cell *cells; /**< by VA */
	bool splits_known; /**< lost and in_use mean something */
	bool splits_at_least; /**< they do not, but are lower bounds */
	uint64_t left_out; /**< bytes, mapped or unknown, behind so many holes
			      that they are not drawn */
};

/** NULL is fine. */
DM_API void dm_map_destroy(struct dm_map *map);
/** As text: a legend, and a sign for each cell. @param style NULL: plain. */
DM_API struct dm_error *dm_map_text(const struct dm_kernel *kernel,
				    const struct dm_map *map,
				    const struct dm_style *style,
				    struct dm_sink *sink);
/** One JSON object and a newline. */
DM_API struct dm_error *dm_map_json(const struct dm_map *map,
				    struct dm_sink *sink);
/** A whole SVG document, readable on light and dark ground. */
DM_API struct dm_error *dm_map_svg(const struct dm_kernel *kernel,
				   const struct dm_map *map,
				   struct dm_sink *sink);

DM_END_DECLS

#endif /* DIRECTMAP_MAP_H */
