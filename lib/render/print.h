/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results as text and JSON: what a session prints. */
#ifndef DM_PRINT_H
#define DM_PRINT_H

#include "directmap/session.h"

struct dm_error *dm_policy_text(const struct dm_policy *policy,
				struct dm_sink *sink);
/** One JSON object and a newline; the same that the report has in "policy". */
struct dm_error *dm_policy_json(const struct dm_policy *policy,
				struct dm_sink *sink);

struct dm_error *dm_counters_text(const struct dm_kernel *kernel,
				  const struct dm_usage *usage,
				  const struct dm_counters *counters,
				  struct dm_sink *sink);
struct dm_error *dm_counters_json(const struct dm_counters *counters,
				  struct dm_sink *sink);

struct dm_error *dm_splits_text(const struct dm_kernel *kernel,
				struct dm_history *history,
				struct dm_sink *sink);
/** Along time: what is dated first, by its date. */
struct dm_error *dm_splits_timeline(const struct dm_kernel *kernel,
				    struct dm_history *history,
				    struct dm_sink *sink);
/** One JSON object and a newline. */
struct dm_error *dm_splits_json(const struct dm_kernel *kernel,
				struct dm_history *history,
				struct dm_sink *sink);

struct dm_report {
	struct dm_dump_about dump;
	struct dm_kernel kernel;
	bool no_usage; /**< not asked for: it is 0 */
	struct dm_usage usage;
	const struct dm_policy *policy; /**< NULL: not asked for */
	const struct dm_counters *counters; /**< NULL: none, or not asked for */
	struct dm_history *history; /**< NULL: not asked for */
};

struct dm_error *dm_report_text(const struct dm_report *report,
				const struct dm_style *style,
				struct dm_sink *sink);
/** One JSON object and a newline, schema "directmap/1". */
struct dm_error *dm_report_json(const struct dm_report *report,
				struct dm_sink *sink);
/** The DirectMap lines alone, as /proc/meminfo would have them. */
struct dm_error *dm_report_meminfo(const struct dm_report *report,
				   struct dm_sink *sink);

#endif /* DM_PRINT_H */
