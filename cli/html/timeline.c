// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Splits along time: those of one leaf size, time and stack are one line, with
 * its place between boot and the last time that the report knows.
 */
#include <stdlib.h>
#include <string.h>

#include "directmap/error.h"
#include "directmap/text.h"
#include "sections.h"
#include "stored/stored.h"

#define LINES_SHOWN 200

struct line {
	enum dm_leaf leaf;
	bool has_after, has_before;
	uint64_t after, before; /* UINT64_MAX: none */
	const char *stack;
	uint64_t count;
};

struct lines {
	struct line *all;
	size_t count;
	uint64_t unknown, last;
};

static bool get_line(const json_t *split, struct line *line)
{
	*line = (struct line){ .count = 1,
			       .stack = field_text(split, "stack") };
	line->has_after = field_number(split, "time.after_ns", &line->after);
	line->has_before = field_number(split, "time.before_ns", &line->before);
	if (!line->has_before)
		line->before = UINT64_MAX;
	return leaf_by_name(field_text(split, "leaf"), &line->leaf) &&
	       (line->has_after || line->has_before);
}

static int line_cmp(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->after != y->after)
		return x->after < y->after ? -1 : 1;
	if (x->before != y->before)
		return x->before < y->before ? -1 : 1;
	if (x->leaf != y->leaf)
		return x->leaf > y->leaf ? -1 : 1;
	return strcmp(x->stack, y->stack);
}

static void note_last(struct lines *l, const struct line *line)
{
	if (line->after > l->last)
		l->last = line->after;
	if (line->has_before && line->before > l->last)
		l->last = line->before;
}

static struct dm_error *get_lines(struct lines *l, json_t *splits)
{
	size_t i, n = 0;
	json_t *one;

	l->all = calloc(json_array_size(splits) + 1, sizeof(*l->all));
	if (!l->all)
		return dm_error_no_memory();
	json_array_foreach(splits, i, one)
	{
		if (get_line(one, &l->all[n]))
			note_last(l, &l->all[n++]);
		else
			l->unknown++;
	}
	qsort(l->all, n, sizeof(*l->all), line_cmp);
	for (i = 0; i < n; i++) {
		if (l->count && !line_cmp(&l->all[l->count - 1], &l->all[i]))
			l->all[l->count - 1].count++;
		else
			l->all[l->count++] = l->all[i];
	}
	return NULL;
}

static void put_seconds(struct page *page, uint64_t ns)
{
	page_printf(page, "%.6f s", (double)ns / 1e9);
}

static void put_when(struct page *page, const struct line *line)
{
	page_put(page, "<span class=\"nw\">");
	if (line->has_after && line->after == line->before) {
		put_seconds(page, line->after);
	} else if (!line->has_before) {
		page_put(page, "after ");
		put_seconds(page, line->after);
	} else {
		if (line->has_after) {
			put_seconds(page, line->after);
			page_put(page, " to</span> <span class=\"nw\">");
		} else {
			page_put(page, "before ");
		}
		put_seconds(page, line->before);
	}
	page_put(page, "</span>");
}

/* Exact: a mark; else a span, open to the right if nothing bounds it there. */
static void put_track(struct page *page, const struct lines *l,
		      const struct line *line)
{
	double scale = l->last ? 1000 / (double)l->last : 0;
	double from = (double)line->after * scale;
	double to = line->has_before ? (double)line->before * scale : 1000;
	bool exact = line->has_after && line->after == line->before;

	page_put(page,
		 "<svg class=\"track\" viewBox=\"-10 0 1020 10\" "
		 "preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		 "<line class=\"ax\" x1=\"0\" x2=\"1000\" y1=\"5\" y2=\"5\"/>");
	if (exact)
		page_printf(page,
			    "<line class=\"at\" x1=\"%.1f\" x2=\"%.1f\" "
			    "y1=\"0\" y2=\"10\"/>",
			    from, from);
	else
		page_printf(page,
			    "<line class=\"iv%s\" x1=\"%.1f\" x2=\"%.1f\" "
			    "y1=\"5\" y2=\"5\"/>",
			    line->has_before ? "" : " open", from, to);
	page_put(page, "</svg>");
}

/* The function that asked last is the one that tells most. */
static void put_stack(struct page *page, const char *stack)
{
	const char *outer = stack, *next;

	if (!*stack) {
		page_put(page, "<i>unknown</i>");
		return;
	}
	while ((next = strstr(outer, " < ")))
		outer = next + 3;
	page_put(page, "<details><summary class=\"mono\">");
	page_text(page, outer);
	page_put(page, "</summary><span class=\"mono\">");
	page_text(page, stack);
	page_put(page, "</span></details>");
}

static void put_line(struct page *page, const json_t *report,
		     const struct lines *l, const struct line *line)
{
	page_put(page, "<tr><td>");
	put_when(page, line);
	page_printf(page, "</td><td class=\"n\">%llu × ",
		    (unsigned long long)line->count);
	page_text(page, field_leaf_label(report, line->leaf));
	page_put(page, "</td><td class=\"tr\">");
	put_track(page, l, line);
	page_put(page, "</td><td>");
	put_stack(page, line->stack);
	page_put(page, "</td></tr>\n");
}

static void put_table(struct page *page, const json_t *report,
		      const struct lines *l)
{
	size_t shown = l->count < LINES_SHOWN ? l->count : LINES_SHOWN, i;

	page_put(page,
		 "<p>Since boot, by the log's clock, which stands still in "
		 "suspend. A stroke is an exact time, a bar the span in "
		 "which it was; dashed: no later bound is known.</p>\n"
		 "<div class=\"scroll\"><table><thead><tr><th>When</th>"
		 "<th class=\"n\">Lost</th><th class=\"tr\"><span "
		 "class=\"ends\"><span>0 s</span><span>");
	put_seconds(page, l->last);
	page_put(page, "</span></span></th><th>Split by</th></tr></thead>"
		       "<tbody>\n");
	for (i = 0; i < shown; i++)
		put_line(page, report, l, &l->all[i]);
	page_put(page, "</tbody></table></div>\n");
	if (shown < l->count)
		page_printf(page, "<p>%zu later %s not shown.</p>\n",
			    l->count - shown,
			    dm_plural(l->count - shown, "line is",
				      "lines are"));
}

static void put_all(struct page *page, const json_t *report,
		    const struct lines *l)
{
	if (l->count)
		put_table(page, report, l);
	if (l->unknown)
		page_printf(page,
			    "<p>Of %llu lost %s the time is "
			    "<i>unknown</i>.</p>\n",
			    (unsigned long long)l->unknown,
			    dm_plural(l->unknown, "leaf", "leaves"));
	if (stored_history(report) != STORED_HISTORY_KNOWN) {
		page_put(page, "<p>Which other leaves were lost is "
			       "<i>unknown</i>");
		section_why_unknown(page, report);
		page_put(page, ".</p>\n");
	} else if (!l->count && !l->unknown) {
		page_put(page, "<p>No leaf was lost.</p>\n");
	}
}

struct dm_error *section_timeline(struct page *page, const json_t *report)
{
	json_t *splits = field_list(report, "splits");
	struct lines l = { 0 };
	struct dm_error *err;

	page_put(page, "<h2>Timeline</h2>\n");
	if (!splits) {
		if (stored_history(report) != STORED_HISTORY_UNKNOWN) {
			page_put(page, "<p>This report has no list of splits."
				       "</p>\n");
			return NULL;
		}
		page_put(page, "<p><i>unknown</i>: which leaves were lost is "
			       "not known");
		section_why_unknown(page, report);
		page_put(page, ".</p>\n");
		return NULL;
	}
	err = get_lines(&l, splits);
	if (!err)
		put_all(page, report, &l);
	free(l.all);
	return err;
}
