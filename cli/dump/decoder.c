// SPDX-License-Identifier: GPL-2.0-or-later
#include <endian.h>
#include <string.h>

#include <lzo/lzo1x.h>

#include "decoder.h"

#define ZLIB_HEADER 2

/* RFC 1950: the largest prime below 65536. */
#define ADLER_BASE 65521
#define ADLER_STEP 32

void decoder_init(struct decoder *decoder, uint32_t block_size)
{
	*decoder = (struct decoder){
		.block_size = block_size,
		/* Only looks whether header and library agree. */
		.has_lzo = lzo_init() == LZO_E_OK,
	};
}

void decoder_deinit(struct decoder *decoder)
{
	if (decoder->zlib_ready)
		inflateEnd(&decoder->zlib);
	reader_close(&decoder->reader);
}

static struct dm_error *damaged(uint64_t pa, const char *why)
{
	return dm_error_create(DM_ERROR_BROKEN,
			       "the page at physical address 0x%llx is in the "
			       "dump, but damaged: %s",
			       (unsigned long long)pa, why);
}

/*
 * Adler-32 (RFC 1950). That of zlib 1.2.13 goes byte by byte, which is a tenth
 * of the time for a page; this a compiler makes vectors of.
 */
static uint32_t adler(const unsigned char *at, size_t size)
{
	uint32_t a = 1, b = 0;

	/* A multiple of ADLER_STEP, as all block sizes are. */
	while (size) {
		size_t n = size < 4096 ? size : 4096;
		uint64_t sum = b;

		size -= n;
		for (; n; n -= ADLER_STEP, at += ADLER_STEP) {
			uint32_t once = 0, weighed = 0;
			unsigned int i;

			for (i = 0; i < ADLER_STEP; i++) {
				once += at[i];
				weighed += (ADLER_STEP - i) * at[i];
			}
			sum += ADLER_STEP * (uint64_t)a + weighed;
			a += once;
		}
		a %= ADLER_BASE;
		b = (uint32_t)(sum % ADLER_BASE);
	}
	return b << 16 | a;
}

/* A stream is set up once: its state is larger than most pages' data. */
static bool reset_zlib(struct decoder *decoder)
{
	if (decoder->zlib_ready)
		return inflateReset(&decoder->zlib) == Z_OK;
	/* Without header and checksum: those are looked at here. */
	decoder->zlib_ready = inflateInit2(&decoder->zlib, -MAX_WBITS) == Z_OK;
	return decoder->zlib_ready;
}

/* RFC 1950: deflate, of a window that we have, no dictionary, check bits. */
static bool is_zlib_header(const unsigned char *data, uint32_t size)
{
	return size > ZLIB_HEADER && (data[0] & 0xf) == Z_DEFLATED &&
	       data[0] >> 4 <= MAX_WBITS - 8 && !(data[1] & 0x20) &&
	       (data[0] << 8 | data[1]) % 31 == 0;
}

static bool is_checked(const z_stream *z, const unsigned char *out, size_t size)
{
	uint32_t sum;

	if (z->avail_in < sizeof(sum))
		return false;
	memcpy(&sum, z->next_in, sizeof(sum));
	return be32toh(sum) == adler(out, size);
}

static struct dm_error *unpack_zlib(struct decoder *decoder, uint64_t pa,
				    const unsigned char *data, uint32_t size,
				    void *out)
{
	z_stream *z = &decoder->zlib;
	int result;

	if (!is_zlib_header(data, size))
		return damaged(pa, "not zlib data");
	if (!reset_zlib(decoder))
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	z->next_in = (z_const Bytef *)data + ZLIB_HEADER;
	z->avail_in = size - ZLIB_HEADER;
	z->next_out = out;
	z->avail_out = decoder->block_size;
	result = inflate(z, Z_FINISH);
	if (result == Z_MEM_ERROR)
		return dm_error_create(DM_ERROR_NO_MEMORY, "out of memory");
	if (result != Z_STREAM_END)
		return damaged(pa,
			       z->msg ? z->msg : "zlib data of a wrong size");
	if (z->avail_out)
		return damaged(pa, "zlib data too short for a page");
	if (!is_checked(z, out, decoder->block_size))
		return damaged(pa, "its checksum is wrong");
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

struct dm_error *decoder_unpack(struct decoder *decoder, uint64_t pa,
				const struct kdump_place *place,
				const void *data, void *out)
{
	if (place->flags & KDUMP_ZLIB)
		return unpack_zlib(decoder, pa, data, place->size, out);
	if (place->flags & KDUMP_LZO)
		return unpack_lzo(decoder, pa, data, place->size, out);
	if (!decoder_is_plain(place))
		return reader_decode(&decoder->reader, decoder->block_size, pa,
				     place->flags, data, place->size, out);
	memcpy(out, data, decoder->block_size);
	return NULL;
}
