/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory that a realm shares with its host. */
#ifndef DM_REALM_H
#define DM_REALM_H

#include "directmap.h"

/** Whether a leaf with these descriptor bits maps shared memory. */
bool dm_realm_is_shared(const struct dm_kernel *kernel, uint64_t attrs);

#endif /* DM_REALM_H */
