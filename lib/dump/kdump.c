// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-compressed dumps: one file, or the parts of a split set. */
#include <stdlib.h>
#include <string.h>

#include "dump/dump_private.h"
#include "dump/notes.h"

/* diskdump_mod.h: DUMP_DH_COMPRESSED_INCOMPLETE */
#define STATUS_INCOMPLETE 0x8

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
	struct dm_dump_info info, *first = &dump->info;
	struct dm_error *err;
	size_t i;

	dump->kdump.parts = calloc(dump->n, sizeof(*dump->kdump.parts));
	if (!dump->kdump.parts)
		return dm_error_no_memory();
	for (i = 0; i < dump->n; i++) {
		/* Memory that same_dump() compares whole. */
		memset(&info, 0, sizeof(info));
		info = *first;
		err = dm_kdump_part_open(&dump->kdump.parts[i], &dump->files[i],
					 i ? &info : first);
		if (err)
			return err;
		if (split && !dump->kdump.parts[i].split)
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"%s: a dump by itself, not a part of a split "
				"set; give it without --split",
				dump->files[i].path);
		if (i &&
		    (!dump->kdump.parts[i].split ||
		     !dump->kdump.parts[0].split || !same_dump(first, &info)))
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
	const struct kdump_part *part = dump->kdump.parts;
	uint64_t at = 0;
	size_t i;

	qsort(dump->kdump.parts, dump->n, sizeof(*dump->kdump.parts), part_cmp);
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
	struct dm_error *err;
	bool lost;
	size_t i;

	for (i = 0; i < dump->n; i++) {
		err = dm_kdump_part_index(&dump->kdump.parts[i]);
		if (!err)
			err = dm_kdump_part_check_end(&dump->kdump.parts[i],
						      &lost);
		if (err)
			return err;
		if (lost)
			dm_dump_incomplete(dump, "%s is cut off",
					   dump->kdump.parts[i].bytes->path);
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
	const struct kdump_part *part = dump->kdump.parts;
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
	const struct kdump_part *part = dump->kdump.parts;
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

struct dm_error *dm_dump_open_kdump(struct dm_dump *dump, bool split)
{
	struct dm_error *err;
	size_t i;

	dump->info.format = "kdump";
	for (i = 0; i < dump->n; i++) {
		if (dump->files[i].flattened)
			dump->info.format = "kdump-flattened";
	}
	err = open_parts(dump, split);
	if (!err)
		err = arrange_parts(dump);
	if (!err)
		err = index_parts(dump);
	if (!err)
		err = read_notes(dump);
	if (err)
		return err;
	dump->kdump.n = dump->n;
	dump->kdump.block_size = dump->info.block_size;
	dump->kdump.max_mapnr = dump->info.max_mapnr;
	return NULL;
}
