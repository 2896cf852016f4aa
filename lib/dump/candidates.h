/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernels that were found in a dump's memory, and which of them was running. */
#ifndef DM_DUMP_CANDIDATES_H
#define DM_DUMP_CANDIDATES_H

#include "directmap/dump.h"
#include "directmap/kernel.h"
#include "directmap/leaf.h"

/* Of different kernels, all of them proved: the list is told, and no more. */
#define CANDIDATES_MAX 8

struct candidate {
	uint64_t pa; /* of its VMCOREINFO, or of the mark of its image */
	bool by_image;
	uint64_t pgd; /* PA of its root table */
	char *text;
	size_t size;
	char release[DM_RELEASE_MAX];
};

struct candidates {
	struct candidate v[CANDIDATES_MAX];
	size_t count;
	bool others; /* more than fit */
};

/* As if it were the dump's, for the time being. */
void dm_candidate_lend(struct dm_dump *dump, const struct candidate *c);
void dm_candidate_take_back(struct dm_dump *dump);

/* One kernel's copies are one; the longest is kept. Takes new->text. */
void dm_candidates_add(struct candidates *list, const struct candidate *new);
void dm_candidates_deinit(struct candidates *list);

/*
 * The one that was running, where that can be told: *@p index, and in @p why (of
 * @p size bytes) by what; "" where it is the only one. DM_ERROR_BAD_DUMP: it
 * cannot be told; the list of them.
 */
struct dm_error *dm_candidates_choose(struct dm_dump *dump,
				      const struct dm_dump_options *options,
				      const struct candidates *list,
				      size_t *index, char *why, size_t size);

/* What speaks for one of them. */
struct judged {
	struct dm_range reserved; /* for a crash kernel; PAs */
	bool walked, whole; /* its page tables */
};

/* The rule alone: @p judged is of each, @p complete of the dump. */
bool dm_candidates_tell(const struct candidates *list,
			const struct judged *judged, bool complete,
			size_t *index, const char **why);

#endif /* DM_DUMP_CANDIDATES_H */
