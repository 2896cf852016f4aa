// SPDX-License-Identifier: GPL-2.0-or-later
/* By kernel release: how much is small, each dump a dot on a line. */
#include <stdlib.h>
#include <string.h>

#include "index.h"

#define DOTS_MAX     200 /* of a release: its first, last and evenly between */
#define RELEASES_MAX 200

/* strverscmp() knows that 6.12 is newer than 6.1. */
static int trend_cmp(const void *a, const void *b)
{
	const struct index_row *x = *(const struct index_row *const *)a;
	const struct index_row *y = *(const struct index_row *const *)b;
	int order = strverscmp(x->release, y->release);
	double sx = index_share(x), sy = index_share(y);

	if (order)
		return order;
	return sx < sy ? -1 : sx > sy;
}

/* Of a release's rows, which are sorted. */
static double median(const struct index_row **rows, size_t count)
{
	return (index_share(rows[(count - 1) / 2]) +
		index_share(rows[count / 2])) /
	       2;
}

static void put_dots(struct page *page, const struct index_row **rows,
		     size_t count)
{
	size_t dots = count < DOTS_MAX ? count : DOTS_MAX, i;
	double middle = 1000 * median(rows, count);

	page_printf(
		page,
		"<svg class=\"track\" viewBox=\"-10 0 1020 10\" "
		"preserveAspectRatio=\"none\" role=\"img\" "
		"aria-label=\"from %.2f %% to %.2f %%\">"
		"<line class=\"ax\" x1=\"0\" x2=\"1000\" y1=\"5\" y2=\"5\"/>",
		100 * index_share(rows[0]), 100 * index_share(rows[count - 1]));
	for (i = 0; i < dots; i++) {
		size_t at = dots > 1 ? i * (count - 1) / (dots - 1) : 0;
		double x = 1000 * index_share(rows[at]);

		/* A stroke of no length with round ends is a round dot. */
		page_printf(page,
			    "<line class=\"pt\" x1=\"%.1f\" x2=\"%.1f\" "
			    "y1=\"5\" y2=\"5\"/>",
			    x, x);
	}
	page_printf(page,
		    "<line class=\"at\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" "
		    "y2=\"10\"/></svg>",
		    middle, middle);
}

static void put_release(struct page *page, const struct index_row **rows,
			size_t count)
{
	uint64_t lost = 0, known = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		known += rows[i]->history;
		lost += rows[i]->history ? rows[i]->lost : 0;
	}
	page_put(page, "<tr><th scope=\"row\" class=\"path\">");
	if (*rows[0]->release)
		page_text(page, rows[0]->release);
	else
		page_put(page, "<i>unknown</i>");
	page_printf(page,
		    "</th><td class=\"n\">%zu</td><td class=\"n\">%.2f %%</td>"
		    "<td class=\"tr\">",
		    count, 100 * median(rows, count));
	put_dots(page, rows, count);
	page_put(page, "</td><td class=\"n\">");
	if (known)
		page_printf(page, "%.1f", (double)lost / (double)known);
	else
		page_put(page, "<i>unknown</i>");
	if (known && known < count)
		page_printf(page, "; <i>unknown in %llu</i>",
			    (unsigned long long)(count - known));
	page_put(page, "</td></tr>\n");
}

void index_put_trend(struct page *page, const struct index_row **rows,
		     size_t count)
{
	size_t first, end, releases = 0;

	if (!count)
		return;
	qsort(rows, count, sizeof(*rows), trend_cmp);
	page_put(
		page,
		"<h2>Trend by kernel release</h2>\n"
		"<p>Share of mapped memory in small leaves: a dot is a dump, "
		"the stroke their median.</p>\n"
		"<div class=\"scroll\"><table><thead><tr><th>Kernel</th>"
		"<th class=\"n\">Dumps</th><th class=\"n\">Median</th>"
		"<th class=\"tr\"><span class=\"ends\"><span>0 %</span>"
		"<span>100 %</span></span></th>"
		"<th class=\"n\">Lost leaves a dump</th></tr></thead><tbody>\n");
	for (first = 0; first < count && releases < RELEASES_MAX;
	     first = end, releases++) {
		for (end = first + 1;
		     end < count &&
		     !strcmp(rows[first]->release, rows[end]->release);
		     end++)
			;
		put_release(page, rows + first, end - first);
	}
	page_put(page, "</tbody></table></div>\n");
	if (first < count)
		page_put(page, "<p>Newer ones are only in the table.</p>\n");
}
