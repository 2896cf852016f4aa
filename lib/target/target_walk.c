// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks the linear map once for all views.
 *
 * Each view looks at all of the linear map; the tables are read once. What they
 * map is kept as runs, what they do not tell as unknown stretches, and both are
 * given in VA order.
 */
#include <stdlib.h>

#include "target/target.h"
#include "walk/walk.h"
#include "util/error.h"
#include "walk/run_log.h"
#include "target/target_private.h"
#include "walk/usage.h"

struct target_walk {
	struct dm_usage usage;
	struct run_log *log;
	struct unknown_set unknown;
	unsigned int threads;
};

void dm_target_walk_destroy(struct target_walk *walk)
{
	if (!walk)
		return;
	dm_run_log_destroy(walk->log);
	dm_unknown_set_deinit(&walk->unknown);
	free(walk);
}

/* ---- The walk --------------------------------------------------------------- */

static struct dm_error *keep_run(void *arg, const struct dm_run *run)
{
	struct target_walk *walk = arg;

	return dm_run_log_add(walk->log, run);
}

static struct dm_error *keep_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct target_walk *walk = arg;

	return dm_unknown_set_append(&walk->unknown, unknown);
}

static struct dm_error *record(struct target_walk *walk,
			       struct dm_target *target,
			       const struct dm_walk_options *options)
{
	struct dm_walk_options how = *options;
	struct dm_error *err;

	walk->threads = options->threads;
	how.unknown = keep_unknown;
	err = dm_run_log_create(target->kernel, &walk->log);
	return err ? err
		   : dm_walk_with(target->source, target->kernel, &how,
				  &walk->usage, keep_run, walk);
}

struct dm_error *dm_target_walk(struct dm_target *target,
				const struct dm_walk_options *options,
				struct dm_usage *usage)
{
	struct target_walk *walk = calloc(1, sizeof(*walk));
	struct dm_error *err;

	if (!walk)
		return dm_error_no_memory();
	err = record(walk, target, options);
	/* As dm_walk(), after an error too. */
	if (usage)
		*usage = walk->usage;
	if (err) {
		dm_target_walk_destroy(walk);
		return err;
	}
	dm_target_walk_destroy(target->walk);
	target->walk = walk;
	return NULL;
}

static struct dm_error *recorded(struct dm_target *target,
				 struct target_walk **ret)
{
	static const struct dm_walk_options plain;
	struct dm_error *err = NULL;

	if (!target->walk)
		err = dm_target_walk(target, &plain, NULL);
	*ret = target->walk;
	return err;
}

struct dm_error *dm_target_usage(struct dm_target *target,
				 const struct dm_usage **usage)
{
	struct target_walk *walk;
	struct dm_error *err = recorded(target, &walk);

	*usage = err ? NULL : &walk->usage;
	return err;
}

/* For dm_target_lacks_tables(): what was read once need not be readable again. */
static void note_usage(struct dm_target *target, const struct dm_usage *usage)
{
	if (usage->unreadable)
		target->lacks_tables = true;
}

bool dm_target_lacks_tables(const struct dm_target *target)
{
	return target->lacks_tables;
}

static struct dm_error *walk_range(struct dm_target *target,
				   const struct dm_range *range,
				   struct dm_usage *usage, dm_run_fn fn,
				   void *arg)
{
	struct dm_error *err;

	err = dm_walk(target->source, target->kernel, range, usage, fn, arg);
	note_usage(target, usage);
	return err;
}

/* ---- What is unknown --------------------------------------------------------- */

struct dm_error *dm_target_unknown(struct dm_target *target,
				   const struct unknown_set **unknown)
{
	struct target_walk *walk;
	struct dm_error *err = recorded(target, &walk);

	*unknown = err ? NULL : &walk->unknown;
	return err;
}

/* Of the leaf that is missing; an upper table may have been its place. */
struct dm_finding dm_target_finding_of(const struct dm_target *target,
				       const struct dm_unknown *unknown)
{
	return (struct dm_finding){
		.kind = unknown->why,
		.level = LEVEL_LAST,
		.start = unknown->start,
		.size = unknown->size,
		.pa = dm_kva_linear_to_pa(target->kernel, unknown->start),
	};
}

struct dm_error *dm_target_add_unknown(struct dm_target *target,
				       const struct unknown_set *more,
				       bool findings,
				       const struct dm_usage **usage)
{
	struct target_walk *walk;
	struct dm_error *err = recorded(target, &walk);
	size_t i;

	*usage = err ? NULL : &walk->usage;
	if (!err && more->count)
		err = dm_unknown_set_merge(&walk->unknown, more);
	if (err)
		return err;
	for (i = 0; findings && i < more->count; i++) {
		struct dm_finding finding =
			dm_target_finding_of(target, &more->at[i]);

		dm_usage_add_finding(&walk->usage, &finding);
	}
	walk->usage.unknown_count = 0;
	walk->usage.unknown = 0;
	for (i = 0; i < walk->unknown.count; i++)
		dm_usage_add_unknown(&walk->usage, &walk->unknown.at[i]);
	return NULL;
}

void dm_target_note_memory(struct dm_target *target, const char *why_not,
			   struct dm_usage *usage)
{
	struct target_walk *walk = target->walk;

	if (walk)
		dm_usage_note_memory(&walk->usage, why_not);
	dm_usage_note_memory(usage, why_not);
}

/* ---- Both in order ------------------------------------------------------------- */

/* Gives what is unknown between the runs; what a run maps is known. */
struct mixer {
	const struct unknown_set *set;
	size_t next; /* of the set */
	uint64_t at; /* VA: behind what was given */
	uint64_t end; /* VA: none is given from there on */
	dm_run_fn run;
	dm_unknown_fn unknown;
	void *arg;
};

static struct dm_error *give_up_to(struct mixer *m, uint64_t va)
{
	struct dm_error *err = NULL;

	if (va > m->end)
		va = m->end;
	while (!err && m->next < m->set->count) {
		struct dm_unknown u = m->set->at[m->next];
		uint64_t end = u.start + u.size;

		if (u.start >= va)
			break;
		/* Of many that became one, some of it may be mapped. */
		if (u.start < m->at)
			u.start = m->at;
		u.size = (end < va ? end : va) - u.start;
		if (u.start < end && u.start < va)
			err = m->unknown(m->arg, &u);
		if (end > va)
			break;
		m->next++;
	}
	return err;
}

static struct dm_error *mix_run(void *arg, const struct dm_run *run)
{
	struct mixer *m = arg;
	struct dm_error *err = give_up_to(m, run->start);

	if (!err)
		err = m->run(m->arg, run);
	m->at = run->start + run->size;
	return err;
}

static void mixer_init(struct mixer *m, const struct unknown_set *set,
		       const struct dm_range *range)
{
	m->set = set;
	m->at = range->start;
	m->end = range->end;
	m->next = dm_unknown_set_from(set, range->start);
}

/* More runs than are kept: the tables do not change, so it is the same again. */
static struct dm_error *walk_again(struct dm_target *target,
				   const struct target_walk *walk, dm_run_fn fn,
				   void *arg)
{
	struct dm_range seen = { target->kernel->linear_start,
				 walk->usage.stopped_at };
	struct dm_walk_options options = {
		.range = walk->usage.stopped ? &seen : NULL,
		.threads = walk->threads,
	};
	struct dm_usage *usage;
	struct dm_error *err;

	/* Stopped before there was anything. */
	if (walk->usage.stopped && seen.start >= seen.end)
		return NULL;
	usage = malloc(sizeof(*usage));
	if (!usage)
		return dm_error_no_memory();
	err = dm_walk_with(target->source, target->kernel, &options, usage, fn,
			   arg);
	note_usage(target, usage);
	free(usage);
	return err;
}

struct dm_error *dm_target_runs_of(struct dm_target *target, dm_run_fn fn,
				   void *arg)
{
	struct target_walk *walk;
	struct dm_error *err = recorded(target, &walk);

	if (err)
		return err;
	if (!dm_run_log_whole(walk->log))
		return walk_again(target, walk, fn, arg);
	return dm_run_log_each(walk->log, fn, arg);
}

static struct dm_error *mix(struct dm_target *target,
			    const struct dm_range *range, struct mixer *m)
{
	struct dm_usage *usage;
	struct dm_error *err;

	if (!range)
		return dm_target_runs_of(target, mix_run, m);
	usage = malloc(sizeof(*usage));
	if (!usage)
		return dm_error_no_memory();
	err = walk_range(target, range, usage, mix_run, m);
	free(usage);
	return err;
}

struct dm_error *dm_target_runs(struct dm_target *target,
				const struct dm_range *range, dm_run_fn run,
				dm_unknown_fn unknown, void *arg)
{
	const struct dm_kernel *k = target->kernel;
	struct dm_range all = { k->linear_start, k->linear_end };
	struct mixer m = { .run = run, .unknown = unknown, .arg = arg };
	struct target_walk *walk;
	struct dm_error *err = recorded(target, &walk);

	if (err)
		return err;
	mixer_init(&m, &walk->unknown, range ? range : &all);
	err = mix(target, range, &m);
	return err ? err : give_up_to(&m, m.end);
}
