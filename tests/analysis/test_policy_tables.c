// SPDX-License-Identifier: GPL-2.0-or-later
/* What is concluded from the linear map's pages, and what is not. */
#include <string.h>

#include "arm64/kernel.h"
#include "target/target.h"
#include "walk/walk.h"
#include "fake/fake_kernel.h"
#include "analysis/policy_tables.h"
#include "suite.h"

#define LINEAR	 (-(UINT64_C(1) << 48))
#define IMAGE	 (-(UINT64_C(1) << 47) + (UINT64_C(2) << 30))
#define PAGE	 UINT64_C(4096)
#define READONLY (UINT64_C(1) << 7)
#define BLOCK	 (UINT64_C(2) << 20)
/* Pages of RAM: of the text, and within the data from DATA to DATA_END. */
#define STEXT	 16
#define DATA	 48
#define UTS	 50
#define DATA_END 64

static struct fake_kernel *f;

/* The linear map's page of the page of RAM of this number. */
static uint64_t linear(uint64_t page)
{
	return LINEAR + page * PAGE;
}

static void map(uint64_t from, uint64_t to, uint64_t bits)
{
	for (; from < to; from++) {
		fake_kernel_map(f, linear(from), FAKE_KERNEL_RAM + from * PAGE);
		fake_kernel_set(f, linear(from), bits);
	}
}

/*
 * RAM of 256 pages; the alias of the image's text from page 16 to 32, of its
 * data from 48 to 64.
 */
static void set_up(void)
{
	f = fake_kernel_create(12, 48);
	fake_kernel_line(f, "SYMBOL(_stext)=%llx",
			 (unsigned long long)(IMAGE + STEXT * PAGE));
	fake_kernel_line(f, "SYMBOL(init_uts_ns)=%llx",
			 (unsigned long long)(IMAGE + UTS * PAGE + 8));
	map(0, 256, 0);
	map(STEXT, 32, READONLY);
}

static struct tables_shown shown;
static struct image_alias image;

static void look(void)
{
	static struct dm_usage usage;
	struct dm_kernel kernel;
	struct dm_target *target;

	memset(&shown, 0xff, sizeof(shown));
	suite_no_error(dm_kernel_init(&kernel, &f->source));
	suite_no_error(dm_target_create(&f->source, &kernel, &target));
	suite_no_error(dm_walk(&f->source, &kernel, NULL, &usage, NULL, NULL));
	suite_no_error(dm_tables_show(target, &usage, &image, &shown));
	dm_target_destroy(target);
	fake_kernel_destroy(f);
}

static void check(bool expected)
{
	look();
	CU_ASSERT_EQUAL(shown.read_only_outside, expected);
}

static void test_pages_outside(void)
{
	set_up();
	map(100, 101, READONLY);
	check(true);
	/* Before the alias as well, and at the map's very end. */
	set_up();
	map(3, 4, READONLY);
	check(true);
	set_up();
	map(255, 256, READONLY);
	check(true);
}

static void test_image_alone(void)
{
	set_up();
	check(false);
	/* _text is before _stext, and the stretch may have several runs. */
	set_up();
	map(10, 16, READONLY);
	map(32, 40, READONLY | UINT64_C(1) << 54);
	check(false);
}

/* As 7.2 maps it with rodata=noalias: two stretches are the image's. */
static void test_data_is_read_only(void)
{
	set_up();
	map(DATA, DATA_END, READONLY);
	check(false);
	CU_ASSERT_TRUE(shown.understood);
	CU_ASSERT_TRUE(shown.data_protected);
	set_up();
	map(DATA, DATA_END, READONLY);
	map(100, 101, READONLY);
	check(true);
	/* The init section's pages are free after boot, and may be a module's. */
	set_up();
	map(DATA, DATA_END, READONLY);
	map(40, 41, READONLY);
	check(true);
	/* As 7.3 and 7.1 have the data. */
	set_up();
	map(100, 101, READONLY);
	fake_kernel_clear(f, linear(UTS), 1);
	check(true);
	CU_ASSERT_TRUE(shown.data_protected);
	set_up();
	check(false);
	CU_ASSERT_FALSE(shown.data_protected);
}

/* One stretch behind the text's may be the data's, if they are not known. */
static void test_data_unknown(void)
{
	set_up();
	fake_kernel_drop_line(f, "SYMBOL(init_uts_ns)");
	map(DATA, DATA_END, READONLY);
	check(false);
	CU_ASSERT_FALSE(shown.data_protected);
	set_up();
	fake_kernel_drop_line(f, "SYMBOL(init_uts_ns)");
	map(DATA, DATA_END, READONLY);
	map(100, 101, READONLY);
	check(true);
	/* It lies in what is read-only after init: then data may be anywhere. */
	set_up();
	fake_kernel_drop_line(f, "SYMBOL(init_uts_ns)");
	fake_kernel_line(f, "SYMBOL(init_uts_ns)=%llx",
			 (unsigned long long)(IMAGE + 20 * PAGE));
	map(DATA, DATA_END, READONLY);
	check(false);
	CU_ASSERT_FALSE(shown.data_protected);
	set_up();
	fake_kernel_drop_line(f, "SYMBOL(init_uts_ns)");
	map(3, 4, READONLY);
	check(true);
}

/* With symbols of its ends nothing has to be concluded of the image. */
static void test_known_image(void)
{
	image.whole = (struct dm_range){ linear(12), linear(DATA_END) };
	set_up();
	map(12, 16, READONLY);
	map(DATA, DATA_END, READONLY);
	map(36, 37, READONLY);
	check(false);
	set_up();
	map(DATA, DATA_END + 1, READONLY);
	check(true);
	set_up();
	map(11, 16, READONLY);
	check(true);
	image = (struct image_alias){ 0 };
}

static void set_block(uint64_t page, uint64_t bits)
{
	uint64_t pa = FAKE_KERNEL_RAM + page * PAGE;

	fake_kernel_set_entry(f, linear(page), 2, pa | 0x705 | bits);
}

static void test_larger(void)
{
	set_up();
	look();
	CU_ASSERT_EQUAL(shown.larger_outside, 0);
	/* In the same 2 MiB as the image is nothing larger; apart from it is. */
	set_up();
	set_block(1024, 0);
	look();
	CU_ASSERT_EQUAL(shown.larger_outside, BLOCK);
	image.whole = (struct dm_range){ linear(12), linear(DATA_END) };
	set_up();
	set_block(1024, 0);
	look();
	CU_ASSERT_EQUAL(shown.larger_outside, BLOCK);
	CU_ASSERT_EQUAL(shown.larger_beside, 0);
	image.whole.end = linear(1024);
	set_up();
	set_block(512, 0);
	look();
	CU_ASSERT_EQUAL(shown.larger_outside, 0);
	image.whole.end = linear(1000);
	set_up();
	set_block(512, 0);
	look();
	CU_ASSERT_EQUAL(shown.larger_outside, BLOCK);
	CU_ASSERT_EQUAL(shown.larger_beside, BLOCK);
	image = (struct image_alias){ 0 };
	/* The text's alias goes on into a block, without symbols of its end. */
	set_up();
	map(STEXT, 256, READONLY);
	for (uint64_t page = 256; page < 512; page++)
		map(page, page + 1, READONLY);
	set_block(512, READONLY);
	look();
	CU_ASSERT_EQUAL(shown.larger_outside, 0);
	set_up();
	set_block(512, READONLY);
	look();
	CU_ASSERT_EQUAL(shown.larger_outside, BLOCK);
}

/* Within the image: what text and rodata are, and what is around them. */
static void test_larger_inside(void)
{
	image.whole = (struct dm_range){ linear(512), linear(4096) };
	image.text = (struct dm_range){ linear(1024), linear(2048) };
	set_up();
	set_block(1024, READONLY);
	look();
	CU_ASSERT_EQUAL(shown.larger_in_head, 0);
	CU_ASSERT_EQUAL(shown.larger_in_data, 0);
	set_up();
	set_block(512, READONLY);
	look();
	CU_ASSERT_EQUAL(shown.larger_in_head, BLOCK);
	CU_ASSERT_EQUAL(shown.larger_in_data, 0);
	set_up();
	set_block(2048, READONLY);
	set_block(3584, 0);
	look();
	CU_ASSERT_EQUAL(shown.larger_in_head, 0);
	CU_ASSERT_EQUAL(shown.larger_in_data, 2 * BLOCK);
	CU_ASSERT_EQUAL(shown.larger_outside, 0);
	/* Where that begins and ends is not known. */
	image.text = (struct dm_range){ 0, 0 };
	set_up();
	set_block(512, READONLY);
	set_block(2048, READONLY);
	look();
	CU_ASSERT_EQUAL(shown.larger_in_head, 0);
	CU_ASSERT_EQUAL(shown.larger_in_data, 0);
	image = (struct image_alias){ 0 };
}

/* The huge page of zeros is read-only with any rodata=. */
static void test_zeros(void)
{
	image.whole = (struct dm_range){ linear(12), linear(DATA_END) };
	image.zeros = (struct dm_range){ linear(1024), linear(1536) };
	set_up();
	set_block(1024, READONLY);
	check(false);
	CU_ASSERT_EQUAL(shown.read_only_outside, false);
	set_up();
	map(1024, 1536, READONLY);
	check(false);
	set_up();
	set_block(1024, READONLY);
	map(1536, 1537, READONLY);
	check(true);
	set_up();
	set_block(1536, READONLY);
	check(true);
	image = (struct image_alias){ 0 };
	/* Not known where: one block alone may be that, pages are not. */
	set_up();
	set_block(1024, READONLY);
	check(false);
	set_up();
	map(1024, 1536, READONLY);
	check(true);
	set_up();
	set_block(1024, READONLY);
	set_block(1536, READONLY);
	check(true);
}

static void test_invalid_pages(void)
{
	set_up();
	map(100, 101, READONLY);
	fake_kernel_clear(f, linear(100), 1);
	check(false);
}

static void test_alias_is_writable(void)
{
	f = fake_kernel_create(12, 48);
	fake_kernel_line(f, "SYMBOL(_stext)=%llx",
			 (unsigned long long)(IMAGE + STEXT * PAGE));
	map(0, 256, 0);
	map(100, 101, READONLY);
	check(false);
	CU_ASSERT_FALSE(shown.understood);
}

static void test_unknown_image(void)
{
	set_up();
	map(100, 101, READONLY);
	fake_kernel_drop_line(f, "SYMBOL(_stext)");
	check(false);
}

static void test_findings(void)
{
	set_up();
	map(100, 101, READONLY);
	/* A leaf that maps another page. */
	fake_kernel_map(f, linear(200), FAKE_KERNEL_RAM + 201 * PAGE);
	check(false);
	set_up();
	map(100, 101, READONLY);
	check(true);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "read-only pages outside", test_pages_outside },
		{ "the image alone", test_image_alone },
		{ "data is read-only too", test_data_is_read_only },
		{ "data is not known", test_data_unknown },
		{ "known image", test_known_image },
		{ "larger leaves", test_larger },
		{ "larger leaves of the image", test_larger_inside },
		{ "the huge page of zeros", test_zeros },
		{ "invalid pages", test_invalid_pages },
		{ "alias is writable", test_alias_is_writable },
		{ "unknown image", test_unknown_image },
		{ "findings", test_findings },
		CU_TEST_INFO_NULL,
	};

	return suite_run("policy_tables", tests);
}
