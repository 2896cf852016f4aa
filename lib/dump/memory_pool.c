// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that look through pieces of memory: each piece keeps what was found in
 * it, and the owner's thread tells that, piece after piece.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump/memory_pool.h"

/* Read at once: it stays in a processor's cache. */
#define BUFFER (256 << 10)
/* Memory is not read faster by more. */
#define THREADS_MAX 8
/* For each thread one that it is at, and one that waits to be told. */
#define PIECES_EACH 2

struct hit {
	uint64_t pa;
	unsigned char front[MEMORY_FRONT];
};

enum piece_state { PIECE_TODO, PIECE_TAKEN, PIECE_DONE };

struct piece {
	const struct bytes *bytes;
	uint64_t pa, off, size;
	enum piece_state state;
	struct dm_error *err;
	size_t count;
	struct hit hits[MEMORY_PIECE / MEMORY_PAGE];
};

struct memory_pool {
	struct memory_asked asked;
	/* A ring of those added and not told: [told, added), by number. */
	struct piece *pieces;
	size_t slots;
	uint64_t told, taken, added;
	bool started, stop;

	pthread_mutex_t lock;
	pthread_cond_t work, done;
	pthread_t threads[THREADS_MAX];
	unsigned int wanted, running; /* besides the owner's */
	unsigned char *buffer; /* the owner's */
};

/* ---- One piece ---------------------------------------------------------- */

struct dm_error *dm_memory_less(struct dm_error *err)
{
	if (err &&
	    (err->code == DM_ERROR_ABSENT || err->code == DM_ERROR_BROKEN)) {
		dm_error_destroy(err);
		return NULL;
	}
	return err;
}

uint64_t dm_memory_hole(const struct bytes *bytes, uint64_t off, uint64_t size)
{
	off_t data;

	if (bytes->flattened || bytes->proc)
		return 0;
	data = lseek(bytes->fd, (off_t)off, SEEK_DATA);
	/* ENXIO: there is no more data. Others: it cannot tell. */
	if (data < 0)
		return errno == ENXIO ? size : 0;
	if ((uint64_t)data <= off)
		return 0;
	return (uint64_t)data - off < size ? (uint64_t)data - off : size;
}

static void keep(struct piece *p, uint64_t pa, const unsigned char *front)
{
	struct hit *hit = &p->hits[p->count++];

	hit->pa = pa;
	memcpy(hit->front, front, sizeof(hit->front));
}

/* Of a chunk that cannot be read whole, the pages that can. */
static struct dm_error *look_singly(const struct memory_asked *asked,
				    struct piece *p, uint64_t skip, size_t size)
{
	unsigned char front[MEMORY_FRONT];
	struct dm_error *err = NULL;
	size_t at;

	for (at = 0; !err && at + MEMORY_FRONT <= size; at += MEMORY_PAGE) {
		err = dm_bytes_read_data(p->bytes, p->off + skip + at, front,
					 sizeof(front));
		if (err)
			err = dm_memory_less(err);
		else if (asked->is(front))
			keep(p, p->pa + skip + at, front);
	}
	return err;
}

static struct dm_error *look_at_chunk(const struct memory_asked *asked,
				      struct piece *p, uint64_t skip,
				      size_t size, unsigned char *buf)
{
	struct dm_error *err =
		dm_bytes_read_data(p->bytes, p->off + skip, buf, size);
	size_t at;

	if (err) {
		err = dm_memory_less(err);
		return err ? err : look_singly(asked, p, skip, size);
	}
	for (at = 0; at + MEMORY_FRONT <= size; at += MEMORY_PAGE) {
		if (asked->is(buf + at))
			keep(p, p->pa + skip + at, buf + at);
	}
	return NULL;
}

static struct dm_error *look_at(const struct memory_asked *asked,
				struct piece *p, unsigned char *buf)
{
	uint64_t skip, step;
	struct dm_error *err = NULL;

	for (skip = 0; !err && skip < p->size; skip += step) {
		step = p->size - skip < BUFFER ? p->size - skip : BUFFER;
		/* Before each: files of memory have many, and it is a call. */
		if (dm_memory_hole(p->bytes, p->off + skip, step) == step)
			continue;
		err = look_at_chunk(asked, p, skip, (size_t)step, buf);
	}
	return err;
}

/* ---- Threads ------------------------------------------------------------ */

/* The next that nobody has; NULL: there is none. Under the lock. */
static struct piece *take_piece(struct memory_pool *pool)
{
	struct piece *p;

	if (pool->taken == pool->added)
		return NULL;
	p = &pool->pieces[pool->taken++ % pool->slots];
	p->state = PIECE_TAKEN;
	return p;
}

/* Takes the lock off meanwhile. */
static void do_piece(struct memory_pool *pool, struct piece *p,
		     unsigned char *buf)
{
	struct dm_error *err;

	pthread_mutex_unlock(&pool->lock);
	err = look_at(&pool->asked, p, buf);
	pthread_mutex_lock(&pool->lock);
	p->err = err;
	p->state = PIECE_DONE;
}

static void *work(void *arg)
{
	struct memory_pool *pool = arg;
	unsigned char *buf = malloc(BUFFER);

	pthread_mutex_lock(&pool->lock);
	/* Without memory the others do it. */
	while (buf && !pool->stop) {
		struct piece *p = take_piece(pool);

		if (!p) {
			pthread_cond_wait(&pool->work, &pool->lock);
			continue;
		}
		do_piece(pool, p, buf);
		pthread_cond_signal(&pool->done);
	}
	pthread_mutex_unlock(&pool->lock);
	free(buf);
	return NULL;
}

/* Signals are for the owner's thread. */
static void start(struct memory_pool *pool)
{
	sigset_t all, old;

	pool->started = true;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (pool->running < pool->wanted &&
	       pthread_create(&pool->threads[pool->running], NULL, work,
			      pool) == 0)
		pool->running++;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void stop(struct memory_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	while (pool->running)
		pthread_join(pool->threads[--pool->running], NULL);
}

/* ---- In order ----------------------------------------------------------- */

/* Until that is done, the owner's thread does others. */
static void wait_for(struct memory_pool *pool, const struct piece *p)
{
	pthread_mutex_lock(&pool->lock);
	while (p->state != PIECE_DONE) {
		struct piece *other = take_piece(pool);

		if (other)
			do_piece(pool, other, pool->buffer);
		else
			pthread_cond_wait(&pool->done, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
}

static struct dm_error *tell_oldest(struct memory_pool *pool)
{
	struct piece *p = &pool->pieces[pool->told % pool->slots];
	const struct memory_asked *asked = &pool->asked;
	struct dm_error *err;
	size_t i;

	wait_for(pool, p);
	pool->told++;
	err = p->err;
	p->err = NULL;
	for (i = 0; !err && i < p->count; i++)
		err = asked->found(asked->arg, p->hits[i].pa, p->hits[i].front);
	return err ? err : asked->told(asked->arg, p->size);
}

struct dm_error *dm_memory_pool_add(struct memory_pool *pool,
				    const struct bytes *bytes, uint64_t pa,
				    uint64_t off, uint64_t size)
{
	struct dm_error *err = NULL;
	struct piece *p;

	if (pool->added - pool->told == pool->slots) {
		if (!pool->started)
			start(pool);
		err = tell_oldest(pool);
	}
	if (err)
		return err;
	p = &pool->pieces[pool->added % pool->slots];
	p->bytes = bytes;
	p->pa = pa;
	p->off = off;
	p->size = size;
	p->count = 0;
	p->state = PIECE_TODO;
	pthread_mutex_lock(&pool->lock);
	pool->added++;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

struct dm_error *dm_memory_pool_finish(struct memory_pool *pool)
{
	struct dm_error *err = NULL;

	while (!err && pool->told < pool->added)
		err = tell_oldest(pool);
	return err;
}

/* ---- The pool ----------------------------------------------------------- */

struct dm_error *dm_memory_pool_create(unsigned int threads,
				       const struct memory_asked *asked,
				       struct memory_pool **ret)
{
	struct memory_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return dm_error_no_memory();
	if (!threads)
		threads = 1;
	if (threads > THREADS_MAX)
		threads = THREADS_MAX;
	pool->asked = *asked;
	pool->wanted = threads - 1;
	pool->slots = (size_t)threads * PIECES_EACH;
	pool->pieces = calloc(pool->slots, sizeof(*pool->pieces));
	pool->buffer = malloc(BUFFER);
	if (!pool->pieces || !pool->buffer) {
		free(pool->pieces);
		free(pool->buffer);
		free(pool);
		return dm_error_no_memory();
	}
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->done, NULL);
	*ret = pool;
	return NULL;
}

void dm_memory_pool_destroy(struct memory_pool *pool)
{
	size_t i;

	if (!pool)
		return;
	stop(pool);
	for (i = 0; i < pool->slots; i++)
		dm_error_destroy(pool->pieces[i].err);
	pthread_cond_destroy(&pool->done);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool->pieces);
	free(pool->buffer);
	free(pool);
}
