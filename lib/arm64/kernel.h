/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel of a dump, read off its VMCOREINFO. */
#ifndef DM_KERNEL_H
#define DM_KERNEL_H

#include "directmap/kernel.h"

/**
 * Read VMCOREINFO and work out the translation geometry.
 * @returns DM_ERROR_BAD_DUMP (missing or contradictory lines, named),
 *	    DM_ERROR_UNSUPPORTED (a geometry that Linux does not have).
 */
struct dm_error *dm_kernel_init(struct dm_kernel *kernel,
				struct dm_source *source);

/**
 * Set what follows from page_shift, va_bits and va_bits_configured: levels and
 * the bounds of the linear map.
 */
void dm_kernel_derive(struct dm_kernel *kernel);

/**
 * Set page_size and page_shift alone: what names and sizes of leaves depend on.
 * @param size	Bytes.
 * @returns	false, and nothing is set: no arm64 kernel has such pages.
 */
bool dm_kernel_set_page_size(struct dm_kernel *kernel, uint64_t size);

#endif /* DM_KERNEL_H */
