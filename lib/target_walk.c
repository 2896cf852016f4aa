// SPDX-License-Identifier: GPL-2.0-or-later
/* Each view looks at all of the linear map; the tables are read once. */
#include <stdlib.h>

#include "error.h"
#include "run_log.h"
#include "target_walk.h"

struct target_walk {
	struct dm_usage usage;
	struct run_log *log;
	unsigned int threads;
};

void target_walk_destroy(struct target_walk *walk)
{
	if (walk)
		run_log_destroy(walk->log);
	free(walk);
}

static struct dm_error *record(struct target_walk *walk,
			       struct dm_target *target,
			       const struct dm_walk_options *options)
{
	struct dm_error *err;

	walk->threads = options->threads;
	err = run_log_create(target_kernel(target), &walk->log);
	return err ? err
		   : dm_walk_with(target_source(target), target_kernel(target),
				  options, &walk->usage, run_log_add,
				  walk->log);
}

struct dm_error *dm_target_walk(struct dm_target *target,
				const struct dm_walk_options *options,
				struct dm_usage *usage)
{
	struct target_walk *walk = calloc(1, sizeof(*walk));
	struct target_walk **kept = target_walk(target);
	struct dm_error *err;

	if (!walk)
		return dm_error_no_memory();
	err = record(walk, target, options);
	/* As dm_walk(), after an error too. */
	if (usage)
		*usage = walk->usage;
	if (err) {
		target_walk_destroy(walk);
		return err;
	}
	target_walk_destroy(*kept);
	*kept = walk;
	return NULL;
}

static struct dm_error *recorded(struct dm_target *target,
				 const struct target_walk **ret)
{
	static const struct dm_walk_options plain;
	struct dm_error *err = NULL;

	if (!*target_walk(target))
		err = dm_target_walk(target, &plain, NULL);
	*ret = *target_walk(target);
	return err;
}

struct dm_error *target_usage(struct dm_target *target,
			      const struct dm_usage **usage)
{
	const struct target_walk *walk;
	struct dm_error *err = recorded(target, &walk);

	*usage = err ? NULL : &walk->usage;
	return err;
}

/* More runs than are kept: the tables do not change, so it is the same again. */
static struct dm_error *walk_again(struct dm_target *target,
				   const struct target_walk *walk, dm_run_fn fn,
				   void *arg)
{
	struct dm_range seen = { target_kernel(target)->linear_start,
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
	err = dm_walk_with(target_source(target), target_kernel(target),
			   &options, usage, fn, arg);
	target_note_usage(target, usage);
	free(usage);
	return err;
}

struct dm_error *target_runs(struct dm_target *target, dm_run_fn fn, void *arg)
{
	const struct target_walk *walk;
	struct dm_error *err = recorded(target, &walk);

	if (err)
		return err;
	if (!run_log_whole(walk->log))
		return walk_again(target, walk, fn, arg);
	return run_log_each(walk->log, fn, arg);
}
