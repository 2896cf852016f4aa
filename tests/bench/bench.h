/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of bench_scale know of each other. Times are in seconds. */
#ifndef BENCH_H
#define BENCH_H

#include <time.h>

#include "directmap.h"

static inline double bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Of all threads: what others on the machine do counts less in it. */
static inline double bench_cpu(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The table pages of a dump, by address. */
struct bench_pages {
	uint64_t *pas;
	size_t count;
};

struct dm_error *bench_pages_init(struct bench_pages *pages, const char *path);
void bench_pages_deinit(struct bench_pages *pages);

/* ---- ours (scale_ours.c) ---- */

/* On a dump opened anew; the open is not in it. */
struct dm_error *bench_walk(const char *path, unsigned int threads,
			    double *open, double *walk, double *cpu);
/* Everything between the open and the end of the report's text. */
struct dm_error *bench_report(const char *path, unsigned int threads,
			      double *took);

/* kdump-triage report as a process; false if it failed. */
struct bench_process {
	double wall;
	double rss_mib;
};
bool bench_process(const char *tool, const char *path, unsigned int threads,
		   struct bench_process *ret);

/* This program as `bench_scale --measure`; its exit code. */
int bench_measure(const char *tool, const char *path, const char *jobs);

/* ---- the floor (scale_floor.c) ---- */

enum bench_access { BENCH_READ, BENCH_MMAP };

struct bench_floor {
	double open, read, cpu;
	uint64_t sum; /* of all words */
};
/* Through libkdumpfile, in the order of addresses; false if it cannot. */
bool bench_floor(const char *path, const struct bench_pages *pages,
		 unsigned int threads, enum bench_access access,
		 struct bench_floor *ret);
/* libkdumpfile's own walk for @samples addresses of the linear map. */
bool bench_translate(const char *path, uint64_t size, size_t samples,
		     double *ret);

/* ---- limits (scale_limits.c) ---- */

/* Tables in memory, in the order of addresses. */
struct bench_tables;
struct dm_error *bench_tables_create(struct bench_tables **ret,
				     const char *path,
				     const struct bench_pages *pages);
void bench_tables_destroy(struct bench_tables *tables);
uint64_t bench_tables_sum(const struct bench_tables *tables);
/* What is in @tables, copied as whole. */
double bench_memcpy(struct bench_tables *tables);
/* dm_walk() over @tables. */
struct dm_error *bench_classify(struct bench_tables *tables, double *ret);

/* The compressed pages as they are in the file, in memory. */
struct bench_packed;
/* NULL in @ret: not zlib or LZO. */
struct dm_error *bench_packed_create(struct bench_packed **ret,
				     const char *path,
				     const struct bench_pages *pages);
void bench_packed_destroy(struct bench_packed *packed);
double bench_packed_mean(const struct bench_packed *packed);
double bench_unpack(struct bench_packed *packed);

#endif /* BENCH_H */
