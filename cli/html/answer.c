// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reader wants first, and what is wrong with it. */
#include <string.h>

#include "directmap/text.h"
#include "sections.h"
#include "stored/stored.h"

#define UNKNOWN_SHOWN  64
#define UNJUDGED_SHOWN 8

void section_leaves(struct page *page, const json_t *report,
		    const uint64_t leaves[DM_LEAF_MAX])
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
	uint64_t mapped[DM_LEAF_MAX], total;
	bool partial = stored_has_unknown(report), any = false;
	int leaf;

	if (!field_leaves(report, "usage.mapped", mapped)) {
		page_put(page, "What is mapped is not known. ");
		return;
	}
	total = leaves_total(mapped);
	if (!total && partial) {
		page_put(page, "<b>How much is mapped is unknown.</b> ");
		return;
	}
	page_put(page, partial ? "<b>At least " : "<b>");
	page_bytes(page, total);
	page_put(page, partial ? " mapped</b>; of that " : " mapped</b>: ");
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

void section_why_unknown(struct page *page, const json_t *report)
{
	const char *why = field_text(report, "split_summary.why_unknown");

	if (!*why)
		return;
	page_put(page, " (");
	page_text(page, why);
	page_put(page, ")");
}

static void put_lost(struct page *page, const json_t *report)
{
	enum stored_history history = stored_history(report);
	uint64_t lost[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	uint64_t either[DM_LEAF_MAX], all, used, unsure, rest;
	bool known = field_leaves(report, "split_summary.lost", lost);

	/* Each gives zeros where it is not there. */
	known &= field_leaves(report, "split_summary.in_use", in_use);
	if (!known)
		history = STORED_HISTORY_UNKNOWN;
	field_leaves(report, "split_summary.state_unknown", either);
	all = leaves_total(lost);
	used = leaves_total(in_use);
	unsure = leaves_total(either);
	rest = all - (used < all ? used : all);
	rest -= unsure < rest ? unsure : rest;
	if (history == STORED_HISTORY_UNKNOWN ||
	    (history == STORED_HISTORY_AT_LEAST && !all)) {
		page_put(page, "<b>Leaves lost since boot: unknown</b>");
		section_why_unknown(page, report);
		page_put(page, ".");
		return;
	}
	if (!all) {
		page_put(page, "<b>No leaf was lost since boot.</b>");
		return;
	}
	page_printf(page, "<b>%s%llu %s lost since boot</b> (",
		    history == STORED_HISTORY_AT_LEAST ? "At least " : "",
		    (unsigned long long)all, dm_plural(all, "leaf", "leaves"));
	section_leaves(page, report, lost);
	page_printf(page, "): %llu in use, %llu residual",
		    (unsigned long long)used, (unsigned long long)rest);
	if (unsure)
		page_printf(page, ", %llu <i>unknown</i>",
			    (unsigned long long)unsure);
	page_put(page, ".");
	if (history == STORED_HISTORY_AT_LEAST) {
		page_put(page, " What else was lost is <i>unknown</i>");
		section_why_unknown(page, report);
		page_put(page, ".");
	}
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

/* In words, and as JSON has it; of another version's, the latter alone. */
static void put_kind(struct page *page, const char *name)
{
	int kind;

	for (kind = 0; kind < DM_FINDING_COUNT; kind++) {
		if (strcmp(name, dm_finding_name((enum dm_finding_kind)kind)))
			continue;
		page_text(page, dm_finding_text((enum dm_finding_kind)kind));
		page_put(page, ": ");
	}
	page_text(page, name);
}

static void put_finding(struct page *page, const json_t *finding)
{
	uint64_t level;

	page_put(page, "<tr><td>");
	put_kind(page, field_text(finding, "kind"));
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
		    (unsigned long long)count, dm_plural_s(count));
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

static void put_unknown(struct page *page, const json_t *range)
{
	page_put(page, "<tr><td class=\"mono\">");
	page_text(page, field_text(range, "start"));
	page_put(page, "</td><td class=\"n\">");
	section_bytes(page, range, "size");
	page_put(page, "</td><td>");
	put_kind(page, field_text(range, "why"));
	page_put(page, "</td></tr>\n");
}

static void put_unknown_ranges(struct page *page, const json_t *report)
{
	json_t *ranges = field_list(report, "usage.unknown_ranges"), *one;
	uint64_t count;
	size_t i;

	if (!json_array_size(ranges))
		return;
	if (!field_number(report, "usage.unknown_range_count", &count) ||
	    count < json_array_size(ranges))
		count = json_array_size(ranges);
	page_printf(page,
		    "<details><summary>How %llu range%s mapped is unknown"
		    "</summary><div class=\"scroll\"><table>"
		    "<thead><tr><th>Start</th><th class=\"n\">Size</th>"
		    "<th>Why</th></tr></thead><tbody>\n",
		    (unsigned long long)count, count == 1 ? " is" : "s are");
	json_array_foreach(ranges, i, one)
	{
		if (i == UNKNOWN_SHOWN)
			break;
		put_unknown(page, one);
	}
	page_put(page, "</tbody></table></div>");
	if (i < count)
		page_printf(page, "<p>%llu more are not shown.</p>",
			    (unsigned long long)(count - i));
	page_put(page, "</details>\n");
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
				    dm_plural(unreadable, "table is",
					      "tables are"));
		page_put(page, ".</p>\n");
	}
	put_unknown_ranges(page, report);
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
