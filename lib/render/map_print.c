// SPDX-License-Identifier: GPL-2.0-or-later
/* The picture: signs for a terminal, rectangles for a report, cells for others. */
#include <stdio.h>

#include "render/json.h"
#include "render/leaf_style.h"
#include "util/sized.h"
#include "analysis/map_cell.h"
#include "directmap/text.h"

#define ROW	     64 /* cells */
#define UNKNOWN_SIGN '?'
#define UNKNOWN_RGB  "#c9c9c9"

static bool has_unknown(const struct dm_map *map)
{
	size_t i = 0;

	while (i < map->count && !map->cells[i].unknown)
		i++;
	return i < map->count;
}

/* ---- Signs -------------------------------------------------------------- */

/* A split spot has a letter, in the colour of what it is mapped by now. */
static void put_cell(struct out *out, const struct dm_cell *cell, bool color)
{
	enum dm_leaf leaf = dm_leaf_dominant(cell->bytes);
	char sign = cell->unknown  ? UNKNOWN_SIGN
		    : cell->in_use ? 'x'
		    : cell->lost   ? 'o'
				   : dm_leaf_sign(leaf);

	if (color && !cell->unknown)
		dm_out_printf(out, "%s%s", dm_leaf_ansi(leaf),
			      cell->lost ? "\033[7m" : "");
	dm_out_printf(out, "%c", sign);
	if (color)
		dm_out_printf(out, LEAF_ANSI_END);
}

/* Rows begin at holes and at multiples of a row. */
static bool begins_row(const struct dm_map *map, size_t i, size_t row)
{
	const struct dm_cell *cell = &map->cells[i];

	if (!i || cell->start != cell[-1].start + cell[-1].size ||
	    cell_is_long(map, cell) || cell_is_long(map, &cell[-1]))
		return true;
	return !(cell->start & (map->cell * row - 1));
}

/* A power of two, so that rows begin at multiples of themselves. */
static size_t row_cells(const struct dm_style *style)
{
	size_t row = ROW;

	while (style->width && row > style->width && row > 8)
		row /= 2;
	return row;
}

static void put_legend(struct out *out, const struct dm_kernel *kernel,
		       const struct dm_map *map, bool color)
{
	int leaf;

	dm_out_printf(out, "\n");
	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		const char *label = dm_leaf_label(kernel, (enum dm_leaf)leaf);

		if (!label)
			continue;
		if (color)
			dm_out_printf(out, "%s",
				      dm_leaf_ansi((enum dm_leaf)leaf));
		dm_out_printf(out, " %c", dm_leaf_sign((enum dm_leaf)leaf));
		if (color)
			dm_out_printf(out, LEAF_ANSI_END);
		dm_out_printf(out, " %s  ", label);
	}
	dm_out_printf(out, "a sign is ");
	dm_out_bytes(out, map->cell);
	dm_out_printf(out, ", by the leaf that most of it has\n");
	if (has_unknown(map))
		dm_out_printf(out,
			      " %c some of it is unknown: report says why\n",
			      UNKNOWN_SIGN);
	if (map->splits_at_least)
		dm_out_printf(out,
			      " splits are marked as far as they are known:\n");
	if (map->splits_known || map->splits_at_least)
		dm_out_printf(
			out,
			" x a leaf was split there since boot, and something needs it   o split, and nothing does\n");
	else
		dm_out_printf(out, " splits are not marked: unknown here\n");
}

struct dm_error *dm_map_text(const struct dm_kernel *kernel,
			     const struct dm_map *map,
			     const struct dm_style *style, struct dm_sink *sink)
{
	struct out out = { .sink = sink };
	struct dm_style own;
	struct dm_error *err;
	size_t row, i;

	err = dm_sized_take(&own, sizeof(own), style, "dm_style");
	if (err)
		return err;
	row = row_cells(&own);
	for (i = 0; i < map->count; i++) {
		const struct dm_cell *cell = &map->cells[i];

		if (begins_row(map, i, row)) {
			if (i &&
			    cell->start != cell[-1].start + cell[-1].size) {
				dm_out_printf(&out, "\n%18s", "hole, ");
				dm_out_bytes(&out, cell->start -
							   cell[-1].start -
							   cell[-1].size);
			}
			dm_out_printf(&out, "%s0x%016llx ", i ? "\n" : "",
				      (unsigned long long)cell->start);
			if (cell_is_long(map, cell)) {
				dm_out_printf(&out, "%c unknown, ",
					      UNKNOWN_SIGN);
				dm_out_bytes(&out, cell->size);
				continue;
			}
			/* In its column, though its row begins later. */
			dm_out_printf(&out, "%*s",
				      (int)((cell->start / map->cell) % row),
				      "");
		}
		put_cell(&out, cell, own.color);
	}
	dm_out_printf(&out, "\n");
	if (map->left_out) {
		dm_out_printf(&out, "not drawn, behind too many holes: ");
		dm_out_bytes(&out, map->left_out);
		dm_out_printf(&out, "\n");
	}
	put_legend(&out, kernel, map, own.color);
	return dm_out_error(&out);
}

/* ---- JSON --------------------------------------------------------------- */

struct dm_error *dm_map_json(const struct dm_map *map, struct dm_sink *sink)
{
	json_t *cells = json_array(), *o;
	size_t i;

	for (i = 0; i < map->count; i++) {
		const struct dm_cell *c = &map->cells[i];

		json_t *cell = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
					 "start", dm_json_hex(c->start), "size",
					 dm_json_uint(c->size), "mapped",
					 dm_json_by_leaf(c->bytes), "read_only",
					 dm_json_uint(c->read_only), "invalid",
					 dm_json_uint(c->invalid), "lost",
					 dm_json_uint(c->lost), "in_use",
					 dm_json_uint(c->in_use));

		if (c->unknown)
			cell = dm_json_put(cell, "unknown",
					   dm_json_uint(c->unknown));
		cells = dm_json_add(cells, cell);
	}
	o = json_pack("{s:s, s:o, s:b, s:o}", "schema", "directmap/1", "cell",
		      dm_json_uint(map->cell), "splits_known",
		      map->splits_known, "cells", cells);
	if (map->splits_at_least)
		o = dm_json_put(o, "splits_at_least", json_true());
	if (map->left_out)
		o = dm_json_put(o, "left_out", dm_json_uint(map->left_out));
	return dm_json_write(o, sink);
}

/* ---- SVG ---------------------------------------------------------------- */

#define SIDE   11 /* of a cell, pixels; two less are painted */
#define LEFT   160
#define TOP    24
#define LEGEND 46

static size_t count_rows(const struct dm_map *map)
{
	size_t rows = 0, i;

	for (i = 0; i < map->count; i++)
		rows += begins_row(map, i, ROW);
	return rows;
}

static void put_tip(struct out *out, const struct dm_kernel *kernel,
		    const struct dm_cell *cell)
{
	enum dm_leaf leaf;

	dm_out_printf(out,
		      "<title>0x%llx-0x%llx:", (unsigned long long)cell->start,
		      (unsigned long long)(cell->start + cell->size));
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (!cell->bytes[leaf])
			continue;
		dm_out_printf(out, " ");
		dm_out_bytes(out, cell->bytes[leaf]);
		dm_out_printf(out, " by %s;", dm_leaf_label(kernel, leaf));
	}
	if (cell->unknown) {
		dm_out_printf(out, " ");
		dm_out_bytes(out, cell->unknown);
		dm_out_printf(out, " unknown;");
	}
	if (cell->read_only)
		dm_out_printf(out, " %llu kB read-only;",
			      (unsigned long long)(cell->read_only >> 10));
	if (cell->invalid)
		dm_out_printf(out, " %llu kB invalid;",
			      (unsigned long long)(cell->invalid >> 10));
	if (cell->lost)
		dm_out_printf(out, " %llu %s lost, %llu in use",
			      (unsigned long long)cell->lost,
			      dm_plural(cell->lost, "leaf", "leaves"),
			      (unsigned long long)cell->in_use);
	dm_out_printf(out, "</title>");
}

static void put_rect(struct out *out, const struct dm_kernel *kernel,
		     const struct dm_cell *cell, unsigned long x,
		     unsigned long y)
{
	dm_out_printf(
		out,
		"<g><rect x=\"%lu\" y=\"%lu\" width=\"%d\" height=\"%d\" fill=\"%s\"/>",
		x, y, SIDE - 2, SIDE - 2,
		cell->unknown ? UNKNOWN_RGB
			      : dm_leaf_rgb(dm_leaf_dominant(cell->bytes)));
	if (cell->unknown)
		dm_out_printf(
			out,
			"<text x=\"%lu\" y=\"%lu\" style=\"fill:#111\">?</text>\n",
			x + 1, y + 9);
	if (cell->lost)
		dm_out_printf(
			out,
			"<circle cx=\"%lu\" cy=\"%lu\" r=\"2.5\" class=\"%s\"/>",
			x + (SIDE - 2) / 2, y + (SIDE - 2) / 2,
			cell->in_use ? "u" : "r");
	put_tip(out, kernel, cell);
	dm_out_printf(out, "</g>\n");
}

static void put_svg_legend(struct out *out, const struct dm_kernel *kernel,
			   const struct dm_map *map, unsigned long y)
{
	unsigned long x = LEFT;
	int leaf;

	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		const char *label = dm_leaf_label(kernel, (enum dm_leaf)leaf);

		if (!label)
			continue;
		dm_out_printf(
			out,
			"<rect x=\"%lu\" y=\"%lu\" width=\"9\" height=\"9\" fill=\"%s\"/>",
			x, y, dm_leaf_rgb((enum dm_leaf)leaf));
		dm_out_printf(out, "<text x=\"%lu\" y=\"%lu\">%s</text>\n",
			      x + 14, y + 9, label);
		x += 64;
	}
	if (has_unknown(map)) {
		dm_out_printf(
			out,
			"<rect x=\"%lu\" y=\"%lu\" width=\"9\" height=\"9\" fill=\"%s\"/><text x=\"%lu\" y=\"%lu\">unknown</text>\n",
			x, y, UNKNOWN_RGB, x + 14, y + 9);
		x += 80;
	}
	dm_out_printf(out, "<text x=\"%lu\" y=\"%lu\">a cell is ", x, y + 9);
	dm_out_bytes(out, map->cell);
	dm_out_printf(out, "</text>\n");
	if (!map->splits_known && !map->splits_at_least)
		return;
	y += 18;
	dm_out_printf(
		out,
		"<circle cx=\"%d\" cy=\"%lu\" r=\"2.5\" class=\"u\"/><text x=\"%d\" y=\"%lu\">split since boot, in use</text>\n",
		LEFT + 4, y + 5, LEFT + 14, y + 9);
	dm_out_printf(
		out,
		"<circle cx=\"%d\" cy=\"%lu\" r=\"2.5\" class=\"r\"/><text x=\"%d\" y=\"%lu\">split, and nothing needs it</text>\n",
		LEFT + 224, y + 5, LEFT + 234, y + 9);
}

static void put_head(struct out *out, unsigned long width, unsigned long height)
{
	dm_out_printf(
		out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %lu %lu\" width=\"%lu\" height=\"%lu\" role=\"img\">\n",
		width, height, width, height);
	dm_out_printf(
		out,
		"<style>text{font:11px ui-monospace,monospace;fill:#222}.u{fill:#111}.r{fill:none;stroke:#111;stroke-width:1.2}\n");
	dm_out_printf(
		out,
		"@media(prefers-color-scheme:dark){svg{background:#16181c}text{fill:#ddd}.u{fill:#fff}.r{stroke:#fff}}</style>\n");
	dm_out_printf(out, "<title>Linear map by leaf size</title>\n");
}

struct dm_error *dm_map_svg(const struct dm_kernel *kernel,
			    const struct dm_map *map, struct dm_sink *sink)
{
	unsigned long y = TOP, width = LEFT + ROW * SIDE + 16;
	unsigned long height = TOP + count_rows(map) * SIDE + LEGEND + 16;
	struct out out = { .sink = sink };
	size_t i;

	put_head(&out, width, height);
	dm_out_printf(
		&out,
		"<text x=\"4\" y=\"15\">linear map, by leaf size</text>\n");
	for (i = 0; i < map->count; i++) {
		const struct dm_cell *cell = &map->cells[i];
		unsigned long column = cell_is_long(map, cell)
					       ? 0
					       : cell->start / map->cell % ROW;

		if (begins_row(map, i, ROW)) {
			y += i ? SIDE : 0;
			dm_out_printf(
				&out,
				"<text x=\"4\" y=\"%lu\">0x%016llx</text>\n",
				y + 9, (unsigned long long)cell->start);
		}
		put_rect(&out, kernel, cell, LEFT + column * SIDE, y);
	}
	put_svg_legend(&out, kernel, map, y + SIDE + 12);
	dm_out_printf(&out, "</svg>\n");
	return dm_out_error(&out);
}
