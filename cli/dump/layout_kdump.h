/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things lie in a kdump-compressed file: headers, page bitmap, page
 * descriptors, page data. Only what is needed to know which pages can be read;
 * decoding them is libkdumpfile's.
 */
#ifndef DUMP_LAYOUT_KDUMP_H
#define DUMP_LAYOUT_KDUMP_H

#include "bytes.h"
#include "dump.h"

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
	/* Set bits of the bitmap before each KDUMP_CHUNK bytes of it. */
	uint64_t *rank;
	/* Bits set in [start_pfn, end_pfn). */
	uint64_t pages;
};

#define KDUMP_CHUNK	512

#define KDUMP_DESC_SIZE 24

/* Where the descriptor and the data of a page are. */
struct kdump_place {
	uint64_t desc;
	unsigned char raw_desc[KDUMP_DESC_SIZE];
	uint64_t data;
	uint32_t size;
};

bool kdump_is(const char *magic);

/* Read the headers. Fills @p info from them too. */
struct dm_error *kdump_part_open(struct kdump_part *part,
				 const struct bytes *bytes,
				 struct dump_info *info);
void kdump_part_close(struct kdump_part *part);

/* The headers of a part as bytes, without time, notes and VMCOREINFO. */
struct kdump_headers {
	unsigned char header[464];
	unsigned char sub_header[104];
};

struct dm_error *kdump_part_headers(const struct kdump_part *part,
				    struct kdump_headers *headers);

/* Read and count the bitmap. */
struct dm_error *kdump_part_index(struct kdump_part *part);

/* DM_ERROR_ABSENT: excluded, cut off; DM_ERROR_BROKEN: makes no sense. */
struct dm_error *kdump_part_locate(const struct kdump_part *part, uint64_t pfn,
				   struct kdump_place *place);

/*
 * Does the end of the dump seem to be there? Looks at the last descriptors
 * only. @p lost is set when pages are missing at the end.
 */
struct dm_error *kdump_part_check_end(const struct kdump_part *part,
				      bool *lost);

#endif /* DUMP_LAYOUT_KDUMP_H */
