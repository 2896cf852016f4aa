/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that read BTF share. */
#ifndef DM_BTF_PRIVATE_H
#define DM_BTF_PRIVATE_H

#include <endian.h>
#include <string.h>

#include "target/btf/btf.h"
#include "util/error.h"

/* As MAX_RESOLVE_DEPTH of kernel/bpf/btf.c. */
#define BTF_DEPTH_MAX 32
#define BTF_TYPE_SIZE 12 /* struct btf_type */

enum kind {
	KIND_VOID, /* the type id 0; never in the section */
	KIND_INT,
	KIND_PTR,
	KIND_ARRAY,
	KIND_STRUCT,
	KIND_UNION,
	KIND_ENUM,
	KIND_FWD,
	KIND_TYPEDEF,
	KIND_VOLATILE,
	KIND_CONST,
	KIND_RESTRICT,
	KIND_FUNC,
	KIND_FUNC_PROTO,
	KIND_VAR,
	KIND_DATASEC,
	KIND_FLOAT,
	KIND_DECL_TAG,
	KIND_TYPE_TAG,
	KIND_ENUM64,
	KIND_COUNT,
};

#define BIT(kind)  (1u << (kind))
#define COMPOSITES (BIT(KIND_STRUCT) | BIT(KIND_UNION))
#define ENUMS	   (BIT(KIND_ENUM) | BIT(KIND_ENUM64))
#define BARE	   (BIT(KIND_TYPEDEF) | BIT(KIND_INT) | BIT(KIND_FLOAT))
#define SIZED	   (COMPOSITES | ENUMS | BIT(KIND_INT) | BIT(KIND_FLOAT))
#define LOOKED_UP  (COMPOSITES | ENUMS | BARE)
#define MODIFIERS                                                              \
	(BIT(KIND_TYPEDEF) | BIT(KIND_VOLATILE) | BIT(KIND_CONST) |            \
	 BIT(KIND_RESTRICT) | BIT(KIND_TYPE_TAG))

/* Bytes after a type: some once, some for each of its vlen elements. */
struct btf_layout {
	unsigned int info;
	unsigned int element;
};

struct btf {
	struct dm_type_table table;
	unsigned char *data;
	const unsigned char *types;
	uint32_t types_size;
	const char *strings; /* the last byte is a NUL */
	uint32_t strings_size;
	const unsigned char *layout; /* of kinds; NULL if the header has none */
	uint32_t layout_size;
	uint32_t count; /* of types: their ids are 1 to that */
	uint32_t *offsets; /* in types, by id - 1 */
	/* Behind those: of names that are looked up (name_prints.h). */
	uint16_t *prints;
	uint32_t last_found; /* index: many questions are of one struct */
	bool signs; /* some enum says that it is signed, or is of 64 bits */
	struct btf_enumerators *enumerators; /* NULL until one is asked for */
};

/**
 * The bytes that BTF whose header is at @p p would have; 0 if that is none.
 * @param p	BTF_SIZE_MIN bytes.
 */
uint64_t dm_btf_size_by_header(const unsigned char *p);

struct type {
	uint32_t id;
	uint32_t name; /* offset of it */
	unsigned int kind;
	uint32_t vlen;
	bool flag;
	uint32_t size; /* or the id of another type */
	const unsigned char *extra; /* what follows it */
};

static inline uint32_t btf_u32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static inline struct type btf_decode(const unsigned char *p, uint32_t id)
{
	uint32_t info = btf_u32(p + 4);

	return (struct type){
		.id = id,
		.name = btf_u32(p),
		.kind = info >> 24 & 0x7f,
		.vlen = info & 0xffffff,
		.flag = info >> 31,
		.size = btf_u32(p + 8),
		.extra = p + BTF_TYPE_SIZE,
	};
}

static inline bool btf_is(const struct type *type, uint32_t kinds)
{
	/* A kind that only the layout section knows is none of ours. */
	return type->kind < KIND_COUNT && kinds & BIT(type->kind);
}

/* ---- btf_type.c --------------------------------------------------------- */

extern const struct btf_layout dm_btf_layouts[KIND_COUNT];

/* NULL if it lies outside. */
const char *dm_btf_string(const struct btf *btf, uint32_t offset);
/* For messages. */
const char *dm_btf_name(const struct btf *btf, const struct type *type);
uint16_t dm_btf_print(const char *name);

/* By index, from 0. */
struct type dm_btf_own_type(const struct btf *btf, uint32_t index);
/* What @id is once typedefs and qualifiers are taken off. */
struct dm_error *dm_btf_resolve(const struct btf *btf, uint32_t id,
				struct type *type);
struct dm_error *dm_btf_size_of(const struct btf *btf, uint32_t id,
				uint64_t *size);
/* "struct page" and the like, or a bare name. */
struct dm_error *dm_btf_find(struct btf *btf, const char *name,
			     struct type *type);

struct dm_error *dm_btf_chain_error(uint32_t id);
struct dm_error *dm_btf_too_large(uint32_t id);

/* ---- The operations ------------------------------------------------------ */

struct dm_error *dm_btf_size(struct dm_type_table *table, const char *name,
			     uint64_t *size);
struct dm_error *dm_btf_member(struct dm_type_table *table, const char *name,
			       const char *path, struct dm_member *member);
struct dm_error *dm_btf_enumerator(struct dm_type_table *table,
				   const char *name, int64_t *value);
struct dm_error *dm_btf_enumerator_name(struct dm_type_table *table,
					const char *name, int64_t value,
					char *buf, size_t size);

void dm_btf_enumerators_destroy(struct btf_enumerators *e);

/* ---- btf.c --------------------------------------------------------------- */

/* A .BTF section larger than an allyesconfig kernel's is none. */
#define BTF_SIZE_MIN 24 /* the header up to str_len: 5.10 */
#define BTF_SIZE_MAX (64u << 20)

/* Takes @data, also when it fails. */
struct dm_error *dm_btf_take(unsigned char *data, size_t size,
			     struct dm_type_table **ret);

/* ---- btf_dump.c ----------------------------------------------------------- */

struct dm_error *dm_btf_read_at(struct kva *kva, uint64_t va, uint64_t size,
				struct dm_type_table **ret);

#endif /* DM_BTF_PRIVATE_H */
