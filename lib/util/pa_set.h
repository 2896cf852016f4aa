/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of page addresses that grows with what is put in: some two or three
 * bytes each, where there are many.
 */
#ifndef DM_PA_SET_H
#define DM_PA_SET_H

#include "directmap.h"

struct pa_area;

/* All zero is an empty set. */
struct pa_set {
	struct pa_area **slots; /* by hash */
	size_t size; /* a power of two, or 0 */
	size_t areas;
	struct pa_area *last; /* the one used last; NULL: none yet */
	size_t count; /* of addresses */
};

void dm_pa_set_deinit(struct pa_set *set);

/**
 * @param pa	Of a page of 4096 bytes or more.
 * @param added	Told whether @p pa was not in it before.
 */
struct dm_error *dm_pa_set_add(struct pa_set *set, uint64_t pa, bool *added);

/** A new array in rising order, of set->count elements, for the caller to free. */
struct dm_error *dm_pa_set_sorted(const struct pa_set *set, uint64_t **ret);

#endif /* DM_PA_SET_H */
