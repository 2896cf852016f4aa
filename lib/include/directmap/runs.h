/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Runs as text and JSON, the same bytes from every front end.
 */
#ifndef DIRECTMAP_RUNS_H
#define DIRECTMAP_RUNS_H

#include <directmap/sink.h>
#include <directmap/walk.h>

DM_BEGIN_DECLS

/** A header for run lines. */
DM_API struct dm_error *dm_run_text_header(struct dm_sink *sink);
/** A run as one line. */
DM_API struct dm_error *dm_run_text(const struct dm_kernel *kernel,
				    const struct dm_run *run,
				    struct dm_sink *sink);
/** What is unknown between two of them, in the same columns. */
DM_API struct dm_error *dm_unknown_text(const struct dm_unknown *unknown,
					struct dm_sink *sink);
/** A run as one line of JSON. */
DM_API struct dm_error *dm_run_json(const struct dm_kernel *kernel,
				    const struct dm_run *run,
				    struct dm_sink *sink);
/** What is unknown, as one line of JSON. */
DM_API struct dm_error *dm_unknown_json(const struct dm_unknown *unknown,
					struct dm_sink *sink);

DM_END_DECLS

#endif /* DIRECTMAP_RUNS_H */
