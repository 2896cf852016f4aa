/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that a dump's memory has no VMCOREINFO of, by a page of its image. */
#ifndef DM_DUMP_KERNEL_IMAGE_H
#define DM_DUMP_KERNEL_IMAGE_H

#include "directmap/dump.h"
#include "directmap/find.h"

/*
 * A text that stands in for VMCOREINFO; malloc()ed. @p mark is the PA of what
 * dm_kernel_mark() knows; @p limits are of all marks together. DM_ERROR_NOT_FOUND, DM_ERROR_BAD_DUMP: what is missing.
 */
struct dm_error *dm_image_read(struct dm_dump *dump, uint64_t mark,
			       struct dm_find_limits *limits, char **text,
			       size_t *size);

#endif /* DM_DUMP_KERNEL_IMAGE_H */
