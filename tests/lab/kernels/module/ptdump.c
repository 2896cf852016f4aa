// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shows debugfs' kernel_page_tables where the kernel can print its page tables
 * (CONFIG_PTDUMP, which DEBUG_WX selects) and has no such file, as Debian's. What
 * walks and prints is the kernel's own ptdump_walk(), found by a kprobe. Where each
 * part of kernel space begins is told here, from the kernel's own headers and in its
 * words, as those kernels leave out their list of it.
 */
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sort.h>

#include <asm/fixmap.h>
#include <asm/memory.h>
#include <asm/ptdump.h>

#include "lookup.h"

#ifndef FIXADDR_TOT_START
#define FIXADDR_TOT_START FIXADDR_START
#endif

/* The last one ends the list and stays where it is. */
static struct addr_marker markers[] = {
	{ 0, "Linear Mapping start" },
	{ 0, "Linear Mapping end" },
	{ MODULES_VADDR, "Modules start" },
	{ MODULES_END, "Modules end" },
	{ 0, "vmalloc() area" },
	{ 0, "vmalloc() end" },
	{ 0, "vmemmap start" },
	{ 0, "vmemmap end" },
	{ PCI_IO_START, "PCI I/O start" },
	{ PCI_IO_END, "PCI I/O end" },
	{ FIXADDR_TOT_START, "Fixmap start" },
	{ FIXADDR_TOP, "Fixmap end" },
#ifdef BPF_JIT_REGION_START
	{ BPF_JIT_REGION_START, "BPF start" },
	{ BPF_JIT_REGION_END, "BPF end" },
#endif
	{ -1, NULL },
};

static void (*walk)(struct seq_file *file, struct ptdump_info *info);
static struct ptdump_info info = { .markers = markers };
static struct dentry *entry;

static int kernel_page_tables_show(struct seq_file *file, void *unused)
{
	walk(file, &info);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(kernel_page_tables);

static int by_address(const void *a, const void *b)
{
	const struct addr_marker *left = a, *right = b;

	return left->start_address < right->start_address
		       ? -1
		       : left->start_address > right->start_address;
}

/* The virtual address bits in use, by TCR_EL1.T1SZ. */
static unsigned int address_bits(void)
{
	return 64 - (read_sysreg(tcr_el1) >> 16 & 63);
}

/* What is not constant: on a CPU with fewer bits the vmemmap begins later. */
static void place_markers(void)
{
	unsigned long start = -(1UL << address_bits());

	markers[0].start_address = start;
	markers[1].start_address = PAGE_END;
	markers[4].start_address = VMALLOC_START;
	markers[5].start_address = VMALLOC_END;
	markers[6].start_address = (unsigned long)virt_to_page((void *)start);
	markers[7].start_address = VMEMMAP_START + VMEMMAP_SIZE;
	sort(markers, ARRAY_SIZE(markers) - 1, sizeof(*markers), by_address,
	     NULL);
	info.base_addr = start;
}

static int __init lab_ptdump_init(void)
{
	walk = (void *)probe_address("ptdump_walk");
	info.mm = (void *)symbol_address("init_mm");
	if (!walk || !info.mm) {
		pr_err("ptdump: %s is missing\n",
		       walk ? "init_mm" : "ptdump_walk()");
		return -ENOENT;
	}
	place_markers();
	/* Fails where a file of that name is. */
	entry = debugfs_create_file("kernel_page_tables", 0400, NULL, NULL,
				    &kernel_page_tables_fops);
	return PTR_ERR_OR_ZERO(entry);
}

static void __exit lab_ptdump_exit(void)
{
	debugfs_remove(entry);
}

module_init(lab_ptdump_init);
module_exit(lab_ptdump_exit);
MODULE_DESCRIPTION("The kernel's page tables in debugfs");
MODULE_LICENSE("GPL");
