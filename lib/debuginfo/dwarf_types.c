// SPDX-License-Identifier: GPL-2.0-or-later
/* A vmlinux's DWARF as a table of types (DWARF 5, sections 5.3 to 5.7). */
#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debuginfo/dwarf_index.h"
#include "debuginfo/vmlinux_private.h"

struct dwarf_types {
	struct dm_type_table table;
	struct vmlinux *vmlinux;
	Dwarf *dwarf;
	struct dwarf_index *index;
};

/* Deeper than any C type; a loop in damaged DWARF ends here. */
#define DEPTH_MAX 64
/* Members looked at for one name: struct page has some 60. */
#define MEMBERS_MAX 1000000

static struct dm_error *too_deep(void)
{
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"the vmlinux's DWARF is damaged: types refer to one another without end");
}

static struct dm_error *bad_layout(const char *what)
{
	return dm_error_create(DM_ERROR_UNSUPPORTED,
			       "the vmlinux's DWARF is damaged: %s", what);
}

/* ---- Types --------------------------------------------------------------- */

static bool has_type(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attr;

	return dwarf_attr(die, DW_AT_type, &attr) &&
	       dwarf_formref_die(&attr, type);
}

static bool is_aggregate(Dwarf_Die *type)
{
	return dwarf_tag(type) == DW_TAG_structure_type ||
	       dwarf_tag(type) == DW_TAG_union_type;
}

/* A declaration is of the type that is defined elsewhere under its name. */
static struct dm_error *find_definition(struct dwarf_types *t, Dwarf_Die *type)
{
	const char *name = dm_dwarf_string(type, DW_AT_name);
	Dwarf_Attribute attr;
	enum dwarf_kind kind;
	Dwarf_Die unit;

	/* The one in a type unit says so (DWARF 5, 3.1.4). */
	if (dwarf_attr(type, DW_AT_signature, &attr) &&
	    dwarf_formref_die(&attr, &unit)) {
		*type = unit;
		return NULL;
	}
	switch (dwarf_tag(type)) {
	case DW_TAG_structure_type:
		kind = DWARF_STRUCT;
		break;
	case DW_TAG_union_type:
		kind = DWARF_UNION;
		break;
	case DW_TAG_enumeration_type:
		kind = DWARF_ENUM;
		break;
	default:
		return NULL;
	}
	if (!name || !dwarf_hasattr(type, DW_AT_declaration))
		return NULL;
	return dm_dwarf_index_find(t->index, kind, name, type);
}

/* Through typedefs and qualifiers to what it is. */
static struct dm_error *strip(struct dwarf_types *t, Dwarf_Die *type)
{
	int i;

	for (i = 0; i < DEPTH_MAX; i++) {
		Dwarf_Die inner;

		switch (dwarf_tag(type)) {
		case DW_TAG_typedef:
		case DW_TAG_const_type:
		case DW_TAG_volatile_type:
		case DW_TAG_restrict_type:
		case DW_TAG_atomic_type:
			break;
		default:
			return find_definition(t, type);
		}
		if (!has_type(type, &inner))
			return dm_error_create(DM_ERROR_NOT_FOUND,
					       "%s is void, which has no size",
					       dm_dwarf_string(type, DW_AT_name)
						       ?: "the type");
		*type = inner;
	}
	return too_deep();
}

static struct dm_error *find_type(struct dwarf_types *t, const char *type,
				  Dwarf_Die *die)
{
	static const struct prefix {
		const char *text;
		enum dwarf_kind kind;
	} prefixes[] = {
		{ "struct ", DWARF_STRUCT },
		{ "union ", DWARF_UNION },
		{ "enum ", DWARF_ENUM },
	};
	enum dwarf_kind kind = DWARF_BARE;
	struct dm_error *err;
	const char *name = type;
	size_t i;

	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t size = strlen(prefixes[i].text);

		if (!strncmp(type, prefixes[i].text, size)) {
			kind = prefixes[i].kind;
			name = type + size;
		}
	}
	err = dm_dwarf_index_find(t->index, kind, name, die);
	return err && kind != DWARF_BARE ? dm_error_prefix(err, "%.200s", type)
					 : err;
}

/* ---- Sizes --------------------------------------------------------------- */

/*
 * One dimension of an array; a flexible one ("[]") has neither bound nor count,
 * and that of "[0]" wraps.
 */
static uint64_t dimension_count(Dwarf_Die *dimension)
{
	uint64_t n;

	if (dm_dwarf_number(dimension, DW_AT_count, &n))
		return n;
	return dm_dwarf_number(dimension, DW_AT_upper_bound, &n) ? n + 1 : 0;
}

/*
 * Elements in the dimensions from the @skip-th on, and in that one alone.
 * @there: whether that one is there.
 */
static struct dm_error *count_elements(Dwarf_Die *array, unsigned int skip,
				       uint64_t *all, uint64_t *here,
				       bool *there)
{
	unsigned int seen = 0;
	struct dm_error *err;
	Dwarf_Die child;
	bool more;

	*all = 1;
	*here = 0;
	*there = false;
	err = dm_dwarf_first(array, &child, &more);
	for (; !err && more; err = dm_dwarf_next(&child, &more)) {
		uint64_t n;

		if (dwarf_tag(&child) != DW_TAG_subrange_type || seen++ < skip)
			continue;
		n = dimension_count(&child);
		if (!*there)
			*here = n;
		*there = true;
		if (__builtin_mul_overflow(*all, n, all))
			return bad_layout("an array is too large");
	}
	return err;
}

/* @skip: dimensions of an array that were indexed already. */
static struct dm_error *type_size(struct dwarf_types *t, Dwarf_Die type,
				  unsigned int skip, int depth, uint64_t *size)
{
	struct dm_error *err;
	uint64_t all, here;
	Dwarf_Die element;
	bool there;

	if (depth > DEPTH_MAX)
		return too_deep();
	err = strip(t, &type);
	if (err)
		return err;
	if (dwarf_tag(&type) == DW_TAG_array_type) {
		if (!has_type(&type, &element))
			return bad_layout("an array without a type");
		err = type_size(t, element, 0, depth + 1, size);
		if (!err)
			err = count_elements(&type, skip, &all, &here, &there);
		if (!err && __builtin_mul_overflow(*size, all, size))
			err = bad_layout("an array is too large");
		return err;
	}
	if (dm_dwarf_number(&type, DW_AT_byte_size, size))
		return NULL;
	/* A pointer may go without; all are of 64 bits here. */
	if (dwarf_tag(&type) == DW_TAG_pointer_type) {
		*size = 8;
		return NULL;
	}
	/* clang leaves it out of enumerations that have a type. */
	if (dwarf_tag(&type) == DW_TAG_enumeration_type &&
	    has_type(&type, &element))
		return type_size(t, element, 0, depth + 1, size);
	return dm_error_create(DM_ERROR_NOT_FOUND, "a type without a size");
}

/* ---- Members ------------------------------------------------------------- */

/* A place inside the type that was asked for. */
struct place {
	struct dm_member m;
	Dwarf_Die type;
	unsigned int indexed; /* dimensions of an array that are behind us */
};

struct search {
	struct dwarf_types *types;
	const char *name;
	size_t size; /* of the name */
	size_t members; /* looked at */
	struct place *place;
	bool found;
};

/* DWARF 2 may have "plus N" for it instead of a number. */
static bool location(Dwarf_Die *member, uint64_t *offset)
{
	Dwarf_Attribute attr;
	Dwarf_Op *ops;
	size_t count;

	*offset = 0; /* members of a union have none */
	if (!dwarf_attr(member, DW_AT_data_member_location, &attr) ||
	    dm_dwarf_number(member, DW_AT_data_member_location, offset))
		return true;
	if (dwarf_getlocation(&attr, &ops, &count) != 0 || count != 1 ||
	    ops[0].atom != DW_OP_plus_uconst)
		return false;
	*offset = ops[0].number;
	return true;
}

/*
 * Bits from the start of the aggregate. DW_AT_bit_offset, before DWARF 5,
 * counts down from the highest bit of a storage unit.
 */
static bool bit_position(Dwarf_Die *member, uint64_t unit, uint64_t bits,
			 uint64_t *position)
{
	Dwarf_Attribute attr;
	Dwarf_Sword down;
	uint64_t offset;

	if (dm_dwarf_number(member, DW_AT_data_bit_offset, position))
		return true;
	if (!location(member, &offset) || offset > UINT32_MAX)
		return false;
	*position = offset * 8;
	/* Where neither is there, it is the low bits at that place. */
	if (!dwarf_attr(member, DW_AT_bit_offset, &attr))
		return true;
	if (dwarf_formsdata(&attr, &down) != 0 || down > INT32_MAX ||
	    down < INT32_MIN)
		return false;
	*position += unit * 8 - (uint64_t)down - bits;
	return *position <= (uint64_t)UINT32_MAX * 8;
}

static struct dm_error *place_bitfield(struct search *s, Dwarf_Die *member,
				       uint64_t bits)
{
	struct dm_member *m = &s->place->m;
	uint64_t type, unit, position;
	struct dm_error *err;

	err = type_size(s->types, s->place->type, 0, 0, &type);
	if (err)
		return err;
	if (!dm_dwarf_number(member, DW_AT_byte_size, &unit))
		unit = type;
	if (!type || type > 16 || unit > 16 || !bits || bits > type * 8 ||
	    !bit_position(member, unit, bits, &position))
		return bad_layout("a bitfield that makes no sense");
	m->bit_size = (unsigned int)bits;
	m->size = type;
	m->bit_offset = (unsigned int)(position % (type * 8));
	/* A packed one may lie across units: then the bytes that it touches. */
	if (m->bit_offset + bits > type * 8) {
		m->bit_offset = (unsigned int)(position % 8);
		m->size = (m->bit_offset + bits + 7) / 8;
	}
	if (__builtin_add_overflow(m->offset, (position - m->bit_offset) / 8,
				   &m->offset))
		return bad_layout("a member's offset is too large");
	return NULL;
}

static struct dm_error *place_member(struct search *s, Dwarf_Die *member,
				     uint64_t base)
{
	struct place *p = s->place;
	uint64_t bits, offset;

	if (!has_type(member, &p->type))
		return bad_layout("a member without a type");
	s->found = true;
	p->indexed = 0;
	p->m = (struct dm_member){ .offset = base };
	if (dm_dwarf_number(member, DW_AT_bit_size, &bits))
		return place_bitfield(s, member, bits);
	if (!location(member, &offset) ||
	    __builtin_add_overflow(base, offset, &p->m.offset))
		return bad_layout("a member's offset makes no sense");
	return NULL;
}

static struct dm_error *search_members(struct search *s, Dwarf_Die *aggregate,
				       uint64_t base, int depth);

/* C11 6.7.2.1: members of an anonymous member are members around it. */
static struct dm_error *search_anonymous(struct search *s, Dwarf_Die *member,
					 uint64_t base, int depth)
{
	struct dm_error *err;
	uint64_t offset;
	Dwarf_Die type;

	if (!has_type(member, &type))
		return NULL;
	err = strip(s->types, &type);
	if (err || !is_aggregate(&type))
		return err;
	if (!location(member, &offset) ||
	    __builtin_add_overflow(base, offset, &base))
		return bad_layout("a member's offset makes no sense");
	return search_members(s, &type, base, depth + 1);
}

static struct dm_error *search_members(struct search *s, Dwarf_Die *aggregate,
				       uint64_t base, int depth)
{
	struct dm_error *err;
	Dwarf_Die child;
	bool more;

	if (depth > DEPTH_MAX)
		return too_deep();
	err = dm_dwarf_first(aggregate, &child, &more);
	while (!err && more && !s->found) {
		const char *name;

		if (++s->members > MEMBERS_MAX)
			return too_deep();
		if (dwarf_tag(&child) == DW_TAG_member) {
			name = dm_dwarf_string(&child, DW_AT_name);
			if (!name || !*name)
				err = search_anonymous(s, &child, base, depth);
			else if (!strncmp(name, s->name, s->size) &&
				 !name[s->size])
				err = place_member(s, &child, base);
		}
		if (!err)
			err = dm_dwarf_next(&child, &more);
	}
	return err;
}

/* ---- Paths --------------------------------------------------------------- */

static struct dm_error *bad_path(const char *path)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "\"%.200s\" is no path of members", path);
}

/* "name" at *@at, which moves behind it: from @place to that member. */
static struct dm_error *step_member(struct dwarf_types *t, struct place *place,
				    const char **at, const char *path)
{
	size_t size = strcspn(*at, ".[");
	struct search s = {
		.types = t, .name = *at, .size = size, .place = place
	};
	uint64_t base = place->m.offset;
	struct dm_error *err;

	if (!size || place->m.bit_size)
		return bad_path(path);
	err = strip(t, &place->type);
	if (err)
		return err;
	if (!is_aggregate(&place->type))
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"what %.200s would be in is neither struct nor union",
			*at);
	err = search_members(&s, &place->type, base, 0);
	if (!err && !s.found)
		err = dm_error_create(DM_ERROR_NOT_FOUND, "no member %.200s",
				      path);
	*at += size;
	return err;
}

static bool parse_index(const char **at, uint64_t *index)
{
	const char *p = *at;

	*index = 0;
	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*index, 10, index) ||
		    __builtin_add_overflow(*index, (uint64_t)(*p - '0'), index))
			return false;
	if (*p != ']')
		return false;
	*at = p + 1;
	return true;
}

/* "[2]" at *@at. */
static struct dm_error *step_index(struct dwarf_types *t, struct place *place,
				   const char **at, const char *path)
{
	uint64_t index, all, here, size, offset;
	struct dm_error *err;
	bool there = false;

	(*at)++;
	if (!parse_index(at, &index))
		return bad_path(path);
	err = strip(t, &place->type);
	if (err)
		return err;
	if (dwarf_tag(&place->type) == DW_TAG_array_type)
		err = count_elements(&place->type, place->indexed, &all, &here,
				     &there);
	if (err)
		return err;
	/* One of no length is as long as its allocation. */
	if (!there || (here && index >= here))
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "no element %llu in %.200s",
				       (unsigned long long)index, path);
	err = type_size(t, place->type, place->indexed + 1, 0, &size);
	if (err)
		return err;
	if (__builtin_mul_overflow(index, size, &offset) ||
	    __builtin_add_overflow(place->m.offset, offset, &place->m.offset))
		return bad_layout("an array is too large");
	place->indexed++;
	/* Behind the last dimension is the element itself. */
	err = count_elements(&place->type, place->indexed, &all, &here, &there);
	if (!err && !there) {
		has_type(&place->type, &place->type);
		place->indexed = 0;
	}
	return err;
}

static struct dm_error *follow(struct dwarf_types *t, struct place *place,
			       const char *path)
{
	const char *at = path;
	struct dm_error *err;

	for (;;) {
		err = step_member(t, place, &at, path);
		while (!err && *at == '[')
			err = step_index(t, place, &at, path);
		if (err || !*at)
			return err;
		if (*at != '.')
			return bad_path(path);
		at++;
	}
}

/* ---- The table ----------------------------------------------------------- */

static struct dm_error *dwarf_table_size(struct dm_type_table *table,
					 const char *type, uint64_t *size)
{
	struct dwarf_types *t = (struct dwarf_types *)table;
	struct dm_error *err;
	Dwarf_Die die;

	err = find_type(t, type, &die);
	if (!err) {
		err = type_size(t, die, 0, 0, size);
		if (err)
			err = dm_error_prefix(err, "%.200s", type);
	}
	return err;
}

static struct dm_error *dwarf_table_member(struct dm_type_table *table,
					   const char *type, const char *path,
					   struct dm_member *member)
{
	struct dwarf_types *t = (struct dwarf_types *)table;
	struct place place = { .m = { 0 } };
	struct dm_error *err;

	err = find_type(t, type, &place.type);
	if (err)
		return err;
	err = follow(t, &place, path);
	if (!err && !place.m.bit_size)
		err = type_size(t, place.type, place.indexed, 0, &place.m.size);
	if (err)
		return dm_error_prefix(err, "%.200s", type);
	*member = place.m;
	return NULL;
}

/*
 * DW_FORM_data* tell no sign: gcc and clang write what is negative as sdata
 * (or implicit_const, which is signed).
 */
static bool enumerator_value(Dwarf_Die *die, int64_t *value)
{
	Dwarf_Attribute attr;
	Dwarf_Sword number;
	Dwarf_Word word;

	if (!dwarf_attr(die, DW_AT_const_value, &attr))
		return false;
	switch (dwarf_whatform(&attr)) {
	case DW_FORM_sdata:
	case DW_FORM_implicit_const:
		if (dwarf_formsdata(&attr, &number) != 0)
			return false;
		*value = number;
		return true;
	default:
		if (dwarf_formudata(&attr, &word) != 0)
			return false;
		*value = (int64_t)word;
		return true;
	}
}

static struct dm_error *dwarf_table_enumerator(struct dm_type_table *table,
					       const char *name, int64_t *value)
{
	struct dwarf_types *t = (struct dwarf_types *)table;
	struct dm_error *err;
	Dwarf_Die die;

	err = dm_dwarf_index_find(t->index, DWARF_ENUMERATOR, name, &die);
	if (!err && !enumerator_value(&die, value))
		err = bad_layout("an enumerator without a value");
	return err;
}

static struct dm_error *dwarf_table_enumerator_name(struct dm_type_table *table,
						    const char *type,
						    int64_t value, char *name,
						    size_t size)
{
	struct dwarf_types *t = (struct dwarf_types *)table;
	struct dm_error *err;
	Dwarf_Die die, child;
	bool more;

	err = find_type(t, type, &die);
	if (!err)
		err = strip(t, &die);
	if (err)
		return err;
	if (dwarf_tag(&die) != DW_TAG_enumeration_type)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "%.200s is no enumeration", type);
	err = dm_dwarf_first(&die, &child, &more);
	for (; !err && more; err = dm_dwarf_next(&child, &more)) {
		const char *have = dm_dwarf_string(&child, DW_AT_name);
		int64_t number;

		if (have && dwarf_tag(&child) == DW_TAG_enumerator &&
		    enumerator_value(&child, &number) && number == value) {
			snprintf(name, size, "%s", have);
			return NULL;
		}
	}
	return err ? err
		   : dm_error_create(DM_ERROR_NOT_FOUND,
				     "%.200s has no enumerator of value %lld",
				     type, (long long)value);
}

static void dwarf_table_destroy(struct dm_type_table *table)
{
	struct dwarf_types *t = (struct dwarf_types *)table;

	dm_dwarf_index_destroy(t->index);
	if (t->dwarf)
		dwarf_end(t->dwarf);
	dm_vmlinux_drop(t->vmlinux);
	free(t);
}

static const struct dm_type_table_ops types_ops = {
	.name = "vmlinux (DWARF)",
	.size = dwarf_table_size,
	.member = dwarf_table_member,
	.enumerator = dwarf_table_enumerator,
	.enumerator_name = dwarf_table_enumerator_name,
	.destroy = dwarf_table_destroy,
};

static struct dm_error *open_dwarf(struct dwarf_types *t)
{
	struct dm_error *err = dm_dwarf_open(t->vmlinux, &t->dwarf);

	return err ? err : dm_dwarf_index_create(t->dwarf, &t->index);
}

struct dm_error *dm_vmlinux_dwarf_types(struct vmlinux *vmlinux,
					struct dm_type_table **ret)
{
	struct dwarf_types *t = calloc(1, sizeof(*t));
	struct dm_error *err;

	if (!t)
		return dm_error_no_memory();
	t->table.ops = &types_ops;
	t->vmlinux = vmlinux;
	vmlinux->users++;
	err = open_dwarf(t);
	if (err) {
		dwarf_table_destroy(&t->table);
		return err;
	}
	*ret = &t->table;
	return NULL;
}
