// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Owners by how their memory is mapped, of series that are posted for kernels
 * after 7.3. Each needs that the kernel has what would do it:
 *
 *  - "mm: page_alloc: unmapped allocations" (ALLOC_UNMAPPED): the page allocator
 *    takes whole pageblocks off the linear map by one call of
 *    set_direct_map_valid_noflush() (include/linux/freetype.h as posted:
 *    FREETYPE_UNMAPPED_BIT; in an earlier series PB_unmapped of enum
 *    pageblock_bits). Where the pageblock itself notes it was not seen: so a
 *    block that is invalid as a whole is taken for one.
 *  - "arm64/mm: Add set_memory_device() and set_memory_normal()": memory that a
 *    device alone may use is mapped as device memory, so that no CPU speculates
 *    into it.
 */
#include <string.h>

#include "analysis/by_leaf.h"
#include "arm64/arm64.h"
#include "arm64/kernel_symbols.h"
#include "util/error.h"
#include "util/range.h"

/* What is known of the kernel, and of the pageblock that was looked at last. */
struct by_leaf {
	bool asked, unmaps_blocks, has_device;
	bool block_known, block_invalid;
	uint64_t block; /* VA */
};

static struct dm_error *has_enumerator(struct dm_target *target,
				       const char *name, bool *has)
{
	int64_t value;
	struct dm_error *err =
		dm_types_enumerator(dm_target_types(target), name, &value);

	*has |= !err;
	return dm_error_forgive(err);
}

static struct dm_error *ask(struct dm_target *target, struct by_leaf *b)
{
	struct dm_error *err;

	if (b->asked)
		return NULL;
	err = has_enumerator(target, "FREETYPE_UNMAPPED_BIT",
			     &b->unmaps_blocks);
	if (!err)
		err = has_enumerator(target, "PB_unmapped", &b->unmaps_blocks);
	if (!err)
		err = dm_target_has_symbol(target, SYMBOL_SET_DEVICE,
					   &b->has_device);
	b->asked = !err;
	return err;
}

/* ---- Pageblocks --------------------------------------------------------- */

struct block_look {
	uint64_t start, end;
	uint64_t invalid; /* bytes */
};

static struct dm_error *add_run(void *arg, const struct dm_run *run)
{
	struct block_look *l = arg;

	if (!run->valid)
		l->invalid += range_overlap(run->start, run->start + run->size,
					    l->start, l->end);
	return NULL;
}

static struct dm_error *add_unknown(void *arg, const struct dm_unknown *unknown)
{
	(void)arg;
	(void)unknown;
	return NULL;
}

/*
 * A pageblock is a pmd's worth with huge pages (include/linux/pageblock-flags.h,
 * pageblock_order).
 */
static struct dm_error *look_at_block(struct dm_target *target,
				      struct by_leaf *b, uint64_t va)
{
	uint64_t size = dm_leaf_size(dm_target_kernel(target), DM_LEAF_PMD);
	struct block_look l = { va & -size, (va & -size) + size, 0 };
	struct dm_range range = { l.start, l.end };
	struct dm_error *err;

	if (b->block_known && b->block == l.start)
		return NULL;
	b->block_known = false;
	err = dm_target_runs(target, &range, add_run, add_unknown, &l);
	if (err)
		return err;
	b->block = l.start;
	b->block_invalid = l.invalid == size;
	b->block_known = true;
	return NULL;
}

/* ---- All of it ---------------------------------------------------------- */

static void take(struct dm_owner *owner, enum dm_owner_kind kind)
{
	owner->kind = kind;
	strcpy(owner->part, "inferred");
	owner->doubt = NULL;
}

static struct dm_error *take_invalid(struct dm_target *target,
				     struct by_leaf *b, uint64_t pa,
				     struct dm_owner *owner)
{
	const struct dm_kernel *k = dm_target_kernel(target);
	struct dm_error *err;

	if (!b->unmaps_blocks)
		return NULL;
	err = look_at_block(target, b, dm_kva_pa_to_linear(k, pa));
	if (!err && b->block_invalid)
		take(owner, DM_OWNER_UNMAPPED_PAGEBLOCK);
	return dm_error_forgive(err);
}

struct dm_error *dm_by_leaf(struct dm_target *target, uint64_t pa,
			    uint64_t attrs, struct dm_owner *owner)
{
	static const struct target_kind kind = { sizeof(struct by_leaf), NULL };
	void *object = NULL;
	struct dm_error *err;

	/* Free pages of such a block are as invalid as those in use. */
	if (owner->kind != DM_OWNER_UNKNOWN &&
	    !(owner->kind == DM_OWNER_FREE &&
	      strcmp(owner->part, "inferred") == 0))
		return NULL;
	err = dm_target_keep(target, &kind, &object);
	if (!err)
		err = ask(target, object);
	if (err)
		return err;
	if (!arm64_is_valid(attrs))
		return take_invalid(target, object, pa, owner);
	if (((struct by_leaf *)object)->has_device &&
	    dm_arm64_is_device(dm_target_kernel(target), attrs))
		take(owner, DM_OWNER_DEVICE_TYPED);
	return NULL;
}
