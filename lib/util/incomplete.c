// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeps the first reason why a reading is not whole. */
#include <stdio.h>

#include "util/incomplete.h"

struct dm_error *dm_incomplete_note(struct incomplete *incomplete,
				    struct dm_error *err)
{
	if (!err || dm_error_is_fatal(err))
		return err;
	if (!incomplete->times++)
		snprintf(incomplete->why, sizeof(incomplete->why), "%s",
			 err->message);
	dm_error_destroy(err);
	return NULL;
}
