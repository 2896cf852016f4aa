// SPDX-License-Identifier: GPL-2.0-or-later
/* What today's page tables show of what boot did, where no symbol tells. */
#include "target/target.h"
#include "analysis/boot_gather.h"
#include "util/error.h"

struct looking {
	uint64_t from, to; /* VAs */
	uint64_t but_from, but_to;
	uint64_t bytes[DM_LEAF_MAX];
	uint64_t unknown; /* bytes */
	bool any_large; /* to stop at the first leaf larger than a page */
	bool stopped;
};

static struct dm_error *count_run(void *arg, const struct dm_run *run)
{
	struct looking *l = arg;
	uint64_t end = run->start + run->size;

	if (run->start < l->from || end > l->to)
		return NULL;
	if (run->start < l->but_to && end > l->but_from)
		return NULL;
	l->bytes[run->leaf] += run->size;
	l->stopped = l->any_large && run->leaf != DM_LEAF_PTE;
	return l->stopped ? dm_error_create(DM_ERROR_NOT_FOUND, "enough seen")
			  : NULL;
}

static struct dm_error *look_at_all(struct gathering *g, struct looking *l)
{
	struct dm_error *err = dm_target_runs_of(g->target, count_run, l);

	if (err && l->stopped) {
		dm_error_destroy(err);
		err = NULL;
	}
	return err;
}

static struct dm_error *count_unknown(void *arg,
				      const struct dm_unknown *unknown)
{
	struct looking *l = arg;

	l->unknown += unknown->size;
	return NULL;
}

/* A few tables, so that they may be read again. */
static struct dm_error *look(struct gathering *g, struct looking *l)
{
	struct dm_range range = { l->from, l->to };

	return dm_target_runs(g->target, &range, count_run, count_unknown, l);
}

/* What could not be told of may have the larger leaf that was not seen. */
static struct dm_error *check_all_seen(struct gathering *g)
{
	const struct unknown_set *unknown = NULL;
	const struct dm_usage *usage;
	struct dm_error *err = dm_target_usage(g->target, &usage);

	if (!err)
		err = dm_target_unknown(g->target, &unknown);
	if (!err && (unknown->count || !dm_usage_mapped(usage)))
		err = dm_error_create(
			DM_ERROR_NOT_FOUND,
			"all that was seen of the map is pages, but not all was seen");
	return err;
}

struct dm_error *dm_boot_all_pages(struct gathering *g, bool *ret)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);
	const struct boot_layout *l = &g->facts->layout;
	struct looking at = {
		.from = k->linear_start,
		.to = k->linear_end,
		.any_large = true,
	};
	struct dm_error *err;

	if (l->text.end) {
		at.but_from = dm_kva_pa_to_linear(k, l->text.start);
		at.but_to = dm_kva_pa_to_linear(k, l->text.end);
	}
	err = look_at_all(g, &at);
	*ret = !err && !at.stopped;
	return *ret ? check_all_seen(g) : err;
}

/* ---- Which map_mem() --------------------------------------------------------- */

/*
 * No symbol tells in which way the kernel's alias was mapped, but the alias
 * does. Apart, it has blocks and never contiguous bits; first, it has them as
 * its banks have. Where nothing larger than pages fits, both ways come to the
 * same.
 */
struct dm_error *dm_boot_find_alias(struct gathering *g)
{
	const struct dm_kernel *k = dm_target_kernel(g->target);
	struct boot_layout *l = &g->facts->layout;
	struct looking at = {
		.from = dm_kva_pa_to_linear(k, l->text.start),
		.to = dm_kva_pa_to_linear(k, l->text.end),
	};
	uint64_t block = dm_leaf_size(k, DM_LEAF_PMD);
	struct dm_error *err = look(g, &at);
	bool fits = (at.from + block - 1) / block < at.to / block;

	if (err)
		return err;
	g->facts->alias_from = "page tables of the text's alias";
	if (at.bytes[DM_LEAF_CONT_PTE] || at.bytes[DM_LEAF_CONT_PMD])
		l->alias = BOOT_ALIAS_FIRST;
	else if (at.unknown && !l->pages)
		g->facts->lacks =
			"page tables of the text's alias, which are damaged or missing";
	else if (at.bytes[DM_LEAF_PMD] || at.bytes[DM_LEAF_PUD])
		l->alias = BOOT_ALIAS_APART;
	else if (fits && at.bytes[DM_LEAF_PTE])
		l->alias = BOOT_ALIAS_FIRST;
	else
		g->facts->alias_from = NULL;
	return NULL;
}

struct dm_error *dm_boot_page_is_known(struct gathering *g, uint64_t pa,
				       bool *known)
{
	uint64_t page = dm_target_kernel(g->target)->page_size;
	uint64_t va =
		dm_kva_pa_to_linear(dm_target_kernel(g->target), pa & -page);
	const struct unknown_set *unknown;
	struct dm_error *err = dm_target_unknown(g->target, &unknown);

	*known = !err && !dm_unknown_set_bytes(unknown, va, va + page);
	return err;
}

/* Whether the page at @pa is read-only; DM_UNKNOWN: the tables do not tell. */
static struct dm_error *is_read_only(struct gathering *g, uint64_t pa,
				     enum dm_known *ret)
{
	const struct kva_step *leaf;
	struct kva_path path;
	bool known;
	struct dm_error *err = dm_boot_page_is_known(g, pa, &known);

	*ret = DM_UNKNOWN;
	if (err || !known)
		return err;
	err = dm_kva_path(dm_target_kva(g->target),
			  dm_kva_pa_to_linear(dm_target_kernel(g->target), pa),
			  &path);
	err = boot_no_answer(err, &known);
	if (err || !known)
		return err;
	leaf = &path.steps[path.count - 1];
	*ret = path.is_leaf && arm64_is_read_only(leaf->entry) ? DM_YES : DM_NO;
	return NULL;
}

/*
 * From 5.13 on to 6.5 the alias began at _stext, else at _text; what was mapped
 * as alias is read-only since (mark_linear_text_alias_ro()). All pages between
 * the two tell, so one that is damaged does not matter.
 */
struct dm_error *dm_boot_find_text_start(struct gathering *g)
{
	struct boot_layout *l = &g->facts->layout;
	uint64_t page = dm_target_kernel(g->target)->page_size, pa;
	enum dm_known text, head = DM_UNKNOWN;
	struct dm_error *err = is_read_only(g, l->repaint_kept.start, &text);

	for (pa = l->text.start;
	     !err && head == DM_UNKNOWN && pa < l->repaint_kept.start;
	     pa += page)
		err = is_read_only(g, pa, &head);
	if (err)
		return err;
	if ((head == DM_UNKNOWN && text == DM_YES) ||
	    (!l->pages && (head == DM_UNKNOWN || text == DM_UNKNOWN)))
		g->facts->lacks =
			"page tables of the text's alias, which are damaged or missing";
	else if (head == DM_NO && text == DM_YES)
		l->text.start = l->repaint_kept.start;
	return NULL;
}
