/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A set of page addresses that grows with what is put in. */
#ifndef DM_PA_SET_H
#define DM_PA_SET_H

#include "directmap.h"

/* All zero is an empty set. */
struct pa_set {
	uint64_t *slots;
	size_t size; /* a power of two, or 0 */
	size_t count;
};

void pa_set_deinit(struct pa_set *set);

/** @param added	Told whether @p pa was not in it before. */
struct dm_error *pa_set_add(struct pa_set *set, uint64_t pa, bool *added);

/** A new array in rising order, of set->count elements, for the caller to free. */
struct dm_error *pa_set_sorted(const struct pa_set *set, uint64_t **ret);

#endif /* DM_PA_SET_H */
