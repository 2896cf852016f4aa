/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What of a kernel's image can be told from the front of one of its pages. */
#ifndef DM_MARK_H
#define DM_MARK_H

#include "directmap/find.h"

/** Of an Image header: what its flags say of the page size, 0 unknown; bytes. */
uint32_t dm_image_page_size(const unsigned char front[DM_KERNEL_MARK_SIZE]);
/** Of an Image header: bytes from _text to _end as linked, 0 unknown. */
uint64_t dm_image_size(const unsigned char front[DM_KERNEL_MARK_SIZE]);

#endif /* DM_MARK_H */
