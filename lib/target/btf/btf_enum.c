// SPDX-License-Identifier: GPL-2.0-or-later
/* Enumerators of BTF. */
#include <stdio.h>
#include <stdlib.h>

#include "directmap/text.h"
#include "target/btf/btf_private.h"
#include "util/bisect.h"
#include "util/name_prints.h"

static const char *enumerator_at(const struct btf *btf, const struct type *type,
				 uint32_t index, int64_t *value)
{
	const unsigned char *p =
		type->extra +
		(size_t)index * dm_btf_layouts[type->kind].element;
	uint32_t low = btf_u32(p + 4);

	if (type->kind == KIND_ENUM64)
		*value = (int64_t)((uint64_t)btf_u32(p + 8) << 32 | low);
	else if (type->flag || !btf->signs)
		*value = (int32_t)low;
	else
		*value = low;
	return dm_btf_string(btf, btf_u32(p));
}

/* ---- By name ------------------------------------------------------------ */

/* Those of all enums, one after the other. */
struct btf_enumerators {
	uint32_t *enums; /* indices of the types */
	uint32_t *first; /* of each, which is its first enumerator here */
	size_t enum_count;
	uint16_t *prints; /* name_prints.h */
	size_t count;
};

void dm_btf_enumerators_destroy(struct btf_enumerators *e)
{
	if (!e)
		return;
	free(e->enums);
	free(e->first);
	free(e->prints);
	free(e);
}

static struct dm_error *make_space(const struct btf *btf,
				   struct btf_enumerators *e)
{
	uint32_t i;

	for (i = 0; i < btf->count; i++) {
		struct type type = dm_btf_own_type(btf, i);

		/* What follows the type is there: no sum is beyond its end. */
		if (btf_is(&type, ENUMS)) {
			e->enum_count++;
			e->count += type.vlen;
		}
	}
	e->enums = malloc((e->enum_count + 1) * sizeof(*e->enums));
	e->first = malloc((e->enum_count + 1) * sizeof(*e->first));
	e->prints = malloc((e->count + 1) * sizeof(*e->prints));
	return e->enums && e->first && e->prints ? NULL : dm_error_no_memory();
}

static void fill(const struct btf *btf, struct btf_enumerators *e)
{
	size_t count = 0, at = 0;
	uint32_t i, j;

	for (i = 0; i < btf->count; i++) {
		struct type type = dm_btf_own_type(btf, i);

		if (!btf_is(&type, ENUMS))
			continue;
		e->enums[count] = i;
		e->first[count++] = (uint32_t)at;
		for (j = 0; j < type.vlen; j++) {
			int64_t value;
			const char *name = enumerator_at(btf, &type, j, &value);

			e->prints[at++] =
				name ? dm_btf_print(name) : NAME_PRINT_NONE;
		}
	}
}

static struct dm_error *make_enumerators(struct btf *btf)
{
	struct btf_enumerators *e;
	struct dm_error *err;

	if (btf->enumerators)
		return NULL;
	e = calloc(1, sizeof(*e));
	if (!e)
		return dm_error_no_memory();
	err = make_space(btf, e);
	if (err) {
		dm_btf_enumerators_destroy(e);
		return err;
	}
	fill(btf, e);
	btf->enumerators = e;
	return NULL;
}

/* Enumerator @at of all: its name and value. */
static const char *enumerator(const struct btf *btf, size_t at, int64_t *value)
{
	const struct btf_enumerators *e = btf->enumerators;
	/* The last enum that begins at or before it; the first begins at 0. */
	size_t last = dm_bisect(i, e->enum_count, e->first[i] <= at) - 1;
	struct type type = dm_btf_own_type(btf, e->enums[last]);

	return enumerator_at(btf, &type, (uint32_t)(at - e->first[last]),
			     value);
}

/* All that are called so must agree. */
static struct dm_error *find_own(const struct btf *btf, const char *name,
				 bool *found, int64_t *value)
{
	const struct btf_enumerators *e = btf->enumerators;
	uint16_t print = dm_btf_print(name);
	size_t i = 0;

	while ((i = dm_name_prints_next(e->prints, e->count, i, print)) <
	       e->count) {
		int64_t one;

		if (strcmp(enumerator(btf, i++, &one), name))
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

struct dm_error *dm_btf_enumerator(struct dm_type_table *table,
				   const char *name, int64_t *value)
{
	struct btf *btf = (struct btf *)table;
	struct dm_error *err = make_enumerators(btf);
	bool found = false;

	if (!err)
		err = find_own(btf, name, &found, value);
	if (!err && !found)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "no enumerator %s in BTF", name);
	return err;
}

/* ---- By value ----------------------------------------------------------- */

struct dm_error *dm_btf_enumerator_name(struct dm_type_table *table,
					const char *name, int64_t value,
					char *buf, size_t size)
{
	struct btf *btf = (struct btf *)table;
	struct dm_error *err;
	struct type type;
	uint32_t i;

	err = dm_btf_find(btf, name, &type);
	if (!err)
		err = dm_btf_resolve(btf, type.id, &type);
	if (err)
		return err;
	for (i = 0; btf_is(&type, ENUMS) && i < type.vlen; i++) {
		int64_t one;
		const char *its = enumerator_at(btf, &type, i, &one);

		if (!its || one != value || !size)
			continue;
		/* It may be on its way to a terminal. */
		snprintf(buf, size, "%s", its);
		dm_ascii_mask(buf);
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "no enumerator of %s has the value %lld", name,
			       (long long)value);
}
