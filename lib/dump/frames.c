// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the headers of snappy's chunks, and unpacks their data by libsnappy. */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include <snappy-c.h>

#include "dump/frames.h"

enum {
	PACKED_CHECKED = 0x00,
	PLAIN_CHECKED = 0x01,
	PACKED = 0x02,
	PLAIN = 0x03,
	/* From here on what a reader does not know is passed over. */
	SKIPPABLE = 0x80,
	IDENTIFIER = 0xff,
};

#define HEADER	 4
#define CHECKSUM 4
/* The size of unpacked data, before packed ones: seven bits a byte. */
#define VARINT 5
static const char identifier[] = "\xff\x06\0\0sNaPpY";

/* Chunks without data between two with data: there is no use for more. */
#define SKIPPED_MAX 64

static struct dm_error *senseless(const struct bytes *bytes, uint64_t off)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: damaged at offset %llu: no chunk of snappy's framed format",
		bytes->path, (unsigned long long)off);
}

/* As much of @p size bytes as the file has. */
static struct dm_error *read_front(const struct bytes *bytes, uint64_t off,
				   unsigned char *buf, size_t *size)
{
	if (off >= bytes->size)
		return dm_bytes_cut_off(bytes, off);
	if (*size > bytes->size - off)
		*size = (size_t)(bytes->size - off);
	return dm_bytes_read_data(bytes, off, buf, *size);
}

/* @returns 0: it makes no sense. */
static uint32_t unpacked_size(const unsigned char *at, size_t size)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < size && i < VARINT; i++) {
		value |= (uint64_t)(at[i] & 0x7f) << 7 * i;
		if (!(at[i] & 0x80))
			return value <= FRAME_MAX ? (uint32_t)value : 0;
	}
	return 0;
}

/* Its @p size bytes begin at @p off, behind the header; @p front is of them. */
static struct dm_error *take_data(const struct bytes *bytes, uint64_t off,
				  unsigned int type, uint32_t size,
				  const unsigned char *front, size_t have,
				  struct frame *frame)
{
	bool checked = type == PACKED_CHECKED || type == PLAIN_CHECKED;
	uint32_t skip = checked ? CHECKSUM : 0;

	*frame = (struct frame){
		.off = off + skip,
		.has_checksum = checked,
		.is_packed = type == PACKED_CHECKED || type == PACKED,
		.next = off + size,
	};
	if (size <= skip)
		return senseless(bytes, off - HEADER);
	if (!dm_bytes_inside(bytes, off, size))
		return dm_bytes_cut_off(bytes, bytes->size);
	if (checked) {
		memcpy(&frame->checksum, front, sizeof(frame->checksum));
		frame->checksum = le32toh(frame->checksum);
	}
	frame->packed = frame->size = size - skip;
	if (frame->is_packed)
		frame->size = unpacked_size(front + skip, have - skip);
	if (!frame->size || frame->size > FRAME_MAX ||
	    frame->packed > snappy_max_compressed_length(FRAME_MAX))
		return senseless(bytes, off - HEADER);
	return NULL;
}

struct dm_error *dm_frame_find(const struct bytes *bytes, uint64_t off,
			       bool first, struct frame *frame)
{
	unsigned char front[HEADER + CHECKSUM + VARINT];
	struct dm_error *err;
	unsigned int i;

	for (i = 0; i < SKIPPED_MAX; i++) {
		size_t have = sizeof(front);
		uint32_t size;

		err = read_front(bytes, off, front, &have);
		if (err)
			return err;
		if (have < HEADER)
			return dm_bytes_cut_off(bytes, off + have);
		size = front[1] | front[2] << 8 | (uint32_t)front[3] << 16;
		if (first && front[0] != IDENTIFIER)
			return senseless(bytes, off);
		if (front[0] <= PLAIN)
			return take_data(bytes, off + HEADER, front[0], size,
					 front + HEADER, have - HEADER, frame);
		if (front[0] < SKIPPABLE)
			return senseless(bytes, off);
		if (front[0] == IDENTIFIER &&
		    memcmp(front, identifier,
			   have < sizeof(identifier) - 1
				   ? have
				   : sizeof(identifier) - 1) != 0)
			return senseless(bytes, off);
		first = false;
		off += HEADER + size;
	}
	return senseless(bytes, off);
}

struct dm_error *dm_frame_decoder_init(struct frame_decoder *decoder)
{
	dm_crc32c_init(&decoder->crc);
	decoder->packed = malloc(snappy_max_compressed_length(FRAME_MAX));
	return decoder->packed ? NULL : dm_error_no_memory();
}

void dm_frame_decoder_deinit(struct frame_decoder *decoder)
{
	free(decoder->packed);
}

static struct dm_error *damaged(const struct bytes *bytes,
				const struct frame *frame, const char *why)
{
	return dm_error_create(DM_ERROR_BROKEN,
			       "%s: damaged at offset %llu: %s", bytes->path,
			       (unsigned long long)frame->off, why);
}

/* As the format's document has it. */
static uint32_t mask(uint32_t crc)
{
	return (crc >> 15 | crc << 17) + UINT32_C(0xa282ead8);
}

struct dm_error *dm_frame_unpack(struct frame_decoder *decoder,
				 const struct bytes *bytes,
				 const struct frame *frame, void *out)
{
	void *to = frame->is_packed ? decoder->packed : out;
	size_t size = frame->size;
	struct dm_error *err;

	err = dm_bytes_read_data(bytes, frame->off, to, frame->packed);
	if (err)
		return err;
	if (frame->is_packed && (snappy_uncompress((char *)to, frame->packed,
						   out, &size) != SNAPPY_OK ||
				 size != frame->size))
		return damaged(bytes, frame, "no data of snappy's");
	if (frame->has_checksum &&
	    mask(dm_crc32c(&decoder->crc, out, size)) != frame->checksum)
		return damaged(bytes, frame, "its checksum differs");
	return NULL;
}
