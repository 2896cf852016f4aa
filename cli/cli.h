/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands of kdump-triage share. */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>
#include <time.h>

#include "directmap.h"
#include "directmap/dump.h"
#include "options/options.h"

/** Exit codes, documented in kdump-triage(1). */
enum cli_exit {
	CLI_OK = 0,
	CLI_CHECK_FAILED = 1, /* a check that the user asked for */
	CLI_USAGE = 2,
	CLI_DUMP = 3, /* unreadable or unsupported */
	CLI_PARTIAL = 4, /* a result, but not of everything */
	CLI_FAULT = 5, /* ours, or the machine's: no memory, disk full */
};

/* What a command is left in the sandbox. */
enum cli_sandbox {
	CLI_SANDBOX_OWN, /* it enters one by itself, or needs none */
	CLI_SANDBOX_READS, /* its arguments are files to read */
	CLI_SANDBOX_WRITES, /* the last one is to be written */
};

struct cli_command {
	enum cli_sandbox sandbox;
	bool folds; /* its text, where a terminal is narrower */
	int (*run)(const struct cli_options *options);
};

extern const struct cli_command cli_report, cli_runs, cli_policy, cli_explain,
	cli_counters, cli_splits, cli_map, cli_extract, cli_batch, cli_query,
	cli_merge, cli_check, cli_diff, cli_ptdump;

/** One line on stderr; never returns CLI_OK. */
int cli_fail(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** The same for an error of the library's, which it ends. */
int cli_fail_error(struct dm_error *err);

/** Says on stderr what a walk could not tell, if so; the exit code for it. */
int cli_partial(const struct dm_usage *usage);
/** The same where the whole linear map has nothing in it. */
int cli_empty(const struct dm_usage *usage);
/** cli_partial(), and what dm_session_lacks_tables() said. */
int cli_tables_partial(const struct dm_usage *usage, bool lacks_tables);
/** All of that, and a view's own walks. */
int cli_view_partial(const struct dm_usage *usage, bool lacks_tables);

/** A file's name. */
void cli_say_name(const char *text, FILE *to);

/** A sink to stdout. */
struct dm_sink *cli_stdout(void);
/** Push out what is buffered; DM_ERROR_OUTPUT when the disk is full, say. */
struct dm_error *cli_flush(void);
/** Whether to colour stdout: option, NO_COLOR, terminal. */
bool cli_color(const struct cli_options *options);

/**
 * The command worth trying next, on stderr: for people who look on, so only where
 * stdout and stderr are terminals. Of the dump that @p files are.
 */
void cli_say_next(const struct cli_options *options, char *const *files,
		  size_t count, const struct dm_next *next);

/** A dump opened with all that a view needs. */
struct cli_dump {
	struct dm_dump *dump;
	struct dm_source *source; /* shows progress on a terminal */
	const struct dm_dump_about *about;
	struct cli_progress *progress;
	struct dm_session *session; /* on that source */
	const struct dm_kernel *kernel; /* of the session */
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
/** A walk of a session of the dump's begins, which ends by itself. */
void cli_progress_walk(struct cli_progress *progress);
/** It is over. */
void cli_progress_walked(struct cli_progress *progress);
void cli_progress_destroy(struct cli_progress *progress);
struct dm_source *cli_progress_source(struct cli_progress *progress);
/** How a session is to walk, by the user's options; borrows @p progress. */
void cli_progress_options(struct cli_progress *progress,
			  const struct cli_options *options,
			  struct dm_session_options *session);
/** Take the line off the terminal before something else is printed. */
void cli_progress_clear(struct cli_progress *progress);

#endif /* CLI_H */
