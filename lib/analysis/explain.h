/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What explain.c gives to explain_all.c. */
#ifndef DM_EXPLAIN_H
#define DM_EXPLAIN_H

#include "analysis/owners.h"

/**
 * @param owners	Of @p target; what they could not look up for the questions
 *			before is forgotten.
 * @param policy	Of dm_policy_init(): part of the reason for a leaf.
 * @param what	A kernel or physical address (0x…), pfn:N, or SYMBOL[+OFFSET].
 * @returns	DM_ERROR_INVALID_ARGUMENT: not one of these;
 *		DM_ERROR_NOT_FOUND: no such symbol.
 */
struct dm_error *dm_explain_init(struct dm_explanation *explanation,
				 struct dm_target *target,
				 struct owners *owners,
				 const struct dm_policy *policy,
				 const char *what);
/** Of all zero too; not needed where the init gave an error. */
void dm_explain_deinit(struct dm_explanation *explanation);

/**
 * Read all that explain would for addresses that are not as boot left them, and
 * for modules: for a recorder below @p target's source.
 */
struct dm_error *dm_explain_prefetch(struct dm_target *target,
				     const struct dm_policy *policy);

#endif /* DM_EXPLAIN_H */
