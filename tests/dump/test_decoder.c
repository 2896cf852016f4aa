// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages of each method: whole, of a wrong length, cut, damaged at each byte.
 * Nothing is ever written beyond the block.
 */
#include <lzo/lzo1x.h>
#include <snappy-c.h>
#include <stdlib.h>

#include "dump/decoder.h"
#include "suite.h"

#define BLOCK 4096
/* What is compressed is at most this much longer than it should be. */
#define LONGER BLOCK
#define PACKED (4 * BLOCK)
#define GUARD  64
#define PA     UINT64_C(0x40201000)

struct method {
	const char *name;
	uint32_t flags;
	size_t (*pack)(const unsigned char *in, size_t size,
		       unsigned char out[PACKED]);
};

static size_t pack_zlib(const unsigned char *in, size_t size,
			unsigned char out[PACKED])
{
	uLongf got = PACKED;

	CU_ASSERT_EQUAL_FATAL(compress(out, &got, in, size), Z_OK);
	return got;
}

static size_t pack_lzo(const unsigned char *in, size_t size,
		       unsigned char out[PACKED])
{
	static unsigned char work[LZO1X_1_MEM_COMPRESS];
	lzo_uint got = PACKED;

	CU_ASSERT_EQUAL_FATAL(lzo1x_1_compress(in, size, out, &got, work),
			      LZO_E_OK);
	return got;
}

static size_t pack_snappy(const unsigned char *in, size_t size,
			  unsigned char out[PACKED])
{
	size_t got = PACKED;

	CU_ASSERT_EQUAL_FATAL(snappy_compress((const char *)in, size,
					      (char *)out, &got),
			      SNAPPY_OK);
	return got;
}

static size_t pack_zstd(const unsigned char *in, size_t size,
			unsigned char out[PACKED])
{
	size_t got = ZSTD_compress(out, PACKED, in, size, 1);

	CU_ASSERT_FALSE_FATAL(ZSTD_isError(got));
	return got;
}

static const struct method methods[] = {
	{ "zlib", KDUMP_ZLIB, pack_zlib },
	{ "lzo", KDUMP_LZO, pack_lzo },
	{ "snappy", KDUMP_SNAPPY, pack_snappy },
	{ "zstd", KDUMP_ZSTD, pack_zstd },
};

#define METHODS (sizeof(methods) / sizeof(*methods))

/* As page tables are: alike from word to word, and not quite. */
static void fill(unsigned char *page, size_t size, uint64_t seed)
{
	size_t i;

	for (i = 0; i + 8 <= size; i += 8) {
		uint64_t entry = 0x0068000040000f07 + (i << 9) + (seed << 40);

		if (i * seed % 31 == 0)
			entry = seed * i * 0x9e3779b97f4a7c15;
		memcpy(page + i, &entry, sizeof(entry));
	}
}

struct test {
	struct decoder decoder;
	const struct method *method;
	unsigned char in[BLOCK + LONGER], packed[PACKED], out[BLOCK + GUARD];
};

static struct dm_error *unpack(struct test *t, const unsigned char *data,
			       size_t size)
{
	const struct kdump_place place = {
		.size = (uint32_t)size,
		.flags = t->method->flags,
	};
	/* Of just this size, so that a sanitizer sees what is read beyond. */
	unsigned char *copy = malloc(size ? size : 1);
	struct dm_error *err;
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
	memcpy(copy, data, size);
	memset(t->out, 0xa5, sizeof(t->out));
	err = dm_decoder_unpack(&t->decoder, PA, &place, copy, t->out);
	for (i = BLOCK; i < sizeof(t->out); i++)
		CU_ASSERT_EQUAL_FATAL(t->out[i], 0xa5);
	free(copy);
	return err;
}

static void each_method(void (*check)(struct test *t))
{
	struct test *t = calloc(1, sizeof(*t));
	size_t i;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	for (i = 0; i < METHODS; i++) {
		t->method = &methods[i];
		dm_decoder_init(&t->decoder, BLOCK);
		check(t);
		dm_decoder_deinit(&t->decoder);
	}
	free(t);
}

static void check_whole(struct test *t)
{
	uint64_t seed;
	size_t size;

	for (seed = 1; seed < 20; seed++) {
		fill(t->in, BLOCK, seed);
		size = t->method->pack(t->in, BLOCK, t->packed);
		suite_no_error(unpack(t, t->packed, size));
		CU_ASSERT_EQUAL(memcmp(t->out, t->in, BLOCK), 0);
	}
}

static void test_whole(void)
{
	each_method(check_whole);
}

/* Shorter and longer, by a byte and by all; and the next page is whole again. */
static void check_length(struct test *t)
{
	static const size_t sizes[] = { 8, BLOCK / 2, BLOCK - 1, BLOCK + 1,
					BLOCK + LONGER };
	size_t i, size;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		memset(t->in, 0, sizeof(t->in));
		fill(t->in, sizeof(t->in), i + 3);
		size = t->method->pack(t->in, sizes[i], t->packed);
		suite_error(unpack(t, t->packed, size), DM_ERROR_BROKEN,
			    "0x40201000");
		size = t->method->pack(t->in, BLOCK, t->packed);
		suite_no_error(unpack(t, t->packed, size));
		CU_ASSERT_EQUAL(memcmp(t->out, t->in, BLOCK), 0);
	}
}

static void test_length(void)
{
	each_method(check_length);
}

/* Each end that a page can have but its own. */
static void check_cut(struct test *t)
{
	size_t size, at;

	fill(t->in, BLOCK, 5);
	size = t->method->pack(t->in, BLOCK, t->packed);
	for (at = 0; at < size; at++)
		suite_error(unpack(t, t->packed, at), DM_ERROR_BROKEN,
			    "0x40201000");
}

static void test_cut(void)
{
	each_method(check_cut);
}

/* A page comes of it or an error, which names the page. */
static void check_flipped(struct test *t)
{
	struct dm_error *err;
	size_t size, at;
	int bit;

	fill(t->in, BLOCK, 7);
	size = t->method->pack(t->in, BLOCK, t->packed);
	for (at = 0; at < size; at++) {
		for (bit = 0; bit < 8; bit++) {
			t->packed[at] ^= (unsigned char)(1 << bit);
			err = unpack(t, t->packed, size);
			t->packed[at] ^= (unsigned char)(1 << bit);
			if (err)
				suite_error(err, DM_ERROR_BROKEN, "0x40201000");
		}
	}
	suite_no_error(unpack(t, t->packed, size));
	CU_ASSERT_EQUAL(memcmp(t->out, t->in, BLOCK), 0);
}

static void test_flipped(void)
{
	each_method(check_flipped);
}

/* Two frames of half a page, and one of a page and an empty one, are a page. */
static void test_frames(void)
{
	struct test *t = calloc(1, sizeof(*t));
	size_t size;

	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	t->method = &methods[3];
	dm_decoder_init(&t->decoder, BLOCK);
	fill(t->in, BLOCK, 9);
	size = ZSTD_compress(t->packed, PACKED, t->in, BLOCK / 2, 1);
	suite_error(unpack(t, t->packed, size), DM_ERROR_BROKEN, "too short");
	size += ZSTD_compress(t->packed + size, PACKED - size,
			      t->in + BLOCK / 2, BLOCK / 2, 1);
	suite_no_error(unpack(t, t->packed, size));
	CU_ASSERT_EQUAL(memcmp(t->out, t->in, BLOCK), 0);
	size += ZSTD_compress(t->packed + size, PACKED - size, t->in, 8, 1);
	suite_error(unpack(t, t->packed, size), DM_ERROR_BROKEN, "0x40201000");
	dm_decoder_deinit(&t->decoder);
	free(t);
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "whole pages", test_whole },
		{ "pages of a wrong length", test_length },
		{ "cut at each byte", test_cut },
		{ "each bit flipped", test_flipped },
		{ "frames of zstd", test_frames },
		CU_TEST_INFO_NULL,
	};

	return suite_run("decoder", tests);
}
