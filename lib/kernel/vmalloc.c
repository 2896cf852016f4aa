// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads busy and freed vmalloc areas, and finds one by address.
 *
 * Since 6.9 (d093602919ad and its neighbours) busy and freed areas are spread
 * over vmap_nodes[], before they were on vmap_area_list and, freed, on
 * purge_vmap_area_list (mm/vmalloc.c). The lists hold what the trees hold.
 */
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "util/bisect.h"
#include "util/error.h"
#include "target/list_each.h"
#include "kernel/vmalloc.h"

/*
 * More than machines have, and few enough to hold: lists and tables of a damaged
 * dump may lead to the same memory over and over.
 */
#define AREAS_MAX (UINT32_C(1) << 22) /* in all lists together */
#define NODES_MAX 4096

struct vmalloc {
	struct dm_target *target;
	struct vmalloc_area *areas;
	size_t count, capacity;
	struct incomplete incomplete;
	/* Offsets. */
	uint64_t va_start, va_end, list, vm;
	uint64_t addr, size, flags, caller;
};

static struct dm_error *read_layout(struct vmalloc *v)
{
	const struct target_offset of_area[] = {
		{ "va_start", &v->va_start },
		{ "va_end", &v->va_end },
		{ "list", &v->list },
		{ "vm", &v->vm },
		{ NULL, NULL },
	};
	const struct target_offset of_vm[] = {
		{ "addr", &v->addr },	{ "size", &v->size },
		{ "flags", &v->flags }, { "caller", &v->caller },
		{ NULL, NULL },
	};
	struct dm_error *err;

	err = dm_target_offsets(v->target, "struct vmap_area", of_area);
	if (!err)
		err = dm_target_offsets(v->target, "struct vm_struct", of_vm);
	return err;
}

/* ---- Areas -------------------------------------------------------------- */

static struct dm_error *add_area(struct vmalloc *v,
				 const struct vmalloc_area *area)
{
	struct dm_error *err;

	if (v->count == AREAS_MAX)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"there are more than %u vmalloc areas: the lists are damaged",
			AREAS_MAX);
	err = dm_array_reserve(&v->areas, &v->capacity, v->count, 1, AREAS_MAX);
	if (err)
		return err;
	v->areas[v->count++] = *area;
	return NULL;
}

/*
 * vm_struct.size has a guard page behind it, unless VM_NO_GUARD
 * (get_vm_area_size()).
 */
#define VM_NO_GUARD 0x40

static struct dm_error *read_vm(struct vmalloc *v, uint64_t vm,
				struct vmalloc_area *area)
{
	struct kva *kva = dm_target_kva(v->target);
	uint64_t page = dm_target_kernel(v->target)->page_size, addr, size;
	struct dm_error *err;

	err = dm_kva_read_u64(kva, vm + v->addr, &addr);
	if (!err)
		err = dm_kva_read_u64(kva, vm + v->size, &size);
	if (!err)
		err = dm_kva_read_u64(kva, vm + v->flags, &area->flags);
	if (!err)
		err = dm_kva_read_u64(kva, vm + v->caller, &area->caller);
	if (err)
		return err;
	/* Memory of a vm_struct that is gone may hold anything. */
	if (arm64_untagged(addr) != area->start || size > area->size) {
		area->flags = 0;
		area->caller = 0;
		return NULL;
	}
	area->has_vm = true;
	if (!(area->flags & VM_NO_GUARD) && size > page)
		size -= page;
	area->size = size;
	return NULL;
}

/* @node: VA of a vmap_area's list member. */
static struct dm_error *read_area(struct vmalloc *v, uint64_t node, bool lazy)
{
	struct kva *kva = dm_target_kva(v->target);
	uint64_t va = node - v->list, end, vm;
	struct vmalloc_area area = { .lazy = lazy };
	struct dm_error *err;

	err = dm_kva_read_u64(kva, va + v->va_start, &area.start);
	if (!err)
		err = dm_kva_read_u64(kva, va + v->va_end, &end);
	if (!err)
		err = dm_kva_read_u64(kva, va + v->vm, &vm);
	if (err)
		return err;
	if (area.start >= end ||
	    area.start < dm_target_kernel(v->target)->linear_end)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"the vmalloc area at 0x%llx says 0x%llx-0x%llx, which cannot be",
			(unsigned long long)va, (unsigned long long)area.start,
			(unsigned long long)end);
	area.size = end - area.start;
	/* In a freed area, that word is the tree's (the union). */
	if (!lazy && vm)
		err = read_vm(v, vm, &area);
	return err ? err : add_area(v, &area);
}

struct list_of_areas {
	struct vmalloc *vmalloc;
	bool lazy;
};

static struct dm_error *take_node(void *arg, uint64_t node)
{
	struct list_of_areas *l = arg;

	return read_area(l->vmalloc, node, l->lazy);
}

/* A list that cannot be read to its end leaves what was read of it. */
static struct dm_error *read_list(struct vmalloc *v, uint64_t head, bool lazy)
{
	struct list_of_areas l = { v, lazy };

	return dm_list_each(dm_target_kva(v->target), head, AREAS_MAX,
			    take_node, &l, &v->incomplete);
}

static struct dm_error *read_nodes(struct vmalloc *v)
{
	uint64_t nodes, count, size, busy, lazy, i;
	const struct target_offset wanted[] = {
		{ "busy.head", &busy },
		{ "lazy.head", &lazy },
		{ NULL, NULL },
	};
	struct dm_error *err;

	err = dm_target_variable(v->target, "vmap_nodes", 8, &nodes);
	if (!err)
		err = dm_target_variable(v->target, "nr_vmap_nodes", 4, &count);
	if (!err)
		err = dm_target_offsets(v->target, "struct vmap_node", wanted);
	if (!err)
		err = dm_types_size(dm_target_types(v->target),
				    "struct vmap_node", &size);
	if (!err && count > NODES_MAX)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"nr_vmap_nodes is %llu: the dump is damaged",
			(unsigned long long)count);
	for (i = 0; !err && i < count; i++) {
		err = read_list(v, nodes + i * size + busy, false);
		if (!err)
			err = read_list(v, nodes + i * size + lazy, true);
	}
	return err;
}

static struct dm_error *read_old_lists(struct vmalloc *v)
{
	struct dm_error *err;
	bool has = false;
	uint64_t head;

	err = dm_target_symbol(v->target, "vmap_area_list", &head);
	if (!err)
		err = read_list(v, head, false);
	if (!err)
		err = dm_target_has_symbol(v->target, "purge_vmap_area_list",
					   &has);
	/* 5.10 has a lock-less list of them instead, which is left out. */
	if (err || !has)
		return err;
	err = dm_target_symbol(v->target, "purge_vmap_area_list", &head);
	return err ? err : read_list(v, head, true);
}

static int by_start(const void *a, const void *b)
{
	const struct vmalloc_area *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

struct dm_error *dm_vmalloc_create(struct dm_target *target,
				   struct vmalloc **ret)
{
	struct vmalloc *v = calloc(1, sizeof(*v));
	struct dm_error *err;
	bool nodes;

	if (!v)
		return dm_error_no_memory();
	v->target = target;
	err = read_layout(v);
	if (!err)
		err = dm_target_has_symbol(target, "vmap_nodes", &nodes);
	if (!err)
		err = nodes ? read_nodes(v) : read_old_lists(v);
	if (err) {
		dm_vmalloc_destroy(v);
		return dm_error_prefix(err, "vmalloc areas");
	}
	if (v->count)
		qsort(v->areas, v->count, sizeof(*v->areas), by_start);
	*ret = v;
	return NULL;
}

void dm_vmalloc_destroy(struct vmalloc *vmalloc)
{
	if (!vmalloc)
		return;
	free(vmalloc->areas);
	free(vmalloc);
}

const char *dm_vmalloc_incomplete(const struct vmalloc *vmalloc)
{
	return vmalloc->incomplete.times ? vmalloc->incomplete.why : NULL;
}

const struct vmalloc_area *dm_vmalloc_at(const struct vmalloc *vmalloc,
					 uint64_t va)
{
	size_t above =
		dm_bisect(i, vmalloc->count, vmalloc->areas[i].start <= va);
	if (!above || va - vmalloc->areas[above - 1].start >=
			      vmalloc->areas[above - 1].size)
		return NULL;
	return &vmalloc->areas[above - 1];
}
