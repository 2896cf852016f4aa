// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory that boot had and that no leaf maps. An entry of zeros looks like a
 * hole in memory; what memblock says of memory tells the two apart.
 *
 * All that memblock has is mapped at boot, less what is marked as no-map
 * (arch/arm64/mm/mmu.c, map_mem(), for_each_mem_range()), and stays mapped:
 * what is taken off the map later is invalid, not zero (7.3 mm/pageattr.c,
 * set_memory_valid(), set_direct_map_invalid_noflush()), and memory of boot's
 * cannot be removed (mm/mmu.c, prevent_bootmem_remove_notifier(), since 5.6). So
 * where such memory has no leaf, its entry was lost, and that is a finding. While
 * memory is added later, or goes again, memblock has it and the map has not
 * (mm/memory_hotplug.c, add_memory_resource(), try_remove_memory()): where that
 * has no leaf it may be as it should, or not: it is unknown, and no finding.
 */
#include <stdlib.h>

#include "analysis/memory_check.h"
#include "walk/walk.h"
#include "analysis/boot_facts.h"
#include "util/error.h"
#include "target/target.h"
#include "walk/usage.h"

/* Passes on what a walk gives, and in the gaps what should be mapped. */
struct filter {
	const struct dm_kernel *kernel;
	const struct boot_facts *memory; /* NULL: not known */
	size_t next; /* bank that reaches behind at */
	uint64_t at; /* VA: behind what is mapped or known to be unknown */
	uint64_t end; /* VA */
	dm_run_fn run; /* may be NULL, as unknown */
	dm_unknown_fn unknown;
	void *arg;
	struct dm_error *(*lost)(struct filter *f,
				 const struct dm_unknown *unknown,
				 bool added_later);
};

/*
 * The bank's pages in the linear map, less those that are memory in part only
 * where this kernel leaves them out; false: it has none there. Where that is not
 * known they are lost with what is beside them.
 */
static bool bank_in_map(const struct filter *f, const struct boot_bank *bank,
			uint64_t *start, uint64_t *end)
{
	uint64_t rest = f->kernel->page_size - 1;
	uint64_t out = f->memory->layout.inward ? 0 : rest;
	uint64_t from = (bank->start + (rest - out)) & ~rest;
	uint64_t to = (bank->end + out) & ~rest;

	if (to <= from)
		return false;
	*start = dm_kva_pa_to_linear(f->kernel, from);
	/* What lies outside it, boot left out (arm64_memblock_init()). */
	if (*start < f->kernel->linear_start || *start >= f->end)
		return false;
	*end = to - from < f->end - *start ? *start + (to - from) : f->end;
	return true;
}

/* Nothing is mapped from f->at to @va: is there memory? */
static struct dm_error *take_gap(struct filter *f, uint64_t va)
{
	struct dm_error *err = NULL;
	uint64_t start, end;

	while (!err && f->memory && f->next < f->memory->layout.bank_count) {
		struct dm_unknown lost = { .why = DM_FINDING_UNMAPPED_MEMORY };

		if (!bank_in_map(f, &f->memory->layout.banks[f->next], &start,
				 &end) ||
		    end <= f->at) {
			f->next++;
			continue;
		}
		lost.start = start > f->at ? start : f->at;
		if (lost.start >= va)
			break;
		lost.size = (end < va ? end : va) - lost.start;
		err = f->lost(f, &lost,
			      f->memory->layout.banks[f->next].hotplug);
		if (end > va)
			break;
		f->next++;
	}
	if (va > f->at)
		f->at = va;
	return err;
}

static struct dm_error *pass_run(void *arg, const struct dm_run *run)
{
	struct filter *f = arg;
	struct dm_error *err = take_gap(f, run->start);

	f->at = run->start + run->size;
	if (!err && f->run)
		err = f->run(f->arg, run);
	return err;
}

static struct dm_error *pass_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct filter *f = arg;
	struct dm_error *err = take_gap(f, unknown->start);

	f->at = unknown->start + unknown->size;
	if (!err && f->unknown)
		err = f->unknown(f->arg, unknown);
	return err;
}

/* ---- Of a walk that is kept ------------------------------------------------- */

struct collecting {
	struct filter filter;
	struct unknown_set lost, added; /* boot's, and others */
};

static struct dm_error *
collect(struct filter *f, const struct dm_unknown *unknown, bool added_later)
{
	struct collecting *c = (struct collecting *)f;

	return dm_unknown_set_append(added_later ? &c->added : &c->lost,
				     unknown);
}

static struct dm_error *compare(struct dm_target *target,
				const struct boot_facts *memory,
				struct dm_usage *usage)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	struct collecting c = {
		.filter = {
			.kernel = k,
			.memory = memory,
			.at = k->linear_start,
			.end = usage->linear_end,
			.lost = collect,
		},
	};
	const struct dm_usage *now;
	struct dm_error *err;

	err = dm_target_runs(target, NULL, pass_run, pass_unknown, &c);
	if (!err)
		err = take_gap(&c.filter, c.filter.end);
	if (!err)
		err = dm_target_add_unknown(target, &c.lost, true, &now);
	if (!err)
		err = dm_target_add_unknown(target, &c.added, false, &now);
	if (!err && (c.lost.count || c.added.count))
		*usage = *now;
	dm_unknown_set_deinit(&c.lost);
	dm_unknown_set_deinit(&c.added);
	return err;
}

struct dm_error *dm_target_check_memory(struct dm_target *target,
					struct dm_usage *usage)
{
	struct boot_facts *facts = NULL;
	struct dm_error *err = dm_boot_memory_create(target, &facts);

	if (!err)
		err = compare(target, facts, usage);
	dm_boot_facts_destroy(facts);
	if (dm_error_is_fatal(err))
		return err;
	dm_target_note_memory(target, err ? err->message : NULL, usage);
	dm_error_destroy(err);
	return NULL;
}

/* ---- Of one that is not ------------------------------------------------------ */

struct streaming {
	struct filter filter;
	struct dm_target *target;
	struct dm_usage found; /* what the filter adds to the walk's usage */
};

static struct dm_error *
pass_lost(struct filter *f, const struct dm_unknown *unknown, bool added_later)
{
	struct streaming *s = (struct streaming *)f;
	struct dm_finding finding = dm_target_finding_of(s->target, unknown);

	if (!added_later)
		dm_usage_add_finding(&s->found, &finding);
	dm_usage_add_unknown(&s->found, unknown);
	return f->unknown ? f->unknown(f->arg, unknown) : NULL;
}

static void add_findings(struct dm_usage *usage, const struct dm_usage *more)
{
	const enum dm_finding_kind kind = DM_FINDING_UNMAPPED_MEMORY;
	size_t i;

	for (i = 0; i < more->findings_kept; i++)
		dm_usage_add_finding(usage, &more->findings[i]);
	usage->finding_count[kind] +=
		more->finding_count[kind] - more->findings_kept;
	usage->unknown += more->unknown;
}

static struct dm_error *stream(struct streaming *s,
			       const struct dm_walk_options *options,
			       struct dm_usage *usage)
{
	struct dm_walk_options how = *options;
	struct dm_error *err;

	how.unknown = pass_unknown;
	err = dm_walk_with(dm_target_source(s->target), s->filter.kernel, &how,
			   usage, pass_run, s);
	/* KASAN's shadow, which only the walk shows, is no memory's place. */
	if (s->filter.end > usage->linear_end)
		s->filter.end = usage->linear_end;
	if (!err)
		err = take_gap(&s->filter, s->filter.end);
	add_findings(usage, &s->found);
	return err;
}

struct dm_error *dm_target_stream(struct dm_target *target,
				  const struct dm_walk_options *options,
				  struct dm_usage *usage, dm_run_fn run,
				  dm_unknown_fn unknown, void *arg)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	struct boot_facts *facts = NULL;
	struct streaming *s = calloc(1, sizeof(*s));
	struct dm_error *err, *why;

	if (!s)
		return dm_error_no_memory();
	why = dm_boot_memory_create(target, &facts);
	s->target = target;
	s->filter = (struct filter){
		.kernel = k,
		.memory = facts,
		.at = options->range ? options->range->start : k->linear_start,
		.end = options->range ? options->range->end : k->linear_end,
		.run = run,
		.unknown = unknown,
		.arg = arg,
		.lost = pass_lost,
	};
	dm_usage_init(&s->found, k);
	err = dm_error_is_fatal(why) ? why : stream(s, options, usage);
	if (err != why || !err) {
		dm_usage_note_memory(usage, why ? why->message : NULL);
		dm_error_destroy(why);
	}
	dm_boot_facts_destroy(facts);
	free(s);
	return err;
}
