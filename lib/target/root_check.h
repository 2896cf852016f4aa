/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether what stands at swapper_pg_dir is this kernel's root table at all. */
#ifndef DM_ROOT_CHECK_H
#define DM_ROOT_CHECK_H

#include "directmap.h"

/**
 * @param usage	What a walk from there saw.
 * @returns	DM_ERROR_BAD_DUMP: it is something else.
 */
struct dm_error *dm_root_check(struct dm_source *source,
			       const struct dm_kernel *kernel,
			       const struct dm_usage *usage);

#endif /* DM_ROOT_CHECK_H */
