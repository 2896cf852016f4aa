// SPDX-License-Identifier: GPL-2.0-or-later
/* Bounds of the kernel image: by symbols, by _stext alone, and what is no image. */
#include "fake/fake_target.h"
#include "target/image.h"
#include "suite.h"

#define MIB   (UINT64_C(1) << 20)
#define IMAGE (-(UINT64_C(1) << 47) + (UINT64_C(2) << 30)) /* VA */

static struct fake_target *t;

static void start(void)
{
	t = fake_target_create(12, 48);
	fake_target_symbol(t, "_text", IMAGE);
	fake_target_symbol(t, "_stext", IMAGE + 0x10000);
	fake_target_symbol(t, "__init_begin", IMAGE + 16 * MIB);
	fake_target_symbol(t, "_end", IMAGE + 32 * MIB);
}

static void end(void)
{
	fake_target_destroy(t);
}

static void check_start(uint64_t va, const char *from)
{
	struct image_place place;

	suite_no_error(dm_image_start(fake_target_fresh(t), &place));
	CU_ASSERT_EQUAL(place.va, va);
	CU_ASSERT_STRING_EQUAL(place.from, from);
}

static void test_start(void)
{
	struct image_place place;

	start();
	check_start(IMAGE, "_text");
	fake_target_forget(t, "_text");
	check_start(IMAGE, "_stext, less the image's head");
	/* A head of less than 64 KiB. */
	fake_target_forget(t, "_stext");
	fake_target_symbol(t, "_stext", IMAGE + 0x800);
	check_start(IMAGE, "_stext, less the image's head");
	fake_target_forget(t, "_stext");
	suite_error(dm_image_start(fake_target_fresh(t), &place),
		    DM_ERROR_NOT_FOUND, "_stext");
	end();
}

static void test_range(void)
{
	struct dm_range range;
	struct dm_target *target;
	const struct dm_kernel *k;

	start();
	target = fake_target_fresh(t);
	k = dm_target_kernel(target);
	suite_no_error(dm_image_range(target, IMAGE_TEXT, IMAGE_INIT, &range));
	CU_ASSERT_EQUAL(range.start, IMAGE);
	CU_ASSERT_EQUAL(range.end, IMAGE + 16 * MIB);
	suite_no_error(dm_image_alias(target, IMAGE_TEXT, IMAGE_END, &range));
	CU_ASSERT_EQUAL(range.start, image_alias(k, IMAGE));
	CU_ASSERT_EQUAL(range.end - range.start, 32 * MIB);
	CU_ASSERT_EQUAL(dm_kva_linear_to_pa(k, range.start),
			image_pa(k, IMAGE));
	suite_error(dm_image_range(target, IMAGE_DATA, IMAGE_BSS_END, &range),
		    DM_ERROR_NOT_FOUND, "__init_end");
	CU_ASSERT_EQUAL(range.start, 0);
	CU_ASSERT_EQUAL(range.end, 0);
	end();
}

/* [@from, @to) of _text and _end. */
static void check_none(uint64_t from, uint64_t to)
{
	struct dm_range range;

	start();
	fake_target_forget(t, "_text");
	fake_target_forget(t, "_end");
	fake_target_symbol(t, "_text", from);
	fake_target_symbol(t, "_end", to);
	suite_error(dm_image_range(fake_target_fresh(t), IMAGE_TEXT, IMAGE_END,
				   &range),
		    DM_ERROR_BAD_DUMP, "not of one kernel image");
	CU_ASSERT_EQUAL(range.end, 0);
	end();
}

static void test_no_image(void)
{
	check_none(IMAGE + MIB, IMAGE);
	check_none(IMAGE, IMAGE);
	check_none(IMAGE, IMAGE + (UINT64_C(1) << 32) + 1);
	/* In the linear map. */
	check_none(IMAGE - (UINT64_C(3) << 30), IMAGE + MIB);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "where it begins", test_start },
		{ "ranges", test_range },
		{ "what is none", test_no_image },
		CU_TEST_INFO_NULL,
	};

	return suite_run("kernel image", tests);
}
