// SPDX-License-Identifier: GPL-2.0-or-later
/* Texts beside images of RAM: what each kind of them says, and is refused for. */
#include <stdlib.h>
#include <string.h>

#include "dump/cloud_hypervisor.h"
#include "dump/qualcomm.h"
#include "dump/sidecar.h"
#include "suite.h"

static ram_list_parse parser;

static void parse(struct ram_list *list, const char *text)
{
	*list = (struct ram_list){ 0 };
	suite_no_error(parser(text, strlen(text), list));
}

static void refuse_bytes(const char *text, size_t size, enum dm_error_code code,
			 const char *part)
{
	struct ram_list list = { 0 };

	suite_error(parser(text, size, &list), code, part);
	dm_ram_list_deinit(&list);
}

static void refuse(const char *text, const char *part)
{
	refuse_bytes(text, strlen(text), DM_ERROR_BAD_DUMP, part);
}

static void refuse_other(const char *text, const char *part)
{
	refuse_bytes(text, strlen(text), DM_ERROR_UNSUPPORTED, part);
}

static void is_range(const struct ram_list *list, size_t i, const char *name,
		     uint64_t offset, uint64_t size, uint64_t pa)
{
	CU_ASSERT_FATAL(i < list->ram.n);
	CU_ASSERT_STRING_EQUAL(list->ram.v[i].path, name);
	CU_ASSERT_EQUAL(list->ram.v[i].offset, offset);
	CU_ASSERT_EQUAL(list->ram.v[i].size, size);
	CU_ASSERT_EQUAL(list->ram.v[i].pa, pa);
}

/* ---- Our own ---------------------------------------------------------------- */

static void test_own(void)
{
	struct ram_list list;

	parser = dm_sidecar_parse;
	parse(&list, "[ram]\r\n"
		     "# two banks\n"
		     "\n"
		     "  low bank.img@0x40000000\t\r\n"
		     "a@b:c.img@0x80000000\n"
		     "all:0+0x1000@0x100000000\n"
		     "all:0x1000+8192@0x200000000\n"
		     "rest:4K@4G\n"
		     "vmcoreinfo = @0x40001000\n"
		     "vmlinux=vmlinux-6.1");
	CU_ASSERT_EQUAL(list.ram.n, 5);
	is_range(&list, 0, "low bank.img", 0, 0, 0x40000000);
	is_range(&list, 1, "a@b:c.img", 0, 0, 0x80000000);
	is_range(&list, 2, "all", 0, 0x1000, 0x100000000);
	is_range(&list, 3, "all", 0x1000, 0x2000, 0x200000000);
	is_range(&list, 4, "rest", 4096, 0, 0x100000000);
	CU_ASSERT_STRING_EQUAL(list.vmcoreinfo, "@0x40001000");
	CU_ASSERT_STRING_EQUAL(list.vmlinux, "vmlinux-6.1");
	CU_ASSERT_PTR_NULL(list.lacks);
	dm_ram_list_deinit(&list);
	parse(&list, "[ram]\nvmcoreinfo = info.txt\nx@0x0\n");
	CU_ASSERT_STRING_EQUAL(list.vmcoreinfo, "info.txt");
	dm_ram_list_deinit(&list);
}

static void test_own_first_line(void)
{
	char blanks[80];

	snprintf(blanks, sizeof(blanks), "%-64sx", "[ram]");
	CU_ASSERT_TRUE(dm_sidecar_is("[ram]", 5));
	CU_ASSERT_TRUE(dm_sidecar_is("[ram] \t\r\nx", 10));
	CU_ASSERT_FALSE(dm_sidecar_is("[ra", 3));
	CU_ASSERT_FALSE(dm_sidecar_is("[ram]x", 6));
	/* What is behind a head does not count, however much is read. */
	CU_ASSERT_TRUE(dm_sidecar_is(blanks, 64));
	CU_ASSERT_TRUE(dm_sidecar_is(blanks, strlen(blanks)));
	memcpy(blanks + 63, "x", 1);
	CU_ASSERT_FALSE(dm_sidecar_is(blanks, 64));
	CU_ASSERT_FALSE(dm_sidecar_is("[ram]\0", 6));
	CU_ASSERT_FALSE(dm_sidecar_is(" [ram]", 6));
	/* Editors put a mark of UTF-8 before a text. */
	CU_ASSERT_TRUE(dm_sidecar_is("\xef\xbb\xbf[ram]\n", 9));
	CU_ASSERT_FALSE(dm_sidecar_is("\xef\xbb\xbf[ra", 6));
	CU_ASSERT_FALSE(dm_sidecar_is("\xef\xbb", 2));
	parser = dm_sidecar_parse;
	refuse("# first\n[ram]\nx@0x0\n", "line 1: not [ram]");
	refuse("", "line 1: not [ram]");
}

static void test_own_bad(void)
{
	struct ram_list list;

	parser = dm_sidecar_parse;
	parse(&list, "\xef\xbb\xbf[ram]\nx@0x0\n");
	is_range(&list, 0, "x", 0, 0, 0);
	dm_ram_list_deinit(&list);
	refuse("\xff\xfe[\0r\0a\0m\0]\0\n\0", "line 1: not [ram]");
	refuse("[ram]\n", "no range of RAM");
	refuse("[ram]\nvmlinux = x\n", "no range of RAM");
	refuse("[ram]\nx@0x0\n\nwhat is this\n",
	       "line 4: neither FILE@ADDRESS");
	refuse("[ram]\nvmcore = x\n", "line 2: neither FILE@ADDRESS");
	/* Hexadecimal without 0x is another number, at which no page begins. */
	refuse("[ram]\nx@80000000\n", "line 2: no page begins at 0x4c4b400");
	refuse("[ram]\nx@0x8000000g\n", "is no physical address");
	refuse("[ram]\nx@0x\n", "is no physical address");
	refuse("[ram]\nx@\n", "is no physical address");
	refuse("[ram]\nx@0x10000000000000000\n", "is no physical address");
	refuse("[ram]\nx@0x80000800\n", "line 2: no page begins at 0x80000800");
	refuse("[ram]\nx@0x10000000000000\n", "above 52 bits");
	refuse("[ram]\nx:0+0x2000@0xffffffffff000\n", "above 52 bits");
	refuse("[ram]\nx:0x7fffffffffffffff+4K@0x0\n", "no file is so long");
	refuse("[ram]\nx:0+4095@0x0\n", "a size of 4095 bytes is no pages");
	refuse("[ram]\nx:0+0@0x0\n", "\":0+0\" is not :OFFSET+SIZE");
	refuse("[ram]\nx:+1@0x0\n", "is not :OFFSET+SIZE");
	refuse("[ram]\nx:1+@0x0\n", "is not :OFFSET+SIZE");
	refuse("[ram]\nx:-1+1@0x0\n", "is not :OFFSET+SIZE");
	refuse("[ram]\n@0x0\n", "line 2: the name of a file is missing");
	refuse("[ram]\n:0+4K@0x0\n", "the name of a file is missing");
	refuse("[ram]\n../x@0x0\n",
	       "../x: it may name files of its own folder");
	refuse("[ram]\n/x@0x0\n", "its own folder only");
	refuse("[ram]\n..@0x0\n", "its own folder only");
	refuse("[ram]\n.@0x0\n", "its own folder only");
	refuse("[ram]\nx@0x0\nvmlinux = a/b\n", "line 3: a/b: it may name");
	refuse("[ram]\nx@0x0\nvmlinux =\n", "the name of a file is missing");
	refuse("[ram]\nvmlinux = a\nvmlinux = a\n", "line 3: the second");
	refuse("[ram]\nvmcoreinfo = @0x0\nvmcoreinfo = a\n",
	       "line 3: the second");
	refuse("[ram]\nvmcoreinfo = @x\n", "\"x\" is no physical address");
	refuse("[ram]\nx@0x0 # bank\n", "is no physical address");
	refuse_bytes("[ram]\nx\0y@0x0\n", 14, DM_ERROR_BAD_DUMP,
		     "line 2: not text");
}

static void test_own_bounds(void)
{
	static const char first[] = "[ram]\n", line[] = "x@0x1000\n";
	size_t n = sizeof(line) - 1, i, size = sizeof(first) - 1;
	char *text = malloc(size + (IMAGE_SPECS_MAX + 1) * n + RAM_LINE_MAX);
	struct ram_list list = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memcpy(text, first, size);
	for (i = 0; i <= IMAGE_SPECS_MAX; i++)
		memcpy(text + size + i * n, line, n);
	suite_no_error(
		dm_sidecar_parse(text, size + IMAGE_SPECS_MAX * n, &list));
	CU_ASSERT_EQUAL(list.ram.n, IMAGE_SPECS_MAX);
	dm_ram_list_deinit(&list);
	parser = dm_sidecar_parse;
	refuse_bytes(text, size + (IMAGE_SPECS_MAX + 1) * n, DM_ERROR_BAD_DUMP,
		     "line 1026: more than 1024 ranges");
	memset(text + size, 'x', RAM_LINE_MAX);
	refuse_bytes(text, size + RAM_LINE_MAX, DM_ERROR_BAD_DUMP,
		     "line 2: too long");
	free(text);
}

/* ---- Qualcomm --------------------------------------------------------------- */

static void test_names(void)
{
	static const char *const ram[] = { "DDRCS0.BIN",   "DDRCS0_0.BIN",
					   "ddrcs1_2.bin", "EBICS0.BIN",
					   "EBI1CS1.BIN",  "DDR0.BIN",
					   "VMDDRCS0.bin" };
	static const char *const other[] = {
		"OCIMEM.BIN",
		"CODERAM.BIN",
		"DDR_DATA.BIN",
		"DDRCS0.BIN.gz",
		"PIMEM.BIN",
		"DDR.BIN",
		"XDDRCS0.BIN",
		"md_KDDRCS0.BIN",
		"DDRCS0.BIN@",
		"load.cmm",
		"",
		"EBICS0.RAM",
	};
	size_t i;

	for (i = 0; i < sizeof(ram) / sizeof(*ram); i++)
		CU_ASSERT_TRUE(dm_qualcomm_is_ram(ram[i]));
	for (i = 0; i < sizeof(other) / sizeof(*other); i++)
		CU_ASSERT_FALSE(dm_qualcomm_is_ram(other[i]));
}

#define TABLE_HEAD                                                             \
	"QMDC 2.0\r\n"                                                         \
	"pref               base     length               region            "  \
	"file name\r\n"                                                        \
	"-----------------------------------------------------------\r\n"

static void test_table(void)
{
	struct ram_list list;

	parser = dm_qualcomm_parse_table;
	parse(&list, TABLE_HEAD
	      "   1 0x0000000014680000           180224               OCIMEM           OCIMEM.BIN \r\n"
	      "   1 0x0000000080000000       2147483648   DDR CS0 part0 Memo         DDRCS0_0.BIN \r\n"
	      "   1 0x0000000880000000       1073741824   DDR CS1 part0 Memo         DDRCS1_0.BIN \r\n"
	      "   1 0x0000000900000000                0   DDR CS1 part1 Memo         DDRCS1_1.BIN \r\n"
	      "   2 0x0000000081b476d0             5784           CMM Script             load.cmm \r\n"
	      "\r\nDump took 91 s\r\n");
	CU_ASSERT_EQUAL(list.ram.n, 2);
	is_range(&list, 0, "DDRCS0_0.BIN", 0, 0x80000000, 0x80000000);
	is_range(&list, 1, "DDRCS1_0.BIN", 0, 0x40000000, 0x880000000);
	CU_ASSERT_EQUAL(list.passed_over, 3);
	dm_ram_list_deinit(&list);
	/* Of a guest: tabs, one word of description. */
	parse(&list, "pref\t\tbase\t\tlength\t\tregion\t\tfile name\t\t\n"
		     "---\n1\t\t0xa0000000\t67108864\tDDR\t\tVMDDRCS0.bin\n");
	CU_ASSERT_EQUAL(list.ram.n, 1);
	is_range(&list, 0, "VMDDRCS0.bin", 0, 0x4000000, 0xa0000000);
	dm_ram_list_deinit(&list);
}

static void test_table_bad(void)
{
	parser = dm_qualcomm_parse_table;
	refuse(TABLE_HEAD "1 80000000 4096 DDR DDRCS0.BIN\n",
	       "line 4: base and length of DDRCS0.BIN are missing");
	refuse(TABLE_HEAD "1 0x80000000 4k DDR DDRCS0.BIN\n",
	       "line 4: base and length of DDRCS0.BIN");
	refuse("see also DDRCS0.BIN\n", "line 1: base and length");
	refuse("1 0x80000000 4096 DDR ../DDRCS0.BIN\n", "its own folder only");
	refuse("1 0x80000000 4096 DDR C:\\dump\\DDRCS0.BIN\n",
	       "its own folder only");
	refuse("1 0x80000001 4096 DDR DDRCS0.BIN\n", "no page begins at");
	refuse("1 0xffffffffffffffff 4096 DDR DDRCS0.BIN\n", "no page begins");
	refuse("1 0xfffffffffffff000 4096 DDR DDRCS0.BIN\n", "above 52 bits");
	refuse("1 0x0 18446744073709547520 DDR DDRCS0.BIN\n", "above 52 bits");
	refuse("1 0x0 18446744073709551615 DDR DDRCS0.BIN\n", "is no pages");
	refuse_other(TABLE_HEAD "1 0x14680000 180224 OCIMEM OCIMEM.BIN\n",
		     "names no RAM of Linux");
	refuse_other("", "names no RAM of Linux");
	refuse_bytes("1 0x0 1 \0 DDRCS0.BIN", 20, DM_ERROR_BAD_DUMP,
		     "line 1: not text");
}

static void test_script(void)
{
	struct ram_list list;

	parser = dm_qualcomm_parse_script;
	parse(&list, "; Build ID: 9x35A-AAAHANAZA-40000000\n"
		     "; d.load.binary DDRCS7.BIN 0x0 /noclear\n"
		     "if OS.FILE(OCIMEM.BIN)\n(\n"
		     "  d.load.binary OCIMEM.BIN 0x14680000 /noclear\n)\n"
		     "if OS.FILE(DDRCS0_0.BIN)\n(\n"
		     "  d.load.binary DDRCS0_0.BIN 0x80000000 /noclear\n)\n"
		     "// d.load.binary DDRCS8.BIN 0x0 /noclear\n"
		     "IF OS.FILE(\"DDRCS0_1.BIN\") Data.LOAD.Binary "
		     "\"DDRCS0_1.BIN\" 0x100000000\n"
		     "d.load.elf vmlinux /nocode /noclear\n\n\n\n");
	CU_ASSERT_EQUAL(list.ram.n, 2);
	is_range(&list, 0, "DDRCS0_0.BIN", 0, 0, 0x80000000);
	is_range(&list, 1, "DDRCS0_1.BIN", 0, 0, 0x100000000);
	CU_ASSERT_EQUAL(list.passed_over, 1);
	dm_ram_list_deinit(&list);
	/* The mark of UTF-8 is not of the first word. */
	parse(&list, "\xef\xbb\xbf"
		     "d.load.binary DDRCS0_0.BIN 0x80000000 /noclear\n"
		     "d.load.binary DDRCS0_1.BIN 0x100000000 /noclear\n");
	CU_ASSERT_EQUAL(list.ram.n, 2);
	is_range(&list, 0, "DDRCS0_0.BIN", 0, 0, 0x80000000);
	dm_ram_list_deinit(&list);
}

static void test_script_bad(void)
{
	parser = dm_qualcomm_parse_script;
	refuse("d.load.binary DDRCS0.BIN 80000000 /noclear\n",
	       "line 1: \"80000000\", where DDRCS0.BIN is loaded, is no address");
	refuse("d.load.binary DDRCS0.BIN a:0x0++0xfff /noclear\n",
	       "is no address");
	refuse("\n d.load.binary DDRCS0.BIN 0x0 /SKIP 0x1000 /noclear\n",
	       "line 2: \"/SKIP\": what that makes of DDRCS0.BIN is not known");
	refuse("d.load.binary ./DDRCS0.BIN 0x0\n", "its own folder only");
	refuse("d.load.binary \"\\\\server\\x\\DDRCS0.BIN\" 0x0\n",
	       "its own folder only");
	refuse("d.load.binary DDRCS0.BIN 0x123 /noclear\n", "no page begins");
	refuse_other("print \"no dump\"\n", "names no RAM of Linux");
	/* More words than any such line has. */
	refuse_other("a a a a a a a a a a a a a a a a a a a a a a a a a a a a "
		     "a a a a a d.load.binary DDRCS0.BIN 0x0\n",
		     "names no RAM of Linux");
}

/* ---- cloud-hypervisor ------------------------------------------------------- */

#define STATE(own)                                                             \
	"{\"snapshots\":{\"cpu-manager\":{\"snapshots\":{}},"                  \
	"\"memory-manager\":{\"snapshots\":{},\"snapshot_data\":{\"state\":"   \
	"\"" own "\"}}}}"
#define RANGES		   "{\\\"memory_ranges\\\":{\\\"data\\\":["
#define RANGE(gpa, length) "{\\\"gpa\\\":" gpa ",\\\"length\\\":" length "}"
#define MAPPING(gpa, plug)                                                     \
	"{\\\"slot\\\":0,\\\"gpa\\\":" gpa                                     \
	",\\\"size\\\":4096,\\\"virtio_mem\\\":" plug "}"

static void test_state(void)
{
	struct ram_list list;

	parser = dm_cloud_hypervisor_parse;
	parse(&list,
	      STATE(RANGES RANGE("4294967296", "2097152") "," RANGE("1073741824", "8192") "]},\\\"guest_ram_mappings\\\":[" MAPPING(
		      "1073745920", "false") "," MAPPING("0", "true") "]}"));
	CU_ASSERT_EQUAL(list.ram.n, 2);
	/* In the order of the list, whatever that is. */
	is_range(&list, 0, "memory-ranges", 0, 2097152, 0x100000000);
	is_range(&list, 1, "memory-ranges", 2097152, 8192, 0x40000000);
	CU_ASSERT_PTR_NULL(list.lacks);
	dm_ram_list_deinit(&list);
	parse(&list,
	      STATE(RANGES RANGE(
		      "1073741824",
		      "8192") "]},"
			      "\\\"guest_ram_mappings\\\":[" MAPPING(
				      "1073741824",
				      "false") "," MAPPING("8589934592",
							   "false") "]}"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(list.lacks);
	suite_has(list.lacks, "memory at 0x200000000 is in a file of its own");
	dm_ram_list_deinit(&list);
}

static void refuse_state(const char *text)
{
	refuse_other(text, "no ranges of memory in it");
}

static void test_state_bad(void)
{
	parser = dm_cloud_hypervisor_parse;
	refuse_state("");
	refuse_state("{");
	refuse_state("[]");
	refuse_state("{\"snapshots\":{\"memory-manager\":{}}}");
	refuse_state(STATE(""));
	refuse_state(STATE("7"));
	refuse_state(STATE(RANGES "]}}"));
	refuse_state(STATE("{\\\"memory_ranges\\\":{\\\"data\\\":7}}"));
	refuse(STATE(RANGES RANGE("-4096", "4096") "]}}"),
	       "is not {gpa, length}");
	refuse(STATE(RANGES RANGE("0", "0") "]}}"), "is not {gpa, length}");
	refuse(STATE(RANGES RANGE("\\\"0\\\"", "1") "]}}"),
	       "is not {gpa, length}");
	refuse(STATE(RANGES "7]}}"), "is not {gpa, length}");
	refuse(STATE(RANGES RANGE("0", "9223372036854771712") "]}}"),
	       "above 52 bits");
	refuse(STATE(RANGES RANGE("1", "4096") "]}}"), "no page begins at 0x1");
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "own text", test_own },
		{ "own text, its first line", test_own_first_line },
		{ "own text, bad lines", test_own_bad },
		{ "own text, bounds", test_own_bounds },
		{ "Qualcomm's names", test_names },
		{ "dump_info.txt", test_table },
		{ "dump_info.txt, bad lines", test_table_bad },
		{ "load.cmm", test_script },
		{ "load.cmm, bad lines", test_script_bad },
		{ "cloud-hypervisor's state", test_state },
		{ "cloud-hypervisor's state, bad", test_state_bad },
		CU_TEST_INFO_NULL,
	};

	return suite_run("ram_list", tests);
}
