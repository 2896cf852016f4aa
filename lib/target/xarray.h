/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * XArrays of the kernel's, and what is made of them: radix trees, IDRs. Other
 * names for the same structures since 4.20 (include/linux/radix-tree.h).
 */
#ifndef DM_XARRAY_H
#define DM_XARRAY_H

#include "util/incomplete.h"
#include "target/target.h"

/** An entry that is a number; others are pointers. */
static inline bool xarray_is_value(uint64_t entry)
{
	return entry & 1;
}

static inline uint64_t xarray_to_value(uint64_t entry)
{
	return entry >> 1;
}

/**
 * @param index	Of the first slot, if the entry has several.
 * @param entry	A value or a pointer, as the array has it.
 */
typedef struct dm_error *(*xarray_fn)(void *arg, uint64_t index,
				      uint64_t entry);

/**
 * Call @p fn for each entry, by rising index.
 *
 * A node is entered only from the slot that it names as its own, so that each
 * is seen once, whatever the pointers say.
 *
 * @param va		Of the struct xarray.
 * @param max		Of entries; a larger array is cut and so incomplete.
 * @param incomplete	Gets what is wrong with the array, and those errors of
 *			@p fn that are about the dump; the walk goes on after
 *			both, but without the broken part.
 * @returns		Only what is not about the dump, or that its types are
 *			not known.
 */
struct dm_error *dm_xarray_walk(struct dm_target *target, uint64_t va,
				size_t max, xarray_fn fn, void *arg,
				struct incomplete *incomplete);

/** The same for a struct idr at @p va; the index is the ID. */
struct dm_error *dm_idr_walk(struct dm_target *target, uint64_t va, size_t max,
			     xarray_fn fn, void *arg,
			     struct incomplete *incomplete);

#endif /* DM_XARRAY_H */
