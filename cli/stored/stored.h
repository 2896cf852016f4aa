/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports, from dumps and from files that hold stored ones (schema
 * "directmap/1": an object, or many, as of report --json and batch --json).
 * Which of the two a path is, its content tells.
 */
#ifndef STORED_H
#define STORED_H

#include <jansson.h>

#include "analysis.h"

/* More is refused: whole, before it is parsed. */
#define STORED_FILE_MAX (UINT64_C(1) << 30)

/**
 * Each report of a file.
 * @param name	Of the dump that it is of, as dm_text_name() has it.
 */
typedef struct dm_error *(*stored_fn)(void *arg, json_t *report,
				      const char *name);
struct dm_error *stored_each(const char *path, stored_fn fn, void *arg);

/**
 * Why a row has no figures to look at: batch could not read the dump. NULL: it
 * has; and it is @p report's.
 */
const char *stored_unread(const json_t *report);
/** Of what could not be read whole: `report` itself ended with 4, or not read. */
bool stored_is_partial(const json_t *report);

/** Whether figures of what is mapped are lower bounds: some of it is unknown. */
bool stored_has_unknown(const json_t *report);

/** How far lost leaves are known: all, those that are certain, or none. */
enum stored_history {
	STORED_HISTORY_UNKNOWN,
	STORED_HISTORY_AT_LEAST, /**< figures are lower bounds */
	STORED_HISTORY_KNOWN,
};
enum stored_history stored_history(const json_t *report);

/** The report of an analysed dump, as report --json has it, but brief.h. */
struct dm_error *stored_make(struct cli_analysis *a, json_t **ret);
/** The map of it, as map --json has it. */
struct dm_error *stored_make_map(struct cli_analysis *a, json_t **ret);

/** Of one dump, which may lie in several files. */
struct dm_error *stored_of_dump(char *const *paths, size_t count,
				const struct cli_options *options, stored_fn fn,
				void *arg);
/** Of a path, whatever it is: a dump's own, or each that is stored there. */
struct dm_error *stored_or_dump(const char *path,
				const struct cli_options *options, stored_fn fn,
				void *arg);

#endif /* STORED_H */
