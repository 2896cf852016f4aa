/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vmalloc areas of a fake kernel, one list after the other. */
#ifndef FAKE_VMALLOC_H
#define FAKE_VMALLOC_H

#include "fake_target.h"
#include "kernel/vmalloc.h"

#define SPACE UINT64_C(0xffff900000000000) /* VA, away from the image */

/* Offsets of no kernel: nothing may know them but through the types. */
#define AREA_START 16
#define AREA_END   8
#define AREA_LIST  40
#define AREA_VM	   64
#define AREA_BYTES 128
#define VM_ADDR	   24
#define VM_SIZE	   8
#define VM_FLAGS   32
#define VM_CALLER  56
#define NODE_BUSY  16
#define NODE_LAZY  48
#define NODE_BYTES 80

struct fake_list {
	uint64_t head, last; /* VAs of struct list_head */
};

static inline void fake_list_init(struct fake_target *t, struct fake_list *l,
				  uint64_t head)
{
	*l = (struct fake_list){ head, head };
	fake_kernel_write_u64(t->fake, head, head);
	fake_kernel_write_u64(t->fake, head + 8, head);
}

static inline void fake_list_add(struct fake_target *t, struct fake_list *l,
				 uint64_t node)
{
	fake_kernel_write_u64(t->fake, node, l->head);
	fake_kernel_write_u64(t->fake, node + 8, l->last);
	fake_kernel_write_u64(t->fake, l->last, node);
	fake_kernel_write_u64(t->fake, l->head + 8, node);
	l->last = node;
}

static inline void fake_vmalloc_types(struct fake_target *t)
{
	fake_target_member(t, "struct vmap_area", "va_start", AREA_START);
	fake_target_member(t, "struct vmap_area", "va_end", AREA_END);
	fake_target_member(t, "struct vmap_area", "list", AREA_LIST);
	fake_target_member(t, "struct vmap_area", "vm", AREA_VM);
	fake_target_member(t, "struct vm_struct", "addr", VM_ADDR);
	fake_target_member(t, "struct vm_struct", "size", VM_SIZE);
	fake_target_member(t, "struct vm_struct", "flags", VM_FLAGS);
	fake_target_member(t, "struct vm_struct", "caller", VM_CALLER);
	fake_target_member(t, "struct vmap_node", "busy.head", NODE_BUSY);
	fake_target_member(t, "struct vmap_node", "lazy.head", NODE_LAZY);
	fake_target_size(t, "struct vmap_node", NODE_BYTES);
}

/** A new one at the end of the list; its VA. Its struct is at @p heap. */
static inline uint64_t fake_area(struct fake_target *t, struct fake_list *l,
				 uint64_t *heap, uint64_t start, uint64_t end,
				 uint64_t vm)
{
	uint64_t va = *heap;

	*heap += AREA_BYTES;
	fake_kernel_write_u64(t->fake, va + AREA_START, start);
	fake_kernel_write_u64(t->fake, va + AREA_END, end);
	fake_kernel_write_u64(t->fake, va + AREA_VM, vm);
	fake_list_add(t, l, va + AREA_LIST);
	return va;
}

static inline uint64_t fake_vm(struct fake_target *t, uint64_t *heap,
			       uint64_t addr, uint64_t size, uint64_t flags,
			       uint64_t caller)
{
	uint64_t va = *heap;

	*heap += AREA_BYTES;
	fake_kernel_write_u64(t->fake, va + VM_ADDR, addr);
	fake_kernel_write_u64(t->fake, va + VM_SIZE, size);
	fake_kernel_write_u64(t->fake, va + VM_FLAGS, flags);
	fake_kernel_write_u64(t->fake, va + VM_CALLER, caller);
	return va;
}

#endif /* FAKE_VMALLOC_H */
