// SPDX-License-Identifier: GPL-2.0-or-later
/* What is found of boot in a fake kernel, whole and with parts missing. */
#include <stdlib.h>

#include "analysis/memory_check.h"
#include "arm64/kernel.h"
#include "target/target.h"
#include "walk/walk.h"
#include "analysis/boot_facts.h"
#include "fake/fake_kernel.h"
#include "suite.h"

#define GIB (UINT64_C(1) << 30)
#define MIB (UINT64_C(1) << 20)

/* ---- Symbols and types, as lists -------------------------------------------- */

struct name {
	const char *name; /* NULL at the end */
	uint64_t va;
};

struct lists {
	struct dm_symbol_table symbols;
	struct name *names;
};

static struct dm_error *find_symbol(struct dm_symbol_table *table,
				    const char *name, uint64_t *va)
{
	const struct name *n = ((const struct lists *)table)->names;

	for (; n->name; n++) {
		if (!strcmp(n->name, name)) {
			*va = n->va;
			return NULL;
		}
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s", name);
}

static void end_symbols(struct dm_symbol_table *table)
{
	(void)table;
}

static const struct dm_symbol_table_ops symbol_ops = {
	.name = "list",
	.find = find_symbol,
	.destroy = end_symbols,
};

static const struct {
	const char *type, *path;
	uint64_t offset, size;
} members[] = {
	{ "struct memblock", "memory", 16, 40 },
	{ "struct memblock", "reserved", 56, 40 },
	{ "struct memblock_type", "cnt", 0, 8 },
	{ "struct memblock_type", "regions", 24, 8 },
	{ "struct memblock_region", "base", 0, 8 },
	{ "struct memblock_region", "size", 8, 8 },
	{ "struct memblock_region", "flags", 16, 4 },
	{ "struct resource", "start", 0, 8 },
	{ "struct resource", "end", 8, 8 },
	{ "struct resource", "flags", 24, 8 },
	{ "struct resource", "parent", 40, 8 },
	{ "struct resource", "sibling", 48, 8 },
	{ "struct resource", "child", 56, 8 },
};

static struct dm_error *size_of(struct dm_type_table *table, const char *type,
				uint64_t *size)
{
	(void)table;
	if (!strcmp(type, "struct memblock_region"))
		*size = 24;
	else if (!strcmp(type, "struct resource"))
		*size = 96;
	else
		return dm_error_create(DM_ERROR_NOT_FOUND, "no %s", type);
	return NULL;
}

static struct dm_error *find_member(struct dm_type_table *table,
				    const char *type, const char *path,
				    struct dm_member *member)
{
	size_t i;

	(void)table;
	for (i = 0; i < sizeof(members) / sizeof(*members); i++) {
		if (!strcmp(members[i].type, type) &&
		    !strcmp(members[i].path, path)) {
			*member = (struct dm_member){
				.offset = members[i].offset,
				.size = members[i].size,
			};
			return NULL;
		}
	}
	return dm_error_create(DM_ERROR_NOT_FOUND, "no %s", path);
}

static struct dm_error *find_enumerator(struct dm_type_table *table,
					const char *name, int64_t *value)
{
	(void)table;
	*value = strcmp(name, "MEMBLOCK_NOMAP") ? 8 : 4;
	return strcmp(name, "MEMBLOCK_NOMAP") &&
			       strcmp(name, "MEMBLOCK_DRIVER_MANAGED")
		       ? dm_error_create(DM_ERROR_NOT_FOUND, "no %s", name)
		       : NULL;
}

static void end_types(struct dm_type_table *table)
{
	(void)table;
}

static const struct dm_type_table_ops type_ops = {
	.name = "list",
	.size = size_of,
	.member = find_member,
	.enumerator = find_enumerator,
	.destroy = end_types,
};

/* ---- A kernel ------------------------------------------------------------------ */

enum { MEMBLOCK, COUNT, RESOURCES, TEXT, STEXT, INIT_BEGIN, NAMES };

struct test {
	struct fake_kernel *fake;
	struct dm_kernel kernel;
	struct lists lists;
	struct dm_type_table types;
	struct name names[NAMES + 1];
	uint64_t regions, resources; /* VAs of the arrays */
	size_t region_count, resource_count;
	struct dm_policy *policy;
	struct dm_target *target;
	struct boot_facts *facts;
};

static void add_region(struct test *t, uint64_t start, uint64_t end,
		       uint32_t flags)
{
	uint64_t va = t->regions + 24 * t->region_count++;

	fake_kernel_write_u64(t->fake, va, start);
	fake_kernel_write_u64(t->fake, va + 8, end - start);
	fake_kernel_write_u32(t->fake, va + 16, flags);
	fake_kernel_write_u64(t->fake, t->names[MEMBLOCK].va + 16,
			      t->region_count);
}

static void add_resource(struct test *t, uint64_t start, uint64_t end, bool ram)
{
	uint64_t va = t->resources + 96 * t->resource_count++;

	fake_kernel_write_u64(t->fake, va, start);
	fake_kernel_write_u64(t->fake, va + 8, end - 1);
	fake_kernel_write_u64(t->fake, va + 24, ram ? 0x01000200 : 0x200);
	fake_kernel_write_u32(t->fake, t->names[COUNT].va,
			      (uint32_t)t->resource_count);
}

/* Blocks that may be split, and the text at 1 GiB and 2 MiB. */
static void start_pages(struct test *t, unsigned int page_shift)
{
	static const char *const names[NAMES] = { "memblock",
						  "num_standard_resources",
						  "standard_resources",
						  "_text",
						  "_stext",
						  "__init_begin" };
	size_t i;

	*t = (struct test){
		.fake = fake_kernel_create(page_shift, 48),
	};
	t->lists = (struct lists){ { &symbol_ops }, t->names };
	t->types.ops = &type_ops;
	suite_no_error(dm_kernel_init(&t->kernel, &t->fake->source));
	for (i = 0; i < NAMES; i++) {
		t->names[i] =
			(struct name){ names[i], fake_kernel_data(t->fake) };
		fake_kernel_write_u64(t->fake, t->names[i].va, 0);
	}
	t->names[TEXT].va = GIB + 2 * MIB + t->kernel.kimage_voffset;
	t->names[STEXT].va = t->names[TEXT].va + 65536;
	t->names[INIT_BEGIN].va = t->names[TEXT].va + 16 * MIB;
	t->regions = fake_kernel_data(t->fake);
	t->resources = fake_kernel_data(t->fake);
	fake_kernel_write_u64(t->fake, t->names[MEMBLOCK].va + 40, t->regions);
	/* Nothing is reserved. */
	fake_kernel_write_u64(t->fake, t->names[MEMBLOCK].va + 56, 0);
	fake_kernel_write_u64(t->fake, t->names[MEMBLOCK].va + 80, t->regions);
	fake_kernel_write_u64(t->fake, t->names[RESOURCES].va, t->resources);
	t->policy = calloc(1, sizeof(*t->policy));
	CU_ASSERT_PTR_NOT_NULL_FATAL(t->policy);
	t->policy->boot = DM_BOOT_BLOCKS;
	t->policy->hotplug = DM_BOOT_PAGES;
	t->policy->kfence = DM_KFENCE_NONE;
	t->policy->splits_at_runtime = DM_YES;
}

/* Of a map without a leaf, nothing would be known. */
static void map_something(struct test *t)
{
	uint64_t pa = 200 * GIB;

	fake_kernel_set_entry(t->fake, dm_kva_pa_to_linear(&t->kernel, pa), 3,
			      pa | UINT64_C(0x0060000000000403));
}

static void start(struct test *t)
{
	start_pages(t, 12);
	map_something(t);
}

static struct dm_error *gather(struct test *t)
{
	suite_no_error(
		dm_target_create(&t->fake->source, &t->kernel, &t->target));
	suite_no_error(
		dm_target_add_symbols(t->target, &t->lists.symbols, true));
	suite_no_error(dm_target_add_types(t->target, &t->types));
	return dm_boot_facts_create(t->target, t->policy, &t->facts);
}

static void end(struct test *t)
{
	dm_boot_facts_destroy(t->facts);
	dm_target_destroy(t->target);
	free(t->policy);
	fake_kernel_destroy(t->fake);
}

static void check_bank(const struct test *t, size_t i, uint64_t first,
		       uint64_t last, bool hotplug)
{
	const struct boot_bank *b = &t->facts->layout.banks[i];

	CU_ASSERT_TRUE_FATAL(i < t->facts->layout.bank_count);
	CU_ASSERT_EQUAL(b->start, first);
	CU_ASSERT_EQUAL(b->end, last);
	CU_ASSERT_EQUAL(b->hotplug, hotplug);
}

/* ---- Memory --------------------------------------------------------------------- */

static void test_banks(void)
{
	struct test t;

	start(&t);
	/* Two nodes, NOMAP, and two pieces that were added later. */
	add_region(&t, GIB, 2 * GIB, 0);
	add_region(&t, 2 * GIB, 3 * GIB, 0);
	add_region(&t, 3 * GIB, 3 * GIB + MIB, 4);
	add_region(&t, 3 * GIB + MIB, 4 * GIB, 0);
	add_region(&t, 5 * GIB, 6 * GIB, 0);
	add_resource(&t, GIB, 3 * GIB, true);
	add_resource(&t, 3 * GIB, 3 * GIB + MIB, false);
	add_resource(&t, 3 * GIB + MIB, 4 * GIB - 128 * MIB, true);
	suite_no_error(gather(&t));
	CU_ASSERT_EQUAL(t.facts->layout.bank_count, 4);
	check_bank(&t, 0, GIB, 3 * GIB, false);
	check_bank(&t, 1, 3 * GIB + MIB, 4 * GIB - 128 * MIB, false);
	check_bank(&t, 2, 4 * GIB - 128 * MIB, 4 * GIB, true);
	check_bank(&t, 3, 5 * GIB, 6 * GIB, true);
	CU_ASSERT_TRUE(t.facts->layout.hotplug_pages);
	CU_ASSERT_FALSE(t.facts->layout.pages);
	CU_ASSERT_TRUE(t.facts->splits);
	CU_ASSERT_PTR_NULL(t.facts->lacks);
	end(&t);
}

/* Added between, before and behind what boot had. */
static void test_added_around(void)
{
	struct test t;

	start(&t);
	add_region(&t, GIB, 8 * GIB, 0);
	add_resource(&t, 2 * GIB, 3 * GIB, true);
	add_resource(&t, 4 * GIB, 5 * GIB, true);
	suite_no_error(gather(&t));
	CU_ASSERT_EQUAL(t.facts->layout.bank_count, 5);
	check_bank(&t, 0, GIB, 2 * GIB, true);
	check_bank(&t, 1, 2 * GIB, 3 * GIB, false);
	check_bank(&t, 2, 3 * GIB, 4 * GIB, true);
	check_bank(&t, 3, 4 * GIB, 5 * GIB, false);
	check_bank(&t, 4, 5 * GIB, 8 * GIB, true);
	end(&t);
}

/* No kernel's memory blocks are here: only where all is pages that is all. */
static void test_added_somehow(void)
{
	static const enum dm_boot policies[] = { DM_BOOT_BLOCKS,
						 DM_BOOT_UNKNOWN,
						 DM_BOOT_PAGES };
	const char *why[3];
	struct test t;
	size_t i;

	for (i = 0; i < 3; i++) {
		start(&t);
		t.policy->hotplug = policies[i];
		add_region(&t, GIB, 3 * GIB, 0);
		add_region(&t, 5 * GIB, 6 * GIB, 0);
		add_resource(&t, GIB, 2 * GIB, true);
		suite_no_error(gather(&t));
		CU_ASSERT_EQUAL_FATAL(t.facts->layout.bank_count, 3);
		check_bank(&t, 0, GIB, 2 * GIB, false);
		check_bank(&t, 1, 2 * GIB, 3 * GIB, true);
		check_bank(&t, 2, 5 * GIB, 6 * GIB, true);
		CU_ASSERT_PTR_NULL(t.facts->layout.banks[0].unknown);
		why[i] = t.facts->layout.banks[1].unknown;
		CU_ASSERT_PTR_EQUAL(t.facts->layout.banks[2].unknown, why[i]);
		CU_ASSERT_PTR_NULL(t.facts->lacks);
		end(&t);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(why[0], "pieces"));
	CU_ASSERT_PTR_NOT_NULL(strstr(why[1], "how"));
	CU_ASSERT_PTR_NULL(why[2]);
}

/* Without resources, what a driver manages was added all the same. */
static void test_driver_managed(void)
{
	struct test t;

	start(&t);
	t.names[COUNT].name = "other";
	add_region(&t, GIB, 2 * GIB, 0);
	add_region(&t, 2 * GIB, 3 * GIB, 8);
	suite_no_error(gather(&t));
	CU_ASSERT_EQUAL(t.facts->layout.bank_count, 2);
	check_bank(&t, 0, GIB, 2 * GIB, false);
	check_bank(&t, 1, 2 * GIB, 3 * GIB, true);
	end(&t);
}

static void test_no_resources(void)
{
	struct test t;

	start(&t);
	t.names[COUNT].name = "other";
	add_region(&t, GIB, 2 * GIB, 0);
	add_region(&t, 2 * GIB, 3 * GIB, 0);
	suite_no_error(gather(&t));
	CU_ASSERT_EQUAL(t.facts->layout.bank_count, 1);
	check_bank(&t, 0, GIB, 3 * GIB, false);
	CU_ASSERT_STRING_EQUAL(t.facts->banks_from, "memblock");
	end(&t);
}

/* Resources out of order or counted absurdly are no resources. */
static void test_bad_resources(void)
{
	struct test t;

	start(&t);
	add_region(&t, GIB, 3 * GIB, 0);
	add_resource(&t, 2 * GIB, 3 * GIB, true);
	add_resource(&t, GIB, 2 * GIB, true);
	suite_no_error(gather(&t));
	CU_ASSERT_STRING_EQUAL(t.facts->banks_from, "memblock");
	check_bank(&t, 0, GIB, 3 * GIB, false);
	end(&t);
	start(&t);
	add_region(&t, GIB, 3 * GIB, 0);
	fake_kernel_write_u32(t.fake, t.names[COUNT].va, UINT32_MAX);
	suite_no_error(gather(&t));
	CU_ASSERT_STRING_EQUAL(t.facts->banks_from, "memblock");
	end(&t);
}

/* Without memblock, or with one that cannot be: what is mapped is memory. */
static void check_tables(struct test *t)
{
	uint64_t linear = t->kernel.page_offset - t->kernel.phys_offset;

	fake_kernel_map(t->fake, linear + 2 * GIB, 2 * GIB);
	fake_kernel_map(t->fake, linear + 2 * GIB + 4096, 2 * GIB + 4096);
	fake_kernel_map(t->fake, linear + 3 * GIB, 3 * GIB);
	suite_no_error(gather(t));
	CU_ASSERT_STRING_EQUAL(t->facts->banks_from, "page tables");
	CU_ASSERT_EQUAL(t->facts->layout.bank_count, 2);
	check_bank(t, 0, 2 * GIB, 2 * GIB + 8192, false);
	check_bank(t, 1, 3 * GIB, 3 * GIB + 4096, false);
	end(t);
}

static void test_no_memblock(void)
{
	struct test t;

	start_pages(&t, 12);
	t.names[MEMBLOCK].name = "other";
	check_tables(&t);
	start_pages(&t, 12);
	add_region(&t, 2 * GIB, 3 * GIB, 0);
	add_region(&t, GIB, 2 * GIB, 0);
	check_tables(&t);
	start_pages(&t, 12);
	add_region(&t, GIB, 3 * GIB, 0);
	fake_kernel_write_u64(t.fake, t.names[MEMBLOCK].va + 16, UINT64_MAX);
	check_tables(&t);
	start_pages(&t, 12);
	add_region(&t, GIB, 3 * GIB, 0);
	fake_kernel_write_u64(t.fake, t.names[MEMBLOCK].va + 40, 0x123456);
	check_tables(&t);
}

/* ---- Memory that ends within pages ------------------------------------------ */

/* [from, to) of memblock, and the resource that the kernel makes of it at boot. */
static void boot_region(struct test *t, uint64_t from, uint64_t to, bool nomap)
{
	uint64_t page = t->kernel.page_size, up = page - 1;

	add_region(t, from, to, nomap ? 4 : 0);
	if (nomap)
		add_resource(t, from & ~up, (to + up) & ~up, false);
	else
		add_resource(t, (from + up) & ~up, to & ~up, true);
}

/* The page at @pa is mapped. */
static void map_pa(struct test *t, uint64_t pa)
{
	uint64_t page = t->kernel.page_size;

	pa &= ~(page - 1);
	fake_kernel_map(t->fake,
			t->kernel.page_offset - t->kernel.phys_offset + pa, pa);
}

static const unsigned int shifts[] = { 12, 14, 16 };

/* One edge, the other, both, and less than a page in between. */
static void test_odd_edges(void)
{
	struct test t;
	size_t i;

	for (i = 0; i < sizeof(shifts) / sizeof(*shifts); i++) {
		uint64_t q, at = 2 * GIB;

		start_pages(&t, shifts[i]);
		q = t.kernel.page_size / 4;
		boot_region(&t, GIB, at + q, false);
		boot_region(&t, at + q, at + 4 * q, true);
		boot_region(&t, at + 4 * q, at + 41 * q, false);
		boot_region(&t, at + 41 * q, at + 63 * q, true);
		boot_region(&t, at + 63 * q, at + MIB * 16, false);
		boot_region(&t, at + MIB * 16, at + MIB * 16 + q, true);
		boot_region(&t, at + MIB * 16 + q, at + MIB * 16 + 2 * q,
			    false);
		boot_region(&t, at + MIB * 16 + 2 * q, at + MIB * 16 + 3 * q,
			    true);
		boot_region(&t, at + MIB * 16 + 3 * q, 3 * GIB, false);
		map_pa(&t, at);
		suite_no_error(gather(&t));
		CU_ASSERT_STRING_EQUAL(t.facts->banks_from,
				       "memblock, standard_resources");
		CU_ASSERT_EQUAL(t.facts->layout.bank_count, 5);
		check_bank(&t, 0, GIB, at + q, false);
		check_bank(&t, 1, at + 4 * q, at + 41 * q, false);
		check_bank(&t, 2, at + 63 * q, at + 16 * MIB, false);
		check_bank(&t, 3, at + 16 * MIB + q, at + 16 * MIB + 2 * q,
			   false);
		check_bank(&t, 4, at + 16 * MIB + 3 * q, 3 * GIB, false);
		CU_ASSERT_PTR_NULL(t.facts->lacks);
		CU_ASSERT_FALSE(t.facts->layout.inward);
		end(&t);
	}
}

/*
 * A no-map region of 4 KiB, 64 MiB behind 2 GiB, in the map that boot makes: it
 * hides nothing where banks are cut outward, and all that it is in inward.
 */
static void check_hole(unsigned int shift, bool inward)
{
	uint64_t hole = 2 * GIB + 64 * MIB, linear;
	struct boot_map *map = NULL;
	struct boot_run run;
	struct test t;

	start_pages(&t, shift);
	t.policy->hotplug = DM_BOOT_BLOCKS;
	linear = t.kernel.page_offset - t.kernel.phys_offset;
	boot_region(&t, GIB, hole, false);
	boot_region(&t, hole, hole + 4096, true);
	boot_region(&t, hole + 4096, 4 * GIB, false);
	map_pa(&t, inward ? hole + t.kernel.page_size : hole);
	suite_no_error(gather(&t));
	suite_no_error(dm_boot_map_create(&t.facts->layout, &map));
	CU_ASSERT_TRUE(dm_boot_map_next(map, linear + hole, &run));
	CU_ASSERT_EQUAL(run.start, linear + hole + inward * t.kernel.page_size);
	CU_ASSERT_EQUAL(run.leaf, inward ? DM_LEAF_PTE : DM_LEAF_PMD);
	dm_boot_map_destroy(map);
	end(&t);
}

static void test_small_hole(void)
{
	check_hole(14, false);
	check_hole(14, true);
	check_hole(16, true);
}

/* memblock has merged what was added with what boot had less than a page of. */
static void test_odd_beside_added(void)
{
	struct test t;
	size_t i;

	for (i = 0; i < sizeof(shifts) / sizeof(*shifts); i++) {
		uint64_t q;

		start_pages(&t, shifts[i]);
		q = t.kernel.page_size / 4;
		add_region(&t, GIB, 3 * GIB + q, 0);
		add_resource(&t, GIB, 2 * GIB, true);
		add_resource(&t, 3 * GIB, 3 * GIB, true);
		add_region(&t, 4 * GIB - q, 6 * GIB, 0);
		add_resource(&t, 4 * GIB, 4 * GIB, true);
		add_resource(&t, 5 * GIB, 6 * GIB, true);
		add_region(&t, 7 * GIB, 8 * GIB + 6 * q, 0);
		add_resource(&t, 8 * GIB, 8 * GIB + 4 * q, true);
		suite_no_error(gather(&t));
		CU_ASSERT_EQUAL(t.facts->layout.bank_count, 8);
		check_bank(&t, 0, GIB, 2 * GIB, false);
		check_bank(&t, 1, 2 * GIB, 3 * GIB, true);
		check_bank(&t, 2, 3 * GIB, 3 * GIB + q, false);
		check_bank(&t, 3, 4 * GIB - q, 4 * GIB, false);
		check_bank(&t, 4, 4 * GIB, 5 * GIB, true);
		check_bank(&t, 5, 5 * GIB, 6 * GIB, false);
		check_bank(&t, 6, 7 * GIB, 8 * GIB, true);
		check_bank(&t, 7, 8 * GIB, 8 * GIB + 6 * q, false);
		end(&t);
	}
}

/* Which way pages that are memory in part went, and where that is not known. */
static void test_rounding(void)
{
	struct test t;
	uint64_t q, hole = 2 * GIB + 64 * MIB;
	size_t way;

	for (way = 0; way < 5; way++) {
		start_pages(&t, 14);
		q = t.kernel.page_size / 4;
		boot_region(&t, GIB, hole + q, false);
		boot_region(&t, hole + q, hole + 2 * q + 32 * MIB, true);
		boot_region(&t, hole + 2 * q + 32 * MIB, 3 * GIB, false);
		/* Where what is beside it is not, the last way, it was lost. */
		map_pa(&t, hole - (way < 4 ? 4 * q : MIB));
		map_pa(&t, hole + (way < 4 ? 4 * q + 32 * MIB : 33 * MIB));
		/* The second page is mapped, or the first, none, or unknown. */
		if (way < 2)
			map_pa(&t, hole + !way * 32 * MIB);
		if (way == 3)
			fake_kernel_set_entry(t.fake,
					      t.kernel.page_offset -
						      t.kernel.phys_offset +
						      hole,
					      1, 4);
		suite_no_error(gather(&t));
		CU_ASSERT_EQUAL(t.facts->layout.inward, way == 2);
		if (way < 3) {
			CU_ASSERT_PTR_NULL(t.facts->lacks);
		} else {
			CU_ASSERT_PTR_NOT_NULL_FATAL(t.facts->lacks);
			CU_ASSERT_PTR_NOT_NULL(
				strstr(t.facts->lacks, "in part"));
		}
		end(&t);
	}
}

/* ---- The rest ---------------------------------------------------------------------- */

static void test_text(void)
{
	struct test t;

	start(&t);
	add_region(&t, GIB, 3 * GIB, 0);
	suite_no_error(gather(&t));
	CU_ASSERT_EQUAL(t.facts->layout.text.start, GIB + 2 * MIB);
	CU_ASSERT_EQUAL(t.facts->layout.text.end, GIB + 18 * MIB);
	CU_ASSERT_EQUAL(t.facts->layout.repaint_kept.start,
			GIB + 2 * MIB + 65536);
	/* Its alias is not mapped: nothing tells which way it went. */
	CU_ASSERT_PTR_NULL(t.facts->alias_from);
	end(&t);
	/* KALLSYMS without ALL */
	start(&t);
	t.names[TEXT].name = "other";
	add_region(&t, GIB, 3 * GIB, 0);
	suite_no_error(gather(&t));
	CU_ASSERT_EQUAL(t.facts->layout.text.start, GIB + 2 * MIB);
	end(&t);
}

/* A page of the alias; @attrs 0: an entry that means nothing. */
static void map_text(struct test *t, uint64_t page, uint64_t attrs)
{
	uint64_t pa = GIB + 2 * MIB + page * t->kernel.page_size;

	fake_kernel_set_entry(t->fake, dm_kva_pa_to_linear(&t->kernel, pa), 3,
			      attrs ? pa | attrs : 1);
}

/*
 * The alias begins at _text or _stext, 16 pages behind; what is damaged of
 * those leaves it to the others, and without any it is not known.
 */
static void test_damaged_head(void)
{
	static const uint64_t rw = UINT64_C(0x0060000000000403), ro = rw | 0x80;
	static const struct {
		uint64_t head;
		uint64_t damaged; /* pages, from _text on */
		uint64_t start; /* behind _text; 1: unknown */
	} ways[] = { { ro, 0, 0 },     { rw, 0, 65536 }, { ro, 1, 0 },
		     { rw, 1, 65536 }, { ro, 15, 0 },	 { rw, 15, 65536 },
		     { ro, 16, 1 },    { rw, 16, 1 } };
	uint64_t page;
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct test t;

		start(&t);
		add_region(&t, GIB, 3 * GIB, 0);
		t.policy->boot = DM_BOOT_PAGES;
		for (page = 0; page < 16; page++)
			map_text(&t, page,
				 page < ways[i].damaged ? 0 : ways[i].head);
		map_text(&t, 16, ro);
		suite_no_error(gather(&t));
		CU_ASSERT_EQUAL(!t.facts->lacks, ways[i].start != 1);
		if (ways[i].start != 1)
			CU_ASSERT_EQUAL(t.facts->layout.text.start,
					GIB + 2 * MIB + ways[i].start);
		end(&t);
	}
}

static void test_no_text(void)
{
	struct test t;
	uint64_t linear;

	start(&t);
	t.names[STEXT].name = "other";
	linear = t.kernel.page_offset - t.kernel.phys_offset;
	add_region(&t, GIB, 3 * GIB, 0);
	fake_kernel_map(t.fake, linear + 2 * GIB, 2 * GIB);
	suite_no_error(gather(&t));
	CU_ASSERT_TRUE(t.facts->layout.pages);
	CU_ASSERT_FALSE(t.facts->splits);
	CU_ASSERT_PTR_NOT_NULL(t.facts->lacks);
	CU_ASSERT_EQUAL(t.facts->layout.text.end, 0);
	end(&t);
}

static void test_policies(void)
{
	struct test t;

	start(&t);
	add_region(&t, GIB, 3 * GIB, 0);
	t.policy->boot = DM_BOOT_REPAINTED;
	t.policy->splits_at_runtime = DM_NO;
	suite_no_error(gather(&t));
	CU_ASSERT_TRUE(t.facts->layout.repaint);
	CU_ASSERT_FALSE(t.facts->layout.pages);
	CU_ASSERT_FALSE(t.facts->splits);
	end(&t);
	start(&t);
	add_region(&t, GIB, 3 * GIB, 0);
	t.policy->kfence = DM_KFENCE_UNKNOWN;
	suite_no_error(gather(&t));
	CU_ASSERT_PTR_NOT_NULL_FATAL(t.facts->lacks);
	CU_ASSERT_PTR_NOT_NULL(strstr(t.facts->lacks, "KFENCE"));
	end(&t);
	/* Where all is pages, the pool does not matter. */
	start(&t);
	add_region(&t, GIB, 3 * GIB, 0);
	t.policy->boot = DM_BOOT_PAGES;
	t.policy->kfence = DM_KFENCE_UNKNOWN;
	suite_no_error(gather(&t));
	CU_ASSERT_TRUE(t.facts->layout.pages);
	CU_ASSERT_PTR_NULL(t.facts->lacks);
	end(&t);
}

/* ---- Memory that is not mapped ---------------------------------------------------- */

#define BLOCK UINT64_C(0x0060000000000401)

static void map_blocks(struct test *t, uint64_t start, uint64_t end)
{
	for (; start < end; start += 2 * MIB)
		fake_kernel_set_entry(t->fake,
				      dm_kva_pa_to_linear(&t->kernel, start), 2,
				      start | BLOCK);
}

/* What a walk and memblock say together. */
static void check_memory(struct test *t, struct dm_usage *usage)
{
	struct dm_walk_options how = { .threads = 1 };

	suite_no_error(
		dm_target_create(&t->fake->source, &t->kernel, &t->target));
	suite_no_error(
		dm_target_add_symbols(t->target, &t->lists.symbols, true));
	suite_no_error(dm_target_add_types(t->target, &t->types));
	suite_no_error(dm_target_walk(t->target, &how, usage));
	suite_no_error(dm_target_check_memory(t->target, usage));
}

static void check_unknown(const struct test *t, const struct dm_usage *usage,
			  size_t i, uint64_t start, uint64_t size)
{
	const struct dm_unknown *u = &usage->unknown_at[i];

	CU_ASSERT_TRUE_FATAL(i < usage->unknown_count);
	CU_ASSERT_EQUAL(u->start, dm_kva_pa_to_linear(&t->kernel, start));
	CU_ASSERT_EQUAL(u->size, size);
	CU_ASSERT_EQUAL(u->why, DM_FINDING_UNMAPPED_MEMORY);
}

static struct dm_error *count_run(void *arg, const struct dm_run *run)
{
	((uint64_t *)arg)[0] += run->size;
	return NULL;
}

static struct dm_error *count_unknown(void *arg,
				      const struct dm_unknown *unknown)
{
	((uint64_t *)arg)[1] += unknown->size;
	return NULL;
}

/* Two holes in a bank and one at its end; no-map memory has none. */
static void test_unmapped_memory(void)
{
	static struct dm_usage usage, streamed;
	struct dm_walk_options how = { 0 };
	uint64_t bytes[2] = { 0 };
	struct test t;

	start(&t);
	add_region(&t, GIB, GIB + 32 * MIB, 0);
	add_region(&t, GIB + 32 * MIB, GIB + 64 * MIB, 4);
	add_region(&t, GIB + 64 * MIB, GIB + 68 * MIB, 0);
	map_blocks(&t, GIB, GIB + 4 * MIB);
	map_blocks(&t, GIB + 6 * MIB, GIB + 8 * MIB);
	map_blocks(&t, GIB + 12 * MIB, GIB + 30 * MIB);
	map_blocks(&t, GIB + 64 * MIB, GIB + 68 * MIB);
	check_memory(&t, &usage);
	CU_ASSERT_EQUAL(usage.memory_checked, DM_YES);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_UNMAPPED_MEMORY], 3);
	CU_ASSERT_EQUAL(usage.unknown, 8 * MIB);
	CU_ASSERT_EQUAL(usage.unknown_count, 3);
	check_unknown(&t, &usage, 0, GIB + 4 * MIB, 2 * MIB);
	check_unknown(&t, &usage, 1, GIB + 8 * MIB, 4 * MIB);
	check_unknown(&t, &usage, 2, GIB + 30 * MIB, 2 * MIB);
	/* The same as they come. */
	suite_no_error(dm_target_stream(t.target, &how, &streamed, count_run,
					count_unknown, bytes));
	CU_ASSERT_EQUAL(bytes[0], dm_usage_mapped(&usage));
	CU_ASSERT_EQUAL(bytes[1], usage.unknown);
	CU_ASSERT_EQUAL(streamed.unknown, usage.unknown);
	CU_ASSERT_EQUAL(streamed.finding_count[DM_FINDING_UNMAPPED_MEMORY], 3);
	end(&t);
}

/* It may be on its way in or out: unknown, and no finding. */
static void test_unmapped_added(void)
{
	static struct dm_usage usage;
	struct test t;

	start(&t);
	add_region(&t, GIB, GIB + 32 * MIB, 0);
	add_resource(&t, GIB, GIB + 16 * MIB, true);
	map_blocks(&t, GIB, GIB + 16 * MIB);
	check_memory(&t, &usage);
	CU_ASSERT_EQUAL(dm_usage_findings(&usage), 0);
	CU_ASSERT_EQUAL(usage.unknown_count, 1);
	check_unknown(&t, &usage, 0, GIB + 16 * MIB, 16 * MIB);
	end(&t);
}

/* A page that is memory in part only need not be mapped. */
static void test_unmapped_part_of_a_page(void)
{
	static struct dm_usage usage;
	uint64_t at;
	struct test t;

	start_pages(&t, 16);
	add_region(&t, GIB + 4096, GIB + 4 * 65536 + 4096, 0);
	for (at = GIB + 65536; at < GIB + 4 * 65536; at += 65536)
		fake_kernel_set_entry(t.fake,
				      dm_kva_pa_to_linear(&t.kernel, at), 3,
				      at | UINT64_C(0x0060000000000403));
	check_memory(&t, &usage);
	CU_ASSERT_EQUAL(dm_usage_findings(&usage), 0);
	CU_ASSERT_EQUAL(usage.unknown_count, 0);
	end(&t);
}

/* Where one such page is mapped, this kernel rounds outward: all are. */
static void test_unmapped_part_where_one_is_mapped(void)
{
	static struct dm_usage usage;
	uint64_t at;
	struct test t;

	start_pages(&t, 16);
	add_region(&t, GIB + 4096, GIB + 4 * 65536 + 4096, 0);
	for (at = GIB; at < GIB + 4 * 65536; at += 65536)
		fake_kernel_set_entry(t.fake,
				      dm_kva_pa_to_linear(&t.kernel, at), 3,
				      at | UINT64_C(0x0060000000000403));
	check_memory(&t, &usage);
	CU_ASSERT_EQUAL(usage.unknown_count, 1);
	check_unknown(&t, &usage, 0, GIB + 4 * 65536, 65536);
	end(&t);
}

/* Beside memory that was lost, such a page may have been mapped as well. */
static void test_lost_with_part_of_a_page(void)
{
	static struct dm_usage usage;
	struct test t;

	start_pages(&t, 16);
	add_region(&t, GIB, GIB + 4 * 65536 + 4096, 0);
	fake_kernel_set_entry(t.fake, dm_kva_pa_to_linear(&t.kernel, GIB), 3,
			      GIB | UINT64_C(0x0060000000000403));
	check_memory(&t, &usage);
	CU_ASSERT_EQUAL(usage.unknown_count, 1);
	check_unknown(&t, &usage, 0, GIB + 65536, 4 * 65536);
	end(&t);
}

static void test_memory_not_checked(void)
{
	static struct dm_usage usage;
	struct test t;

	start(&t);
	t.names[MEMBLOCK].name = "another";
	map_blocks(&t, GIB, GIB + 4 * MIB);
	check_memory(&t, &usage);
	CU_ASSERT_EQUAL(usage.memory_checked, DM_NO);
	CU_ASSERT_PTR_NOT_NULL(strstr(usage.memory_unchecked, "memblock"));
	CU_ASSERT_EQUAL(dm_usage_findings(&usage), 0);
	end(&t);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "banks", test_banks },
		{ "memory added around boot's", test_added_around },
		{ "memory added somehow", test_added_somehow },
		{ "memory that a driver manages", test_driver_managed },
		{ "no resources", test_no_resources },
		{ "resources that are none", test_bad_resources },
		{ "no memblock", test_no_memblock },
		{ "memory that ends within pages", test_odd_edges },
		{ "a small no-map region", test_small_hole },
		{ "the same beside what was added", test_odd_beside_added },
		{ "pages that are memory in part", test_rounding },
		{ "kernel text", test_text },
		{ "damaged pages at its start", test_damaged_head },
		{ "no kernel text", test_no_text },
		{ "policies", test_policies },
		{ "unmapped memory", test_unmapped_memory },
		{ "unmapped memory that was added", test_unmapped_added },
		{ "unmapped part of a page", test_unmapped_part_of_a_page },
		{ "unmapped part where one is mapped",
		  test_unmapped_part_where_one_is_mapped },
		{ "lost with a part of a page", test_lost_with_part_of_a_page },
		{ "memory not checked", test_memory_not_checked },
		CU_TEST_INFO_NULL,
	};

	return suite_run("what boot is recomputed from", tests);
}
