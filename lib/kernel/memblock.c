// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads memblock's two lists of regions, in the layout that the dump's types
 * tell or that is found by search.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "kernel/memblock.h"
#include "kernel/memblock_search.h"

/* ---- Regions ------------------------------------------------------------- */

void dm_memblock_list_deinit(struct memblock_list *list)
{
	free(list->areas);
	*list = (struct memblock_list){ NULL, 0 };
}

static uint64_t u64_at(const uint8_t *raw, uint64_t offset)
{
	uint64_t value;

	memcpy(&value, raw + offset, sizeof(value));
	return le64toh(value);
}

static unsigned int own_flags(const struct memblock_format *f,
			      const uint8_t *raw)
{
	unsigned int flags = 0, i;
	uint32_t value;

	memcpy(&value, raw + f->flags_at, sizeof(value));
	value = le32toh(value);
	for (i = 0; i < MEMBLOCK_FLAG_COUNT; i++) {
		if (value & f->flags[i])
			flags |= 1u << i;
	}
	return flags;
}

static struct dm_error *check_format(const struct memblock_format *f,
				     size_t count)
{
	if (count > MEMBLOCK_REGIONS_MAX)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%zu memory regions: that is no memblock", count);
	/* phys_addr_t is a u64 on arm64; flags are an enum. */
	if (f->size > 4096 || f->size < 20 || f->base_at > f->size - 8 ||
	    f->size_at > f->size - 8 || f->flags_at > f->size - 4)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"struct memblock_region is not laid out as any known kernel's");
	return NULL;
}

struct dm_error *dm_memblock_decode(const struct memblock_format *format,
				    const void *raw, size_t count,
				    struct memblock_list *list)
{
	struct dm_error *err = check_format(format, count);
	struct memblock_list l = { NULL, 0 };
	uint64_t last = 0;
	size_t i;

	if (err)
		return err;
	l.areas = calloc(count + 1, sizeof(*l.areas));
	if (!l.areas)
		return dm_error_no_memory();
	for (i = 0; i < count; i++) {
		const uint8_t *at = (const uint8_t *)raw + i * format->size;
		uint64_t start = u64_at(at, format->base_at);
		uint64_t size = u64_at(at, format->size_at);

		/* An empty list has one empty region in older kernels. */
		if (!size)
			continue;
		if (start < last || start >= DM_PA_END ||
		    size > DM_PA_END - start) {
			free(l.areas);
			return dm_error_create(
				DM_ERROR_BAD_DUMP,
				"memblock's region %zu (0x%llx, size 0x%llx) is out of order or no memory",
				i, (unsigned long long)start,
				(unsigned long long)size);
		}
		last = start + size;
		l.areas[l.count++] =
			(struct memblock_area){ start, last,
						own_flags(format, at) };
	}
	*list = l;
	return NULL;
}

/* ---- Reading it ----------------------------------------------------------- */

static struct dm_error *get_format(struct dm_target *t,
				   struct memblock_format *f)
{
	static const char *const names[MEMBLOCK_FLAG_COUNT] = {
		"MEMBLOCK_HOTPLUG",
		"MEMBLOCK_MIRROR",
		"MEMBLOCK_NOMAP",
		"MEMBLOCK_DRIVER_MANAGED",
	};
	const struct target_offset offsets[] = {
		{ "base", &f->base_at },
		{ "size", &f->size_at },
		{ "flags", &f->flags_at },
		{ NULL, NULL },
	};
	struct types *types = dm_target_types(t);
	struct dm_error *err;
	size_t i;

	err = dm_types_size(types, "struct memblock_region", &f->size);
	if (!err)
		err = dm_target_offsets(t, "struct memblock_region", offsets);
	for (i = 0; !err && i < MEMBLOCK_FLAG_COUNT; i++) {
		int64_t value;

		err = dm_types_enumerator(types, names[i], &value);
		f->flags[i] = err ? 0 : (uint64_t)value;
		err = dm_error_unless_missing(err);
	}
	return err;
}

/* @type The VA of a struct memblock_type. */
static struct dm_error *read_list(struct dm_target *t,
				  const struct memblock_format *f,
				  uint64_t type, struct memblock_list *list)
{
	uint64_t cnt_at, regions_at, count, regions;
	const struct target_offset offsets[] = {
		{ "cnt", &cnt_at },
		{ "regions", &regions_at },
		{ NULL, NULL },
	};
	struct dm_error *err;
	void *raw;

	err = dm_target_offsets(t, "struct memblock_type", offsets);
	if (!err)
		err = dm_target_u64_at(t, type, cnt_at, &count);
	if (!err)
		err = dm_target_u64_at(t, type, regions_at, &regions);
	if (!err)
		err = check_format(f, count);
	if (err)
		return err;
	raw = malloc(count * f->size + 1);
	if (!raw)
		return dm_error_no_memory();
	err = dm_kva_read(dm_target_kva(t), regions, raw, count * f->size,
			  DM_CONTENT_DATA);
	if (!err)
		err = dm_memblock_decode(f, raw, count, list);
	free(raw);
	return err;
}

/* What a search came to; it is kept with the target. */
struct sought {
	bool done, found;
	uint64_t va;
};

static const struct target_kind sought_kind = { sizeof(struct sought), NULL };

/* By its symbol, or where kallsyms has functions only, by what it is like. */
static struct dm_error *find(struct memblock *m, struct dm_target *t,
			     uint64_t *va)
{
	struct dm_error *err = dm_target_symbol(t, "memblock", va), *other;
	struct sought *sought;
	void *object;
	bool knows;

	if (!err || err->code != DM_ERROR_NOT_FOUND)
		return err;
	other = dm_target_knows_variables(t, &knows);
	if (!other && knows)
		return err;
	if (!other)
		other = dm_target_keep(t, &sought_kind, &object);
	if (other)
		return dm_error_either(err, other);
	sought = object;
	if (!sought->done) {
		other = dm_memblock_search(t, &sought->va);
		if (dm_error_is_fatal(other))
			return dm_error_either(err, other);
		sought->done = true;
		sought->found = !other;
		dm_error_destroy(other);
	}
	if (!sought->found)
		return err;
	*va = sought->va;
	m->found = true;
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *fill(struct memblock *m, struct dm_target *t)
{
	uint64_t va, memory_at, reserved_at;
	const struct target_offset offsets[] = {
		{ "memory", &memory_at },
		{ "reserved", &reserved_at },
		{ NULL, NULL },
	};
	struct memblock_format format = { 0 };
	struct dm_error *err;

	err = find(m, t, &va);
	if (!err)
		err = dm_target_offsets(t, "struct memblock", offsets);
	if (!err)
		err = get_format(t, &format);
	if (!err)
		err = read_list(t, &format, va + memory_at, &m->memory);
	if (!err)
		err = read_list(t, &format, va + reserved_at, &m->reserved);
	return err;
}

struct dm_error *dm_memblock_create(struct dm_target *target,
				    struct memblock **ret)
{
	struct memblock *m = calloc(1, sizeof(*m));
	struct dm_error *err;

	if (!m)
		return dm_error_no_memory();
	err = fill(m, target);
	if (err) {
		dm_memblock_destroy(m);
		return dm_error_prefix(err, "memblock");
	}
	*ret = m;
	return NULL;
}

void dm_memblock_destroy(struct memblock *memblock)
{
	if (!memblock)
		return;
	dm_memblock_list_deinit(&memblock->memory);
	dm_memblock_list_deinit(&memblock->reserved);
	free(memblock);
}
