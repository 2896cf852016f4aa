// SPDX-License-Identifier: GPL-2.0-or-later
/* Merges boot's runs and today's into lost leaves, one boot leaf at a time. */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/error.h"
#include "analysis/splits.h"
#include "util/range.h"

/* A stretch of today's leaves of one size. */
struct stretch {
	uint64_t start;
	uint64_t end;
	enum dm_leaf leaf;
};

struct splits {
	const struct boot_map *map;
	uint64_t sizes[DM_LEAF_MAX];
	struct dm_range to_ptes;
	lost_leaf_fn fn;
	void *arg;
	struct splits_figures figures;
	/* Boot's run at or behind what was taken; size 0: no more. */
	struct boot_run boot;
	uint64_t at; /* VA, behind what was taken */
	/*
	 * The boot leaf that is being taken, if it is not whole: at most one
	 * stretch for each of the smallest groups in it.
	 */
	bool open;
	uint64_t start;
	uint64_t end;
	enum dm_leaf leaf;
	bool added; /* it lies in memory that was added later */
	struct stretch *stretches;
	size_t count;
	size_t capacity;
};

struct dm_error *dm_splits_create(const struct boot_map *map,
				  const struct dm_kernel *kernel,
				  const struct dm_range *to_ptes,
				  lost_leaf_fn fn, void *arg,
				  struct splits **ret)
{
	struct splits *s = calloc(1, sizeof(*s));
	size_t leaf;

	if (!s)
		return dm_error_no_memory();
	s->map = map;
	s->to_ptes = *to_ptes;
	s->fn = fn;
	s->arg = arg;
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		s->sizes[leaf] = dm_leaf_size(kernel, leaf);
	if (!dm_boot_map_next(map, 0, &s->boot))
		s->boot.size = 0;
	*ret = s;
	return NULL;
}

void dm_splits_destroy(struct splits *splits)
{
	if (!splits)
		return;
	free(splits->stretches);
	free(splits);
}

const struct splits_figures *dm_splits_figures(const struct splits *splits)
{
	return &splits->figures;
}

/* ---- What one boot leaf has become --------------------------------------- */

/* The first stretch that ends behind @va, from @i on. */
static size_t stretch_behind(const struct splits *s, size_t i, uint64_t va)
{
	while (i < s->count && s->stretches[i].end <= va)
		i++;
	return i;
}

static void add_up(const struct splits *s, size_t i, struct lost_leaf *lost)
{
	uint64_t end = lost->start + lost->size;

	lost->absent = lost->size;
	for (; i < s->count && s->stretches[i].start < end; i++) {
		const struct stretch *t = &s->stretches[i];
		uint64_t bytes =
			range_overlap(t->start, t->end, lost->start, end);

		lost->today[t->leaf] += bytes;
		lost->absent -= bytes;
	}
}

/*
 * What a split of @lost makes. range_split_to_ptes() makes no contiguous
 * entries. Whether that split it, the range tells, and the rest of what was
 * split: an entry that is still contiguous was made in the other way, before.
 */
static enum dm_leaf makes(const struct splits *s, struct lost_leaf *lost)
{
	enum dm_leaf group =
		lost->leaf == DM_LEAF_PUD ? DM_LEAF_CONT_PMD : DM_LEAF_CONT_PTE;

	if (lost->leaf == DM_LEAF_CONT_PMD)
		return DM_LEAF_PMD;
	lost->to_ptes = lost->start < s->to_ptes.end &&
			lost->start + lost->size > s->to_ptes.start &&
			!lost->today[group];
	if (!lost->to_ptes)
		return group;
	return lost->leaf == DM_LEAF_PUD ? DM_LEAF_PMD : DM_LEAF_PTE;
}

/* @i is the first stretch that ends behind @start. */
static struct dm_error *give_lost(struct splits *s, uint64_t start,
				  enum dm_leaf leaf, size_t i)
{
	struct lost_leaf lost = {
		.leaf = leaf,
		.from_boot = leaf == s->leaf,
		.start = start,
		.size = s->sizes[leaf],
		.boot = s->leaf,
		.boot_start = s->start,
	};
	uint64_t end = start + lost.size;
	struct dm_error *err;

	/* Whole, or nothing known of it. */
	if (i == s->count || s->stretches[i].start >= end ||
	    s->stretches[i].leaf >= leaf)
		return NULL;
	add_up(s, i, &lost);
	leaf = leaf == DM_LEAF_CONT_PTE ? DM_LEAF_PTE : makes(s, &lost);
	/* What is not known of it may have what a split by halves made. */
	if (lost.to_ptes && lost.absent)
		leaf = DM_LEAF_PTE;
	s->figures.lost[lost.leaf]++;
	s->figures.lost_from_boot[lost.leaf] += lost.from_boot;
	s->figures.lost_added += s->added;
	err = s->fn ? s->fn(s->arg, &lost) : NULL;
	if (leaf == DM_LEAF_PTE)
		return err;
	for (; !err && start < end; start += s->sizes[leaf]) {
		i = stretch_behind(s, i, start);
		err = give_lost(s, start, leaf, i);
	}
	return err;
}

static struct dm_error *close_leaf(struct splits *s)
{
	if (!s->open)
		return NULL;
	s->open = false;
	return give_lost(s, s->start, s->leaf, 0);
}

static struct dm_error *keep(struct splits *s, uint64_t start, uint64_t end,
			     enum dm_leaf leaf)
{
	struct stretch *last = s->count ? &s->stretches[s->count - 1] : NULL;
	struct dm_error *err;

	if (last && last->end == start && last->leaf == leaf) {
		last->end = end;
		return NULL;
	}
	err = dm_array_reserve(&s->stretches, &s->capacity, s->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	s->stretches[s->count++] = (struct stretch){ start, end, leaf };
	return NULL;
}

/* [start, end) of the current boot run are leaves that are smaller today. */
static struct dm_error *take_smaller(struct splits *s, uint64_t start,
				     uint64_t end, enum dm_leaf leaf)
{
	uint64_t size = s->sizes[s->boot.leaf];
	struct dm_error *err = NULL;

	while (!err && start < end) {
		uint64_t block = start & ~(size - 1);
		uint64_t to = block + size < end ? block + size : end;

		if (s->open && s->start != block)
			err = close_leaf(s);
		if (!err && !s->open) {
			s->open = true;
			s->start = block;
			s->end = block + size;
			s->leaf = s->boot.leaf;
			s->added = s->boot.hotplug;
			s->count = 0;
		}
		if (!err)
			err = keep(s, start, to, leaf);
		start = to;
	}
	return err;
}

/* ---- The two streams ------------------------------------------------------ */

/* Boot's run that ends behind @va; what today has nothing of is absent. */
static void skip_boot(struct splits *s, uint64_t va)
{
	while (s->boot.size && s->boot.start < va) {
		uint64_t end = s->boot.start + s->boot.size;

		if (!s->boot.unknown)
			s->figures.absent +=
				range_overlap(s->boot.start, end, s->at, va);
		if (end > va)
			return;
		if (!dm_boot_map_next(s->map, end, &s->boot))
			s->boot.size = 0;
	}
}

static struct dm_error *take(struct splits *s, uint64_t start, uint64_t end,
			     const struct dm_run *run)
{
	if (s->boot.unknown)
		return NULL;
	if (run->leaf < s->boot.leaf)
		return take_smaller(s, start, end, run->leaf);
	if (run->leaf > s->boot.leaf && s->boot.hotplug) {
		s->figures.larger_added += end - start;
	} else if (run->leaf > s->boot.leaf) {
		if (!s->figures.larger)
			s->figures.larger_at = start;
		s->figures.larger += end - start;
		if (run->leaf == DM_LEAF_PMD)
			s->figures.larger_pmd += end - start;
	}
	return NULL;
}

struct dm_error *dm_splits_add_run(void *arg, const struct dm_run *run)
{
	uint64_t start = run->start, end = start + run->size;
	struct splits *s = arg;
	struct dm_error *err = NULL;

	if (start < s->at || end < start)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "runs out of order at 0x%llx",
				       (unsigned long long)start);
	while (!err && start < end) {
		uint64_t to = end, boot_end;

		/* Whatever is mapped there: the leaf is judged with its own. */
		if (s->open && start >= s->end)
			err = close_leaf(s);
		if (err)
			break;
		skip_boot(s, start);
		s->at = start;
		if (!s->boot.size || s->boot.start >= end) {
			s->figures.unexpected += end - start;
			break;
		}
		if (s->boot.start > start) {
			s->figures.unexpected += s->boot.start - start;
			start = s->boot.start;
		}
		boot_end = s->boot.start + s->boot.size;
		if (boot_end < to)
			to = boot_end;
		err = take(s, start, to, run);
		start = to;
		s->at = to;
	}
	s->at = end;
	return err;
}

struct dm_error *dm_splits_finish(struct splits *splits)
{
	skip_boot(splits, UINT64_MAX);
	return close_leaf(splits);
}
