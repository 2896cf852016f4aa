// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks a BTF section, indexes its types, and makes a table of types of it.
 *
 * A parser of our own, since a dump's BTF may be damaged and libbpf (1.1, as
 * Debian 12 has it) crashes on some that is.
 *
 * One pass at the start finds where each type begins and proves that what
 * follows it lies within the section. Type ids, member names and chains are
 * checked when they are used: depth and work are bounded, whatever they say.
 *
 * Layout: include/uapi/linux/btf.h. The masks are those of 7.3 (kind 7 bits,
 * vlen 24); older kernels had fewer and kept the others 0
 * (5.10, kernel/bpf/btf.c, BTF_INFO_MASK).
 */
#include <stdlib.h>

#include "util/big.h"
#include "target/btf/btf_private.h"
#include "util/name_prints.h"
#include "directmap/text.h"

#define BTF_MAGIC   0xeb9f
#define BTF_VERSION 1
#define HEADER_MAX  32 /* with the layout section: 7.3 */
#define LAYOUT_SIZE 4

static struct dm_error *damaged(const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP, "BTF is damaged: %s", what);
}

static struct dm_error *check_header(const unsigned char *data, size_t size,
				     uint32_t *length)
{
	uint32_t i;

	if (size < BTF_SIZE_MIN)
		return damaged("it is shorter than its header");
	if (size > BTF_SIZE_MAX)
		return damaged("it is larger than any kernel's");
	if (data[0] != (BTF_MAGIC & 0xff) || data[1] != BTF_MAGIC >> 8)
		return damaged("it does not begin with its magic number");
	if (data[2] != BTF_VERSION || data[3])
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"BTF of version %u with flags 0x%x: known is version %u with none",
			data[2], data[3], BTF_VERSION);
	*length = btf_u32(data + 4);
	if (*length < BTF_SIZE_MIN || *length > size)
		return damaged("the header's length makes no sense");
	for (i = HEADER_MAX; i < *length; i++)
		if (data[i])
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"BTF with a header of %u bytes: known are %u",
				*length, HEADER_MAX);
	return NULL;
}

/* The section whose offset and length are at @field of the header. */
static struct dm_error *section(const unsigned char *data, size_t size,
				uint32_t header, uint32_t field,
				const unsigned char **start, uint32_t *length)
{
	uint32_t offset;

	*start = NULL;
	*length = 0;
	if (field + 8 > header)
		return NULL;
	offset = btf_u32(data + field);
	*length = btf_u32(data + field + 4);
	if (offset > size - header || *length > size - header - offset)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"BTF is damaged: a section (offset %u, %u byte%s) ends past its end",
			offset, *length, dm_plural_s(*length));
	*start = data + header + offset;
	return NULL;
}

static struct dm_error *read_sections(struct btf *btf, size_t size)
{
	const unsigned char *strings = NULL;
	struct dm_error *err;
	uint32_t header = 0;

	err = check_header(btf->data, size, &header);
	if (!err)
		err = section(btf->data, size, header, 8, &btf->types,
			      &btf->types_size);
	if (!err)
		err = section(btf->data, size, header, 16, &strings,
			      &btf->strings_size);
	if (!err)
		err = section(btf->data, size, header, 24, &btf->layout,
			      &btf->layout_size);
	if (err)
		return err;
	/* As kernel/bpf/btf.c, btf_check_sec_info(). */
	if (btf->types < strings + btf->strings_size &&
	    strings < btf->types + btf->types_size)
		return damaged("its types and strings overlap");
	btf->strings = (const char *)strings;
	if (!btf->strings_size || strings[btf->strings_size - 1] || strings[0])
		return damaged("its strings do not begin and end with a NUL");
	return NULL;
}

/*
 * A kind from the future can be stepped over if the encoder said how long it
 * is (struct btf_layout; 7.3 has it, 6.12 had not).
 */
static struct dm_error *layout_of(const struct btf *btf,
				  const struct type *type,
				  struct btf_layout *layout)
{
	const unsigned char *p;

	if (type->kind < KIND_COUNT && type->kind != KIND_VOID) {
		*layout = dm_btf_layouts[type->kind];
		return NULL;
	}
	if (type->kind == KIND_VOID)
		return damaged("a type is of kind 0");
	if (type->kind >= btf->layout_size / LAYOUT_SIZE)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"BTF has types of kind %u: known are 1 to %u, and it does not say how long the others are",
			type->kind, KIND_COUNT - 1);
	p = btf->layout + (size_t)type->kind * LAYOUT_SIZE;
	*layout = (struct btf_layout){ p[0], p[1] };
	return NULL;
}

/* The bytes that the type at @left bytes before the end takes. */
static struct dm_error *type_length(const struct btf *btf,
				    const struct type *type, uint32_t left,
				    uint32_t *length)
{
	struct btf_layout layout;
	struct dm_error *err;
	uint64_t bytes;

	err = layout_of(btf, type, &layout);
	if (err)
		return err;
	/* 24 bits by 8 at most: it cannot overflow. */
	bytes = BTF_TYPE_SIZE + layout.info +
		(uint64_t)type->vlen * layout.element;
	if (bytes > left)
		return damaged("a type ends past the end of the types");
	*length = (uint32_t)bytes;
	return NULL;
}

/* Not more than there can be. */
static struct dm_error *make_space(struct btf *btf)
{
	size_t most = btf->types_size / BTF_TYPE_SIZE;

	btf->offsets = dm_big_alloc(
		most * (sizeof(*btf->offsets) + sizeof(*btf->prints)));
	if (!btf->offsets)
		return dm_error_no_memory();
	btf->prints = (uint16_t *)(btf->offsets + most);
	return NULL;
}

/* @at is where it begins; it is whole, and has a name that is there. */
static void take_type(struct btf *btf, uint32_t at, const struct type *type)
{
	/*
	 * Before 6.0 no enum said that it was signed, and all values were
	 * __s32; a kernel that says it of one says it of all.
	 */
	if (type->kind == KIND_ENUM64 ||
	    (type->kind == KIND_ENUM && type->flag))
		btf->signs = true;
	btf->offsets[btf->count] = at;
	btf->prints[btf->count] =
		type->name && btf_is(type, LOOKED_UP)
			? dm_btf_print(dm_btf_string(btf, type->name))
			: NAME_PRINT_NONE;
	btf->count++;
}

/* Where each type begins, and what it is called. */
static struct dm_error *scan_types(struct btf *btf)
{
	struct dm_error *err;
	uint32_t at = 0, length;

	err = make_space(btf);
	for (; !err && at < btf->types_size; at += length) {
		struct type type;

		if (btf->types_size - at < BTF_TYPE_SIZE)
			return damaged("the last type is cut off");
		type = btf_decode(btf->types + at, btf->count + 1);
		err = type_length(btf, &type, btf->types_size - at, &length);
		if (!err && !dm_btf_string(btf, type.name))
			err = damaged("the name of a type is outside");
		if (err)
			return dm_error_prefix(err, "type %u", type.id);
		take_type(btf, at, &type);
	}
	return err;
}

static void btf_destroy(struct dm_type_table *table)
{
	struct btf *btf = (struct btf *)table;

	free(btf->data);
	free(btf->offsets);
	dm_btf_enumerators_destroy(btf->enumerators);
	free(btf);
}

static const struct dm_type_table_ops btf_ops = {
	.name = "BTF",
	.size = dm_btf_size,
	.member = dm_btf_member,
	.enumerator = dm_btf_enumerator,
	.enumerator_name = dm_btf_enumerator_name,
	.destroy = btf_destroy,
};

/* Takes @data, also when it fails. */
struct dm_error *dm_btf_take(unsigned char *data, size_t size,
			     struct dm_type_table **ret)
{
	struct btf *btf = calloc(1, sizeof(*btf));
	struct dm_error *err;

	if (!btf) {
		free(data);
		return dm_error_no_memory();
	}
	btf->table.ops = &btf_ops;
	btf->data = data;
	err = read_sections(btf, size);
	if (!err)
		err = scan_types(btf);
	if (err) {
		btf_destroy(&btf->table);
		return err;
	}
	*ret = &btf->table;
	return NULL;
}

struct dm_error *dm_btf_create(const void *data, size_t size,
			       struct dm_type_table **ret)
{
	unsigned char *copy;

	/* So that none at all is no failure of malloc()'s. */
	copy = size > BTF_SIZE_MAX ? NULL : dm_big_alloc(size);
	if (!copy)
		return size > BTF_SIZE_MAX
			       ? damaged("it is larger than any kernel's")
			       : dm_error_no_memory();
	memcpy(copy, data, size);
	return dm_btf_take(copy, size, ret);
}

struct dm_error *dm_types_from_btf(const void *data, size_t size,
				   struct dm_type_table **table)
{
	return dm_btf_create(data, size, table);
}
