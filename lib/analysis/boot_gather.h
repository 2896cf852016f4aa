/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files share that gather the facts of boot: see boot_facts.h. */
#ifndef DM_BOOT_GATHER_H
#define DM_BOOT_GATHER_H

#include "analysis/boot_facts.h"
#include "util/error.h"

struct gathering {
	struct dm_target *target;
	const struct dm_policy *policy;
	struct boot_facts *facts; /* so far */
	size_t bank_capacity; /* of facts->banks, while they are gathered */
};

/**
 * What is not there, cannot be read or makes no sense is no answer, and what
 * follows can do without. Anything else ends the job.
 * @param err	Taken.
 * @param had	Whether there was none.
 */
static inline struct dm_error *boot_no_answer(struct dm_error *err, bool *had)
{
	*had = !err;
	return dm_error_forgive(err);
}

/* ---- Memory: boot_memory.c ------------------------------------------------- */

/** Which memory there is: by memblock, else by the page tables. */
struct dm_error *dm_boot_find_banks(struct gathering *g);
/** By which calls that was mapped which was added later. Needs the policy. */
struct dm_error *dm_boot_find_added(struct gathering *g);
/** Whether pages that are memory in part only were left out. Needs banks. */
struct dm_error *dm_boot_find_rounding(struct gathering *g);

/* ---- Page tables: boot_tables.c -------------------------------------------- */

/** Whether all leaves of the linear map, but those of the text, are pages. */
struct dm_error *dm_boot_all_pages(struct gathering *g, bool *ret);
/** How the kernel's alias was mapped. Needs the text. */
struct dm_error *dm_boot_find_alias(struct gathering *g);
/** Where that alias begins, at _text or at _stext. */
struct dm_error *dm_boot_find_text_start(struct gathering *g);
/** Whether the tables tell of the page at @p pa, if only that it is not mapped. */
struct dm_error *dm_boot_page_is_known(struct gathering *g, uint64_t pa,
				       bool *known);

#endif /* DM_BOOT_GATHER_H */
