/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things lie in a kdump-compressed file: headers, page bitmap, page
 * descriptors, page data. Which pages can be read, and where their data are;
 * decoding them is decoder.c's.
 */
#ifndef DUMP_LAYOUT_KDUMP_H
#define DUMP_LAYOUT_KDUMP_H

#include "dump/bytes.h"
#include "directmap/dump.h"

/* One file; a dump is one of them or, split, several. */
struct kdump_part {
	const struct bytes *bytes;
	uint32_t block_size;
	int32_t header_version;
	/* The bitmap of the pages in the dump. */
	uint64_t bitmap, bitmap_size;
	/* The page descriptors, one for each page in this part. */
	uint64_t descs;
	bool split;
	/* The pages that this part is for, [start, end). */
	uint64_t start_pfn, end_pfn;
	uint64_t max_mapnr;
	uint64_t notes, notes_size;
	uint64_t vmcoreinfo, vmcoreinfo_size;
	/* Set bits of the bitmap before each @chunk bytes of it. */
	uint64_t *rank;
	uint64_t chunk;
	/* Bits set in [start_pfn, end_pfn). */
	uint64_t pages;
};

#define KDUMP_DESC_SIZE 24

/* How the data of a page are compressed (diskdump_mod.h: DUMP_DH_COMPRESSED_*) */
#define KDUMP_ZLIB   0x1
#define KDUMP_LZO    0x2
#define KDUMP_SNAPPY 0x4
#define KDUMP_ZSTD   0x20

/* Where the data of a page are. */
struct kdump_place {
	uint64_t data;
	uint32_t size;
	uint32_t flags;
};

/* Bytes of bitmap, and descriptors, that are read at once. */
#define KDUMP_WINDOW  512
#define KDUMP_DESCS   64
#define KDUMP_WINDOWS 64

/*
 * What was last read of bitmaps and descriptors: pages that are asked for one
 * after the other are often neighbours. One for each thread; begins as zeros.
 */
struct kdump_windows {
	struct kdump_bits {
		const struct kdump_part *part; /* NULL: empty */
		uint64_t index;
		/* Set bits before it. */
		uint64_t rank;
		unsigned char bits[KDUMP_WINDOW];
	} bits[KDUMP_WINDOWS];
	struct kdump_descs {
		const struct kdump_part *part;
		uint64_t index;
		unsigned char raw[KDUMP_DESCS * KDUMP_DESC_SIZE];
	} descs[KDUMP_WINDOWS];
};

bool dm_kdump_is(const char *magic);

/* Read the headers. Fills @p info from them too. */
struct dm_error *dm_kdump_part_open(struct kdump_part *part,
				    const struct bytes *bytes,
				    struct dm_dump_info *info);
void dm_kdump_part_close(struct kdump_part *part);

/* Read and count the bitmap. */
struct dm_error *dm_kdump_part_index(struct kdump_part *part);

/* DM_ERROR_ABSENT: excluded, cut off; DM_ERROR_BROKEN: makes no sense. */
struct dm_error *dm_kdump_part_locate(const struct kdump_part *part,
				      struct kdump_windows *windows,
				      uint64_t pfn, struct kdump_place *place);

/*
 * The same in three steps, for callers that read the pieces themselves; false
 * where a page is absent or broken, and dm_kdump_part_locate() says why. First:
 * the bits before its own that are not counted yet, and its own.
 */
bool dm_kdump_bits_piece(const struct kdump_part *part, uint64_t pfn,
			 uint64_t *off, uint32_t *size);
/* Its descriptor, of KDUMP_DESC_SIZE bytes. */
bool dm_kdump_desc_piece(const struct kdump_part *part, uint64_t pfn,
			 const unsigned char *bits, uint64_t *off);
/* Its data. */
bool dm_kdump_desc_parse(const struct kdump_part *part,
			 const unsigned char *raw, struct kdump_place *place);

/*
 * Does the end of the dump seem to be there? Looks at the last descriptors
 * only. @p lost is set when pages are missing at the end.
 */
struct dm_error *dm_kdump_part_check_end(const struct kdump_part *part,
					 bool *lost);

#endif /* DUMP_LAYOUT_KDUMP_H */
