// SPDX-License-Identifier: GPL-2.0-or-later
/* What each view reads, read for a recorder below the session. */
#include "analysis/explain.h"
#include "analysis/session.h"
#include "directmap/ptdump.h"

static struct dm_error *read_figures(struct dm_session *s)
{
	const struct dm_usage *usage;

	return dm_session_figures(s, &usage);
}

/* A view of its own asks for the realm before it walks. */
static struct dm_error *read_runs(struct dm_session *s)
{
	struct dm_error *err = dm_session_realm(s);
	const struct dm_usage *usage;

	return err ? err : dm_session_usage(s, &usage);
}

static struct dm_error *read_policy(struct dm_session *s)
{
	const struct dm_policy *policy;

	return dm_session_policy(s, &policy);
}

static struct dm_error *read_counters(struct dm_session *s)
{
	const struct dm_counters *counters;

	return dm_session_counters(s, &counters);
}

static struct dm_error *read_nothing_of(void *arg, const struct dm_lost *lost)
{
	(void)arg;
	(void)lost;
	return NULL;
}

static struct dm_error *read_splits(struct dm_session *s)
{
	struct dm_history *history;
	struct dm_error *err = dm_session_history(s, &history);

	return err ? err : dm_history_lost(history, read_nothing_of, NULL);
}

static struct dm_error *read_report(struct dm_session *s)
{
	struct dm_error *err = read_splits(s);

	return err ? err : read_counters(s);
}

static struct dm_error *read_explain(struct dm_session *s)
{
	struct dm_error *err = read_splits(s);
	const struct dm_policy *policy;

	if (!err)
		err = dm_session_policy(s, &policy);
	return err ? err : dm_explain_prefetch(dm_session_target(s), policy);
}

static struct dm_error *read_no_line(void *arg,
				     const struct dm_space_line *line)
{
	(void)arg;
	(void)line;
	return NULL;
}

static struct dm_error *read_ptdump(struct dm_session *s)
{
	return dm_session_ptdump(s, NULL, read_no_line, NULL, NULL, NULL);
}

struct dm_error *dm_session_prefetch(struct dm_session *session,
				     enum dm_view view)
{
	switch (view) {
	case DM_VIEW_FIGURES:
		return read_figures(session);
	case DM_VIEW_REPORT:
		return read_report(session);
	case DM_VIEW_RUNS:
		return read_runs(session);
	case DM_VIEW_POLICY:
		return read_policy(session);
	case DM_VIEW_EXPLAIN:
		return read_explain(session);
	case DM_VIEW_COUNTERS:
		return read_counters(session);
	case DM_VIEW_SPLITS:
	case DM_VIEW_MAP:
		return read_splits(session);
	case DM_VIEW_PTDUMP:
		return read_ptdump(session);
	}
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "no view has number %d", (int)view);
}
