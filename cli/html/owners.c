// SPDX-License-Identifier: GPL-2.0-or-later
/* Who lost how many leaves: summed over splits, or as batch has summed them. */
#include <stdlib.h>
#include <string.h>

#include "directmap/error.h"
#include "directmap/text.h"
#include "sections.h"
#include "stored/stored.h"

#define OWNERS_MAX   1024 /* told apart */
#define OWNERS_SHOWN 100

struct sum {
	const char *kind, *name; /* of the report */
	uint64_t lost[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	uint64_t either[DM_LEAF_MAX]; /* in use or not: not known */
	uint64_t pages;
	const json_t *last; /* split that was counted */
};

struct sums {
	struct sum *all;
	size_t count, left_out;
};

/* Programs and modules by name, what has none by its kind. */
static struct sum *find(struct sums *s, const json_t *owner)
{
	const char *kind = field_text(owner, "kind");
	const char *name = field_text(owner, "name");
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (!strcmp(s->all[i].kind, kind) &&
		    !strcmp(s->all[i].name, name))
			return &s->all[i];
	}
	if (s->count == OWNERS_MAX) {
		s->left_out++;
		return NULL;
	}
	s->all[s->count] = (struct sum){ .kind = kind, .name = name };
	return &s->all[s->count++];
}

static void add_to(struct sums *s, const json_t *split, const json_t *owner)
{
	struct sum *sum = find(s, owner);
	enum dm_leaf leaf;

	/* Two programs of one name are one owner here. */
	if (!sum || sum->last == split ||
	    !leaf_by_name(field_text(split, "leaf"), &leaf))
		return;
	sum->last = split;
	sum->lost[leaf]++;
	sum->in_use[leaf] += field_bool(split, "in_use") == DM_YES;
	sum->either[leaf] += field_bool(split, "in_use") == DM_UNKNOWN;
}

/* Who stands for leaves without an owner; borrowed by the sums. */
struct owners {
	json_t *nobody, *unknown;
};

static void add_split(struct sums *s, const json_t *split,
		      const struct owners *stand_in)
{
	json_t *owners = field_list(split, "owners"), *owner;
	size_t i;

	json_array_foreach(owners, i, owner) add_to(s, split, owner);
	if (!json_array_size(owners))
		add_to(s, split,
		       field_bool(split, "in_use") == DM_UNKNOWN
			       ? stand_in->unknown
			       : stand_in->nobody);
}

static void add_special(struct sums *s, const json_t *special, uint64_t page)
{
	struct sum *sum = find(s, field(special, "owner"));
	uint64_t size;

	if (sum && page && field_number(special, "size", &size) &&
	    __builtin_add_overflow(sum->pages, size / page, &sum->pages))
		sum->pages = UINT64_MAX;
}

static void add_row(struct sums *s, const json_t *owner)
{
	struct sum *sum = find(s, owner);

	if (!sum)
		return;
	field_leaves(owner, "lost", sum->lost);
	field_leaves(owner, "in_use", sum->in_use);
	field_leaves(owner, "state_unknown", sum->either);
	field_number(owner, "pages", &sum->pages);
}

static int sum_cmp(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;
	uint64_t nx = leaves_total(x->lost), ny = leaves_total(y->lost);

	if (nx != ny)
		return nx > ny ? -1 : 1;
	if (x->pages != y->pages)
		return x->pages > y->pages ? -1 : 1;
	if (strcmp(x->kind, y->kind) != 0)
		return strcmp(x->kind, y->kind);
	return strcmp(x->name, y->name);
}

static void add_all(struct sums *s, const json_t *report,
		    const struct owners *stand_in)
{
	json_t *rows = field_list(report, "owners"), *one;
	uint64_t page;
	size_t i;

	field_number(report, "kernel.page_size", &page);
	json_array_foreach(rows, i, one) add_row(s, one);
	if (rows)
		return;
	json_array_foreach(field_list(report, "splits"), i, one)
		add_split(s, one, stand_in);
	json_array_foreach(field_list(report, "special"), i, one)
		add_special(s, one, page);
}

static void put_name(struct page *page, const struct sum *sum)
{
	if (!strcmp(sum->kind, "none")) {
		page_put(page, "<i>nobody any more</i>");
		return;
	}
	page_text(page, *sum->kind ? sum->kind : "unknown");
	if (*sum->name) {
		page_put(page, " ");
		page_text(page, sum->name);
	} else if (!strcmp(sum->kind, "bpf") || !strcmp(sum->kind, "module")) {
		page_put(page, " <i>without a name</i>");
	}
}

static void put_lost(struct page *page, const json_t *report,
		     const struct sum *sum)
{
	uint64_t residual[DM_LEAF_MAX];
	int leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		uint64_t rest = sum->lost[leaf];

		rest -= sum->in_use[leaf] < rest ? sum->in_use[leaf] : rest;
		rest -= sum->either[leaf] < rest ? sum->either[leaf] : rest;
		residual[leaf] = rest;
	}
	page_printf(page, "<td class=\"n\">%llu</td><td>",
		    (unsigned long long)leaves_total(sum->lost));
	section_leaves(page, report, sum->in_use);
	page_put(page, "</td><td>");
	section_leaves(page, report, residual);
	if (leaves_total(sum->either)) {
		page_put(page, "; <i>unknown</i>: ");
		section_leaves(page, report, sum->either);
	}
	page_put(page, "</td>");
}

static void put_sum(struct page *page, const json_t *report,
		    const struct sum *sum)
{
	page_put(page, "<tr><th scope=\"row\">");
	put_name(page, sum);
	page_put(page, "</th>");
	if (stored_history(report) != STORED_HISTORY_UNKNOWN)
		put_lost(page, report, sum);
	else
		page_put(page,
			 "<td class=\"n\"><i>unknown</i></td>"
			 "<td><i>unknown</i></td><td><i>unknown</i></td>");
	page_printf(page, "<td class=\"n\">%llu</td></tr>\n",
		    (unsigned long long)sum->pages);
}

static void put_table(struct page *page, const json_t *report,
		      const struct sums *s)
{
	size_t shown = s->count < OWNERS_SHOWN ? s->count : OWNERS_SHOWN, i;

	const char *lost = stored_history(report) == STORED_HISTORY_AT_LEAST
				   ? ", at least"
				   : "";

	page_put(page,
		 "<p>A leaf counts for each owner of a page in it that is not "
		 "as others are; a page counts for its first owner.</p>\n");
	page_printf(page,
		    "<div class=\"scroll\"><table><thead><tr><th>Owner</th>"
		    "<th class=\"n\">Lost leaves%s</th><th>In use%s</th>"
		    "<th>Residual%s</th><th class=\"n\">Special pages%s</th>"
		    "</tr></thead><tbody>\n",
		    lost, lost, lost,
		    stored_has_unknown(report) ? ", at least" : "");
	for (i = 0; i < shown; i++)
		put_sum(page, report, &s->all[i]);
	page_put(page, "</tbody></table></div>\n");
	if (shown < s->count || s->left_out)
		page_printf(page, "<p>%zu more %s not shown.</p>\n",
			    s->count - shown + s->left_out,
			    dm_plural(s->count - shown + s->left_out,
				      "owner is", "owners are"));
}

struct dm_error *section_owners(struct page *page, const json_t *report)
{
	struct sums s = { .all = calloc(OWNERS_MAX, sizeof(*s.all)) };
	const struct owners stand_in = {
		.nobody = json_pack("{s:s}", "kind", "none"),
		.unknown = json_pack("{s:s}", "kind", "unknown"),
	};
	bool fine = s.all && stand_in.nobody && stand_in.unknown;

	page_put(page, "<h2>Splits by owner</h2>\n");
	if (fine) {
		add_all(&s, report, &stand_in);
		qsort(s.all, s.count, sizeof(*s.all), sum_cmp);
	}
	if (stored_history(report) == STORED_HISTORY_UNKNOWN)
		page_put(page,
			 "<p>Which leaves were lost is <i>unknown</i>; pages "
			 "that are not as others are have owners all the "
			 "same.</p>\n");
	if (s.count)
		put_table(page, report, &s);
	else
		page_put(page, stored_has_unknown(report)
				       ? "<p>None as far as is known.</p>\n"
				       : "<p>None.</p>\n");
	free(s.all);
	json_decref(stand_in.nobody);
	json_decref(stand_in.unknown);
	return fine ? NULL : dm_error_no_memory();
}
