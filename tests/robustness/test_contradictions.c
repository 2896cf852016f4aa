// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A real dump in which one input of the policy, or one page, is another: what
 * each command makes of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "image.h"
#include "suite.h"

/* In 73-4k-counters: the linear map, RAM, and a free block's first page. */
#define LINEAR UINT64_C(0xfff0000000000000)
#define RAM    UINT64_C(0x40000000)
#define BUDDY  UINT64_C(0xfff0000003287000)

static struct image *image;
static char path[160];
static struct run run;

static void says(const char *arguments, int code, const char *part)
{
	run_again(&run, arguments);
	if (run.code != code || !strstr(run.out, part))
		fprintf(stderr, "    %s: exit %d, no \"%s\" in:\n%.1500s%s",
			arguments, run.code, part, run.out, run.err);
	CU_ASSERT_EQUAL(run.code, code);
	CU_ASSERT_PTR_NOT_NULL(strstr(run.out, part));
}

static void write_image(void)
{
	image_write(image, path);
	image_restore(image);
}

static void test_sound(void)
{
	write_image();
	says("policy $T/c.elf", 0,
	     "blocks: rodata=full and the CPU has BBML3\n");
	says("check --require-policy blocks --no-findings yes $T/c.elf", 0,
	     ": ok");
	says("splits $T/c.elf", 0, "54 leaves lost since boot");
	says("report --json $T/c.elf", 0, "\"boot\":\"blocks\",");
}

/* All outputs have the state, and none what would follow of the rule. */
static void check_contradicted(const char *by_rule, const char *why)
{
	char text[256];

	write_image();
	snprintf(text, sizeof(text), "\nCONTRADICTION: %s\n", why);
	says("policy $T/c.elf", 0, text);
	CU_ASSERT_EQUAL(strncmp(run.out, "contradicted; by the rule: ", 27), 0);
	snprintf(text, sizeof(text), "\"by_rule\":\"%s\"", by_rule);
	says("policy --json $T/c.elf", 0, text);
	says("policy --json $T/c.elf", 0, "\"boot\":\"contradicted\"");
	says("report --json $T/c.elf", 0, "\"splits\":null,\"boot\":null,");
	snprintf(
		text, sizeof(text),
		"unknown    require-policy                unknown, limit %s: %s\n",
		by_rule, why);
	says(strcmp(by_rule, "blocks") == 0
		     ? "check --require-policy blocks $T/c.elf"
		     : "check --require-policy repainted $T/c.elf",
	     1, text);
	says("check --max-lost-leaves 0 $T/c.elf", 1, "unknown ");
	snprintf(text, sizeof(text), "what boot did is not known: %s\n", why);
	says("splits $T/c.elf", 0, text);
	CU_ASSERT_PTR_NULL(strstr(run.out, "boot itself mapped smaller"));
	says("batch --state $T/state --again $T/c.elf", 0, "  contradicted  ");
	says("batch --state $T/state --again --csv $T/c.elf", 0,
	     ",\"contradicted\",");
	says("batch --state $T/state --again --json $T/c.elf", 0,
	     "\"boot_why\":null");
	says("batch --state $T/state --again --db $T/c.db $T/c.elf "
	     ">/dev/null && \"$KDUMP_TRIAGE\" query --db $T/c.db policies",
	     0, "contradicted");
	says("batch --state $T/state --again --html $T/c.html $T/c.elf "
	     ">/dev/null && cat $T/c.html",
	     0, ">contradicted</td>");
}

static void test_capability(void)
{
	uint64_t va = image_symbol(image, "system_cpucaps"), i;

	for (i = 0; i < 16; i++)
		image_put(image, va + i, 1, 0);
	check_contradicted(
		"repainted",
		"the rule says pages, yet more than the kernel image has larger leaves");
}

static void test_rodata(void)
{
	image_put(image, image_symbol(image, "rodata_full"), 1, 0);
	image_put(image, image_symbol(image, "rodata_enabled"), 1, 0);
	check_contradicted(
		"blocks",
		"rodata is not full, yet pages outside the kernel image are read-only");
	says("policy $T/c.elf", 0, "\nrodata              contradicted\n");
}

static void test_requires(void)
{
	image_put(image, image_symbol(image, "linear_map_requires_bbml3"), 1,
		  0);
	check_contradicted(
		"blocks",
		"linear_map_requires_bbml… is off, yet the CPU has it and single pages are to be protected");
}

static void test_kfence(void)
{
	/* In a block that is mapped by 32M. */
	image_put(image, image_symbol(image, "__kfence_pool"), 8,
		  LINEAR + UINT64_C(0x10000000));
	check_contradicted(
		"blocks",
		"__kfence_pool is set, yet the linear map has no pages there");
}

/* Where a leaf's descriptor lies, by explain. */
static uint64_t entry_of(uint64_t va)
{
	unsigned long long table, index;
	const char *line;
	char text[64];

	snprintf(text, sizeof(text), "explain $T/c.elf 0x%llx",
		 (unsigned long long)va);
	run_again(&run, text);
	line = strstr(run.out, " 3 pte table 0x");
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL_FATAL(
		sscanf(line, " 3 pte table 0x%llx [%llu]", &table, &index), 2);
	return LINEAR + (table - RAM) + index * 8;
}

/* Free, and invalid, while debug_pagealloc is off. */
static void test_free_page(void)
{
	uint64_t at, entry;

	write_image();
	at = entry_of(BUDDY);
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(run.out, "type buddy"));
	entry = image_get(image, at, 8);
	CU_ASSERT_EQUAL(entry & 1, 1);
	image_put(image, at, 8, (entry & ~UINT64_C(1)) | 0x800);
	write_image();
	says("explain $T/c.elf 0xfff0000003287000", 0,
	     "owner          unknown (buddy): invalid for no known reason\n");
	says("splits $T/c.elf", 4, "unknown         1 special page ");
	says("splits --json $T/c.elf", 4,
	     "\"kind\":\"unknown\",\"name\":null,\"part\":\"buddy\",\"doubt\":"
	     "\"invalid for no known reason\"");
	says("report $T/c.elf", 4,
	     "PA 0x43287000: invalid for no known reason\n");
	says("report --json $T/c.elf", 4,
	     "\"findings\":[{\"kind\":\"unexplained_invalid_page\",\"level\":3,"
	     "\"start\":\"0xfff0000003287000\",\"size\":4096,"
	     "\"pa\":\"0x43287000\",\"entry\":null}],\"finding_count\":1");
	says("check --no-findings yes $T/c.elf", 1, "violation  no-findings");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "as it was", test_sound },
		{ "no capability", test_capability },
		{ "no rodata", test_rodata },
		{ "no need of BBML3", test_requires },
		{ "another KFENCE pool", test_kfence },
		{ "a free page that is invalid", test_free_page },
		CU_TEST_INFO_NULL,
	};
	char base[160];
	int code;

	run_tool(&run,
		 "extract --all --as elf $D/73-4k-counters.kdump $T/base.elf");
	snprintf(base, sizeof(base), "%s/base.elf", run_scratch());
	snprintf(path, sizeof(path), "%s/c.elf", run_scratch());
	image = image_create(base);
	code = suite_run("contradictions", tests);
	image_destroy(image);
	run_deinit(&run);
	run_remove_scratch();
	return code;
}
