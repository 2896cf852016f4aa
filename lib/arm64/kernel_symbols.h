/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Symbols and types of the kernel that are arm64's own: what the others look up
 * by these names, and what each tells.
 */
#ifndef DM_KERNEL_SYMBOLS_H
#define DM_KERNEL_SYMBOLS_H

/* Whether pages are protected in the linear map too (mm/mmu.c; asm/setup.h). */
#define SYMBOL_RODATA_FULL "rodata_full"

/* The functions and variables of splitting at run time (mm/mmu.c, 6.18). */
#define SYMBOL_SPLIT	      "split_kernel_leaf_mapping"
#define SYMBOL_REQUIRES_BBML2 "linear_map_requires_bbml2"
#define SYMBOL_REQUIRES_BBML3 "linear_map_requires_bbml3"

/*
 * A function that makes the alias of data and bss valid as long as an image of
 * memory is made (mm/mmu.c, 7.3).
 */
#define SYMBOL_HIBERNATE "arm64_hibernate_pm_notify"

/*
 * A function that makes the memory of a loaded crash kernel invalid
 * (kernel/machine_kexec.c, 5.10 and 6.1; an empty inline one in 6.12).
 */
#define SYMBOL_PROTECT_CRASH "arch_kexec_protect_crashkres"

/*
 * Of series that are posted for kernels after 7.3: memory mapped as a device's,
 * the linear map read-only by whole ranges, merging of split leaves.
 */
#define SYMBOL_SET_DEVICE    "set_memory_device"
#define SYMBOL_DIRECT_MAP_RO "set_direct_map_ro_noflush"
#define SYMBOL_COLLAPSE	     "try_collapse_kernel_pmd"

/* A bool: KFENCE is given its pool while booting (mm/mmu.c, 6.1). */
#define SYMBOL_KFENCE_EARLY "kfence_early_init"

/* A bool: crashkernel= was given (mm/mmu.c, 5.10 to 6.4). */
#define SYMBOL_CRASH_PAGES "crash_mem_map"

/* Realms (kernel/rsi.c): called while booting; a static key; the address bit. */
#define SYMBOL_REALM_INIT   "arm64_rsi_init"
#define SYMBOL_REALM	    "rsi_present"
#define SYMBOL_REALM_SHARED "prot_ns_shared"

/* An array of struct resource and its length (kernel/setup.c). */
#define SYMBOL_BOOT_RESOURCES	    "standard_resources"
#define SYMBOL_BOOT_RESOURCES_COUNT "num_standard_resources"

/*
 * What CPUs can do (kernel/cpufeature.c): a table of capabilities, and a bitmap
 * of those that hold (cpu_hwcaps before 6.7, 7f242982725f).
 */
#define SYMBOL_CPUCAPS	     "system_cpucaps"
#define SYMBOL_CPUCAPS_OLD   "cpu_hwcaps"
#define SYMBOL_CPUCAPS_TABLE "arm64_features"
#define TYPE_CPUCAPS_TABLE   "struct arm64_cpu_capabilities"

#endif /* DM_KERNEL_SYMBOLS_H */
