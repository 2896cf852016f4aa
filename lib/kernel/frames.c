// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Walks modules' and vmalloc space once, and sorts its pages by PA.
 *
 * The tables of [MODULES_VADDR, VMALLOC_END), each once: KASAN's shadow shares
 * its tables, and a dump's may point anywhere. What leads to a table of the
 * linear map is no area of vmalloc space, or the linear map's is none of its
 * own: what such a table maps has no place here.
 */
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>

#include "directmap/array.h"
#include "util/bisect.h"
#include "util/error.h"
#include "kernel/frames.h"
#include "util/pa_set.h"
#include "util/source.h"
#include "arm64/va_layout.h"

/*
 * 32 GiB of pages of 4K, more than machines have there: a block of a damaged
 * dump's stands for up to 8192 pages, and a page may hold 8192 blocks.
 */
#define FRAMES_MAX (UINT32_C(1) << 23)

struct frame {
	uint64_t pa, va;
};

struct frames {
	struct dm_target *target;
	const struct dm_kernel *kernel;
	const struct arm64_geometry *geometry;
	uint64_t lo, hi; /* VA range, hi inclusive */
	struct frame *at; /* by PA, then VA */
	uint64_t *vas; /* the same order */
	size_t count, capacity;
	bool full; /* as many as there may be */
	struct pa_set seen;
	/* Of the linear map, with those that the walk here came to. */
	struct pa_set linear;
	char incomplete[256];
};

static struct dm_error *add_page(struct frames *f, uint64_t pa, uint64_t va)
{
	struct dm_error *err;

	if (f->count == FRAMES_MAX) {
		f->full = true;
		return NULL;
	}
	err = dm_array_reserve(&f->at, &f->capacity, f->count, 1, FRAMES_MAX);
	if (err)
		return err;
	f->at[f->count++] = (struct frame){ pa, va };
	return NULL;
}

/*
 * Blocks too (vmalloc with huge pages), page by page. No struct page, no owner:
 * devices are of no interest, but cannot be told from RAM here.
 */
static struct dm_error *add_leaf(struct frames *f, int level, uint64_t entry,
				 uint64_t va)
{
	uint64_t size = UINT64_C(1) << arm64_shift(f->geometry, level);
	uint64_t pa = arm64_oa(f->geometry, entry), offset;
	uint64_t page = f->kernel->page_size;
	struct dm_error *err = NULL;

	/* A pud is no vmalloc block of any kernel's: a mapped device. */
	if (arm64_leaf(level, false) == DM_LEAF_PUD)
		return NULL;
	for (offset = 0; !err && offset < size && !f->full; offset += page)
		err = add_page(f, pa + offset, va + offset);
	if (f->full)
		snprintf(f->incomplete, sizeof(f->incomplete),
			 "more than %u pages are mapped beside the linear map",
			 FRAMES_MAX);
	return err;
}

static struct dm_error *read_table(struct frames *f, uint64_t pa,
				   uint64_t *entries, bool *readable)
{
	struct dm_error *err;

	err = dm_source_read(dm_target_source(f->target), pa, entries,
			     f->kernel->page_size, DM_CONTENT_TABLE);
	*readable = !err;
	if (!dm_error_is_unread(err))
		return err;
	snprintf(f->incomplete, sizeof(f->incomplete),
		 "a page table is not in the dump");
	dm_error_destroy(err);
	return NULL;
}

static struct dm_error *walk_table(struct frames *f, int level, uint64_t pa,
				   uint64_t va);

static struct dm_error *take_entry(struct frames *f, int level, uint64_t entry,
				   uint64_t va)
{
	switch (dm_arm64_classify(f->geometry, level, entry)) {
	case ENTRY_LEAF:
		return add_leaf(f, level, entry, va);
	case ENTRY_TABLE:
		return walk_table(f, level + 1, arm64_oa(f->geometry, entry),
				  va);
	case ENTRY_NONE:
	case ENTRY_BAD_BLOCK:
	case ENTRY_RESERVED:
		break;
	}
	return NULL;
}

static struct dm_error *walk_entries(struct frames *f, int level,
				     const uint64_t *entries, size_t count,
				     uint64_t va)
{
	unsigned int shift = arm64_shift(f->geometry, level);
	uint64_t last = (UINT64_C(1) << shift) - 1;
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < count; i++) {
		uint64_t start = va + ((uint64_t)i << shift);

		if (entries[i] && start <= f->hi && start + last >= f->lo)
			err = take_entry(f, level, le64toh(entries[i]), start);
	}
	return err;
}

static struct dm_error *walk_table(struct frames *f, int level, uint64_t pa,
				   uint64_t va)
{
	unsigned int bits = arm64_index_bits(f->geometry, level);
	uint64_t *entries;
	struct dm_error *err;
	bool added, readable;

	err = dm_pa_set_add(&f->seen, pa, &added);
	if (err || !added)
		return err;
	/* The root is of both. */
	if (level != f->geometry->root_level)
		err = dm_pa_set_add(&f->linear, pa, &added);
	if (!err && !added)
		snprintf(
			f->incomplete, sizeof(f->incomplete),
			"the page table at 0x%llx, from 0x%llx on, is one of the linear map's too: whose pages it maps is not known",
			(unsigned long long)pa, (unsigned long long)va);
	if (err || !added)
		return err;
	entries = malloc(f->kernel->page_size);
	if (!entries)
		return dm_error_no_memory();
	err = read_table(f, pa, entries, &readable);
	if (!err && readable)
		err = walk_entries(f, level, entries, (size_t)1 << bits, va);
	free(entries);
	return err;
}

/* ---- Tables of the linear map ------------------------------------------- */

static struct dm_error *note_tables(struct frames *f, int level, uint64_t pa,
				    uint64_t va, const struct dm_range *range);

/*
 * A table that reaches out of the linear map is of both: the root, and with LPA2
 * those below it (7.3 mm/mmu.c, map_mem()).
 */
static struct dm_error *note_table(struct frames *f, int level, uint64_t entry,
				   uint64_t va, const struct dm_range *range)
{
	uint64_t last = (UINT64_C(1) << arm64_shift(f->geometry, level)) - 1;
	uint64_t pa = arm64_oa(f->geometry, entry);
	struct dm_error *err = NULL;
	bool added = true;

	if (dm_arm64_classify(f->geometry, level, entry) != ENTRY_TABLE ||
	    va >= range->end || va + last < range->start)
		return NULL;
	if (va >= range->start && va + last < range->end)
		err = dm_pa_set_add(&f->linear, pa, &added);
	if (err || !added || level + 1 == LEVEL_LAST)
		return err;
	return note_tables(f, level + 1, pa, va, range);
}

/* What cannot be read is a finding of the walk. */
static struct dm_error *note_tables(struct frames *f, int level, uint64_t pa,
				    uint64_t va, const struct dm_range *range)
{
	unsigned int bits = arm64_index_bits(f->geometry, level);
	uint64_t *entries = malloc(f->kernel->page_size);
	struct dm_error *err;
	size_t i;

	if (!entries)
		return dm_error_no_memory();
	err = dm_source_read(dm_target_source(f->target), pa, entries,
			     f->kernel->page_size, DM_CONTENT_TABLE);
	if (dm_error_is_unread(err)) {
		dm_error_destroy(err);
		free(entries);
		return NULL;
	}
	for (i = 0; !err && i < (size_t)1 << bits; i++) {
		uint64_t entry = le64toh(entries[i]);
		unsigned int shift = arm64_shift(f->geometry, level);

		if (entry)
			err = note_table(f, level, entry,
					 va + ((uint64_t)i << shift), range);
	}
	free(entries);
	return err;
}

static struct dm_error *note_linear(struct frames *f)
{
	struct dm_range range = { .start = f->kernel->linear_start };
	const struct dm_usage *usage;
	struct dm_error *err;

	err = dm_target_usage(f->target, &usage);
	if (err)
		return dm_error_forgive(err);
	/* Below KASAN's shadow, which shares tables. */
	range.end = usage->linear_end;
	return note_tables(f, f->geometry->root_level, f->kernel->pgd,
			   f->geometry->root_base, &range);
}

static int by_pa(const void *a, const void *b)
{
	const struct frame *x = a, *y = b;

	if (x->pa != y->pa)
		return x->pa < y->pa ? -1 : 1;
	return (x->va > y->va) - (x->va < y->va);
}

/* Where VMCOREINFO does not tell, all behind the linear map is looked at. */
static struct dm_error *set_range(struct frames *f)
{
	struct va_layout layout;
	struct dm_error *err;

	f->lo = f->kernel->linear_end;
	f->hi = UINT64_MAX;
	err = dm_va_layout_read(dm_target_source(f->target), &layout);
	if (layout.modules.start > f->lo)
		f->lo = layout.modules.start;
	if (layout.modules.start && layout.vmalloc.end > f->lo)
		f->hi = layout.vmalloc.end - 1;
	return dm_error_forgive(err);
}

static struct dm_error *order(struct frames *f)
{
	size_t i;

	if (f->count)
		qsort(f->at, f->count, sizeof(*f->at), by_pa);
	f->vas = malloc((f->count + 1) * sizeof(*f->vas));
	if (!f->vas)
		return dm_error_no_memory();
	for (i = 0; i < f->count; i++)
		f->vas[i] = f->at[i].va;
	return NULL;
}

struct dm_error *dm_frames_create(struct dm_target *target, struct frames **ret)
{
	struct frames *f = calloc(1, sizeof(*f));
	struct dm_error *err;

	if (!f)
		return dm_error_no_memory();
	f->target = target;
	f->kernel = dm_target_kernel(target);
	f->geometry = dm_kva_geometry(dm_target_kva(target));
	err = set_range(f);
	if (!err)
		err = note_linear(f);
	if (!err)
		err = walk_table(f, f->geometry->root_level, f->kernel->pgd,
				 f->geometry->root_base);
	dm_pa_set_deinit(&f->seen);
	dm_pa_set_deinit(&f->linear);
	if (!err)
		err = order(f);
	if (err) {
		dm_frames_destroy(f);
		return err;
	}
	*ret = f;
	return NULL;
}

void dm_frames_destroy(struct frames *frames)
{
	if (!frames)
		return;
	dm_pa_set_deinit(&frames->seen);
	dm_pa_set_deinit(&frames->linear);
	free(frames->at);
	free(frames->vas);
	free(frames);
}

const uint64_t *dm_frames_of(const struct frames *frames, uint64_t pa,
			     size_t *count)
{
	size_t first = dm_bisect(i, frames->count, frames->at[i].pa < pa);
	for (*count = 0; first + *count < frames->count &&
			 frames->at[first + *count].pa == pa;)
		(*count)++;
	return *count ? &frames->vas[first] : NULL;
}

const char *dm_frames_incomplete(const struct frames *frames)
{
	return *frames->incomplete ? frames->incomplete : NULL;
}
