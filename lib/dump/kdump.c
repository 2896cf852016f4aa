// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-compressed dumps: one file, or the parts of a split set. */
#include <stdlib.h>
#include <string.h>

#include "dump/blocks.h"
#include "dump/dump_private.h"
#include "dump/format.h"
#include "dump/kdump_walk.h"

/* diskdump_mod.h: DUMP_DH_COMPRESSED_INCOMPLETE */
#define STATUS_INCOMPLETE 0x8

/* As many as files; as they were given, later in order. */
static struct kdump_part *parts_of(const struct dm_dump *dump)
{
	return ((struct kdump_set *)dump->layout)->parts;
}

static bool same_dump(const struct dm_dump_info *a,
		      const struct dm_dump_info *b)
{
	return !memcmp(&a->uts, &b->uts, sizeof(a->uts)) &&
	       a->header_version == b->header_version &&
	       a->block_size == b->block_size && a->max_mapnr == b->max_mapnr &&
	       a->phys_base == b->phys_base && a->time_sec == b->time_sec &&
	       a->time_usec == b->time_usec;
}

static struct dm_error *separate_dumps(const struct dm_dump *dump)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "%zu separate dumps, not the parts of one; give "
			       "them one at a time",
			       dump->n);
}

static struct dm_error *open_parts(struct dm_dump *dump, bool split)
{
	struct kdump_part *parts = parts_of(dump);
	struct dm_dump_info info, *first = &dump->info;
	struct dm_error *err;
	size_t i;

	for (i = 0; i < dump->n; i++) {
		/* Memory that same_dump() compares whole. */
		memset(&info, 0, sizeof(info));
		info = *first;
		err = dm_kdump_part_open(&parts[i], &dump->files[i],
					 i ? &info : first);
		if (err)
			return err;
		if (split && !parts[i].split)
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"%s: a dump by itself, not a part of a split "
				"set; give it without --split",
				dump->files[i].path);
		if (i && (!parts[i].split || !parts[0].split ||
			  !same_dump(first, &info)))
			return separate_dumps(dump);
		if (info.status & STATUS_INCOMPLETE)
			first->status |= STATUS_INCOMPLETE;
	}
	return NULL;
}

static int part_cmp(const void *a, const void *b)
{
	const struct kdump_part *x = a, *y = b;

	if (x->start_pfn != y->start_pfn)
		return x->start_pfn < y->start_pfn ? -1 : 1;
	return (x->end_pfn > y->end_pfn) - (x->end_pfn < y->end_pfn);
}

static void missing_parts(struct dm_dump *dump, uint64_t start, uint64_t end)
{
	uint64_t size = dump->info.block_size;

	dm_dump_incomplete(dump,
			   "the part of the split set with physical addresses "
			   "0x%llx to 0x%llx is missing; give all its files",
			   (unsigned long long)(start * size),
			   (unsigned long long)(end * size));
}

/* The parts in order. */
static struct dm_error *arrange_parts(struct dm_dump *dump)
{
	struct kdump_part *part = parts_of(dump);
	uint64_t at = 0;
	size_t i;

	qsort(part, dump->n, sizeof(*part), part_cmp);
	for (i = 0; i < dump->n; i++, part++) {
		if (part->start_pfn < at)
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"%s and %s have the same pages: one part of "
				"the split set given twice?",
				part[-1].bytes->path, part->bytes->path);
		if (part->start_pfn > at)
			missing_parts(dump, at, part->start_pfn);
		at = part->end_pfn;
	}
	if (at < dump->info.max_mapnr)
		missing_parts(dump, at, dump->info.max_mapnr);
	return NULL;
}

static struct dm_error *index_parts(struct dm_dump *dump)
{
	struct kdump_part *part = parts_of(dump);
	struct dm_error *err;
	bool lost;
	size_t i;

	for (i = 0; i < dump->n; i++, part++) {
		err = dm_kdump_part_index(part);
		if (!err)
			err = dm_kdump_part_check_end(part, &lost);
		if (err)
			return err;
		if (lost)
			dm_dump_incomplete(dump, "%s is cut off",
					   part->bytes->path);
	}
	if (dump->info.status & STATUS_INCOMPLETE)
		dm_dump_incomplete(
			dump, "its writer could not finish it (disk full?)");
	return NULL;
}

/* Not all files have the notes whole, but VMCOREINFO has its own place. */
static struct dm_error *read_vmcoreinfo(struct dm_dump *dump,
					const struct notes_facts *facts)
{
	const struct kdump_part *part = parts_of(dump);
	uint64_t size = facts->vmcoreinfo_size;

	dump->two_vmcoreinfos = facts->vmcoreinfo_differs;
	if (!size)
		size = part->vmcoreinfo_size;
	if (!size)
		return NULL;
	dump->vmcoreinfo = malloc(size);
	if (!dump->vmcoreinfo)
		return dm_error_no_memory();
	dump->vmcoreinfo_size = size;
	if (!facts->vmcoreinfo_size)
		return dm_bytes_read(part->bytes, part->vmcoreinfo,
				     dump->vmcoreinfo, size);
	memcpy(dump->vmcoreinfo, facts->vmcoreinfo, size);
	return NULL;
}

static struct dm_error *read_notes(struct dm_dump *dump)
{
	const struct kdump_part *part = parts_of(dump);
	struct notes_facts facts;
	struct dm_error *err = NULL;

	if (part->notes_size)
		err = dm_notes_read(&dump->notes, part->bytes, part->notes,
				    part->notes_size);
	if (err)
		return err;
	dm_notes_scan(&dump->notes, &facts);
	return read_vmcoreinfo(dump, &facts);
}

static struct dm_error *kdump_open(struct dm_dump *dump,
				   const struct dm_dump_options *options)
{
	struct kdump_set *set = calloc(1, sizeof(*set));
	struct dm_error *err;
	size_t i;

	dump->layout = set;
	if (set)
		set->parts = calloc(dump->n, sizeof(*set->parts));
	if (!set || !set->parts)
		return dm_error_no_memory();
	set->n = dump->n;
	dump->info.format = "kdump";
	for (i = 0; i < dump->n; i++) {
		if (dump->files[i].flattened)
			dump->info.format = "kdump-flattened";
	}
	err = open_parts(dump, options->split);
	if (!err)
		err = arrange_parts(dump);
	if (!err)
		err = index_parts(dump);
	if (!err)
		err = read_notes(dump);
	set->block_size = dump->info.block_size;
	set->max_mapnr = dump->info.max_mapnr;
	return err;
}

static void kdump_close(struct dm_dump *dump)
{
	struct kdump_set *set = dump->layout;
	size_t i;

	if (!set)
		return;
	for (i = 0; set->parts && i < dump->n; i++)
		dm_kdump_part_close(&set->parts[i]);
	free(set->parts);
	free(set);
}

static struct dm_error *kdump_part(const struct bytes *bytes, bool *is_part,
				   uint64_t *first)
{
	struct dm_dump_info info = { 0 };
	struct kdump_part part;
	struct dm_error *err = dm_kdump_part_open(&part, bytes, &info);

	*is_part = !err && part.split;
	*first = *is_part ? part.start_pfn : 0;
	dm_kdump_part_close(&part);
	return err;
}

static struct dm_error *kdump_begin(struct dump_view *view)
{
	struct blocks *blocks = NULL;
	struct dm_error *err = dm_blocks_create(view->dump->layout, &blocks);

	view->pages = blocks;
	return err;
}

static void kdump_end(struct dump_view *view)
{
	dm_blocks_destroy(view->pages);
}

static struct dm_error *kdump_read(struct dump_view *view, uint64_t pa,
				   void *buf, size_t size)
{
	return dm_blocks_read(view->pages, pa, buf, size);
}

static struct dm_error *kdump_hold(struct dump_view *view, uint64_t pa,
				   size_t size)
{
	return dm_blocks_hold(view->pages, pa, size);
}

static void kdump_hint(struct dump_view *view, const uint64_t *pas,
		       size_t count, size_t size)
{
	dm_blocks_hint(view->pages, pas, count, size);
}

const struct dump_format dm_format_kdump = {
	.is = dm_kdump_is,
	.several = true,
	.open = kdump_open,
	.close = kdump_close,
	.part = kdump_part,
	.begin = kdump_begin,
	.end = kdump_end,
	.read = kdump_read,
	.hold = kdump_hold,
	.hint = kdump_hint,
	.walk = dm_kdump_walk,
};
