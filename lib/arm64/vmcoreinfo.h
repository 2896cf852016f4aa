/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VMCOREINFO note: lines of KEY=VALUE that a kernel leaves for those who
 * read its dump (Linux kernel/vmcore_info.c).
 */
#ifndef DM_VMCOREINFO_H
#define DM_VMCOREINFO_H

#include "directmap.h"

struct dm_vmcoreinfo {
	const char *text; /* not NUL-terminated, borrowed */
	size_t size;
};

/**
 * The value of @p key, a pointer into the note.
 * @returns DM_ERROR_BAD_DUMP where the key is missing (or stands there twice
 *	    with two values).
 */
struct dm_error *dm_vmcoreinfo_string(const struct dm_vmcoreinfo *info,
				      const char *key, const char **value,
				      size_t *size);
/** The same, as a number; @p base 0 takes 0x for hexadecimal. */
struct dm_error *dm_vmcoreinfo_number(const struct dm_vmcoreinfo *info,
				      const char *key, int base,
				      uint64_t *value);
bool dm_vmcoreinfo_has(const struct dm_vmcoreinfo *info, const char *key);

#endif /* DM_VMCOREINFO_H */
