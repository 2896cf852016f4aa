// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Damages a page of the tables in each way, and serves it in place of the real
 * one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "damage.h"
#include "fault/fault_source.h"

#define PIECE 4096u

const char *damage_name(enum damage_kind kind)
{
	static const char *const names[DAMAGE_KINDS] = {
		[DAMAGE_DROPPED] = "dropped",
		[DAMAGE_BROKEN] = "broken",
		[DAMAGE_ZEROS] = "zeros",
		[DAMAGE_ONES] = "ones",
		[DAMAGE_RANDOM] = "random",
		[DAMAGE_OTHER_TABLE] = "another table",
		[DAMAGE_OTHER_LEVEL] = "another level's table",
		[DAMAGE_PIECE] = "a piece zero",
		[DAMAGE_ENTRY_ZERO] = "one entry zero",
		[DAMAGE_ENTRY_ONES] = "one entry ones",
		[DAMAGE_ENTRY_RANDOM] = "one entry random",
		[DAMAGE_ENTRY_OTHER] = "one entry another's",
	};

	return names[kind];
}

/* ---- Making it ----------------------------------------------------------- */

static uint64_t get(const unsigned char *page, size_t i)
{
	uint64_t entry;

	memcpy(&entry, page + i * 8, sizeof(entry));
	return entry;
}

static uint64_t random_of(const struct map_table *t, unsigned int variant)
{
	uint64_t state = t->pa ^ variant;

	return fault_random(&state);
}

/* Bytes [from, to) of the page are what the linear map has there. */
static unsigned char *part_of(struct damage *d, const struct map_table *t,
			      size_t *size)
{
	*size = t->count * 8;
	return d->owned + t->first * 8;
}

static void fill_random(struct damage *d, const struct map_table *t,
			unsigned int variant)
{
	uint64_t state = random_of(t, variant), r;
	size_t size, i;
	unsigned char *part = part_of(d, t, &size);

	for (i = 0; i < size; i += sizeof(r)) {
		r = fault_random(&state);
		memcpy(part + i, &r, sizeof(r));
	}
}

/* Variants are the next ones of that level, then those before. */
static bool fill_other(struct damage *d, const struct map_tables *tables,
		       size_t table, bool same_level, unsigned int variant)
{
	const struct map_table *t = &tables->at[table], *other;
	size_t i, n = tables->count, size, skip = variant / 2;
	unsigned char *part = part_of(d, t, &size);

	for (i = 1; i < n; i++) {
		other = &tables->at[(variant & 1 ? table + n - i : table + i) %
				    n];
		if ((other->level == t->level) != same_level || skip--)
			continue;
		memcpy(part, other->page + t->first * 8, size);
		snprintf(d->detail, sizeof(d->detail),
			 " (0x%" PRIx64 ", level %d)", other->pa, other->level);
		return true;
	}
	return false;
}

static bool fill_piece(struct damage *d, const struct map_tables *tables,
		       const struct map_table *t, unsigned int variant)
{
	size_t piece =
		tables->page_size > PIECE ? PIECE : tables->page_size / 2;
	size_t at = piece * variant, from = t->first * 8,
	       to = from + t->count * 8;

	if (at >= tables->page_size || at + piece <= from || at >= to)
		return false;
	from = at > from ? at : from;
	to = at + piece < to ? at + piece : to;
	memset(d->owned + from, 0, to - from);
	snprintf(d->detail, sizeof(d->detail), " (bytes %zu-%zu)", from, to);
	return true;
}

/* The first, the last, any, or the first that is not as those before. */
static bool find_entry(const struct map_table *t, unsigned int variant,
		       size_t *ret)
{
	size_t n = t->count, i, at;
	uint64_t step = 0, before = 0, entry;

	for (i = 0; i < n; i++) {
		at = t->first + i;
		if (variant == 1)
			at = t->first + n - 1 - i;
		else if (variant == 2)
			at = t->first + (size_t)((random_of(t, 2) + i) % n);
		entry = get(t->page, at);
		if (entry && (variant != 3 ||
			      (step && before && entry - before != step))) {
			*ret = at;
			return true;
		}
		if (entry && before)
			step = entry - before;
		before = entry;
	}
	return false;
}

static bool spoil_entry(struct damage *d, const struct map_table *t,
			unsigned int variant)
{
	uint64_t entry = 0, state = random_of(t, variant);
	size_t at;

	if (!find_entry(t, variant, &at))
		return false;
	if (d->kind == DAMAGE_ENTRY_ONES)
		entry = ~entry;
	else if (d->kind == DAMAGE_ENTRY_RANDOM)
		entry = fault_random(&state);
	else if (d->kind == DAMAGE_ENTRY_OTHER)
		entry = get(t->page, at > t->first ? at - 1 : at + 1);
	memcpy(d->owned + at * 8, &entry, sizeof(entry));
	snprintf(d->detail, sizeof(d->detail), " (entry %zu)", at);
	return entry || d->kind == DAMAGE_ENTRY_ZERO;
}

static bool spoil(struct damage *d, const struct map_tables *tables,
		  size_t table, unsigned int variant)
{
	const struct map_table *t = &tables->at[table];
	unsigned char *part;
	size_t size;

	part = part_of(d, t, &size);
	switch (d->kind) {
	case DAMAGE_ZEROS:
		memset(part, 0, size);
		return !variant;
	case DAMAGE_ONES:
		memset(part, 0xff, size);
		return !variant;
	case DAMAGE_RANDOM:
		fill_random(d, t, variant);
		return variant < 2;
	case DAMAGE_OTHER_TABLE:
		return fill_other(d, tables, table, true, variant);
	case DAMAGE_OTHER_LEVEL:
		return fill_other(d, tables, table, false, variant);
	case DAMAGE_PIECE:
		return fill_piece(d, tables, t, variant);
	default:
		return spoil_entry(d, t, variant);
	}
}

/* Entries that are gone, and others left: a table that never had more is so. */
static void note_vanished(struct damage *d, const unsigned char *page,
			  size_t size)
{
	bool left = false, gone = false, other = false;
	size_t i;

	for (i = 0; i < size / 8; i++) {
		uint64_t now = get(d->page, i), then = get(page, i);

		left |= now;
		gone |= then && !now;
		other |= now && now != then;
	}
	d->vanished = left && gone;
	d->silent = d->vanished && !other;
}

bool damage_init(struct damage *d, const struct map_tables *tables,
		 size_t table, enum damage_kind kind, unsigned int variant)
{
	const struct map_table *t = &tables->at[table];

	*d = (struct damage){
		.kind = kind,
		.pa = t->pa,
		.level = t->level,
		.va = t->va,
		.end = t->end,
	};
	if (kind == DAMAGE_DROPPED || kind == DAMAGE_BROKEN)
		return !variant;
	d->owned = malloc(tables->page_size);
	if (!d->owned)
		abort();
	memcpy(d->owned, t->page, tables->page_size);
	d->page = d->owned;
	if (t->count && spoil(d, tables, table, variant) &&
	    memcmp(d->page, t->page, tables->page_size) != 0) {
		note_vanished(d, t->page, tables->page_size);
		return true;
	}
	damage_deinit(d);
	return false;
}

void damage_deinit(struct damage *d)
{
	free(d->owned);
	d->owned = NULL;
}

/* ---- The source ---------------------------------------------------------- */

static struct dm_error *damaged_read(struct dm_source *source, uint64_t pa,
				     void *buf, size_t size,
				     enum dm_content content)
{
	struct damaged_source *d = (struct damaged_source *)source;
	const struct damage *damage = d->damage;
	size_t offset = (size_t)(pa & (d->page_size - 1));

	if (!damage || pa - offset != damage->pa)
		return d->inner->ops->read(d->inner, pa, buf, size, content);
	if (!damage->page)
		return dm_error_create(
			damage->kind == DAMAGE_DROPPED ? DM_ERROR_ABSENT
						       : DM_ERROR_BROKEN,
			"physical address 0x%" PRIx64 " is not in the dump",
			pa);
	memcpy(buf, damage->page + offset, size);
	return NULL;
}

static struct dm_error *damaged_vmcoreinfo(struct dm_source *source,
					   const char **text, size_t *size)
{
	struct damaged_source *d = (struct damaged_source *)source;

	return d->inner->ops->vmcoreinfo(d->inner, text, size);
}

void damaged_source_init(struct damaged_source *d, struct dm_source *inner,
			 size_t page_size, const struct damage *damage)
{
	static const struct dm_source_ops ops = {
		.read = damaged_read,
		.vmcoreinfo = damaged_vmcoreinfo,
	};

	*d = (struct damaged_source){
		.source = { .ops = &ops },
		.inner = inner,
		.page_size = page_size,
		.damage = damage,
	};
}
