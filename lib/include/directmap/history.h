/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What boot mapped, which of it was split since, by whom and when.
 */
#ifndef DIRECTMAP_HISTORY_H
#define DIRECTMAP_HISTORY_H

#include <directmap/owner.h>
#include <directmap/explain.h>
#include <directmap/policy.h>

DM_BEGIN_DECLS

/** What shows that a leaf was there and was split; bits. */
enum dm_evidence {
	/** map_mem() of that kernel makes it there, recomputed. */
	DM_EVIDENCE_BOOT_RULE = 1 << 0,
	/** It came of splitting a larger one, which makes it on the way. */
	DM_EVIDENCE_SPLIT_TRAIL = 1 << 1,
	/** Contiguous bits around: split_kernel_leaf_mapping() was here. */
	DM_EVIDENCE_CONT_TRAIL = 1 << 2,
	/** None: range_split_to_ptes() was here. */
	DM_EVIDENCE_NO_CONT = 1 << 3,
	/** The table in its place was allocated at run time (struct page). */
	DM_EVIDENCE_TABLE_RUNTIME = 1 << 4,
	/** The table is boot's own, only contiguous bits are gone. */
	DM_EVIDENCE_TABLE_BOOT = 1 << 5,
	/** page_owner has when the table was allocated. */
	DM_EVIDENCE_PAGE_OWNER = 1 << 6,
};
/** "boot_rule", …, of a single bit; NULL if there is no such bit. */
DM_API const char *dm_evidence_name(unsigned int bit);

/** Owners of a lost leaf that are kept at most. */
#define DM_LOST_OWNERS 16

/** One of those who have special pages in a leaf. */
struct dm_lost_owner {
	const struct dm_owner *owner; /**< the history's */
	uint64_t pages; /**< of the owner's, in the leaf */
};

/** A leaf that boot made, or that a split made on the way, and that is gone. */
struct dm_lost {
	size_t struct_size; /**< as this library has it */
	enum dm_leaf leaf; /**< its size */
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	enum dm_leaf boot; /**< what boot had made there */
	uint64_t boot_start; /**< VA of that */
	uint64_t today[DM_LEAF_MAX]; /**< bytes of it, by leaf */
	uint64_t absent; /**< bytes: how they are mapped is unknown */
	unsigned int evidence; /**< of enum dm_evidence */
	bool in_use; /**< else residual: all of it is alike again, or */
	bool state_unknown; /**< one of the two: what is known of it is alike */
	uint64_t special; /**< bytes in it that are not default */
	uint64_t table; /**< PA of the table in its place; 0: none of its own */
	/** When: after_ns is known, the earlier bound. */
	bool has_after;
	/** When: before_ns is known, the later bound. */
	bool has_before;
	/** Since boot, in ns, of the log's clock; equal to before_ns: exact. */
	uint64_t after_ns;
	uint64_t before_ns; /**< the same, the later bound */
	const char *time_from; /**< static text; NULL: unknown */
	/** Who allocated the table in its place, innermost first; "" unknown. */
	char stack[1024];
	/**
	 * When the first BPF program in it began to load; 0: none. The split
	 * came before the program was compiled, which is some time after this:
	 * a hint, no bound (bpf_prog_load() sets load_time, then verifies).
	 * CLOCK_BOOTTIME, which runs in suspend as the log's does not.
	 */
	uint64_t bpf_ns;
	/** The same on the log's clock: between two times, if the machine slept. */
	bool has_bpf_log;
	uint64_t bpf_after_ns; /**< ns of the log's clock, the earlier bound */
	uint64_t bpf_before_ns; /**< the later bound */
	size_t owner_count; /**< all of them; the first are kept */
	bool one_group; /**< one module, pack or the like has all that is special */
	/** Who has special pages in it, those with most pages first. */
	struct dm_lost_owner owners[DM_LOST_OWNERS];
};

/** A stretch that boot itself mapped smaller than RAM would allow. */
struct dm_boot_range {
	size_t struct_size; /**< as this library has it */
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	enum dm_leaf leaf; /**< that boot used */
	enum dm_leaf could_be; /**< the largest that would fit */
	char why[128]; /**< "kernel_alias", "policy:pages,edge", … */
};

/** Neighbouring pages that are not default, alike, with the same owners. */
struct dm_special {
	size_t struct_size; /**< as this library has it */
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t attrs; /**< of the descriptors */
	bool valid; /**< the CPU can access them */
	bool read_only; /**< and it cannot write */
	size_t owner_count; /**< of owners */
	const struct dm_owner *const *owners; /**< the history's */
};

/** What would be larger again if all that is alike were merged. */
struct dm_collapse {
	uint64_t leaves[DM_LEAF_MAX]; /**< of each size, that would come */
	uint64_t covers; /**< bytes that they map */
	uint64_t tables; /**< pages of tables that would be free */
	uint64_t bytes; /**< the same in bytes */
	bool at_least; /**< some of the map is unknown: lower bounds */
	uint64_t reserved[4]; /**< 0 */
};

/** What would be larger again if one owner went away. */
struct dm_if_gone {
	const struct dm_owner *owner; /**< the history's */
	uint64_t leaves[DM_LEAF_MAX]; /**< of each size, that would come */
};

/**
 * What one owner has part in: a program or a module by its name, or all that has
 * no name of its own, of one kind; or all owners of a kind. A leaf counts for
 * each owner of a special page in it, and for DM_OWNER_NONE where there is none
 * (DM_OWNER_UNKNOWN, where that is not known); a page for its first owner.
 */
struct dm_owner_sum {
	enum dm_owner_kind kind; /**< what kind of owner */
	const char *name; /**< the history's; "": none, or of a kind */
	uint64_t owners; /**< of a kind: how many are told apart, else 1 */
	uint64_t lost[DM_LEAF_MAX]; /**< leaves */
	uint64_t in_use[DM_LEAF_MAX]; /**< leaves of those */
	uint64_t state_unknown[DM_LEAF_MAX]; /**< those that may be either */
	uint64_t pages; /**< special ones */
	uint64_t reserved[4]; /**< 0 */
};

/** VAs where it is not known what was mapped, and so what was lost. */
struct dm_unjudged {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	const char *why; /**< static text */
	/** Leaves may have been lost here: some are smaller than any that can
	 * have been made, or it is not known which can. A split leaves some. */
	bool maybe_lost;
};

/** Splits in figures, and what is known of them. */
struct dm_split_summary {
	size_t struct_size; /**< as this library has it */
	/**
	 * All of boot's memory is known, and so are lost leaves. false: see why;
	 * figures of splits are 0, but for larger, or, where at_least says so,
	 * lower bounds.
	 */
	bool known;
	bool at_least; /**< what became of it is known in part */
	bool boot_known; /**< what boot mapped is known: dm_history_boot() */
	char why[256]; /**< why not all is known, a clause; "": it is */
	bool splits; /**< the kernel splits at run time; */
	bool splits_known; /**< false: that is not known */
	/** Where boot's ranges of memory are from; static text, NULL: unknown. */
	const char *banks_from;
	const char *alias_from; /**< the same of the kernel's alias */
	const char *pages_from; /**< the same of which leaves boot used */
	uint64_t lost[DM_LEAF_MAX]; /**< leaves */
	uint64_t in_use[DM_LEAF_MAX]; /**< leaves of those */
	/** leaves of those that are in use or residual: which, is not known */
	uint64_t state_unknown[DM_LEAF_MAX];
	uint64_t tables; /**< table pages that splits cost, now */
	uint64_t boot_bytes[DM_LEAF_MAX]; /**< bytes by boot's leaf */
	uint64_t larger; /**< bytes mapped larger than boot would have */
	uint64_t
		absent; /**< bytes that boot mapped: how they are now, is unknown */
	uint64_t unexpected; /**< bytes mapped that boot did not */
	uint64_t unknown_pages; /**< special pages without a known owner */
	bool clocks_known; /**< false: the timekeeper could not be read */
	uint64_t suspended_ns; /**< time in suspend since boot */
	/** VA: what the linear map has of the image's text and rodata; end 0:
	 * not known */
	struct dm_range text_alias;
	bool text_alias_inferred; /**< from what is read-only there */
	struct dm_collapse collapse; /**< what could be merged now */
	size_t if_gone_count; /**< of if_gone */
	const struct dm_if_gone *if_gone; /**< most bytes first */
	/** Ranges, rising, that no figure here but collapse says anything of.
	 * Where one is maybe_lost, and the kernel splits: at_least. */
	size_t unjudged_count;
	const struct dm_unjudged
		*unjudged; /**< unjudged_count, the history's */
	struct dm_missing *missing; /**< what could not be looked up */
	enum dm_known merges; /**< the kernel merges pages to a pmd by itself */
	/**
	 * leaves that it merged, as boot made smaller ones there. What was split
	 * and merged again is as before, and leaves no trace: in neither lost
	 * nor this.
	 */
	uint64_t merged[DM_LEAF_MAX];
	/** Of by_owner. Leaves in both are lower bounds where at_least says so. */
	size_t by_owner_count;
	/** Most lost leaves first; the history's, as by_kind. */
	const struct dm_owner_sum *by_owner;
	size_t by_kind_count; /**< of by_kind */
	const struct dm_owner_sum *by_kind; /**< in the same order */
	struct dm_next next; /**< the question that splits lead to */
};

struct dm_history;

/** Called once a lost leaf; an error ends it and is passed on. */
typedef struct dm_error *(*dm_lost_fn)(void *arg, const struct dm_lost *lost);
/** The same, once a range. */
typedef struct dm_error *(*dm_boot_range_fn)(void *arg,
					     const struct dm_boot_range *range);
/** The same, once a stretch of pages. */
typedef struct dm_error *(*dm_special_fn)(void *arg,
					  const struct dm_special *special);

/** The history in figures; the history's own. */
DM_API const struct dm_split_summary *
dm_history_summary(const struct dm_history *history);
/** Lost leaves by VA, the larger first. They are found anew each time. */
DM_API struct dm_error *dm_history_lost(struct dm_history *history,
					dm_lost_fn fn, void *arg);
/** By VA; none where what boot mapped is not known. */
DM_API struct dm_error *dm_history_boot(struct dm_history *history,
					dm_boot_range_fn fn, void *arg);
/** Pages of today that are not as most are, by VA. */
DM_API struct dm_error *dm_history_special(struct dm_history *history,
					   dm_special_fn fn, void *arg);

DM_END_DECLS

#endif /* DIRECTMAP_HISTORY_H */
