/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file
 * What files say of an arm64 machine that they are from, and how far its physical
 * memory can reach: constants alone, for those who read and write dumps.
 */
#ifndef DIRECTMAP_MACHINE_H
#define DIRECTMAP_MACHINE_H

#include <elf.h>
#include <stdint.h>

/** @def DM_MACHINE_ELF
 * ELF: e_machine, which some old elf.h lacks. */
#ifdef EM_AARCH64
#define DM_MACHINE_ELF EM_AARCH64
#else
#define DM_MACHINE_ELF 183
#endif

/** utsname.machine */
#define DM_MACHINE_NAME "aarch64"

/** sizeof(struct elf_prstatus); x86-64 has 336. */
#define DM_MACHINE_PRSTATUS_SIZE 392
/** Where pr_reg begins in it; its first 31 registers are x0 to x30. */
#define DM_MACHINE_PRSTATUS_REGS 112
/** Bytes of those. */
#define DM_MACHINE_PRSTATUS_X_SIZE (31 * 8)

/** A boot image: asm/image.h, ARM64_IMAGE_MAGIC. */
#define DM_MACHINE_IMAGE_MAGIC "ARM\x64"
/** Where that stands, in bytes. */
#define DM_MACHINE_IMAGE_MAGIC_AT 56
/** Where the eight bytes of image_size stand (arch/arm64/booting.rst). */
#define DM_MACHINE_IMAGE_SIZE_AT 16

/** Bits of a physical address at most (Arm ARM D8.2, FEAT_LPA, FEAT_LPA2). */
#define DM_PA_BITS 52
/** The first PA that there cannot be. */
#define DM_PA_END (UINT64_C(1) << DM_PA_BITS)

/** Bytes of the smallest page (arch/arm64/Kconfig, "Page size"). */
#define DM_PAGE_SIZE_LEAST 4096u
/** Bytes of the largest page. */
#define DM_PAGE_SIZE_MOST 65536u

#endif /* DIRECTMAP_MACHINE_H */
