/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a dump's VMCOREINFO is from: its notes, its memory, or the user. */
#ifndef DM_DUMP_VMCOREINFO_TEXT_H
#define DM_DUMP_VMCOREINFO_TEXT_H

#include "directmap/dump.h"

/*
 * Look for it in memory. Sets the dump's, or leaves it as it is where there is
 * none; DM_ERROR_BAD_DUMP: there are some, and none is proved, or several are.
 */
struct dm_error *dm_vmcoreinfo_search(struct dm_dump *dump,
				      const struct dm_dump_options *options);

/*
 * What the user gave, or a list of files named. Sets the dump's; @p options for who
 * may end it.
 */
struct dm_error *dm_vmcoreinfo_given(struct dm_dump *dump, const char *given,
				     const struct dm_dump_options *options);

#endif /* DM_DUMP_VMCOREINFO_TEXT_H */
