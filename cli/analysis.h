/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dump, walked, with what its kernel says of itself: for most commands. */
#ifndef ANALYSIS_H
#define ANALYSIS_H

#include "cli.h"

struct vmlinux;

struct cli_analysis {
	struct cli_dump dump;
	struct dm_usage usage;
	struct dm_target *target;
	struct vmlinux *vmlinux; /* NULL: none was given */
	struct dm_policy policy;
	struct dm_history *history; /* of cli_analysis_history() */
};

/**
 * Open, walk, and find out the policy.
 * @param paths	The dump's files.
 */
struct dm_error *cli_analysis_init(struct cli_analysis *a,
				   const struct cli_options *options,
				   char *const *paths, size_t count);
void cli_analysis_deinit(struct cli_analysis *a);
/** Reconstruct the history too, for those that need it. */
struct dm_error *cli_analysis_history(struct cli_analysis *a);

/**
 * A whole command: analyse, print, and the exit code for what came of it.
 * @param print	Called once; its error is the command's.
 */
int cli_analyse(const struct cli_options *options,
		struct dm_error *(*print)(struct cli_analysis *a,
					  const struct cli_options *options));

/** The report of what is there; borrows from both. */
void cli_report_fill(struct dm_report *report, const struct cli_analysis *a,
		     const struct dm_counters *counters);

/** Take symbols and types from the files that the options name, if any. */
struct dm_error *cli_add_debuginfo(struct dm_target *target,
				   const struct cli_options *options,
				   const struct cli_dump *dump,
				   struct vmlinux **vmlinux);

#endif /* ANALYSIS_H */
