// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plants mappings that a sound kernel does not have, for those who look for them
 * in a dump, and prints each to the log:
 *
 *	FAULT kind=KIND va=VA pa=PA size=SIZE linear=VA
 *
 * linear is the linear map's address of the same page, 0 where va is it. What
 * cannot be planted says why ("FAULT kind=KIND skipped: ERROR"). only= on the
 * command line names the kinds wanted, with commas between. Nothing is taken
 * back: the module cannot be unloaded.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include <asm/tlbflush.h>

#include "lookup.h"

static char *only;
module_param(only, charp, 0400);
MODULE_PARM_DESC(only, "kinds of faults, with commas between (default all)");

/* The kernel's own, which modules do not see. */
static struct mm_struct *kernel_mm;
static int (*memory_ro)(unsigned long address, int pages);
static int (*memory_valid)(unsigned long address, int pages, int enable);
static int (*direct_map_invalid)(struct page *page);
static int (*direct_map_default)(struct page *page);

/* What was planted. */
struct planted {
	unsigned long va;
	unsigned long linear;
	phys_addr_t pa;
};

/* Bits of a leaf to change. */
struct change {
	pteval_t set;
	pteval_t clear;
};

static int change_one(pte_t *pte, unsigned long address, void *data)
{
	const struct change *change = data;
	pteval_t value = pte_val(READ_ONCE(*pte));

	WRITE_ONCE(*pte, __pte((value & ~change->clear) | change->set));
	return 0;
}

/* Changes bits of the leaf of one page, which is not part of a larger one. */
static int change_leaf(unsigned long va, pteval_t set, pteval_t clear)
{
	struct change change = { .set = set, .clear = clear };
	int err = apply_to_page_range(kernel_mm, va, PAGE_SIZE, change_one,
				      &change);

	flush_tlb_kernel_range(va, va + PAGE_SIZE);
	return err;
}

/* A page of ours mapped once more with these attributes. */
static int alias(struct planted *planted, struct page *page, pgprot_t prot)
{
	void *at = vmap(&page, 1, VM_MAP, prot);

	if (!at)
		return -ENOMEM;
	planted->va = (unsigned long)at;
	planted->pa = page_to_phys(page);
	planted->linear = (unsigned long)page_address(page);
	return 0;
}

static int alias_new(struct planted *planted, pgprot_t prot)
{
	struct page *page = alloc_page(GFP_KERNEL);

	return page ? alias(planted, page, prot) : -ENOMEM;
}

/* A page of ours in the linear map, in a leaf of its own. */
static int linear_page(struct planted *planted)
{
	struct page *page = alloc_page(GFP_KERNEL);
	int err;

	if (!page)
		return -ENOMEM;
	planted->va = (unsigned long)page_address(page);
	planted->pa = page_to_phys(page);
	planted->linear = 0;
	/* Splits what is larger, and leaves the page as it was. */
	err = memory_valid(planted->va, 1, 0);
	return err ?: memory_valid(planted->va, 1, 1);
}

static int vmalloc_page(struct planted *planted)
{
	void *at = vmalloc(3 * PAGE_SIZE);
	struct page *page;

	if (!at)
		return -ENOMEM;
	page = vmalloc_to_page(at + PAGE_SIZE);
	planted->va = (unsigned long)at + PAGE_SIZE;
	planted->pa = page_to_phys(page);
	planted->linear = (unsigned long)page_address(page);
	return 0;
}

/*
 * vmap() makes PAGE_KERNEL_EXEC not executable (since Linux 5.8), so the bit is
 * cleared behind its back.
 */
static int plant_wx(struct planted *planted)
{
	int err = alias_new(planted, PAGE_KERNEL_EXEC);

	return err ?: change_leaf(planted->va, 0, PTE_PXN);
}

static int plant_vmap_exec(struct planted *planted)
{
	int err = alias_new(planted, PAGE_KERNEL_ROX);

	return err ?: change_leaf(planted->va, 0, PTE_PXN);
}

static int plant_device(struct planted *planted)
{
	return alias_new(planted, pgprot_noncached(PAGE_KERNEL));
}

static int plant_noncached(struct planted *planted)
{
	return alias_new(planted, pgprot_writecombine(PAGE_KERNEL));
}

static int plant_text_alias(struct planted *planted)
{
	unsigned long text = symbol_address("_stext");

	if (!text)
		return -ENOENT;
	return alias(planted, phys_to_page(text - kimage_voffset), PAGE_KERNEL);
}

static int plant_module_alias(struct planted *planted)
{
	return alias(planted, vmalloc_to_page(change_one), PAGE_KERNEL);
}

static int plant_invalid(struct planted *planted)
{
	int err = linear_page(planted);

	err = err ?: direct_map_invalid(virt_to_page((void *)planted->va));
	flush_tlb_kernel_range(planted->va, planted->va + PAGE_SIZE);
	return err;
}

static int plant_read_only(struct planted *planted)
{
	int err = vmalloc_page(planted);

	return err ?: memory_ro(planted->va, 1);
}

/* As a change that stopped half way: the linear map's half was not made. */
static int plant_half_read_only(struct planted *planted)
{
	int err = vmalloc_page(planted);

	err = err ?: memory_ro(planted->va, 1);
	err = err ?: direct_map_default(vmalloc_to_page((void *)planted->va));
	flush_tlb_kernel_range(planted->linear, planted->linear + PAGE_SIZE);
	return err;
}

static int plant_linear_read_only(struct planted *planted)
{
	int err = linear_page(planted);

	return err ?: change_leaf(planted->va, PTE_RDONLY, PTE_WRITE);
}

static int plant_linear_exec(struct planted *planted)
{
	int err = linear_page(planted);

	return err ?: change_leaf(planted->va, 0, PTE_PXN);
}

static int plant_user(struct planted *planted)
{
	int err = alias_new(planted, PAGE_KERNEL);

	return err ?: change_leaf(planted->va, PTE_USER, 0);
}

static int plant_user_exec(struct planted *planted)
{
	int err = alias_new(planted, PAGE_KERNEL);

	return err ?: change_leaf(planted->va, 0, PTE_UXN);
}

static const struct {
	const char *kind;
	int (*plant)(struct planted *planted);
} faults[] = {
	/* writable and executable, in vmalloc space */
	{ "wx", plant_wx },
	/* executable, not writable, in memory that no code allocator owns */
	{ "vmap_exec", plant_vmap_exec },
	/* RAM as Device-nGnRnE, as Normal without caches */
	{ "device", plant_device },
	{ "noncached", plant_noncached },
	/* writable alias of the kernel's text, of a module's */
	{ "text_alias", plant_text_alias },
	{ "module_alias", plant_module_alias },
	/* of the linear map: invalid, read-only, executable (and writable) */
	{ "invalid", plant_invalid },
	{ "linear_read_only", plant_linear_read_only },
	{ "linear_exec", plant_linear_exec },
	/* the middle of three pages of vmalloc(); with the linear map, without */
	{ "read_only", plant_read_only },
	{ "half_read_only", plant_half_read_only },
	/* AP[1] set; executable by user space */
	{ "user", plant_user },
	{ "user_exec", plant_user_exec },
};

/* Whether only= has the kind as one of its words. */
static bool wanted(const char *kind)
{
	size_t length = strlen(kind);
	const char *at = only;

	if (!only)
		return true;
	while ((at = strstr(at, kind))) {
		if ((at == only || at[-1] == ',') &&
		    (!at[length] || at[length] == ','))
			return true;
		at += length;
	}
	return false;
}

static void plant(size_t number)
{
	struct planted planted = { 0 };
	int err = faults[number].plant(&planted);

	if (err)
		pr_info("FAULT kind=%s skipped: %d\n", faults[number].kind,
			err);
	else
		pr_info("FAULT kind=%s va=0x%lx pa=0x%llx size=0x%lx linear=0x%lx\n",
			faults[number].kind, planted.va, planted.pa, PAGE_SIZE,
			planted.linear);
}

static int __init lab_faults_init(void)
{
	size_t i;

	kernel_mm = (void *)symbol_address("init_mm");
	memory_ro = (void *)symbol_address("set_memory_ro");
	memory_valid = (void *)symbol_address("set_memory_valid");
	direct_map_invalid =
		(void *)symbol_address("set_direct_map_invalid_noflush");
	direct_map_default =
		(void *)symbol_address("set_direct_map_default_noflush");
	if (!kernel_mm || !memory_ro || !memory_valid || !direct_map_invalid ||
	    !direct_map_default) {
		pr_err("faults: a function or init_mm is missing\n");
		return -ENOENT;
	}
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (wanted(faults[i].kind))
			plant(i);
	return 0;
}

module_init(lab_faults_init);
MODULE_DESCRIPTION("Mappings that a sound kernel does not have");
MODULE_LICENSE("GPL");
