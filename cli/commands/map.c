// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-triage map: the linear map as a picture. */
#include "analysis.h"
#include "terminal.h"

static struct dm_error *put_map(const struct cli_analysis *a,
				const struct cli_options *options,
				const struct dm_map *map)
{
	const struct dm_kernel *kernel = a->dump.kernel;
	unsigned int columns = terminal_columns();
	struct dm_style style = {
		.struct_size = sizeof(style),
		.color = cli_color(options),
		/* Beside an address. */
		.width = columns > 20 ? columns - 19 : columns,
	};

	if (options->format == CLI_JSON)
		return dm_map_json(map, cli_stdout());
	if (options->format == CLI_SVG)
		return dm_map_svg(kernel, map, cli_stdout());
	return dm_map_text(kernel, map, &style, cli_stdout());
}

static struct dm_error *print(struct cli_analysis *a,
			      const struct cli_options *options)
{
	struct dm_history *history;
	struct dm_map *map = NULL;
	struct dm_error *err;

	err = cli_analysis_history(a, &history);
	if (err)
		return err;
	err = dm_session_map(a->dump.session,
			     options->range.end ? &options->range : NULL, &map);
	cli_progress_clear(a->dump.progress);
	err = err ? cli_name_dump(err, &a->dump) : put_map(a, options, map);
	dm_map_destroy(map);
	return err;
}

static int run(const struct cli_options *options)
{
	return cli_analyse(options, print);
}

const struct cli_command cli_map = {
	.sandbox = CLI_SANDBOX_READS,
	.folds = true,
	.run = run,
};
