// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads headers and bitmap of a kdump-compressed file, and finds a page's data.
 *
 * The layout is that of makedumpfile (its diskdump_mod.h and IMPLEMENTATION)
 * and of QEMU's dump/dump.c:
 *
 *	block 0				header
 *	block 1 ... sub_hdr_size	sub-header, VMCOREINFO, notes
 *	bitmap_blocks blocks		two bitmaps of equal size: the pages
 *					that exist, the pages in the dump
 *	24 bytes a page in the dump	descriptors, in the order of the pages
 *	...				page data
 *
 * Nothing of it is believed: each number is checked before use.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/machine.h"
#include "dump/layout_kdump.h"
#include "directmap/text.h"

#define KDUMP_MAGIC "KDUMP   "

/* struct disk_dump_header of a 64-bit little-endian machine. */
struct raw_header {
	char signature[8];
	int32_t version;
	char uts[6][65];
	char pad[6];
	int64_t time_sec;
	int64_t time_usec;
	uint32_t status;
	int32_t block_size;
	int32_t sub_hdr_size;
	uint32_t bitmap_blocks;
	uint32_t max_mapnr;
	uint32_t total_ram_blocks;
	uint32_t device_blocks;
	uint32_t written_blocks;
	uint32_t current_cpu;
	int32_t nr_cpus;
} __attribute__((packed));

/* struct kdump_sub_header of the same. */
struct raw_sub_header {
	uint64_t phys_base;
	int32_t dump_level; /* since version 1 */
	int32_t split; /* since 2 */
	uint64_t start_pfn;
	uint64_t end_pfn;
	uint64_t vmcoreinfo; /* since 3 */
	uint64_t vmcoreinfo_size;
	uint64_t notes; /* since 4 */
	uint64_t notes_size;
	uint64_t eraseinfo; /* since 5 */
	uint64_t eraseinfo_size;
	uint64_t start_pfn_64; /* since 6 */
	uint64_t end_pfn_64;
	uint64_t max_mapnr_64;
} __attribute__((packed));

struct raw_desc {
	uint64_t offset;
	uint32_t size;
	uint32_t flags;
	uint64_t page_flags;
} __attribute__((packed));

_Static_assert(sizeof(struct raw_header) == 464, "header");
_Static_assert(sizeof(struct raw_sub_header) == 104, "sub-header");
_Static_assert(sizeof(struct raw_desc) == KDUMP_DESC_SIZE, "descriptor");

#define COMPRESSED (KDUMP_ZLIB | KDUMP_LZO | KDUMP_SNAPPY | KDUMP_ZSTD)

/* Page sizes that libkdumpfile takes (kdumpfile-priv.h: {MIN,MAX}_PAGE_SIZE) */
#define MIN_BLOCK 4096
#define MAX_BLOCK (256 * 1024)

/* Kernels have one page, of 64K at most (VMCOREINFO_BYTES). */
#define MAX_VMCOREINFO (1 << 20)

/*
 * A flattened file may leave out a bitmap's zeros, so that the bitmap is larger
 * than the file; of more than this (2 TiB of memory) nobody does.
 */
#define SPARSE_BITMAP (64 << 20)

bool dm_kdump_is(const char *magic)
{
	return !memcmp(magic, KDUMP_MAGIC, 8);
}

static struct dm_error *bad(const struct kdump_part *part, const char *what,
			    uint64_t value)
{
	return dm_error_create(DM_ERROR_BAD_DUMP,
			       "%s: the kdump header is damaged: %s is %llu; "
			       "get a fresh copy of the file",
			       part->bytes->path, what,
			       (unsigned long long)value);
}

/* What does not get past the end of the file is no header: not "absent". */
static struct dm_error *read_header(const struct kdump_part *part, uint64_t off,
				    void *buf, size_t size)
{
	struct dm_error *err = dm_bytes_read(part->bytes, off, buf, size);

	if (err && err->code == DM_ERROR_ABSENT) {
		dm_error_destroy(err);
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: cut off within its headers; get the whole file",
			part->bytes->path);
	}
	return err;
}

static void copy_uts(struct dm_dump_info *info, const struct raw_header *raw)
{
	char *const field[6] = {
		info->uts.sysname, info->uts.nodename, info->uts.release,
		info->uts.version, info->uts.machine,  info->uts.domainname,
	};
	int i;

	for (i = 0; i < 6; i++) {
		memcpy(field[i], raw->uts[i], sizeof(raw->uts[i]));
		field[i][sizeof(raw->uts[i])] = '\0';
	}
}

static bool is_page_size(uint32_t size)
{
	return size >= MIN_BLOCK && size <= MAX_BLOCK && !(size & (size - 1));
}

static struct dm_error *parse_header(struct kdump_part *part,
				     const struct raw_header *raw,
				     struct dm_dump_info *info)
{
	copy_uts(info, raw);
	part->header_version = (int32_t)le32toh((uint32_t)raw->version);
	part->block_size = le32toh((uint32_t)raw->block_size);
	if (part->header_version < 1 || part->header_version > 255)
		return bad(part, "its version",
			   le32toh((uint32_t)raw->version));
	if (!is_page_size(part->block_size))
		return bad(part, "the block size", part->block_size);
	part->max_mapnr = le32toh(raw->max_mapnr);
	info->header_version = part->header_version;
	info->block_size = part->block_size;
	info->status = le32toh(raw->status);
	info->nr_cpus = (int32_t)le32toh((uint32_t)raw->nr_cpus);
	info->time_sec = (int64_t)le64toh((uint64_t)raw->time_sec);
	info->time_usec = (int64_t)le64toh((uint64_t)raw->time_usec);
	return NULL;
}

static struct dm_error *check_area(const struct kdump_part *part,
				   const char *what, uint64_t off,
				   uint64_t size, uint64_t max)
{
	if (size > max)
		return bad(part, what, size);
	/* The second: a flattened file may claim to be of any size. */
	if (size && (!dm_bytes_inside(part->bytes, off, size) ||
		     size > part->bytes->file_size))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: cut off within its headers; get the whole file",
			part->bytes->path);
	return NULL;
}

static struct dm_error *parse_sub_header(struct kdump_part *part,
					 const struct raw_sub_header *raw,
					 struct dm_dump_info *info)
{
	struct dm_error *err;

	info->phys_base = le64toh(raw->phys_base);
	info->dump_level = (int)le32toh((uint32_t)raw->dump_level);
	if (part->header_version >= 6)
		part->max_mapnr = le64toh(raw->max_mapnr_64);
	info->max_mapnr = part->max_mapnr;
	if (part->max_mapnr > DM_PA_END / part->block_size)
		return bad(part, "max_mapnr", part->max_mapnr);

	part->start_pfn = 0;
	part->end_pfn = part->max_mapnr;
	part->split = part->header_version >= 2 && raw->split;
	if (part->split && part->header_version >= 6) {
		part->start_pfn = le64toh(raw->start_pfn_64);
		part->end_pfn = le64toh(raw->end_pfn_64);
	} else if (part->split) {
		part->start_pfn = le64toh(raw->start_pfn);
		part->end_pfn = le64toh(raw->end_pfn);
	}
	if (part->end_pfn > part->max_mapnr)
		part->end_pfn = part->max_mapnr;
	if (part->start_pfn > part->end_pfn)
		return bad(part, "the first page of the part", part->start_pfn);

	if (part->header_version >= 3) {
		part->vmcoreinfo = le64toh(raw->vmcoreinfo);
		part->vmcoreinfo_size = le64toh(raw->vmcoreinfo_size);
	}
	if (part->header_version >= 4) {
		part->notes = le64toh(raw->notes);
		part->notes_size = le64toh(raw->notes_size);
	}
	err = check_area(part, "the size of VMCOREINFO", part->vmcoreinfo,
			 part->vmcoreinfo_size, MAX_VMCOREINFO);
	/* What devices add has no limit, and is passed over: dm_notes_read(). */
	if (!err)
		err = check_area(part, "the size of the notes", part->notes,
				 part->notes_size, INT64_MAX);
	return err;
}

/* Blocks of bitmap more than it takes that are believed. */
#define BITMAP_SLACK 64

/*
 * A file has one bitmap or two; as libkdumpfile tells them apart
 * (diskdump.c: read_bitmap()), by whether half of it would do.
 */
static struct dm_error *place_bitmap(struct kdump_part *part,
				     const struct raw_header *raw)
{
	uint64_t blocks = le32toh(raw->bitmap_blocks);
	uint32_t sub_blocks = le32toh((uint32_t)raw->sub_hdr_size);
	uint64_t block_size = part->block_size;

	/* Signed in the file, and in libkdumpfile's arithmetic. */
	if (!sub_blocks || sub_blocks > INT32_MAX / block_size - 1)
		return bad(part, "the size of the sub-header", sub_blocks);
	/*
	 * Two bitmaps that cover max_mapnr, with some slack: writers round in
	 * their own ways. More would only be memory for nothing.
	 */
	if (blocks > INT32_MAX ||
	    blocks > 2 * (part->max_mapnr / (8 * block_size)) + BITMAP_SLACK)
		return bad(part, "the size of the bitmap", blocks);
	part->bitmap = (1 + (uint64_t)sub_blocks) * block_size;
	part->descs = part->bitmap + blocks * block_size;
	if (part->max_mapnr <= blocks * block_size * 8 / 2) {
		blocks /= 2;
		part->bitmap += blocks * block_size;
	}
	part->bitmap_size = blocks * block_size;
	if (part->max_mapnr > part->bitmap_size * 8)
		return bad(part, "the size of the bitmap", blocks);
	/*
	 * A cut flattened file may lack the bitmap; then there are no pages in
	 * it either.
	 */
	if (!dm_bytes_inside(part->bytes, part->bitmap, part->bitmap_size) ||
	    (part->bitmap_size > part->bytes->file_size &&
	     part->bitmap_size > SPARSE_BITMAP))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: cut off before its first page; get the whole file",
			part->bytes->path);
	return NULL;
}

struct dm_error *dm_kdump_part_open(struct kdump_part *part,
				    const struct bytes *bytes,
				    struct dm_dump_info *info)
{
	struct raw_header raw;
	struct raw_sub_header sub;
	struct dm_error *err;

	*part = (struct kdump_part){ .bytes = bytes };
	err = read_header(part, 0, &raw, sizeof(raw));
	if (!err)
		err = parse_header(part, &raw, info);
	if (!err)
		err = read_header(part, part->block_size, &sub, sizeof(sub));
	if (!err)
		err = parse_sub_header(part, &sub, info);
	if (!err)
		err = place_bitmap(part, &raw);
	return err;
}

void dm_kdump_part_close(struct kdump_part *part)
{
	free(part->rank);
	part->rank = NULL;
}

/*
 * Bits set in @p words words. Not __builtin_popcountll(): without -mpopcnt that
 * is a call that looks up each byte.
 */
static uint64_t count_words(const unsigned char *at, uint64_t words)
{
	uint64_t count = 0;

	while (words) {
		/* 31 times 8 bits fit the bytes of a word. */
		uint64_t n = words < 31 ? words : 31, bytes = 0, i;

		for (i = 0; i < n; i++, at += 8) {
			uint64_t w;

			memcpy(&w, at, sizeof(w));
			w -= w >> 1 & 0x5555555555555555;
			w = (w & 0x3333333333333333) +
			    (w >> 2 & 0x3333333333333333);
			bytes += (w + (w >> 4)) & 0x0f0f0f0f0f0f0f0f;
		}
		bytes = (bytes & 0x00ff00ff00ff00ff) +
			(bytes >> 8 & 0x00ff00ff00ff00ff);
		count += bytes * 0x0001000100010001 >> 48;
		words -= n;
	}
	return count;
}

/* Bits set among the first @p bits of a bitmap that goes on to the next word. */
static uint64_t count_bits(const unsigned char *bitmap, uint64_t bits)
{
	uint64_t count = count_words(bitmap, bits / 64), word;

	if (!(bits % 64))
		return count;
	memcpy(&word, bitmap + bits / 64 * 8, sizeof(word));
	word = le64toh(word) & ((1ULL << bits % 64) - 1);
	return count + (uint64_t)__builtin_popcountll(word);
}

/* Read at once where much of a bitmap is read. */
#define SWEEP 65536

/* Bits set in [off, off + size) of the bitmap, bytes; size: a multiple of 8. */
static struct dm_error *count_range(const struct kdump_part *part, uint64_t off,
				    uint64_t size, uint64_t *count)
{
	unsigned char buf[SWEEP];
	struct dm_error *err;

	for (*count = 0; size;) {
		size_t n = size < sizeof(buf) ? (size_t)size : sizeof(buf);

		err = dm_bytes_read_bitmap(part->bytes, part->bitmap + off, buf,
					   n);
		if (err)
			return err;
		*count += count_words(buf, n / 8);
		off += n;
		size -= n;
	}
	return NULL;
}

/* At most so many counts are kept: 1 MiB, whatever the size of the machine. */
#define MAX_RANKS (1 << 17)

/* The block size, and so that of the bitmap, is a multiple of KDUMP_WINDOW. */
static uint64_t chunk_for(uint64_t bitmap_size)
{
	uint64_t chunk = KDUMP_WINDOW;

	while (bitmap_size / chunk >= MAX_RANKS)
		chunk *= 2;
	return chunk;
}

/* Go on counting in @p size bytes that were read at @p off of the bitmap. */
static uint64_t count_chunks(struct kdump_part *part, uint64_t off,
			     const unsigned char *buf, uint64_t size,
			     uint64_t count)
{
	uint64_t at, n;

	for (at = 0; at < size; at += n) {
		if ((off + at) % part->chunk == 0)
			part->rank[(off + at) / part->chunk] = count;
		n = part->chunk < size - at ? part->chunk : size - at;
		count += count_words(buf + at, n / 8);
	}
	return count;
}

static struct dm_error *count_all(struct kdump_part *part)
{
	unsigned char buf[SWEEP];
	uint64_t off, n, count = 0;
	struct dm_error *err;

	for (off = 0; off < part->bitmap_size; off += n) {
		n = part->bitmap_size - off;
		if (n > sizeof(buf))
			n = sizeof(buf);
		err = dm_bytes_read_bitmap(part->bytes, part->bitmap + off, buf,
					   (size_t)n);
		if (err)
			return err;
		count = count_chunks(part, off, buf, n, count);
	}
	if (off % part->chunk == 0)
		part->rank[off / part->chunk] = count;
	return NULL;
}

/* How many set bits come before the one of @p pfn. */
static struct dm_error *rank_of(const struct kdump_part *part, uint64_t pfn,
				uint64_t *rank)
{
	uint64_t off = pfn / 64 * 8, start = off - off % part->chunk;
	unsigned char word[8];
	struct dm_error *err;

	*rank = 0;
	if (off > start) {
		err = count_range(part, start, off - start, rank);
		if (err)
			return err;
	}
	*rank += part->rank[start / part->chunk];
	if (!(pfn % 64))
		return NULL;
	err = dm_bytes_read_bitmap(part->bytes, part->bitmap + off, word,
				   sizeof(word));
	if (!err)
		*rank += count_bits(word, pfn % 64);
	return err;
}

/* Make the counts relative to the first page of this part. */
static struct dm_error *rebase(struct kdump_part *part, uint64_t ranks)
{
	uint64_t before, until, i;
	struct dm_error *err;

	err = rank_of(part, part->start_pfn, &before);
	if (!err)
		err = rank_of(part, part->end_pfn, &until);
	if (err)
		return err;
	part->pages = until - before;
	/* Wraps below the part's first page; nobody asks there. */
	for (i = 0; i < ranks; i++)
		part->rank[i] -= before;
	return NULL;
}

struct dm_error *dm_kdump_part_index(struct kdump_part *part)
{
	uint64_t ranks;
	struct dm_error *err;

	part->chunk = chunk_for(part->bitmap_size);
	/* One more: for the end of the bitmap. */
	ranks = part->bitmap_size / part->chunk + 1;
	part->rank = calloc((size_t)ranks, sizeof(*part->rank));
	if (!part->rank)
		return dm_error_no_memory();
	err = count_all(part);
	return err ? err : rebase(part, ranks);
}

static unsigned long long pa_of(const struct kdump_part *part, uint64_t pfn)
{
	return (unsigned long long)(pfn * part->block_size);
}

/* The part of the bitmap with the bit of @p pfn. */
static struct dm_error *get_bits(const struct kdump_part *part,
				 struct kdump_windows *windows, uint64_t pfn,
				 const struct kdump_bits **ret)
{
	uint64_t index = pfn / (KDUMP_WINDOW * 8);
	struct kdump_bits *w = &windows->bits[index % KDUMP_WINDOWS];
	struct dm_error *err;

	*ret = w;
	if (w->part == part && w->index == index)
		return NULL;
	w->part = NULL;
	err = dm_bytes_read_bitmap(part->bytes,
				   part->bitmap + index * KDUMP_WINDOW, w->bits,
				   sizeof(w->bits));
	if (!err)
		err = rank_of(part, index * KDUMP_WINDOW * 8, &w->rank);
	if (err)
		return err;
	w->index = index;
	w->part = part;
	return NULL;
}

/* Which of the part's descriptors is that of @p pfn. */
static struct dm_error *find_desc(const struct kdump_part *part,
				  struct kdump_windows *windows, uint64_t pfn,
				  uint64_t *index)
{
	uint64_t bit = pfn % (KDUMP_WINDOW * 8);
	const struct kdump_bits *w;
	struct dm_error *err;

	err = get_bits(part, windows, pfn, &w);
	if (err)
		return err;
	if (!(w->bits[bit / 8] & 1 << bit % 8))
		return dm_error_create(
			DM_ERROR_ABSENT,
			"the page at physical address 0x%llx is not in the "
			"dump: left out when it was written",
			pa_of(part, pfn));
	*index = w->rank + count_bits(w->bits, bit);
	return NULL;
}

/* At the end of a file there may be the one, but not all around it. */
static struct dm_error *get_desc(const struct kdump_part *part,
				 struct kdump_windows *windows, uint64_t index,
				 struct raw_desc *desc)
{
	uint64_t first = index - index % KDUMP_DESCS;
	struct kdump_descs *w =
		&windows->descs[index / KDUMP_DESCS % KDUMP_WINDOWS];
	struct dm_error *err;

	if (w->part != part || w->index != first) {
		w->part = NULL;
		err = dm_bytes_read(part->bytes,
				    part->descs + first * KDUMP_DESC_SIZE,
				    w->raw, sizeof(w->raw));
		if (err) {
			dm_error_destroy(err);
			return dm_bytes_read(part->bytes,
					     part->descs +
						     index * KDUMP_DESC_SIZE,
					     desc, sizeof(*desc));
		}
		w->index = first;
		w->part = part;
	}
	memcpy(desc, w->raw + (index - first) * KDUMP_DESC_SIZE, sizeof(*desc));
	return NULL;
}

static struct dm_error *lost_page(const struct kdump_part *part, uint64_t pfn)
{
	return dm_error_create(DM_ERROR_ABSENT,
			       "the page at physical address 0x%llx is not in "
			       "the dump: %s is cut off",
			       pa_of(part, pfn), part->bytes->path);
}

static bool desc_is_sane(const struct kdump_part *part,
			 const struct raw_desc *desc)
{
	uint32_t size = le32toh(desc->size);

	/* No writer keeps what compression made longer. */
	if (le32toh(desc->flags) & COMPRESSED)
		return size && size <= part->block_size;
	return size == part->block_size;
}

struct dm_error *dm_kdump_part_locate(const struct kdump_part *part,
				      struct kdump_windows *windows,
				      uint64_t pfn, struct kdump_place *place)
{
	static const struct raw_desc never_written;
	struct raw_desc desc;
	struct dm_error *err;
	uint64_t index;

	err = find_desc(part, windows, pfn, &index);
	if (err)
		return err;
	err = get_desc(part, windows, index, &desc);
	if (err && err->code == DM_ERROR_ABSENT) {
		dm_error_destroy(err);
		return lost_page(part, pfn);
	}
	if (err)
		return err;
	/* The disk was full (makedumpfile.c: write_kdump_pages_cyclic()). */
	if (!memcmp(&desc, &never_written, sizeof(desc)))
		return lost_page(part, pfn);
	if (!desc_is_sane(part, &desc))
		return dm_error_create(
			DM_ERROR_BROKEN,
			"the page at physical address 0x%llx is damaged: its "
			"descriptor in %s says %u byte%s, flags 0x%x",
			pa_of(part, pfn), part->bytes->path, le32toh(desc.size),
			dm_plural_s(le32toh(desc.size)), le32toh(desc.flags));
	place->data = le64toh(desc.offset);
	place->size = le32toh(desc.size);
	place->flags = le32toh(desc.flags);
	if (!dm_bytes_inside(part->bytes, place->data, place->size))
		return lost_page(part, pfn);
	return NULL;
}

/* More than this of a bitmap is not read for one page. */
#define MAX_BITS 4096

bool dm_kdump_bits_piece(const struct kdump_part *part, uint64_t pfn,
			 uint64_t *off, uint32_t *size)
{
	uint64_t word = pfn / 64 * 8, start = word - word % part->chunk;

	if (word - start >= MAX_BITS)
		return false;
	*off = part->bitmap + start;
	*size = (uint32_t)(word - start) + 8;
	return true;
}

bool dm_kdump_desc_piece(const struct kdump_part *part, uint64_t pfn,
			 const unsigned char *bits, uint64_t *off)
{
	uint64_t chunk = pfn / (part->chunk * 8), bit = pfn % (part->chunk * 8);

	if (!(bits[bit / 8] & 1 << bit % 8))
		return false;
	*off = part->descs +
	       (part->rank[chunk] + count_bits(bits, bit)) * KDUMP_DESC_SIZE;
	return true;
}

/* One that was never written has size 0, and so is not sane. */
bool dm_kdump_desc_parse(const struct kdump_part *part,
			 const unsigned char *raw, struct kdump_place *place)
{
	struct raw_desc desc;

	memcpy(&desc, raw, sizeof(desc));
	place->data = le64toh(desc.offset);
	place->size = le32toh(desc.size);
	place->flags = le32toh(desc.flags);
	return desc_is_sane(part, &desc) &&
	       dm_bytes_inside(part->bytes, place->data, place->size);
}

/* Enough to get past a run of zero pages, whose data lie at the front. */
#define LAST_DESCS 4096

struct dm_error *dm_kdump_part_check_end(const struct kdump_part *part,
					 bool *lost)
{
	uint64_t n = part->pages < LAST_DESCS ? part->pages : LAST_DESCS;
	uint64_t off = part->descs + (part->pages - n) * KDUMP_DESC_SIZE;
	struct raw_desc *descs;
	struct dm_error *err;
	uint64_t i;

	*lost = false;
	if (!n)
		return NULL;
	descs = reallocarray(NULL, (size_t)n, sizeof(*descs));
	if (!descs)
		return dm_error_no_memory();
	err = dm_bytes_read(part->bytes, off, descs,
			    (size_t)n * sizeof(*descs));
	if (err && err->code == DM_ERROR_ABSENT) {
		dm_error_destroy(err);
		err = NULL;
		*lost = true;
		n = 0;
	}
	for (i = 0; !err && i < n; i++) {
		if (!descs[i].offset ||
		    !dm_bytes_inside(part->bytes, le64toh(descs[i].offset),
				     le32toh(descs[i].size)))
			*lost = true;
	}
	free(descs);
	return err;
}
