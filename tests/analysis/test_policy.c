// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The boot policy on fake kernels: each generation's rule, each input, and what
 * is said where inputs are missing. The outcomes are worked out by hand from
 * the kernel's own functions (see lib/analysis/policy.c for which).
 */
#include <jansson.h>

#include "analysis/policy.h"
#include "render/print.h"
#include "fake/fake_target.h"
#include "suite.h"

#define GIB	    (UINT64_C(1) << 30)
#define MIB	    (UINT64_C(1) << 20)
#define IMAGE	    UINT64_C(0xffff800090000000)

#define KFENCE_POOL UINT64_C(0xffff000012340000)
#define KFENCE_PA   (FAKE_KERNEL_RAM + UINT64_C(0x12340000))

enum generation {
	V5_10, /* no KFENCE */
	V5_15, /* KFENCE, no kfence_early_init */
	V6_1, /* kfence_early_init; crash_mem_map still */
	V6_12, /* neither crash_mem_map nor run-time splits */
	V6_18, /* run-time splits, BBML2 */
	V7_3, /* BBML3; data's alias is made invalid */
};

enum kfence { NO_KFENCE, OFF, EARLY, LATE };

/* A kernel and its machine; what is 0 is the common case. */
struct setup {
	enum generation generation;
	bool not_full, not_enabled; /* rodata_… */
	bool debug_pagealloc, realm;
	enum kfence kfence;
	bool requires_bbml, has_bbml;
	const char *cmdline;
	const char *zone; /* an enumerator that is there */
	bool pages; /* what the tables show */
};

static struct fake_target *t;
static struct dm_policy policy;
static struct dm_usage usage;

static void add_features(const char *desc)
{
	uint64_t table = fake_kernel_data(t->fake);
	uint64_t text = fake_kernel_data(t->fake);
	const char *type = "struct arm64_cpu_capabilities";

	fake_target_symbol(t, "arm64_features", table);
	fake_target_member(t, type, "desc", 0);
	fake_target_member(t, type, "capability", 8);
	fake_target_member(t, type, "matches", 16);
	fake_target_size(t, type, 32);
	fake_kernel_write_string(t->fake, text, "BBM Level 1");
	fake_kernel_write_string(t->fake, text + 64, desc);
	/* One without a text, one of another text, the one, the end. */
	fake_kernel_write_u64(t->fake, table + 16, IMAGE);
	fake_kernel_write_u64(t->fake, table + 32, text);
	fake_kernel_write_u16(t->fake, table + 32 + 8, 1);
	fake_kernel_write_u64(t->fake, table + 32 + 16, IMAGE);
	fake_kernel_write_u64(t->fake, table + 64, text + 64);
	fake_kernel_write_u16(t->fake, table + 64 + 8, 70);
	fake_kernel_write_u64(t->fake, table + 64 + 16, IMAGE);
}

/* Capability 70 is bit 6 of the second word; its neighbours are not it. */
static void add_capability(const char *bitmap, bool has)
{
	uint64_t va = fake_target_variable(t, bitmap, 8, UINT64_MAX);

	fake_kernel_write_u64(t->fake, va + 8,
			      has ? UINT64_C(1) << 6 : ~(UINT64_C(1) << 6));
}

static void add_kfence(const struct setup *s)
{
	bool pool = s->kfence == EARLY || s->kfence == LATE;

	if (s->kfence == NO_KFENCE)
		return;
	fake_target_symbol(t, "__kfence_alloc", IMAGE + 64);
	fake_target_variable(t, "__kfence_pool", 8, pool ? KFENCE_POOL : 0);
	/* Its first two pages: how many it has is not known here. */
	if (pool) {
		fake_kernel_map(t->fake, KFENCE_POOL, KFENCE_PA);
		fake_kernel_map(t->fake, KFENCE_POOL + 4096, KFENCE_PA + 4096);
	}
	if (s->generation >= V6_1)
		fake_target_variable(t, "kfence_early_init", 1,
				     s->kfence == EARLY);
}

static void add_cmdline(const char *cmdline)
{
	uint64_t va = fake_kernel_data(t->fake);

	fake_kernel_write_string(t->fake, va, cmdline);
	fake_target_variable(t, "saved_command_line", 8, va);
}

static void add_modern(const struct setup *s)
{
	bool v7 = s->generation == V7_3;

	fake_target_symbol(t, "split_kernel_leaf_mapping", IMAGE + 128);
	fake_target_variable(t,
			     v7 ? "linear_map_requires_bbml3"
				: "linear_map_requires_bbml2",
			     1, s->requires_bbml);
	if (v7)
		fake_target_symbol(t, "arm64_hibernate_pm_notify", IMAGE + 320);
	add_features(v7 ? "BBM Level 3"
			: "BBM Level 2 without TLB conflict abort");
	add_capability("system_cpucaps", s->has_bbml);
}

static void show(bool pages)
{
	memset(&usage, 0, sizeof(usage));
	usage.mapped[DM_LEAF_PTE] = pages ? GIB : 2 * MIB;
	usage.mapped[DM_LEAF_PMD] = pages ? 16 * MIB : GIB;
}

static void start(const struct setup *s)
{
	t = fake_target_create(12, 48);
	fake_target_symbol(t, "_text", IMAGE);
	fake_target_symbol(t, "_stext", IMAGE + 65536);
	fake_target_symbol(t, "__init_begin", IMAGE + 16 * MIB);
	fake_target_symbol(t, "__init_end", IMAGE + 20 * MIB);
	fake_target_symbol(t, "__bss_stop", IMAGE + 28 * MIB + 8);
	fake_target_symbol(t, "_end", IMAGE + 32 * MIB);
	fake_target_symbol(t, "init_task", IMAGE + 192);
	fake_target_variable(t, "rodata_full", 1, !s->not_full);
	fake_target_variable(t, "rodata_enabled", 1, !s->not_enabled);
	add_cmdline(s->cmdline ? s->cmdline : "console=ttyAMA0");
	if (s->debug_pagealloc)
		fake_target_variable(t, "_debug_pagealloc_enabled_early", 1, 1);
	if (s->realm)
		fake_target_variable(t, "rsi_present", 4, 1);
	add_kfence(s);
	if (s->generation <= V6_1)
		fake_target_symbol(t, "crash_mem_map", IMAGE + 256);
	if (s->generation >= V6_18)
		add_modern(s);
	fake_target_enumerator(t, "enum zone_type",
			       s->zone ? s->zone : "ZONE_NORMAL", 0);
	show(s->pages);
}

static void end(void)
{
	dm_policy_deinit(&policy);
	fake_target_destroy(t);
	t = NULL;
}

static void evaluate(void)
{
	dm_policy_deinit(&policy);
	suite_no_error(dm_policy_init(&policy, fake_target_fresh(t), &usage));
}

static void list(char *text, size_t size, const char (*what)[DM_POLICY_WHY_MAX],
		 size_t count)
{
	size_t i, have = strlen(text);

	for (i = 0; i < count; i++) {
		snprintf(text + have, size - have, "%s%s", i ? "," : "",
			 what[i]);
		have = strlen(text);
	}
}

static const char *known(enum dm_known k)
{
	return k == DM_UNKNOWN ? "?" : k == DM_YES ? "yes" : "no";
}

/* Everything that the rule decides, as one line. */
static void check(const char *expected)
{
	char text[1024];
	size_t have;

	evaluate();
	snprintf(text, sizeof(text), "%s%s | ", policy.sentence,
		 policy.inferred ? " (!)" : "");
	list(text, sizeof(text), policy.why, policy.why_count);
	strcat(text, " | ");
	list(text, sizeof(text), policy.also, policy.also_count);
	have = strlen(text);
	snprintf(text + have, sizeof(text) - have,
		 " | rodata %s, kfence %s, repainted %s, splits %s, later %s",
		 policy.rodata ? policy.rodata : "?",
		 dm_kfence_name(policy.kfence), known(policy.repainted),
		 known(policy.splits_at_runtime), dm_boot_name(policy.hotplug));
	if (strcmp(text, expected) != 0)
		fprintf(stderr, "    %s\n    is not what was expected: %s\n",
			text, expected);
	CU_ASSERT_STRING_EQUAL(text, expected);
}

struct rule_case {
	struct setup setup;
	const char *expected;
};

static void check_cases(const struct rule_case *cases, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		start(&cases[i].setup);
		check(cases[i].expected);
		CU_ASSERT_STRING_EQUAL(dm_missing_text(policy.missing), "");
		CU_ASSERT_PTR_NULL(policy.contradiction);
		end();
	}
}

#define CHECK_CASES(cases) check_cases(cases, sizeof(cases) / sizeof(cases[0]))

/* ---- 5.10 to 6.12: can_set_direct_map() and the crash kernel ------------- */

static void test_5_10(void)
{
	static const struct rule_case cases[] = {
		{ { .pages = true },
		  "pages: rodata=full | rodata=full |  | rodata full, kfence none, repainted no, splits no, later pages" },
		{ { .not_full = true },
		  "blocks: rodata=on | rodata=on |  | rodata on, kfence none, repainted no, splits no, later blocks" },
		{ { .not_full = true, .not_enabled = true },
		  "blocks: rodata=off | rodata=off |  | rodata off, kfence none, repainted no, splits no, later blocks" },
		{ { .not_full = true, .debug_pagealloc = true, .pages = true },
		  "pages: debug_pagealloc | debug_pagealloc |  | rodata on, kfence none, repainted no, splits no, later pages" },
		{ { .debug_pagealloc = true, .pages = true },
		  "pages: rodata=full | rodata=full | debug_pagealloc | rodata full, kfence none, repainted no, splits no, later pages" },
	};

	CHECK_CASES(cases);
}

/* Pages for crashkernel= where there is a DMA zone, but not for what comes later. */
static void test_crash_kernel(void)
{
	static const struct rule_case cases[] = {
		{ { .not_full = true,
		    .cmdline = "quiet crashkernel=256M",
		    .zone = "ZONE_DMA",
		    .pages = true },
		  "pages: crashkernel | crashkernel |  | rodata on, kfence none, repainted no, splits no, later blocks" },
		{ { .not_full = true,
		    .cmdline = "crashkernel=256M@0x80000000 quiet",
		    .zone = "ZONE_DMA32",
		    .pages = true },
		  "pages: crashkernel | crashkernel |  | rodata on, kfence none, repainted no, splits no, later blocks" },
		{ { .not_full = true, .cmdline = "crashkernel=256M" },
		  "blocks: rodata=on | rodata=on |  | rodata on, kfence none, repainted no, splits no, later blocks" },
		{ { .not_full = true, .zone = "ZONE_DMA" },
		  "blocks: rodata=on | rodata=on |  | rodata on, kfence none, repainted no, splits no, later blocks" },
		/* What follows "--" is for init; and names are whole. */
		{ { .not_full = true,
		    .cmdline = "xcrashkernel=1 -- crashkernel=256M",
		    .zone = "ZONE_DMA" },
		  "blocks: rodata=on | rodata=on |  | rodata on, kfence none, repainted no, splits no, later blocks" },
		{ { .cmdline = "crashkernel=256M",
		    .zone = "ZONE_DMA",
		    .pages = true },
		  "pages: rodata=full | rodata=full | crashkernel | rodata full, kfence none, repainted no, splits no, later pages" },
		/* 6.12 has the rule no more. */
		{ { .generation = V6_12,
		    .not_full = true,
		    .cmdline = "crashkernel=256M",
		    .zone = "ZONE_DMA" },
		  "blocks: rodata=on | rodata=on |  | rodata on, kfence none, repainted no, splits no, later blocks" },
	};

	CHECK_CASES(cases);
}

static void test_kfence_before_early_init(void)
{
	static const struct rule_case cases[] = {
		{ { .generation = V5_15,
		    .not_full = true,
		    .kfence = EARLY,
		    .pages = true },
		  "pages: KFENCE is compiled in | kfence:compiled_in |  | rodata on, kfence early, repainted no, splits no, later pages" },
		{ { .generation = V5_15,
		    .not_full = true,
		    .kfence = OFF,
		    .pages = true },
		  "pages: KFENCE is compiled in | kfence:compiled_in |  | rodata on, kfence off, repainted no, splits no, later pages" },
		{ { .generation = V5_15, .kfence = OFF, .pages = true },
		  "pages: rodata=full | rodata=full | kfence:compiled_in | rodata full, kfence off, repainted no, splits no, later pages" },
	};

	CHECK_CASES(cases);
}

static void test_6_1_to_6_12(void)
{
	static const struct rule_case cases[] = {
		{ { .generation = V6_1, .not_full = true, .kfence = EARLY },
		  "blocks: rodata=on | rodata=on |  | rodata on, kfence early, repainted no, splits no, later blocks" },
		{ { .generation = V6_1,
		    .not_full = true,
		    .kfence = OFF,
		    .pages = true },
		  "pages: KFENCE may start late | kfence:not_early |  | rodata on, kfence off, repainted no, splits no, later pages" },
		{ { .generation = V6_12,
		    .not_full = true,
		    .not_enabled = true,
		    .kfence = LATE,
		    .pages = true },
		  "pages: KFENCE may start late | kfence:not_early |  | rodata off, kfence late, repainted no, splits no, later pages" },
		{ { .generation = V6_12,
		    .not_full = true,
		    .realm = true,
		    .kfence = EARLY,
		    .pages = true },
		  "pages: the guest is a realm | realm |  | rodata on, kfence early, repainted no, splits no, later pages" },
		{ { .generation = V6_12,
		    .realm = true,
		    .kfence = OFF,
		    .debug_pagealloc = true,
		    .pages = true },
		  "pages: rodata=full | rodata=full | realm,kfence:not_early,debug_pagealloc | rodata full, kfence off, repainted no, splits no, later pages" },
	};

	CHECK_CASES(cases);
}

/* ---- 6.18 and later: force_pte_mapping() -------------------------------- */

static void test_6_18(void)
{
	static const struct rule_case cases[] = {
		{ { .generation = V6_18,
		    .requires_bbml = true,
		    .has_bbml = true },
		  "blocks: rodata=full and the CPU has BBML2 | rodata=full,cpu:bbml2 |  | rodata full, kfence none, repainted no, splits yes, later blocks" },
		{ { .generation = V6_18, .pages = true },
		  "pages: rodata=full and the CPU lacks BBML2 | rodata=full,cpu:no_bbml2 |  | rodata full, kfence none, repainted no, splits no, later pages" },
		{ { .generation = V6_18, .requires_bbml = true, .pages = true },
		  "blocks, repainted to pages while booting: rodata=full and a secondary CPU lacks BBML2 | rodata=full,cpu:secondary_lacks_bbml2 |  | rodata full, kfence none, repainted yes, splits no, later pages" },
	};

	CHECK_CASES(cases);
}

static void test_7_3(void)
{
	static const struct rule_case cases[] = {
		{ { .generation = V7_3,
		    .kfence = OFF,
		    .requires_bbml = true,
		    .has_bbml = true },
		  "blocks: rodata=full and the CPU has BBML3 | rodata=full,cpu:bbml3 | kfence:not_early | rodata full, kfence off, repainted no, splits yes, later blocks" },
		{ { .generation = V7_3, .kfence = EARLY, .pages = true },
		  "pages: rodata=full and the CPU lacks BBML3 | rodata=full,cpu:no_bbml3 |  | rodata full, kfence early, repainted no, splits no, later pages" },
		{ { .generation = V7_3,
		    .not_full = true,
		    .kfence = EARLY,
		    .cmdline = "rodata=full rodata=noalias" },
		  "blocks: rodata=noalias | rodata=noalias |  | rodata noalias, kfence early, repainted no, splits no, later blocks" },
		/* The capability alone makes no split: nothing asks for any. */
		{ { .generation = V7_3,
		    .not_full = true,
		    .not_enabled = true,
		    .has_bbml = true,
		    .cmdline = "rodata=off" },
		  "blocks: rodata=off | rodata=off |  | rodata off, kfence none, repainted no, splits no, later blocks" },
		{ { .generation = V7_3,
		    .not_full = true,
		    .not_enabled = true,
		    .kfence = OFF,
		    .pages = true },
		  "pages: KFENCE may start late and the CPU lacks BBML3 | kfence:not_early,cpu:no_bbml3 |  | rodata off, kfence off, repainted no, splits no, later pages" },
		{ { .generation = V7_3,
		    .not_full = true,
		    .kfence = LATE,
		    .requires_bbml = true,
		    .has_bbml = true },
		  "blocks: KFENCE may start late and the CPU has BBML3 | kfence:not_early,cpu:bbml3 |  | rodata noalias, kfence late, repainted no, splits yes, later blocks" },
		{ { .generation = V7_3,
		    .debug_pagealloc = true,
		    .has_bbml = true,
		    .pages = true },
		  "pages: debug_pagealloc | debug_pagealloc | rodata=full | rodata full, kfence none, repainted no, splits no, later pages" },
		{ { .generation = V7_3,
		    .realm = true,
		    .requires_bbml = true,
		    .has_bbml = true },
		  "blocks: rodata=full and the CPU has BBML3 | rodata=full,cpu:bbml3 | realm | rodata full, kfence none, repainted no, splits yes, later blocks" },
		{ { .generation = V7_3,
		    .requires_bbml = true,
		    .kfence = OFF,
		    .pages = true },
		  "blocks, repainted to pages while booting: rodata=full and a secondary CPU lacks BBML3 | rodata=full,cpu:secondary_lacks_bbml3 | kfence:not_early | rodata full, kfence off, repainted yes, splits no, later pages" },
	};

	CHECK_CASES(cases);
}

/* One of several roots is read, and that is said. */
static void test_replication(void)
{
	const struct setup s = { .generation = V7_3, .pages = true };

	start(&s);
	fake_target_symbol(t, "replica_nodes", IMAGE + 448);
	evaluate();
	CU_ASSERT_PTR_NOT_NULL(strstr(dm_missing_text(policy.missing),
				      "page tables of other NUMA nodes"));
	CU_ASSERT_EQUAL(policy.boot, DM_BOOT_PAGES);
	end();
	start(&s);
	evaluate();
	CU_ASSERT_STRING_EQUAL(dm_missing_text(policy.missing), "");
	end();
}

/* Kernels that merge, which are posted for after 7.3: where they split, too. */
static void test_merges(void)
{
	struct setup s = { .generation = V7_3,
			   .requires_bbml = true,
			   .has_bbml = true };
	struct suite_text text;

	start(&s);
	evaluate();
	CU_ASSERT_EQUAL(policy.merges_at_runtime, DM_NO);
	fake_target_symbol(t, "try_collapse_kernel_pmd", IMAGE + 384);
	evaluate();
	CU_ASSERT_EQUAL(policy.merges_at_runtime, DM_YES);
	CU_ASSERT_STRING_EQUAL(
		dm_merges_not(&policy),
		"this kernel merges leaves, but has not merged these");
	suite_text_init(&text);
	suite_no_error(dm_policy_text(&policy, &text.sink));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text.text, "\nmerges at run time  yes\n"));
	end();
	/* A CPU that may not split may not merge. */
	start(&(struct setup){ .generation = V7_3, .pages = true });
	fake_target_symbol(t, "try_collapse_kernel_pmd", IMAGE + 384);
	evaluate();
	CU_ASSERT_EQUAL(policy.merges_at_runtime, DM_NO);
	CU_ASSERT_STRING_EQUAL(dm_merges_not(&policy),
			       "arm64 never merges leaves");
	policy.merges_at_runtime = DM_UNKNOWN;
	CU_ASSERT_STRING_EQUAL(dm_merges_not(&policy),
			       "no arm64 kernel up to 7.3 merges leaves");
	end();
	start(&s);
	fake_target_symbol(t, "try_collapse_kernel_pmd", IMAGE + 384);
	fake_target_forget(t, "arm64_features");
	evaluate();
	CU_ASSERT_EQUAL(policy.merges_at_runtime, DM_UNKNOWN);
	end();
}

/* Before 6.7 the bitmap had another name. */
static void test_old_bitmap(void)
{
	start(&(struct setup){ .generation = V6_18, .requires_bbml = true });
	fake_target_forget(t, "system_cpucaps");
	add_capability("cpu_hwcaps", true);
	check("blocks: rodata=full and the CPU has BBML2 | rodata=full,cpu:bbml2 |  | rodata full, kfence none, repainted no, splits yes, later blocks");
	end();
}

/* ---- What is missing ----------------------------------------------------- */

static void check_missing(const char *part)
{
	if (!strstr(dm_missing_text(policy.missing), part))
		fprintf(stderr, "    missing: %s\n",
			dm_missing_text(policy.missing));
	CU_ASSERT_PTR_NOT_NULL(strstr(dm_missing_text(policy.missing), part));
}

/* kallsyms without CONFIG_KALLSYMS_ALL: functions are there, variables not. */
static void test_no_variables(void)
{
	start(&(struct setup){ .generation = V6_12, .kfence = OFF });
	fake_target_forget(t, "init_task");
	fake_target_forget(t, "rodata_full");
	fake_target_forget(t, "rodata_enabled");
	fake_target_forget(t, "saved_command_line");
	fake_target_forget(t, "__kfence_pool");
	fake_target_forget(t, "kfence_early_init");
	check("blocks, inferred from the page tables alone (!) |  |  | rodata ?, kfence unknown, repainted ?, splits ?, later unknown");
	CU_ASSERT_EQUAL(policy.debug_pagealloc, DM_UNKNOWN);
	CU_ASSERT_EQUAL(policy.realm, DM_UNKNOWN);
	CU_ASSERT_FALSE(policy.has_cmdline);
	check_missing("command line: ");
	end();
}

/* Nothing but page tables. */
static void test_no_symbols(void)
{
	t = fake_target_create(12, 48);
	show(false);
	check("blocks, inferred from the page tables alone (!) |  |  | rodata ?, kfence unknown, repainted ?, splits ?, later unknown");
	check_missing("symbols: ");
	memset(&usage, 0, sizeof(usage));
	usage.mapped[DM_LEAF_PTE] = GIB;
	check("pages, inferred from the page tables alone (!) |  |  | rodata ?, kfence unknown, repainted ?, splits ?, later unknown");
	/* Some larger leaves may be the kernel's alias, or what boot made. */
	usage.mapped[DM_LEAF_CONT_PTE] = 16 * MIB;
	check("unknown |  |  | rodata ?, kfence unknown, repainted ?, splits ?, later unknown");
	CU_ASSERT_EQUAL(policy.boot, DM_BOOT_UNKNOWN);
	memset(&usage, 0, sizeof(usage));
	check("unknown |  |  | rodata ?, kfence unknown, repainted ?, splits ?, later unknown");
	end();
}

static uint64_t va_of(const char *name)
{
	uint64_t va = 0;

	suite_no_error(t->symbol_table.ops->find(&t->symbol_table, name, &va));
	return va;
}

static void test_pages_missing(void)
{
	start(&(struct setup){ .generation = V6_12 });
	fake_kernel_drop(t->fake, va_of("rodata_full"));
	check("blocks, inferred from the page tables alone (!) |  |  | rodata ?, kfence none, repainted ?, splits ?, later unknown");
	check_missing("rodata_full: memory that is not in the dump");
	end();
	/* Which of on and off does not matter to the rule. */
	start(&(struct setup){ .generation = V6_12, .pages = true });
	fake_kernel_drop(t->fake, va_of("rodata_enabled"));
	check("pages: rodata=full | rodata=full |  | rodata ?, kfence none, repainted no, splits no, later pages");
	end();
	start(&(struct setup){ .generation = V6_12, .kfence = LATE });
	fake_kernel_drop(t->fake, va_of("__kfence_pool"));
	evaluate();
	CU_ASSERT_EQUAL(policy.kfence, DM_KFENCE_UNKNOWN);
	check_missing("__kfence_pool: memory that is not in the dump");
	end();
	/* Off without it; with it unknown, nothing else asking for pages. */
	start(&(struct setup){
		.generation = V6_12, .not_full = true, .kfence = LATE });
	fake_kernel_drop(t->fake, va_of("kfence_early_init"));
	check("blocks, inferred from the page tables alone (!) |  |  | rodata on, kfence unknown, repainted no, splits no, later unknown");
	end();
}

static void test_crash_unknown(void)
{
	/* Whether there is a DMA zone, only types tell. */
	start(&(struct setup){ .not_full = true,
			       .cmdline = "crashkernel=256M",
			       .pages = true });
	t->enumerator_count = 0;
	usage.mapped[DM_LEAF_PMD] = 0;
	check("pages, inferred from the page tables alone (!) |  |  | rodata on, kfence none, repainted no, splits no, later blocks");
	check_missing("memory zones: ");
	end();
	start(&(struct setup){ .not_full = true, .zone = "ZONE_DMA" });
	fake_target_forget(t, "saved_command_line");
	evaluate();
	CU_ASSERT_TRUE(policy.inferred);
	CU_ASSERT_EQUAL(policy.boot, DM_BOOT_BLOCKS);
	end();
}

static void test_capability_unknown(void)
{
	const struct setup s = { .generation = V7_3,
				 .requires_bbml = true,
				 .has_bbml = true };

	start(&s);
	fake_target_forget(t, "arm64_features");
	check("blocks, inferred from the page tables alone (!) | rodata=full |  | rodata full, kfence none, repainted ?, splits ?, later unknown");
	CU_ASSERT_EQUAL(policy.has_bbml, DM_UNKNOWN);
	check_missing("CPU capabilities: ");
	end();
	/* A table that ends before it: a kernel that splits has the entry. */
	start(&s);
	fake_kernel_write_u64(t->fake, va_of("arm64_features") + 64 + 16, 0);
	check("blocks, inferred from the page tables alone (!) | rodata=full |  | rodata full, kfence none, repainted ?, splits ?, later unknown");
	check_missing("CPU capabilities: ");
	end();
	start(&s);
	fake_kernel_drop(t->fake, va_of("system_cpucaps"));
	check("blocks, inferred from the page tables alone (!) | rodata=full |  | rodata full, kfence none, repainted ?, splits ?, later unknown");
	CU_ASSERT_STRING_EQUAL(policy.bbml, "bbml3");
	end();
}

/* With the capability, debug_pagealloc alone decides: it must be known. */
static void test_debug_unknown(void)
{
	const struct setup s = { .generation = V7_3,
				 .requires_bbml = true,
				 .has_bbml = true };

	start(&s);
	fake_kernel_drop(t->fake,
			 fake_target_variable(
				 t, "_debug_pagealloc_enabled_early", 1, 1));
	/* Boot's decision to split says that it was off. */
	check("blocks: rodata=full and the CPU has BBML3 | rodata=full,cpu:bbml3 |  | rodata full, kfence none, repainted no, splits yes, later unknown");
	fake_kernel_drop(t->fake, va_of("linear_map_requires_bbml3"));
	usage.mapped[DM_LEAF_PMD] = 16 * MIB;
	usage.mapped[DM_LEAF_PTE] = GIB;
	evaluate();
	CU_ASSERT_EQUAL(policy.boot, DM_BOOT_UNKNOWN);
	end();
}

/* ---- Against the tables -------------------------------------------------- */

static void check_contradicted(const char *expected)
{
	evaluate();
	if (!expected) {
		CU_ASSERT_PTR_NULL(policy.contradiction);
		CU_ASSERT_EQUAL(policy.boot, policy.by_rule);
		return;
	}
	CU_ASSERT_PTR_NOT_NULL_FATAL(policy.contradiction);
	CU_ASSERT_STRING_EQUAL(policy.contradiction, expected);
	CU_ASSERT_EQUAL(policy.boot, DM_BOOT_CONTRADICTED);
	CU_ASSERT_EQUAL(policy.repainted, DM_UNKNOWN);
	CU_ASSERT_EQUAL(policy.splits_at_runtime, DM_UNKNOWN);
	CU_ASSERT_EQUAL(policy.hotplug, DM_BOOT_UNKNOWN);
	CU_ASSERT_EQUAL(strncmp(policy.sentence, "contradicted", 12), 0);
	/* A map that could not be read to its end proves nothing. */
	usage.finding_count[DM_FINDING_UNREADABLE] = 1;
	evaluate();
	CU_ASSERT_PTR_NULL(policy.contradiction);
	CU_ASSERT_NOT_EQUAL(policy.boot, DM_BOOT_CONTRADICTED);
	usage.finding_count[DM_FINDING_UNREADABLE] = 0;
}

static void test_contradiction(void)
{
	start(&(struct setup){ .generation = V6_12, .not_full = true });
	usage.mapped[DM_LEAF_PMD] = 0;
	check_contradicted("the rule says blocks, yet every leaf is a page");
	end();

	start(&(struct setup){ .generation = V6_12, .pages = true });
	usage.mapped[DM_LEAF_PMD] = 32 * MIB;
	check_contradicted(NULL);
	usage.mapped[DM_LEAF_PMD] = 34 * MIB;
	check_contradicted(
		"the rule says pages, yet more than the kernel image has larger leaves");
	evaluate();
	CU_ASSERT_EQUAL(policy.by_rule, DM_BOOT_PAGES);
	CU_ASSERT_STRING_EQUAL(policy.sentence,
			       "contradicted; by the rule: pages: rodata=full");
	end();

	start(&(struct setup){ .generation = V7_3, .requires_bbml = true });
	evaluate();
	CU_ASSERT_EQUAL(policy.by_rule, DM_BOOT_REPAINTED);
	check_contradicted(
		"the rule says pages, yet more than the kernel image has larger leaves");
	end();
}

/* ---- Against the map, leaf by leaf --------------------------------------- */

#define LINEAR	  (-(UINT64_C(1) << 48))
#define READ_ONLY (UINT64_C(1) << 7)
/* VAs in the linear map: IMAGE's alias, and places in it. */
#define ALIAS	  (LINEAR + UINT64_C(0x10000000))
#define DATA	  (ALIAS + 24 * MIB)
#define IMAGE_END (ALIAS + 32 * MIB)

static void map(uint64_t va, uint64_t bits)
{
	fake_kernel_map(t->fake, va, FAKE_KERNEL_RAM + (va - LINEAR));
	fake_kernel_set(t->fake, va, bits);
}

static void set_block(uint64_t va, uint64_t bits)
{
	uint64_t pa = FAKE_KERNEL_RAM + (va - LINEAR);

	fake_kernel_set_entry(t->fake, va, 2, pa | 0x705 | bits);
}

/* With the alias of text read-only, as on each kernel that has booted. */
static void start_mapped(const struct setup *s)
{
	start(s);
	fake_kernel_line(t->fake, "SYMBOL(_stext)=%llx",
			 (unsigned long long)IMAGE + 65536);
	fake_kernel_line(t->fake, "SYMBOL(init_uts_ns)=%llx",
			 (unsigned long long)IMAGE + 24 * MIB);
	map(ALIAS + 65536, READ_ONLY);
	map(DATA, 0);
	if (!s->pages)
		set_block(IMAGE_END + 64 * MIB, 0);
}

static void test_rodata_contradicted(void)
{
	const char *not_full =
		"rodata is not full, yet pages outside the kernel image are read-only";
	const char *off =
		"rodata is off, yet the linear map has the kernel's data read-only or invalid";
	const struct setup s = { .generation = V7_3,
				 .not_full = true,
				 .not_enabled = true,
				 .kfence = OFF,
				 .requires_bbml = true,
				 .has_bbml = true };
	const struct setup on = { .generation = V7_3,
				  .not_full = true,
				  .kfence = EARLY };

	start_mapped(&s);
	check_contradicted(NULL);
	CU_ASSERT_STRING_EQUAL(policy.rodata, "off");
	map(IMAGE_END - 4096, READ_ONLY);
	check_contradicted(NULL);
	map(IMAGE_END + 65536, READ_ONLY);
	check_contradicted(not_full);
	CU_ASSERT_STRING_EQUAL(policy.rodata, "off");
	evaluate();
	CU_ASSERT_PTR_NULL(policy.rodata);
	CU_ASSERT_STRING_EQUAL(policy.rodata_from, "contradicted");
	CU_ASSERT_EQUAL(policy.by_rule, DM_BOOT_BLOCKS);
	end();
	start_mapped(&on);
	map(IMAGE_END + 65536, READ_ONLY);
	check_contradicted(not_full);
	end();
	/* The alias of data: read-only in 7.2, invalid in 7.3, but not if off. */
	start_mapped(&s);
	map(DATA, READ_ONLY);
	check_contradicted(off);
	fake_kernel_clear(t->fake, DATA, READ_ONLY | 1);
	check_contradicted(off);
	end();
	start_mapped(&on);
	map(DATA, READ_ONLY);
	check_contradicted(NULL);
	CU_ASSERT_STRING_EQUAL(policy.rodata, "noalias");
	end();
}

/*
 * What the kernel calls it itself, and what of it shows: "on" has been the name
 * of one thing and is now the name of another.
 */
static void check_word(const struct setup *s, const char *rodata,
		       const char *word, const char *line)
{
	struct suite_text text;

	start(s);
	evaluate();
	CU_ASSERT_STRING_EQUAL(policy.rodata, rodata);
	CU_ASSERT_STRING_EQUAL(policy.rodata_word, word);
	suite_text_init(&text);
	suite_no_error(dm_policy_text(&policy, &text.sink));
	if (!strstr(text.text, line))
		fprintf(stderr, "    %s\n    has no line: %s\n", text.text,
			line);
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text, line));
	end();
}

static void test_rodata_words(void)
{
	const char *image =
		", which protects nothing but the kernel image in the linear map\n";
	char line[128];

	check_word(&(struct setup){ .generation = V6_12, .pages = true },
		   "full", "full", "\nrodata              full\n");
	check_word(
		&(struct setup){ .generation = V7_3, .pages = true }, "full",
		"on",
		"\nrodata              full, which this kernel calls \"on\"\n");
	/* A word that it does not know changes nothing. */
	check_word(
		&(struct setup){ .generation = V7_3,
				 .pages = true,
				 .cmdline = "rodata=full" },
		"full", "on",
		"\nrodata              full, which this kernel calls \"on\"\n");
	snprintf(line, sizeof(line), "\nrodata              on%s", image);
	check_word(&(struct setup){ .generation = V6_12, .not_full = true },
		   "on", "on", line);
	snprintf(line, sizeof(line), "\nrodata              noalias%s", image);
	check_word(&(struct setup){ .generation = V7_3, .not_full = true },
		   "noalias", "noalias", line);
	check_word(&(struct setup){ .generation = V7_3,
				    .not_full = true,
				    .not_enabled = true },
		   "off", "off", "\nrodata              off\n");
}

/* What rodata= asks for where the variables are not in the dump. */
static void check_asked(enum generation generation, const char *cmdline,
			const char *rodata)
{
	start_mapped(&(struct setup){ .generation = generation,
				      .cmdline = cmdline });
	fake_kernel_drop(t->fake, va_of("rodata_full"));
	fake_kernel_drop(t->fake, va_of("rodata_enabled"));
	evaluate();
	if (!rodata) {
		CU_ASSERT_PTR_NULL(policy.rodata);
	} else {
		CU_ASSERT_PTR_NOT_NULL_FATAL(policy.rodata);
		CU_ASSERT_STRING_EQUAL(policy.rodata, rodata);
		CU_ASSERT_STRING_EQUAL(policy.rodata_from, "cmdline");
	}
	end();
}

static void test_rodata_asked(void)
{
	check_asked(V6_12, "rodata=full", "full");
	check_asked(V6_12, "rodata=on", "on");
	check_asked(V6_12, "rodata=off", "off");
	check_asked(V6_12, "rodata=noalias", NULL);
	check_asked(V7_3, "rodata=on", "full");
	check_asked(V7_3, "rodata=noalias", "noalias");
	check_asked(V7_3, "rodata=off", "off");
	check_asked(V7_3, "rodata=full", NULL);
}

/* Without symbols, which words it has is not known. */
static void test_words_unknown(void)
{
	start(&(struct setup){ .generation = V7_3, .cmdline = "rodata=on" });
	fake_target_forget(t, "split_kernel_leaf_mapping");
	fake_kernel_line(t->fake, "NUMBER(MODULES_VADDR)=%llx", -(1ULL << 47));
	t->symbol_count = 0;
	evaluate();
	CU_ASSERT_PTR_NULL(policy.rodata);
	CU_ASSERT_PTR_NULL(policy.rodata_word);
	end();
}

/* ---- Hibernation --------------------------------------------------------- */

/* The alias of data and bss, whole pages: [DATA - 4 MiB, + 8 MiB). */
static void map_data(uint64_t bits, bool valid)
{
	uint64_t va = DATA - 4 * MIB;

	for (; va < DATA + 4 * MIB; va += 4096) {
		map(va, bits);
		if (!valid)
			fake_kernel_clear(t->fake, va, 1);
	}
	/* The page that bss ends in is not touched. */
	map(va, 0);
}

static void check_hibernation(enum dm_known expected)
{
	evaluate();
	CU_ASSERT_EQUAL(policy.hibernation, expected);
	CU_ASSERT_PTR_NULL(policy.contradiction);
}

static void test_hibernation(void)
{
	const struct setup noalias = { .generation = V7_3,
				       .not_full = true,
				       .kfence = EARLY };
	const struct setup off = { .generation = V7_3,
				   .not_full = true,
				   .not_enabled = true,
				   .kfence = EARLY };

	start_mapped(&noalias);
	map_data(0, false);
	check_hibernation(DM_NO);
	/* From PREPARE to POST. */
	map_data(0, true);
	check_hibernation(DM_YES);
	CU_ASSERT_STRING_EQUAL(policy.rodata, "noalias");
	/* On the way from one to the other, or damaged. */
	fake_kernel_clear(t->fake, DATA, 1);
	check_hibernation(DM_UNKNOWN);
	map_data(0, true);
	fake_kernel_unmap(t->fake, DATA);
	check_hibernation(DM_UNKNOWN);
	end();
	/* As 7.2 has it, and 7.1: they tell nobody. */
	start_mapped(&noalias);
	map_data(0, true);
	fake_target_forget(t, "arm64_hibernate_pm_notify");
	check_hibernation(DM_NO);
	end();
	/* rodata=off leaves it valid, and nobody is told. */
	start_mapped(&off);
	map_data(0, true);
	check_hibernation(DM_UNKNOWN);
	end();
	start_mapped(&noalias);
	map_data(0, true);
	fake_target_forget(t, "__bss_stop");
	check_hibernation(DM_UNKNOWN);
	end();
}

/* Without its variables what is read-only is all that tells. */
static void test_rodata_inferred(void)
{
	start_mapped(
		&(struct setup){ .generation = V7_3, .cmdline = "rodata=off" });
	fake_target_forget(t, "rodata_full");
	fake_target_forget(t, "rodata_enabled");
	map(IMAGE_END + 65536, READ_ONLY);
	fake_target_forget(t, "init_task");
	evaluate();
	CU_ASSERT_STRING_EQUAL(
		policy.contradiction,
		"the command line says rodata=off, yet pages outside the kernel image are read-only");
	CU_ASSERT_EQUAL(policy.boot, DM_BOOT_CONTRADICTED);
	CU_ASSERT_STRING_EQUAL(policy.sentence, "contradicted");
	CU_ASSERT_STRING_EQUAL(policy.rodata_from, "contradicted");
	end();
}

static void test_leaves_contradicted(void)
{
	const char *data =
		"the rule says pages, yet the alias of the kernel's data has larger leaves";
	const struct setup repainted = { .generation = V7_3,
					 .requires_bbml = true,
					 .pages = true };
	const struct setup blocks = { .generation = V6_12, .not_full = true };
	/* What is added later is mapped by blocks then. */
	const struct setup crash = { .not_full = true,
				     .cmdline = "crashkernel=256M",
				     .zone = "ZONE_DMA",
				     .pages = true };

	start_mapped(&blocks);
	set_block(ALIAS + 2 * MIB, READ_ONLY);
	check_contradicted(NULL);
	fake_kernel_set_entry(t->fake, IMAGE_END + 64 * MIB, 2, 0);
	check_contradicted(
		"the rule says blocks, yet every leaf outside the kernel image is a page");
	end();

	start_mapped(&(struct setup){ .generation = V6_12, .pages = true });
	set_block(ALIAS + 2 * MIB, READ_ONLY);
	check_contradicted(NULL);
	set_block(IMAGE_END + 2 * MIB, 0);
	check_contradicted(
		"the rule says pages, yet leaves outside the kernel image are larger");
	end();

	/* A repaint keeps what is behind _stext, and no data: 7.3. */
	start_mapped(&repainted);
	set_block(ALIAS + 2 * MIB, READ_ONLY);
	check_contradicted(NULL);
	set_block(ALIAS + 22 * MIB, 0);
	check_contradicted(data);
	end();
	start_mapped(&repainted);
	map(ALIAS + 2 * MIB, READ_ONLY);
	fake_target_forget(t, "_stext");
	fake_target_symbol(t, "_stext", IMAGE + 4 * MIB);
	fake_kernel_drop_line(t->fake, "SYMBOL(_stext)");
	fake_kernel_line(t->fake, "SYMBOL(_stext)=%llx",
			 (unsigned long long)IMAGE + 4 * MIB);
	map(ALIAS + 4 * MIB, READ_ONLY);
	check_contradicted(NULL);
	set_block(ALIAS + 2 * MIB, READ_ONLY);
	check_contradicted(data);
	end();
	/* Pages from the start: there that may be a block. */
	start_mapped(&(struct setup){ .generation = V6_12, .pages = true });
	set_block(ALIAS + 22 * MIB, 0);
	check_contradicted(data);
	end();

	start_mapped(&crash);
	usage.mapped[DM_LEAF_PMD] = 64 * MIB;
	set_block(IMAGE_END + 2 * MIB, 0);
	check_contradicted(NULL);
	end();
	start_mapped(&crash);
	fake_target_forget(t, "_end");
	fake_target_symbol(t, "_end", IMAGE + 32 * MIB + 65536);
	set_block(IMAGE_END, 0);
	check_contradicted(
		"the rule says pages, yet memory next to the kernel image has larger leaves");
	end();
}

static void test_kfence_contradicted(void)
{
	const char *expected =
		"__kfence_pool is set, yet the linear map has no pages there";
	const struct setup s = { .generation = V6_12,
				 .not_full = true,
				 .kfence = EARLY };

	start(&s);
	check_contradicted(NULL);
	set_block(KFENCE_POOL & ~(2 * MIB - 1), 0);
	check_contradicted(expected);
	end();
	start(&s);
	fake_kernel_unmap(t->fake, KFENCE_POOL + 4096);
	check_contradicted(expected);
	end();
	/* No page of the linear map at all. */
	start(&s);
	fake_kernel_write_u64(t->fake, va_of("__kfence_pool"), IMAGE);
	check_contradicted(expected);
	end();
}

static void test_inputs_contradicted(void)
{
	start(&(struct setup){
		.generation = V6_12, .debug_pagealloc = true, .pages = true });
	check_contradicted(NULL);
	usage.valid[DM_LEAF_PTE] = usage.mapped[DM_LEAF_PTE];
	usage.valid[DM_LEAF_PMD] = usage.mapped[DM_LEAF_PMD];
	check_contradicted("debug_pagealloc is on, yet every page is valid");
	end();
	start(&(struct setup){
		.generation = V6_12, .not_enabled = true, .pages = true });
	check_contradicted("rodata_full is set, yet rodata_enabled is not");
	end();
	start(&(struct setup){ .generation = V7_3, .has_bbml = true });
	check_contradicted(
		"linear_map_requires_bbml… is off, yet the CPU has it and single pages are to be protected");
	/* It may be memory that has another use by now. */
	fake_kernel_drop(t->fake, va_of("linear_map_requires_bbml3"));
	check_contradicted(NULL);
	end();
}

/* ---- Hostile -------------------------------------------------------------- */

static void test_hostile_cmdline(void)
{
	char text[4096];

	memset(text, 'x', sizeof(text));
	text[3] = '\n';
	text[4] = '\x1b';
	text[sizeof(text) - 1] = '\0';
	start(&(struct setup){ .generation = V6_12, .cmdline = text });
	evaluate();
	CU_ASSERT_EQUAL(strlen(policy.cmdline), DM_CMDLINE_MAX - 1);
	CU_ASSERT_EQUAL(strncmp(policy.cmdline, "xxx??x", 6), 0);
	end();
	start(&(struct setup){ .generation = V6_12 });
	fake_kernel_write_u64(t->fake, va_of("saved_command_line"), 1);
	evaluate();
	CU_ASSERT_FALSE(policy.has_cmdline);
	check_missing("command line: ");
	end();
}

static void test_hostile_features(void)
{
	const char *type = "struct arm64_cpu_capabilities";

	/* Size 0: the same entry for ever. */
	start(&(struct setup){ .generation = V7_3, .pages = true });
	fake_target_forget(t, type);
	fake_target_size(t, type, 0);
	fake_target_member(t, type, "desc", 0);
	fake_target_member(t, type, "capability", 8);
	fake_target_member(t, type, "matches", 16);
	evaluate();
	CU_ASSERT_EQUAL(policy.has_bbml, DM_UNKNOWN);
	end();
	/* A text that is nowhere. */
	start(&(struct setup){ .generation = V7_3, .pages = true });
	fake_kernel_write_u64(t->fake, va_of("arm64_features") + 64, 42);
	evaluate();
	CU_ASSERT_EQUAL(policy.has_bbml, DM_UNKNOWN);
	check_missing("CPU capabilities: ");
	end();
}

/* ---- Output --------------------------------------------------------------- */

static struct suite_text text;

static void test_text(void)
{
	start(&(struct setup){ .generation = V7_3,
			       .requires_bbml = true,
			       .has_bbml = true,
			       .kfence = LATE,
			       .cmdline = "console=ttyAMA0 quiet" });
	evaluate();
	suite_text_init(&text);
	suite_no_error(dm_policy_text(&policy, &text.sink));
	CU_ASSERT_STRING_EQUAL(
		text.text,
		"blocks: rodata=full and the CPU has BBML3\n"
		"\n"
		"rodata              full, which this kernel calls \"on\"\n"
		"CPU capability      yes (bbml3)\n"
		"debug_pagealloc     no\n"
		"KFENCE              late, pool at 0xffff000012340000\n"
		"realm               no\n"
		"repainted           no\n"
		"splits at run time  yes\n"
		"memory added later  blocks\n"
		"would decide alike  kfence:not_early\n"
		"command line        console=ttyAMA0 quiet\n");
	end();
	t = fake_target_create(12, 48);
	show(true);
	evaluate();
	suite_text_init(&text);
	suite_no_error(dm_policy_text(&policy, &text.sink));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.text,
				      "rodata              unknown\n"
				      "BBML                unknown\n"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text.text, "command line        unknown\n"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(text.text, "missing             symbols: "));
	end();
}

static void check_json(const char *key, json_t *json, json_t *expected)
{
	if (!json_equal(json_object_get(json, key), expected))
		fprintf(stderr, "    key %s\n", key);
	CU_ASSERT_TRUE(json_equal(json_object_get(json, key), expected));
	json_decref(expected);
}

static json_t *as_json(void)
{
	json_t *json;

	suite_text_init(&text);
	suite_no_error(dm_policy_json(&policy, &text.sink));
	json = json_loads(text.text, 0, NULL);
	CU_ASSERT_PTR_NOT_NULL_FATAL(json);
	return json;
}

static void test_json(void)
{
	json_t *json;

	start(&(struct setup){
		.generation = V7_3, .kfence = OFF, .pages = true });
	evaluate();
	json = as_json();
	check_json("boot", json, json_string("pages"));
	check_json("by_rule", json, json_string("pages"));
	check_json("why", json,
		   json_pack("[s, s]", "rodata=full", "cpu:no_bbml3"));
	check_json("also", json, json_pack("[s]", "kfence:not_early"));
	check_json("inferred", json, json_false());
	check_json("rodata", json, json_string("full"));
	check_json("rodata_word", json, json_string("on"));
	check_json("hibernation", json, json_null());
	check_json("cpu", json, json_pack("{s:b}", "bbml3", 0));
	check_json("debug_pagealloc", json, json_false());
	check_json("kfence", json, json_string("off"));
	check_json("realm", json, json_false());
	check_json("repainted", json, json_false());
	check_json("splits_at_runtime", json, json_false());
	check_json("hotplug", json, json_string("pages"));
	check_json("cmdline", json, json_string("console=ttyAMA0"));
	check_json("contradiction", json, json_null());
	check_json("missing", json, json_null());
	json_decref(json);
	usage.mapped[DM_LEAF_PMD] = 34 * MIB;
	evaluate();
	json = as_json();
	check_json("boot", json, json_string("contradicted"));
	check_json("by_rule", json, json_string("pages"));
	check_json("hotplug", json, json_string("unknown"));
	check_json("splits_at_runtime", json, json_null());
	json_decref(json);
	end();
	t = fake_target_create(12, 48);
	show(false);
	evaluate();
	json = as_json();
	check_json("boot", json, json_string("blocks"));
	check_json("inferred", json, json_true());
	check_json("rodata", json, json_null());
	check_json("cpu", json, json_object());
	check_json("realm", json, json_null());
	check_json("cmdline", json, json_null());
	check_json("kfence", json, json_null());
	json_decref(json);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "5.10", test_5_10 },
		{ "crashkernel", test_crash_kernel },
		{ "KFENCE, 5.12 to 6.0", test_kfence_before_early_init },
		{ "6.1 to 6.12", test_6_1_to_6_12 },
		{ "6.18", test_6_18 },
		{ "7.3", test_7_3 },
		{ "merges", test_merges },
		{ "several roots", test_replication },
		{ "cpu_hwcaps", test_old_bitmap },
		{ "no variables", test_no_variables },
		{ "no symbols", test_no_symbols },
		{ "pages missing", test_pages_missing },
		{ "crash kernel unknown", test_crash_unknown },
		{ "capability unknown", test_capability_unknown },
		{ "debug_pagealloc unknown", test_debug_unknown },
		{ "contradictions", test_contradiction },
		{ "rodata contradicted", test_rodata_contradicted },
		{ "words of rodata=", test_rodata_words },
		{ "rodata by the command line", test_rodata_asked },
		{ "words not known", test_words_unknown },
		{ "hibernation", test_hibernation },
		{ "rodata inferred and contradicted", test_rodata_inferred },
		{ "leaves contradict", test_leaves_contradicted },
		{ "KFENCE contradicted", test_kfence_contradicted },
		{ "inputs contradicted", test_inputs_contradicted },
		{ "hostile command line", test_hostile_cmdline },
		{ "hostile features", test_hostile_features },
		{ "text", test_text },
		{ "JSON", test_json },
		CU_TEST_INFO_NULL,
	};

	return suite_run("policy", tests);
}
