// SPDX-License-Identifier: GPL-2.0-or-later
/* BTF types: by id, by name, and how large they are. */
#include "directmap/text.h"
#include "target/btf/btf_private.h"
#include "util/name_prints.h"

/* Bytes of a name that its print is made of: bounds the work on long ones. */
#define PRINTED_MAX 64

const struct btf_layout dm_btf_layouts[KIND_COUNT] = {
	[KIND_INT] = { 4, 0 },	    [KIND_ARRAY] = { 12, 0 },
	[KIND_STRUCT] = { 0, 12 },  [KIND_UNION] = { 0, 12 },
	[KIND_ENUM] = { 0, 8 },	    [KIND_FUNC_PROTO] = { 0, 8 },
	[KIND_VAR] = { 4, 0 },	    [KIND_DATASEC] = { 0, 12 },
	[KIND_DECL_TAG] = { 4, 0 }, [KIND_ENUM64] = { 0, 12 },
};

/* ---- Strings ------------------------------------------------------------ */

/* NULL if it lies outside. */
const char *dm_btf_string(const struct btf *btf, uint32_t offset)
{
	return offset < btf->strings_size ? btf->strings + offset : NULL;
}

/* For messages: a name that the terminal would act on is none. */
const char *dm_btf_name(const struct btf *btf, const struct type *type)
{
	const char *name = dm_btf_string(btf, type->name);
	size_t i;

	for (i = 0; name && name[i]; i++)
		if (!dm_ascii_is_printable(name[i]))
			return "(a damaged name)";
	return name && *name ? name : "(anonymous)";
}

uint16_t dm_btf_print(const char *name)
{
	return name_print(dm_name_print_sum(name, strnlen(name, PRINTED_MAX)));
}

/* ---- Types by id -------------------------------------------------------- */

struct type dm_btf_own_type(const struct btf *btf, uint32_t index)
{
	return btf_decode(btf->types + btf->offsets[index], index + 1);
}

/* By id; KIND_VOID for 0. */
static struct dm_error *type_at(const struct btf *btf, uint32_t id,
				struct type *type)
{
	*type = (struct type){ .kind = KIND_VOID };
	if (!id)
		return NULL;
	if (id > btf->count)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"BTF is damaged: it refers to type %u of %u", id,
			btf->count);
	*type = dm_btf_own_type(btf, id - 1);
	return NULL;
}

struct dm_error *dm_btf_chain_error(uint32_t id)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"BTF is damaged: the chain of types from %u does not end", id);
}

/* What @id is once typedefs and qualifiers are taken off. */
struct dm_error *dm_btf_resolve(const struct btf *btf, uint32_t id,
				struct type *type)
{
	uint32_t at = id;
	int depth;

	for (depth = 0; depth < BTF_DEPTH_MAX; depth++) {
		struct dm_error *err = type_at(btf, at, type);

		if (err || !btf_is(type, MODIFIERS))
			return err;
		at = type->size;
	}
	return dm_btf_chain_error(id);
}

static struct dm_error *no_size(const struct btf *btf, const struct type *type)
{
	if (type->kind >= KIND_COUNT)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"type %s is of BTF kind %u, which is not known here",
			dm_btf_name(btf, type), type->kind);
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "type %s (id %u, BTF kind %u) has no size",
			       dm_btf_name(btf, type), type->id, type->kind);
}

struct dm_error *dm_btf_too_large(uint32_t id)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "BTF is damaged: array %u is too large", id);
}

/* The size of @times elements of @type, no array. */
static struct dm_error *scale(const struct btf *btf, const struct type *type,
			      uint64_t times, uint64_t *size)
{
	uint64_t one = type->kind == KIND_PTR ? sizeof(uint64_t) : type->size;

	if (type->kind != KIND_PTR && !btf_is(type, SIZED))
		return no_size(btf, type);
	if (__builtin_mul_overflow(times, one, size))
		return dm_btf_too_large(type->id);
	return NULL;
}

struct dm_error *dm_btf_size_of(const struct btf *btf, uint32_t id,
				uint64_t *size)
{
	uint64_t times = 1;
	uint32_t at = id;
	int depth;

	for (depth = 0; depth < BTF_DEPTH_MAX; depth++) {
		bool over = false;
		struct type t;
		struct dm_error *err = type_at(btf, at, &t);

		if (err)
			return err;
		if (t.kind == KIND_ARRAY) {
			over = __builtin_mul_overflow(
				times, btf_u32(t.extra + 8), &times);
			at = btf_u32(t.extra);
		} else if (btf_is(&t, MODIFIERS)) {
			at = t.size;
		} else {
			return scale(btf, &t, times, size);
		}
		if (over)
			return dm_btf_too_large(id);
	}
	return dm_btf_chain_error(id);
}

/* ---- Types by name ------------------------------------------------------ */

static bool is_called(const struct btf *btf, size_t index, const char *name,
		      uint32_t kinds, struct type *type)
{
	*type = dm_btf_own_type(btf, (uint32_t)index);
	return btf_is(type, kinds) &&
	       !strcmp(dm_btf_string(btf, type->name), name);
}

/* Sets of kinds do not overlap: what was found last is the first of its name. */
static bool find_own(struct btf *btf, const char *name, uint32_t kinds,
		     struct type *type)
{
	uint16_t print = dm_btf_print(name);
	size_t i = 0;

	if (btf->count && is_called(btf, btf->last_found, name, kinds, type))
		return true;
	while ((i = dm_name_prints_next(btf->prints, btf->count, i, print)) <
	       btf->count) {
		if (is_called(btf, i, name, kinds, type)) {
			btf->last_found = (uint32_t)i;
			return true;
		}
		i++;
	}
	return false;
}

/* "struct page" and the like, or a bare name. */
struct dm_error *dm_btf_find(struct btf *btf, const char *name,
			     struct type *type)
{
	static const struct {
		const char *word;
		uint32_t kinds;
	} words[] = {
		{ "struct ", BIT(KIND_STRUCT) },
		{ "union ", BIT(KIND_UNION) },
		{ "enum ", ENUMS },
		{ "", BARE },
	};
	const char *bare;
	size_t i = 0;

	while (strncmp(name, words[i].word, strlen(words[i].word)))
		i++;
	bare = name + strlen(words[i].word);
	if (*bare && find_own(btf, bare, words[i].kinds, type))
		return NULL;
	return dm_error_create(DM_ERROR_NOT_FOUND, "no type %s in BTF", name);
}

struct dm_error *dm_btf_size(struct dm_type_table *table, const char *name,
			     uint64_t *size)
{
	struct btf *btf = (struct btf *)table;
	struct dm_error *err;
	struct type type;

	err = dm_btf_find(btf, name, &type);
	return err ? err : dm_btf_size_of(btf, type.id, size);
}
