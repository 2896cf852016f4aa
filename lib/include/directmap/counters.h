/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The kernel's own count of its linear map, held against the page tables.
 */
#ifndef DIRECTMAP_COUNTERS_H
#define DIRECTMAP_COUNTERS_H

#include <directmap/missing.h>
#include <directmap/walk.h>

DM_BEGIN_DECLS

/** Counters that a kernel has at most. */
#define DM_COUNTERS 4
/** Causes of a difference at most. */
#define DM_COUNTER_PARTS 6

/** An amount that a counter has and the page tables have not, with its cause. */
struct dm_counter_part {
	const char *cause; /**< one clause, static text */
	uint64_t bytes[DM_LEAF_MAX]; /**< by leaf */
};

/** One counter of the kernel's, and how it differs from the page tables. */
struct dm_counter {
	const char *symbol; /**< static text */
	const char
		*unit; /**< of the kernel's numbers: "bytes", "kB", "leaves" */
	enum dm_known filtered; /**< inferred: counts the linear map only */
	uint64_t bytes[DM_LEAF_MAX]; /**< as the kernel has them */
	int64_t over[DM_LEAF_MAX]; /**< bytes beyond the page tables' figure */
	size_t part_count; /**< of parts, that are known */
	/** What makes the difference, as far as it is known. */
	struct dm_counter_part parts[DM_COUNTER_PARTS];
	int64_t unexplained[DM_LEAF_MAX]; /**< over, less all parts */
	/**
	 * The page tables' figure is that of the whole map. Else it is a lower
	 * bound: over, parts and unexplained are 0, for they are not known.
	 */
	bool compared;
	uint64_t reserved[4]; /**< 0 */
};

/** All counters of a kernel. */
struct dm_counters {
	size_t struct_size; /**< as this library has it */
	size_t count; /**< 0: the kernel has none */
	struct dm_counter counter[DM_COUNTERS]; /**< the first count of them */
	struct dm_missing *missing; /**< what could not be looked up */
};

DM_END_DECLS

#endif /* DIRECTMAP_COUNTERS_H */
