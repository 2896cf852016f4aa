// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps the first reason why a reading is not whole. */
#include <stdio.h>

#include "util/incomplete.h"

static bool is_about_dump(enum dm_error_code code)
{
	switch (code) {
	case DM_ERROR_ABSENT:
	case DM_ERROR_BROKEN:
	case DM_ERROR_BAD_DUMP:
	case DM_ERROR_NOT_FOUND:
	/* A pointer to no kernel address, a layout that Linux never had. */
	case DM_ERROR_INVALID_ARGUMENT:
	case DM_ERROR_UNSUPPORTED:
		return true;
	default:
		return false;
	}
}

struct dm_error *dm_incomplete_note(struct incomplete *incomplete,
				    struct dm_error *err)
{
	if (!err)
		return NULL;
	if (!is_about_dump(err->code))
		return err;
	if (!incomplete->times++)
		snprintf(incomplete->why, sizeof(incomplete->why), "%s",
			 err->message);
	dm_error_destroy(err);
	return NULL;
}
