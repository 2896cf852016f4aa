/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot's leaves against today's: which are no longer there. Two streams in VA
 * order; what is held is what one boot leaf has become, whatever the size of
 * the map.
 */
#ifndef DM_SPLITS_H
#define DM_SPLITS_H

#include "analysis/boot.h"

/**
 * A leaf that was there once and is not any more: one that boot made, or one
 * that came of splitting that and was split itself (7.3 mm/mmu.c,
 * split_kernel_leaf_mapping_locked(): pud to cont_pmd to pmd to cont_pte).
 */
struct lost_leaf {
	enum dm_leaf leaf;
	bool from_boot;
	/*
	 * range_split_to_ptes() ran over it, and left no trace of the leaves
	 * that the other way makes: if it came second, there were some.
	 */
	bool to_ptes;
	uint64_t start; /* VA */
	uint64_t size;
	enum dm_leaf boot; /* what boot made here */
	uint64_t boot_start;
	uint64_t
		today[DM_LEAF_MAX]; /* bytes of it, by leaf, invalid ones too */
	uint64_t absent; /* bytes of it that are not mapped, or not known */
};

/** Called once a lost leaf, by start, the larger one first. */
typedef struct dm_error *(*lost_leaf_fn)(void *arg,
					 const struct lost_leaf *lost);

struct splits_figures {
	uint64_t lost[DM_LEAF_MAX]; /* leaves */
	uint64_t lost_from_boot[DM_LEAF_MAX]; /* leaves, of those */
	uint64_t absent; /* bytes that boot mapped and today does not */
	uint64_t unexpected; /* bytes that are mapped and boot did not */
	/*
	 * Bytes mapped larger than boot did: if there are any, what boot did
	 * is not known. The first one's VA.
	 */
	uint64_t larger;
	uint64_t larger_at;
	uint64_t larger_pmd; /* of them, those in pmds */
	/* The same in memory that was added later: bytes, and leaves lost. */
	uint64_t larger_added;
	uint64_t lost_added;
};

struct splits;

/**
 * @param map		Borrowed: must outlive the object.
 * @param to_ptes	VAs that range_split_to_ptes() ran over after boot: a
 *			KFENCE pool made late (7.3, arch_kfence_init_pool());
 *			empty if there is none.
 */
struct dm_error *dm_splits_create(const struct boot_map *map,
				  const struct dm_kernel *kernel,
				  const struct dm_range *to_ptes,
				  lost_leaf_fn fn, void *arg,
				  struct splits **ret);
void dm_splits_destroy(struct splits *splits);

/** Take a run of today's, in VA order: a dm_run_fn. @param arg The splits. */
struct dm_error *dm_splits_add_run(void *arg, const struct dm_run *run);
/** There are no more runs. */
struct dm_error *dm_splits_finish(struct splits *splits);

const struct splits_figures *dm_splits_figures(const struct splits *splits);

#endif /* DM_SPLITS_H */
