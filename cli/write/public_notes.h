/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ELF notes of a dump without what they hold of its memory. */
#ifndef PUBLIC_NOTES_H
#define PUBLIC_NOTES_H

#include "directmap.h"

/**
 * New notes: VMCOREINFO, and of each CPU the status (NT_PRSTATUS) with x0 to
 * x30 zero. Vector registers (keys and strings pass through them), task
 * structures and whatever else a dump may carry stay behind.
 *
 * @param ret	For the caller to free.
 */
struct dm_error *public_notes(const void *notes, size_t size,
			      const char *vmcoreinfo, size_t vmcoreinfo_size,
			      void **ret, size_t *ret_size);

#endif /* PUBLIC_NOTES_H */
