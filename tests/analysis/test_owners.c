// SPDX-License-Identifier: GPL-2.0-or-later
/* Who owns a page: each kind, and what is said where it cannot be told. */
#include "fake/fake_owned.h"
#include "analysis/owners.h"
#include "suite.h"

static struct fake_owned o;
static struct owners *owners;
static struct dm_owner owner;

static void end(void)
{
	dm_owners_destroy(owners);
	owners = NULL;
	fake_target_destroy(o.t);
}

static void read_owners(void)
{
	dm_owners_destroy(owners);
	owners = NULL;
	suite_no_error(dm_owners_create(fake_target_fresh(o.t), &owners));
	CU_ASSERT_PTR_NOT_NULL_FATAL(owners);
}

/* The @n-th owner of the page at @pa. */
static bool nth(uint64_t pa, size_t n)
{
	size_t cursor = 0, i;
	bool found = true;

	for (i = 0; i <= n && found; i++)
		suite_no_error(
			dm_owners_of(owners, pa, &cursor, &owner, &found));
	return found;
}

static void check(uint64_t pa, enum dm_owner_kind kind, const char *name,
		  const char *part, uint64_t va)
{
	CU_ASSERT_TRUE(nth(pa, 0));
	if (owner.kind != kind)
		fprintf(stderr, "    0x%llx: %s\n", (unsigned long long)pa,
			dm_owner_name(owner.kind));
	CU_ASSERT_EQUAL(owner.kind, kind);
	if (strcmp(owner.name, name) != 0)
		fprintf(stderr, "    0x%llx: name %s\n", (unsigned long long)pa,
			owner.name);
	CU_ASSERT_STRING_EQUAL(owner.name, name);
	CU_ASSERT_STRING_EQUAL(owner.part, part);
	CU_ASSERT_EQUAL(owner.va, va);
}

/* And nobody else. */
static void check_only(uint64_t pa, enum dm_owner_kind kind, const char *name,
		       const char *part, uint64_t va)
{
	struct dm_owner first;

	check(pa, kind, name, part, va);
	first = owner;
	CU_ASSERT_FALSE(nth(pa, 1));
	owner = first;
}

static void check_missing(const char *part)
{
	if (!strstr(dm_missing_text(dm_owners_missing(owners)), part))
		fprintf(stderr, "    missing: %s\n",
			dm_missing_text(dm_owners_missing(owners)));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_missing_text(dm_owners_missing(owners)), part));
}

static void check_missing_nothing(void)
{
	if (*dm_missing_text(dm_owners_missing(owners)))
		fprintf(stderr, "    missing: %s\n",
			dm_missing_text(dm_owners_missing(owners)));
	CU_ASSERT_STRING_EQUAL(dm_missing_text(dm_owners_missing(owners)), "");
}

static uint64_t pa_of(uint64_t va)
{
	return fake_kernel_pa(o.t->fake, va);
}

/* ---- Kinds ---------------------------------------------------------------- */

static void test_image(void)
{
	owned_start(&o);
	owned_page(&o, IMAGE_PA + (2 << 20), 0, 0, UINT32_MAX);
	owned_page(&o, IMAGE_PA + 0x3f0000, 0, 0, UINT32_MAX);
	owned_page(&o, IMAGE_PA + (4 << 20), 0, 0, UINT32_MAX);
	owned_page(&o, IMAGE_PA - 0x1000, 0, 0, UINT32_MAX);
	read_owners();
	check_missing_nothing();
	check_only(IMAGE_PA, DM_OWNER_KERNEL_TEXT, "", "", IMAGE);
	check_only(IMAGE_PA + 0x1ff000, DM_OWNER_KERNEL_TEXT, "", "",
		   IMAGE + 0x1ff000);
	check_only(IMAGE_PA + (3 << 20), DM_OWNER_KERNEL_DATA, "", "",
		   INIT_END);
	check_only(IMAGE_PA + 0x3ef000, DM_OWNER_KERNEL_DATA, "", "",
		   IMAGE + 0x3ef000);
	/* Behind bss are the first page tables, which are as other memory. */
	check_only(IMAGE_PA + 0x3f0000, DM_OWNER_NONE, "", "", 0);
	/* Init sections are given back, what is around never was its. */
	check_only(IMAGE_PA + (2 << 20), DM_OWNER_NONE, "", "", 0);
	check_only(IMAGE_PA + (4 << 20), DM_OWNER_NONE, "", "", 0);
	check_only(IMAGE_PA - 0x1000, DM_OWNER_NONE, "", "", 0);
	end();
}

/* Pages of the linear map from the start of the image's data on, alike. */
static void map_data(uint64_t bits, bool valid)
{
	uint64_t pa = IMAGE_PA + (3 << 20), va, i;

	for (i = 0; i < 16; i++, pa += 0x1000) {
		va = fake_target_linear(o.t, pa);
		fake_kernel_map(o.t->fake, va, pa);
		fake_kernel_set(o.t->fake, va, bits);
		if (!valid)
			fake_kernel_clear(o.t->fake, va, 1);
	}
	fake_kernel_map(o.t->fake, fake_target_linear(o.t, pa), pa);
	owned_page(&o, pa, 0, 0, UINT32_MAX);
}

/*
 * Without symbols of its ends data is what is alike around init_uts_ns: as 7.2
 * has it with any rodata= but off, and as 7.3 has.
 */
static void test_image_by_tables(void)
{
	bool read_only = true;

	do {
		owned_start(&o);
		fake_target_forget(o.t, "__init_end");
		fake_target_symbol(o.t, "init_uts_ns", INIT_END + 0x3000);
		map_data(read_only ? 0x80 : 0, read_only);
		read_owners();
		check_only(IMAGE_PA + (3 << 20), DM_OWNER_KERNEL_DATA, "",
			   "inferred", INIT_END);
		check_only(IMAGE_PA + (3 << 20) + 0xf000, DM_OWNER_KERNEL_DATA,
			   "", "inferred", INIT_END + 0xf000);
		check_only(IMAGE_PA + (3 << 20) + 0x10000, DM_OWNER_NONE, "",
			   "", 0);
		end();
		read_only = !read_only;
	} while (!read_only);
}

static void test_kfence(void)
{
	owned_start(&o);
	owned_page(&o, POOL + 0x6000, 0, 0, UINT32_MAX);
	read_owners();
	check_only(POOL, DM_OWNER_KFENCE, "", "", 0);
	check_only(POOL + 0x5000, DM_OWNER_KFENCE, "", "", 0);
	check_only(POOL + 0x6000, DM_OWNER_NONE, "", "", 0);
	end();
	/* Where it ends is not known: what is behind its start may be its. */
	owned_start(&o);
	fake_target_forget(o.t, "kfence_metadata");
	owned_page(&o, POOL, 0, 0, UINT32_MAX);
	owned_page(&o, POOL + 0x1fff0000, 0, 0, 0xf0000000);
	owned_page(&o, POOL + 0x20000000, 0, 0, UINT32_MAX);
	owned_page(&o, POOL - 0x1000, 0, 0, UINT32_MAX);
	read_owners();
	check_only(POOL, DM_OWNER_UNKNOWN, "", "", 0);
	check_only(POOL + 0x1fff0000, DM_OWNER_UNKNOWN, "", "buddy", 0);
	check_only(POOL + 0x20000000, DM_OWNER_NONE, "", "", 0);
	check_only(POOL - 0x1000, DM_OWNER_NONE, "", "", 0);
	end();
}

static void test_module(void)
{
	owned_start(&o);
	read_owners();
	check_only(pa_of(MODULE_VA), DM_OWNER_MODULE, "fake_mod", "text",
		   MODULE_VA);
	CU_ASSERT_TRUE(nth(pa_of(MODULE_VA + 0x2000), 0));
	CU_ASSERT_EQUAL(owner.start, MODULE_VA);
	CU_ASSERT_EQUAL(owner.size, 0x3000);
	check_only(pa_of(MODULE_VA + 0x10000), DM_OWNER_MODULE, "fake_mod",
		   "data", MODULE_VA + 0x10000);
	check_only(pa_of(MODULE_VA + 0x20000), DM_OWNER_MODULE, "fake_mod",
		   "rodata", MODULE_VA + 0x20000);
	end();
}

static void test_bpf(void)
{
	owned_start(&o);
	read_owners();
	check_missing_nothing();
	check(pa_of(PACK), DM_OWNER_BPF, "first", "program", PACK);
	CU_ASSERT_EQUAL(owner.id, 1);
	CU_ASSERT_EQUAL(owner.pack, PACK);
	CU_ASSERT_EQUAL(owner.time_ns, 1500000000);
	CU_ASSERT_STRING_EQUAL(owner.tag, "0123456789abcdef");
	CU_ASSERT_TRUE(owner.start <= PACK + 0x10);
	CU_ASSERT_TRUE(owner.size >= 0x100);
	CU_ASSERT_TRUE(nth(pa_of(PACK), 1));
	CU_ASSERT_STRING_EQUAL(owner.name, "second");
	CU_ASSERT_EQUAL(owner.id, 2);
	CU_ASSERT_FALSE(nth(pa_of(PACK), 2));
	check_only(pa_of(PACK + 0x1000), DM_OWNER_BPF, "third", "program",
		   PACK + 0x1000);
	/* The pack itself needs its pages executable, whoever is there. */
	check_only(pa_of(PACK + 0x2000), DM_OWNER_BPF_PACK, "", "",
		   PACK + 0x2000);
	CU_ASSERT_EQUAL(owner.pack, PACK);
	end();
}

/* Code in use that no list names: a pack's, with a name of its own. */
static void test_bpf_unlisted(void)
{
	uint64_t pack;

	owned_start(&o);
	pack = o.pack;
	/* The third page: 0x100 bytes handed out, with a header. */
	owned_put(&o, pack + 32 + 16, 0xf);
	fake_kernel_write_u32(o.t->fake, PACK + 0x2000, 0x100);
	read_owners();
	check_only(pa_of(PACK + 0x2000), DM_OWNER_BPF, "", "unlisted",
		   PACK + 0x2000);
	CU_ASSERT_EQUAL(owner.id, 0);
	CU_ASSERT_EQUAL(owner.pack, PACK);
	CU_ASSERT_EQUAL(owner.start, PACK + 0x2000);
	CU_ASSERT_EQUAL(owner.size, 0x100);
	end();
}

static void test_vmalloc(void)
{
	uint64_t kprobe, plain, nobody, far, mapped;

	owned_start(&o);
	kprobe = owned_area(&o, SPACE, 1, VM_ALLOC, IMAGE + 0x1024);
	plain = owned_area(&o, SPACE + 0x10000, 2, VM_ALLOC, IMAGE + 0x3004);
	nobody = owned_area(&o, SPACE + 0x20000, 1, VM_ALLOC, 0);
	far = owned_area(&o, SPACE + 0x30000, 1, VM_ALLOC, 0x1234);
	/* Pages of the plain one are shown elsewhere, at a lower VA. */
	mapped = SPACE - 0x10000;
	fake_kernel_map(o.t->fake, mapped, plain);
	owned_area(&o, mapped, 1, VM_MAP, IMAGE + 0x2010);
	read_owners();
	check_only(kprobe, DM_OWNER_KPROBE, "alloc_insn_page+0x24/0x1000", "",
		   SPACE);
	check_only(plain, DM_OWNER_VMALLOC, "last_function+0x4/0x800", "",
		   SPACE + 0x10000);
	check_only(nobody, DM_OWNER_VMALLOC, "", "", SPACE + 0x20000);
	check_only(far, DM_OWNER_VMALLOC, "", "", SPACE + 0x30000);
	end();
}

/* A name that only begins like it is another function. */
static void test_not_kprobe(void)
{
	uint64_t pa;

	owned_start(&o);
	fake_target_symbol(o.t, "alloc_insn_page_other", IMAGE + 0x3400);
	pa = owned_area(&o, SPACE, 1, VM_ALLOC, IMAGE + 0x3404);
	read_owners();
	check_only(pa, DM_OWNER_VMALLOC, "alloc_insn_page_other+0x4/0x400", "",
		   SPACE);
	end();
}

static void test_freed(void)
{
	struct fake_list lazy;
	uint64_t pa;

	owned_start(&o);
	fake_list_init(o.t, &lazy, owned_take(&o, 16));
	fake_target_symbol(o.t, "purge_vmap_area_list", lazy.head);
	fake_area(o.t, &lazy, &o.heap, SPACE, SPACE + 0x2000, 0);
	pa = pa_of(SPACE);
	owned_page(&o, pa, 0, 0, 0xf0000000);
	read_owners();
	check_only(pa, DM_OWNER_VMALLOC, "", "freed, not yet purged", SPACE);
	end();
}

/* ---- Secretmem ------------------------------------------------------------- */

#define PAGE_PA UINT64_C(0x70000000)

static void test_secretmem(void)
{
	owned_start(&o);
	owned_page(&o, PAGE_PA, 0, owned_mapping(&o, o.aops, 1234), UINT32_MAX);
	owned_page(&o, PAGE_PA + 0x1000, 0, owned_mapping(&o, o.aops + 8, 1234),
		   UINT32_MAX);
	/* Anonymous memory: the low bits tell. */
	owned_page(&o, PAGE_PA + 0x2000, 0, owned_mapping(&o, o.aops, 1234) | 1,
		   UINT32_MAX);
	read_owners();
	check_only(PAGE_PA, DM_OWNER_SECRETMEM, "", "", 0);
	CU_ASSERT_EQUAL(owner.id, 1234);
	check_only(PAGE_PA + 0x1000, DM_OWNER_NONE, "", "", 0);
	CU_ASSERT_EQUAL(owner.id, 0);
	check_only(PAGE_PA + 0x2000, DM_OWNER_NONE, "", "", 0);
	check_missing_nothing();
	end();
}

static void test_mapping_to_nowhere(void)
{
	static const uint64_t nowhere[] = { 0x1000,
					    UINT64_C(0xdead000000000400),
					    UINT64_C(0xffff7fffffffff00),
					    UINT64_C(0xfffffffffffffff8) };
	size_t i;

	owned_start(&o);
	for (i = 0; i < 4; i++)
		owned_page(&o, PAGE_PA + (i << 12), 0, nowhere[i] & ~3,
			   UINT32_MAX);
	read_owners();
	for (i = 0; i < 4; i++)
		check_only(PAGE_PA + (i << 12), DM_OWNER_NONE, "", "", 0);
	check_missing_nothing();
	end();
}

/* A mapping that is not in the dump may be secretmem's. */
static void test_mapping_absent(void)
{
	uint64_t mapping;

	owned_start(&o);
	mapping = fake_kernel_data(o.t->fake);
	fake_kernel_drop(o.t->fake, mapping);
	owned_page(&o, PAGE_PA, 0, mapping, UINT32_MAX);
	read_owners();
	check_only(PAGE_PA, DM_OWNER_UNKNOWN, "", "", 0);
	check_missing("is not in the dump");
	end();
}

/* Nor is a page nobody's whose mapping, by damaged tables, is nowhere. */
static void test_lost_mapping(void)
{
	owned_start(&o);
	fake_target_enumerator(o.t, "enum pageflags", "PG_unevictable", 19);
	owned_page(&o, PAGE_PA, 1u << 19, UINT64_C(0xffff7fffffffff00),
		   UINT32_MAX);
	owned_page(&o, PAGE_PA + 0x1000, 1u << 19,
		   owned_mapping(&o, o.aops + 8, 1234), UINT32_MAX);
	read_owners();
	check_only(PAGE_PA, DM_OWNER_UNKNOWN, "", OWNERS_LOST_FILE, 0);
	check_only(PAGE_PA + 0x1000, DM_OWNER_NONE, "", "", 0);
	end();
}

/* That it is secretmem's is known, only not of which file. */
static void test_inode_absent(void)
{
	uint64_t mapping, host;

	owned_start(&o);
	mapping = owned_mapping(&o, o.aops, 1);
	host = fake_kernel_data(o.t->fake);
	fake_kernel_drop(o.t->fake, host);
	owned_put(&o, mapping + MAPPING_HOST, host);
	owned_page(&o, PAGE_PA, 0, mapping, UINT32_MAX);
	mapping = owned_mapping(&o, o.aops, 1);
	owned_put(&o, mapping + MAPPING_HOST, 8);
	owned_page(&o, PAGE_PA + 0x1000, 0, mapping, UINT32_MAX);
	read_owners();
	check_only(PAGE_PA, DM_OWNER_SECRETMEM, "", "", 0);
	CU_ASSERT_EQUAL(owner.id, 0);
	check_missing("is not in the dump");
	check_only(PAGE_PA + 0x1000, DM_OWNER_SECRETMEM, "", "", 0);
	CU_ASSERT_EQUAL(owner.id, 0);
	end();
}

/* ---- Posted for kernels after 7.3 ------------------------------------------- */

/* Memory of guests that the linear map lacks. */
static void test_guest_memfd(void)
{
	uint64_t gmem = IMAGE + 0x3900;

	owned_start(&o);
	fake_target_symbol(o.t, "kvm_gmem_aops", gmem);
	fake_target_enumerator(o.t, "enum mapping_flags", "AS_NO_DIRECT_MAP",
			       9);
	owned_page(&o, PAGE_PA, 0, owned_mapping(&o, gmem, 77), UINT32_MAX);
	owned_page(&o, PAGE_PA + 0x1000, 0, owned_mapping(&o, o.aops, 1234),
		   UINT32_MAX);
	owned_page(&o, PAGE_PA + 0x2000, 0, owned_mapping(&o, gmem + 8, 1),
		   UINT32_MAX);
	read_owners();
	check_only(PAGE_PA, DM_OWNER_GUEST_MEMFD, "", "", 0);
	CU_ASSERT_EQUAL(owner.id, 77);
	check_only(PAGE_PA + 0x1000, DM_OWNER_SECRETMEM, "", "", 0);
	check_only(PAGE_PA + 0x2000, DM_OWNER_NONE, "", "", 0);
	/* In 7.3 such pages are in the map, and as any other file's. */
	fake_target_forget(o.t, "AS_NO_DIRECT_MAP");
	read_owners();
	check_only(PAGE_PA, DM_OWNER_NONE, "", "", 0);
	/* Without secretmem there is guest_memfd still. */
	fake_target_enumerator(o.t, "enum mapping_flags", "AS_NO_DIRECT_MAP",
			       9);
	fake_target_forget(o.t, "secretmem_aops");
	read_owners();
	check_only(PAGE_PA, DM_OWNER_GUEST_MEMFD, "", "", 0);
	check_only(PAGE_PA + 0x1000, DM_OWNER_NONE, "", "", 0);
	end();
}

static void test_huge_zero(void)
{
	owned_start(&o);
	fake_target_symbol(o.t, "set_direct_map_ro_noflush", IMAGE + 0x3a00);
	fake_target_variable(o.t, "huge_zero_pfn", 8, 0x70000);
	owned_page(&o, 0x70000000 - 0x1000, 0, 0, UINT32_MAX);
	owned_page(&o, 0x70000000, 0, 0, UINT32_MAX);
	owned_page(&o, 0x70200000, 0, 0, UINT32_MAX);
	read_owners();
	check_only(0x70000000, DM_OWNER_HUGE_ZERO, "", "", 0);
	check_only(0x701ff000, DM_OWNER_HUGE_ZERO, "", "", 0);
	check_only(0x70000000 - 0x1000, DM_OWNER_NONE, "", "", 0);
	check_only(0x70200000, DM_OWNER_NONE, "", "", 0);
	/* A kernel that leaves it as it is; and one that has none now. */
	fake_target_forget(o.t, "set_direct_map_ro_noflush");
	read_owners();
	check_only(0x70000000, DM_OWNER_NONE, "", "", 0);
	fake_target_symbol(o.t, "set_direct_map_ro_noflush", IMAGE + 0x3a00);
	fake_target_forget(o.t, "huge_zero_pfn");
	fake_target_variable(o.t, "huge_zero_pfn", 8, UINT64_MAX);
	read_owners();
	check_only(0x70000000, DM_OWNER_NONE, "", "", 0);
	check_missing_nothing();
	end();
}

#define CACHE (SPACE + 0x800000)

/*
 * A block of execmem's cache: one area of 2 MiB, mapped by a block, that has a
 * module's text, a BPF pack, and what nobody was given yet.
 */
static void test_code_cache(void)
{
	uint64_t pa = UINT64_C(0x72000000), i, caller = IMAGE + 0x3c10;

	owned_start(&o);
	fake_target_symbol(o.t, "execmem_cache_populate", IMAGE + 0x3c00);
	fake_kernel_set_entry(o.t->fake, CACHE, 2, pa | 0x781);
	fake_area(o.t, &o.areas, &o.heap, CACHE, CACHE + 0x201000,
		  fake_vm(o.t, &o.heap, CACHE, 0x200000,
			  VM_ALLOC | VM_ALLOW_HUGE_VMAP, caller));
	for (i = 0; i < 512; i++)
		owned_page(&o, pa + (i << 12), 0, 0, UINT32_MAX);
	/* The module's text and the pack move there. */
	owned_put(&o, o.pack + 16, CACHE + 0x10000);
	owned_put(&o, o.pack + 32, 0);
	owned_put(&o, o.pack + 40, 0);
	owned_put(&o, o.module + 128 + 8, CACHE + 0x14000);
	read_owners();
	check_only(pa + 0x14000, DM_OWNER_MODULE, "fake_mod", "text",
		   CACHE + 0x14000);
	check_only(pa + 0x16000, DM_OWNER_MODULE, "fake_mod", "text",
		   CACHE + 0x16000);
	CU_ASSERT_EQUAL(owner.pack, 0);
	check_only(pa + 0xf000, DM_OWNER_EXECMEM,
		   "execmem_cache_populate+0x10/0x1fc400", "", CACHE + 0xf000);
	/* How long a pack is nothing tells: to the end of the area. */
	check_only(pa + 0x1ff000, DM_OWNER_BPF_PACK, "", "", CACHE + 0x1ff000);
	end();
}

/* ---- The crash kernel ------------------------------------------------------- */

static void reserved_page(bool protects)
{
	owned_start(&o);
	if (protects)
		fake_target_symbol(o.t, "arch_kexec_protect_crashkres",
				   IMAGE + 0x3a00);
	owned_page(&o, PAGE_PA, 1u << 13, 0, UINT32_MAX);
}

/* A reserved page may be its, where the kernel takes such pages off the map. */
static void test_maybe_crash(void)
{
	reserved_page(true);
	read_owners();
	check_only(PAGE_PA, DM_OWNER_NONE, "", OWNERS_MAYBE_CRASH, 0);
	end();
	reserved_page(false);
	read_owners();
	check_only(PAGE_PA, DM_OWNER_NONE, "", "reserved memory", 0);
	end();
}

static void crash_kernel_at(uint64_t start, uint64_t end)
{
	uint64_t va = owned_take(&o, 64);

	fake_target_symbol(o.t, "crashk_res", va);
	fake_target_member(o.t, "struct resource", "start", 0);
	fake_target_member(o.t, "struct resource", "end", 8);
	fake_target_member(o.t, "struct resource", "flags", 24);
	fake_target_member(o.t, "struct resource", "parent", 32);
	fake_target_member(o.t, "struct resource", "sibling", 40);
	fake_target_member(o.t, "struct resource", "child", 48);
	owned_put(&o, va, start);
	owned_put(&o, va + 8, end - 1);
}

static void test_crash_kernel(void)
{
	bool protects = true;

	do {
		reserved_page(protects);
		crash_kernel_at(PAGE_PA, PAGE_PA + 0x100000);
		owned_page(&o, PAGE_PA + 0x100000, 1u << 13, 0, UINT32_MAX);
		read_owners();
		CU_ASSERT_TRUE(nth(PAGE_PA, 0));
		CU_ASSERT_EQUAL(owner.kind, DM_OWNER_CRASH_KERNEL);
		CU_ASSERT_STRING_EQUAL(owner.part, "");
		CU_ASSERT_EQUAL(owner.left_in_map, !protects);
		check_only(PAGE_PA + 0x100000, DM_OWNER_NONE, "",
			   "reserved memory", 0);
		CU_ASSERT_FALSE(owner.left_in_map);
		end();
		protects = !protects;
	} while (!protects);
}

/* ---- What is missing -------------------------------------------------------- */

static void test_no_page(void)
{
	owned_start(&o);
	read_owners();
	check_only(UINT64_C(0x900000000), DM_OWNER_UNKNOWN, "", "", 0);
	check_missing("is not mapped");
	end();
}

/*
 * Areas only name what the page tables show. Without files' notes a page may be
 * secretmem's, unless its own type tells.
 */
static void check_blind(const char *forgotten, const char *missing,
			enum dm_owner_kind kind)
{
	owned_start(&o);
	fake_target_forget(o.t, forgotten);
	owned_page(&o, PAGE_PA, 0, 0, UINT32_MAX);
	owned_page(&o, PAGE_PA + 0x1000, 0, 0, 0xf0000000);
	read_owners();
	check_missing(missing);
	check_only(PAGE_PA, kind, "", "", 0);
	check_only(PAGE_PA + 0x1000, DM_OWNER_NONE, "", "buddy", 0);
	check_only(IMAGE_PA, DM_OWNER_KERNEL_TEXT, "", "", IMAGE);
	end();
}

static void test_blind(void)
{
	check_blind("struct vmap_area", "vmalloc areas: ", DM_OWNER_NONE);
	check_blind("vmap_area_list", "vmap_area_list", DM_OWNER_NONE);
	check_blind("struct inode", "struct inode", DM_OWNER_UNKNOWN);
}

static void test_part_missing(void)
{
	owned_start(&o);
	fake_target_forget(o.t, "modules");
	fake_target_forget(o.t, "prog_idr");
	fake_target_forget(o.t, "__init_end");
	fake_target_forget(o.t, "kfence_metadata");
	read_owners();
	check_missing("__init_end");
	check_missing("kfence_metadata");
	/* Its area still tells that it is vmalloc memory, and whose. */
	check(pa_of(MODULE_VA), DM_OWNER_VMALLOC, "load_module+0x10/0x1000", "",
	      MODULE_VA);
	check(IMAGE_PA, DM_OWNER_KERNEL_TEXT, "", "", IMAGE);
	end();
	/* A kernel without secretmem lacks nothing. */
	owned_start(&o);
	fake_target_forget(o.t, "secretmem_aops");
	fake_target_forget(o.t, "struct inode");
	owned_page(&o, PAGE_PA, 0, 0, UINT32_MAX);
	read_owners();
	check_missing_nothing();
	check_only(PAGE_PA, DM_OWNER_NONE, "", "", 0);
	end();
}

/* A list that was not read to its end is said to be so. */
static void test_incomplete(void)
{
	owned_start(&o);
	owned_put(&o, o.areas.last, 42);
	owned_page(&o, PAGE_PA, 0, 0, UINT32_MAX);
	read_owners();
	check_missing("vmalloc areas: a list has a node at 0x2a");
	check_only(PAGE_PA, DM_OWNER_NONE, "", "", 0);
	check_only(pa_of(MODULE_VA), DM_OWNER_MODULE, "fake_mod", "text",
		   MODULE_VA);
	end();
	owned_start(&o);
	owned_put(&o, o.ksyms.last, 42);
	read_owners();
	check_missing("BPF: ");
	end();
}

static void test_names(void)
{
	enum dm_owner_kind kind;

	for (kind = 0; kind < DM_OWNER_COUNT; kind++)
		CU_ASSERT_PTR_NOT_NULL(dm_owner_name(kind));
	CU_ASSERT_STRING_EQUAL(dm_owner_name(DM_OWNER_SECRETMEM), "secretmem");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "kernel image", test_image },
		{ "kernel image by the tables", test_image_by_tables },
		{ "KFENCE", test_kfence },
		{ "module", test_module },
		{ "BPF", test_bpf },
		{ "BPF, unlisted", test_bpf_unlisted },
		{ "vmalloc", test_vmalloc },
		{ "not kprobes", test_not_kprobe },
		{ "freed", test_freed },
		{ "secretmem", test_secretmem },
		{ "secretmem, its mapping lost", test_lost_mapping },
		{ "mapping to nowhere", test_mapping_to_nowhere },
		{ "mapping absent", test_mapping_absent },
		{ "inode absent", test_inode_absent },
		{ "guest_memfd", test_guest_memfd },
		{ "huge page of zeros", test_huge_zero },
		{ "a cache for code", test_code_cache },
		{ "crash kernel, not known", test_maybe_crash },
		{ "crash kernel", test_crash_kernel },
		{ "no struct page", test_no_page },
		{ "blind", test_blind },
		{ "parts missing", test_part_missing },
		{ "incomplete", test_incomplete },
		{ "names", test_names },
		CU_TEST_INFO_NULL,
	};

	return suite_run("owners", tests);
}
