// SPDX-License-Identifier: GPL-2.0-or-later
/* Members of BTF types, by path. */
#include "target/btf/btf_private.h"
#include "directmap/text.h"

/* Members that one look-up may pass; no struct of a kernel has 2,000. */
#define STEPS_MAX (1u << 20)

/* Where a path has led to, from the start of the type that it began with. */
struct place {
	uint32_t type;
	struct dm_member m;
};

static struct dm_error *member_error(const struct btf *btf,
				     const struct type *parent, uint32_t index,
				     const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "BTF is damaged: member %u of %s (id %u) %s",
			       index, dm_btf_name(btf, parent), parent->id,
			       what);
}

/*
 * Where a bitfield's storage unit is. Packed structs have fields that cross the
 * units of their type, or units that end past the struct: for those it is the
 * bytes that the field touches.
 */
static void place_bitfield(uint64_t bits, unsigned int width, uint64_t unit,
			   uint64_t parent_size, struct dm_member *m)
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
	err = dm_btf_resolve(btf, id, &t);
	if (err || t.kind != KIND_INT)
		return err;
	encoding = btf_u32(t.extra);
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
	uint64_t bits = btf_u32(p + 8), size;
	unsigned int width = 0;
	struct dm_error *err;

	place->type = btf_u32(p + 4);
	if (parent->flag) {
		width = (unsigned int)(bits >> 24);
		bits &= 0xffffff;
		err = NULL;
	} else {
		err = old_width(btf, place->type, &bits, &width);
	}
	if (!err)
		err = dm_btf_size_of(btf, place->type, &size);
	if (err)
		return err;
	place->m = (struct dm_member){ .offset = bits / 8, .size = size };
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
	const char *name = dm_btf_string(s->btf, btf_u32(p));
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
	err = dm_btf_resolve(s->btf, btf_u32(p + 4), &type);
	/* Not a struct or union: padding, an unnamed bitfield. */
	if (err || !btf_is(&type, COMPOSITES))
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

	if (depth > BTF_DEPTH_MAX)
		return dm_btf_chain_error(parent->id);
	for (i = 0; !err && !s->found && i < parent->vlen; i++) {
		if (++s->steps > STEPS_MAX)
			return dm_btf_chain_error(parent->id);
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
	err = dm_btf_resolve(btf, place->type, &type);
	if (err)
		return err;
	if (place->m.bit_size || !btf_is(&type, COMPOSITES))
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
				       s.name, dm_btf_name(btf, &type));
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
	err = dm_btf_resolve(btf, place->type, &type);
	if (err)
		return err;
	if (place->m.bit_size || type.kind != KIND_ARRAY)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "what is before \"%s\" is no array",
				       *path);
	length = btf_u32(type.extra + 8);
	if (length && index >= length)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "\"%s\": the array has %llu element%s",
				       *path, (unsigned long long)length,
				       dm_plural_s(length));
	place->type = btf_u32(type.extra);
	err = dm_btf_size_of(btf, place->type, &size);
	if (err)
		return err;
	if (__builtin_mul_overflow(index, size, &skip) ||
	    __builtin_add_overflow(place->m.offset, skip, &place->m.offset))
		return dm_btf_too_large(type.id);
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

struct dm_error *dm_btf_member(struct dm_type_table *table, const char *name,
			       const char *path, struct dm_member *member)
{
	struct btf *btf = (struct btf *)table;
	struct place place = { 0 };
	struct dm_error *err;
	struct type type;

	err = dm_btf_find(btf, name, &type);
	if (err)
		return err;
	place.type = type.id;
	err = follow(btf, path, &place);
	if (err)
		return dm_error_prefix(err, "%s, member %s", name, path);
	*member = place.m;
	return NULL;
}
