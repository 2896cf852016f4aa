// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the tables of a linear map by walking them from the root. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/arm64.h"
#include "tables.h"

struct finder {
	struct map_tables *tables;
	struct dm_source *source;
	struct arm64_geometry geometry;
	uint64_t start, end; /* of the linear map */
	size_t capacity;
};

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static bool is_known(const struct map_tables *tables, uint64_t pa)
{
	size_t i;

	for (i = 0; i < tables->count; i++) {
		if (tables->at[i].pa == pa)
			return true;
	}
	return false;
}

/* @returns its place, or NULL where it cannot be read. */
static struct map_table *add(struct finder *f, int level, uint64_t pa,
			     uint64_t va)
{
	struct map_tables *tables = f->tables;
	unsigned char *page = must(malloc(tables->page_size));
	struct dm_error *err;

	err = f->source->ops->read(f->source, pa, page, tables->page_size,
				   DM_CONTENT_TABLE);
	if (err) {
		dm_error_destroy(err);
		free(page);
		return NULL;
	}
	if (tables->count == f->capacity) {
		f->capacity = f->capacity ? 2 * f->capacity : 64;
		tables->at = must(reallocarray(tables->at, f->capacity,
					       sizeof(*tables->at)));
	}
	tables->at[tables->count] = (struct map_table){
		.level = level,
		.pa = pa,
		.va = va,
		.page = page,
	};
	return &tables->at[tables->count++];
}

/* The entries that are wholly the linear map's, and what they map. */
static void clip(const struct finder *f, struct map_table *t)
{
	unsigned int shift = arm64_shift(&f->geometry, t->level);
	bool root = t->level == f->geometry.root_level;
	size_t end = (size_t)1
		     << (root ? f->geometry.root_bits : f->geometry.index_bits);
	uint64_t va = t->va;

	t->first = f->start > va ? (size_t)((f->start - va) >> shift) : 0;
	if ((f->end - va) >> shift < end) {
		end = (size_t)((f->end - va) >> shift);
		t->shares = va + ((uint64_t)end << shift) < f->end;
	}
	t->count = end - t->first;
	t->va = va + ((uint64_t)t->first << shift);
	t->end = va + ((uint64_t)end << shift);
}

static void find(struct finder *f, int level, uint64_t pa, uint64_t va)
{
	unsigned int shift = arm64_shift(&f->geometry, level);
	struct map_table *t;
	uint64_t entry;
	size_t i, at, end;

	if (is_known(f->tables, pa))
		return;
	t = add(f, level, pa, va);
	if (!t)
		return;
	clip(f, t);
	at = (size_t)(t - f->tables->at);
	/* The array moves as it grows. */
	end = t->first + t->count + t->shares;
	for (i = t->first; i < end; i++) {
		memcpy(&entry, f->tables->at[at].page + i * 8, sizeof(entry));
		entry = le64toh(entry);
		if (dm_arm64_classify(&f->geometry, level, entry) ==
		    ENTRY_TABLE)
			find(f, level + 1, arm64_oa(&f->geometry, entry),
			     va + ((uint64_t)i << shift));
	}
}

void map_tables_init(struct map_tables *tables, struct dm_source *source,
		     const struct dm_kernel *kernel, uint64_t linear_end)
{
	struct finder f = {
		.tables = tables,
		.source = source,
		.start = kernel->linear_start,
		.end = linear_end,
	};

	*tables = (struct map_tables){ .page_size = kernel->page_size };
	dm_arm64_geometry_init(&f.geometry, kernel);
	find(&f, f.geometry.root_level, kernel->pgd, f.geometry.root_base);
}

void map_tables_deinit(struct map_tables *tables)
{
	while (tables->count)
		free(tables->at[--tables->count].page);
	free(tables->at);
}
