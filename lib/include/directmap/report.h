/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results as text and JSON, the same bytes from every front end. */
#ifndef DIRECTMAP_REPORT_H
#define DIRECTMAP_REPORT_H

#include <directmap/counters.h>
#include <directmap/history.h>
#include <directmap/source.h>

DM_BEGIN_DECLS

struct dm_report {
	struct dm_dump_about dump;
	struct dm_kernel kernel;
	struct dm_usage usage;
	const struct dm_policy *policy; /**< NULL: not asked for */
	const struct dm_counters *counters; /**< NULL: the kernel has none */
	struct dm_history *history; /**< NULL: not asked for */
};

DM_API struct dm_error *dm_report_text(const struct dm_report *report,
				       const struct dm_style *style,
				       struct dm_sink *sink);
/** One JSON object and a newline, schema "directmap/1". */
DM_API struct dm_error *dm_report_json(const struct dm_report *report,
				       struct dm_sink *sink);
/** The DirectMap lines alone, as /proc/meminfo would have them. */
DM_API struct dm_error *dm_report_meminfo(const struct dm_report *report,
					  struct dm_sink *sink);

/** A header for run lines, and a run as one line. */
DM_API struct dm_error *dm_run_text_header(struct dm_sink *sink);
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

#endif /* DIRECTMAP_REPORT_H */
