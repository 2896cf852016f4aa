/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds kallsyms where no VMCOREINFO tells where it is. */
#ifndef DM_KALLSYMS_SEARCH_H
#define DM_KALLSYMS_SEARCH_H

#include "target/kva.h"

#define KALLSYMS_GUESSES 16

/** Where the tables may be; VAs. No relative_base: offsets are from their places. */
struct kallsyms_guess {
	uint64_t offsets, relative_base, num_syms, names;
	uint64_t token_table, token_index;
};

/**
 * @param guesses	At least KALLSYMS_GUESSES. All of them share the tokens,
 *			which were found for sure; the rest is to be checked.
 * @returns	NULL with a @p count of 0 also where nothing is found.
 */
struct dm_error *dm_kallsyms_search(struct kva *kva, uint64_t stext,
				    struct kallsyms_guess *guesses,
				    size_t *count);

#endif /* DM_KALLSYMS_SEARCH_H */
