/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small encoder of BTF, for the tests. */
#ifndef BTF_BLOB_H
#define BTF_BLOB_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	INT = 1,
	PTR,
	ARRAY,
	STRUCT,
	UNION,
	ENUM,
	FWD,
	TYPEDEF,
	VOLATILE,
	CONST,
	RESTRICT,
	FUNC,
	FUNC_PROTO,
	VAR,
	DATASEC,
	FLOAT,
	DECL_TAG,
	TYPE_TAG,
	ENUM64,
};

#define FLAG 0x80000000u

struct blob {
	unsigned char types[32768];
	uint32_t types_size;
	char strings[16384];
	uint32_t strings_size;
	unsigned char layout[128];
	uint32_t layout_size;
	uint32_t next_id;
};

static inline void blob_init(struct blob *b)
{
	memset(b, 0, sizeof(*b));
	b->next_id = 1;
	b->strings_size = 1;
}

static inline void blob_u32(struct blob *b, uint32_t value)
{
	value = htole32(value);
	memcpy(b->types + b->types_size, &value, sizeof(value));
	b->types_size += sizeof(value);
}

static inline uint32_t blob_string(struct blob *b, const char *name)
{
	uint32_t at = b->strings_size;

	if (!name)
		return 0;
	strcpy(b->strings + at, name);
	b->strings_size += (uint32_t)strlen(name) + 1;
	return at;
}

/* @info: vlen, and FLAG if it is set. */
static inline uint32_t blob_type(struct blob *b, uint32_t kind,
				 const char *name, uint32_t info, uint32_t size)
{
	blob_u32(b, blob_string(b, name));
	blob_u32(b, kind << 24 | info);
	blob_u32(b, size);
	return b->next_id++;
}

static inline uint32_t blob_int(struct blob *b, const char *name, uint32_t size,
				uint32_t offset, uint32_t bits)
{
	uint32_t id = blob_type(b, INT, name, 0, size);

	blob_u32(b, offset << 16 | bits);
	return id;
}

static inline uint32_t blob_array(struct blob *b, uint32_t type,
				  uint32_t length)
{
	uint32_t id = blob_type(b, ARRAY, NULL, 0, 0);

	blob_u32(b, type);
	blob_u32(b, 1);
	blob_u32(b, length);
	return id;
}

/* After a struct or union, vlen times. */
static inline void blob_member(struct blob *b, const char *name, uint32_t type,
			       uint32_t offset)
{
	blob_u32(b, blob_string(b, name));
	blob_u32(b, type);
	blob_u32(b, offset);
}

/* After an enum, vlen times. */
static inline void blob_value(struct blob *b, const char *name, uint32_t value)
{
	blob_u32(b, blob_string(b, name));
	blob_u32(b, value);
}

static inline void blob_value64(struct blob *b, const char *name,
				uint64_t value)
{
	blob_value(b, name, (uint32_t)value);
	blob_u32(b, (uint32_t)(value >> 32));
}

/* The bytes, for the caller to free. */
static inline unsigned char *blob_bytes(const struct blob *b, size_t *size)
{
	uint32_t length = b->layout_size ? 32 : 24, i;
	uint32_t header[8] = { 0x1eb9f,
			       length,
			       0,
			       b->types_size,
			       b->types_size,
			       b->strings_size,
			       b->types_size + b->strings_size,
			       b->layout_size };
	unsigned char *bytes;

	/* Types, strings and layout, each after the other. */
	*size = length + b->types_size + b->strings_size + b->layout_size;
	bytes = malloc(*size);
	if (!bytes)
		abort();
	for (i = 0; i < 8; i++)
		header[i] = htole32(header[i]);
	memcpy(bytes, header, length);
	memcpy(bytes + length, b->types, b->types_size);
	memcpy(bytes + length + b->types_size, b->strings, b->strings_size);
	memcpy(bytes + length + b->types_size + b->strings_size, b->layout,
	       b->layout_size);
	return bytes;
}

#endif /* BTF_BLOB_H */
