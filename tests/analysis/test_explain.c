// SPDX-License-Identifier: GPL-2.0-or-later
/* explain on a fake kernel: every kind of address, every reason for a leaf. */
#include <jansson.h>

#include "analysis/explain.h"
#include "target/target.h"
#include "fake/explain_once.h"
#include "fake/fake_owned.h"
#include "suite.h"

#define KIB UINT64_C(1024)
#define MIB (KIB << 10)
#define GIB (MIB << 10)

/* Descriptors as Linux has them: PAGE_KERNEL, and what changes it. */
#define BLOCK	UINT64_C(0x00e8000000000701)
#define PTE	UINT64_C(0x00e8000000000703)
#define CONT	(UINT64_C(1) << 52)
#define RO	UINT64_C(0x80)
#define PXN	(UINT64_C(1) << 53)
#define INVALID UINT64_C(0x800) /* in place of bit 0 */

/* RAM with nothing in it, a gigabyte each: PAs whose tables tests make. */
#define A (2 * GIB)
#define B (3 * GIB)

static struct fake_owned o;
static struct dm_policy policy;
static struct dm_explanation x;
static struct suite_text text;

static uint64_t lm(uint64_t pa)
{
	return fake_target_linear(o.t, pa);
}

static void map(uint64_t pa, int level, uint64_t bits)
{
	fake_kernel_set_entry(o.t->fake, lm(pa), level, pa | bits);
}

static void map_pages(uint64_t pa, uint64_t size, uint64_t bits)
{
	uint64_t offset;

	for (offset = 0; offset < size; offset += 4 * KIB)
		map(pa + offset, 3, bits);
}

static void start(void)
{
	owned_start(&o);
	memset(&policy, 0, sizeof(policy));
	policy.boot = DM_BOOT_BLOCKS;
	strcpy(policy.sentence, "blocks: for a test");
}

static void end(void)
{
	dm_explain_deinit(&x);
	fake_target_destroy(o.t);
}

static struct dm_error *try(const char *what)
{
	dm_explain_deinit(&x);
	return explain_once(&x, fake_target_fresh(o.t), &policy, what);
}

static void explain(const char *what)
{
	suite_no_error(try(what));
}

static void explain_va(uint64_t va)
{
	char what[32];

	snprintf(what, sizeof(what), "0x%llx", (unsigned long long)va);
	explain(what);
}

static void check_why(const char *expected)
{
	CU_ASSERT_STRING_EQUAL(x.not_larger, expected);
}

static void check_leaf(const struct dm_mapping *m, enum dm_leaf leaf,
		       uint64_t leaf_start, uint64_t size)
{
	CU_ASSERT_TRUE(m->mapped);
	CU_ASSERT_EQUAL(m->leaf, leaf);
	CU_ASSERT_EQUAL(m->leaf_start, leaf_start);
	CU_ASSERT_EQUAL(m->leaf_size, size);
}

/* ---- What is asked ---------------------------------------------------------- */

static void check_same_place(const char *what, uint64_t va, uint64_t pa)
{
	explain(what);
	CU_ASSERT_STRING_EQUAL(x.asked, what);
	CU_ASSERT_EQUAL(x.own.va, va);
	CU_ASSERT_TRUE(x.has_pa);
	CU_ASSERT_EQUAL(x.pa, pa);
}

static void test_questions(void)
{
	char what[64];

	start();
	map(A, 1, BLOCK);
	check_same_place("0x80001234", lm(A) + 0x1234, A + 0x1234);
	snprintf(what, sizeof(what), "0x%llx",
		 (unsigned long long)lm(A + 0x1234));
	check_same_place(what, lm(A) + 0x1234, A + 0x1234);
	/* As kernels print it: sixteen digits, in either case. */
	snprintf(what, sizeof(what), "%016llX",
		 (unsigned long long)lm(A + 0xabc0));
	check_same_place(what, lm(A) + 0xabc0, A + 0xabc0);
	check_same_place("0000000080001234", lm(A) + 0x1234, A + 0x1234);
	check_same_place("pfn:0x80001", lm(A) + 0x1000, A + 0x1000);
	check_same_place("pfn:524289", lm(A) + 0x1000, A + 0x1000);
	check_same_place("pfn:0524289", lm(A) + 0x1000, A + 0x1000);
	check_same_place("0X80001234", lm(A) + 0x1234, A + 0x1234);
	/* As crash takes it; decimal it cannot be. */
	check_same_place("8000123a", lm(A) + 0x123a, A + 0x123a);
	check_same_place("0x000000000080001234", lm(A) + 0x1234, A + 0x1234);
	end();
}

static void test_symbols(void)
{
	uint64_t va, pa;

	start();
	va = fake_target_variable(o.t, "some_variable", 8, 0);
	pa = fake_kernel_pa(o.t->fake, va);
	check_same_place("some_variable", va, pa);
	check_same_place("some_variable+0x10", va + 0x10, pa + 0x10);
	check_same_place("some_variable+16", va + 0x10, pa + 0x10);
	CU_ASSERT_EQUAL(x.region, DM_REGION_OTHER);
	suite_error(try("no_such"), DM_ERROR_NOT_FOUND, "no symbol no_such");
	suite_error(try("no_such+4"), DM_ERROR_NOT_FOUND, "no symbol no_such");
	end();
}

static void check_bad(const char *what, const char *message)
{
	suite_error(try(what), DM_ERROR_INVALID_ARGUMENT, message);
}

static void test_bad_questions(void)
{
	char longest[300];

	start();
	check_bad("", "\"\" is no address: give 0x…, pfn:N or SYMBOL[+OFFSET]");
	check_bad("+4", "\"+4\" is no address");
	check_bad("_text+", "\"_text+\" is no address");
	check_bad("_text+x", "\"_text+x\" is no address");
	suite_no_error(try("_text+010"));
	CU_ASSERT_EQUAL(x.own.va, IMAGE + 10);
	check_bad("_text+-1", "\"_text+-1\" is no address");
	check_bad("_text+0x10000000000000000", "is no address");
	check_bad("pfn:", "\"pfn:\" is no page frame number");
	check_bad("pfn:-1", "\"pfn:-1\" is no page frame number");
	check_bad("pfn:0x1g", "\"pfn:0x1g\" is no page frame number");
	check_bad("pfn: 1", "\"pfn: 1\" is no page frame number");
	check_bad("pfn:0x10000000000", "is no page frame number");
	check_bad(
		"0x10000000000000",
		"0x10000000000000 is neither a kernel address (from 0xffff000000000000 on) nor a physical one (52 bits)");
	check_bad("0xfffeffffffffffff", "is neither a kernel address");
	/* 64 bits are what there is, however it is written. */
	check_bad("0x1ffff800000000000", "it has more than 64 bits");
	check_bad("0x123456789012345678", "it has more than 64 bits");
	check_bad("123456789012345678ab", "it has more than 64 bits");
	check_bad("99999999999999999999", "it has more than 64 bits");
	check_bad("_text+0xffffffffffffffff", "it has more than 64 bits");
	check_bad("0x", "\"0x\" is no address");
	check_bad("0xffffg", "\"0xffffg\" is no address");
	check_bad("12three", "\"12three\" is no address");
	check_bad(" 0x80000000", "is no address");
	check_bad("0x80000000 ", "is no address");
	check_bad("-0x80000000", "is no address");
	/* Hexadecimal or decimal: asked back, and not guessed. */
	check_bad(
		"40000000",
		"\"40000000\" may be hexadecimal or decimal: give 0x40000000 or 0x2625a00");
	check_bad("4000000000000000", "may be hexadecimal or decimal");
	check_bad("18446462598732840960",
		  "is decimal, and addresses are hexadecimal: give 0x"
		  "ffff000000000000");
	suite_error(try("beef"), DM_ERROR_NOT_FOUND,
		    "is it an address? give 0xbeef");
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	check_bad(longest, "is no address");
	end();
}

/* ---- Where it lies ------------------------------------------------------------ */

static void test_regions(void)
{
	start();
	fake_kernel_drop_line(o.t->fake, "NUMBER(MODULES_VADDR)");
	fake_kernel_line(o.t->fake, "NUMBER(MODULES_VADDR)=0x%llx",
			 (unsigned long long)MODULE_VA);
	fake_kernel_line(o.t->fake, "NUMBER(MODULES_END)=0x%llx",
			 (unsigned long long)MODULE_VA + 0x1000);
	fake_kernel_line(o.t->fake, "NUMBER(VMALLOC_START)=0x%llx",
			 (unsigned long long)MODULE_VA + 0x1000);
	fake_kernel_line(o.t->fake, "NUMBER(VMALLOC_END)=0x%llx",
			 (unsigned long long)MODULE_VA + 0x2000);
	fake_kernel_line(o.t->fake, "NUMBER(VMEMMAP_START)=0x%llx",
			 (unsigned long long)MODULE_VA + 0x2000);
	fake_kernel_line(o.t->fake, "NUMBER(VMEMMAP_END)=0x%llx",
			 (unsigned long long)MODULE_VA + 0x3000);
	explain_va(lm(A));
	CU_ASSERT_EQUAL(x.region, DM_REGION_LINEAR);
	explain_va(UINT64_C(0xffff7fffffffffff));
	CU_ASSERT_EQUAL(x.region, DM_REGION_LINEAR);
	explain_va(IMAGE);
	CU_ASSERT_EQUAL(x.region, DM_REGION_IMAGE);
	explain_va(IMAGE_END - 1);
	CU_ASSERT_EQUAL(x.region, DM_REGION_IMAGE);
	explain_va(IMAGE_END);
	CU_ASSERT_EQUAL(x.region, DM_REGION_OTHER);
	explain_va(MODULE_VA + 0xfff);
	CU_ASSERT_EQUAL(x.region, DM_REGION_MODULES);
	explain_va(MODULE_VA + 0x1000);
	CU_ASSERT_EQUAL(x.region, DM_REGION_VMALLOC);
	explain_va(MODULE_VA + 0x2fff);
	CU_ASSERT_EQUAL(x.region, DM_REGION_VMEMMAP);
	explain_va(UINT64_MAX);
	CU_ASSERT_EQUAL(x.region, DM_REGION_OTHER);
	CU_ASSERT_STRING_EQUAL(dm_region_name(x.region), "other");
	end();
}

static void test_owned(void)
{
	uint64_t pa;

	start();
	pa = fake_kernel_pa(o.t->fake, PACK);
	map(pa, 3, PTE | RO);
	/* The program that the address is in comes first. */
	explain_va(PACK + 0x160);
	CU_ASSERT_EQUAL(x.owner_count, 2);
	CU_ASSERT_STRING_EQUAL(x.owners[0].name, "second");
	CU_ASSERT_STRING_EQUAL(x.owners[1].name, "first");
	CU_ASSERT_EQUAL(x.linear.va, lm(pa) + 0x160);
	CU_ASSERT_TRUE(x.has_area);
	CU_ASSERT_EQUAL(x.area_start, PACK);
	CU_ASSERT_EQUAL(x.area_size, PACK_BYTES);
	CU_ASSERT_STRING_EQUAL(x.area_kind, "vmalloc");
	CU_ASSERT_STRING_EQUAL(x.area_caller, "load_module+0x10/0x1000");
	/* From the linear map it is the same. */
	explain_va(lm(pa) + 0x160);
	CU_ASSERT_STRING_EQUAL(x.owners[0].name, "second");
	CU_ASSERT_EQUAL(x.area_start, PACK);
	explain_va(lm(pa) + 0x20);
	CU_ASSERT_STRING_EQUAL(x.owners[0].name, "first");
	explain_va(MODULE_VA + 0x2004);
	CU_ASSERT_EQUAL(x.owners[0].kind, DM_OWNER_MODULE);
	CU_ASSERT_EQUAL(x.page_refcount, 1);
	explain("last_function+4");
	CU_ASSERT_STRING_EQUAL(x.symbol, "last_function+0x4/0x800");
	end();
}

static void test_area_kinds(void)
{
	static const struct {
		uint64_t flags;
		const char *kind;
	} kinds[] = {
		{ VM_IOREMAP, "ioremap" },
		{ VM_ALLOC, "vmalloc" },
		{ VM_MAP, "vmap" },
		{ 0x20, "other" },
	};
	struct fake_list lazy;
	size_t i;

	start();
	for (i = 0; i < 4; i++)
		owned_area(&o, SPACE + (i << 16), 1, kinds[i].flags, 0);
	fake_list_init(o.t, &lazy, owned_take(&o, 16));
	fake_target_symbol(o.t, "purge_vmap_area_list", lazy.head);
	fake_area(o.t, &lazy, &o.heap, SPACE + 0x50000, SPACE + 0x52000, 0);
	for (i = 0; i < 4; i++) {
		explain_va(SPACE + (i << 16));
		CU_ASSERT_STRING_EQUAL(x.area_kind, kinds[i].kind);
		CU_ASSERT_STRING_EQUAL(x.area_caller, "");
	}
	/* No vm_struct: vm_map_ram()'s, or one that could not be read. */
	fake_area(o.t, &o.areas, &o.heap, SPACE + 0x70000, SPACE + 0x72000, 0);
	explain_va(SPACE + 0x71000);
	CU_ASSERT_STRING_EQUAL(x.area_kind, "kind unknown");
	explain_va(SPACE + 0x51000);
	CU_ASSERT_STRING_EQUAL(x.area_kind, "freed, not yet purged");
	CU_ASSERT_FALSE(x.has_pa);
	explain_va(SPACE + 0x60000);
	CU_ASSERT_FALSE(x.has_area);
	end();
}

/* ---- The chain ------------------------------------------------------------------ */

static void test_chain(void)
{
	start();
	map(A + 2 * MIB, 2, BLOCK | RO);
	explain_va(lm(A) + 2 * MIB + 0x5678);
	CU_ASSERT_EQUAL_FATAL(x.own.step_count, 3);
	CU_ASSERT_EQUAL(x.own.steps[0].level, 0);
	CU_ASSERT_EQUAL(x.own.steps[0].table, FAKE_KERNEL_RAM);
	CU_ASSERT_EQUAL(x.own.steps[0].index, 0);
	CU_ASSERT_STRING_EQUAL(x.own.steps[0].kind, "table");
	CU_ASSERT_EQUAL(x.own.steps[2].level, 2);
	CU_ASSERT_EQUAL(x.own.steps[2].index, 1);
	CU_ASSERT_EQUAL(x.own.steps[2].entry, (A + 2 * MIB) | BLOCK | RO);
	CU_ASSERT_STRING_EQUAL(x.own.steps[2].kind, "leaf");
	CU_ASSERT_TRUE(x.own.valid);
	CU_ASSERT_EQUAL(x.own.pa, A + 2 * MIB + 0x5678);
	CU_ASSERT_EQUAL(x.own.attrs, BLOCK | RO);
	check_leaf(&x.own, DM_LEAF_PMD, lm(A) + 2 * MIB, 2 * MIB);
	/* Nothing there, and a descriptor that nobody makes. */
	explain_va(lm(A));
	CU_ASSERT_FALSE(x.own.mapped);
	CU_ASSERT_STRING_EQUAL(x.own.steps[2].kind, "none");
	CU_ASSERT_STRING_EQUAL(x.own.unreadable, "");
	check_why("");
	fake_kernel_set_entry(o.t->fake, lm(A) + 4 * MIB, 3, 0x701);
	explain_va(lm(A) + 4 * MIB);
	CU_ASSERT_STRING_EQUAL(x.own.steps[3].kind, "reserved");
	fake_kernel_set_entry(o.t->fake, lm(UINT64_C(1) << 40), 0, 0x701);
	explain_va(lm(UINT64_C(1) << 40));
	CU_ASSERT_STRING_EQUAL(x.own.steps[0].kind,
			       "block where Linux maps none");
	end();
}

static void test_missing_table(void)
{
	start();
	fake_kernel_set_entry(o.t->fake, lm(A), 2, UINT64_C(0x900000003));
	explain_va(lm(A));
	CU_ASSERT_EQUAL(x.own.step_count, 3);
	CU_ASSERT_FALSE(x.own.mapped);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(x.own.unreadable, "page table of 0xffff000040000000"));
	/* By the formula; whether there is memory, the tables do not tell. */
	CU_ASSERT_TRUE(x.has_pa);
	CU_ASSERT_EQUAL(x.pa, A);
	CU_ASSERT_PTR_NOT_NULL(strstr(x.own.unknown, "not in the dump"));
	CU_ASSERT_PTR_NOT_NULL(x.linear.unknown);
	/* The physical address is known, and its struct page may be. */
	owned_page(&o, A, 1, 0, UINT32_MAX);
	explain("0x80000000");
	CU_ASSERT_TRUE(x.has_pa);
	CU_ASSERT_TRUE(x.has_page);
	check_why("");
	end();
}

static void test_out_of_reach(void)
{
	start();
	/* 47 bits of linear map from RAM's start on. */
	explain("0x800040000000");
	CU_ASSERT_EQUAL(x.region, DM_REGION_OTHER);
	CU_ASSERT_EQUAL(x.own.va, 0);
	CU_ASSERT_STRING_EQUAL(x.own.unreadable,
			       "the linear map does not reach there");
	CU_ASSERT_EQUAL(x.pa, UINT64_C(0x800040000000));
	explain("0x1000");
	CU_ASSERT_EQUAL(x.own.va, 0);
	end();
}

/* ---- Contiguous groups ----------------------------------------------------------- */

static void test_contiguous(void)
{
	start();
	map_pages(A, 64 * KIB, PTE | CONT);
	explain_va(lm(A) + 0x5008);
	check_leaf(&x.own, DM_LEAF_CONT_PTE, lm(A), 64 * KIB);
	CU_ASSERT_EQUAL(x.stretch_count, 3);
	CU_ASSERT_EQUAL(x.stretches[0].leaf, DM_LEAF_PMD);
	end();
}

/* Which of the group's entries are as they were, nothing tells. */
static void check_broken(uint64_t pa, uint64_t entry)
{
	start();
	map_pages(A, 64 * KIB, PTE | CONT);
	fake_kernel_set_entry(o.t->fake, lm(pa), 3, entry);
	explain_va(lm(A));
	CU_ASSERT_PTR_NOT_NULL_FATAL(x.own.unknown);
	CU_ASSERT_PTR_NOT_NULL(strstr(x.own.unknown, "contiguous bit"));
	CU_ASSERT_TRUE(x.has_pa);
	CU_ASSERT_EQUAL(x.pa, A);
	CU_ASSERT_EQUAL(x.stretch_count, 0);
	check_why("");
	end();
}

static void test_broken_group(void)
{
	/* One without the bit; nothing but it differs. */
	check_broken(A + 0x3000, (A + 0x3000) | PTE);
	check_broken(A + 0x3000, (A + 0x3000) | PTE | CONT | RO);
	check_broken(A + 0x3000, 0);
	/* Another page in its place. */
	check_broken(A + 0x3000, B | PTE | CONT);
}

/* ---- Why it is not larger ---------------------------------------------------------- */

static void test_largest(void)
{
	start();
	map(A, 1, BLOCK);
	explain_va(lm(A) + 0x12345678);
	check_leaf(&x.own, DM_LEAF_PUD, lm(A), GIB);
	CU_ASSERT_EQUAL(x.stretch_count, 0);
	check_why("it is the largest leaf there is");
	end();
}

static void test_neighbours(void)
{
	start();
	map_pages(A, 64 * KIB, PTE);
	map(A + 0x8000, 3, PTE | RO);
	explain_va(lm(A));
	check_why("not 64k: 0xffff000040008000 is read-only and this is not");
	CU_ASSERT_EQUAL(x.stretches[0].odd_va, lm(A) + 0x8000);
	CU_ASSERT_EQUAL(x.stretches[0].mapped[DM_LEAF_PTE], 64 * KIB);
	CU_ASSERT_EQUAL(x.stretches[0].read_only, 4 * KIB);
	CU_ASSERT_EQUAL(x.stretches[0].unmapped, 0);
	CU_ASSERT_EQUAL(x.stretches[1].size, 2 * MIB);
	CU_ASSERT_EQUAL(x.stretches[1].unmapped, 2 * MIB - 64 * KIB);
	explain_va(lm(A) + 0x8000);
	check_why("not 64k: 0xffff000040000000 is writable and this is not");
	/* 7.3's way to invalidate, and 6.12's. */
	map(A + 0x8000, 3, (PTE & ~UINT64_C(1)) | INVALID);
	explain_va(lm(A));
	check_why("not 64k: 0xffff000040008000 is invalid and this is not");
	CU_ASSERT_EQUAL(x.stretches[0].invalid, 4 * KIB);
	explain_va(lm(A) + 0x8000);
	CU_ASSERT_FALSE(x.own.valid);
	check_why("not 64k: 0xffff000040000000 is valid and this is not");
	map(A + 0x8000, 3, PTE & ~UINT64_C(1));
	explain_va(lm(A));
	check_why("not 64k: 0xffff000040008000 is invalid and this is not");
	/* Another memory type. */
	map(A + 0x8000, 3, PTE | 4);
	explain_va(lm(A));
	check_why("not 64k: 0xffff000040008000 has other attributes");
	end();
}

static void test_holes(void)
{
	start();
	/* Before, within, behind. */
	map_pages(A + 0x4000, 0xc000, PTE);
	explain_va(lm(A) + 0x4000);
	check_why("not 64k: nothing is mapped at 0xffff000040000000");
	map_pages(A, 64 * KIB, PTE);
	fake_kernel_unmap(o.t->fake, lm(A) + 0x7000);
	explain_va(lm(A));
	check_why("not 64k: nothing is mapped at 0xffff000040007000");
	map_pages(A, 64 * KIB, PTE);
	fake_kernel_unmap(o.t->fake, lm(A) + 0xf000);
	explain_va(lm(A));
	check_why("not 64k: nothing is mapped at 0xffff00004000f000");
	end();
}

/* A 2M leaf whose 32M has a page table that is not in the dump. */
static void test_stretch_unreadable(void)
{
	uint64_t i;

	start();
	for (i = 0; i < 16; i++)
		map(A + i * 2 * MIB, 2, BLOCK);
	fake_kernel_set_entry(o.t->fake, lm(A) + 4 * MIB, 2,
			      UINT64_C(0x900000003));
	explain_va(lm(A));
	check_leaf(&x.own, DM_LEAF_PMD, lm(A), 2 * MIB);
	CU_ASSERT_FALSE(x.stretches[0].readable);
	CU_ASSERT_FALSE(x.stretches[0].alike);
	CU_ASSERT_EQUAL(x.stretches[0].unknown, 2 * MIB);
	CU_ASSERT_EQUAL(x.stretches[0].unmapped, 0);
	check_why(
		"not 32M: unknown, as page tables of it are damaged or missing");
	/* What is known to differ is reason enough. */
	map(A + 6 * MIB, 2, BLOCK | RO);
	explain_va(lm(A));
	check_why("not 32M: 0xffff000040600000 is read-only and this is not");
	end();
}

/* VA and PA differ by less than the leaf. */
static void test_misaligned(void)
{
	start();
	fake_kernel_drop_line(o.t->fake, "NUMBER(PHYS_OFFSET)");
	fake_kernel_line(o.t->fake, "NUMBER(PHYS_OFFSET)=0x40001000");
	map_pages(A, 64 * KIB, PTE);
	/* What was mapped at lm(A) is another PA's place now. */
	fake_kernel_set_entry(o.t->fake, lm(A), 3, (A + 0x1000) | PTE);
	explain_va(lm(A));
	CU_ASSERT_EQUAL(x.linear.pa, A + 0x1000);
	check_why(
		"not 64k: virtual and physical addresses are not aligned alike");
	end();
}

/* The linear map's place of a page holds another one. */
static void test_off_formula(void)
{
	uint64_t pa;

	start();
	pa = fake_kernel_pa(o.t->fake, MODULE_VA);
	fake_kernel_set_entry(o.t->fake, lm(pa), 3, B | PTE);
	explain_va(MODULE_VA);
	CU_ASSERT_EQUAL(x.stretch_count, 0);
	CU_ASSERT_EQUAL(x.linear.pa, B);
	CU_ASSERT_PTR_NOT_NULL_FATAL(x.linear.unknown);
	CU_ASSERT_PTR_NOT_NULL(strstr(x.linear.unknown, "other memory"));
	check_why("");
	end();
}

static void test_history(void)
{
	start();
	map_pages(A, 64 * KIB, PTE);
	explain_va(lm(A));
	CU_ASSERT_TRUE(x.stretches[0].alike);
	check_why(
		"not 64k: all of it is alike now, so it was split, or boot mapped it so; no arm64 kernel up to 7.3 merges leaves");
	policy.boot = DM_BOOT_PAGES;
	strcpy(policy.sentence, "pages: for a test");
	explain_va(lm(A));
	check_why("not 64k: boot mapped this by pages (pages: for a test)");
	policy.boot = DM_BOOT_REPAINTED;
	explain_va(lm(A));
	check_why("not 64k: boot mapped this by pages (pages: for a test)");
	policy.boot = DM_BOOT_UNKNOWN;
	explain_va(lm(A));
	check_why(
		"not 64k: all of it is alike now; cannot tell why it is mapped so");
	end();
}

/* Dirty and accessed bits, and software's own, hinder nothing. */
static void test_bits_that_may_differ(void)
{
	start();
	map_pages(A, 64 * KIB, PTE);
	map(A + 0x5000, 3, PTE | UINT64_C(1) << 55);
	explain_va(lm(A));
	CU_ASSERT_TRUE(x.stretches[0].alike);
	end();
}

/* ---- Page, missing things ------------------------------------------------------------ */

static void test_page(void)
{
	uint64_t va;

	start();
	map(A, 1, BLOCK);
	va = owned_page(&o, A + 0x3000, 0x2001, 0, 0xf0000000);
	explain("0x80003010");
	CU_ASSERT_TRUE(x.has_page);
	CU_ASSERT_EQUAL(x.page_va, va);
	CU_ASSERT_EQUAL(x.page_flags, 0x2001);
	CU_ASSERT_STRING_EQUAL(x.page_flag_names, "locked|reserved");
	CU_ASSERT_STRING_EQUAL(x.page_type, "buddy");
	CU_ASSERT_EQUAL(x.owners[0].kind, DM_OWNER_NONE);
	fake_kernel_drop_line(o.t->fake, "SIZE(page)");
	explain("0x80003010");
	CU_ASSERT_FALSE(x.has_page);
	CU_ASSERT_PTR_NOT_NULL(strstr(x.no_page, "SIZE(page)"));
	CU_ASSERT_EQUAL(x.owners[0].kind, DM_OWNER_UNKNOWN);
	end();
}

/* What could not be looked up for one address is not missing for the next. */
static void test_missing_is_of_one_question(void)
{
	static const char *const questions[] = { "0x80103010", "0x80003010",
						 "0x80103010" };
	struct owners *owners;
	size_t i;

	start();
	map(A, 1, BLOCK);
	owned_page(&o, A + 0x3000, 0x2001, 0, 0xf0000000);
	suite_no_error(dm_owners_create(fake_target_fresh(o.t), &owners));
	for (i = 0; i < 3; i++) {
		dm_explain_deinit(&x);
		suite_no_error(dm_explain_init(&x, o.t->target, owners, &policy,
					       questions[i]));
		CU_ASSERT_EQUAL(x.has_page, i == 1);
		CU_ASSERT_EQUAL(dm_missing_count(x.missing), i != 1);
		CU_ASSERT_EQUAL(strlen(dm_missing_text(x.missing)) > 0, i != 1);
	}
	dm_owners_destroy(owners);
	end();
}

/* Page tables alone still answer. */
static void test_no_symbols(void)
{
	start();
	map(A, 1, BLOCK);
	o.t->symbol_count = 0;
	o.t->member_count = o.t->size_count = o.t->enumerator_count = 0;
	explain("0x80003010");
	check_leaf(&x.own, DM_LEAF_PUD, lm(A), GIB);
	CU_ASSERT_TRUE(*dm_missing_text(x.missing) != '\0');
	CU_ASSERT_STRING_EQUAL(x.symbol, "");
	suite_error(try("_text"), DM_ERROR_NOT_FOUND, "kallsyms");
	end();
}

/* ---- Output ----------------------------------------------------------------------------- */

static void print(void)
{
	suite_text_init(&text);
	suite_no_error(dm_explain_text(&o.t->kernel, &x, &text.sink));
}

static void has_line(const char *line)
{
	if (!strstr(text.text, line))
		fprintf(stderr, "    no \"%s\" in\n%s", line, text.text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, line));
}

static void test_text(void)
{
	start();
	map_pages(A, 64 * KIB, PTE);
	map(A + 0x8000, 3, (PTE & ~UINT64_C(1)) | INVALID);
	owned_page(&o, A + 0x8000, 8, owned_mapping(&o, o.aops, 77),
		   UINT32_MAX);
	explain("0x80008010");
	print();
	has_line(
		"0xffff000040008010  linear map, PA 0x80008010, pfn 0x80008\n");
	has_line("owner          secretmem, inode 77\n");
	has_line("page tables     0 pgd table 0x40000000 [   0] = 0x");
	has_line(
		"\nleaf           4k, invalid (the CPU cannot use it), 0xffff000040008000-0xffff000040009000, PA 0x80008010\n");
	has_line("in its 64k     0xffff000040000000: 16 x 4k, 4 kB invalid\n");
	has_line(
		"in its 2M      0xffff000040000000: 16 x 4k, 4 kB invalid, 1984 kB not mapped\n");
	has_line(
		"why            not 64k: 0xffff000040000000 is valid and this is not\n");
	has_line(", refcount 1\n");
	CU_ASSERT_PTR_NULL(strstr(text.text, "missing"));
	CU_ASSERT_PTR_NULL(strstr(text.text, "linear alias"));
	explain_va(PACK + 0x20);
	print();
	has_line(
		"owner          BPF first (program), id 1, tag 0123456789abcdef, loaded 1.500000 s after boot (CLOCK_BOOTTIME), at 0xffff900000200000, in the pack at 0xffff900000200000\n"
		"               BPF second (program), id 2");
	has_line(
		"vmalloc area   0xffff900000200000-0xffff900000204000, vmalloc by load_module+0x10/0x1000\n");
	has_line("linear alias   0xffff0000000");
	explain_va(SPACE + 0x7000000);
	print();
	has_line("other, no RAM behind it\n");
	has_line("leaf           not mapped\n");
	end();
}

/* Sentences are whole where a part of them is not known. */
static void test_text_without_names(void)
{
	static const struct {
		enum dm_owner_kind kind;
		const char *line;
	} owners[] = {
		{ DM_OWNER_VMALLOC, "vmalloc memory, caller unknown" },
		{ DM_OWNER_KPROBE, "kprobe slots" },
		{ DM_OWNER_MODULE, "module without a name" },
		{ DM_OWNER_BPF, "BPF without a name" },
	};
	size_t i;

	start();
	owned_area(&o, SPACE + 0x10000, 1, VM_ALLOC, 0);
	fake_kernel_write_u64(o.t->fake, SPACE + 0x10000, 0);
	explain_va(SPACE + 0x10000);
	CU_ASSERT_EQUAL_FATAL(x.owner_count, 1);
	print();
	has_line("owner          vmalloc memory, caller unknown, at 0xffff");
	for (i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		char line[128];

		x.owners[0] = (struct dm_owner){ .kind = owners[i].kind,
						 .va = 0x1234 };
		print();
		snprintf(line, sizeof(line), "owner          %s, at 0x1234\n",
			 owners[i].line);
		has_line(line);
	}
	x.owners[0].kind = DM_OWNER_KPROBE;
	strcpy(x.owners[0].name, "alloc_insn_page+0x4");
	print();
	has_line("owner          kprobe slots, by alloc_insn_page+0x4, at");
	end();
}

static json_t *as_json(void)
{
	json_t *json;

	suite_text_init(&text);
	suite_no_error(dm_explain_json(&o.t->kernel, &x, &text.sink));
	json = json_loads(text.text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static void check_word(json_t *object, const char *key, const char *expected)
{
	const char *value = json_string_value(json_object_get(object, key));

	CU_ASSERT_TRUE(value && !strcmp(value, expected));
}

/* RAM that the linear map does not reach has no place in it. */
static void test_beyond(void)
{
	json_t *json;

	start();
	explain("0x1000");
	CU_ASSERT_TRUE(x.has_pa);
	CU_ASSERT_TRUE(x.beyond);
	print();
	has_line("PA 0x1000, pfn 0x1\n");
	has_line("linear alias   none: the linear map does not reach there\n");
	CU_ASSERT_PTR_NULL(strstr(text.text, "0x0"));
	CU_ASSERT_PTR_NULL(strstr(text.text, "\nleaf"));
	json = as_json();
	CU_ASSERT_TRUE(json_is_null(json_object_get(json, "linear")));
	CU_ASSERT_TRUE(json_is_null(
		json_object_get(json_object_get(json, "mapping"), "va")));
	json_decref(json);
	/* Mapped elsewhere, as a device is. */
	fake_kernel_set_entry(o.t->fake, SPACE + 0x30000, 3, 0x1000 | PTE);
	explain_va(SPACE + 0x30000);
	CU_ASSERT_EQUAL(x.pa, 0x1000);
	print();
	has_line("\nleaf           4k, valid, 0xffff");
	has_line("linear alias   none: the linear map does not reach there\n");
	CU_ASSERT_PTR_NULL(strstr(text.text, "leaf           not mapped"));
	end();
}

static void test_unanswered(void)
{
	struct dm_error why = { DM_ERROR_NOT_FOUND, "no \"symbol\"" };
	json_t *json;

	suite_text_init(&text);
	suite_no_error(
		dm_explain_unanswered_json("what\xff", &why, &text.sink));
	json = json_loads(text.text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	check_word(json, "schema", "directmap/1");
	check_word(json, "error", "no \"symbol\"");
	CU_ASSERT_PTR_NOT_NULL(json_object_get(json, "asked"));
	json_decref(json);
}

static void test_json(void)
{
	json_t *json, *larger;

	start();
	map_pages(A, 64 * KIB, PTE);
	map(A + 0x8000, 3, PTE | RO);
	explain("pfn:0x80000");
	json = as_json();
	check_word(json, "schema", "directmap/1");
	check_word(json, "asked", "pfn:0x80000");
	check_word(json, "region", "linear");
	check_word(json, "pa", "0x80000000");
	CU_ASSERT_EQUAL(json_integer_value(json_object_get(json, "pfn")),
			0x80000);
	check_word(json_object_get(json, "linear"), "leaf", "pte");
	check_word(json_object_get(json, "linear"), "state", "valid");
	larger = json_array_get(json_object_get(json, "larger"), 0);
	check_word(larger, "leaf", "cont_pte");
	check_word(larger, "first_odd", "0xffff000040008000");
	CU_ASSERT_TRUE(json_is_false(json_object_get(larger, "alike")));
	CU_ASSERT_EQUAL(json_array_size(json_object_get(json, "larger")), 4);
	json_decref(json);
	explain_va(SPACE + 0x7000000);
	json = as_json();
	CU_ASSERT_TRUE(json_is_null(json_object_get(json, "pa")));
	CU_ASSERT_TRUE(json_is_null(json_object_get(json, "linear")));
	CU_ASSERT_TRUE(json_is_null(json_object_get(json, "page")));
	CU_ASSERT_TRUE(json_is_null(
		json_object_get(json_object_get(json, "mapping"), "leaf")));
	json_decref(json);
	end();
}

/* ---- Prefetch ------------------------------------------------------------------------------ */

/* What it read is what explain reads, for a page that is not as boot left it. */
static void test_prefetch(void)
{
	struct dm_recorder *recorder;
	struct dm_target *target;
	size_t pages, tables;

	start();
	map_pages(A, 64 * KIB, PTE);
	map(A + 0x8000, 3, PTE | RO);
	owned_page(&o, A + 0x8000, 8, owned_mapping(&o, o.aops, 77),
		   UINT32_MAX);
	/* Writable, and not as most is all the same. */
	map(A + 0xa000, 3, PTE & ~PXN);
	owned_page(&o, A + 0xa000, 8, 0, UINT32_MAX);
	fake_target_fresh(o.t);
	suite_no_error(dm_recorder_create(&o.t->fake->source, 4096, &recorder));
	suite_no_error(dm_target_create(dm_recorder_source(recorder),
					&o.t->kernel, &target));
	suite_no_error(dm_target_add_symbols(target, &o.t->symbol_table, true));
	suite_no_error(dm_target_add_types(target, &o.t->type_table));
	suite_no_error(dm_explain_prefetch(target, &policy));
	pages = dm_recorder_count(recorder, DM_CONTENT_PAGES);
	tables = dm_recorder_count(recorder, DM_CONTENT_TABLE);
	CU_ASSERT(pages > 0);
	suite_no_error(explain_once(&x, target, &policy, "0x80008000"));
	CU_ASSERT_EQUAL(x.owners[0].kind, DM_OWNER_SECRETMEM);
	dm_explain_deinit(&x);
	suite_no_error(explain_once(&x, target, &policy, "0x8000a000"));
	CU_ASSERT_TRUE(x.has_page);
	CU_ASSERT_EQUAL(dm_recorder_count(recorder, DM_CONTENT_PAGES), pages);
	CU_ASSERT_EQUAL(dm_recorder_count(recorder, DM_CONTENT_TABLE), tables);
	dm_target_destroy(target);
	dm_recorder_destroy(recorder);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "questions", test_questions },
		{ "symbols", test_symbols },
		{ "bad questions", test_bad_questions },
		{ "text without names", test_text_without_names },
		{ "beyond the linear map", test_beyond },
		{ "JSON without an answer", test_unanswered },
		{ "regions", test_regions },
		{ "owned", test_owned },
		{ "kinds of areas", test_area_kinds },
		{ "chain", test_chain },
		{ "missing table", test_missing_table },
		{ "missing is of one question",
		  test_missing_is_of_one_question },
		{ "out of reach", test_out_of_reach },
		{ "contiguous", test_contiguous },
		{ "broken group", test_broken_group },
		{ "largest", test_largest },
		{ "neighbours", test_neighbours },
		{ "holes", test_holes },
		{ "stretch unreadable", test_stretch_unreadable },
		{ "misaligned", test_misaligned },
		{ "off the formula", test_off_formula },
		{ "history", test_history },
		{ "bits that may differ", test_bits_that_may_differ },
		{ "struct page", test_page },
		{ "no symbols", test_no_symbols },
		{ "text", test_text },
		{ "JSON", test_json },
		{ "prefetch", test_prefetch },
		CU_TEST_INFO_NULL,
	};

	return suite_run("explain", tests);
}
