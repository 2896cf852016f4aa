// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Boot's map against the page tables of the bundled dumps. They hold nothing
 * but tables, so that the layouts stand here: the kernel image and memory from
 * the guests' own ptdump and iomem (test-dumps/NAME.ptdump, .truth.json).
 */
#include <stdlib.h>

#include "arm64/kernel.h"
#include "walk/walk.h"
#include "directmap/dump.h"
#include "target/kva.h"
#include "analysis/splits.h"
#include "suite.h"

#define BANK UINT64_C(0x40000000) /* QEMU's virt machine */
#define MIB  UINT64_C(0x100000)

/* 7.3.4+deb13-cloud-arm64 */
#define CLOUD73                                                                \
	BOOT_ALIAS_FIRST, { 0x40200000, 0x42270000 },                          \
	{                                                                      \
		0x424f0000, 0x42aad000                                         \
	}

static const struct row {
	const char *name;
	uint64_t memory; /* MiB */
	enum boot_alias alias;
	struct dm_range text, data;
	bool pages;
	struct dm_range late_kfence;
	/* What the kernel logged, or what none can have; -1: it is not known. */
	int lost[DM_LEAF_COUNT];
} rows[] = {
	{ "510-4k",
	  512,
	  BOOT_ALIAS_APART,
	  { 0x40200000, 0x41280000 },
	  { 0, 0 },
	  true,
	  { 0, 0 },
	  { 0 } },
	{ "61-4k",
	  1024,
	  BOOT_ALIAS_APART,
	  { 0x40210000, 0x41580000 },
	  { 0, 0 },
	  true,
	  { 0, 0 },
	  { 0 } },
	{ "612-16k",
	  2048,
	  BOOT_ALIAS_APART,
	  { 0x40200000, 0x41f20000 },
	  { 0, 0 },
	  true,
	  { 0, 0 },
	  { 0 } },
	{ "618-4k",
	  512,
	  BOOT_ALIAS_APART,
	  { 0x40200000, 0x41de0000 },
	  { 0, 0 },
	  false,
	  { 0, 0 },
	  { 0, -1, -1, -1, 0 } },
	{ "73-4k-counters",
	  2048,
	  BOOT_ALIAS_FIRST,
	  { 0x40200000, 0x40b90000 },
	  { 0x40dc0000, 0x40ef1000 },
	  false,
	  { 0, 0 },
	  { 0, 44, 8, 2, 0 } },
	{ "73-4k-bbml3", 2048, CLOUD73, false, { 0, 0 }, { 0, -1, -1, -1, 0 } },
	{ "73-4k-va48", 2048, CLOUD73, false, { 0, 0 }, { 0, -1, -1, -1, 0 } },
	{ "73-4k-small", 256, CLOUD73, false, { 0, 0 }, { 0, -1, -1, -1, 0 } },
	{ "73-4k-48g", 49152, CLOUD73, false, { 0, 0 }, { 0, -1, -1, -1, -1 } },
	{ "73-4k-vmcore", 768, CLOUD73, false, { 0, 0 }, { 0, -1, -1, -1, 0 } },
	{ "73-4k-nobbml", 2048, CLOUD73, true, { 0, 0 }, { 0 } },
	{ "73-4k-noalias", 512, CLOUD73, true, { 0, 0 }, { 0 } },
	/* 2 MiB from the first byte of memory on: one block in no group. */
	{ "73-4k-kfence-late",
	  512,
	  CLOUD73,
	  false,
	  { 0x40000000, 0x40200000 },
	  { 0, -1, -1, -1, 0 } },
	{ "73-16k-va47",
	  1024,
	  BOOT_ALIAS_FIRST,
	  { 0x40200000, 0x42930000 },
	  { 0x42d70000, 0x434a0000 },
	  false,
	  { 0, 0 },
	  { 0, -1, -1, -1, 0 } },
	{ "73-16k-va52",
	  2500,
	  BOOT_ALIAS_FIRST,
	  { 0x40200000, 0x42930000 },
	  { 0x42d70000, 0x434a0000 },
	  false,
	  { 0, 0 },
	  { 0, -1, -1, -1, 0 } },
	{ "73-64k-va48",
	  1024,
	  BOOT_ALIAS_FIRST,
	  { 0x40200000, 0x40af0000 },
	  { 0x40cf0000, 0x40e20000 },
	  true,
	  { 0, 0 },
	  { 0 } },
	{ "73-64k-va52",
	  2048,
	  BOOT_ALIAS_FIRST,
	  { 0x40200000, 0x40af0000 },
	  { 0x40cf0000, 0x40e20000 },
	  false,
	  { 0, 0 },
	  { 0, -1, -1, 0, 0 } },
};

static struct boot_layout layout_of(const struct row *r,
				    const struct dm_kernel *k,
				    struct boot_bank *bank)
{
	*bank = (struct boot_bank){ BANK, BANK + r->memory * MIB, false, NULL,
				    0 };
	return (struct boot_layout){
		.kernel = k,
		.banks = bank,
		.bank_count = 1,
		.alias = r->alias,
		.pages = r->pages,
		.text = r->text,
		.data = r->alias == BOOT_ALIAS_FIRST ? r->data
						     : (struct dm_range){ 0 },
	};
}

/* Nothing is split in the kernel's text: it had its own attributes at boot. */
static struct dm_error *not_in_text(void *arg, const struct lost_leaf *lost)
{
	const struct dm_range *text = arg;

	CU_ASSERT_FALSE(lost->start >= text->start &&
			lost->start + lost->size <= text->end);
	return NULL;
}

static void check_figures(const struct row *r, const struct splits_figures *f)
{
	size_t leaf;

	CU_ASSERT_EQUAL(f->absent, 0);
	CU_ASSERT_EQUAL(f->unexpected, 0);
	CU_ASSERT_EQUAL(f->larger, 0);
	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		if (r->lost[leaf] >= 0)
			CU_ASSERT_EQUAL(f->lost[leaf], (uint64_t)r->lost[leaf]);
	}
}

static void check(const struct row *r, struct dm_source *source)
{
	struct dm_usage *usage = calloc(1, sizeof(*usage));
	struct dm_range to_ptes = { 0, 0 }, text;
	struct boot_layout layout;
	struct splits *splits;
	struct boot_map *map;
	struct boot_bank bank;
	struct dm_kernel k;

	suite_no_error(dm_kernel_init(&k, source));
	layout = layout_of(r, &k, &bank);
	text.start = dm_kva_pa_to_linear(&k, r->text.start);
	text.end = dm_kva_pa_to_linear(&k, r->text.end);
	if (r->late_kfence.end) {
		to_ptes.start = dm_kva_pa_to_linear(&k, r->late_kfence.start);
		to_ptes.end = dm_kva_pa_to_linear(&k, r->late_kfence.end);
	}
	suite_no_error(dm_boot_map_create(&layout, &map));
	suite_no_error(dm_splits_create(map, &k, &to_ptes, not_in_text, &text,
					&splits));
	suite_no_error(
		dm_walk(source, &k, NULL, usage, dm_splits_add_run, splits));
	suite_no_error(dm_splits_finish(splits));
	check_figures(r, dm_splits_figures(splits));
	dm_splits_destroy(splits);
	dm_boot_map_destroy(map);
	free(usage);
}

static void test_dumps(void)
{
	const char *folder = getenv("TEST_DUMPS");
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char path[512];
		const char *const paths[] = { path };
		struct dm_dump *dump;
		unsigned int failures = CU_get_number_of_failures();

		snprintf(path, sizeof(path), "%s/%s.kdump",
			 folder ? folder : "test-dumps", rows[i].name);
		suite_no_error(dm_dump_open(paths, 1, NULL, &dump));
		check(&rows[i], dm_dump_source(dump));
		dm_dump_close(dump);
		if (CU_get_number_of_failures() != failures)
			fprintf(stderr, "    in %s\n", rows[i].name);
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "bundled dumps", test_dumps },
		CU_TEST_INFO_NULL,
	};

	return suite_run("boot map against real page tables", tests);
}
