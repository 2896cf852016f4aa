/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's own counts of its linear map, read and explained. */
#ifndef DM_COUNTERS_H
#define DM_COUNTERS_H

#include "directmap/counters.h"
#include "target/target.h"

/** @param usage	Of the whole linear map: the truth. */
struct dm_error *dm_counters_init(struct dm_counters *counters,
				  struct dm_target *target,
				  const struct dm_usage *usage);
/** Of all zero too; not needed where the init gave an error. */
void dm_counters_deinit(struct dm_counters *counters);

#endif /* DM_COUNTERS_H */
