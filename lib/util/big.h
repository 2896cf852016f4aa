/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory for tables of megabytes that are filled at once. On huge pages, where
 * the system has them: in a guest, a page fault for each 4 KiB can cost more
 * than all that is done with them.
 */
#ifndef DM_BIG_H
#define DM_BIG_H

#include <stddef.h>

/** Not zeroed; free() ends it. NULL without memory, never for a size of 0. */
void *dm_big_alloc(size_t size);

#endif /* DM_BIG_H */
