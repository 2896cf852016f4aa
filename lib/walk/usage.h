/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds runs, findings and unknown ranges up to struct dm_usage. */
#ifndef DM_USAGE_H
#define DM_USAGE_H

#include "directmap.h"

void dm_usage_init(struct dm_usage *usage, const struct dm_kernel *kernel);
void dm_usage_add_run(struct dm_usage *usage, const struct dm_run *run);
void dm_usage_add_finding(struct dm_usage *usage,
			  const struct dm_finding *finding);
/** The next one by VA. */
void dm_usage_add_unknown(struct dm_usage *usage,
			  const struct dm_unknown *unknown);
/** NULL: the tables were held against memory; else why they were not. */
void dm_usage_note_memory(struct dm_usage *usage, const char *why_not);

#endif /* DM_USAGE_H */
