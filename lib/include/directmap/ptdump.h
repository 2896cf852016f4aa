/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * All of the kernel's address space, in the lines of the kernel's own
 * kernel_page_tables (arch/arm64/mm/ptdump.c).
 */
#ifndef DIRECTMAP_PTDUMP_H
#define DIRECTMAP_PTDUMP_H

#include <directmap/session.h>
#include <directmap/sink.h>

DM_BEGIN_DECLS

/** What is known of a line's addresses. New ones come last. */
enum dm_space_state {
	DM_SPACE_NONE, /**< nothing is mapped */
	DM_SPACE_MAPPED, /**< by leaves, valid or not */
	DM_SPACE_UNREAD, /**< unknown: their table is not in the dump */
	DM_SPACE_SHARED, /**< unknown: their table is another's, too */
	DM_SPACE_BROKEN, /**< unknown: an entry is no descriptor of Linux's */
	DM_SPACE_STOPPED, /**< unknown: the walk was ended before them */
};

/** A word for a state, as in JSON: "none", "mapped", "unread" … Static text. */
DM_API const char *dm_space_state_name(enum dm_space_state state);

/** A line: addresses that are mapped alike, or not. */
struct dm_space_line {
	size_t struct_size; /**< as this library has it */
	uint64_t start; /**< VA */
	uint64_t end; /**< VA, exclusive: 0 at the end of all addresses */
	enum dm_space_state state; /**< what is known of it */
	/** "PGD", "P4D", "PUD", "PMD", "PTE": of the entries. Static text. */
	const char *level;
	/** Of what is mapped: the bits of the descriptors that a line goes by. */
	uint64_t attrs;
	bool valid; /**< of what is mapped: the CPU can access it */
	uint64_t table; /**< PA of the table that is unread or shared, else 0 */
	uint64_t entry; /**< of DM_SPACE_BROKEN: the first entry, else 0 */
};

/** What a dump of the space found. */
struct dm_space_summary {
	size_t struct_size; /**< as this library has it */
	uint64_t lines; /**< without markers */
	uint64_t tables; /**< pages read as such */
	/** Bytes of addresses that are DM_SPACE_UNREAD, and so on: not known. */
	uint64_t unknown;
	bool stopped; /**< by the session's limits */
};

/** What gets a line; an error ends the walk and is returned. */
typedef struct dm_error *(*dm_space_fn)(void *arg,
					const struct dm_space_line *line);
/** What gets a marker, "Linear Mapping start" say, between two lines. */
typedef struct dm_error *(*dm_marker_fn)(void *arg, uint64_t va,
					 const char *name);

/**
 * Walk all that TTBR1 maps, from the linear map's start to the end of addresses,
 * and give what the kernel would print, in its order.
 *
 * Markers are those of which the dump tells where they are: of modules, vmalloc
 * space and vmemmap by VMCOREINFO (5.18 and later), of the fixmap by the kernel's
 * types; a kernel without ptdump has them where another of its version has.
 *
 * @param range	Lines that touch it, cut to it at marker's and tables' borders
 *		only; NULL: all.
 * @param marker	May be NULL.
 * @param summary	May be NULL; of what was seen, also on error.
 * @returns	Also the error of @p line or @p marker. DM_ERROR_BAD_DUMP:
 *		swapper_pg_dir itself is missing. DM_ERROR_INVALID_ARGUMENT: the
 *		range lies outside. One thread at a time on a session.
 */
DM_API struct dm_error *dm_session_ptdump(struct dm_session *session,
					  const struct dm_range *range,
					  dm_space_fn line, dm_marker_fn marker,
					  void *arg,
					  struct dm_space_summary *summary);

/** A line as the kernel prints it; what is unknown has "unknown" and why. */
DM_API struct dm_error *dm_space_text(const struct dm_kernel *kernel,
				      const struct dm_space_line *line,
				      struct dm_sink *sink);
/** "---[ Linear Mapping start ]---" */
DM_API struct dm_error *dm_marker_text(const char *name, struct dm_sink *sink);
/** A line as one line of JSON. */
DM_API struct dm_error *dm_space_json(const struct dm_kernel *kernel,
				      const struct dm_space_line *line,
				      struct dm_sink *sink);
/** The same of a marker. */
DM_API struct dm_error *dm_marker_json(uint64_t va, const char *name,
				       struct dm_sink *sink);

DM_END_DECLS

#endif /* DIRECTMAP_PTDUMP_H */
