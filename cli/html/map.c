// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The map. What it shows is as of lib/render/map_print.c; here colours are the page's,
 * and addresses are a drawing of their own beside it, which phones leave out.
 */
#include "directmap/text.h"
#include "sections.h"

#define ROW	  64 /* cells */
#define SIDE	  13 /* of a cell; two less are painted */
#define GUTTER	  180
#define CELLS_MAX 16384

struct cell {
	uint64_t start, size, lost, in_use, read_only, invalid, unknown;
	uint64_t mapped[DM_LEAF_MAX];
};

struct map {
	const json_t *report;
	json_t *cells;
	size_t count; /* that are drawn */
	uint64_t cell;
	bool marks; /* lost and in_use mean something */
	bool unknown; /* some of what is drawn is */
};

static bool get(const struct map *map, size_t i, struct cell *c)
{
	const json_t *o = json_array_get(map->cells, i);

	field_number(o, "lost", &c->lost);
	field_number(o, "in_use", &c->in_use);
	field_number(o, "read_only", &c->read_only);
	field_number(o, "invalid", &c->invalid);
	field_number(o, "unknown", &c->unknown);
	if (!map->marks)
		c->lost = c->in_use = 0;
	return field_hex(o, "start", &c->start) &&
	       field_number(o, "size", &c->size) && c->size &&
	       field_leaves(o, "mapped", c->mapped);
}

/* A long stretch of nothing but what is unknown: a row of its own. */
static bool is_long(const struct map *map, const struct cell *c)
{
	return c->size > map->cell;
}

/* Rows begin at holes and at multiples of a row. */
static bool begins_row(const struct map *map, const struct cell *last,
		       const struct cell *c)
{
	return !last->size || c->start != last->start + last->size ||
	       is_long(map, c) || is_long(map, last) ||
	       !(c->start & (map->cell * ROW - 1));
}

static enum dm_leaf dominant(const uint64_t mapped[DM_LEAF_MAX])
{
	enum dm_leaf best = 0, leaf;

	for (leaf = 1; leaf < DM_LEAF_COUNT; leaf++) {
		if (mapped[leaf] > mapped[best])
			best = leaf;
	}
	return best;
}

static void put_tip(struct page *page, const struct map *map,
		    const struct cell *c)
{
	int leaf;

	page_printf(page, "<title>0x%llx-0x%llx:", (unsigned long long)c->start,
		    (unsigned long long)(c->start + c->size));
	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		if (!c->mapped[leaf])
			continue;
		page_put(page, " ");
		page_bytes_plain(page, c->mapped[leaf]);
		page_put(page, " by ");
		page_text(page,
			  field_leaf_label(map->report, (enum dm_leaf)leaf));
		page_put(page, ";");
	}
	if (c->unknown) {
		page_put(page, " ");
		page_bytes_plain(page, c->unknown);
		page_put(page, " unknown;");
	}
	if (c->read_only) {
		page_put(page, " ");
		page_bytes_plain(page, c->read_only);
		page_put(page, " read-only;");
	}
	if (c->invalid) {
		page_put(page, " ");
		page_bytes_plain(page, c->invalid);
		page_put(page, " invalid;");
	}
	if (c->lost)
		page_printf(page, " %llu %s lost, %llu in use",
			    (unsigned long long)c->lost,
			    dm_plural(c->lost, "leaf", "leaves"),
			    (unsigned long long)c->in_use);
	page_put(page, "</title>");
}

static void put_cell(struct page *page, const struct map *map,
		     const struct cell *c, size_t row)
{
	bool whole = is_long(map, c);
	unsigned int x = whole ? 0 : (c->start / map->cell) % ROW * SIDE;
	unsigned int width = (whole ? ROW * SIDE : SIDE) - 2;
	size_t y = (row - 1) * SIDE;

	page_printf(page,
		    "<g data-c><rect class=\"%s\" x=\"%u\" y=\"%zu\" "
		    "width=\"%u\" height=\"%d\"/>",
		    leaves_total(c->mapped) ? dm_leaf_name(dominant(c->mapped))
					    : "q",
		    x + 1, y + 1, width, SIDE - 2);
	/* Hatched, over the colour of what is known of it. */
	if (c->unknown)
		page_printf(page,
			    "<line class=\"h\" x1=\"%u\" x2=\"%u\" "
			    "y1=\"%g\" y2=\"%g\"/>",
			    x + 1, x + 1 + width, (double)y + SIDE / 2.0,
			    (double)y + SIDE / 2.0);
	if (c->lost)
		page_printf(
			page,
			"<circle class=\"%s\" cx=\"%g\" cy=\"%g\" r=\"3\"/>",
			c->in_use ? "u" : "r", x + SIDE / 2.0,
			(double)y + SIDE / 2.0);
	put_tip(page, map, c);
	page_put(page, "</g>\n");
}

static size_t put_cells(struct page *page, struct map *map)
{
	struct cell last = { 0 }, c;
	size_t rows = 0, i;

	for (i = 0; i < map->count; i++) {
		if (!get(map, i, &c))
			continue;
		rows += begins_row(map, &last, &c);
		map->unknown |= c.unknown != 0;
		if (page)
			put_cell(page, map, &c, rows);
		last = c;
	}
	return rows;
}

static void put_addresses(struct page *page, const struct map *map, size_t rows)
{
	struct cell last = { 0 }, c;
	size_t row = 0, i;

	page_printf(page,
		    "<svg class=\"va\" viewBox=\"0 0 %d %zu\" "
		    "aria-hidden=\"true\">\n",
		    GUTTER, rows * SIDE);
	for (i = 0; i < map->count; i++) {
		if (!get(map, i, &c))
			continue;
		if (begins_row(map, &last, &c)) {
			row++;
			page_printf(
				page,
				"<text x=\"%d\" y=\"%zu\">%s0x%016llx</text>\n",
				GUTTER - 8, row * SIDE - 3,
				last.size && c.start != last.start + last.size
					? "hole, "
					: "",
				(unsigned long long)c.start);
		}
		last = c;
	}
	page_put(page, "</svg>\n");
}

static void put_key(struct page *page, const struct map *map)
{
	uint64_t mapped[DM_LEAF_MAX];
	int leaf;

	field_leaves(map->report, "usage.mapped", mapped);
	page_put(page, "<ul class=\"key\">");
	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		if (!mapped[leaf])
			continue;
		page_printf(
			page,
			"<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">"
			"<rect class=\"%s\" width=\"14\" height=\"14\"/></svg>",
			dm_leaf_name((enum dm_leaf)leaf));
		page_text(page,
			  field_leaf_label(map->report, (enum dm_leaf)leaf));
		page_put(page, "</li>");
	}
	if (map->unknown)
		page_put(page,
			 "<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">"
			 "<rect class=\"q\" width=\"14\" height=\"14\"/>"
			 "<line class=\"h\" x1=\"0\" x2=\"14\" y1=\"7\" "
			 "y2=\"7\"/></svg>some of it is unknown</li>");
	if (map->marks)
		page_put(page,
			 "<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">"
			 "<circle class=\"u\" cx=\"7\" cy=\"7\" r=\"4\"/></svg>"
			 "split since boot, in use</li>"
			 "<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">"
			 "<circle class=\"r\" cx=\"7\" cy=\"7\" r=\"4\"/></svg>"
			 "split, and nothing needs it</li>");
	if (field_bool(map->report, "map.splits_at_least") == DM_YES)
		page_put(page, "<li>splits are marked as far as they are "
			       "known</li>");
	else if (!map->marks)
		page_put(page, "<li>splits are not marked: unknown here</li>");
	page_put(page, "</ul>\n");
}

static void put_left_out(struct page *page, const struct map *map)
{
	uint64_t left_out;

	if (map->count < json_array_size(map->cells))
		page_printf(page, "<p>%zu more %s not drawn.</p>\n",
			    json_array_size(map->cells) - map->count,
			    dm_plural(json_array_size(map->cells) - map->count,
				      "cell is", "cells are"));
	if (field_number(map->report, "map.left_out", &left_out) && left_out) {
		page_put(page, "<p>Not drawn, behind too many holes: ");
		page_bytes(page, left_out);
		page_put(page, ".</p>\n");
	}
}

void section_map(struct page *page, const json_t *report)
{
	struct map map = { .report = report,
			   .cells = field_list(report, "map.cells") };
	size_t rows;

	page_put(page, "<h2>Map</h2>\n");
	map.marks = field_bool(report, "map.splits_known") == DM_YES ||
		    field_bool(report, "map.splits_at_least") == DM_YES;
	field_number(report, "map.cell", &map.cell);
	map.count = json_array_size(map.cells);
	if (map.count > CELLS_MAX)
		map.count = CELLS_MAX;
	rows = __builtin_popcountll(map.cell) == 1 ? put_cells(NULL, &map) : 0;
	if (!rows) {
		page_put(page, "<p><i>not in this report</i></p>\n");
		return;
	}
	page_put(page, "<p>A cell is ");
	page_bytes(page, map.cell);
	page_put(page, ", in the colour of the leaves that most of it has; a "
		       "row is ");
	page_bytes(page, map.cell * ROW);
	page_put(page, ".</p>\n");
	put_key(page, &map);
	page_put(page,
		 "<div class=\"tools\"><button id=\"zin\">zoom in</button>"
		 "<button id=\"zout\">zoom out</button>"
		 "<button id=\"zall\">all</button></div>\n"
		 "<div class=\"mapbox\">\n");
	put_addresses(page, &map, rows);
	page_printf(page,
		    "<svg class=\"map\" viewBox=\"0 0 %d %zu\" role=\"img\" "
		    "aria-label=\"linear map by leaf size\">\n",
		    ROW * SIDE, rows * SIDE);
	put_cells(page, &map);
	page_put(page, "</svg>\n</div>\n"
		       "<p class=\"hint\" id=\"hint\" aria-live=\"polite\">"
		       "Point at a cell to see what it is.</p>\n");
	put_left_out(page, &map);
}
