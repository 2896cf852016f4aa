// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Page tables into leaf runs, in VA order.
 *
 * Tables come from a dump and may be anything: depth is bounded by the level,
 * and a page is walked as a table once only, so that the work is bounded by
 * the number of pages however they point at each other.
 *
 * One thread goes down the upper levels, of which there are few pages, and
 * decides in VA order whose a table is. Those of the last level go to a pool
 * (walk_pool.h), and what is in them comes back in the same order: what is seen
 * does not depend on the number of threads.
 */
#include <stdlib.h>
#include <string.h>

#include "walk/walk.h"
#include "util/error.h"
#include "walk/foreign.h"
#include "util/pa_set.h"
#include "walk/runs.h"
#include "util/unknown.h"
#include "walk/usage.h"
#include "walk/walk_pool.h"

/* Tables between looks at the caller's clock. */
#define LOOK_EVERY 16

/*
 * What came back so far that speaks for the table it came through, or against. Of
 * the latter a table below counts as one.
 */
struct evidence {
	uint64_t leaves; /* of the linear map */
	uint64_t misfits; /* what is something else's */
	uint64_t last_misfit; /* VA of the entry that led there */
};

struct walk {
	struct dm_source *source;
	struct walk_shape shape;
	const struct dm_walk_options *options;
	struct dm_usage *usage;
	struct run_merger merger;
	struct foreign foreign;
	/*
	 * What is unknown behind the last leaf. It waits for the next one: behind
	 * the last of all, KASAN's shadow looks like it.
	 */
	struct unknown_set pending;
	dm_unknown_fn unknown; /* may be NULL; gets the merger's argument */
	struct pa_set seen; /* tables that were seen */
	struct walk_pool *pool;
	bool pool_failed; /* the error came from there */
	struct evidence evidence;
	struct evidence before[DM_LEVELS]; /* a table of that level, now open */
	const struct walk_event *sought; /* table that this walk is to judge */
	bool is_none; /* that is what it found */
	uint64_t broken_group; /* VA of the last one reported, */
	int broken_level; /* and its level */
	void *buffers[DM_LEVELS]; /* by level, where the source lends no page */
	/* For bounds and progress. */
	uint64_t begun; /* tables that were, or are to be, read */
	uint64_t done;
	uint64_t known; /* entries that lead to tables, in those read so far */
	struct {
		size_t at, count; /* entries that lead somewhere */
	} place[DM_LEVELS];
};

/* ---- What comes back ---------------------------------------------------- */

static struct dm_finding finding_of(const struct walk_event *event)
{
	return (struct dm_finding){
		.kind = (enum dm_finding_kind)event->kind,
		.level = event->level,
		.start = event->start,
		.size = event->size,
		.pa = event->pa,
		.entry = event->bits,
	};
}

/*
 * A group is found broken at its first leaf: a table that stands before that
 * has been walked.
 */
static struct dm_error *note_unknown(struct walk *w,
				     const struct dm_finding *finding)
{
	const struct run_merger *m = &w->merger;
	uint64_t known = m->run.size ? m->run.start + m->run.size : m->last;
	struct dm_unknown unknown = {
		.start = finding->start,
		.size = finding->size,
		.why = finding->kind,
	};

	if (unknown.start < known && unknown.size <= known - unknown.start)
		return NULL;
	if (unknown.start < known) {
		unknown.size -= known - unknown.start;
		unknown.start = known;
	}
	return dm_unknown_set_append(&w->pending, &unknown);
}

/* A group is reported once in a row, however many scans it takes. */
static void note_misfit(struct walk *w, const struct walk_event *event)
{
	struct evidence *e = &w->evidence;
	uint64_t va = event->start;

	if (event->level == LEVEL_LAST)
		va &= ~dm_table_span_last(&w->shape, LEVEL_LAST);
	e->misfits += !e->misfits || e->last_misfit != va;
	e->last_misfit = va;
}

static struct dm_error *add_finding(struct walk *w,
				    const struct walk_event *event)
{
	struct dm_finding finding = finding_of(event);

	if (event->kind == DM_FINDING_BROKEN_CONT) {
		if (w->broken_group == event->start &&
		    w->broken_level == event->level)
			return NULL;
		w->broken_group = event->start;
		w->broken_level = event->level;
	}
	/* A page that was lost, or a group, says nothing of what led there. */
	if (event->kind == DM_FINDING_RESERVED ||
	    event->kind == DM_FINDING_BAD_BLOCK)
		note_misfit(w, event);
	dm_usage_add_finding(w->usage, &finding);
	return note_unknown(w, &finding);
}

static struct dm_error *add_foreign(struct walk *w,
				    const struct walk_event *event)
{
	uint64_t off = event->pa ^ (event->start + w->shape.pa_minus_va);
	bool leaf = event->what == WALK_FOREIGN &&
		    event->kind == DM_FINDING_OFF_FORMULA;
	struct dm_finding finding = finding_of(event);

	if (leaf)
		w->usage->off_bits |= off;
	/* Zeros say nothing of what led there, and one bit may be a realm's. */
	if (leaf ? off & (off - 1) : event->kind != DM_FINDING_EMPTY_TABLE)
		note_misfit(w, event);
	finding.size = dm_table_clipped(&w->shape, &finding.start, event->size);
	dm_foreign_add(&w->foreign, &finding);
	return note_unknown(w, &finding);
}

/* Give away what waits, and the run before it first. */
static struct dm_error *give_unknown(struct walk *w)
{
	struct dm_error *err = NULL;
	size_t i;

	if (w->pending.count)
		err = dm_run_merger_flush(&w->merger);
	for (i = 0; !err && i < w->pending.count; i++) {
		dm_usage_add_unknown(w->usage, &w->pending.at[i]);
		if (w->unknown)
			err = w->unknown(w->merger.arg, &w->pending.at[i]);
	}
	w->pending.count = 0;
	return err;
}

static struct dm_error *add_leaves(struct walk *w,
				   const struct walk_event *event)
{
	struct dm_run part = {
		.start = event->start,
		.size = event->size,
		.pa = event->pa,
		.attrs = event->bits,
		.leaf = (enum dm_leaf)event->kind,
		.valid = event->valid,
	};
	struct dm_error *err = give_unknown(w);

	w->evidence.leaves++;
	return err ? err : dm_run_merger_add(&w->merger, &part);
}

static struct dm_error *judge_apart(struct walk *w,
				    const struct walk_event *table, bool *none);

/* All of the linear map's of a table, as far as this walk goes. */
static bool is_in_range(const struct walk *w, const struct walk_event *table)
{
	const struct walk_shape *s = &w->shape;
	uint64_t last = table->start + (table->size - 1);

	return (table->start >= s->lo || s->lo == s->whole_lo) &&
	       (last <= s->hi - 1 || s->hi == s->whole_hi);
}

/*
 * All of a table came back. Where nothing that it leads to is the linear map's,
 * and more than one thing is another's, it is a table of another place: its
 * zeros say no more than its entries do. One alone may have fallen over.
 */
static struct dm_error *judge_table(struct walk *w,
				    const struct walk_event *event)
{
	struct evidence *before = &w->before[event->level + 1];
	struct dm_finding finding = finding_of(event);
	struct dm_error *err = NULL;
	bool none = w->evidence.misfits > before->misfits + 1;

	if (w->evidence.leaves != before->leaves)
		return NULL;
	/* What a table is does not depend on the range. */
	if (!is_in_range(w, event))
		err = judge_apart(w, event, &none);
	if (err || !none)
		return err;
	w->is_none |= w->sought && w->sought->level == event->level;
	w->evidence.misfits = before->misfits;
	note_misfit(w, event);
	finding.size = dm_table_clipped(&w->shape, &finding.start, event->size);
	dm_usage_add_finding(w->usage, &finding);
	dm_unknown_set_cut(&w->pending, finding.start);
	return note_unknown(w, &finding);
}

static struct dm_error *take_event(void *arg, const struct walk_event *event)
{
	struct walk *w = arg;

	switch ((enum walk_what)event->what) {
	case WALK_LEAVES:
		return add_leaves(w, event);
	case WALK_FINDING:
		return add_finding(w, event);
	case WALK_FOREIGN:
	case WALK_FOREIGN_TABLE:
		return add_foreign(w, event);
	case WALK_READ:
		w->before[event->level + 1] = w->evidence;
		w->usage->tables[event->level + 1]++;
		w->done++;
		break;
	case WALK_CLOSED:
		return judge_table(w, event);
	case WALK_TABLE: /* the pool's own */
		break;
	}
	return NULL;
}

/* ---- Bounds and progress ------------------------------------------------ */

/* How much is behind: at each level the entries that were taken. */
static double share_done(const struct walk *w)
{
	double share = 0;
	size_t i = DM_LEVELS - 1;

	while (i--) {
		if (w->place[i].count)
			share = ((double)w->place[i].at + share) /
				(double)w->place[i].count;
	}
	return share > 1 ? 1 : share;
}

static void show_progress(const struct walk *w)
{
	struct dm_walk_progress progress = {
		.tables = w->done,
		.known = w->known,
		.share = share_done(w),
	};

	w->options->progress(w->options->arg, &progress);
}

/* One more table, which covers VAs from @va on. false: no more. */
static bool may_begin(struct walk *w, uint64_t va)
{
	const struct dm_walk_options *o = w->options;
	struct dm_usage *u = w->usage;

	if (u->stopped)
		return false;
	if (o->max_tables && w->begun >= o->max_tables)
		u->stopped = DM_STOP_TABLES;
	else if (w->sought && w->evidence.leaves)
		u->stopped = DM_STOP_ASKED; /* it is one */
	else if (o->stop && w->begun % LOOK_EVERY == 0 && o->stop(o->arg))
		u->stopped = DM_STOP_ASKED;
	if (u->stopped) {
		u->stopped_at = va > w->shape.lo ? va : w->shape.lo;
		return false;
	}
	if (o->progress && w->begun % LOOK_EVERY == 0)
		show_progress(w);
	w->begun++;
	return true;
}

/* ---- Tables ------------------------------------------------------------- */

static struct dm_error *step(struct walk *w)
{
	struct dm_error *err = dm_walk_pool_step(w->pool);

	w->pool_failed |= err != NULL;
	return err;
}

static struct dm_error *put_event(struct walk *w,
				  const struct walk_event *event)
{
	struct dm_error *err =
		dm_walk_events_add(dm_walk_pool_events(w->pool), event);

	return err ? err : step(w);
}

static struct dm_error *walk_table(struct walk *w, int level, uint64_t pa,
				   uint64_t va);

static struct dm_error *descend(struct walk *w, const struct walk_table *t,
				size_t i)
{
	unsigned int shift = arm64_shift(&w->shape.geometry, t->level);
	uint64_t entry = dm_table_entry_at(t, i);
	struct walk_event event = {
		.start = t->va + ((uint64_t)i << shift),
		.pa = arm64_oa(&w->shape.geometry, entry),
		.what = WALK_TABLE,
		.level = (int8_t)(t->level + 1),
	};
	struct dm_error *err;
	bool added;

	err = dm_pa_set_add(&w->seen, event.pa, &added);
	if (err)
		return err;
	if (!added) {
		event.what = WALK_FOREIGN;
		event.kind = DM_FINDING_SHARED_TABLE;
		event.size = UINT64_C(1) << shift;
		event.bits = entry;
		return put_event(w, &event);
	}
	if (!may_begin(w, event.start))
		return NULL;
	if (event.level == LEVEL_LAST)
		return put_event(w, &event);
	return walk_table(w, event.level, event.pa, event.start);
}

static struct dm_error *walk_entries(struct walk *w, const struct walk_table *t,
				     size_t i, size_t end)
{
	struct dm_error *err = NULL;

	while (!err && i < end && !w->usage->stopped) {
		struct walk_events *events = dm_walk_pool_events(w->pool);
		size_t had = events->count;

		err = dm_table_scan(&w->shape, t, &i, end, events);
		if (!err && events->count > had)
			err = step(w);
		/* A group that begins in the range is taken whole. */
		if (err || i >= end)
			break;
		err = descend(w, t, i++);
		w->place[t->level + 1].at++;
	}
	return err;
}

/* How many entries lead to tables, and how many anywhere. */
static void note_place(struct walk *w, const struct walk_table *t, size_t i,
		       size_t end)
{
	size_t tables = 0;

	for (; i < end; i++)
		tables += dm_arm64_classify(&w->shape.geometry, t->level,
					    dm_table_entry_at(t, i)) ==
			  ENTRY_TABLE;
	w->place[t->level + 1].at = 0;
	w->place[t->level + 1].count = tables;
	w->known += tables;
}

/* A table that cannot be read is a hole in what is known, not in the map. */
static struct dm_error *note_unread(struct walk *w, int level, uint64_t pa,
				    uint64_t va, struct dm_error *err)
{
	struct walk_event event = {
		.start = va,
		.pa = pa,
		.what = WALK_FINDING,
		.kind = DM_FINDING_UNREADABLE,
		.level = (int8_t)level,
	};

	if (!dm_error_is_unread(err) || level == w->shape.geometry.root_level)
		return err;
	dm_error_destroy(err);
	event.size = dm_table_clipped(&w->shape, &event.start,
				      dm_table_span_last(&w->shape, level) + 1);
	return put_event(w, &event);
}

/* Made when first needed: five pages of 64 KiB are more than most walks read. */
static struct dm_error *make_buffer(struct walk *w, int level)
{
	void **buf = &w->buffers[level + 1];

	if (*buf || dm_walk_page_is_lent(w->source))
		return NULL;
	*buf = malloc(w->shape.kernel->page_size);
	return *buf ? NULL : dm_error_no_memory();
}

/* A page of zeros, or of something that is no table; false: it is one. */
static bool is_no_table(struct walk *w, const struct walk_table *t,
			struct walk_event *event)
{
	*event = dm_table_as_empty(&w->shape, t);
	return dm_table_is_empty(&w->shape, t) ||
	       dm_table_is_none(&w->shape, t, event, &w->usage->off_bits);
}

/* Of one that the walk was stopped in, what is behind is not known anyway. */
static struct dm_error *close_table(struct walk *w, const struct walk_table *t)
{
	struct walk_event closed = dm_table_as_empty(&w->shape, t);

	closed.what = WALK_CLOSED;
	closed.kind = DM_FINDING_NO_TABLE;
	if (w->usage->stopped && w->usage->stopped_at <= closed.start)
		return NULL;
	if (w->usage->stopped)
		closed.size = w->usage->stopped_at - closed.start;
	return put_event(w, &closed);
}

static struct dm_error *walk_touched(struct walk *w, const struct walk_table *t)
{
	struct dm_error *err;
	size_t first, end;

	dm_table_touched(&w->shape, t, &first, &end);
	note_place(w, t, first, end);
	err = walk_entries(w, t, first, end);
	if (err || t->level == w->shape.geometry.root_level)
		return err;
	return close_table(w, t);
}

/* Of an upper level: the root has another below it, always. */
static struct dm_error *walk_table(struct walk *w, int level, uint64_t pa,
				   uint64_t va)
{
	size_t size = w->shape.kernel->page_size;
	struct walk_event read = { .what = WALK_READ, .level = (int8_t)level };
	struct walk_table t = { .level = level, .pa = pa, .va = va };
	struct walk_event none;
	struct dm_error *err;
	const void *page;
	void *buf;

	err = make_buffer(w, level);
	if (err)
		return err;
	buf = w->buffers[level + 1];
	err = dm_walk_page_get(w->source, pa, size, buf, &page);
	if (err)
		return note_unread(w, level, pa, va, err);
	t.entries = page;
	err = put_event(w, &read);
	if (!err && level != w->shape.geometry.root_level &&
	    is_no_table(w, &t, &none))
		err = put_event(w, &none);
	else if (!err)
		err = walk_touched(w, &t);
	dm_walk_page_put(w->source, page, buf);
	w->place[level + 1].count = 0;
	return err;
}

/* ---- The whole ---------------------------------------------------------- */

static struct dm_error *walk_root(struct walk *w)
{
	const struct dm_kernel *k = w->shape.kernel;
	struct dm_error *err;
	bool added;

	err = dm_pa_set_add(&w->seen, k->pgd, &added);
	if (err)
		return err;
	w->begun = 1;
	w->known = 1;
	err = walk_table(w, w->shape.geometry.root_level, k->pgd,
			 w->shape.geometry.root_base);
	if (!w->done && dm_error_is_unread(err)) {
		err = dm_error_recode(
			dm_error_prefix(err, "cannot read swapper_pg_dir"),
			DM_ERROR_BAD_DUMP);
	}
	return err;
}

/* What lies behind where the walk was stopped. */
static struct dm_error *note_stop(struct walk *w)
{
	struct walk_event event = {
		.start = w->usage->stopped_at,
		.size = w->shape.hi - w->usage->stopped_at,
		.what = WALK_FINDING,
		.kind = DM_FINDING_NOT_WALKED,
		.level = (int8_t)w->shape.geometry.root_level,
	};

	return w->usage->stopped ? put_event(w, &event) : NULL;
}

/* The first of two errors in a row; the other ends. */
static struct dm_error *first_error(struct dm_error *a, struct dm_error *b)
{
	if (!a)
		return b;
	dm_error_destroy(b);
	return a;
}

static struct dm_error *walk_once(struct walk *w)
{
	struct dm_error *err;

	err = walk_root(w);
	if (!err)
		err = note_stop(w);
	/* After an error too: the usage keeps what was seen. */
	if (!w->pool_failed)
		err = first_error(dm_walk_pool_finish(w->pool), err);
	return first_error(err, dm_run_merger_flush(&w->merger));
}

static void walk_init(struct walk *w, struct dm_source *source,
		      const struct dm_kernel *kernel,
		      const struct dm_walk_options *options,
		      struct dm_usage *usage)
{
	*w = (struct walk){
		.source = source,
		.options = options,
		.usage = usage,
		.shape = {
			.kernel = kernel,
			.lo = kernel->linear_start,
			.hi = kernel->linear_end,
			.whole_lo = kernel->linear_start,
			.whole_hi = kernel->linear_end,
			.pa_minus_va = kernel->phys_offset -
				       kernel->page_offset,
		},
		.merger = { .usage = usage },
	};
	dm_arm64_geometry_init(&w->shape.geometry, kernel);
	w->merger.ptdump_mask = w->shape.geometry.ptdump_mask;
	dm_usage_init(usage, kernel);
}

static void walk_deinit(struct walk *w)
{
	size_t i;

	dm_walk_pool_destroy(w->pool);
	for (i = 0; i < DM_LEVELS; i++)
		free(w->buffers[i]);
	dm_pa_set_deinit(&w->seen);
	dm_unknown_set_deinit(&w->pending);
}

static struct dm_error *walk_whole(struct walk *w)
{
	struct dm_error *err;

	err = dm_walk_pool_create(w->source, &w->shape, w->options->threads,
				  take_event, w, &w->pool);
	return err ? err : walk_once(w);
}

/*
 * Walk [@lo, @hi) for what is known of it after that, whatever the range of @w;
 * @sought: a table that is to be judged, or NULL. walk_apart_end() gives it back.
 */
static struct dm_error *walk_apart(const struct walk *w, uint64_t lo,
				   uint64_t hi, const struct walk_event *sought,
				   struct walk *apart)
{
	struct dm_usage *usage = malloc(sizeof(*usage));

	*apart = (struct walk){ 0 };
	if (!usage)
		return dm_error_no_memory();
	walk_init(apart, w->source, w->shape.kernel, w->options, usage);
	apart->shape.lo = lo;
	apart->shape.hi = hi;
	apart->sought = sought;
	return walk_whole(apart);
}

static void walk_apart_end(struct walk *apart)
{
	free(apart->usage);
	walk_deinit(apart);
}

/* By all of it, of which @w has a part, with nothing in it; see judge_table(). */
static struct dm_error *judge_apart(struct walk *w,
				    const struct walk_event *table, bool *none)
{
	const struct walk_shape *s = &w->shape;
	uint64_t lo = table->start, last = lo + (table->size - 1);
	struct dm_error *err;
	struct walk apart;

	*none = false;
	/* Those around the one that is sought. */
	if (w->sought)
		return NULL;
	if (lo < s->whole_lo)
		lo = s->whole_lo;
	if (last > s->whole_hi - 1)
		last = s->whole_hi - 1;
	err = walk_apart(w, lo, last + 1, table, &apart);
	*none = apart.is_none;
	walk_apart_end(&apart);
	return err;
}

/* KASAN's shadow shows in a walk over the whole range only. */
static struct dm_error *find_shadow(const struct walk *w, uint64_t *shadow)
{
	const struct dm_kernel *k = w->shape.kernel;
	struct dm_error *err;
	struct walk whole;

	if (w->shape.lo == k->linear_start && w->shape.hi == k->linear_end) {
		*shadow = dm_foreign_kasan_shadow(
			&w->foreign, k, w->merger.first, w->merger.last);
		return NULL;
	}
	err = walk_apart(w, k->linear_start, k->linear_end, NULL, &whole);
	*shadow = dm_foreign_kasan_shadow(&whole.foreign, k, whole.merger.first,
					  whole.merger.last);
	walk_apart_end(&whole);
	return err;
}

/*
 * Something foreign was found. If it is KASAN's shadow, the runs were right, but
 * shadow tables were counted: once more, up to where the shadow begins.
 */
static struct dm_error *leave_out_shadow(struct walk *w)
{
	struct dm_error *err;
	struct walk below;
	uint64_t shadow = 0;

	err = find_shadow(w, &shadow);
	if (err || !shadow)
		return err;
	walk_init(&below, w->source, w->shape.kernel, w->options, w->usage);
	w->usage->linear_end = shadow;
	below.shape.lo = w->shape.lo;
	below.shape.hi = w->shape.hi < shadow ? w->shape.hi : shadow;
	below.shape.whole_hi = shadow;
	err = below.shape.lo < below.shape.hi ? walk_whole(&below) : NULL;
	walk_deinit(&below);
	dm_unknown_set_cut(&w->pending, shadow);
	w->foreign.count = 0;
	memset(w->foreign.by_kind, 0, sizeof(w->foreign.by_kind));
	return err;
}

/*
 * A kernel runs in its linear map: where none of it was found, and nothing that it
 * may lie in either, that is not for lack of memory, and nothing is known.
 */
static struct dm_error *take_nothing(struct walk *w)
{
	const struct dm_kernel *k = w->shape.kernel;
	struct dm_unknown all = {
		.start = w->shape.lo,
		.size = w->shape.hi - w->shape.lo,
		.why = DM_FINDING_EMPTY_TABLE,
	};

	if (w->merger.last || w->pending.count ||
	    w->shape.lo != k->linear_start || w->shape.hi != k->linear_end)
		return NULL;
	return dm_unknown_set_append(&w->pending, &all);
}

static struct dm_error *walk_range(struct walk *w)
{
	struct dm_error *err;

	err = walk_whole(w);
	/* Stopped half-way, no shadow can be told. */
	if (!err && w->foreign.count && !w->usage->stopped)
		err = leave_out_shadow(w);
	dm_foreign_report(&w->foreign, w->usage);
	if (!err)
		err = take_nothing(w);
	return err ? err : give_unknown(w);
}

static struct dm_error *set_range(struct walk *w, const struct dm_range *range)
{
	const struct dm_kernel *k = w->shape.kernel;

	if (range->start > w->shape.lo)
		w->shape.lo = range->start;
	if (range->end < w->shape.hi)
		w->shape.hi = range->end;
	if (w->shape.lo < w->shape.hi)
		return NULL;
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"the range 0x%llx-0x%llx is outside the linear map, 0x%llx-0x%llx",
		(unsigned long long)range->start,
		(unsigned long long)range->end,
		(unsigned long long)k->linear_start,
		(unsigned long long)k->linear_end);
}

struct dm_error *dm_walk_with(struct dm_source *source,
			      const struct dm_kernel *kernel,
			      const struct dm_walk_options *options,
			      struct dm_usage *usage, dm_run_fn fn, void *arg)
{
	struct dm_error *err = NULL;
	struct walk w;

	walk_init(&w, source, kernel, options, usage);
	w.merger.fn = fn;
	w.merger.arg = arg;
	w.unknown = options->unknown;
	if (options->range)
		err = set_range(&w, options->range);
	if (!err)
		err = walk_range(&w);
	walk_deinit(&w);
	return err;
}

struct dm_error *dm_walk(struct dm_source *source,
			 const struct dm_kernel *kernel,
			 const struct dm_range *range, struct dm_usage *usage,
			 dm_run_fn fn, void *arg)
{
	struct dm_walk_options options = { .range = range };

	return dm_walk_with(source, kernel, &options, usage, fn, arg);
}
