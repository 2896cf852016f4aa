/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unpacks the pages of kdump-compressed files, each method by its own library;
 * zlib's checksum by libdeflate, which is ten times as fast at it.
 */
#ifndef DUMP_DECODER_H
#define DUMP_DECODER_H

#include <zlib.h>
#include <zstd.h>

#include "dump/layout_kdump.h"

/* Used by one thread. */
struct decoder {
	uint32_t block_size;
	z_stream zlib;
	bool zlib_ready;
	bool has_lzo;
	/* Made when first needed. */
	ZSTD_DCtx *zstd;
};

void dm_decoder_init(struct decoder *decoder, uint32_t block_size);
void dm_decoder_deinit(struct decoder *decoder);

/*
 * Unpack place->size bytes at @p data into a block at @p out. @p pa is for
 * messages. DM_ERROR_BROKEN when they are not exactly one block;
 * DM_ERROR_UNSUPPORTED for a method that is missing here.
 */
struct dm_error *dm_decoder_unpack(struct decoder *decoder, uint64_t pa,
				   const struct kdump_place *place,
				   const void *data, void *out);

/*
 * The same for the first @p want bytes at least. @p out holds a whole block.
 * Whether the rest is sound does not show.
 */
struct dm_error *dm_decoder_front(struct decoder *decoder, uint64_t pa,
				  const struct kdump_place *place,
				  const void *data, void *out, size_t want);

/* The block is stored as it is. */
static inline bool decoder_is_plain(const struct kdump_place *place)
{
	return !(place->flags &
		 (KDUMP_ZLIB | KDUMP_LZO | KDUMP_SNAPPY | KDUMP_ZSTD));
}

#endif /* DUMP_DECODER_H */
