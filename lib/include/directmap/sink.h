/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Where text goes, and how it may look.
 */
#ifndef DIRECTMAP_SINK_H
#define DIRECTMAP_SINK_H

#include <directmap/api.h>

DM_BEGIN_DECLS

/** Embed it in your own object. */
struct dm_sink {
	/** Take @p size bytes; false ends the output with DM_ERROR_OUTPUT. */
	bool (*write)(struct dm_sink *sink, const char *text, size_t size);
};

/** How text may look; all zero but for struct_size is what NULL gives. */
struct dm_style {
	size_t struct_size; /**< sizeof(struct dm_style) */
	bool color; /**< ANSI colours */
	/**
	 * Of the report's map line, and at most of a row of the map, in cells;
	 * 0: the usual 64.
	 */
	unsigned int width;
};

DM_END_DECLS

#endif /* DIRECTMAP_SINK_H */
