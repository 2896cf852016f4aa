/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DM_USAGE_H
#define DM_USAGE_H

#include "directmap.h"

void dm_usage_init(struct dm_usage *usage, const struct dm_kernel *kernel);
void dm_usage_add_run(struct dm_usage *usage, const struct dm_run *run);
void dm_usage_add_finding(struct dm_usage *usage,
			  const struct dm_finding *finding);

#endif /* DM_USAGE_H */
