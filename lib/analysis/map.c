// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes the cells of the picture from the runs.
 *
 * Cells of one size, a power of two, chosen so that a thousand or so are enough
 * for all that is mapped, whatever the holes. A hole begins a new cell. What is
 * unknown may be a million times as much as what is mapped: where it fills more
 * than some rows, it is one cell.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/map.h"
#include "arm64/arm64.h"
#include "directmap/array.h"
#include "util/bisect.h"
#include "util/error.h"
#include "analysis/map_cell.h"
#include "target/target.h"

#define CELLS_WANTED 1024
/* More holes than that, of a damaged dump's, and the rest is left out. */
#define CELLS_MAX 65536
/* Of unknown ones in a row, those that are drawn singly. */
#define LONG 256

struct drawing {
	struct dm_map *map;
	const struct dm_kernel *kernel;
	size_t capacity;
};

/* ---- How large a cell --------------------------------------------------- */

static uint64_t cell_size(const struct dm_kernel *kernel, uint64_t mapped)
{
	uint64_t size = kernel->page_size;

	while (size < mapped / CELLS_WANTED)
		size *= 2;
	return size;
}

static struct dm_error *count_run(void *arg, const struct dm_run *run)
{
	uint64_t *mapped = arg;

	*mapped += run->size;
	return NULL;
}

/* ---- Filling ------------------------------------------------------------ */

static struct dm_error *new_cell(struct drawing *d, uint64_t va)
{
	struct dm_map *map = d->map;
	struct dm_error *err;

	err = dm_array_reserve(&map->cells, &d->capacity, map->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	map->cells[map->count++] = (struct dm_cell){ .start = va };
	return NULL;
}

/* @run: NULL where it is unknown. */
static void fill(struct dm_cell *cell, const struct dm_run *run, uint64_t size)
{
	cell->size += size;
	if (!run) {
		cell->unknown += size;
		return;
	}
	cell->bytes[run->leaf] += size;
	if (!run->valid)
		cell->invalid += size;
	else if (arm64_is_read_only(run->attrs))
		cell->read_only += size;
}

/* Cells begin at multiples of their size, but for the first behind a hole. */
static struct dm_error *draw(struct drawing *d, const struct dm_run *run,
			     uint64_t va, uint64_t length)
{
	struct dm_map *map = d->map;
	uint64_t end = va + (length - 1);

	for (;;) {
		struct dm_cell *last =
			map->count ? &map->cells[map->count - 1] : NULL;
		uint64_t cell_end = va | (map->cell - 1);
		uint64_t size;

		if (cell_end > end)
			cell_end = end;
		size = cell_end - va + 1;
		if (!last || last->start + last->size != va ||
		    !(va & (map->cell - 1)) || cell_is_long(map, last)) {
			struct dm_error *err;

			if (map->count == CELLS_MAX) {
				map->left_out += end - va + 1;
				return NULL;
			}
			err = new_cell(d, va);

			if (err)
				return err;
			last = &map->cells[map->count - 1];
		}
		fill(last, run, size);
		if (cell_end == end)
			return NULL;
		va = cell_end + 1;
	}
}

static struct dm_error *draw_run(void *arg, const struct dm_run *run)
{
	return draw(arg, run, run->start, run->size);
}

static struct dm_error *draw_unknown(void *arg,
				     const struct dm_unknown *unknown)
{
	struct drawing *d = arg;
	struct dm_map *map = d->map;
	struct dm_error *err;

	if (unknown->size <= LONG * map->cell)
		return draw(d, NULL, unknown->start, unknown->size);
	if (map->count == CELLS_MAX) {
		map->left_out += unknown->size;
		return NULL;
	}
	err = new_cell(d, unknown->start);
	if (!err)
		fill(&map->cells[map->count - 1], NULL, unknown->size);
	return err;
}

/* The last cell that begins at or below @va, or NULL. */
static struct dm_cell *cell_at(struct dm_map *map, uint64_t va)
{
	size_t above = dm_bisect(i, map->count, map->cells[i].start <= va);
	if (!above ||
	    va - map->cells[above - 1].start >= map->cells[above - 1].size)
		return NULL;
	return &map->cells[above - 1];
}

static struct dm_error *mark_lost(void *arg, const struct dm_lost *lost)
{
	struct dm_cell *cell = cell_at(arg, lost->start);

	if (!cell)
		return NULL;
	cell->lost++;
	if (lost->in_use)
		cell->in_use++;
	return NULL;
}

static struct dm_error *count_no_unknown(void *arg,
					 const struct dm_unknown *unknown)
{
	(void)arg;
	(void)unknown;
	return NULL;
}

/* Both passes see the same: the tables do not change between them. */
static struct dm_error *draw_all(struct drawing *d, struct dm_target *target,
				 const struct dm_range *range)
{
	struct dm_error *err;
	uint64_t mapped = 0;

	err = dm_target_runs(target, range, count_run, count_no_unknown,
			     &mapped);
	d->map->cell = cell_size(d->kernel, mapped);
	return err ? err
		   : dm_target_runs(target, range, draw_run, draw_unknown, d);
}

static struct dm_error *mark_splits(struct dm_map *map,
				    struct dm_history *history)
{
	const struct dm_split_summary *s = dm_history_summary(history);

	map->splits_known = s->known;
	map->splits_at_least = s->at_least;
	return s->known || s->at_least
		       ? dm_history_lost(history, mark_lost, map)
		       : NULL;
}

struct dm_error *dm_map_create(struct dm_target *target,
			       struct dm_history *history,
			       const struct dm_range *range,
			       struct dm_map **ret)
{
	struct drawing d = { .kernel = dm_target_kernel(target) };
	struct dm_error *err;

	d.map = calloc(1, sizeof(*d.map));
	if (!d.map)
		return dm_error_no_memory();
	d.map->struct_size = sizeof(*d.map);
	err = draw_all(&d, target, range);
	if (!err && history)
		err = mark_splits(d.map, history);
	if (err) {
		dm_map_destroy(d.map);
		return err;
	}
	*ret = d.map;
	return NULL;
}

void dm_map_destroy(struct dm_map *map)
{
	if (!map)
		return;
	free(map->cells);
	free(map);
}
