// SPDX-License-Identifier: GPL-2.0-or-later
/* Notes of page_owner, whole and damaged. */
#include <stdlib.h>

#include "fake/fake_map.h"
#include "kernel/page.h"
#include "kernel/page_owner.h"

#define PA    UINT64_C(0x48123000)
#define POOL  UINT64_C(0xfffffc0000000000)
#define TEXT  UINT64_C(0xffff800090000000)
#define ALIGN 4 /* of records in a pool, log2 */

static struct fake_target *t;
static struct page_owner *p;

/*
 * union handle_parts: pool_index_plus_1 of 17 bits, offset of 10, extra of 5
 * (lib/stackdepot.c).
 */
static struct dm_error *member(struct dm_type_table *table, const char *type,
			       const char *path, struct dm_member *m);
static const struct dm_type_table_ops *fake_ops;
static struct dm_type_table_ops ops;

static struct dm_error *member(struct dm_type_table *table, const char *type,
			       const char *path, struct dm_member *m)
{
	struct dm_error *err = fake_ops->member(table, type, path, m);

	if (err || strcmp(type, "union handle_parts") != 0)
		return err;
	m->size = 4;
	m->offset = 0;
	m->bit_offset = strcmp(path, "offset") == 0 ? 17 : 0;
	m->bit_size = strcmp(path, "offset") == 0 ? 10 : 17;
	return NULL;
}

static uint32_t handle(uint32_t index, uint32_t offset)
{
	return (index + 1) | offset << 17;
}

static void begin(void)
{
	t = fake_target_create(12, 48);
	fake_page_owner_init(t);
	fake_ops = t->type_table.ops;
	ops = *fake_ops;
	ops.member = member;
	t->type_table.ops = &ops;
}

/* Two pools, and functions to return to. */
static void begin_stacks(void)
{
	uint64_t pools;

	begin();
	pools = fake_target_variable(t, "stack_pools", 8, POOL);
	fake_kernel_write_u64(t->fake, pools + 8, POOL + 0x10000);
	fake_target_member(t, "union handle_parts", "pool_index_plus_1", 0);
	fake_target_member(t, "union handle_parts", "offset", 0);
	fake_target_member(t, "struct stack_record", "size", 16);
	fake_target_member(t, "struct stack_record", "entries", 32);
	fake_target_symbol(t, "_text", TEXT - 0x1000);
	fake_target_symbol(t, "_end", TEXT + 0x1000);
	fake_target_symbol(t, "inner", TEXT);
	fake_target_symbol(t, "middle", TEXT + 0x100);
	fake_target_symbol(t, "outer", TEXT + 0x200);
	fake_target_symbol(t, "behind", TEXT + 0x300);
}

/* The record at @offset (in units) of pool @index. */
static void put_stack(uint32_t index, uint32_t offset, uint32_t count,
		      const uint64_t *entries, size_t written)
{
	uint64_t record = POOL + index * 0x10000 + ((uint64_t)offset << ALIGN);
	size_t i;

	fake_kernel_write_u32(t->fake, record + 16, count);
	for (i = 0; i < written; i++)
		fake_kernel_write_u64(t->fake, record + 32 + i * 8, entries[i]);
}

static void read_notes(void)
{
	suite_no_error(dm_page_owner_create(fake_target_fresh(t), &p));
	CU_ASSERT_PTR_NOT_NULL_FATAL(p);
}

static void end(void)
{
	dm_page_owner_destroy(p);
	p = NULL;
	fake_target_destroy(t);
}

static void check_note(uint64_t pa, bool noted, uint64_t ns, uint32_t stack)
{
	struct page_owner_note note = { 0 };
	bool found = !noted;

	suite_no_error(dm_page_owner_of(p, pa, &note, &found));
	CU_ASSERT_EQUAL(found, noted);
	if (!noted)
		return;
	CU_ASSERT_EQUAL(note.time_ns, ns);
	CU_ASSERT_EQUAL(note.stack, stack);
}

static void check_stack(uint32_t stack, const char *expected)
{
	char text[256];

	suite_no_error(dm_page_owner_stack(p, stack, text, sizeof(text)));
	CU_ASSERT_STRING_EQUAL(text, expected);
}

/* ---- Times ------------------------------------------------------------------- */

static void test_times(void)
{
	begin();
	fake_note(t, PA, 1234567890123, 42);
	fake_note(t, PA + 4096, 1, 0);
	/* Freed: the note is there still, but the bit is not. */
	fake_note(t, PA + 8192, 77, 42);
	fake_kernel_write_u64(t->fake, FAKE_EXT + ((PA >> 12) + 2) * 64, 0xd);
	read_notes();
	check_note(PA, true, 1234567890123, 42);
	check_note(PA + 4095, true, 1234567890123, 42);
	check_note(PA + 4096, true, 1, 0);
	check_note(PA + 8192, false, 0, 0);
	check_note(PA - 4096, false, 0, 0);
	/* Stacks are missing here. */
	check_stack(42, "");
	end();
}

static bool is_early(uint64_t pa)
{
	struct page_owner_note note = { 0 };
	bool found = false;

	suite_no_error(dm_page_owner_of(p, pa, &note, &found));
	CU_ASSERT_TRUE(found);
	return note.early;
}

/* Pages from before have the time of page_owner's own first look at them. */
static void test_early(void)
{
	begin();
	fake_note(t, PA, 5, 42);
	fake_note(t, PA + 4096, 5, FAKE_EARLY);
	read_notes();
	CU_ASSERT_FALSE(is_early(PA));
	CU_ASSERT_TRUE(is_early(PA + 4096));
	end();
	/* Any page may be one where their mark is not known. */
	begin();
	fake_target_forget(t, "early_handle");
	fake_note(t, PA, 5, 42);
	read_notes();
	CU_ASSERT_TRUE(is_early(PA));
	end();
}

/* A section without an array, or with one that is being taken away. */
static void test_invalid(void)
{
	uint64_t section, root;

	begin();
	fake_note(t, PA, 5, 6);
	read_notes();
	suite_no_error(dm_page_section(t->target, PA, &section));
	suite_no_error(dm_page_section(t->target, 0, &root));
	CU_ASSERT_EQUAL(section - root, (PA >> 27) * FAKE_SECTIONS);
	fake_kernel_write_u64(t->fake, section + 16, FAKE_EXT | 1);
	dm_page_owner_destroy(p);
	read_notes();
	check_note(PA, false, 0, 0);
	fake_kernel_write_u64(t->fake, section + 16, 0);
	dm_page_owner_destroy(p);
	read_notes();
	check_note(PA, false, 0, 0);
	end();
}

/* Addresses that lead nowhere are errors, not notes. */
static void test_unreadable(void)
{
	struct page_owner_note note;
	uint64_t section;
	bool found = true;

	begin();
	fake_note(t, PA, 5, 6);
	read_notes();
	suite_error(dm_page_owner_of(p, UINT64_C(1) << 47, &note, &found),
		    DM_ERROR_NOT_FOUND, "");
	CU_ASSERT_FALSE(found);
	suite_no_error(dm_page_section(t->target, PA, &section));
	fake_kernel_write_u64(t->fake, section + 16,
			      UINT64_C(0xfffffe8000000000));
	dm_page_owner_destroy(p);
	read_notes();
	suite_error(dm_page_owner_of(p, PA, &note, &found), DM_ERROR_NOT_FOUND,
		    "not mapped");
	CU_ASSERT_FALSE(found);
	fake_kernel_write_u64(t->fake, section + 16, 2);
	dm_page_owner_destroy(p);
	read_notes();
	suite_error(dm_page_owner_of(p, PA, &note, &found),
		    DM_ERROR_INVALID_ARGUMENT, "");
	CU_ASSERT_FALSE(found);
	end();
}

/* ---- Whether there are any ------------------------------------------------------ */

static void refused(const char *part)
{
	struct page_owner *none = NULL;

	suite_error(dm_page_owner_create(fake_target_fresh(t), &none),
		    DM_ERROR_NOT_FOUND, part);
	CU_ASSERT_PTR_NULL(none);
	end();
}

static void with_size(uint64_t size)
{
	begin();
	fake_target_forget(t, "page_ext_size");
	fake_target_variable(t, "page_ext_size", 8, size);
}

static void test_off(void)
{
	static const uint64_t sizes[] = {
		0,
		8, /* flags alone: page_owner's part does not fit */
		FAKE_EXT_PART, /* the part begins where it ends */
		FAKE_EXT_PART + 15, /* the time is cut */
		4097,
		UINT64_MAX,
	};
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		with_size(sizes[i]);
		refused("page_owner=on");
	}
	with_size(FAKE_EXT_PART + 16);
	read_notes();
	end();
}

static void test_absurd_offset(void)
{
	static const uint64_t offsets[] = { 4096, UINT64_MAX, UINT64_MAX - 7,
					    (uint64_t)INT64_MIN };
	size_t i;

	for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		begin();
		fake_target_forget(t, "page_owner_ops");
		fake_target_variable(t, "page_owner_ops", 8, offsets[i]);
		refused("page_owner=on");
	}
}

static void test_not_compiled_in(void)
{
	begin();
	fake_target_forget(t, "page_owner_ops");
	refused("page_owner_ops");
	begin();
	fake_target_forget(t, "struct page_owner");
	refused("page_owner");
	begin();
	fake_target_forget(t, "PAGE_EXT_OWNER_ALLOCATED");
	refused("PAGE_EXT_OWNER_ALLOCATED");
	begin();
	fake_target_forget(t, "PAGE_EXT_OWNER_ALLOCATED");
	fake_target_enumerator(t, "enum page_ext_flags",
			       "PAGE_EXT_OWNER_ALLOCATED", 64);
	refused("page_owner=on");
}

/* ---- Stacks ------------------------------------------------------------------------ */

static void test_stack(void)
{
	/* The last return address is at the end of a function that never returns. */
	static const uint64_t entries[] = { TEXT + 0x10, TEXT + 0x104,
					    TEXT + 0x300 };

	begin_stacks();
	put_stack(0, 0, 3, entries, 3);
	put_stack(1, 0x123, 1, entries, 1);
	read_notes();
	check_stack(handle(0, 0), "inner < middle < outer");
	check_stack(handle(1, 0x123), "inner");
	/* Bits above are of no matter here. */
	check_stack(handle(1, 0x123) | UINT32_C(0xf8000000), "inner");
	end();
}

/* Since stack_pools has a size of its own, it is a pointer. */
static void test_pools_by_pointer(void)
{
	static const uint64_t entry = TEXT + 0x104;
	uint64_t pools;

	begin_stacks();
	put_stack(1, 2, 1, &entry, 1);
	pools = fake_target_variable(t, "elsewhere", 8, POOL);
	fake_kernel_write_u64(t->fake, pools + 8, POOL + 0x10000);
	fake_target_forget(t, "stack_pools");
	fake_target_variable(t, "stack_pools", 8, pools);
	fake_target_variable(t, "stack_max_pools", 4, 8192);
	read_notes();
	check_stack(handle(1, 2), "middle");
	end();
}

static void test_bad_stack(void)
{
	uint64_t entries[40];
	char text[16], expected[512] = "inner";
	size_t i;

	for (i = 0; i < 40; i++)
		entries[i] = TEXT + 0x10;
	begin_stacks();
	put_stack(0, 0, UINT32_MAX, entries, 40);
	put_stack(0, 0x40, 0, entries, 0);
	read_notes();
	/* Depth without end: the first frames alone. */
	for (i = 1; i < 32; i++)
		strcat(expected, " < inner");
	check_stack(handle(0, 0), expected);
	check_stack(handle(0, 0x40), "");
	check_stack(0, "");
	/* No pool of that number, which is told, and no memory behind. */
	suite_error(dm_page_owner_stack(p, handle(2, 0), text, sizeof(text)),
		    DM_ERROR_INVALID_ARGUMENT, "no address of the kernel's");
	CU_ASSERT_STRING_EQUAL(text, "");
	check_stack(handle(0x1fffd, 0), "");
	check_stack(handle(0, 0x3ff), "");
	/* What does not fit is cut. */
	suite_no_error(
		dm_page_owner_stack(p, handle(0, 0), text, sizeof(text)));
	CU_ASSERT_STRING_EQUAL(text, "inner < inner <");
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "times", test_times },
		{ "early", test_early },
		{ "no notes of a section", test_invalid },
		{ "notes that cannot be read", test_unreadable },
		{ "page_owner=off", test_off },
		{ "part that cannot be", test_absurd_offset },
		{ "not compiled in", test_not_compiled_in },
		{ "stacks", test_stack },
		{ "pools by a pointer", test_pools_by_pointer },
		{ "bad stacks", test_bad_stack },
		CU_TEST_INFO_NULL,
	};

	return suite_run("page_owner", tests);
}
