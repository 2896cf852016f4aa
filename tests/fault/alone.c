// SPDX-License-Identifier: GPL-2.0-or-later
/* Views without those that are usually asked before them. */
#include <stdlib.h>

#include "alone.h"

struct alone {
	struct dm_source *source;
	struct dm_target *target;
	struct dm_kernel kernel;
	struct dm_usage usage;
	const struct views *truth;
};

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

static struct dm_error *kernel(struct alone *a)
{
	return dm_kernel_init(&a->kernel, a->source);
}

static struct dm_error *walk(struct alone *a)
{
	return dm_walk_realm(a->source, &a->kernel, a->target, NULL, &a->usage);
}

static struct dm_error *realm(struct alone *a)
{
	return dm_realm_init(a->source, &a->kernel);
}

static struct dm_error *memory(struct alone *a)
{
	return dm_target_check_memory(a->target, &a->usage);
}

static struct dm_error *runs(struct alone *a)
{
	return dm_target_runs(a->target, NULL, take_run, take_unknown, NULL);
}

static struct dm_error *stream(struct alone *a)
{
	static const struct dm_walk_options options;

	return dm_target_stream(a->target, &options, &a->usage, take_run,
				take_unknown, NULL);
}

static struct dm_error *policy(struct alone *a)
{
	struct dm_policy p;

	return dm_policy_init(&p, a->target, &a->usage);
}

static struct dm_error *counters(struct alone *a)
{
	struct dm_counters c;

	return dm_counters_init(&c, a->target, &a->usage);
}

static struct dm_error *take_lost(void *arg, const struct dm_lost *lost)
{
	(void)arg;
	(void)lost;
	return NULL;
}

static struct dm_error *take_boot(void *arg, const struct dm_boot_range *range)
{
	(void)arg;
	(void)range;
	return NULL;
}

static struct dm_error *history(struct alone *a)
{
	struct dm_history *h = NULL;
	struct dm_error *err;

	err = dm_history_create(a->target, &a->truth->policy, &h);
	if (!err)
		err = dm_history_lost(h, take_lost, NULL);
	if (!err)
		err = dm_history_boot(h, take_boot, NULL);
	if (!err)
		err = dm_history_findings(h, &a->usage);
	dm_history_destroy(h);
	return err;
}

static struct dm_error *map(struct alone *a)
{
	struct dm_map *m = NULL;
	struct dm_error *err = dm_map_create(a->target, NULL, NULL, &m);

	dm_map_destroy(m);
	return err;
}

static struct dm_error *prefetch(struct alone *a)
{
	return dm_explain_prefetch(a->target, &a->truth->policy);
}

static const struct {
	const char *name;
	struct dm_error *(*run)(struct alone *a);
} views[] = {
	{ "kernel", kernel }, { "walk", walk },		{ "realm", realm },
	{ "memory", memory }, { "runs", runs },		{ "stream", stream },
	{ "policy", policy }, { "counters", counters }, { "history", history },
	{ "map", map },	      { "prefetch", prefetch },
};

#define VIEWS (sizeof(views) / sizeof(*views))

static struct dm_error *explain(struct alone *a, const char *question)
{
	struct dm_explanation *x = malloc(sizeof(*x));
	struct dm_error *err;

	if (!x)
		abort();
	err = dm_explain_init(x, a->target, &a->truth->policy, question);
	free(x);
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
	struct alone *a = calloc(1, sizeof(*a));
	struct dm_error *err;

	if (!a)
		abort();
	a->source = source;
	a->truth = truth;
	a->kernel = truth->kernel;
	a->usage = truth->usage;
	err = dm_target_create(source, &a->kernel, &a->target);
	if (!err)
		err = i < VIEWS ? views[i].run(a)
				: explain(a, truth->questions[i - VIEWS]);
	dm_target_destroy(a->target);
	free(a);
	return err;
}
