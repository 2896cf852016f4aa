// SPDX-License-Identifier: GPL-2.0-or-later
/* Walks a list from the front and, where it breaks, from the back. */
#include <endian.h>
#include <inttypes.h>

#include "target/list_each.h"

/* struct list_head: next comes first (include/linux/types.h). */
enum direction {
	NEXT,
	PREV,
};

struct walk {
	struct kva *kva;
	uint64_t head;
	size_t left; /* nodes that may follow */
	list_fn fn;
	void *arg;
	struct incomplete *incomplete;
	bool broken;
};

static struct dm_error *read_links(struct kva *kva, uint64_t va,
				   uint64_t links[2])
{
	struct dm_error *err;

	if (va % sizeof(uint64_t))
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "a list has a node at 0x%" PRIx64
				       ", which is not aligned",
				       va);
	err = dm_kva_read(kva, va, links, 2 * sizeof(uint64_t),
			  DM_CONTENT_DATA);
	if (err)
		return err;
	links[NEXT] = arm64_untagged(le64toh(links[NEXT]));
	links[PREV] = arm64_untagged(le64toh(links[PREV]));
	return NULL;
}

/* Read the node at @va, which was reached from @from. */
static struct dm_error *enter(struct walk *w, uint64_t va, uint64_t from,
			      enum direction direction, uint64_t links[2])
{
	struct dm_error *err = read_links(w->kva, va, links);

	if (err || links[!direction] == from)
		return err;
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "list node 0x%" PRIx64
			       " points back to 0x%" PRIx64
			       " instead of 0x%" PRIx64,
			       va, links[!direction], from);
}

static struct dm_error *walk_one_way(struct walk *w, enum direction direction)
{
	uint64_t from = w->head, links[2], va;
	struct dm_error *err;

	err = read_links(w->kva, w->head, links);
	while (!err) {
		va = links[direction];
		err = enter(w, va, from, direction, links);
		if (!err && va == w->head)
			return NULL;
		if (!err && !w->left--) {
			w->left = 0;
			err = dm_error_create(DM_ERROR_BAD_DUMP,
					      "the list at 0x%" PRIx64
					      " is longer than any",
					      w->head);
		}
		if (err)
			break;
		err = dm_incomplete_note(w->incomplete, w->fn(w->arg, va));
		if (err)
			return err;
		from = va;
	}
	w->broken = true;
	return dm_incomplete_note(w->incomplete, err);
}

/*
 * No node is reached from both ends: what breaks the way there, by its own
 * content, breaks the way back.
 */
struct dm_error *dm_list_each(struct kva *kva, uint64_t head, size_t max,
			      list_fn fn, void *arg,
			      struct incomplete *incomplete)
{
	struct walk w = {
		.kva = kva,
		.head = arm64_untagged(head),
		.left = max,
		.fn = fn,
		.arg = arg,
		.incomplete = incomplete,
	};
	struct dm_error *err;

	err = walk_one_way(&w, NEXT);
	if (!err && w.broken && w.left)
		err = walk_one_way(&w, PREV);
	return err;
}
