// SPDX-License-Identifier: GPL-2.0-or-later
/* Bounds of the kernel image, one by one and as ranges that can be of an image. */
#include "target/image.h"
#include "util/error.h"

#define IMAGE_SIZE_MAX (UINT64_C(1) << 32) /* bytes */

static const char *const symbols[IMAGE_BOUNDS] = {
	[IMAGE_TEXT] = "_text",
	[IMAGE_STEXT] = "_stext",
	[IMAGE_ETEXT] = "_etext",
	[IMAGE_RODATA] = "__start_rodata",
	[IMAGE_INIT] = "__init_begin",
	[IMAGE_INIT_TEXT] = "_sinittext",
	[IMAGE_INIT_TEXT_END] = "_einittext",
	[IMAGE_DATA] = "__init_end",
	[IMAGE_BSS_END] = "__bss_stop",
	[IMAGE_END] = "_end",
};

struct dm_error *dm_image_place(struct dm_target *target,
				enum image_bound bound,
				struct image_place *place)
{
	place->from = symbols[bound];
	return dm_target_symbol(target, symbols[bound], &place->va);
}

struct dm_error *dm_image_start(struct dm_target *target,
				struct image_place *place)
{
	struct dm_error *err = dm_image_place(target, IMAGE_TEXT, place);

	if (!err || dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	err = dm_image_place(target, IMAGE_STEXT, place);
	if (err)
		return err;
	place->va = arm64_image_text(place->va);
	place->from = "_stext, less the image's head";
	return NULL;
}

struct dm_error *dm_image_range(struct dm_target *target, enum image_bound from,
				enum image_bound to, struct dm_range *va)
{
	struct image_place start, end;
	struct dm_error *err = dm_image_place(target, from, &start);

	*va = (struct dm_range){ 0 };
	if (!err)
		err = dm_image_place(target, to, &end);
	if (err)
		return err;
	if (start.va < dm_target_kernel(target)->linear_end ||
	    start.va >= end.va || end.va - start.va > IMAGE_SIZE_MAX)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"symbols %s, 0x%llx, and %s, 0x%llx, are not of one kernel image",
			start.from, (unsigned long long)start.va, end.from,
			(unsigned long long)end.va);
	*va = (struct dm_range){ start.va, end.va };
	return NULL;
}

struct dm_error *dm_image_alias(struct dm_target *target, enum image_bound from,
				enum image_bound to, struct dm_range *va)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	struct dm_error *err = dm_image_range(target, from, to, va);
	struct dm_range image = *va;

	*va = (struct dm_range){ 0 };
	if (err)
		return err;
	va->start = image_alias(k, image.start);
	va->end = va->start + (image.end - image.start);
	if (va->start >= k->linear_start && va->start < k->linear_end &&
	    va->end <= k->linear_end)
		return NULL;
	err = dm_error_create(
		DM_ERROR_BAD_DUMP,
		"the alias of %s, 0x%llx, is outside the linear map",
		symbols[from], (unsigned long long)va->start);
	*va = (struct dm_range){ 0 };
	return err;
}
