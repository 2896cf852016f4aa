// SPDX-License-Identifier: GPL-2.0-or-later
/* Enumerators of BTF. */
#include "btf_private.h"

static const char *enumerator_at(const struct btf *btf, const struct type *type,
				 uint32_t index, int64_t *value)
{
	const unsigned char *p =
		type->extra + (size_t)index * btf_layouts[type->kind].element;
	uint32_t low = btf_u32(p + 4);

	if (type->kind == KIND_ENUM64)
		*value = (int64_t)((uint64_t)btf_u32(p + 8) << 32 | low);
	else if (type->flag || !btf->signs)
		*value = (int32_t)low;
	else
		*value = low;
	return btf_string(btf, btf_u32(p));
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

struct dm_error *btf_enumerator(struct type_table *table, const char *name,
				int64_t *value)
{
	const struct btf *btf = (const struct btf *)table;
	struct dm_error *err = NULL;
	bool found = false;
	uint32_t i;

	for (; btf && !found; btf = btf->base)
		for (i = 0; !err && i < btf->count; i++) {
			struct type type = btf_own_type(btf, i);

			if (btf_is(&type, ENUMS))
				err = enumerator_in(btf, &type, name, &found,
						    value);
		}
	if (!err && !found)
		err = dm_error_create(DM_ERROR_NOT_FOUND,
				      "no enumerator %s in BTF", name);
	return err;
}

/* What is not printable ASCII becomes '?': it may be on its way to a terminal. */
static void copy_name(const char *name, char *buf, size_t size)
{
	size_t i;

	for (i = 0; i + 1 < size && name[i]; i++)
		buf[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
	buf[i] = '\0';
}

struct dm_error *btf_enumerator_name(struct type_table *table, const char *name,
				     int64_t value, char *buf, size_t size)
{
	const struct btf *btf = (const struct btf *)table;
	struct dm_error *err;
	struct type type;
	uint32_t i;

	err = btf_find(btf, name, &type);
	if (!err)
		err = btf_resolve(btf, type.id, &type);
	if (err)
		return err;
	for (i = 0; btf_is(&type, ENUMS) && i < type.vlen; i++) {
		int64_t one;
		const char *its = enumerator_at(btf, &type, i, &one);

		if (!its || one != value || !size)
			continue;
		copy_name(its, buf, size);
		return NULL;
	}
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "no enumerator of %s has the value %lld", name,
			       (long long)value);
}
