/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The page tables of the linear map into runs, figures and findings.
 */
#ifndef DIRECTMAP_WALK_H
#define DIRECTMAP_WALK_H

#include <directmap/leaf.h>

DM_BEGIN_DECLS

/** What is odd in the tables, or missing. */
enum dm_finding_kind {
	DM_FINDING_UNREADABLE, /**< table page that cannot be read */
	DM_FINDING_OFF_FORMULA, /**< leaf that maps another PA than the linear one */
	DM_FINDING_BROKEN_CONT, /**< contiguous bit without a whole group */
	DM_FINDING_RESERVED, /**< descriptor that the architecture reserves */
	DM_FINDING_BAD_BLOCK, /**< block where Linux has none at this granule */
	DM_FINDING_SHARED_TABLE, /**< table page that stands elsewhere too */
	DM_FINDING_EMPTY_TABLE, /**< table page of zeros: its content was lost */
	DM_FINDING_NOT_WALKED, /**< behind where the walk was stopped */
	DM_FINDING_UNMAPPED_MEMORY, /**< RAM of memblock's that no leaf maps */
	DM_FINDING_NO_TABLE, /**< page whose entries fit nowhere: overwritten */
	DM_FINDING_UNEXPLAINED, /**< invalid, and nothing known makes it so */
	DM_FINDING_NO_ACCESS, /**< leaf without the access flag, which Linux sets */
};

/**
 * Kinds of findings that this header names: where to end a loop; arrays by it have the fixed
 * DM_FINDING_MAX entries, 0 in those behind.
 */
#define DM_FINDING_COUNT (DM_FINDING_NO_ACCESS + 1)
/** Entries of such arrays. */
#define DM_FINDING_MAX 32

/** "unreadable_table", "off_formula", … as in JSON; NULL: it has no name yet. */
DM_API const char *dm_finding_name(enum dm_finding_kind kind);
/** The same in words for people, a clause. */
DM_API const char *dm_finding_text(enum dm_finding_kind kind);

/** One finding. */
struct dm_finding {
	enum dm_finding_kind kind; /**< what it is */
	int level; /**< of the table or entry, -1 to 3 */
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes of VA that this is about */
	uint64_t pa; /**< of the table, or of the leaf's output */
	uint64_t entry; /**< the descriptor, 0 if none */
};

/**
 * A stretch of which the tables do not tell whether, and by which leaf, it is
 * mapped: neither "mapped" nor "not mapped" is to be said of it.
 */
struct dm_unknown {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	enum dm_finding_kind why; /**< what makes it so */
};

/** Called once a stretch, in VA order between the runs. */
typedef struct dm_error *(*dm_unknown_fn)(void *arg,
					  const struct dm_unknown *unknown);

/** Why a walk ended before the end of its range. */
enum dm_stop {
	DM_STOP_NONE, /**< it did not */
	DM_STOP_TABLES, /**< max_tables were read */
	DM_STOP_ASKED, /**< stop() said so */
};

/** Findings that are kept at most; all are counted. */
#define DM_FINDINGS_KEPT 64
/** Unknown stretches that are kept at most. */
#define DM_UNKNOWN_KEPT 256
/** Levels of tables: -1 to 3. */
#define DM_LEVELS 5
/** Cells of the picture at most. */
#define DM_MAP_CELLS 256

/** What the page tables map, in figures; what they do not tell. */
struct dm_usage {
	size_t struct_size; /**< as this library has it */
	uint64_t mapped[DM_LEAF_MAX]; /**< bytes, invalid leaves included */
	uint64_t valid[DM_LEAF_MAX]; /**< bytes */
	uint64_t read_only; /**< bytes, of the valid ones */
	uint64_t invalid_marked; /**< bytes invalid with bit 11 set */
	uint64_t invalid_plain; /**< bytes invalid with bit 11 clear */
	uint64_t valid_ng; /**< bytes valid with bit 11 set, there nG */
	uint64_t tables[DM_LEVELS]; /**< pages read, by level + 1 */
	uint64_t unreadable; /**< tables that could not be read */
	uint64_t unknown; /**< bytes of VA: see dm_unknown */
	uint64_t finding_count[DM_FINDING_MAX]; /**< of each kind */
	size_t findings_kept; /**< of findings */
	struct dm_finding findings[DM_FINDINGS_KEPT]; /**< the first ones */
	size_t unknown_count; /**< stretches that are unknown, by VA; */
	struct dm_unknown unknown_at[DM_UNKNOWN_KEPT]; /**< the first ones */
	/**
	 * Whether the tables were held against memblock, so that what they do
	 * not map is no memory; DM_UNKNOWN: nobody asked. Where DM_NO, why not.
	 */
	enum dm_known memory_checked;
	char memory_unchecked[192]; /**< a clause; "" */
	/** Where leaves off the formula differ from it: PA bits, of all. */
	uint64_t off_bits;
	uint64_t linear_end; /**< VA; below the nominal end under KASAN */
	enum dm_stop stopped; /**< why it ended early */
	uint64_t stopped_at; /**< VA: nothing is said of what is behind */
	/**
	 * The map as a picture: bytes by leaf in cells of map_cell bytes each,
	 * counted in mapped bytes in VA order (holes take no cells).
	 */
	uint64_t map_cell;
	size_t map_cells; /**< of map, that are in use */
	uint64_t map[DM_MAP_CELLS][DM_LEAF_MAX]; /**< bytes by leaf */
};

/** Bytes mapped by leaves of all sizes. */
DM_API uint64_t dm_usage_mapped(const struct dm_usage *usage);
/** Bytes of those that the CPU can access. */
DM_API uint64_t dm_usage_valid(const struct dm_usage *usage);
/** Pages of tables that were read, of all levels. */
DM_API uint64_t dm_usage_tables(const struct dm_usage *usage);
/** All findings, kept or not. */
DM_API uint64_t dm_usage_findings(const struct dm_usage *usage);

/**
 * One line on what a walk could not tell, without a newline.
 * @returns	false, and an empty text, if it could tell everything.
 */
DM_API bool dm_usage_partial(const struct dm_usage *usage, char *text,
			     size_t size);

/**
 * What to say of the whole linear map where the walk found nothing of it: neither
 * a leaf nor a finding. A kernel runs in that map, so it was lost. Of a range,
 * which may well have nothing in it, this says too much.
 * @returns	One clause, static text; NULL: something was found.
 */
DM_API const char *dm_usage_empty(const struct dm_usage *usage);

DM_END_DECLS

#endif /* DIRECTMAP_WALK_H */
