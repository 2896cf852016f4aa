// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages that are not as most are, and whose they are. */
#include <stdlib.h>

#include "fake/fake_map.h"
#include "fake/fake_owners.h"
#include "analysis/special.h"
#include "analysis/special_log.h"

static struct fake_target *t;
static struct special *special;
static struct dm_special s;
static struct dm_policy policy; /* nothing is known */

static void begin(void)
{
	t = fake_target_create(12, 48);
	fake_owned_count = 0;
}

static void read_special(void)
{
	suite_no_error(dm_special_create(fake_target_fresh(t), NULL, &policy,
					 &special));
	CU_ASSERT_PTR_NOT_NULL_FATAL(special);
}

static uint64_t default_attrs(void)
{
	uint64_t attrs = 0;

	suite_no_error(dm_special_find_default(t->target, &attrs));
	return attrs;
}

static void end(void)
{
	dm_special_destroy(special);
	special = NULL;
	fake_target_destroy(t);
}

static void own(uint64_t start, uint64_t size, struct dm_owner owner)
{
	fake_own(FAKE_KERNEL_RAM + start, size, owner);
}

/* The @i-th stretch is [start, end), offsets from BASE. */
static void check(size_t i, uint64_t start, uint64_t to, size_t owners,
		  enum dm_owner_kind kind)
{
	CU_ASSERT_TRUE_FATAL(i < dm_special_count(special));
	dm_special_get(special, i, &s);
	CU_ASSERT_EQUAL(s.start, BASE + start);
	CU_ASSERT_EQUAL(s.size, to - start);
	CU_ASSERT_EQUAL_FATAL(s.owner_count, owners);
	CU_ASSERT_EQUAL(s.owners[0]->kind, kind);
}

/* ---- What is default --------------------------------------------------------- */

static void test_none(void)
{
	begin();
	fake_map(t, 0, GIB, PUD, NORMAL);
	fake_map(t, GIB, GIB + 32 * MIB, CONT_PMD, NORMAL);
	fake_map(t, GIB + 32 * MIB, GIB + 34 * MIB, PTE, NORMAL);
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 0);
	CU_ASSERT_EQUAL(default_attrs(), arm64_compared(NORMAL | ARM64_VALID));
	CU_ASSERT_EQUAL(dm_special_from(special, BASE), 0);
	CU_ASSERT_EQUAL(dm_special_owner_count(special), 0);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 0);
	end();
}

static void test_nothing_mapped(void)
{
	begin();
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 0);
	end();
}

/* debug_pagealloc: most of memory is free, and so invalid. */
static void test_mostly_invalid(void)
{
	begin();
	fake_map(t, 0, 64 * KIB, PTE, NORMAL);
	fake_map(t, 64 * KIB, MIB, PTE, NORMAL | INVALID);
	own(64 * KIB, MIB - 64 * KIB,
	    (struct dm_owner){ .kind = DM_OWNER_NONE, .part = "buddy" });
	read_special();
	CU_ASSERT_EQUAL(default_attrs(), arm64_compared(NORMAL | ARM64_VALID));
	CU_ASSERT_EQUAL(dm_special_count(special), 1);
	check(0, 64 * KIB, MIB, 1, DM_OWNER_FREE);
	CU_ASSERT_FALSE(s.valid);
	CU_ASSERT_FALSE(s.read_only);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 0);
	end();
}

/* A small machine may have more of text than of all else. */
static void test_mostly_read_only(void)
{
	begin();
	fake_map(t, 0, 32 * MIB, PMD, NORMAL | RO);
	fake_map(t, 32 * MIB, 34 * MIB, PMD, NORMAL);
	own(0, 4096, (struct dm_owner){ .kind = DM_OWNER_KERNEL_TEXT });
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 2);
	check(0, 0, 4096, 1, DM_OWNER_KERNEL_TEXT);
	CU_ASSERT_TRUE(s.read_only);
	check(1, 4096, 32 * MIB, 1, DM_OWNER_UNKNOWN);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 32 * 256 - 1);
	end();
}

/* Of two memory types the more common one; the other is neither RO nor invalid. */
static void test_memory_types(void)
{
	begin();
	fake_map(t, 0, 32 * MIB, PMD, TAGGED);
	fake_map(t, 32 * MIB, 32 * MIB + 8 * KIB, PTE, NORMAL);
	read_special();
	CU_ASSERT_EQUAL(default_attrs(), arm64_compared(TAGGED | ARM64_VALID));
	CU_ASSERT_EQUAL(dm_special_count(special), 1);
	check(0, 32 * MIB, 32 * MIB + 8 * KIB, 1, DM_OWNER_UNKNOWN);
	CU_ASSERT_TRUE(s.valid);
	CU_ASSERT_FALSE(s.read_only);
	end();
}

/* ---- Stretches ----------------------------------------------------------------- */

static const struct dm_owner first = { .kind = DM_OWNER_MODULE,
				       .name = "first",
				       .part = "text" };
static const struct dm_owner second = { .kind = DM_OWNER_MODULE,
					.name = "second",
					.part = "text" };

/* 64 pages: the first 32 are read-only, 16 more invalid. */
static void test_merging(void)
{
	begin();
	fake_map(t, 2 * MIB, 32 * MIB, PMD, NORMAL);
	fake_map(t, 0, 128 * KIB, CONT_PTE, NORMAL | RO);
	fake_map(t, 128 * KIB, 192 * KIB, PTE, NORMAL | INVALID);
	fake_map(t, 192 * KIB, 2 * MIB, PTE, NORMAL);
	own(0, 40 * KIB, first);
	own(40 * KIB, 88 * KIB, second);
	own(128 * KIB, 64 * KIB, second);
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 3);
	check(0, 0, 40 * KIB, 1, DM_OWNER_MODULE);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->name, "first");
	check(1, 40 * KIB, 128 * KIB, 1, DM_OWNER_MODULE);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->name, "second");
	CU_ASSERT_TRUE(s.read_only);
	check(2, 128 * KIB, 192 * KIB, 1, DM_OWNER_MODULE);
	CU_ASSERT_FALSE(s.valid);
	CU_ASSERT_EQUAL(dm_special_owner_count(special), 2);
	CU_ASSERT_EQUAL(dm_special_owner_index(special, s.owners[0]), 1);
	CU_ASSERT_PTR_EQUAL(dm_special_owner(special, 1), s.owners[0]);
	CU_ASSERT_EQUAL(dm_special_from(special, BASE), 0);
	CU_ASSERT_EQUAL(dm_special_from(special, BASE + 40 * KIB - 1), 0);
	CU_ASSERT_EQUAL(dm_special_from(special, BASE + 40 * KIB), 1);
	CU_ASSERT_EQUAL(dm_special_from(special, BASE + 192 * KIB), 3);
	end();
}

/* Leaves of two sizes and a software bit do not part a stretch; a hole does. */
static void test_leaf_sizes(void)
{
	begin();
	fake_map(t, 32 * MIB, 64 * MIB, PMD, NORMAL);
	fake_map(t, 0, 2 * MIB, PMD, NORMAL | RO);
	fake_map(t, 2 * MIB, 2 * MIB + 64 * KIB, CONT_PTE, NORMAL | RO);
	fake_map(t, 2 * MIB + 64 * KIB, 2 * MIB + 68 * KIB, PTE,
		 NORMAL | RO | (UINT64_C(1) << 55));
	fake_map(t, 2 * MIB + 72 * KIB, 2 * MIB + 76 * KIB, PTE, NORMAL | RO);
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 2);
	check(0, 0, 2 * MIB + 68 * KIB, 1, DM_OWNER_UNKNOWN);
	check(1, 2 * MIB + 72 * KIB, 2 * MIB + 76 * KIB, 1, DM_OWNER_UNKNOWN);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 512 + 17 + 1);
	end();
}

/* BPF: programs share pages, and one may go on over the next ones. */
static void test_several(void)
{
	struct dm_owner bpf = { .kind = DM_OWNER_BPF, .start = 0x1000 };

	begin();
	fake_map(t, 2 * MIB, 32 * MIB, PMD, NORMAL);
	fake_map(t, 0, 16 * KIB, PTE, NORMAL | RO);
	fake_map(t, 16 * KIB, 2 * MIB, PTE, NORMAL);
	own(0, 4096, bpf);
	bpf.start = 0x1800; /* No name, no id: told apart by its place. */
	own(0, 12 * KIB, bpf);
	own(12 * KIB, 4096,
	    (struct dm_owner){ .kind = DM_OWNER_BPF_PACK, .pack = 0x1000 });
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 3);
	check(0, 0, 4096, 2, DM_OWNER_BPF);
	CU_ASSERT_EQUAL(s.owners[0]->start, 0x1000);
	CU_ASSERT_EQUAL(s.owners[1]->start, 0x1800);
	check(1, 4096, 12 * KIB, 1, DM_OWNER_BPF);
	CU_ASSERT_EQUAL(s.owners[0]->start, 0x1800);
	check(2, 12 * KIB, 16 * KIB, 1, DM_OWNER_BPF_PACK);
	CU_ASSERT_EQUAL(dm_special_owner_count(special), 3);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 0);
	end();
}

/* As many as a pack's page of 4K may have, and more: none is left out. */
static void test_very_many(void)
{
	struct dm_owner bpf = { .kind = DM_OWNER_BPF };

	begin();
	fake_map(t, 2 * MIB, 32 * MIB, PMD, NORMAL);
	fake_map(t, 0, 4096, PTE, NORMAL | RO);
	fake_map(t, 4096, 2 * MIB, PTE, NORMAL);
	for (bpf.start = 64; bpf.start < 4096; bpf.start += 32)
		own(0, 4096, bpf);
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 1);
	check(0, 0, 4096, 126, DM_OWNER_BPF);
	end();
}

/* ---- More than are kept -------------------------------------------------------- */

/* Bits that part no stretch, and memory types, in as many combinations. */
static uint64_t combination(uint64_t i)
{
	return RO | (i & 15) << 55 | (i >> 4 & 7) << 2 | (i >> 7 & 3) << 8;
}

/* Every other page read-only, no two alike: kept up to a bound. */
static void test_too_many(void)
{
	uint64_t i, last = SPECIAL_LOG_ATTRS + 20, at;
	struct dm_run run = { .size = 4096, .leaf = PTE, .valid = true };

	begin();
	fake_map(t, 32 * MIB, 64 * MIB, PMD, NORMAL);
	for (i = 0; i < last; i++) {
		at = i * 8 * KIB;
		fake_map(t, at, at + 4 * KIB, PTE,
			 (NORMAL & ~UINT64_C(0x300)) | combination(i));
		fake_map(t, at + 4 * KIB, at + 8 * KIB, PTE, NORMAL);
	}
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), SPECIAL_LOG_ATTRS);
	at = SPECIAL_LOG_ATTRS * 8 * KIB;
	CU_ASSERT_EQUAL(dm_special_kept_end(special), BASE + at);
	/* Their owners are not known, whether they were looked up or not. */
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), last);
	for (i = 0; i < SPECIAL_LOG_ATTRS; i++)
		check(i, i * 8 * KIB, i * 8 * KIB + 4096, 1, DM_OWNER_UNKNOWN);
	run.attrs = ARM64_VALID | NORMAL | RO;
	run.start = BASE + at;
	CU_ASSERT_TRUE(dm_special_beyond(special, &run, &s));
	CU_ASSERT_EQUAL(s.start, BASE + at);
	CU_ASSERT_EQUAL(s.size, 4096);
	CU_ASSERT_TRUE(s.read_only);
	CU_ASSERT_EQUAL(s.owner_count, 0);
	run.start -= 4096;
	CU_ASSERT_FALSE(dm_special_beyond(special, &run, &s));
	run.size += 4096;
	CU_ASSERT_TRUE(dm_special_beyond(special, &run, &s));
	CU_ASSERT_EQUAL(s.start, BASE + at);
	CU_ASSERT_EQUAL(s.size, 4096);
	run.attrs &= ~RO;
	CU_ASSERT_FALSE(dm_special_beyond(special, &run, &s));
	end();
}

/* Stretch @i of the log's test: numbers of all lengths. */
static struct special_stretch stretch_at(uint64_t i)
{
	return (struct special_stretch){
		.start = BASE + (i << 16),
		.size = (1 + i % 16) << 12,
		.attrs = i % 200 << 2,
		.owners = (uint32_t)(i % 300 * 4321),
	};
}

static void check_log(struct special_log *log, size_t i)
{
	struct special_stretch got, want = stretch_at(i);

	dm_special_log_get(log, i, &got);
	CU_ASSERT_EQUAL(got.start, want.start);
	CU_ASSERT_EQUAL(got.size, want.size);
	CU_ASSERT_EQUAL(got.attrs, want.attrs);
	CU_ASSERT_EQUAL(got.owners, want.owners);
	CU_ASSERT_EQUAL(dm_special_log_from(log, want.start), i);
	CU_ASSERT_EQUAL(dm_special_log_from(log, want.start + want.size - 1),
			i);
	CU_ASSERT_EQUAL(dm_special_log_from(log, want.start + want.size),
			i + 1);
}

static void test_log(void)
{
	struct special_log log = { .page_shift = 12, .end = BASE };
	bool kept = true;
	size_t i;

	CU_ASSERT_EQUAL(dm_special_log_from(&log, BASE), 0);
	for (i = 0; kept; i++) {
		struct special_stretch s1 = stretch_at(i);

		suite_no_error(dm_special_log_add(&log, &s1, &kept));
	}
	CU_ASSERT_EQUAL_FATAL(log.count, i - 1);
	CU_ASSERT_TRUE(log.used <= SPECIAL_LOG_MAX);
	CU_ASSERT_TRUE(log.used > SPECIAL_LOG_MAX - 64);
	for (i = 0; i < 1000; i++)
		check_log(&log, i);
	while (i--)
		check_log(&log, i * 37);
	for (i = log.count - 300; i < log.count; i++)
		check_log(&log, i);
	dm_special_log_deinit(&log);
}

/* ---- What an invalid page is ------------------------------------------------------ */

static enum dm_owner_kind used_by = DM_OWNER_NONE;
/* Of a crash kernel. */
static bool left_in_map;

/* Three pages of no use that is known, by their types; or of that one. */
static void with_part(const char *part, uint64_t state)
{
	struct dm_owner owner = { .kind = used_by, .left_in_map = left_in_map };

	strcpy(owner.part, part);
	begin();
	fake_map(t, 2 * MIB, 32 * MIB, PMD, NORMAL);
	fake_map(t, 0, 12 * KIB, PTE, NORMAL | state);
	fake_map(t, 12 * KIB, 2 * MIB, PTE, NORMAL);
	own(0, 12 * KIB, owner);
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 1);
}

static void test_inferred(void)
{
	with_part("buddy", INVALID);
	check(0, 0, 12 * KIB, 1, DM_OWNER_FREE);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 0);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->part, "inferred");
	CU_ASSERT_PTR_NULL(s.owners[0]->doubt);
	end();
	with_part(OWNERS_LOST_FILE, INVALID);
	check(0, 0, 12 * KIB, 1, DM_OWNER_SECRETMEM);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->part, "inferred");
	end();
	with_part("reserved", INVALID);
	check(0, 0, 12 * KIB, 1, DM_OWNER_CRASH_KERNEL);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->part, "inferred");
	end();
}

/* What policy says of who could have made a page invalid. */
static void with_policy(enum dm_known debug_pagealloc, const char *rodata,
			enum dm_kfence kfence)
{
	policy = (struct dm_policy){
		.debug_pagealloc = debug_pagealloc,
		.rodata = rodata,
		.realm = DM_NO,
		.kfence = kfence,
	};
}

static void check_doubt(const char *part, uint64_t state,
			enum dm_owner_kind kind, bool doubt)
{
	with_part(part, state);
	check(0, 0, 12 * KIB, 1, kind);
	CU_ASSERT_EQUAL(s.owners[0]->doubt != NULL, doubt);
	if (doubt) {
		CU_ASSERT_STRING_EQUAL(s.owners[0]->doubt,
				       "invalid for no known reason");
		CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 3);
	}
	end();
}

/* The same of memory that is a crash kernel's. */
static void check_crash(bool left, uint64_t state, enum dm_owner_kind kind,
			bool doubt)
{
	used_by = DM_OWNER_CRASH_KERNEL;
	left_in_map = left;
	check_doubt("", state, kind, doubt);
	used_by = DM_OWNER_NONE;
	left_in_map = false;
}

static void test_unexplained(void)
{
	with_policy(DM_YES, "full", DM_KFENCE_EARLY);
	check_doubt("buddy", INVALID, DM_OWNER_FREE, false);
	check_doubt("slab", INVALID, DM_OWNER_UNKNOWN, false);
	with_policy(DM_NO, "full", DM_KFENCE_EARLY);
	check_doubt("buddy", INVALID, DM_OWNER_UNKNOWN, true);
	check_doubt("free", INVALID, DM_OWNER_UNKNOWN, true);
	check_doubt("slab", INVALID, DM_OWNER_UNKNOWN, true);
	check_doubt("reserved memory", INVALID, DM_OWNER_UNKNOWN, true);
	check_doubt("reserved", INVALID, DM_OWNER_CRASH_KERNEL, false);
	check_crash(true, INVALID, DM_OWNER_UNKNOWN, true);
	check_crash(true, RO, DM_OWNER_CRASH_KERNEL, false);
	check_crash(false, INVALID, DM_OWNER_CRASH_KERNEL, false);
	check_doubt(OWNERS_LOST_FILE, INVALID, DM_OWNER_SECRETMEM, false);
	check_doubt("buddy", RO, DM_OWNER_UNKNOWN, false);
	/* In use as data: secretmem whose file's notes are lost, say. */
	check_doubt("", INVALID, DM_OWNER_UNKNOWN, false);
	with_policy(DM_NO, "on", DM_KFENCE_EARLY);
	check_doubt("", INVALID, DM_OWNER_UNKNOWN, true);
	with_policy(DM_NO, "on", DM_KFENCE_LATE);
	check_doubt("", INVALID, DM_OWNER_UNKNOWN, false);
	with_policy(DM_NO, NULL, DM_KFENCE_NONE);
	check_doubt("", INVALID, DM_OWNER_UNKNOWN, false);
	/* KFENCE's pool has pages of slab, and others, but none that is free. */
	with_policy(DM_NO, "full", DM_KFENCE_UNKNOWN);
	check_doubt("slab", INVALID, DM_OWNER_UNKNOWN, false);
	check_doubt("buddy", INVALID, DM_OWNER_UNKNOWN, true);
	with_policy(DM_UNKNOWN, NULL, DM_KFENCE_UNKNOWN);
	check_doubt("buddy", INVALID, DM_OWNER_FREE, false);
	memset(&policy, 0, sizeof(policy));
}

/* ---- What the leaf tells ---------------------------------------------------------- */

/* A whole pageblock that is invalid, beside one that has a valid page. */
static void unmapped_blocks(const char *enumerator)
{
	begin();
	if (enumerator)
		fake_target_enumerator(t, "", enumerator, 0);
	fake_map(t, 4 * MIB, 32 * MIB, PMD, NORMAL);
	fake_map(t, 0, 2 * MIB, PMD, NORMAL | INVALID);
	fake_map(t, 2 * MIB, 2 * MIB + 12 * KIB, PTE, NORMAL | INVALID);
	fake_map(t, 2 * MIB + 12 * KIB, 4 * MIB, PTE, NORMAL);
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), enumerator ? 2 : 1);
}

static void test_unmapped_block(void)
{
	with_policy(DM_NO, "full", DM_KFENCE_EARLY);
	unmapped_blocks("FREETYPE_UNMAPPED_BIT");
	check(0, 0, 2 * MIB, 1, DM_OWNER_UNMAPPED_PAGEBLOCK);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->part, "inferred");
	check(1, 2 * MIB, 2 * MIB + 12 * KIB, 1, DM_OWNER_UNKNOWN);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 3);
	end();
	unmapped_blocks("PB_unmapped");
	check(0, 0, 2 * MIB, 1, DM_OWNER_UNMAPPED_PAGEBLOCK);
	end();
	/* No kernel that does so. */
	unmapped_blocks(NULL);
	check(0, 0, 2 * MIB + 12 * KIB, 1, DM_OWNER_UNKNOWN);
	end();
	/* Its free pages, where debug_pagealloc is off or not known. */
	begin();
	fake_target_enumerator(t, "", "FREETYPE_UNMAPPED_BIT", 0);
	fake_map(t, 2 * MIB, 32 * MIB, PMD, NORMAL);
	fake_map(t, 0, 2 * MIB, PTE, NORMAL | INVALID);
	own(0, MIB,
	    (struct dm_owner){ .kind = DM_OWNER_NONE, .part = "buddy" });
	own(MIB, MIB, (struct dm_owner){ .kind = DM_OWNER_SECRETMEM });
	read_special();
	check(0, 0, MIB, 1, DM_OWNER_UNMAPPED_PAGEBLOCK);
	CU_ASSERT_PTR_NULL(s.owners[0]->doubt);
	check(1, MIB, 2 * MIB, 1, DM_OWNER_SECRETMEM);
	end();
	memset(&policy, 0, sizeof(policy));
}

#define DEVICE (UINT64_C(4) << 2) /* nGnRE, of memory types since 5.14 */

static void device_memory(bool has)
{
	begin();
	fake_kernel_line(t->fake, "NUMBER(MODULES_VADDR)=0x%llx",
			 -(1ULL << 47));
	if (has)
		fake_target_symbol(t, "set_memory_device",
				   -(UINT64_C(1) << 47) + GIB);
	fake_map(t, 4 * MIB, 32 * MIB, PMD, NORMAL);
	fake_map(t, 0, 2 * MIB, PMD, NORMAL | DEVICE);
	fake_map(t, 2 * MIB, 4 * MIB, PMD, NORMAL | RO);
	read_special();
	CU_ASSERT_EQUAL(dm_special_count(special), 2);
}

static void test_device_typed(void)
{
	device_memory(true);
	check(0, 0, 2 * MIB, 1, DM_OWNER_DEVICE_TYPED);
	CU_ASSERT_STRING_EQUAL(s.owners[0]->part, "inferred");
	CU_ASSERT_STRING_EQUAL(dm_special_how(special, s.attrs),
			       "of another memory type");
	check(1, 2 * MIB, 4 * MIB, 1, DM_OWNER_UNKNOWN);
	end();
	device_memory(false);
	check(0, 0, 2 * MIB, 1, DM_OWNER_UNKNOWN);
	end();
}

/* Where not all that could use the page was looked at, nothing is odd. */
static void test_not_looked_at(void)
{
	struct dm_owner owner = { .kind = DM_OWNER_UNKNOWN, .part = "free" };

	with_policy(DM_NO, "full", DM_KFENCE_EARLY);
	dm_special_doubt(&owner, false, &policy);
	CU_ASSERT_EQUAL(owner.kind, DM_OWNER_UNKNOWN);
	CU_ASSERT_PTR_NULL(owner.doubt);
	memset(&policy, 0, sizeof(policy));
}

/* A page that is read-only tells nothing of the kind, nor one of another type. */
static void test_not_inferred(void)
{
	static const char *const parts[] = { "buddy", OWNERS_LOST_FILE,
					     "reserved" };
	size_t i;

	for (i = 0; i < 3; i++) {
		with_part(parts[i], RO);
		check(0, 0, 12 * KIB, 1, DM_OWNER_UNKNOWN);
		CU_ASSERT_STRING_EQUAL(s.owners[0]->part, parts[i]);
		CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 3);
		end();
	}
	with_part("slab", INVALID);
	check(0, 0, 12 * KIB, 1, DM_OWNER_UNKNOWN);
	CU_ASSERT_EQUAL(dm_special_unknown_pages(special), 3);
	end();
	with_part("", INVALID);
	check(0, 0, 12 * KIB, 1, DM_OWNER_UNKNOWN);
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "all alike", test_none },
		{ "nothing mapped", test_nothing_mapped },
		{ "mostly invalid", test_mostly_invalid },
		{ "mostly read-only", test_mostly_read_only },
		{ "memory types", test_memory_types },
		{ "stretches by owner and state", test_merging },
		{ "stretches over leaf sizes", test_leaf_sizes },
		{ "several owners on a page", test_several },
		{ "more owners than are kept", test_very_many },
		{ "more than are kept", test_too_many },
		{ "the log of stretches", test_log },
		{ "owners inferred", test_inferred },
		{ "owners not inferred", test_not_inferred },
		{ "invalid for no reason", test_unexplained },
		{ "whole pageblocks", test_unmapped_block },
		{ "a device's memory", test_device_typed },
		{ "not all was looked at", test_not_looked_at },
		CU_TEST_INFO_NULL,
	};

	return suite_run("special", tests);
}
