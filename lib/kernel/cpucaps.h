/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel found its CPUs able to do. */
#ifndef DM_CPUCAPS_H
#define DM_CPUCAPS_H

#include "target/target.h"

/**
 * The "break before make" capability that splitting live leaves asks for.
 * @param name	"bbml3", "bbml2"; "" on error, unless only @p has is not known.
 * @param has	Whether the kernel found all its CPUs to have it.
 * @returns	DM_ERROR_NOT_FOUND also where the kernel's table has no such
 *		entry: kernels that split leaves have it.
 */
struct dm_error *dm_cpucaps_bbml(struct dm_target *target, char *name,
				 size_t size, enum dm_known *has);

#endif /* DM_CPUCAPS_H */
