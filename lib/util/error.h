/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Errors as the library itself judges and passes them. */
#ifndef DM_ERROR_H
#define DM_ERROR_H

#include "directmap/error.h"

/** Whether a page could not be read, by what the dump has of it. NULL: no. */
bool dm_error_is_unread(const struct dm_error *err);

/**
 * For what can do without an answer.
 * @param err	Taken; NULL is fine.
 * @returns	@p err where dm_error_is_fatal(), else NULL.
 */
struct dm_error *dm_error_forgive(struct dm_error *err);

/**
 * For what need not be there.
 * @param err	Taken; NULL is fine.
 * @returns	NULL for DM_ERROR_NOT_FOUND, else @p err.
 */
struct dm_error *dm_error_unless_missing(struct dm_error *err);

/**
 * For what was looked up in a second way after the first had failed.
 * @param first		Why it had; taken.
 * @param second	What came of the second way; taken.
 * @returns	NULL if that was right; else @p first, unless @p second ends the
 *		job.
 */
struct dm_error *dm_error_either(struct dm_error *first,
				 struct dm_error *second);

#endif /* DM_ERROR_H */
