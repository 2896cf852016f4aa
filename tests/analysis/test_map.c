// SPDX-License-Identifier: GPL-2.0-or-later
/* Cells of the picture: where they begin and end, and how many there may be. */
#include "analysis/map.h"
#include "fake/fake_map.h"

static struct fake_target *t;
static struct dm_map *map;

static void draw(void)
{
	suite_no_error(dm_map_create(fake_target_fresh(t), NULL, NULL, &map));
	CU_ASSERT_PTR_NOT_NULL_FATAL(map);
}

static void end(void)
{
	dm_map_destroy(map);
	map = NULL;
	fake_target_destroy(t);
}

static void test_holes(void)
{
	t = fake_target_create(12, 48);
	fake_map(t, 0, 8 * KIB, PTE, NORMAL);
	fake_map(t, 16 * KIB, 20 * KIB, PTE, NORMAL);
	draw();
	CU_ASSERT_EQUAL(map->cell, 4 * KIB);
	CU_ASSERT_EQUAL_FATAL(map->count, 3);
	CU_ASSERT_EQUAL(map->cells[2].start, BASE + 16 * KIB);
	CU_ASSERT_EQUAL(map->cells[2].size, 4 * KIB);
	CU_ASSERT_EQUAL(map->left_out, 0);
	end();
}

/* Behind more holes than a map has cells, the rest is counted, not drawn. */
static void test_too_many_holes(void)
{
	uint64_t i, drawn = 0;

	t = fake_target_create(12, 48);
	for (i = 0; i < 65536 + 100; i++)
		fake_map(t, i * 8 * KIB, i * 8 * KIB + 4 * KIB, PTE, NORMAL);
	draw();
	CU_ASSERT_EQUAL_FATAL(map->count, 65536);
	for (i = 0; i < map->count; i++) {
		CU_ASSERT_EQUAL_FATAL(map->cells[i].start, BASE + i * 8 * KIB);
		CU_ASSERT_EQUAL_FATAL(map->cells[i].size, 4 * KIB);
		drawn += map->cells[i].size;
	}
	CU_ASSERT_EQUAL(map->left_out, 100 * 4 * KIB);
	CU_ASSERT_EQUAL(drawn, 65536 * 4 * KIB);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "holes", test_holes },
		{ "too many holes", test_too_many_holes },
		CU_TEST_INFO_NULL,
	};

	return suite_run("map", tests);
}
