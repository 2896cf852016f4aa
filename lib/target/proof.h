/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a VMCOREINFO is that of the page tables that it leads to. */
#ifndef DM_PROOF_H
#define DM_PROOF_H

#include "directmap/kernel.h"

/**
 * Hold what a VMCOREINFO says against the page tables that it leads to. Memory
 * may have such texts of an earlier kernel, of a guest, or of a file that
 * somebody had read.
 *
 * @param source	Its vmcoreinfo() gives the text that is in question.
 * @param kernel	What dm_kernel_init() made of it.
 * @param text		PA of the text, or of the note around it: a page of the
 *			kernel's, which its linear map has.
 * @returns	NULL: they agree in at least one translation and differ in
 *		none. DM_ERROR_BAD_DUMP: why it is not believed; other codes: as
 *		those of a source's read() that end a job.
 */
struct dm_error *dm_kernel_prove(struct dm_source *source,
				 const struct dm_kernel *kernel, uint64_t text);

#endif /* DM_PROOF_H */
