// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Images of memory, made of an ELF vmcore: raw, LiME's (src/lime.h of its
 * sources), AVML's (src/image.rs of its sources; snappy's framing_format.txt).
 */
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <snappy-c.h>

#include "gen_priv.h"

/* AVML cuts ranges into such blocks, and leaves out those of zeros. */
#define BLOCK ((size_t)16 << 20)
#define CHUNK ((size_t)64 << 10)

struct range {
	uint64_t pa, size, off;
};

struct image {
	int in, out;
	struct range *ranges;
	size_t count;
	uint64_t end; /* of what was written */
	uint8_t *block;
	uint32_t crc[256];
};

static struct dm_error *unreadable(void)
{
	return dm_error_create(DM_ERROR_OS, "cannot read the ELF vmcore: %m");
}

static int range_cmp(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->pa > y->pa) - (x->pa < y->pa);
}

static struct dm_error *read_ranges(struct image *im)
{
	Elf64_Ehdr eh;
	uint64_t i, n;

	if (pread(im->in, &eh, sizeof(eh), 0) != sizeof(eh))
		return unreadable();
	n = le16toh(eh.e_phnum);
	im->ranges = calloc(n, sizeof(*im->ranges));
	if (!im->ranges)
		return dm_error_no_memory();
	for (i = 0; i < n; i++) {
		uint64_t at = le64toh(eh.e_phoff) + i * sizeof(Elf64_Phdr);
		Elf64_Phdr ph;

		if (pread(im->in, &ph, sizeof(ph), (off_t)at) != sizeof(ph))
			return unreadable();
		if (le32toh(ph.p_type) == PT_LOAD && ph.p_filesz)
			im->ranges[im->count++] = (struct range){
				le64toh(ph.p_paddr),
				le64toh(ph.p_filesz),
				le64toh(ph.p_offset),
			};
	}
	if (im->count)
		qsort(im->ranges, im->count, sizeof(*im->ranges), range_cmp);
	return NULL;
}

/* How much there is from @p off on without data, up to @p size. */
static uint64_t hole(int fd, uint64_t off, uint64_t size)
{
	off_t data = lseek(fd, (off_t)off, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? size : 0;
	return (uint64_t)data - off < size ? (uint64_t)data - off : size;
}

static struct dm_error *put(struct image *im, const void *bytes, size_t size)
{
	struct dm_error *err = gen_pwrite(im->out, bytes, size, im->end);

	im->end += size;
	return err;
}

/* A range as it is, holes left out, at @p to of the image. */
static struct dm_error *copy(struct image *im, const struct range *r,
			     uint64_t to)
{
	struct dm_error *err = NULL;
	uint64_t at = 0;

	while (!err && at < r->size) {
		uint64_t part = hole(im->in, r->off + at, r->size - at);

		if (!part) {
			part = r->size - at < BLOCK ? r->size - at : BLOCK;
			if (pread(im->in, im->block, part,
				  (off_t)(r->off + at)) != (ssize_t)part)
				return unreadable();
			err = gen_pwrite(im->out, im->block, part, to + at);
		}
		at += part;
	}
	return err;
}

static struct dm_error *put_header(struct image *im, const char *magic,
				   unsigned int version, uint64_t pa,
				   uint64_t size)
{
	uint8_t header[32] = { 0 };

	memcpy(header, magic, 4);
	header[4] = (uint8_t)version;
	gen_put64(header + 8, pa);
	gen_put64(header + 16, pa + size - 1);
	return put(im, header, sizeof(header));
}

/* From the lowest address to the highest, what is between them a hole. */
static struct dm_error *write_raw(struct image *im)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < im->count; i++) {
		const struct range *r = &im->ranges[i];

		err = copy(im, r, r->pa - im->ranges->pa);
		im->end = r->pa + r->size - im->ranges->pa;
	}
	return err;
}

static struct dm_error *write_lime(struct image *im)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < im->count; i++) {
		const struct range *r = &im->ranges[i];

		err = put_header(im, "EMiL", 1, r->pa, r->size);
		if (!err)
			err = copy(im, r, im->end);
		im->end += r->size;
	}
	return err;
}

/* Bit by bit, as RFC 3720 has it, but by the byte. */
static uint32_t crc32c(const struct image *im, const uint8_t *bytes, size_t n)
{
	uint32_t crc = ~UINT32_C(0);

	while (n--)
		crc = crc >> 8 ^ im->crc[(crc ^ *bytes++) & 0xff];
	crc = ~crc;
	return (crc >> 15 | crc << 17) + UINT32_C(0xa282ead8);
}

static void make_crc(struct image *im)
{
	unsigned int i, bit;

	for (i = 0; i < 256; i++) {
		im->crc[i] = i;
		for (bit = 0; bit < 8; bit++)
			im->crc[i] = im->crc[i] >> 1 ^
				     (im->crc[i] & 1) * UINT32_C(0x82f63b78);
	}
}

/* Every other with a checksum, and as it is where it does not become smaller. */
static struct dm_error *put_chunk(struct image *im, const uint8_t *bytes,
				  size_t size, bool checked)
{
	static char packed[2 * CHUNK];
	uint8_t head[16];
	size_t n = sizeof(packed), skip = checked ? 8 : 4;
	bool plain = snappy_compress((const char *)bytes, size, packed, &n) !=
			     SNAPPY_OK ||
		     n >= size;
	struct dm_error *err;

	if (plain)
		n = size;
	gen_put64(head, (n + skip - 4) << 8 | plain | !checked << 1);
	gen_put64(head + 4, crc32c(im, bytes, size));
	err = put(im, head, skip);
	return err ? err : put(im, plain ? (const void *)bytes : packed, n);
}

static struct dm_error *put_block(struct image *im, uint64_t pa, size_t size)
{
	uint64_t begin, length;
	struct dm_error *err;
	size_t at;

	err = put_header(im, "AVML", 2, pa, size);
	begin = im->end;
	if (!err)
		err = put(im, "\xff\x06\0\0sNaPpY", 10);
	for (at = 0; !err && at < size; at += CHUNK)
		err = put_chunk(im, im->block + at,
				size - at < CHUNK ? size - at : CHUNK,
				at / CHUNK % 2 == 0);
	length = htole64(im->end - begin);
	return err ? err : put(im, &length, sizeof(length));
}

static struct dm_error *write_avml(struct image *im)
{
	struct dm_error *err = NULL;
	uint64_t at;
	size_t i;

	for (i = 0; i < im->count; i++) {
		const struct range *r = &im->ranges[i];

		for (at = 0; !err && at < r->size; at += BLOCK) {
			size_t size =
				r->size - at < BLOCK ? r->size - at : BLOCK;

			if (hole(im->in, r->off + at, size) == size)
				continue;
			if (pread(im->in, im->block, size,
				  (off_t)(r->off + at)) != (ssize_t)size)
				return unreadable();
			err = put_block(im, r->pa + at, size);
		}
	}
	return err;
}

struct dm_error *gen_image(enum gen_file file, int in, int out)
{
	struct image im = { .in = in, .out = out, .block = malloc(BLOCK) };
	struct dm_error *err =
		im.block ? read_ranges(&im) : dm_error_no_memory();

	make_crc(&im);
	if (!err)
		err = file == GEN_LIME	 ? write_lime(&im)
		      : file == GEN_AVML ? write_avml(&im)
					 : write_raw(&im);
	if (!err && ftruncate(out, (off_t)im.end))
		err = dm_error_create(DM_ERROR_OS, "cannot write the dump: %m");
	free(im.ranges);
	free(im.block);
	return err;
}
