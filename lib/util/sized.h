/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Structs of a caller's that begin with their size, as his header has them. */
#ifndef DM_SIZED_H
#define DM_SIZED_H

#include "directmap/error.h"

/**
 * Copy what a caller gave: what his header does not have yet is 0, and what this
 * library does not have yet must be.
 *
 * @param own	All of it is written; its first member is a size_t, the size.
 * @param given	NULL: all is 0.
 * @param name	Of the struct, for the error.
 * @returns	DM_ERROR_INVALID_ARGUMENT: the size is not set, or there is
 *		something behind what this library knows.
 */
struct dm_error *dm_sized_take(void *own, size_t own_size, const void *given,
			       const char *name);

#endif /* DM_SIZED_H */
