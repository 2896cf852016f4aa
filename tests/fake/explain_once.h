/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question about a target, with owners that are found for it alone. */
#ifndef FAKE_EXPLAIN_ONCE_H
#define FAKE_EXPLAIN_ONCE_H

#include <string.h>

#include "analysis/explain.h"

static inline struct dm_error *explain_once(struct dm_explanation *x,
					    struct dm_target *target,
					    const struct dm_policy *policy,
					    const char *what)
{
	struct owners *owners;
	struct dm_error *err = dm_owners_create(target, &owners);

	memset(x, 0, sizeof(*x));
	if (err)
		return err;
	err = dm_explain_init(x, target, owners, policy, what);
	dm_owners_destroy(owners);
	return err;
}

#endif /* FAKE_EXPLAIN_ONCE_H */
