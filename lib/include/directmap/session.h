/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * The front door: a session looks at one dump, and makes each result when it is
 * first asked for.
 *
 *	struct dm_session_options options = { .struct_size = sizeof(options) };
 *
 *	err = dm_session_create(source, &options, &session);
 *	if (!err)
 *		err = dm_session_usage(session, &usage);
 *	…
 *	dm_session_destroy(session);
 *
 * What holds for all functions here:
 *  - Results may be asked for in any order. What one stands on is made with it,
 *    and all of it is kept: the page tables are read once (again only where the
 *    map has more runs than can be kept, millions).
 *  - Pointers to results are the session's and valid until it is destroyed, save
 *    for what has a destroy function of its own. On an error they are NULL.
 *  - Each function may give the errors of the source and DM_ERROR_NO_MEMORY.
 *    What only part of a result needs, and the dump lacks or has damaged, is no
 *    error: the result says what is missing. A failure is kept like a result:
 *    asking again gives the same error, each time an object of the caller's.
 *  - What prints makes what it prints, where it was not asked for yet: the same
 *    bytes from every front end. DM_ERROR_OUTPUT: the sink took no more.
 *  - A session, with all that came of it, is used by one thread at a time. It
 *    starts threads of its own where the options say so and the source can be
 *    cloned; all functions of the caller's but those of cloned sources are
 *    called by the thread that asks. Two sessions share nothing.
 */
#ifndef DIRECTMAP_SESSION_H
#define DIRECTMAP_SESSION_H

#include <directmap/counters.h>
#include <directmap/explain.h>
#include <directmap/history.h>
#include <directmap/map.h>
#include <directmap/policy.h>
#include <directmap/sink.h>
#include <directmap/source.h>
#include <directmap/symbols.h>
#include <directmap/types.h>
#include <directmap/walk.h>

DM_BEGIN_DECLS

struct dm_session;

/** How far a walk of the page tables has come. */
struct dm_walk_progress {
	uint64_t tables; /**< read so far */
	uint64_t known; /**< seen so far, those included */
	double share; /**< of the work, by what is known: 0 to 1 */
};

/** All zero but for struct_size is what NULL gives. */
struct dm_session_options {
	size_t struct_size; /**< sizeof(struct dm_session_options) */
	/**
	 * Of the walk; what comes out is the same for any number. 0 is 1; more
	 * need a source that can be cloned.
	 */
	unsigned int threads;
	uint64_t max_tables; /**< table pages to read at most; 0: all */
	/**
	 * Asked now and then during a walk; true ends it, and the usage says
	 * so. May be NULL, as progress, which is called often.
	 */
	bool (*stop)(void *arg);
	/** Told during a walk how far it is. */
	void (*progress)(void *arg, const struct dm_walk_progress *progress);
	void *arg; /**< given to the functions above */
	/**
	 * What the report says of the dump's file; copied, but for its strings,
	 * which must outlive the session. NULL: it says nothing of it.
	 */
	const struct dm_dump_about *about;
};

/* ---- Beginning and end ------------------------------------------------------- */

/**
 * Read VMCOREINFO and work out the kernel's translation geometry; nothing else
 * is read yet.
 *
 * @param source	Borrowed: must outlive the session.
 * @param options	Copied; NULL: none.
 * @returns	DM_ERROR_BAD_DUMP: VMCOREINFO is missing, or contradicts itself
 *		(the line is named). DM_ERROR_UNSUPPORTED: a geometry that
 *		arm64 Linux does not have. DM_ERROR_INVALID_ARGUMENT: the
 *		options have no size, or something that this library does not
 *		know.
 */
DM_API struct dm_error *
dm_session_create(struct dm_source *source,
		  const struct dm_session_options *options,
		  struct dm_session **session);
/** NULL is fine. All results end with it. */
DM_API void dm_session_destroy(struct dm_session *session);

/**
 * Symbols from elsewhere than the dump: to be added before a result is asked
 * for, at most three tables, of either place.
 *
 * @param table		Taken, also on error: ended with the session.
 * @param first		Asked before kallsyms in the dump; else only for what
 *			that has not. In the order that they were added.
 * @returns	DM_ERROR_INVALID_ARGUMENT: too late, or too many.
 */
DM_API struct dm_error *dm_session_add_symbols(struct dm_session *session,
					       struct dm_symbol_table *table,
					       bool first);
/** The same for types, which are asked for what the dump's own BTF lacks. */
DM_API struct dm_error *dm_session_add_types(struct dm_session *session,
					     struct dm_type_table *table);

/**
 * Whether the symbols that are there have variables among them: without
 * CONFIG_KALLSYMS_ALL the dump has functions only. Reads kallsyms.
 */
DM_API struct dm_error *dm_session_has_variables(struct dm_session *session,
						 bool *has);
/** Whether there are types. Looks for the dump's BTF. */
DM_API struct dm_error *dm_session_has_types(struct dm_session *session,
					     bool *has);

/* ---- Results ----------------------------------------------------------------- */

/** The source that the session was made with. */
DM_API struct dm_source *dm_session_source(const struct dm_session *session);
/**
 * The kernel, as VMCOREINFO has it. Of a realm's, ns_shared is known once the
 * figures are.
 */
DM_API const struct dm_kernel *
dm_session_kernel(const struct dm_session *session);

/**
 * Memory that the kernel has set apart for the one that kdump boots.
 * @param range	PAs; empty where there is none.
 * @returns	DM_ERROR_NOT_FOUND, DM_ERROR_BAD_DUMP: symbols or types do not
 *		tell.
 */
DM_API struct dm_error *dm_session_crash_kernel(struct dm_session *session,
						struct dm_range *range);

/**
 * What the page tables map, and nothing else: the DirectMap lines need no more.
 * It is the same object as that of dm_session_usage(), which adds to it.
 *
 * @returns	NULL also where tables cannot be read: the usage says so.
 *		DM_ERROR_BAD_DUMP: swapper_pg_dir itself cannot be read, or is
 *		something else.
 */
DM_API struct dm_error *dm_session_figures(struct dm_session *session,
					   const struct dm_usage **usage);
/**
 * The same, held against memblock: memory that boot had and that no leaf maps is
 * a finding, and unknown. Once the history was made, what only the pages' users
 * show to be wrong (DM_FINDING_UNEXPLAINED) is among the findings too.
 */
DM_API struct dm_error *dm_session_usage(struct dm_session *session,
					 const struct dm_usage **usage);
/** Why boot mapped the map as it did. */
DM_API struct dm_error *dm_session_policy(struct dm_session *session,
					  const struct dm_policy **policy);
/** The kernel's own counters; a count of 0: it has none. */
DM_API struct dm_error *
dm_session_counters(struct dm_session *session,
		    const struct dm_counters **counters);
/**
 * What boot mapped and what of it was split since; dm_history_summary() and the
 * others of history.h look into it.
 *
 * @returns	NULL also where little can be told: see the summary.
 */
DM_API struct dm_error *dm_session_history(struct dm_session *session,
					   struct dm_history **history);

/**
 * All that is known of one address.
 *
 * @param what	A kernel or physical address (0x…), pfn:N, or SYMBOL[+OFFSET].
 * @param explanation	The caller's: dm_explanation_destroy().
 * @returns	DM_ERROR_INVALID_ARGUMENT: not one of these;
 *		DM_ERROR_NOT_FOUND: no such symbol; DM_ERROR_ABSENT,
 *		DM_ERROR_BROKEN: the dump lacks its symbols, so that none is
 *		known. None of these is kept.
 */
DM_API struct dm_error *dm_session_explain(struct dm_session *session,
					   const char *what,
					   struct dm_explanation **explanation);
/**
 * The map as a picture, with the leaves that were lost.
 *
 * @param range	Restricts to it; NULL: the whole map.
 * @param map	The caller's: dm_map_destroy().
 */
DM_API struct dm_error *dm_session_map(struct dm_session *session,
				       const struct dm_range *range,
				       struct dm_map **map);

/**
 * All runs of the linear map, or of those that touch @p range, and between them
 * what is unknown, in VA order: from what dm_session_usage() keeps.
 *
 * @param range	NULL: the whole map.
 * @returns	Also the error of @p run or @p unknown, which ends it.
 */
DM_API struct dm_error *dm_session_runs(struct dm_session *session,
					const struct dm_range *range,
					dm_run_fn run, dm_unknown_fn unknown,
					void *arg);
/**
 * The same as they come, by a walk of its own that is not kept: the first run is
 * there before the last table is read.
 *
 * @param usage	What was walked, also on an error of the walk's; the session's,
 *		until the next call. May be NULL.
 */
DM_API struct dm_error *dm_session_stream(struct dm_session *session,
					  const struct dm_range *range,
					  dm_run_fn run, dm_unknown_fn unknown,
					  void *arg,
					  const struct dm_usage **usage);

/**
 * Whether a result found page tables that could not be read, also where the walk
 * before it could read them (of a file that shrinks, say). What the result tells
 * is then not all. Reads nothing.
 */
DM_API bool dm_session_lacks_tables(const struct dm_session *session);

/* ---- As text and JSON -------------------------------------------------------- */

/** Which parts of the report are not wanted; bits. */
enum dm_report_leave_out {
	DM_REPORT_NO_HISTORY = 1 << 0, /**< nor its lists in JSON */
	DM_REPORT_NO_POLICY = 1 << 1, /**< null */
	DM_REPORT_NO_COUNTERS = 1 << 2, /**< null */
	/**
	 * "usage" and "memory" are null. Without all four of these no page table
	 * is read: what is left is the dump and its kernel, as VMCOREINFO has it.
	 */
	DM_REPORT_NO_USAGE = 1 << 3,
};

/** @param style	NULL: plain. */
DM_API struct dm_error *dm_session_report_text(struct dm_session *session,
					       const struct dm_style *style,
					       struct dm_sink *sink);
/**
 * One JSON object and a newline, schema "directmap/1".
 * @param leave_out	Of enum dm_report_leave_out; 0: all of it.
 */
DM_API struct dm_error *dm_session_report_json(struct dm_session *session,
					       unsigned int leave_out,
					       struct dm_sink *sink);
/** The DirectMap lines alone, as /proc/meminfo would have them. */
DM_API struct dm_error *dm_session_meminfo(struct dm_session *session,
					   struct dm_sink *sink);

/** As text: a sentence, and what it follows from. */
DM_API struct dm_error *dm_session_policy_text(struct dm_session *session,
					       struct dm_sink *sink);
/** One JSON object and a newline, as all of these; the report's "policy". */
DM_API struct dm_error *dm_session_policy_json(struct dm_session *session,
					       struct dm_sink *sink);
/** As text, beside the figures of the page tables. */
DM_API struct dm_error *dm_session_counters_text(struct dm_session *session,
						 struct dm_sink *sink);
/** The report's "counters". */
DM_API struct dm_error *dm_session_counters_json(struct dm_session *session,
						 struct dm_sink *sink);
/** By VA: lost leaves, then what boot itself made small. */
DM_API struct dm_error *dm_session_splits_text(struct dm_session *session,
					       struct dm_sink *sink);
/** Along time: what is dated first, by its date. */
DM_API struct dm_error *dm_session_splits_timeline(struct dm_session *session,
						   struct dm_sink *sink);
/** Lost leaves, boot's small ranges, special pages, and figures. */
DM_API struct dm_error *dm_session_splits_json(struct dm_session *session,
					       struct dm_sink *sink);

/* ---- For recorders ----------------------------------------------------------- */

/** What can be looked at. */
enum dm_view {
	DM_VIEW_FIGURES, /**< dm_session_figures() */
	DM_VIEW_REPORT, /**< dm_session_report_json(), all of it */
	DM_VIEW_RUNS, /**< dm_session_runs() */
	DM_VIEW_POLICY, /**< dm_session_policy() */
	DM_VIEW_EXPLAIN, /**< dm_session_explain() */
	DM_VIEW_COUNTERS, /**< dm_session_counters() */
	DM_VIEW_SPLITS, /**< dm_session_splits_json() */
	DM_VIEW_MAP, /**< dm_session_map() */
	DM_VIEW_PTDUMP, /**< dm_session_ptdump() */
};

/**
 * Read all that a view reads, so that a recorder below the session
 * (dm_recorder_source()) has the pages: a dump of those alone then gives the
 * same view. Of explain: for addresses that are not as boot left them, and for
 * modules.
 */
DM_API struct dm_error *dm_session_prefetch(struct dm_session *session,
					    enum dm_view view);

DM_END_DECLS

#endif /* DIRECTMAP_SESSION_H */
