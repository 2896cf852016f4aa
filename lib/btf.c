// SPDX-License-Identifier: GPL-2.0-or-later
/*
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
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "btf.h"
#include "error.h"

#define BTF_MAGIC   0xeb9f
#define BTF_VERSION 1
#define HEADER_MIN  24 /* up to str_len: 5.10 */
#define HEADER_MAX  32 /* with the layout section: 7.3 */
#define TYPE_SIZE   12
#define LAYOUT_SIZE 4
/* An allyesconfig kernel stays well below. */
#define DATA_MAX (64u << 20)
/* As MAX_RESOLVE_DEPTH of kernel/bpf/btf.c. */
#define DEPTH_MAX 32
/* Members that one look-up may pass; no struct of a kernel has 2,000. */
#define STEPS_MAX (1u << 20)
/* Bytes of a name that its hash is made of: bounds the work on long ones. */
#define HASHED_MAX 64

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
struct layout {
	unsigned int info;
	unsigned int element;
};

static const struct layout layouts[KIND_COUNT] = {
	[KIND_INT] = { 4, 0 },	    [KIND_ARRAY] = { 12, 0 },
	[KIND_STRUCT] = { 0, 12 },  [KIND_UNION] = { 0, 12 },
	[KIND_ENUM] = { 0, 8 },	    [KIND_FUNC_PROTO] = { 0, 8 },
	[KIND_VAR] = { 4, 0 },	    [KIND_DATASEC] = { 0, 12 },
	[KIND_DECL_TAG] = { 4, 0 }, [KIND_ENUM64] = { 0, 12 },
};

struct btf {
	struct type_table table;
	const struct btf *base; /* borrowed; NULL if this is whole */
	unsigned char *data;
	const unsigned char *types;
	uint32_t types_size;
	const char *strings; /* the last byte is a NUL */
	uint32_t strings_size;
	const unsigned char *layout; /* of kinds; NULL if the header has none */
	uint32_t layout_size;
	/* Ids and strings go on where those of the base end. */
	uint32_t first_id;
	uint32_t first_string;
	uint32_t count; /* of types here */
	uint32_t *offsets; /* in types, by id - first_id */
	bool signs; /* some enum says that it is signed, or is of 64 bits */
	/* Named types by hash: 1 + index of the first, and of the next. */
	uint32_t *buckets;
	uint32_t mask;
	uint32_t *next;
};

struct type {
	uint32_t id;
	uint32_t name; /* offset of it */
	unsigned int kind;
	uint32_t vlen;
	bool flag;
	uint32_t size; /* or the id of another type */
	const unsigned char *extra; /* what follows it */
};

static uint32_t u32_at(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static struct type decode(const unsigned char *p, uint32_t id)
{
	uint32_t info = u32_at(p + 4);

	return (struct type){
		.id = id,
		.name = u32_at(p),
		.kind = info >> 24 & 0x7f,
		.vlen = info & 0xffffff,
		.flag = info >> 31,
		.size = u32_at(p + 8),
		.extra = p + TYPE_SIZE,
	};
}

static bool is(const struct type *type, uint32_t kinds)
{
	/* A kind that only the layout section knows is none of ours. */
	return type->kind < KIND_COUNT && kinds & BIT(type->kind);
}

/* ---- Strings ------------------------------------------------------------ */

/* NULL if it lies outside. */
static const char *string_at(const struct btf *btf, uint32_t offset)
{
	if (offset < btf->first_string)
		btf = btf->base;
	offset -= btf->first_string;
	return offset < btf->strings_size ? btf->strings + offset : NULL;
}

/* For messages. */
static const char *name_of(const struct btf *btf, const struct type *type)
{
	const char *name = string_at(btf, type->name);

	return name && *name ? name : "(anonymous)";
}

/* FNV-1a. */
static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for (i = 0; i < HASHED_MAX && name[i]; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return hash ^ hash >> 15;
}

/* ---- Types by id -------------------------------------------------------- */

static struct type own_type(const struct btf *btf, uint32_t index)
{
	return decode(btf->types + btf->offsets[index], btf->first_id + index);
}

static struct dm_error *type_at(const struct btf *btf, uint32_t id,
				struct type *type)
{
	*type = (struct type){ .kind = KIND_VOID };
	if (!id)
		return NULL;
	if (id < btf->first_id)
		btf = btf->base;
	if (id - btf->first_id >= btf->count)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"BTF is damaged: it refers to type %u of %u", id,
			btf->first_id + btf->count - 1);
	*type = own_type(btf, id - btf->first_id);
	return NULL;
}

static struct dm_error *chain_error(uint32_t id)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"BTF is damaged: the chain of types from %u does not end", id);
}

/* What @id is once typedefs and qualifiers are taken off. */
static struct dm_error *resolve(const struct btf *btf, uint32_t id,
				struct type *type)
{
	uint32_t at = id;
	int depth;

	for (depth = 0; depth < DEPTH_MAX; depth++) {
		struct dm_error *err = type_at(btf, at, type);

		if (err || !is(type, MODIFIERS))
			return err;
		at = type->size;
	}
	return chain_error(id);
}

static struct dm_error *no_size(const struct btf *btf, const struct type *type)
{
	if (type->kind >= KIND_COUNT)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"type %s is of BTF kind %u, which is not known here",
			name_of(btf, type), type->kind);
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "type %s (id %u, BTF kind %u) has no size",
			       name_of(btf, type), type->id, type->kind);
}

static struct dm_error *too_large(uint32_t id)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "BTF is damaged: array %u is too large", id);
}

/* The size of @times elements of @type, no array. */
static struct dm_error *scale(const struct btf *btf, const struct type *type,
			      uint64_t times, uint64_t *size)
{
	uint64_t one = type->kind == KIND_PTR ? sizeof(uint64_t) : type->size;

	if (type->kind != KIND_PTR && !is(type, SIZED))
		return no_size(btf, type);
	if (__builtin_mul_overflow(times, one, size))
		return too_large(type->id);
	return NULL;
}

static struct dm_error *size_of(const struct btf *btf, uint32_t id,
				uint64_t *size)
{
	uint64_t times = 1;
	uint32_t at = id;
	int depth;

	for (depth = 0; depth < DEPTH_MAX; depth++) {
		bool over = false;
		struct type t;
		struct dm_error *err = type_at(btf, at, &t);

		if (err)
			return err;
		if (t.kind == KIND_ARRAY) {
			over = __builtin_mul_overflow(
				times, u32_at(t.extra + 8), &times);
			at = u32_at(t.extra);
		} else if (is(&t, MODIFIERS)) {
			at = t.size;
		} else {
			return scale(btf, &t, times, size);
		}
		if (over)
			return too_large(id);
	}
	return chain_error(id);
}

/* ---- Types by name ------------------------------------------------------ */

static bool find_own(const struct btf *btf, const char *name, uint32_t kinds,
		     struct type *type)
{
	uint32_t at = btf->buckets[hash_name(name) & btf->mask];

	for (; at; at = btf->next[at - 1]) {
		*type = own_type(btf, at - 1);
		if (is(type, kinds) &&
		    !strcmp(string_at(btf, type->name), name))
			return true;
	}
	return false;
}

/* "struct page" and the like, or a bare name. */
static struct dm_error *find(const struct btf *btf, const char *name,
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
	const struct btf *level;
	const char *bare;
	size_t i = 0;

	while (strncmp(name, words[i].word, strlen(words[i].word)))
		i++;
	bare = name + strlen(words[i].word);
	for (level = btf; *bare && level; level = level->base)
		if (find_own(level, bare, words[i].kinds, type))
			return NULL;
	return dm_error_create(DM_ERROR_NOT_FOUND, "no type %s in BTF", name);
}

static struct dm_error *btf_size(struct type_table *table, const char *name,
				 uint64_t *size)
{
	const struct btf *btf = (const struct btf *)table;
	struct dm_error *err;
	struct type type;

	err = find(btf, name, &type);
	return err ? err : size_of(btf, type.id, size);
}

/* ---- Members ------------------------------------------------------------ */

/* Where a path has led to, from the start of the type that it began with. */
struct place {
	uint32_t type;
	struct member m;
};

static struct dm_error *member_error(const struct btf *btf,
				     const struct type *parent, uint32_t index,
				     const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "BTF is damaged: member %u of %s (id %u) %s",
			       index, name_of(btf, parent), parent->id, what);
}

/*
 * Where a bitfield's storage unit is. Packed structs have fields that cross the
 * units of their type, or units that end past the struct: for those it is the
 * bytes that the field touches.
 */
static void place_bitfield(uint64_t bits, unsigned int width, uint64_t unit,
			   uint64_t parent_size, struct member *m)
{
	m->size = unit;
	m->offset = bits / 8 / unit * unit;
	m->bit_offset = (unsigned int)(bits - m->offset * 8);
	m->bit_size = width;
	if (m->bit_offset + width > unit * 8 ||
	    m->offset + unit > parent_size) {
		m->offset = bits / 8;
		m->bit_offset = bits % 8;
		m->size = (m->bit_offset + width + 7) / 8;
	}
}

/*
 * The width that the type of a member makes it a bitfield of, in the encoding
 * without kind_flag: the integer's bits are fewer than its bytes, or the member
 * is at no whole byte (5.10, kernel/bpf/btf.c, btf_int_check_member()).
 */
static struct dm_error *old_width(const struct btf *btf, uint32_t id,
				  uint64_t *bits, unsigned int *width)
{
	struct dm_error *err;
	uint32_t encoding;
	struct type t;

	*width = 0;
	err = resolve(btf, id, &t);
	if (err || t.kind != KIND_INT)
		return err;
	encoding = u32_at(t.extra);
	if (*bits % 8 || (encoding >> 16 & 0xff) ||
	    (encoding & 0xff) != (uint64_t)t.size * 8)
		*width = encoding & 0xff;
	*bits += encoding >> 16 & 0xff;
	return NULL;
}

/* Member @index as it lies in @parent, a struct or union. */
static struct dm_error *take_member(const struct btf *btf,
				    const struct type *parent, uint32_t index,
				    struct place *place)
{
	const unsigned char *p = parent->extra + (size_t)index * 12;
	uint64_t bits = u32_at(p + 8), size;
	unsigned int width = 0;
	struct dm_error *err;

	place->type = u32_at(p + 4);
	if (parent->flag) {
		width = (unsigned int)(bits >> 24);
		bits &= 0xffffff;
		err = NULL;
	} else {
		err = old_width(btf, place->type, &bits, &width);
	}
	if (!err)
		err = size_of(btf, place->type, &size);
	if (err)
		return err;
	place->m = (struct member){ .offset = bits / 8, .size = size };
	if (!width && bits % 8)
		return member_error(btf, parent, index, "is at no whole byte");
	if (width && width > size * 8)
		return member_error(btf, parent, index,
				    "has more bits than its type");
	if (size > UINT32_MAX ||
	    bits + (width ? width : size * 8) > (uint64_t)parent->size * 8)
		return member_error(btf, parent, index,
				    "ends past the end of it");
	if (width)
		place_bitfield(bits, width, size, parent->size, &place->m);
	return NULL;
}

/* One component of a path, looked for in a struct and its anonymous members. */
struct search {
	const struct btf *btf;
	const char *name;
	size_t length;
	uint32_t steps;
	bool found;
	struct place place;
};

static bool is_called(const struct search *s, const char *name)
{
	return !strncmp(name, s->name, s->length) && !name[s->length];
}

static struct dm_error *search_in(struct search *s, const struct type *parent,
				  uint64_t offset, int depth);

static struct dm_error *search_member(struct search *s,
				      const struct type *parent, uint32_t index,
				      uint64_t offset, int depth)
{
	const unsigned char *p = parent->extra + (size_t)index * 12;
	const char *name = string_at(s->btf, u32_at(p));
	struct dm_error *err;
	struct place place;
	struct type type;

	if (!name)
		return member_error(s->btf, parent, index,
				    "has a name outside the strings");
	if (*name && !is_called(s, name))
		return NULL;
	if (*name) {
		err = take_member(s->btf, parent, index, &s->place);
		s->place.m.offset += offset;
		s->found = true;
		return err;
	}
	err = resolve(s->btf, u32_at(p + 4), &type);
	/* Not a struct or union: padding, an unnamed bitfield. */
	if (err || !is(&type, COMPOSITES))
		return err;
	err = take_member(s->btf, parent, index, &place);
	if (err)
		return err;
	return search_in(s, &type, offset + place.m.offset, depth + 1);
}

static struct dm_error *search_in(struct search *s, const struct type *parent,
				  uint64_t offset, int depth)
{
	struct dm_error *err = NULL;
	uint32_t i;

	if (depth > DEPTH_MAX)
		return chain_error(parent->id);
	for (i = 0; !err && !s->found && i < parent->vlen; i++) {
		if (++s->steps > STEPS_MAX)
			return chain_error(parent->id);
		err = search_member(s, parent, i, offset, depth);
	}
	return err;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static struct dm_error *path_error(const char *at)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "not a path of members: \"%s\"", at);
}

static struct dm_error *step_name(const struct btf *btf, const char **path,
				  struct place *place)
{
	struct search s = { .btf = btf, .name = *path };
	struct dm_error *err;
	struct type type;

	while (is_name_char(s.name[s.length]))
		s.length++;
	if (!s.length)
		return path_error(*path);
	err = resolve(btf, place->type, &type);
	if (err)
		return err;
	if (place->m.bit_size || !is(&type, COMPOSITES))
		return dm_error_create(
			DM_ERROR_NOT_FOUND, "no member %.*s: %s", (int)s.length,
			s.name,
			type.kind == KIND_PTR
				? "what is before it is a pointer"
				: "what is before it is no struct or union");
	err = search_in(&s, &type, place->m.offset, 0);
	if (err)
		return err;
	if (!s.found)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "no member %.*s in %s", (int)s.length,
				       s.name, name_of(btf, &type));
	*path += s.length;
	*place = s.place;
	return NULL;
}

/* "[2]": the array's length binds, unless it is a flexible one's. */
static struct dm_error *step_index(const struct btf *btf, const char **path,
				   struct place *place)
{
	const char *p = *path + 1;
	uint64_t index = 0, length, size, skip;
	struct dm_error *err;
	struct type type;

	if (*p == ']')
		return path_error(*path);
	for (; *p >= '0' && *p <= '9' && index <= UINT32_MAX; p++)
		index = index * 10 + (uint64_t)(*p - '0');
	if (*p != ']')
		return path_error(*path);
	err = resolve(btf, place->type, &type);
	if (err)
		return err;
	if (place->m.bit_size || type.kind != KIND_ARRAY)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "what is before \"%s\" is no array",
				       *path);
	length = u32_at(type.extra + 8);
	if (length && index >= length)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "\"%s\": the array has %llu elements",
				       *path, (unsigned long long)length);
	place->type = u32_at(type.extra);
	err = size_of(btf, place->type, &size);
	if (err)
		return err;
	if (__builtin_mul_overflow(index, size, &skip) ||
	    __builtin_add_overflow(place->m.offset, skip, &place->m.offset))
		return too_large(type.id);
	place->m.size = size;
	*path = p + 1;
	return NULL;
}

static struct dm_error *follow(const struct btf *btf, const char *path,
			       struct place *place)
{
	struct dm_error *err;

	for (;;) {
		err = step_name(btf, &path, place);
		while (!err && *path == '[')
			err = step_index(btf, &path, place);
		if (err || !*path)
			return err;
		if (*path++ != '.')
			return path_error(path - 1);
	}
}

static struct dm_error *btf_member(struct type_table *table, const char *name,
				   const char *path, struct member *member)
{
	const struct btf *btf = (const struct btf *)table;
	struct place place = { 0 };
	struct dm_error *err;
	struct type type;

	err = find(btf, name, &type);
	if (err)
		return err;
	place.type = type.id;
	err = follow(btf, path, &place);
	if (err)
		return dm_error_prefix(err, "%s, member %s", name, path);
	*member = place.m;
	return NULL;
}

/* ---- Enums -------------------------------------------------------------- */

static const char *enumerator_at(const struct btf *btf, const struct type *type,
				 uint32_t index, int64_t *value)
{
	const unsigned char *p =
		type->extra + (size_t)index * layouts[type->kind].element;
	uint32_t low = u32_at(p + 4);

	if (type->kind == KIND_ENUM64)
		*value = (int64_t)((uint64_t)u32_at(p + 8) << 32 | low);
	else if (type->flag || !btf->signs)
		*value = (int32_t)low;
	else
		*value = low;
	return string_at(btf, u32_at(p));
}

/* Look for @name in one enum; what was found before must agree. */
static struct dm_error *enumerator_in(const struct btf *btf,
				      const struct type *type, const char *name,
				      bool *found, int64_t *value)
{
	uint32_t i;

	for (i = 0; i < type->vlen; i++) {
		int64_t one;
		const char *its = enumerator_at(btf, type, i, &one);

		if (!its || strcmp(its, name))
			continue;
		if (*found && one != *value)
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"enumerator %s is %lld and %lld, in different enums",
				name, (long long)*value, (long long)one);
		*found = true;
		*value = one;
	}
	return NULL;
}

static struct dm_error *btf_enumerator(struct type_table *table,
				       const char *name, int64_t *value)
{
	const struct btf *btf = (const struct btf *)table;
	struct dm_error *err = NULL;
	bool found = false;
	uint32_t i;

	for (; btf && !found; btf = btf->base)
		for (i = 0; !err && i < btf->count; i++) {
			struct type type = own_type(btf, i);

			if (is(&type, ENUMS))
				err = enumerator_in(btf, &type, name, &found,
						    value);
		}
	if (!err && !found)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "no enumerator %s in BTF", name);
	return err;
}

static struct dm_error *btf_enumerator_name(struct type_table *table,
					    const char *name, int64_t value,
					    char *buf, size_t size)
{
	const struct btf *btf = (const struct btf *)table;
	struct dm_error *err;
	struct type type;
	uint32_t i;

	err = find(btf, name, &type);
	if (!err)
		err = resolve(btf, type.id, &type);
	if (err)
		return err;
	for (i = 0; is(&type, ENUMS) && i < type.vlen; i++) {
		int64_t one;
		const char *its = enumerator_at(btf, &type, i, &one);
		size_t length;

		if (!its || one != value || !size)
			continue;
		length = strnlen(its, size - 1);
		memcpy(buf, its, length);
		buf[length] = '\0';
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "no enumerator of %s has the value %lld", name,
			       (long long)value);
}

/* ---- Reading the sections ----------------------------------------------- */

static struct dm_error *damaged(const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP, "BTF is damaged: %s", what);
}

static struct dm_error *check_header(const unsigned char *data, size_t size,
				     uint32_t *length)
{
	uint32_t i;

	if (size < HEADER_MIN)
		return damaged("it is shorter than its header");
	if (size > DATA_MAX)
		return damaged("it is larger than any kernel's");
	if (data[0] != (BTF_MAGIC & 0xff) || data[1] != BTF_MAGIC >> 8)
		return damaged("it does not begin with its magic number");
	if (data[2] != BTF_VERSION || data[3])
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"BTF of version %u with flags 0x%x: known is version %u with none",
			data[2], data[3], BTF_VERSION);
	*length = u32_at(data + 4);
	if (*length < HEADER_MIN || *length > size)
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
	offset = u32_at(data + field);
	*length = u32_at(data + field + 4);
	if (offset > size - header || *length > size - header - offset)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"BTF is damaged: a section (offset %u, %u bytes) ends past its end",
			offset, *length);
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
	/* A module may have none of its own. */
	if (!btf->strings_size && btf->base)
		return NULL;
	if (!btf->strings_size || strings[btf->strings_size - 1] ||
	    (!btf->base && strings[0]))
		return damaged("its strings do not begin and end with a NUL");
	return NULL;
}

/*
 * A kind from the future can be stepped over if the encoder said how long it
 * is (struct btf_layout, since 7.1).
 */
static struct dm_error *
layout_of(const struct btf *btf, const struct type *type, struct layout *layout)
{
	const unsigned char *p;

	if (type->kind < KIND_COUNT && type->kind != KIND_VOID) {
		*layout = layouts[type->kind];
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
	*layout = (struct layout){ p[0], p[1] };
	return NULL;
}

/* The bytes that the type at @left bytes before the end takes. */
static struct dm_error *type_length(const struct btf *btf,
				    const struct type *type, uint32_t left,
				    uint32_t *length)
{
	struct layout layout;
	struct dm_error *err;
	uint64_t bytes;

	err = layout_of(btf, type, &layout);
	if (err)
		return err;
	/* 24 bits by 8 at most: it cannot overflow. */
	bytes = TYPE_SIZE + layout.info + (uint64_t)type->vlen * layout.element;
	if (bytes > left)
		return damaged("a type ends past the end of the types");
	*length = (uint32_t)bytes;
	return NULL;
}

/* Fill offsets: where each type begins. */
static struct dm_error *scan_types(struct btf *btf)
{
	uint32_t at = 0, length;

	/* Not more than there can be; at least one, so that it is no NULL. */
	btf->offsets = malloc((btf->types_size / TYPE_SIZE + 1) *
			      sizeof(*btf->offsets));
	if (!btf->offsets)
		return dm_error_no_memory();
	for (; at < btf->types_size; at += length) {
		struct dm_error *err;
		struct type type;

		if (btf->types_size - at < TYPE_SIZE)
			return damaged("the last type is cut off");
		type = decode(btf->types + at, btf->first_id + btf->count);
		err = type_length(btf, &type, btf->types_size - at, &length);
		if (!err && !string_at(btf, type.name))
			err = damaged("the name of a type is outside");
		if (err)
			return dm_error_prefix(err, "type %u", type.id);
		/*
		 * Before 6.0 no enum said that it was signed, and all values
		 * were __s32; a kernel that says it of one says it of all.
		 */
		if (type.kind == KIND_ENUM64 ||
		    (type.kind == KIND_ENUM && type.flag))
			btf->signs = true;
		btf->offsets[btf->count++] = at;
	}
	return NULL;
}

static struct dm_error *hash_types(struct btf *btf)
{
	uint32_t i, buckets = 16;

	while (buckets < btf->count)
		buckets *= 2;
	btf->mask = buckets - 1;
	btf->buckets = calloc(buckets, sizeof(*btf->buckets));
	btf->next = malloc((btf->count + 1) * sizeof(*btf->next));
	if (!btf->buckets || !btf->next)
		return dm_error_no_memory();
	/* From the end, so that the first of several is found first. */
	for (i = btf->count; i--;) {
		struct type type = own_type(btf, i);
		uint32_t *bucket;

		if (!is(&type, LOOKED_UP) || !type.name)
			continue;
		bucket = &btf->buckets[hash_name(string_at(btf, type.name)) &
				       btf->mask];
		btf->next[i] = *bucket;
		*bucket = i + 1;
	}
	return NULL;
}

static void btf_destroy(struct type_table *table)
{
	struct btf *btf = (struct btf *)table;

	free(btf->data);
	free(btf->offsets);
	free(btf->buckets);
	free(btf->next);
	free(btf);
}

static const struct type_table_ops btf_ops = {
	.name = "BTF",
	.size = btf_size,
	.member = btf_member,
	.enumerator = btf_enumerator,
	.enumerator_name = btf_enumerator_name,
	.destroy = btf_destroy,
};

static void go_on_from(struct btf *btf, const struct btf *base)
{
	btf->base = base;
	btf->first_id = base ? base->first_id + base->count : 1;
	btf->first_string = base ? base->strings_size : 0;
	btf->signs = base && base->signs;
}

/* Takes @data, also when it fails. */
static struct dm_error *take(unsigned char *data, size_t size,
			     const struct btf *base, struct type_table **ret)
{
	struct btf *btf = calloc(1, sizeof(*btf));
	struct dm_error *err;

	if (!btf) {
		free(data);
		return dm_error_no_memory();
	}
	btf->table.ops = &btf_ops;
	btf->data = data;
	go_on_from(btf, base);
	err = read_sections(btf, size);
	if (!err)
		err = scan_types(btf);
	if (!err)
		err = hash_types(btf);
	if (err) {
		btf_destroy(&btf->table);
		return err;
	}
	*ret = &btf->table;
	return NULL;
}

static struct dm_error *check_base(const struct type_table *base)
{
	if (!base ||
	    (base->ops == &btf_ops && !((const struct btf *)base)->base))
		return NULL;
	return dm_error_create(
		DM_ERROR_INVALID_ARGUMENT,
		"split BTF needs whole BTF to go on from, not %s",
		base->ops->name);
}

struct dm_error *btf_create(const void *data, size_t size,
			    struct type_table *base, struct type_table **ret)
{
	struct dm_error *err = check_base(base);
	unsigned char *copy;

	if (err)
		return err;
	/* So that none at all is no failure of malloc()'s. */
	copy = size > DATA_MAX ? NULL : malloc(size ? size : 1);
	if (!copy)
		return size > DATA_MAX
			       ? damaged("it is larger than any kernel's")
			       : dm_error_no_memory();
	memcpy(copy, data, size);
	return take(copy, size, (const struct btf *)base, ret);
}

/* ---- From the dump ------------------------------------------------------ */

static struct dm_error *read_at(struct kva *kva, uint64_t va, uint64_t size,
				const struct btf *base, struct type_table **ret)
{
	struct dm_error *err;
	unsigned char *data;

	if (size < HEADER_MIN || size > DATA_MAX)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"BTF at 0x%llx has %llu bytes: that cannot be",
			(unsigned long long)va, (unsigned long long)size);
	data = malloc(size);
	if (!data)
		return dm_error_no_memory();
	err = kva_read(kva, va, data, size, DM_CONTENT_TYPES);
	if (err)
		free(data);
	else
		err = take(data, size, base, ret);
	if (err)
		err = dm_error_prefix(err, "BTF at 0x%llx",
				      (unsigned long long)va);
	return err;
}

struct dm_error *btf_from_dump(struct kva *kva, struct symbol_table *symbols,
			       struct type_table **ret)
{
	uint64_t start = 0, stop = 0;
	struct dm_error *err;

	/* include/asm-generic/vmlinux.lds.h, BTF */
	err = symbols->ops->find(symbols, "__start_BTF", &start);
	if (!err)
		err = symbols->ops->find(symbols, "__stop_BTF", &stop);
	if (err)
		return dm_error_prefix(err, "BTF of the kernel");
	if (start == stop)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"the kernel has no BTF (CONFIG_DEBUG_INFO_BTF)");
	return read_at(kva, start, stop - start, NULL, ret);
}

/* Read the little-endian number that is member @path of @type at @va. */
static struct dm_error *read_member(struct kva *kva, struct type_table *base,
				    const char *type, const char *path,
				    uint64_t va, uint64_t *value)
{
	struct dm_error *err;
	struct member m;

	*value = 0;
	err = btf_member(base, type, path, &m);
	if (err)
		return err;
	if (m.bit_size || m.size > sizeof(*value))
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "%s, member %s: not a plain number",
				       type, path);
	err = kva_read(kva, va + m.offset, value, m.size, DM_CONTENT_DATA);
	*value = err ? 0 : le64toh(*value);
	return err;
}

/* More modules than any machine has loaded: a list that does not end. */
#define MODULES_MAX 65536

/*
 * The struct btf of @module. Its struct module does not do: it forgets its BTF
 * once the module is initialised (kernel/module/main.c, do_init_module()), and
 * had it before it was fitted to the kernel's (kernel/bpf/btf.c,
 * btf_parse_module(), since 5.11).
 */
static struct dm_error *find_module(struct kva *kva,
				    struct symbol_table *symbols,
				    struct type_table *base, uint64_t module,
				    uint64_t *btf)
{
	uint64_t head = 0, at = 0, its;
	struct dm_error *err;
	struct member list;
	int i;

	err = symbols->ops->find(symbols, "btf_modules", &head);
	if (!err)
		err = btf_member(base, "struct btf_module", "list", &list);
	if (!err)
		err = kva_read_u64(kva, head, &at);
	for (i = 0; !err && at != head && i < MODULES_MAX; i++) {
		err = read_member(kva, base, "struct btf_module", "module",
				  at - list.offset, &its);
		if (!err && its == module)
			return read_member(kva, base, "struct btf_module",
					   "btf", at - list.offset, btf);
		if (!err)
			err = kva_read_u64(kva, at, &at);
	}
	if (!err)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "no BTF of the module at 0x%llx",
				      (unsigned long long)module);
	return err;
}

struct dm_error *btf_from_module(struct kva *kva, struct symbol_table *symbols,
				 struct type_table *base, uint64_t module,
				 struct type_table **ret)
{
	static const char *const paths[] = { "data", "data_size", "start_id",
					     "start_str_off" };
	const struct btf *whole = (const struct btf *)base;
	uint64_t btf = 0, values[4] = { 0 };
	struct dm_error *err;
	size_t i;

	err = base ? check_base(base)
		   : dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				     "a module's BTF needs the kernel's");
	if (!err)
		err = find_module(kva, symbols, base, module, &btf);
	for (i = 0; !err && i < 4; i++)
		err = read_member(kva, base, "struct btf", paths[i], btf,
				  &values[i]);
	if (err)
		return err;
	if (values[2] != whole->first_id + whole->count ||
	    values[3] != whole->strings_size)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"BTF of the module at 0x%llx goes on from another base than the kernel's (type %llu, string %llu)",
			(unsigned long long)module,
			(unsigned long long)values[2],
			(unsigned long long)values[3]);
	return read_at(kva, values[0], values[1], whole, ret);
}
