/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a target keeps of the walk over its linear map. */
#ifndef DM_TARGET_WALK_H
#define DM_TARGET_WALK_H

#include "target/target.h"

struct target_walk;

/** Where the target keeps it; NULL there: no walk yet. */
struct target_walk **dm_target_walk_kept(struct dm_target *target);
void dm_target_walk_destroy(struct target_walk *walk);

#endif /* DM_TARGET_WALK_H */
