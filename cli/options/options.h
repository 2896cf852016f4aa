/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a command line asked for, as the commands get it. Without an option its
 * member is 0, or what the command's defaults say.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "directmap.h"
#include "directmap/dump.h"
#include "rules.h"

/* Threads of a walk are no more than that, and dumps of a batch at once. */
#define CLI_JOBS_MAX	 1024
#define CLI_POLICIES_MAX 16

struct command_spec;

enum cli_format {
	CLI_TEXT,
	CLI_JSON,
	CLI_MEMINFO,
	CLI_SVG,
	CLI_CSV,
	CLI_QUIET,
};

enum cli_color_when { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER };

enum cli_container {
	CLI_CONTAINER_UNNAMED,
	CLI_CONTAINER_AUTO,
	CLI_CONTAINER_KDUMP,
	CLI_CONTAINER_ELF,
};

enum cli_compression {
	CLI_COMPRESSION_UNNAMED,
	CLI_COMPRESSION_ZLIB,
	CLI_COMPRESSION_LZO,
	CLI_COMPRESSION_NONE,
};

/* What an extract can serve; a bit each in cli_options.views. */
enum cli_view {
	CLI_VIEW_FIGURES,
	CLI_VIEW_REPORT,
	CLI_VIEW_RUNS,
	CLI_VIEW_POLICY,
	CLI_VIEW_EXPLAIN,
	CLI_VIEW_COUNTERS,
	CLI_VIEW_SPLITS,
	CLI_VIEW_MAP,
	CLI_VIEW_PTDUMP,
	CLI_VIEWS,
};

struct cli_part {
	unsigned int part, parts; /* from 1 on; parts 0: all */
};

/** A value by itself; which members hold it depends on the option's kind. */
struct option_value {
	bool given;
	uint64_t number; /* of a word its value, of a list a bit each */
	double percent;
	struct dm_range range;
	struct cli_part part;
	const char *text; /* as it was typed; borrowed */
};

struct cli_options {
	const struct command_spec *command;
	char **args; /* what is no option */
	size_t arg_count;

	/* Output. */
	enum cli_format format;
	enum cli_color_when color;
	bool timeline;
	struct dm_range range; /* end 0: none given */
	const char *html, *junit, *prometheus, *db; /* NULL: not that */
	bool force;
	struct output_file *out; /* what is written, open already; NULL: none */
	bool nul, list_only;
	bool lists; /* rows with each lost leaf */
	uint64_t limit; /* rows; 0: all */
	enum cli_container container;
	enum cli_compression compression;
	unsigned int views; /* bits of enum cli_view; 0: the usual */
	bool fail_on_worse;

	/* The dump. */
	bool split;
	const char *vmlinux, *system_map; /* NULL: not given */
	const char *vmcoreinfo; /* "@PA" or a file; NULL: the dump's own */
	enum dm_dump_reader reader;
	bool all_files;
	struct cli_part shard;

	/* Work. */
	unsigned int jobs; /* at once; 0: as many as there are CPUs */
	unsigned int timeout; /* seconds for a dump; 0: none */
	uint64_t max_tables, max_memory; /* of a dump; 0: all, no limit */
	const char *state; /* NULL: the usual folder */
	bool again;
	bool no_sandbox, verbose;
	bool sandbox_said; /* of batch's children: it was, once for all */

	/* Of check. */
	const char *policies[CLI_POLICIES_MAX]; /* up to the first NULL */
	struct option_value rules[CHECK_SETTINGS];
};

#endif /* CLI_OPTIONS_H */
