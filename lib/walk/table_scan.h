/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands in a page of the tables, as events: hundreds of entries alike are
 * one. Nothing here is written to but the list of events, so that each thread
 * can scan with one of its own.
 */
#ifndef DM_TABLE_SCAN_H
#define DM_TABLE_SCAN_H

#include "arm64/arm64.h"

/* Entries as they lie in a page that a source lends, at any address. */
typedef uint64_t __attribute__((aligned(1), may_alias)) table_entry;

/* What holds for all of a walk. */
struct walk_shape {
	const struct dm_kernel *kernel;
	struct arm64_geometry geometry;
	uint64_t lo, hi; /* VA range */
	/* All of the linear map: what a table is does not depend on the range. */
	uint64_t whole_lo, whole_hi;
	uint64_t pa_minus_va; /* the linear formula */
};

enum walk_what {
	WALK_LEAVES, /* kind is the leaf, bits its attributes */
	WALK_FINDING, /* kind is the finding's, bits the entry */
	WALK_FOREIGN, /* the same, of what is not linear map; not clipped yet */
	WALK_FOREIGN_TABLE, /* the same, of all of a table; pa is its own */
	WALK_READ, /* a table could be read; what is in it comes next */
	WALK_CLOSED, /* all of a table above the last level came */
	WALK_TABLE, /* a table of the last level, to be scanned */
};

struct walk_event {
	uint64_t start; /* VA */
	/* Bytes; of a table, once scanned, how many events it has: from bits on. */
	uint64_t size;
	uint64_t pa;
	uint64_t bits;
	uint8_t what;
	uint8_t kind;
	int8_t level;
	bool valid; /* of a table: it was scanned */
};

/* All zero is empty. */
struct walk_events {
	struct walk_event *at;
	size_t count, capacity;
};

void dm_walk_events_deinit(struct walk_events *events);
struct dm_error *dm_walk_events_add(struct walk_events *events,
				    const struct walk_event *event);

struct walk_table {
	int level;
	uint64_t pa;
	uint64_t va; /* of entry 0 */
	const table_entry *entries; /* little-endian, as dumped */
};

uint64_t dm_table_entry_at(const struct walk_table *table, size_t i);

/** Bytes of VA that a whole table at @p level stands for, less one. */
uint64_t dm_table_span_last(const struct walk_shape *shape, int level);

/**
 * A page of zeros. In the linear map no kernel keeps such a table: what boot or
 * hot-add makes has an entry, and hot-remove frees those that have none left
 * (7.3 arch/arm64/mm/mmu.c, alloc_init_cont_pte() and above, free_empty_tables()).
 */
bool dm_table_is_empty(const struct walk_shape *shape,
		       const struct walk_table *t);

/** All of @p t as something that is not linear map; see foreign.h. */
struct walk_event dm_table_as_empty(const struct walk_shape *shape,
				    const struct walk_table *t);

/**
 * Of a table above the last level, whether it is none: where as many entries fit
 * nowhere as are as they should be, those are so by chance. What stands there
 * is read as a table of another level, or is none. (Of the last level, a page of
 * anything else has not one leaf in its place.)
 * @param ret		All of it, as foreign, where it is none.
 * @param off_bits	As of struct dm_usage; added to.
 */
bool dm_table_is_none(const struct walk_shape *shape,
		      const struct walk_table *t, struct walk_event *ret,
		      uint64_t *off_bits);

/** Entries that the range touches: [*first, *end). */
void dm_table_touched(const struct walk_shape *shape,
		      const struct walk_table *t, size_t *first, size_t *end);

/** Of [*va, *va + @p size), which the range touches, the bytes within it. */
uint64_t dm_table_clipped(const struct walk_shape *shape, uint64_t *va,
			  uint64_t size);

/**
 * All of a table of the last level. Where nothing in it is as it should be, what
 * it does not map is not known to be unmapped.
 */
struct dm_error *dm_table_scan_last(const struct walk_shape *shape,
				    const struct walk_table *table,
				    struct walk_events *events);

/**
 * Go on from entry *@p i up to @p end, or to an entry that leads to a table,
 * which *i then is.
 */
struct dm_error *dm_table_scan(const struct walk_shape *shape,
			       const struct walk_table *table, size_t *i,
			       size_t end, struct walk_events *events);

#endif /* DM_TABLE_SCAN_H */
