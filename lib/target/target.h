/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the views on kernel structures stand on: memory, symbols and types of
 * the dumped kernel, each got ready when it is first asked for.
 *
 * What is missing is remembered, so that every view gets the same error
 * and only one pays for finding out.
 */
#ifndef DM_TARGET_H
#define DM_TARGET_H

#include <stdio.h>

#include "target/kva.h"
#include "target/modules.h"
#include "directmap/symbols.h"
#include "target/types.h"
#include "util/unknown.h"
#include "walk/walk.h"

/**
 * Kernel memory, symbols and types, for the views that look at more than page
 * tables. Nothing is read before a view asks for it.
 */
struct dm_target;
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
 * All runs of the linear map, or of those that touch @p range, and between them
 * what is unknown, in VA order.
 * @param range	NULL: the whole map.
 */
struct dm_error *dm_target_runs(struct dm_target *target,
				const struct dm_range *range, dm_run_fn run,
				dm_unknown_fn unknown, void *arg);

/**
 * Whether a view found page tables that could not be read: also where a walk
 * before could read them, of a file that shrinks, say. What the view told is
 * then not all.
 */
bool dm_target_lacks_tables(const struct dm_target *target);

struct kva *dm_target_kva(struct dm_target *target);
const struct dm_kernel *dm_target_kernel(const struct dm_target *target);
struct dm_source *dm_target_source(struct dm_target *target);

/* ---- What others keep ---------------------------------------------------- */

/**
 * What a file behind this folder finds out once of a target and keeps as long as
 * that: static const there, and by its address the file's own.
 */
struct target_kind {
	size_t size; /* bytes of the object */
	void (*deinit)(void *object); /* NULL: it owns nothing */
};
/**
 * The target's object of that kind, zeroed when it is first asked for. Owned by
 * the target, and ended before all else of it.
 */
struct dm_error *dm_target_keep(struct dm_target *target,
				const struct target_kind *kind, void **object);

/* ---- The linear map ----------------------------------------------------- */

/** All runs of the linear map, as dm_walk() gives them. */
struct dm_error *dm_target_runs_of(struct dm_target *target, dm_run_fn fn,
				   void *arg);
/** What the walk for them said. */
struct dm_error *dm_target_usage(struct dm_target *target,
				 const struct dm_usage **usage);
/** Of which stretches it could not tell; owned by the target. */
struct dm_error *dm_target_unknown(struct dm_target *target,
				   const struct unknown_set **unknown);
/**
 * Stretches of which the tables do not tell either, as others do say.
 * @param findings	Each is a finding.
 * @param usage		What the walk says from now on.
 */
struct dm_error *dm_target_add_unknown(struct dm_target *target,
				       const struct unknown_set *more,
				       bool findings,
				       const struct dm_usage **usage);
/**
 * Whether the map was held against memory: NULL, or why it was not.
 * @param usage	The caller's copy, which learns it too.
 */
void dm_target_note_memory(struct dm_target *target, const char *why_not,
			   struct dm_usage *usage);
/** The finding that goes with such a stretch. */
struct dm_finding dm_target_finding_of(const struct dm_target *target,
				       const struct dm_unknown *unknown);

/* ---- Symbols ------------------------------------------------------------ */

/** Why there are no symbols; NULL if there are. */
struct dm_error *dm_target_ready_symbols(struct dm_target *target);

/** Where kallsyms is, as dm_kallsyms_put() writes it; nothing if it was not read. */
void dm_target_put_kallsyms(const struct dm_target *target, FILE *out);
/** @returns DM_ERROR_NOT_FOUND, or why there are no symbols at all. */
struct dm_error *dm_target_symbol(struct dm_target *target, const char *name,
				  uint64_t *va);
/**
 * No also where there are no symbols. As of the next two, what the dump lacks or
 * has wrong counts as no, and errors are those with dm_error_is_fatal() only.
 */
struct dm_error *dm_target_has_symbol(struct dm_target *target,
				      const char *name, bool *has);
/**
 * Whether variables are among the symbols, so that one that is not there is not
 * in the kernel: without CONFIG_KALLSYMS_ALL kallsyms has functions only.
 */
struct dm_error *dm_target_knows_variables(struct dm_target *target,
					   bool *knows);
/**
 * Whether @p va is of the kernel image. Without symbols of its ends this is
 * told from how it is mapped.
 */
struct dm_error *dm_target_in_image(struct dm_target *target, uint64_t va,
				    bool *is);
/** The last symbol of the kernel's own at or below @p va. */
struct dm_error *dm_target_symbol_at(struct dm_target *target, uint64_t va,
				     struct dm_symbol *symbol);
/** A symbol of the kernel's own or, after those, of a module's. */
struct dm_error *dm_target_any_symbol(struct dm_target *target,
				      const char *name, uint64_t *va);
/**
 * "name+0x10/0x80", with " [module]" behind a module's; "" if not known.
 * @returns	Errors with dm_error_is_fatal() only.
 */
struct dm_error *dm_target_describe(struct dm_target *target, uint64_t va,
				    char *text, size_t size);

/** The variable called @p name, of 1, 4 or 8 bytes. */
struct dm_error *dm_target_variable(struct dm_target *target, const char *name,
				    size_t size, uint64_t *value);

/* ---- Types -------------------------------------------------------------- */

/**
 * Never NULL, and nothing is read yet: the first question gets the tables, and
 * gives what ended that. Where there are none, it is DM_ERROR_NOT_FOUND.
 */
struct types *dm_target_types(struct dm_target *target);
/**
 * Why there are no types; *@p why is NULL if there are.
 * @returns	Errors with dm_error_is_fatal() only.
 */
struct dm_error *dm_target_types_why(struct dm_target *target,
				     const char **why);

/**
 * Offsets of several members at once, of one struct.
 * @param wanted	Ends with a NULL path.
 */
struct target_offset {
	const char *path;
	uint64_t *offset;
};
struct dm_error *dm_target_offsets(struct dm_target *target, const char *type,
				   const struct target_offset *wanted);

/** A pointer, or another 8-byte number, at @p va + @p offset. */
struct dm_error *dm_target_u64_at(struct dm_target *target, uint64_t va,
				  uint64_t offset, uint64_t *value);

/* ---- Modules ------------------------------------------------------------ */

/** Modules that are loaded; owned by the target. */
struct dm_error *dm_target_modules(struct dm_target *target,
				   struct modules **modules);

#endif /* DM_TARGET_H */
