/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What could not be looked up, collected in a line for the reader. */
#ifndef DM_MISSING_H
#define DM_MISSING_H

#include "directmap.h"

/**
 * Add why something could not be looked up, each reason once. Memory that is
 * not in the dump is named as just that: where a file lacks it is no news, and
 * an extract must say the same as its source.
 *
 * @param err	Taken; NULL is fine.
 * @returns	@p err where dm_error_is_fatal(), else NULL.
 */
struct dm_error *dm_missing_note(char *text, size_t size, struct dm_error *err);
/** The same for a reason in words; @p what stands before it, NULL for none. */
void dm_missing_add(char *text, size_t size, const char *what, const char *why);

#endif /* DM_MISSING_H */
