/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that a realm shares with its host. */
#ifndef DM_REALM_H
#define DM_REALM_H

#include "walk/walk.h"
#include "target/target.h"

/**
 * The whole linear map's figures, and before them whether the kernel ran in a
 * realm: leaves of memory that it shares are off the formula by one bit. Where
 * such leaves are found, @p kernel learns the bit, and they are as others then.
 *
 * @param target	Of the same source and kernel, for its symbols. NULL:
 *			one is made where it is needed. It keeps the walk
 *			for its views: dm_target_walk().
 * @param options	As of dm_walk_with(); NULL: none.
 */
struct dm_error *dm_walk_realm(struct dm_source *source,
			       struct dm_kernel *kernel,
			       struct dm_target *target,
			       const struct dm_walk_options *options,
			       struct dm_usage *usage);
/**
 * The same for one who wants runs as they come, and cannot walk twice: asks the
 * symbols first, and walks only where there are none.
 */
struct dm_error *dm_realm_init(struct dm_source *source,
			       struct dm_kernel *kernel,
			       struct dm_target *target,
			       const struct dm_walk_options *options);

#endif /* DM_REALM_H */
