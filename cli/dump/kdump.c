// SPDX-License-Identifier: GPL-2.0-or-later
/* kdump-compressed dumps: one file, or the parts of a split set. */
#include <stdlib.h>
#include <string.h>

#include "dump_private.h"
#include "notes.h"

/* diskdump_mod.h: DUMP_DH_COMPRESSED_INCOMPLETE */
#define STATUS_INCOMPLETE 0x8

#define STAGE_ALIGN	  65536

static bool same_dump(const struct dump_info *a, const struct dump_info *b)
{
	return !memcmp(&a->uts, &b->uts, sizeof(a->uts)) &&
	       a->header_version == b->header_version &&
	       a->block_size == b->block_size && a->max_mapnr == b->max_mapnr &&
	       a->phys_base == b->phys_base && a->time_sec == b->time_sec &&
	       a->time_usec == b->time_usec;
}

static struct dm_error *separate_dumps(const struct dump *dump)
{
	return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
			       "%zu separate dumps, not the parts of one; give "
			       "them one at a time",
			       dump->n);
}

static struct dm_error *open_parts(struct dump *dump, bool split)
{
	struct dump_info info, *first = &dump->info;
	struct dm_error *err;
	size_t i;

	dump->parts = calloc(dump->n, sizeof(*dump->parts));
	if (!dump->parts)
		return dump_no_memory();
	for (i = 0; i < dump->n; i++) {
		/* Memory that same_dump() compares whole. */
		memset(&info, 0, sizeof(info));
		info = *first;
		err = kdump_part_open(&dump->parts[i], &dump->files[i],
				      i ? &info : first);
		if (err)
			return err;
		if (split && !dump->parts[i].split)
			return dm_error_create(
				DM_ERROR_INVALID_ARGUMENT,
				"%s: a dump by itself, not a part of a split "
				"set; give it without --split",
				dump->files[i].path);
		if (i && (!dump->parts[i].split || !dump->parts[0].split ||
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

static void missing_parts(struct dump *dump, uint64_t start, uint64_t end)
{
	uint64_t size = dump->info.block_size;

	dump_incomplete(dump,
			"the part of the split set with physical addresses "
			"0x%llx to 0x%llx is missing; give all its files",
			(unsigned long long)(start * size),
			(unsigned long long)(end * size));
}

/* The parts in order; libkdumpfile does not mind any. */
static struct dm_error *arrange_parts(struct dump *dump)
{
	const struct kdump_part *part = dump->parts;
	uint64_t at = 0;
	size_t i;

	qsort(dump->parts, dump->n, sizeof(*dump->parts), part_cmp);
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

static struct dm_error *index_parts(struct dump *dump)
{
	struct dm_error *err;
	bool lost;
	size_t i;

	for (i = 0; i < dump->n; i++) {
		err = kdump_part_index(&dump->parts[i]);
		if (!err)
			err = kdump_part_check_end(&dump->parts[i], &lost);
		if (err)
			return err;
		if (lost)
			dump_incomplete(dump, "%s is cut off",
					dump->parts[i].bytes->path);
	}
	if (dump->info.status & STATUS_INCOMPLETE)
		dump_incomplete(dump,
				"its writer could not finish it (disk full?)");
	return NULL;
}

static struct dm_error *read_notes(struct dump *dump)
{
	const struct kdump_part *part = dump->parts;

	if (!part->notes_size)
		return NULL;
	dump->notes = malloc(part->notes_size);
	if (!dump->notes)
		return dump_no_memory();
	dump->notes_size = part->notes_size;
	return bytes_read(part->bytes, part->notes, dump->notes,
			  dump->notes_size);
}

/* Not all files have the notes whole, but VMCOREINFO has its own place. */
static struct dm_error *read_vmcoreinfo(struct dump *dump,
					const struct notes_facts *facts)
{
	const struct kdump_part *part = dump->parts;
	uint64_t size = facts->vmcoreinfo_size;

	if (!size)
		size = part->vmcoreinfo_size;
	if (!size)
		return dump_no_vmcoreinfo(dump);
	dump->vmcoreinfo = malloc(size);
	if (!dump->vmcoreinfo)
		return dump_no_memory();
	dump->vmcoreinfo_size = size;
	if (!facts->vmcoreinfo_size)
		return bytes_read(part->bytes, part->vmcoreinfo,
				  dump->vmcoreinfo, size);
	memcpy(dump->vmcoreinfo, facts->vmcoreinfo, size);
	return NULL;
}

static struct dm_error *use_notes(struct dump *dump)
{
	struct notes_facts facts;

	notes_scan(dump->notes, dump->notes_size, &facts);
	if (facts.prstatus_size && facts.prstatus_size != PRSTATUS_SIZE_ARM64 &&
	    strcmp(dump->info.uts.machine, "aarch64"))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: not a dump of an arm64 machine (its CPU notes are %zu bytes long, those of arm64 %d)",
			dump->files[0].path, facts.prstatus_size,
			PRSTATUS_SIZE_ARM64);
	return read_vmcoreinfo(dump, &facts);
}

/*
 * All that libkdumpfile reads on opening. It is not shown
 *  - the time: libkdumpfile 0.5.1 first tries the header as that of a 32-bit
 *    machine (diskdump.c: open_common()), and there the block size lies where
 *    the microseconds are, which may happen to be a page size;
 *  - the notes with VMCOREINFO: its parser of 0.5.1 reads and writes where it
 *    should not when a key has a dot in the wrong place (vmcoreinfo.c:
 *    add_parsed_row()).
 */
static struct dm_error *stage_part(struct stage *stage,
				   const struct kdump_part *part)
{
	uint64_t size = part->bytes->size;
	struct kdump_headers headers;
	struct dm_error *err;

	/* A dump partition; also, a part without pages may end here. */
	if (size < part->descs)
		size = part->descs;
	size += (STAGE_ALIGN - size % STAGE_ALIGN) % STAGE_ALIGN;
	err = stage_open(stage, part->bytes->path, size, part->descs);
	if (err)
		return err;
	err = kdump_part_headers(part, &headers);
	if (!err)
		err = stage_put(stage, 0, headers.header,
				sizeof(headers.header));
	if (!err)
		err = stage_put(stage, part->block_size, headers.sub_header,
				sizeof(headers.sub_header));
	if (!err)
		err = stage_copy_bitmap(stage, part->bytes, part->bitmap,
					part->bitmap_size);
	return err;
}

static struct dm_error *stage_parts(struct dump *dump)
{
	struct dm_error *err = NULL;
	size_t i;

	dump->fds = calloc(dump->n, sizeof(*dump->fds));
	dump->stages = calloc(dump->n, sizeof(*dump->stages));
	for (i = 0; dump->stages && i < dump->n; i++)
		dump->stages[i].fd = -1;
	if (!dump->fds || !dump->stages)
		return dump_no_memory();
	for (i = 0; !err && i < dump->n; i++) {
		err = stage_part(&dump->stages[i], &dump->parts[i]);
		dump->fds[i] = dump->stages[i].fd;
	}
	return err;
}

static struct dm_error *start_reader(struct dump *dump)
{
	struct dm_error *err;

	dump->reader = (struct reader){
		.fds = dump->fds,
		.n = dump->n,
		.page_size = dump->info.block_size,
	};
	err = reader_open(&dump->reader);
	return err ? dm_error_prefix(err, "%s", dump->files[0].path) : NULL;
}

struct dm_error *dump_open_kdump(struct dump *dump, bool split)
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
	if (!err)
		err = use_notes(dump);
	if (!err)
		err = stage_parts(dump);
	if (!err)
		err = start_reader(dump);
	return err;
}

/* The part for this page; there may be none. */
static size_t find_part(const struct dump *dump, uint64_t pfn)
{
	size_t low = 0, high = dump->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (dump->parts[mid].end_pfn <= pfn)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct dm_error *stage_page(struct dump *dump, size_t i,
				   const struct kdump_place *place)
{
	struct dm_error *err;

	err = stage_put(&dump->stages[i], place->desc, place->raw_desc,
			sizeof(place->raw_desc));
	if (!err)
		err = stage_copy(&dump->stages[i], dump->parts[i].bytes,
				 place->data, place->size);
	return err;
}

static struct dm_error *prepare_block(struct dump *dump, uint64_t pfn)
{
	size_t i = find_part(dump, pfn);
	struct kdump_place place;
	struct dm_error *err;

	if (dump->ready[pfn % DUMP_READY] == pfn + 1)
		return NULL;
	if (i == dump->n || pfn < dump->parts[i].start_pfn)
		return dm_error_create(
			DM_ERROR_ABSENT,
			"physical address 0x%llx is not in the dump: %s",
			(unsigned long long)(pfn * dump->info.block_size),
			pfn < dump->info.max_mapnr
				? "its part of the split set is missing"
				: "beyond the end of memory");
	err = kdump_part_locate(&dump->parts[i], pfn, &place);
	if (!err)
		err = stage_page(dump, i, &place);
	if (!err)
		dump->ready[pfn % DUMP_READY] = pfn + 1;
	return err;
}

/* Before a read, not within: it may need several blocks. */
static void trim(struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->n; i++) {
		if (stage_trim(&dump->stages[i]))
			memset(dump->ready, 0, sizeof(dump->ready));
	}
}

struct dm_error *dump_prepare_kdump(struct dump *dump, uint64_t pa, size_t size)
{
	uint64_t pfn = pa / dump->info.block_size;
	uint64_t last = (pa + size - 1) / dump->info.block_size;
	struct dm_error *err = NULL;

	trim(dump);
	for (; !err && pfn <= last; pfn++)
		err = prepare_block(dump, pfn);
	return err;
}
