/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Layouts of the dumped kernel's types: a provider is a table of functions.
 */
#ifndef DIRECTMAP_TYPES_H
#define DIRECTMAP_TYPES_H

#include <directmap/error.h>

DM_BEGIN_DECLS

/** Where a member of a type lies. */
struct dm_member {
	uint64_t offset; /**< bytes from the start of the type */
	uint64_t size; /**< bytes; of the storage unit for a bitfield */
	unsigned int bit_offset; /**< from offset; 0 if no bitfield */
	unsigned int bit_size; /**< 0 if no bitfield */
};

/**
 * A set of types; each kind of provider has its own (BTF, a vmlinux, …). Errors of all:
 * DM_ERROR_NOT_FOUND, or what kept the types from being read.
 */
struct dm_type_table;

/** What a set of types can do. */
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
	/** Ends the set. */
	void (*destroy)(struct dm_type_table *table);
	/** For functions of later versions; NULL. */
	void (*reserved[4])(void);
};

/** Embed it in your own object. */
struct dm_type_table {
	const struct dm_type_table_ops *ops; /**< outlive it */
};

/**
 * A table of a kernel's BTF: the bytes of its .BTF section.
 *
 * @param data	Copied.
 * @param table	The caller's, to be ended by its destroy, unless somebody takes
 *		it (dm_session_add_types()).
 * @returns	DM_ERROR_BAD_DUMP: malformed. DM_ERROR_UNSUPPORTED: a version,
 *		header or kind that is not known, named.
 */
DM_API struct dm_error *dm_types_from_btf(const void *data, size_t size,
					  struct dm_type_table **table);

DM_END_DECLS

#endif /* DIRECTMAP_TYPES_H */
