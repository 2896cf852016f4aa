// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts the larger leaves that stretches of like pages could be, and the
 * tables that would be free.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/collapse.h"
#include "directmap/array.h"
#include "util/error.h"
#include "util/range.h"

void dm_collapse_init(struct collapse *c, const struct dm_kernel *kernel,
		      struct dm_collapse *result)
{
	*c = (struct collapse){
		.kernel = kernel,
		.result = result,
	};
	memset(result, 0, sizeof(*result));
}

void dm_collapse_deinit(struct collapse *c)
{
	free(c->parts);
}

/* Of [start, end), what lies in whole, aligned leaves of @size. */
static bool interior(const struct collapse *c, uint64_t size, uint64_t *start,
		     uint64_t *end)
{
	if (!size || c->pa_minus_va & (size - 1))
		return false;
	*start = (c->start + size - 1) & ~(size - 1);
	*end = c->end & ~(size - 1);
	return *start >= c->start && *start < *end;
}

static enum dm_leaf next_larger(const struct collapse *c, enum dm_leaf leaf)
{
	do {
		leaf++;
	} while (leaf < DM_LEAF_COUNT && !dm_leaf_size(c->kernel, leaf));
	return leaf;
}

/* Bytes of the stretch in [start, end) whose leaves are smaller than @leaf. */
static uint64_t smaller_in(const struct collapse *c, enum dm_leaf leaf,
			   uint64_t start, uint64_t end)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < c->count; i++) {
		if (c->parts[i].leaf < leaf)
			bytes += range_overlap(c->parts[i].start,
					       c->parts[i].end, start, end);
	}
	return bytes;
}

/* Leaves of each size that would be new: what fits, less what is so now. */
static void count_leaves(struct collapse *c)
{
	uint64_t larger_start = 0, larger_end = 0;
	int leaf;

	for (leaf = DM_LEAF_COUNT - 1; leaf > DM_LEAF_PTE; leaf--) {
		uint64_t size = dm_leaf_size(c->kernel, (enum dm_leaf)leaf);
		uint64_t start, end, bytes;

		if (!interior(c, size, &start, &end))
			continue;
		bytes = smaller_in(c, (enum dm_leaf)leaf, start, end);
		if (larger_start < larger_end)
			bytes -= smaller_in(c, (enum dm_leaf)leaf, larger_start,
					    larger_end);
		c->result->leaves[leaf] += bytes / size;
		larger_start = start;
		larger_end = end;
	}
}

static void count_bytes(struct collapse *c)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		enum dm_leaf larger = next_larger(c, c->parts[i].leaf);
		uint64_t start, end;

		if (larger < DM_LEAF_COUNT &&
		    interior(c, dm_leaf_size(c->kernel, larger), &start, &end))
			c->result->covers += range_overlap(
				c->parts[i].start, c->parts[i].end, start, end);
	}
}

/*
 * A table goes where a block takes its place: those of the last level below a
 * pmd, and with a pud the one of pmds too.
 */
static void count_tables(struct collapse *c)
{
	uint64_t pmd = dm_leaf_size(c->kernel, DM_LEAF_PMD);
	uint64_t pud = dm_leaf_size(c->kernel, DM_LEAF_PUD), start, end;

	if (interior(c, pmd, &start, &end))
		c->result->tables +=
			smaller_in(c, DM_LEAF_PMD, start, end) / pmd;
	if (interior(c, pud, &start, &end))
		c->result->tables +=
			smaller_in(c, DM_LEAF_PUD, start, end) / pud;
}

static void count(struct collapse *c)
{
	count_leaves(c);
	count_bytes(c);
	count_tables(c);
}

/*
 * What may belong to a larger leaf together with something unknown is not
 * counted: it may be one of that leaf's, not one of its own. Of the unknown part
 * @i, the largest leaves of the stretch that it lies in.
 */
static void spoilt_by(const struct collapse *c, size_t i, uint64_t *from,
		      uint64_t *to)
{
	int leaf;

	*from = c->parts[i].start;
	*to = c->parts[i].end;
	for (leaf = DM_LEAF_CONT_PTE; leaf < DM_LEAF_COUNT; leaf++) {
		uint64_t size = dm_leaf_size(c->kernel, (enum dm_leaf)leaf);
		uint64_t start, end, first, last;

		if (!interior(c, size, &start, &end))
			continue;
		first = c->parts[i].start & ~(size - 1);
		last = (c->parts[i].end + size - 1) & ~(size - 1);
		first = first < start ? start : first;
		last = last > end ? end : last;
		if (first >= last)
			continue;
		*from = first < *from ? first : *from;
		*to = last > *to ? last : *to;
	}
}

/* The stretch, less what is spoilt. */
static void count_rest(struct collapse *c)
{
	uint64_t start = c->start, end = c->end;
	size_t i;

	for (i = 0; i < c->count; i++) {
		uint64_t from, to;

		if (c->parts[i].leaf != DM_LEAF_COUNT)
			continue;
		c->start = start;
		c->end = end;
		spoilt_by(c, i, &from, &to);
		c->parts[i].start = from;
		c->parts[i].end = to;
	}
	c->start = start;
	for (i = 0; i < c->count; i++) {
		if (c->parts[i].leaf != DM_LEAF_COUNT)
			continue;
		c->end = c->parts[i].start;
		if (c->start < c->end)
			count(c);
		if (c->parts[i].end > c->start)
			c->start = c->parts[i].end;
	}
	c->end = end;
	if (c->start < c->end)
		count(c);
}

static void end_stretch(struct collapse *c)
{
	if (c->known && c->valid && c->unknown)
		count_rest(c);
	else if (c->known && c->valid)
		count(c);
	c->count = 0;
	c->unknown = 0;
	c->known = false;
}

static struct dm_error *add_part(struct collapse *c, uint64_t start,
				 uint64_t size, enum dm_leaf leaf)
{
	struct dm_error *err = dm_array_reserve(&c->parts, &c->capacity,
						c->count, 1, DM_ARRAY_ANY);

	if (err)
		return err;
	if (!c->count)
		c->start = start;
	c->end = start + size;
	c->parts[c->count++] = (struct collapse_part){ start, c->end, leaf };
	return NULL;
}

/* What is unknown at the end of a stretch may belong to the next one as well. */
static struct dm_error *begin_behind(struct collapse *c, uint64_t start)
{
	struct collapse_part last = { 0 };

	if (c->count && c->end == start &&
	    c->parts[c->count - 1].leaf == DM_LEAF_COUNT)
		last = c->parts[c->count - 1];
	end_stretch(c);
	if (!last.end)
		return NULL;
	c->unknown = 1;
	return add_part(c, last.start, start - last.start, DM_LEAF_COUNT);
}

struct dm_error *dm_collapse_add(struct collapse *c, const struct dm_run *run)
{
	uint64_t attrs = arm64_compared(run->attrs);
	struct dm_error *err = NULL;

	if (!c->count || run->start != c->end ||
	    (c->known &&
	     (attrs != c->attrs || run->pa - run->start != c->pa_minus_va)))
		err = begin_behind(c, run->start);
	if (err)
		return err;
	c->known = true;
	c->attrs = attrs;
	c->valid = run->valid;
	c->pa_minus_va = run->pa - run->start;
	return add_part(c, run->start, run->size, run->leaf);
}

struct dm_error *dm_collapse_add_unknown(struct collapse *c,
					 const struct dm_unknown *unknown)
{
	c->result->at_least = true;
	if (c->count && unknown->start != c->end)
		end_stretch(c);
	if (c->count && c->parts[c->count - 1].leaf == DM_LEAF_COUNT) {
		c->end += unknown->size;
		c->parts[c->count - 1].end = c->end;
		return NULL;
	}
	c->unknown++;
	return add_part(c, unknown->start, unknown->size, DM_LEAF_COUNT);
}

void dm_collapse_finish(struct collapse *c)
{
	end_stretch(c);
	c->result->bytes = c->result->tables * c->kernel->page_size;
}
