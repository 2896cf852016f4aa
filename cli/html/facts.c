// SPDX-License-Identifier: GPL-2.0-or-later
/* What else a report says: what could be large again, boot, policy, the dump. */
#include <stdio.h>

#include "directmap/text.h"
#include "sections.h"
#include "stored/stored.h"

#define RANGES_SHOWN 64

/* ---- Lists of names and values ------------------------------------------ */

static void put_name(struct page *page, const char *name)
{
	page_printf(page, "<dt>%s</dt><dd>", name);
}

/* A string, a number, true or false; what is none of them is unknown. */
static void put_value(struct page *page, const json_t *value)
{
	if (json_is_string(value) && *json_string_value(value))
		page_text(page, json_string_value(value));
	else if (json_is_integer(value))
		page_printf(page, "%lld", (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		page_put(page, json_is_true(value) ? "yes" : "no");
	else
		page_put(page, "<i>unknown</i>");
}

struct fact {
	const char *name, *keys;
};

static void put_facts(struct page *page, const json_t *report,
		      const struct fact *facts, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		put_name(page, facts[i].name);
		put_value(page, field(report, facts[i].keys));
		page_put(page, "</dd>\n");
	}
}

#define PUT_FACTS(page, report, facts)                                         \
	put_facts(page, report, facts, sizeof(facts) / sizeof((facts)[0]))

/* ---- Collapsible -------------------------------------------------------- */

static void put_if_gone(struct page *page, const json_t *report)
{
	json_t *list = field_list(report, "collapsible.if_gone"), *one;
	size_t i;

	if (!json_array_size(list))
		return;
	page_put(page, "<p>More, if one of these went away:</p>\n"
		       "<div class=\"scroll\"><table><thead><tr><th>Owner</th>"
		       "<th>Leaves</th></tr></thead><tbody>\n");
	json_array_foreach(list, i, one)
	{
		uint64_t leaves[DM_LEAF_MAX];
		char owner[512];

		if (i == RANGES_SHOWN)
			break;
		field_owner(field(one, "owner"), owner, sizeof(owner));
		field_leaves(one, "leaves", leaves);
		page_put(page, "<tr><th scope=\"row\">");
		page_text(page, owner);
		page_put(page, "</th><td>");
		section_leaves(page, report, leaves);
		page_put(page, "</td></tr>\n");
	}
	page_put(page, "</tbody></table></div>\n");
	if (json_array_size(list) > RANGES_SHOWN)
		page_printf(page, "<p>%zu more %s not shown.</p>\n",
			    json_array_size(list) - RANGES_SHOWN,
			    dm_plural(json_array_size(list) - RANGES_SHOWN,
				      "is", "are"));
}

void section_collapsible(struct page *page, const json_t *report)
{
	uint64_t leaves[DM_LEAF_MAX], covers, tables, bytes;
	bool at_least;

	page_put(page, "<h2>Could be large again now</h2>\n");
	/* The smallest leaf does not come of others. */
	field_leaves(report, "collapsible", leaves);
	leaves[DM_LEAF_PTE] = 0;
	if (!field_number(report, "collapsible.covers", &covers) ||
	    !field_number(report, "collapsible.tables", &tables) ||
	    !field_number(report, "collapsible.bytes", &bytes)) {
		page_put(page, "<p><i>unknown</i></p>\n");
		return;
	}
	at_least = field_bool(report, "collapsible.at_least") == DM_YES ||
		   stored_has_unknown(report);
	page_put(page, "<p>");
	if (!leaves_total(leaves)) {
		page_put(page,
			 at_least ? "Nothing as far as is known" : "Nothing");
	} else {
		page_put(page, at_least ? "At least " : "");
		section_leaves(page, report, leaves);
		page_put(page, ": ");
		page_bytes(page, covers);
		page_printf(page, " mapped, %llu table page%s (",
			    (unsigned long long)tables, dm_plural_s(tables));
		page_bytes(page, bytes);
		page_put(page, ") that would be free");
	}
	page_put(page, ".</p>\n");
	put_if_gone(page, report);
}

/* ---- Boot --------------------------------------------------------------- */

static void put_leaf(struct page *page, const json_t *report, const char *name)
{
	enum dm_leaf leaf;

	page_text(page, leaf_by_name(name, &leaf)
				? field_leaf_label(report, leaf)
				: name);
}

static void put_range(struct page *page, const json_t *report,
		      const json_t *range)
{
	page_put(page, "<tr><td class=\"mono\">");
	page_text(page, field_text(range, "start"));
	page_put(page, "</td><td class=\"n\">");
	section_bytes(page, range, "size");
	page_put(page, "</td><td class=\"n\">");
	put_leaf(page, report, field_text(range, "leaf"));
	page_put(page, "</td><td class=\"n\">");
	put_leaf(page, report, field_text(range, "could_be"));
	page_put(page, "</td><td>");
	page_text(page, field_text(range, "why"));
	page_put(page, "</td></tr>\n");
}

static void put_ranges(struct page *page, const json_t *report, json_t *boot)
{
	json_t *one;
	size_t i;

	page_put(page, "<div class=\"scroll\"><table><thead><tr><th>Start</th>"
		       "<th class=\"n\">Size</th><th class=\"n\">Leaf</th>"
		       "<th class=\"n\">Could be</th><th>Why</th></tr></thead>"
		       "<tbody>\n");
	json_array_foreach(boot, i, one)
	{
		if (i == RANGES_SHOWN)
			break;
		put_range(page, report, one);
	}
	page_put(page, "</tbody></table></div>\n");
	if (json_array_size(boot) > RANGES_SHOWN)
		page_printf(page, "<p>%zu more %s not shown.</p>\n",
			    json_array_size(boot) - RANGES_SHOWN,
			    dm_plural(json_array_size(boot) - RANGES_SHOWN,
				      "range is", "ranges are"));
}

/* Rows of batch have no ranges, but their sums. */
static void put_whys(struct page *page, const json_t *report, json_t *whys)
{
	json_t *one;
	size_t i;

	page_put(page, "<div class=\"scroll\"><table><thead><tr><th>Why</th>"
		       "<th class=\"n\">Leaf</th><th class=\"n\">Size</th></tr>"
		       "</thead><tbody>\n");
	json_array_foreach(whys, i, one)
	{
		if (i == RANGES_SHOWN)
			break;
		page_put(page, "<tr><th scope=\"row\">");
		page_text(page, field_text(one, "why"));
		page_put(page, "</th><td class=\"n\">");
		put_leaf(page, report, field_text(one, "leaf"));
		page_put(page, "</td><td class=\"n\">");
		section_bytes(page, one, "size");
		page_put(page, "</td></tr>\n");
	}
	page_put(page, "</tbody></table></div>\n");
}

void section_boot(struct page *page, const json_t *report)
{
	json_t *boot = field_list(report, "boot");
	json_t *whys = field_list(report, "boot_why");
	bool history = stored_history(report) != STORED_HISTORY_UNKNOWN;

	page_put(page, "<h2>Mapped small at boot already</h2>\n");
	if (history && json_array_size(boot))
		put_ranges(page, report, boot);
	else if (history && json_array_size(whys))
		put_whys(page, report, whys);
	else if (history && (boot || whys))
		page_put(page, "<p>Nothing.</p>\n");
	else if (boot || whys ||
		 field_bool(report, "split_summary.known") == DM_NO)
		page_put(page, "<p><i>unknown</i></p>\n");
	else
		page_put(page, "<p><i>not in this report</i></p>\n");
}

/* ---- Policy ------------------------------------------------------------- */

void section_policy(struct page *page, const json_t *report)
{
	static const struct fact facts[] = {
		{ "at boot", "policy.sentence" },
		{ "rodata", "policy.rodata" },
		{ "splits at run time", "policy.splits_at_runtime" },
		{ "memory added later", "policy.hotplug" },
		{ "debug_pagealloc", "policy.debug_pagealloc" },
		{ "KFENCE", "policy.kfence" },
		{ "realm", "policy.realm" },
		{ "command line", "policy.cmdline" },
	};

	page_put(page, "<h2>Policy</h2>\n<dl>\n");
	PUT_FACTS(page, report, facts);
	if (*field_text(report, "policy.missing")) {
		put_name(page, "not found");
		page_text(page, field_text(report, "policy.missing"));
		page_put(page, "</dd>\n");
	}
	page_put(page, "</dl>\n");
}

/* ---- Counters ----------------------------------------------------------- */

static void put_counter(struct page *page, const json_t *report,
			const json_t *counter)
{
	int leaf;

	page_put(page, "<h3>");
	page_text(page, field_text(counter, "symbol"));
	page_put(page,
		 "</h3><div class=\"scroll\"><table><thead><tr>"
		 "<th>Leaf</th><th class=\"n\">kB</th><th class=\"n\">over "
		 "the page tables</th></tr></thead><tbody>\n");
	for (leaf = DM_LEAF_COUNT - 1; leaf >= 0; leaf--) {
		const char *name = dm_leaf_name((enum dm_leaf)leaf);
		const json_t *bytes =
			json_object_get(field(counter, "bytes"), name);
		const json_t *over =
			json_object_get(field(counter, "over"), name);

		page_put(page, "<tr><th scope=\"row\">");
		page_text(page, field_leaf_label(report, (enum dm_leaf)leaf));
		page_printf(page, "</th><td class=\"n\">%lld</td>",
			    (long long)json_integer_value(bytes) / 1024);
		if (json_is_integer(over))
			page_printf(page, "<td class=\"n\">%lld</td></tr>\n",
				    (long long)json_integer_value(over) / 1024);
		else
			page_put(page, "<td class=\"n\"><i>unknown</i></td>"
				       "</tr>\n");
	}
	page_put(page, "</tbody></table></div>\n");
}

void section_counters(struct page *page, const json_t *report)
{
	json_t *counters = field_list(report, "counters"), *one;
	size_t i;

	if (!json_array_size(counters))
		return;
	page_put(page, "<h2>The kernel's own counters</h2>\n");
	json_array_foreach(counters, i, one) put_counter(page, report, one);
}

/* ---- The dump ----------------------------------------------------------- */

void section_metadata(struct page *page, const json_t *report)
{
	static const struct fact facts[] = {
		{ "dump", "dump.path" },
		{ "format", "dump.format" },
		{ "complete", "dump.complete" },
		{ "kernel", "kernel.release" },
		{ "page size", "kernel.page_size" },
		{ "VA bits in use", "kernel.va_bits" },
		{ "VA bits configured", "kernel.va_bits_configured" },
		{ "levels", "kernel.levels" },
		{ "LPA2", "kernel.lpa2" },
		{ "linear map from", "kernel.linear_map.start" },
		{ "linear map to", "kernel.linear_map.end" },
		{ "PHYS_OFFSET", "kernel.phys_offset" },
		{ "swapper_pg_dir", "kernel.pgd" },
		{ "KASLR offset", "kernel.kaslr_offset" },
	};

	/* Most dumps have none of these. */
	static const struct fact others[] = {
		{ "VMCOREINFO from", "dump.vmcoreinfo_from" },
		{ "VMCOREINFO at", "dump.vmcoreinfo_pa" },
		{ "VMCOREINFO file", "dump.vmcoreinfo_file" },
		{ "header contradicts", "dump.header_contradicts" },
		{ "host", "dump.host" },
	};
	size_t i;

	page_put(page, "<h2>The dump</h2>\n<dl>\n");
	PUT_FACTS(page, report, facts);
	for (i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const char *text = field_text(report, others[i].keys);

		if (!*text)
			continue;
		put_name(page, others[i].name);
		page_text(page, text);
		page_put(page, "</dd>\n");
	}
	page_put(page, "</dl>\n");
}
