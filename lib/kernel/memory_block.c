// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads memory blocks from their XArray, with the unit of each one's group. */
#include <stdlib.h>

#include "directmap/array.h"
#include "target/list_each.h"
#include "kernel/memory_block.h"
#include "directmap/kernel.h"
#include "target/xarray.h"
#include "util/error.h"

#define BLOCKS_MAX (1u << 20) /* of 128 MiB each: 128 TiB */

struct reading {
	struct dm_target *target;
	struct memory_blocks *ret;
	size_t capacity;
	uint64_t start, end; /* PAs */
	uint64_t sections; /* of a block */
	uint64_t section_at;
	/* Where the kernel has them. */
	bool has_group, has_altmap, has_vmemmap;
	uint64_t group_at, altmap_at, vmemmap_at, dynamic_at, unit_at;
	/* The group read last: blocks of one are neighbours. */
	uint64_t group, unit;
};

struct dm_error *dm_memory_section_size(struct dm_target *target,
					uint64_t *size)
{
	struct dm_source *source = dm_target_source(target);
	struct dm_vmcoreinfo info;
	struct dm_error *err;
	uint64_t bits;

	*size = 0;
	err = source->ops->vmcoreinfo(source, &info.text, &info.size);
	if (!err)
		err = dm_vmcoreinfo_number(&info, "NUMBER(SECTION_SIZE_BITS)",
					   10, &bits);
	if (!err && (bits < 20 || bits >= DM_PA_BITS))
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"memory sections of 2^%llu bytes: there are none",
			(unsigned long long)bits);
	if (!err)
		*size = UINT64_C(1) << bits;
	return err;
}

/* drivers/base/memory.c, memory_dev_init() */
static struct dm_error *read_size(struct reading *r)
{
	uint64_t size, sections;
	struct dm_error *err;

	err = dm_target_variable(r->target, "sections_per_block", 4, &sections);
	if (!err)
		err = dm_memory_section_size(r->target, &size);
	if (!err && (!sections || sections & (sections - 1) ||
		     sections > DM_PA_END / size))
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"memory blocks of %llu sections: there are none",
			(unsigned long long)sections);
	if (err)
		return err;
	r->sections = sections;
	r->ret->size = sections * size;
	return NULL;
}

static struct dm_error *optional(struct types *types, const char *path,
				 uint64_t *offset, bool *has)
{
	struct dm_error *err =
		dm_types_offset(types, "struct memory_block", path, offset);

	*has = !err;
	return dm_error_unless_missing(err);
}

/* Members came with what they are for: what is not there is not in use. */
static struct dm_error *read_layout(struct reading *r)
{
	struct types *types = dm_target_types(r->target);
	struct dm_error *err;

	err = dm_types_offset(types, "struct memory_block", "start_section_nr",
			      &r->section_at);
	if (!err)
		err = optional(types, "group", &r->group_at, &r->has_group);
	if (!err)
		err = optional(types, "altmap", &r->altmap_at, &r->has_altmap);
	if (!err)
		err = optional(types, "nr_vmemmap_pages", &r->vmemmap_at,
			       &r->has_vmemmap);
	if (!err && r->has_group)
		err = dm_types_offset(types, "struct memory_group",
				      "is_dynamic", &r->dynamic_at);
	if (!err && r->has_group)
		err = dm_types_offset(types, "struct memory_group",
				      "d.unit_pages", &r->unit_at);
	return err;
}

static struct dm_error *read_unit(struct reading *r, uint64_t group,
				  uint64_t *unit)
{
	const struct dm_kernel *k = dm_target_kernel(r->target);
	uint64_t pages = 0, size = r->ret->size;
	uint8_t dynamic;
	struct dm_error *err;

	*unit = 0;
	err = dm_kva_read(dm_target_kva(r->target), group + r->dynamic_at,
			  &dynamic, 1, DM_CONTENT_DATA);
	if (!err && dynamic)
		err = dm_target_u64_at(r->target, group, r->unit_at, &pages);
	if (err || !dynamic)
		return err;
	/* memory_group_register_dynamic() takes nothing else. */
	if (dynamic > 1 || pages & (pages - 1) ||
	    pages < size >> k->page_shift || pages > DM_PA_END >> k->page_shift)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"the memory group at 0x%llx is added in %llu pages",
			(unsigned long long)group, (unsigned long long)pages);
	*unit = pages << k->page_shift;
	return NULL;
}

static struct dm_error *read_block(struct reading *r, uint64_t va,
				   uint64_t index, struct memory_block *b)
{
	uint64_t section = 0, altmap = 0, vmemmap = 0;
	struct dm_error *err;

	*b = (struct memory_block){ .start = index * r->ret->size };
	err = dm_target_u64_at(r->target, va, r->section_at, &section);
	if (!err && section != index * r->sections)
		err = dm_error_create(DM_ERROR_BAD_DUMP,
				      "the memory block at 0x%llx is another's",
				      (unsigned long long)va);
	if (!err && r->has_altmap)
		err = dm_target_u64_at(r->target, va, r->altmap_at, &altmap);
	if (!err && r->has_vmemmap)
		err = dm_target_u64_at(r->target, va, r->vmemmap_at, &vmemmap);
	b->own_memmap = altmap || vmemmap;
	if (!err && r->has_group)
		err = dm_target_u64_at(r->target, va, r->group_at, &b->group);
	b->group = arm64_untagged(b->group);
	if (err || !b->group)
		return err;
	if (b->group != r->group) {
		err = read_unit(r, b->group, &r->unit);
		r->group = err ? 0 : b->group;
	}
	b->unit = r->unit;
	return err;
}

static struct dm_error *take_block(void *arg, uint64_t index, uint64_t entry)
{
	struct reading *r = arg;
	struct memory_blocks *ret = r->ret;
	struct dm_error *err;

	if (index >= DM_PA_END / ret->size || index * ret->size < r->start ||
	    index * ret->size >= r->end)
		return NULL;
	err = dm_array_reserve(&ret->blocks, &r->capacity, ret->count, 1,
			       BLOCKS_MAX);
	if (err)
		return err;
	err = read_block(r, arm64_untagged(entry), index,
			 &ret->blocks[ret->count]);
	ret->count += !err;
	return err;
}

struct dm_error *dm_memory_blocks_read(struct dm_target *target, uint64_t start,
				       uint64_t end,
				       struct memory_blocks *blocks)
{
	struct reading r = {
		.target = target,
		.ret = blocks,
		.start = start,
		.end = end,
	};
	struct dm_error *err;
	uint64_t va;

	*blocks = (struct memory_blocks){ 0 };
	err = dm_target_symbol(target, "memory_blocks", &va);
	if (!err)
		err = read_size(&r);
	if (!err)
		err = read_layout(&r);
	if (!err)
		err = dm_xarray_walk(target, va, BLOCKS_MAX, take_block, &r,
				     &blocks->incomplete);
	return err;
}

void dm_memory_blocks_deinit(struct memory_blocks *blocks)
{
	free(blocks->blocks);
	*blocks = (struct memory_blocks){ 0 };
}
