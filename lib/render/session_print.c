// SPDX-License-Identifier: GPL-2.0-or-later
/* A session's views as text and JSON; what they need is made first. */
#include <stdlib.h>

#include "render/print.h"
#include "analysis/session.h"
#include "util/error.h"
#include "util/sized.h"

/* ---- The report ------------------------------------------------------------- */

static struct dm_error *fill_usage(struct dm_session *s,
				   struct dm_report *report)
{
	const struct dm_usage *usage;
	struct dm_error *err = dm_session_usage(s, &usage);

	if (err)
		return err;
	report->usage = *usage;
	return NULL;
}

/* In the order that all of it is made in. */
static struct dm_error *fill(struct dm_session *s, unsigned int leave_out,
			     struct dm_report *report)
{
	const struct dm_counters *counters = NULL;
	struct dm_error *err = NULL;

	if (!(leave_out & DM_REPORT_NO_POLICY))
		err = dm_session_policy(s, &report->policy);
	if (!err && !(leave_out & DM_REPORT_NO_COUNTERS))
		err = dm_session_counters(s, &counters);
	if (!err && !(leave_out & DM_REPORT_NO_HISTORY))
		err = dm_session_history(s, &report->history);
	report->no_usage = leave_out & DM_REPORT_NO_USAGE;
	if (!err && !report->no_usage)
		err = fill_usage(s, report);
	if (err)
		return err;
	report->dump = *dm_session_about(s);
	report->kernel = *dm_session_kernel(s);
	report->counters = counters && counters->count ? counters : NULL;
	return NULL;
}

struct dm_error *dm_session_report_text(struct dm_session *session,
					const struct dm_style *style,
					struct dm_sink *sink)
{
	struct dm_report *report = calloc(1, sizeof(*report));
	struct dm_error *err;
	struct dm_style own;

	if (!report)
		return dm_error_no_memory();
	err = dm_sized_take(&own, sizeof(own), style, "dm_style");
	if (!err)
		err = fill(session, 0, report);
	if (!err)
		err = dm_report_text(report, &own, sink);
	free(report);
	return err;
}

struct dm_error *dm_session_report_json(struct dm_session *session,
					unsigned int leave_out,
					struct dm_sink *sink)
{
	struct dm_report *report = calloc(1, sizeof(*report));
	struct dm_error *err;

	if (!report)
		return dm_error_no_memory();
	err = fill(session, leave_out, report);
	if (!err)
		err = dm_report_json(report, sink);
	free(report);
	return err;
}

/* The DirectMap lines need page tables and nothing else. */
struct dm_error *dm_session_meminfo(struct dm_session *session,
				    struct dm_sink *sink)
{
	const struct dm_usage *usage;
	struct dm_error *err = dm_session_figures(session, &usage);

	struct dm_report *report;

	if (err)
		return err;
	report = calloc(1, sizeof(*report));
	if (!report)
		return dm_error_no_memory();
	report->kernel = *dm_session_kernel(session);
	report->usage = *usage;
	err = dm_report_meminfo(report, sink);
	free(report);
	return err;
}

/* ---- The others ------------------------------------------------------------- */

struct dm_error *dm_session_policy_text(struct dm_session *session,
					struct dm_sink *sink)
{
	const struct dm_policy *policy;
	struct dm_error *err = dm_session_policy(session, &policy);

	return err ? err : dm_policy_text(policy, sink);
}

struct dm_error *dm_session_policy_json(struct dm_session *session,
					struct dm_sink *sink)
{
	const struct dm_policy *policy;
	struct dm_error *err = dm_session_policy(session, &policy);

	return err ? err : dm_policy_json(policy, sink);
}

struct dm_error *dm_session_counters_text(struct dm_session *session,
					  struct dm_sink *sink)
{
	const struct dm_counters *counters;
	const struct dm_usage *usage;
	struct dm_error *err = dm_session_counters(session, &counters);

	if (!err)
		err = dm_session_usage(session, &usage);
	return err ? err
		   : dm_counters_text(dm_session_kernel(session), usage,
				      counters, sink);
}

struct dm_error *dm_session_counters_json(struct dm_session *session,
					  struct dm_sink *sink)
{
	const struct dm_counters *counters;
	struct dm_error *err = dm_session_counters(session, &counters);

	return err ? err : dm_counters_json(counters, sink);
}

struct dm_error *dm_session_splits_text(struct dm_session *session,
					struct dm_sink *sink)
{
	struct dm_history *history;
	struct dm_error *err = dm_session_history(session, &history);

	return err ? err
		   : dm_splits_text(dm_session_kernel(session), history, sink);
}

struct dm_error *dm_session_splits_timeline(struct dm_session *session,
					    struct dm_sink *sink)
{
	struct dm_history *history;
	struct dm_error *err = dm_session_history(session, &history);

	return err ? err
		   : dm_splits_timeline(dm_session_kernel(session), history,
					sink);
}

struct dm_error *dm_session_splits_json(struct dm_session *session,
					struct dm_sink *sink)
{
	struct dm_history *history;
	struct dm_error *err = dm_session_history(session, &history);

	return err ? err
		   : dm_splits_json(dm_session_kernel(session), history, sink);
}
