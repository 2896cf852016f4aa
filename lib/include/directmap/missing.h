/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a view could not look up: a list, and the same as a sentence. */
#ifndef DIRECTMAP_MISSING_H
#define DIRECTMAP_MISSING_H

#include <directmap/error.h>

DM_BEGIN_DECLS

/**
 * A list that belongs to the result which has it, and ends with that. NULL:
 * nothing is missing; all functions take it.
 */
struct dm_missing;

DM_API size_t dm_missing_count(const struct dm_missing *missing);

/* ---- Of the item @p i, below the count; strings are the list's ---- */

/** What was looked up, "memblock" say; NULL where the reason alone is known. */
DM_API const char *dm_missing_what(const struct dm_missing *missing, size_t i);
/** Why it could not be, a clause. */
DM_API const char *dm_missing_why(const struct dm_missing *missing, size_t i);
/** The kind of reason: one without dm_error_is_fatal(). */
DM_API enum dm_error_code dm_missing_code(const struct dm_missing *missing,
					  size_t i);

/**
 * All of it for people, in a line without a newline; "" where nothing is
 * missing. A reason that several items have is told once, and a long line is
 * cut.
 */
DM_API const char *dm_missing_text(const struct dm_missing *missing);

DM_END_DECLS

#endif /* DIRECTMAP_MISSING_H */
