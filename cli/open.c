// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump and its kernel, ready for the views. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "cpus.h"

/* ---- Opening can take a while ------------------------------------------- */

#define FIRST_S 1
#define EVERY_S 0.2

struct opening {
	struct timespec start;
	double shown; /* seconds after start */
	unsigned int timeout;
	bool terminal;
};

static double elapsed(const struct opening *o)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - o->start.tv_sec) +
	       (double)(now.tv_nsec - o->start.tv_nsec) / 1e9;
}

static bool is_time(void *arg)
{
	const struct opening *o = arg;

	return o->timeout && elapsed(o) >= o->timeout;
}

static void show(void *arg, uint64_t done, uint64_t all)
{
	struct opening *o = arg;
	double now = elapsed(o);

	if (!o->terminal || now < FIRST_S || now < o->shown + EVERY_S)
		return;
	fprintf(stderr,
		"\rlooking for VMCOREINFO: %llu of %llu MiB of memory\033[K",
		(unsigned long long)done >> 20, (unsigned long long)all >> 20);
	o->shown = now;
}

static struct dm_error *open_dump(struct dm_dump **ret, char *const *paths,
				  size_t count,
				  const struct cli_options *options,
				  const struct timespec *start)
{
	struct opening opening = {
		.start = *start,
		.timeout = options->timeout,
		.terminal = isatty(STDERR_FILENO),
	};
	struct dm_dump_options how = {
		.struct_size = sizeof(how),
		.split = options->split,
		.vmcoreinfo = options->vmcoreinfo,
		.late = is_time,
		.stop = is_time,
		.progress = show,
		.arg = &opening,
		.reader = options->reader,
		.threads = options->jobs ? options->jobs : cpus_allowed(),
	};
	struct dm_error *err;

	err = dm_dump_open((const char *const *)paths, count, &how, ret);
	if (opening.shown > 0)
		fputs("\r\033[K", stderr);
	return err;
}

/* ---- The dump ----------------------------------------------------------- */

static struct dm_error *begin_session(struct cli_dump *d,
				      const struct cli_options *options)
{
	struct dm_session_options session = {
		.struct_size = sizeof(session),
		.about = d->about,
	};
	struct dm_error *err;

	cli_progress_options(d->progress, options, &session);
	err = dm_session_create(d->source, &session, &d->session);
	if (!err)
		d->kernel = dm_session_kernel(d->session);
	return err;
}

struct dm_error *cli_open(struct cli_dump *d, char *const *paths, size_t count,
			  const struct cli_options *options)
{
	struct timespec start;
	struct dm_error *err;

	*d = (struct cli_dump){ 0 };
	clock_gettime(CLOCK_MONOTONIC, &start);
	err = open_dump(&d->dump, paths, count, options, &start);
	if (err)
		return err;
	d->progress = cli_progress_create(dm_dump_source(d->dump));
	if (!d->progress) {
		dm_dump_close(d->dump);
		return dm_error_no_memory();
	}
	if (options->timeout)
		cli_progress_limit(d->progress, &start, options->timeout);
	d->source = cli_progress_source(d->progress);
	d->about = dm_dump_about(d->dump);
	err = begin_session(d, options);
	if (err) {
		err = dm_error_prefix(err, "%s", paths[0]);
		cli_close(d);
	}
	return err;
}

void cli_close(struct cli_dump *dump)
{
	dm_session_destroy(dump->session);
	cli_progress_destroy(dump->progress);
	dm_dump_close(dump->dump);
}
