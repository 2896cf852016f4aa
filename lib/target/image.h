/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel image: where its parts begin and end, by the symbols that the linker
 * script (arch/arm64/kernel/vmlinux.lds.S) puts there, and where the linear map
 * has them.
 */
#ifndef DM_IMAGE_H
#define DM_IMAGE_H

#include "target/target.h"

/* Rising. */
enum image_bound {
	IMAGE_TEXT, /* _text: the image's head, and it itself */
	IMAGE_STEXT,
	IMAGE_ETEXT,
	IMAGE_RODATA, /* __start_rodata */
	IMAGE_INIT, /* __init_begin */
	IMAGE_INIT_TEXT, /* _sinittext */
	IMAGE_INIT_TEXT_END, /* _einittext */
	IMAGE_DATA, /* __init_end: what follows it is data and bss */
	IMAGE_BSS_END, /* __bss_stop */
	IMAGE_END, /* _end */
	IMAGE_BOUNDS,
};

/** A bound that is known, and what it is from. */
struct image_place {
	uint64_t va;
	const char *from; /* static text: the symbol, or what it follows of */
};

/** @returns	DM_ERROR_NOT_FOUND: no such symbol, or why there are none. */
struct dm_error *dm_image_place(struct dm_target *target,
				enum image_bound bound,
				struct image_place *place);
/**
 * Where the image begins, also where symbols do not have _text: kallsyms of a
 * kernel without KALLSYMS_ALL may lack it. By _stext then.
 */
struct dm_error *dm_image_start(struct dm_target *target,
				struct image_place *place);

/**
 * From one bound to another, VAs.
 * @returns	Also DM_ERROR_BAD_DUMP: they are not of one image.
 */
struct dm_error *dm_image_range(struct dm_target *target, enum image_bound from,
				enum image_bound to, struct dm_range *va);
/**
 * The same in the linear map, its alias.
 * @returns	Also DM_ERROR_BAD_DUMP: that is outside the linear map.
 */
struct dm_error *dm_image_alias(struct dm_target *target, enum image_bound from,
				enum image_bound to, struct dm_range *va);

/** The PA of an address of the image (asm/memory.h, __kimg_to_phys()). */
static inline uint64_t image_pa(const struct dm_kernel *kernel, uint64_t va)
{
	return va - kernel->kimage_voffset;
}

/** Where the linear map has an address of the image. */
static inline uint64_t image_alias(const struct dm_kernel *kernel, uint64_t va)
{
	return dm_kva_pa_to_linear(kernel, image_pa(kernel, va));
}

#endif /* DM_IMAGE_H */
