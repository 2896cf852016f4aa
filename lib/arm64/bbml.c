// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of the "break before make" levels. A CPU of level 0 or 1 may not have a
 * leaf split that is in use.
 */
#include <stdio.h>
#include <string.h>

#include "arm64/bbml.h"

bool dm_bbml_is(const char *desc, char *name, size_t size)
{
	static const char prefix[] = "BBM Level ";
	const char *level = desc + sizeof(prefix) - 1;

	if (strncmp(desc, prefix, sizeof(prefix) - 1) != 0 || *level < '2' ||
	    *level > '9')
		return false;
	snprintf(name, size, "bbml%c", *level);
	return true;
}

const char *dm_bbml_label(const char *name)
{
	return strncmp(name, "bbml2", 5) == 0 ? "BBML2" : "BBML3";
}
