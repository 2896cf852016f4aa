// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens a dump for a command: walks it, adds the vmlinux or System.map, and
 * makes policy and history when asked.
 */
#include <string.h>

#include "analysis.h"
#include "target/btf/btf.h"
#include "debuginfo/debuginfo.h"

/* BTF is made for this and small; DWARF only where there is none. */
static struct dm_error *add_types(struct dm_target *target,
				  struct vmlinux *vmlinux,
				  struct dm_type_table *dwarf)
{
	struct dm_type_table *btf;
	struct dm_error *err;
	const void *data;
	size_t size;

	err = dm_vmlinux_btf(vmlinux, &data, &size);
	if (!err)
		err = dm_btf_create(data, size, NULL, &btf);
	if (!err)
		err = dm_target_add_types(target, btf);
	if (err && dwarf) {
		dm_error_destroy(err);
		err = dm_target_add_types(target, dwarf);
	} else if (dwarf) {
		dwarf->ops->destroy(dwarf);
	}
	/* Then it has symbols only, and views that need types say so. */
	if (err && err->code == DM_ERROR_NOT_FOUND) {
		dm_error_destroy(err);
		err = NULL;
	}
	return err;
}

static struct dm_error *add_vmlinux(struct dm_target *target, const char *path,
				    const struct cli_dump *dump,
				    struct vmlinux **vmlinux)
{
	struct dm_symbol_table *symbols;
	struct dm_type_table *dwarf;
	struct dm_error *err;

	err = dm_debuginfo_open_vmlinux(path, &dump->kernel, dump->source,
					&symbols, &dwarf, vmlinux);
	if (err)
		return err;
	err = add_types(target, *vmlinux, dwarf);
	if (err) {
		symbols->ops->destroy(symbols);
		return dm_error_prefix(err, "%s", path);
	}
	return dm_target_add_symbols(target, symbols, true);
}

struct dm_error *cli_add_debuginfo(struct dm_target *target,
				   const struct cli_options *options,
				   const struct cli_dump *dump,
				   struct vmlinux **vmlinux)
{
	struct dm_symbol_table *symbols;
	struct dm_error *err = NULL;

	*vmlinux = NULL;
	if (options->vmlinux)
		err = add_vmlinux(target, options->vmlinux, dump, vmlinux);
	if (err || !options->system_map)
		return err;
	err = dm_debuginfo_open_system_map(options->system_map, &dump->kernel,
					   dump->source, &symbols);
	return err ? err : dm_target_add_symbols(target, symbols, true);
}

static struct dm_error *walk(struct cli_analysis *a,
			     const struct cli_options *options)
{
	struct dm_walk_options how = cli_walk_options(options, &a->dump);
	struct dm_error *err;

	err = dm_walk_realm(a->dump.source, &a->dump.kernel, a->target, &how,
			    &a->usage);
	cli_progress_walked(a->dump.progress);
	return err;
}

struct dm_error *cli_analysis_init(struct cli_analysis *a,
				   const struct cli_options *options,
				   char *const *paths, size_t count)
{
	struct dm_error *err;

	memset(a, 0, sizeof(*a));
	err = cli_open(&a->dump, paths, count, options);
	if (err)
		return err;
	err = dm_target_create(a->dump.source, &a->dump.kernel, &a->target);
	if (!err)
		err = cli_add_debuginfo(a->target, options, &a->dump,
					&a->vmlinux);
	if (!err)
		err = walk(a, options);
	if (!err)
		err = dm_target_check_memory(a->target, &a->usage);
	if (!err)
		err = dm_policy_init(&a->policy, a->target, &a->usage);
	cli_progress_clear(a->dump.progress);
	if (err) {
		err = cli_name_dump(err, &a->dump);
		cli_analysis_deinit(a);
	}
	return err;
}

void cli_analysis_deinit(struct cli_analysis *a)
{
	dm_history_destroy(a->history);
	dm_target_destroy(a->target);
	dm_vmlinux_destroy(a->vmlinux);
	cli_close(&a->dump);
}

struct dm_error *cli_analysis_history(struct cli_analysis *a)
{
	struct dm_error *err;

	err = dm_history_create(a->target, &a->policy, &a->history);
	if (!err)
		err = dm_history_findings(a->history, &a->usage);
	cli_progress_clear(a->dump.progress);
	return err ? cli_name_dump(err, &a->dump) : NULL;
}

void cli_report_fill(struct dm_report *report, const struct cli_analysis *a,
		     const struct dm_counters *counters)
{
	*report = (struct dm_report){
		.dump = a->dump.about,
		.kernel = a->dump.kernel,
		.usage = a->usage,
		.policy = &a->policy,
		.counters = counters->count ? counters : NULL,
		.history = a->history,
	};
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
	code = err ? cli_fail_error(err) : cli_view_partial(&a.usage, a.target);
	cli_analysis_deinit(&a);
	return code;
}
