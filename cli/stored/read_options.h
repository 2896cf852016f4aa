/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options on how dumps are read, for commands that parse their own. */
#ifndef READ_OPTIONS_H
#define READ_OPTIONS_H

#include <getopt.h>

#include "cli.h"

#define READ_OPTIONS	   6
#define READ_OPTIONS_SHORT "j:"
#define READ_OPTIONS_HELP                                                               \
	"How dumps are read: -j, --jobs N; --vmlinux FILE, --system-map FILE (of the\n" \
	"kernel of all of them), --vmcoreinfo @PA|FILE; --timeout SECONDS; --no-sandbox.\n"

/** Put them at @p o. @returns Behind the last. */
struct option *read_options_put(struct option *o);
/**
 * @param letter	As getopt_long() gives it.
 * @param taken		Set to whether it was one of them.
 * @returns		DM_ERROR_INVALID_ARGUMENT: its value makes no sense.
 */
struct dm_error *read_options_take(struct cli_options *options, int letter,
				   char *value, bool *taken);

#endif /* READ_OPTIONS_H */
