// SPDX-License-Identifier: GPL-2.0-or-later
/* Unpacks one page by the method that its descriptor names. */
#include <endian.h>
#include <string.h>

#include <libdeflate.h>
#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <zstd_errors.h>

#include "dump/decoder.h"

void dm_decoder_init(struct decoder *decoder, uint32_t block_size)
{
	*decoder = (struct decoder){
		.block_size = block_size,
		/* Only looks whether header and library agree. */
		.has_lzo = lzo_init() == LZO_E_OK,
	};
}

void dm_decoder_deinit(struct decoder *decoder)
{
	if (decoder->zlib_ready)
		inflateEnd(&decoder->zlib);
	ZSTD_freeDCtx(decoder->zstd);
}

static struct dm_error *damaged(uint64_t pa, const char *why)
{
	return dm_error_create(DM_ERROR_BROKEN,
			       "the page at physical address 0x%llx is in the "
			       "dump, but damaged: %s",
			       (unsigned long long)pa, why);
}

/*
 * A stream is set up once: its state is larger than most pages' data. It does
 * not look at the checksum, on which zlib spends a tenth of its time.
 */
static bool reset_zlib(struct decoder *decoder)
{
	if (decoder->zlib_ready)
		return inflateReset(&decoder->zlib) == Z_OK;
	decoder->zlib_ready = inflateInit(&decoder->zlib) == Z_OK;
	return decoder->zlib_ready &&
	       inflateValidate(&decoder->zlib, 0) == Z_OK;
}

/* RFC 1950: the last four bytes of a stream are the Adler-32 of its content. */
static bool adler_is_right(const z_stream *z, const void *out, size_t size)
{
	uint32_t stored;

	memcpy(&stored, z->next_in - sizeof(stored), sizeof(stored));
	return be32toh(stored) == libdeflate_adler32(1, out, size);
}

static struct dm_error *unpack_zlib(struct decoder *decoder, uint64_t pa,
				    const unsigned char *data, uint32_t size,
				    void *out)
{
	z_stream *z = &decoder->zlib;
	int result;

	if (!reset_zlib(decoder))
		return dm_error_no_memory();
	z->next_in = (z_const Bytef *)data;
	z->avail_in = size;
	z->next_out = out;
	z->avail_out = decoder->block_size;
	result = inflate(z, Z_FINISH);
	if (result == Z_MEM_ERROR)
		return dm_error_no_memory();
	if (result != Z_STREAM_END)
		return damaged(pa,
			       z->msg ? z->msg : "zlib data of a wrong size");
	if (z->avail_out)
		return damaged(pa, "zlib data too short for a page");
	if (!adler_is_right(z, out, decoder->block_size))
		return damaged(pa, "incorrect data check");
	return NULL;
}

static struct dm_error *unpack_lzo(struct decoder *decoder, uint64_t pa,
				   const void *data, uint32_t size, void *out)
{
	lzo_uint got = decoder->block_size;

	if (!decoder->has_lzo)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "LZO as installed here does not work");
	if (lzo1x_decompress_safe(data, size, out, &got, NULL) != LZO_E_OK)
		return damaged(pa, "not LZO data");
	if (got != decoder->block_size)
		return damaged(pa, "LZO data too short for a page");
	return NULL;
}

/* The length that the data begin with says how much is written to @out. */
static struct dm_error *unpack_snappy(const struct decoder *decoder,
				      uint64_t pa, const void *data,
				      uint32_t size, void *out)
{
	size_t got;

	if (snappy_uncompressed_length(data, size, &got) != SNAPPY_OK)
		return damaged(pa, "not snappy data");
	if (got != decoder->block_size)
		return damaged(pa, "snappy data of a wrong size");
	if (snappy_uncompress(data, size, out, &got) != SNAPPY_OK)
		return damaged(pa, "not snappy data");
	return NULL;
}

/*
 * The context is made once: it takes longer than a page, and has 160 KiB.
 * Decoding into memory that holds all of a page needs no other.
 */
static struct dm_error *unpack_zstd(struct decoder *decoder, uint64_t pa,
				    const void *data, uint32_t size, void *out)
{
	size_t got;

	if (!decoder->zstd)
		decoder->zstd = ZSTD_createDCtx();
	if (!decoder->zstd)
		return dm_error_no_memory();
	got = ZSTD_decompressDCtx(decoder->zstd, out, decoder->block_size, data,
				  size);
	if (ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation)
		return dm_error_no_memory();
	if (ZSTD_isError(got))
		return damaged(pa, ZSTD_getErrorName(got));
	if (got != decoder->block_size)
		return damaged(pa, "zstd data too short for a page");
	return NULL;
}

struct dm_error *dm_decoder_unpack(struct decoder *decoder, uint64_t pa,
				   const struct kdump_place *place,
				   const void *data, void *out)
{
	if (place->flags & KDUMP_ZLIB)
		return unpack_zlib(decoder, pa, data, place->size, out);
	if (place->flags & KDUMP_LZO)
		return unpack_lzo(decoder, pa, data, place->size, out);
	if (place->flags & KDUMP_SNAPPY)
		return unpack_snappy(decoder, pa, data, place->size, out);
	if (place->flags & KDUMP_ZSTD)
		return unpack_zstd(decoder, pa, data, place->size, out);
	memcpy(out, data, decoder->block_size);
	return NULL;
}

/* Without its checksum, which only the whole has. */
static struct dm_error *front_zlib(struct decoder *decoder, uint64_t pa,
				   const unsigned char *data, uint32_t size,
				   void *out, size_t want)
{
	z_stream *z = &decoder->zlib;

	if (!reset_zlib(decoder))
		return dm_error_no_memory();
	z->next_in = (z_const Bytef *)data;
	z->avail_in = size;
	z->next_out = out;
	z->avail_out = (uInt)want;
	if (inflate(z, Z_SYNC_FLUSH) == Z_MEM_ERROR)
		return dm_error_no_memory();
	return z->avail_out ? damaged(pa, "zlib data too short for a page")
			    : NULL;
}

struct dm_error *dm_decoder_front(struct decoder *decoder, uint64_t pa,
				  const struct kdump_place *place,
				  const void *data, void *out, size_t want)
{
	if (place->flags & KDUMP_ZLIB && want < decoder->block_size)
		return front_zlib(decoder, pa, data, place->size, out, want);
	return dm_decoder_unpack(decoder, pa, place, data, out);
}
