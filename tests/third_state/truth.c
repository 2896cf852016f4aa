// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks runs of the undamaged dump up by address, and sums them over a range.
 */
#include <stdlib.h>
#include <string.h>

#include "arm64/arm64.h"
#include "stored/fields.h"
#include "truth.h"

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

/* ---- Spans --------------------------------------------------------------- */

void spans_add(struct spans *s, uint64_t start, uint64_t end)
{
	if (s->count == s->capacity) {
		s->capacity = s->capacity ? 2 * s->capacity : 64;
		s->at = must(reallocarray(s->at, s->capacity, sizeof(*s->at)));
	}
	s->at[s->count++] = (struct span){ start, end };
}

static int by_start(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

void spans_sort(struct spans *s)
{
	size_t i, n = 0;

	if (!s->count)
		return;
	qsort(s->at, s->count, sizeof(*s->at), by_start);
	for (i = 1; i < s->count; i++) {
		if (s->at[i].start > s->at[n].end)
			s->at[++n] = s->at[i];
		else if (s->at[i].end > s->at[n].end)
			s->at[n].end = s->at[i].end;
	}
	s->count = n + 1;
}

void spans_deinit(struct spans *s)
{
	free(s->at);
	*s = (struct spans){ 0 };
}

bool spans_lack(const struct spans *some, const struct spans *all, uint64_t *va)
{
	size_t i, at = 0;

	for (i = 0; i < all->count; i++) {
		*va = all->at[i].start;
		while (at < some->count && some->at[at].end <= *va)
			at++;
		/* Joined: one of them has it all, or there is a gap. */
		if (at == some->count || some->at[at].start > *va)
			return true;
		if (some->at[at].end < all->at[i].end) {
			*va = some->at[at].end;
			return true;
		}
	}
	return false;
}

/* ---- Runs ---------------------------------------------------------------- */

bool leaf_run_of(const json_t *run, struct leaf_run *ret)
{
	const char *state = field_text(run, "state");

	ret->valid = !strcmp(state, "valid");
	if (!ret->valid && strcmp(state, "invalid") != 0)
		return false;
	if (!field_hex(run, "start", &ret->start) ||
	    !field_hex(run, "end", &ret->end) ||
	    !field_hex(run, "pa", &ret->pa) ||
	    !field_hex(run, "bits", &ret->bits) ||
	    !leaf_by_name(field_text(run, "leaf"), &ret->leaf))
		abort();
	ret->read_only = ret->valid && ret->bits & ARM64_RDONLY;
	return true;
}

void truth_init(struct truth *t, const json_t *runs)
{
	const json_t *run;
	size_t i;

	*t = (struct truth){
		.runs = must(
			calloc(json_array_size(runs) + 1, sizeof(*t->runs))),
	};
	json_array_foreach(runs, i, run)
	{
		struct leaf_run *one = &t->runs[t->count];

		if (!leaf_run_of(run, one))
			continue;
		spans_add(&t->mapped, one->start, one->end);
		t->count++;
	}
	spans_sort(&t->mapped);
}

void truth_deinit(struct truth *t)
{
	free(t->runs);
	spans_deinit(&t->mapped);
}

/* The first that ends behind @va. */
static size_t find(const struct truth *t, uint64_t va)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->runs[middle].end <= va)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct leaf_run *truth_at(const struct truth *t, uint64_t va)
{
	size_t i = find(t, va);

	return i < t->count && t->runs[i].start <= va ? &t->runs[i] : NULL;
}

struct truth_sum truth_sum(const struct truth *t, uint64_t start, uint64_t end)
{
	struct truth_sum sum = { 0 };
	size_t i;

	for (i = find(t, start); i < t->count && t->runs[i].start < end; i++) {
		const struct leaf_run *r = &t->runs[i];
		uint64_t from = r->start > start ? r->start : start;
		uint64_t to = r->end < end ? r->end : end;

		sum.leaf[r->leaf] += to - from;
		sum.all += to - from;
		sum.read_only += r->read_only ? to - from : 0;
		sum.invalid += r->valid ? 0 : to - from;
	}
	return sum;
}
