// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the writer wrote is read back by libkdumpfile, and looked at byte by
 * byte where no reader shows it. Offsets are those of makedumpfile's
 * diskdump_mod.h as a 64-bit compiler lays it out.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libkdumpfile/kdumpfile.h>
#include <snappy-c.h>
#include <zstd.h>

#include "dump/context.h"
#include "write/kdump_writer.h"
#include "suite.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* In struct disk_dump_header. */
#define HEADER_VERSION 8
#define HEADER_RELEASE (12 + 2 * 65)
#define HEADER_STATUS  424
#define HEADER_BLOCK   428
#define HEADER_SUB     432
#define HEADER_BITMAP  436
#define HEADER_MAPNR   440
#define HEADER_CPUS    460
/* In struct kdump_sub_header. */
#define SUB_PHYS_BASE  0
#define SUB_LEVEL      8
#define SUB_SPLIT      12
#define SUB_START_PFN  16
#define SUB_VMCOREINFO 32
#define SUB_NOTE       48
#define SUB_START_64   80
#define SUB_END_64     88
#define SUB_MAPNR_64   96
#define SUB_SIZE       104

static char dir[] = "/tmp/test_writer.XXXXXX";

/* ---- Files ------------------------------------------------------------- */

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int new_file(const char *name)
{
	int fd = open(path_of(name), O_RDWR | O_CREAT | O_TRUNC, 0600);

	CU_ASSERT_FATAL(fd >= 0);
	return fd;
}

static void read_at(int fd, uint64_t offset, void *buf, size_t size)
{
	CU_ASSERT_EQUAL_FATAL(pread(fd, buf, size, (off_t)offset),
			      (ssize_t)size);
}

static uint32_t get32(int fd, uint64_t offset)
{
	uint32_t value;

	read_at(fd, offset, &value, sizeof(value));
	return le32toh(value);
}

static uint64_t get64(int fd, uint64_t offset)
{
	uint64_t value;

	read_at(fd, offset, &value, sizeof(value));
	return le64toh(value);
}

static bool get_bit(int fd, uint64_t bitmap, uint64_t bit)
{
	uint8_t byte;

	read_at(fd, bitmap + bit / 8, &byte, 1);
	return byte >> (bit % 8) & 1;
}

/* ---- Content ----------------------------------------------------------- */

enum content { ZERO, TEXT, NOISE };

static enum content content_of(uint64_t pfn)
{
	return (enum content)(pfn % 3);
}

/* A page that tells its number; a third of them zero, a third noise. */
static void make_page(uint64_t pfn, uint8_t *page, size_t size)
{
	uint64_t x = pfn * 0x9e3779b97f4a7c15 + 1;
	size_t i;

	memset(page, 0, size);
	for (i = 0; i < size && content_of(pfn) == NOISE; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		page[i] = (uint8_t)(x >> 32);
	}
	for (i = 0; i + 32 <= size && content_of(pfn) == TEXT; i += 32)
		snprintf((char *)page + i, 32, "page %08x line %04x",
			 (unsigned int)pfn, (unsigned int)i & 0xffff);
}

static const char vmcoreinfo[] = "OSRELEASE=7.3.4-test\nPAGESIZE=4096\n"
				 "NUMBER(VA_BITS)=48\n";

/* Where the text begins: behind PRSTATUS, a header and a name of its own. */
#define NOTES_TEXT (12 + 8 + 392 + 12 + 12)
#define NOTES_SIZE (NOTES_TEXT + ((sizeof(vmcoreinfo) - 1 + 3) & ~3u))

static void make_notes(uint8_t notes[NOTES_SIZE])
{
	static const uint32_t prstatus[] = { 5, 392, 1 };
	uint32_t info[] = { 11, sizeof(vmcoreinfo) - 1, 0 };

	memset(notes, 0, NOTES_SIZE);
	memcpy(notes, prstatus, 12);
	memcpy(notes + 12, "CORE", 5);
	memcpy(notes + 412, info, 12);
	memcpy(notes + 424, "VMCOREINFO", 11);
	memcpy(notes + NOTES_TEXT, vmcoreinfo, sizeof(vmcoreinfo) - 1);
}

static struct dm_error *write_pages(int fd,
				    const struct kdump_writer_options *o,
				    const uint64_t *pfns, size_t count)
{
	struct kdump_writer *w;
	struct dm_error *err;
	uint8_t page[65536];
	size_t i;

	err = kdump_writer_create(&w, fd, o, pfns, count);
	for (i = 0; !err && i < count; i++) {
		if (o->split &&
		    (pfns[i] < o->split_start || pfns[i] >= o->split_end))
			continue;
		make_page(pfns[i], page, o->block_size);
		err = kdump_writer_add(w, pfns[i], page);
	}
	if (!err)
		err = kdump_writer_finish(w);
	kdump_writer_destroy(w);
	return err;
}

/* ---- libkdumpfile ------------------------------------------------------ */

static kdump_ctx_t *open_dump(unsigned int count, const int *fds)
{
	kdump_ctx_t *ctx = kdump_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(ctx);
	kdump_set_number_attr(ctx, "cache.size", 32);
	if (kdump_open_fdset(ctx, count, fds) != KDUMP_OK)
		fprintf(stderr, "    libkdumpfile: %s\n", kdump_get_err(ctx));
	CU_ASSERT_STRING_EQUAL(kdump_get_err(ctx) ? kdump_get_err(ctx) : "",
			       "");
	kdump_set_string_attr(ctx, KDUMP_ATTR_OSTYPE, "linux");
	return ctx;
}

static kdump_bmp_t *bitmap_of(kdump_ctx_t *ctx, const char *name)
{
	kdump_attr_t attr = { .type = KDUMP_BITMAP };

	CU_ASSERT_EQUAL_FATAL(kdump_get_typed_attr(ctx, name, &attr), KDUMP_OK);
	return attr.val.bitmap;
}

/*
 * The page frames of the bitmap are these and no others. Not for split sets:
 * there kdump_bmp_find_set() of 0.5.1 does not get from one file to the next.
 */
static void check_bitmap(kdump_ctx_t *ctx, const uint64_t *pfns, size_t count)
{
	kdump_bmp_t *bmp = bitmap_of(ctx, KDUMP_ATTR_FILE_PAGEMAP);
	kdump_addr_t at = 0;
	size_t i;

	for (i = 0; i < count; i++, at++) {
		CU_ASSERT_EQUAL(kdump_bmp_find_set(bmp, &at), KDUMP_OK);
		CU_ASSERT_EQUAL(at, pfns[i]);
	}
	CU_ASSERT_EQUAL(kdump_bmp_find_set(bmp, &at), KDUMP_ERR_NODATA);
}

/* Only pages that are there: others damage its cache. */
static void check_pages(kdump_ctx_t *ctx, const uint64_t *pfns, size_t count,
			size_t size)
{
	uint8_t want[65536], got[65536];
	size_t i, wrong = 0;

	for (i = 0; i < count; i++) {
		size_t n = size;

		make_page(pfns[i], want, size);
		memset(got, 0xee, size);
		if (kdump_read(ctx, KDUMP_MACHPHYSADDR, pfns[i] * size, got,
			       &n) != KDUMP_OK ||
		    n != size || memcmp(want, got, size))
			wrong++;
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void check_vmcoreinfo(kdump_ctx_t *ctx)
{
	char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(kdump_vmcoreinfo_raw(ctx, &text), KDUMP_OK);
	CU_ASSERT_STRING_EQUAL(text, vmcoreinfo);
	free(text);
}

/* What nobody named gets a name with which libkdumpfile accepts the others. */
static void test_no_names(void)
{
	struct kdump_writer_options o = { .block_size = 4096, .version = "" };
	uint8_t notes[NOTES_SIZE];
	int fd = new_file("names");
	kdump_ctx_t *ctx;
	const char *s = "";

	make_notes(notes);
	suite_no_error(write_pages(fd, &o, NULL, 0));
	ctx = open_dump(1, &fd);
	kdump_get_string_attr(ctx, KDUMP_ATTR_ARCH_NAME, &s);
	CU_ASSERT_STRING_EQUAL(s, "aarch64");
	dm_context_free(ctx);
	o.notes = notes;
	o.notes_size = sizeof(notes);
	suite_no_error(write_pages(fd, &o, NULL, 0));
	read_at(fd, HEADER_RELEASE, notes, 65);
	CU_ASSERT_STRING_EQUAL((char *)notes, "7.3.4-test");
	close(fd);
}

static void check_names(kdump_ctx_t *ctx)
{
	const char *s = "";

	kdump_get_string_attr(ctx, "linux.uts.release", &s);
	CU_ASSERT_STRING_EQUAL(s, "7.3.4-test");
	kdump_get_string_attr(ctx, "linux.uts.machine", &s);
	CU_ASSERT_STRING_EQUAL(s, "aarch64");
	kdump_get_string_attr(ctx, "linux.uts.nodename", &s);
	CU_ASSERT_STRING_EQUAL(s, "here");
	kdump_get_string_attr(ctx, KDUMP_ATTR_ARCH_NAME, &s);
	CU_ASSERT_STRING_EQUAL(s, "aarch64");
}

/* ---- Tests ------------------------------------------------------------- */

static const uint64_t some[] = { 3,	  4,	   5,	   6,	    7,
				 9,	  64,	   65,	   0x40000, 0x40001,
				 0x40010, 0x7ffff, 0x80000 };
static const struct kdump_pfn_range some_ram[] = { { 2, 70 },
						   { 0x40000, 0x80000 } };

static void check_written(const struct kdump_writer_options *base,
			  enum kdump_compression compression)
{
	struct kdump_writer_options o = *base;
	uint8_t notes[NOTES_SIZE];
	kdump_ctx_t *ctx;
	int fd = new_file("written");

	make_notes(notes);
	o.compression = compression;
	o.notes = notes;
	o.notes_size = sizeof(notes);
	o.release = "7.3.4-test";
	o.nodename = "here";
	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	ctx = open_dump(1, &fd);
	/* It takes 4096 from VMCOREINFO otherwise. */
	kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, o.block_size);
	check_bitmap(ctx, some, COUNT(some));
	check_pages(ctx, some, COUNT(some), o.block_size);
	check_vmcoreinfo(ctx);
	check_names(ctx);
	dm_context_free(ctx);
	close(fd);
}

static void test_read_back(void)
{
	static const uint32_t sizes[] = { 4096, 16384, 65536 };
	size_t i;

	for (i = 0; i < COUNT(sizes); i++) {
		struct kdump_writer_options o = { .block_size = sizes[i] };

		check_written(&o, KDUMP_NONE);
		check_written(&o, KDUMP_ZLIB);
		check_written(&o, KDUMP_LZO);
	}
}

/* More pages than any buffer takes at once. */
static void test_many(void)
{
	struct kdump_writer_options o = { .block_size = 4096,
					  .compression = KDUMP_LZO };
	size_t i, count = 20000;
	uint64_t *pfns = calloc(count, sizeof(*pfns));
	int fd = new_file("many");
	kdump_ctx_t *ctx;

	CU_ASSERT_PTR_NOT_NULL_FATAL(pfns);
	for (i = 0; i < count; i++)
		pfns[i] = 0x80000 + i * 37;
	suite_no_error(write_pages(fd, &o, pfns, count));
	ctx = open_dump(1, &fd);
	check_bitmap(ctx, pfns, count);
	check_pages(ctx, pfns, count, 4096);
	dm_context_free(ctx);
	close(fd);
	free(pfns);
}

static void test_header(void)
{
	uint8_t notes[NOTES_SIZE];
	struct kdump_writer_options o = {
		.block_size = 4096,
		.compression = KDUMP_ZLIB,
		.notes = notes,
		.notes_size = sizeof(notes),
		.release = "0123456789012345678901234567890123456789"
			   "012345678901234567890123456789",
		.ram = some_ram,
		.ram_count = COUNT(some_ram),
		.phys_base = 0x40000000,
		.dump_level = 31,
		.status = KDUMP_FLAG_INCOMPLETE,
		.nr_cpus = 3,
	};
	char buf[70];
	int fd = new_file("header");

	make_notes(notes);
	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	read_at(fd, 0, buf, 8);
	CU_ASSERT(!memcmp(buf, "KDUMP   ", 8));
	CU_ASSERT_EQUAL(get32(fd, HEADER_VERSION), 6);
	read_at(fd, HEADER_RELEASE, buf, 65);
	CU_ASSERT_EQUAL(strnlen(buf, 65), 64);
	CU_ASSERT_EQUAL(get32(fd, HEADER_STATUS),
			KDUMP_FLAG_ZLIB | KDUMP_FLAG_INCOMPLETE);
	CU_ASSERT_EQUAL(get32(fd, HEADER_BLOCK), 4096);
	CU_ASSERT_EQUAL(get32(fd, HEADER_SUB), 1);
	/* 0x80001 bits are 0x10001 bytes: 17 blocks, twice. */
	CU_ASSERT_EQUAL(get32(fd, HEADER_BITMAP), 34);
	CU_ASSERT_EQUAL(get32(fd, HEADER_MAPNR), 0x80001);
	CU_ASSERT_EQUAL(get32(fd, HEADER_CPUS), 3);
	CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_PHYS_BASE), 0x40000000);
	CU_ASSERT_EQUAL(get32(fd, 4096 + SUB_LEVEL), 31);
	CU_ASSERT_EQUAL(get32(fd, 4096 + SUB_SPLIT), 0);
	CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_NOTE), 4096 + SUB_SIZE);
	CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_NOTE + 8), NOTES_SIZE);
	CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_VMCOREINFO),
			4096 + SUB_SIZE + NOTES_TEXT);
	CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_VMCOREINFO + 8),
			sizeof(vmcoreinfo) - 1);
	CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_MAPNR_64), 0x80001);
	close(fd);
}

/* Of each page frame: is it memory, is it dumped? */
static void test_bitmaps(void)
{
	struct kdump_writer_options o = { .block_size = 4096,
					  .ram = some_ram,
					  .ram_count = COUNT(some_ram) };
	uint64_t first = 2 * 4096, second = first + 17 * 4096, pfn;
	int fd = new_file("bitmaps");
	size_t next = 0, wrong = 0;

	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	for (pfn = 0; pfn < 17 * 4096 * 8; pfn++) {
		bool dumped = next < COUNT(some) && some[next] == pfn;
		bool ram = (pfn >= 2 && pfn < 70) ||
			   (pfn >= 0x40000 && pfn <= 0x80000);

		/* Most of it is known to be zero by its neighbours */
		if (pfn % 64 && pfn > 128 && !dumped && pfn != 0x7fffe &&
		    pfn < 0x80000)
			continue;
		next += dumped;
		wrong += get_bit(fd, first, pfn) != ram;
		wrong += get_bit(fd, second, pfn) != dumped;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(next, COUNT(some));
	close(fd);
}

/*
 * A bitmap that ends with a block to the last bit has no block more. Without
 * memory ranges there is only one, where readers can tell: they take it for two
 * if half of it would do.
 */
static void test_bitmap_size(void)
{
	static const struct kdump_pfn_range ram[] = { { 0, 2 } };
	static const struct {
		uint64_t max_mapnr;
		size_t ram_count;
		uint32_t blocks;
	} cases[] = {
		{ 4096 * 8 - 1, 1, 2 }, { 4096 * 8, 1, 2 },
		{ 4096 * 8 + 1, 1, 4 }, { 4096 * 4, 0, 2 },
		{ 4096 * 4 + 1, 0, 1 }, { 4096 * 8, 0, 1 },
		{ 4096 * 8 + 1, 0, 2 },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct kdump_writer_options o = {
			.block_size = 4096,
			.max_mapnr = cases[i].max_mapnr,
			.ram = ram,
			.ram_count = cases[i].ram_count,
		};
		uint64_t pfns[] = { 1, cases[i].max_mapnr - 1 };
		int fd = new_file("size");
		kdump_ctx_t *ctx;

		suite_no_error(write_pages(fd, &o, pfns, COUNT(pfns)));
		CU_ASSERT_EQUAL(get32(fd, HEADER_BITMAP), cases[i].blocks);
		ctx = open_dump(1, &fd);
		check_bitmap(ctx, pfns, COUNT(pfns));
		check_pages(ctx, pfns, COUNT(pfns), 4096);
		dm_context_free(ctx);
		close(fd);
	}
}

/* Descriptors: raw where packing does not pay; zero pages share a place. */
static void test_descriptors(void)
{
	static const uint64_t pfns[] = { 2, 3, 4, 6 }; /* noise 0 text 0 */
	struct kdump_writer_options o = { .block_size = 4096,
					  .compression = KDUMP_ZLIB };
	uint64_t descs = 4 * 4096, data = descs + 4 * 24;
	int fd = new_file("descs");

	suite_no_error(write_pages(fd, &o, pfns, COUNT(pfns)));
	CU_ASSERT_EQUAL(get64(fd, descs), data);
	CU_ASSERT_EQUAL(get32(fd, descs + 8), 4096);
	CU_ASSERT_EQUAL(get32(fd, descs + 12), 0);
	CU_ASSERT_EQUAL(get64(fd, descs + 16), 0);
	CU_ASSERT_EQUAL(get64(fd, descs + 24), data + 4096);
	CU_ASSERT(get32(fd, descs + 24 + 8) < 64);
	CU_ASSERT_EQUAL(get32(fd, descs + 24 + 12), KDUMP_FLAG_ZLIB);
	CU_ASSERT_EQUAL(get64(fd, descs + 48),
			data + 4096 + get32(fd, descs + 24 + 8));
	CU_ASSERT_EQUAL(get64(fd, descs + 72), get64(fd, descs + 24));
	CU_ASSERT_EQUAL(get32(fd, descs + 72 + 8), get32(fd, descs + 24 + 8));
	close(fd);
}

/* Pages packed by methods that the writer does not know itself. */
static void test_raw(void)
{
	static const uint64_t pfns[] = { 1, 4 };
	struct kdump_writer_options o = {
		.block_size = 4096,
		.status = KDUMP_FLAG_SNAPPY | KDUMP_FLAG_ZSTD,
	};
	char page[4096], packed[8192];
	size_t size = sizeof(packed);
	struct kdump_writer *w;
	kdump_ctx_t *ctx;
	int fd = new_file("raw");

	suite_no_error(kdump_writer_create(&w, fd, &o, pfns, COUNT(pfns)));
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	make_page(1, (uint8_t *)page, sizeof(page));
	snappy_compress(page, sizeof(page), packed, &size);
	suite_no_error(kdump_writer_add_raw(w, 1, packed, (uint32_t)size,
					    KDUMP_FLAG_SNAPPY));
	make_page(4, (uint8_t *)page, sizeof(page));
	size = ZSTD_compress(packed, sizeof(packed), page, sizeof(page), 1);
	suite_no_error(kdump_writer_add_raw(w, 4, packed, (uint32_t)size,
					    KDUMP_FLAG_ZSTD));
	suite_no_error(kdump_writer_finish(w));
	kdump_writer_destroy(w);
	ctx = open_dump(1, &fd);
	check_pages(ctx, pfns, COUNT(pfns), 4096);
	dm_context_free(ctx);
	close(fd);
}

/* Page frames beyond 32 bits; the bitmaps are holes but for a few blocks. */
static void test_large(void)
{
	static const uint64_t pfns[] = { 1, 0xffffffff, 0x100000002,
					 0x100000004 };
	struct kdump_writer_options o = {
		.block_size = 4096,
		.compression = KDUMP_ZLIB,
		.ram = some_ram,
		.ram_count = 1,
	};
	int fd = new_file("large");
	kdump_ctx_t *ctx;
	struct stat st;

	suite_no_error(write_pages(fd, &o, pfns, COUNT(pfns)));
	CU_ASSERT_EQUAL(get32(fd, HEADER_MAPNR), 0xffffffff);
	CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_MAPNR_64), 0x100000005);
	CU_ASSERT_EQUAL(get32(fd, HEADER_BITMAP), 2 * 0x20001);
	CU_ASSERT_EQUAL(fstat(fd, &st), 0);
	CU_ASSERT(st.st_size > 0x40000000);
	CU_ASSERT(st.st_blocks < 2048);
	ctx = open_dump(1, &fd);
	check_bitmap(ctx, pfns, COUNT(pfns));
	check_pages(ctx, pfns, COUNT(pfns), 4096);
	dm_context_free(ctx);
	close(fd);
	unlink(path_of("large"));
}

static void test_split(void)
{
	struct kdump_writer_options o = { .block_size = 4096,
					  .compression = KDUMP_ZLIB,
					  .split = true,
					  .split_end = 64 };
	int fds[2] = { new_file("split0"), new_file("split1") };
	uint8_t bits[9] = { 0 };
	kdump_ctx_t *ctx;

	suite_no_error(write_pages(fds[0], &o, some, COUNT(some)));
	o.split_start = 64;
	o.split_end = 0x80001;
	suite_no_error(write_pages(fds[1], &o, some, COUNT(some)));
	CU_ASSERT_EQUAL(get32(fds[1], 4096 + SUB_SPLIT), 1);
	CU_ASSERT_EQUAL(get64(fds[1], 4096 + SUB_START_PFN), 64);
	CU_ASSERT_EQUAL(get64(fds[1], 4096 + SUB_START_64), 64);
	CU_ASSERT_EQUAL(get64(fds[1], 4096 + SUB_END_64), 0x80001);
	ctx = open_dump(2, fds);
	kdump_bmp_get_bits(bitmap_of(ctx, KDUMP_ATTR_FILE_PAGEMAP), 0, 71,
			   bits);
	CU_ASSERT(!memcmp(bits, "\xf8\x02\0\0\0\0\0\0\x03", sizeof(bits)));
	check_pages(ctx, some, COUNT(some), 4096);
	dm_context_free(ctx);
	close(fds[0]);
	close(fds[1]);
}

static void test_empty(void)
{
	struct kdump_writer_options o = { .block_size = 4096 };
	int fd = new_file("empty");
	kdump_ctx_t *ctx;
	struct stat st;

	suite_no_error(write_pages(fd, &o, NULL, 0));
	/* crash refuses a file that ends within its bitmaps. */
	CU_ASSERT_EQUAL(fstat(fd, &st), 0);
	CU_ASSERT_EQUAL(st.st_size, 4 * 4096);
	ctx = open_dump(1, &fd);
	check_bitmap(ctx, NULL, 0);
	dm_context_free(ctx);
	close(fd);
}

/* Notes that lie about their sizes: stored, but nothing is found in them. */
static void test_bad_notes(void)
{
	static const uint32_t bad[][6] = {
		{ 11, 0xffffffff, 0, 'V' | 'M' << 8, 0, 0 },
		{ 0xffffffff, 4, 0, 0, 0, 0 },
		{ 0xfffffffd, 0xfffffffd, 0, 0, 0, 0 },
		{ 4, 8, 0, 0, 0, 0 },
		{ 0, 0, 0, 0, 0, 0 },
	};
	size_t i, size;

	for (i = 0; i < COUNT(bad); i++) {
		for (size = 0; size <= sizeof(bad[i]); size++) {
			struct kdump_writer_options o = {
				.block_size = 4096,
				.notes = bad[i],
				.notes_size = size,
			};
			int fd = new_file("notes");

			suite_no_error(write_pages(fd, &o, some, 1));
			CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_VMCOREINFO), 0);
			CU_ASSERT_EQUAL(get64(fd, 4096 + SUB_NOTE + 8), size);
			close(fd);
		}
	}
}

/* As many notes as to need several blocks. */
static void test_large_notes(void)
{
	struct kdump_writer_options o = { .block_size = 4096 };
	static uint8_t notes[NOTES_SIZE + 100 * 412];
	int fd = new_file("notes");
	kdump_ctx_t *ctx;
	size_t i;

	make_notes(notes + 100 * 412);
	for (i = 0; i < 100; i++)
		memcpy(notes + i * 412, notes + 100 * 412, 412);
	o.notes = notes;
	o.notes_size = sizeof(notes);
	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	CU_ASSERT_EQUAL(get32(fd, HEADER_SUB), 11);
	ctx = open_dump(1, &fd);
	check_vmcoreinfo(ctx);
	check_pages(ctx, some, COUNT(some), 4096);
	dm_context_free(ctx);
	close(fd);
}

static void test_same_bytes(void)
{
	int a = new_file("a"), b = new_file("b");
	uint8_t x[65536], y[65536];
	struct stat st_a, st_b;
	off_t at;
	int c;

	for (c = KDUMP_NONE; c <= KDUMP_LZO; c++) {
		struct kdump_writer_options o = {
			.block_size = 4096,
			.compression = (enum kdump_compression)c,
		};

		suite_no_error(write_pages(a, &o, some, COUNT(some)));
		suite_no_error(write_pages(b, &o, some, COUNT(some)));
		CU_ASSERT_EQUAL_FATAL(fstat(a, &st_a) | fstat(b, &st_b), 0);
		CU_ASSERT_EQUAL_FATAL(st_a.st_size, st_b.st_size);
		for (at = 0; at < st_a.st_size; at += sizeof(x)) {
			ssize_t n = pread(a, x, sizeof(x), at);

			CU_ASSERT(n > 0);
			CU_ASSERT_EQUAL_FATAL(pread(b, y, sizeof(y), at), n);
			CU_ASSERT(!memcmp(x, y, (size_t)n));
		}
	}
	close(a);
	close(b);
}

static void test_disk_full(void)
{
	struct kdump_writer_options o = { .block_size = 4096 };
	int fd = open("/dev/full", O_RDWR);

	CU_ASSERT_FATAL(fd >= 0);
	suite_error(write_pages(fd, &o, some, COUNT(some)), DM_ERROR_OS,
		    "No space left on device");
	close(fd);
	fd = open("/dev/null", O_RDONLY);
	suite_error(write_pages(fd, &o, some, COUNT(some)), DM_ERROR_OS,
		    "cannot write the dump");
	close(fd);
}

/* Wherever the file stops growing, somebody is told. */
static void test_file_limit(void)
{
	struct kdump_writer_options o = { .block_size = 4096,
					  .compression = KDUMP_ZLIB };
	static uint64_t pfns[3000];
	struct rlimit old, limit;
	rlim_t size, step = 4096;
	struct stat st;
	size_t i;
	int fd = new_file("whole");

	for (i = 0; i < COUNT(pfns); i++)
		pfns[i] = 2 + i;
	suite_no_error(write_pages(fd, &o, pfns, COUNT(pfns)));
	CU_ASSERT_EQUAL(fstat(fd, &st), 0);
	close(fd);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	for (size = 0; size < (rlim_t)st.st_size; size += step) {
		limit.rlim_cur = size;
		fd = new_file("limited");
		setrlimit(RLIMIT_FSIZE, &limit);
		suite_error(write_pages(fd, &o, pfns, COUNT(pfns)), DM_ERROR_OS,
			    "File too large");
		setrlimit(RLIMIT_FSIZE, &old);
		close(fd);
		/* Few of the many limits within the page data. */
		if (size > 32 * 4096)
			step = 300000;
	}
}

static struct dm_error *try(const struct kdump_writer_options *o,
			    const uint64_t *pfns, size_t count)
{
	int fd = new_file("try");
	struct kdump_writer *w = (struct kdump_writer *)-1;
	struct dm_error *err = kdump_writer_create(&w, fd, o, pfns, count);

	CU_ASSERT_PTR_NULL(err ? w : NULL);
	if (!err)
		kdump_writer_destroy(w);
	close(fd);
	return err;
}

static void test_arguments(void)
{
	static const struct kdump_pfn_range bad[] = { { 0, 9 }, { 8, 12 } };
	static const uint64_t unsorted[] = { 1, 3, 3 };
	static const uint64_t beyond[] = { 1, UINT64_C(1) << 50 };
	static const uint32_t sizes[] = { 0, 1, 2048, 4097, 131072 };
	struct kdump_writer_options o = { .block_size = 4096 };
	size_t i;

	suite_error(try(&o, unsorted, 3), DM_ERROR_INVALID_ARGUMENT, "order");
	suite_error(try(&o, beyond, 2), DM_ERROR_INVALID_ARGUMENT, "too large");
	o.ram = bad;
	o.ram_count = 2;
	suite_error(try(&o, some, 3), DM_ERROR_INVALID_ARGUMENT, "order");
	o.ram_count = 1;
	o.max_mapnr = 8;
	suite_error(try(&o, some, 1), DM_ERROR_INVALID_ARGUMENT, "max_mapnr");
	for (i = 0; i < COUNT(sizes); i++) {
		struct kdump_writer_options odd = { .block_size = sizes[i] };

		suite_error(try(&odd, some, 1), DM_ERROR_INVALID_ARGUMENT,
			    "page size");
	}
}

static void test_order(void)
{
	struct kdump_writer_options o = { .block_size = 4096 };
	int fd = new_file("order");
	struct kdump_writer *w;
	uint8_t page[4096];

	make_page(1, page, sizeof(page));
	suite_no_error(kdump_writer_create(&w, fd, &o, some, 2));
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	suite_error(kdump_writer_add(w, 4, page), DM_ERROR_INVALID_ARGUMENT,
		    "0x4 comes out of turn");
	suite_no_error(kdump_writer_add(w, 3, page));
	suite_error(kdump_writer_add(w, 3, page), DM_ERROR_INVALID_ARGUMENT,
		    "turn");
	suite_error(kdump_writer_finish(w), DM_ERROR_INVALID_ARGUMENT,
		    "0x4 was not added");
	suite_error(kdump_writer_add_raw(w, 4, page, 1u << 30, 0),
		    DM_ERROR_INVALID_ARGUMENT, "bytes");
	suite_no_error(kdump_writer_add(w, 4, page));
	suite_error(kdump_writer_add(w, 5, page), DM_ERROR_INVALID_ARGUMENT,
		    "turn");
	suite_no_error(kdump_writer_finish(w));
	kdump_writer_destroy(w);
	kdump_writer_destroy(NULL);
	close(fd);
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "pages read back, each compression and size",
		  test_read_back },
		{ "more pages than buffers take", test_many },
		{ "header and sub header", test_header },
		{ "both bitmaps", test_bitmaps },
		{ "size of the bitmaps", test_bitmap_size },
		{ "page descriptors", test_descriptors },
		{ "pages packed elsewhere", test_raw },
		{ "page frames beyond 32 bits", test_large },
		{ "split set", test_split },
		{ "no pages", test_empty },
		{ "no names", test_no_names },
		{ "notes that lie", test_bad_notes },
		{ "notes of many CPUs", test_large_notes },
		{ "same input, same bytes", test_same_bytes },
		{ "disk full", test_disk_full },
		{ "file size limit", test_file_limit },
		{ "arguments", test_arguments },
		{ "order of pages", test_order },
		CU_TEST_INFO_NULL,
	};
	char command[64];
	int failed;

	if (!mkdtemp(dir)) {
		perror(dir);
		return 1;
	}
	failed = suite_run("writer", tests);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) || failed;
}
