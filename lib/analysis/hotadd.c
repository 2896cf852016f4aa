// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the calls of arch_add_memory() by memory blocks, groups and resources.
 *
 * How add_memory_resource() (mm/memory_hotplug.c) calls arch_add_memory():
 *  - once for each memory block, if the block's struct pages are to lie in it;
 *  - else once for what its caller gives it. virtio-mem gives it the unit of its
 *    dynamic memory group (drivers/virtio/virtio_mem.c, virtio_mem_add_memory()
 *    and virtio_mem_init_hotplug(): a memory block, or a big block), and has
 *    neighbouring resources merged. Others (drivers/acpi/acpi_memhotplug.c,
 *    drivers/dax/kmem.c, probe_store()) have a resource for each call, which is
 *    removed as it was added.
 * What is merged and in no group (Hyper-V, Xen, virtio-mem before 5.15) has lost
 * its calls.
 */
#include <stdlib.h>

#include "analysis/hotadd.h"
#include "directmap/array.h"
#include "kernel/iomem.h"
#include "kernel/memory_block.h"
#include "util/bisect.h"
#include "util/missing.h"

static const char unknown_calls[] =
	"unknown in which pieces this memory was added";

struct joining {
	uint64_t section; /* bytes; 0: not known */
	struct memory_blocks blocks;
	struct iomem iomem;
	struct boot_bank *banks;
	size_t count, capacity;
};

/* What was left out of a list, where something was. */
static struct dm_error *note_left_out(const char *what,
				      const struct incomplete *list,
				      struct dm_missing **missing)
{
	return list->times ? dm_missing_add(missing, what, list->why,
					    DM_ERROR_BAD_DUMP)
			   : NULL;
}

static struct dm_error *add(struct joining *j, uint64_t start, uint64_t end,
			    const char *unknown)
{
	struct boot_bank *last = j->count ? &j->banks[j->count - 1] : NULL;
	struct dm_error *err;

	if (last && unknown && last->unknown == unknown && last->end == start) {
		last->end = end;
		return NULL;
	}
	err = dm_array_reserve(&j->banks, &j->capacity, j->count, 1,
			       DM_ARRAY_ANY);
	if (err)
		return err;
	j->banks[j->count++] = (struct boot_bank){
		.start = start,
		.end = end,
		.hotplug = true,
		.unknown = unknown,
		.multiple = unknown ? j->section : 0,
	};
	return NULL;
}

/* The first block that ends behind @pa. */
static size_t block_behind(const struct joining *j, uint64_t pa)
{
	return dm_bisect(i, j->blocks.count,
			 j->blocks.blocks[i].start + j->blocks.size <= pa);
}

/* The System RAM that @pa is in. */
static const struct iomem_ram *ram_at(const struct joining *j, uint64_t pa)
{
	size_t at = dm_bisect(i, j->iomem.count, j->iomem.ram[i].end <= pa);
	return at < j->iomem.count && j->iomem.ram[at].start <= pa
		       ? &j->iomem.ram[at]
		       : NULL;
}

/*
 * Whether all blocks of [start, end), from the @i-th on, are there, and have as
 * little of their own and the same group as the first.
 */
static bool all_alike(const struct joining *j, size_t i, uint64_t start,
		      uint64_t end)
{
	const struct memory_block *first = &j->blocks.blocks[i];

	for (; start < end; start += j->blocks.size, i++) {
		const struct memory_block *b = &j->blocks.blocks[i];

		if (i == j->blocks.count || b->start != start ||
		    b->own_memmap || b->group != first->group)
			return false;
	}
	return start == end;
}

/*
 * Where the call ends that mapped the @i-th block, which is the first of its
 * call, and that ends before @end; 0: not known.
 */
static uint64_t call_end(const struct joining *j, size_t i, uint64_t end)
{
	const struct memory_block *b = &j->blocks.blocks[i];
	uint64_t size = j->blocks.size, to = 0;
	const struct iomem_ram *ram;

	if (b->own_memmap) {
		to = b->start + size;
		return to <= end ? to : 0;
	}
	ram = ram_at(j, b->start);
	if (b->unit)
		to = b->start & (b->unit - 1) ? 0 : b->start + b->unit;
	else if (ram && !ram->mergeable && ram->start == b->start)
		to = ram->end;
	return to && to <= end && all_alike(j, i, b->start, to) ? to : 0;
}

/* The piece of [at, end) that begins at @at; @known: one call mapped it. */
static uint64_t piece_end(const struct joining *j, uint64_t at, uint64_t end,
			  bool *known)
{
	size_t i = block_behind(j, at);
	uint64_t start, to = 0;

	*known = false;
	if (i == j->blocks.count || j->blocks.blocks[i].start >= end)
		return end;
	start = j->blocks.blocks[i].start;
	if (start > at)
		return start;
	if (start == at)
		to = call_end(j, i, end);
	*known = to;
	if (!to)
		to = start + j->blocks.size;
	return to < end ? to : end;
}

static struct dm_error *add_range(struct joining *j, uint64_t at, uint64_t end)
{
	struct dm_error *err = NULL;

	while (!err && at < end) {
		bool known;
		uint64_t to = piece_end(j, at, end, &known);

		err = add(j, at, to, known ? NULL : unknown_calls);
		at = to;
	}
	return err;
}

struct dm_error *dm_hotadd_banks(struct dm_target *target,
				 const struct boot_bank *added, size_t count,
				 struct boot_bank **ret, size_t *ret_count,
				 struct dm_missing **missing)
{
	struct joining j = { 0 };
	struct dm_error *err = NULL;
	size_t i;

	if (count)
		err = dm_missing_note(
			missing, dm_memory_section_size(target, &j.section));
	if (!err && count)
		err = dm_missing_note(
			missing,
			dm_memory_blocks_read(target, added[0].start,
					      added[count - 1].end, &j.blocks));
	if (!err && j.blocks.count)
		err = dm_missing_note(
			missing, dm_iomem_read(target, added[0].start,
					       added[count - 1].end, &j.iomem));
	if (!err)
		err = note_left_out("memory blocks", &j.blocks.incomplete,
				    missing);
	if (!err)
		err = note_left_out("resources", &j.iomem.incomplete, missing);
	for (i = 0; !err && i < count; i++)
		err = add_range(&j, added[i].start, added[i].end);
	dm_memory_blocks_deinit(&j.blocks);
	dm_iomem_deinit(&j.iomem);
	*ret = j.banks;
	*ret_count = j.count;
	return err;
}
