/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What files say of an arm64 machine that they are from, and how far its physical
 * memory can reach: constants alone, for those who read and write dumps.
 */
#ifndef DIRECTMAP_MACHINE_H
#define DIRECTMAP_MACHINE_H

#include <elf.h>
#include <stdint.h>

/* ELF: e_machine. Older than some <elf.h>. */
#ifdef EM_AARCH64
#define DM_MACHINE_ELF EM_AARCH64
#else
#define DM_MACHINE_ELF 183
#endif

/* utsname.machine */
#define DM_MACHINE_NAME "aarch64"

/* sizeof(struct elf_prstatus); x86-64 has 336. */
#define DM_MACHINE_PRSTATUS_SIZE 392
/* In it, pr_reg begins at; the first 31 registers of it are x0 to x30. */
#define DM_MACHINE_PRSTATUS_REGS   112
#define DM_MACHINE_PRSTATUS_X_SIZE (31 * 8)

/* A boot image: asm/image.h, ARM64_IMAGE_MAGIC, and where it stands. */
#define DM_MACHINE_IMAGE_MAGIC	  "ARM\x64"
#define DM_MACHINE_IMAGE_MAGIC_AT 56
/* Documentation/arch/arm64/booting.rst, image_size: eight bytes at. */
#define DM_MACHINE_IMAGE_SIZE_AT 16

/* Arm ARM D8.2: a physical address has 52 bits at most (FEAT_LPA, FEAT_LPA2). */
#define DM_PA_BITS 52
#define DM_PA_END  (UINT64_C(1) << DM_PA_BITS) /* exclusive */

/* Bytes of the smallest and the largest page (arch/arm64/Kconfig, "Page size"). */
#define DM_PAGE_SIZE_LEAST 4096u
#define DM_PAGE_SIZE_MOST  65536u

#endif /* DIRECTMAP_MACHINE_H */
