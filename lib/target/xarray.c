// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Visits the entries of an XArray.
 *
 * Entries by their two lowest bits: 00 a pointer, 01 and 11 a value, 10 one of
 * the XArray's own (include/linux/xarray.h, xa_is_value(), xa_is_internal()).
 * Of those, the ones up to 4096 are marks, larger ones are nodes + 2
 * (xa_is_node()).
 */
#include <endian.h>
#include <inttypes.h>

#include "target/list_each.h"
#include "target/xarray.h"

#define SLOTS_MAX 64 /* XA_CHUNK_SIZE; 16 with CONFIG_BASE_SMALL */
#define DEPTH_MAX 16 /* 64 bits of index, 4 a level */

struct layout {
	uint64_t head;
	uint64_t shift, offset, parent, slots;
	unsigned int chunk_shift;
};

struct walk {
	struct kva *kva;
	struct layout layout;
	uint64_t base; /* added to each index: idr_base */
	size_t entries_left;
	size_t nodes_left;
	bool cut;
	xarray_fn fn;
	void *arg;
	struct incomplete *incomplete;
};

struct node {
	uint64_t va;
	unsigned int shift;
	uint64_t index; /* of slot 0 */
	uint64_t slots[SLOTS_MAX];
};

static bool is_internal(uint64_t entry)
{
	return (entry & 3) == 2;
}

static bool is_node(uint64_t entry)
{
	return is_internal(entry) && entry > 4096;
}

/* ---- Layout ------------------------------------------------------------- */

static struct dm_error *layout_init(struct layout *l, struct dm_target *target)
{
	const struct target_offset in_node[] = {
		{ "shift", &l->shift },	  { "offset", &l->offset },
		{ "parent", &l->parent }, { "slots", &l->slots },
		{ NULL, NULL },
	};
	struct dm_member slots;
	struct dm_error *err;

	err = dm_types_offset(dm_target_types(target), "struct xarray",
			      "xa_head", &l->head);
	if (!err)
		err = dm_target_offsets(target, "struct xa_node", in_node);
	if (!err)
		err = dm_types_member(dm_target_types(target), "struct xa_node",
				      "slots", &slots);
	if (err)
		return err;
	/* Linux has no others: include/linux/xarray.h, XA_CHUNK_SHIFT. */
	if (slots.size == 64 * sizeof(uint64_t))
		l->chunk_shift = 6;
	else if (slots.size == 16 * sizeof(uint64_t))
		l->chunk_shift = 4;
	else
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "struct xa_node has %" PRIu64
				       " bytes of slots, not 16 or 64 slots",
				       slots.size);
	return NULL;
}

/* ---- Nodes -------------------------------------------------------------- */

static struct dm_error *read_byte(struct kva *kva, uint64_t va,
				  unsigned int *value)
{
	uint8_t byte = 0;
	struct dm_error *err;

	err = dm_kva_read(kva, va, &byte, 1, DM_CONTENT_DATA);
	*value = byte;
	return err;
}

static struct dm_error *bad_node(uint64_t va, const char *what, uint64_t is,
				 uint64_t should)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "the xa_node at 0x%" PRIx64 " has %s 0x%" PRIx64
			       " instead of 0x%" PRIx64,
			       va, what, is, should);
}

/*
 * Where a node stands, by its own account, against where it was found
 * (lib/xarray.c and lib/radix-tree.c keep parent and offset in step with the
 * slots).
 */
static struct dm_error *check_place(struct walk *w, uint64_t va,
				    uint64_t parent, unsigned int slot)
{
	unsigned int offset;
	uint64_t up;
	struct dm_error *err;

	err = dm_kva_read_u64(w->kva, va + w->layout.parent, &up);
	if (!err)
		err = read_byte(w->kva, va + w->layout.offset, &offset);
	if (err)
		return err;
	up = arm64_untagged(up);
	if (up != parent)
		return bad_node(va, "parent", up, parent);
	/* The top node's offset stands for nothing. */
	if (parent && offset != slot)
		return bad_node(va, "offset", offset, slot);
	return NULL;
}

static struct dm_error *check_shift(struct walk *w, const struct node *n,
				    const struct node *parent)
{
	/* Each level has one chunk of bits less: xas_create(). */
	if (parent && n->shift + w->layout.chunk_shift != parent->shift)
		return bad_node(n->va, "shift", n->shift,
				parent->shift - w->layout.chunk_shift);
	if (n->shift % w->layout.chunk_shift || n->shift >= 64)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "the xa_node at 0x%" PRIx64
				       " has shift %u",
				       n->va, n->shift);
	return NULL;
}

/* The node behind @entry, in slot @slot of @parent (NULL for the head). */
static struct dm_error *node_read(struct walk *w, uint64_t entry,
				  const struct node *parent, unsigned int slot,
				  struct node *n)
{
	size_t i, count = (size_t)1 << w->layout.chunk_shift;
	struct dm_error *err;

	n->va = arm64_untagged(entry - 2);
	if (n->va % sizeof(uint64_t))
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "an xa_node at 0x%" PRIx64
				       ", which is not aligned",
				       n->va);
	if (!w->nodes_left--) {
		w->nodes_left = 0;
		w->cut = true;
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "more xa_nodes than entries could need");
	}
	err = check_place(w, n->va, parent ? parent->va : 0, slot);
	if (!err)
		err = read_byte(w->kva, n->va + w->layout.shift, &n->shift);
	if (!err)
		err = check_shift(w, n, parent);
	if (!err)
		err = dm_kva_read(w->kva, n->va + w->layout.slots, n->slots,
				  count * sizeof(uint64_t), DM_CONTENT_DATA);
	for (i = 0; !err && i < count; i++)
		n->slots[i] = le64toh(n->slots[i]);
	return err;
}

/* ---- Entries ------------------------------------------------------------ */

static struct dm_error *emit(struct walk *w, uint64_t index, uint64_t entry)
{
	if (!w->entries_left) {
		w->cut = true;
		return dm_incomplete_note(
			w->incomplete,
			dm_error_create(DM_ERROR_BAD_DUMP,
					"an xarray has more entries than are "
					"read; those from index %" PRIu64
					" are left out",
					index));
	}
	w->entries_left--;
	return dm_incomplete_note(w->incomplete,
				  w->fn(w->arg, index + w->base, entry));
}

/* A mark of the XArray's own stands for no entry: sibling, retry, zero. */
static struct dm_error *slot_visit(struct walk *w, const struct node *n,
				   unsigned int i, uint64_t *child)
{
	uint64_t entry = n->slots[i];
	uint64_t index = (uint64_t)i << n->shift;

	*child = 0;
	if (!entry || (is_internal(entry) && !is_node(entry)))
		return NULL;
	if (index >> n->shift != i)
		return dm_incomplete_note(
			w->incomplete,
			dm_error_create(DM_ERROR_BAD_DUMP,
					"slot %u of the xa_node at 0x%" PRIx64
					" is beyond the last index",
					i, n->va));
	if (!is_node(entry))
		return emit(w, n->index + index, entry);
	if (n->shift) {
		*child = entry;
		return NULL;
	}
	return dm_incomplete_note(
		w->incomplete,
		dm_error_create(DM_ERROR_BAD_DUMP,
				"the lowest xa_node at 0x%" PRIx64
				" has a node in slot %u",
				n->va, i));
}

/*
 * Recursion is bounded: a child's shift is less than its parent's, and the
 * highest is below 64.
 */
static struct dm_error *node_walk(struct walk *w, uint64_t entry,
				  const struct node *parent, unsigned int slot)
{
	unsigned int i, count = 1U << w->layout.chunk_shift;
	struct dm_error *err;
	struct node n;
	uint64_t child;

	err = node_read(w, entry, parent, slot, &n);
	if (err)
		return dm_incomplete_note(w->incomplete, err);
	n.index =
		parent ? parent->index + ((uint64_t)slot << parent->shift) : 0;
	for (i = 0; i < count && !w->cut; i++) {
		err = slot_visit(w, &n, i, &child);
		if (!err && child)
			err = node_walk(w, child, &n, i);
		if (err)
			return err;
	}
	return NULL;
}

static struct dm_error *walk_head(struct walk *w, uint64_t va)
{
	uint64_t head;
	struct dm_error *err;

	err = dm_kva_read_u64(w->kva, va + w->layout.head, &head);
	if (err)
		return dm_incomplete_note(w->incomplete, err);
	if (is_node(head))
		return node_walk(w, head, NULL, 0);
	/* A lone entry at index 0 needs no node. */
	if (head && !is_internal(head))
		return emit(w, 0, head);
	return NULL;
}

static void walk_init(struct walk *w, struct dm_target *target, size_t max,
		      xarray_fn fn, void *arg, struct incomplete *incomplete)
{
	*w = (struct walk){
		.kva = dm_target_kva(target),
		.entries_left = max,
		/* One more than a tree of lone entries has. */
		.nodes_left = max < SIZE_MAX / DEPTH_MAX - 1
				      ? (max + 1) * DEPTH_MAX
				      : SIZE_MAX,
		.fn = fn,
		.arg = arg,
		.incomplete = incomplete,
	};
}

struct dm_error *dm_xarray_walk(struct dm_target *target, uint64_t va,
				size_t max, xarray_fn fn, void *arg,
				struct incomplete *incomplete)
{
	struct walk w;
	struct dm_error *err;

	walk_init(&w, target, max, fn, arg, incomplete);
	err = layout_init(&w.layout, target);
	return err ? err : walk_head(&w, va);
}

struct dm_error *dm_idr_walk(struct dm_target *target, uint64_t va, size_t max,
			     xarray_fn fn, void *arg,
			     struct incomplete *incomplete)
{
	uint64_t rt, base_offset;
	const struct target_offset in_idr[] = {
		{ "idr_rt", &rt },
		{ "idr_base", &base_offset },
		{ NULL, NULL },
	};
	struct dm_error *err;
	struct walk w;
	uint32_t base;

	walk_init(&w, target, max, fn, arg, incomplete);
	err = layout_init(&w.layout, target);
	if (!err)
		err = dm_target_offsets(target, "struct idr", in_idr);
	if (err)
		return err;
	err = dm_kva_read_u32(w.kva, va + base_offset, &base);
	if (err)
		return dm_incomplete_note(incomplete, err);
	w.base = base;
	return walk_head(&w, va + rt);
}
