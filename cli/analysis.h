/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A dump, walked, with what its kernel says of itself: for most commands. */
#ifndef ANALYSIS_H
#define ANALYSIS_H

#include "cli.h"

struct cli_analysis {
	struct cli_dump dump;
	const struct dm_usage *usage;
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
struct dm_error *cli_analysis_history(struct cli_analysis *a,
				      struct dm_history **history);
/** All that the report has. */
struct dm_error *cli_analysis_report(struct cli_analysis *a);

/**
 * A whole command: analyse, print, and the exit code for what came of it.
 * @param print	Called once; its error is the command's.
 */
int cli_analyse(const struct cli_options *options,
		struct dm_error *(*print)(struct cli_analysis *a,
					  const struct cli_options *options));

#endif /* ANALYSIS_H */
