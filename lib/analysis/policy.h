/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why boot mapped the linear map as it did, found out. */
#ifndef DM_POLICY_H
#define DM_POLICY_H

#include "directmap/policy.h"
#include "target/target.h"

/**
 * Evaluate the kernel's rule on the dump's own state.
 * @param usage	Of the whole linear map, to hold the outcome against.
 * @returns	NULL also where little is known: the policy says so. Errors are
 *		no memory and interrupts.
 */
struct dm_error *dm_policy_init(struct dm_policy *policy,
				struct dm_target *target,
				const struct dm_usage *usage);
/** Why leaves that are alike are not one: a clause, static text. */
const char *dm_merges_not(const struct dm_policy *policy);
/** Of all zero too; not needed where the init gave an error. */
void dm_policy_deinit(struct dm_policy *policy);

#endif /* DM_POLICY_H */
