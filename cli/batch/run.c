// SPDX-License-Identifier: GPL-2.0-or-later
/* The dumps of a batch, N at once, each in a child. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "batch.h"
#include "enter.h"
#include "sandbox/sandbox.h"

struct slot {
	struct child child;
	struct batch_item *item; /* NULL: free */
};

struct pool {
	struct batch *batch;
	struct slot *slots;
	struct pollfd *fds;
	/* What was not done before, and in which order. */
	struct batch_item **todo;
	size_t count, next, running;
	struct batch_progress progress;
	sigset_t usual;
};

static volatile sig_atomic_t asked_to_stop;

static void on_signal(int signal)
{
	/* SIGCHLD: only to wake up. */
	if (signal != SIGCHLD)
		asked_to_stop = signal;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* They come while the parent waits in ppoll(), and at no other time. */
static void watch_signals(struct pool *pool, struct sigaction *old)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t set;
	size_t i;

	asked_to_stop = 0;
	sigemptyset(&set);
	for (i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &old[i]);
		/* nohup: what was ignored stays so. */
		if (old[i].sa_handler == SIG_IGN && signals[i] != SIGCHLD)
			continue;
		sigaction(signals[i], &action, NULL);
		sigaddset(&set, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &set, &pool->usual);
}

static void restore_signals(const struct pool *pool,
			    const struct sigaction *old)
{
	size_t i;

	for (i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &old[i], NULL);
	sigprocmask(SIG_SETMASK, &pool->usual, NULL);
}

static struct dm_error *start(struct pool *pool, struct slot *slot,
			      struct batch_item *item)
{
	const struct batch_options *options = &pool->batch->options;
	struct batch_job job = { .dump = item->dump, .options = options };
	struct dm_error *err =
		child_start(&slot->child, batch_one, &job, &options->limits);

	if (err)
		return err;
	slot->item = item;
	pool->running++;
	return NULL;
}

static struct dm_error *start_more(struct pool *pool)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < pool->batch->options.jobs; i++) {
		if (pool->next == pool->count)
			break;
		if (!pool->slots[i].item)
			err = start(pool, &pool->slots[i],
				    pool->todo[pool->next++]);
	}
	return err;
}

/* Written before it counts: a kill at any time loses nothing that is done. */
static struct dm_error *keep(struct batch *batch, struct batch_item *item,
			     const struct child *child)
{
	struct dm_error *err = NULL;
	json_t *row;

	row = batch_make_row(child, item->dump, &item->code);
	if (!row)
		return dm_error_no_memory();
	/* What would be otherwise next time is not kept for it. */
	if (*item->key && child_is_final(child)) {
		err = state_store(&batch->state, item->key, row);
		json_decref(row);
	} else {
		item->row = row;
	}
	if (err)
		return err;
	item->done = true;
	batch->done++;
	batch->failed += item->code == CLI_DUMP || item->code == CLI_FAULT;
	return NULL;
}

static struct dm_error *step(struct pool *pool)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < pool->batch->options.jobs; i++) {
		struct slot *slot = &pool->slots[i];

		if (!slot->item || !child_step(&slot->child))
			continue;
		err = keep(pool->batch, slot->item, &slot->child);
		child_deinit(&slot->child);
		slot->item = NULL;
		pool->running--;
	}
	return err;
}

static void wait_for_any(struct pool *pool)
{
	struct timespec timeout;
	const char *name = NULL;
	int ms = 1000;
	size_t i, n = 0;

	for (i = 0; i < pool->batch->options.jobs; i++) {
		const struct child *child = &pool->slots[i].child;

		if (!pool->slots[i].item)
			continue;
		if (!name)
			name = pool->slots[i].item->dump->paths[0];
		pool->fds[n++] = (struct pollfd){ .fd = child->out_fd,
						  .events = POLLIN };
		pool->fds[n++] = (struct pollfd){ .fd = child->err_fd,
						  .events = POLLIN };
		if (child_patience(child) < ms)
			ms = child_patience(child);
	}
	batch_progress_show(&pool->progress, pool->batch, name, pool->running);
	timeout.tv_sec = ms / 1000;
	timeout.tv_nsec = ms % 1000 * 1000000L;
	ppoll(pool->fds, n, &timeout, &pool->usual);
}

static struct dm_error *work(struct pool *pool)
{
	struct dm_error *err;

	for (;;) {
		err = start_more(pool);
		if (err || !pool->running)
			return err;
		wait_for_any(pool);
		if (asked_to_stop) {
			pool->batch->interrupted = true;
			return NULL;
		}
		err = step(pool);
		if (err)
			return err;
	}
}

static void kill_rest(struct pool *pool)
{
	size_t i;

	for (i = 0; i < pool->batch->options.jobs; i++) {
		if (!pool->slots[i].item)
			continue;
		child_kill(&pool->slots[i].child);
		child_deinit(&pool->slots[i].child);
	}
}

/* The largest first; else one that comes last may keep all others waiting. */
static int todo_cmp(const void *a, const void *b)
{
	const struct batch_item *x = *(struct batch_item *const *)a;
	const struct batch_item *y = *(struct batch_item *const *)b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x < y ? -1 : x > y;
}

static void make_todo(struct pool *pool)
{
	struct batch *batch = pool->batch;
	size_t i;

	for (i = 0; i < batch->count; i++) {
		if (!batch->items[i].done)
			pool->todo[pool->count++] = &batch->items[i];
	}
	qsort(pool->todo, pool->count, sizeof(struct batch_item *), todo_cmp);
}

static void pool_deinit(struct pool *pool)
{
	free(pool->slots);
	free(pool->fds);
	free(pool->todo);
}

static struct dm_error *pool_init(struct pool *pool, struct batch *batch)
{
	*pool = (struct pool){ .batch = batch };
	pool->slots = calloc(batch->options.jobs, sizeof(*pool->slots));
	pool->fds = calloc(batch->options.jobs, 2 * sizeof(*pool->fds));
	pool->todo = calloc(batch->count + 1, sizeof(*pool->todo));
	if (!pool->slots || !pool->fds || !pool->todo) {
		pool_deinit(pool);
		return dm_error_no_memory();
	}
	make_todo(pool);
	return NULL;
}

struct dm_error *batch_run(struct batch *batch)
{
	struct sigaction old[SIGNALS];
	struct dm_error *err;
	struct pool pool;

	err = pool_init(&pool, batch);
	if (err)
		return err;
	if (!batch->options.no_sandbox) {
		sandbox_prepare();
		if (sandbox_is_missing())
			cli_warn_no_sandbox("Landlock and seccomp are missing");
	}
	batch_progress_init(&pool.progress, batch);
	watch_signals(&pool, old);
	err = work(&pool);
	kill_rest(&pool);
	restore_signals(&pool, old);
	batch_progress_clear(&pool.progress);
	pool_deinit(&pool);
	return err;
}

/* ---- What there is to do -------------------------------------------------- */

/* A limit that ended it before may be another today; see --again else. */
static bool still_good(const struct batch *batch, json_t *row)
{
	json_t *limits =
		json_object_get(json_object_get(row, "batch"), "limits");
	const struct child_limits *now = &batch->options.limits;

	if (!json_is_object(limits))
		return true;
	return json_integer_value(json_object_get(limits, "timeout")) ==
		       (json_int_t)now->timeout &&
	       json_integer_value(json_object_get(limits, "memory")) ==
		       (json_int_t)now->memory &&
	       json_integer_value(json_object_get(limits, "tables")) ==
		       (json_int_t)now->tables;
}

static void look_for_result(struct batch *batch, struct batch_item *item)
{
	json_t *row;

	if (batch->options.again)
		return;
	row = state_load(&batch->state, item->key);
	if (row && still_good(batch, row)) {
		item->code = (int)json_integer_value(
			json_object_get(json_object_get(row, "batch"), "code"));
		item->done = item->was_done = true;
		batch->done++;
		batch->failed +=
			item->code == CLI_DUMP || item->code == CLI_FAULT;
	}
	json_decref(row);
}

/* What is stored of it: a file of memory has gaps, often most of it. */
static uint64_t stored_bytes(const struct scan_dump *dump)
{
	uint64_t sum = 0;
	struct stat st;
	size_t i, count;
	char *const *files = scan_dump_files(dump, &count);

	for (i = 0; i < count; i++) {
		if (!stat(files[i], &st))
			sum += (uint64_t)st.st_blocks * 512;
	}
	return sum;
}

struct dm_error *batch_init(struct batch *batch, const struct scan *scan)
{
	char how[80];
	size_t i;

	batch->items = calloc(scan->count + 1, sizeof(*batch->items));
	if (!batch->items)
		return dm_error_no_memory();
	batch->count = scan->count;
	snprintf(how, sizeof(how), "lists=%d maps=%d reader=%d",
		 batch->options.lists, batch->options.maps,
		 (int)batch->options.reader);
	for (i = 0; i < scan->count; i++) {
		batch->items[i].dump = &scan->dumps[i];
		batch->items[i].bytes = stored_bytes(&scan->dumps[i]);
		if (state_key(batch->items[i].key, &scan->dumps[i], how))
			look_for_result(batch, &batch->items[i]);
	}
	return NULL;
}

void batch_deinit(struct batch *batch)
{
	size_t i;

	for (i = 0; i < batch->count; i++)
		json_decref(batch->items[i].row);
	free(batch->items);
}
