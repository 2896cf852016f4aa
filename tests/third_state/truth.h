/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The leaves of the undamaged dump, to look up what is true of a range. */
#ifndef THIRD_STATE_TRUTH_H
#define THIRD_STATE_TRUTH_H

#include <jansson.h>

#include "directmap.h"

struct leaf_run {
	uint64_t start, end, pa, bits;
	enum dm_leaf leaf;
	bool valid, read_only;
};

struct span {
	uint64_t start, end;
};

/* In VA order, apart from each other where they can be. */
struct spans {
	struct span *at;
	size_t count, capacity;
};

struct truth {
	struct leaf_run *runs; /* by VA */
	size_t count;
	struct spans mapped;
};

/* Of runs that are mapped: false where it is not such a one. */
bool leaf_run_of(const json_t *run, struct leaf_run *ret);

void truth_init(struct truth *truth, const json_t *runs);
void truth_deinit(struct truth *truth);

/* The run that @va is in, or NULL. */
const struct leaf_run *truth_at(const struct truth *truth, uint64_t va);

struct truth_sum {
	uint64_t leaf[DM_LEAF_MAX], all, read_only, invalid; /* bytes */
};
struct truth_sum truth_sum(const struct truth *truth, uint64_t start,
			   uint64_t end);

/* Added in any order, sorted and joined by spans_sort(). */
void spans_add(struct spans *spans, uint64_t start, uint64_t end);
void spans_sort(struct spans *spans);
void spans_deinit(struct spans *spans);
/* The first VA of @all that @some has not; false: none. */
bool spans_lack(const struct spans *some, const struct spans *all,
		uint64_t *va);

#endif /* THIRD_STATE_TRUTH_H */
