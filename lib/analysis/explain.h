/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What explain.c gives to explain_all.c. */
#ifndef DM_EXPLAIN_H
#define DM_EXPLAIN_H

#include "analysis/owners.h"

/** dm_explain_init() with owners that are ready, for many questions. */
struct dm_error *dm_explain_with(struct dm_explanation *explanation,
				 struct dm_target *target,
				 struct owners *owners,
				 const struct dm_policy *policy,
				 const char *what);

#endif /* DM_EXPLAIN_H */
