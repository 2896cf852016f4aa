/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory blocks of 128 MiB, their groups, and System RAM resources in a fake
 * kernel: what memory_block.h and iomem.h read.
 */
#ifndef FAKE_ADDED_H
#define FAKE_ADDED_H

#include <string.h>

#include "fake_target.h"
#include "suite.h"

#define FAKE_BLOCK	   (UINT64_C(1) << 27)
#define FAKE_BLOCKS_MAX	   64 /* 8 GiB: the slots of one xa_node */
#define FAKE_RESOURCES_MAX 32

#define FAKE_RAM	   UINT64_C(0x81000200) /* SYSTEM_RAM, BUSY */
#define FAKE_MANAGED	   UINT64_C(0x02000000)
#define FAKE_MERGEABLE	   UINT64_C(0x04000000)
#define FAKE_DAX	   UINT64_C(0x01000200) /* a device's own, not busy */

struct fake_added {
	struct fake_target *t;
	uint64_t node; /* the xa_node of memory_blocks; VAs all */
	uint64_t blocks[FAKE_BLOCKS_MAX];
	uint64_t resources[FAKE_RESOURCES_MAX]; /* 0: iomem_resource */
	uint64_t last[FAKE_RESOURCES_MAX]; /* below each; 0: none */
	size_t resource_count;
};

static inline void fake_added_put(struct fake_added *a, uint64_t va,
				  uint64_t value)
{
	fake_kernel_write_u64(a->t->fake, va, value);
}

static inline void fake_added_types(struct fake_target *t)
{
	fake_target_member(t, "struct xarray", "xa_head", 8);
	fake_target_member(t, "struct xa_node", "shift", 0);
	fake_target_member(t, "struct xa_node", "offset", 1);
	fake_target_member(t, "struct xa_node", "parent", 8);
	fake_target_array(t, "struct xa_node", "slots", 40, 512);
	fake_target_member(t, "struct memory_block", "start_section_nr", 0);
	fake_target_member(t, "struct memory_block", "altmap", 8);
	fake_target_member(t, "struct memory_block", "group", 16);
	fake_target_member(t, "struct memory_group", "is_dynamic", 8);
	fake_target_member(t, "struct memory_group", "d.unit_pages", 16);
	fake_target_member(t, "struct resource", "start", 0);
	fake_target_member(t, "struct resource", "end", 8);
	fake_target_member(t, "struct resource", "flags", 24);
	fake_target_member(t, "struct resource", "parent", 40);
	fake_target_member(t, "struct resource", "sibling", 48);
	fake_target_member(t, "struct resource", "child", 56);
}

/** No blocks, no resources yet. */
static inline void fake_added_init(struct fake_added *a, struct fake_target *t)
{
	uint64_t xarray;

	*a = (struct fake_added){ .t = t };
	fake_added_types(t);
	fake_kernel_line(t->fake, "NUMBER(SECTION_SIZE_BITS)=27");
	fake_target_variable(t, "sections_per_block", 4, 1);
	xarray = fake_target_variable(t, "memory_blocks", 8, 0);
	a->node = fake_kernel_data(t->fake);
	fake_added_put(a, xarray + 8, a->node + 2);
	fake_added_put(a, a->node, 0);
	fake_added_put(a, a->node + 8, 0);
	a->resources[0] = fake_target_variable(t, "iomem_resource", 8, 0);
	a->resource_count = 1;
	fake_added_put(a, a->resources[0] + 8, UINT64_MAX);
	fake_added_put(a, a->resources[0] + 56, 0);
}

static inline uint64_t fake_added_group(struct fake_added *a, bool dynamic,
					uint64_t pages)
{
	uint64_t group = fake_kernel_data(a->t->fake);

	fake_added_put(a, group + 8, dynamic);
	fake_added_put(a, group + 16, pages);
	return group;
}

/** [start, end), in blocks. */
static inline void fake_added_blocks(struct fake_added *a, uint64_t start,
				     uint64_t end, uint64_t group,
				     uint64_t altmap)
{
	for (; start < end; start++) {
		uint64_t va = fake_kernel_data(a->t->fake);

		a->blocks[start] = va;
		fake_added_put(a, va, start);
		fake_added_put(a, va + 8, altmap);
		fake_added_put(a, va + 16, group);
		fake_added_put(a, a->node + 40 + 8 * start, va);
	}
}

/** [start, end), in blocks, behind what @parent has already: its number. */
static inline size_t fake_added_resource(struct fake_added *a, size_t parent,
					 uint64_t start, uint64_t end,
					 uint64_t flags)
{
	uint64_t va = fake_kernel_data(a->t->fake);
	uint64_t last = a->last[parent];

	CU_ASSERT_FATAL(a->resource_count < FAKE_RESOURCES_MAX);
	fake_added_put(a, last ? last + 48 : a->resources[parent] + 56, va);
	fake_added_put(a, va, start * FAKE_BLOCK);
	fake_added_put(a, va + 8, end * FAKE_BLOCK - 1);
	fake_added_put(a, va + 24, flags);
	fake_added_put(a, va + 40, a->resources[parent]);
	fake_added_put(a, va + 48, 0);
	fake_added_put(a, va + 56, 0);
	a->last[parent] = va;
	a->resources[a->resource_count] = va;
	return a->resource_count++;
}

#endif /* FAKE_ADDED_H */
