// SPDX-License-Identifier: GPL-2.0-or-later
/* What is concluded from read-only pages, and what is not. */
#include "gen/fake_kernel.h"
#include "policy_rodata.h"
#include "suite.h"

#define LINEAR	 (-(UINT64_C(1) << 48))
#define IMAGE	 (-(UINT64_C(1) << 47) + (UINT64_C(2) << 30))
#define PAGE	 UINT64_C(4096)
#define READONLY (UINT64_C(1) << 7)
#define STEXT	 16 /* page of RAM */

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

/* RAM of 256 pages; the alias of the image's text from page 16 to 32. */
static void set_up(void)
{
	f = fake_kernel_create(12, 48);
	fake_kernel_line(f, "SYMBOL(_stext)=%llx",
			 (unsigned long long)(IMAGE + STEXT * PAGE));
	map(0, 256, 0);
	map(STEXT, 32, READONLY);
}

static void check(bool expected)
{
	static struct dm_usage usage;
	struct dm_kernel kernel;
	struct dm_target *target;
	bool shown = !expected;

	suite_no_error(dm_kernel_init(&kernel, &f->source));
	suite_no_error(dm_target_create(&f->source, &kernel, &target));
	suite_no_error(dm_walk(&f->source, &kernel, NULL, &usage, NULL, NULL));
	suite_no_error(rodata_shown_full(target, &usage, &shown));
	CU_ASSERT_EQUAL(shown, expected);
	dm_target_destroy(target);
	fake_kernel_destroy(f);
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
		{ "invalid pages", test_invalid_pages },
		{ "alias is writable", test_alias_is_writable },
		{ "unknown image", test_unknown_image },
		{ "findings", test_findings },
		CU_TEST_INFO_NULL,
	};

	return suite_run("rodata", tests);
}
