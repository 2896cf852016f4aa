// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Progress of a walk on a terminal, and its time limits: a source that counts
 * what passes through it.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "cpus.h"
#include "directmap/text.h"

#define FIRST_MS 1000
#define EVERY_MS 200
/* Reads between looks at the clock. */
#define LOOK_EVERY 64

/* A source for one thread, over one of the dump's. */
struct counted {
	struct dm_source source; /* first: ops get a pointer to it */
	/* As inner's: what it does not have is not promised here. */
	struct dm_source_ops ops;
	struct dm_source *inner;
	struct cli_progress *progress;
};

struct cli_progress {
	struct counted counted;
	/* Of all threads. */
	atomic_ulong tables;
	atomic_long next_ms; /* after start */
	/* Of a walk that tells: tables it has found, and its share that is done. */
	atomic_ulong known;
	atomic_uint permille;
	/* From when on reads fail, and when a walk ends: CLOCK_MONOTONIC; 0: never. */
	long limit_ms, walk_ms;
	unsigned int seconds;
	atomic_bool walking;
	atomic_bool shown;
	struct timespec start;
	bool terminal;
};

static long elapsed_ms(const struct cli_progress *p)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - p->start.tv_sec) * 1000 +
	       (now.tv_nsec - p->start.tv_nsec) / 1000000;
}

static void print_line(const struct cli_progress *p, unsigned long tables,
		       unsigned long ms)
{
	unsigned long known = atomic_load(&p->known);
	unsigned int permille = atomic_load(&p->permille);

	fprintf(stderr, "\r%lu page table%s read", tables, dm_plural_s(tables));
	if (known > tables)
		fprintf(stderr, " of %lu known so far", known);
	fprintf(stderr, ", %lu a second", tables * 1000 / ms);
	if (permille && permille < 1000)
		fprintf(stderr, ", about %lu s left",
			(ms * (1000 - permille) / permille + 999) / 1000);
	fprintf(stderr, "\033[K");
}

/* Of several threads that find it is time, the one that sets the next shows. */
static void show(struct cli_progress *p, unsigned long tables)
{
	long ms = elapsed_ms(p), next = atomic_load(&p->next_ms);

	if (ms < next ||
	    !atomic_compare_exchange_strong(&p->next_ms, &next, ms + EVERY_MS))
		return;
	print_line(p, tables, (unsigned long)ms);
	atomic_store(&p->shown, true);
}

static void count(struct cli_progress *p, enum dm_content content)
{
	unsigned long tables;

	if (content != DM_CONTENT_TABLE || !p->terminal)
		return;
	tables =
		atomic_fetch_add_explicit(&p->tables, 1, memory_order_relaxed) +
		1;
	if (tables % LOOK_EVERY == 0)
		show(p, tables);
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct dm_error *cli_progress_late(const struct cli_progress *p)
{
	if (!p->limit_ms || atomic_load(&p->walking) || now_ms() < p->limit_ms)
		return NULL;
	return dm_error_create(DM_ERROR_INTERRUPTED,
			       "not done within %u s (--timeout): nothing is "
			       "told of it",
			       p->seconds);
}

static struct dm_error *counted_read(struct dm_source *source, uint64_t pa,
				     void *buf, size_t size,
				     enum dm_content content)
{
	struct counted *c = (struct counted *)source;
	struct dm_error *err = cli_progress_late(c->progress);

	if (err)
		return err;
	count(c->progress, content);
	return c->inner->ops->read(c->inner, pa, buf, size, content);
}

static struct dm_error *counted_vmcoreinfo(struct dm_source *source,
					   const char **text, size_t *size)
{
	struct counted *c = (struct counted *)source;

	return c->inner->ops->vmcoreinfo(c->inner, text, size);
}

static struct dm_error *counted_get_page(struct dm_source *source, uint64_t pa,
					 size_t size, enum dm_content content,
					 const void **page)
{
	struct counted *c = (struct counted *)source;
	struct dm_error *err = cli_progress_late(c->progress);

	if (err)
		return err;
	count(c->progress, content);
	return c->inner->ops->get_page(c->inner, pa, size, content, page);
}

static void counted_put_page(struct dm_source *source, const void *page)
{
	struct counted *c = (struct counted *)source;

	c->inner->ops->put_page(c->inner, page);
}

static void counted_prefetch(struct dm_source *source, const uint64_t *pas,
			     size_t number, size_t size)
{
	struct counted *c = (struct counted *)source;

	c->inner->ops->prefetch(c->inner, pas, number, size);
}

static void counted_init(struct counted *c, struct dm_source *inner,
			 struct cli_progress *progress);

static struct dm_error *counted_clone(struct dm_source *source,
				      struct dm_source **ret)
{
	struct counted *c = (struct counted *)source;
	struct counted *clone = malloc(sizeof(*clone));
	struct dm_source *inner;
	struct dm_error *err;

	if (!clone)
		return dm_error_no_memory();
	err = c->inner->ops->clone(c->inner, &inner);
	if (err) {
		free(clone);
		return err;
	}
	counted_init(clone, inner, c->progress);
	*ret = &clone->source;
	return NULL;
}

static void counted_destroy(struct dm_source *clone)
{
	struct counted *c = (struct counted *)clone;

	c->inner->ops->destroy(c->inner);
	free(c);
}

static void counted_init(struct counted *c, struct dm_source *inner,
			 struct cli_progress *progress)
{
	const struct dm_source_ops *ops = inner->ops;

	c->ops = (struct dm_source_ops){
		.read = counted_read,
		.vmcoreinfo = counted_vmcoreinfo,
		.get_page = ops->get_page ? counted_get_page : NULL,
		.put_page = ops->put_page ? counted_put_page : NULL,
		.prefetch = ops->prefetch ? counted_prefetch : NULL,
		.clone = ops->clone ? counted_clone : NULL,
		.destroy = ops->destroy ? counted_destroy : NULL,
	};
	c->source.ops = &c->ops;
	c->inner = inner;
	c->progress = progress;
}

struct cli_progress *cli_progress_create(struct dm_source *inner)
{
	struct cli_progress *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	counted_init(&p->counted, inner, p);
	atomic_init(&p->next_ms, FIRST_MS);
	p->terminal = isatty(STDERR_FILENO);
	clock_gettime(CLOCK_MONOTONIC, &p->start);
	return p;
}

void cli_progress_destroy(struct cli_progress *progress)
{
	if (progress)
		cli_progress_clear(progress);
	free(progress);
}

struct dm_source *cli_progress_source(struct cli_progress *progress)
{
	return &progress->counted.source;
}

void cli_progress_clear(struct cli_progress *progress)
{
	if (atomic_exchange(&progress->shown, false))
		fprintf(stderr, "\r\033[K");
}

void cli_progress_limit(struct cli_progress *progress,
			const struct timespec *start, unsigned int seconds)
{
	long ms = start->tv_sec * 1000 + start->tv_nsec / 1000000;

	progress->seconds = seconds;
	progress->limit_ms = ms + (long)seconds * 1000;
	progress->walk_ms = ms + (long)seconds * 750;
}

void cli_progress_walk(struct cli_progress *progress)
{
	atomic_store(&progress->walking, true);
}

void cli_progress_walked(struct cli_progress *progress)
{
	atomic_store(&progress->walking, false);
}

/* ---- Walks -------------------------------------------------------------- */

static void note_walk(void *arg, const struct dm_walk_progress *progress)
{
	struct cli_progress *p = arg;

	atomic_store_explicit(&p->known, progress->known, memory_order_relaxed);
	atomic_store_explicit(&p->permille,
			      (unsigned int)(progress->share * 1000),
			      memory_order_relaxed);
}

static bool is_time(void *arg)
{
	const struct cli_progress *p = arg;

	return now_ms() >= p->walk_ms;
}

void cli_progress_options(struct cli_progress *progress,
			  const struct cli_options *options,
			  struct dm_session_options *session)
{
	session->threads = options->jobs ? options->jobs : cpus_allowed();
	session->max_tables = options->max_tables;
	session->arg = progress;
	if (progress->limit_ms)
		session->stop = is_time;
	if (progress->terminal)
		session->progress = note_walk;
}
