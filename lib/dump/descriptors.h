/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors of one file, of which each is used by one read at a time: for
 * files that read through a buffer of the open file, as /proc/kcore does.
 */
#ifndef DUMP_DESCRIPTORS_H
#define DUMP_DESCRIPTORS_H

#include "directmap.h"

struct descriptors;

/*
 * @p fd, the first, stays the caller's; @p path is where others are opened,
 * which must lead to the same file. DM_ERROR_NO_MEMORY.
 */
struct dm_error *dm_descriptors_create(int fd, const char *path,
				       struct descriptors **ret);
/* Nobody is using one. NULL is fine. */
void dm_descriptors_destroy(struct descriptors *d);

/*
 * A descriptor that no other read uses: opened if there is none, and where no
 * more can be opened, waited for. To be given back. Any thread.
 */
int dm_descriptors_take(struct descriptors *d);
void dm_descriptors_give(struct descriptors *d, int fd);

#endif /* DUMP_DESCRIPTORS_H */
