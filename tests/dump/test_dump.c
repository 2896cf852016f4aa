// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening dumps and reading their pages, with libkdumpfile's faults in mind:
 * on each of the tests marked "guard", 0.5.1 by itself crashes or lies.
 */
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <libkdumpfile/kdumpfile.h>

#include "dump/blocks.h"
#include "dump/dump_private.h"
#include "gen/gen.h"
#include "suite.h"

static char folder[] = "/tmp/test_dump.XXXXXX";

#define BASE 0x40000000ULL
#define PAGE 4096

/* ---- Helpers ----------------------------------------------------------- */

static const char *in_folder(const char *name)
{
	static char paths[8][PATH_MAX];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, PATH_MAX, "%s/%s", folder, name);
	return path;
}

/* Each line of the language is one argument; the last is NULL. */
static const char *make(const char *spec)
{
	const char *path = in_folder("vmcore");
	struct dm_error *err;
	char name[PATH_MAX + 8];
	int i;

	/* Left over from a larger set. */
	unlink(path);
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "%s.%d", path, i);
		unlink(name);
	}
	err = gen_dump(spec, path);
	if (err)
		fprintf(stderr, "    %s\n", err->message);
	CU_ASSERT_PTR_NULL_FATAL(err);
	return path;
}

static struct dm_error *open_one(struct dm_dump **dump, const char *path)
{
	return dm_dump_open(&path, 1, NULL, dump);
}

static struct dm_dump *open_good(const char *path)
{
	struct dm_dump *dump = NULL;

	suite_no_error(open_one(&dump, path));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	return dump;
}

static struct dm_error *read_at(struct dm_dump *dump, uint64_t pa, void *buf,
				size_t size)
{
	struct dm_source *source = dm_dump_source(dump);

	return source->ops->read(source, pa, buf, size, DM_CONTENT_TABLE);
}

static bool filled(const unsigned char *buf, size_t size, unsigned char byte)
{
	size_t i;

	for (i = 0; i < size && buf[i] == byte; i++)
		;
	return i == size;
}

enum state { GOOD, WRONG, ABSENT, BROKEN, OTHER };

/* What comes of reading a page that should be full of one byte. */
static enum state page_state(struct dm_dump *dump, uint64_t pa,
			     unsigned char byte)
{
	unsigned char buf[PAGE];
	struct dm_error *err = read_at(dump, pa, buf, sizeof(buf));
	enum state state = OTHER;

	if (!err)
		return filled(buf, sizeof(buf), byte) ? GOOD : WRONG;
	if (err->code == DM_ERROR_ABSENT)
		state = ABSENT;
	else if (err->code == DM_ERROR_BROKEN)
		state = BROKEN;
	else
		fprintf(stderr, "    %d %s\n", err->code, err->message);
	dm_error_destroy(err);
	return state;
}

static void expect(struct dm_dump *dump, uint64_t pa, unsigned char byte,
		   enum state state)
{
	enum state is = page_state(dump, pa, byte);

	if (is != state)
		fprintf(stderr, "    0x%llx: state %d, not %d\n",
			(unsigned long long)pa, is, state);
	CU_ASSERT_EQUAL(is, state);
}

/* Write bytes into a file that is there, or make one. */
static void poke(const char *path, off_t off, const void *bytes, size_t size)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(pwrite(fd, bytes, size, off), (ssize_t)size);
	close(fd);
}

static void peek(const char *path, off_t off, void *bytes, size_t size)
{
	int fd = open(path, O_RDONLY);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(pread(fd, bytes, size, off), (ssize_t)size);
	close(fd);
}

static off_t file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

static void cut(const char *path, off_t size)
{
	CU_ASSERT_EQUAL(truncate(path, size), 0);
}

static void check_vmcoreinfo(struct dm_dump *dump)
{
	struct dm_source *source = dm_dump_source(dump);
	const void *notes;
	const char *text;
	size_t size;

	suite_no_error(source->ops->vmcoreinfo(source, &text, &size));
	CU_ASSERT_PTR_NOT_NULL(
		memmem(text, size, "SYMBOL(swapper_pg_dir)=", 23));
	suite_no_error(dm_dump_notes(dump, &notes, &size));
	CU_ASSERT_PTR_NOT_NULL(memmem(notes, size, "VMCOREINFO", 10));
}

/* ---- Formats ----------------------------------------------------------- */

#define KERNEL "kernel page=4K va=48\nram 0x40000000+64M\n"
#define PAGES                                                                  \
	"page 0x40000000 byte=1 100\n"                                         \
	"page 0x41000000 byte=2 100\n"                                         \
	"page 0x43fff000 byte=3\n"

static void check_pages(struct dm_dump *dump)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		expect(dump, BASE + i * PAGE, 1, GOOD);
		expect(dump, BASE + 0x1000000 + i * PAGE, 2, GOOD);
	}
	expect(dump, BASE + 0x3fff000, 3, GOOD);
}

static void check_format(const char *format, const char *name)
{
	const struct dm_dump_info *info;
	char spec[1024];
	struct dm_dump *dump;

	snprintf(spec, sizeof(spec), KERNEL PAGES "format %s\n", format);
	dump = open_good(make(spec));
	info = dm_dump_info(dump);
	CU_ASSERT_STRING_EQUAL(info->format, name);
	CU_ASSERT_TRUE(info->complete);
	CU_ASSERT_PTR_NULL(info->why_incomplete);
	CU_ASSERT_EQUAL(info->files, 1);
	check_vmcoreinfo(dump);
	check_pages(dump);
	expect(dump, BASE - PAGE, 0, ABSENT);
	expect(dump, BASE + (64 << 20), 0, ABSENT);
	expect(dump, 1ULL << 51, 0, ABSENT);
	expect(dump, 1ULL << 60, 0, ABSENT);
	expect(dump, UINT64_MAX - PAGE + 1, 0, ABSENT);
	dm_dump_close(dump);
}

static void test_formats(void)
{
	check_format("kdump none", "kdump");
	check_format("kdump zlib", "kdump");
	check_format("kdump lzo", "kdump");
	check_format("kdump snappy", "kdump");
	check_format("kdump zstd", "kdump");
	check_format("kdump zlib flattened", "kdump-flattened");
	check_format("kdump lzo flattened piece=100", "kdump-flattened");
	check_format("kdump zlib flattened piece=5000 shuffle=3",
		     "kdump-flattened");
	check_format("kdump zstd flattened piece=700 shuffle=9 overlap",
		     "kdump-flattened");
	check_format("elf", "elf");
	check_format("elf chunk=4096 reverse", "elf");
	check_format("elf flattened", "elf-flattened");
	check_format("elf flattened piece=3000 shuffle=1 overlap",
		     "elf-flattened");
	check_format("elf kcore", "kcore");
}

static void test_kdump_info(void)
{
	struct dm_dump *dump =
		open_good(make(KERNEL PAGES "format kdump zlib level=31\n"));
	const struct dm_dump_info *info = dm_dump_info(dump);

	CU_ASSERT_EQUAL(info->block_size, 4096);
	CU_ASSERT_EQUAL(info->dump_level, 31);
	CU_ASSERT_EQUAL(info->header_version, 6);
	CU_ASSERT_STRING_EQUAL(info->uts.machine, "aarch64");
	CU_ASSERT_STRING_EQUAL(info->uts.release, "7.3.4-generated");
	CU_ASSERT_EQUAL(info->max_mapnr, (BASE + (64 << 20)) / PAGE);
	dm_dump_close(dump);

	dump = open_good(make(KERNEL PAGES "format elf\n"));
	info = dm_dump_info(dump);
	CU_ASSERT_EQUAL(info->block_size, 0);
	CU_ASSERT_EQUAL(info->dump_level, -1);
	CU_ASSERT_STRING_EQUAL(info->uts.machine, "");
	dm_dump_close(dump);
}

/* Any part of a page, and more than one page at once. */
static void test_parts_of_pages(void)
{
	static const char *const formats[] = { "kdump zlib", "elf",
					       "kdump zlib flattened" };
	unsigned char buf[65536];
	char spec[512];
	struct dm_dump *dump;
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(spec, sizeof(spec), KERNEL PAGES "format %s\n",
			 formats[i]);
		dump = open_good(make(spec));
		suite_no_error(read_at(dump, BASE + 4088, buf, 8));
		CU_ASSERT_TRUE(filled(buf, 8, 1));
		suite_no_error(read_at(dump, BASE + 3, buf, 1));
		CU_ASSERT_EQUAL(buf[0], 1);
		suite_no_error(read_at(dump, BASE, buf, sizeof(buf)));
		CU_ASSERT_TRUE(filled(buf, sizeof(buf), 1));
		suite_no_error(read_at(dump, BASE, buf, 0));
		dm_dump_close(dump);
	}
}

/* Guard: 64K blocks of QEMU with a kernel of 4K or 16K pages. */
static void test_large_blocks(void)
{
	unsigned char buf[65536];
	struct dm_dump *dump;

	dump = open_good(
		make(KERNEL PAGES "format kdump zlib block=65536 flattened\n"));
	CU_ASSERT_EQUAL(dm_dump_info(dump)->block_size, 65536);
	check_pages(dump);
	dm_dump_close(dump);

	dump = open_good(make(KERNEL PAGES "format kdump lzo block=65536\n"));
	check_pages(dump);
	dm_dump_close(dump);

	dump = open_good(make("kernel page=64K va=48\n"
			      "ram 0x40000000+64M\n"
			      "page 0x40000000 byte=7 20\n"
			      "format kdump zlib\n"));
	CU_ASSERT_EQUAL(dm_dump_info(dump)->block_size, 65536);
	suite_no_error(read_at(dump, BASE + 65536, buf, sizeof(buf)));
	CU_ASSERT_TRUE(filled(buf, sizeof(buf), 7));
	dm_dump_close(dump);
}

/* ---- Pages that are not there ------------------------------------------ */

/* Guard: libkdumpfile's cache, once damaged, makes a later read crash. */
static void test_excluded(void)
{
	static const char *const formats[] = { "kdump zlib", "kdump none",
					       "kdump lzo flattened", "elf" };
	char spec[512];
	struct dm_dump *dump;
	unsigned int i, j, round;

	for (j = 0; j < 4; j++) {
		snprintf(spec, sizeof(spec),
			 KERNEL "page 0x40000000 byte=1 2000\n"
				"drop page 0x40100000 1000\n"
				"format %s\n",
			 formats[j]);
		dump = open_good(make(spec));
		CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
		for (round = 0; round < 3; round++) {
			for (i = 0; i < 2000; i++) {
				bool gone = i >= 256 && i < 1256;

				expect(dump, BASE + i * PAGE, 1,
				       gone ? ABSENT : GOOD);
				expect(dump, BASE + (i * 7 % 256) * PAGE, 1,
				       GOOD);
			}
		}
		dm_dump_close(dump);
	}
}

/* Every third page of 300 is broken; in any order, the others are right. */
static void check_broken(const char *how)
{
	unsigned int i, seed = 1;
	struct dm_dump *dump;
	char spec[8192];
	size_t at;

	at = (size_t)snprintf(spec, sizeof(spec),
			      KERNEL "page 0x40000000 byte=1 300\n"
				     "format kdump zlib\n");
	for (i = 0; i < 300; i += 3)
		at += (size_t)snprintf(spec + at, sizeof(spec) - at,
				       "corrupt page 0x40%03x000 %s\n", i, how);
	dump = open_good(make(spec));
	for (i = 0; i < 1500; i++) {
		unsigned int page = (unsigned int)rand_r(&seed) % 300;

		expect(dump, BASE + page * PAGE, 1, page % 3 ? GOOD : BROKEN);
	}
	dm_dump_close(dump);
}

/* Guard: a read that fails for another reason damages the cache as well. */
static void test_broken(void)
{
	check_broken("data");
	check_broken("empty");
	check_broken("cut");
	check_broken("short");
	check_broken("flags");
	check_broken("check");
}

/* makedumpfile -E: what is in memory but not in the file is not zero. */
static void test_elf_tail(void)
{
	struct dm_dump *dump =
		open_good(make(KERNEL PAGES "format elf filesz-short=8192\n"));

	CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
	expect(dump, BASE + 0x1000000, 2, GOOD);
	expect(dump, BASE + 0x3fff000, 3, ABSENT);
	expect(dump, BASE + 0x3ffe000, 0, ABSENT);
	expect(dump, BASE + 0x3ffd000, 0, GOOD);
	dm_dump_close(dump);

	/* A page of which a part is backed is not there, that part is. */
	dump = open_good(make(KERNEL PAGES "format elf filesz-short=100\n"));
	expect(dump, BASE + 0x3fff000, 3, ABSENT);
	{
		unsigned char buf[64];

		suite_no_error(
			read_at(dump, BASE + 0x3fff000, buf, sizeof(buf)));
		CU_ASSERT_TRUE(filled(buf, sizeof(buf), 3));
	}
	dm_dump_close(dump);
}

/* ---- Cut off ----------------------------------------------------------- */

/*
 * Guard: libkdumpfile reads what is past the end of a file as zeros. Here a
 * page is right or absent, wherever the file was cut.
 */
static void check_cut(const char *format, unsigned int percent)
{
	enum state state;
	char spec[512];
	struct dm_dump *dump;
	struct dm_error *err;
	unsigned int i, good = 0, absent = 0;
	const char *path;

	snprintf(spec, sizeof(spec),
		 KERNEL "page 0x40000000 random=5 500\n"
			"page 0x40000000 byte=1 100\n"
			"page 0x40200000 byte=2 50\n"
			"format %s\n",
		 format);
	path = make(spec);
	cut(path, file_size(path) * percent / 100);
	err = open_one(&dump, path);
	if (err) {
		suite_error(err, DM_ERROR_BAD_DUMP, "cut off");
		return;
	}
	CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
	CU_ASSERT_PTR_NOT_NULL(dm_dump_info(dump)->why_incomplete);
	for (i = 0; i < 50; i++) {
		state = page_state(dump, BASE + i * PAGE, 1);
		good += state == GOOD;
		absent += state == ABSENT;
		state = page_state(dump, BASE + 0x200000 + i * PAGE, 2);
		good += state == GOOD;
		absent += state == ABSENT;
	}
	if (good + absent != 100)
		fprintf(stderr, "    %s cut to %u %%: %u right, %u absent\n",
			format, percent, good, absent);
	CU_ASSERT_EQUAL(good + absent, 100);
	dm_dump_close(dump);
}

static void test_cut(void)
{
	static const char *const formats[] = {
		"kdump zlib",
		"kdump none",
		"kdump zlib flattened piece=4096",
		"kdump lzo flattened piece=3000 shuffle=4",
		"elf",
		"elf tight",
		"elf flattened piece=10000",
	};
	unsigned int i, percent;

	for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		for (percent = 2; percent < 100; percent += 7)
			check_cut(formats[i], percent);
		check_cut(formats[i], 99);
	}
}

/* Cut to nothing at all, or nearly so. */
static void test_cut_headers(void)
{
	static const char *const formats[] = { "kdump zlib", "elf",
					       "kdump zlib flattened" };
	struct dm_error *err;
	struct dm_dump *dump;
	char spec[512];
	const char *path;
	size_t i;
	off_t size;

	for (i = 0; i < 3; i++) {
		snprintf(spec, sizeof(spec), KERNEL PAGES "format %s\n",
			 formats[i]);
		for (size = 0; size < 9000; size += 100 + size / 7) {
			path = make(spec);
			cut(path, size);
			err = open_one(&dump, path);
			if (!err) {
				CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
				expect(dump, BASE, 1, ABSENT);
				dm_dump_close(dump);
				continue;
			}
			CU_ASSERT_TRUE(err->code == DM_ERROR_BAD_DUMP ||
				       err->code == DM_ERROR_UNSUPPORTED);
			dm_error_destroy(err);
		}
	}
}

static void test_marked_incomplete(void)
{
	struct dm_dump *dump;

	dump = open_good(make(KERNEL PAGES "incomplete\nformat kdump zlib\n"));
	CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
	check_pages(dump);
	dm_dump_close(dump);

	dump = open_good(make(KERNEL PAGES "incomplete\nformat elf\n"));
	CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
	check_pages(dump);
	dm_dump_close(dump);
}

/* The end mark alone is missing. */
static void test_no_end_mark(void)
{
	const char *path = make(KERNEL PAGES "format kdump zlib flattened\n");
	struct dm_dump *dump;

	cut(path, file_size(path) - 16);
	dump = open_good(path);
	CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(dm_dump_info(dump)->why_incomplete, "end mark"));
	check_pages(dump);
	dm_dump_close(dump);
}

/* ---- Split sets -------------------------------------------------------- */

static const char *part_path(int i)
{
	char name[16];

	snprintf(name, sizeof(name), "vmcore.%d", i);
	return in_folder(name);
}

static const struct dm_dump_options split = {
	.struct_size = sizeof(split),
	.split = true,
};

static void check_split(const char *spec)
{
	static const int orders[][3] = { { 0, 1, 2 },
					 { 2, 0, 1 },
					 { 1, 2, 0 } };
	const char *paths[3];
	struct dm_dump *dump;
	int i, j;

	make(spec);
	for (i = 0; i < 3; i++) {
		for (j = 0; j < 3; j++)
			paths[j] = part_path(orders[i][j]);
		suite_no_error(
			dm_dump_open(paths, 3, i == 1 ? &split : NULL, &dump));
		CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
		CU_ASSERT_EQUAL(dm_dump_info(dump)->files, 3);
		check_vmcoreinfo(dump);
		check_pages(dump);
		expect(dump, BASE + 0x800000, 0, ABSENT);
		dm_dump_close(dump);
	}
}

static void test_split(void)
{
	check_split(KERNEL PAGES "format kdump zlib split=3\n");
	check_split(KERNEL PAGES "format kdump lzo split=3 flattened\n");
}

static void test_split_missing(void)
{
	const char *paths[3];
	struct dm_dump *dump;
	int i, present;

	make(KERNEL PAGES "format kdump zlib split=3\n");
	for (i = 0; i < 3; i++) {
		unsigned int j, good = 0, absent = 0;

		/* All but part i, then part i alone. */
		paths[0] = part_path((i + 1) % 3);
		paths[1] = part_path((i + 2) % 3);
		paths[2] = part_path(i);
		for (present = 0; present < 2; present++) {
			suite_no_error(dm_dump_open(present ? paths + 2 : paths,
						    present ? 1 : 2, NULL,
						    &dump));
			CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
			CU_ASSERT_PTR_NOT_NULL(
				strstr(dm_dump_info(dump)->why_incomplete,
				       "split set"));
			for (j = 0; j < 100; j++) {
				enum state s =
					page_state(dump, BASE + j * PAGE, 1);

				good += s == GOOD;
				absent += s == ABSENT;
				s = page_state(dump,
					       BASE + 0x1000000 + j * PAGE, 2);
				good += s == GOOD;
				absent += s == ABSENT;
			}
			dm_dump_close(dump);
		}
		/* Each page is in one of the two. */
		CU_ASSERT_EQUAL(good, 200);
		CU_ASSERT_EQUAL(absent, 200);
	}
}

static void test_not_a_set(void)
{
	const char *paths[4];
	struct dm_dump *dump;
	char other[PATH_MAX];

	make(KERNEL PAGES "format kdump zlib split=2\n");
	paths[0] = part_path(0);
	paths[1] = part_path(1);
	paths[2] = part_path(0);
	suite_error(dm_dump_open(paths, 3, NULL, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "given twice");

	snprintf(other, sizeof(other), "%s", in_folder("other"));
	rename(part_path(1), other);
	make("kernel page=4K va=48 release=6.1\nram 0x40000000+64M\n" PAGES
	     "format kdump zlib split=2\n");
	paths[1] = other;
	suite_error(dm_dump_open(paths, 2, NULL, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "2 separate dumps");

	paths[0] = make(KERNEL PAGES "format kdump zlib\n");
	suite_error(dm_dump_open(paths, 2, NULL, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "2 separate dumps");
	suite_error(dm_dump_open(paths, 1, &split, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "--split");
	paths[1] = paths[0];
	suite_error(dm_dump_open(paths, 2, &split, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "--split");
	paths[0] = make(KERNEL PAGES "format elf\n");
	paths[1] = other;
	suite_error(dm_dump_open(paths, 2, NULL, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "2 separate dumps");
	suite_error(dm_dump_open(paths, 0, NULL, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "0 files");
}

/* ---- Headers that libkdumpfile does not withstand ---------------------- */

#define HEADER_TIME_USEC 416

/* Guard: microseconds that are a page size make it see a 32-bit header. */
static void test_looks_32bit(void)
{
	static const uint64_t usecs[] = { 4096, 65536, 256, 262144, 512 };
	const char *path;
	struct dm_dump *dump;
	size_t i;

	for (i = 0; i < 5; i++) {
		path = make(KERNEL PAGES "format kdump zlib\n");
		poke(path, HEADER_TIME_USEC, &usecs[i], 8);
		dump = open_good(path);
		CU_ASSERT_EQUAL(dm_dump_info(dump)->time_usec,
				(int64_t)usecs[i]);
		CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "kdump");
		check_vmcoreinfo(dump);
		check_pages(dump);
		dm_dump_close(dump);
	}
}

/* Guard: its parser of VMCOREINFO crashes on a dot in the wrong place. */
static void test_vmcoreinfo_keys(void)
{
	static const char *const keys[] = {
		".UMBER(PHYS_OFFSET)",
		".",
		"A.",
		".A",
		"A..B",
		"PAGESIZE.x",
		"NUMBER(VA_BITS.",
		"SYMBOL(.)",
	};
	struct dm_dump *dump;
	char spec[1024];
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		snprintf(spec, sizeof(spec),
			 KERNEL PAGES "vmcoreinfo set %s=0x40000000\n"
				      "format kdump zlib\n",
			 keys[i]);
		dump = open_good(make(spec));
		check_vmcoreinfo(dump);
		check_pages(dump);
		dm_dump_close(dump);
	}
}

/* Version 3 has VMCOREINFO, but no notes. */
static void test_version_3(void)
{
	const char *path = make(KERNEL PAGES "format kdump zlib\n");
	int32_t version = 3, max_mapnr;
	struct dm_dump *dump;
	const void *notes;
	const char *text;
	size_t size;

	poke(path, 8, &version, 4);
	peek(path, 440, &max_mapnr, 4);
	dump = open_good(path);
	CU_ASSERT_EQUAL(dm_dump_info(dump)->max_mapnr, (uint64_t)max_mapnr);
	suite_no_error(dm_dump_source(dump)->ops->vmcoreinfo(
		dm_dump_source(dump), &text, &size));
	CU_ASSERT_PTR_NOT_NULL(memmem(text, size, "OSRELEASE=", 10));
	suite_no_error(dm_dump_notes(dump, &notes, &size));
	CU_ASSERT_EQUAL(size, 0);
	check_pages(dump);
	dm_dump_close(dump);
}

struct desc {
	uint64_t offset;
	uint32_t size, flags;
	uint64_t page_flags;
};

/* The first descriptor, by the header. */
static off_t first_desc(const char *path)
{
	int32_t numbers[3];

	/* block_size, sub_hdr_size, bitmap_blocks */
	peek(path, 428, numbers, sizeof(numbers));
	return (off_t)numbers[0] * (1 + numbers[1] + numbers[2]);
}

/* Guard: its buffer has the size of a block, its check is for 256 KiB. */
static void test_bad_descriptor(void)
{
	static const uint32_t sizes[] = { 4097,	  70000,      262144,
					  262145, UINT32_MAX, 0 };
	const char *path;
	struct dm_dump *dump;
	struct desc desc;
	size_t i;

	for (i = 0; i < 6; i++) {
		path = make(KERNEL "page 0x40000000 byte=1\n"
				   "page 0x40001000 random=1 90\n"
				   "format kdump zlib\n");
		peek(path, first_desc(path), &desc, sizeof(desc));
		CU_ASSERT_NOT_EQUAL_FATAL(desc.flags, 0);
		desc.size = sizes[i];
		poke(path, first_desc(path), &desc, sizeof(desc));
		dump = open_good(path);
		expect(dump, BASE, 1, BROKEN);
		dm_dump_close(dump);
	}
	/* Data that are nowhere. */
	desc.size = 100;
	desc.offset = UINT64_MAX - 50;
	poke(path, first_desc(path), &desc, sizeof(desc));
	dump = open_good(path);
	expect(dump, BASE, 1, ABSENT);
	dm_dump_close(dump);
	/* A descriptor that was never written. */
	memset(&desc, 0, sizeof(desc));
	poke(path, first_desc(path), &desc, sizeof(desc));
	dump = open_good(path);
	expect(dump, BASE, 1, ABSENT);
	dm_dump_close(dump);
}

/* Every number of the headers, with nonsense in it. */
static void test_bad_headers(void)
{
	static const char *const formats[] = { "kdump zlib", "elf" };
	static const uint64_t values[] = { 0,	       1,	   0x7fffffff,
					   0x80000000, UINT64_MAX, 4097 };
	struct dm_error *err;
	struct dm_dump *dump;
	const char *path;
	char spec[512];
	char head[9000];
	size_t i, j;
	off_t off;

	for (i = 0; i < 2; i++) {
		snprintf(spec, sizeof(spec), KERNEL PAGES "format %s\n",
			 formats[i]);
		path = make(spec);
		peek(path, 0, head, sizeof(head));
		for (off = 0; off < 4300; off += 4) {
			if (off == 480 && !i)
				off = 4096;
			for (j = 0; j < 6; j++) {
				poke(path, off, &values[j], 8);
				err = open_one(&dump, path);
				if (!err) {
					page_state(dump, BASE, 1);
					page_state(dump, BASE + 0x1000000, 2);
					dm_dump_close(dump);
				}
				dm_error_destroy(err);
			}
			poke(path, off, head + off, 8);
		}
	}
}

/* Headers that ask for memory or time for nothing, in large sparse files. */
static void test_greedy_headers(void)
{
	const uint32_t blocks = 0x80000, phdrs = 0xffffffff;
	Elf64_Ehdr ehdr;
	struct dm_dump *dump;
	const char *path;

	path = make(KERNEL PAGES "format kdump zlib\n");
	poke(path, 436, &blocks, 4); /* bitmap_blocks */
	CU_ASSERT_EQUAL(truncate(path, UINT64_C(4) << 30), 0);
	suite_error(open_one(&dump, path), DM_ERROR_BAD_DUMP,
		    "the size of the bitmap");

	path = make(KERNEL PAGES "format elf\n");
	peek(path, 0, &ehdr, sizeof(ehdr));
	ehdr.e_phnum = PN_XNUM;
	ehdr.e_shoff = 1 << 20;
	poke(path, 0, &ehdr, sizeof(ehdr));
	poke(path, (1 << 20) + (off_t)offsetof(Elf64_Shdr, sh_info), &phdrs, 4);
	CU_ASSERT_EQUAL(truncate(path, UINT64_C(300) << 30), 0);
	suite_error(open_one(&dump, path), DM_ERROR_BAD_DUMP,
		    "4294967295 program headers");
}

/* ---- ELF --------------------------------------------------------------- */

struct hand_elf {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr[8];
	char note[256];
	size_t note_size;
};

#define HAND_DATA 65536

static void hand_elf_init(struct hand_elf *elf)
{
	static const char text[] = "OSRELEASE=7\nSYMBOL(swapper_pg_dir)=0\n";
	Elf64_Nhdr nhdr = { 11, sizeof(text) - 1, 0 };

	memset(elf, 0, sizeof(*elf));
	memcpy(elf->ehdr.e_ident, ELFMAG, SELFMAG);
	elf->ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	elf->ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
	elf->ehdr.e_ident[EI_VERSION] = EV_CURRENT;
	elf->ehdr.e_type = ET_CORE;
	elf->ehdr.e_machine = EM_AARCH64;
	elf->ehdr.e_version = EV_CURRENT;
	elf->ehdr.e_phoff = sizeof(elf->ehdr);
	elf->ehdr.e_phentsize = sizeof(Elf64_Phdr);
	elf->ehdr.e_phnum = 1;
	memcpy(elf->note, &nhdr, sizeof(nhdr));
	memcpy(elf->note + 12, "VMCOREINFO", 11);
	memcpy(elf->note + 24, text, sizeof(text) - 1);
	elf->note_size = 24 + sizeof(text) - 1;
	elf->phdr[0].p_type = PT_NOTE;
	elf->phdr[0].p_offset = offsetof(struct hand_elf, note);
	elf->phdr[0].p_filesz = elf->note_size;
}

static void hand_elf_load(struct hand_elf *elf, uint64_t pa, uint64_t pages,
			  uint64_t off)
{
	elf->phdr[elf->ehdr.e_phnum++] = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_paddr = pa,
		.p_offset = HAND_DATA + off * PAGE,
		.p_filesz = pages * PAGE,
		.p_memsz = pages * PAGE,
	};
}

/* Write it; page i of the data is full of byte i. */
static const char *hand_elf_write(const struct hand_elf *elf, int pages)
{
	const char *path = in_folder("hand");
	unsigned char page[PAGE];
	int i;

	unlink(path);
	poke(path, 0, elf, sizeof(*elf));
	for (i = 0; i < pages; i++) {
		memset(page, i, sizeof(page));
		poke(path, HAND_DATA + i * PAGE, page, sizeof(page));
	}
	return path;
}

/*
 * The kernel image a second time, as /proc/vmcore has it. With the RAM segment
 * cut off, libkdumpfile would take zeros from there.
 */
static void test_elf_overlap(void)
{
	struct hand_elf elf;
	struct dm_dump *dump;
	const char *path;

	hand_elf_init(&elf);
	hand_elf_load(&elf, BASE + 4 * PAGE, 2, 44);
	hand_elf_load(&elf, BASE + 8 * PAGE, 1, 30);
	hand_elf_load(&elf, BASE, 16, 40);
	path = hand_elf_write(&elf, 60);
	dump = open_good(path);
	CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "elf");
	expect(dump, BASE, 40, GOOD);
	expect(dump, BASE + 3 * PAGE, 43, GOOD);
	expect(dump, BASE + 4 * PAGE, 44, GOOD);
	expect(dump, BASE + 5 * PAGE, 45, GOOD);
	/* Two say what it is, and not the same. */
	expect(dump, BASE + 8 * PAGE, 0, BROKEN);
	expect(dump, BASE + 15 * PAGE, 55, GOOD);
	dm_dump_close(dump);

	cut(path, HAND_DATA + 42 * PAGE);
	dump = open_good(path);
	CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
	expect(dump, BASE + PAGE, 41, GOOD);
	expect(dump, BASE + 3 * PAGE, 0, ABSENT);
	expect(dump, BASE + 4 * PAGE, 0, ABSENT);
	expect(dump, BASE + 6 * PAGE, 0, ABSENT);
	/* What is cut off contradicts nothing. */
	expect(dump, BASE + 8 * PAGE, 30, GOOD);
	dm_dump_close(dump);
}

/* What the segments of /proc/kcore say, and what they do not mean. */
static void test_kcore(void)
{
	struct hand_elf elf;
	struct dm_dump *dump;

	hand_elf_init(&elf);
	/* The image; page 3 is 0: freed, so not mapped there any more. */
	hand_elf_load(&elf, BASE + 4 * PAGE, 4, 0);
	elf.phdr[elf.ehdr.e_phnum - 1].p_vaddr = 0xffff800080000000;
	/* vmalloc, modules, vmemmap */
	hand_elf_load(&elf, UINT64_MAX, 1ULL << 30, 1);
	hand_elf_load(&elf, UINT64_MAX, 1ULL << 20, 2);
	hand_elf_load(&elf, BASE, 16, 40);
	elf.phdr[elf.ehdr.e_phnum - 1].p_vaddr = 0xffff000000000000;
	dump = open_good(hand_elf_write(&elf, 60));
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "kcore");
	CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
	expect(dump, BASE + 3 * PAGE, 43, GOOD);
	expect(dump, BASE + 4 * PAGE, 44, GOOD);
	expect(dump, BASE + 5 * PAGE, 1, GOOD);
	expect(dump, BASE + 7 * PAGE, 3, GOOD);
	expect(dump, BASE + 8 * PAGE, 48, GOOD);
	expect(dump, 0, 0, ABSENT);
	dm_dump_close(dump);
}

/* Several segments at physical address 0 do not know where they are. */
static void test_elf_zero_paddr(void)
{
	struct hand_elf elf;
	struct dm_dump *dump;

	hand_elf_init(&elf);
	hand_elf_load(&elf, 0, 4, 0);
	hand_elf_load(&elf, 0, 8, 4);
	hand_elf_load(&elf, BASE, 4, 20);
	dump = open_good(hand_elf_write(&elf, 30));
	expect(dump, 0, 0, ABSENT);
	expect(dump, BASE + PAGE, 21, GOOD);
	dm_dump_close(dump);

	hand_elf_init(&elf);
	hand_elf_load(&elf, 0, 4, 5);
	hand_elf_load(&elf, BASE, 4, 20);
	dump = open_good(hand_elf_write(&elf, 30));
	expect(dump, 0, 5, GOOD);
	dm_dump_close(dump);

	hand_elf_init(&elf);
	hand_elf_load(&elf, 0, 4, 5);
	hand_elf_load(&elf, 0, 4, 20);
	suite_error(open_one(&dump, hand_elf_write(&elf, 30)),
		    DM_ERROR_BAD_DUMP, "without physical memory");
}

/* Two segments that meet within a page. */
static void test_elf_unaligned(void)
{
	struct hand_elf elf;
	struct dm_dump *dump;
	unsigned char buf[PAGE];

	hand_elf_init(&elf);
	hand_elf_load(&elf, BASE, 2, 10);
	elf.phdr[1].p_filesz = elf.phdr[1].p_memsz = PAGE + 1000;
	hand_elf_load(&elf, BASE + PAGE + 1000, 1, 20);
	dump = open_good(hand_elf_write(&elf, 30));
	expect(dump, BASE, 10, GOOD);
	suite_no_error(read_at(dump, BASE + PAGE, buf, sizeof(buf)));
	CU_ASSERT_TRUE(filled(buf, 1000, 11));
	CU_ASSERT_TRUE(filled(buf + 1000, PAGE - 1000, 20));
	expect(dump, BASE + 2 * PAGE, 0, ABSENT);
	dm_dump_close(dump);
}

/* ---- Not for us -------------------------------------------------------- */

static void refuse(const void *bytes, size_t size, const char *why)
{
	const char *path = in_folder("odd");
	char zeros[8192] = { 0 };
	struct dm_dump *dump;

	unlink(path);
	poke(path, 0, zeros, sizeof(zeros));
	poke(path, 0, bytes, size);
	suite_error(open_one(&dump, path), DM_ERROR_UNSUPPORTED, why);
}

static void test_packed(void)
{
	refuse("\x1f\x8b\x08", 3, "gzip -dk");
	refuse("\xfd"
	       "7zXZ",
	       6, "xz -dk");
	refuse("\x28\xb5\x2f\xfd", 4, "zstd -d");
	refuse("BZh9", 4, "bzip2 -dk");
	refuse("\x04\x22\x4d\x18", 4, "lz4 -dk");
}

static void test_not_a_dump(void)
{
	struct dm_dump *dump;
	const char *path;

	refuse("hello", 5, "not a dump");
	refuse("DISKDUMP", 8, "diskdump");
	refuse("makedumpfile\0\0\0\0\0\0\0\0\0\0\0\7", 24, "unknown version");
	path = in_folder("empty");
	poke(path, 0, "", 0);
	suite_error(open_one(&dump, path), DM_ERROR_UNSUPPORTED, "empty");
	poke(path, 0, "x", 1);
	suite_error(open_one(&dump, path), DM_ERROR_UNSUPPORTED, "not a dump");
	suite_error(open_one(&dump, folder), DM_ERROR_UNSUPPORTED, "directory");
	suite_error(open_one(&dump, "/dev/null"), DM_ERROR_UNSUPPORTED,
		    "not a file");
	suite_error(open_one(&dump, in_folder("missing")), DM_ERROR_OS,
		    "No such file");
	CU_ASSERT_PTR_NULL(dump);
}

static void test_other_machines(void)
{
	struct hand_elf elf;
	struct dm_dump *dump;

	suite_error(open_one(&dump, make("machine x86_64\n" KERNEL PAGES
					 "format kdump zlib\n")),
		    DM_ERROR_UNSUPPORTED, "x86_64");
	suite_error(open_one(&dump, make("machine x86_64\n" KERNEL PAGES
					 "format elf\n")),
		    DM_ERROR_UNSUPPORTED, "x86-64");
	hand_elf_init(&elf);
	elf.ehdr.e_ident[EI_CLASS] = ELFCLASS32;
	suite_error(open_one(&dump, hand_elf_write(&elf, 1)),
		    DM_ERROR_UNSUPPORTED, "32-bit");
	elf.ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	elf.ehdr.e_ident[EI_DATA] = ELFDATA2MSB;
	suite_error(open_one(&dump, hand_elf_write(&elf, 1)),
		    DM_ERROR_UNSUPPORTED, "big-endian");
	elf.ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
	elf.ehdr.e_type = ET_EXEC;
	suite_error(open_one(&dump, hand_elf_write(&elf, 1)),
		    DM_ERROR_UNSUPPORTED, "vmlinux");
}

/* QEMU does not say which machine; the CPU notes do. */
static void test_unknown_machine(void)
{
	struct dm_dump *dump;
	const char *path;

	path = make("machine Unknown\ncpus 2\n" KERNEL PAGES
		    "format kdump zlib\n");
	dump = open_good(path);
	check_pages(dump);
	dm_dump_close(dump);
}

static void test_no_vmcoreinfo(void)
{
	struct dm_dump *dump;

	suite_error(open_one(&dump, make("no-vmcoreinfo\n" KERNEL PAGES
					 "format kdump zlib\n")),
		    DM_ERROR_BAD_DUMP, "no VMCOREINFO");
	suite_error(open_one(&dump, make("no-vmcoreinfo\n" KERNEL PAGES
					 "format kdump zlib flattened\n")),
		    DM_ERROR_BAD_DUMP, "no VMCOREINFO");
	suite_error(open_one(&dump, make("no-vmcoreinfo\n" KERNEL PAGES
					 "format elf\n")),
		    DM_ERROR_BAD_DUMP, "no VMCOREINFO");
}

/* ---- Economy ----------------------------------------------------------- */

/* Each thread's buffers, and what is counted of the bitmap, are of fixed size. */
static void test_memory(void)
{
	struct dm_dump *dump;
	uint64_t chunk;

	/* 64 GiB, then 16 TiB at the end of which a page is. */
	dump = open_good(make("kernel page=4K va=48\nram 0x40000000+64G\n" PAGES
			      "page 0x103ffff000 byte=4\n"
			      "format kdump zlib\n"));
	CU_ASSERT_EQUAL(((struct kdump_set *)dump->layout)->parts[0].chunk,
			KDUMP_WINDOW);
	check_pages(dump);
	expect(dump, 0x103ffff000, 4, GOOD);
	dm_dump_close(dump);

	dump = open_good(make("kernel page=4K va=48\nram 0x40000000+16T\n" PAGES
			      "page 0x1000000f000 random=1 700\n"
			      "page 0x10003fff000 byte=5\n"
			      "page 0x1003ffff8000 byte=4 8\n"
			      "format kdump zlib\n"));
	chunk = ((struct kdump_set *)dump->layout)->parts[0].chunk;
	CU_ASSERT_TRUE(chunk > KDUMP_WINDOW);
	CU_ASSERT_TRUE(
		((struct kdump_set *)dump->layout)->parts[0].bitmap_size /
			chunk <=
		1 << 17);
	check_pages(dump);
	expect(dump, 0x10003fff000, 5, GOOD);
	expect(dump, 0x10003ffe000, 0, ABSENT);
	expect(dump, 0x1003ffff8000, 4, GOOD);
	expect(dump, 0x1003fffff000, 4, GOOD);
	dm_dump_close(dump);
}

/* What a decoder keeps from page to page does not show in the next. */
static void test_many_pages(void)
{
	static const char *const formats[] = { "zstd", "snappy" };
	static char spec[128 << 10];
	unsigned char buf[PAGE];
	char text[32];
	struct dm_dump *dump;
	size_t at, i, j;

	for (j = 0; j < 2; j++) {
		at = (size_t)snprintf(spec, sizeof(spec),
				      KERNEL "format kdump %s\n", formats[j]);
		for (i = 0; i < 2200; i++)
			at += (size_t)snprintf(spec + at, sizeof(spec) - at,
					       "text 0x40%03zx000 \"%zu\"\n", i,
					       i);
		dump = open_good(make(spec));
		for (i = 0; i < 4400; i++) {
			size_t page = i * 7 % 2200;

			snprintf(text, sizeof(text), "%zu", page);
			suite_no_error(
				read_at(dump, BASE + page * PAGE, buf, PAGE));
			CU_ASSERT_EQUAL(memcmp(buf, text, strlen(text)), 0);
			CU_ASSERT_TRUE(filled(buf + strlen(text), 100, 0));
		}
		dm_dump_close(dump);
	}
}

/* ---- Lent pages, hints and clones --------------------------------------- */

#define SHUFFLED 4096

/* What a source says of one page, as a number. */
static uint64_t said(struct dm_error *err, const void *page, size_t size)
{
	uint64_t hash = 14695981039346656037ULL;
	size_t i;

	if (err) {
		hash = (uint64_t)err->code;
		dm_error_destroy(err);
		return hash;
	}
	for (i = 0; i < size; i++)
		hash = (hash ^ ((const unsigned char *)page)[i]) *
		       1099511628211ULL;
	return hash;
}

static uint64_t say_read(struct dm_source *source, uint64_t pa, size_t size)
{
	unsigned char buf[65536];

	return said(source->ops->read(source, pa, buf, size, DM_CONTENT_TABLE),
		    buf, size);
}

static uint64_t say_page(struct dm_source *source, uint64_t pa, size_t size)
{
	const void *page = NULL;
	struct dm_error *err;
	uint64_t hash;

	err = source->ops->get_page(source, pa, size, DM_CONTENT_TABLE, &page);
	hash = said(err, page, size);
	if (page)
		source->ops->put_page(source, page);
	return hash;
}

/* Pages in an order like that of scattered tables. */
struct pages {
	uint64_t pas[SHUFFLED];
	uint64_t truth[SHUFFLED];
	size_t n, size;
};

static void pages_init(struct pages *pages, struct dm_dump *dump,
		       uint64_t start, size_t n, size_t size)
{
	unsigned int seed = 5;
	size_t i, j;

	pages->n = n;
	pages->size = size;
	for (i = 0; i < n; i++)
		pages->pas[i] = start + i * size;
	for (i = n; i-- > 1;) {
		uint64_t swap = pages->pas[i];

		j = (size_t)rand_r(&seed) % (i + 1);
		pages->pas[i] = pages->pas[j];
		pages->pas[j] = swap;
	}
	for (i = 0; i < n; i++)
		pages->truth[i] =
			say_read(dm_dump_source(dump), pages->pas[i], size);
}

/* Read all with hints of so many; @returns how many are not as they should be. */
static size_t read_hinted(struct dm_source *source, const struct pages *pages,
			  size_t hints)
{
	size_t i, n, wrong = 0;

	for (i = 0; i < pages->n; i++) {
		n = pages->n - i < hints ? pages->n - i : hints;
		if (hints && i % hints == 0)
			source->ops->prefetch(source, pages->pas + i, n,
					      pages->size);
		wrong += say_page(source, pages->pas[i], pages->size) !=
			 pages->truth[i];
	}
	return wrong;
}

struct reading {
	pthread_t thread;
	struct dm_source *source;
	const struct pages *pages;
	size_t hints, wrong;
};

static void *read_in_thread(void *arg)
{
	struct reading *r = arg;

	r->wrong = read_hinted(r->source, r->pages, r->hints);
	return NULL;
}

/* The original and two clones, at the same time. */
static void read_in_threads(struct dm_dump *dump, const struct pages *pages)
{
	struct dm_source *source = dm_dump_source(dump);
	struct reading r[3];
	size_t i;

	for (i = 0; i < 3; i++) {
		r[i] = (struct reading){ .pages = pages, .hints = i * 300 };
		r[i].source = source;
		if (i)
			suite_no_error(
				source->ops->clone(source, &r[i].source));
	}
	for (i = 0; i < 3; i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&r[i].thread, NULL,
						     read_in_thread, &r[i]),
				      0);
	for (i = 0; i < 3; i++) {
		pthread_join(r[i].thread, NULL);
		CU_ASSERT_EQUAL(r[i].wrong, 0);
		if (i)
			source->ops->destroy(r[i].source);
	}
}

/* Pages that are there, that are not, and in a kdump broken ones. */
static void check_lent(const char *kernel, const char *format, size_t size)
{
	static const size_t hints[] = { 0, 1, 7, 512, SHUFFLED };
	bool may_break = !strncmp(format, "kdump", 5);
	static struct pages pages;
	struct dm_dump *dump;
	char spec[1024];
	size_t i, wrong;

	snprintf(spec, sizeof(spec),
		 "%sram 0x40000000+64M\n"
		 "page 0x40000000 byte=1 200\n"
		 "page 0x40300000 random=3 300\n"
		 "page 0x40500000 byte=9 200\n"
		 "text 0x40500010 \"some text\"\n"
		 "text 0x40510010 \"some other text\"\n"
		 "drop page 0x40310000 30\n"
		 "format %s\n%s",
		 kernel, format,
		 may_break ? "corrupt page 0x40520000 data\n"
			     "corrupt page 0x40530000 empty\n"
			   : "");
	dump = open_good(make(spec));
	pages_init(&pages, dump, BASE, (8 << 20) / size, size);
	for (i = 0; i < sizeof(hints) / sizeof(*hints); i++) {
		wrong = read_hinted(dm_dump_source(dump), &pages, hints[i]);
		if (wrong)
			fprintf(stderr, "    %s, %zu hints: %zu differ\n",
				format, hints[i], wrong);
		CU_ASSERT_EQUAL(wrong, 0);
	}
	read_in_threads(dump, &pages);
	dm_dump_close(dump);
}

#define PAGES_OF(size) "kernel page=" size " va=48\n"

static void test_lent(void)
{
	check_lent(PAGES_OF("4K"), "kdump none", 4096);
	check_lent(PAGES_OF("4K"), "kdump zlib", 4096);
	check_lent(PAGES_OF("4K"), "kdump lzo", 4096);
	check_lent(PAGES_OF("4K"), "kdump snappy", 4096);
	check_lent(PAGES_OF("4K"), "kdump zstd", 4096);
	check_lent(PAGES_OF("4K"), "kdump zlib flattened piece=5000 shuffle=3",
		   4096);
	check_lent(PAGES_OF("4K"), "elf", 4096);
	check_lent(PAGES_OF("4K"), "elf chunk=4096 reverse", 4096);
	check_lent(PAGES_OF("4K"), "elf flattened piece=3000 shuffle=1", 4096);
	check_lent(PAGES_OF("4K"), "elf kcore", 4096);
	/* Blocks larger and smaller than pages. */
	check_lent(PAGES_OF("4K"), "kdump zlib block=65536", 4096);
	check_lent(PAGES_OF("16K"), "kdump lzo block=65536", 16384);
	check_lent(PAGES_OF("4K"), "kdump zlib", 16384);
	check_lent(PAGES_OF("4K"), "kdump lzo", 65536);
	check_lent(PAGES_OF("64K"), "kdump zstd", 65536);
	check_lent(PAGES_OF("64K"), "elf", 65536);
}

/* As many as there are slots, each another, and they stay as they are. */
static void test_slots(void)
{
	struct dm_dump *dump = open_good(
		make(KERNEL "page 0x40000000 byte=1\npage 0x40001000 byte=2\n"
			    "page 0x40002000 byte=3\npage 0x40003000 byte=4\n"
			    "page 0x40004000 byte=5\npage 0x40005000 byte=6\n"
			    "page 0x40006000 byte=7\npage 0x40007000 byte=8\n"
			    "format kdump zlib\n"));
	struct dm_source *source = dm_dump_source(dump);
	const void *page[VIEW_SLOTS], *more;
	unsigned int i, round;

	for (round = 0; round < 2; round++) {
		for (i = 0; i < VIEW_SLOTS; i++)
			suite_no_error(source->ops->get_page(
				source, BASE + i * PAGE, PAGE, DM_CONTENT_TABLE,
				&page[i]));
		suite_error(source->ops->get_page(source, BASE, PAGE,
						  DM_CONTENT_TABLE, &more),
			    DM_ERROR_INVALID_ARGUMENT, "lent already");
		for (i = 0; i < VIEW_SLOTS; i++)
			CU_ASSERT_TRUE(
				filled(page[i], PAGE, (unsigned char)(i + 1)));
		for (i = 0; i < VIEW_SLOTS; i++)
			source->ops->put_page(source, page[i]);
	}
	suite_error(source->ops->get_page(source, BASE, 8, DM_CONTENT_TABLE,
					  &more),
		    DM_ERROR_INVALID_ARGUMENT, "no page");
	/* One that is not there leaves no slot lent. */
	for (i = 0; i < 2 * VIEW_SLOTS; i++)
		suite_error(source->ops->get_page(source, BASE - PAGE, PAGE,
						  DM_CONTENT_TABLE, &more),
			    DM_ERROR_ABSENT, "0x3ffff000");
	dm_dump_close(dump);
}

/* The file shrinks after the hint, and after what was read by it. */
static void test_shrink_hinted(void)
{
	static const char *const formats[] = { "kdump none", "kdump zlib",
					       "elf" };
	static struct pages pages;
	struct dm_source *source, *clone;
	char spec[512];
	const char *path;
	struct dm_dump *dump;
	size_t i, j;

	for (i = 0; i < 3; i++) {
		snprintf(spec, sizeof(spec),
			 KERNEL "page 0x41000000 random=2 3000\nformat %s\n",
			 formats[i]);
		path = make(spec);
		dump = open_good(path);
		source = dm_dump_source(dump);
		pages_init(&pages, dump, BASE + 0x1000000, 3000, PAGE);
		suite_no_error(source->ops->clone(source, &clone));
		clone->ops->prefetch(clone, pages.pas, 1000, PAGE);
		source->ops->prefetch(source, pages.pas, 1000, PAGE);
		CU_ASSERT_EQUAL(say_page(source, pages.pas[0], PAGE),
				pages.truth[0]);
		cut(path, 20000);
		for (j = 0; j < 3000; j++) {
			uint64_t now = say_page(source, pages.pas[j], PAGE);

			CU_ASSERT_TRUE(now == DM_ERROR_BROKEN ||
				       now == pages.truth[j]);
			CU_ASSERT_EQUAL(say_page(clone, pages.pas[j], PAGE),
					DM_ERROR_BROKEN);
		}
		CU_ASSERT_EQUAL(say_page(source, pages.pas[2999], PAGE),
				DM_ERROR_BROKEN);
		source->ops->destroy(clone);
		dm_dump_close(dump);
	}
}

static const char *program;

static int open_and_close(const char *path)
{
	struct dm_dump *dump;

	if (open_one(&dump, path))
		return 1;
	dm_dump_close(dump);
	return 0;
}

/* Guard: freeing a context uses memory that is free; let that be overwritten. */
static void test_close(void)
{
	const char *path = make(KERNEL PAGES "format kdump zlib\n");
	pid_t child;
	int status;

	child = fork();
	if (!child) {
		setenv("MALLOC_PERTURB_", "165", 1);
		execl(program, program, path, NULL);
		_exit(2);
	}
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT_EQUAL(status, 0);
}

/* Guard: a file that shrinks while it is open neither kills nor lies. */
static void test_shrink(void)
{
	static const char *const formats[] = { "kdump none", "kdump zlib",
					       "kdump none flattened", "elf" };
	char spec[512];
	const char *path;
	struct dm_dump *dump;
	unsigned int i, j;

	for (i = 0; i < 4; i++) {
		snprintf(spec, sizeof(spec), KERNEL PAGES "format %s\n",
			 formats[i]);
		path = make(spec);
		dump = open_good(path);
		expect(dump, BASE, 1, GOOD);
		cut(path, 20000);
		for (j = 0; j < 100; j++) {
			enum state state = page_state(
				dump, BASE + 0x1000000 + j * PAGE, 2);

			CU_ASSERT_EQUAL(state, BROKEN);
		}
		dm_dump_close(dump);
	}
}

/* ---- Extents ----------------------------------------------------------- */

#define SPACE 256

/* Against an array in which the later one overwrites the earlier. */
static void test_extents(void)
{
	uint64_t truth[SPACE];
	struct extents map;
	unsigned int round, i, n, seed = 1;

	for (round = 0; round < 2000; round++) {
		memset(&map, 0, sizeof(map));
		memset(truth, 0xff, sizeof(truth));
		n = (unsigned int)rand_r(&seed) % 20;
		for (i = 0; i < n; i++) {
			uint64_t start = (uint64_t)rand_r(&seed) % SPACE, j;
			uint64_t size =
				(uint64_t)rand_r(&seed) % (SPACE - start);

			CU_ASSERT_PTR_NULL(
				dm_extents_add(&map, start, size, i * 1000));
			for (j = 0; j < size; j++)
				truth[start + j] = i * 1000 + j;
		}
		CU_ASSERT_PTR_NULL(dm_extents_settle(&map));
		for (i = 0; i < SPACE; i++) {
			const struct extent *e = dm_extents_find(&map, i);
			bool held = e && e->start <= i;

			CU_ASSERT_EQUAL(held, truth[i] != UINT64_MAX);
			if (held)
				CU_ASSERT_EQUAL(e->file + i - e->start,
						truth[i]);
		}
		for (i = 1; i < map.n; i++)
			CU_ASSERT_TRUE(map.v[i - 1].start + map.v[i - 1].size <=
				       map.v[i].start);
		dm_extents_destroy(&map);
	}
}

/* ---- Options, and what is said of a dump without opening it --------------- */

static void test_options(void)
{
	struct {
		struct dm_dump_options known;
		uint64_t from_the_future;
	} larger = { .known.struct_size = sizeof(larger) };
	struct {
		size_t struct_size;
		bool split;
	} small = { sizeof(small), false };
	struct dm_dump_options unset = { .split = true };
	char path[128];
	const char *paths[] = { path };
	struct dm_dump *dump;

	snprintf(path, sizeof(path), "%s", in_folder("vmcore"));
	make(KERNEL PAGES "format kdump zlib\n");
	suite_no_error(dm_dump_open(paths, 1, (const void *)&small, &dump));
	dm_dump_close(dump);
	suite_no_error(dm_dump_open(paths, 1, &larger.known, &dump));
	CU_ASSERT_EQUAL(dm_dump_info(dump)->struct_size,
			sizeof(struct dm_dump_info));
	CU_ASSERT_STRING_EQUAL(dm_dump_about(dump)->path, path);
	CU_ASSERT_STRING_EQUAL(dm_dump_about(dump)->format, "kdump");
	CU_ASSERT_TRUE(dm_dump_about(dump)->complete);
	dm_dump_close(dump);
	larger.from_the_future = 1;
	suite_error(dm_dump_open(paths, 1, &larger.known, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "older than the program");
	CU_ASSERT_PTR_NULL(dump);
	suite_error(dm_dump_open(paths, 1, &unset, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "struct_size");
	suite_error(dm_dump_open(paths, 0, NULL, &dump),
		    DM_ERROR_INVALID_ARGUMENT, "0 files");
}

static void test_part(void)
{
	uint64_t first, last = 0;
	bool is;
	int i;

	make(KERNEL PAGES "format kdump zlib split=3\n");
	for (i = 0; i < 3; i++) {
		suite_no_error(dm_dump_part(part_path(i), &is, &first));
		CU_ASSERT_TRUE(is);
		CU_ASSERT_TRUE(!i || first > last);
		last = first;
	}
	make(KERNEL PAGES "format kdump zlib\n");
	suite_no_error(dm_dump_part(in_folder("vmcore"), &is, &first));
	CU_ASSERT_FALSE(is);
	CU_ASSERT_EQUAL(first, 0);
	make(KERNEL PAGES "format elf\n");
	suite_no_error(dm_dump_part(in_folder("vmcore"), &is, &first));
	CU_ASSERT_FALSE(is);
	suite_error(dm_dump_part(in_folder("none"), &is, &first), DM_ERROR_OS,
		    "none");
	suite_error(dm_dump_part(in_folder("."), &is, &first),
		    DM_ERROR_UNSUPPORTED, "directory");
	/* Address 0 of a process is mapped nowhere. */
	suite_error(dm_dump_part("/proc/self/mem", &is, &first), DM_ERROR_OS,
		    "/proc/self/mem");
}

static void clean_up(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command))
		fprintf(stderr, "%s is left over\n", folder);
}

int main(int argc, char **argv)
{
	CU_TestInfo tests[] = {
		{ "every format", test_formats },
		{ "what the kdump header says", test_kdump_info },
		{ "parts of pages", test_parts_of_pages },
		{ "blocks of 64K", test_large_blocks },
		{ "excluded pages", test_excluded },
		{ "broken pages", test_broken },
		{ "ELF: file size below memory size", test_elf_tail },
		{ "cut off anywhere", test_cut },
		{ "cut off within the headers", test_cut_headers },
		{ "marked incomplete", test_marked_incomplete },
		{ "flattened without its end mark", test_no_end_mark },
		{ "split sets", test_split },
		{ "split sets with parts missing", test_split_missing },
		{ "several files that are no set", test_not_a_set },
		{ "a header like that of 32 bits", test_looks_32bit },
		{ "VMCOREINFO with odd keys", test_vmcoreinfo_keys },
		{ "header version 3", test_version_3 },
		{ "bad descriptors", test_bad_descriptor },
		{ "bad headers", test_bad_headers },
		{ "greedy headers", test_greedy_headers },
		{ "ELF: overlapping segments", test_elf_overlap },
		{ "/proc/kcore", test_kcore },
		{ "ELF: physical address 0", test_elf_zero_paddr },
		{ "ELF: segments within a page", test_elf_unaligned },
		{ "compressed from outside", test_packed },
		{ "not a dump", test_not_a_dump },
		{ "other machines", test_other_machines },
		{ "an unknown machine", test_unknown_machine },
		{ "no VMCOREINFO", test_no_vmcoreinfo },
		{ "memory", test_memory },
		{ "many pages, each its own", test_many_pages },
		{ "lent pages, hints, clones in threads", test_lent },
		{ "slots of lent pages", test_slots },
		{ "a file that shrinks after hints", test_shrink_hinted },
		{ "closing", test_close },
		{ "a file that shrinks", test_shrink },
		{ "extents", test_extents },
		{ "options of other sizes", test_options },
		{ "whether a file is a part", test_part },
		CU_TEST_INFO_NULL,
	};
	int failed;

	/* As test_close() calls it. */
	if (argc == 2)
		return open_and_close(argv[1]);
	program = argv[0];
	if (!mkdtemp(folder)) {
		perror(folder);
		return 1;
	}
	failed = suite_run("dump", tests);
	clean_up();
	return failed;
}
