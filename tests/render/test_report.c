// SPDX-License-Identifier: GPL-2.0-or-later
/* Reports from values, so that every line can be told beforehand. */
#include <jansson.h>
#include <stdlib.h>

#include "render/print.h"
#include "suite.h"

static struct suite_text out;

static void fill(struct dm_report *r)
{
	memset(r, 0, sizeof(*r));
	r->dump = (struct dm_dump_about){
		.path = "a/vmcore",
		.format = "elf",
		.complete = true,
	};
	strcpy(r->kernel.release, "7.3.4-test");
	r->kernel.page_size = 4096;
	r->kernel.page_shift = 12;
	r->kernel.va_bits = r->kernel.va_bits_configured = 48;
	r->kernel.levels = 4;
	r->kernel.linear_start = 0xffff000000000000;
	r->kernel.linear_end = r->usage.linear_end = 0xffff800000000000;
	r->kernel.phys_offset = 0x40000000;
	r->kernel.pgd = 0x4226b000;
	r->usage.mapped[DM_LEAF_PTE] = 0x800000;
	r->usage.mapped[DM_LEAF_PUD] = 0x40000000;
	r->usage.valid[DM_LEAF_PTE] = 0x400000;
	r->usage.valid[DM_LEAF_PUD] = 0x40000000;
	r->usage.read_only = 0x3000;
	r->usage.invalid_marked = 0x400000;
	r->usage.tables[1] = r->usage.tables[2] = 1;
	r->usage.tables[3] = 1;
	r->usage.tables[4] = 4;
}

static const char *text_of(const struct dm_report *r, bool color)
{
	struct dm_style style = { .struct_size = sizeof(style),
				  .color = color };

	suite_text_init(&out);
	suite_no_error(dm_report_text(r, &style, &out.sink));
	return out.text;
}

#define HAS(text, part)	    CU_ASSERT_PTR_NOT_NULL(strstr(text, part))
#define HAS_NOT(text, part) CU_ASSERT_PTR_NULL(strstr(text, part))

static void test_meminfo(void)
{
	struct dm_report r;

	fill(&r);
	suite_text_init(&out);
	suite_no_error(dm_report_meminfo(&r, &out.sink));
	CU_ASSERT_STRING_EQUAL(out.text, "DirectMap4k:     8192 kB\n"
					 "DirectMap64k:        0 kB\n"
					 "DirectMap2M:        0 kB\n"
					 "DirectMap32M:        0 kB\n"
					 "DirectMap1G:  1048576 kB\n");
	/* No line for a block that the granule has not. */
	r.kernel.page_shift = 16;
	suite_text_init(&out);
	suite_no_error(dm_report_meminfo(&r, &out.sink));
	CU_ASSERT_STRING_EQUAL(out.text, "DirectMap64k:     8192 kB\n"
					 "DirectMap2M:        0 kB\n"
					 "DirectMap512M:        0 kB\n"
					 "DirectMap16G:        0 kB\n");
}

static void test_text(void)
{
	struct dm_report r;
	const char *text;

	fill(&r);
	text = text_of(&r, false);
	/* The answer is on top. */
	CU_ASSERT_EQUAL(strncmp(text, "DirectMap4k:     8192 kB", 24), 0);
	HAS(text, "DirectMap1G:  1048576 kB      99.22 %\n");
	HAS(text, "    read-only            12 kB   0.00 %\n");
	HAS(text,
	    "  invalid              4096 kB   0.39 %  bit 0 clear, marked "
	    "by bit 11 (PTE_PRESENT_INVALID)\n");
	HAS(text, "7 pages  1 pgd, 1 pud, 1 pmd, 4 pte\n");
	HAS(text, "format         elf, complete\n");
	HAS(text, "KASLR offset   unknown\n");
	HAS(text, "0xffff000000000000-0xffff800000000000");
	HAS_NOT(text, "PARTIAL");
	HAS_NOT(text, "\033");
}

static void test_invalid_marks(void)
{
	struct dm_report r;

	fill(&r);
	r.usage.invalid_plain = 4096;
	HAS(text_of(&r, false), "some marked by bit 11");
	r.usage.invalid_marked = 0;
	HAS(text_of(&r, false), "bit 0 clear, no mark\n");
	/* With KPTI, valid leaves have bit 11 too: it is nG. */
	fill(&r);
	r.usage.valid_ng = 4096;
	HAS(text_of(&r, false), "bit 11 is nG here");
}

static void test_partial(void)
{
	struct dm_report r;
	const char *text;
	size_t i;

	fill(&r);
	r.usage.finding_count[DM_FINDING_UNREADABLE] = 12;
	r.usage.unknown = 12 * 0x200000;
	for (i = 0; i < 12; i++)
		r.usage.findings[i] = (struct dm_finding){
			.kind = DM_FINDING_UNREADABLE,
			.level = 3,
			.start = 0xffff000040000000 + i * 0x200000,
			.size = 0x200000,
			.pa = 0x81234000,
		};
	r.usage.findings_kept = 12;
	text = text_of(&r, false);
	CU_ASSERT_EQUAL(
		strncmp(text,
			"PARTIAL: 12 findings; nothing is said of 24 MiB ", 48),
		0);
	HAS(text, "  0xffff000040000000 +2 MiB, level 3, PA 0x81234000: page "
		  "table not in the dump or broken\n");
	HAS(text, "  and 2 more\n");
}

/* The report itself says what its exit code does. */
static void test_nothing_mapped(void)
{
	struct dm_report r;

	fill(&r);
	memset(r.usage.mapped, 0, sizeof(r.usage.mapped));
	CU_ASSERT_EQUAL(
		strncmp(text_of(&r, false),
			"PARTIAL: nothing of the linear map was found: ", 46),
		0);
	CU_ASSERT_PTR_NOT_NULL(dm_usage_empty(&r.usage));
	r.usage.finding_count[DM_FINDING_UNREADABLE] = 1;
	CU_ASSERT_PTR_NULL(dm_usage_empty(&r.usage));
	r.usage.finding_count[DM_FINDING_UNREADABLE] = 0;
	r.usage.mapped[DM_LEAF_PUD] = 1 << 30;
	CU_ASSERT_PTR_NULL(dm_usage_empty(&r.usage));
}

/* Nouns and verbs follow their counts, in each sentence that has one. */
static void test_counts(void)
{
	struct dm_report r;
	char text[256];

	fill(&r);
	r.usage.finding_count[DM_FINDING_UNREADABLE] = 1;
	r.usage.unreadable = 1;
	CU_ASSERT_TRUE(dm_usage_partial(&r.usage, text, sizeof(text)));
	HAS(text, ": 1 finding; report says which");
	HAS(text_of(&r, false), "PARTIAL: 1 finding\n");
	r.usage.unknown = 4096;
	CU_ASSERT_TRUE(dm_usage_partial(&r.usage, text, sizeof(text)));
	HAS(text, ": 1 finding, 1 page table unreadable, ");
	HAS(text_of(&r, false), "PARTIAL: 1 finding; ");
	r.usage.finding_count[DM_FINDING_UNREADABLE] = 2;
	r.usage.unreadable = 0;
	CU_ASSERT_TRUE(dm_usage_partial(&r.usage, text, sizeof(text)));
	HAS(text, ": 2 findings, 0 page tables unreadable, ");
	HAS(text_of(&r, false), "PARTIAL: 2 findings; ");
	HAS(text_of(&r, false), " kB      7 pages  1 pgd");
	memset(r.usage.tables, 0, sizeof(r.usage.tables));
	r.usage.tables[1] = 1;
	HAS(text_of(&r, false), " kB      1 page  1 pgd");
	r.usage.stopped = true;
	CU_ASSERT_TRUE(dm_usage_partial(&r.usage, text, sizeof(text)));
	HAS(text, "stopped after 1 page table, ");
	CU_ASSERT_STRING_EQUAL(dm_content_noun(DM_CONTENT_TABLE, 1),
			       "page table");
	CU_ASSERT_STRING_EQUAL(dm_content_noun(DM_CONTENT_TABLE, 0),
			       "page tables");
	CU_ASSERT_STRING_EQUAL(dm_content_noun(DM_CONTENT_DATA, 1),
			       "kernel data");
}

/* The picture's hint of one leaf, and of two. */
static void test_counts_of_map(void)
{
	struct dm_cell cells[] = {
		{ .start = 0xffff000000000000,
		  .size = 0x200000,
		  .lost = 1,
		  .in_use = 1 },
		{ .start = 0xffff000000200000, .size = 0x200000, .lost = 2 }
	};
	struct dm_map map = { .cell = 0x200000, .cells = cells, .count = 2 };
	struct dm_report r;

	fill(&r);
	suite_text_init(&out);
	suite_no_error(dm_map_svg(&r.kernel, &map, &out.sink));
	HAS(out.text, " 1 leaf lost, 1 in use");
	HAS(out.text, " 2 leaves lost, 0 in use");
}

static void test_incomplete_and_kasan(void)
{
	struct dm_report r;
	const char *text;

	fill(&r);
	r.dump.complete = false;
	r.dump.why_incomplete = "cut off";
	r.usage.linear_end = 0xffff600000000000;
	text = text_of(&r, false);
	HAS(text, "format         elf, incomplete: cut off\n");
	HAS(text, "0xffff000000000000-0xffff600000000000");
	HAS(text, "inferred: KASAN");
}

static void test_map_line(void)
{
	struct dm_report r;
	const char *text;

	fill(&r);
	r.usage.map_cell = 0x800000;
	r.usage.map_cells = 4;
	r.usage.map[0][DM_LEAF_PTE] = 0x800000;
	r.usage.map[1][DM_LEAF_PUD] = 0x800000;
	r.usage.map[2][DM_LEAF_PMD] = 0x500000;
	r.usage.map[2][DM_LEAF_CONT_PTE] = 0x300000;
	r.usage.map[3][DM_LEAF_CONT_PMD] = 0x800000;
	HAS(text_of(&r, false), "\n[.#+=]\n");
	text = text_of(&r, true);
	HAS(text, "[\033[31m.\033[0m\033[32m#\033[0m");
}

static void test_foreign_strings(void)
{
	struct dm_report r;
	json_t *json;

	fill(&r);
	r.dump.path = "a\033[31m\nb\xff";
	HAS(text_of(&r, false), "dump           a\\x1b[31m\\x0ab\\xff\n");
	/* Letters stay; U+009B, the same as a raw byte, and cut ones go. */
	r.dump.path = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 \xc2\x9b"
		      "31m \x9b"
		      "1m \xe2\x82";
	HAS(text_of(&r, false),
	    "dump           \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80 "
	    "\\xc2\\x9b31m \\x9b1m \\xe2\\x82\n");
	r.dump.path = "a\033[31m\nb\xff";
	suite_text_init(&out);
	suite_no_error(dm_report_json(&r, &out.sink));
	json = json_loads(out.text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(
				       json_object_get(json, "dump"), "path")),
			       "a\033[31m\nb\\xff");
	/* What opens it again. */
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(json_object_get(json, "dump"),
						  "path_base64")),
		"YRtbMzFtCmL/");
	json_decref(json);
}

/* The value at a path of keys. */
static json_int_t number_at(json_t *json, const char *a, const char *b,
			    const char *c)
{
	json = json_object_get(json_object_get(json, a), b);
	if (c)
		json = json_object_get(json, c);
	CU_ASSERT_TRUE(json_is_integer(json));
	return json_integer_value(json);
}

static void test_json(void)
{
	struct dm_report r;
	json_t *json, *kernel, *finding;

	fill(&r);
	r.kernel.kaslr_offset = 0x1234000;
	r.kernel.has_kaslr_offset = true;
	r.usage.finding_count[DM_FINDING_BROKEN_CONT] = 1;
	r.usage.findings[0] = (struct dm_finding){
		.kind = DM_FINDING_BROKEN_CONT,
		.level = 3,
		.start = 0xffff000000010000,
		.size = 0x10000,
		.pa = 0x5000,
		.entry = 0xf8000000000c07,
	};
	r.usage.findings_kept = 1;
	suite_text_init(&out);
	suite_no_error(dm_report_json(&r, &out.sink));
	CU_ASSERT_EQUAL(out.text[out.size - 1], '\n');
	json = json_loads(out.text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(json, "schema")),
		"directmap/1");
	CU_ASSERT_EQUAL(number_at(json, "usage", "mapped", "pud"), 0x40000000);
	CU_ASSERT_EQUAL(number_at(json, "usage", "valid", "pte"), 0x400000);
	CU_ASSERT_EQUAL(number_at(json, "usage", "read_only", NULL), 0x3000);
	CU_ASSERT_EQUAL(number_at(json, "usage", "tables", "count"), 7);
	CU_ASSERT_EQUAL(number_at(json, "usage", "tables", "bytes"), 28672);
	CU_ASSERT_EQUAL(number_at(json, "usage", "finding_count", NULL), 1);
	kernel = json_object_get(json, "kernel");
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(kernel, "kaslr_offset")),
		"0x1234000");
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(
			json_object_get(kernel, "linear_map"), "end")),
		"0xffff800000000000");
	CU_ASSERT_TRUE(json_is_null(json_object_get(json, "policy")));
	finding = json_array_get(
		json_object_get(json_object_get(json, "usage"), "findings"), 0);
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(finding, "kind")),
		"broken_contiguous_group");
	CU_ASSERT_STRING_EQUAL(
		json_string_value(json_object_get(finding, "entry")),
		"0xf8000000000c07");
	json_decref(json);
}

static void test_runs(void)
{
	struct dm_report r;
	struct dm_run run = {
		.start = 0xfff00000024f0000,
		.size = 0x110000,
		.pa = 0x424f0000,
		.attrs = 0xf8000000000c06,
		.leaf = DM_LEAF_CONT_PTE,
	};

	fill(&r);
	suite_text_init(&out);
	suite_no_error(dm_run_text(&r.kernel, &run, &out.sink));
	/* ptdump of the same: 1088K PTE F RW NX AF NG CON UXN … */
	CU_ASSERT_STRING_EQUAL(out.text,
			       "0xfff00000024f0000-0xfff0000002600000    1088K "
			       "64k  invalid F     RW NX     AF NG CON     UXN "
			       "   MEM/NORMAL-TAGGED 0x424f0000\n");
	suite_text_init(&out);
	suite_no_error(dm_run_json(&r.kernel, &run, &out.sink));
	CU_ASSERT_STRING_EQUAL(
		out.text, "{\"start\":\"0xfff00000024f0000\",\"end\":"
			  "\"0xfff0000002600000\",\"size\":1114112,\"leaf\":"
			  "\"cont_pte\",\"state\":\"invalid\",\"attrs\":[\"F\","
			  "\"RW\",\"NX\",\"AF\",\"NG\",\"CON\",\"UXN\",\"MEM/"
			  "NORMAL-TAGGED\"],\"bits\":\"0xf8000000000c06\","
			  "\"pa\":\"0x424f0000\"}\n");
	run.leaf = DM_LEAF_PUD;
	run.size = 0x80000000;
	run.valid = true;
	run.attrs = 0x40000000007d1; /* user, ro, x, SHD, GP, AttrIndx 4 */
	suite_text_init(&out);
	suite_no_error(dm_run_text(&r.kernel, &run, &out.sink));
	HAS(out.text, "      2G 1G   valid     USR ro x  SHD AF        BLK     "
		      "GP ATTRINDX/4");
	r.kernel.modern_mair = true;
	suite_text_init(&out);
	suite_no_error(dm_run_text(&r.kernel, &run, &out.sink));
	HAS(out.text, "DEVICE/nGnRE");
}

/* The allocation that fails; counts down. */
static long fail_at;

static void *failing_malloc(size_t size)
{
	return fail_at-- == 0 ? NULL : malloc(size);
}

/* Without memory there is an error, never an object with keys missing. */
static void test_no_memory(void)
{
	static char whole[8192];
	struct dm_report r;
	struct dm_error *err;
	long n;

	fill(&r);
	r.usage.findings_kept = 2;
	suite_text_init(&out);
	suite_no_error(dm_report_json(&r, &out.sink));
	CU_ASSERT_FATAL(out.size < sizeof(whole));
	strcpy(whole, out.text);
	json_set_alloc_funcs(failing_malloc, free);
	/* Until no allocation was left to fail. */
	for (n = 0, fail_at = -1; fail_at < 0; n++) {
		fail_at = n;
		suite_text_init(&out);
		err = dm_report_json(&r, &out.sink);
		CU_ASSERT_TRUE(err ? err->code == DM_ERROR_NO_MEMORY
				   : strcmp(out.text, whole) == 0);
		dm_error_destroy(err);
	}
	json_set_alloc_funcs(malloc, free);
	CU_ASSERT_TRUE(n > 100);
}

static bool refuse(struct dm_sink *sink, const char *text, size_t size)
{
	(void)sink;
	(void)text;
	(void)size;
	return false;
}

static void test_full_disk(void)
{
	struct dm_sink sink = { .write = refuse };
	struct dm_style style = { .struct_size = sizeof(style) };
	struct dm_run run = { .size = 4096 };
	struct dm_report r;

	fill(&r);
	suite_error(dm_report_text(&r, &style, &sink), DM_ERROR_OUTPUT,
		    "write");
	suite_error(dm_report_json(&r, &sink), DM_ERROR_OUTPUT, "write");
	suite_error(dm_report_meminfo(&r, &sink), DM_ERROR_OUTPUT, "write");
	suite_error(dm_run_text_header(&sink), DM_ERROR_OUTPUT, "write");
	suite_error(dm_run_text(&r.kernel, &run, &sink), DM_ERROR_OUTPUT,
		    "write");
	suite_error(dm_run_json(&r.kernel, &run, &sink), DM_ERROR_OUTPUT,
		    "write");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "meminfo lines, byte for byte", test_meminfo },
		{ "text", test_text },
		{ "how invalid leaves are marked", test_invalid_marks },
		{ "a partial result says so first", test_partial },
		{ "nothing is mapped", test_nothing_mapped },
		{ "counts and their nouns", test_counts },
		{ "counts in the picture", test_counts_of_map },
		{ "incomplete dump, KASAN", test_incomplete_and_kasan },
		{ "the map line", test_map_line },
		{ "strings from elsewhere", test_foreign_strings },
		{ "JSON", test_json },
		{ "runs", test_runs },
		{ "JSON without memory", test_no_memory },
		{ "a sink that refuses", test_full_disk },
		CU_TEST_INFO_NULL,
	};

	return suite_run("report", tests);
}
