/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options that several commands take, each written once; for the table alone. */
#ifndef CLI_OPTIONS_SHARED_H
#define CLI_OPTIONS_SHARED_H

#include "table.h"

/* Which member of struct cli_options an option sets. */
#define SETS(member)                                                           \
	.offset = offsetof(struct cli_options, member),                        \
	.size = sizeof(((struct cli_options *)0)->member)

#define WORDS(...) ((const struct option_word[]){ __VA_ARGS__, { NULL, 0 } })
#define LINES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define OPTIONS(...)                                                           \
	((const struct option_spec *const[]){ &option_help, &option_version,   \
					      ##__VA_ARGS__, NULL })
#define EXITS(...) ((const struct command_exit[]){ __VA_ARGS__, { 0, NULL } })

extern const struct option_spec option_help, option_version, option_color,
	option_no_sandbox, option_verbose;
/* How a dump is read. */
extern const struct option_spec option_split, option_vmlinux, option_system_map,
	option_vmcoreinfo, option_reader;
/* How long, and by how much of the machine. */
extern const struct option_spec option_jobs, option_timeout, option_max_tables;
/* Of those who print a row for each dump. */
extern const struct option_spec option_json_lines, option_csv, option_quiet,
	option_db, option_html_pages, option_junit, option_prometheus,
	option_force_outputs;

#define OPTIONS_OF_WALK	     &option_jobs, &option_timeout, &option_max_tables
#define OPTIONS_OF_DEBUGINFO &option_vmlinux, &option_system_map
#define OPTIONS_OF_READING   &option_split, &option_vmcoreinfo, &option_reader
#define OPTIONS_OF_SANDBOX   &option_no_sandbox, &option_verbose

extern const struct command_spec command_report, command_runs, command_ptdump,
	command_splits, command_map, command_policy, command_explain,
	command_counters, command_extract, command_check, command_diff,
	command_batch, command_query, command_merge, command_help;

#endif /* CLI_OPTIONS_SHARED_H */
