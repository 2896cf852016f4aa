// SPDX-License-Identifier: GPL-2.0-or-later
/* struct page: where it is found, and what each generation says in it. */
#include "fake/fake_target.h"
#include "kernel/page.h"
#include "suite.h"

#define VMEMMAP UINT64_C(0xfffffdffbf000000)
#define PA	UINT64_C(0x40005000)
#define OF_PA	(VMEMMAP + (PA >> 12) * 64)

static struct fake_target *t;
static struct page_state page;

static void add_offsets(void)
{
	fake_kernel_line(t->fake, "SIZE(page)=64");
	fake_kernel_line(t->fake, "OFFSET(page.flags)=0");
	fake_kernel_line(t->fake, "OFFSET(page._refcount)=52");
	fake_kernel_line(t->fake, "OFFSET(page._mapcount)=48");
	fake_kernel_line(t->fake, "OFFSET(page.mapping)=24");
	fake_kernel_line(t->fake, "OFFSET(page.compound_head)=8");
}

static void write_page(void)
{
	fake_kernel_write_u64(t->fake, OF_PA, UINT64_C(0x17ffffc000002009));
	fake_kernel_write_u64(t->fake, OF_PA + 8, VMEMMAP + 0x1001);
	fake_kernel_write_u64(t->fake, OF_PA + 24, 0xabcd);
	fake_kernel_write_u32(t->fake, OF_PA + 48, 0xf0000007);
	fake_kernel_write_u32(t->fake, OF_PA + 52, (uint32_t)-2);
}

static void start(void)
{
	t = fake_target_create(12, 48);
	add_offsets();
	fake_kernel_line(t->fake, "SYMBOL(vmemmap)=%llx",
			 (unsigned long long)VMEMMAP);
	write_page();
}

static void end(void)
{
	fake_target_destroy(t);
}

static struct dm_error *read_page(uint64_t pa)
{
	return dm_page_state_read(fake_target_fresh(t), pa, &page);
}

static void check_page(void)
{
	CU_ASSERT_EQUAL(page.va, OF_PA);
	CU_ASSERT_EQUAL(page.flags, UINT64_C(0x17ffffc000002009));
	CU_ASSERT_EQUAL(page.refcount, -2);
	CU_ASSERT_EQUAL(page.type, 0xf0000007);
	CU_ASSERT_EQUAL(page.mapping, 0xabcd);
	CU_ASSERT_EQUAL(page.head, VMEMMAP + 0x1000);
}

static void test_vmemmap(void)
{
	start();
	suite_no_error(read_page(PA));
	check_page();
	/* Any byte of the page will do. */
	suite_no_error(read_page(PA + 0xfff));
	check_page();
	/* The next page's is all zero here: no tail. */
	suite_no_error(read_page(PA + 0x1000));
	CU_ASSERT_EQUAL(page.va, OF_PA + 64);
	CU_ASSERT_EQUAL(page.head, 0);
	/* Nothing is mapped for memory that is not there. */
	suite_error(read_page(PA + (UINT64_C(1) << 30)), DM_ERROR_NOT_FOUND,
		    "is not mapped");
	fake_kernel_drop(t->fake, OF_PA);
	suite_error(read_page(PA), DM_ERROR_ABSENT, "not in the dump");
	end();
}

/* 7.0 renamed it. */
static void test_compound_info(void)
{
	start();
	fake_kernel_drop_line(t->fake, "OFFSET(page.compound_head)");
	suite_error(read_page(PA), DM_ERROR_BAD_DUMP, "page.compound_info");
	fake_kernel_line(t->fake, "OFFSET(page.compound_info)=8");
	suite_no_error(read_page(PA));
	check_page();
	end();
}

static void check_line(const char *key, const char *value, const char *message)
{
	start();
	fake_kernel_drop_line(t->fake, key);
	if (value)
		fake_kernel_line(t->fake, "%s=%s", key, value);
	suite_error(read_page(PA), DM_ERROR_BAD_DUMP, message);
	end();
}

static void test_absurd_lines(void)
{
	check_line("SIZE(page)", NULL, "SIZE(page)");
	check_line("SIZE(page)", "0", "SIZE(page) is 0");
	check_line("SIZE(page)", "7", "SIZE(page) is 7");
	check_line("SIZE(page)", "513", "SIZE(page) is 513");
	check_line("SIZE(page)", "18446744073709551615", "SIZE(page)");
	check_line("SIZE(page)", "x", "SIZE(page)");
	/* Each must lie within the struct. */
	check_line("OFFSET(page.flags)", "57", "OFFSET(page.flags) is 57");
	check_line("OFFSET(page._refcount)", "61", "_refcount) is 61");
	check_line("OFFSET(page._mapcount)", "64", "_mapcount) is 64");
	check_line("OFFSET(page.mapping)", "57", "page.mapping) is 57");
	check_line("OFFSET(page.compound_head)", "60", "compound_head) is 60");
	check_line("SYMBOL(vmemmap)", "zz", "vmemmap");
	start();
	fake_kernel_drop_line(t->fake, "OFFSET(page.flags)");
	fake_kernel_line(t->fake, "OFFSET(page.flags)=56");
	suite_no_error(read_page(PA));
	end();
}

/* ---- mem_section[] -------------------------------------------------------- */

static uint64_t roots, root;

/* Sections of 128 MiB, 256 a root: RAM's first is number 8 of root 0. */
static void start_sections(void)
{
	t = fake_target_create(12, 48);
	add_offsets();
	roots = fake_kernel_data(t->fake);
	root = fake_kernel_data(t->fake);
	fake_kernel_line(t->fake, "SYMBOL(mem_section)=%llx",
			 (unsigned long long)roots);
	fake_kernel_line(t->fake, "LENGTH(mem_section)=2");
	fake_kernel_line(t->fake, "SIZE(mem_section)=16");
	fake_kernel_line(t->fake, "OFFSET(mem_section.section_mem_map)=8");
	fake_kernel_line(t->fake, "NUMBER(SECTION_SIZE_BITS)=27");
	fake_kernel_write_u64(t->fake, roots, root);
	fake_kernel_write_u64(t->fake, root + 8 * 16 + 8, VMEMMAP | 0x1f);
	write_page();
}

static void test_sections(void)
{
	start_sections();
	suite_no_error(read_page(PA));
	check_page();
	/* A section, a root and a number that are not there. */
	suite_error(read_page(PA + (1 << 27)), DM_ERROR_NOT_FOUND,
		    "PA 0x48005000 has no memory section");
	suite_error(read_page(UINT64_C(256) << 27), DM_ERROR_NOT_FOUND,
		    "has no memory section");
	suite_error(read_page(UINT64_C(512) << 27), DM_ERROR_NOT_FOUND,
		    "has no memory section");
	fake_kernel_write_u64(t->fake, roots, 0x1234);
	suite_error(read_page(PA), DM_ERROR_INVALID_ARGUMENT,
		    "no address of the kernel's");
	end();
}

/*
 * After 7.3 a section is present where it has a map, with no bit of its own for
 * that; and VMCOREINFO has no PG_private. Neither is asked for.
 */
static void test_fewer_bits(void)
{
	start_sections();
	fake_kernel_drop_line(t->fake, "NUMBER(PG_private)");
	fake_kernel_write_u64(t->fake, root + 8 * 16 + 8, VMEMMAP);
	suite_no_error(read_page(PA));
	check_page();
	fake_kernel_write_u64(t->fake, root + 8 * 16 + 8, VMEMMAP | 2);
	suite_no_error(read_page(PA));
	check_page();
	end();
}

static void check_section_line(const char *key, const char *value,
			       enum dm_error_code code, const char *message)
{
	start_sections();
	fake_kernel_drop_line(t->fake, key);
	if (value)
		fake_kernel_line(t->fake, "%s=%s", key, value);
	suite_error(read_page(PA), code, message);
	end();
}

static void test_absurd_sections(void)
{
	check_section_line("SIZE(mem_section)", "0", DM_ERROR_NOT_FOUND,
			   "has no memory section");
	check_section_line("SIZE(mem_section)", "5000", DM_ERROR_BAD_DUMP,
			   "SIZE(mem_section) is 5000");
	check_section_line("NUMBER(SECTION_SIZE_BITS)", "64", DM_ERROR_BAD_DUMP,
			   "SECTION_SIZE_BITS) is 64");
	check_section_line("LENGTH(mem_section)", "99999999999",
			   DM_ERROR_BAD_DUMP, "LENGTH(mem_section)");
	check_section_line("LENGTH(mem_section)", "0", DM_ERROR_NOT_FOUND,
			   "has no memory section");
	check_section_line("SYMBOL(mem_section)", NULL, DM_ERROR_BAD_DUMP,
			   "mem_section");
	check_section_line("OFFSET(mem_section.section_mem_map)", "4097",
			   DM_ERROR_BAD_DUMP, "section_mem_map) is 4097");
}

/* ---- Without lines ------------------------------------------------------- */

static void add_types(void)
{
	fake_target_size(t, "struct page", 64);
	fake_target_member(t, "struct page", "flags", 0);
	fake_target_array(t, "struct page", "_refcount", 52, 4);
	fake_target_array(t, "struct page", "_mapcount", 48, 4);
	fake_target_member(t, "struct page", "mapping", 24);
	fake_target_member(t, "struct page", "compound_head", 8);
	fake_target_enumerator(t, "enum pageflags", "PG_reserved", 12);
}

/* swapper_pg_dir's, which is RAM's first page here, as boot leaves it. */
static void write_reserved(uint64_t va)
{
	fake_kernel_write_u64(t->fake, va, UINT64_C(0x1000));
	fake_kernel_write_u32(t->fake, va + 48, UINT32_MAX);
	fake_kernel_write_u32(t->fake, va + 52, 1);
}

/* @start is VMEMMAP_START, where the struct page of PHYS_OFFSET is. */
static void check_start(unsigned int page_shift, unsigned int va_bits,
			uint64_t start)
{
	t = fake_target_create(page_shift, va_bits);
	add_types();
	write_reserved(start);
	fake_kernel_write_u64(t->fake, start + 5 * 64, 0x2009);
	suite_no_error(
		read_page(FAKE_KERNEL_RAM + (UINT64_C(5) << page_shift)));
	CU_ASSERT_EQUAL(page.va, start + 5 * 64);
	CU_ASSERT_EQUAL(page.flags, 0x2009);
	end();
}

/* The addresses are what 6.12, 6.1 and 5.10 have on such machines. */
static void test_types_alone(void)
{
	check_start(12, 39, UINT64_C(0xfffffffec0000000));
	check_start(12, 39, UINT64_C(0xfffffffe00000000));
	check_start(12, 39, UINT64_C(0xfffffffeffe00000));
	check_start(12, 48, UINT64_C(0xfffffdffc0000000));
	check_start(12, 48, UINT64_C(0xfffffc0000000000));
	check_start(14, 47, UINT64_C(0xffffffbfc0000000));
	check_start(14, 47, UINT64_C(0xffffff8000000000));
	check_start(16, 48, UINT64_C(0xffffffdfc0000000));
	check_start(16, 48, UINT64_C(0xffffffdfffe00000));
}

static void check_not(uint32_t refcount, uint32_t mapcount, uint64_t mapping,
		      uint64_t flags)
{
	const uint64_t va = UINT64_C(0xfffffffec0000000);

	t = fake_target_create(12, 39);
	add_types();
	fake_kernel_write_u64(t->fake, va, flags);
	fake_kernel_write_u64(t->fake, va + 24, mapping);
	fake_kernel_write_u32(t->fake, va + 48, mapcount);
	fake_kernel_write_u32(t->fake, va + 52, refcount);
	suite_error(read_page(FAKE_KERNEL_RAM), DM_ERROR_NOT_FOUND,
		    "does not tell where struct pages are");
	end();
}

static void test_types_unproved(void)
{
	check_not(2, UINT32_MAX, 0, 0x1000);
	check_not(1, 0, 0, 0x1000);
	check_not(1, UINT32_MAX, 8, 0x1000);
	check_not(1, UINT32_MAX, 0, 0xefff);
}

static void check_types(const char *member, uint64_t offset)
{
	t = fake_target_create(12, 39);
	add_types();
	write_reserved(UINT64_C(0xfffffffec0000000));
	fake_target_forget(t, member);
	if (offset)
		fake_target_member(t, "struct page", member, offset);
	/* They are of no use: it is as if there were none. */
	suite_error(read_page(FAKE_KERNEL_RAM), DM_ERROR_BAD_DUMP,
		    "SIZE(page)");
	end();
}

static void test_absurd_types(void)
{
	check_types("flags", 57);
	check_types("_refcount", 61);
	check_types("mapping", 0);
	check_types("compound_head", 57);
	check_types("compound_head", 0);
	check_types("struct page", 0);
	t = fake_target_create(12, 39);
	add_types();
	fake_target_forget(t, "PG_reserved");
	suite_error(read_page(FAKE_KERNEL_RAM), DM_ERROR_NOT_FOUND,
		    "PG_reserved");
	fake_target_enumerator(t, "enum pageflags", "PG_reserved", 64);
	suite_error(read_page(FAKE_KERNEL_RAM), DM_ERROR_UNSUPPORTED,
		    "PG_reserved");
	end();
}

/* ---- Types --------------------------------------------------------------- */

static void check_type(uint32_t type, const char *expected)
{
	char text[PAGE_TYPE_TEXT];

	page.type = type;
	suite_no_error(dm_page_type_text(fake_target_fresh(t), &page, text,
					 sizeof(text)));
	CU_ASSERT_STRING_EQUAL(text, expected);
}

/* What is a mapcount in every generation. */
static void check_mapcounts(void)
{
	check_type(UINT32_MAX, "");
	check_type(0, "");
	check_type(5, "");
	check_type(0x7fffffff, "");
}

static void test_types_by_number(void)
{
	t = fake_target_create(12, 48);
	fake_target_enumerator(t, "enum pagetype", "PGTY_buddy", 0xf0);
	fake_target_enumerator(t, "enum pagetype", "PGTY_table", 0xf2);
	fake_target_enumerator(t, "enum pagetype", "PGTY_slab", 0xf5);
	fake_target_enumerator(t, "enum pagetype", "x", 0xf6);
	check_mapcounts();
	check_type(0xf0000000, "buddy");
	check_type(0xf2000000, "table");
	check_type(0xf5000003, "slab");
	check_type(0xf6000000, "x");
	check_type(0xf9000000, "");
	check_type(0x80000000, "");
	end();
}

/* 6.11: (page_type & (PAGE_TYPE_BASE | flag)) == PAGE_TYPE_BASE */
static void test_types_by_cleared_bit(void)
{
	t = fake_target_create(12, 48);
	fake_target_enumerator(t, "enum pagetype", "PG_buddy", 0x40000000);
	fake_target_enumerator(t, "enum pagetype", "PG_table", 0x10000000);
	fake_target_enumerator(t, "enum pagetype", "PG_slab", 0x02000000);
	fake_target_enumerator(t, "enum pagetype", "PG_zsmalloc", 0x01000000);
	fake_target_enumerator(t, "enum pagetype", "x", 0x00800000);
	check_mapcounts();
	check_type(0xbfffffff, "buddy");
	check_type(0xefffffff, "table");
	check_type(0xfdffffff, "slab");
	/* A type's owner may use the low 16 bits. */
	check_type(0xfeff0003, "zsmalloc");
	check_type(0xff7fffff, "x");
	check_type(0xf7ffffff, "");
	end();
	/* 6.10, and stable kernels that took the enum without the new bits. */
	t = fake_target_create(12, 48);
	fake_target_enumerator(t, "enum pagetype", "PG_buddy", 0x80);
	fake_target_enumerator(t, "enum pagetype", "PG_table", 0x200);
	check_mapcounts();
	check_type(0xffffff7f, "buddy");
	check_type(0xfffffdff, "table");
	end();
}

/* Bits that were macros. */
static void test_types_by_macro(void)
{
	t = fake_target_create(12, 48);
	fake_target_member(t, "struct page", "memcg_data", 56);
	check_mapcounts();
	check_type(0xffffff7f, "buddy");
	check_type(0xfffffeff, "offline");
	check_type(0xfffffdff, "table");
	check_type(0xfffffbff, "");
	/* Not below the base: no type. */
	check_type(0xefffff7f, "");
	end();
	/* 5.10: 0x200 is kmemcg's, which is no type to tell. */
	t = fake_target_create(12, 48);
	fake_target_member(t, "struct page", "mem_cgroup", 56);
	check_type(0xffffff7f, "buddy");
	check_type(0xfffffbff, "table");
	check_type(0xfffffdff, "");
	end();
	/* Without types, which bit a page table has is not known. */
	t = fake_target_create(12, 48);
	check_type(0xffffff7f, "buddy");
	check_type(0xfffffdff, "");
	check_type(0xfffffbff, "");
	end();
}

/* ---- Flags --------------------------------------------------------------- */

static bool has_flag(struct dm_target *target, const struct page_state *of,
		     const char *name)
{
	bool has = true;

	suite_no_error(dm_page_has_flag(target, of, name, &has));
	return has;
}

static void check_flags(uint64_t flags, const char *expected)
{
	char text[PAGE_FLAGS_TEXT];

	page.flags = flags;
	suite_no_error(dm_page_flags_text(fake_target_fresh(t), &page, text,
					  sizeof(text)));
	CU_ASSERT_STRING_EQUAL(text, expected);
}

static void add_flags(int64_t count)
{
	fake_target_enumerator(t, "enum pageflags", "PG_locked", 0);
	fake_target_enumerator(t, "enum pageflags", "PG_uptodate", 3);
	fake_target_enumerator(t, "enum pageflags", "odd", 4);
	fake_target_enumerator(t, "enum pageflags", "PG_reserved", 13);
	fake_target_enumerator(t, "enum pageflags", "__NR_PAGEFLAGS", count);
}

static void test_flags(void)
{
	t = fake_target_create(12, 48);
	add_flags(24);
	check_flags(0, "");
	check_flags(0x2009, "locked|uptodate|reserved");
	check_flags(0x30, "odd|bit5");
	/* Section, node and zone stand behind the last one. */
	check_flags(UINT64_C(0x17ffffc001000008), "uptodate");
	page.flags = 0x2000;
	CU_ASSERT_TRUE(has_flag(t->target, &page, "PG_reserved"));
	CU_ASSERT_FALSE(has_flag(t->target, &page, "PG_locked"));
	CU_ASSERT_FALSE(has_flag(t->target, &page, "PG_none"));
	end();
}

static void test_flags_unknown(void)
{
	char all[PAGE_FLAGS_TEXT], few[8];

	t = fake_target_create(12, 48);
	check_flags(1, "?");
	CU_ASSERT_FALSE(has_flag(t->target, &page, "PG_locked"));
	add_flags(65);
	check_flags(1, "?");
	fake_target_forget(t, "__NR_PAGEFLAGS");
	fake_target_enumerator(t, "enum pageflags", "__NR_PAGEFLAGS", -1);
	check_flags(1, "?");
	fake_target_forget(t, "__NR_PAGEFLAGS");
	fake_target_enumerator(t, "enum pageflags", "__NR_PAGEFLAGS", 64);
	fake_target_enumerator(t, "enum pageflags", "PG_far", 64);
	page.flags = UINT64_MAX;
	/* All of them, cut where the buffer ends. */
	suite_no_error(dm_page_flags_text(fake_target_fresh(t), &page, all,
					  sizeof(all)));
	CU_ASSERT_EQUAL(strlen(all), sizeof(all) - 1);
	suite_no_error(dm_page_flags_text(t->target, &page, few, sizeof(few)));
	CU_ASSERT_STRING_EQUAL(few, "locked|");
	CU_ASSERT_FALSE(has_flag(t->target, &page, "PG_far"));
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "vmemmap", test_vmemmap },
		{ "compound_info", test_compound_info },
		{ "absurd lines", test_absurd_lines },
		{ "sections", test_sections },
		{ "fewer bits", test_fewer_bits },
		{ "absurd sections", test_absurd_sections },
		{ "types alone", test_types_alone },
		{ "types unproved", test_types_unproved },
		{ "absurd types", test_absurd_types },
		{ "types by number", test_types_by_number },
		{ "types by cleared bit", test_types_by_cleared_bit },
		{ "types by macro", test_types_by_macro },
		{ "flags", test_flags },
		{ "flags unknown", test_flags_unknown },
		CU_TEST_INFO_NULL,
	};

	return suite_run("struct page", tests);
}
