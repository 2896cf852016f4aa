// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When a lost leaf was lost, and what tells so: the page table that took its
 * place, and what page_owner knows of that.
 */
#include <string.h>

#include "analysis/history.h"
#include "kernel/page.h"
#include "util/error.h"
#include "util/missing.h"

const char *dm_evidence_name(unsigned int bit)
{
	switch (bit) {
	case DM_EVIDENCE_BOOT_RULE:
		return "boot_rule";
	case DM_EVIDENCE_SPLIT_TRAIL:
		return "split_trail";
	case DM_EVIDENCE_CONT_TRAIL:
		return "contiguous_around";
	case DM_EVIDENCE_NO_CONT:
		return "no_contiguous";
	case DM_EVIDENCE_TABLE_RUNTIME:
		return "table_allocated_at_run_time";
	case DM_EVIDENCE_TABLE_BOOT:
		return "table_from_boot";
	case DM_EVIDENCE_PAGE_OWNER:
		return "page_owner";
	}
	return NULL;
}

/* The table that @level's entry for @va leads to; it is not read itself. */
static struct dm_error *find_table(struct dm_history *h, uint64_t va, int level,
				   uint64_t *table)
{
	const struct arm64_geometry *g =
		dm_kva_geometry(dm_target_kva(h->target));
	const struct kva_step *last;
	struct kva_path path;
	struct dm_error *err;

	*table = level < g->root_level ? h->kernel->pgd : 0;
	if (*table)
		return NULL;
	err = dm_kva_path_to(dm_target_kva(h->target), va, level, &path);
	last = path.count ? &path.steps[path.count - 1] : NULL;
	if (last && last->level == level && last->kind == ENTRY_TABLE)
		*table = arm64_oa(g, last->entry);
	return dm_missing_note(&h->summary.missing, err);
}

/* A table from memblock is reserved, one from the page allocator is typed. */
static struct dm_error *judge_table(struct dm_history *h, uint64_t table,
				    unsigned int *evidence)
{
	struct page_state page;
	struct dm_error *err;
	char type[PAGE_TYPE_TEXT];
	bool reserved;

	err = dm_page_state_read(h->target, table, &page);
	if (err)
		return dm_missing_note(&h->summary.missing, err);
	err = dm_page_type_text(h->target, &page, type, sizeof(type));
	if (!err)
		err = dm_page_has_flag(h->target, &page, "PG_reserved",
				       &reserved);
	if (err)
		return err;
	if (reserved)
		*evidence |= DM_EVIDENCE_TABLE_BOOT;
	else if (strcmp(type, "table") == 0)
		*evidence |= DM_EVIDENCE_TABLE_RUNTIME;
	return NULL;
}

static struct dm_error *table_note(struct dm_history *h, uint64_t table,
				   struct page_owner_note *note, bool *found)
{
	struct dm_error *err;

	*found = false;
	if (!h->page_owner || !table)
		return NULL;
	err = dm_page_owner_of(h->page_owner, table, note, found);
	if (!err && *found && dm_clocks_is_future(&h->clocks, note->time_ns)) {
		*found = false;
		return dm_missing_add(
			&h->summary.missing, NULL,
			"page_owner has times later than the dump",
			DM_ERROR_BAD_DUMP);
	}
	return dm_missing_note(&h->summary.missing, err);
}

static void set_before(struct dm_lost *lost, uint64_t ns, const char *from)
{
	if (lost->has_before && lost->before_ns <= ns)
		return;
	lost->has_before = true;
	lost->before_ns = ns;
	lost->time_from = from;
}

/* What is below the call that wants a table is the same in every stack. */
static void leave_out_allocator(char *stack)
{
	static const char separator[] = " < ";
	char *call = strstr(stack, "pgtable_alloc");

	call = call ? strstr(call, separator) : NULL;
	if (call)
		memmove(stack, call + strlen(separator),
			strlen(call + strlen(separator)) + 1);
}

static struct dm_error *date_block(struct dm_history *h, struct dm_lost *lost)
{
	struct page_owner_note note;
	struct dm_error *err;
	bool found;

	err = table_note(h, lost->table, &note, &found);
	if (!found)
		return err;
	lost->evidence |= DM_EVIDENCE_PAGE_OWNER;
	lost->has_before = true;
	lost->before_ns = note.time_ns;
	lost->time_from = "page_owner, which met its table";
	if (note.early)
		return err;
	lost->has_after = true;
	lost->after_ns = note.time_ns;
	lost->time_from = "page_owner of its table";
	if (!err)
		err = dm_missing_note(
			&h->summary.missing,
			dm_page_owner_stack(h->page_owner, note.stack,
					    lost->stack, sizeof(lost->stack)));
	leave_out_allocator(lost->stack);
	return err;
}

/*
 * Contiguous bits go before or as a table in the group is made, and no earlier
 * than the table that they stand in.
 */
static struct dm_error *date_tables_in(struct dm_history *h,
				       struct dm_lost *lost)
{
	uint64_t pmd = dm_leaf_size(h->kernel, DM_LEAF_PMD), va, table;
	struct dm_error *err = NULL;

	for (va = lost->start; !err && va < lost->start + lost->size;
	     va += pmd) {
		struct page_owner_note note;
		unsigned int evidence = 0;
		bool found = false;

		err = find_table(h, va, arm64_leaf_level(DM_LEAF_PMD), &table);
		if (!err && table)
			err = judge_table(h, table, &evidence);
		if (!err && evidence & DM_EVIDENCE_TABLE_RUNTIME)
			err = table_note(h, table, &note, &found);
		if (!err && found) {
			lost->evidence |= DM_EVIDENCE_PAGE_OWNER;
			set_before(lost, note.time_ns,
				   "page_owner of a table in it");
		}
	}
	return err;
}

static struct dm_error *date_group(struct dm_history *h, struct dm_lost *lost,
				   uint64_t table)
{
	struct page_owner_note note;
	struct dm_error *err;
	bool found;

	err = table_note(h, table, &note, &found);
	if (!err && found && !note.early &&
	    lost->evidence & DM_EVIDENCE_TABLE_RUNTIME) {
		lost->evidence |= DM_EVIDENCE_PAGE_OWNER;
		lost->has_after = true;
		lost->after_ns = note.time_ns;
		if (!lost->time_from)
			lost->time_from = "page_owner of the table around it";
	}
	if (err || lost->leaf != DM_LEAF_CONT_PMD)
		return err;
	return date_tables_in(h, lost);
}

/* One of them is wrong, and which one is not known. */
static struct dm_error *forget_times(struct dm_history *h, struct dm_lost *lost)
{
	lost->has_after = lost->has_before = false;
	lost->after_ns = lost->before_ns = 0;
	lost->time_from = NULL;
	return dm_missing_add(&h->summary.missing, NULL,
			      "page_owner's times contradict each other",
			      DM_ERROR_BAD_DUMP);
}

struct dm_error *dm_history_date(struct dm_history *h, struct dm_lost *lost)
{
	bool block = lost->leaf == DM_LEAF_PUD || lost->leaf == DM_LEAF_PMD;
	int level = arm64_leaf_level(lost->leaf);
	struct dm_error *err;
	uint64_t table;

	/* Of a group, the one that it stands in. */
	err = find_table(h, lost->start, block ? level : level - 1, &table);
	if (err || !table)
		return err;
	if (block)
		lost->table = table;
	err = judge_table(h, table, &lost->evidence);
	if (!err)
		err = block ? date_block(h, lost) : date_group(h, lost, table);
	if (!err && lost->has_after && lost->has_before &&
	    lost->after_ns > lost->before_ns)
		err = forget_times(h, lost);
	return err;
}
