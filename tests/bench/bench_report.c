// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * make bench: what a report takes, beside what opening the dump alone takes,
 * and libkdumpfile's own part of that. Medians, in one run, in milliseconds.
 */
#include <fcntl.h>
#include <libkdumpfile/kdumpfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "arm64/kernel.h"
#include "render/print.h"
#include "walk/walk.h"
#include "directmap/dump.h"

#define RUNS 15

static bool swallow(struct dm_sink *sink, const char *text, size_t size)
{
	(void)sink;
	(void)text;
	(void)size;
	return true;
}

/* libkdumpfile with VMCOREINFO asked for; false where it cannot (flattened). */
static bool open_libkdumpfile(const char *path)
{
	kdump_ctx_t *ctx = kdump_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	bool good;

	good = ctx && fd >= 0 && kdump_open_fd(ctx, fd) == KDUMP_OK &&
	       kdump_set_string_attr(ctx, "addrxlat.ostype", "linux") ==
		       KDUMP_OK &&
	       kdump_vmcoreinfo_raw(ctx, &text) == KDUMP_OK;
	free(text);
	kdump_free(ctx);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool open_only(const char *path)
{
	struct dm_error *err;
	struct dm_dump *dump;

	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err) {
		dm_error_destroy(err);
		return false;
	}
	dm_dump_close(dump);
	return true;
}

static bool report(const char *path)
{
	struct dm_sink sink = { .write = swallow };
	struct dm_style style = { .struct_size = sizeof(style) };
	struct dm_report r = {
		.dump = { .path = path, .format = "", .complete = true },
	};
	struct dm_error *err;
	struct dm_dump *dump;

	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err) {
		dm_error_destroy(err);
		return false;
	}
	err = dm_kernel_init(&r.kernel, dm_dump_source(dump));
	if (!err)
		err = dm_walk(dm_dump_source(dump), &r.kernel, NULL, &r.usage,
			      NULL, NULL);
	if (!err)
		err = dm_report_text(&r, &style, &sink);
	dm_dump_close(dump);
	if (!err)
		return true;
	dm_error_destroy(err);
	return false;
}

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The three in turn, so that a noisy moment hits all of them. */
static void bench(const char *path)
{
	static bool (*const jobs[])(const char *) = { open_libkdumpfile,
						      open_only, report };
	double times[3][RUNS], start;
	bool good[3] = { true, true, true };
	int run, job;

	for (run = -1; run < RUNS; run++) {
		for (job = 0; job < 3; job++) {
			start = milliseconds();
			good[job] = good[job] && jobs[job](path);
			/* The first round only warms the page cache. */
			if (run >= 0)
				times[job][run] = milliseconds() - start;
		}
	}
	for (job = 0; job < 3; job++) {
		qsort(times[job], RUNS, sizeof(double), compare);
		if (good[job])
			printf("%14.2f", times[job][RUNS / 2]);
		else
			printf("%14s", "-");
	}
	printf("  %s\n", path);
}

int main(int argc, char **argv)
{
	int i;

	printf("%14s%14s%14s\n", "libkdumpfile", "open alone", "report");
	for (i = 1; i < argc; i++)
		bench(argv[i]);
	return 0;
}
