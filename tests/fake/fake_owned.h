/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fake kernel of which every page has an owner: image, KFENCE pool, modules,
 * BPF, vmalloc, secretmem, with a struct page for each.
 */
#ifndef FAKE_OWNED_H
#define FAKE_OWNED_H

#include <string.h>

#include "fake_vmalloc.h"

#define VMEMMAP UINT64_C(0xfffffdffbf000000)

/* The image, by its VAs; the linear map has it from IMAGE_PA on. */
#define IMAGE	   UINT64_C(0xffff800090000000)
#define IMAGE_PA   (FAKE_KERNEL_RAM + (UINT64_C(256) << 20))
#define INIT_BEGIN (IMAGE + (2 << 20))
#define INIT_END   (IMAGE + (3 << 20))
#define BSS_END	   (IMAGE + (4 << 20) - (64 << 10))
#define IMAGE_END  (IMAGE + (4 << 20))

#define POOL	   (FAKE_KERNEL_RAM + (8 << 20)) /* PA, of two objects */

#define MODULE_VA  (SPACE + 0x100000)
#define PACK	   (SPACE + 0x200000)
#define PACK_BYTES 0x4000

/* Offsets of no kernel. */
#define MAPPING_HOST 16
#define MAPPING_AOPS 24
#define INODE_INO    40

struct fake_owned {
	struct fake_target *t;
	struct fake_list areas, modules, ksyms, packs;
	uint64_t heap; /* VA that is free */
	uint64_t aops; /* VA of secretmem_aops */
	uint64_t idr_node;
	uint64_t pack; /* VA of its struct */
	uint64_t module; /* the same */
};

static inline uint64_t owned_take(struct fake_owned *o, uint64_t size)
{
	uint64_t va = o->heap;

	o->heap += size;
	return va;
}

static inline void owned_put(struct fake_owned *o, uint64_t va, uint64_t value)
{
	fake_kernel_write_u64(o->t->fake, va, value);
}

/* ---- Kinds ---------------------------------------------------------------- */

static inline void owned_image(struct fake_owned *o)
{
	struct fake_target *t = o->t;

	fake_target_symbol(t, "_text", IMAGE);
	fake_target_symbol(t, "alloc_insn_page", IMAGE + 0x1000);
	fake_target_symbol(t, "load_module", IMAGE + 0x2000);
	fake_target_symbol(t, "last_function", IMAGE + 0x3000);
	fake_target_symbol(t, "__init_begin", INIT_BEGIN);
	fake_target_symbol(t, "__init_end", INIT_END);
	fake_target_symbol(t, "__bss_stop", BSS_END);
	fake_target_symbol(t, "_end", IMAGE_END);
	fake_target_symbol(t, "init_task", INIT_END + 0x1000);
}

static inline void owned_pages(struct fake_owned *o)
{
	struct fake_kernel *f = o->t->fake;

	fake_kernel_line(f, "SYMBOL(vmemmap)=%llx",
			 (unsigned long long)VMEMMAP);
	fake_kernel_line(f, "SIZE(page)=64");
	fake_kernel_line(f, "OFFSET(page.flags)=0");
	fake_kernel_line(f, "OFFSET(page._refcount)=52");
	fake_kernel_line(f, "OFFSET(page._mapcount)=48");
	fake_kernel_line(f, "OFFSET(page.mapping)=24");
	fake_kernel_line(f, "OFFSET(page.compound_head)=8");
	fake_target_enumerator(o->t, "enum pagetype", "PGTY_buddy", 0xf0);
	fake_target_enumerator(o->t, "enum pageflags", "PG_locked", 0);
	fake_target_enumerator(o->t, "enum pageflags", "PG_reserved", 13);
	fake_target_enumerator(o->t, "enum pageflags", "__NR_PAGEFLAGS", 24);
}

/** The struct page of @p pa: in use as data, unless told otherwise. */
static inline uint64_t owned_page(struct fake_owned *o, uint64_t pa,
				  uint64_t flags, uint64_t mapping,
				  uint32_t type)
{
	uint64_t va = VMEMMAP + (pa >> 12) * 64;

	owned_put(o, va, flags);
	owned_put(o, va + 24, mapping);
	fake_kernel_write_u32(o->t->fake, va + 48, type);
	fake_kernel_write_u32(o->t->fake, va + 52, 1);
	return va;
}

static inline void owned_kfence(struct fake_owned *o)
{
	uint64_t pool = fake_target_linear(o->t, POOL);
	uint64_t metadata = owned_take(o, 256);

	fake_target_variable(o->t, "__kfence_pool", 8, pool);
	fake_target_symbol(o->t, "kfence_metadata", metadata);
	fake_target_size(o->t, "struct kfence_metadata", 64);
	fake_target_member(o->t, "struct kfence_metadata", "addr", 8);
	owned_put(o, metadata + 8, pool + 0x2000);
	owned_put(o, metadata + 64 + 8, pool + 0x4000);
}

/** An area of @p pages with a guard page; the PA of its first page. */
static inline uint64_t owned_area(struct fake_owned *o, uint64_t start,
				  uint64_t pages, uint64_t flags,
				  uint64_t caller)
{
	uint64_t size = (pages + 1) << 12, i;

	fake_area(o->t, &o->areas, &o->heap, start, start + size,
		  fake_vm(o->t, &o->heap, start, size, flags, caller));
	for (i = 0; i < pages; i++)
		owned_page(o, fake_kernel_pa(o->t->fake, start + (i << 12)), 0,
			   0, UINT32_MAX);
	return fake_kernel_pa(o->t->fake, start);
}

static inline void owned_vmalloc(struct fake_owned *o)
{
	fake_vmalloc_types(o->t);
	fake_list_init(o->t, &o->areas, owned_take(o, 16));
	fake_target_symbol(o->t, "vmap_area_list", o->areas.head);
}

static inline void owned_module_types(struct fake_target *t)
{
	static const char *const kinds[] = {
		"MOD_TEXT",	     "MOD_DATA",      "MOD_RODATA",
		"MOD_RO_AFTER_INIT", "MOD_INIT_TEXT", "MOD_INIT_DATA",
		"MOD_INIT_RODATA",
	};
	static const char *const paths[] = {
		"mem[0].base", "mem[1].base", "mem[2].base", "mem[3].base",
		"mem[4].base", "mem[5].base", "mem[6].base", "mem[0].size",
		"mem[1].size", "mem[2].size", "mem[3].size", "mem[4].size",
		"mem[5].size", "mem[6].size",
	};
	int i;

	fake_target_array(t, "struct module", "list", 16, 16);
	fake_target_array(t, "struct module", "name", 40, 56);
	fake_target_array(t, "struct module", "state", 104, 4);
	fake_target_member(t, "struct module", "kallsyms", 112);
	fake_target_member(t, "struct mod_kallsyms", "typetab", 0);
	fake_target_member(t, "struct mod_kallsyms", "strtab", 8);
	fake_target_member(t, "struct mod_kallsyms", "symtab", 16);
	fake_target_array(t, "struct mod_kallsyms", "num_symtab", 24, 4);
	fake_target_enumerator(t, "enum module_state", "MODULE_STATE_LIVE", 0);
	fake_target_enumerator(t, "enum module_state", "MODULE_STATE_COMING",
			       1);
	fake_target_enumerator(t, "enum module_state", "MODULE_STATE_GOING", 2);
	fake_target_enumerator(t, "enum module_state", "MODULE_STATE_UNFORMED",
			       3);
	for (i = 0; i < 7; i++) {
		uint64_t mem = 128 + (uint64_t)i * 24;

		fake_target_enumerator(t, "enum mod_mem_type", kinds[i], i);
		fake_target_member(t, "struct module", paths[i], mem + 8);
		fake_target_array(t, "struct module", paths[7 + i], mem, 4);
	}
}

/** "fake_mod": three pages of text, one of data, one of rodata. */
static inline void owned_module(struct fake_owned *o)
{
	uint64_t va = owned_take(o, 512);

	o->module = va;
	owned_module_types(o->t);
	fake_list_init(o->t, &o->modules, owned_take(o, 16));
	fake_target_symbol(o->t, "modules", o->modules.head);
	fake_list_add(o->t, &o->modules, va + 16);
	fake_kernel_write_string(o->t->fake, va + 40, "fake_mod");
	owned_put(o, va + 128 + 8, MODULE_VA);
	fake_kernel_write_u32(o->t->fake, va + 128, 0x3000);
	owned_put(o, va + 128 + 24 + 8, MODULE_VA + 0x10000);
	fake_kernel_write_u32(o->t->fake, va + 128 + 24, 0x1000);
	owned_put(o, va + 128 + 48 + 8, MODULE_VA + 0x20000);
	fake_kernel_write_u32(o->t->fake, va + 128 + 48, 0x800);
	owned_area(o, MODULE_VA, 3, VM_ALLOC, IMAGE + 0x2010);
	owned_area(o, MODULE_VA + 0x10000, 1, VM_ALLOC, IMAGE + 0x2010);
	owned_area(o, MODULE_VA + 0x20000, 1, VM_ALLOC, IMAGE + 0x2010);
}

static inline void owned_bpf_types(struct fake_target *t)
{
	fake_target_member(t, "struct xarray", "xa_head", 8);
	fake_target_array(t, "struct xa_node", "shift", 0, 1);
	fake_target_array(t, "struct xa_node", "offset", 1, 1);
	fake_target_member(t, "struct xa_node", "parent", 8);
	fake_target_array(t, "struct xa_node", "slots", 40, 512);
	fake_target_array(t, "struct idr", "idr_rt", 0, 16);
	fake_target_array(t, "struct idr", "idr_base", 16, 4);
	fake_target_array(t, "struct bpf_prog", "type", 8, 4);
	fake_target_array(t, "struct bpf_prog", "jited_len", 12, 4);
	fake_target_member(t, "struct bpf_prog", "tag", 16);
	fake_target_member(t, "struct bpf_prog", "bpf_func", 24);
	fake_target_member(t, "struct bpf_prog", "aux", 32);
	fake_target_array(t, "struct bpf_prog_aux", "id", 4, 4);
	fake_target_array(t, "struct bpf_prog_aux", "func_cnt", 8, 4);
	fake_target_member(t, "struct bpf_prog_aux", "func", 16);
	fake_target_array(t, "struct bpf_prog_aux", "name", 24, 16);
	fake_target_member(t, "struct bpf_prog_aux", "load_time", 40);
	fake_target_member(t, "struct bpf_prog_aux", "prog", 48);
	fake_target_array(t, "struct bpf_prog_aux", "ksym", 64, 128);
	fake_target_member(t, "struct bpf_ksym", "start", 0);
	fake_target_member(t, "struct bpf_ksym", "end", 8);
	fake_target_array(t, "struct bpf_ksym", "name", 16, 64);
	fake_target_array(t, "struct bpf_ksym", "lnode", 80, 16);
	fake_target_array(t, "struct bpf_ksym", "prog", 96, 1);
	fake_target_array(t, "struct bpf_prog_pack", "list", 0, 16);
	fake_target_member(t, "struct bpf_prog_pack", "ptr", 16);
	fake_target_array(t, "struct bpf_prog_pack", "bitmap", 32, 0);
	fake_target_array(t, "struct bpf_binary_header", "size", 0, 4);
}

/** A program of @p size bytes at @p code, in the pack. */
static inline void owned_program(struct fake_owned *o, uint32_t id,
				 const char *name, uint64_t code, uint32_t size)
{
	uint64_t prog = owned_take(o, 1024), aux = prog + 512;
	uint64_t ksym = aux + 64;
	struct fake_kernel *f = o->t->fake;

	fake_kernel_write_u32(f, prog + 8, 5);
	fake_kernel_write_u32(f, prog + 12, size);
	owned_put(o, prog + 16, UINT64_C(0xefcdab8967452300) + id);
	owned_put(o, prog + 24, code);
	owned_put(o, prog + 32, aux);
	fake_kernel_write_u32(f, aux + 4, id);
	fake_kernel_write_string(f, aux + 24, name);
	owned_put(o, aux + 40, UINT64_C(1500000000) * id);
	owned_put(o, aux + 48, prog);
	owned_put(o, ksym, code);
	owned_put(o, ksym + 8, code + size);
	fake_kernel_write_string(f, ksym + 16, "bpf_prog_0123");
	fake_kernel_write(f, ksym + 96, "\1", 1);
	fake_list_add(o->t, &o->ksyms, ksym + 80);
	owned_put(o, o->idr_node + 40 + 8 * (uint64_t)id, prog);
	/* The header begins the chunks that were handed out. */
	fake_kernel_write_u32(f, code & ~UINT64_C(63),
			      (size + 16 + 63) & ~UINT32_C(63));
}

/** A pack of four pages: two programs on the first, one more on the second. */
static inline void owned_bpf(struct fake_owned *o)
{
	uint64_t idr = owned_take(o, 64), pack = owned_take(o, 256);

	o->pack = pack;
	owned_bpf_types(o->t);
	o->idr_node = owned_take(o, 1024);
	owned_put(o, idr + 8, o->idr_node + 2);
	owned_put(o, o->idr_node, 0);
	fake_list_init(o->t, &o->ksyms, owned_take(o, 16));
	fake_list_init(o->t, &o->packs, owned_take(o, 16));
	fake_target_symbol(o->t, "prog_idr", idr);
	fake_target_symbol(o->t, "bpf_kallsyms", o->ksyms.head);
	fake_target_symbol(o->t, "pack_list", o->packs.head);
	owned_area(o, PACK, PACK_BYTES >> 12, VM_ALLOC, IMAGE + 0x2010);
	fake_list_add(o->t, &o->packs, pack);
	owned_put(o, pack + 16, PACK);
	/* Slots of 64 bytes: [0, 0x140), [0x140, 0x240), [0x1000, 0x1100). */
	owned_put(o, pack + 32, 0x1ff);
	owned_put(o, pack + 40, 0xf);
	owned_program(o, 1, "first", PACK + 0x10, 0x100);
	owned_program(o, 2, "second", PACK + 0x150, 0xc0);
	owned_program(o, 3, "third", PACK + 0x1010, 0xc0);
}

static inline void owned_secretmem(struct fake_owned *o)
{
	o->aops = IMAGE + 0x3800;
	fake_target_symbol(o->t, "secretmem_aops", o->aops);
	fake_target_member(o->t, "struct address_space", "host", MAPPING_HOST);
	fake_target_member(o->t, "struct address_space", "a_ops", MAPPING_AOPS);
	fake_target_member(o->t, "struct inode", "i_ino", INODE_INO);
}

/** A mapping with those operations, of a file with that inode. */
static inline uint64_t owned_mapping(struct fake_owned *o, uint64_t aops,
				     uint64_t inode)
{
	uint64_t mapping = owned_take(o, 64), host = owned_take(o, 64);

	owned_put(o, mapping + MAPPING_HOST, host);
	owned_put(o, mapping + MAPPING_AOPS, aops);
	owned_put(o, host + INODE_INO, inode);
	return mapping;
}

static inline void owned_start(struct fake_owned *o)
{
	memset(o, 0, sizeof(*o));
	o->t = fake_target_create(12, 48);
	o->heap = fake_kernel_data(o->t->fake);
	owned_image(o);
	owned_pages(o);
	owned_kfence(o);
	owned_vmalloc(o);
	owned_module(o);
	owned_bpf(o);
	owned_secretmem(o);
}

#endif /* FAKE_OWNED_H */
