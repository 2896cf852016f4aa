// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the other folders ask of arm64: levels, predicates of descriptors, whole
 * groups, differences, and where VMCOREINFO says that areas are. What is expected
 * is written out from the Arm ARM and pgtable-hwdef.h, in numbers.
 */
#include <endian.h>

#include "arm64/kernel.h"
#include "arm64/arm64.h"
#include "arm64/bbml.h"
#include "arm64/va_layout.h"
#include "suite.h"

/* Of a page that Linux maps RAM by: valid, AF, UXN, PXN, inner shareable. */
#define PAGE UINT64_C(0x0060000000000703)
#define CONT UINT64_C(0x0010000000000000)

static struct dm_kernel kernel_of(unsigned int shift, unsigned int va_bits)
{
	struct dm_kernel k = { 0 };

	CU_ASSERT_TRUE(dm_kernel_set_page_size(&k, UINT64_C(1) << shift));
	k.va_bits = k.va_bits_configured = va_bits;
	k.levels = dm_arm64_levels(va_bits, shift);
	k.lpa2 = va_bits == 52 && shift != 16;
	return k;
}

static void test_page_sizes(void)
{
	struct dm_kernel k = { 0 };

	CU_ASSERT_FALSE(dm_kernel_set_page_size(&k, 8192));
	CU_ASSERT_FALSE(dm_kernel_set_page_size(&k, 0));
	CU_ASSERT_FALSE(dm_kernel_set_page_size(&k, UINT64_C(0x100001000)));
	CU_ASSERT_EQUAL(k.page_size, 0);
	CU_ASSERT_TRUE(dm_kernel_set_page_size(&k, 16384));
	CU_ASSERT_EQUAL(k.page_size, 16384);
	CU_ASSERT_EQUAL(k.page_shift, 14);
}

static void test_levels(void)
{
	struct dm_kernel k = kernel_of(12, 48);
	struct arm64_geometry g;

	dm_arm64_geometry_init(&g, &k);
	CU_ASSERT_EQUAL(arm64_root_level(&k), 0);
	CU_ASSERT_EQUAL(arm64_index_bits(&g, 0), 9);
	CU_ASSERT_EQUAL(arm64_index(&g, 0, 0xffff800000000000), 256);
	CU_ASSERT_EQUAL(arm64_index(&g, 3, 0xffff800000005000), 5);
	CU_ASSERT_STRING_EQUAL(dm_arm64_table_name(&k, 0), "pgd");
	CU_ASSERT_STRING_EQUAL(dm_arm64_table_name(&k, 3), "pte");
	/* The root is shorter than the tables below it. */
	k = kernel_of(16, 48);
	dm_arm64_geometry_init(&g, &k);
	CU_ASSERT_EQUAL(arm64_root_level(&k), 1);
	CU_ASSERT_EQUAL(arm64_index_bits(&g, 1), 6);
	CU_ASSERT_EQUAL(arm64_index_bits(&g, 2), 13);
	CU_ASSERT_STRING_EQUAL(dm_arm64_table_name(&k, 1), "pgd");
	k = kernel_of(12, 52);
	CU_ASSERT_EQUAL(arm64_root_level(&k), -1);
	CU_ASSERT_STRING_EQUAL(dm_arm64_table_name(&k, -1), "pgd");
	CU_ASSERT_STRING_EQUAL(dm_arm64_table_name(&k, 0), "p4d");
}

static void test_leaves(void)
{
	enum dm_leaf leaf;

	for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
		bool group =
			leaf == DM_LEAF_CONT_PTE || leaf == DM_LEAF_CONT_PMD;

		CU_ASSERT_EQUAL(arm64_leaf(arm64_leaf_level(leaf), group),
				leaf);
	}
	CU_ASSERT_EQUAL(arm64_leaf_level(DM_LEAF_CONT_PTE), 3);
	CU_ASSERT_EQUAL(arm64_leaf_level(DM_LEAF_CONT_PMD), 2);
	CU_ASSERT_EQUAL(arm64_leaf_level(DM_LEAF_PUD), 1);
}

static void test_predicates(void)
{
	struct dm_kernel k = kernel_of(12, 48);

	CU_ASSERT_TRUE(arm64_is_valid(PAGE));
	CU_ASSERT_FALSE(arm64_is_valid(PAGE & ~UINT64_C(1)));
	CU_ASSERT_FALSE(arm64_is_read_only(PAGE));
	CU_ASSERT_TRUE(arm64_is_read_only(PAGE | 0x80));
	CU_ASSERT_FALSE(arm64_is_executable(PAGE));
	CU_ASSERT_TRUE(arm64_is_executable(PAGE & ~(UINT64_C(1) << 53)));
	CU_ASSERT_FALSE(arm64_is_contiguous(PAGE));
	CU_ASSERT_TRUE(arm64_is_contiguous(PAGE | CONT));
	CU_ASSERT_FALSE(arm64_is_bit11(PAGE));
	CU_ASSERT_TRUE(arm64_is_bit11(PAGE | 0x800));
	CU_ASSERT_FALSE(arm64_is_shared(&k, PAGE));
	k.ns_shared = UINT64_C(1) << 47;
	CU_ASSERT_FALSE(arm64_is_shared(&k, PAGE));
	CU_ASSERT_TRUE(arm64_is_shared(&k, PAGE | UINT64_C(1) << 47));
	/* Neither contiguous, nor page or block, nor AF, nor software's. */
	CU_ASSERT_EQUAL(arm64_compared(PAGE | CONT | UINT64_C(1) << 55),
			arm64_compared(PAGE & ~UINT64_C(0x402)));
	CU_ASSERT_NOT_EQUAL(arm64_compared(PAGE | 0x80), arm64_compared(PAGE));
}

/* The words of a leaf's attributes, one behind the other. */
static const char *words(const struct dm_kernel *k, uint64_t attrs)
{
	static char text[256];
	unsigned int cursor = 0;
	const char *word;

	*text = '\0';
	while ((word = dm_arm64_attr_word(k, attrs, &cursor))) {
		if (*word) {
			strcat(text, *text ? " " : "");
			strcat(text, word);
		}
	}
	return text;
}

/* kpkeys: page tables have a key of their own, bits 62:60. */
static void test_keys_of_pages(void)
{
	struct dm_kernel k = kernel_of(12, 48);
	const uint64_t one = UINT64_C(1) << 60, five = UINT64_C(5) << 60;
	struct arm64_geometry g;

	dm_arm64_geometry_init(&g, &k);
	CU_ASSERT_EQUAL(g.ptdump_mask & (five | one << 1), UINT64_C(7) << 60);
	CU_ASSERT_EQUAL(arm64_attrs(&g, PAGE | five), PAGE | five);
	CU_ASSERT_NOT_EQUAL(arm64_compared(PAGE | one), arm64_compared(PAGE));
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE | one, PAGE), ATTR_OTHER);
	CU_ASSERT_STRING_EQUAL(words(&k, PAGE), "RW NX SHD AF UXN MEM/NORMAL");
	CU_ASSERT_STRING_EQUAL(words(&k, PAGE | one),
			       "RW NX SHD AF UXN MEM/NORMAL PO/1");
	CU_ASSERT_STRING_EQUAL(words(&k, PAGE | five),
			       "RW NX SHD AF UXN MEM/NORMAL PO/5");
}

static void test_device_types(void)
{
	struct dm_kernel k = kernel_of(12, 48);

	CU_ASSERT_FALSE(dm_arm64_is_device(&k, PAGE | 3 << 2));
	k.modern_mair = true;
	CU_ASSERT_FALSE(dm_arm64_is_device(&k, PAGE));
	CU_ASSERT_FALSE(dm_arm64_is_device(&k, PAGE | 2 << 2));
	CU_ASSERT_TRUE(dm_arm64_is_device(&k, PAGE | 3 << 2));
	CU_ASSERT_TRUE(dm_arm64_is_device(&k, PAGE | 4 << 2));
	CU_ASSERT_FALSE(dm_arm64_is_device(&k, PAGE | 5 << 2));
}

static void test_differences(void)
{
	const uint64_t pxn = UINT64_C(1) << 53, uxn = UINT64_C(1) << 54;

	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE, PAGE), ATTR_OTHER);
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE ^ 0x81, PAGE), ATTR_VALID);
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE ^ (0x80 | pxn), PAGE),
			ATTR_READ_ONLY);
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE ^ (pxn | uxn), PAGE),
			ATTR_KERNEL_EXECUTABLE);
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE ^ uxn, PAGE),
			ATTR_USER_EXECUTABLE);
	/* What is not allowed is no difference of weight. */
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE, PAGE ^ pxn), ATTR_OTHER);
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE | 0x40, PAGE),
			ATTR_USER_ACCESS);
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE | 4, PAGE), ATTR_MEMORY_TYPE);
	CU_ASSERT_EQUAL(dm_arm64_difference(PAGE | 0x800, PAGE), ATTR_OTHER);
}

static void test_groups(void)
{
	struct dm_kernel k = kernel_of(12, 48);
	struct arm64_geometry g;
	uint64_t entries[16];
	size_t i;

	dm_arm64_geometry_init(&g, &k);
	for (i = 0; i < 16; i++)
		entries[i] = htole64(PAGE | CONT | (0x40010000 + i * 0x1000));
	CU_ASSERT_TRUE(dm_arm64_is_whole_group(&g, 3, entries, 16));
	/* Software's bits may differ, and nothing else. */
	entries[5] ^= htole64(UINT64_C(1) << 55);
	CU_ASSERT_TRUE(dm_arm64_is_whole_group(&g, 3, entries, 16));
	for (i = 0; i < 2; i++) {
		entries[15] ^= htole64(CONT);
		CU_ASSERT_EQUAL(dm_arm64_is_whole_group(&g, 3, entries, 16), i);
	}
	for (i = 0; i < 2; i++) {
		entries[7] ^= htole64(0x2000);
		CU_ASSERT_EQUAL(dm_arm64_is_whole_group(&g, 3, entries, 16), i);
	}
	/* Not aligned to the whole. */
	for (i = 0; i < 16; i++)
		entries[i] = htole64(le64toh(entries[i]) + 0x1000);
	CU_ASSERT_FALSE(dm_arm64_is_whole_group(&g, 3, entries, 16));
	/* As blocks of 2 MiB these are no neighbours. */
	CU_ASSERT_FALSE(dm_arm64_is_whole_group(&g, 2, entries, 16));
}

static void test_steps(void)
{
	struct dm_kernel k = kernel_of(12, 48);
	struct arm64_geometry g;

	dm_arm64_geometry_init(&g, &k);
	CU_ASSERT_EQUAL(arm64_steps_left(&g, 3, PAGE | 0xfffffffff000), 1);
	CU_ASSERT_EQUAL(arm64_steps_left(&g, 3, PAGE | 0xffffffff0000), 16);
	CU_ASSERT_EQUAL(arm64_steps_left(&g, 2, PAGE | 0xffffffc00000), 2);
}

static void test_address_bits(void)
{
	struct dm_kernel k = kernel_of(12, 48);

	CU_ASSERT_EQUAL(dm_arm64_address_bit(&k, UINT64_C(1) << 40),
			UINT64_C(1) << 40);
	CU_ASSERT_TRUE(dm_arm64_is_address_bit(&k, UINT64_C(1) << 47));
	CU_ASSERT_FALSE(dm_arm64_is_address_bit(&k, UINT64_C(3) << 46));
	CU_ASSERT_FALSE(dm_arm64_is_address_bit(&k, UINT64_C(1) << 48));
	CU_ASSERT_FALSE(dm_arm64_is_address_bit(&k, 0));
	CU_ASSERT_FALSE(dm_arm64_is_address_bit(&k, 0x100));
	/* LPA2: 51 and 50 are in bits 9 and 8. */
	k = kernel_of(12, 52);
	CU_ASSERT_EQUAL(dm_arm64_address_bit(&k, UINT64_C(1) << 50), 0x100);
	CU_ASSERT_EQUAL(dm_arm64_address_bit(&k, UINT64_C(1) << 49),
			UINT64_C(1) << 49);
	CU_ASSERT_TRUE(dm_arm64_is_address_bit(&k, 0x100));
	/* LPA with 64K pages: 51 to 48 are in bits 15 to 12. */
	k = kernel_of(16, 52);
	CU_ASSERT_EQUAL(dm_arm64_address_bit(&k, UINT64_C(1) << 51), 0x8000);
}

static void test_addresses(void)
{
	CU_ASSERT_EQUAL(arm64_untagged(0xf0ff000012345678), 0xffff000012345678);
	CU_ASSERT_EQUAL(arm64_untagged(0xffff000012345678), 0xffff000012345678);
	CU_ASSERT_EQUAL(arm64_untagged(0xab00aaaa12345678), 0x0000aaaa12345678);
	CU_ASSERT_EQUAL(arm64_image_text(0xffff800080010000),
			0xffff800080000000);
	CU_ASSERT_EQUAL(arm64_image_text(0xffff800080000800),
			0xffff800080000000);
}

static void test_bbml(void)
{
	char name[16] = "";

	CU_ASSERT_TRUE(dm_bbml_is("BBM Level 3", name, sizeof(name)));
	CU_ASSERT_STRING_EQUAL(name, "bbml3");
	CU_ASSERT_STRING_EQUAL(dm_bbml_label(name), "BBML3");
	CU_ASSERT_FALSE(dm_bbml_is("BBM Level 1", name, sizeof(name)));
	CU_ASSERT_FALSE(dm_bbml_is("BBM Level ", name, sizeof(name)));
	CU_ASSERT_FALSE(dm_bbml_is("GIC system register CPU interface", name,
				   sizeof(name)));
	CU_ASSERT_STRING_EQUAL(name, "bbml3");
	CU_ASSERT_TRUE(dm_bbml_is("BBM Level 2 without TLB conflict abort",
				  name, sizeof(name)));
	CU_ASSERT_STRING_EQUAL(name, "bbml2");
	CU_ASSERT_STRING_EQUAL(dm_bbml_label(name), "BBML2");
}

struct text_source {
	struct dm_source source;
	const char *text;
};

static struct dm_error *give_text(struct dm_source *source, const char **text,
				  size_t *size)
{
	*text = ((struct text_source *)source)->text;
	if (!*text)
		return dm_error_create(DM_ERROR_BAD_DUMP, "no note");
	*size = strlen(*text);
	return NULL;
}

static const struct dm_source_ops text_ops = { .vmcoreinfo = give_text };

static void test_va_layout(void)
{
	struct text_source s = {
		{ &text_ops },
		"NUMBER(MODULES_VADDR)=0xffff800000000000\n"
		"NUMBER(MODULES_END)=0xffff800080000000\n"
		"NUMBER(VMALLOC_START)=0xffff800080000000\n"
		"NUMBER(VMALLOC_END)=garbage\n"
		"NUMBER(VMEMMAP_START)=0xfffffdffc0000000\n",
	};
	struct va_layout l;

	suite_no_error(dm_va_layout_read(&s.source, &l));
	CU_ASSERT_EQUAL(l.modules.start, 0xffff800000000000);
	CU_ASSERT_EQUAL(l.modules.end, 0xffff800080000000);
	CU_ASSERT_EQUAL(l.vmalloc.start, 0xffff800080000000);
	CU_ASSERT_EQUAL(l.vmalloc.end, 0);
	CU_ASSERT_EQUAL(l.vmemmap.start, 0xfffffdffc0000000);
	CU_ASSERT_EQUAL(l.vmemmap.end, 0);
	s.text = NULL;
	suite_error(dm_va_layout_read(&s.source, &l), DM_ERROR_BAD_DUMP,
		    "no note");
	CU_ASSERT_EQUAL(l.modules.start, 0);
}

static void test_is_arm64(void)
{
	static const char t1sz[] = "NUMBER(TCR_EL1_T1SZ)=0x10\n";
	static const char x86[] = "NUMBER(phys_base)=0\n";
	struct dm_vmcoreinfo info = { t1sz, sizeof(t1sz) - 1 };

	CU_ASSERT_TRUE(dm_vmcoreinfo_is_arm64(&info));
	info = (struct dm_vmcoreinfo){ x86, sizeof(x86) - 1 };
	CU_ASSERT_FALSE(dm_vmcoreinfo_is_arm64(&info));
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "page sizes", test_page_sizes },
		{ "levels and tables", test_levels },
		{ "leaves and levels", test_leaves },
		{ "predicates of descriptors", test_predicates },
		{ "keys of pages", test_keys_of_pages },
		{ "a device's memory", test_device_types },
		{ "differences", test_differences },
		{ "contiguous groups", test_groups },
		{ "steps up to the end of the address", test_steps },
		{ "address bits", test_address_bits },
		{ "addresses", test_addresses },
		{ "names of BBM levels", test_bbml },
		{ "areas by VMCOREINFO", test_va_layout },
		{ "VMCOREINFO of arm64", test_is_arm64 },
		CU_TEST_INFO_NULL,
	};

	return suite_run("rules of arm64", tests);
}
