/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libdirectmap: the geometry of the arm64 linear map, read off a vmcore.
 *
 * The library opens no file, prints nothing, never exits and keeps no global
 * state. A front end gives it physical memory (struct dm_source) and takes the
 * results as values, or as text through a struct dm_sink.
 *
 * Conventions:
 *  - Every function that can fail returns a struct dm_error *, NULL on success.
 *    The caller owns the error and ends it with dm_error_destroy().
 *  - "pa" is a physical, "va" a virtual address, "size" is in bytes; a range is
 *    [start, end) unless said otherwise.
 *  - An object is not to be used from two threads at once; two objects may be.
 */
#ifndef DIRECTMAP_H
#define DIRECTMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DM_VERSION "0.1.0"

/* ---- Errors ------------------------------------------------------------ */

enum dm_error_code {
	/** No memory. */
	DM_ERROR_NO_MEMORY = 1,
	/** An argument of the caller's makes no sense. */
	DM_ERROR_INVALID_ARGUMENT,
	/** The operating system failed a call (message has strerror). */
	DM_ERROR_OS,
	/** The page is not in the dump: excluded, outside, or cut off. */
	DM_ERROR_ABSENT,
	/** The page is in the dump but its content cannot be had. */
	DM_ERROR_BROKEN,
	/** Not a dump, or a kind of dump or kernel that is not supported. */
	DM_ERROR_UNSUPPORTED,
	/** What the dump says of itself is missing or contradictory. */
	DM_ERROR_BAD_DUMP,
	/** The user or the caller asked to stop. */
	DM_ERROR_INTERRUPTED,
	/** The sink could not take the output. */
	DM_ERROR_OUTPUT,
	/** What was asked for (symbol, type, address) is not known here. */
	DM_ERROR_NOT_FOUND,
};

struct dm_error {
	enum dm_error_code code;
	/** One line, no newline: what, where, and what to do. */
	const char *message;
};

/** Make an error. Never NULL: without memory it is the static DM_ERROR_NO_MEMORY. */
struct dm_error *dm_error_create(enum dm_error_code code, const char *format,
				 ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** Put text and ": " before the message. Takes @p err, gives it or another back. */
struct dm_error *dm_error_prefix(struct dm_error *err, const char *format, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));

/** The same message under another code. Takes @p err, gives it back. */
struct dm_error *dm_error_recode(struct dm_error *err, enum dm_error_code code)
	__attribute__((returns_nonnull));

/** NULL is fine. */
void dm_error_destroy(struct dm_error *err);

/* ---- Source: where the bytes come from --------------------------------- */

/** What a read is for; a recorder counts by it, a source may ignore it. */
enum dm_content {
	DM_CONTENT_TABLE, /**< a page of page-table entries */
	DM_CONTENT_SYMBOLS, /**< kallsyms, of the kernel and its modules */
	DM_CONTENT_TYPES, /**< BTF */
	DM_CONTENT_PAGES, /**< struct page */
	DM_CONTENT_DATA, /**< other memory of the kernel's own */
	/**
	 * Looked through for something of the above, and not needed for itself:
	 * what is found there is read again. A recorder does not keep it.
	 */
	DM_CONTENT_SEARCH,
	DM_CONTENT_COUNT,
};

/** The name of a content kind in the plural, as printed ("page tables"). */
const char *dm_content_name(enum dm_content content);

/** The same beside a count: "page table" with 1. Static text. */
const char *dm_content_noun(enum dm_content content, uint64_t count);

struct dm_source;

struct dm_source_ops {
	/**
	 * Read physical memory. [pa, pa + size) lies within one page of the
	 * dumped kernel; size is at most 65536.
	 *
	 * @returns DM_ERROR_ABSENT, DM_ERROR_BROKEN or DM_ERROR_INTERRUPTED;
	 *	    another code ends the whole job. On error, @p buf is garbage.
	 */
	struct dm_error *(*read)(struct dm_source *source, uint64_t pa,
				 void *buf, size_t size,
				 enum dm_content content);
	/**
	 * The VMCOREINFO note: text, not NUL-terminated, owned by the source
	 * and valid as long as it.
	 *
	 * @returns DM_ERROR_BAD_DUMP when there is none.
	 */
	struct dm_error *(*vmcoreinfo)(struct dm_source *source,
				       const char **text, size_t *size);

	/* Below: may be NULL; whoever asks then does with read(). */

	/**
	 * A whole page of the dumped kernel as it lies in the source, without
	 * a copy.
	 * @param pa	Aligned to @p size, the kernel's page size.
	 * @param page	Given back with put_page(). A source has at least one
	 *		page of each level of the tables (5) out at a time.
	 * @returns	As read().
	 */
	struct dm_error *(*get_page)(struct dm_source *source, uint64_t pa,
				     size_t size, enum dm_content content,
				     const void **page);
	void (*put_page)(struct dm_source *source, const void *page);
	/**
	 * Pages that will be asked for soon, in any order: a hint.
	 * @param pas	Physical addresses; only read during the call.
	 */
	void (*prefetch)(struct dm_source *source, const uint64_t *pas,
			 size_t count, size_t size);
	/**
	 * The same dump once more, for another thread: a source itself is used
	 * by one thread at a time. Clones are made and destroyed by the thread
	 * that has the original, and before it goes.
	 */
	struct dm_error *(*clone)(struct dm_source *source,
				  struct dm_source **ret);
	/** Of clones only. */
	void (*destroy)(struct dm_source *clone);
};

/** Embed it in your own object. */
struct dm_source {
	const struct dm_source_ops *ops;
};

/** A source that passes reads on and remembers which pages were read. */
struct dm_recorder;

/** @param inner	Must outlive the recorder.
 *  @param page_size	Bytes, of the dumped kernel: the unit that is recorded. */
struct dm_error *dm_recorder_create(struct dm_source *inner, size_t page_size,
				    struct dm_recorder **ret);
void dm_recorder_destroy(struct dm_recorder *recorder);

/** The source to hand to whatever shall be recorded; owned by the recorder. */
struct dm_source *dm_recorder_source(struct dm_recorder *recorder);

/**
 * The pages that were asked for and could be read, by address, each once.
 * @param pas	Physical addresses, in rising order; owned by the recorder and
 *		valid until the next read through it.
 */
struct dm_error *dm_recorder_pages(struct dm_recorder *recorder,
				   const uint64_t **pas, size_t *count);

/** How many pages were read for @p content (first use of a page counts). */
size_t dm_recorder_count(const struct dm_recorder *recorder,
			 enum dm_content content);

/* ---- Sink: where text goes --------------------------------------------- */

struct dm_sink {
	/** Take @p size bytes; false ends the output with DM_ERROR_OUTPUT. */
	bool (*write)(struct dm_sink *sink, const char *text, size_t size);
};

/* ---- Kernel: what the dump says of itself ------------------------------ */

/** Facts that the report names the origin of. */
enum dm_fact {
	DM_FACT_RELEASE,
	DM_FACT_PAGE_SIZE,
	DM_FACT_VA_BITS_CONFIGURED,
	DM_FACT_VA_BITS,
	DM_FACT_KASLR,
	DM_FACT_PHYS_OFFSET,
	DM_FACT_PGD,
	DM_FACT_LINEAR_END,
	DM_FACT_COUNT,
};

#define DM_RELEASE_MAX 65 /* __NEW_UTS_LEN + 1 */

struct dm_kernel {
	char release[DM_RELEASE_MAX]; /**< printable ASCII, else '?' */
	uint32_t page_size; /**< bytes: 4096, 16384 or 65536 */
	uint32_t page_shift;
	uint32_t va_bits; /**< in use */
	uint32_t va_bits_configured;
	uint32_t levels; /**< of the walk in use, 2 to 5 */
	bool lpa2; /**< descriptors keep OA[51:50] in bits 9:8 */
	bool has_kaslr_offset;
	/** bytes between linked and run-time VA; not had where other lines of
	 * VMCOREINFO contradict it (from[] says so), or tell nothing of it */
	uint64_t kaslr_offset;
	uint64_t linear_start; /**< VA */
	uint64_t linear_end; /**< VA, exclusive */
	uint64_t page_offset; /**< VA that phys_offset is mapped at */
	uint64_t phys_offset; /**< PA, modulo 2^64: may be "negative" */
	uint64_t kimage_voffset; /**< image VA - PA, modulo 2^64 */
	uint64_t pgd; /**< PA of swapper_pg_dir */
	/**
	 * Descriptor bits, 0: none known. In a realm, the address bit that
	 * leaves of memory shared with the host have; among attributes then.
	 */
	uint64_t ns_shared;
	bool ns_shared_inferred; /**< from the tables, for lack of symbols */
	bool modern_mair; /**< AttrIndx 3 and 4 are device (5.14 and later) */
	/** Where each fact is from: a VMCOREINFO key or a rule; static text. */
	const char *from[DM_FACT_COUNT];
};

/**
 * The VMCOREINFO keys that the library looks for, NULL at the end: for a
 * source that can only be asked for single lines.
 */
const char *const *dm_vmcoreinfo_keys(void);

/**
 * Read VMCOREINFO and work out the translation geometry.
 * @returns DM_ERROR_BAD_DUMP (missing or contradictory lines, named),
 *	    DM_ERROR_UNSUPPORTED (a geometry that Linux does not have).
 */
struct dm_error *dm_kernel_init(struct dm_kernel *kernel,
				struct dm_source *source);

/* ---- Leaves and runs ---------------------------------------------------- */

enum dm_known { DM_UNKNOWN, DM_NO, DM_YES };

enum dm_leaf {
	DM_LEAF_PTE,
	DM_LEAF_CONT_PTE,
	DM_LEAF_PMD,
	DM_LEAF_CONT_PMD,
	DM_LEAF_PUD,
	DM_LEAF_COUNT,
};

/** "pte", "cont_pte", … as in JSON. */
const char *dm_leaf_name(enum dm_leaf leaf);
/** "4k", "2M", … as in the DirectMap lines; NULL where the granule has none. */
const char *dm_leaf_label(const struct dm_kernel *kernel, enum dm_leaf leaf);
/** Bytes that one leaf maps; 0 where the granule has none. */
uint64_t dm_leaf_size(const struct dm_kernel *kernel, enum dm_leaf leaf);

/**
 * A stretch of neighbouring leaves alike: same size, state and attributes as
 * the kernel's ptdump tells them apart (arch/arm64/mm/ptdump.c, pte_bits).
 */
struct dm_run {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t pa; /**< of start */
	uint64_t
		attrs; /**< descriptor bits of the first leaf, address bits 0 */
	enum dm_leaf leaf;
	bool valid; /**< false: there, but the CPU does not use it */
};

/** Called once a run, in VA order; an error ends the walk and is passed on. */
typedef struct dm_error *(*dm_run_fn)(void *arg, const struct dm_run *run);

/* ---- Walk --------------------------------------------------------------- */

enum dm_finding_kind {
	DM_FINDING_UNREADABLE, /**< table page not to be had */
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
	DM_FINDING_COUNT,
};

/** "unreadable_table", "off_formula", … as in JSON. */
const char *dm_finding_name(enum dm_finding_kind kind);
/** The same in words for people, a clause. */
const char *dm_finding_text(enum dm_finding_kind kind);

struct dm_finding {
	enum dm_finding_kind kind;
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
	enum dm_finding_kind why;
};

/** Called once a stretch, in VA order between the runs. */
typedef struct dm_error *(*dm_unknown_fn)(void *arg,
					  const struct dm_unknown *unknown);

/** Why a walk ended before the end of its range. */
enum dm_stop {
	DM_STOP_NONE,
	DM_STOP_TABLES, /**< max_tables were read */
	DM_STOP_ASKED, /**< stop() said so */
};

#define DM_FINDINGS_KEPT 64
#define DM_UNKNOWN_KEPT	 256
#define DM_LEVELS	 5 /* -1 to 3 */
#define DM_MAP_CELLS	 256

struct dm_usage {
	uint64_t mapped[DM_LEAF_COUNT]; /**< bytes, invalid leaves included */
	uint64_t valid[DM_LEAF_COUNT]; /**< bytes */
	uint64_t read_only; /**< bytes, of the valid ones */
	uint64_t invalid_marked; /**< bytes invalid with bit 11 set */
	uint64_t invalid_plain; /**< bytes invalid with bit 11 clear */
	uint64_t valid_ng; /**< bytes valid with bit 11 set, there nG */
	uint64_t tables[DM_LEVELS]; /**< pages read, by level + 1 */
	uint64_t unreadable; /**< tables that could not be read */
	uint64_t unknown; /**< bytes of VA: see dm_unknown */
	uint64_t finding_count[DM_FINDING_COUNT];
	size_t findings_kept;
	struct dm_finding findings[DM_FINDINGS_KEPT]; /**< the first ones */
	size_t unknown_count; /**< stretches that are unknown, by VA; */
	struct dm_unknown unknown_at[DM_UNKNOWN_KEPT]; /**< the first ones */
	/**
	 * Whether the tables were held against memblock, so that what they do
	 * not map is no memory; DM_UNKNOWN: nobody asked. Where DM_NO, why not.
	 */
	enum dm_known memory_checked;
	char memory_unchecked[192];
	/** Where leaves off the formula differ from it: PA bits, of all. */
	uint64_t off_bits;
	uint64_t linear_end; /**< VA; below the nominal end under KASAN */
	enum dm_stop stopped;
	uint64_t stopped_at; /**< VA: nothing is said of what is behind */
	/**
	 * The map as a picture: bytes by leaf in cells of map_cell bytes each,
	 * counted in mapped bytes in VA order (holes take no room).
	 */
	uint64_t map_cell;
	size_t map_cells;
	uint64_t map[DM_MAP_CELLS][DM_LEAF_COUNT];
};

uint64_t dm_usage_mapped(const struct dm_usage *usage);
uint64_t dm_usage_valid(const struct dm_usage *usage);
uint64_t dm_usage_tables(const struct dm_usage *usage);
/** All findings, kept or not. */
uint64_t dm_usage_findings(const struct dm_usage *usage);

/**
 * One line on what a walk could not tell, without a newline.
 * @returns	false, and an empty text, if it could tell everything.
 */
bool dm_usage_partial(const struct dm_usage *usage, char *text, size_t size);

struct dm_range {
	uint64_t start; /**< VA */
	uint64_t end; /**< VA, exclusive */
};

/** START-END in hexadecimal, with or without 0x; false if it is not that. */
bool dm_range_parse(const char *text, struct dm_range *range);

/**
 * Walk swapper_pg_dir over the linear map.
 *
 * @param range	Restricts to leaves that touch it; NULL for the whole map.
 * @param usage	Filled also when an error ends the walk early.
 * @param fn	Called for each run; may be NULL.
 * @returns	NULL also when tables are unreadable: the usage says so.
 *		DM_ERROR_INVALID_ARGUMENT: the range is outside the linear map.
 *		DM_ERROR_BAD_DUMP: swapper_pg_dir itself cannot be read.
 */
struct dm_error *dm_walk(struct dm_source *source,
			 const struct dm_kernel *kernel,
			 const struct dm_range *range, struct dm_usage *usage,
			 dm_run_fn fn, void *arg);

struct dm_walk_progress {
	uint64_t tables; /**< read so far */
	uint64_t known; /**< met so far, those included */
	double share; /**< of the work, by what is known: 0 to 1 */
};

/** All zero is what dm_walk() does. */
struct dm_walk_options {
	const struct dm_range *range; /**< NULL: the whole map */
	/**
	 * What comes out is the same for any number. 0 is 1; more need a source
	 * that can be cloned. fn and those below are called by the thread that
	 * asks.
	 */
	unsigned int threads;
	uint64_t max_tables; /**< table pages to read at most; 0: all */
	/** Asked now and then; true ends the walk, and the usage says so. */
	bool (*stop)(void *arg);
	/** May be NULL, as stop; called often. */
	void (*progress)(void *arg, const struct dm_walk_progress *progress);
	void *arg;
	/** What is unknown; gets fn's argument. May be NULL. */
	dm_unknown_fn unknown;
};

/** dm_walk(), in all its ways. */
struct dm_error *dm_walk_with(struct dm_source *source,
			      const struct dm_kernel *kernel,
			      const struct dm_walk_options *options,
			      struct dm_usage *usage, dm_run_fn fn, void *arg);

struct dm_target;

/**
 * The whole linear map's figures, and before them whether the kernel ran in a
 * realm: leaves of memory that it shares are off the formula by one bit. Where
 * such leaves are met, @p kernel learns the bit, and they are as others then.
 *
 * @param target	Of the same source and kernel, for its symbols. NULL:
 *			one is made where it is needed. It keeps the walk
 *			for its views: dm_target_walk().
 * @param options	As of dm_walk_with(); NULL: none.
 */
struct dm_error *dm_walk_realm(struct dm_source *source,
			       struct dm_kernel *kernel,
			       struct dm_target *target,
			       const struct dm_walk_options *options,
			       struct dm_usage *usage);
/**
 * The same for one who wants runs as they come, and cannot walk twice: asks the
 * symbols first, and walks only where there are none.
 */
struct dm_error *dm_realm_init(struct dm_source *source,
			       struct dm_kernel *kernel);

/* ---- Target: the kernel's own memory ------------------------------------ */

/**
 * Kernel memory, symbols and types, for the views that look at more than page
 * tables. Nothing is read before a view asks for it.
 */
struct dm_target;
/** Tables of symbols and types that a front end brings: symbols.h, types.h. */
struct dm_symbol_table;
struct dm_type_table;

/** @param source, kernel	Borrowed: must outlive the target. */
struct dm_error *dm_target_create(struct dm_source *source,
				  const struct dm_kernel *kernel,
				  struct dm_target **ret);
void dm_target_destroy(struct dm_target *target);
/**
 * Symbols from elsewhere. Takes @p table, also on error.
 * @param first	Asked before kallsyms in the dump; else only for what that has
 *		not.
 */
struct dm_error *dm_target_add_symbols(struct dm_target *target,
				       struct dm_symbol_table *table,
				       bool first);
/** Types for what the dump's own BTF lacks. Takes @p table, also on error. */
struct dm_error *dm_target_add_types(struct dm_target *target,
				     struct dm_type_table *table);

/**
 * Walk the linear map for the target: the views that look at all of it take
 * what was seen here, and do not read the tables again unless the map has more
 * runs than can be kept (millions). Without it, the first view does this.
 *
 * @param options	No range. A walk that is stopped is all that the views
 *			see of the map.
 * @param usage		May be NULL.
 */
struct dm_error *dm_target_walk(struct dm_target *target,
				const struct dm_walk_options *options,
				struct dm_usage *usage);

/**
 * Hold what the walk saw against memblock: memory that boot had and that no
 * leaf maps is a finding, and unknown. Needs symbols and types; where they or
 * memblock are missing, usage->memory_checked is DM_NO.
 * @param usage	What the walk said; brought up to date.
 */
struct dm_error *dm_target_check_memory(struct dm_target *target,
					struct dm_usage *usage);

/**
 * All runs of the linear map, or of those that touch @p range, and between them
 * what is unknown, in VA order.
 * @param range	NULL: the whole map.
 */
struct dm_error *dm_target_runs(struct dm_target *target,
				const struct dm_range *range, dm_run_fn run,
				dm_unknown_fn unknown, void *arg);
/**
 * The same as they come, by a walk that is not kept, with the findings of
 * dm_target_check_memory().
 * @param options	As of dm_walk_with(), but for unknown.
 */
struct dm_error *dm_target_stream(struct dm_target *target,
				  const struct dm_walk_options *options,
				  struct dm_usage *usage, dm_run_fn run,
				  dm_unknown_fn unknown, void *arg);

/**
 * Whether a view met page tables that could not be read: also where a walk
 * before could read them, of a file that shrinks, say. What the view told is
 * then not all.
 */
bool dm_target_lacks_tables(const struct dm_target *target);

/* ---- Policy: why the map looks as it does at boot ------------------------ */

enum dm_boot {
	DM_BOOT_UNKNOWN,
	DM_BOOT_BLOCKS, /**< the largest leaves that the layout of RAM allows */
	DM_BOOT_PAGES,
	/** Blocks first, then all but the kernel's alias repainted to pages. */
	DM_BOOT_REPAINTED,
	/** What the page tables show, or an input of the rule's, rules it out. */
	DM_BOOT_CONTRADICTED,
};
/** "blocks", "pages", … as in JSON. */
const char *dm_boot_name(enum dm_boot boot);

enum dm_kfence {
	DM_KFENCE_UNKNOWN,
	DM_KFENCE_NONE, /**< not compiled in */
	DM_KFENCE_OFF, /**< no pool */
	DM_KFENCE_EARLY, /**< pool mapped by boot */
	DM_KFENCE_LATE, /**< pool made by a running kernel */
};
const char *dm_kfence_name(enum dm_kfence kfence);

#define DM_POLICY_WHYS	   8
#define DM_POLICY_WHY_MAX  32
#define DM_CMDLINE_MAX	   2049 /* arm64 COMMAND_LINE_SIZE, and the NUL */
#define DM_POLICY_TEXT_MAX 256

struct dm_policy {
	enum dm_boot boot;
	/** What the rule says by itself: also where that is contradicted. */
	enum dm_boot by_rule;
	/**
	 * boot is read off the page tables, not off the rule's inputs; or some
	 * of those are (rodata_from).
	 */
	bool inferred;
	/** What decided: "rodata=full", "cpu:bbml3", … */
	size_t why_count;
	char why[DM_POLICY_WHYS][DM_POLICY_WHY_MAX];
	/** What would have decided the same by itself. */
	size_t also_count;
	char also[DM_POLICY_WHYS][DM_POLICY_WHY_MAX];
	char sentence[DM_POLICY_TEXT_MAX]; /**< the same for people */
	const char *rodata; /**< "full", "on", "off", "noalias"; NULL unknown */
	/**
	 * What tells: "rodata_full" (the variables), "cmdline", or "read_only":
	 * inferred from read-only pages. "contradicted": pages and these
	 * disagree, rodata is NULL. NULL: not known. Static text.
	 */
	const char *rodata_from;
	/** The capability that the rule asks for, "bbml3"; NULL: none. */
	char bbml[16];
	enum dm_known
		has_bbml; /**< the whole system's, as the kernel decided */
	enum dm_known debug_pagealloc;
	enum dm_known realm;
	enum dm_kfence kfence;
	uint64_t kfence_pool; /**< VA; 0: none */
	enum dm_known repainted;
	enum dm_known splits_at_runtime; /**< leaves may be split at run time */
	enum dm_boot hotplug; /**< how memory added later is mapped */
	bool has_cmdline;
	char cmdline[DM_CMDLINE_MAX]; /**< printable ASCII, else '?' */
	/** The variable, or "printk"; NULL: not known. Static text. */
	const char *cmdline_from;
	bool cmdline_cut; /**< more may have followed */
	/**
	 * What rules by_rule out, and boot is DM_BOOT_CONTRADICTED; what follows
	 * of the rule is unknown then. NULL: nothing. Static text.
	 */
	const char *contradiction;
	/** What could not be looked up, and why; empty: nothing. */
	char missing[DM_POLICY_TEXT_MAX];
};

/**
 * Evaluate the kernel's rule on the dump's own state.
 * @param usage	Of the whole linear map, to hold the outcome against.
 * @returns	NULL also where little is known: the policy says so. Errors are
 *		no memory and interrupts.
 */
struct dm_error *dm_policy_init(struct dm_policy *policy,
				struct dm_target *target,
				const struct dm_usage *usage);

struct dm_error *dm_policy_text(const struct dm_policy *policy,
				struct dm_sink *sink);
/** One JSON object and a newline; the same that the report has in "policy". */
struct dm_error *dm_policy_json(const struct dm_policy *policy,
				struct dm_sink *sink);

/* ---- Owners: who uses a page of RAM -------------------------------------- */

enum dm_owner_kind {
	DM_OWNER_UNKNOWN, /**< could not be told, or what tells is missing */
	DM_OWNER_NONE, /**< memory of no special use: free, cache, user, slab */
	DM_OWNER_KERNEL_TEXT, /**< alias of the image's text and rodata */
	DM_OWNER_KERNEL_DATA, /**< alias of the image's data and bss */
	DM_OWNER_MODULE,
	DM_OWNER_BPF, /**< a program, trampoline or the like */
	DM_OWNER_BPF_PACK, /**< a pack's page that no program lies in */
	DM_OWNER_KPROBE, /**< slots for probed instructions */
	DM_OWNER_VMALLOC, /**< other vmalloc memory */
	DM_OWNER_SECRETMEM,
	DM_OWNER_KFENCE,
	DM_OWNER_CRASH_KERNEL, /**< memory that a crash kernel was loaded into */
	DM_OWNER_REALM_SHARED, /**< shared with the host of a realm */
	DM_OWNER_FREE, /**< of the page allocator's, and taken out of the map */
	DM_OWNER_COUNT,
};
/** "kernel_text", "module", … as in JSON. */
const char *dm_owner_name(enum dm_owner_kind kind);

struct dm_owner {
	enum dm_owner_kind kind;
	/** Module, program, or the function that asked for vmalloc memory. */
	char name[128];
	char part[32]; /**< of a module: "text", "rodata", … */
	uint64_t va; /**< where the owner has the page; 0: linear map only */
	uint64_t start; /**< VA of the program or the part; 0: not known */
	uint64_t size; /**< bytes of it */
	uint64_t id; /**< of a program, or a secretmem file's inode; 0: none */
	char tag[20]; /**< of a program */
	uint64_t pack; /**< VA of the pack that a program lies in; 0: none */
	/** When it was loaded, CLOCK_BOOTTIME; 0: not known */
	uint64_t time_ns;
	/** Why there should be no page like it, a clause; NULL: no reason. */
	const char *doubt;
};

/* ---- Explain: all that is known of an address ---------------------------- */

enum dm_region {
	DM_REGION_LINEAR,
	DM_REGION_IMAGE, /**< kernel image */
	DM_REGION_MODULES,
	DM_REGION_VMALLOC,
	DM_REGION_VMEMMAP,
	DM_REGION_OTHER,
	DM_REGION_UNKNOWN, /**< vmalloc space or the image in it */
};
const char *dm_region_name(enum dm_region region);

struct dm_step {
	int level; /**< -1 to 3 */
	uint64_t table; /**< PA */
	uint64_t index;
	uint64_t entry;
	const char *kind; /**< "table", "leaf", "none", … static text */
};

/** How a VA is mapped. */
struct dm_mapping {
	uint64_t va;
	size_t step_count;
	struct dm_step steps[DM_LEVELS];
	bool mapped; /**< there is a leaf; else what follows is 0 */
	bool valid;
	enum dm_leaf leaf;
	uint64_t leaf_start; /**< VA */
	uint64_t leaf_size; /**< bytes */
	uint64_t pa; /**< of va */
	uint64_t attrs; /**< of the leaf's descriptor */
	char unreadable
		[256]; /**< why the chain ends early; "" if it does not */
	/**
	 * Of the linear map: why the tables do not tell how it is mapped, static
	 * text. What they say of it, leaf and all, then means nothing. NULL: they
	 * do tell.
	 */
	const char *unknown;
};

/** What stands in a stretch of the linear map that one leaf could map. */
struct dm_stretch {
	enum dm_leaf leaf; /**< that could */
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t mapped[DM_LEAF_COUNT]; /**< bytes by today's leaf */
	uint64_t read_only; /**< bytes */
	uint64_t invalid; /**< bytes */
	uint64_t unmapped; /**< bytes */
	uint64_t unknown; /**< bytes: see dm_unknown */
	bool alike; /**< wholly mapped, with equal attributes */
	uint64_t odd_va; /**< first that differs from the address's own leaf */
	uint64_t odd_attrs;
	bool odd_valid;
	bool readable; /**< false: some of it is unknown */
};

#define DM_EXPLAIN_OWNERS 8
#define DM_EXPLAIN_TEXT	  512

struct dm_explanation {
	char asked[128];
	enum dm_region region;
	struct dm_mapping own; /**< of the address itself */
	/**
	 * There is RAM behind it, at pa, and linear is how the map has it; or, of
	 * the linear map where own.unknown, that is where RAM would be.
	 */
	bool has_pa;
	uint64_t pa;
	bool beyond; /**< the linear map does not reach pa: linear is empty */
	struct dm_mapping linear;
	size_t stretch_count; /**< larger leaves, the next one first */
	struct dm_stretch stretches[DM_LEAF_COUNT];
	char not_larger[DM_EXPLAIN_TEXT +
			64]; /**< why the leaf is what it is */
	bool has_page;
	uint64_t page_va; /**< of the struct page */
	uint64_t page_flags;
	char page_flag_names[256];
	char page_type[32];
	int32_t page_refcount;
	char no_page[256]; /**< why there is none */
	char symbol[256]; /**< "name+0x10/0x80", "[module]" behind; "" none */
	bool has_area; /**< of vmalloc space */
	uint64_t area_start;
	uint64_t area_size;
	char area_kind[32];
	char area_caller[256];
	size_t owner_count;
	struct dm_owner owners[DM_EXPLAIN_OWNERS];
	/**
	 * Set by dm_history_explain(): in what linear differs from most of the
	 * map; "" if in nothing, or that is not known.
	 */
	char special[64];
	char missing[DM_EXPLAIN_TEXT]; /**< what could not be looked up */
};

/**
 * @param what	A kernel or physical address (0x…), pfn:N, or SYMBOL[+OFFSET].
 * @param policy	Of dm_policy_init(): part of the reason for a leaf.
 * @returns	DM_ERROR_INVALID_ARGUMENT: not one of these;
 *		DM_ERROR_NOT_FOUND: no such symbol.
 */
struct dm_error *dm_explain_init(struct dm_explanation *explanation,
				 struct dm_target *target,
				 const struct dm_policy *policy,
				 const char *what);
struct dm_error *dm_explain_text(const struct dm_kernel *kernel,
				 const struct dm_explanation *explanation,
				 struct dm_sink *sink);
/** One JSON object and a newline. */
struct dm_error *dm_explain_json(const struct dm_kernel *kernel,
				 const struct dm_explanation *explanation,
				 struct dm_sink *sink);

/** One JSON object and a newline, for what has no answer: asked, and why. */
struct dm_error *dm_explain_unanswered_json(const char *what,
					    const struct dm_error *why,
					    struct dm_sink *sink);

/**
 * Read all that explain would for addresses that are not as boot left them, and
 * for modules: for a recorder below @p target's source.
 */
struct dm_error *dm_explain_prefetch(struct dm_target *target,
				     const struct dm_policy *policy);

/* ---- Counters: what the kernel itself counts ----------------------------- */

#define DM_COUNTERS	 4
#define DM_COUNTER_PARTS 6

/** An amount that a counter has and the page tables have not, with its cause. */
struct dm_counter_part {
	const char *cause; /**< one clause, static text */
	uint64_t bytes[DM_LEAF_COUNT];
};

struct dm_counter {
	const char *symbol; /**< static text */
	const char
		*unit; /**< of the kernel's numbers: "bytes", "kB", "leaves" */
	enum dm_known filtered; /**< inferred: counts the linear map only */
	uint64_t bytes[DM_LEAF_COUNT]; /**< as the kernel has them */
	int64_t over
		[DM_LEAF_COUNT]; /**< bytes beyond the page tables' figure */
	size_t part_count;
	struct dm_counter_part parts[DM_COUNTER_PARTS];
	int64_t unexplained[DM_LEAF_COUNT]; /**< over, less all parts */
	/**
	 * The page tables' figure is that of the whole map. Else it is a lower
	 * bound: over, parts and unexplained are 0, for they are not known.
	 */
	bool compared;
};

struct dm_counters {
	size_t count; /**< 0: the kernel has none */
	struct dm_counter counter[DM_COUNTERS];
	char missing[256]; /**< what could not be looked up */
};

/** @param usage	Of the whole linear map: the truth. */
struct dm_error *dm_counters_init(struct dm_counters *counters,
				  struct dm_target *target,
				  const struct dm_usage *usage);
struct dm_error *dm_counters_text(const struct dm_kernel *kernel,
				  const struct dm_usage *usage,
				  const struct dm_counters *counters,
				  struct dm_sink *sink);
struct dm_error *dm_counters_json(const struct dm_counters *counters,
				  struct dm_sink *sink);

/* ---- Splits: leaves that boot made and that are gone ---------------------- */

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
const char *dm_evidence_name(unsigned int bit);

#define DM_LOST_OWNERS 16

struct dm_lost {
	enum dm_leaf leaf;
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	enum dm_leaf boot; /**< what boot had made there */
	uint64_t boot_start; /**< VA of that */
	uint64_t today[DM_LEAF_COUNT]; /**< bytes of it, by leaf */
	uint64_t absent; /**< bytes: how they are mapped is unknown */
	unsigned int evidence; /**< of enum dm_evidence */
	bool in_use; /**< else residual: all of it is alike again, or */
	bool state_unknown; /**< one of the two: what is known of it is alike */
	uint64_t special; /**< bytes in it that are not default */
	uint64_t table; /**< PA of the table in its place; 0: none of its own */
	/** When: since boot, in ns, of the log's clock; bounds of an interval. */
	bool has_after, has_before;
	uint64_t after_ns, before_ns; /**< equal: exact */
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
	uint64_t bpf_after_ns, bpf_before_ns;
	size_t owner_count; /**< all of them; the first are kept */
	bool one_group; /**< one module, pack or the like has all that is special */
	struct dm_lost_owner {
		const struct dm_owner *owner;
		uint64_t pages;
	} owners[DM_LOST_OWNERS]; /**< those with most pages first */
};

/** A stretch that boot itself mapped smaller than RAM would allow. */
struct dm_boot_range {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	enum dm_leaf leaf;
	enum dm_leaf could_be;
	char why[128]; /**< "kernel_alias", "policy:pages,edge", … */
};

/** Neighbouring pages that are not default, alike, with the same owners. */
struct dm_special {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t attrs; /**< of the descriptors */
	bool valid;
	bool read_only;
	size_t owner_count;
	const struct dm_owner *const *owners; /**< the history's */
};

/** What would be larger again if all that is alike were merged. */
struct dm_collapse {
	uint64_t leaves[DM_LEAF_COUNT]; /**< of each size, that would come */
	uint64_t covers; /**< bytes that they map */
	uint64_t tables; /**< pages of tables that would be free */
	uint64_t bytes; /**< the same in bytes */
	bool at_least; /**< some of the map is unknown: lower bounds */
};

/** What would be larger again if one owner went away. */
struct dm_if_gone {
	const struct dm_owner *owner;
	uint64_t leaves[DM_LEAF_COUNT];
};

/** VAs where it is not known what was mapped, and so what was lost. */
struct dm_unjudged {
	uint64_t start;
	uint64_t size; /**< bytes */
	const char *why; /**< static text */
	/** Leaves may have been lost here: some are smaller than any that can
	 * have been made, or it is not known which can. A split leaves some. */
	bool maybe_lost;
};

struct dm_split_summary {
	/**
	 * All of boot's memory is known, and so are lost leaves. false: see why;
	 * figures of splits are 0, but for larger, or, where at_least says so,
	 * lower bounds.
	 */
	bool known;
	bool at_least; /**< what became of it is known in part */
	bool boot_known; /**< what boot mapped is known: dm_history_boot() */
	char why[256];
	bool splits; /**< the kernel splits at run time; */
	bool splits_known; /**< false: that is not known */
	const char *banks_from, *alias_from, *pages_from; /**< NULL: unknown */
	uint64_t lost[DM_LEAF_COUNT]; /**< leaves */
	uint64_t in_use[DM_LEAF_COUNT]; /**< leaves of those */
	/** leaves of those that are in use or residual: which, is not known */
	uint64_t state_unknown[DM_LEAF_COUNT];
	uint64_t tables; /**< table pages that splits cost, now */
	uint64_t boot_bytes[DM_LEAF_COUNT]; /**< bytes by boot's leaf */
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
	struct dm_collapse collapse;
	size_t if_gone_count;
	const struct dm_if_gone *if_gone; /**< most bytes first */
	/** Ranges, rising, that no figure here but collapse says anything of.
	 * Where one is maybe_lost, and the kernel splits: at_least. */
	size_t unjudged_count;
	const struct dm_unjudged *unjudged;
	char missing[512]; /**< what could not be looked up; "" if all was */
};

struct dm_history;

typedef struct dm_error *(*dm_lost_fn)(void *arg, const struct dm_lost *lost);
typedef struct dm_error *(*dm_boot_range_fn)(void *arg,
					     const struct dm_boot_range *range);
typedef struct dm_error *(*dm_special_fn)(void *arg,
					  const struct dm_special *special);

/**
 * Reconstruct what boot mapped and hold today's map against it.
 * @param policy	Borrowed: must outlive the object.
 * @returns	NULL also where little can be told: see the summary.
 */
struct dm_error *dm_history_create(struct dm_target *target,
				   const struct dm_policy *policy,
				   struct dm_history **ret);
void dm_history_destroy(struct dm_history *history);
const struct dm_split_summary *
dm_history_summary(const struct dm_history *history);
/** Lost leaves by VA, the larger first. They are found anew each time. */
struct dm_error *dm_history_lost(struct dm_history *history, dm_lost_fn fn,
				 void *arg);
/** By VA; none where what boot mapped is not known. */
struct dm_error *dm_history_boot(struct dm_history *history,
				 dm_boot_range_fn fn, void *arg);
struct dm_error *dm_history_special(struct dm_history *history,
				    dm_special_fn fn, void *arg);
/**
 * Add what only the pages' users show to be wrong, DM_FINDING_UNEXPLAINED, to
 * the findings. Such pages are mapped, and counted as the others.
 */
struct dm_error *dm_history_findings(struct dm_history *history,
				     struct dm_usage *usage);
/** What boot mapped at @p va. @returns false: nothing, or it is not known. */
bool dm_history_boot_at(const struct dm_history *history, uint64_t va,
			struct dm_boot_range *range);
/** Tell in an explanation whether boot or a split made the leaf so small. */
void dm_history_explain(const struct dm_history *history,
			struct dm_explanation *explanation);

struct dm_error *dm_splits_text(const struct dm_kernel *kernel,
				struct dm_history *history,
				struct dm_sink *sink);
/** Along time: what is dated first, by its date. */
struct dm_error *dm_splits_timeline(const struct dm_kernel *kernel,
				    struct dm_history *history,
				    struct dm_sink *sink);
/** One JSON object and a newline. */
struct dm_error *dm_splits_json(const struct dm_kernel *kernel,
				struct dm_history *history,
				struct dm_sink *sink);

/* ---- Reports: the same bytes from every front end ----------------------- */

/** What the front end knows of the file or session; strings are borrowed. */
struct dm_dump_about {
	const char *path;
	const char *format; /**< "elf", "kdump", "kdump-flattened", … */
	bool complete;
	const char *why_incomplete; /**< one clause; NULL when complete */
	/** Where VMCOREINFO is from: "ram", "file"; NULL: the dump's own note. */
	const char *vmcoreinfo_from;
	bool vmcoreinfo_given; /**< the user said so; else it was found */
	uint64_t vmcoreinfo_pa; /**< of "ram" */
	const char *vmcoreinfo_file; /**< of "file" */
	/** What the dump's header says against VMCOREINFO; NULL: nothing. */
	const char *header_contradicts;
};

struct dm_report {
	struct dm_dump_about dump;
	struct dm_kernel kernel;
	struct dm_usage usage;
	const struct dm_policy *policy; /**< NULL: not asked for */
	const struct dm_counters *counters; /**< NULL: the kernel has none */
	struct dm_history *history; /**< NULL: not asked for */
};

/** How text may look. */
struct dm_style {
	bool color; /**< ANSI colours */
	/**
	 * Of the report's map line, and at most of a row of the map, in cells;
	 * 0: the usual 64.
	 */
	unsigned int width;
};

struct dm_error *dm_report_text(const struct dm_report *report,
				const struct dm_style *style,
				struct dm_sink *sink);
/** One JSON object and a newline, schema "directmap/1". */
struct dm_error *dm_report_json(const struct dm_report *report,
				struct dm_sink *sink);
/** The DirectMap lines alone, as /proc/meminfo would have them. */
struct dm_error *dm_report_meminfo(const struct dm_report *report,
				   struct dm_sink *sink);

/* ---- Map: the linear map as a picture ------------------------------------ */

/**
 * A stretch of it; cells do not reach over holes. What is unknown is in cells
 * too, a long stretch of nothing else in one that is as long.
 */
struct dm_cell {
	uint64_t start; /**< VA */
	uint64_t size; /**< bytes */
	uint64_t bytes[DM_LEAF_COUNT]; /**< by leaf */
	uint64_t read_only; /**< bytes */
	uint64_t invalid; /**< bytes */
	uint64_t unknown; /**< bytes: see dm_unknown */
	uint64_t lost; /**< leaves lost that begin in it */
	uint64_t in_use; /**< of those */
};

struct dm_map {
	uint64_t cell; /**< bytes of a full cell */
	size_t count;
	struct dm_cell *cells; /**< by VA */
	bool splits_known; /**< lost and in_use mean something */
	bool splits_at_least; /**< they do not, but are lower bounds */
	uint64_t left_out; /**< bytes, mapped or unknown, behind so many holes
			      that they are not drawn */
};

/**
 * @param range	Restricts to it; NULL for the whole map.
 * @param history	NULL: splits are not marked.
 */
struct dm_error *dm_map_create(struct dm_target *target,
			       struct dm_history *history,
			       const struct dm_range *range,
			       struct dm_map **ret);
void dm_map_destroy(struct dm_map *map);
struct dm_error *dm_map_text(const struct dm_kernel *kernel,
			     const struct dm_map *map,
			     const struct dm_style *style,
			     struct dm_sink *sink);
struct dm_error *dm_map_json(const struct dm_map *map, struct dm_sink *sink);
/** A whole SVG document, readable on light and dark ground. */
struct dm_error *dm_map_svg(const struct dm_kernel *kernel,
			    const struct dm_map *map, struct dm_sink *sink);

/** A header for run lines, and a run as one line. */
struct dm_error *dm_run_text_header(struct dm_sink *sink);
struct dm_error *dm_run_text(const struct dm_kernel *kernel,
			     const struct dm_run *run, struct dm_sink *sink);
/** What is unknown between two of them, in the same columns. */
struct dm_error *dm_unknown_text(const struct dm_unknown *unknown,
				 struct dm_sink *sink);
/** A run as one line of JSON. */
struct dm_error *dm_run_json(const struct dm_kernel *kernel,
			     const struct dm_run *run, struct dm_sink *sink);
/** What is unknown, as one line of JSON. */
struct dm_error *dm_unknown_json(const struct dm_unknown *unknown,
				 struct dm_sink *sink);

#endif /* DIRECTMAP_H */
