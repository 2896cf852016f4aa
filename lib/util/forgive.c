// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which errors may be passed over. Apart from error.c, whose functions are
 * exported: libdirectmap-dump has its own copy of this file, and none of that.
 */
#include "util/error.h"

bool dm_error_is_unread(const struct dm_error *err)
{
	return err &&
	       (err->code == DM_ERROR_ABSENT || err->code == DM_ERROR_BROKEN);
}

struct dm_error *dm_error_forgive(struct dm_error *err)
{
	if (dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	return NULL;
}

struct dm_error *dm_error_unless_missing(struct dm_error *err)
{
	if (!err || err->code != DM_ERROR_NOT_FOUND)
		return err;
	dm_error_destroy(err);
	return NULL;
}

struct dm_error *dm_error_either(struct dm_error *first,
				 struct dm_error *second)
{
	if (!second || dm_error_is_fatal(second)) {
		dm_error_destroy(first);
		return second;
	}
	dm_error_destroy(second);
	return first;
}
