// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include <inttypes.h>

#include "list.h"

struct node {
	uint64_t next;
	uint64_t prev;
};

static struct dm_error *read_node(struct kva *kva, uint64_t va,
				  struct node *node)
{
	struct dm_error *err;

	if (va % sizeof(uint64_t))
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "a list has a node at 0x%" PRIx64
				       ", which is not aligned",
				       va);
	err = kva_read(kva, va, node, sizeof(*node), DM_CONTENT_DATA);
	if (err)
		return err;
	node->next = pointer_untagged(le64toh(node->next));
	node->prev = pointer_untagged(le64toh(node->prev));
	return NULL;
}

static struct dm_error *bad_link(uint64_t va, const struct node *node,
				 uint64_t from)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "list node 0x%" PRIx64 " points back to 0x%" PRIx64
			       " instead of 0x%" PRIx64,
			       va, node->prev, from);
}

struct dm_error *list_walk(struct kva *kva, uint64_t head, size_t max,
			   list_fn fn, void *arg, struct incomplete *incomplete)
{
	uint64_t from, va;
	struct node first, node;
	struct dm_error *err;
	size_t i;

	head = pointer_untagged(head);
	err = read_node(kva, head, &first);
	if (err)
		return incomplete_note(incomplete, err);
	from = head;
	va = first.next;
	for (i = 0; va != head; i++) {
		if (i == max)
			return incomplete_note(
				incomplete,
				dm_error_create(DM_ERROR_BAD_DUMP,
						"the list at 0x%" PRIx64
						" has more than %zu nodes",
						head, max));
		err = read_node(kva, va, &node);
		if (!err && node.prev != from)
			err = bad_link(va, &node, from);
		if (err)
			return incomplete_note(incomplete, err);
		err = incomplete_note(incomplete, fn(arg, va));
		if (err)
			return err;
		from = va;
		va = node.next;
	}
	if (first.prev != from)
		return incomplete_note(incomplete,
				       bad_link(head, &first, from));
	return NULL;
}
