// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The threads, their batches of tables, and the order in which results come
 * back.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "util/source.h"
#include "walk/walk_pool.h"

/*
 * Tables in a batch, in bytes: from the first, so that a map of some thousand
 * tables is work for all threads, to the last, as what is read in rising order
 * is the nearer to each other the more of it there is. One thread alone has
 * nobody to wait for it at the end.
 */
#define BATCH_FIRST (UINT32_C(1) << 20)
#define BATCH_LAST  (UINT32_C(8) << 20)
#define BATCH_ALONE (UINT32_C(16) << 20)
#define BATCH_MOST  (BATCH_ALONE / 4096)
/* Events without a table among them are given back soon as well. */
#define BATCH_EVENTS 4096
/* No further table is scanned before the batch's turn with so many events. */
#define FOUND_MOST  16384
#define THREADS_MAX 256

enum batch_state { BATCH_FREE, BATCH_WAITING, BATCH_TAKEN, BATCH_DONE };

struct batch {
	enum batch_state state;
	struct walk_events plan;
	struct walk_events found; /* of its tables, one after the other */
	size_t kept; /* of these, until the batch's turn */
	size_t tables;
	struct dm_error *err; /* ended it: there are tables not scanned */
};

/*
 * A table of a batch: number of its page, of 40 bits at most, and where it is
 * in the plan. In one word that is sorted in half the time.
 */
#define VISIT_AT_BITS 16
#define VISIT_AT_MASK ((UINT64_C(1) << VISIT_AT_BITS) - 1)
#define VISIT_PAGE    12

struct worker {
	struct walk_pool *pool;
	struct dm_source *source; /* a clone; the first one's is the original */
	void *buf;
	uint64_t visits[BATCH_MOST];
	uint64_t pas[BATCH_MOST];
	pthread_t thread;
};

struct walk_pool {
	const struct walk_shape *shape;
	walk_event_fn fn;
	void *arg;
	uint64_t tables; /* in batches so far */
	unsigned int threads;
	struct worker *workers; /* the first is the owner's thread */
	unsigned int running; /* workers, of those the owner's */
	bool started;
	/* A ring: [oldest, oldest + used) are in flight, behind it the open. */
	struct batch *batches;
	size_t batch_count, oldest, used;
	pthread_mutex_t lock; /* of states, of the ring and of stop */
	pthread_cond_t work, done;
	bool stop;
};

/* ---- Pages -------------------------------------------------------------- */

bool dm_walk_page_is_lent(const struct dm_source *source)
{
	return source->ops->get_page && source->ops->put_page;
}

struct dm_error *dm_walk_page_get(struct dm_source *source, uint64_t pa,
				  size_t size, void *buf, const void **page)
{
	if (dm_walk_page_is_lent(source))
		return source->ops->get_page(source, pa, size, DM_CONTENT_TABLE,
					     page);
	*page = buf;
	return dm_source_read(source, pa, buf, size, DM_CONTENT_TABLE);
}

void dm_walk_page_put(struct dm_source *source, const void *page,
		      const void *buf)
{
	if (page != buf)
		source->ops->put_page(source, page);
}

/* ---- One batch ---------------------------------------------------------- */

static int visit_cmp(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * Tables are read by rising address, which is their order in the file: what is
 * read of it, and the caches it goes through, are shared by neighbours.
 */
static size_t plan_visits(struct worker *w, const struct batch *b)
{
	size_t i, n = 0;

	for (i = 0; i < b->plan.count; i++) {
		if (b->plan.at[i].what == WALK_TABLE)
			w->visits[n++] = b->plan.at[i].pa >>
						 VISIT_PAGE << VISIT_AT_BITS |
					 i;
	}
	qsort(w->visits, n, sizeof(*w->visits), visit_cmp);
	return n;
}

static void hint(struct worker *w, size_t n)
{
	size_t i;

	if (!w->source->ops->prefetch || n < 2)
		return;
	for (i = 0; i < n; i++)
		w->pas[i] = w->visits[i] >> VISIT_AT_BITS << VISIT_PAGE;
	w->source->ops->prefetch(w->source, w->pas, n,
				 w->pool->shape->kernel->page_size);
}

/* A table that cannot be read is a hole in what is known, not in the map. */
static struct dm_error *note_unreadable(const struct walk_shape *shape,
					const struct walk_event *event,
					struct walk_events *found)
{
	struct walk_event finding = {
		.start = event->start,
		.pa = event->pa,
		.what = WALK_FINDING,
		.kind = DM_FINDING_UNREADABLE,
		.level = event->level,
	};

	finding.size =
		dm_table_clipped(shape, &finding.start,
				 dm_table_span_last(shape, event->level) + 1);
	return dm_walk_events_add(found, &finding);
}

static struct dm_error *scan_page(const struct walk_shape *shape,
				  const struct walk_event *event,
				  const void *page, struct walk_events *found)
{
	struct walk_table t = { event->level, event->pa, event->start, page };
	struct walk_event read = { .what = WALK_READ, .level = event->level };
	struct walk_event empty;
	struct dm_error *err;

	err = dm_walk_events_add(found, &read);
	if (err)
		return err;
	if (dm_table_is_empty(shape, &t)) {
		empty = dm_table_as_empty(shape, &t);
		return dm_walk_events_add(found, &empty);
	}
	return dm_table_scan_last(shape, &t, found);
}

static struct dm_error *scan_table(struct worker *w, struct batch *b,
				   struct walk_event *event)
{
	const struct walk_shape *shape = w->pool->shape;
	size_t before = b->found.count;
	const void *page;
	struct dm_error *err;

	err = dm_walk_page_get(w->source, event->pa, shape->kernel->page_size,
			       w->buf, &page);
	if (!err) {
		err = scan_page(shape, event, page, &b->found);
		dm_walk_page_put(w->source, page, w->buf);
	} else if (dm_error_is_unread(err)) {
		dm_error_destroy(err);
		err = note_unreadable(shape, event, &b->found);
	}
	event->bits = before;
	event->size = b->found.count - before;
	event->valid = !err;
	return err;
}

static struct walk_event *visited(const struct worker *w, struct batch *b,
				  size_t i)
{
	return &b->plan.at[w->visits[i] & VISIT_AT_MASK];
}

static void run_batch(struct worker *w, struct batch *b)
{
	size_t i, n = plan_visits(w, b);

	hint(w, n);
	for (i = 0; !b->err && i < n && b->found.count < FOUND_MOST; i++) {
		/* The tables between have driven it out of the cache. */
		if (i + 1 < n)
			__builtin_prefetch(visited(w, b, i + 1), 1);
		b->err = scan_table(w, b, visited(w, b, i));
	}
	b->kept = b->found.count;
}

/* ---- Threads ------------------------------------------------------------ */

/* The oldest that waits, taken; NULL if none does. With the lock held. */
static struct batch *take_batch(struct walk_pool *pool)
{
	size_t i;

	for (i = 0; i < pool->used; i++) {
		struct batch *b =
			&pool->batches[(pool->oldest + i) % pool->batch_count];

		if (b->state != BATCH_WAITING)
			continue;
		b->state = BATCH_TAKEN;
		return b;
	}
	return NULL;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct walk_pool *pool = w->pool;

	pthread_mutex_lock(&pool->lock);
	while (!pool->stop) {
		struct batch *b = take_batch(pool);

		if (!b) {
			pthread_cond_wait(&pool->work, &pool->lock);
			continue;
		}
		pthread_mutex_unlock(&pool->lock);
		run_batch(w, b);
		pthread_mutex_lock(&pool->lock);
		b->state = BATCH_DONE;
		pthread_cond_signal(&pool->done);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* @on: one more runs. The system may have no more threads to give. */
static struct dm_error *start_one(struct walk_pool *pool, struct worker *w,
				  bool *on)
{
	struct dm_source *source = pool->workers[0].source;
	struct dm_error *err;

	*on = false;
	w->pool = pool;
	w->buf = malloc(pool->shape->kernel->page_size);
	if (!w->buf)
		return dm_error_no_memory();
	err = source->ops->clone(source, &w->source);
	if (err)
		return dm_error_forgive(err);
	*on = pthread_create(&w->thread, NULL, work, w) == 0;
	if (!*on)
		source->ops->destroy(w->source);
	return NULL;
}

/*
 * When there is more than a batch: most maps have fewer tables than that.
 * Signals are for the owner's thread. That there are fewer threads than wanted
 * changes nothing but the time.
 */
static struct dm_error *start(struct walk_pool *pool)
{
	const struct dm_source_ops *ops = pool->workers[0].source->ops;
	struct dm_error *err = NULL;
	sigset_t all, old;
	bool on = true;

	pool->started = true;
	if (!ops->clone || !ops->destroy)
		return NULL;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (!err && on && pool->running < pool->threads) {
		err = start_one(pool, &pool->workers[pool->running], &on);
		pool->running += on;
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err;
}

static void stop(struct walk_pool *pool)
{
	unsigned int i;

	pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (i = 1; i < pool->running; i++) {
		struct dm_source *clone = pool->workers[i].source;

		pthread_join(pool->workers[i].thread, NULL);
		clone->ops->destroy(clone);
	}
	for (i = 0; i < pool->threads; i++)
		free(pool->workers[i].buf);
}

/* ---- In order ----------------------------------------------------------- */

/* Done by any thread: by the pool's owner if none has begun. */
static void wait_for(struct walk_pool *pool, struct batch *b)
{
	pthread_mutex_lock(&pool->lock);
	while (b->state != BATCH_DONE) {
		struct batch *mine = take_batch(pool);

		if (!mine) {
			pthread_cond_wait(&pool->done, &pool->lock);
			continue;
		}
		pthread_mutex_unlock(&pool->lock);
		run_batch(&pool->workers[0], mine);
		pthread_mutex_lock(&pool->lock);
		mine->state = BATCH_DONE;
	}
	pthread_mutex_unlock(&pool->lock);
}

static struct dm_error *give(struct walk_pool *pool,
			     const struct walk_events *events, size_t from,
			     size_t count)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < count; i++)
		err = pool->fn(pool->arg, &events->at[from + i]);
	return err;
}

/*
 * A table that was not scanned: the batch has its error, or it said too much to
 * be kept. Then it is scanned now, and given before the next.
 */
static struct dm_error *give_late(struct walk_pool *pool, struct batch *b,
				  struct walk_event *event)
{
	struct dm_error *err = b->err;

	b->err = NULL;
	if (!err) {
		b->found.count = b->kept;
		err = scan_table(&pool->workers[0], b, event);
	}
	return err ? err : give(pool, &b->found, b->kept, event->size);
}

static struct dm_error *give_batch(struct walk_pool *pool, struct batch *b)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < b->plan.count; i++) {
		struct walk_event *event = &b->plan.at[i];

		if (event->what != WALK_TABLE)
			err = pool->fn(pool->arg, event);
		else if (event->valid)
			err = give(pool, &b->found, event->bits, event->size);
		else
			err = give_late(pool, b, event);
	}
	return err;
}

static void clear(struct batch *b)
{
	dm_error_destroy(b->err);
	b->err = NULL;
	b->plan.count = 0;
	b->found.count = 0;
	b->tables = 0;
}

static struct dm_error *retire(struct walk_pool *pool)
{
	struct batch *b = &pool->batches[pool->oldest];
	struct dm_error *err;

	wait_for(pool, b);
	err = give_batch(pool, b);
	clear(b);
	/* The others look for work in the ring. */
	pthread_mutex_lock(&pool->lock);
	b->state = BATCH_FREE;
	pool->oldest = (pool->oldest + 1) % pool->batch_count;
	pool->used--;
	pthread_mutex_unlock(&pool->lock);
	return err;
}

static struct batch *open_batch(struct walk_pool *pool)
{
	return &pool->batches[(pool->oldest + pool->used) % pool->batch_count];
}

/* One is always left open. */
static struct dm_error *submit(struct walk_pool *pool)
{
	struct batch *b = open_batch(pool);

	pthread_mutex_lock(&pool->lock);
	b->state = BATCH_WAITING;
	pool->used++;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	return pool->used < pool->batch_count ? NULL : retire(pool);
}

struct walk_events *dm_walk_pool_events(struct walk_pool *pool)
{
	return &open_batch(pool)->plan;
}

/* The more there were, the more there will be: each thread gets some. */
static size_t batch_tables(const struct walk_pool *pool)
{
	uint32_t size = pool->shape->kernel->page_size;
	uint64_t share = pool->tables / pool->threads / 2;

	if (pool->threads == 1)
		return BATCH_ALONE / size;
	if (share < BATCH_FIRST / size)
		return BATCH_FIRST / size;
	return share < BATCH_LAST / size ? share : BATCH_LAST / size;
}

struct dm_error *dm_walk_pool_step(struct walk_pool *pool)
{
	struct batch *b = open_batch(pool);
	struct dm_error *err = NULL;

	if (b->plan.count && b->plan.at[b->plan.count - 1].what == WALK_TABLE)
		b->tables++;
	if (b->tables < batch_tables(pool) && b->plan.count < BATCH_EVENTS)
		return NULL;
	pool->tables += b->tables;
	if (!pool->started)
		err = start(pool);
	return err ? err : submit(pool);
}

struct dm_error *dm_walk_pool_finish(struct walk_pool *pool)
{
	struct dm_error *err = submit(pool);

	while (!err && pool->used)
		err = retire(pool);
	return err;
}

/* ---- The whole ---------------------------------------------------------- */

struct dm_error *dm_walk_pool_create(struct dm_source *source,
				     const struct walk_shape *shape,
				     unsigned int threads, walk_event_fn fn,
				     void *arg, struct walk_pool **ret)
{
	struct walk_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return dm_error_no_memory();
	pool->shape = shape;
	pool->fn = fn;
	pool->arg = arg;
	pool->threads = threads < 1 ? 1 : threads;
	if (pool->threads > THREADS_MAX)
		pool->threads = THREADS_MAX;
	pool->running = 1;
	/*
	 * One that each thread works on, one open, and as many ready that nobody
	 * waits while the thread with the oldest is kept off its CPU.
	 */
	pool->batch_count = pool->threads > 1 ? 2 * pool->threads + 4 : 2;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->done, NULL);
	pool->batches = calloc(pool->batch_count, sizeof(*pool->batches));
	pool->workers = calloc(pool->threads, sizeof(*pool->workers));
	if (pool->workers) {
		pool->workers[0].pool = pool;
		pool->workers[0].source = source;
		pool->workers[0].buf = malloc(shape->kernel->page_size);
	}
	if (!pool->batches || !pool->workers || !pool->workers[0].buf) {
		dm_walk_pool_destroy(pool);
		return dm_error_no_memory();
	}
	*ret = pool;
	return NULL;
}

void dm_walk_pool_destroy(struct walk_pool *pool)
{
	size_t i;

	if (!pool)
		return;
	if (pool->workers)
		stop(pool);
	for (i = 0; pool->batches && i < pool->batch_count; i++) {
		clear(&pool->batches[i]);
		dm_walk_events_deinit(&pool->batches[i].plan);
		dm_walk_events_deinit(&pool->batches[i].found);
	}
	pthread_cond_destroy(&pool->done);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool->batches);
	free(pool->workers);
	free(pool);
}
