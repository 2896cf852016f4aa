// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs into figures. */
#include <stdio.h>
#include <string.h>

#include "arm64/arm64.h"
#include "directmap/text.h"
#include "walk/usage.h"

void dm_usage_init(struct dm_usage *usage, const struct dm_kernel *kernel)
{
	memset(usage, 0, sizeof(*usage));
	usage->struct_size = sizeof(*usage);
	usage->linear_end = kernel->linear_end;
	usage->map_cell = kernel->page_size;
}

/* ---- The picture -------------------------------------------------------- */

/* Every two cells become one, so that twice the bytes fit. */
static void halve_map(struct dm_usage *u)
{
	size_t i, leaf;

	for (i = 0; i < DM_MAP_CELLS / 2; i++) {
		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
			u->map[i][leaf] =
				u->map[2 * i][leaf] + u->map[2 * i + 1][leaf];
	}
	memset(u->map[DM_MAP_CELLS / 2], 0,
	       DM_MAP_CELLS / 2 * sizeof(u->map[0]));
	u->map_cell *= 2;
}

static void add_to_map(struct dm_usage *u, const struct dm_run *run)
{
	uint64_t at = dm_usage_mapped(u), end = at + run->size;
	unsigned int shift;

	while (end > u->map_cell * DM_MAP_CELLS)
		halve_map(u);
	/* A page, doubled some times. */
	shift = (unsigned int)__builtin_ctzll(u->map_cell);
	while (at < end) {
		size_t cell = (size_t)(at >> shift);
		uint64_t next = (cell + 1) * u->map_cell;

		if (next > end)
			next = end;
		u->map[cell][run->leaf] += next - at;
		at = next;
	}
	u->map_cells = (size_t)((end + u->map_cell - 1) >> shift);
}

/* ---- The figures -------------------------------------------------------- */

void dm_usage_add_run(struct dm_usage *usage, const struct dm_run *run)
{
	bool bit11 = arm64_is_bit11(run->attrs);

	add_to_map(usage, run);
	usage->mapped[run->leaf] += run->size;
	if (!run->valid) {
		if (bit11)
			usage->invalid_marked += run->size;
		else
			usage->invalid_plain += run->size;
		return;
	}
	usage->valid[run->leaf] += run->size;
	if (arm64_is_read_only(run->attrs))
		usage->read_only += run->size;
	if (bit11)
		usage->valid_ng += run->size;
}

void dm_usage_add_finding(struct dm_usage *usage,
			  const struct dm_finding *finding)
{
	usage->finding_count[finding->kind]++;
	if (finding->kind == DM_FINDING_UNREADABLE)
		usage->unreadable++;
	if (usage->findings_kept < DM_FINDINGS_KEPT)
		usage->findings[usage->findings_kept++] = *finding;
}

void dm_usage_add_unknown(struct dm_usage *usage,
			  const struct dm_unknown *unknown)
{
	if (usage->unknown_count < DM_UNKNOWN_KEPT)
		usage->unknown_at[usage->unknown_count] = *unknown;
	usage->unknown_count++;
	usage->unknown += unknown->size;
}

void dm_usage_note_memory(struct dm_usage *usage, const char *why_not)
{
	usage->memory_checked = why_not ? DM_NO : DM_YES;
	snprintf(usage->memory_unchecked, sizeof(usage->memory_unchecked), "%s",
		 why_not ? why_not : "");
}

const char *dm_finding_name(enum dm_finding_kind kind)
{
	static const char *const names[DM_FINDING_COUNT] = {
		[DM_FINDING_UNREADABLE] = "unreadable_table",
		[DM_FINDING_OFF_FORMULA] = "off_formula",
		[DM_FINDING_BROKEN_CONT] = "broken_contiguous_group",
		[DM_FINDING_RESERVED] = "reserved_descriptor",
		[DM_FINDING_BAD_BLOCK] = "block_at_wrong_level",
		[DM_FINDING_SHARED_TABLE] = "shared_table",
		[DM_FINDING_EMPTY_TABLE] = "empty_table",
		[DM_FINDING_NOT_WALKED] = "not_walked",
		[DM_FINDING_UNMAPPED_MEMORY] = "unmapped_memory",
		[DM_FINDING_NO_TABLE] = "no_table",
		[DM_FINDING_UNEXPLAINED] = "unexplained_invalid_page",
		[DM_FINDING_NO_ACCESS] = "leaf_without_access_flag",
	};

	return kind < DM_FINDING_COUNT ? names[kind] : NULL;
}

const char *dm_finding_text(enum dm_finding_kind kind)
{
	static const char *const texts[DM_FINDING_COUNT] = {
		[DM_FINDING_UNREADABLE] =
			"page table not in the dump or broken",
		[DM_FINDING_OFF_FORMULA] =
			"leaves that map other memory than the linear map would",
		[DM_FINDING_BROKEN_CONT] =
			"contiguous bit without a whole group, not counted",
		[DM_FINDING_RESERVED] =
			"descriptor that the architecture reserves",
		[DM_FINDING_BAD_BLOCK] =
			"block at a level where Linux maps none",
		[DM_FINDING_SHARED_TABLE] =
			"page table that stands elsewhere too, not counted",
		[DM_FINDING_EMPTY_TABLE] =
			"page table of zeros: the kernel keeps none",
		[DM_FINDING_NOT_WALKED] = "not walked: stopped here",
		[DM_FINDING_UNMAPPED_MEMORY] =
			"memory that memblock has and no leaf maps",
		[DM_FINDING_NO_TABLE] =
			"page in a table's place whose entries fit nowhere",
		[DM_FINDING_UNEXPLAINED] = "invalid for no known reason",
		[DM_FINDING_NO_ACCESS] =
			"leaf without the access flag: Linux writes none",
	};

	return kind < DM_FINDING_COUNT ? texts[kind] : NULL;
}

bool dm_usage_partial(const struct dm_usage *usage, char *text, size_t size)
{
	uint64_t findings = dm_usage_findings(usage);

	*text = '\0';
	if (!findings)
		return false;
	if (usage->stopped) {
		snprintf(
			text, size,
			"partial result: stopped after %llu page table%s, nothing said of 0x%llx and above",
			(unsigned long long)dm_usage_tables(usage),
			dm_plural_s(dm_usage_tables(usage)),
			(unsigned long long)usage->stopped_at);
		return true;
	}
	if (!usage->unknown) {
		snprintf(text, size,
			 "partial result: %llu finding%s; report says which",
			 (unsigned long long)findings, dm_plural_s(findings));
		return true;
	}
	snprintf(
		text, size,
		"partial result: %llu finding%s, %llu page table%s unreadable, nothing said of %llu kB of the linear map's addresses",
		(unsigned long long)findings, dm_plural_s(findings),
		(unsigned long long)usage->unreadable,
		dm_plural_s(usage->unreadable),
		(unsigned long long)(usage->unknown >> 10));
	return true;
}

static uint64_t sum(const uint64_t *figures, size_t count)
{
	uint64_t total = 0;

	while (count--)
		total += figures[count];
	return total;
}

uint64_t dm_usage_mapped(const struct dm_usage *usage)
{
	return sum(usage->mapped, DM_LEAF_COUNT);
}

uint64_t dm_usage_valid(const struct dm_usage *usage)
{
	return sum(usage->valid, DM_LEAF_COUNT);
}

uint64_t dm_usage_tables(const struct dm_usage *usage)
{
	return sum(usage->tables, DM_LEVELS);
}

uint64_t dm_usage_findings(const struct dm_usage *usage)
{
	return sum(usage->finding_count, DM_FINDING_COUNT);
}

const char *dm_usage_empty(const struct dm_usage *usage)
{
	if (dm_usage_mapped(usage) || dm_usage_findings(usage))
		return NULL;
	return "nothing of the linear map was found: what swapper_pg_dir had of it is lost, or something else stands in its place";
}
