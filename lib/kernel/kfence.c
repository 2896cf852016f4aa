// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds where the KFENCE pool ends.
 *
 * KFENCE_POOL_SIZE is (objects + 1) * 2 pages (include/linux/kfence.h), and the
 * number of objects is a matter of configuration. But each object's metadata
 * keeps its address, and object i's is on page (i + 1) * 2 of the pool
 * (mm/kfence/core.c, metadata_to_pageaddr()): the first that is elsewhere is
 * no object any more.
 */
#include "util/error.h"
#include "kernel/kfence.h"

#define OBJECTS_MAX 65535 /* lib/Kconfig.kfence, KFENCE_NUM_OBJECTS */

struct metadata {
	uint64_t va; /* of the first */
	uint64_t size, addr; /* bytes; offset */
};

/* Since 6.6 (cabdf74e6b31) a pointer, before an array. */
static struct dm_error *find_metadata(struct dm_target *target,
				      struct metadata *m)
{
	const char *type = "struct kfence_metadata";
	struct dm_error *err;
	bool pointer;

	err = dm_target_has_symbol(target, "kfence_metadata_init", &pointer);
	if (!err && pointer)
		err = dm_target_variable(target, "kfence_metadata", 8, &m->va);
	else if (!err)
		err = dm_target_symbol(target, "kfence_metadata", &m->va);
	if (!err)
		err = dm_types_size(dm_target_types(target), type, &m->size);
	if (!err)
		err = dm_types_offset(dm_target_types(target), type, "addr",
				      &m->addr);
	return err;
}

static struct dm_error *count_objects(struct dm_target *target, uint64_t pool,
				      uint64_t *count)
{
	uint64_t page = dm_target_kernel(target)->page_size;
	struct metadata m;
	struct dm_error *err;

	*count = 0;
	err = find_metadata(target, &m);
	while (!err && m.va && *count < OBJECTS_MAX) {
		uint64_t addr;

		err = dm_kva_read_u64(dm_target_kva(target),
				      m.va + *count * m.size + m.addr, &addr);
		if (err ||
		    (addr & ~(page - 1)) != pool + (*count + 1) * 2 * page)
			break;
		(*count)++;
	}
	/* Behind the last one may be the end of what is mapped. */
	if (err && *count &&
	    (err->code == DM_ERROR_NOT_FOUND || err->code == DM_ERROR_ABSENT)) {
		dm_error_destroy(err);
		err = NULL;
	}
	return err;
}

uint64_t dm_kfence_pool_max(const struct dm_kernel *kernel)
{
	return (OBJECTS_MAX + UINT64_C(1)) * 2 * kernel->page_size;
}

struct dm_error *dm_kfence_pool(struct dm_target *target, uint64_t *start,
				uint64_t *end)
{
	const struct dm_kernel *kernel = dm_target_kernel(target);
	struct dm_error *err;
	uint64_t pool, objects;
	bool has;

	*start = 0;
	*end = 0;
	err = dm_target_has_symbol(target, "__kfence_pool", &has);
	if (err || !has)
		return err;
	err = dm_target_variable(target, "__kfence_pool", 8, &pool);
	if (err || !pool)
		return err;
	if (pool < kernel->linear_start || pool >= kernel->linear_end ||
	    pool & (kernel->page_size - 1))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"KFENCE pool at 0x%llx: no page of the linear map",
			(unsigned long long)pool);
	err = count_objects(target, pool, &objects);
	if (err)
		return dm_error_prefix(err, "KFENCE pool");
	if (!objects)
		return dm_error_create(
			DM_ERROR_NOT_FOUND,
			"KFENCE pool at 0x%llx: its size is unknown",
			(unsigned long long)pool);
	*start = dm_kva_linear_to_pa(kernel, pool);
	*end = *start + (objects + 1) * 2 * kernel->page_size;
	return NULL;
}
