// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

#define FIRST_MS 1000
#define EVERY_MS 200
/* Reads between looks at the clock. */
#define LOOK_EVERY 64

struct cli_progress {
	struct dm_source source; /* first: ops get a pointer to it */
	struct dm_source *inner;
	unsigned long tables;
	long next_ms; /* after start */
	struct timespec start;
	bool terminal;
	bool shown;
};

static long elapsed_ms(const struct cli_progress *p)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - p->start.tv_sec) * 1000 +
	       (now.tv_nsec - p->start.tv_nsec) / 1000000;
}

static void show(struct cli_progress *p)
{
	long ms = elapsed_ms(p);

	if (ms < p->next_ms)
		return;
	fprintf(stderr, "\r%lu page tables read, %lu a second\033[K", p->tables,
		p->tables * 1000 / (unsigned long)ms);
	p->next_ms = ms + EVERY_MS;
	p->shown = true;
}

static struct dm_error *progress_read(struct dm_source *source, uint64_t pa,
				      void *buf, size_t size,
				      enum dm_content content)
{
	struct cli_progress *p = (struct cli_progress *)source;

	if (content == DM_CONTENT_TABLE && ++p->tables % LOOK_EVERY == 0 &&
	    p->terminal)
		show(p);
	return p->inner->ops->read(p->inner, pa, buf, size, content);
}

static struct dm_error *progress_vmcoreinfo(struct dm_source *source,
					    const char **text, size_t *size)
{
	struct cli_progress *p = (struct cli_progress *)source;

	return p->inner->ops->vmcoreinfo(p->inner, text, size);
}

static const struct dm_source_ops progress_ops = {
	.read = progress_read,
	.vmcoreinfo = progress_vmcoreinfo,
};

struct cli_progress *cli_progress_create(struct dm_source *inner)
{
	struct cli_progress *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->source.ops = &progress_ops;
	p->inner = inner;
	p->next_ms = FIRST_MS;
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
	return &progress->source;
}

void cli_progress_clear(struct cli_progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r\033[K");
	progress->shown = false;
}
