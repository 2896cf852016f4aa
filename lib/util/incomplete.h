/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a reading of kernel structures had to leave out. A dump with a broken
 * list still has the part before the break; the reader keeps that, and why it
 * is not all.
 */
#ifndef DM_INCOMPLETE_H
#define DM_INCOMPLETE_H

#include "util/error.h"

struct incomplete {
	uint64_t times; /* 0: nothing was left out */
	char why[DM_ERROR_MESSAGE_MAX]; /* the first reason */
};

/**
 * Note what is wrong with the dump.
 * @param err	Taken; NULL is fine.
 * @returns	@p err where dm_error_is_fatal(), else NULL.
 */
struct dm_error *dm_incomplete_note(struct incomplete *incomplete,
				    struct dm_error *err);

#endif /* DM_INCOMPLETE_H */
