// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who has part in how many lost leaves: a table, and the first of it in a line.
 * Kinds of many owners are one row in both.
 */
#include "directmap/leaf.h"
#include "directmap/text.h"
#include "render/history_print.h"

/* With more rows than that, kinds of more owners than that are folded. */
#define ROWS_PLAIN   8
#define OWNERS_PLAIN 3
#define ROWS_MAX     (DM_OWNER_COUNT * OWNERS_PLAIN + ROWS_PLAIN)

#define CULPRITS     3 /* in the line */

struct rows {
	const struct dm_owner_sum *at[ROWS_MAX];
	size_t count;
};

static bool is_folded(const struct dm_split_summary *s, enum dm_owner_kind kind)
{
	size_t i;

	for (i = 0; i < s->by_kind_count; i++) {
		if (s->by_kind[i].kind == kind)
			return s->by_owner_count > ROWS_PLAIN &&
			       s->by_kind[i].owners > OWNERS_PLAIN;
	}
	return false;
}

/* Most lost leaves first; sums of kinds and of owners are in that order each. */
static void merge(const struct dm_split_summary *s, struct rows *rows)
{
	size_t i = 0, j = 0;

	rows->count = 0;
	while (i < s->by_kind_count || j < s->by_owner_count) {
		const struct dm_owner_sum *kind = &s->by_kind[i];
		const struct dm_owner_sum *owner = &s->by_owner[j];

		if (i < s->by_kind_count && !is_folded(s, kind->kind)) {
			i++;
		} else if (j < s->by_owner_count && is_folded(s, owner->kind)) {
			j++;
		} else if (j == s->by_owner_count ||
			   (i < s->by_kind_count &&
			    dm_leaf_sum(kind->lost) >=
				    dm_leaf_sum(owner->lost))) {
			rows->at[rows->count++] = kind;
			i++;
		} else {
			rows->at[rows->count++] = owner;
			j++;
		}
	}
}

static void put_label(struct out *out, const struct dm_owner_sum *sum)
{
	if (sum->kind == DM_OWNER_NONE)
		dm_out_printf(out, "nobody now");
	else
		dm_out_printf(out, "%s", dm_owner_name(sum->kind));
	if (*sum->name) {
		dm_out_printf(out, " ");
		dm_out_foreign(out, sum->name);
	} else if (sum->owners > 1) {
		dm_out_printf(out, " (%llu of them)",
			      (unsigned long long)sum->owners);
	}
}

/* ---- The table ---------------------------------------------------------- */

static void put_row(struct out *out, const struct dm_owner_sum *sum, bool known)
{
	uint64_t lost = dm_leaf_sum(sum->lost);
	uint64_t in_use = dm_leaf_sum(sum->in_use);
	uint64_t unknown = dm_leaf_sum(sum->state_unknown);

	if (known)
		dm_out_printf(out, "%8llu %8llu %9llu",
			      (unsigned long long)lost,
			      (unsigned long long)in_use,
			      (unsigned long long)(lost - in_use - unknown));
	else
		dm_out_printf(out, "%8s %8s %9s", "unknown", "unknown",
			      "unknown");
	dm_out_printf(out, " %14llu  ", (unsigned long long)sum->pages);
	put_label(out, sum);
	dm_out_printf(out, "\n");
}

void dm_owners_put_table(struct out *out, const struct dm_split_summary *s)
{
	struct rows rows;
	uint64_t all = 0;
	size_t i;

	merge(s, &rows);
	if (!rows.count)
		return;
	dm_out_printf(out, "%8s %8s %9s %14s  by owner%s\n", "lost", "in use",
		      "residual", "special pages",
		      s->collapse.at_least ? " (at least)" : "");
	for (i = 0; i < rows.count; i++) {
		all += dm_leaf_sum(rows.at[i]->lost);
		put_row(out, rows.at[i], s->known || s->at_least);
	}
	if (all > dm_leaf_sum(s->lost))
		dm_out_printf(
			out,
			"A leaf counts for each owner of a special page in it.\n");
	dm_out_printf(out, "\n");
}

/* ---- The line ----------------------------------------------------------- */

static void put_need(struct out *out, const struct dm_owner_sum *sum)
{
	uint64_t lost = dm_leaf_sum(sum->lost);
	uint64_t in_use = dm_leaf_sum(sum->in_use);
	uint64_t unknown = dm_leaf_sum(sum->state_unknown);

	if (unknown)
		dm_out_printf(out, "at least ");
	if (in_use == lost && in_use)
		dm_out_printf(out, "all in use");
	else if (in_use || unknown)
		dm_out_printf(out, "%llu in use", (unsigned long long)in_use);
	else
		dm_out_printf(out, "none in use");
}

void dm_owners_put_line(struct out *out, const char *name,
			const struct dm_split_summary *s)
{
	struct rows rows;
	size_t i;

	merge(s, &rows);
	if (!rows.count || !dm_leaf_sum(rows.at[0]->lost))
		return;
	dm_out_printf(out, "%s", name);
	for (i = 0; i < rows.count && i < CULPRITS; i++) {
		if (!dm_leaf_sum(rows.at[i]->lost))
			break;
		dm_out_printf(out, "%s", i ? "; " : "");
		put_label(out, rows.at[i]);
		dm_out_printf(
			out, ": %llu, ",
			(unsigned long long)dm_leaf_sum(rows.at[i]->lost));
		put_need(out, rows.at[i]);
	}
	dm_out_printf(out, "\n");
}
