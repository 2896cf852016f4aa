// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage runs: the leaves themselves, as they come. */
#include "cli.h"

struct printer {
	const struct cli_dump *dump;
	enum cli_format format;
	bool begun; /* with a header: not where there is only an error */
};

static struct dm_error *begin(struct printer *p)
{
	bool begun = p->begun;

	cli_progress_clear(p->dump->progress);
	p->begun = true;
	return begun || p->format == CLI_JSON
		       ? NULL
		       : dm_run_text_header(cli_stdout());
}

static struct dm_error *print_run(void *arg, const struct dm_run *run)
{
	struct printer *p = arg;
	const struct dm_kernel *kernel = p->dump->kernel;
	struct dm_error *err = begin(p);

	if (err)
		return err;
	return p->format == CLI_JSON ? dm_run_json(kernel, run, cli_stdout())
				     : dm_run_text(kernel, run, cli_stdout());
}

static struct dm_error *print_unknown(void *arg,
				      const struct dm_unknown *unknown)
{
	struct printer *p = arg;
	struct dm_error *err = begin(p);

	if (err)
		return err;
	return p->format == CLI_JSON ? dm_unknown_json(unknown, cli_stdout())
				     : dm_unknown_text(unknown, cli_stdout());
}

static struct dm_error *print_runs(struct cli_dump *d,
				   const struct cli_options *options,
				   const struct dm_usage **usage)
{
	struct printer p = { .dump = d, .format = options->format };
	struct dm_error *err;

	cli_progress_walk(d->progress);
	err = dm_session_stream(d->session,
				options->range.end ? &options->range : NULL,
				print_run, print_unknown, &p, usage);
	if (!err)
		err = begin(&p);
	cli_progress_clear(d->progress);
	return err ? cli_name_dump(err, d) : cli_flush();
}

static int run(const struct cli_options *options)
{
	const struct dm_usage *usage;
	struct cli_dump d;
	struct dm_error *err;
	int code;

	err = cli_open(&d, options->args, options->arg_count, options);
	if (err)
		return cli_fail_error(err);
	err = print_runs(&d, options, &usage);
	code = err ? cli_fail_error(err) : cli_partial(usage);
	if (code == CLI_OK && !options->range.end)
		code = cli_empty(usage);
	cli_close(&d);
	return code;
}

const struct cli_command cli_runs = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
