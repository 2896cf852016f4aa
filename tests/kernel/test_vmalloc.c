// SPDX-License-Identifier: GPL-2.0-or-later
/* vmalloc areas and the pages behind them, of kernels whole and damaged. */
#include "fake/fake_vmalloc.h"
#include "suite.h"
#include "kernel/vmalloc.h"

#define CALLER	    UINT64_C(0xffff800090000100)
#define VM_NO_GUARD 0x40
#define NODES	    2

static struct fake_target *t;
static struct vmalloc *v;
static struct fake_list busy[NODES], lazy[NODES];
static uint64_t heap, nodes;

static void start_nodes(void)
{
	size_t i;

	t = fake_target_create(12, 48);
	fake_vmalloc_types(t);
	heap = fake_kernel_data(t->fake);
	nodes = fake_kernel_data(t->fake);
	fake_target_variable(t, "vmap_nodes", 8, nodes);
	fake_target_variable(t, "nr_vmap_nodes", 4, NODES);
	for (i = 0; i < NODES; i++) {
		uint64_t node = nodes + i * NODE_BYTES;

		fake_list_init(t, &busy[i], node + NODE_BUSY);
		fake_list_init(t, &lazy[i], node + NODE_LAZY);
	}
}

/* Before 6.9. */
static void start_lists(void)
{
	t = fake_target_create(12, 48);
	fake_vmalloc_types(t);
	heap = fake_kernel_data(t->fake);
	fake_list_init(t, &busy[0], fake_kernel_data(t->fake));
	fake_list_init(t, &lazy[0], fake_kernel_data(t->fake));
	fake_target_symbol(t, "vmap_area_list", busy[0].head);
	fake_target_symbol(t, "purge_vmap_area_list", lazy[0].head);
}

static void end(void)
{
	dm_vmalloc_destroy(v);
	v = NULL;
	fake_target_destroy(t);
}

static struct dm_error *create(void)
{
	dm_vmalloc_destroy(v);
	v = NULL;
	return dm_vmalloc_create(fake_target_fresh(t), &v);
}

/* An area of @pages and a guard page, with its vm_struct. */
static uint64_t add(struct fake_list *list, uint64_t start, uint64_t pages,
		    uint64_t flags)
{
	uint64_t size = (pages + 1) << 12;

	return fake_area(t, list, &heap, start, start + size,
			 fake_vm(t, &heap, start, size, flags, CALLER));
}

/* The one that begins there. */
static const struct vmalloc_area *area(uint64_t start)
{
	const struct vmalloc_area *found = dm_vmalloc_at(v, start);

	CU_ASSERT_PTR_NOT_NULL_FATAL(found);
	CU_ASSERT_EQUAL(found->start, start);
	return found;
}

static void check_area(uint64_t start, uint64_t size, uint64_t flags,
		       uint64_t caller)
{
	const struct vmalloc_area *found = area(start);

	CU_ASSERT_EQUAL(found->size, size);
	CU_ASSERT_EQUAL(found->flags, flags);
	CU_ASSERT_EQUAL(found->caller, caller);
}

/* Areas that there are, of those that a test makes. */
static size_t count(void)
{
	const struct vmalloc_area *last = NULL, *found;
	uint64_t va;
	size_t n = 0;

	for (va = SPACE; va < SPACE + 0x40000; va += 0x1000) {
		found = dm_vmalloc_at(v, va);
		n += found && found != last;
		if (found)
			last = found;
	}
	return n;
}

static void check_incomplete(const char *part)
{
	const char *why = dm_vmalloc_incomplete(v);

	CU_ASSERT_PTR_NOT_NULL_FATAL(why);
	if (!strstr(why, part))
		fprintf(stderr, "    %s\n", why);
	CU_ASSERT_PTR_NOT_NULL(strstr(why, part));
}

/* ---- Lists --------------------------------------------------------------- */

static void test_nodes(void)
{
	start_nodes();
	suite_no_error(create());
	CU_ASSERT_EQUAL(count(), 0);
	CU_ASSERT_PTR_NULL(dm_vmalloc_at(v, SPACE));
	add(&busy[0], SPACE + 0x30000, 2, VM_ALLOC);
	add(&busy[0], SPACE, 4, VM_MAP);
	add(&busy[1], SPACE + 0x10000, 1, VM_ALLOC | VM_FLUSH_RESET_PERMS);
	add(&lazy[1], SPACE + 0x20000, 3, VM_ALLOC);
	suite_no_error(create());
	CU_ASSERT_EQUAL(count(), 4);
	CU_ASSERT_PTR_NULL(dm_vmalloc_incomplete(v));
	/* Whatever node they were on. */
	check_area(SPACE, 0x4000, VM_MAP, CALLER);
	check_area(SPACE + 0x10000, 0x1000, 0x102, CALLER);
	check_area(SPACE + 0x30000, 0x2000, VM_ALLOC, CALLER);
	/* What was freed has no vm_struct: its word is the tree's. */
	check_area(SPACE + 0x20000, 0x4000, 0, 0);
	CU_ASSERT_TRUE(area(SPACE + 0x20000)->lazy);
	CU_ASSERT_FALSE(area(SPACE + 0x20000)->has_vm);
	CU_ASSERT_FALSE(area(SPACE + 0x30000)->lazy);
	CU_ASSERT_TRUE(area(SPACE + 0x30000)->has_vm);
	end();
}

static void test_old_lists(void)
{
	start_lists();
	add(&busy[0], SPACE, 4, VM_ALLOC);
	add(&lazy[0], SPACE + 0x20000, 3, VM_ALLOC);
	suite_no_error(create());
	CU_ASSERT_EQUAL(count(), 2);
	CU_ASSERT_TRUE(area(SPACE + 0x20000)->lazy);
	/* 5.10 has the freed ones elsewhere. */
	fake_target_forget(t, "purge_vmap_area_list");
	suite_no_error(create());
	CU_ASSERT_EQUAL(count(), 1);
	check_area(SPACE, 0x4000, VM_ALLOC, CALLER);
	end();
}

static void test_at(void)
{
	start_nodes();
	add(&busy[0], SPACE, 4, VM_ALLOC);
	add(&busy[1], SPACE + 0x10000, 1, VM_ALLOC);
	suite_no_error(create());
	CU_ASSERT_PTR_NULL(dm_vmalloc_at(v, SPACE - 1));
	CU_ASSERT_PTR_EQUAL(dm_vmalloc_at(v, SPACE + 0x3fff), area(SPACE));
	/* The guard page is nobody's. */
	CU_ASSERT_PTR_NULL(dm_vmalloc_at(v, SPACE + 0x4000));
	CU_ASSERT_PTR_NULL(dm_vmalloc_at(v, SPACE + 0xffff));
	CU_ASSERT_PTR_EQUAL(dm_vmalloc_at(v, SPACE + 0x10fff),
			    area(SPACE + 0x10000));
	CU_ASSERT_PTR_NULL(dm_vmalloc_at(v, SPACE + 0x11000));
	CU_ASSERT_PTR_NULL(dm_vmalloc_at(v, UINT64_MAX));
	end();
}

/* ---- vm_struct ------------------------------------------------------------ */

static void test_vm(void)
{
	start_nodes();
	/* vm_map_ram() has none. */
	fake_area(t, &busy[0], &heap, SPACE, SPACE + 0x3000, 0);
	/* No guard page; one page that has none to give. */
	fake_area(t, &busy[0], &heap, SPACE + 0x10000, SPACE + 0x12000,
		  fake_vm(t, &heap, SPACE + 0x10000, 0x2000,
			  VM_ALLOC | VM_NO_GUARD, CALLER));
	fake_area(t, &busy[0], &heap, SPACE + 0x20000, SPACE + 0x21000,
		  fake_vm(t, &heap, SPACE + 0x20000, 0x1000, VM_ALLOC, 0));
	suite_no_error(create());
	check_area(SPACE, 0x3000, 0, 0);
	CU_ASSERT_FALSE(area(SPACE)->has_vm);
	check_area(SPACE + 0x10000, 0x2000, VM_ALLOC | VM_NO_GUARD, CALLER);
	check_area(SPACE + 0x20000, 0x1000, VM_ALLOC, 0);
	end();
}

static void test_vm_of_another(void)
{
	start_nodes();
	fake_area(t, &busy[0], &heap, SPACE, SPACE + 0x3000,
		  fake_vm(t, &heap, SPACE + 0x1000, 0x2000, VM_ALLOC, CALLER));
	fake_area(t, &busy[0], &heap, SPACE + 0x10000, SPACE + 0x12000,
		  fake_vm(t, &heap, SPACE + 0x10000, 0x3000, VM_ALLOC, CALLER));
	suite_no_error(create());
	check_area(SPACE, 0x3000, 0, 0);
	check_area(SPACE + 0x10000, 0x2000, 0, 0);
	CU_ASSERT_FALSE(area(SPACE + 0x10000)->has_vm);
	end();
}

/* ---- What is missing ------------------------------------------------------ */

static void test_missing(void)
{
	start_nodes();
	fake_target_forget(t, "va_end");
	suite_error(create(), DM_ERROR_NOT_FOUND, "vmalloc areas: no va_end");
	end();
	start_nodes();
	fake_target_forget(t, "struct vmap_node");
	suite_error(create(), DM_ERROR_NOT_FOUND, "vmalloc areas: ");
	end();
	start_nodes();
	fake_target_forget(t, "nr_vmap_nodes");
	suite_error(create(), DM_ERROR_NOT_FOUND, "nr_vmap_nodes");
	end();
	start_lists();
	fake_target_forget(t, "vmap_area_list");
	suite_error(create(), DM_ERROR_NOT_FOUND, "vmap_area_list");
	end();
}

/* ---- Damaged -------------------------------------------------------------- */

static void test_absurd_count(void)
{
	start_nodes();
	fake_target_forget(t, "nr_vmap_nodes");
	fake_target_variable(t, "nr_vmap_nodes", 4, 4097);
	suite_error(create(), DM_ERROR_BAD_DUMP, "nr_vmap_nodes is 4097");
	end();
}

/* One list that loops leaves the others, and what it had. */
static void test_loop(void)
{
	uint64_t first;

	start_nodes();
	first = add(&busy[0], SPACE, 1, VM_ALLOC);
	add(&busy[0], SPACE + 0x10000, 1, VM_ALLOC);
	add(&busy[1], SPACE + 0x20000, 1, VM_ALLOC);
	fake_kernel_write_u64(t->fake, busy[0].last, first + AREA_LIST);
	suite_no_error(create());
	CU_ASSERT_EQUAL(count(), 3);
	check_incomplete("points back to");
	end();
}

static void check_range(uint64_t start, uint64_t last)
{
	start_nodes();
	add(&busy[0], SPACE, 1, VM_ALLOC);
	fake_area(t, &busy[0], &heap, start, last, 0);
	suite_no_error(create());
	CU_ASSERT_EQUAL(count(), 1);
	check_incomplete("which cannot be");
	end();
}

static void test_absurd_ranges(void)
{
	check_range(SPACE + 0x5000, SPACE + 0x5000);
	check_range(SPACE + 0x5000, SPACE + 0x4000);
	/* In the linear map, in user space. */
	check_range(UINT64_C(0xffff000040000000), SPACE);
	check_range(0x1000, 0x2000);
}

static void test_lost_pages(void)
{
	uint64_t area;

	start_nodes();
	add(&busy[0], SPACE, 1, VM_ALLOC);
	heap = fake_kernel_data(t->fake);
	area = add(&busy[0], SPACE + 0x10000, 1, VM_ALLOC);
	fake_kernel_drop(t->fake, area);
	suite_no_error(create());
	CU_ASSERT_EQUAL(count(), 1);
	check_incomplete("not in the dump");
	end();
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "nodes", test_nodes },
		{ "old lists", test_old_lists },
		{ "at", test_at },
		{ "vm_struct", test_vm },
		{ "vm_struct of another", test_vm_of_another },
		{ "missing", test_missing },
		{ "absurd count", test_absurd_count },
		{ "a list that loops", test_loop },
		{ "absurd ranges", test_absurd_ranges },
		{ "lost pages", test_lost_pages },
		CU_TEST_INFO_NULL,
	};

	return suite_run("vmalloc", tests);
}
