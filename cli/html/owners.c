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
#define KINDS_MAX    64 /* of a report from elsewhere, too */
/* With more owners than that, kinds of more than that are folded. */
#define OWNERS_PLAIN 12
#define KIND_PLAIN   3

struct sum {
	const char *kind, *name; /* of the report */
	uint64_t lost[DM_LEAF_MAX], in_use[DM_LEAF_MAX];
	uint64_t either[DM_LEAF_MAX]; /* in use or not: not known */
	uint64_t pages;
	const json_t *last; /* split that was counted */
	size_t owners; /* of a kind; 0: it is one owner */
};

struct sums {
	struct sum *all;
	size_t count, left_out;
	struct sum kinds[KINDS_MAX];
	size_t kind_count;
	/* Leaves of kinds are lower bounds: how many owners share is not told. */
	bool summed;
};

/* NULL: too many are told apart. */
static struct sum *find_kind(struct sums *s, const char *kind)
{
	size_t i;

	for (i = 0; i < s->kind_count; i++) {
		if (!strcmp(s->kinds[i].kind, kind))
			return &s->kinds[i];
	}
	if (s->kind_count == KINDS_MAX)
		return NULL;
	s->kinds[s->kind_count] = (struct sum){ .kind = kind, .name = "" };
	return &s->kinds[s->kind_count++];
}

/* Programs and modules by name, what has none by its kind. */
static struct sum *find(struct sums *s, const json_t *owner)
{
	const char *kind = field_text(owner, "kind");
	const char *name = field_text(owner, "name");
	struct sum *of_kind;
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
	of_kind = find_kind(s, kind);
	if (of_kind)
		of_kind->owners++;
	s->all[s->count] = (struct sum){ .kind = kind, .name = name };
	return &s->all[s->count++];
}

/* Two programs of one name are one owner here, those of a kind one kind. */
static void count_split(struct sum *sum, const json_t *split, enum dm_leaf leaf)
{
	if (!sum || sum->last == split)
		return;
	sum->last = split;
	sum->lost[leaf]++;
	sum->in_use[leaf] += field_bool(split, "in_use") == DM_YES;
	sum->either[leaf] += field_bool(split, "in_use") == DM_UNKNOWN;
}

static void add_to(struct sums *s, const json_t *split, const json_t *owner)
{
	struct sum *sum = find(s, owner);
	enum dm_leaf leaf;

	if (!leaf_by_name(field_text(split, "leaf"), &leaf))
		return;
	count_split(sum, split, leaf);
	count_split(find_kind(s, field_text(owner, "kind")), split, leaf);
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

static void add_pages(struct sum *sum, uint64_t pages)
{
	if (sum && __builtin_add_overflow(sum->pages, pages, &sum->pages))
		sum->pages = UINT64_MAX;
}

static void add_special(struct sums *s, const json_t *special, uint64_t page)
{
	const json_t *owner = field(special, "owner");
	struct sum *sum = find(s, owner);
	uint64_t size;

	if (!sum || !page || !field_number(special, "size", &size))
		return;
	add_pages(sum, size / page);
	add_pages(find_kind(s, sum->kind), size / page);
}

static void raise_to(uint64_t *leaves, const uint64_t *to)
{
	int leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (leaves[leaf] < to[leaf])
			leaves[leaf] = to[leaf];
	}
}

static void add_row(struct sums *s, const json_t *owner)
{
	struct sum *sum = find(s, owner), *of_kind;

	if (!sum)
		return;
	field_leaves(owner, "lost", sum->lost);
	field_leaves(owner, "in_use", sum->in_use);
	field_leaves(owner, "state_unknown", sum->either);
	field_number(owner, "pages", &sum->pages);
	of_kind = find_kind(s, sum->kind);
	if (!of_kind)
		return;
	raise_to(of_kind->lost, sum->lost);
	raise_to(of_kind->in_use, sum->in_use);
	raise_to(of_kind->either, sum->either);
	add_pages(of_kind, sum->pages);
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
	s->summed = rows;
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
		page_put(page, sum->owners ? "" : " <i>without a name</i>");
	}
	if (sum->owners)
		page_printf(page, " <i>%zu of them, below</i>", sum->owners);
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
	page_printf(page,
		    "<td class=\"n\" data-l=\"Lost leaves\">%llu</td>"
		    "<td data-l=\"In use\"><span>",
		    (unsigned long long)leaves_total(sum->lost));
	section_leaves(page, report, sum->in_use);
	page_put(page, "</span></td><td data-l=\"Residual\"><span>");
	section_leaves(page, report, residual);
	if (leaves_total(sum->either)) {
		page_put(page, "; <i>unknown</i>: ");
		section_leaves(page, report, sum->either);
	}
	page_put(page, "</span></td>");
}

static void put_sum(struct page *page, const json_t *report,
		    const struct sum *sum)
{
	page_put(page, "<tr><th scope=\"row\"><span>");
	put_name(page, sum);
	page_put(page, "</span></th>");
	if (stored_history(report) != STORED_HISTORY_UNKNOWN)
		put_lost(page, report, sum);
	else
		page_put(page, "<td class=\"n\" data-l=\"Lost leaves\">"
			       "<i>unknown</i></td>"
			       "<td data-l=\"In use\"><i>unknown</i></td>"
			       "<td data-l=\"Residual\"><i>unknown</i></td>");
	page_printf(page,
		    "<td class=\"n\" data-l=\"Special pages\">%llu</td>"
		    "</tr>\n",
		    (unsigned long long)sum->pages);
}

static void put_rows(struct page *page, const json_t *report,
		     const struct sum *const *rows, size_t count)
{
	const char *lost = stored_history(report) == STORED_HISTORY_AT_LEAST
				   ? ", at least"
				   : "";
	size_t i;

	page_printf(page,
		    "<div class=\"scroll\"><table class=\"cards\"><thead><tr>"
		    "<th>Owner</th>"
		    "<th class=\"n\">Lost leaves%s</th><th>In use%s</th>"
		    "<th>Residual%s</th><th class=\"n\">Special pages%s</th>"
		    "</tr></thead><tbody>\n",
		    lost, lost, lost,
		    stored_has_unknown(report) ? ", at least" : "");
	for (i = 0; i < count && i < OWNERS_SHOWN; i++)
		put_sum(page, report, rows[i]);
	page_put(page, "</tbody></table></div>\n");
}

static void put_left_out(struct page *page, size_t left_out)
{
	if (left_out)
		page_printf(page, "<p>%zu more %s not shown.</p>\n", left_out,
			    dm_plural(left_out, "owner is", "owners are"));
}

static bool is_folded(struct sums *s, const char *kind)
{
	const struct sum *of_kind = find_kind(s, kind);

	return of_kind && s->count > OWNERS_PLAIN &&
	       of_kind->owners > KIND_PLAIN;
}

static int row_cmp(const void *a, const void *b)
{
	return sum_cmp(*(const struct sum *const *)a,
		       *(const struct sum *const *)b);
}

/* The owners of a kind, behind a line to click on. */
static void put_kind(struct page *page, const json_t *report,
		     const struct sums *s, const struct sum *of_kind,
		     const struct sum **rows)
{
	size_t count = 0, i;

	for (i = 0; i < s->count; i++) {
		if (!strcmp(s->all[i].kind, of_kind->kind))
			rows[count++] = &s->all[i];
	}
	page_put(page, "<details class=\"kind\"><summary>");
	page_text(page, of_kind->kind);
	page_printf(page, ": %zu owners</summary>\n", count);
	put_rows(page, report, rows, count);
	put_left_out(page, count > OWNERS_SHOWN ? count - OWNERS_SHOWN : 0);
	page_put(page, "</details>\n");
}

static void put_table(struct page *page, const json_t *report, struct sums *s,
		      const struct sum **rows)
{
	size_t count = 0, folded = 0, i;

	for (i = 0; i < s->count; i++) {
		if (!is_folded(s, s->all[i].kind))
			rows[count++] = &s->all[i];
	}
	for (i = 0; i < s->kind_count; i++) {
		if (!is_folded(s, s->kinds[i].kind)) {
			s->kinds[i].owners = 0;
			continue;
		}
		rows[count++] = &s->kinds[i];
		folded++;
	}
	qsort(rows, count, sizeof(*rows), row_cmp);
	page_put(page,
		 "<p>A leaf counts for each owner of a page in it that is not "
		 "as others are; a page counts for its first owner.");
	if (folded && s->summed)
		page_put(page, " Leaves of several owners are at least those "
			       "of one of them.");
	page_put(page, "</p>\n");
	put_rows(page, report, rows, count);
	put_left_out(page,
		     s->left_out +
			     (count > OWNERS_SHOWN ? count - OWNERS_SHOWN : 0));
	for (i = 0; i < s->kind_count; i++) {
		if (s->kinds[i].owners)
			put_kind(page, report, s, &s->kinds[i], rows);
	}
}

struct dm_error *section_owners(struct page *page, const json_t *report)
{
	struct sums s = { .all = calloc(OWNERS_MAX, sizeof(*s.all)) };
	const struct owners stand_in = {
		.nobody = json_pack("{s:s}", "kind", "none"),
		.unknown = json_pack("{s:s}", "kind", "unknown"),
	};
	const struct sum **rows =
		calloc(OWNERS_MAX + KINDS_MAX, sizeof(struct sum *));
	bool fine = s.all && rows && stand_in.nobody && stand_in.unknown;

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
		put_table(page, report, &s, rows);
	else
		page_put(page, stored_has_unknown(report)
				       ? "<p>None as far as is known.</p>\n"
				       : "<p>None.</p>\n");
	free(rows);
	free(s.all);
	json_decref(stand_in.nobody);
	json_decref(stand_in.unknown);
	return fine ? NULL : dm_error_no_memory();
}
