// SPDX-License-Identifier: GPL-2.0-or-later
/* The damage to each kernel structure, and the rows that use it. */
#include <stddef.h>

#include "kernel_rows.h"

/* What a pointer is made to point at. */
enum pointee { SELF, FIRST, FREED, NOWHERE, ODD };

static uint64_t where(struct image *image, enum pointee to, uint64_t self,
		      uint64_t first)
{
	switch (to) {
	case SELF:
		return self;
	case FIRST:
		return first;
	case FREED:
		return image_freed(image);
	case NOWHERE:
		return image_nowhere(image);
	case ODD:
		return first + 3;
	}
	return 0;
}

/* In the list that begins at @head, node row->at leads to row->value. */
static void bend(struct image *image, uint64_t head,
		 const struct kernel_row *row)
{
	uint64_t first = image_get(image, head, 8), node = head;
	size_t i;

	for (i = 0; i < row->at; i++)
		node = image_get(image, node, 8);
	image_put(image, node, 8,
		  where(image, (enum pointee)row->value, node, first));
}

static void list(struct image *image, const struct kernel_row *row)
{
	bend(image, image_symbol(image, row->symbol), row);
}

/* Since 6.9 there are several; the first that has something in it. */
static void areas(struct image *image, const struct kernel_row *row)
{
	uint64_t head = image_get(image, image_symbol(image, "vmap_nodes"), 8);

	head += image_member(image, "struct vmap_node", "busy.head");
	while (image_get(image, head, 8) == head)
		head += image_member(image, "struct vmap_node", "lazy.head") -
			image_member(image, "struct vmap_node", "busy.head");
	bend(image, head, row);
}

/* The root of the tree of BPF programs; in a pointer to a node bit 1 is set. */
static void tree(struct image *image, const struct kernel_row *row)
{
	uint64_t head = image_symbol(image, "prog_idr") +
			image_member(image, "struct idr", "idr_rt.xa_head");
	uint64_t node = image_get(image, head, 8) - 2;
	uint64_t slots = node + image_member(image, "struct xa_node", "slots");

	image_put(image, row->at ? slots : head, 8,
		  where(image, (enum pointee)row->value, node, node) + 2);
}

/* A number at a symbol. */
static void number(struct image *image, const struct kernel_row *row)
{
	image_put(image, image_symbol(image, row->symbol) + row->at, row->size,
		  row->value);
}

/* All bytes of a table. */
static void flood(struct image *image, const struct kernel_row *row)
{
	uint64_t i, va = image_symbol(image, row->symbol);

	for (i = 0; i < row->size; i++)
		image_put(image, va + row->at + i, 1, row->value);
}

/* Types lie one behind the other: Linux include/uapi/linux/btf.h. */
struct types_at {
	uint64_t va, end;
};

static struct types_at first_type(struct image *image)
{
	uint64_t btf = image_symbol(image, "__start_BTF");
	uint64_t va = btf + image_get(image, btf + 4, 4) +
		      image_get(image, btf + 8, 4);

	return (struct types_at){ va, va + image_get(image, btf + 12, 4) };
}

static uint64_t type_size(struct image *image, uint64_t va)
{
	uint64_t info = image_get(image, va + 4, 4), count = info & 0xffff;

	switch (info >> 24 & 31) {
	case 1: /* integer */
	case 14: /* variable */
	case 17: /* declaration tag */
		return 12 + 4;
	case 3: /* array */
		return 12 + 12;
	case 4: /* struct */
	case 5: /* union */
	case 15: /* section */
	case 19: /* 64-bit enum */
		return 12 + 12 * count;
	case 6: /* enum */
	case 13: /* prototype */
		return 12 + 8 * count;
	}
	return 12;
}

#define TYPEDEF 8

static void aliases(struct image *image, const struct kernel_row *row)
{
	struct types_at t = first_type(image);
	uint64_t id;

	(void)row;
	for (id = 1; t.va < t.end; id++, t.va += type_size(image, t.va)) {
		if ((image_get(image, t.va + 4, 4) >> 24 & 31) == TYPEDEF)
			image_put(image, t.va + 8, 4, id);
	}
}

/* Word row->at of the first one. */
static void type(struct image *image, const struct kernel_row *row)
{
	image_put(image, first_type(image).va + row->at, 4, row->value);
}

#define KALLSYMS(what, symbol, at, size, value, says)                          \
	{                                                                      \
		"kallsyms: " what, number, symbol, at, size, value, says       \
	}
#define FLOOD(what, symbol, at, size, value, says)                             \
	{                                                                      \
		"kallsyms: " what, flood, symbol, at, size, value, says        \
	}
#define BTF(what, at, size, value, says)                                       \
	{                                                                      \
		"BTF: " what, number, "__start_BTF", at, size, value, says     \
	}
#define TYPE(what, at, value, says)                                            \
	{                                                                      \
		"BTF: " what, type, NULL, at, 0, value, says                   \
	}
#define LIST(what, symbol, at, to, says)                                       \
	{                                                                      \
		what, list, symbol, at, 0, to, says                            \
	}

const struct kernel_row kernel_rows[] = {
	KALLSYMS("no symbols", "kallsyms_num_syms", 0, 4, 0,
		 "kallsyms in the dump cannot be used: kallsyms_num_syms is 0"),
	KALLSYMS(
		"4294967295 symbols", "kallsyms_num_syms", 0, 4, 0xffffffff,
		"kallsyms in the dump cannot be used: kallsyms_num_syms is 4294967295"),
	KALLSYMS(
		"more symbols than there are", "kallsyms_num_syms", 0, 4,
		3000000,
		"kallsyms in the dump cannot be used: kallsyms_num_syms is 3000000"),
	KALLSYMS(
		"a token outside its table", "kallsyms_token_index", 2, 2,
		0xffff,
		"kallsyms in the dump cannot be used: token 1 begins at byte 65535 and not at 4"),
	FLOOD("tokens that do not end", "kallsyms_token_table", 0, 900, 'x',
	      "kallsyms in the dump cannot be used: the token table ends within token 0"),
	FLOOD("tokens of nothing", "kallsyms_token_table", 0, 900, 0,
	      "kallsyms in the dump cannot be used: token 1 begins at byte 4 and not at 1"),
	KALLSYMS("a name longer than all of them", "kallsyms_names", 0, 2,
		 0xffff, "kallsyms in the dump cannot be used"),
	FLOOD("names of length 0", "kallsyms_names", 0, 20000, 0,
	      "kallsyms in the dump cannot be used: name 0 has no length"),
	FLOOD("offsets of all ones", "kallsyms_offsets", 0, 20000, 0xff,
	      "kallsyms in the dump cannot be used"),
	FLOOD("offsets that fall", "kallsyms_offsets", 4000, 4, 0,
	      "kallsyms in the dump cannot be used"),
	BTF("no magic", 0, 2, 0, "BTF is damaged"),
	BTF("a header of 4 GiB", 4, 4, 0xfffffff0, "BTF is damaged"),
	BTF("types behind the end", 8, 4, 0x7ffffff0, "BTF is damaged"),
	BTF("4 GiB of types", 12, 4, 0xfffffff0, "BTF is damaged"),
	BTF("cut: fewer types than are named", 12, 4, 0x1000, "BTF is damaged"),
	BTF("strings behind the end", 16, 4, 0x7ffffff0, "BTF is damaged"),
	BTF("4 GiB of strings", 20, 4, 0xfffffff0, "BTF is damaged"),
	BTF("no strings", 20, 4, 0, "BTF is damaged"),
	TYPE("a name behind the strings", 0, 0xfffffff0, "BTF is damaged"),
	TYPE("a type of an unknown kind", 4, 0x1f000000,
	     "BTF has types of kind 31"),
	{ "BTF: every typedef is one of itself", aliases, NULL, 0, 0, 0,
	  "BTF is damaged: the chain of types" },
	LIST("modules: one leads to itself", "modules", 1, SELF,
	     "modules: list at"),
	LIST("modules: one leads to a freed page", "modules", 1, FREED,
	     "modules: physical address"),
	LIST("modules: one leads out of RAM", "modules", 1, NOWHERE,
	     "modules: kernel address"),
	LIST("modules: one leads to an odd address", "modules", 1, ODD,
	     "modules: list at"),
	LIST("modules: the first leads out of RAM", "modules", 0, NOWHERE,
	     "modules: kernel address"),
	LIST("BPF code: the list runs in a circle", "bpf_kallsyms", 3, FIRST,
	     "BPF: list node"),
	LIST("BPF code: one leads to a freed page", "bpf_kallsyms", 2, FREED,
	     "BPF: physical address"),
	LIST("BPF code: one leads out of RAM", "bpf_kallsyms", 2, NOWHERE,
	     "BPF: kernel address"),
	LIST("BPF packs: the list runs in a circle", "pack_list", 1, SELF,
	     "BPF: list node"),
	LIST("BPF packs: the list leads to a freed page", "pack_list", 0, FREED,
	     "BPF: physical address"),
	{ "BPF programs: the tree leads to a freed page", tree, NULL, 0, 0,
	  FREED, "BPF: physical address" },
	{ "BPF programs: the tree leads out of RAM", tree, NULL, 0, 0, NOWHERE,
	  "BPF: kernel address" },
	{ "BPF programs: the tree has itself as a branch", tree, NULL, 1, 0,
	  SELF, "BPF: the lowest xa_node" },
	{ "vmalloc areas: the list runs in a circle", areas, NULL, 2, 0, FIRST,
	  "vmalloc areas: list node" },
	{ "vmalloc areas: one leads to a freed page", areas, NULL, 2, 0, FREED,
	  "vmalloc areas: physical address" },
	{ "vmalloc areas: one leads out of RAM", areas, NULL, 2, 0, NOWHERE,
	  "vmalloc areas: kernel address" },
	{ "vmalloc areas: one leads to an odd address", areas, NULL, 1, 0, ODD,
	  "vmalloc areas: a list has a node" },
	{ "vmalloc areas: 4294967295 lists", number, "nr_vmap_nodes", 0, 4,
	  0xffffffff, "vmalloc areas: nr_vmap_nodes is 4294967295" },
	{ NULL, NULL, NULL, 0, 0, 0, NULL },
};
