// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VMCOREINFO into geometry. The texts are those of real kernels, cut down;
 * what is expected comes from their sources or, for the 7.3 and 6.1 ones, from
 * the machines' registers.
 */
#include "arm64/kernel.h"
#include "suite.h"

struct text_source {
	struct dm_source source;
	const char *text;
};

static struct dm_error *give_text(struct dm_source *source, const char **text,
				  size_t *size)
{
	*text = ((struct text_source *)source)->text;
	*size = strlen(*text);
	return NULL;
}

static const struct dm_source_ops text_ops = { .vmcoreinfo = give_text };

static struct dm_error *init(struct dm_kernel *k, const char *text)
{
	struct text_source s = { { &text_ops }, text };

	return dm_kernel_init(k, &s.source);
}

#define LINES(page, va, t1sz, phys)                                            \
	"OSRELEASE=7.3.4-test\nPAGESIZE=" page                                 \
	"\nSYMBOL(swapper_pg_dir)=ffffe6b72f070000\n"                          \
	"NUMBER(VA_BITS)=" va "\nNUMBER(MODULES_VADDR)=0xffff800000000000\n"   \
	"NUMBER(kimage_voffset)=0xffffe6b6ece00000\n"                          \
	"NUMBER(PHYS_OFFSET)=" phys "\nNUMBER(TCR_EL1_T1SZ)=" t1sz             \
	"\nKERNELOFFSET=26b6ad000000\n"

static void check_geometry(const char *text, unsigned int va_bits,
			   unsigned int levels, bool lpa2, uint64_t start,
			   uint64_t end, uint64_t page_offset)
{
	struct dm_kernel k;

	suite_no_error(init(&k, text));
	CU_ASSERT_EQUAL(k.va_bits, va_bits);
	CU_ASSERT_EQUAL(k.levels, levels);
	CU_ASSERT_EQUAL(k.lpa2, lpa2);
	CU_ASSERT_EQUAL(k.linear_start, start);
	CU_ASSERT_EQUAL(k.linear_end, end);
	CU_ASSERT_EQUAL(k.page_offset, page_offset);
}

static void test_4k(void)
{
	check_geometry(LINES("4096", "52", "0xc", "0x40000000"), 52, 5, true,
		       0xfff0000000000000, 0xffff800000000000,
		       0xfff0000000000000);
	/* Configured for 52, run with 48: PAGE_OFFSET stays. */
	check_geometry(LINES("4096", "52", "0x10", "0xfff1000040000000"), 48, 4,
		       false, 0xffff000000000000, 0xffff800000000000,
		       0xfff0000000000000);
	check_geometry(LINES("4096", "48", "0x10", "0x40000000"), 48, 4, false,
		       0xffff000000000000, 0xffff800000000000,
		       0xffff000000000000);
	check_geometry(LINES("4096", "39", "0x19", "0x40000000"), 39, 3, false,
		       0xffffff8000000000, 0xffffffc000000000,
		       0xffffff8000000000);
}

/*
 * Before 5.4 the image lay in the lower half of the kernel's addresses, where
 * the linear map is today (14c127c957c1).
 */
static void test_image_in_the_linear_map(void)
{
	struct dm_kernel k;

	suite_error(init(&k, "OSRELEASE=4.18.0\nPAGESIZE=65536\n"
			     "SYMBOL(swapper_pg_dir)=ffff200009c70000\n"
			     "NUMBER(VA_BITS)=48\nNUMBER(TCR_EL1_T1SZ)=0x10\n"
			     "NUMBER(kimage_voffset)=0xffff1fff88000000\n"
			     "NUMBER(PHYS_OFFSET)=0x80000000\n"),
		    DM_ERROR_UNSUPPORTED, "before 5.4");
}

static void test_16k(void)
{
	check_geometry(LINES("16384", "52", "0xc", "0x40000000"), 52, 4, true,
		       0xfff0000000000000, 0xffffc00000000000,
		       0xfff0000000000000);
	check_geometry(LINES("16384", "52", "0x11", "0xfff0800040000000"), 47,
		       3, false, 0xffff800000000000, 0xffffc00000000000,
		       0xfff0000000000000);
	check_geometry(LINES("16384", "48", "0x10", "0x40000000"), 48, 4, false,
		       0xffff000000000000, 0xffff800000000000,
		       0xffff000000000000);
	check_geometry(LINES("16384", "47", "0x11", "0x40000000"), 47, 3, false,
		       0xffff800000000000, 0xffffc00000000000,
		       0xffff800000000000);
	check_geometry(LINES("16384", "36", "0x1c", "0x40000000"), 36, 2, false,
		       0xfffffff000000000, 0xfffffff800000000,
		       0xfffffff000000000);
}

static const char lines_64k_at[] =
	"OSRELEASE=6.12\nPAGESIZE=65536\n"
	"SYMBOL(swapper_pg_dir)=ffffa6b72f060000\nNUMBER(VA_BITS)=52\n"
	"NUMBER(kimage_voffset)=0xffffa6b6ece00000\n"
	"NUMBER(PHYS_OFFSET)=0x40000000\nNUMBER(TCR_EL1_T1SZ)=";

static void test_64k(void)
{
	char text[512];

	/* 64K pages have LPA, never LPA2. */
	snprintf(text, sizeof(text), "%s0xc\n", lines_64k_at);
	check_geometry(text, 52, 3, false, 0xfff0000000000000,
		       0xffff800000000000, 0xfff0000000000000);
	snprintf(text, sizeof(text), "%s0x10\n", lines_64k_at);
	check_geometry(text, 48, 3, false, 0xffff000000000000,
		       0xffff800000000000, 0xfff0000000000000);
	check_geometry("OSRELEASE=6.12\nPAGESIZE=65536\n"
		       "SYMBOL(swapper_pg_dir)=ffffa6b72f060000\n"
		       "NUMBER(VA_BITS)=42\nNUMBER(PHYS_OFFSET)=0x40000000\n"
		       "NUMBER(kimage_voffset)=0xffffa6b6ece00000\n"
		       "NUMBER(TCR_EL1_T1SZ)=0x16\n",
		       42, 2, false, 0xfffffc0000000000, 0xfffffe0000000000,
		       0xfffffc0000000000);
}

static void test_facts(void)
{
	struct dm_kernel k;

	suite_no_error(
		init(&k, LINES("4096", "52", "0x10", "0xfff1000040000000")));
	CU_ASSERT_STRING_EQUAL(k.release, "7.3.4-test");
	CU_ASSERT_EQUAL(k.page_size, 4096);
	CU_ASSERT_EQUAL(k.pgd, 0x42270000);
	CU_ASSERT_EQUAL(k.phys_offset, 0xfff1000040000000);
	CU_ASSERT_EQUAL(k.kaslr_offset, 0x26b6ad000000);
	CU_ASSERT_TRUE(k.has_kaslr_offset);
	CU_ASSERT_STRING_EQUAL(k.from[DM_FACT_VA_BITS], "NUMBER(TCR_EL1_T1SZ)");
	CU_ASSERT_STRING_EQUAL(k.from[DM_FACT_PHYS_OFFSET],
			       "NUMBER(PHYS_OFFSET)");
}

/* _stext less KERNELOFFSET is in the first 2 MiB behind MODULES_END. */
static void check_kaslr(const char *stext, const char *modules_end, bool known)
{
	char text[1024];
	struct dm_kernel k;

	snprintf(text, sizeof(text), "%sSYMBOL(_stext)=%s\n%s%s\n",
		 LINES("4096", "52", "0x10", "0xfff1000040000000"), stext,
		 "NUMBER(MODULES_END)=", modules_end);
	suite_no_error(init(&k, text));
	CU_ASSERT_EQUAL(k.has_kaslr_offset, known);
	CU_ASSERT_EQUAL(k.kaslr_offset, known ? 0x26b6ad000000 : 0);
	CU_ASSERT_STRING_EQUAL(
		k.from[DM_FACT_KASLR],
		known ? "KERNELOFFSET"
		      : "KERNELOFFSET contradicts SYMBOL(_stext) - NUMBER(MODULES_END)");
}

static void test_kaslr(void)
{
	check_kaslr("ffffa6b72d010000", "0xffff800080000000", true);
	check_kaslr("ffffa6b72d1fffff", "0xffff800080000000", true);
	check_kaslr("ffffa6b72d000000", "0xffff800080000000", true);
	check_kaslr("ffffa6b72d200000", "0xffff800080000000", false);
	check_kaslr("ffffa6b72cffffff", "0xffff800080000000", false);
	check_kaslr("ffffa6b72d010000", "0xffff800008000000", false);
	/* No number: nothing to hold it against. */
	check_kaslr("none", "0xffff800080000000", true);
	check_kaslr("ffffa6b72d200000", "none", true);
}

static void test_old_kernel(void)
{
	char text[512];
	struct dm_kernel k;

	snprintf(text, sizeof(text), "%s0x10\n", lines_64k_at);
	suite_no_error(init(&k, text));
	CU_ASSERT_FALSE(k.has_kaslr_offset);
	CU_ASSERT_PTR_NULL(k.from[DM_FACT_KASLR]);
	CU_ASSERT_FALSE(k.modern_mair);
}

static void test_missing_lines(void)
{
	static const char *const keys[] = {
		"OSRELEASE",
		"PAGESIZE",
		"SYMBOL(swapper_pg_dir)",
		"NUMBER(VA_BITS)",
		"NUMBER(kimage_voffset)",
		"NUMBER(PHYS_OFFSET)",
		"NUMBER(TCR_EL1_T1SZ)",
	};
	struct dm_kernel k;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char text[] = LINES("4096", "52", "0xc", "0x40000000");

		*strstr(text, keys[i]) = '-';
		suite_error(init(&k, text), DM_ERROR_BAD_DUMP, keys[i]);
	}
	suite_error(init(&k, ""), DM_ERROR_BAD_DUMP, "OSRELEASE");
}

static void test_nonsense(void)
{
	struct dm_kernel k;

	suite_error(init(&k, LINES("8192", "52", "0xc", "0")),
		    DM_ERROR_UNSUPPORTED, "8192");
	suite_error(init(&k, LINES("4096", "56", "0x8", "0")),
		    DM_ERROR_UNSUPPORTED, "56");
	/* 47 bits are for 16K pages, 42 for 64K. */
	suite_error(init(&k, LINES("4096", "47", "0x11", "0")),
		    DM_ERROR_UNSUPPORTED, "47");
	suite_error(init(&k, LINES("16384", "42", "0x16", "0")),
		    DM_ERROR_UNSUPPORTED, "pages of 16 KiB");
	suite_error(init(&k, LINES("4096x", "52", "0xc", "0")),
		    DM_ERROR_BAD_DUMP, "PAGESIZE is not a number");
	suite_error(init(&k, LINES("", "52", "0xc", "0")), DM_ERROR_BAD_DUMP,
		    "PAGESIZE is not a number");
	suite_error(init(&k, LINES("99999999999999999999", "52", "0xc", "0")),
		    DM_ERROR_BAD_DUMP, "PAGESIZE is not a number");
	/* 48 is no fall-back of a 16K kernel, 47 none of a 4K one. */
	suite_error(init(&k, LINES("16384", "52", "0x10", "0")),
		    DM_ERROR_BAD_DUMP, "T1SZ is 16");
	suite_error(init(&k, LINES("4096", "52", "0x11", "0")),
		    DM_ERROR_BAD_DUMP, "T1SZ is 17");
	suite_error(init(&k, LINES("4096", "48", "0xc", "0")),
		    DM_ERROR_BAD_DUMP, "T1SZ is 12");
	/* Modulo 64 this would be right. */
	suite_error(init(&k, LINES("4096", "52", "0x4c", "0")),
		    DM_ERROR_BAD_DUMP, "T1SZ is 76");
	suite_error(init(&k, LINES("4096", "52", "0xc", "0x40000001")),
		    DM_ERROR_BAD_DUMP, "PHYS_OFFSET");
}

/* Cut in the middle of a number: less of it is not another number. */
static void test_cut(void)
{
	char text[] = LINES("4096", "52", "0xc", "0x40000000");
	struct dm_kernel k;

	text[strlen(text) - 6] = '\0';
	suite_no_error(init(&k, text));
	CU_ASSERT_FALSE(k.has_kaslr_offset);
}

static void test_pgd_address(void)
{
	char text[] = LINES("65536", "52", "0xc", "0");
	struct dm_kernel k;

	/* Aligned to 4K, but not to the kernel's own pages. */
	memcpy(strstr(text, "2f070000"), "2f06b000", 8);
	suite_error(init(&k, text), DM_ERROR_BAD_DUMP, "0x4226b000");
	/* Below the image's offset: no physical address at all. */
	memcpy(strstr(text, "e6b72f06b000"), "e6b600000000", 12);
	suite_error(init(&k, text), DM_ERROR_BAD_DUMP, "swapper_pg_dir");
}

static void test_twice(void)
{
	struct dm_kernel k;

	suite_no_error(init(&k, LINES("4096", "52", "0xc",
				      "0") "NUMBER(VA_BITS)=52\n"));
	suite_error(init(&k, LINES("4096", "52", "0xc",
				   "0") "NUMBER(VA_BITS)=48\n"),
		    DM_ERROR_BAD_DUMP, "two different NUMBER(VA_BITS)");
}

/* Of a kernel that was found without VMCOREINFO nothing is said of VMCOREINFO. */
static void test_absent(void)
{
	const char note[] = "OSRELEASE=7.3.4\n";
	const char found[] = "OSRELEASE=7.3.4\nFOUND(pgd)=root\n";
	struct dm_vmcoreinfo info = { note, strlen(note) };
	const char *value;
	size_t size;

	suite_error(dm_vmcoreinfo_string(&info, "SIZE(page)", &value, &size),
		    DM_ERROR_BAD_DUMP, "VMCOREINFO has no SIZE(page) line");
	info = (struct dm_vmcoreinfo){ found, strlen(found) };
	suite_error(dm_vmcoreinfo_string(&info, "SIZE(page)", &value, &size),
		    DM_ERROR_BAD_DUMP,
		    "SIZE(page) is not known: no VMCOREINFO");
}

static void test_release_is_plain(void)
{
	struct dm_kernel k;
	char text[512];

	/* It goes to terminals: no control characters, no endless name. */
	snprintf(text, sizeof(text), "%s0xc\nOSRELEASE=\033[31m7.3 \xff%070d\n",
		 lines_64k_at, 0);
	*strstr(text, "OSRELEASE=6") = '-';
	suite_no_error(init(&k, text));
	CU_ASSERT_EQUAL(strlen(k.release), 64);
	CU_ASSERT_EQUAL(strncmp(k.release, "?[31m7.3??000", 13), 0);
}

/* A source that has only the lines that are asked for tells as much. */
static void test_keys_are_enough(void)
{
	static const char all[] =
		LINES("4096", "52", "0x10", "0xfff1000040000000");
	const char *const *key;
	struct dm_kernel whole, few;
	char text[1024] = "";

	for (key = dm_vmcoreinfo_keys(); *key; key++) {
		const char *line = strstr(all, *key);

		/* Lines that other files read are not for it. */
		if (!line)
			continue;
		strncat(text, line, strcspn(line, "\n") + 1);
	}
	suite_no_error(init(&whole, all));
	suite_no_error(init(&few, text));
	CU_ASSERT_EQUAL(memcmp(&whole, &few, sizeof(whole)), 0);
}

static void test_leaf_sizes(void)
{
	/* Arm ARM D8.7 and the labels of the meminfo patch. */
	static const struct {
		uint32_t page_shift;
		const char *labels[DM_LEAF_COUNT];
		uint64_t sizes[DM_LEAF_COUNT];
	} rows[] = {
		{ 12,
		  { "4k", "64k", "2M", "32M", "1G" },
		  { 4096, 65536, 2097152, 33554432, 1073741824 } },
		{ 14,
		  { "16k", "2M", "32M", "1G", NULL },
		  { 16384, 2097152, 33554432, 1073741824, 0 } },
		{ 16,
		  { "64k", "2M", "512M", "16G", NULL },
		  { 65536, 2097152, 536870912, 17179869184, 0 } },
	};
	size_t i, leaf;

	for (i = 0; i < 3; i++) {
		struct dm_kernel k = { .page_shift = rows[i].page_shift };

		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++) {
			const char *label = dm_leaf_label(&k, leaf);

			CU_ASSERT_EQUAL(dm_leaf_size(&k, leaf),
					rows[i].sizes[leaf]);
			CU_ASSERT_EQUAL(!label, !rows[i].labels[leaf]);
			if (label && rows[i].labels[leaf])
				CU_ASSERT_STRING_EQUAL(label,
						       rows[i].labels[leaf]);
		}
	}
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "4K pages", test_4k },
		{ "16K pages", test_16k },
		{ "an image in the linear map", test_image_in_the_linear_map },
		{ "64K pages", test_64k },
		{ "facts and their origin", test_facts },
		{ "a line that is absent", test_absent },
		{ "KASLR's offset", test_kaslr },
		{ "lines that older kernels lack", test_old_kernel },
		{ "missing lines are named", test_missing_lines },
		{ "contradictions are refused", test_nonsense },
		{ "swapper_pg_dir that is no page", test_pgd_address },
		{ "a line that is cut off", test_cut },
		{ "a line twice", test_twice },
		{ "release is made plain", test_release_is_plain },
		{ "the keys asked for are enough", test_keys_are_enough },
		{ "leaf sizes and labels", test_leaf_sizes },
		CU_TEST_INFO_NULL,
	};

	return suite_run("kernel", tests);
}
