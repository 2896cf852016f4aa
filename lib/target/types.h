/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts of the dumped kernel's types, from wherever they are to be had: BTF
 * in the dump, or a vmlinux (its BTF or DWARF).
 */
#ifndef DM_TYPES_H
#define DM_TYPES_H

#include "directmap.h"

struct dm_member {
	uint64_t offset; /* bytes from the start of the type */
	uint64_t size; /* bytes; of the storage unit for a bitfield */
	unsigned int bit_offset; /* from offset; 0 if no bitfield */
	unsigned int bit_size; /* 0 if no bitfield */
};

/**
 * A set of types; each kind is a room of its own (btf.c, …). Errors of all:
 * DM_ERROR_NOT_FOUND, or what kept the types from being read.
 */
struct dm_type_table;

struct dm_type_table_ops {
	/** "BTF in the dump", "vmlinux (DWARF)", … */
	const char *name;
	/**
	 * @param type	"struct page", "union x", "enum x", or a typedef's or
	 *		base type's bare name.
	 * @param size	Bytes.
	 */
	struct dm_error *(*size)(struct dm_type_table *table, const char *type,
				 uint64_t *size);
	/**
	 * @param path	Members with dots between them ("mem[2].base" too);
	 *		those of anonymous members are found as in C.
	 */
	struct dm_error *(*member)(struct dm_type_table *table,
				   const char *type, const char *path,
				   struct dm_member *member);
	/** The value of an enumerator, of whatever enum. */
	struct dm_error *(*enumerator)(struct dm_type_table *table,
				       const char *name, int64_t *value);
	/**
	 * The name of @p value in @p type ("enum x"), copied to @p name, cut
	 * at @p size, what is not printable ASCII as '?'.
	 */
	struct dm_error *(*enumerator_name)(struct dm_type_table *table,
					    const char *type, int64_t value,
					    char *name, size_t size);
	void (*destroy)(struct dm_type_table *table);
};

struct dm_type_table {
	const struct dm_type_table_ops *ops;
};

/* ---- Several tables as one ----------------------------------------------- */

/** Tables that are asked in the order in which they were added. */
struct types;

struct dm_error *dm_types_create(struct types **ret);
void dm_types_destroy(struct types *types);

/** All of them as one table; owned by @p types. */
struct dm_type_table *dm_types_table(struct types *types);
/** Name of the first table; NULL if there is none. */
const char *dm_types_from(const struct types *types);

/** @param table	Taken, also on error; its room's _destroy is called. */
struct dm_error *dm_types_add(struct types *types, struct dm_type_table *table);

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
 * Whether the member is there. Errors count as no: who needs the member will
 * meet them when asking for it.
 */
/**
 * An error that ends the job and that dm_types_has() could not give, or NULL. It
 * is the caller's then.
 */
struct dm_error *dm_types_take_fatal(struct types *types);
bool dm_types_has(struct types *types, const char *type, const char *path);

#endif /* DM_TYPES_H */
