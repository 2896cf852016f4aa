/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of the linear map that are not as most are: read-only, invalid, of
 * another memory type; and who needs them so.
 */
#ifndef DM_SPECIAL_H
#define DM_SPECIAL_H

#include "analysis/owners.h"

struct special;

/**
 * Walks the linear map twice: for what is default, then for the rest.
 * @param policy	Borrowed for the call; NULL: not known.
 */
struct dm_error *dm_special_create(struct dm_target *target,
				   struct owners *owners,
				   const struct dm_policy *policy,
				   struct special **ret);
void dm_special_destroy(struct special *special);

/** Attributes of most bytes, as arm64_compared() has them, by one walk. */
struct dm_error *dm_special_find_default(struct dm_target *target,
					 uint64_t *attrs);

/**
 * What special pages say of an owner found for them: one of kind DM_OWNER_NONE
 * is unknown then, or told by what an invalid page is.
 * @param policy	NULL: not known.
 */
void dm_special_doubt(struct dm_owner *owner, bool valid,
		      const struct dm_policy *policy);

/** Whether a leaf is not as most are; false where most is not known. */
bool dm_special_is(const struct special *special, uint64_t attrs);
/** In what, the weightiest difference first; static text. */
const char *dm_special_how(const struct special *special, uint64_t attrs);

size_t dm_special_count(const struct special *special);
/** In VA order. */
void dm_special_get(struct special *special, size_t i, struct dm_special *ret);
/** The first that reaches beyond @p va. */
size_t dm_special_from(struct special *special, uint64_t va);

/**
 * VA from which on there were too many to be kept; UINT64_MAX: all were. Pages
 * behind it are special all the same, and of unknown owner.
 */
uint64_t dm_special_kept_end(const struct special *special);
/** The part of a run of the linear map that is special and was not kept. */
bool dm_special_beyond(const struct special *special, const struct dm_run *run,
		       struct dm_special *ret);

/** Owners that were found, each once; dm_special_get() points to them. */
size_t dm_special_owner_count(const struct special *special);
const struct dm_owner *dm_special_owner(const struct special *special,
					size_t i);
/** Which one @p owner, as given by dm_special_get(), is. */
size_t dm_special_owner_index(const struct special *special,
			      const struct dm_owner *owner);

/** Pages whose owner could not be told. */
uint64_t dm_special_unknown_pages(const struct special *special);

#endif /* DM_SPECIAL_H */
