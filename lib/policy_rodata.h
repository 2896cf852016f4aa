/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the linear map itself shows of rodata=. */
#ifndef DM_POLICY_RODATA_H
#define DM_POLICY_RODATA_H

#include "directmap.h"

/**
 * Whether read-only pages show that rodata=full holds: those that lie outside
 * the alias of the kernel's text and read-only data. If there are none, that
 * shows nothing.
 *
 * @param usage	Of the whole linear map.
 * @param shown	false also where the map has findings, or the alias of _stext
 *		is not read-only: such a map is not understood.
 */
struct dm_error *rodata_shown_full(struct dm_target *target,
				   const struct dm_usage *usage, bool *shown);

#endif /* DM_POLICY_RODATA_H */
