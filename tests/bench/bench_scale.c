// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make bench: large machines' dumps, walked beside what reading the same pages
 * takes at least, and what a user would do without this program. All of a dump
 * in turn, so that a noisy moment hits all; medians.
 *
 *	bench_scale [--quick] [--json] [--runs N] [--dir DIR] KDUMP-TRIAGE
 *
 * Dumps are made in DIR, when they are not there yet. docs/performance.md says
 * what the columns are.
 */
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "gen/scale.h"

#define RUNS_MAX    32
#define GIB(n)	    ((uint64_t)(n) << 30)
#define ROOT_PA	    "0x4226b000" /* of the dumps: scale.h's */
#define DRGN_TABLES 8192
#define TRANSLATED  20000

struct job {
	const char *name;
	struct scale scale;
	bool today; /* beside what a user would do without */
};

static const struct job full[] = {
	{ "split-64g-zlib", { GIB(64), SCALE_PAGES, SCALE_ZLIB }, true },
	{ "split-64g-lzo", { GIB(64), SCALE_PAGES, SCALE_LZO }, false },
	{ "split-64g-zstd", { GIB(64), SCALE_PAGES, SCALE_ZSTD }, false },
	{ "split-64g-elf", { GIB(64), SCALE_PAGES, SCALE_ELF }, true },
	{ "split-128g-zlib", { GIB(128), SCALE_PAGES, SCALE_ZLIB }, false },
	{ "split-256g-zlib", { GIB(256), SCALE_PAGES, SCALE_ZLIB }, false },
	{ "split-512g-zlib", { GIB(512), SCALE_PAGES, SCALE_ZLIB }, true },
	{ "split-512g-lzo", { GIB(512), SCALE_PAGES, SCALE_LZO }, false },
	{ "split-512g-zstd", { GIB(512), SCALE_PAGES, SCALE_ZSTD }, false },
	{ "split-512g-elf", { GIB(512), SCALE_PAGES, SCALE_ELF }, true },
	{ "some-512g-zlib", { GIB(512), SCALE_HUNDREDTH, SCALE_ZLIB }, false },
	{ "some-512g-elf", { GIB(512), SCALE_HUNDREDTH, SCALE_ELF }, false },
	{ "blocks-16t-zlib", { GIB(16384), SCALE_BLOCKS, SCALE_ZLIB }, false },
	{ "blocks-16t-elf",
	  { GIB(16384), SCALE_BLOCKS, SCALE_ELF_TIGHT },
	  false },
};

static const struct job quick[] = {
	{ "split-4g-zlib", { GIB(4), SCALE_PAGES, SCALE_ZLIB }, false },
	{ "split-8g-zlib", { GIB(8), SCALE_PAGES, SCALE_ZLIB }, false },
	{ "split-16g-zlib", { GIB(16), SCALE_PAGES, SCALE_ZLIB }, false },
	{ "split-32g-zlib", { GIB(32), SCALE_PAGES, SCALE_ZLIB }, true },
	{ "split-16g-lzo", { GIB(16), SCALE_PAGES, SCALE_LZO }, false },
	{ "split-16g-zstd", { GIB(16), SCALE_PAGES, SCALE_ZSTD }, false },
	{ "split-16g-elf", { GIB(16), SCALE_PAGES, SCALE_ELF }, true },
	{ "some-64g-zlib", { GIB(64), SCALE_HUNDREDTH, SCALE_ZLIB }, false },
	{ "blocks-16t-elf",
	  { GIB(16384), SCALE_BLOCKS, SCALE_ELF_TIGHT },
	  false },
};

struct options {
	const char *tool, *dir, *drgn_script;
	bool json;
	int runs;
	unsigned int cpus;
};

/* ---- Numbers ------------------------------------------------------------- */

struct series {
	double all[RUNS_MAX];
	int count;
};

static void put(struct series *s, double value)
{
	s->all[s->count++] = value;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* 0: nothing was measured. */
static double median(const struct series *s)
{
	struct series sorted = *s;

	if (!s->count)
		return 0;
	qsort(sorted.all, (size_t)s->count, sizeof(*sorted.all), compare);
	return sorted.all[s->count / 2];
}

static double least(const struct series *s)
{
	double min = s->count ? s->all[0] : 0;
	int i;

	for (i = 1; i < s->count; i++)
		min = s->all[i] < min ? s->all[i] : min;
	return min;
}

/* Of what was measured side by side, run by run. */
static double ratio(const struct series *a, const struct series *b)
{
	struct series each = { 0 };
	int i;

	for (i = 0; i < a->count && i < b->count; i++)
		put(&each, a->all[i] / b->all[i]);
	return median(&each);
}

/* ---- One dump ------------------------------------------------------------ */

/* [0]: one thread, [1]: as many as there are CPUs */
struct result {
	const struct job *job;
	char path[1024];
	size_t tables;
	unsigned int threads[2];
	enum bench_access access;
	double packed_mean; /* bytes; 0: not compressed */
	struct series open, floor_open, walk[2], floor[2], wall[2], rss[2];
	struct series walk_cpu[2], floor_cpu[2];
	struct series after_open[2];
	struct series memcpy, unpack, classify;
	double drgn, translate; /* 0: not measured */
};

static struct dm_error *failed(const char *what, const char *path)
{
	return dm_error_create(DM_ERROR_OS, "%s: %s failed", path, what);
}

static struct dm_error *make_dump(const struct job *job,
				  const struct options *o, char path[1024])
{
	char partial[1040];
	struct dm_error *err;
	double start;

	snprintf(path, 1024, "%s/%s", o->dir, job->name);
	if (!access(path, R_OK))
		return NULL;
	if (mkdir(o->dir, 0777) && errno != EEXIST)
		return dm_error_create(DM_ERROR_OS, "%s: %m", o->dir);
	snprintf(partial, sizeof(partial), "%s.part", path);
	start = bench_now();
	err = scale_dump(&job->scale, partial, NULL);
	if (!err && rename(partial, path))
		err = dm_error_create(DM_ERROR_OS, "%s: %m", path);
	if (!err)
		fprintf(stderr, "made %s in %.1f s\n", path,
			bench_now() - start);
	return err;
}

/* What is loaded into memory for the limits. */
struct loaded {
	struct bench_pages pages;
	struct bench_tables *tables;
	struct bench_packed *packed;
	uint64_t sum;
};

static struct dm_error *load(struct loaded *l, const char *path)
{
	struct dm_error *err;

	err = bench_pages_init(&l->pages, path);
	if (!err)
		err = bench_tables_create(&l->tables, path, &l->pages);
	if (err)
		return err;
	l->sum = bench_tables_sum(l->tables);
	return bench_packed_create(&l->packed, path, &l->pages);
}

static void unload(struct loaded *l)
{
	bench_pages_deinit(&l->pages);
	bench_tables_destroy(l->tables);
	bench_packed_destroy(l->packed);
}

/* The faster of libkdumpfile's two ways for this dump; warms the page cache. */
static struct dm_error *choose_access(struct result *r, const struct loaded *l)
{
	struct bench_floor by_read, by_mmap;

	if (!bench_floor(r->path, &l->pages, 1, BENCH_READ, &by_read) ||
	    !bench_floor(r->path, &l->pages, 1, BENCH_READ, &by_read) ||
	    !bench_floor(r->path, &l->pages, 1, BENCH_MMAP, &by_mmap))
		return failed("libkdumpfile", r->path);
	r->access = by_mmap.read < by_read.read ? BENCH_MMAP : BENCH_READ;
	return NULL;
}

/* With one number of threads. */
static struct dm_error *measure_threads(struct result *r,
					const struct loaded *l,
					const struct options *o, int i)
{
	struct bench_process process;
	struct bench_floor floor;
	double open, walk, cpu, after;
	struct dm_error *err;

	err = bench_walk(r->path, r->threads[i], &open, &walk, &cpu);
	if (err)
		return err;
	put(&r->walk[i], walk);
	put(&r->walk_cpu[i], cpu);
	put(&r->open, open);
	if (!bench_floor(r->path, &l->pages, r->threads[i], r->access, &floor))
		return failed("libkdumpfile", r->path);
	if (floor.sum != l->sum)
		return failed("the sum of what was read", r->path);
	put(&r->floor[i], floor.read);
	put(&r->floor_cpu[i], floor.cpu);
	put(&r->floor_open, floor.open);
	if (!bench_process(o->tool, r->path, r->threads[i], &process))
		return failed(o->tool, r->path);
	put(&r->wall[i], process.wall);
	put(&r->rss[i], process.rss_mib);
	if (r->job->scale.shape != SCALE_BLOCKS)
		return NULL;
	err = bench_report(r->path, r->threads[i], &after);
	put(&r->after_open[i], after);
	return err;
}

static struct dm_error *measure_once(struct result *r, const struct loaded *l,
				     const struct options *o)
{
	struct dm_error *err = NULL;
	double took = 0;
	int i;

	for (i = 0; !err && i < 2; i++)
		err = measure_threads(r, l, o, i);
	if (err)
		return err;
	/* What was started since has made all pages copied when written. */
	bench_memcpy(l->tables);
	put(&r->memcpy, bench_memcpy(l->tables));
	err = bench_classify(l->tables, &took);
	put(&r->classify, took);
	if (l->packed)
		put(&r->unpack, bench_unpack(l->packed));
	return err;
}

/* Seconds for a table; 0: it does not work here. */
static double run_drgn(const struct result *r, const struct options *o)
{
	double seconds = 0;
	char command[4096];
	size_t tables = 0;
	FILE *out;

	snprintf(command, sizeof(command),
		 "/usr/bin/python3 '%s' '%s' " ROOT_PA " %d 2>&1",
		 o->drgn_script, r->path, DRGN_TABLES);
	out = popen(command, "r");
	if (!out)
		return 0;
	if (fscanf(out, "%zu %lf", &tables, &seconds) != 2)
		tables = 0;
	return pclose(out) == 0 && tables ? seconds / (double)tables : 0;
}

/* Scaled from a part to the whole: to all tables, to all pages. */
static void measure_today(struct result *r, const struct options *o)
{
	double took;

	r->drgn = run_drgn(r, o) * (double)r->tables;
	if (bench_translate(r->path, r->job->scale.ram, TRANSLATED, &took))
		r->translate =
			took * (double)(r->job->scale.ram / 4096) / TRANSLATED;
}

static struct dm_error *measure(struct result *r, const struct job *job,
				const struct options *o)
{
	struct loaded l = { 0 };
	struct dm_error *err;
	int run;

	*r = (struct result){ .job = job, .threads = { 1, o->cpus } };
	err = make_dump(job, o, r->path);
	if (!err)
		err = load(&l, r->path);
	if (!err)
		err = choose_access(r, &l);
	r->tables = l.pages.count;
	if (!err && l.packed)
		r->packed_mean = bench_packed_mean(l.packed);
	for (run = 0; !err && run < o->runs; run++)
		err = measure_once(r, &l, o);
	unload(&l);
	if (!err && job->today)
		measure_today(r, o);
	return err;
}

/* ---- What is printed ----------------------------------------------------- */

static FILE *table_to(const struct options *o)
{
	return o->json ? stderr : stdout;
}

static void print_header(const struct options *o)
{
	FILE *out = table_to(o);

	fprintf(out,
		"Times in milliseconds: median (least) of %d runs. walk and "
		"floor are without the open.\n\n",
		o->runs);
	fprintf(out, "%-16s%3s%8s%8s%18s%18s%7s%7s%8s%8s%8s%9s%9s%7s\n", "dump",
		"-j", "tables", "open", "walk", "floor", "ratio", "CPU",
		"memcpy", "unpack", "in mem.", "report", "after o.", "MiB");
}

static void print_pair(FILE *out, const struct series *s)
{
	char text[48];

	snprintf(text, sizeof(text), "%.1f (%.1f)", 1e3 * median(s),
		 1e3 * least(s));
	fprintf(out, "%18s", text);
}

static void print_row(const struct result *r, const struct options *o, int i)
{
	FILE *out = table_to(o);

	fprintf(out, "%-16s%3u%8zu%8.1f", r->job->name, r->threads[i],
		r->tables, 1e3 * median(&r->open));
	print_pair(out, &r->walk[i]);
	print_pair(out, &r->floor[i]);
	fprintf(out, "%7.2f%7.2f%8.1f%8.1f%8.1f%9.1f%9.1f%7.1f\n",
		ratio(&r->walk[i], &r->floor[i]),
		ratio(&r->walk_cpu[i], &r->floor_cpu[i]),
		1e3 * median(&r->memcpy), 1e3 * median(&r->unpack),
		1e3 * median(&r->classify), 1e3 * median(&r->wall[i]),
		1e3 * median(&r->after_open[i]), median(&r->rss[i]));
	fflush(out);
}

static void print_json(const struct result *r, int i)
{
	printf("{\"bench\":\"%s\",\"threads\":%u,\"tables\":%zu,"
	       "\"open_s\":%.6f,\"walk_s\":%.6f,\"floor_s\":%.6f,"
	       "\"floor_open_s\":%.6f,\"floor_access\":\"%s\","
	       "\"memcpy_s\":%.6f,\"unpack_s\":%.6f,\"classify_s\":%.6f,"
	       "\"report_s\":%.6f,\"after_open_s\":%.6f,"
	       "\"walk_over_floor\":%.3f,\"cpu_over_floor\":%.3f,\"peak_rss_mib\":%.1f,"
	       "\"drgn_s\":%.3f,\"translate_s\":%.1f}\n",
	       r->job->name, r->threads[i], r->tables, median(&r->open),
	       median(&r->walk[i]), median(&r->floor[i]),
	       median(&r->floor_open),
	       r->access == BENCH_MMAP ? "mmap" : "read", median(&r->memcpy),
	       median(&r->unpack), median(&r->classify), median(&r->wall[i]),
	       median(&r->after_open[i]), ratio(&r->walk[i], &r->floor[i]),
	       ratio(&r->walk_cpu[i], &r->floor_cpu[i]), median(&r->rss[i]),
	       r->drgn, r->translate);
	fflush(stdout);
}

static void print_result(const struct result *r, const struct options *o)
{
	int i;

	for (i = 0; i < (o->cpus > 1 ? 2 : 1); i++) {
		print_row(r, o, i);
		if (o->json)
			print_json(r, i);
	}
}

/* ---- Against the targets ------------------------------------------------- */

static void verdict(FILE *out, bool good, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void verdict(FILE *out, bool good, const char *format, ...)
{
	va_list ap;

	fprintf(out, "%-7s", good ? "meets" : "MISSES");
	va_start(ap, format);
	vfprintf(out, format, ap);
	va_end(ap);
	fputc('\n', out);
}

static bool is_split(const struct result *r, enum scale_file file)
{
	return r->job->scale.shape == SCALE_PAGES && r->job->scale.file == file;
}

static void judge_floor(FILE *out, const struct result *r,
			const struct options *o)
{
	bool elf = is_split(r, SCALE_ELF);
	double most = elf ? 1.25 : 1.10;
	int i;

	if (!elf && !is_split(r, SCALE_ZLIB) && !is_split(r, SCALE_LZO) &&
	    !is_split(r, SCALE_ZSTD))
		return;
	for (i = 0; i < (o->cpus > 1 ? 2 : 1); i++) {
		double n = ratio(&r->walk[i], &r->floor[i]);

		verdict(out, n <= most,
			"%s: walk over floor, %u threads: %.2f of %.2f (CPU time %.2f; least over least %.2f; floor by %s)",
			r->job->name, r->threads[i], n, most,
			ratio(&r->walk_cpu[i], &r->floor_cpu[i]),
			least(&r->walk[i]) / least(&r->floor[i]),
			r->access == BENCH_MMAP ? "mmap" : "read");
	}
}

static void judge_threads(FILE *out, const struct result *r,
			  const struct options *o)
{
	double n = ratio(&r->walk[0], &r->walk[1]);

	if (o->cpus < 2 || !is_split(r, SCALE_ZLIB))
		return;
	verdict(out, n >= 1.8,
		"%s: %u threads over 1: %.2f of 1.80 (least over least %.2f; floor's own %.2f)",
		r->job->name, r->threads[1], n,
		least(&r->walk[0]) / least(&r->walk[1]),
		ratio(&r->floor[0], &r->floor[1]));
}

static void judge_rest(FILE *out, const struct result *r)
{
	double n = ratio(&r->classify, &r->memcpy), after;

	if (is_split(r, SCALE_ELF))
		verdict(out, n <= 2,
			"%s: classification over memcpy: %.2f of 2.00 (least over least %.2f)",
			r->job->name, n,
			least(&r->classify) / least(&r->memcpy));
	if (r->job->scale.shape == SCALE_PAGES && r->job->scale.ram >= GIB(512))
		verdict(out, median(&r->rss[1]) < 96,
			"%s: peak memory of report, %u threads: %.1f MiB of 96",
			r->job->name, r->threads[1], median(&r->rss[1]));
	if (r->job->scale.shape == SCALE_BLOCKS) {
		after = 1e3 * median(&r->after_open[1]);
		verdict(out, after <= 20,
			"%s: all after the open: %.2f ms of 20; the open %.1f ms, libkdumpfile's %.1f ms",
			r->job->name, after, 1e3 * median(&r->open),
			1e3 * median(&r->floor_open));
	}
}

static void judge_today(FILE *out, const struct result *r)
{
	double walk = median(&r->walk[0]), many = median(&r->walk[1]);

	/* Without -j, kdump-triage takes all CPUs; drgn has no use for them. */
	if (r->drgn > 0)
		verdict(out, r->drgn / many >= 20,
			"%s: drgn by physical reads (%d tables, scaled): %.2f s, %.0f times a walk by %u threads, %.0f by 1",
			r->job->name, DRGN_TABLES, r->drgn, r->drgn / many,
			r->threads[1], r->drgn / walk);
	else if (r->job->today)
		fprintf(out, "%-7s%s: drgn does not run here\n", "-",
			r->job->name);
	if (r->translate > 0)
		fprintf(out,
			"%-7s%s: libkdumpfile's translation (%d addresses, scaled to all): %.0f s, %.0f times a walk by 1 thread\n",
			"-", r->job->name, TRANSLATED, r->translate,
			r->translate / walk);
	else if (r->job->today)
		fprintf(out,
			"%-7s%s: libkdumpfile's translation finds no right address here\n",
			"-", r->job->name);
}

/* The largest dump of zlib's and the smallest: does memory grow? */
static void judge_memory(FILE *out, const struct result *all, size_t count)
{
	const struct result *small = NULL, *large = NULL;
	double a, b;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!is_split(&all[i], SCALE_ZLIB))
			continue;
		if (!small || all[i].tables < small->tables)
			small = &all[i];
		if (!large || all[i].tables > large->tables)
			large = &all[i];
	}
	if (!small || small == large)
		return;
	a = median(&small->rss[1]);
	b = median(&large->rss[1]);
	verdict(out, b <= a * 1.1,
		"peak memory, %s %.1f MiB, %s %.1f MiB: %+.0f %% of 10",
		small->job->name, a, large->job->name, b, 100 * (b / a - 1));
}

/* Least squares of time over table pages, over the dumps of zlib's. */
static void judge_fit(FILE *out, const struct result *all, size_t count)
{
	double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, slope, r2;
	size_t i;

	for (i = 0; i < count; i++) {
		double tables = (double)all[i].tables;
		double walk = least(&all[i].walk_cpu[0]);

		if (!is_split(&all[i], SCALE_ZLIB))
			continue;
		n++;
		x += tables;
		y += walk;
		xx += tables * tables;
		xy += tables * walk;
		yy += walk * walk;
	}
	if (n < 3)
		return;
	slope = (n * xy - x * y) / (n * xx - x * x);
	r2 = (n * xy - x * y) * (n * xy - x * y) /
	     ((n * xx - x * x) * (n * yy - y * y));
	verdict(out, r2 > 0.99,
		"fit over %.0f sizes: least CPU time of a walk = %.2f us a table %+.2f ms, r^2 = %.5f",
		n, 1e6 * slope, 1e3 * (y - slope * x) / n, r2);
}

static void judge(const struct result *all, size_t count,
		  const struct options *o)
{
	FILE *out = table_to(o);
	size_t i;

	fputc('\n', out);
	for (i = 0; i < count; i++) {
		judge_floor(out, &all[i], o);
		judge_threads(out, &all[i], o);
		judge_rest(out, &all[i]);
		judge_today(out, &all[i]);
		if (all[i].packed_mean > 0 &&
		    all[i].job->scale.shape == SCALE_PAGES)
			fprintf(out,
				"%-7s%s: a table takes %.0f bytes in the file\n",
				"-", all[i].job->name, all[i].packed_mean);
	}
	judge_memory(out, all, count);
	judge_fit(out, all, count);
}

/* ---- The whole ----------------------------------------------------------- */

static int run_all(const struct job *jobs, size_t count,
		   const struct options *o, const char *only)
{
	struct result *all = calloc(count, sizeof(*all));
	size_t i, done = 0;

	print_header(o);
	for (i = 0; all && i < count; i++) {
		struct dm_error *err;

		if (only && !strstr(jobs[i].name, only))
			continue;
		err = measure(&all[done], &jobs[i], o);
		if (err) {
			/* A libkdumpfile without zstd, say: the others count. */
			fprintf(stderr, "%s: %s\n", jobs[i].name, err->message);
			dm_error_destroy(err);
			continue;
		}
		print_result(&all[done++], o);
	}
	judge(all, done, o);
	free(all);
	return done ? 0 : 1;
}

static unsigned int count_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set)
		       ? 1
		       : (unsigned int)CPU_COUNT(&set);
}

static const struct option long_options[] = {
	{ "quick", no_argument, NULL, 'q' },
	{ "json", no_argument, NULL, 'j' },
	{ "runs", required_argument, NULL, 'r' },
	{ "dir", required_argument, NULL, 'd' },
	{ "only", required_argument, NULL, 'o' },
	{ "drgn", required_argument, NULL, 'p' },
	{ "measure", no_argument, NULL, 'm' },
	{ 0 },
};

int main(int argc, char **argv)
{
	struct options o = {
		.dir = "build/bench-dumps",
		.drgn_script = "tests/bench/tables_drgn.py",
		.runs = 5,
		.cpus = count_cpus(),
	};
	const char *only = NULL;
	bool fast = false;
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (c == 'm' && optind + 3 == argc)
			return bench_measure(argv[optind], argv[optind + 1],
					     argv[optind + 2]);
		else if (c == 'q')
			fast = true;
		else if (c == 'j')
			o.json = true;
		else if (c == 'r')
			o.runs = atoi(optarg);
		else if (c == 'd')
			o.dir = optarg;
		else if (c == 'o')
			only = optarg;
		else if (c == 'p')
			o.drgn_script = optarg;
		else
			return 2;
	}
	if (optind + 1 != argc || o.runs < 1 || o.runs > RUNS_MAX / 2) {
		fprintf(stderr,
			"usage: bench_scale [--quick] [--json] [--runs N] "
			"[--only NAME] [--dir DIR] KDUMP-TRIAGE\n");
		return 2;
	}
	o.tool = argv[optind];
	if (fast)
		return run_all(quick, sizeof(quick) / sizeof(*quick), &o, only);
	return run_all(full, sizeof(full) / sizeof(*full), &o, only);
}
