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

/* By address; those of one address stay in order, an end before a start. */
static void sort_markers(void)
{
	size_t i, j;

	for (i = 1; i < ARRAY_SIZE(markers) - 1; i++)
		for (j = i; j && markers[j].start_address <
					 markers[j - 1].start_address;
		     j--)
			swap(markers[j], markers[j - 1]);
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
	sort_markers();
	info.base_addr = start;
}

/*
 * Kernels without KALLSYMS_ALL do not tell where init_mm is; they are old ones
 * (Debian 12's 6.1), whose walk needs no more of it than the lock and the table.
 */
static struct mm_struct *kernel_space(void)
{
	static struct mm_struct own;
	struct mm_struct *mm = (void *)symbol_address("init_mm");

	if (mm)
		return mm;
	init_rwsem(&own.mmap_lock);
	own.pgd = phys_to_virt(read_sysreg(ttbr1_el1) &
			       GENMASK_ULL(47, PAGE_SHIFT));
	return &own;
}

static int __init lab_ptdump_init(void)
{
	walk = (void *)probe_address("ptdump_walk");
	if (!walk) {
		pr_err("ptdump: ptdump_walk() is missing\n");
		return -ENOENT;
	}
	info.mm = kernel_space();
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
