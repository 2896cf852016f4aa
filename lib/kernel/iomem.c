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
#include "target/list_each.h"

#define IORESOURCE_SYSRAM	    UINT64_C(0x01000000) /* linux/ioport.h */
#define IORESOURCE_SYSRAM_MERGEABLE UINT64_C(0x04000000)
#define IORESOURCE_BUSY		    UINT64_C(0x80000000)

#define NODES_MAX		    (1u << 20)
#define DEPTH_MAX		    32

struct node {
	uint64_t start, last, flags, parent, sibling, child;
};

struct walk {
	struct dm_target *target;
	struct iomem *iomem;
	uint64_t start, end; /* PAs that are asked for */
	uint64_t start_at, last_at, flags_at, parent_at, sibling_at, child_at;
	size_t nodes_left, capacity;
};

static struct dm_error *read_node(struct walk *w, uint64_t va, struct node *n)
{
	const struct {
		uint64_t at, *value;
	} fields[] = {
		{ w->start_at, &n->start },	{ w->last_at, &n->last },
		{ w->flags_at, &n->flags },	{ w->parent_at, &n->parent },
		{ w->sibling_at, &n->sibling }, { w->child_at, &n->child },
	};
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < sizeof(fields) / sizeof(*fields); i++)
		err = dm_target_u64_at(w->target, va, fields[i].at,
				       fields[i].value);
	n->parent = pointer_untagged(n->parent);
	n->sibling = pointer_untagged(n->sibling);
	n->child = pointer_untagged(n->child);
	return err;
}

static struct dm_error *keep(struct walk *w, const struct node *n)
{
	struct iomem *m = w->iomem;
	struct dm_error *err;

	if (n->last >= UINT64_C(1) << ARM64_PA_BITS)
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
				   const struct node *above,
				   unsigned int depth);

static struct dm_error *take_node(struct walk *w, uint64_t va,
				  const struct node *n, unsigned int depth)
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
				   const struct node *above, unsigned int depth)
{
	uint64_t va = above->child, from = above->start;
	struct dm_error *err = NULL;
	bool first = true;

	while (!err && va) {
		struct node n = { 0 };

		err = read_node(w, va, &n);
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
	const struct target_offset offsets[] = {
		{ "start", &w.start_at },
		{ "end", &w.last_at },
		{ "flags", &w.flags_at },
		{ "parent", &w.parent_at },
		{ "sibling", &w.sibling_at },
		{ "child", &w.child_at },
		{ NULL, NULL },
	};
	struct dm_error *err;
	struct node root = { 0 };
	uint64_t va;

	*iomem = (struct iomem){ 0 };
	err = dm_target_symbol(target, "iomem_resource", &va);
	if (!err)
		err = dm_target_offsets(target, "struct resource", offsets);
	if (err)
		return err;
	err = read_node(&w, va, &root);
	if (err)
		return dm_incomplete_note(&iomem->incomplete, err);
	return walk_below(&w, va, &root, DEPTH_MAX);
}

void dm_iomem_deinit(struct iomem *iomem)
{
	free(iomem->ram);
	*iomem = (struct iomem){ 0 };
}
