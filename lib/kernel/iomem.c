// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads System RAM from the tree of resources.
 *
 * A node is taken only if it names as its parent the one that it was found
 * below, lies in it and begins behind the sibling before it, as
 * __request_resource() puts it: so each is seen once, whatever the pointers say.
 */
#include <stdlib.h>

#include "directmap/array.h"
#include "kernel/iomem.h"
#include "kernel/resource.h"
#include "target/list_each.h"

#define NODES_MAX (1u << 20)
#define DEPTH_MAX 32

struct walk {
	struct dm_target *target;
	struct iomem *iomem;
	uint64_t start, end; /* PAs that are asked for */
	struct resource_layout layout;
	size_t nodes_left, capacity;
};

static struct dm_error *keep(struct walk *w, const struct resource *n)
{
	struct iomem *m = w->iomem;
	struct dm_error *err;

	if (n->last >= DM_PA_END)
		return NULL;
	err = dm_array_reserve(&m->ram, &w->capacity, m->count, 1, NODES_MAX);
	if (err)
		return err;
	m->ram[m->count++] = (struct iomem_ram){
		.start = n->start,
		.end = n->last + 1,
		.mergeable = n->flags & IORESOURCE_SYSRAM_MERGEABLE,
	};
	return NULL;
}

static struct dm_error *walk_below(struct walk *w, uint64_t parent,
				   const struct resource *above,
				   unsigned int depth);

static struct dm_error *take_node(struct walk *w, uint64_t va,
				  const struct resource *n, unsigned int depth)
{
	const uint64_t ram = IORESOURCE_SYSRAM | IORESOURCE_BUSY;

	if (n->last < w->start)
		return NULL;
	/* A device's own range is System RAM too, but not busy (dax/kmem). */
	if ((n->flags & ram) == ram)
		return keep(w, n);
	return n->child && depth ? walk_below(w, va, n, depth - 1) : NULL;
}

static struct dm_error *walk_below(struct walk *w, uint64_t parent,
				   const struct resource *above,
				   unsigned int depth)
{
	uint64_t va = above->child, from = above->start;
	struct dm_error *err = NULL;
	bool first = true;

	while (!err && va) {
		struct resource n = { 0 };

		err = dm_resource_read(w->target, &w->layout, va, &n);
		if (!err && (!w->nodes_left || n.parent != parent ||
			     n.last < n.start || n.last > above->last ||
			     (first ? n.start < from : n.start <= from)))
			err = dm_error_create(
				DM_ERROR_BAD_DUMP,
				"the resource at 0x%llx is not where it should be",
				(unsigned long long)va);
		/* What is behind it is out of reach. */
		if (err)
			return dm_incomplete_note(&w->iomem->incomplete, err);
		w->nodes_left--;
		if (n.start >= w->end)
			break;
		err = take_node(w, va, &n, depth);
		first = false;
		from = n.last;
		va = n.sibling;
	}
	return err;
}

struct dm_error *dm_iomem_read(struct dm_target *target, uint64_t start,
			       uint64_t end, struct iomem *iomem)
{
	struct walk w = {
		.target = target,
		.iomem = iomem,
		.start = start,
		.end = end,
		.nodes_left = NODES_MAX,
	};
	struct dm_error *err;
	struct resource root = { 0 };
	uint64_t va;

	*iomem = (struct iomem){ 0 };
	err = dm_target_symbol(target, "iomem_resource", &va);
	if (!err)
		err = dm_resource_layout(target, &w.layout);
	if (err)
		return err;
	err = dm_resource_read(target, &w.layout, va, &root);
	if (err)
		return dm_incomplete_note(&iomem->incomplete, err);
	return walk_below(&w, va, &root, DEPTH_MAX);
}

void dm_iomem_deinit(struct iomem *iomem)
{
	free(iomem->ram);
	*iomem = (struct iomem){ 0 };
}
