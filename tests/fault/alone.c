// SPDX-License-Identifier: GPL-2.0-or-later
/* Each result of a session, with no other asked for before. */
#include <stdlib.h>

#include "alone.h"
#include "directmap/session.h"

static struct dm_error *figures(struct dm_session *session)
{
	const struct dm_usage *usage;

	return dm_session_figures(session, &usage);
}

static struct dm_error *usage(struct dm_session *session)
{
	const struct dm_usage *ret;

	return dm_session_usage(session, &ret);
}

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	(void)arg;
	(void)run;
	return NULL;
}

static struct dm_error *take_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	(void)arg;
	(void)unknown;
	return NULL;
}

static struct dm_error *runs(struct dm_session *session)
{
	return dm_session_runs(session, NULL, take_run, take_unknown, NULL);
}

static struct dm_error *stream(struct dm_session *session)
{
	return dm_session_stream(session, NULL, take_run, take_unknown, NULL,
				 NULL);
}

static struct dm_error *policy(struct dm_session *session)
{
	const struct dm_policy *ret;

	return dm_session_policy(session, &ret);
}

static struct dm_error *counters(struct dm_session *session)
{
	const struct dm_counters *ret;

	return dm_session_counters(session, &ret);
}

static struct dm_error *take_lost(void *arg, const struct dm_lost *lost)
{
	(void)arg;
	(void)lost;
	return NULL;
}

static struct dm_error *history(struct dm_session *session)
{
	struct dm_history *h;
	struct dm_error *err = dm_session_history(session, &h);

	return err ? err : dm_history_lost(h, take_lost, NULL);
}

static struct dm_error *map(struct dm_session *session)
{
	struct dm_map *m = NULL;
	struct dm_error *err = dm_session_map(session, NULL, &m);

	dm_map_destroy(m);
	return err;
}

static struct dm_error *prefetch(struct dm_session *session)
{
	return dm_session_prefetch(session, DM_VIEW_EXPLAIN);
}

static const struct {
	const char *name;
	struct dm_error *(*run)(struct dm_session *session);
} views[] = {
	{ "figures", figures }, { "usage", usage },   { "runs", runs },
	{ "stream", stream },	{ "policy", policy }, { "counters", counters },
	{ "history", history }, { "map", map },	      { "prefetch", prefetch },
};

#define VIEWS (sizeof(views) / sizeof(*views))

static struct dm_error *explain(struct dm_session *session,
				const char *question)
{
	struct dm_explanation *x = NULL;
	struct dm_error *err = dm_session_explain(session, question, &x);

	dm_explanation_destroy(x);
	return err;
}

size_t alone_count(const struct views *truth)
{
	return VIEWS + truth->question_count;
}

const char *alone_name(size_t i)
{
	return i < VIEWS ? views[i].name
			 : view_name((enum view)(VIEW_EXPLAIN + i - VIEWS));
}

struct dm_error *alone_run(size_t i, struct dm_source *source,
			   const struct views *truth)
{
	struct dm_session *session = NULL;
	struct dm_error *err = dm_session_create(source, NULL, &session);

	if (!err)
		err = i < VIEWS ? views[i].run(session)
				: explain(session, truth->questions[i - VIEWS]);
	dm_session_destroy(session);
	return err;
}
