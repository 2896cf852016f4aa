// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reader wants first, and what is wrong with it. */
#include "plural.h"
#include "sections.h"

#define UNJUDGED_SHOWN 8

void section_leaves(struct page *page, const json_t *report,
		    const uint64_t leaves[DM_LEAF_COUNT])
{
	bool any = false;
	int leaf;

	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		if (!leaves[leaf])
			continue;
		page_printf(page, "%s<span class=\"nw\">%llu × ",
			    any ? ", " : "", (unsigned long long)leaves[leaf]);
		page_text(page, field_leaf_label(report, (enum dm_leaf)leaf));
		page_put(page, "</span>");
		any = true;
	}
	if (!any)
		page_put(page, "–");
}

void section_bytes(struct page *page, const json_t *o, const char *keys)
{
	uint64_t bytes;
	bool known = field_number(o, keys, &bytes);

	page_bytes_or(page, known, bytes);
}

void section_share(struct page *page, uint64_t part, uint64_t whole)
{
	if (whole)
		page_printf(page, "%.2f %%",
			    100 * (double)part / (double)whole);
	else
		page_put(page, "–");
}

static void put_mapped(struct page *page, const json_t *report)
{
	uint64_t mapped[DM_LEAF_COUNT], total;
	bool any = false;
	int leaf;

	if (!field_leaves(report, "usage.mapped", mapped)) {
		page_put(page, "What is mapped is not known. ");
		return;
	}
	total = leaves_total(mapped);
	page_put(page, "<b>");
	page_bytes(page, total);
	page_put(page, " mapped</b>: ");
	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		if (!mapped[leaf])
			continue;
		page_put(page,
			 any ? ", <span class=\"nw\">" : "<span class=\"nw\">");
		section_share(page, mapped[leaf], total);
		page_put(page, " by ");
		page_text(page, field_leaf_label(report, (enum dm_leaf)leaf));
		page_put(page, "</span>");
		any = true;
	}
	page_put(page, any ? ". " : "nothing. ");
}

static void put_lost(struct page *page, const json_t *report)
{
	uint64_t lost[DM_LEAF_COUNT], in_use[DM_LEAF_COUNT];

	if (field_bool(report, "split_summary.known") != DM_YES ||
	    !field_leaves(report, "split_summary.lost", lost) ||
	    !field_leaves(report, "split_summary.in_use", in_use)) {
		page_put(page, "<b>Leaves lost since boot: unknown</b>");
		if (*field_text(report, "split_summary.why_unknown")) {
			page_put(page, " (");
			page_text(page,
				  field_text(report,
					     "split_summary.why_unknown"));
			page_put(page, ")");
		}
		page_put(page, ".");
		return;
	}
	if (!leaves_total(lost)) {
		page_put(page, "<b>No leaf was lost since boot.</b>");
		return;
	}
	page_printf(page, "<b>%llu %s lost since boot</b> (",
		    (unsigned long long)leaves_total(lost),
		    plural(leaves_total(lost), "leaf", "leaves"));
	section_leaves(page, report, lost);
	page_printf(page, "): %llu in use, %llu residual.",
		    (unsigned long long)leaves_total(in_use),
		    (unsigned long long)(leaves_total(lost) -
					 leaves_total(in_use)));
}

void section_answer(struct page *page, const json_t *report)
{
	const char *sentence = field_text(report, "policy.sentence");

	page_put(page, "<p class=\"lead\">");
	put_mapped(page, report);
	put_lost(page, report);
	page_put(page, "</p>\n<p>Policy at boot: ");
	page_text(page, *sentence ? sentence : "unknown");
	page_put(page, ".</p>\n");
}

/* ---- What is wrong ------------------------------------------------------ */

static void put_finding(struct page *page, const json_t *finding)
{
	uint64_t level;

	page_put(page, "<tr><td>");
	page_text(page, field_text(finding, "kind"));
	page_put(page, "</td><td class=\"n\">");
	if (field_number(finding, "level", &level))
		page_printf(page, "%llu", (unsigned long long)level);
	else if (json_is_integer(field(finding, "level")))
		page_printf(
			page, "%lld",
			(long long)json_integer_value(field(finding, "level")));
	page_put(page, "</td><td class=\"mono\">");
	page_text(page, field_text(finding, "start"));
	page_put(page, "</td><td class=\"n\">");
	section_bytes(page, finding, "size");
	page_put(page, "</td><td class=\"mono\">");
	page_text(page, field_text(finding, "pa"));
	page_put(page, "</td><td class=\"mono\">");
	page_text(page, field_text(finding, "entry"));
	page_put(page, "</td></tr>\n");
}

static void put_findings(struct page *page, const json_t *report)
{
	json_t *findings = field_list(report, "usage.findings"), *one;
	uint64_t count, i;

	if (!field_number(report, "usage.finding_count", &count) || !count)
		return;
	page_printf(page,
		    "<p class=\"bad\">%llu finding%s: the page tables are not "
		    "as they should be.</p>\n",
		    (unsigned long long)count, plural_s(count));
	if (!json_array_size(findings))
		return;
	page_put(page, "<details><summary>");
	if (json_array_size(findings) < count)
		page_printf(page, "The first %zu", json_array_size(findings));
	else
		page_put(page, "All of them");
	page_put(page, "</summary><div class=\"scroll\"><table><thead><tr>"
		       "<th>What</th><th class=\"n\">Level</th><th>Start</th>"
		       "<th class=\"n\">Size</th><th>Page</th><th>Entry</th>"
		       "</tr></thead><tbody>\n");
	json_array_foreach(findings, i, one) put_finding(page, one);
	page_put(page, "</tbody></table></div></details>\n");
}

static void put_note(struct page *page, const char *before, const char *text)
{
	if (!*text)
		return;
	page_put(page, "<p><span class=\"bad\">");
	page_put(page, before);
	page_put(page, "</span> ");
	page_text(page, text);
	page_put(page, "</p>\n");
}

/* Memory of which it is not known how it was added, and so what was lost. */
static void put_unjudged(struct page *page, const json_t *report)
{
	const json_t *list = field_list(report, "split_summary.unjudged");
	size_t i, count = json_array_size(list);

	for (i = 0; i < count && i < UNJUDGED_SHOWN; i++) {
		const json_t *one = json_array_get(list, i);

		page_put(page, "<p>Lost leaves are not judged in ");
		section_bytes(page, one, "size");
		page_put(page, " from <span class=\"mono\">");
		page_text(page, field_text(one, "start"));
		page_put(page, "</span> on: ");
		page_text(page, field_text(one, "why"));
		page_put(page, ".</p>\n");
	}
	if (count > UNJUDGED_SHOWN)
		page_printf(page, "<p>Nor in %zu more ranges.</p>\n",
			    count - UNJUDGED_SHOWN);
}

void section_notes(struct page *page, const json_t *report)
{
	uint64_t unknown, unreadable;

	put_note(page, "Not read in full:", field_text(report, "batch.reason"));
	if (field_bool(report, "dump.complete") == DM_NO)
		put_note(page, "The dump is incomplete:",
			 *field_text(report, "dump.incomplete")
				 ? field_text(report, "dump.incomplete")
				 : "its figures may miss a part.");
	if (field_number(report, "usage.unknown", &unknown) && unknown) {
		page_put(page, "<p><span class=\"bad\">Nothing is said of ");
		page_bytes(page, unknown);
		page_put(page, "</span> of virtual addresses");
		if (field_number(report, "usage.tables.unreadable",
				 &unreadable) &&
		    unreadable)
			page_printf(page, ": %llu page %s not in the dump",
				    (unsigned long long)unreadable,
				    plural(unreadable, "table is",
					   "tables are"));
		page_put(page, ".</p>\n");
	}
	put_findings(page, report);
	put_note(page, "Policy and page tables disagree:",
		 field_text(report, "policy.contradiction"));
	put_unjudged(page, report);
	if (*field_text(report, "split_summary.missing")) {
		page_put(page,
			 "<details><summary>Not all of the kernel's own data "
			 "could be read</summary><p>");
		page_text(page, field_text(report, "split_summary.missing"));
		page_put(page, "</p></details>\n");
	}
}
