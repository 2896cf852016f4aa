// SPDX-License-Identifier: GPL-2.0-or-later
/* Ours: in this process, with the parts apart, and as a process. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arm64/kernel.h"
#include "walk/walk.h"
#include "bench.h"
#include "directmap/dump.h"

static bool swallow(struct dm_sink *sink, const char *text, size_t size)
{
	(void)sink;
	(void)text;
	(void)size;
	return true;
}

/* What `report` does. */
static struct dm_error *report(struct dm_dump *dump, unsigned int threads)
{
	struct dm_sink sink = { .write = swallow };
	struct dm_session_options options = {
		.struct_size = sizeof(options),
		.threads = threads,
		.about = dm_dump_about(dump),
	};
	struct dm_session *session;
	struct dm_error *err;

	err = dm_session_create(dm_dump_source(dump), &options, &session);
	if (!err)
		err = dm_session_report_text(session, NULL, &sink);
	dm_session_destroy(session);
	return err;
}

struct dm_error *bench_report(const char *path, unsigned int threads,
			      double *took)
{
	struct dm_error *err;
	struct dm_dump *dump;
	double start;

	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err)
		return err;
	start = bench_now();
	err = report(dump, threads);
	*took = bench_now() - start;
	dm_dump_close(dump);
	return err;
}

struct dm_error *bench_walk(const char *path, unsigned int threads,
			    double *open, double *walk, double *cpu)
{
	struct dm_walk_options how = { .threads = threads };
	double start = bench_now();
	struct dm_kernel kernel;
	struct dm_usage usage;
	struct dm_error *err;
	struct dm_dump *dump;

	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err)
		return err;
	*open = bench_now() - start;
	err = dm_kernel_init(&kernel, dm_dump_source(dump));
	start = bench_now();
	*cpu = bench_cpu();
	if (!err)
		err = dm_walk_with(dm_dump_source(dump), &kernel, &how, &usage,
				   NULL, NULL);
	*walk = bench_now() - start;
	*cpu = bench_cpu() - *cpu;
	dm_dump_close(dump);
	return err;
}

/* ---- As a process -------------------------------------------------------- */

static void become(const char *tool, const char *path, const char *jobs)
{
	int null = open("/dev/null", O_WRONLY);

	if (null >= 0 && dup2(null, STDOUT_FILENO) >= 0)
		execl(tool, tool, "report", "-j", jobs, path, (char *)NULL);
	_exit(127);
}

int bench_measure(const char *tool, const char *path, const char *jobs)
{
	double start = bench_now();
	struct rusage usage;
	int status;
	pid_t pid;

	pid = fork();
	if (!pid)
		become(tool, path, jobs);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 ||
	    !WIFEXITED(status) || WEXITSTATUS(status))
		return 1;
	printf("%.6f %ld\n", bench_now() - start, usage.ru_maxrss);
	return 0;
}

/*
 * Linux counts what a process was before exec() to its peak, and this one is
 * large; so it is this program anew, small, that starts the tool.
 */
bool bench_process(const char *tool, const char *path, unsigned int threads,
		   struct bench_process *ret)
{
	char self[1024] = "", command[4096];
	long rss = 0;
	FILE *out;
	int got;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return false;
	snprintf(command, sizeof(command), "'%s' --measure '%s' '%s' %u", self,
		 tool, path, threads);
	out = popen(command, "r");
	if (!out)
		return false;
	got = fscanf(out, "%lf %ld", &ret->wall, &rss);
	ret->rss_mib = (double)rss / 1024;
	return pclose(out) == 0 && got == 2;
}

/* ---- Which pages --------------------------------------------------------- */

static struct dm_error *record(struct dm_dump *dump, struct bench_pages *pages)
{
	struct dm_recorder *recorder = NULL;
	struct dm_kernel kernel;
	struct dm_usage usage;
	struct dm_error *err;
	const uint64_t *pas;

	err = dm_kernel_init(&kernel, dm_dump_source(dump));
	if (!err)
		err = dm_recorder_create(dm_dump_source(dump), kernel.page_size,
					 &recorder);
	if (!err)
		err = dm_walk(dm_recorder_source(recorder), &kernel, NULL,
			      &usage, NULL, NULL);
	if (!err)
		err = dm_recorder_pages(recorder, &pas, &pages->count);
	if (!err) {
		pages->pas = malloc(pages->count * sizeof(*pas));
		if (pages->pas)
			memcpy(pages->pas, pas, pages->count * sizeof(*pas));
		else
			err = dm_error_create(DM_ERROR_NO_MEMORY, "no memory");
	}
	dm_recorder_destroy(recorder);
	return err;
}

struct dm_error *bench_pages_init(struct bench_pages *pages, const char *path)
{
	struct dm_error *err;
	struct dm_dump *dump;

	memset(pages, 0, sizeof(*pages));
	err = dm_dump_open(&path, 1, NULL, &dump);
	if (err)
		return err;
	err = record(dump, pages);
	dm_dump_close(dump);
	return err;
}

void bench_pages_deinit(struct bench_pages *pages)
{
	free(pages->pas);
}
