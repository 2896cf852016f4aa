/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of the linear map, kept to be given once more: some two or three bytes
 * each, and no more than RUN_LOG_MAX in all. Beyond that nothing is kept, and
 * the tables are walked again.
 */
#ifndef DM_RUN_LOG_H
#define DM_RUN_LOG_H

#include "directmap.h"

#define RUN_LOG_MAX (UINT32_C(16) << 20) /* bytes */

struct run_log;

/** @param kernel	Borrowed: must outlive the object. */
struct dm_error *dm_run_log_create(const struct dm_kernel *kernel,
				   struct run_log **ret);
void dm_run_log_destroy(struct run_log *log);

/** A dm_run_fn: runs in VA order, all on the linear formula. @param arg The log. */
struct dm_error *dm_run_log_add(void *arg, const struct dm_run *run);
/** false: there were too many, or too many kinds. */
bool dm_run_log_whole(const struct run_log *log);
/** Give all of them, as they came. */
struct dm_error *dm_run_log_each(const struct run_log *log, dm_run_fn fn,
				 void *arg);

#endif /* DM_RUN_LOG_H */
