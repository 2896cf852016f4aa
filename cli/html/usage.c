// SPDX-License-Identifier: GPL-2.0-or-later
/* How much is mapped by leaves of which size: a bar, and the figures. */
#include "directmap/text.h"
#include "sections.h"
#include "stored/stored.h"

/* Large to small, the palette's order. */
static void put_bar(struct page *page, const uint64_t mapped[DM_LEAF_MAX])
{
	uint64_t total = leaves_total(mapped);
	double x = 0;
	int leaf;

	if (!total)
		return;
	page_put(page,
		 "<svg class=\"bar\" viewBox=\"0 0 1000 26\" "
		 "preserveAspectRatio=\"none\" role=\"img\" "
		 "aria-label=\"shares by leaf size, as in the table\">\n");
	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		double width = 1000 * (double)mapped[leaf] / (double)total;

		if (!mapped[leaf])
			continue;
		page_printf(page,
			    "<rect class=\"%s\" x=\"%.2f\" y=\"0\" "
			    "width=\"%.2f\" height=\"26\"/>\n",
			    dm_leaf_name((enum dm_leaf)leaf), x, width);
		x += width;
	}
	page_put(page, "</svg>\n");
}

static void put_cell(struct page *page, bool known, uint64_t n)
{
	page_put(page, "<td class=\"n\">");
	if (known)
		page_printf(page, "%llu", (unsigned long long)n);
	else
		page_put(page, "<i>unknown</i>");
	page_put(page, "</td>");
}

struct figures {
	uint64_t mapped[DM_LEAF_MAX], boot[DM_LEAF_MAX];
	uint64_t lost[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	bool history; /* there are figures of it; */
	bool at_least; /* those are lower bounds, */
	bool partial; /* and these are, of what is mapped */
};

static void put_row(struct page *page, const json_t *report,
		    const struct figures *f, enum dm_leaf leaf)
{
	page_printf(
		page,
		"<tr><th scope=\"row\"><span class=\"leaf\"><svg class=\"sw\" "
		"viewBox=\"0 0 14 14\" aria-hidden=\"true\"><rect "
		"class=\"%s\" width=\"14\" height=\"14\"/></svg>",
		dm_leaf_name(leaf));
	page_text(page, field_leaf_label(report, leaf));
	page_put(page, "</span></th><td class=\"n\">");
	section_share(page, f->mapped[leaf], leaves_total(f->mapped));
	page_put(page, "</td><td class=\"n\">");
	page_bytes(page, f->mapped[leaf]);
	page_printf(page, "</td><td class=\"n wide\">%llu</td><td class=\"n\">",
		    (unsigned long long)(f->mapped[leaf] >> 10));
	page_bytes_or(page, f->history, f->boot[leaf]);
	page_put(page, "</td>");
	put_cell(page, f->history, f->lost[leaf]);
	put_cell(page, f->history, f->in_use[leaf]);
	page_put(page, "</tr>\n");
}

static void put_table(struct page *page, const json_t *report,
		      const struct figures *f)
{
	int leaf;

	const char *mapped = f->partial ? ", at least" : "";
	const char *lost = f->history && f->at_least ? ", at least" : "";

	page_printf(page,
		    "<div class=\"scroll\"><table><thead><tr><th>Leaf</th>"
		    "<th class=\"n\">Share%s</th>"
		    "<th class=\"n\">Mapped%s</th>"
		    "<th class=\"n wide\">kB</th><th class=\"n\">At boot</th>"
		    "<th class=\"n\">Lost%s</th><th class=\"n\">In use%s</th>"
		    "</tr></thead><tbody>\n",
		    f->partial ? " of what is known" : "", mapped, lost, lost);
	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		if (f->mapped[leaf] || f->boot[leaf] || f->lost[leaf])
			put_row(page, report, f, (enum dm_leaf)leaf);
	}
	page_put(page, "</tbody></table></div>\n");
}

static void put_fact(struct page *page, const char *name, bool known,
		     uint64_t bytes, uint64_t total)
{
	page_printf(page, "<dt>%s</dt><dd>", name);
	page_bytes_or(page, known, bytes);
	if (known && total) {
		page_put(page, ", ");
		section_share(page, bytes, total);
	}
	page_put(page, "</dd>\n");
}

/* Then a gap may be memory whose entry was lost. */
static void put_unchecked(struct page *page, const char *why)
{
	page_put(page, "<dt>not mapped</dt><dd>as far as the tables say: what "
		       "is memory could not be read");
	if (*why) {
		page_put(page, " (");
		page_text(page, why);
		page_put(page, ")");
	}
	page_put(page, "</dd>\n");
}

static void put_facts(struct page *page, const json_t *report, uint64_t total)
{
	enum stored_history history = stored_history(report);
	uint64_t valid[DM_LEAF_MAX], bytes, count, set, clear;
	bool known = field_leaves(report, "usage.valid", valid);

	if (stored_has_unknown(report))
		page_put(page, "<p>Not all of the map is known: these figures "
			       "of memory are lower bounds.</p>\n");
	page_put(page, "<dl>\n");
	put_fact(page, "the CPU can access", known, leaves_total(valid), total);
	known = field_number(report, "usage.read_only", &bytes);
	put_fact(page, "of that read-only", known, bytes, total);
	known = field_number(report, "usage.invalid.bit11_set", &set);
	known = field_number(report, "usage.invalid.bit11_clear", &clear) &&
		known && !__builtin_add_overflow(set, clear, &bytes);
	put_fact(page, "invalid", known, bytes, total);
	known = field_number(report, "usage.tables.bytes", &bytes);
	page_put(page, stored_has_unknown(report)
			       ? "<dt>pages read as tables</dt><dd>"
			       : "<dt>page tables</dt><dd>");
	page_bytes_or(page, known, bytes);
	if (field_number(report, "usage.tables.count", &count))
		page_printf(page, ", %llu page%s", (unsigned long long)count,
			    dm_plural_s(count));
	if (history != STORED_HISTORY_UNKNOWN &&
	    field_number(report, "split_summary.tables", &count))
		page_printf(page, ", %s%llu of them for splits",
			    history == STORED_HISTORY_KNOWN ? "" : "at least ",
			    (unsigned long long)count);
	page_put(page, "</dd>\n");
	if (field_bool(report, "memory.checked") == DM_NO)
		put_unchecked(page, field_text(report, "memory.why_not"));
	page_put(page, "</dl>\n");
}

void section_usage(struct page *page, const json_t *report)
{
	struct figures f;

	page_put(page, "<h2>Usage by leaf size</h2>\n");
	if (!field_leaves(report, "usage.mapped", f.mapped)) {
		page_put(page, "<p><i>unknown</i></p>\n");
		return;
	}
	f.history = field_leaves(report, "split_summary.boot", f.boot);
	f.history &= field_leaves(report, "split_summary.lost", f.lost);
	f.history &= field_leaves(report, "split_summary.in_use", f.in_use);
	f.history &= stored_history(report) != STORED_HISTORY_UNKNOWN;
	if (!leaves_total(f.mapped) && stored_has_unknown(report)) {
		page_put(page, "<p><i>unknown</i></p>\n");
		return;
	}
	f.at_least = stored_history(report) == STORED_HISTORY_AT_LEAST;
	f.partial = stored_has_unknown(report);
	put_bar(page, f.mapped);
	put_table(page, report, &f);
	put_facts(page, report, leaves_total(f.mapped));
}
