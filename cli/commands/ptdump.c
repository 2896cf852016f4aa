// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage ptdump: all of the kernel's space as the kernel would print it. */
#include <inttypes.h>

#include "cli.h"
#include "directmap/ptdump.h"

struct printer {
	const struct cli_dump *dump;
	bool json;
};

static struct dm_error *print_line(void *arg, const struct dm_space_line *line)
{
	struct printer *p = arg;

	cli_progress_clear(p->dump->progress);
	return p->json ? dm_space_json(p->dump->kernel, line, cli_stdout())
		       : dm_space_text(p->dump->kernel, line, cli_stdout());
}

static struct dm_error *print_marker(void *arg, uint64_t va, const char *name)
{
	struct printer *p = arg;

	cli_progress_clear(p->dump->progress);
	return p->json ? dm_marker_json(va, name, cli_stdout())
		       : dm_marker_text(name, cli_stdout());
}

static struct dm_error *print_all(struct cli_dump *d,
				  const struct cli_options *options,
				  struct dm_space_summary *summary)
{
	struct printer p = { d, options->format == CLI_JSON };
	struct dm_error *err;

	cli_progress_walk(d->progress);
	err = dm_session_ptdump(d->session,
				options->range.end ? &options->range : NULL,
				print_line, print_marker, &p, summary);
	cli_progress_clear(d->progress);
	return err ? cli_name_dump(err, d) : cli_flush();
}

static int partial(const struct dm_space_summary *summary)
{
	if (summary->stopped)
		return cli_fail(CLI_PARTIAL,
				"partial result: the walk was ended");
	if (!summary->unknown)
		return CLI_OK;
	return cli_fail(
		CLI_PARTIAL,
		"partial result: of %" PRIu64
		" MiB of addresses the page tables are missing or damaged",
		(summary->unknown + (1 << 20) - 1) >> 20);
}

static int run(const struct cli_options *options)
{
	struct dm_space_summary summary;
	struct cli_dump d;
	struct dm_error *err;
	int code;

	err = cli_open(&d, options->args, options->arg_count, options);
	if (err)
		return cli_fail_error(err);
	err = print_all(&d, options, &summary);
	code = err ? cli_fail_error(err) : partial(&summary);
	cli_close(&d);
	return code;
}

const struct cli_command cli_ptdump = {
	.sandbox = CLI_SANDBOX_READS,
	.run = run,
};
