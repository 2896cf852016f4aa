// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage runs: the leaves themselves, as they come. */
#include "cli.h"

struct printer {
	const struct cli_dump *dump;
	enum cli_format format;
};

static struct dm_error *print_run(void *arg, const struct dm_run *run)
{
	const struct printer *p = arg;

	cli_progress_clear(p->dump->progress);
	if (p->format == CLI_JSON)
		return dm_run_json(&p->dump->kernel, run, cli_stdout());
	return dm_run_text(&p->dump->kernel, run, cli_stdout());
}

static struct dm_error *print_unknown(void *arg,
				      const struct dm_unknown *unknown)
{
	const struct printer *p = arg;

	cli_progress_clear(p->dump->progress);
	if (p->format == CLI_JSON)
		return dm_unknown_json(unknown, cli_stdout());
	return dm_unknown_text(unknown, cli_stdout());
}

static struct dm_error *print_runs(struct cli_dump *d, struct dm_target *target,
				   const struct cli_options *options,
				   struct dm_usage *usage)
{
	struct printer p = { .dump = d, .format = options->format };
	struct dm_walk_options how = cli_walk_options(options, d);
	struct dm_error *err;

	if (options->format == CLI_TEXT) {
		err = dm_run_text_header(cli_stdout());
		if (err)
			return err;
	}
	how.range = options->range.end ? &options->range : NULL;
	err = dm_target_stream(target, &how, usage, print_run, print_unknown,
			       &p);
	cli_progress_clear(d->progress);
	return err ? cli_name_dump(err, d) : cli_flush();
}

static int run(const struct cli_options *options)
{
	struct dm_target *target = NULL;
	struct dm_usage usage;
	struct cli_dump d;
	struct dm_error *err;
	int code;

	err = cli_open(&d, options->args, options->arg_count, options);
	if (err)
		return cli_fail_error(err);
	err = dm_realm_init(d.source, &d.kernel);
	if (!err)
		err = dm_target_create(d.source, &d.kernel, &target);
	if (err)
		err = cli_name_dump(err, &d);
	else
		err = print_runs(&d, target, options, &usage);
	code = err ? cli_fail_error(err) : cli_partial(&usage);
	if (code == CLI_OK && !options->range.end)
		code = cli_empty(&usage);
	dm_target_destroy(target);
	cli_close(&d);
	return code;
}

const struct cli_command cli_runs = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
