// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump and what its kernel says of itself, made for a command. */
#include <string.h>

#include "analysis.h"
#include "directmap/debuginfo.h"

/*
 * Take symbols and types from the files that the options name, if any, or the text
 * that the dump is named by.
 */
static struct dm_error *add_debuginfo(const struct cli_dump *dump,
				      const struct cli_options *options)
{
	const char *vmlinux = options->vmlinux
				      ? options->vmlinux
				      : dm_dump_info(dump->dump)->vmlinux;
	struct dm_session *session = dump->session;
	struct dm_error *err = NULL;

	if (vmlinux)
		err = dm_debuginfo_add_vmlinux(session, vmlinux);
	if (!err && options->system_map)
		err = dm_debuginfo_add_system_map(session, options->system_map);
	return err;
}

static struct dm_error *walk(struct cli_analysis *a)
{
	struct dm_error *err;

	cli_progress_walk(a->dump.progress);
	err = dm_session_figures(a->dump.session, &a->usage);
	cli_progress_walked(a->dump.progress);
	return err;
}

struct dm_error *cli_analysis_init(struct cli_analysis *a,
				   const struct cli_options *options,
				   char *const *paths, size_t count)
{
	const struct dm_policy *policy;
	struct dm_error *err;

	memset(a, 0, sizeof(*a));
	err = cli_open(&a->dump, paths, count, options);
	if (err)
		return err;
	err = add_debuginfo(&a->dump, options);
	if (!err)
		err = walk(a);
	if (!err)
		err = dm_session_policy(a->dump.session, &policy);
	cli_progress_clear(a->dump.progress);
	if (err) {
		err = cli_name_dump(err, &a->dump);
		cli_analysis_deinit(a);
	}
	return err;
}

void cli_analysis_deinit(struct cli_analysis *a)
{
	cli_close(&a->dump);
}

struct dm_error *cli_analysis_history(struct cli_analysis *a,
				      struct dm_history **history)
{
	struct dm_error *err = dm_session_history(a->dump.session, history);

	cli_progress_clear(a->dump.progress);
	return err ? cli_name_dump(err, &a->dump) : NULL;
}

struct dm_error *cli_analysis_report(struct cli_analysis *a)
{
	const struct dm_counters *counters;
	struct dm_history *history;
	struct dm_error *err;

	err = dm_session_counters(a->dump.session, &counters);
	return err ? cli_name_dump(err, &a->dump)
		   : cli_analysis_history(a, &history);
}

int cli_analyse(const struct cli_options *options,
		struct dm_error *(*print)(struct cli_analysis *a,
					  const struct cli_options *options))
{
	struct cli_analysis a;
	struct dm_error *err;
	int code;

	err = cli_analysis_init(&a, options, options->args, options->arg_count);
	if (err)
		return cli_fail_error(err);
	err = print(&a, options);
	if (!err)
		err = cli_flush();
	code = err ? cli_fail_error(err)
		   : cli_view_partial(a.usage,
				      dm_session_lacks_tables(a.dump.session));
	cli_analysis_deinit(&a);
	return code;
}
