// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads units one by one, and hashes the types and enumerators that each
 * defines.
 */
#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "debuginfo/dwarf_index.h"

struct slot {
	const char *name; /* in the DWARF's strings; NULL: free */
	Dwarf_Off off;
	uint32_t hash;
	uint8_t kind;
	bool in_types; /* off is in .debug_types, not .debug_info */
};

struct dwarf_index {
	Dwarf *dwarf;
	Dwarf_CU *unit; /* the last one that was read */
	size_t units;
	bool done;
	bool broken; /* done because the rest cannot be read */
	bool elsewhere; /* a unit's types are in a .dwo file */
	struct slot *slots; /* open addressing, at most half full */
	size_t used, capacity; /* capacity: a power of two */
};

#define FIRST_CAPACITY 65536

static struct dm_error *damaged(void)
{
	return dm_error_create(DM_ERROR_UNSUPPORTED,
			       "the vmlinux's DWARF is damaged: %s",
			       dwarf_errmsg(-1));
}

/* ---- Reading DIEs -------------------------------------------------------- */

bool dm_dwarf_number(Dwarf_Die *die, unsigned int attribute, uint64_t *value)
{
	Dwarf_Attribute attr;
	Dwarf_Word word;

	if (!dwarf_attr(die, attribute, &attr) ||
	    dwarf_formudata(&attr, &word) != 0)
		return false;
	*value = word;
	return true;
}

const char *dm_dwarf_string(Dwarf_Die *die, unsigned int attribute)
{
	Dwarf_Attribute attr;

	return dwarf_attr(die, attribute, &attr) ? dwarf_formstring(&attr)
						 : NULL;
}

struct dm_error *dm_dwarf_first(Dwarf_Die *parent, Dwarf_Die *child, bool *more)
{
	int got = dwarf_child(parent, child);

	*more = got == 0;
	return got < 0 ? damaged() : NULL;
}

struct dm_error *dm_dwarf_next(Dwarf_Die *child, bool *more)
{
	Dwarf_Off before = dwarf_dieoffset(child);
	int got = dwarf_siblingof(child, child);

	*more = got == 0;
	/* A DW_AT_sibling that points back would never end. */
	if (got < 0 || (*more && dwarf_dieoffset(child) <= before))
		return damaged();
	return NULL;
}

/* ---- The table ----------------------------------------------------------- */

static uint32_t hash_name(enum dwarf_kind kind, const char *name)
{
	uint32_t hash = 2166136261u ^ kind; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

/* The slot that has @name, or the free one where it belongs. */
static struct slot *slot_of(const struct dwarf_index *index, uint32_t hash,
			    enum dwarf_kind kind, const char *name)
{
	size_t i = hash & (index->capacity - 1);

	for (;; i = (i + 1) & (index->capacity - 1)) {
		struct slot *s = &index->slots[i];

		if (!s->name || (s->hash == hash && s->kind == kind &&
				 (s->name == name || !strcmp(s->name, name))))
			return s;
	}
}

static bool grow(struct dwarf_index *index)
{
	struct dwarf_index larger = *index;
	size_t i;

	larger.capacity =
		index->capacity ? 2 * index->capacity : FIRST_CAPACITY;
	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots)
		return false;
	for (i = 0; i < index->capacity; i++) {
		const struct slot *s = &index->slots[i];

		if (s->name)
			*slot_of(&larger, s->hash, s->kind, s->name) = *s;
	}
	free(index->slots);
	*index = larger;
	return true;
}

static struct dm_error *put(struct dwarf_index *index, enum dwarf_kind kind,
			    const char *name, Dwarf_Die *die, bool in_types)
{
	uint32_t hash = hash_name(kind, name);
	struct slot *s = slot_of(index, hash, kind, name);

	if (s->name)
		return NULL;
	*s = (struct slot){ name, dwarf_dieoffset(die), hash, (uint8_t)kind,
			    in_types };
	if (++index->used > index->capacity / 2 && !grow(index))
		return dm_error_no_memory();
	return NULL;
}

/* ---- Units --------------------------------------------------------------- */

static struct dm_error *put_enumerators(struct dwarf_index *index,
					Dwarf_Die *type, bool in_types)
{
	struct dm_error *err;
	Dwarf_Die child;
	bool more;

	err = dm_dwarf_first(type, &child, &more);
	while (!err && more) {
		const char *name = dm_dwarf_string(&child, DW_AT_name);

		if (name && dwarf_tag(&child) == DW_TAG_enumerator)
			err = put(index, DWARF_ENUMERATOR, name, &child,
				  in_types);
		if (!err)
			err = dm_dwarf_next(&child, &more);
	}
	return err;
}

static struct dm_error *put_die(struct dwarf_index *index, Dwarf_Die *die,
				bool in_types)
{
	enum dwarf_kind kind;
	struct dm_error *err;
	const char *name;

	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
		kind = DWARF_STRUCT;
		break;
	case DW_TAG_union_type:
		kind = DWARF_UNION;
		break;
	case DW_TAG_enumeration_type:
		kind = DWARF_ENUM;
		break;
	case DW_TAG_typedef:
	case DW_TAG_base_type:
		kind = DWARF_BARE;
		break;
	default:
		return NULL;
	}
	if (kind != DWARF_BARE && dwarf_hasattr(die, DW_AT_declaration))
		return NULL;
	if (kind == DWARF_ENUM) {
		err = put_enumerators(index, die, in_types);
		if (err)
			return err;
	}
	name = dm_dwarf_string(die, DW_AT_name);
	return name ? put(index, kind, name, die, in_types) : NULL;
}

/* Names of Rust's types and of C's are two worlds; assembler has none. */
static bool is_c(Dwarf_Die *unit)
{
	uint64_t language;

	return !dm_dwarf_number(unit, DW_AT_language, &language) ||
	       (language != DW_LANG_Rust && language != DW_LANG_Mips_Assembler);
}

static struct dm_error *read_unit(struct dwarf_index *index, Dwarf_Die *unit,
				  bool in_types)
{
	struct dm_error *err;
	Dwarf_Die die;
	bool more;

	err = dm_dwarf_first(unit, &die, &more);
	while (!err && more) {
		err = put_die(index, &die, in_types);
		if (!err)
			err = dm_dwarf_next(&die, &more);
	}
	return err;
}

static struct dm_error *next_unit(struct dwarf_index *index)
{
	Dwarf_Half version;
	Dwarf_Die unit;
	uint8_t type;
	int got;

	/* No subdie: libdw would open a .dwo file for it. */
	got = dwarf_get_units(index->dwarf, index->unit, &index->unit, &version,
			      &type, &unit, NULL);
	if (got < 0)
		return damaged();
	if (got > 0) {
		index->done = true;
		return NULL;
	}
	index->units++;
	if (type == DW_UT_skeleton) {
		index->elsewhere = true;
		return NULL;
	}
	if (!is_c(&unit))
		return NULL;
	/* DWARF 5 has its type units in .debug_info. */
	return read_unit(index, &unit, type == DW_UT_type && version < 5);
}

static struct dm_error *not_there(const struct dwarf_index *index,
				  const char *name)
{
	if (index->broken)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%.200s is not in the part of the vmlinux's DWARF that can be read: it is damaged",
			name);
	if (index->elsewhere)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"the vmlinux's DWARF is split (CONFIG_DEBUG_INFO_SPLIT): its types are in .dwo files, which are not read");
	if (!index->units)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "the vmlinux's DWARF has no units");
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "%.200s is not defined in the vmlinux's DWARF",
			       name);
}

struct dm_error *dm_dwarf_index_find(struct dwarf_index *index,
				     enum dwarf_kind kind, const char *name,
				     Dwarf_Die *die)
{
	uint32_t hash = hash_name(kind, name);
	struct slot *s;

	while (!(s = slot_of(index, hash, kind, name))->name) {
		struct dm_error *err;

		if (index->done)
			return not_there(index, name);
		err = next_unit(index);
		if (err) {
			index->done = true;
			index->broken = true;
			return err;
		}
	}
	if (!(s->in_types ? dwarf_offdie_types : dwarf_offdie)(index->dwarf,
							       s->off, die))
		return damaged();
	return NULL;
}

struct dm_error *dm_dwarf_index_create(Dwarf *dwarf, struct dwarf_index **ret)
{
	struct dwarf_index *index = calloc(1, sizeof(*index));

	if (!index || !grow(index)) {
		free(index);
		return dm_error_no_memory();
	}
	index->dwarf = dwarf;
	*ret = index;
	return NULL;
}

void dm_dwarf_index_destroy(struct dwarf_index *index)
{
	if (!index)
		return;
	free(index->slots);
	free(index);
}
