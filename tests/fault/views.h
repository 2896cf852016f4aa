/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that the library can say of a source, view by view, and whether it said
 * that this is not all: what the tests on hostile dumps hold against the truth.
 *
 *	views_run(&truth, source, NULL);
 *	views_run(&result, hostile, &truth);	// the same questions
 *	…
 *	views_deinit(&result);
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "directmap.h"

enum view {
	VIEW_KERNEL, /* dm_session_create(); without it nothing else is */
	VIEW_RUNS,
	VIEW_POLICY,
	VIEW_COUNTERS,
	VIEW_HISTORY, /* dm_session_history(), and its lists */
	VIEW_SPLITS,
	VIEW_MAP,
	VIEW_REPORT,
	VIEW_EXPLAIN, /* the first of VIEWS_QUESTIONS */
	VIEW_COUNT = VIEW_EXPLAIN + 6,
};

#define VIEWS_QUESTIONS (VIEW_COUNT - VIEW_EXPLAIN)

const char *view_name(enum view view);

/* What one view gave. */
struct view_outcome {
	bool ran; /* not, where what it stands on failed */
	enum dm_error_code error; /* 0: none */
	/* All its formats, one after the other; never NULL once it ran. */
	char *text;
	size_t size;
	char hedge[8192]; /* what it names that it could not tell */
};

struct views {
	struct view_outcome outcome[VIEW_COUNT];
	struct dm_kernel kernel;
	struct dm_usage usage; /* if the runs ran */
	bool partial; /* of usage: exit code 4 */
	struct dm_policy policy; /* if it ran */
	struct dm_split_summary summary; /* if the history ran */
	size_t question_count;
	char questions[VIEWS_QUESTIONS][64];
	/* The first thing that contradicts itself; "" if nothing does. */
	char nonsense[256];
};

/**
 * @param like	Asks the same questions as that one did; NULL: some are made
 *		up from what is found.
 */
void views_run(struct views *ret, struct dm_source *source,
	       const struct views *like);
/* The same, where the runs are walked with so many threads. */
void views_run_threads(struct views *ret, struct dm_source *source,
		       const struct views *like, unsigned int threads);
void views_deinit(struct views *views);

#endif /* VIEWS_H */
