// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs all views over a source, and notes what each says and whether it says
 * that it is not all.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "views.h"

/* What a view of a small dump prints, many times over. */
#define TEXT_MAX ((size_t)64 << 20)

static const char *const names[VIEW_COUNT] = {
	[VIEW_KERNEL] = "kernel",
	[VIEW_RUNS] = "runs",
	[VIEW_POLICY] = "policy",
	[VIEW_COUNTERS] = "counters",
	[VIEW_HISTORY] = "history",
	[VIEW_SPLITS] = "splits",
	[VIEW_MAP] = "map",
	[VIEW_REPORT] = "report",
	[VIEW_EXPLAIN] = "explain 1",
	[VIEW_EXPLAIN + 1] = "explain 2",
	[VIEW_EXPLAIN + 2] = "explain 3",
	[VIEW_EXPLAIN + 3] = "explain 4",
	[VIEW_EXPLAIN + 4] = "explain 5",
	[VIEW_EXPLAIN + 5] = "explain 6",
};

const char *view_name(enum view view)
{
	return names[view];
}

/* Everything while the views run. */
struct running {
	struct views *v;
	struct dm_session *session;
	struct dm_history *history; /* NULL: not yet */
};

__attribute__((format(printf, 2, 3))) static void
nonsense(struct views *v, const char *format, ...)
{
	va_list ap;

	if (*v->nonsense)
		return;
	va_start(ap, format);
	vsnprintf(v->nonsense, sizeof(v->nonsense), format, ap);
	va_end(ap);
}

/* ---- Text ---------------------------------------------------------------- */

struct text_sink {
	struct dm_sink sink;
	struct view_outcome *outcome;
	size_t capacity;
};

static bool text_write(struct dm_sink *sink, const char *text, size_t size)
{
	struct text_sink *s = (struct text_sink *)sink;
	struct view_outcome *o = s->outcome;

	if (size > TEXT_MAX - o->size)
		return false;
	if (o->size + size >= s->capacity) {
		s->capacity = 2 * (o->size + size) + 4096;
		o->text = realloc(o->text, s->capacity);
		if (!o->text)
			abort();
	}
	memcpy(o->text + o->size, text, size);
	o->size += size;
	o->text[o->size] = '\0';
	return true;
}

static struct text_sink begin(struct views *v, enum view view)
{
	struct text_sink s = { .sink = { .write = text_write },
			       .outcome = &v->outcome[view] };

	s.outcome->ran = true;
	text_write(&s.sink, "", 0);
	return s;
}

/* Ends @err. */
static bool end(struct views *v, enum view view, struct dm_error *err)
{
	struct view_outcome *o = &v->outcome[view];

	if (!err)
		return true;
	if (!err->message || !*err->message || strchr(err->message, '\n'))
		nonsense(v, "%s: no message, or one of several lines",
			 names[view]);
	o->error = err->code;
	dm_error_destroy(err);
	return false;
}

/* A view's JSON stands behind what it has printed so far. */
static void check_json(struct views *v, enum view view, size_t from)
{
	const struct view_outcome *o = &v->outcome[view];
	json_error_t error;
	json_t *json;

	if (o->size == from)
		return;
	json = json_loads(o->text + from, 0, &error);
	if (!json)
		nonsense(v, "%s: no JSON: %s", names[view], error.text);
	json_decref(json);
}

/* @what it could not tell, with a word on which kind of telling that is. */
static void hedge(struct views *v, enum view view, const char *kind,
		  const char *what)
{
	char *text = v->outcome[view].hedge;
	size_t have = strlen(text);

	if (*what)
		snprintf(text + have, sizeof(v->outcome[view].hedge) - have,
			 "%s: %s\n", kind, what);
}

/* What a view's own walks could not read, and what was found missing late. */
static void hedge_tables(struct running *r, enum view view)
{
	if (r->history)
		hedge(r->v, view, "late",
		      dm_missing_text(dm_history_summary(r->history)->missing));
	if (dm_session_lacks_tables(r->session))
		hedge(r->v, view, "tables", "missing");
}

static void hedge_as(struct views *v, enum view view, enum view other)
{
	hedge(v, view, names[other], v->outcome[other].hedge);
}

/* ---- Runs ---------------------------------------------------------------- */

static void ask(struct views *v, const char *format, uint64_t number)
{
	if (v->question_count < VIEWS_QUESTIONS)
		snprintf(v->questions[v->question_count++],
			 sizeof(v->questions[0]), format, number);
}

struct run_reader {
	struct running *r;
	struct text_sink text;
	bool asks;
	bool asked[4];
	uint64_t end; /* of the last run */
	uint64_t bytes[DM_LEAF_COUNT];
};

/* One question for each kind of run: default, read-only, invalid. */
static void ask_about(struct run_reader *reader, const struct dm_run *run)
{
	int kind = !run->valid ? 1 : run->attrs >> 7 & 1 ? 2 : 3;

	if (!reader->asks || reader->asked[kind])
		return;
	reader->asked[kind] = true;
	ask(reader->r->v, "0x%" PRIx64, run->start);
	if (kind == 3)
		ask(reader->r->v, "0x%" PRIx64, run->pa + run->size / 2);
}

static struct dm_error *take_run(void *arg, const struct dm_run *run)
{
	struct run_reader *reader = arg;
	struct views *v = reader->r->v;

	if (run->start < reader->end || !run->size ||
	    run->start + (run->size - 1) < run->start)
		nonsense(v, "run at 0x%" PRIx64 " out of order", run->start);
	if (!dm_leaf_size(&v->kernel, run->leaf) ||
	    run->size % dm_leaf_size(&v->kernel, run->leaf))
		nonsense(v, "run at 0x%" PRIx64 " of no whole leaves",
			 run->start);
	reader->end = run->start + run->size;
	reader->bytes[run->leaf] += run->size;
	ask_about(reader, run);
	return dm_run_text(&v->kernel, run, &reader->text.sink);
}

static void check_usage(struct views *v, const struct run_reader *reader)
{
	const struct dm_usage *u = &v->usage;
	uint64_t cells = 0;
	enum dm_leaf leaf;
	size_t i;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (u->valid[leaf] > u->mapped[leaf] ||
		    reader->bytes[leaf] != u->mapped[leaf])
			nonsense(v,
				 "%s: mapped %" PRIu64 ", valid %" PRIu64
				 ", runs %" PRIu64,
				 dm_leaf_name(leaf), u->mapped[leaf],
				 u->valid[leaf], reader->bytes[leaf]);
		for (i = 0; i < u->map_cells; i++)
			cells += u->map[i][leaf];
	}
	if (cells != dm_usage_mapped(u))
		nonsense(v, "cells have %" PRIu64 " of %" PRIu64, cells,
			 dm_usage_mapped(u));
	if (u->read_only > dm_usage_valid(u) ||
	    dm_usage_valid(u) + u->invalid_marked + u->invalid_plain !=
		    dm_usage_mapped(u))
		nonsense(v, "read-only or invalid bytes do not add up");
	if (u->unreadable != u->finding_count[DM_FINDING_UNREADABLE])
		nonsense(v, "unreadable tables that are no findings");
	if (u->findings_kept > DM_FINDINGS_KEPT ||
	    u->findings_kept > dm_usage_findings(u))
		nonsense(v, "more findings kept than made");
}

static struct dm_error *take_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct run_reader *reader = arg;

	return dm_unknown_text(unknown, &reader->text.sink);
}

static bool run_runs(struct running *r, bool asks)
{
	struct views *v = r->v;
	struct run_reader reader = {
		.r = r,
		.text = begin(v, VIEW_RUNS),
		.asks = asks,
	};
	const struct dm_usage *usage;
	struct dm_error *err;
	char text[256];

	err = dm_session_usage(r->session, &usage);
	if (!err) {
		v->kernel = *dm_session_kernel(r->session);
		v->usage = *usage;
		err = dm_session_runs(r->session, NULL, take_run, take_unknown,
				      &reader);
	}
	if (!end(v, VIEW_RUNS, err))
		return false;
	v->partial = dm_usage_partial(&v->usage, text, sizeof(text));
	hedge(v, VIEW_RUNS, "partial", text);
	if (v->partial != !!*text)
		nonsense(v, "partial without a word, or with one for nothing");
	check_usage(v, &reader);
	return true;
}

/* ---- Policy and counters ------------------------------------------------- */

static bool run_policy(struct running *r)
{
	struct views *v = r->v;
	struct text_sink text = begin(v, VIEW_POLICY);
	const struct dm_policy *policy;
	struct dm_error *err;
	size_t from;

	err = dm_session_policy(r->session, &policy);
	if (!err)
		err = dm_session_policy_text(r->session, &text.sink);
	from = text.outcome->size;
	if (!err)
		err = dm_session_policy_json(r->session, &text.sink);
	if (!err)
		v->policy = *policy;
	if (!end(v, VIEW_POLICY, err))
		return false;
	check_json(v, VIEW_POLICY, from);
	/* What page tables told, they told as far as they could be read. */
	hedge(v, VIEW_POLICY, "missing", dm_missing_text(v->policy.missing));
	hedge_as(v, VIEW_POLICY, VIEW_RUNS);
	hedge_tables(r, VIEW_POLICY);
	return true;
}

static bool run_counters(struct running *r)
{
	struct views *v = r->v;
	struct text_sink text = begin(v, VIEW_COUNTERS);
	const struct dm_counters *counters;
	struct dm_error *err;
	size_t from;

	err = dm_session_counters(r->session, &counters);
	if (!err)
		err = dm_session_counters_text(r->session, &text.sink);
	from = text.outcome->size;
	if (!err)
		err = dm_session_counters_json(r->session, &text.sink);
	if (!end(v, VIEW_COUNTERS, err))
		return false;
	check_json(v, VIEW_COUNTERS, from);
	hedge(v, VIEW_COUNTERS, "missing", dm_missing_text(counters->missing));
	hedge_as(v, VIEW_COUNTERS, VIEW_RUNS);
	return true;
}

/* ---- History ------------------------------------------------------------- */

struct lost_reader {
	struct views *v;
	struct text_sink text;
	uint64_t lost[DM_LEAF_COUNT], in_use[DM_LEAF_COUNT];
};

static struct dm_error *take_lost(void *arg, const struct dm_lost *lost)
{
	struct lost_reader *reader = arg;
	uint64_t today = lost->absent;
	enum dm_leaf leaf;
	char line[160];

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
		today += lost->today[leaf];
	if (today != lost->size ||
	    lost->size != dm_leaf_size(&reader->v->kernel, lost->leaf))
		nonsense(reader->v,
			 "lost leaf at 0x%" PRIx64 ": %" PRIu64
			 " bytes of %" PRIu64,
			 lost->start, today, lost->size);
	if (lost->has_after && lost->has_before &&
	    lost->after_ns > lost->before_ns)
		nonsense(reader->v,
			 "lost leaf at 0x%" PRIx64 ": after it was before",
			 lost->start);
	reader->lost[lost->leaf]++;
	reader->in_use[lost->leaf] += lost->in_use;
	snprintf(line, sizeof(line), "lost %s 0x%" PRIx64 " %d\n",
		 dm_leaf_name(lost->leaf), lost->start, lost->in_use);
	text_write(&reader->text.sink, line, strlen(line));
	return NULL;
}

static struct dm_error *take_boot(void *arg, const struct dm_boot_range *range)
{
	struct lost_reader *reader = arg;
	char line[320];

	if (!range->size || range->could_be <= range->leaf)
		nonsense(reader->v,
			 "boot range at 0x%" PRIx64
			 " of nothing, or no smaller",
			 range->start);
	snprintf(line, sizeof(line), "boot 0x%" PRIx64 " %" PRIu64 " %s %s\n",
		 range->start, range->size, dm_leaf_name(range->leaf),
		 range->why);
	text_write(&reader->text.sink, line, strlen(line));
	return NULL;
}

static struct dm_error *take_special(void *arg,
				     const struct dm_special *special)
{
	struct lost_reader *reader = arg;
	char line[160];

	snprintf(line, sizeof(line), "special 0x%" PRIx64 " %" PRIu64 " %zu\n",
		 special->start, special->size, special->owner_count);
	text_write(&reader->text.sink, line, strlen(line));
	return NULL;
}

static void check_summary(struct views *v, const struct lost_reader *reader)
{
	const struct dm_split_summary *s = &v->summary;
	enum dm_leaf leaf;

	if (!s->known && !*s->why)
		nonsense(v, "splits unknown, and no word on why");
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (s->in_use[leaf] > s->lost[leaf])
			nonsense(v, "%s: %" PRIu64 " in use of %" PRIu64,
				 dm_leaf_name(leaf), s->in_use[leaf],
				 s->lost[leaf]);
		if (s->lost[leaf] != reader->lost[leaf] ||
		    s->in_use[leaf] != reader->in_use[leaf])
			nonsense(v, "%s: %" PRIu64 " lost, %" PRIu64 " listed",
				 dm_leaf_name(leaf), s->lost[leaf],
				 reader->lost[leaf]);
	}
}

static bool run_history(struct running *r)
{
	struct views *v = r->v;
	struct lost_reader reader = { .v = v, .text = begin(v, VIEW_HISTORY) };
	struct dm_error *err;

	err = dm_session_history(r->session, &r->history);
	if (!err)
		err = dm_history_lost(r->history, take_lost, &reader);
	if (!err)
		err = dm_history_boot(r->history, take_boot, &reader);
	if (!err)
		err = dm_history_special(r->history, take_special, &reader);
	if (!end(v, VIEW_HISTORY, err))
		return false;
	v->summary = *dm_history_summary(r->history);
	/* Not ours to look at once the history is gone. */
	v->summary.if_gone = NULL;
	check_summary(v, &reader);
	hedge(v, VIEW_HISTORY, "unknown",
	      v->summary.known ? "" : v->summary.why);
	hedge(v, VIEW_HISTORY, "missing", dm_missing_text(v->summary.missing));
	hedge_as(v, VIEW_HISTORY, VIEW_POLICY);
	hedge_tables(r, VIEW_HISTORY);
	return true;
}

static void run_splits(struct running *r)
{
	struct views *v = r->v;
	struct text_sink text = begin(v, VIEW_SPLITS);
	struct dm_error *err;
	size_t from;

	err = dm_session_splits_text(r->session, &text.sink);
	if (!err)
		err = dm_session_splits_timeline(r->session, &text.sink);
	from = text.outcome->size;
	if (!err)
		err = dm_session_splits_json(r->session, &text.sink);
	if (end(v, VIEW_SPLITS, err))
		check_json(v, VIEW_SPLITS, from);
	hedge_as(v, VIEW_SPLITS, VIEW_HISTORY);
	hedge_tables(r, VIEW_SPLITS);
}

/* ---- Map, report, explain ------------------------------------------------ */

static void check_map(struct views *v, const struct dm_map *map)
{
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct dm_cell *cell = &map->cells[i];
		enum dm_leaf leaf;
		uint64_t sum = 0;

		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
			sum += cell->bytes[leaf];
		if (sum > cell->size || cell->in_use > cell->lost)
			nonsense(v, "cell at 0x%" PRIx64 " does not add up",
				 cell->start);
	}
}

static void run_map(struct running *r)
{
	struct views *v = r->v;
	struct text_sink text = begin(v, VIEW_MAP);
	struct dm_style style = { .struct_size = sizeof(style), .color = true };
	struct dm_map *map = NULL;
	struct dm_error *err;
	size_t from = 0;

	err = dm_session_map(r->session, NULL, &map);
	if (!err) {
		check_map(v, map);
		err = dm_map_text(&v->kernel, map, &style, &text.sink);
	}
	if (!err)
		err = dm_map_svg(&v->kernel, map, &text.sink);
	from = text.outcome->size;
	if (!err)
		err = dm_map_json(map, &text.sink);
	if (end(v, VIEW_MAP, err))
		check_json(v, VIEW_MAP, from);
	dm_map_destroy(map);
	hedge_as(v, VIEW_MAP, VIEW_HISTORY);
	hedge_tables(r, VIEW_MAP);
}

static void run_report(struct running *r)
{
	struct views *v = r->v;
	struct text_sink text = begin(v, VIEW_REPORT);
	struct dm_error *err;
	size_t from;

	err = dm_session_report_text(r->session, NULL, &text.sink);
	if (!err)
		err = dm_session_meminfo(r->session, &text.sink);
	from = text.outcome->size;
	if (!err)
		err = dm_session_report_json(r->session, 0, &text.sink);
	if (end(v, VIEW_REPORT, err))
		check_json(v, VIEW_REPORT, from);
	hedge_as(v, VIEW_REPORT, VIEW_HISTORY);
	hedge_as(v, VIEW_REPORT, VIEW_COUNTERS);
	hedge_tables(r, VIEW_REPORT);
}

static void hedge_explanation(struct views *v, enum view view,
			      const struct dm_explanation *x)
{
	size_t i;

	for (i = 0; i < x->stretch_count; i++) {
		if (!x->stretches[i].readable)
			hedge(v, view, "stretch", "unreadable");
	}
	hedge(v, view, "own", x->own.unreadable);
	hedge(v, view, "linear", x->linear.unreadable);
	hedge(v, view, "missing", dm_missing_text(x->missing));
	hedge(v, view, "no page", x->no_page);
	hedge_as(v, view, VIEW_HISTORY);
}

static void run_explain(struct running *r, size_t i)
{
	enum view view = (enum view)(VIEW_EXPLAIN + i);
	struct views *v = r->v;
	struct text_sink text = begin(v, view);
	struct dm_explanation *x;
	struct dm_error *err;
	size_t from = 0;

	err = dm_session_explain(r->session, v->questions[i], &x);
	if (!err) {
		err = dm_explain_text(&v->kernel, x, &text.sink);
		from = text.outcome->size;
	}
	if (!err)
		err = dm_explain_json(&v->kernel, x, &text.sink);
	if (end(v, view, err)) {
		check_json(v, view, from);
		hedge_explanation(v, view, x);
		hedge_tables(r, view);
	}
	dm_explanation_destroy(x);
}

/* ---- All ----------------------------------------------------------------- */

static bool run_kernel(struct running *r, struct dm_source *source,
		       unsigned int threads)
{
	static const struct dm_dump_about about = {
		.struct_size = sizeof(about),
		.path = "dump",
		.format = "kdump",
		.complete = true,
	};
	struct dm_session_options options = {
		.struct_size = sizeof(options),
		.threads = threads,
		.about = &about,
	};

	begin(r->v, VIEW_KERNEL);
	if (!end(r->v, VIEW_KERNEL,
		 dm_session_create(source, &options, &r->session)))
		return false;
	r->v->kernel = *dm_session_kernel(r->session);
	return true;
}

static void run_all(struct running *r, const struct views *like)
{
	struct views *v = r->v;
	size_t i;

	if (!run_runs(r, !like))
		return;
	if (like) {
		v->question_count = like->question_count;
		memcpy(v->questions, like->questions, sizeof(v->questions));
	} else {
		ask(v, "swapper_pg_dir", 0);
		ask(v, "0x%" PRIx64, v->kernel.linear_start);
	}
	if (!run_policy(r) || !run_counters(r) || !run_history(r))
		return;
	run_splits(r);
	run_map(r);
	run_report(r);
	for (i = 0; i < v->question_count; i++)
		run_explain(r, i);
}

void views_run_threads(struct views *ret, struct dm_source *source,
		       const struct views *like, unsigned int threads)
{
	struct running r = { .v = ret };

	memset(ret, 0, sizeof(*ret));
	if (run_kernel(&r, source, threads))
		run_all(&r, like);
	dm_session_destroy(r.session);
	/* The session's. */
	ret->summary.missing = NULL;
	ret->policy.missing = NULL;
}

void views_run(struct views *ret, struct dm_source *source,
	       const struct views *like)
{
	views_run_threads(ret, source, like, 1);
}

void views_deinit(struct views *views)
{
	enum view view;

	for (view = 0; view < VIEW_COUNT; view++)
		free(views->outcome[view].text);
}
