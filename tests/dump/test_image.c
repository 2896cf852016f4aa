// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Images of memory: raw, LiME's and AVML's, made by the generator, then looked
 * at page by page, whole, cut off and damaged. What the tool says of such files:
 * tests/robustness/rows.c.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>

#include "dump/crc32c.h"
#include "dump/dump_private.h"
#include "dump/layout_avml.h"
#include "gen/gen.h"
#include "suite.h"

static char folder[] = "/tmp/test_image.XXXXXX";

#define BASE 0x40000000ULL
#define PAGE 4096

/* A kernel in 64 MiB, and 1 MiB somewhere above. */
#define KERNEL                                                                 \
	"kernel page=4K va=48\nram 0x40000000+64M 0x48000000+1M\n"             \
	"map pa=0x40000000 64M 2M\nvmcoreinfo-page 0x43428000\n"               \
	"page 0x40000000 byte=1 100\n"                                         \
	"page 0x41000000 random=7 40\n"                                        \
	"page 0x42800000 byte=5\n"                                             \
	"page 0x43fff000 byte=3\n"                                             \
	"page 0x480ff000 byte=4\n"

static const char *in_folder(const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, PATH_MAX, "%s/%s", folder, name);
	return path;
}

static const char *make(const char *format)
{
	const char *path = in_folder("image");
	char spec[1024];

	snprintf(spec, sizeof(spec), KERNEL "format %s\n", format);
	suite_no_error(gen_dump(spec, path));
	return path;
}

__attribute__((format(printf, 1, 2))) static const char *
text_of(const char *format, ...)
{
	static char text[2 * PATH_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return text;
}

static struct dm_dump *open_good(const char *path)
{
	struct dm_dump *dump = NULL;

	suite_no_error(dm_dump_open(&path, 1, NULL, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	return dump;
}

static void refuse(const char *path, enum dm_error_code code, const char *part)
{
	struct dm_dump *dump;

	suite_error(dm_dump_open(&path, 1, NULL, &dump), code, part);
	CU_ASSERT_PTR_NULL(dump);
}

static struct dm_error *read_at(struct dm_dump *dump, uint64_t pa, void *buf,
				size_t size)
{
	struct dm_source *source = dm_dump_source(dump);

	return source->ops->read(source, pa, buf, size, DM_CONTENT_TABLE);
}

/* All of the page, and a piece of it, are that byte. */
static void expect(struct dm_dump *dump, uint64_t pa, unsigned char byte)
{
	unsigned char buf[PAGE], piece[64];
	size_t i;

	suite_no_error(read_at(dump, pa, buf, sizeof(buf)));
	for (i = 0; i < sizeof(buf) && buf[i] == byte; i++)
		;
	CU_ASSERT_EQUAL(i, sizeof(buf));
	suite_no_error(read_at(dump, pa + 1000, piece, sizeof(piece)));
	CU_ASSERT_EQUAL(memcmp(piece, buf + 1000, sizeof(piece)), 0);
}

static void expect_error(struct dm_dump *dump, uint64_t pa,
			 enum dm_error_code code, const char *part)
{
	unsigned char buf[PAGE];

	suite_error(read_at(dump, pa, buf, sizeof(buf)), code, part);
}

static void check_pages(struct dm_dump *dump)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		expect(dump, BASE + i * PAGE, 1);
	expect(dump, 0x43fff000, 3);
	expect(dump, 0x480ff000, 4);
	/* Written by nothing. */
	expect(dump, 0x43ffe000, 0);
}

/* All memory of two dumps alike, in pieces of @p size bytes. */
static void compare(struct dm_dump *a, struct dm_dump *b, uint64_t from,
		    uint64_t to, size_t size)
{
	static unsigned char x[65536], y[65536];

	for (; from < to; from += size) {
		struct dm_error *err = read_at(a, from, x, size);
		struct dm_error *other = read_at(b, from, y, size);

		CU_ASSERT_EQUAL(!err, !other);
		if (!err && !other)
			CU_ASSERT_EQUAL(memcmp(x, y, size), 0);
		dm_error_destroy(err);
		dm_error_destroy(other);
	}
}

static void check_like_elf(const char *path)
{
	struct dm_dump *dump = open_good(path), *elf;
	const char *other = in_folder("elf");

	suite_no_error(gen_dump(KERNEL "format elf\n", other));
	elf = open_good(other);
	CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->files, 1);
	check_pages(dump);
	compare(dump, elf, BASE, BASE + (64 << 20), 65536);
	compare(dump, elf, 0x43420000, 0x43430000, 4096);
	compare(dump, elf, 0x48000000, 0x48100000, 4096);
	dm_dump_close(elf);
	dm_dump_close(dump);
	unlink(other);
}

/* ---- Formats ------------------------------------------------------------ */

/* What is between the two ranges is a hole of the file. */
static void test_raw(void)
{
	const char *path = make("raw");
	struct dm_dump *dump;

	check_like_elf(
		text_of("%s:0+64M@0x40000000,%s:128M@0x48000000", path, path));
	dump = open_good(text_of("%s@1G", path));
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "raw");
	CU_ASSERT_STRING_EQUAL(dm_dump_about(dump)->path,
			       text_of("%s@1G", path));
	check_pages(dump);
	expect(dump, 0x44000000, 0);
	expect_error(dump, 0x48100000, DM_ERROR_ABSENT, "no range of it has");
	expect_error(dump, 0x3ffff000, DM_ERROR_ABSENT, "no range of it has");
	dm_dump_close(dump);
}

static void test_lime(void)
{
	struct dm_dump *dump;
	const char *path;

	check_like_elf(make("lime"));
	check_like_elf(make("lime chunk=0x3001000"));
	path = make("lime tight chunk=4096");
	dump = open_good(path);
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "lime");
	expect(dump, BASE + 99 * PAGE, 1);
	expect_error(dump, BASE + 100 * PAGE, DM_ERROR_ABSENT, "no range");
	/* From one range into the next. */
	compare(dump, dump, BASE, BASE + 96 * PAGE, 65536);
	dm_dump_close(dump);
}

static void test_avml(void)
{
	struct dm_dump *dump;

	check_like_elf(make("avml"));
	check_like_elf(make("avml chunk=0x2801000"));
	dump = open_good(make("avml tight"));
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "avml");
	expect(dump, BASE + 99 * PAGE, 1);
	expect_error(dump, BASE + 100 * PAGE, DM_ERROR_ABSENT,
		     "AVML leaves out");
	expect_error(dump, 0x50000000, DM_ERROR_ABSENT, "AVML leaves out");
	expect_error(dump, 0x1000, DM_ERROR_ABSENT, "AVML leaves out");
	dm_dump_close(dump);
}

/* In other threads, and ahead. */
static void test_clones(void)
{
	static const char *const formats[] = { "lime", "avml" };
	unsigned char buf[PAGE];
	struct dm_source *source, *clone;
	struct dm_dump *dump;
	uint64_t pas[100];
	unsigned int i, j;

	for (i = 0; i < 100; i++)
		pas[i] = BASE + i * PAGE;
	for (i = 0; i < 2; i++) {
		dump = open_good(make(formats[i]));
		source = dm_dump_source(dump);
		suite_no_error(source->ops->clone(source, &clone));
		clone->ops->prefetch(clone, pas, 100, PAGE);
		for (j = 0; j < 100; j++) {
			suite_no_error(clone->ops->read(
				clone, pas[j], buf, PAGE, DM_CONTENT_TABLE));
			CU_ASSERT_EQUAL(buf[PAGE - 1], 1);
		}
		clone->ops->destroy(clone);
		dm_dump_close(dump);
	}
}

/* ---- Raw memory: what was said of it ------------------------------------- */

static void test_files(void)
{
	const char *path = make("raw"), *high = in_folder("high");
	const char *paths[3];
	struct dm_dump *dump;
	char low[PATH_MAX + 32], up[PATH_MAX + 32];

	CU_ASSERT_EQUAL(rename(path, in_folder("low")), 0);
	suite_no_error(gen_dump(KERNEL "format raw\n", high));
	CU_ASSERT_EQUAL(truncate(in_folder("low"), 1 << 20), 0);
	snprintf(low, sizeof(low), "%s@1G", in_folder("low"));
	snprintf(up, sizeof(up), "%s:1M@1025M", high);
	paths[0] = up;
	paths[1] = low;
	suite_no_error(dm_dump_open(paths, 2, NULL, &dump));
	CU_ASSERT_EQUAL(dm_dump_info(dump)->files, 2);
	check_pages(dump);
	/* Half of it in either file. */
	compare(dump, dump, BASE + (1 << 20) - 4096 * 8,
		BASE + (1 << 20) + 4096 * 8, 65536);
	dm_dump_close(dump);
	paths[2] = high;
	suite_error(dm_dump_open(paths, 3, NULL, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "physical address is missing");
	paths[2] = in_folder("none@0x80000000");
	suite_error(dm_dump_open(paths, 3, NULL, &dump), DM_ERROR_OS,
		    "No such file");
	unlink(in_folder("low"));
	unlink(high);
}

static void test_wrong(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", make("raw"));
	refuse(text_of("%s@0x40001000", path), DM_ERROR_BAD_DUMP,
	       "physical addresses are off");
	refuse(text_of("%s@0", path), DM_ERROR_BAD_DUMP,
	       "physical addresses are off");
	refuse(text_of("%s@40000000", path), DM_ERROR_INVALID_ARGUMENT,
	       "not a multiple of 4096");
	refuse(text_of("%s:0+0x1001@1G", path), DM_ERROR_INVALID_ARGUMENT,
	       "size 0x1001 (4097) is not a multiple");
	refuse(text_of("%s@0x10000000000000", path), DM_ERROR_INVALID_ARGUMENT,
	       "52 bits");
	refuse(text_of("%s:0+64M@0xffffffffff000", path),
	       DM_ERROR_INVALID_ARGUMENT, "52 bits");
	refuse(text_of("%s:0+8M@1G,%s:8M+8M@0x407ff000", path, path),
	       DM_ERROR_INVALID_ARGUMENT,
	       "0x407ff000 to 0x40800000 are given twice");
	refuse(text_of("%s:0+8M@1G,%s:0x7ff000+8M@2G", path, path),
	       DM_ERROR_INVALID_ARGUMENT, "are given twice, at physical");
	refuse(text_of("%s:1G@1G", path), DM_ERROR_INVALID_ARGUMENT,
	       "beyond the end of the file");
	refuse(text_of("%s:1G+4096@1G", path), DM_ERROR_INVALID_ARGUMENT,
	       "none of the memory that is named");
	refuse(text_of("%s@1G", make("elf")), DM_ERROR_INVALID_ARGUMENT,
	       "no raw memory but a dump");
	refuse(text_of("%s@1G", make("kdump zlib flattened")),
	       DM_ERROR_INVALID_ARGUMENT, "no raw memory but a dump");
	refuse(text_of("%s@1G", make("lime")), DM_ERROR_INVALID_ARGUMENT,
	       "no raw memory but a dump");
	refuse(text_of("%s@1G", folder), DM_ERROR_UNSUPPORTED, "a directory");
}

static void test_raw_cut(void)
{
	const char *path = make("raw");
	struct dm_dump *dump;

	CU_ASSERT_EQUAL(truncate(path, (64 << 20) - 100), 0);
	dump = open_good(text_of("%s@1G", path));
	suite_has(dm_dump_info(dump)->why_incomplete,
		  "of its last page 3996 bytes are there");
	expect(dump, 0x43ffe000, 0);
	expect_error(dump, 0x43fff000, DM_ERROR_ABSENT, "no range");
	dm_dump_close(dump);
	dump = open_good(
		text_of("%s:0+64M@1G,%s:128M+1M@0x48000000", path, path));
	suite_has(dm_dump_info(dump)->why_incomplete,
		  "is cut off: 1048676 bytes of memory are missing");
	expect_error(dump, 0x43fff000, DM_ERROR_ABSENT, "is cut off");
	expect_error(dump, 0x48000000, DM_ERROR_ABSENT, "is cut off");
	dm_dump_close(dump);
}

static void poke(const char *path, off_t off, const void *bytes, size_t size)
{
	int fd = open(path, O_RDWR);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(pwrite(fd, bytes, size, off), (ssize_t)size);
	close(fd);
}

/* Memory may begin with a page of any file, of a module or of a dump. */
static void test_beginning(void)
{
	static const char module[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\xb7";
	const char *path = make("raw");
	char ranges[2 * PATH_MAX];
	struct dm_dump *dump;

	poke(path, 0, module, sizeof(module));
	dump = open_good(text_of("%s@1G", path));
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "raw");
	expect(dump, BASE + PAGE, 1);
	dm_dump_close(dump);
	poke(path, 0, "KDUMP   ", 8);
	refuse(text_of("%s@1G", path), DM_ERROR_INVALID_ARGUMENT,
	       "if it is raw memory: FILE:0+SIZE@PA");
	snprintf(ranges, sizeof(ranges), "%s:0+64M@1G", path);
	dump = open_good(ranges);
	expect(dump, BASE + PAGE, 1);
	dm_dump_close(dump);
}

/* ---- Headers and chunks that are damaged --------------------------------- */

static void test_lime_damaged(void)
{
	const uint64_t huge = UINT64_C(1) << 52;
	const char *path = make("lime");
	struct dm_dump *dump;

	/* Cut within the second range, its header, and at its beginning. */
	CU_ASSERT_EQUAL(truncate(path, (64 << 20) + 64 + 4096), 0);
	dump = open_good(path);
	suite_has(dm_dump_info(dump)->why_incomplete,
		  "1044480 bytes of memory are missing");
	expect(dump, 0x48000000, 0);
	expect_error(dump, 0x480ff000, DM_ERROR_ABSENT, "is cut off");
	dm_dump_close(dump);
	CU_ASSERT_EQUAL(truncate(path, (64 << 20) + 40), 0);
	dump = open_good(path);
	suite_has(dm_dump_info(dump)->why_incomplete,
		  "memory behind the 1 range in it is missing");
	dm_dump_close(dump);
	poke(path, 16, &huge, sizeof(huge));
	refuse(path, DM_ERROR_BAD_DUMP, "its addresses");
	poke(path, 4, "\0", 1);
	refuse(path, DM_ERROR_BAD_DUMP, "its version");
	CU_ASSERT_EQUAL(truncate(path, 31), 0);
	refuse(path, DM_ERROR_BAD_DUMP, "cut off within its headers");
}

/* The file with one byte of it another, then as it was. */
static void damage(const char *path, off_t off, unsigned char byte,
		   const char *part)
{
	unsigned char was;
	struct dm_dump *dump;
	int fd = open(path, O_RDWR);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(pread(fd, &was, 1, off), 1);
	CU_ASSERT_EQUAL(pwrite(fd, &byte, 1, off), 1);
	dump = open_good(path);
	if (part)
		suite_has(dm_dump_info(dump)->why_incomplete, part);
	else
		CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
	dm_dump_close(dump);
	CU_ASSERT_EQUAL(pwrite(fd, &was, 1, off), 1);
	close(fd);
}

/* Where the second range's header is, behind that of the first. */
static off_t second_header(const char *path)
{
	struct bytes bytes;
	struct avml_layout avml;
	off_t off;

	suite_no_error(dm_bytes_open(&bytes, path, NULL, NULL));
	suite_no_error(dm_avml_open(&avml, &bytes));
	off = (off_t)avml.marks[avml.n - 1].stream - 32;
	dm_avml_close(&avml);
	dm_bytes_close(&bytes);
	return off;
}

static void test_avml_damaged(void)
{
	const char *path = make("avml");
	off_t last = second_header(path);
	struct dm_dump *dump;
	struct stat st;

	damage(path, last, 'B', "magic");
	damage(path, last + 4, 1, "version");
	/* 0x48000000 becomes 0x42000000: below the end of what is before. */
	damage(path, last + 11, 0x40, "not above the one before");
	damage(path, last + 23, 1, "addresses");
	damage(path, last + 32, 0xfe, "no chunk of snappy's framed format");
	damage(path, last + 36, 'S', "no chunk of snappy's framed format");
	damage(path, last + 42, 0x7f, "no chunk of snappy's framed format");
	/* A chunk's data alone are found when they are asked for. */
	damage(path, last + 47, 0, NULL);
	/* The length behind the stream before. */
	damage(path, last - 8, 0, "not as long as it says");
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	damage(path, st.st_size - 1, 1, "not as long as it says");
	CU_ASSERT_EQUAL(truncate(path, last + 60), 0);
	dump = open_good(path);
	suite_has(dm_dump_info(dump)->why_incomplete,
		  "is cut off: memory from physical address 0x44000000 on");
	expect_error(dump, 0x48000000, DM_ERROR_ABSENT, "cut off");
	dm_dump_close(dump);
	CU_ASSERT_EQUAL(truncate(path, 60), 0);
	refuse(path, DM_ERROR_BAD_DUMP, "cut off within its headers");
}

static void test_avml_checksum(void)
{
	const char *path = make("avml");
	struct dm_dump *dump;

	/* Of the first chunk, at 32 + 10 + 4. */
	poke(path, 46, "xxxx", 4);
	dump = open_good(path);
	expect_error(dump, BASE, DM_ERROR_BROKEN, "its checksum differs");
	expect(dump, BASE + 65536, 1);
	dm_dump_close(dump);
	poke(path, 50, "\xff\xff\xff\xff\xff\xff", 6);
	refuse(path, DM_ERROR_BAD_DUMP, "no chunk");
}

/* ---- Many chunks, few marks ----------------------------------------------- */

static void put(FILE *file, const void *bytes, size_t size)
{
	CU_ASSERT_EQUAL(fwrite(bytes, 1, size, file), size);
}

/* One range of @p n chunks of 64 bytes, each full of its number. */
static void write_many(const char *path, uint32_t n)
{
	uint64_t addresses[3] = { 0, (uint64_t)n * 64 - 1, 0 };
	uint64_t length = 10 + (uint64_t)n * 68;
	FILE *file = fopen(path, "w");
	uint32_t i, chunk[17];

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	put(file, "AVML\2\0\0", 8);
	put(file, addresses, sizeof(addresses));
	put(file, "\xff\x06\0\0sNaPpY", 10);
	for (i = 0; i < n; i++) {
		uint32_t j;

		chunk[0] = 64 << 8 | 3;
		for (j = 1; j < 17; j++)
			chunk[j] = i;
		put(file, chunk, sizeof(chunk));
	}
	put(file, &length, sizeof(length));
	fclose(file);
}

static void test_many_chunks(void)
{
	const char *path = in_folder("many");
	struct avml_chunk chunk, *near = NULL;
	struct frame_decoder decoder;
	struct avml_layout avml;
	struct bytes bytes;
	uint32_t i, n = 3 * AVML_MARKS + 100, got[16];

	write_many(path, n);
	suite_no_error(dm_bytes_open(&bytes, path, NULL, NULL));
	suite_no_error(dm_avml_open(&avml, &bytes));
	suite_no_error(dm_frame_decoder_init(&decoder));
	CU_ASSERT_EQUAL(avml.chunks, n);
	CU_ASSERT_EQUAL(avml.size, (uint64_t)n * 64);
	CU_ASSERT_PTR_NULL(avml.broken);
	CU_ASSERT_EQUAL(avml.step, 4);
	CU_ASSERT_TRUE(avml.n <= AVML_MARKS);
	for (i = 0; i < n; i += 97) {
		suite_no_error(dm_avml_find(&avml, (uint64_t)i * 64 + i % 64,
					    near, &chunk));
		CU_ASSERT_EQUAL(chunk.pa, (uint64_t)i * 64);
		suite_no_error(
			dm_frame_unpack(&decoder, &bytes, &chunk.frame, got));
		CU_ASSERT_EQUAL(got[0], i);
		CU_ASSERT_EQUAL(got[15], i);
		near = i % 2 ? &chunk : NULL;
	}
	suite_error(dm_avml_find(&avml, (uint64_t)n * 64, NULL, &chunk),
		    DM_ERROR_ABSENT, "no range");
	dm_frame_decoder_deinit(&decoder);
	dm_avml_close(&avml);
	dm_bytes_close(&bytes);
	unlink(path);
}

/* RFC 3720, section B.4. */
static void test_crc32c(void)
{
	unsigned char bytes[32];
	struct crc32c crc;
	unsigned int i;

	dm_crc32c_init(&crc);
	memset(bytes, 0, sizeof(bytes));
	CU_ASSERT_EQUAL(dm_crc32c(&crc, bytes, 32), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	CU_ASSERT_EQUAL(dm_crc32c(&crc, bytes, 32), 0x62a8ab43);
	for (i = 0; i < 32; i++)
		bytes[i] = (unsigned char)i;
	CU_ASSERT_EQUAL(dm_crc32c(&crc, bytes, 32), 0x46dd794e);
	CU_ASSERT_EQUAL(dm_crc32c(&crc, "123456789", 9), 0xe3069283);
}

/* ---- Names ---------------------------------------------------------------- */

static struct dm_error *note(void *arg, const char *file)
{
	strcat(arg, file);
	strcat(arg, ";");
	return NULL;
}

static struct dm_error *fail(void *arg, const char *file)
{
	(void)arg;
	return dm_error_create(DM_ERROR_OS, "%s", file);
}

static void test_each_file(void)
{
	char names[256] = "";

	suite_no_error(dm_dump_each_file("vmcore", note, names));
	suite_no_error(
		dm_dump_each_file("a@0x1000,b:0+4096@0x2000", note, names));
	CU_ASSERT_STRING_EQUAL(names, "vmcore;a;b;");
	suite_error(dm_dump_each_file("a@0x1000,b@0x2000", fail, NULL),
		    DM_ERROR_OS, "a");
	suite_error(dm_dump_each_file("a@0x1000,b@", note, names),
		    DM_ERROR_INVALID_ARGUMENT, "no physical address");
}

static struct dm_error *note_range(void *arg, const struct dm_dump_image *range)
{
	sprintf(strchr(arg, '\0'), "%s:%llu+%llu@%llu;", range->path,
		(unsigned long long)range->offset,
		(unsigned long long)range->size, (unsigned long long)range->pa);
	return NULL;
}

static struct dm_error *fail_range(void *arg, const struct dm_dump_image *range)
{
	return fail(arg, range->path);
}

static void test_each_range(void)
{
	char text[256] = "";

	suite_no_error(dm_dump_each_range("vmcore", note_range, text));
	suite_no_error(
		dm_dump_each_range("a@4K,b:1+2@3,a:8@16", note_range, text));
	CU_ASSERT_STRING_EQUAL(text, "a:0+0@4096;b:1+2@3;a:8+0@16;");
	suite_error(dm_dump_each_range("a@0x1000,b@0x2000", fail_range, NULL),
		    DM_ERROR_OS, "a");
	suite_error(dm_dump_each_range("a@0x1000,b@", note_range, text),
		    DM_ERROR_INVALID_ARGUMENT, "no physical address");
}

int main(void)
{
	CU_TestInfo tests[] = {
		{ "raw memory", test_raw },
		{ "LiME", test_lime },
		{ "AVML", test_avml },
		{ "clones, hints", test_clones },
		{ "raw memory in several files", test_files },
		{ "raw memory, named wrongly", test_wrong },
		{ "raw memory, cut off", test_raw_cut },
		{ "raw memory that begins like a file", test_beginning },
		{ "LiME, damaged", test_lime_damaged },
		{ "AVML, damaged", test_avml_damaged },
		{ "AVML, checksums", test_avml_checksum },
		{ "AVML, many chunks", test_many_chunks },
		{ "CRC-32C", test_crc32c },
		{ "the files that a path names", test_each_file },
		{ "ranges of a name", test_each_range },
		CU_TEST_INFO_NULL,
	};
	int code;

	if (!mkdtemp(folder))
		return 1;
	code = suite_run("image", tests);
	unlink(in_folder("image"));
	rmdir(folder);
	return code;
}
