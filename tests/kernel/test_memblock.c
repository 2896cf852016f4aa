// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays of struct memblock_region, as kernels with and without NUMA have them. */
#include <endian.h>
#include <stdlib.h>

#include "kernel/memblock.h"
#include "suite.h"

#define GIB (UINT64_C(1) << 30)

struct region {
	uint64_t base, size;
	uint32_t flags;
};

/* base, size, flags, and with NUMA nid. */
static const struct memblock_format numa = {
	.size = 24,
	.base_at = 0,
	.size_at = 8,
	.flags_at = 16,
	.flags = { 1, 2, 4, 8 },
};

static struct dm_error *decode(const struct memblock_format *f,
			       const struct region *regions, size_t count,
			       struct memblock_list *list)
{
	struct dm_error *err;
	/* Of the very size, so that a read behind it is seen. */
	uint8_t *raw = calloc(count, f->size);
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(raw);
	for (i = 0; i < count; i++) {
		uint64_t base = htole64(regions[i].base);
		uint64_t size = htole64(regions[i].size);
		uint32_t flags = htole32(regions[i].flags);
		uint8_t *at = raw + i * f->size;

		memset(at, 0xff, f->size);
		memcpy(at + f->base_at, &base, sizeof(base));
		memcpy(at + f->size_at, &size, sizeof(size));
		memcpy(at + f->flags_at, &flags, sizeof(flags));
	}
	err = dm_memblock_decode(f, raw, count, list);
	free(raw);
	return err;
}

static void test_regions(void)
{
	static const struct region regions[] = {
		{ GIB, GIB, 0 },
		{ 2 * GIB, 65536, 4 },
		{ 2 * GIB + 65536, GIB, 1 | 2 | 8 },
		{ 4 * GIB, GIB, 0x40 },
	};
	struct memblock_list l;

	suite_no_error(decode(&numa, regions, 4, &l));
	CU_ASSERT_EQUAL_FATAL(l.count, 4);
	CU_ASSERT_EQUAL(l.areas[0].start, GIB);
	CU_ASSERT_EQUAL(l.areas[0].end, 2 * GIB);
	CU_ASSERT_EQUAL(l.areas[0].flags, 0);
	CU_ASSERT_EQUAL(l.areas[1].end, 2 * GIB + 65536);
	CU_ASSERT_EQUAL(l.areas[1].flags, MEMBLOCK_FLAG_NOMAP);
	CU_ASSERT_EQUAL(l.areas[2].flags, MEMBLOCK_FLAG_HOTPLUG |
						  MEMBLOCK_FLAG_MIRROR |
						  MEMBLOCK_FLAG_DRIVER_MANAGED);
	/* A flag that is nobody's. */
	CU_ASSERT_EQUAL(l.areas[3].flags, 0);
	dm_memblock_list_deinit(&l);
	CU_ASSERT_PTR_NULL(l.areas);
	CU_ASSERT_EQUAL(l.count, 0);
}

/* A kernel of which one flag has another number, and one does not exist. */
static void test_flags_by_name(void)
{
	static const struct region regions[] = { { GIB, GIB, 0x10 },
						 { 2 * GIB, GIB, 4 | 8 } };
	struct memblock_format f = {
		.size = 28,
		.base_at = 12,
		.size_at = 20,
		.flags_at = 5,
		.flags = { 1, 2, 0x10, 0 },
	};
	struct memblock_list l;

	suite_no_error(decode(&f, regions, 2, &l));
	CU_ASSERT_EQUAL_FATAL(l.count, 2);
	CU_ASSERT_EQUAL(l.areas[0].start, GIB);
	CU_ASSERT_EQUAL(l.areas[0].flags, MEMBLOCK_FLAG_NOMAP);
	CU_ASSERT_EQUAL(l.areas[1].flags, 0);
	dm_memblock_list_deinit(&l);
}

static void test_empty(void)
{
	static const struct region regions[] = { { 0, 0, 0 } };
	struct memblock_list l;

	suite_no_error(decode(&numa, regions, 1, &l));
	CU_ASSERT_EQUAL(l.count, 0);
	dm_memblock_list_deinit(&l);
	suite_no_error(dm_memblock_decode(&numa, "", 0, &l));
	CU_ASSERT_EQUAL(l.count, 0);
	dm_memblock_list_deinit(&l);
}

static void test_last_address(void)
{
	const uint64_t end = UINT64_C(1) << 52;
	const struct region good = { end - GIB, GIB, 0 };
	const struct region bad[] = {
		{ end - GIB, GIB + 1, 0 },	{ end, 1, 0 },
		{ GIB, UINT64_MAX, 0 },		{ UINT64_MAX, 1, 0 },
		{ UINT64_MAX - 4095, 8192, 0 },
	};
	struct memblock_list l;
	size_t i;

	suite_no_error(decode(&numa, &good, 1, &l));
	CU_ASSERT_EQUAL(l.areas[0].end, end);
	dm_memblock_list_deinit(&l);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		suite_error(decode(&numa, &bad[i], 1, &l), DM_ERROR_BAD_DUMP,
			    "region 0");
}

static void test_order(void)
{
	static const struct region overlap[] = { { GIB, GIB + 1, 0 },
						 { 2 * GIB, GIB, 4 } };
	static const struct region falling[] = { { 2 * GIB, GIB, 0 },
						 { GIB, GIB, 0 } };
	static const struct region twice[] = { { GIB, GIB, 0 },
					       { GIB, GIB, 0 } };
	struct memblock_list l;

	suite_error(decode(&numa, overlap, 2, &l), DM_ERROR_BAD_DUMP,
		    "region 1");
	suite_error(decode(&numa, falling, 2, &l), DM_ERROR_BAD_DUMP,
		    "region 1");
	suite_error(decode(&numa, twice, 2, &l), DM_ERROR_BAD_DUMP, "region 1");
}

static void test_absurd(void)
{
	static const struct {
		uint64_t size, base_at, size_at, flags_at;
	} rows[] = {
		{ 0, 0, 8, 16 },   { UINT64_MAX, 0, 8, 16 },
		{ 24, 17, 8, 16 }, { 24, 0, UINT64_MAX - 3, 16 },
		{ 24, 0, 8, 21 },
	};
	struct memblock_list l;
	size_t i;

	suite_error(dm_memblock_decode(&numa, NULL, SIZE_MAX / 24, &l),
		    DM_ERROR_BAD_DUMP, "memory regions");
	suite_error(dm_memblock_decode(&numa, NULL, MEMBLOCK_REGIONS_MAX + 1,
				       &l),
		    DM_ERROR_BAD_DUMP, "65537");
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct memblock_format f = {
			.size = rows[i].size,
			.base_at = rows[i].base_at,
			.size_at = rows[i].size_at,
			.flags_at = rows[i].flags_at,
		};

		suite_error(dm_memblock_decode(&f, NULL, 1, &l),
			    DM_ERROR_UNSUPPORTED, "laid out");
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "regions", test_regions },
		{ "flags have the kernel's numbers", test_flags_by_name },
		{ "empty lists", test_empty },
		{ "the last addresses", test_last_address },
		{ "order", test_order },
		{ "absurd numbers", test_absurd },
		CU_TEST_INFO_NULL,
	};

	return suite_run("memblock", tests);
}
