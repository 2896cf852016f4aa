// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walk over generated dumps. Each case is a description of page tables in
 * the generator's language (tests/gen/README.md) and what must come out: the
 * runs, the tables by level, the findings.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "arm64/kernel.h"
#include "walk/walk.h"
#include "directmap/dump.h"
#include "gen/gen.h"
#include "suite.h"

static char path[64];
static struct suite_text out;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	suite_text_write(&out.sink, text, strlen(text));
}

static void say_size(uint64_t size)
{
	static const char units[] = "BKMGTP";
	unsigned int unit = 0;

	while (size && !(size & 1023) && units[unit + 1]) {
		size >>= 10;
		unit++;
	}
	say("%" PRIu64 "%c", size, units[unit]);
}

static struct dm_error *say_run(void *arg, const struct dm_run *run)
{
	const struct dm_kernel *kernel = arg;

	say("%" PRIx64 " ", run->start);
	say_size(run->size);
	say(" %s %s%s %" PRIx64 "\n", dm_leaf_label(kernel, run->leaf),
	    run->valid ? "valid" : "invalid", run->attrs & 0x80 ? " ro" : "",
	    run->pa);
	return NULL;
}

static void say_usage(const struct dm_kernel *kernel,
		      const struct dm_usage *usage)
{
	size_t i;
	int level;

	say("tables");
	for (level = 4 - (int)kernel->levels; level <= 3; level++)
		say(" %" PRIu64, usage->tables[level + 1]);
	say("\n");
	for (i = 0; i < usage->findings_kept; i++) {
		const struct dm_finding *f = &usage->findings[i];

		say("%s level %d %" PRIx64 " ", dm_finding_name(f->kind),
		    f->level, f->start);
		say_size(f->size);
		say("\n");
	}
	if (usage->linear_end != kernel->linear_end)
		say("end %" PRIx64 "\n", usage->linear_end);
}

static struct dm_error *walk_dump(const struct dm_range *range,
				  struct dm_usage *usage)
{
	const char *paths[] = { path };
	struct dm_kernel kernel;
	struct dm_error *err;
	struct dm_dump *dump;

	err = dm_dump_open(paths, 1, NULL, &dump);
	if (err)
		return err;
	err = dm_kernel_init(&kernel, dm_dump_source(dump));
	if (!err)
		err = dm_walk(dm_dump_source(dump), &kernel, range, usage,
			      say_run, &kernel);
	if (!err)
		say_usage(&kernel, usage);
	dm_dump_close(dump);
	return err;
}

static struct dm_error *walk(const char *spec, const struct dm_range *range,
			     struct dm_usage *usage)
{
	struct dm_error *err;

	suite_text_init(&out);
	err = gen_dump(spec, path);
	if (!err)
		err = walk_dump(range, usage);
	unlink(path);
	return err;
}

static void check(const char *spec, const char *expected)
{
	struct dm_usage usage;

	suite_no_error(walk(spec, NULL, &usage));
	if (strcmp(out.text, expected) != 0)
		fprintf(stderr, "    got:\n%s    expected:\n%s", out.text,
			expected);
	CU_ASSERT_STRING_EQUAL(out.text, expected);
}

/* ---- Leaf sizes, granules, levels --------------------------------------- */

static void test_4k_leaves(void)
{
	check("kernel page=4K va=48\n"
	      "ram 0x40000000+4G\n"
	      "map pa=0x40000000 1G 1G\n"
	      "map pa=0x80000000 32M 32M\n"
	      "map pa=0x82000000 2M 2M\n"
	      "map pa=0x82200000 64K 64K\n"
	      "map pa=0x82210000 8K 4K\n"
	      "format kdump zlib\n",
	      "ffff000000000000 1G 1G valid 40000000\n"
	      "ffff000040000000 32M 32M valid 80000000\n"
	      "ffff000042000000 2M 2M valid 82000000\n"
	      "ffff000042200000 64K 64k valid 82200000\n"
	      "ffff000042210000 8K 4k valid 82210000\n"
	      "tables 1 1 1 1\n");
}

static void test_16k_leaves(void)
{
	check("kernel page=16K va=47\n"
	      "ram 0x40000000+4G\n"
	      "map pa=0x40000000 1G 1G\n"
	      "map pa=0x80000000 64M 32M\n"
	      "map pa=0x84000000 4M 2M\n"
	      "map pa=0x84400000 32K 16K\n"
	      "format elf\n",
	      "ffff800000000000 1G 1G valid 40000000\n"
	      "ffff800040000000 64M 32M valid 80000000\n"
	      "ffff800044000000 4M 2M valid 84000000\n"
	      "ffff800044400000 32K 16k valid 84400000\n"
	      "tables 1 1 1\n");
}

static void test_64k_leaves(void)
{
	check("kernel page=64K va=48\n"
	      "ram 0x400000000+40G\n"
	      "map pa=0x400000000 16G 16G\n"
	      "map pa=0x800000000 1G 512M\n"
	      "map pa=0x840000000 2M 2M\n"
	      "map pa=0x840200000 192K 64K\n"
	      "format kdump lzo\n",
	      "ffff000000000000 16G 16G valid 400000000\n"
	      "ffff000400000000 1G 512M valid 800000000\n"
	      "ffff000440000000 2M 2M valid 840000000\n"
	      "ffff000440200000 192K 64k valid 840200000\n"
	      "tables 1 1 1\n");
}

static void test_levels(void)
{
	/* 2 levels: 64K pages, 42 bits; 16K pages, 36 bits. */
	check("kernel page=64K va=42\nram 0x40000000+2G\n"
	      "map pa=0x40000000 512M 512M\nmap pa=0x60000000 64K 64K\n",
	      "fffffc0000000000 512M 512M valid 40000000\n"
	      "fffffc0020000000 64K 64k valid 60000000\n"
	      "tables 1 1\n");
	check("kernel page=16K va=36\nram 0x40000000+2G\n"
	      "map pa=0x40000000 32M 32M\nmap pa=0x42000000 16K 16K\n",
	      "fffffff000000000 32M 32M valid 40000000\n"
	      "fffffff002000000 16K 16k valid 42000000\n"
	      "tables 1 1\n");
	/* 3: 4K pages, 39 bits. */
	check("kernel page=4K va=39\nram 0x40000000+2G\n"
	      "map pa=0x40000000 1G 1G\nmap pa=0x80000000 4K 4K\n",
	      "ffffff8000000000 1G 1G valid 40000000\n"
	      "ffffff8040000000 4K 4k valid 80000000\n"
	      "tables 1 1 1\n");
	/* 4: 16K pages, 48 bits: two entries in the root. */
	check("kernel page=16K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 32M 32M\n",
	      "ffff000000000000 32M 32M valid 40000000\n"
	      "tables 1 1 1 0\n");
	/* 5: 4K pages, 52 bits. The root's entry 15 leads to two maps. */
	check("kernel page=4K va=52\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 2M\n",
	      "fff0000000000000 2M 2M valid 40000000\n"
	      "tables 1 1 1 1 0\n");
}

/* Configured for 52 bits on a CPU that has not so many. */
static void test_52_on_48(void)
{
	check("kernel page=4K va=52/48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 2M\n",
	      "ffff000000000000 2M 2M valid 40000000\n"
	      "tables 1 1 1 0\n");
	check("kernel page=16K va=52/47\nram 0x40000000+2G\n"
	      "map pa=0x40000000 32M 32M\n",
	      "ffff800000000000 32M 32M valid 40000000\n"
	      "tables 1 1 0\n");
	/* 64K: the 52-bit table stays, entry 960 (offset 0x1e00) is first. */
	check("kernel page=64K va=52/48 swapper=0x41000000\nram 0x40000000+2G\n"
	      "map pa=0x40000000 512M 512M\n",
	      "ffff000000000000 512M 512M valid 40000000\n"
	      "tables 1 1 0\n");
	check("kernel page=64K va=52\nram 0x40000000+2G\n"
	      "map pa=0x40000000 512M 512M\n",
	      "fff0000000000000 512M 512M valid 40000000\n"
	      "tables 1 1 0\n");
	check("kernel page=16K va=52\nram 0x40000000+2G\n"
	      "map pa=0x40000000 32M 32M\n",
	      "fff0000000000000 32M 32M valid 40000000\n"
	      "tables 1 1 1 0\n");
}

/* ---- Output addresses beyond 48 bits ------------------------------------ */

static void test_high_addresses(void)
{
	/* 4K with LPA2: OA[51:50] in bits 9:8, also of table descriptors. */
	check("kernel page=4K va=52 phys_offset=0xc000000000000 "
	      "swapper=0xc000001000000\n"
	      "ram 0xc000000000000+2G\n"
	      "tables at 0xd000000000000\n"
	      "map pa=0xc000000000000 4M 2M\n"
	      "map pa=0xc000000400000 64K 64K\n"
	      "map pa=0xc000000410000 4K 4K\n"
	      "format elf\n",
	      "fff0000000000000 4M 2M valid c000000000000\n"
	      "fff0000000400000 64K 64k valid c000000400000\n"
	      "fff0000000410000 4K 4k valid c000000410000\n"
	      "tables 1 1 1 1 1\n");
	/* Across bit 50, where the field is cut in two. */
	check("kernel page=4K va=52 phys_offset=0x3ffffffe00000 "
	      "swapper=0x3fffffff00000\n"
	      "ram 0x3ffffffe00000+4G\n"
	      "map pa=0x3ffffffe00000 4M 2M\n"
	      "format elf\n",
	      "fff0000000000000 4M 2M valid 3ffffffe00000\n"
	      "tables 1 1 1 1 0\n");
	check("kernel page=16K va=52 phys_offset=0xc000000000000 "
	      "swapper=0xc000001000000\n"
	      "ram 0xc000000000000+2G\n"
	      "map pa=0xc000000000000 2M 2M\n"
	      "format elf\n",
	      "fff0000000000000 2M 2M valid c000000000000\n"
	      "tables 1 1 1 1\n");
	/* 64K with LPA: OA[51:48] in bits 15:12, whatever the VA size. */
	check("kernel page=64K va=48 phys_offset=0x5000000000000 "
	      "swapper=0x5000001000000\n"
	      "ram 0x5000000000000+2G\n"
	      "tables at 0xa000000000000\n"
	      "map pa=0x5000000000000 2M 2M\n"
	      "map pa=0x5000000200000 64K 64K\n"
	      "format elf\n",
	      "ffff000000000000 2M 2M valid 5000000000000\n"
	      "ffff000000200000 64K 64k valid 5000000200000\n"
	      "tables 1 1 1\n");
}

/* ---- States ------------------------------------------------------------- */

static void test_invalid_leaves(void)
{
	struct dm_usage usage;

	/* As 7.3 marks them: as page, contiguous group and block. */
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 4K\n"
	      "protect pa=0x40003000 8K invalid\n"
	      "map pa=0x40200000 64K 64K invalid\n"
	      "map pa=0x40400000 2M 2M invalid\n"
	      "map pa=0x42000000 32M 32M invalid\n",
	      "ffff000000000000 12K 4k valid 40000000\n"
	      "ffff000000003000 8K 4k invalid 40003000\n"
	      "ffff000000005000 2028K 4k valid 40005000\n"
	      "ffff000000200000 64K 64k invalid 40200000\n"
	      "ffff000000400000 2M 2M invalid 40400000\n"
	      "ffff000002000000 32M 32M invalid 42000000\n"
	      "tables 1 1 1 2\n");
	/* As 6.12 leaves them: bit 0 and nothing else. */
	suite_no_error(walk("kernel page=16K va=47\nram 0x40000000+2G\n"
			    "map pa=0x40000000 32M 16K\n"
			    "protect pa=0x40008000 32K invalid-nomark\n",
			    NULL, &usage));
	CU_ASSERT_EQUAL(usage.invalid_plain, 32768);
	CU_ASSERT_EQUAL(usage.invalid_marked, 0);
	CU_ASSERT_EQUAL(usage.mapped[DM_LEAF_PTE], 32 << 20);
	CU_ASSERT_EQUAL(usage.valid[DM_LEAF_PTE], (32 << 20) - 32768);
	CU_ASSERT_EQUAL(dm_usage_findings(&usage), 0);
}

static void test_nonglobal(void)
{
	struct dm_usage usage;

	/* KPTI: bit 11 in valid leaves is nG. */
	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+2G\n"
			    "map pa=0x40000000 2M 4K ng\n"
			    "protect pa=0x40003000 8K ng invalid\n",
			    NULL, &usage));
	CU_ASSERT_EQUAL(usage.valid_ng, (2 << 20) - 8192);
	CU_ASSERT_EQUAL(usage.invalid_marked, 8192);
}

static void test_read_only(void)
{
	struct dm_usage usage;

	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 4M 2M\n"
	      "protect pa=0x40200000 2M ro\n"
	      "map pa=0x40400000 8K 4K ro invalid\n",
	      "ffff000000000000 2M 2M valid 40000000\n"
	      "ffff000000200000 2M 2M valid ro 40200000\n"
	      "ffff000000400000 8K 4k invalid ro 40400000\n"
	      "tables 1 1 1 1\n");
	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+2G\n"
			    "map pa=0x40000000 2M 2M ro\n"
			    "map pa=0x40400000 8K 4K ro invalid\n",
			    NULL, &usage));
	/* Of the valid ones. */
	CU_ASSERT_EQUAL(usage.read_only, 2 << 20);
}

/* What ptdump does not show does not part a run; what it shows does. */
static void test_attributes_part_runs(void)
{
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 64K 4K\n"
	      "protect pa=0x40004000 4K dirty\n"
	      "set bits 3 pa=0x40005000 0x0100000000000000\n"
	      "protect pa=0x40008000 4K x\n"
	      "protect pa=0x4000a000 4K normal\n",
	      "ffff000000000000 32K 4k valid 40000000\n"
	      "ffff000000008000 4K 4k valid 40008000\n"
	      "ffff000000009000 4K 4k valid 40009000\n"
	      "ffff00000000a000 4K 4k valid 4000a000\n"
	      "ffff00000000b000 20K 4k valid 4000b000\n"
	      "tables 1 1 1 1\n");
}

static void test_holes(void)
{
	check("kernel page=4K va=52\n"
	      "ram 0x40000000+1G 0x8000000000+1G\n"
	      "map pa=0x40000000 2M 2M\n"
	      "map pa=0x40800000 2M 2M\n"
	      "map pa=0x8000000000 1G 1G\n",
	      "fff0000000000000 2M 2M valid 40000000\n"
	      "fff0000000800000 2M 2M valid 40800000\n"
	      "fff0007fc0000000 1G 1G valid 8000000000\n"
	      "tables 1 1 1 1 0\n");
}

/* A randomised linear map: PHYS_OFFSET below zero. */
static void test_negative_phys_offset(void)
{
	check("kernel page=4K va=48 phys_offset=0xfffff79400000000\n"
	      "ram 0x40000000+1G\nmap pa=0x40000000 4M 2M\n",
	      "ffff086c40000000 4M 2M valid 40000000\n"
	      "tables 1 1 1 0\n");
}

/* ---- Findings ----------------------------------------------------------- */

static void test_broken_groups(void)
{
	/*
	 * One entry of 16 without the bit; and of a 32M group one at fault. Which
	 * of them is as it was, nothing tells.
	 */
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 64K\n"
	      "clear bits 3 pa=0x40013000 0x0010000000000000\n"
	      "map pa=0x42000000 64M 32M\n"
	      "protect pa=0x44000000 2M cont ro\n"
	      "set bits 2 pa=0x44000000 0x0010000000000000\n",
	      "ffff000000000000 64K 64k valid 40000000\n"
	      "ffff000000020000 1920K 64k valid 40020000\n"
	      "ffff000002000000 32M 32M valid 42000000\n"
	      "tables 1 1 1 1\n"
	      "broken_contiguous_group level 3 ffff000000010000 64K\n"
	      "broken_contiguous_group level 2 ffff000004000000 32M\n");
	/* A group that is not aligned to its own size in physical memory. */
	check("kernel page=4K va=48 phys_offset=0x40001000\n"
	      "ram 0x40000000+2G\n"
	      "map 0xffff000000000000 64K 64K unaligned\n",
	      "tables 1 1 1 1\n"
	      "broken_contiguous_group level 3 ffff000000000000 64K\n");
	/* Of 1G leaves there are no groups. */
	check("kernel page=4K va=48\nram 0x40000000+4G\n"
	      "map pa=0x40000000 2G 1G\n"
	      "set bits 1 pa=0x40000000 0x0010000000000000\n",
	      "ffff000040000000 1G 1G valid 80000000\n"
	      "tables 1 1 0 0\n"
	      "broken_contiguous_group level 1 ffff000000000000 1G\n");
	/* A hole in a group. */
	check("kernel page=16K va=47\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 2M\nclear 3 pa=0x401fc000\n",
	      "tables 1 1 1\n"
	      "broken_contiguous_group level 3 ffff800000000000 2M\n");
}

static void test_off_formula(void)
{
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 4K\n"
	      "map lm+8K 8K 4K pa=0x50000000\n"
	      "map pa=0x40200000 2M 2M\n",
	      "ffff000000000000 8K 4k valid 40000000\n"
	      "ffff000000004000 2032K 4k valid 40004000\n"
	      "ffff000000200000 2M 2M valid 40200000\n"
	      "tables 1 1 1 1\n"
	      "off_formula level 3 ffff000000002000 8K\n");
}

/* Linux sets the access flag in all that it maps of its own. */
static void test_no_access_flag(void)
{
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 4K\n"
	      "protect pa=0x40003000 8K noaf\n"
	      "map pa=0x40200000 64K 64K noaf\n"
	      "map pa=0x40210000 128K 64K\n"
	      "map pa=0x40400000 2M 2M noaf invalid\n"
	      "map pa=0x40600000 4M 2M\n",
	      "ffff000000000000 12K 4k valid 40000000\n"
	      "ffff000000005000 2028K 4k valid 40005000\n"
	      "ffff000000210000 128K 64k valid 40210000\n"
	      "ffff000000600000 4M 2M valid 40600000\n"
	      "tables 1 1 1 2\n"
	      "leaf_without_access_flag level 3 ffff000000003000 8K\n"
	      "leaf_without_access_flag level 3 ffff000000200000 64K\n"
	      "leaf_without_access_flag level 2 ffff000000400000 2M\n");
}

/*
 * A page of an upper level where a leaf table was: an address that is right by
 * chance makes no leaf of a table's descriptor, and zeros are no holes.
 */
static void test_upper_table_as_leaf_table(void)
{
	struct dm_usage usage;

	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+2G\n"
			    "map pa=0x40000000 4M 4K\n"
			    "clear 3 pa=0x40200000 512\n"
			    "entry 3 pa=0x40201000 = 0x1800000040201003\n"
			    "entry 3 pa=0x40208000 = 0x1800000047654003\n",
			    NULL, &usage));
	CU_ASSERT_EQUAL(dm_usage_mapped(&usage), 2 << 20);
	CU_ASSERT_EQUAL(usage.unknown, 2 << 20);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_NO_ACCESS], 2);
	/* The same with AF, which table descriptors have since 6.15. */
	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+2G\n"
			    "map pa=0x40000000 4M 4K\n"
			    "clear 3 pa=0x40200000 512\n"
			    "entry 3 pa=0x40201000 = 0x1800000040201403\n"
			    "entry 3 pa=0x40208000 = 0x1800000047654403\n",
			    NULL, &usage));
	CU_ASSERT_EQUAL(dm_usage_mapped(&usage), 2 << 20);
	CU_ASSERT_EQUAL(usage.unknown, 2 << 20);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_NO_TABLE], 1);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_OFF_FORMULA], 2);
}

/* As many odd entries as right ones: what they leave out is not known. */
static void test_half_overwritten(void)
{
	static const char spec[] = "kernel page=4K va=48\nram 0x40000000+2G\n"
				   "map pa=0x40000000 4M 4K\n"
				   "clear 3 pa=0x40203000 509\n"
				   "map lm+3M 12K 4K pa=0x5a5a5000\n";
	struct dm_range zeros = { 0xffff000000210000, 0xffff000000212000 };
	struct dm_range odd = { 0xffff000000300000, 0xffff000000301000 };
	struct dm_usage usage;

	suite_no_error(walk(spec, NULL, &usage));
	CU_ASSERT_EQUAL(dm_usage_mapped(&usage), (2 << 20) + 12288);
	CU_ASSERT_EQUAL(usage.unknown, (2 << 20) - 12288);
	/* By all of the page, whatever was asked for. */
	suite_no_error(walk(spec, &zeros, &usage));
	CU_ASSERT_EQUAL(usage.unknown, 8192);
	/* One odd entry fell over: the others are not touched by it. */
	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+2G\n"
			    "map pa=0x40000000 2M 4K\n"
			    "map pa=0x40200000 8K 4K\n"
			    "entry 3 lm+3M = 0xe8000040301f05\n",
			    &odd, &usage));
	CU_ASSERT_EQUAL(usage.unknown, 4096);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_RESERVED], 1);
	CU_ASSERT_EQUAL(dm_usage_findings(&usage), 1);
}

/*
 * Another table where one of the upper levels was: its entries lead nowhere of
 * the linear map's, so that its zeros are no holes either.
 */
static void test_upper_table_of_elsewhere(void)
{
	static const char elsewhere[] =
		"kernel page=4K va=48\nram 0x40000000+4G\n"
		"map pa=0x40000000 1G 2M\n"
		"map lm+1026M 2M 2M pa=0x5a400000\n"
		"map lm+1030M 8K 4K pa=0x5a5a5000\n";
	static const char right[] = "kernel page=4K va=48\nram 0x40000000+4G\n"
				    "map pa=0x40000000 1G 2M\n"
				    "map lm+1030M 8K 4K pa=0x5a5a5000\n"
				    "map lm+1536M 2M 2M\n";
	struct dm_range part = { 0xffff000044000000, 0xffff000044800000 };
	struct dm_range both = { 0xffff000040000000, 0xffff000044800000 };
	struct dm_range zeros = { 0xffff000050000000, 0xffff000050200000 };
	struct dm_usage usage;

	check(elsewhere, "ffff000000000000 1G 2M valid 40000000\n"
			 "tables 1 1 2 1\n"
			 "no_table level 2 ffff000040000000 1G\n"
			 "off_formula level 2 ffff000040200000 2M\n"
			 "off_formula level 3 ffff000040600000 2M\n");
	suite_no_error(walk(elsewhere, &both, &usage));
	CU_ASSERT_EQUAL(usage.unknown, both.end - both.start);
	suite_no_error(walk(elsewhere, &zeros, &usage));
	CU_ASSERT_EQUAL(usage.unknown, zeros.end - zeros.start);
	/* What is right of it may be outside the range. */
	suite_no_error(walk(right, &both, &usage));
	CU_ASSERT_EQUAL(usage.unknown, 2 << 20);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_NO_TABLE], 0);
	suite_no_error(walk(right, &part, &usage));
	CU_ASSERT_EQUAL(usage.unknown, 0);
	/* Where its tables cannot be read, it is not their fault. */
	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+4G\n"
			    "map pa=0x40000000 1G 2M\n"
			    "map pa=0x80000000 2M 4K\n"
			    "drop table 3 pa=0x80000000\n",
			    NULL, &usage));
	CU_ASSERT_EQUAL(usage.unknown, 2 << 20);
}

/* More such places than are kept are counted all the same. */
static void test_many_off_formula(void)
{
	char spec[8192];
	struct dm_usage usage;
	size_t i, size;

	size = (size_t)snprintf(spec, sizeof(spec),
				"kernel page=4K va=48\nram 0x40000000+2G\n"
				"map pa=0x40000000 2M 4K\n");
	for (i = 0; i < 100; i++)
		size += (size_t)snprintf(spec + size, sizeof(spec) - size,
					 "map lm+%zuK 4K 4K pa=0x50000000\n",
					 8 * i);
	suite_no_error(walk(spec, NULL, &usage));
	CU_ASSERT_EQUAL(usage.mapped[DM_LEAF_PTE], (512 - 100) * 4096);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_OFF_FORMULA], 100);
	CU_ASSERT_EQUAL(usage.unknown, 100 * 4096);
	CU_ASSERT_EQUAL(usage.findings_kept, DM_FINDINGS_KEPT);
	CU_ASSERT_EQUAL(usage.findings[63].start,
			0xffff000000000000 + 63 * 8192);
	CU_ASSERT_EQUAL(usage.findings[63].size, 4096);
}

/*
 * KASAN's shadow at the top of the range: that of the first RAM, and the
 * early shadow that is the same few tables all over.
 */
static void test_kasan(void)
{
	/* Generic: an eighth of 2^48 bytes. */
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 1G 2M\n"
	      "map 0xffff600000000000 128M 2M pa=0x70000000\n"
	      "map 0xffff7fffffe00000 2M 4K pa=0x60000000\n"
	      "alias 1 0xffff7fff80000000 0xffff7fffc0000000\n",
	      "ffff000000000000 1G 2M valid 40000000\n"
	      "tables 1 1 1 0\n"
	      "end ffff600000000000\n");
	/* Tag-based: a sixteenth. */
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 1G 2M\n"
	      "map 0xffff700000000000 64M 2M pa=0x70000000\n"
	      "map 0xffff7fffffe00000 2M 4K pa=0x60000000\n",
	      "ffff000000000000 1G 2M valid 40000000\n"
	      "tables 1 1 1 0\n"
	      "end ffff700000000000\n");
	/* No shadow of the first page: something else, and a finding. */
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 2M\n"
	      "map 0xffff7fffffe00000 2M 2M pa=0x60000000\n",
	      "ffff000000000000 2M 2M valid 40000000\n"
	      "tables 1 2 2 0\n"
	      "off_formula level 2 ffff7fffffe00000 2M\n");
}

static void test_range(void)
{
	static const char spec[] = "kernel page=4K va=48\nram 0x40000000+4G\n"
				   "map pa=0x40000000 1G 1G\n"
				   "map pa=0x80000000 4M 4K\n"
				   "map pa=0x80400000 128K 64K\n"
				   "map pa=0xc0000000 4M 2M\n";
	struct dm_range range = { 0xffff000040001000, 0xffff000040003000 };
	struct dm_usage usage;

	suite_no_error(walk(spec, &range, &usage));
	CU_ASSERT_STRING_EQUAL(out.text,
			       "ffff000040001000 8K 4k valid 80001000\n"
			       "tables 1 1 1 1\n");
	/* Leaves that the range touches stay whole. */
	range = (struct dm_range){ 0xffff00003fffffff, 0xffff000040000001 };
	suite_no_error(walk(spec, &range, &usage));
	CU_ASSERT_STRING_EQUAL(out.text,
			       "ffff000000000000 1G 1G valid 40000000\n"
			       "ffff000040000000 4K 4k valid 80000000\n"
			       "tables 1 1 1 1\n");
	range = (struct dm_range){ 0xffff000040411000, 0xffff000040411001 };
	suite_no_error(walk(spec, &range, &usage));
	CU_ASSERT_STRING_EQUAL(out.text,
			       "ffff000040410000 64K 64k valid 80410000\n"
			       "tables 1 1 1 1\n");
	/* Nothing there; beyond the map; the whole address space. */
	range = (struct dm_range){ 0xffff000050000000, 0xffff000050001000 };
	suite_no_error(walk(spec, &range, &usage));
	CU_ASSERT_STRING_EQUAL(out.text, "tables 1 1 1 0\n");
	range = (struct dm_range){ 0xffff900000000000, 0xffffa00000000000 };
	suite_error(walk(spec, &range, &usage), DM_ERROR_INVALID_ARGUMENT,
		    "outside the linear map, 0xffff000000000000-");
	range = (struct dm_range){ 0, UINT64_MAX };
	suite_no_error(walk(spec, &range, &usage));
	CU_ASSERT_EQUAL(dm_usage_mapped(&usage), 0x40820000);
}

/* A part of a map that has KASAN's shadow is told from it as the whole is. */
static void test_range_under_kasan(void)
{
	static const char spec[] =
		"kernel page=4K va=48\nram 0x40000000+2G\n"
		"map pa=0x40000000 1G 2M\n"
		"map 0xffff600000000000 128M 2M pa=0x70000000\n"
		"map 0xffff7fffffe00000 2M 4K pa=0x60000000\n";
	struct dm_range range = { 0xffff000000000000, 0xffff7fffffff0000 };
	struct dm_usage usage;

	suite_no_error(walk(spec, &range, &usage));
	CU_ASSERT_STRING_EQUAL(out.text,
			       "ffff000000000000 1G 2M valid 40000000\n"
			       "tables 1 1 1 0\n"
			       "end ffff600000000000\n");
	range = (struct dm_range){ 0xffff600000000000, 0xffff600000200000 };
	suite_no_error(walk(spec, &range, &usage));
	CU_ASSERT_STRING_EQUAL(out.text, "tables 0 0 0 0\n"
					 "end ffff600000000000\n");
}

/* An unreadable table is a hole of what it stands for, as far as asked for. */
static void test_range_over_hole(void)
{
	struct dm_range range = { 0xffff000000201000, 0xffff000000203000 };
	struct dm_usage usage;

	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+2G\n"
			    "map pa=0x40000000 6M 4K\n"
			    "drop table 3 pa=0x40200000\n",
			    &range, &usage));
	CU_ASSERT_EQUAL(usage.unreadable, 1);
	CU_ASSERT_EQUAL(usage.unknown, 8192);
}

static void test_map_cells(void)
{
	struct dm_usage usage;
	uint64_t bytes = 0;
	size_t i, leaf;

	/* 1 GiB large, a hole, 1 GiB small: halves, whatever lies between. */
	suite_no_error(walk("kernel page=4K va=48\n"
			    "ram 0x40000000+1G 0x8000000000+1G\n"
			    "map pa=0x40000000 1G 1G\n"
			    "map pa=0x8000000000 1G 4K\n",
			    NULL, &usage));
	CU_ASSERT_EQUAL_FATAL(usage.map_cells, 256);
	CU_ASSERT_EQUAL(usage.map_cell, 8 << 20);
	CU_ASSERT_EQUAL(usage.map[127][DM_LEAF_PUD], 8 << 20);
	CU_ASSERT_EQUAL(usage.map[128][DM_LEAF_PTE], 8 << 20);
	for (i = 0; i < usage.map_cells; i++) {
		for (leaf = 0; leaf < DM_LEAF_COUNT; leaf++)
			bytes += usage.map[i][leaf];
	}
	CU_ASSERT_EQUAL(bytes, dm_usage_mapped(&usage));
}

static void test_reserved(void)
{
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 4K\n"
	      "entry 3 pa=0x40001000 = 0xe8000040001f05\n"
	      "entry 3 pa=0x40003000 = 0xe8000040003f04\n"
	      "map pa=0x40200000 4M 2M\n"
	      "entry 2 pa=0x40200000 = 0xe8000040200f06\n"
	      "entry 0 0xffff008000000000 = 0xe8008040000f05\n",
	      "ffff000000000000 4K 4k valid 40000000\n"
	      "ffff000000002000 4K 4k valid 40002000\n"
	      "ffff000000004000 2032K 4k valid 40004000\n"
	      "ffff000000400000 2M 2M valid 40400000\n"
	      "tables 1 1 1 1\n"
	      "reserved_descriptor level 3 ffff000000001000 4K\n"
	      "reserved_descriptor level 3 ffff000000003000 4K\n"
	      "reserved_descriptor level 2 ffff000000200000 2M\n"
	      "block_at_wrong_level level 0 ffff008000000000 512G\n");
}

static void test_unreadable(void)
{
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 6M 4K\n"
	      "drop table 3 pa=0x40200000\n",
	      "ffff000000000000 2M 4k valid 40000000\n"
	      "ffff000000400000 2M 4k valid 40400000\n"
	      "tables 1 1 1 2\n"
	      "unreadable_table level 3 ffff000000200000 2M\n");
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 6M 4K\n"
	      "corrupt table 3 pa=0x40400000 data\n",
	      "ffff000000000000 4M 4k valid 40000000\n"
	      "tables 1 1 1 2\n"
	      "unreadable_table level 3 ffff000000400000 2M\n");
}

static void test_no_root(void)
{
	struct dm_usage usage;

	suite_error(walk("kernel page=4K va=48 swapper=0x41000000\n"
			 "ram 0x40000000+2G\n"
			 "map pa=0x40000000 2M 2M\ndrop page 0x41000000\n",
			 NULL, &usage),
		    DM_ERROR_BAD_DUMP, "swapper_pg_dir");
}

static void test_loops(void)
{
	check("kernel page=4K va=48\nram 0x40000000+2G\n"
	      "map pa=0x40000000 2M 2M\n"
	      "self 0 0xffff010000000000\n",
	      "ffff000000000000 2M 2M valid 40000000\n"
	      "tables 1 1 1 0\n"
	      "shared_table level 1 ffff010000000000 512G\n");
	/* A pmd table at two places, a pte table at two. */
	check("kernel page=4K va=48\nram 0x40000000+4G\n"
	      "map pa=0x40000000 2M 2M\n"
	      "map pa=0x40200000 2M 4K\n"
	      "alias 1 0xffff000080000000 0xffff000000000000\n"
	      "alias 2 0xffff000000600000 0xffff000000200000\n",
	      "ffff000000000000 2M 2M valid 40000000\n"
	      "ffff000000200000 2M 4k valid 40200000\n"
	      "tables 1 1 1 1\n"
	      "shared_table level 3 ffff000000600000 2M\n"
	      "shared_table level 2 ffff000080000000 1G\n");
	/* A page of entries all zero at three places is one table. */
	check("kernel page=4K va=48\nram 0x40000000+256M\n"
	      "map pa=0x40000000 2M 4K\nclear 3 pa=0x40000000 512\n"
	      "alias 2 0xffff000000200000 0xffff000000000000\n"
	      "alias 2 0xffff000000400000 0xffff000000000000\n",
	      "tables 1 1 1 1\n"
	      "no_table level 2 ffff000000000000 1G\n"
	      "empty_table level 3 ffff000000000000 2M\n"
	      "shared_table level 3 ffff000000200000 4M\n");
}

/* A page seen first as a table of the last level is no pmd table later. */
static void test_page_as_two_levels(void)
{
	check("kernel page=4K va=48\nram 0x40000000+64M\n"
	      "tables at 0x43000000\n"
	      "map pa=0x40000000 2M 4K\nmap pa=0x40200000 62M 2M\n"
	      "page 0x40000000 zero 512\n"
	      "entry 1 lm+1G = 0x1800000043002003\n",
	      "ffff000000000000 2M 4k valid 40000000\n"
	      "ffff000000200000 62M 2M valid 40200000\n"
	      "tables 1 1 1 1\n"
	      "shared_table level 2 ffff000040000000 1G\n");
}

/* What is said of the range asked for ends with it. */
static void test_findings_are_clipped(void)
{
	struct dm_range range = { 0xffff000000001000, 0xffff000000101000 };
	struct dm_usage usage;

	/* A block in the root that goes on behind the linear map. */
	suite_no_error(walk("kernel page=4K va=52\nram 0x40000000+256M\n"
			    "map pa=0x40000000 2M 2M\n"
			    "entry -1 0xffff000000000000 = 1\n",
			    NULL, &usage));
	CU_ASSERT_EQUAL(usage.unknown, UINT64_C(1) << 47);
	suite_no_error(walk("kernel page=4K va=48\nram 0x40000000+256M\n"
			    "map 0xffff000000000000 2M 2M pa=0x48000000\n",
			    &range, &usage));
	CU_ASSERT_EQUAL(usage.unknown, 0x100000);
	CU_ASSERT_EQUAL(usage.findings[0].start, range.start);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "every leaf of 4K pages", test_4k_leaves },
		{ "every leaf of 16K pages", test_16k_leaves },
		{ "every leaf of 64K pages", test_64k_leaves },
		{ "2 to 5 levels", test_levels },
		{ "52 bits configured, fewer in use", test_52_on_48 },
		{ "physical addresses beyond 48 bits", test_high_addresses },
		{ "invalid leaves of both generations", test_invalid_leaves },
		{ "nG is no mark", test_nonglobal },
		{ "read-only", test_read_only },
		{ "what parts a run", test_attributes_part_runs },
		{ "holes", test_holes },
		{ "PHYS_OFFSET below zero", test_negative_phys_offset },
		{ "broken contiguous groups", test_broken_groups },
		{ "leaves off the formula", test_off_formula },
		{ "many of them", test_many_off_formula },
		{ "leaves without the access flag", test_no_access_flag },
		{ "an upper table as a leaf table",
		  test_upper_table_as_leaf_table },
		{ "a leaf table half overwritten", test_half_overwritten },
		{ "another table in an upper one's place",
		  test_upper_table_of_elsewhere },
		{ "KASAN's shadow", test_kasan },
		{ "a range", test_range },
		{ "a range over a hole", test_range_over_hole },
		{ "a range under KASAN", test_range_under_kasan },
		{ "a page as a table of two levels", test_page_as_two_levels },
		{ "findings end with the range", test_findings_are_clipped },
		{ "the picture's cells", test_map_cells },
		{ "reserved descriptors", test_reserved },
		{ "tables that cannot be read", test_unreadable },
		{ "no root", test_no_root },
		{ "loops and shared tables", test_loops },
		CU_TEST_INFO_NULL,
	};
	int fd, bad;

	strcpy(path, "/tmp/test_walk.XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return 1;
	close(fd);
	bad = suite_run("walk", tests);
	unlink(path);
	return bad;
}
