/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What boot.h asks for, found in a dump: memory, the kernel image, the KFENCE
 * pool, and which way that kernel's map_mem() went. By what is there, never by
 * release: symbols first, and where symbols do not tell, the page tables.
 */
#ifndef DM_BOOT_FACTS_H
#define DM_BOOT_FACTS_H

#include "analysis/boot.h"
#include "target/target.h"

struct boot_facts {
	struct boot_layout layout;
	struct boot_bank *banks; /* layout.banks; owned */
	/* KFENCE pool, early or late, PAs; empty if none, or if all is pages. */
	struct dm_range kfence_pool;
	/* What range_split_to_ptes() ran over after boot. VAs. */
	struct dm_range to_ptes;
	/*
	 * The linear map can be split at run time: 6.18 and later, BBML2/3. If
	 * not, no leaf was lost after boot: one that seems to be says that
	 * something of boot is missing here.
	 */
	bool splits;
	/* How memory that was added is mapped is not known. */
	bool hotplug_unknown;
	/* What could not be looked up of it; "" if all was. */
	struct dm_missing *added_missing;
	/* What is needed and missing; static text, or NULL. */
	const char *lacks;
	/* The banks are what is mapped today. */
	bool banks_from_tables;
	/* Where it is from, static text; NULL: not known or no such thing. */
	const char *banks_from;
	const char *alias_from;
	const char *pages_from;
};

/**
 * @param policy	Of dm_policy_init(); not needed any more afterwards.
 *
 * Without symbols and types the page tables have to tell: which memory there
 * is, and that all of it is mapped by pages.
 * @returns	DM_ERROR_NOT_FOUND: it takes more than that.
 */
struct dm_error *dm_boot_facts_create(struct dm_target *target,
				      const struct dm_policy *policy,
				      struct boot_facts **ret);
/**
 * Of all that, the banks, from memblock, and how they were cut to whole pages: what
 * else could tell of memory, today's map, is not asked.
 */
struct dm_error *dm_boot_memory_create(struct dm_target *target,
				       struct boot_facts **ret);
void dm_boot_facts_destroy(struct boot_facts *facts);

#endif /* DM_BOOT_FACTS_H */
