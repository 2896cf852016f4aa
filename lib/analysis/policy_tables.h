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
	 * The same of leaves that are in the alias, but not in that of text and
	 * rodata: in init, data and bss. 0 where it is not known where that ends.
	 */
	uint64_t larger_in_data;
	/** The same of leaves that begin in the image's head, before _stext. */
	uint64_t larger_in_head;
	/**
	 * The same next to the image, in the pieces of 2 MiB that it begins and
	 * ends in: no memory that is added later has these.
	 */
	uint64_t larger_beside;
};

/** What of the linear map boot protects by itself: VAs; what is 0 is not known. */
struct image_alias {
	struct dm_range whole; /* _text to _end */
	struct dm_range text; /* _stext to __init_begin */
	struct dm_range zeros; /* memory that is read-only, and is no code's */
};

/**
 * @param usage	Of the whole linear map. Where it has findings nothing is said:
 *		such a map is not understood.
 */
struct dm_error *dm_tables_show(struct dm_target *target,
				const struct dm_usage *usage,
				const struct image_alias *image,
				struct tables_shown *shown);

/** Whether all of [@p start, @p end) is mapped, by pages alone. VAs. */
struct dm_error *dm_tables_all_pages(struct dm_target *target, uint64_t start,
				     uint64_t end, bool *ret);

#endif /* DM_POLICY_TABLES_H */
