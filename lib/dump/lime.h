/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The header before each range of memory in files of LiME and AVML. */
#ifndef DUMP_LIME_H
#define DUMP_LIME_H

#include "dump/bytes.h"

#define LIME_HEADER_SIZE 32

/* As such a header is to be; @p magic as it stands in the file. */
struct lime_kind {
	char magic[4];
	uint32_t version;
};

struct lime_range {
	uint64_t pa, size;
};

/*
 * Read and check the header at @p off. DM_ERROR_ABSENT: the file is cut off in
 * it. DM_ERROR_BAD_DUMP: it is none of this kind, or of no arm64 machine.
 */
struct dm_error *dm_lime_header(const struct bytes *bytes, uint64_t off,
				const struct lime_kind *kind,
				struct lime_range *range);

#endif /* DUMP_LIME_H */
