// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory that a realm shares with its host: what the leaf has, and what is said. */
#include <stdlib.h>

#include "kernel/realm.h"
#include "walk/walk.h"
#include "fake/fake_map.h"
#include "fake/fake_owners.h"
#include "analysis/special.h"

#define NS (UINT64_C(1) << 47) /* 48 bits of IPA */

static struct fake_target *t;
static struct dm_usage usage;

/* 2M of which two pages are shared, and one is on its way to be. */
static void begin(void)
{
	t = fake_target_create(12, 48);
	fake_owned_count = 0;
	fake_map(t, 0, 2 * MIB, PTE, NORMAL);
	fake_map(t, 2 * MIB, 4 * MIB, PMD, NORMAL);
	fake_map(t, 64 * KIB, 72 * KIB, PTE, NORMAL | NS);
	fake_map(t, 72 * KIB, 76 * KIB, PTE, NORMAL | INVALID | NS);
}

static void end(void)
{
	fake_target_destroy(t);
}

static void says(uint64_t bits, uint32_t on)
{
	fake_target_symbol(t, "init_task", fake_kernel_data(t->fake));
	fake_target_symbol(t, "arm64_rsi_init", fake_kernel_data(t->fake));
	fake_target_variable(t, "prot_ns_shared", 8, bits);
	fake_target_variable(t, "rsi_present", 4, on);
}

static void walk(void)
{
	struct dm_target *target = fake_target_fresh(t);

	suite_no_error(dm_walk_realm(&t->fake->source, &t->kernel, target, NULL,
				     &usage));
}

static void check(uint64_t bits, bool inferred, uint64_t findings)
{
	CU_ASSERT_EQUAL(t->kernel.ns_shared, bits);
	CU_ASSERT_EQUAL(t->kernel.ns_shared_inferred, inferred);
	CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_OFF_FORMULA], findings);
	CU_ASSERT_EQUAL(usage.mapped[PTE], 2 * MIB - (findings ? 12 * KIB : 0));
	CU_ASSERT_EQUAL(usage.unknown, findings ? 12 * KIB : 0);
}

static void check_special(const char *part)
{
	struct special *special;
	struct dm_special s;

	suite_no_error(dm_special_create(t->target, NULL, NULL, &special));
	CU_ASSERT_EQUAL_FATAL(dm_special_count(special), 2);
	dm_special_get(special, 0, &s);
	CU_ASSERT_EQUAL(s.start, BASE + 64 * KIB);
	CU_ASSERT_EQUAL(s.size, 8 * KIB);
	CU_ASSERT_TRUE(s.valid);
	CU_ASSERT_EQUAL(s.owner_count, 1);
	CU_ASSERT_EQUAL(s.owners[0]->kind, DM_OWNER_REALM_SHARED);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->part, part);
	dm_special_get(special, 1, &s);
	CU_ASSERT_EQUAL(s.start, BASE + 72 * KIB);
	CU_ASSERT_FALSE(s.valid);
	CU_ASSERT_EQUAL(s.owners[0]->kind, DM_OWNER_REALM_SHARED);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 0);
	dm_special_destroy(special);
}

static void test_kernel_says(void)
{
	begin();
	says(NS, 1);
	walk();
	check(NS, false, 0);
	check_special("");
	end();
}

/* The target's own translations know the bit too. */
static void test_translation(void)
{
	struct kva_path path;

	begin();
	says(NS, 1);
	walk();
	suite_no_error(
		dm_kva_path(dm_target_kva(t->target), BASE + 64 * KIB, &path));
	CU_ASSERT_EQUAL(path.pa, FAKE_KERNEL_RAM + 64 * KIB);
	end();
}

static void test_kernel_denies(void)
{
	/* No realm; not up; another bit; more than a bit; none of an address. */
	static const struct {
		uint64_t bits;
		uint32_t on;
	} denials[] = { { 0, 0 },      { NS, 0 },     { NS >> 1, 1 },
			{ NS | 1, 1 }, { NS * 2, 1 }, { ARM64_RDONLY, 1 } };
	size_t i;

	for (i = 0; i < sizeof(denials) / sizeof(*denials); i++) {
		begin();
		says(denials[i].bits, denials[i].on);
		walk();
		CU_ASSERT_EQUAL(usage.finding_count[DM_FINDING_OFF_FORMULA], 1);
		CU_ASSERT_EQUAL(usage.unknown, 12 * KIB);
		end();
	}
}

/* Symbols without arm64_rsi_init(): a kernel before 6.13. */
static void test_old_kernel(void)
{
	begin();
	fake_target_symbol(t, "_text", fake_kernel_data(t->fake));
	walk();
	check(0, false, 1);
	end();
}

static void test_inferred(void)
{
	begin();
	walk();
	check(NS, true, 0);
	check_special("inferred");
	end();
}

static void test_functions_only(void)
{
	begin();
	fake_target_symbol(t, "arm64_rsi_init", fake_kernel_data(t->fake));
	walk();
	check(NS, true, 0);
	end();
}

/* One leaf that differs by another bit, and none is taken for shared. */
static void test_not_inferred(void)
{
	begin();
	fake_map(t, 80 * KIB, 84 * KIB, PTE, NORMAL | NS >> 1);
	walk();
	CU_ASSERT_EQUAL(t->kernel.ns_shared, 0);
	CU_ASSERT_EQUAL(usage.unknown, 16 * KIB);
	end();
	/* One leaf alone: a bit that fell over. */
	t = fake_target_create(12, 48);
	fake_map(t, 0, 2 * MIB, PTE, NORMAL);
	fake_map(t, 64 * KIB, 68 * KIB, PTE, NORMAL | NS);
	walk();
	CU_ASSERT_EQUAL(t->kernel.ns_shared, 0);
	CU_ASSERT_EQUAL(usage.unknown, 4 * KIB);
	end();
	/* All of them: the formula is wrong. */
	t = fake_target_create(12, 48);
	fake_map(t, 0, 2 * MIB, PTE, NORMAL | NS);
	walk();
	CU_ASSERT_EQUAL(t->kernel.ns_shared, 0);
	CU_ASSERT_EQUAL(usage.unknown, 2 * MIB);
	end();
	/* And a bit that RAM's own addresses have. */
	t = fake_target_create(12, 48);
	fake_map(t, 0, 2 * MIB, PTE, NORMAL);
	fake_map(t, 64 * KIB, 68 * KIB, PTE, NORMAL | UINT64_C(0x20000000));
	walk();
	CU_ASSERT_EQUAL(t->kernel.ns_shared, 0);
	CU_ASSERT_EQUAL(usage.unknown, 4 * KIB);
	end();
}

/* For runs, before the walk: by symbols, or by a walk of its own. */
static void test_before_the_walk(void)
{
	static const struct dm_walk_options plain;

	begin();
	says(NS, 1);
	fake_target_fresh(t);
	suite_no_error(dm_walk_realm(&t->fake->source, &t->kernel, t->target,
				     NULL, &usage));
	CU_ASSERT_EQUAL(t->kernel.ns_shared, NS);
	end();
	begin();
	fake_target_fresh(t);
	suite_no_error(
		dm_realm_init(&t->fake->source, &t->kernel, t->target, &plain));
	CU_ASSERT_EQUAL(t->kernel.ns_shared, NS);
	CU_ASSERT_TRUE(t->kernel.ns_shared_inferred);
	suite_no_error(dm_walk(&t->fake->source, &t->kernel, NULL, &usage, NULL,
			       NULL));
	CU_ASSERT_EQUAL(dm_usage_findings(&usage), 0);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "the kernel says so", test_kernel_says },
		{ "translation", test_translation },
		{ "the kernel says no", test_kernel_denies },
		{ "a kernel without realms", test_old_kernel },
		{ "inferred without symbols", test_inferred },
		{ "inferred with functions only", test_functions_only },
		{ "not inferred", test_not_inferred },
		{ "before the walk", test_before_the_walk },
		CU_TEST_INFO_NULL,
	};

	return suite_run("realm", tests);
}
