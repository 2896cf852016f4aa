// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands at swapper_pg_dir: a root table, a damaged one, or something else. */
#include <endian.h>
#include <stdlib.h>

#include "kernel/realm.h"
#include "suite.h"

#define BASE	 UINT64_C(0x40000000) /* PA of the first page, and of RAM */
#define PAGES	 8
#define PGD	 (BASE + 0x1000)
#define VOFFSET	 UINT64_C(0xffff800040000000)
#define TABLE(n) ((BASE + (n)*0x1000) | 3)
#define LEAF	 UINT64_C(0x0060000000000403)

struct memory {
	struct dm_source source;
	uint64_t pages[PAGES][512];
};

static struct dm_error *read_page(struct dm_source *source, uint64_t pa,
				  void *buf, size_t size,
				  enum dm_content content)
{
	struct memory *m = (struct memory *)source;

	(void)content;
	if (pa < BASE || pa - BASE > sizeof(m->pages) - size)
		return dm_error_create(DM_ERROR_ABSENT, "no such page");
	memcpy(buf, (char *)m->pages + (pa - BASE), size);
	return NULL;
}

static struct dm_error *no_vmcoreinfo(struct dm_source *source,
				      const char **text, size_t *size)
{
	(void)source;
	(void)text;
	(void)size;
	return dm_error_create(DM_ERROR_BAD_DUMP, "none");
}

static const struct dm_source_ops ops = { .read = read_page,
					  .vmcoreinfo = no_vmcoreinfo };
static struct memory m;
static struct dm_kernel kernel;

static void set(size_t page, size_t i, uint64_t entry)
{
	m.pages[page][i] = htole64(entry);
}

/* A root table with nothing in it. */
static void begin(void)
{
	m = (struct memory){ .source = { &ops } };
	kernel = (struct dm_kernel){
		.release = "7.3.4",
		.page_size = 4096,
		.page_shift = 12,
		.va_bits = 48,
		.va_bits_configured = 48,
		.levels = 4,
		.linear_start = UINT64_C(0xffff000000000000),
		.linear_end = UINT64_C(0xffff800000000000),
		.page_offset = UINT64_C(0xffff000000000000),
		.phys_offset = BASE,
		.kimage_voffset = VOFFSET - BASE,
		.pgd = PGD,
	};
}

/* From root entry @top on, pages of RAM from @first on, by tables 2 to 4. */
static void map_at(size_t top, size_t first)
{
	size_t i;

	set(1, top, TABLE(2));
	set(2, 0, TABLE(3));
	set(3, 0, TABLE(4));
	for (i = 0; i < PAGES; i++)
		set(4, i, (BASE + (first + i) * 0x1000) | LEAF);
}

static struct dm_error *walk(void)
{
	static struct dm_usage usage;

	return dm_walk_realm(&m.source, &kernel, NULL, NULL, &usage);
}

static void refuse(enum dm_error_code code, const char *what)
{
	suite_error(walk(), code, what);
}

static void test_sound(void)
{
	begin();
	map_at(0, 0);
	suite_no_error(walk());
}

/* Of a damaged root that may be this kernel's, what there is is told. */
static void test_damaged(void)
{
	begin();
	suite_no_error(walk());
	set(1, 0, UINT64_C(0x900000003)); /* leads out of the dump */
	suite_no_error(walk());
	set(1, 0, UINT64_C(0x123456789abcdef1)); /* one odd entry */
	suite_no_error(walk());
}

static void test_something_else(void)
{
	begin();
	memset(m.pages[1], 'x', 4096);
	refuse(DM_ERROR_BAD_DUMP, "is no root table");
	memset(m.pages[1], 0xff, 4096);
	refuse(DM_ERROR_BAD_DUMP, "where RAM begins");
}

/* The image's own place leads to another page. */
static void test_of_another(void)
{
	begin();
	set(1, 0, UINT64_C(0x900000003));
	kernel.kimage_voffset = UINT64_C(0xffff900000000000) - PGD;
	map_at(288, 2);
	refuse(DM_ERROR_BAD_DUMP, "is no root table");
	/* And to itself: only the linear map's part was lost. */
	map_at(288, 1);
	suite_no_error(walk());
}

/* Before 5.4. */
static void test_upper_half(void)
{
	begin();
	set(1, 0, UINT64_C(0x900000003));
	map_at(256, 0);
	kernel.kimage_voffset = UINT64_C(0xffff900000000000) - BASE;
	refuse(DM_ERROR_UNSUPPORTED, "older than 5.4");
}

/*
 * Descriptors of 128 bits: 256 a table, so that a level more leads to the same
 * page. The second words have attributes, and no valid bit.
 */
static void set_wide(size_t page, size_t i, uint64_t entry)
{
	set(page, 2 * i, entry);
	set(page, 2 * i + 1, entry ? UINT64_C(0x0060000000000000) : 0);
}

static void test_wide(void)
{
	size_t i;

	begin();
	set_wide(1, 0, TABLE(2));
	set_wide(1, 128, TABLE(2));
	set_wide(2, 0, TABLE(3));
	set_wide(3, 0, TABLE(4));
	for (i = 0; i < PAGES; i++) {
		set_wide(4, i, TABLE(5));
		set_wide(5, i, (BASE + i * 0x1000) | LEAF);
	}
	refuse(DM_ERROR_UNSUPPORTED, "128 bits");
	/* Where the same levels come out, one page in two seems sound. */
	for (i = 0; i < PAGES; i++)
		set_wide(4, i, (BASE + i * 0x1000) | LEAF);
	refuse(DM_ERROR_UNSUPPORTED, "128 bits");
	/* A second word that is valid is a descriptor of its own. */
	set(2, 1, TABLE(3));
	suite_no_error(walk());
	/* Of a few entries nothing is concluded. */
	set(2, 1, 0);
	set_wide(4, 1, 0);
	suite_no_error(walk());
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "sound", test_sound },
		{ "damaged", test_damaged },
		{ "something else", test_something_else },
		{ "of another kernel", test_of_another },
		{ "the upper half", test_upper_half },
		{ "descriptors of 128 bits", test_wide },
		CU_TEST_INFO_NULL,
	};

	return suite_run("root", tests);
}
