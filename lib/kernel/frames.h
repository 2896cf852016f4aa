/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a page of RAM to where the kernel has it beside the linear map: modules'
 * and vmalloc space, read off the page tables, which no broken list can spoil.
 */
#ifndef DM_FRAMES_H
#define DM_FRAMES_H

#include "target/target.h"

struct frames;

struct dm_error *dm_frames_create(struct dm_target *target,
				  struct frames **ret);
void dm_frames_destroy(struct frames *frames);

/** VAs of the page at @p pa, rising. @returns The first; NULL if there is none. */
const uint64_t *dm_frames_of(const struct frames *frames, uint64_t pa,
			     size_t *count);

/** Why some may be missing; NULL: all are there. */
const char *dm_frames_incomplete(const struct frames *frames);

#endif /* DM_FRAMES_H */
