/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands of kdump-triage share. */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>
#include <time.h>

#include "directmap.h"
#include "directmap/dump.h"

/** Exit codes, documented in kdump-triage(1). */
enum cli_exit {
	CLI_OK = 0,
	CLI_CHECK_FAILED = 1, /* a check that the user asked for */
	CLI_USAGE = 2,
	CLI_DUMP = 3, /* unreadable or unsupported */
	CLI_PARTIAL = 4, /* a result, but not of everything */
	CLI_FAULT = 5, /* ours, or the machine's: no memory, disk full */
};

struct output_file;

enum cli_format { CLI_TEXT, CLI_JSON, CLI_MEMINFO, CLI_SVG };

/* What a command can print. */
#define CLI_TEXT_BIT	(1u << CLI_TEXT)
#define CLI_JSON_BIT	(1u << CLI_JSON)
#define CLI_MEMINFO_BIT (1u << CLI_MEMINFO)
#define CLI_SVG_BIT	(1u << CLI_SVG)

struct cli_options {
	enum cli_format format;
	bool split;
	bool force;
	bool timeline;
	bool no_sandbox;
	bool verbose;
	const char *color; /* "auto", "always", "never" */
	const char *container; /* "auto", "kdump", "elf"; NULL: none named */
	const char *compression; /* NULL: none named */
	const char *vmlinux, *system_map; /* NULL: not given */
	const char *vmcoreinfo; /* "@PA" or a file; NULL: the dump's own */
	const char *views; /* NULL: the command's usual */
	const char *html; /* a page to write; NULL: none */
	struct output_file *out; /* what is written, open already; NULL: none */
	struct dm_range range; /* end 0: none given */
	unsigned int jobs; /* threads; 0: as many as there are CPUs */
	unsigned int timeout; /* seconds; 0: none */
	uint64_t max_tables; /* 0: all */
	char **args; /* what is no option */
	size_t arg_count;
};

struct cli_command {
	const char *name;
	const char *options; /* letters of cli_parse() that it takes */
	unsigned int formats;
	const char *synopsis;
	size_t min_args;
	/* What it is left in the sandbox; it enters none by itself. */
	enum cli_sandbox {
		CLI_SANDBOX_OWN, /* enters by itself, or does not parse */
		CLI_SANDBOX_READS, /* its arguments are files to read */
		CLI_SANDBOX_WRITES, /* the last one is to be written */
	} sandbox;
	int (*run)(const struct cli_options *options);
	/** Instead of all that: takes its arguments as they are. */
	int (*main)(int argc, char **argv);
};

extern const struct cli_command cli_report, cli_runs, cli_policy, cli_explain,
	cli_counters, cli_splits, cli_map, cli_extract, cli_batch, cli_query,
	cli_merge, cli_batch_one, cli_check, cli_diff;

/** One line on stderr; never returns CLI_OK. */
int cli_fail(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** The same for an error of the library's, which it ends. */
int cli_fail_error(struct dm_error *err);

/** Says on stderr what a walk could not tell, if so; the exit code for it. */
int cli_partial(const struct dm_usage *usage);
/** The same where the whole linear map has nothing in it. */
int cli_empty(const struct dm_usage *usage);
/** cli_partial(), and what dm_target_lacks_tables() said. */
int cli_tables_partial(const struct dm_usage *usage, bool lacks_tables);
/** All of that, and a view's own walks. */
int cli_view_partial(const struct dm_usage *usage,
		     const struct dm_target *target);

/** A file's name. */
void cli_say_name(const char *text, FILE *to);

/** A sink to stdout. */
struct dm_sink *cli_stdout(void);
/** Push out what is buffered; DM_ERROR_OUTPUT when the disk is full, say. */
struct dm_error *cli_flush(void);
/** Whether to colour stdout: option, NO_COLOR, terminal. */
bool cli_color(const struct cli_options *options);

/** A dump opened with all that a view needs. */
struct cli_dump {
	struct dm_dump *dump;
	struct dm_source *source; /* shows progress on a terminal */
	struct dm_dump_about about;
	struct dm_kernel kernel;
	struct cli_progress *progress;
};

/**
 * Time begins here: with --timeout, DM_ERROR_INTERRUPTED where it is up before
 * the dump is open, and of any read that comes later.
 */
struct dm_error *cli_open(struct cli_dump *ret, char *const *paths,
			  size_t count, const struct cli_options *options);
void cli_close(struct cli_dump *dump);
/** Put the dump's name before an error that is about the dump. */
struct dm_error *cli_name_dump(struct dm_error *err,
			       const struct cli_dump *dump);

/**
 * A source that passes reads on and, once they take over a second and stderr
 * is a terminal, says how many tables were read.
 */
struct cli_progress *cli_progress_create(struct dm_source *inner);
/**
 * Fail reads @p seconds after @p start, but not while tables are walked: a walk
 * ends by itself, in time for what comes after it.
 */
void cli_progress_limit(struct cli_progress *progress,
			const struct timespec *start, unsigned int seconds);
/** DM_ERROR_INTERRUPTED where that is now. */
struct dm_error *cli_progress_late(const struct cli_progress *progress);
/** The walk that cli_walk_options() was for is over. */
void cli_progress_walked(struct cli_progress *progress);
void cli_progress_destroy(struct cli_progress *progress);
struct dm_source *cli_progress_source(struct cli_progress *progress);
/**
 * How to walk a dump's tables, by the user's options; range is left to the
 * caller. Borrows @p dump's progress.
 */
struct dm_walk_options cli_walk_options(const struct cli_options *options,
					const struct cli_dump *dump);
/** Take the line off the terminal before something else is printed. */
void cli_progress_clear(struct cli_progress *progress);

#endif /* CLI_H */
