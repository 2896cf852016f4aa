/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the list of what could not be looked up is made: see directmap/missing.h.
 * It is there from the first item on; *@p missing is NULL before.
 */
#ifndef DM_MISSING_H
#define DM_MISSING_H

#include "directmap/missing.h"

/**
 * Add why something could not be looked up. Memory that is not in the dump is
 * named as just that: where a file lacks it is no news, and an extract must say
 * the same as its source.
 *
 * @param err	Taken; NULL is fine. What was looked up stands before it, and a
 *		colon behind: "vmalloc areas: …".
 * @returns	@p err where dm_error_is_fatal(), or no memory, else NULL.
 */
struct dm_error *dm_missing_note(struct dm_missing **missing,
				 struct dm_error *err);
/** The same for @p what, NULL for none, in place of what stands before @p err. */
struct dm_error *dm_missing_note_of(struct dm_missing **missing,
				    const char *what, struct dm_error *err);
/** The same for a reason in words. @returns Only no memory. */
struct dm_error *dm_missing_add(struct dm_missing **missing, const char *what,
				const char *why, enum dm_error_code code);
/** All of @p other, which may be NULL. @returns Only no memory. */
struct dm_error *dm_missing_merge(struct dm_missing **missing,
				  const struct dm_missing *other);

/** How far a list has come, to go back to. */
struct missing_mark {
	size_t items, text;
};
struct missing_mark dm_missing_mark(const struct dm_missing *missing);
/** Forget what was added since @p mark of the same list. */
void dm_missing_back(struct dm_missing *missing, struct missing_mark mark);
void dm_missing_destroy(struct dm_missing *missing);

/* In words alone, "; " between them. */
struct dm_error *dm_missing_say(char *text, size_t size, struct dm_error *err);
void dm_missing_say_why(char *text, size_t size, const char *why);

#endif /* DM_MISSING_H */
