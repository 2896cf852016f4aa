/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the KFENCE pool is, and how large. */
#ifndef DM_KFENCE_H
#define DM_KFENCE_H

#include "target/target.h"

/**
 * Where KFENCE keeps its objects, as PA; both 0 if there is no pool.
 * @returns	DM_ERROR_NOT_FOUND: how large it is cannot be told.
 */
struct dm_error *dm_kfence_pool(struct dm_target *target, uint64_t *start,
				uint64_t *end);

/** Bytes that no pool is longer than. */
uint64_t dm_kfence_pool_max(const struct dm_kernel *kernel);

#endif /* DM_KFENCE_H */
