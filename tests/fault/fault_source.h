/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source that lets reads fail, or lie, as a seed says: the same seed and the
 * same reads give the same faults. It has all that a source can have, clones
 * for threads among it; with these, faults go by the page, so that they do not
 * depend on which thread reads first. Only which read an end comes at does.
 */
#ifndef FAULT_SOURCE_H
#define FAULT_SOURCE_H

#include <pthread.h>

#include "directmap.h"

enum fault_kind {
	FAULT_NONE,
	FAULT_FAIL, /* ABSENT or BROKEN, half of the buffer overwritten */
	FAULT_GARBAGE, /* no error, and other bytes than the dump's */
	FAULT_END, /* an error that ends the job, from one read on */
	FAULT_ONCE, /* an error of one read, as none before or after it has */
	FAULT_KINDS,
};

struct fault_source {
	struct dm_source source;
	struct dm_source *inner;
	uint64_t seed;
	enum fault_kind kind;
	/* A page keeps its fault; else each read has its own. */
	bool by_page;
	/* Of 65536 pages or reads, how many are hit. */
	uint32_t rate;
	/* Only reads for these; bits by enum dm_content. */
	unsigned int contents;
	/* FAULT_END, FAULT_ONCE: the error, and the read that it comes at. */
	enum dm_error_code end;
	uint64_t end_at;
	/* Called before each read, which it may let fail; NULL: nothing is. */
	void (*before)(struct fault_source *f);
	/* What the walk is to be done with, by the seed. */
	unsigned int threads;
	/* Of the inner source and of what is below; clones share them. */
	pthread_mutex_t lock;
	uint64_t reads, hits;
	uint64_t clones; /* made */
	uint64_t out; /* clones and pages not given back */
};

/* All that a seed decides. @reads: how many a run without faults makes. */
void fault_source_init(struct fault_source *f, struct dm_source *inner,
		       uint64_t seed, uint64_t reads);
/* Nothing but that read @at gives the error @code; 0: none does. */
void fault_source_once(struct fault_source *f, struct dm_source *inner,
		       enum dm_error_code code, uint64_t at);
void fault_source_deinit(struct fault_source *f);
/* The seed's choices in a line, for a failed test. */
void fault_source_describe(const struct fault_source *f, char *text,
			   size_t size);

/* Those that end the job: dm_error_is_fatal(). */
#define FAULT_ENDS 4
extern const enum dm_error_code fault_ends[FAULT_ENDS];

/* What an error that was put in says. */
#define FAULT_MESSAGE "an end that was put in"

/* A step of splitmix64: a number from @state, which moves on. */
uint64_t fault_random(uint64_t *state);

#endif /* FAULT_SOURCE_H */
