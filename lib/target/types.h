/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Several tables of types (directmap/types.h) as one. */
#ifndef DM_TYPES_H
#define DM_TYPES_H

#include "directmap/types.h"

/** Tables that are asked in the order in which they were added. */
struct types;

struct dm_error *dm_types_create(struct types **ret);
void dm_types_destroy(struct types *types);

/** All of them as one table; owned by @p types. */
struct dm_type_table *dm_types_table(struct types *types);
/** @param table	Taken, also on error: its destroy is called. */
struct dm_error *dm_types_add(struct types *types, struct dm_type_table *table);

/** Adds the tables; an error is given to whoever asked, and it is called again. */
typedef struct dm_error *(*types_ready_fn)(void *arg);
/** Have @p fn called before the first question. */
void dm_types_on_first(struct types *types, types_ready_fn fn, void *arg);
/** Name of the first table; *@p from is NULL if there is none. */
struct dm_error *dm_types_from(struct types *types, const char **from);

/**
 * As the operations above. A table that answers DM_ERROR_NOT_FOUND passes the
 * question on to the next one; any other error is the answer. If none knows,
 * the error is the first one's.
 */
struct dm_error *dm_types_size(struct types *types, const char *type,
			       uint64_t *size);
struct dm_error *dm_types_member(struct types *types, const char *type,
				 const char *path, struct dm_member *member);
struct dm_error *dm_types_enumerator(struct types *types, const char *name,
				     int64_t *value);
struct dm_error *dm_types_enumerator_name(struct types *types, const char *type,
					  int64_t value, char *name,
					  size_t size);

/** Bytes; DM_ERROR_UNSUPPORTED if the member is a bitfield. */
struct dm_error *dm_types_offset(struct types *types, const char *type,
				 const char *path, uint64_t *offset);
/**
 * Whether the member is there. What the dump lacks counts as no: asking for the
 * member itself says why.
 * @returns	Errors with dm_error_is_fatal() only.
 */
struct dm_error *dm_types_has(struct types *types, const char *type,
			      const char *path, bool *has);

#endif /* DM_TYPES_H */
