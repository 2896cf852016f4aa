// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Packs runs into bytes, and unpacks them.
 *
 * A run is one number of seven bits a byte, low bits first: whether there is a
 * hole before it, its class, and how many leaves it has; behind it the class,
 * if it is not one of the first, and the hole in pages.
 */
#include <stdlib.h>

#include "directmap/array.h"
#include "util/error.h"
#include "walk/run_log.h"

#define CHUNK	    65536
#define RUN_BYTES   32 /* at most: three numbers of ten bytes */
#define CLASSES_MAX 4096
/* Classes with a number of their own in the first byte. */
#define SHORT_CLASSES 7

struct chunk {
	struct chunk *next;
	size_t used;
	unsigned char bytes[CHUNK];
};

/* Runs of one kind: leaf, state and attributes. */
struct class
{
	uint64_t attrs;
	enum dm_leaf leaf;
	bool valid;
};

struct run_log {
	const struct dm_kernel *kernel;
	struct chunk *first, *last;
	size_t chunks;
	uint64_t end; /* VA behind the last run */
	struct class *classes;
	size_t class_count, class_capacity;
	bool too_many;
};

struct dm_error *dm_run_log_create(const struct dm_kernel *kernel,
				   struct run_log **ret)
{
	struct run_log *log = calloc(1, sizeof(*log));

	if (!log)
		return dm_error_no_memory();
	log->kernel = kernel;
	log->end = kernel->linear_start;
	*ret = log;
	return NULL;
}

static void forget(struct run_log *log)
{
	while (log->first) {
		struct chunk *next = log->first->next;

		free(log->first);
		log->first = next;
	}
	log->last = NULL;
}

void dm_run_log_destroy(struct run_log *log)
{
	if (!log)
		return;
	forget(log);
	free(log->classes);
	free(log);
}

bool dm_run_log_whole(const struct run_log *log)
{
	return !log->too_many;
}

/* ---- In ----------------------------------------------------------------- */

static bool is_class(const struct class *c, const struct dm_run *run)
{
	return c->attrs == run->attrs && c->leaf == run->leaf &&
	       c->valid == run->valid;
}

/* Kernels have a handful; a broken one's many are looked through in vain once. */
static struct dm_error *find_class(struct run_log *log,
				   const struct dm_run *run, size_t *class)
{
	struct dm_error *err;

	for (*class = 0; *class < log->class_count; ++*class) {
		if (is_class(&log->classes[*class], run))
			return NULL;
	}
	if (log->class_count == CLASSES_MAX) {
		log->too_many = true;
		return NULL;
	}
	err = dm_array_reserve(&log->classes, &log->class_capacity,
			       log->class_count, 1, CLASSES_MAX);
	if (err)
		return err;
	log->classes[log->class_count++] =
		(struct class){ run->attrs, run->leaf, run->valid };
	return NULL;
}

static struct dm_error *make_space(struct run_log *log)
{
	struct chunk *chunk;

	if (log->last && log->last->used + RUN_BYTES <= CHUNK)
		return NULL;
	if (log->chunks == RUN_LOG_MAX / CHUNK) {
		log->too_many = true;
		return NULL;
	}
	chunk = malloc(sizeof(*chunk));
	if (!chunk)
		return dm_error_no_memory();
	chunk->next = NULL;
	chunk->used = 0;
	if (log->last)
		log->last->next = chunk;
	else
		log->first = chunk;
	log->last = chunk;
	log->chunks++;
	return NULL;
}

static void put(struct chunk *c, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		c->bytes[c->used++] = (unsigned char)(number | 0x80);
	c->bytes[c->used++] = (unsigned char)number;
}

struct dm_error *dm_run_log_add(void *arg, const struct dm_run *run)
{
	struct run_log *log = arg;
	uint64_t hole = run->start - log->end, leaves;
	struct dm_error *err = NULL;
	size_t class;

	if (log->too_many)
		return NULL;
	err = find_class(log, run, &class);
	if (!err)
		err = make_space(log);
	if (err)
		return err;
	if (log->too_many) {
		forget(log);
		return NULL;
	}
	/* Short, so that most runs of a few pages are one byte. */
	leaves = run->size / dm_leaf_size(log->kernel, run->leaf) - 1;
	put(log->last,
	    leaves << 4 | (class < SHORT_CLASSES ? class : SHORT_CLASSES) << 1 |
		    (hole != 0));
	if (class >= SHORT_CLASSES)
		put(log->last, class);
	if (hole)
		put(log->last, hole >> log->kernel->page_shift);
	log->end = run->start + run->size;
	return NULL;
}

/* ---- Out ---------------------------------------------------------------- */

static uint64_t take(const struct chunk *c, size_t *at)
{
	unsigned int shift = 0;
	uint64_t number = 0;

	do
		number |= (uint64_t)(c->bytes[*at] & 0x7f) << shift;
	while (shift += 7, c->bytes[(*at)++] & 0x80);
	return number;
}

static struct dm_run take_run(const struct run_log *log, const struct chunk *c,
			      size_t *at, uint64_t *end)
{
	const struct dm_kernel *k = log->kernel;
	uint64_t head = take(c, at);
	size_t class = head >> 1 & 7;
	struct dm_run run;

	if (class == SHORT_CLASSES)
		class = (size_t)take(c, at);
	if (head & 1)
		*end += take(c, at) << k->page_shift;
	run = (struct dm_run){
		.start = *end,
		.size = ((head >> 4) + 1) *
			dm_leaf_size(k, log->classes[class].leaf),
		.pa = *end - k->page_offset + k->phys_offset,
		.attrs = log->classes[class].attrs,
		.leaf = log->classes[class].leaf,
		.valid = log->classes[class].valid,
	};
	*end += run.size;
	return run;
}

struct dm_error *dm_run_log_each(const struct run_log *log, dm_run_fn fn,
				 void *arg)
{
	uint64_t end = log->kernel->linear_start;
	struct dm_error *err = NULL;
	const struct chunk *c;
	size_t at;

	for (c = log->first; !err && c; c = c->next) {
		for (at = 0; !err && at < c->used;) {
			struct dm_run run = take_run(log, c, &at, &end);

			err = fn(arg, &run);
		}
	}
	return err;
}
