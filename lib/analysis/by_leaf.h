/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the linear map itself tells of a page that nothing else is known to want
 * so: a whole pageblock that is invalid, memory mapped as a device's.
 */
#ifndef DM_BY_LEAF_H
#define DM_BY_LEAF_H

#include "directmap/owner.h"
#include "target/target.h"

/**
 * Name the owner of a page by how it is mapped, if it is of no kind that is
 * known yet.
 * @param pa		Of the page, in the linear map.
 * @param attrs		Of its leaf.
 * @param owner		As dm_special_doubt() has left it; changed where the leaf
 *			tells who did that.
 * @returns		Errors with dm_error_is_fatal() only.
 */
struct dm_error *dm_by_leaf(struct dm_target *target, uint64_t pa,
			    uint64_t attrs, struct dm_owner *owner);

#endif /* DM_BY_LEAF_H */
