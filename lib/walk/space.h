/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk of all that the kernel's page tables map, linear map and all else, an
 * entry at a time: what the kernel's own ptdump is told.
 */
#ifndef DM_SPACE_H
#define DM_SPACE_H

#include "directmap/ptdump.h"

/** A stretch of addresses that one entry stands for, or several that are alike. */
struct space_entry {
	uint64_t va;
	uint64_t size; /* bytes; of DM_SPACE_STOPPED of no account */
	int level; /* the architecture's: of the table that it stands in */
	enum dm_space_state state;
	uint64_t entry; /* of a leaf; of what is unknown by its entry */
	uint64_t table; /* of what is unknown by its table: PA */
};

typedef struct dm_error *(*space_fn)(void *arg,
				     const struct space_entry *entry);

struct space_options {
	uint64_t start, last; /* VAs, last inclusive */
	uint64_t max_tables; /* 0: all */
	bool (*stop)(void *arg); /* NULL: never */
	void *arg; /* of stop() */
};

/**
 * Each entry from options->start on, in order of VA. Tables that several entries
 * lead to are read once: Linux shares those of KASAN's early shadow alone, of
 * which each maps one page all over, and what leads to such a table is told as
 * one leaf; what else is shared is DM_SPACE_SHARED where it is seen again.
 *
 * @param tables	Told how many were read. Where options end the walk, the rest is one
 *		entry, DM_SPACE_STOPPED.
 * @returns	Errors of @p fn, and such as dm_error_is_fatal().
 */
struct dm_error *dm_space_walk(struct dm_source *source,
			       const struct dm_kernel *kernel,
			       const struct space_options *options, space_fn fn,
			       void *arg, uint64_t *tables);

#endif /* DM_SPACE_H */
