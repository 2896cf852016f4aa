// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kinds of dump have to complain of alike. */
#include <stdarg.h>
#include <stdio.h>

#include "dump/dump_private.h"

struct dm_error *dm_dump_no_vmcoreinfo(const struct dm_dump *dump)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: no VMCOREINFO in it, neither as a note nor in its memory, "
		"so nothing is known of its kernel; give it from elsewhere "
		"(--vmcoreinfo FILE), or dump again: with QEMU, add -device "
		"vmcoreinfo and load qemu_fw_cfg in the guest before",
		dump->files[0].path);
}

struct dm_error *dm_dump_two_vmcoreinfos(const struct dm_dump *dump)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: two different VMCOREINFO notes, and nothing says which is its kernel's: the dump is damaged",
		dump->files[0].path);
}

void dm_dump_incomplete(struct dm_dump *dump, const char *format, ...)
{
	va_list ap;

	if (!dump->info.complete)
		return;
	va_start(ap, format);
	vsnprintf(dump->why, sizeof(dump->why), format, ap);
	va_end(ap);
	dump->info.complete = false;
	dump->info.why_incomplete = dump->why;
}
