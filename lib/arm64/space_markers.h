/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Into what the kernel half is divided, as ptdump's markers name it. */
#ifndef DM_SPACE_MARKERS_H
#define DM_SPACE_MARKERS_H

#include "arm64/va_layout.h"

/* What the dump tells beside VMCOREINFO; all zero: nothing. */
struct space_facts {
	struct va_layout layout;
	bool kasan; /* has a shadow, between the linear map and the modules */
	uint64_t fixmap_pages; /* by enum fixed_addresses; 0: not known */
	uint64_t struct_page; /* bytes; 0: not known */
};

struct space_marker {
	uint64_t va;
	const char *name; /* NULL at the end, whose va is UINT64_MAX */
};

#define SPACE_MARKERS_MAX 16

/**
 * Whether the fixmap's markers are of all of it (FIXADDR_TOT_START), else of the
 * part without early ioremap's: which end of enum fixed_addresses counts.
 */
bool dm_arm64_fixmap_is_whole(const struct va_layout *layout);

/**
 * In order of VA, those that are known. The first is the linear map's start.
 * @param markers	SPACE_MARKERS_MAX of them, the end's included.
 */
void dm_arm64_markers(const struct dm_kernel *kernel,
		      const struct space_facts *facts,
		      struct space_marker *markers);

#endif /* DM_SPACE_MARKERS_H */
