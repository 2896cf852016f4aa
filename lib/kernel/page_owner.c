// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads page_owner's note of a page: when, and by which stack.
 *
 * Each section of memory has an array of page_ext, page_ext_size bytes a page,
 * with the address of the first moved back so that the pfn is the index
 * (mm/page_ext.c, init_section_page_ext()). page_owner's part begins at
 * page_owner_ops.offset (mm/page_owner.c). Stacks are in pools of stack depot
 * (lib/stackdepot.c, depot_fetch_stack()), since 6.3 under that name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/error.h"
#include "kernel/page.h"
#include "kernel/page_owner.h"

#define PAGE_EXT_INVALID 0x1 /* mm/page_ext.c */
#define EXT_SIZE_MAX	 4096
#define FRAMES_MAX	 32
/* DEPOT_STACK_ALIGN of every release. */
#define DEPOT_ALIGN 4

struct page_owner {
	struct dm_target *target;
	uint64_t ext_size; /* bytes of a page_ext with all its parts */
	uint64_t offset; /* of page_owner's part */
	uint64_t section_ext; /* offset of mem_section.page_ext */
	uint64_t flags, ts, handle; /* offsets */
	int64_t allocated; /* bit of page_ext.flags */
	uint64_t early; /* handle of pages from before; 0: not known */
	struct dm_error *no_early, *no_stacks; /* why, where it is a fault */
	/* Stacks; pools 0 if they cannot be read. */
	uint64_t pools;
	struct dm_member pool_index, pool_offset;
	uint64_t record_size, entries; /* offsets */
};

static struct dm_error *find_notes(struct page_owner *p)
{
	struct dm_target *t = p->target;
	uint64_t ops, ops_offset;
	struct dm_error *err;

	err = dm_target_symbol(t, "page_owner_ops", &ops);
	if (!err)
		err = dm_target_variable(t, "page_ext_size", 8, &p->ext_size);
	if (!err)
		err = dm_types_offset(dm_target_types(t),
				      "struct page_ext_operations", "offset",
				      &ops_offset);
	if (!err)
		err = dm_kva_read_u64(dm_target_kva(t), ops + ops_offset,
				      &p->offset);
	if (!err)
		err = dm_types_offset(dm_target_types(t), "struct mem_section",
				      "page_ext", &p->section_ext);
	if (!err)
		err = dm_types_offset(dm_target_types(t), "struct page_ext",
				      "flags", &p->flags);
	if (!err)
		err = dm_types_offset(dm_target_types(t), "struct page_owner",
				      "ts_nsec", &p->ts);
	if (!err)
		err = dm_types_offset(dm_target_types(t), "struct page_owner",
				      "handle", &p->handle);
	if (!err)
		err = dm_types_enumerator(dm_target_types(t),
					  "PAGE_EXT_OWNER_ALLOCATED",
					  &p->allocated);
	return err;
}

/* Whether @bytes at @at of page_owner's part are within a page_ext. */
static bool fits(const struct page_owner *p, uint64_t at, uint64_t bytes)
{
	return p->offset <= p->ext_size && at <= p->ext_size - p->offset &&
	       bytes <= p->ext_size - p->offset - at;
}

/* Without page_owner=on, page_ext has no part for it. */
static struct dm_error *check_notes(const struct page_owner *p)
{
	if (p->ext_size <= EXT_SIZE_MAX && fits(p, p->handle, 4) &&
	    fits(p, p->ts, 8) && p->allocated >= 0 && p->allocated < 64)
		return NULL;
	return dm_error_create(DM_ERROR_NOT_FOUND,
			       "the kernel ran without page_owner=on");
}

/* stack_pools was an array until it got a size of its own, stack_max_pools. */
static struct dm_error *find_stacks(struct page_owner *p)
{
	struct types *types = dm_target_types(p->target);
	struct dm_error *err;
	uint64_t pools;
	bool sized;

	err = dm_target_has_symbol(p->target, "stack_max_pools", &sized);
	if (!err && sized)
		err = dm_target_variable(p->target, "stack_pools", 8, &pools);
	else if (!err)
		err = dm_target_symbol(p->target, "stack_pools", &pools);
	if (!err)
		err = dm_types_member(types, "union handle_parts",
				      "pool_index_plus_1", &p->pool_index);
	if (!err)
		err = dm_types_member(types, "union handle_parts", "offset",
				      &p->pool_offset);
	if (!err)
		err = dm_types_offset(types, "struct stack_record", "size",
				      &p->record_size);
	if (!err)
		err = dm_types_offset(types, "struct stack_record", "entries",
				      &p->entries);
	if (!err)
		p->pools = pools;
	return err;
}

/* Takes @err, which is given where what it is about is asked for. */
static struct dm_error *keep(struct dm_error **kept, struct dm_error *err)
{
	if (dm_error_is_fatal(err))
		return err;
	/* That a kernel has no such thing is no news. */
	*kept = dm_error_unless_missing(err);
	return NULL;
}

struct dm_error *dm_page_owner_create(struct dm_target *target,
				      struct page_owner **ret)
{
	struct page_owner *p = calloc(1, sizeof(*p));
	struct dm_error *err;

	if (!p)
		return dm_error_no_memory();
	p->target = target;
	err = find_notes(p);
	if (!err)
		err = check_notes(p);
	/* mm/page_owner.c, init_early_allocated_pages(). */
	if (!err)
		err = keep(&p->no_early,
			   dm_target_variable(target, "early_handle", 4,
					      &p->early));
	/* Times are worth having without stacks. */
	if (!err)
		err = keep(&p->no_stacks, find_stacks(p));
	if (err) {
		dm_page_owner_destroy(p);
		return err;
	}
	*ret = p;
	return NULL;
}

void dm_page_owner_destroy(struct page_owner *page_owner)
{
	if (!page_owner)
		return;
	dm_error_destroy(page_owner->no_early);
	dm_error_destroy(page_owner->no_stacks);
	free(page_owner);
}

struct dm_error *dm_page_owner_of(struct page_owner *page_owner, uint64_t pa,
				  struct page_owner_note *note, bool *found)
{
	struct page_owner *p = page_owner;
	struct kva *kva = dm_target_kva(p->target);
	uint64_t pfn = pa >> dm_target_kernel(p->target)->page_shift;
	uint64_t section, ext, flags;
	struct dm_error *err;

	*found = false;
	err = dm_page_section(p->target, pa, &section);
	if (!err)
		err = dm_kva_read_u64(kva, section + p->section_ext, &ext);
	if (err || !ext || ext & PAGE_EXT_INVALID)
		return err;
	ext += pfn * p->ext_size;
	err = dm_kva_read_u64(kva, ext + p->flags, &flags);
	if (err || !(flags >> p->allocated & 1))
		return err;
	err = dm_kva_read_u64(kva, ext + p->offset + p->ts, &note->time_ns);
	if (!err)
		err = dm_kva_read_u32(kva, ext + p->offset + p->handle,
				      &note->stack);
	/* Where that is not known, no time is more than a bound. */
	note->early = !p->early || note->stack == p->early;
	*found = !err;
	if (!err && p->no_early)
		return dm_error_copy(p->no_early);
	return err;
}

static uint32_t bits(uint32_t handle, const struct dm_member *m)
{
	/* Offsets are from the dump's types, so they may be anything. */
	return m->bit_size && m->bit_size < 32 && m->offset < 4 &&
			       8 * m->offset + m->bit_offset + m->bit_size <= 32
		       ? handle >> (m->bit_offset + 8 * m->offset) &
				 ((UINT32_C(1) << m->bit_size) - 1)
		       : 0;
}

static struct dm_error *find_record(struct page_owner *p, uint32_t handle,
				    uint64_t *record, uint32_t *count)
{
	struct kva *kva = dm_target_kva(p->target);
	uint32_t index = bits(handle, &p->pool_index);
	struct dm_error *err;
	uint64_t pool;

	if (p->no_stacks)
		return dm_error_copy(p->no_stacks);
	if (!p->pools || !index)
		return dm_error_create(DM_ERROR_NOT_FOUND, "no stack");
	err = dm_kva_read_u64(kva, p->pools + (uint64_t)(index - 1) * 8, &pool);
	if (err)
		return err;
	*record =
		pool + ((uint64_t)bits(handle, &p->pool_offset) << DEPOT_ALIGN);
	return dm_kva_read_u32(kva, *record + p->record_size, count);
}

struct dm_error *dm_page_owner_stack(struct page_owner *page_owner,
				     uint32_t stack, char *text, size_t size)
{
	struct page_owner *p = page_owner;
	uint64_t record = 0, entry;
	uint32_t count = 0, i;
	struct dm_error *err;
	size_t have = 0;

	*text = '\0';
	err = find_record(p, stack, &record, &count);
	for (i = 0; !err && i < count && i < FRAMES_MAX; i++) {
		char name[256];

		err = dm_kva_read_u64(dm_target_kva(p->target),
				      record + p->entries + i * 8, &entry);
		if (err)
			break;
		/* A return address: it may be behind its function's end. */
		err = dm_target_describe(p->target, entry - 1, name,
					 sizeof(name));
		name[strcspn(name, "+")] = '\0';
		if (!*name)
			continue;
		snprintf(text + have, size - have, "%s%s", have ? " < " : "",
			 name);
		have = strlen(text);
	}
	return dm_error_unless_missing(err);
}
