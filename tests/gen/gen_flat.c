// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flattened files, as `makedumpfile -F` and QEMU write them to a pipe: a header
 * of 4096 bytes, then records of offset, size and bytes in any order, the later
 * one counting where they overlap (makedumpfile.h: struct makedumpfile_header,
 * makedumpfile_data_header; makedumpfile.c: write_start_flat_header()). What no
 * record covers is zero.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen_priv.h"

#define FLAT_HEADER_SIZE 4096
#define PIECE_DEFAULT	 65536

struct flat {
	const struct gen *g;
	int in, out;
	uint64_t pos; /* in the output */
	uint64_t piece, size; /* of a record, of the input */
	uint8_t *buf;
	uint64_t *offsets; /* of the records, in the order of writing */
	size_t count, capacity;
};

static struct dm_error *append(struct flat *flat, const void *bytes,
			       size_t size)
{
	struct dm_error *err = gen_pwrite(flat->out, bytes, size, flat->pos);

	flat->pos += size;
	return err;
}

static struct dm_error *append_record(struct flat *flat, uint64_t offset,
				      const void *bytes, size_t size)
{
	uint64_t header[2] = { htobe64(offset), htobe64(size) };
	struct dm_error *err = append(flat, header, sizeof(header));

	return err ? err : append(flat, bytes, size);
}

static struct dm_error *append_header(struct flat *flat)
{
	uint8_t header[FLAT_HEADER_SIZE] = "makedumpfile";
	uint64_t words[2] = { htobe64(1), htobe64(1) }; /* type, version */

	memcpy(header + 16, words, sizeof(words));
	return append(flat, header, sizeof(header));
}

/* @returns the size of the piece; the rest of the buffer is garbage. */
static struct dm_error *read_piece(struct flat *flat, uint64_t offset,
				   size_t *size)
{
	size_t done = 0, want = flat->piece;

	if (want > flat->size - offset)
		want = flat->size - offset;
	while (done < want) {
		ssize_t n = pread(flat->in, flat->buf + done, want - done,
				  (off_t)(offset + done));

		if (n <= 0)
			return dm_error_create(DM_ERROR_OS,
					       "cannot read the dump: %m");
		done += (size_t)n;
	}
	*size = want;
	return NULL;
}

static struct dm_error *add_offset(struct flat *flat, uint64_t offset)
{
	if (flat->count == flat->capacity) {
		size_t capacity = flat->capacity ? 2 * flat->capacity : 1024;
		uint64_t *offsets;

		offsets = realloc(flat->offsets, capacity * sizeof(*offsets));
		if (!offsets)
			return dm_error_no_memory();
		flat->offsets = offsets;
		flat->capacity = capacity;
	}
	flat->offsets[flat->count++] = offset;
	return NULL;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	return !size || (!bytes[0] && !memcmp(bytes, bytes + 1, size - 1));
}

/*
 * The pieces that are not all zero, and the last, which gives the size. Holes
 * are passed over for speed only: the result does not depend on the file
 * system.
 */
static struct dm_error *find_pieces(struct flat *flat)
{
	uint64_t offset = 0, last;
	struct dm_error *err;
	size_t size;

	if (!flat->size)
		return NULL;
	last = (flat->size - 1) / flat->piece * flat->piece;
	for (;;) {
		off_t data = lseek(flat->in, (off_t)offset, SEEK_DATA);

		if (data < 0 || (uint64_t)data >= last)
			break;
		offset = (uint64_t)data / flat->piece * flat->piece;
		err = read_piece(flat, offset, &size);
		if (!err && !is_zero(flat->buf, size))
			err = add_offset(flat, offset);
		if (err)
			return err;
		offset += flat->piece;
	}
	return add_offset(flat, last);
}

static void shuffle(struct flat *flat)
{
	uint64_t random = flat->g->format.shuffle_seed;
	size_t i;

	for (i = flat->count; i > 1; i--) {
		size_t j = gen_random(&random) % i;
		uint64_t offset = flat->offsets[j];

		flat->offsets[j] = flat->offsets[i - 1];
		flat->offsets[i - 1] = offset;
	}
}

static struct dm_error *append_pieces(struct flat *flat)
{
	struct dm_error *err = NULL;
	size_t i, size;

	if (flat->g->format.overlap) {
		/* A header that a later record puts right. */
		memset(flat->buf, 0xff, 512);
		err = append_record(flat, 0, flat->buf, 512);
	}
	for (i = 0; !err && i < flat->count; i++) {
		if (i + 1 == flat->g->format.lose)
			continue;
		err = read_piece(flat, flat->offsets[i], &size);
		if (!err)
			err = append_record(flat, flat->offsets[i], flat->buf,
					    size);
	}
	return err;
}

struct dm_error *gen_flatten(const struct gen *g, int in, int out)
{
	uint64_t end[2] = { UINT64_MAX, UINT64_MAX };
	struct flat flat = {
		.g = g,
		.in = in,
		.out = out,
		.piece = g->format.piece ? g->format.piece : PIECE_DEFAULT,
	};
	off_t size = lseek(in, 0, SEEK_END);
	struct dm_error *err;

	if (size < 0)
		return dm_error_create(DM_ERROR_OS, "cannot read the dump: %m");
	flat.size = (uint64_t)size;
	flat.buf = malloc(flat.piece < 512 ? 512 : flat.piece);
	if (!flat.buf)
		return dm_error_no_memory();
	err = find_pieces(&flat);
	if (!err && g->format.shuffle)
		shuffle(&flat);
	if (!err)
		err = append_header(&flat);
	if (!err)
		err = append_pieces(&flat);
	if (!err)
		err = append(&flat, end, sizeof(end));
	free(flat.offsets);
	free(flat.buf);
	return err;
}
