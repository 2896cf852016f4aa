// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module for kernels that can print their page tables and have no file for it
 * (DEBUG_WX without PTDUMP_DEBUGFS, as Debian's): the kernel's own walk and words,
 * in debugfs, with some of its variables. Built by kit/truth.py, without kbuild.
 */
#include <linux/debugfs.h>
#include <linux/kprobes.h>
#include <linux/mm_types.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/seq_file.h>
#include <linux/version.h>
#define INCLUDE_VERMAGIC
#include <linux/vermagic.h>
#include <asm/memory.h>
#include <asm/ptdump.h>
#include <asm/sysreg.h>

#include "versions.h"

/* The linker script of arm64's modules makes these, which the loader wants. */
#define EMPTY(name) asm(".pushsection " name ",\"ax\"\n.byte 0\n.popsection")
EMPTY(".plt");
EMPTY(".init.plt");
EMPTY(".text.ftrace_trampoline");
EMPTY(".init.text.ftrace_trampoline");

static unsigned long (*lookup)(const char *name);
static void (*walk)(struct seq_file *s, struct ptdump_info *info);

/* The start is of the VA size in use, which is not always that configured. */
static unsigned long linear_start(void)
{
	unsigned long t1sz = read_sysreg(tcr_el1) >> 16 & 63;

	return -(1UL << (64 - t1sz));
}

/* Kernels without KALLSYMS_ALL do not tell where init_mm is: one like it. */
static struct mm_struct *kernel_mm(void)
{
	static struct mm_struct like;
	struct mm_struct *mm = (struct mm_struct *)lookup("init_mm");
	u64 root = read_sysreg(ttbr1_el1) & GENMASK(47, 6);

	if (mm)
		return mm;
	init_rwsem(&like.mmap_lock);
	like.pgd = (pgd_t *)phys_to_virt(root);
	return &like;
}

static int tables_show(struct seq_file *s, void *unused)
{
	const struct addr_marker markers[] = {
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
		{ 0, "before" }, /* its walk is of all, the first unnamed */
#endif
		{ linear_start(), "Linear Mapping start" },
		{ PAGE_END, "Linear Mapping end" },
		{ -1, NULL },
	};
	struct ptdump_info info = {
		.mm = kernel_mm(),
		.markers = markers,
		.base_addr = linear_start(),
	};

	walk(s, &info);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(tables);

static void show_bool(struct seq_file *s, const char *name)
{
	bool *at = (bool *)lookup(name);

	if (at)
		seq_printf(s, "%s=%d\n", name, *at);
}

static void show_word(struct seq_file *s, const char *name)
{
	unsigned long *at = (unsigned long *)lookup(name);

	if (at)
		seq_printf(s, "%s=0x%lx\n", name, *at);
}

static int symbols_show(struct seq_file *s, void *unused)
{
	static const char *const names[] = {
		"swapper_pg_dir", "_text", "__init_begin", "__init_end",
		"__bss_stop",	  "_end",  "init_mm",
	};
	size_t i;

	seq_printf(s, "PAGE_OFFSET=0x%lx\nPAGE_END=0x%lx\n",
		   (unsigned long)PAGE_OFFSET, (unsigned long)PAGE_END);
	seq_printf(s, "TTBR1_EL1=0x%llx\nTCR_EL1=0x%llx\nMIDR_EL1=0x%llx\n",
		   (u64)read_sysreg(ttbr1_el1), (u64)read_sysreg(tcr_el1),
		   (u64)read_sysreg(midr_el1));
	show_bool(s, "rodata_full");
	show_bool(s, "rodata_enabled");
	show_word(s, "memstart_addr");
	show_word(s, "kimage_voffset");
	show_word(s, "__kfence_pool");
	for (i = 0; i < ARRAY_SIZE(names); i++)
		seq_printf(s, "%s=0x%lx\n", names[i], lookup(names[i]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(symbols);

static struct dentry *folder;

int init_module(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	int err = register_kprobe(&probe);

	if (err)
		return err;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	walk = (void *)lookup("ptdump_walk");
	folder = debugfs_create_dir("pttruth", NULL);
	debugfs_create_file("symbols", 0400, folder, NULL, &symbols_fops);
	if (walk)
		debugfs_create_file("kernel_page_tables", 0400, folder, NULL,
				    &tables_fops);
	return 0;
}

void cleanup_module(void)
{
	debugfs_remove(folder);
}

struct module __this_module __section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.init = init_module,
	.exit = cleanup_module,
	.arch = MODULE_ARCH_INIT,
};

MODULE_INFO(vermagic, VERMAGIC_STRING);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Page tables as the kernel prints them");
