// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A flattened file's records: each is a place and a length, often near those
 * before it, so that records overlap, touch and cross; then any bytes.
 */
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "dump/bytes.h"
#include "fuzz.h"
#include "memory_file.h"

#define RECORDS	 64
#define FILE_MAX (4096 + RECORDS * (16 + 512) + 4096)

static struct memory_file file;

static void put64(uint8_t *at, uint64_t value)
{
	value = htobe64(value);
	memcpy(at, &value, sizeof(value));
}

static size_t put_record(uint8_t *at, uint64_t offset, uint64_t size,
			 size_t bytes, uint8_t fill)
{
	put64(at, offset);
	put64(at + 8, size);
	memset(at + 16, fill, bytes);
	return 16 + bytes;
}

static size_t make(uint8_t *at, struct fuzz_input *in)
{
	uint64_t offset = 0, size;
	size_t n = 4096, i;

	memset(at, 0, 4096);
	memcpy(at, FLATTENED_MAGIC, 16);
	put64(at + 16, 1);
	put64(at + 24, 1);
	for (i = 0; i < RECORDS && in->left > 3; i++) {
		unsigned int what = (unsigned int)fuzz_take(in, 1);

		size = fuzz_take(in, 2) % 512;
		if (what & 1)
			offset = fuzz_take(in, what & 2 ? 8 : 2);
		if (what & 4)
			put_record(at + n, offset, fuzz_take(in, 8), 0, 0);
		n += put_record(at + n, offset,
				what & 4 ? fuzz_take(in, 8) : size,
				(size_t)size, (uint8_t)(i + 1));
		offset += what & 8 ? size / 2 : size;
	}
	for (i = 0; i < 4096 && in->left; i++)
		at[n++] = (uint8_t)fuzz_take(in, 1);
	return n;
}

static void read_all(const struct bytes *bytes)
{
	uint8_t buf[256];
	uint64_t at, end = bytes->size;

	for (at = 0; at < end && at < 65536; at += 200) {
		bool inside = dm_bytes_inside(bytes, at, sizeof(buf));
		struct dm_error *err;

		err = dm_bytes_read(bytes, at, buf, sizeof(buf));
		fuzz_check(err || inside);
		fuzz_no_error(err);
		fuzz_no_error(
			dm_bytes_read_bitmap(bytes, at, buf, sizeof(buf)));
	}
	fuzz_no_error(dm_bytes_read(bytes, end - 1, buf, 1));
	fuzz_check(!dm_bytes_inside(bytes, end, 1));
	fuzz_check(!dm_bytes_inside(bytes, UINT64_MAX, 2));
}

static void run(const uint8_t *data, size_t size)
{
	static uint8_t whole[FILE_MAX];
	struct fuzz_input in = { data, size };
	struct bytes bytes;

	if (!file.path[0])
		memory_file_create(&file);
	memory_file_write(&file, whole, make(whole, &in));
	if (!fuzz_no_error(dm_bytes_open(&bytes, file.path, NULL, NULL)))
		return;
	fuzz_check(bytes.flattened);
	read_all(&bytes);
	dm_bytes_close(&bytes);
}

static void seeds(fuzz_put put, void *arg)
{
	/* In order; one over the other; one far away; an end mark. */
	static const uint8_t inputs[][24] = {
		{ 0, 200, 0, 0, 100, 0, 0, 255, 1 },
		{ 0, 200, 0, 1, 100, 0, 50, 0, 8, 100, 0, 1, 255, 1, 0, 0 },
		{ 3, 16, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 255, 0 },
		{ 1,   0,   0,	 255, 255, 255, 255, 255, 255, 255,
		  255, 255, 255, 255, 255, 255, 255, 255, 255, 255 },
	};
	size_t i;

	for (i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		put(arg, inputs[i], sizeof(inputs[i]));
}

const struct fuzz_target fuzz_flattened = {
	.name = "flattened",
	.run = run,
	.seeds = seeds,
	.max_size = 2048,
};
