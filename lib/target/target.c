// SPDX-License-Identifier: GPL-2.0-or-later
/* The target as such: what it is made of, and what others keep with it. */
#include <stdlib.h>

#include "target/target_private.h"
#include "util/error.h"

struct target_kept {
	const struct target_kind *kind;
	struct target_kept *next;
	_Alignas(max_align_t) unsigned char object[];
};

struct dm_error *dm_target_create(struct dm_source *source,
				  const struct dm_kernel *kernel,
				  struct dm_target **ret)
{
	struct dm_target *t = calloc(1, sizeof(*t));
	struct dm_error *err;

	if (!t)
		return dm_error_no_memory();
	t->source = source;
	t->kernel = kernel;
	err = dm_kva_create(source, kernel, &t->kva);
	if (!err)
		err = dm_target_lookup_init(t);
	if (err) {
		dm_target_destroy(t);
		return err;
	}
	*ret = t;
	return NULL;
}

static void end_kept(struct dm_target *target)
{
	while (target->kept) {
		struct target_kept *kept = target->kept;

		target->kept = kept->next;
		if (kept->kind->deinit)
			kept->kind->deinit(kept->object);
		free(kept);
	}
}

void dm_target_destroy(struct dm_target *target)
{
	if (!target)
		return;
	end_kept(target);
	dm_target_lookup_deinit(target);
	dm_target_walk_destroy(target->walk);
	dm_kva_destroy(target->kva);
	free(target);
}

struct kva *dm_target_kva(struct dm_target *target)
{
	return target->kva;
}

const struct dm_kernel *dm_target_kernel(const struct dm_target *target)
{
	return target->kernel;
}

struct dm_source *dm_target_source(struct dm_target *target)
{
	return target->source;
}

struct dm_error *dm_target_keep(struct dm_target *target,
				const struct target_kind *kind, void **object)
{
	struct target_kept *kept = target->kept;

	while (kept && kept->kind != kind)
		kept = kept->next;
	if (!kept) {
		kept = calloc(1, sizeof(*kept) + kind->size);
		if (!kept)
			return dm_error_no_memory();
		kept->kind = kind;
		kept->next = target->kept;
		target->kept = kept;
	}
	*object = kept->object;
	return NULL;
}

struct dm_error *dm_target_u64_at(struct dm_target *target, uint64_t va,
				  uint64_t offset, uint64_t *value)
{
	return dm_kva_read_u64(target->kva, va + offset, value);
}
