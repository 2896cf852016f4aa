// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Images of memory: LiME's and AVML's files with edits, ranges of raw memory
 * by any numbers, and any text as the name of some. What opens is read, and no
 * byte may come from anywhere but its range.
 */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <snappy-c.h>

#include "directmap/dump.h"
#include "dump/image_spec.h"
#include "fuzz.h"
#include "memory_file.h"

#define PAGE   4096
#define RANGES 3
/* Of a range: two chunks, the second of one page. */
#define PAGES	 17
#define FILE_MAX (RANGES * (64 + 2 * PAGES * PAGE))

static struct memory_file file, info;

/* Where the ranges of a sound file begin. */
static const uint64_t starts[RANGES] = { 0x40000000, 0x40011000, 0x80000000 };

static size_t put_header(uint8_t *at, const char *magic, uint8_t version,
			 uint64_t pa, uint64_t size)
{
	const uint64_t first = htole64(pa), last = htole64(pa + size - 1);

	memset(at, 0, 32);
	memcpy(at, magic, 4);
	at[4] = version;
	memcpy(at + 8, &first, sizeof(first));
	memcpy(at + 16, &last, sizeof(last));
	return 32;
}

static void fill(uint8_t *at, size_t i)
{
	memset(at, (int)i + 1, PAGES * PAGE);
}

static size_t make_lime(uint8_t *at)
{
	size_t n = 0, i;

	for (i = 0; i < RANGES; i++) {
		n += put_header(at + n, "EMiL", 1, starts[i], PAGES * PAGE);
		fill(at + n, i);
		n += PAGES * PAGE;
	}
	return n;
}

/* Without a checksum, which mutations would not survive. */
static size_t put_chunk(uint8_t *at, const uint8_t *bytes, size_t size,
			bool packed)
{
	size_t n = snappy_max_compressed_length(size);

	if (!packed) {
		memcpy(at + 4, bytes, size);
		n = size;
	} else if (snappy_compress((const char *)bytes, size, (char *)at + 4,
				   &n) != SNAPPY_OK) {
		abort();
	}
	at[0] = packed ? 2 : 3;
	at[1] = (uint8_t)n;
	at[2] = (uint8_t)(n >> 8);
	at[3] = (uint8_t)(n >> 16);
	return n + 4;
}

static size_t make_avml(uint8_t *at)
{
	uint8_t memory[PAGES * PAGE];
	size_t n = 0, i, begin;
	uint64_t size;

	for (i = 0; i < RANGES; i++) {
		n += put_header(at + n, "AVML", 2, starts[i], PAGES * PAGE);
		begin = n;
		memcpy(at + n, "\xff\x06\0\0sNaPpY", 10);
		n += 10;
		fill(memory, i);
		n += put_chunk(at + n, memory, 16 * PAGE, true);
		n += put_chunk(at + n, memory, PAGE, i == 1);
		size = htole64(n - begin);
		memcpy(at + n, &size, sizeof(size));
		n += sizeof(size);
	}
	return n;
}

static void read_page(struct dm_source *source, uint64_t pa, size_t size)
{
	uint8_t buf[65536];

	fuzz_no_error(
		source->ops->read(source, pa, buf, size, DM_CONTENT_TABLE));
}

/* VMCOREINFO is given, as it is nothing that these files have to do with. */
static void open_and_read(const char *path, struct fuzz_input *in)
{
	struct dm_dump_options options = {
		.struct_size = sizeof(options),
		.vmcoreinfo = info.path,
	};
	struct dm_source *source;
	struct dm_dump *dump;
	size_t i;

	if (!fuzz_no_error(dm_dump_open(&path, 1, &options, &dump)))
		return;
	source = dm_dump_source(dump);
	for (i = 0; i < RANGES; i++) {
		read_page(source, starts[i], PAGE);
		read_page(source, starts[i] + 15 * PAGE, 4 * PAGE);
		read_page(source, starts[i] + PAGES * PAGE - 100, 100);
	}
	while (in->left)
		read_page(source, fuzz_take(in, 8),
			  1 + (size_t)fuzz_take(in, 2));
	dm_dump_close(dump);
}

static void search(const char *path)
{
	struct dm_dump *dump;

	/* There is none in these files, but all of them is looked through. */
	if (fuzz_no_error(dm_dump_open(&path, 1, NULL, &dump)))
		dm_dump_close(dump);
}

static void run_file(struct fuzz_input *in, size_t (*make)(uint8_t *at))
{
	static uint8_t whole[FILE_MAX];
	size_t size = make(whole);

	fuzz_edit(in, whole, size);
	memory_file_write(&file, whole, size);
	search(file.path);
	open_and_read(file.path, in);
}

static void run_ranges(struct fuzz_input *in)
{
	static uint8_t whole[RANGES * PAGES * PAGE];
	char name[512], *at = name;
	unsigned int i, n = 1 + (unsigned int)fuzz_take(in, 1) % 4;

	memory_file_write(&file, whole, sizeof(whole));
	for (i = 0; i < n; i++) {
		unsigned int what = (unsigned int)fuzz_take(in, 1);
		uint64_t off = fuzz_take(in, what & 1 ? 8 : 3);
		uint64_t size = fuzz_take(in, what & 2 ? 8 : 3);
		uint64_t pa = fuzz_take(in, what & 4 ? 8 : 5);

		/* Mostly what is not refused at once. */
		if (what & 8)
			size &= ~(uint64_t)(PAGE - 1);
		if (what & 16)
			pa &= ~(uint64_t)(PAGE - 1);
		at += sprintf(at, "%s%s:%" PRIu64 "+%" PRIu64 "@%" PRIu64,
			      i ? "," : "", file.path, off, size, pa);
	}
	open_and_read(name, in);
}

static void run_name(struct fuzz_input *in)
{
	struct image_specs specs = { 0 };
	char name[512];
	size_t size = in->left < sizeof(name) ? in->left : sizeof(name) - 1, i;

	memcpy(name, in->at, size);
	name[size] = '\0';
	/* A message has the name, and is one line otherwise. */
	for (i = 0; i < size; i++) {
		if (name[i] == '\n')
			name[i] = ' ';
	}
	if (fuzz_no_error(dm_image_specs_add(&specs, name))) {
		for (i = 0; i < specs.n; i++) {
			fuzz_check(*specs.v[i].path);
			fuzz_check(strstr(name, specs.v[i].path));
		}
	}
	dm_image_specs_destroy(&specs);
}

static void destroy(void)
{
	memory_file_destroy(&file);
	memory_file_destroy(&info);
}

static void create(void)
{
	static const char text[] = "OSRELEASE=6.12.0\nPAGESIZE=4096\n";

	memory_file_create(&file);
	memory_file_create(&info);
	memory_file_write(&info, text, sizeof(text) - 1);
	atexit(destroy);
}

static void run(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };

	if (!file.path[0])
		create();
	switch (fuzz_take(&in, 1) % 4) {
	case 0:
		run_file(&in, make_lime);
		break;
	case 1:
		run_file(&in, make_avml);
		break;
	case 2:
		run_ranges(&in);
		break;
	default:
		run_name(&in);
	}
}

static void seeds(fuzz_put put, void *arg)
{
	/* A number in a header, a chunk's type, its size. */
	static const uint8_t edits[][16] = {
		{ 0 },
		{ 1 },
		{ 0, 3, 16, 0, 0, 255, 255, 255, 255, 255, 255, 15, 0 },
		{ 1, 1, 42, 0, 0, 0 },
		{ 1, 2, 43, 0, 0, 3, 43, 0, 0, 1, 2, 3, 4 },
		{ 2, 1, 24, 0, 0, 0, 0, 0, 1, 0, 0, 0, 64, 0 },
		{ 2, 0, 30, 0, 16, 0, 0, 16, 0, 0, 0, 0, 128, 0 },
	};
	static const char *const names[] = {
		"\3a@0x80000000,b:0+4096@4G",
		"\3a:1K@0,,@,:+@0x",
		"\3a,b@c@0x1000",
	};
	size_t i;

	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		put(arg, edits[i], sizeof(edits[i]));
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put(arg, names[i], strlen(names[i]));
}

const struct fuzz_target fuzz_image = {
	.name = "image",
	.run = run,
	.seeds = seeds,
	.max_size = 4096,
};
