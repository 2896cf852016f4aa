/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the linear map itself shows of the policy. */
#ifndef DM_POLICY_TABLES_H
#define DM_POLICY_TABLES_H

#include "target/target.h"

struct tables_shown {
	/**
	 * The alias of _stext is read-only, as on every kernel once it has
	 * booted; if not, nothing else is said.
	 */
	bool understood;
	/** Read-only memory that is no part of the kernel image's alias. */
	bool read_only_outside;
	/** The alias of the image's data is read-only or invalid. */
	bool data_protected;
	/** Bytes in leaves larger than a page that reach out of that alias. */
	uint64_t larger_outside;
	/**
	 * The same next to the image, in the pieces of 2 MiB that it begins and
	 * ends in: no memory that is added later has these.
	 */
	uint64_t larger_beside;
};

/**
 * @param usage	Of the whole linear map. Where it has findings nothing is said:
 *		such a map is not understood.
 * @param image	VAs of the image's alias, from _text to _end; both 0: not known.
 */
struct dm_error *dm_tables_show(struct dm_target *target,
				const struct dm_usage *usage,
				const struct dm_range *image,
				struct tables_shown *shown);

/** Whether all of [@p start, @p end) is mapped, by pages alone. VAs. */
struct dm_error *dm_tables_all_pages(struct dm_target *target, uint64_t start,
				     uint64_t end, bool *ret);

#endif /* DM_POLICY_TABLES_H */
