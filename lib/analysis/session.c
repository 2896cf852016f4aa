// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A session on one dump: each result is made when it is first asked for, with
 * those that it stands on, and kept; so is a failure.
 */
#include <stdlib.h>

#include "analysis/counters.h"
#include "analysis/explain.h"
#include "analysis/history.h"
#include "analysis/map.h"
#include "analysis/memory_check.h"
#include "analysis/policy.h"
#include "arm64/kernel.h"
#include "kernel/realm.h"
#include "kernel/resource.h"
#include "target/target.h"
#include "walk/walk.h"
#include "analysis/session.h"
#include "util/error.h"
#include "util/sized.h"

/* A result's making: done once, well or not. */
struct step {
	bool done;
	struct dm_error *err; /* NULL: well */
};

struct dm_session {
	struct dm_source *source;
	struct dm_session_options options;
	struct dm_dump_about about;
	struct dm_kernel kernel;
	struct dm_target *target;
	struct step figures, memory, policy_made, counters_made, history_made;
	struct dm_usage usage;
	struct dm_usage streamed;
	struct dm_policy policy;
	struct dm_counters counters;
	struct dm_history *history;
};

/* ---- Beginning and end ------------------------------------------------------ */

static struct dm_error *take_about(struct dm_session *s)
{
	struct dm_error *err;

	err = dm_sized_take(&s->about, sizeof(s->about), s->options.about,
			    "dm_dump_about");
	if (!s->options.about)
		s->about.complete = true;
	return err;
}

struct dm_error *dm_session_create(struct dm_source *source,
				   const struct dm_session_options *options,
				   struct dm_session **session)
{
	struct dm_session *s = calloc(1, sizeof(*s));
	struct dm_error *err;

	*session = NULL;
	if (!s)
		return dm_error_no_memory();
	s->source = source;
	err = dm_sized_take(&s->options, sizeof(s->options), options,
			    "dm_session_options");
	if (!err)
		err = take_about(s);
	if (!err)
		err = dm_kernel_init(&s->kernel, source);
	if (!err)
		err = dm_target_create(source, &s->kernel, &s->target);
	if (err) {
		dm_session_destroy(s);
		return err;
	}
	*session = s;
	return NULL;
}

void dm_session_destroy(struct dm_session *session)
{
	if (!session)
		return;
	dm_history_destroy(session->history);
	dm_counters_deinit(&session->counters);
	dm_policy_deinit(&session->policy);
	dm_target_destroy(session->target);
	dm_error_destroy(session->figures.err);
	dm_error_destroy(session->memory.err);
	dm_error_destroy(session->policy_made.err);
	dm_error_destroy(session->counters_made.err);
	dm_error_destroy(session->history_made.err);
	free(session);
}

static struct dm_error *too_late(void)
{
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"symbols and types are to be added before a result is asked for");
}

struct dm_error *dm_session_add_symbols(struct dm_session *session,
					struct dm_symbol_table *table,
					bool first)
{
	if (!session->figures.done)
		return dm_target_add_symbols(session->target, table, first);
	table->ops->destroy(table);
	return too_late();
}

struct dm_error *dm_session_add_types(struct dm_session *session,
				      struct dm_type_table *table)
{
	if (!session->figures.done)
		return dm_target_add_types(session->target, table);
	table->ops->destroy(table);
	return too_late();
}

struct dm_error *dm_session_has_variables(struct dm_session *session, bool *has)
{
	return dm_target_knows_variables(session->target, has);
}

struct dm_error *dm_session_has_types(struct dm_session *session, bool *has)
{
	const char *why;
	struct dm_error *err = dm_target_types_why(session->target, &why);

	*has = !err && !why;
	return err;
}

/* ---- What is there ---------------------------------------------------------- */

struct dm_source *dm_session_source(const struct dm_session *session)
{
	return session->source;
}

const struct dm_kernel *dm_session_kernel(const struct dm_session *session)
{
	return &session->kernel;
}

struct dm_error *dm_session_crash_kernel(struct dm_session *session,
					 struct dm_range *range)
{
	*range = (struct dm_range){ 0 };
	return dm_resource_crash_kernel(session->target, &range->start,
					&range->end);
}

struct dm_target *dm_session_target(struct dm_session *session)
{
	return session->target;
}

const struct dm_session_options *
dm_session_how(const struct dm_session *session)
{
	return &session->options;
}

const struct dm_dump_about *dm_session_about(const struct dm_session *session)
{
	return &session->about;
}

bool dm_session_lacks_tables(const struct dm_session *session)
{
	return dm_target_lacks_tables(session->target);
}

/* ---- Results, each on those before it --------------------------------------- */

/* The error is the step's; takes @err, gives a copy of it. */
static struct dm_error *step_end(struct step *step, struct dm_error *err)
{
	step->done = true;
	step->err = err;
	return err ? dm_error_copy(err) : NULL;
}

static struct dm_error *step_again(const struct step *step)
{
	return step->err ? dm_error_copy(step->err) : NULL;
}

static struct dm_walk_options walk_options(const struct dm_session *s)
{
	return (struct dm_walk_options){
		.threads = s->options.threads,
		.max_tables = s->options.max_tables,
		.stop = s->options.stop,
		.progress = s->options.progress,
		.arg = s->options.arg,
	};
}

static struct dm_error *make_figures(struct dm_session *s)
{
	struct dm_walk_options how = walk_options(s);

	if (s->figures.done)
		return step_again(&s->figures);
	return step_end(&s->figures, dm_walk_realm(s->source, &s->kernel,
						   s->target, &how, &s->usage));
}

static struct dm_error *make_usage(struct dm_session *s)
{
	struct dm_error *err;

	if (s->memory.done)
		return step_again(&s->memory);
	err = make_figures(s);
	if (!err)
		err = dm_target_check_memory(s->target, &s->usage);
	return step_end(&s->memory, err);
}

static struct dm_error *make_policy(struct dm_session *s)
{
	struct dm_error *err;

	if (s->policy_made.done)
		return step_again(&s->policy_made);
	err = make_usage(s);
	if (!err)
		err = dm_policy_init(&s->policy, s->target, &s->usage);
	return step_end(&s->policy_made, err);
}

static struct dm_error *make_counters(struct dm_session *s)
{
	struct dm_error *err;

	if (s->counters_made.done)
		return step_again(&s->counters_made);
	err = make_usage(s);
	if (!err)
		err = dm_counters_init(&s->counters, s->target, &s->usage);
	return step_end(&s->counters_made, err);
}

static struct dm_error *make_history(struct dm_session *s)
{
	struct dm_error *err;

	if (s->history_made.done)
		return step_again(&s->history_made);
	err = make_policy(s);
	if (!err)
		err = dm_history_create(s->target, &s->policy, &s->history);
	if (!err)
		err = dm_history_findings(s->history, &s->usage);
	return step_end(&s->history_made, err);
}

struct dm_error *dm_session_figures(struct dm_session *session,
				    const struct dm_usage **usage)
{
	struct dm_error *err = make_figures(session);

	*usage = err ? NULL : &session->usage;
	return err;
}

struct dm_error *dm_session_usage(struct dm_session *session,
				  const struct dm_usage **usage)
{
	struct dm_error *err = make_usage(session);

	*usage = err ? NULL : &session->usage;
	return err;
}

struct dm_error *dm_session_policy(struct dm_session *session,
				   const struct dm_policy **policy)
{
	struct dm_error *err = make_policy(session);

	*policy = err ? NULL : &session->policy;
	return err;
}

struct dm_error *dm_session_counters(struct dm_session *session,
				     const struct dm_counters **counters)
{
	struct dm_error *err = make_counters(session);

	*counters = err ? NULL : &session->counters;
	return err;
}

struct dm_error *dm_session_history(struct dm_session *session,
				    struct dm_history **history)
{
	struct dm_error *err = make_history(session);

	*history = err ? NULL : session->history;
	return err;
}

/* ---- Results that are not kept ---------------------------------------------- */

struct dm_error *dm_session_explain(struct dm_session *session,
				    const char *what,
				    struct dm_explanation **explanation)
{
	struct dm_error *err = make_history(session);
	struct dm_explanation *x;

	*explanation = NULL;
	if (err)
		return err;
	x = malloc(sizeof(*x));
	if (!x)
		return dm_error_no_memory();
	err = dm_explain_init(x, session->target,
			      dm_history_owners(session->history),
			      &session->policy, what);
	if (err) {
		dm_explanation_destroy(x);
		return err;
	}
	dm_history_explain(session->history, x);
	*explanation = x;
	return NULL;
}

void dm_explanation_destroy(struct dm_explanation *explanation)
{
	if (!explanation)
		return;
	dm_explain_deinit(explanation);
	free(explanation);
}

struct dm_error *dm_session_map(struct dm_session *session,
				const struct dm_range *range,
				struct dm_map **map)
{
	struct dm_error *err = make_history(session);

	*map = NULL;
	return err ? err
		   : dm_map_create(session->target, session->history, range,
				   map);
}

struct dm_error *dm_session_runs(struct dm_session *session,
				 const struct dm_range *range, dm_run_fn run,
				 dm_unknown_fn unknown, void *arg)
{
	struct dm_error *err = make_usage(session);

	return err ? err
		   : dm_target_runs(session->target, range, run, unknown, arg);
}

struct dm_error *dm_session_realm(struct dm_session *session)
{
	struct dm_walk_options how = walk_options(session);

	/* One that sees a part of the map only finds nothing. */
	how.max_tables = 0;
	return dm_realm_init(session->source, &session->kernel, session->target,
			     &how);
}

struct dm_error *dm_session_stream(struct dm_session *session,
				   const struct dm_range *range, dm_run_fn run,
				   dm_unknown_fn unknown, void *arg,
				   const struct dm_usage **usage)
{
	struct dm_walk_options how = walk_options(session);
	struct dm_error *err = NULL;

	how.range = range;
	session->streamed = (struct dm_usage){ 0 };
	if (usage)
		*usage = &session->streamed;
	if (!session->figures.done)
		err = dm_session_realm(session);
	return err ? err
		   : dm_target_stream(session->target, &how, &session->streamed,
				      run, unknown, arg);
}
