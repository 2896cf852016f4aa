// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Steps from node to node, and stops where a list goes in circles or leads out
 * of the kernel's half.
 */
#include "target/list.h"

void dm_list_walk_init(struct list_walk *walk, struct kva *kva, uint64_t head,
		       size_t max)
{
	*walk = (struct list_walk){
		.kva = kva,
		.head = head,
		.node = head,
		.max = max,
	};
}

void dm_list_walk_deinit(struct list_walk *walk)
{
	dm_va_set_deinit(&walk->met);
}

/* Nodes lie in the kernel's half, as pointers do: NULL and poison do not. */
static bool is_node(const struct list_walk *walk, uint64_t va)
{
	return va >= dm_kva_kernel(walk->kva)->linear_start &&
	       !(va & (sizeof(uint64_t) - 1));
}

static struct dm_error *check(struct list_walk *walk, uint64_t va)
{
	const char *why = NULL;
	struct dm_error *err;
	bool is_new = true;

	if (!is_node(walk, va)) {
		why = "is no address of a list's";
	} else {
		err = dm_va_set_add(&walk->met, va, &is_new);
		if (err)
			return err;
	}
	if (!is_new)
		why = "came before";
	else if (!why && walk->count == walk->max)
		why = "is one more than such a list can have";
	if (!why)
		return NULL;
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"list at 0x%llx: what follows node 0x%llx, 0x%llx, %s",
		(unsigned long long)walk->head, (unsigned long long)walk->node,
		(unsigned long long)va, why);
}

struct dm_error *dm_list_walk_next(struct list_walk *walk, uint64_t *node)
{
	struct dm_error *err;
	uint64_t va;

	/* include/linux/types.h, struct list_head: next comes first. */
	err = dm_kva_read_u64(walk->kva, walk->node, &va);
	if (err)
		return dm_error_prefix(err, "list at 0x%llx, node 0x%llx",
				       (unsigned long long)walk->head,
				       (unsigned long long)walk->node);
	*node = 0;
	if (va == walk->head)
		return NULL;
	err = check(walk, va);
	if (err)
		return err;
	walk->count++;
	walk->node = va;
	*node = va;
	return NULL;
}
