/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An error of a call that the system failed, by errno. */
#ifndef OS_ERROR_H
#define OS_ERROR_H

#include <errno.h>
#include <string.h>

#include "directmap/error.h"

/** @param what	A file's name, or what could not be done. */
static inline struct dm_error *os_error(enum dm_error_code code,
					const char *what)
{
	return dm_error_create(code, "%s: %s", what, strerror(errno));
}

#endif /* OS_ERROR_H */
