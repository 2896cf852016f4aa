/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of kernel addresses that grows with what is put in. For pages by the
 * hundred thousand there is pa_set.h.
 */
#ifndef DM_VA_SET_H
#define DM_VA_SET_H

#include "directmap.h"

/* All zero is an empty set. */
struct va_set {
	uint64_t *slots;
	size_t size; /* a power of two, or 0 */
	size_t count;
};

void dm_va_set_deinit(struct va_set *set);

/** @param added	Told whether @p va was not in it before. */
struct dm_error *dm_va_set_add(struct va_set *set, uint64_t va, bool *added);

#endif /* DM_VA_SET_H */
