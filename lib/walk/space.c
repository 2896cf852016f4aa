// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks all of the kernel's page tables, as mm/ptdump.c does (ptdump_walk_pgd()):
 * each entry that maps or leads nowhere is told with its level.
 *
 * A damaged or hostile dump may have tables that lead to each other: each is gone
 * into once. The tables of KASAN's early shadow (mm/kasan/init.c,
 * kasan_early_shadow_pte and those above) are the one thing that Linux shares, and
 * have one entry all over; a table that has is remembered with what it maps at
 * last, which is also what spares 2^31 entries of shadow.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "arm64/arm64.h"
#include "util/error.h"
#include "util/pa_set.h"
#include "util/source.h"
#include "walk/space.h"

/* Tables of one entry all over, at each level; Linux has one. */
#define UNIFORM_MAX 16

/* What a table maps that has one entry all over, and those below it have. */
struct uniform {
	uint64_t pa;
	uint64_t entry; /* of the leaves at the end */
	int level; /* of those */
};

struct walk {
	struct dm_source *source;
	const struct dm_kernel *kernel;
	const struct space_options *options;
	struct arm64_geometry g;
	space_fn fn;
	void *arg;
	struct pa_set seen;
	struct uniform uniform[UNIFORM_MAX];
	size_t uniform_count;
	uint64_t tables;
	bool stopped;
	uint64_t *pages; /* a table a level */
};

static struct dm_error *tell(struct walk *w, const struct space_entry *entry)
{
	return w->fn(w->arg, entry);
}

static bool is_ended(const struct walk *w)
{
	const struct space_options *o = w->options;

	return (o->max_tables && w->tables >= o->max_tables) ||
	       (o->stop && o->stop(o->arg));
}

static uint64_t *page_of(struct walk *w, int level)
{
	return w->pages + (size_t)(level - w->g.root_level) *
				  (w->kernel->page_size / sizeof(uint64_t));
}

static struct dm_error *read_table(struct walk *w, int level, uint64_t pa,
				   bool *readable)
{
	size_t size = sizeof(uint64_t) << arm64_index_bits(&w->g, level);
	struct dm_error *err = dm_source_read(w->source, pa, page_of(w, level),
					      size, DM_CONTENT_TABLE);

	w->tables++;
	*readable = !err;
	return dm_error_is_unread(err) ? dm_error_forgive(err) : err;
}

/* ---- Tables of one entry all over ---------------------------------------- */

static const struct uniform *find_uniform(const struct walk *w, uint64_t pa)
{
	size_t i;

	for (i = 0; i < w->uniform_count; i++) {
		if (w->uniform[i].pa == pa)
			return &w->uniform[i];
	}
	return NULL;
}

static bool has_one_entry(const uint64_t *entries, size_t count)
{
	return !memcmp(entries, entries + 1, (count - 1) * sizeof(*entries));
}

/*
 * Remember a table that was gone through if it maps one thing: a page, or what a
 * table maps that is remembered.
 */
static void note_uniform(struct walk *w, int level, uint64_t pa)
{
	const uint64_t *entries = page_of(w, level);
	uint64_t entry = le64toh(*entries);
	const struct uniform *below;
	struct uniform u = { pa, entry, level };

	if (w->uniform_count == UNIFORM_MAX ||
	    !has_one_entry(entries,
			   (size_t)1 << arm64_index_bits(&w->g, level)))
		return;
	if (level < LEVEL_LAST) {
		if (dm_arm64_classify(&w->g, level, entry) != ENTRY_TABLE)
			return;
		below = find_uniform(w, arm64_oa(&w->g, entry));
		if (!below)
			return;
		u.entry = below->entry;
		u.level = below->level;
	} else if (dm_arm64_classify(&w->g, level, entry) != ENTRY_LEAF) {
		return;
	}
	w->uniform[w->uniform_count++] = u;
}

/* ---- The walk ------------------------------------------------------------- */

static struct dm_error *walk_table(struct walk *w, int level, uint64_t pa,
				   uint64_t va);

/* @e: of the entry that leads to the table. */
static struct dm_error *go_into(struct walk *w, struct space_entry *e)
{
	uint64_t pa = arm64_oa(&w->g, e->entry);
	const struct uniform *u = find_uniform(w, pa);
	struct dm_error *err;
	bool added;

	if (u) {
		e->level = u->level;
		e->entry = u->entry;
		e->state = DM_SPACE_MAPPED;
		return tell(w, e);
	}
	err = dm_pa_set_add(&w->seen, pa, &added);
	if (err)
		return err;
	if (added)
		return walk_table(w, e->level + 1, pa, e->va);
	e->level++;
	e->table = pa;
	e->state = DM_SPACE_SHARED;
	return tell(w, e);
}

static struct dm_error *take_entry(struct walk *w, struct space_entry *e)
{
	switch (dm_arm64_classify(&w->g, e->level, e->entry)) {
	case ENTRY_TABLE:
		return go_into(w, e);
	case ENTRY_NONE:
		e->state = DM_SPACE_NONE;
		break;
	case ENTRY_LEAF:
		e->state = DM_SPACE_MAPPED;
		break;
	case ENTRY_BAD_BLOCK:
	case ENTRY_RESERVED:
		e->state = DM_SPACE_BROKEN;
		break;
	}
	return tell(w, e);
}

static struct dm_error *walk_entries(struct walk *w, int level, uint64_t va)
{
	size_t i, count = (size_t)1 << arm64_index_bits(&w->g, level);
	unsigned int shift = arm64_shift(&w->g, level);
	struct dm_error *err = NULL;

	for (i = 0; !err && !w->stopped && i < count; i++) {
		struct space_entry e = {
			.va = va + ((uint64_t)i << shift),
			.size = UINT64_C(1) << shift,
			.level = level,
			.entry = le64toh(page_of(w, level)[i]),
		};

		if (e.va > w->options->last)
			break;
		if (e.va + (e.size - 1) >= w->options->start)
			err = take_entry(w, &e);
	}
	return err;
}

static struct dm_error *walk_table(struct walk *w, int level, uint64_t pa,
				   uint64_t va)
{
	struct space_entry e = {
		.va = va,
		.size = UINT64_C(1) << arm64_shift(&w->g, level - 1),
		.level = level,
		.state = DM_SPACE_STOPPED,
	};
	struct dm_error *err;
	bool readable;

	if (is_ended(w)) {
		w->stopped = true;
		return tell(w, &e);
	}
	err = read_table(w, level, pa, &readable);
	if (err)
		return err;
	if (!readable) {
		e.state = DM_SPACE_UNREAD;
		e.table = pa;
		return tell(w, &e);
	}
	err = walk_entries(w, level, va);
	if (!err && !w->stopped)
		note_uniform(w, level, pa);
	return err;
}

static struct dm_error *walk_root(struct walk *w)
{
	struct dm_error *err;
	bool readable, added;

	err = dm_pa_set_add(&w->seen, w->kernel->pgd, &added);
	if (!err)
		err = read_table(w, w->g.root_level, w->kernel->pgd, &readable);
	if (!err && !readable)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"swapper_pg_dir at 0x%llx is not in the dump",
			(unsigned long long)w->kernel->pgd);
	return err ? err : walk_entries(w, w->g.root_level, w->g.root_base);
}

struct dm_error *dm_space_walk(struct dm_source *source,
			       const struct dm_kernel *kernel,
			       const struct space_options *options, space_fn fn,
			       void *arg, uint64_t *tables)
{
	struct walk w = {
		.source = source,
		.kernel = kernel,
		.options = options,
		.fn = fn,
		.arg = arg,
	};
	struct dm_error *err;

	dm_arm64_geometry_init(&w.g, kernel);
	w.pages = calloc(kernel->levels, kernel->page_size);
	err = w.pages ? walk_root(&w) : dm_error_no_memory();
	*tables = w.tables;
	dm_pa_set_deinit(&w.seen);
	free(w.pages);
	return err;
}
