// SPDX-License-Identifier: GPL-2.0-or-later
/* The index of a batch: the sum of it, the worst, the trend, and all dumps. */
#include <stdlib.h>
#include <string.h>

#include "directmap/error.h"
#include "index.h"
#include "directmap/text.h"
#include "stored/fields.h"
#include "stored/stored.h"

#define WORST_SHOWN  5
#define FAILED_SHOWN 20

/* ---- Rows --------------------------------------------------------------- */

static void take_figures(struct index_row *row, const json_t *report)
{
	enum stored_history history = stored_history(report);
	uint64_t leaves[DM_LEAF_MAX];
	bool fine;

	row->read = json_is_object(field(report, "usage"));
	field_leaves(report, "usage.mapped", leaves);
	row->mapped = leaves_total(leaves);
	if (__builtin_add_overflow(leaves[DM_LEAF_PTE],
				   leaves[DM_LEAF_CONT_PTE], &row->small))
		row->small = UINT64_MAX;
	row->partial = stored_has_unknown(report);
	fine = field_leaves(report, "split_summary.lost", leaves);
	row->lost = leaves_total(leaves);
	fine &= field_leaves(report, "split_summary.in_use", leaves);
	row->in_use = leaves_total(leaves);
	field_leaves(report, "split_summary.state_unknown", leaves);
	row->either = leaves_total(leaves);
	fine &= row->in_use <= row->lost &&
		row->either <= row->lost - row->in_use;
	row->history = fine && history == STORED_HISTORY_KNOWN;
	row->at_least = fine && history == STORED_HISTORY_AT_LEAST;
	if (!row->history && !row->at_least)
		row->lost = row->in_use = row->either = 0;
	field_number(report, "usage.tables.count", &row->tables);
}

struct dm_error *index_row_init(struct index_row *row, const json_t *report,
				const char *link)
{
	const char *status = field_text(report, "batch.status");

	/* A report that no batch made has no status of its own. */
	if (!*status)
		status = stored_is_partial(report) ? "partial" : "ok";
	*row = (struct index_row){
		.path = strdup(field_text(report, "dump.path")),
		.release = strdup(field_text(report, "kernel.release")),
		.policy = strdup(*field_text(report, "policy.contradiction")
					 ? dm_boot_name(DM_BOOT_CONTRADICTED)
					 : field_text(report, "policy.boot")),
		.status = strdup(status),
		.reason = strdup(field_text(report, "batch.reason")),
		.link = link ? strdup(link) : NULL,
	};
	if (!row->path || !row->release || !row->policy || !row->status ||
	    !row->reason || (link && !row->link)) {
		index_row_deinit(row);
		return dm_error_no_memory();
	}
	take_figures(row, report);
	return NULL;
}

void index_row_deinit(struct index_row *row)
{
	free(row->path);
	free(row->release);
	free(row->policy);
	free(row->status);
	free(row->reason);
	free(row->link);
}

/*
 * As the table of batch: most lost leaves, then those that may have more, then
 * most small ones; unread last.
 */
static int worse_cmp(const void *a, const void *b)
{
	const struct index_row *x = a, *y = b;
	double sx = index_share(x), sy = index_share(y);
	bool ux = !x->history || x->partial, uy = !y->history || y->partial;

	if (x->read != y->read)
		return x->read ? -1 : 1;
	if (x->lost != y->lost)
		return x->lost > y->lost ? -1 : 1;
	if (ux != uy)
		return ux ? -1 : 1;
	if (sx != sy)
		return sx > sy ? -1 : 1;
	return strcmp(x->path, y->path);
}

/* ---- The sum ------------------------------------------------------------ */

struct total {
	size_t read, with_lost, unknown;
	bool at_least, partial;
	uint64_t mapped, small, lost, in_use, either;
};

static void add_row(struct total *t, const struct index_row *row)
{
	if (!row->read)
		return;
	t->read++;
	t->with_lost += row->lost != 0;
	t->unknown += !row->history;
	t->at_least |= row->at_least;
	t->partial |= row->partial;
	t->mapped += row->mapped;
	t->small += row->small;
	t->lost += row->lost;
	t->in_use += row->in_use;
	t->either += row->either;
}

static void put_answer(struct page *page, const struct index_row *rows,
		       size_t count)
{
	struct total t = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		add_row(&t, &rows[i]);
	page_printf(page,
		    "<p class=\"lead\"><b>%zu dump%s</b>: %zu read, %zu not. ",
		    count, dm_plural_s(count), t.read, count - t.read);
	if (t.mapped) {
		page_printf(page, "<b>%.2f %%</b> of ",
			    100 * (double)t.small / (double)t.mapped);
		page_bytes(page, t.mapped);
		page_put(page, t.partial ? ", as far as is known," : "");
		page_put(page, " is mapped by small leaves (below 2M with 4K "
			       "pages, 32M with 16K, 512M with 64K). ");
	}
	page_printf(page,
		    "<b>%s%llu %s lost</b> since boot in %zu dump%s: %llu in "
		    "use, %llu residual",
		    t.at_least ? "At least " : "", (unsigned long long)t.lost,
		    dm_plural(t.lost, "leaf", "leaves"), t.with_lost,
		    dm_plural_s(t.with_lost), (unsigned long long)t.in_use,
		    (unsigned long long)(t.lost - t.in_use - t.either));
	if (t.unknown)
		page_printf(page, "; %s in %zu",
			    t.at_least ? "not all known" : "unknown",
			    t.unknown);
	page_put(page, ".</p>\n");
}

static void put_failed(struct page *page, const struct index_row *rows,
		       size_t count)
{
	size_t failed = 0, i;

	for (i = 0; i < count; i++)
		failed += !rows[i].read;
	if (!failed)
		return;
	page_printf(page,
		    "<details%s><summary class=\"bad\">%zu could not be "
		    "read</summary><ul class=\"plain\">\n",
		    failed <= 5 ? " open" : "", failed);
	/* They are last. */
	for (i = count - failed; i < count && i < count - failed + FAILED_SHOWN;
	     i++) {
		page_put(page, "<li><span class=\"mono\">");
		page_text(page, rows[i].path);
		page_put(page, "</span>: ");
		page_text(page,
			  *rows[i].reason ? rows[i].reason : rows[i].status);
		page_put(page, "</li>\n");
	}
	page_put(page, "</ul>");
	if (failed > FAILED_SHOWN)
		page_put(page, "<p>The others are in the table.</p>");
	page_put(page, "</details>\n");
}

/* ---- Folders ------------------------------------------------------------ */

/* How many bytes, up to a slash, all paths begin with. */
static size_t common_folder(const struct index_row *rows, size_t count)
{
	size_t n = count > 1 ? strlen(rows[0].path) : 0, i, k;

	for (i = 1; i < count; i++) {
		for (k = 0; k < n && rows[i].path[k] == rows[0].path[k]; k++)
			;
		n = k;
	}
	while (n && rows[0].path[n - 1] != '/')
		n--;
	return n;
}

static void put_folder(struct page *page, const struct index_row *rows,
		       size_t size)
{
	char *folder = size ? strndup(rows[0].path, size) : NULL;

	if (folder) {
		page_put(page, "<p>All below <span class=\"mono\">");
		page_text(page, folder);
		page_put(page, "</span></p>\n");
	}
	free(folder);
}

/* ---- Dumps -------------------------------------------------------------- */

static void put_dump(struct page *page, const struct index_row *row,
		     size_t folder)
{
	if (row->link) {
		page_put(page, "<a href=\"");
		page_text(page, row->link);
		page_put(page, "\">");
	}
	page_text(page, row->path + folder);
	if (row->link)
		page_put(page, "</a>");
}

static void put_share(struct page *page, const struct index_row *row)
{
	double share = 100 * index_share(row);

	if (row->partial && !row->mapped) {
		page_put(page, "<i>unknown</i>");
		return;
	}
	page_printf(page,
		    "<svg class=\"mini\" viewBox=\"0 0 100 10\" "
		    "preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
		    "class=\"bg\" width=\"100\" height=\"10\"/><rect "
		    "class=\"cont_pte\" width=\"%.2f\" height=\"10\"/></svg>"
		    "%.2f %%",
		    share, share);
}

static void put_worst(struct page *page, const struct index_row *rows,
		      size_t count, size_t folder)
{
	size_t i;

	if (!count || !rows[0].read)
		return;
	page_put(page,
		 "<h2>The worst</h2>\n<div class=\"scroll\"><table><thead><tr>"
		 "<th>Dump</th><th class=\"n\">Lost leaves</th>"
		 "<th class=\"n\">Small leaves</th></tr></thead><tbody>\n");
	for (i = 0; i < count && i < WORST_SHOWN && rows[i].read; i++) {
		page_put(page, "<tr><th scope=\"row\" class=\"path\">");
		put_dump(page, &rows[i], folder);
		page_put(page, "</th><td class=\"n\">");
		if (rows[i].history || rows[i].at_least)
			page_printf(page, "%s%llu", rows[i].history ? "" : "≥ ",
				    (unsigned long long)rows[i].lost);
		else
			page_put(page, "<i>unknown</i>");
		page_put(page, "</td><td class=\"n\">");
		put_share(page, &rows[i]);
		page_put(page, "</td></tr>\n");
	}
	page_put(page, "</tbody></table></div>\n");
}

static void put_text_cell(struct page *page, const char *label,
			  const char *text)
{
	page_printf(page, "<td data-l=\"%s\">", label);
	if (*text)
		page_text(page, text);
	else
		page_put(page, "<i>unknown</i>");
	page_put(page, "</td>");
}

/*
 * All of them, or as many as are certain: data-ge says that there may be more, so
 * that no sort puts it among the best. Neither: none is known.
 */
static void put_bound_cell(struct page *page, const char *label, bool all,
			   bool some, uint64_t n)
{
	page_printf(page, "<td class=\"n\" data-l=\"%s\" data-v=\"%llu\"%s>",
		    label, (unsigned long long)n, all ? "" : " data-ge");
	if (all || some)
		page_printf(page, "%s%llu", all ? "" : "≥ ",
			    (unsigned long long)n);
	else
		page_put(page, "<i>unknown</i>");
	page_put(page, "</td>");
}

static void put_unknown_cell(struct page *page, const char *label)
{
	page_printf(page,
		    "<td class=\"n\" data-l=\"%s\" data-v=\"\">"
		    "<i>unknown</i></td>",
		    label);
}

static void put_lost_cell(struct page *page, const char *label,
			  const struct index_row *row, uint64_t n)
{
	if (row->read)
		put_bound_cell(page, label, row->history, row->at_least, n);
	else
		put_unknown_cell(page, label);
}

static void put_row(struct page *page, const struct index_row *row,
		    size_t folder)
{
	page_put(page, "<tr><th scope=\"row\" class=\"path\">");
	put_dump(page, row, folder);
	page_put(page, "</th>");
	put_text_cell(page, "Kernel", row->release);
	put_text_cell(page, "Policy", row->policy);
	if (row->read && (row->mapped || !row->partial)) {
		const char *ge = row->partial ? " data-ge" : "";

		page_printf(
			page,
			"<td class=\"n\" data-l=\"Mapped\" data-v=\"%llu\"%s>%s",
			(unsigned long long)row->mapped, ge,
			row->partial ? "≥ " : "");
		page_bytes(page, row->mapped);
		page_printf(page,
			    "</td><td class=\"n\" data-l=\"Small leaves\" "
			    "data-v=\"%.6f\"%s>%.2f %%%s</td>",
			    100 * index_share(row), ge, 100 * index_share(row),
			    row->partial ? " of known" : "");
	} else {
		put_unknown_cell(page, "Mapped");
		put_unknown_cell(page, "Small leaves");
	}
	put_lost_cell(page, "Lost", row, row->lost);
	put_lost_cell(page, "In use", row, row->in_use);
	put_lost_cell(page, "Residual", row,
		      row->lost - row->in_use - row->either);
	if (row->read)
		put_bound_cell(page, "Tables", true, true, row->tables);
	else
		put_unknown_cell(page, "Tables");
	put_text_cell(page, "State", row->status);
	page_put(page, "</tr>\n");
}

static void put_table(struct page *page, const struct index_row *rows,
		      size_t count, size_t folder)
{
	size_t i;

	page_put(
		page,
		"<h2>All dumps</h2>\n<div class=\"tools\">"
		"<input id=\"filter\" type=\"search\" aria-label=\"filter\" "
		"placeholder=\"filter: words of a name, kernel, policy, state\">"
		"<select id=\"sort\" aria-label=\"sort\">"
		"<option value=\"\">sort by …</option></select>"
		"<span id=\"shown\" class=\"dim\" aria-live=\"polite\"></span>"
		"</div>\n"
		"<div class=\"scroll\"><table id=\"dumps\" class=\"cards\">"
		"<thead><tr><th data-k=\"t\">Dump</th><th data-k=\"t\">Kernel</th>"
		"<th data-k=\"t\">Policy</th><th class=\"n\" data-k=\"n\">Mapped</th>"
		"<th class=\"n\" data-k=\"n\">Small leaves</th>"
		"<th class=\"n\" data-k=\"n\">Lost</th>"
		"<th class=\"n\" data-k=\"n\">In use</th>"
		"<th class=\"n\" data-k=\"n\">Residual</th>"
		"<th class=\"n\" data-k=\"n\">Tables</th>"
		"<th data-k=\"t\">State</th></tr></thead><tbody>\n");
	for (i = 0; i < count; i++)
		put_row(page, &rows[i], folder);
	page_put(page, "</tbody></table></div>\n");
}

/* ---- The page ----------------------------------------------------------- */

static struct dm_error *put_trend(struct page *page,
				  const struct index_row *rows, size_t count)
{
	const struct index_row **read;
	size_t n = 0, i;

	read = calloc(count + 1, sizeof(*read));
	if (!read)
		return dm_error_no_memory();
	for (i = 0; i < count; i++) {
		if (rows[i].read && (rows[i].mapped || !rows[i].partial))
			read[n++] = &rows[i];
	}
	index_put_trend(page, read, n);
	free(read);
	return NULL;
}

struct dm_error *index_write(struct output_file *out, struct index_row *rows,
			     size_t count)
{
	struct dm_error *err;
	struct page page;
	size_t folder;

	folder = common_folder(rows, count);
	if (count)
		qsort(rows, count, sizeof(*rows), worse_cmp);
	err = page_begin(&page, out, "Linear maps of a batch of dumps", NULL);
	if (err)
		return err;
	put_answer(&page, rows, count);
	put_folder(&page, rows, folder);
	put_failed(&page, rows, count);
	put_worst(&page, rows, count, folder);
	err = put_trend(&page, rows, count);
	if (!err) {
		put_table(&page, rows, count, folder);
		page_end(&page);
	}
	return err;
}
