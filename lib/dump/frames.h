/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Snappy's framed format (google/snappy, framing_format.txt): chunks of up to
 * 64 KiB, each packed by itself, with a checksum or without.
 */
#ifndef DUMP_FRAMES_H
#define DUMP_FRAMES_H

#include "dump/bytes.h"
#include "dump/crc32c.h"

/* Bytes of a chunk, unpacked. */
#define FRAME_MAX 65536

/* A chunk of data. */
struct frame {
	/* Of its data in the file, checksum left out. */
	uint64_t off;
	uint32_t packed, size;
	/* Masked, as it stands there. */
	uint32_t checksum;
	bool has_checksum, is_packed;
	/* Where the next chunk begins. */
	uint64_t next;
};

/*
 * The next chunk of data at @p off or behind it; others are passed over. Only
 * headers are looked at. @p first: it is the stream's, so its identifier stands
 * before it. DM_ERROR_ABSENT: the file is cut off before its end.
 * DM_ERROR_BAD_DUMP: no chunk is there, or one that makes no sense.
 */
struct dm_error *dm_frame_find(const struct bytes *bytes, uint64_t off,
			       bool first, struct frame *frame);

/* Used by one thread. */
struct frame_decoder {
	struct crc32c crc;
	unsigned char *packed;
};

struct dm_error *dm_frame_decoder_init(struct frame_decoder *decoder);
void dm_frame_decoder_deinit(struct frame_decoder *decoder);

/*
 * Unpack its frame->size bytes, and check them. DM_ERROR_BROKEN: they are
 * damaged.
 */
struct dm_error *dm_frame_unpack(struct frame_decoder *decoder,
				 const struct bytes *bytes,
				 const struct frame *frame, void *out);

#endif /* DUMP_FRAMES_H */
