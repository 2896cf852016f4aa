// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generator's files. Descriptors are given as constants, worked out by hand
 * from the Arm ARM's descriptor formats; where to look for them from the index
 * bits of the address, also by hand.
 */
#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libkdumpfile/kdumpfile.h>

#include "dump/context.h"
#include "gen.h"
#include "suite.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char dir[] = "/tmp/test_gen.XXXXXX";

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int open_file(const char *name)
{
	int fd = open(path_of(name), O_RDONLY);

	CU_ASSERT_FATAL(fd >= 0);
	return fd;
}

static int make(const char *spec)
{
	suite_no_error(gen_dump(spec, path_of("dump")));
	return open_file("dump");
}

/* ---- Reading an ELF file ----------------------------------------------- */

static void read_at(int fd, uint64_t offset, void *buf, size_t size)
{
	CU_ASSERT_EQUAL_FATAL(pread(fd, buf, size, (off_t)offset),
			      (ssize_t)size);
}

static uint64_t get64(int fd, uint64_t offset)
{
	uint64_t value;

	read_at(fd, offset, &value, sizeof(value));
	return le64toh(value);
}

/* false: no PT_LOAD has it. */
static bool find_phys(int fd, uint64_t pa, uint64_t *offset)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	int i;

	read_at(fd, 0, &eh, sizeof(eh));
	for (i = 0; i < eh.e_phnum; i++) {
		read_at(fd, eh.e_phoff + (uint64_t)i * sizeof(ph), &ph,
			sizeof(ph));
		if (ph.p_type != PT_LOAD || pa < ph.p_paddr ||
		    pa - ph.p_paddr >= ph.p_filesz)
			continue;
		*offset = ph.p_offset + (pa - ph.p_paddr);
		return true;
	}
	return false;
}

static uint64_t phys(int fd, uint64_t pa)
{
	uint64_t offset = 0;

	CU_ASSERT_TRUE(find_phys(fd, pa, &offset));
	return get64(fd, offset);
}

static bool has_phys(int fd, uint64_t pa)
{
	uint64_t offset;

	return find_phys(fd, pa, &offset);
}

/* The descriptor at @pa is this one. */
static void expect(int fd, uint64_t pa, uint64_t desc)
{
	uint64_t got = phys(fd, pa);

	if (got != desc)
		fprintf(stderr, "    at 0x%llx: 0x%016llx, not 0x%016llx\n",
			(unsigned long long)pa, (unsigned long long)got,
			(unsigned long long)desc);
	CU_ASSERT_EQUAL(got, desc);
}

/* ---- Descriptors ------------------------------------------------------- */

/* 5 levels; indices of 0xfff0808040201000: 0, 0x101, 1, 1, 1. */
static void test_4k_52(void)
{
	int fd = make("kernel page=4K va=52 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map 0xfff0000000000000 2M 2M\n"
		      "map 0xfff0808040201000 4K pte pa=0xc000012345000\n"
		      "tables at 0x8000044000000\n"
		      "map 0xfffa000000000000 2M pmd pa=0x2000000200000 ro\n");

	expect(fd, 0x42000000, 0x1800000043000403);
	expect(fd, 0x43000000, 0x1800000043001403);
	expect(fd, 0x43001000, 0x1800000043002403);
	expect(fd, 0x43002000, 0x00e8000040000405);
	expect(fd, 0x43002008, 0);
	expect(fd, 0x43000808, 0x1800000043003403);
	expect(fd, 0x43003008, 0x1800000043004403);
	expect(fd, 0x43004008, 0x1800000043005403);
	/* Bits 51:50 of the address in 9:8. */
	expect(fd, 0x43005008, 0x00e8000012345707);
	expect(fd, 0x42000050, 0x1800000044000603);
	expect(fd, 0x8000044000000, 0x1800000044001603);
	expect(fd, 0x8000044001000, 0x1800000044002603);
	expect(fd, 0x8000044002000, 0x00e2000000200485);
	close(fd);
}

/* 4 levels; without LPA2 shareability is in bits 9:8. */
static void test_4k_48(void)
{
	int fd = make("kernel page=4K va=48 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map pa=0x40000000 1G pud\n"
		      "map 0xffff808040200000 64K cont_pte pa=0x40010000\n"
		      "map 0xffff808042000000 32M 32M pa=0x42000000\n");

	expect(fd, 0x42000000, 0x1800000043000403);
	expect(fd, 0x43000000, 0x00e8000040000705);
	expect(fd, 0x42000808, 0x1800000043001403);
	expect(fd, 0x43001008, 0x1800000043002403);
	expect(fd, 0x43002008, 0x1800000043003403);
	expect(fd, 0x43003000, 0x00f8000040010707);
	expect(fd, 0x43003078, 0x00f800004001f707);
	expect(fd, 0x43003080, 0);
	expect(fd, 0x43002080, 0x00f8000042000705);
	expect(fd, 0x430020f8, 0x00f8000043e00705);
	expect(fd, 0x43002100, 0);
	close(fd);
}

/* The walk of 48 bits from the same page; PHYS_OFFSET modulo 2^64. */
static void test_4k_52_48(void)
{
	int fd = make("kernel page=4K va=52/48 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map pa=0x40000000 1G pud\n");

	expect(fd, 0x42000000, 0x1800000043000403);
	expect(fd, 0x43000000, 0x00e8000040000705);
	close(fd);
}

/* 3 levels with 39 bits: the root has the 1G blocks. */
static void test_4k_39(void)
{
	int fd = make("kernel page=4K va=39 swapper=0x42000000\n"
		      "ram 0x80000000+1G\n"
		      "format elf\n"
		      "map 0xffffff8040000000 1G pud pa=0xc0000000\n");

	expect(fd, 0x42000008, 0x00e80000c0000705);
	close(fd);
}

/* 4 levels, the first of 32 entries: 0xfff8… is the 16th. */
static void test_16k_52(void)
{
	int fd = make("kernel page=16K va=52 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map 0xfff8000000000000 2M cont_pte pa=0x4000040000000\n"
		      "map 0xfff8000040000000 1G 1G pa=0x40000000 nc\n");

	expect(fd, 0x42000080, 0x1800000043000403);
	expect(fd, 0x43000000, 0x1800000043004403);
	expect(fd, 0x43004000, 0x1800000043008403);
	expect(fd, 0x43008000, 0x00f8000040000507);
	expect(fd, 0x430083f8, 0x00f80000401fc507);
	expect(fd, 0x43008400, 0);
	expect(fd, 0x43004100, 0x00f8000040000409);
	expect(fd, 0x430041f8, 0x00f800007e000409);
	expect(fd, 0x43004200, 0);
	close(fd);
}

static void test_16k_47(void)
{
	int fd = make("kernel page=16K va=52/47 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map pa=0x40000000 32M 32M\n");

	expect(fd, 0x42000000, 0x1800000043000403);
	expect(fd, 0x43000000, 0x00e8000040000705);
	close(fd);
	fd = make("kernel page=16K va=36 swapper=0x42000000\n"
		  "ram 0x40000000+1G\n"
		  "format elf\n"
		  "map 0xfffffff002000000 32M pmd pa=0x42000000\n");
	expect(fd, 0x42000008, 0x00e8000042000705);
	close(fd);
}

/* Address bits 51:48 in 15:12. */
static void test_64k(void)
{
	int fd = make("kernel page=64K va=52 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map 0xfff0000000000000 512M 512M pa=0xf000040000000\n"
		      "tables at 0xa000043010000\n"
		      "map 0xfff0000020000000 2M 2M pa=0x5123440000000\n");

	expect(fd, 0x42000000, 0x1800000043000403);
	expect(fd, 0x43000000, 0x00e800004000f705);
	expect(fd, 0x43000008, 0x180000004301a403);
	expect(fd, 0xa000043010000, 0x00f8123440005707);
	expect(fd, 0xa0000430100f8, 0x00f81234401f5707);
	close(fd);
	fd = make("kernel page=64K va=42 swapper=0x42000000\n"
		  "ram 0x40000000+1G\n"
		  "format elf\n"
		  "map 0xfffffc0020000000 512M pmd pa=0x60000000\n");
	expect(fd, 0x42000008, 0x00e8000060000705);
	close(fd);
}

/* 48 bits in use: entries from 960 on of a table of 1024. */
static void test_64k_52_48(void)
{
	int fd = make("kernel page=64K va=52/48 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map pa=0x40000000 512M 512M\n"
		      "map 0xffff040000000000 64K 64K pa=0x40000000\n");

	expect(fd, 0x42000000, 0);
	expect(fd, 0x42001e00, 0x1800000043000403);
	expect(fd, 0x43000000, 0x00e8000040000705);
	expect(fd, 0x42001e08, 0x1800000043010403);
	close(fd);
}

static void test_attributes(void)
{
	int fd = make("kernel page=4K va=52 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map lm 2M 2M invalid\n"
		      "map lm+2M 2M 2M invalid-nomark\n"
		      "map lm+4M 2M 2M ro x\n"
		      "map lm+6M 2M 2M normal ng gp nodirty nouxn user\n"
		      "map lm+8M 2M 2M ro dbm device noaf\n"
		      "map lm+10M 2M 2M attr=0x401 set=0x4 unset=0x400\n"
		      "map lm+12M 64K cont_pte invalid\n"
		      "map lm+14M 2M 2M po5\n"
		      "map lm+16M 2M 2M po7 po1\n");

	expect(fd, 0x43002000, 0x00e8000040000c04);
	expect(fd, 0x43002008, 0x00e8000040200404);
	expect(fd, 0x43002010, 0x00c0000040400485);
	expect(fd, 0x43002018, 0x002c000040600c41);
	expect(fd, 0x43002020, 0x00e8000040800091);
	expect(fd, 0x43002028, 0x0000000040a00005);
	expect(fd, 0x43003000, 0x00f8000040c00c06);
	expect(fd, 0x43002038, 0x50e8000040e00405);
	expect(fd, 0x43002040, 0x10e8000041000405);
	close(fd);
}

/* As the kernel does: in two, the rest as large as can be. */
static void test_split(void)
{
	int fd = make("kernel page=4K va=52 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map pa=0x40000000 1G pud\n"
		      "protect pa=0x40210000 4K ro\n"
		      "split pa=0x44000000 pmd\n");

	expect(fd, 0x43001000, 0x1800000043002403);
	/* The group of 16 pmds that has the page, and the two next. */
	expect(fd, 0x43002000, 0x00e8000040000405);
	expect(fd, 0x43002008, 0x1800000043003403);
	expect(fd, 0x43002078, 0x00e8000041e00405);
	expect(fd, 0x43002080, 0x00f8000042000405);
	expect(fd, 0x43002100, 0x00e8000044000405);
	expect(fd, 0x43002180, 0x00f8000046000405);
	/* Its group of 16 ptes. */
	expect(fd, 0x43003000, 0x00f8000040200407);
	expect(fd, 0x43003080, 0x00e0000040210487);
	expect(fd, 0x43003088, 0x00e8000040211407);
	expect(fd, 0x43003100, 0x00f8000040220407);
	close(fd);
}

static void test_entries(void)
{
	int fd = make("kernel page=4K va=48 swapper=0x42000000\n"
		      "ram 0x40000000+1G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map lm 2M 4K\n"
		      "clear pte lm+4K 2\n"
		      "set bits 3 lm+12K 0xf000000000000000\n"
		      "clear bits pte lm+16K 1\n"
		      "entry pmd lm+2M = 0xdead_beef\n"
		      "alias pmd lm+4M lm\n"
		      "self pud lm+1G\n"
		      "self pgd lm+512G\n"
		      "tables bits=0\n"
		      "map lm+6M 2M pte\n");

	expect(fd, 0x43002000, 0x00e8000040000707);
	expect(fd, 0x43002008, 0);
	expect(fd, 0x43002010, 0);
	expect(fd, 0x43002018, 0xf0e8000040003707);
	expect(fd, 0x43002020, 0x00e8000040004706);
	expect(fd, 0x43001008, 0xdeadbeef);
	expect(fd, 0x43001010, 0x1800000043002403);
	expect(fd, 0x43000008, 0x1800000043000403);
	expect(fd, 0x42000008, 0x1800000042000403);
	expect(fd, 0x43001018, 0x0000000043003003);
	close(fd);
}

/* The largest leaves that fit. */
static void test_auto(void)
{
	int fd = make("kernel page=4K va=52 swapper=0x42000000\n"
		      "ram 0x40000000+4G\n"
		      "format elf\n"
		      "tables at 0x43000000\n"
		      "map pa=0x7fdff000 1G+2M+68K auto\n");

	/* 4K, 2M, 1G, 64K */
	expect(fd, 0x43003ff8, 0x00e800007fdff407);
	expect(fd, 0x43002ff8, 0x00e800007fe00405);
	expect(fd, 0x43001008, 0x00e8000080000405);
	expect(fd, 0x43005000, 0x00f80000c0000407);
	expect(fd, 0x43005080, 0);
	close(fd);
	fd = make("kernel page=4K va=52 swapper=0x42000000\n"
		  "ram 0x40000000+4G\n"
		  "format elf\n"
		  "tables at 0x43000000\n"
		  "map pa=0x80000000 1G auto max=2M\n");
	expect(fd, 0x43002000, 0x00e8000080000405);
	close(fd);
}

/* ---- Where tables lie -------------------------------------------------- */

static void test_pool(void)
{
	/* Not where swapper or a page is; then in the next RAM. */
	int fd = make("kernel page=4K va=48 swapper=0x40000000\n"
		      "ram 0x40000000+76K 0x80000000+1M\n"
		      "format elf\n"
		      "page 0x40010000 byte=0xaa\n"
		      "map lm 4K 4K\n");

	expect(fd, 0x40000000, 0x1800000040011403);
	expect(fd, 0x40011000, 0x1800000040012403);
	expect(fd, 0x40012000, 0x1800000080000403);
	expect(fd, 0x80000000, 0x00e8000040000707);
	expect(fd, 0x40010000, 0xaaaaaaaaaaaaaaaa);
	close(fd);
	suite_error(gen_dump("kernel va=48\nram 0x40000000+128K\n"
			     "map lm 1G 4K\n",
			     path_of("dump")),
		    DM_ERROR_INVALID_ARGUMENT, "line 3: no RAM left");
}

static void test_scatter(void)
{
	static const char spec[] = "kernel va=48 swapper=0x42000000\n"
				   "ram 0x40000000+64M\nformat elf tight\n"
				   "tables scatter %d\nmap lm 4K 4K\n";
	uint64_t roots[2];
	char text[256];
	int i, fd;

	for (i = 0; i < 2; i++) {
		snprintf(text, sizeof(text), spec, i);
		fd = make(text);
		roots[i] = phys(fd, 0x42000000);
		CU_ASSERT_EQUAL(roots[i] & 0xffffff0000000fff,
				0x1800000000000403);
		CU_ASSERT_TRUE(has_phys(fd, roots[i] & 0xfffff000));
		CU_ASSERT_FALSE(has_phys(fd, 0x40000000));
		close(fd);
	}
	CU_ASSERT_NOT_EQUAL(roots[0], roots[1]);
}

/* ---- Pages of the dump ------------------------------------------------- */

static void test_drop_elf(void)
{
	int fd = make("kernel va=48 swapper=0x42000000\nram 0x40000000+64M\n"
		      "format elf\ntables at 0x43000000\nmap lm 4K 4K\n"
		      "text 0x41000ffc \"Linux\"\n"
		      "drop page 0x40000000\n"
		      "drop page 0x40002000 2\ndrop table pte lm\n");

	CU_ASSERT_FALSE(has_phys(fd, 0x40000000));
	CU_ASSERT_TRUE(has_phys(fd, 0x40001ff8));
	CU_ASSERT_FALSE(has_phys(fd, 0x40002000));
	CU_ASSERT_FALSE(has_phys(fd, 0x40003ff8));
	CU_ASSERT_TRUE(has_phys(fd, 0x40004000));
	CU_ASSERT_TRUE(has_phys(fd, 0x43001000));
	CU_ASSERT_FALSE(has_phys(fd, 0x43002000));
	CU_ASSERT_TRUE(has_phys(fd, 0x43ffff00));
	CU_ASSERT_FALSE(has_phys(fd, 0x44000000));
	expect(fd, 0x41000ff8, 0x756e694c00000000); /* "Linu", "x" */
	expect(fd, 0x41001000, 'x');
	close(fd);
}

static kdump_ctx_t *open_kdump(unsigned int count, const int *fds)
{
	kdump_ctx_t *ctx = kdump_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(ctx);
	kdump_set_number_attr(ctx, "cache.size", 32);
	if (kdump_open_fdset(ctx, count, fds) != KDUMP_OK)
		CU_FAIL(kdump_get_err(ctx));
	kdump_set_string_attr(ctx, KDUMP_ATTR_OSTYPE, "linux");
	return ctx;
}

static bool is_dumped(kdump_ctx_t *ctx, uint64_t pfn)
{
	kdump_attr_t attr = { .type = KDUMP_BITMAP };
	uint8_t bits[1] = { 0 };

	kdump_get_typed_attr(ctx, KDUMP_ATTR_FILE_PAGEMAP, &attr);
	kdump_bmp_get_bits(attr.val.bitmap, pfn, pfn, bits);
	return bits[0] & 1;
}

static kdump_status read_kdump(kdump_ctx_t *ctx, uint64_t pa, uint64_t *value)
{
	size_t size = sizeof(*value);

	return kdump_read(ctx, KDUMP_MACHPHYSADDR, pa, value, &size);
}

static void check_kdump(const char *words)
{
	kdump_ctx_t *ctx;
	char spec[512];
	uint64_t value;
	int fd;

	snprintf(spec, sizeof(spec),
		 "kernel va=48 swapper=0x42000000\nram 0x40000000+64M\n"
		 "format kdump %s\ntables at 0x43000000\nmap lm 4K 4K\n"
		 "page 0x41000000 byte=7\npage 0x41001000 random=1\n"
		 "drop table pte lm\n",
		 words);
	fd = make(spec);
	ctx = open_kdump(1, &fd);
	CU_ASSERT_TRUE(is_dumped(ctx, 0x42000));
	CU_ASSERT_FALSE(is_dumped(ctx, 0x43002));
	CU_ASSERT_FALSE(is_dumped(ctx, 0x40000));
	CU_ASSERT_EQUAL(read_kdump(ctx, 0x42000000, &value), KDUMP_OK);
	CU_ASSERT_EQUAL(value, 0x1800000043000403);
	CU_ASSERT_EQUAL(read_kdump(ctx, 0x41000000, &value), KDUMP_OK);
	CU_ASSERT_EQUAL(value, 0x0707070707070707);
	CU_ASSERT_EQUAL(read_kdump(ctx, 0x41001000, &value), KDUMP_OK);
	CU_ASSERT_NOT_EQUAL(value, 0);
	dm_context_free(ctx);
	close(fd);
}

static void test_kdump(void)
{
	check_kdump("none");
	check_kdump("zlib");
	check_kdump("lzo");
	check_kdump("snappy");
	check_kdump("zstd");
}

static void test_block(void)
{
	int fd = make("kernel va=48 swapper=0x42003000\nram 0x40000000+64M\n"
		      "format kdump lzo qemu\ntables at 0x42005000\n"
		      "map lm 4K 4K\nfill zero\ndrop page 0x43001000\n");
	kdump_ctx_t *ctx = open_kdump(1, &fd);
	uint64_t value;

	/* Without names it does not know the machine. */
	kdump_set_number_attr(ctx, KDUMP_ATTR_PAGE_SIZE, 65536);
	CU_ASSERT_TRUE(is_dumped(ctx, 0x4000));
	CU_ASSERT_TRUE(is_dumped(ctx, 0x4200));
	CU_ASSERT_FALSE(is_dumped(ctx, 0x4300));
	CU_ASSERT_TRUE(is_dumped(ctx, 0x43ff));
	CU_ASSERT_FALSE(is_dumped(ctx, 0x4400));
	read_kdump(ctx, 0x42003000, &value);
	CU_ASSERT_EQUAL(value, 0x1800000042005403);
	read_kdump(ctx, 0x42005000, &value);
	CU_ASSERT_EQUAL(value, 0x1800000042006403);
	dm_context_free(ctx);
	close(fd);
}

/* Each kind of damage is noticed, and only on that page. */
static void test_corrupt(void)
{
	static const char *const hows[] = { "",	   "data",  "empty",
					    "cut", "short", "flags" };
	static const char *const packings[] = { "zlib", "lzo", "snappy",
						"zstd" };
	size_t i, p;

	for (i = 0; i < COUNT(hows); i++) {
		for (p = 0; p < COUNT(packings); p++) {
			kdump_ctx_t *ctx;
			char spec[512];
			uint64_t value;
			int fd;

			snprintf(spec, sizeof(spec),
				 "kernel va=48 swapper=0x42000000\n"
				 "ram 0x40000000+64M\nformat kdump %s\n"
				 "map lm 64K 4K\ncorrupt table pte lm %s\n",
				 packings[p], hows[i]);
			fd = make(spec);
			ctx = open_kdump(1, &fd);
			CU_ASSERT_EQUAL(read_kdump(ctx, 0x42000000, &value),
					KDUMP_OK);
			CU_ASSERT_NOT_EQUAL(read_kdump(ctx, 0x42012000, &value),
					    KDUMP_OK);
			dm_context_free(ctx);
			close(fd);
		}
	}
}

static void test_set(void)
{
	kdump_ctx_t *ctx;
	uint64_t value;
	int fds[3], i;

	suite_no_error(gen_dump("kernel va=48 swapper=0x42000000\n"
				"ram 0x40000000+64M\nmap lm 16M 4K\n"
				"tables at 0x43000000\n"
				"format kdump zlib split=3\n",
				path_of("set")));
	for (i = 0; i < 3; i++) {
		char name[16];

		snprintf(name, sizeof(name), "set.%d", i);
		fds[i] = open_file(name);
	}
	ctx = open_kdump(3, fds);
	CU_ASSERT_EQUAL(read_kdump(ctx, 0x42000000, &value), KDUMP_OK);
	CU_ASSERT_EQUAL(value, 0x1800000042010403);
	/* The last table of eight, after those of the upper levels. */
	CU_ASSERT_EQUAL(read_kdump(ctx, 0x42019ff8, &value), KDUMP_OK);
	CU_ASSERT_EQUAL(value, 0x00e8000040fff707);
	dm_context_free(ctx);
	for (i = 0; i < 3; i++)
		close(fds[i]);
}

/* ---- Files ------------------------------------------------------------- */

static bool same_files(const char *a, const char *b)
{
	char command[128];

	snprintf(command, sizeof(command), "cd %s && cmp -s %s %s", dir, a, b);
	return system(command) == 0;
}

/* Records put where they belong; @returns how many there were. */
static int put_together(int in, int out)
{
	uint64_t pos = 4096, head[2];
	static uint8_t buf[1 << 20];
	int count = 0;

	for (;; count++) {
		read_at(in, pos, head, sizeof(head));
		if (head[0] == UINT64_MAX)
			break;
		CU_ASSERT_FATAL(be64toh(head[1]) <= sizeof(buf));
		read_at(in, pos + 16, buf, be64toh(head[1]));
		CU_ASSERT_EQUAL(pwrite(out, buf, be64toh(head[1]),
				       (off_t)be64toh(head[0])),
				(ssize_t)be64toh(head[1]));
		pos += 16 + be64toh(head[1]);
	}
	CU_ASSERT_EQUAL(head[1], UINT64_MAX);
	return count;
}

static void check_flattened(const char *format, const char *words, int least)
{
	static const char spec[] = "kernel va=48 swapper=0x42000000\n"
				   "ram 0x40000000+64M\nmap lm 16M 4K\n"
				   "page 0x40000000 random=1 100\n"
				   "format %s %s\n";
	char text[512], head[32];
	int in, out;

	snprintf(text, sizeof(text), spec, format, "");
	suite_no_error(gen_dump(text, path_of("plain")));
	snprintf(text, sizeof(text), spec, format, words);
	in = make(text);
	read_at(in, 0, head, sizeof(head));
	CU_ASSERT(!memcmp(head,
			  "makedumpfile\0\0\0\0\0\0\0\0\0\0\0\1"
			  "\0\0\0\0\0\0\0\1",
			  32));
	out = open(path_of("together"), O_RDWR | O_CREAT | O_TRUNC, 0600);
	CU_ASSERT(put_together(in, out) >= least);
	close(in);
	close(out);
	CU_ASSERT(same_files("plain", "together"));
	CU_ASSERT(access(path_of("dump.plain"), F_OK));
}

static void test_flattened(void)
{
	check_flattened("kdump zlib", "flattened", 5);
	check_flattened("kdump lzo", "flattened piece=5000 shuffle=7", 50);
	check_flattened("kdump none", "flattened overlap piece=1M", 2);
	check_flattened("elf", "flattened overlap shuffle=1", 5);
}

static void test_vmcoreinfo(void)
{
	static const char *const lines[] = {
		"OSRELEASE=6.1.2\n",
		"\nPAGESIZE=65536\n",
		"\nSYMBOL(swapper_pg_dir)=ffffc00082000000\n",
		"\nNUMBER(VA_BITS)=52\n",
		"\nNUMBER(TCR_EL1_T1SZ)=0x10\n",
		"\nNUMBER(PHYS_OFFSET)=0xfff1000040000000\n",
		"\nNUMBER(kimage_voffset)=0xffffc00040000000\n",
		"\nKERNELOFFSET=123\n",
		"\nNEW=1\n",
	};
	int fd = make("kernel page=64K va=52/48 release=6.1.2\n"
		      "kernel swapper=0x42000000 kaslr=0x123\n"
		      "kernel kimage_voffset=0xffffc00040000000\n"
		      "ram 0x40000000+1G\n"
		      "vmcoreinfo set NEW=1\nvmcoreinfo drop SYMBOL(_stext)\n"
		      "vmcoreinfo set NUMBER(PG_lru)=77\n");
	kdump_ctx_t *ctx = open_kdump(1, &fd);
	char *text = NULL;
	size_t i;

	CU_ASSERT_EQUAL_FATAL(kdump_vmcoreinfo_raw(ctx, &text), KDUMP_OK);
	for (i = 0; i < COUNT(lines); i++)
		CU_ASSERT_PTR_NOT_NULL(strstr(text, lines[i]));
	CU_ASSERT_PTR_NULL(strstr(text, "SYMBOL(_stext)"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\nNUMBER(PG_lru)=77\n"));
	free(text);
	dm_context_free(ctx);
	close(fd);
}

/* As Debian's 7.3 kernels printed it, with 48 and with 52 bits in use. */
static void test_layout(void)
{
	int fd = make("kernel va=52/48\nram 0x40000000+2G\n");
	kdump_ctx_t *ctx = open_kdump(1, &fd);
	char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(kdump_vmcoreinfo_raw(ctx, &text), KDUMP_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "SYMBOL(vmemmap)="
					    "fffffdffbf000000\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "NUMBER(VMALLOC_START)="
					    "0xffff800080000000\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "NUMBER(VMALLOC_END)="
					    "0xfffffdffbf800000\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "NUMBER(VMEMMAP_START)="
					    "0xffffc1ffc0000000\n"));
	free(text);
	dm_context_free(ctx);
	close(fd);
	fd = make("kernel page=16K va=52\nram 0x40000000+2G\n");
	ctx = open_kdump(1, &fd);
	CU_ASSERT_EQUAL_FATAL(kdump_vmcoreinfo_raw(ctx, &text), KDUMP_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "SYMBOL(vmemmap)="
					    "fffff03fbfc00000\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "NUMBER(VMALLOC_END)="
					    "0xfffff03fbf800000\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "NUMBER(MODULES_VADDR)="
					    "0xffffc00000000000\n"));
	free(text);
	dm_context_free(ctx);
	close(fd);
}

static void test_elf_words(void)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	int fd = make("kernel va=48\nram 0x40000000+16M 0x80000000+16M\n"
		      "machine x86_64\nincomplete\nno-vmcoreinfo\n"
		      "format elf reverse chunk=8M vaddr=zero "
		      "filesz-short=4097 phoff=0x1000\n");

	read_at(fd, 0, &eh, sizeof(eh));
	CU_ASSERT_EQUAL(eh.e_machine, EM_X86_64);
	CU_ASSERT_EQUAL(eh.e_flags, 1);
	CU_ASSERT_EQUAL(eh.e_phoff, 0x1000);
	CU_ASSERT_EQUAL(eh.e_phnum, 5);
	read_at(fd, 0x1000, &ph, sizeof(ph));
	CU_ASSERT_EQUAL(ph.p_type, PT_NOTE);
	CU_ASSERT_EQUAL(ph.p_filesz, 2 * 412);
	read_at(fd, 0x1000 + 56, &ph, sizeof(ph));
	CU_ASSERT_EQUAL(ph.p_paddr, 0x80800000);
	CU_ASSERT_EQUAL(ph.p_vaddr, 0);
	CU_ASSERT_EQUAL(ph.p_memsz, 0x800000);
	CU_ASSERT_EQUAL(ph.p_filesz, 0x800000 - 4097);
	close(fd);
}

/* More PT_LOADs than e_phnum can say. */
static void test_many_segments(void)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	int fd = make("kernel va=48 swapper=0x42000000\n"
		      "ram 0x40000000+300M\nformat elf chunk=4K\n"
		      "map lm 4K 4K\n");

	read_at(fd, 0, &eh, sizeof(eh));
	CU_ASSERT_EQUAL(eh.e_phnum, PN_XNUM);
	read_at(fd, eh.e_shoff, &sh, sizeof(sh));
	CU_ASSERT_EQUAL(sh.sh_info, 76801);
	close(fd);
}

static void test_kcore(void)
{
	static const struct {
		uint64_t va, pa, size;
	} want[] = {
		{ 0xffff800080000000, UINT64_MAX, 0x41ff3f800000 },
		{ 0xffff800000000000, UINT64_MAX, 0x80000000 },
		{ 0xfff0000000000000, 0x40000000, 0x4000000 },
		{ 0xfff0000040000000, 0x80000000, 0x4000000 },
		{ 0xffffc1ffc0000000, UINT64_MAX, 0x100000 },
	};
	int fd = make("kernel va=52 swapper=0x42000000\n"
		      "ram 0x40000000+64M 0x80000000+64M\nmap lm 4K 4K\n"
		      "format elf kcore\n");
	Elf64_Phdr ph;
	size_t i;

	for (i = 0; i < COUNT(want); i++) {
		read_at(fd, 64 + 56 * (i + 1), &ph, sizeof(ph));
		CU_ASSERT_EQUAL(ph.p_vaddr, want[i].va);
		CU_ASSERT_EQUAL(ph.p_paddr, want[i].pa);
		CU_ASSERT_EQUAL(ph.p_filesz, want[i].size);
		CU_ASSERT_EQUAL(ph.p_memsz, want[i].size);
		/* kc_vaddr_to_offset() */
		CU_ASSERT_EQUAL(ph.p_offset,
				want[i].va - 0xfff0000000000000 + 0x1000);
	}
	expect(fd, 0x42000000, 0x1800000042010403);
	close(fd);
}

static void test_cut(void)
{
	struct stat whole, cut;
	int fd = make("ram 1G+64M\n");

	CU_ASSERT_EQUAL(fstat(fd, &whole), 0);
	close(fd);
	fd = make("ram 1G+64M\ntruncate 50%\n");
	CU_ASSERT_EQUAL(fstat(fd, &cut), 0);
	CU_ASSERT_EQUAL(cut.st_size, whole.st_size / 2);
	close(fd);
	fd = make("ram 1G+64M\ntruncate 5000\npoke 4 2 = 0x4241\nincomplete\n");
	CU_ASSERT_EQUAL(fstat(fd, &cut), 0);
	CU_ASSERT_EQUAL(cut.st_size, 5000);
	CU_ASSERT_EQUAL(get64(fd, 0), 0x202042414d55444b);
	CU_ASSERT_EQUAL(get64(fd, 424) & 0xffffffff, 9); /* status */
	close(fd);
}

/* 32,768 tables: what a bench does, small enough for a test. */
static void test_big_map(void)
{
	int fd = make("kernel va=48\nram 1G+65G\nmap lm 64G 4K\n"
		      "format kdump lzo\n");
	struct stat st;

	CU_ASSERT_EQUAL(fstat(fd, &st), 0);
	CU_ASSERT(st.st_size > 32768 * 1000);
	close(fd);
}

static void test_errors(void)
{
	static const struct {
		const char *spec, *message;
	} cases[] = {
		{ "what 1", "line 1: 'what': no such command" },
		{ "ram 1G+1G\n\nkernel page=8K", "line 3: 'page=8K'" },
		{ "kernel va=53", "line 1: 'va=53'" },
		{ "kernel va=48/52\nmap lm 4K 4K", "line 2: no kernel has" },
		{ "kernel nonsense", "line 1: 'nonsense'" },
		{ "ram 1G", "line 1: '1G'" },
		{ "ram 1G-1M", "line 1: '1G-1M'" },
		{ "ram 1G+2K", "line 1: '1G+2K'" },
		{ "ram 1G+x", "line 1: 'x'" },
		{ "fill one", "line 1: 'one'" },
		{ "ram", "line 1: 'ram': something is missing" },
		{ "incomplete now", "line 1: 'now': too much" },
		{ "map lm 4K 4K red", "line 1: 'red'" },
		{ "map lm 4K 3K", "line 1: '3K': not a leaf" },
		{ "map lm 4K 2M", "line 1: '2M': VA, PA and size" },
		{ "map 0x1000 4K 4K", "line 1: 0x1000 is no kernel address" },
		{ "ram 1G+1G\nmap lm 4K 4K pa=0x10000000000000",
		  "line 2: physical address 0x10000000000000 does not fit" },
		{ "kernel va=48\nram 1G+1G\nmap lm 4K 4K pa=0x1000000000000",
		  "line 3: physical" },
		{ "ram 1G+1G\nmap lm 2M 2M\nmap lm 4K 4K",
		  "line 3: a level 2 leaf is in the way" },
		{ "ram 1G+1G\nmap lm 4K 4K\nmap lm 2M 2M",
		  "line 3: a table is in the way" },
		{ "kernel va=39\nram 1G+1G\nmap lm 512G p4d pa=0",
		  "line 3: 'p4d': there is no such level" },
		{ "kernel page=64K\nmap lm 512M 1G", "line 2: '1G'" },
		{ "ram 1G+1G\nentry 4 lm = 0", "line 2: '4': not a level" },
		{ "ram 1G+1G\nentry pte lm 5 6", "line 2: '5': not '='" },
		{ "clear pte lm", "line 1: no level 3 table" },
		{ "ram 1G+1G\nsplit lm pte", "line 2: nothing is mapped" },
		{ "ram 1G+1G\nprotect lm 4K ro", "line 2: nothing is mapped" },
		{ "set bit pte lm 1", "line 1: 'bit'" },
		{ "drop everything 0", "line 1: 'everything'" },
		{ "corrupt page 0 badly", "line 1: 'badly'" },
		{ "page 0 full", "line 1: 'full'" },
		{ "tables here", "line 1: 'here'" },
		{ "format gzip", "line 1: 'gzip'" },
		{ "format block=5000", "line 1: 'block=5000'" },
		{ "vmcoreinfo drop NO\n\n", "line 1: 'NO': VMCOREINFO has no" },
		{ "vmcoreinfo set NO", "line 1: 'NO'" },
		{ "vmcoreinfo lose NO", "line 1: 'lose'" },
		{ "poke 0 9 = 1", "line 1: '9'" },
		{ "format elf split=2", "for kdump" },
		{ "format kdump kcore", "for elf" },
		{ "format kdump piece=4K", "for flattened" },
		{ "format elf\ncorrupt page 0", "corrupt is for kdump" },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++)
		suite_error(gen_dump(cases[i].spec, path_of("error")),
			    DM_ERROR_INVALID_ARGUMENT, cases[i].message);
	CU_ASSERT(access(path_of("error"), F_OK));
	suite_error(gen_dump("ram 1G+1M", "/nonexistent/x"), DM_ERROR_OS,
		    "/nonexistent/x: No such file");
}

/* Comments, empty lines, and a set of facts in any order. */
static void test_lines(void)
{
	int fd = make("# a comment\n\n  \t\nformat elf tight # more\r\n"
		      "kernel swapper=1G\nram 0x4000_0000+64M\n"
		      "text swapper+4K \"a # b\"\n");

	expect(fd, 0x40001000, 0x0000006220232061);
	close(fd);
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "4K pages, 52 bits", test_4k_52 },
		{ "4K pages, 48 bits", test_4k_48 },
		{ "4K pages, 52 bits run with 48", test_4k_52_48 },
		{ "4K pages, 39 bits", test_4k_39 },
		{ "16K pages, 52 bits", test_16k_52 },
		{ "16K pages, 47 and 36 bits", test_16k_47 },
		{ "64K pages, 52 and 42 bits", test_64k },
		{ "64K pages, 52 bits run with 48", test_64k_52_48 },
		{ "attributes", test_attributes },
		{ "splitting", test_split },
		{ "single entries", test_entries },
		{ "largest leaves", test_auto },
		{ "places of tables", test_pool },
		{ "scattered tables", test_scatter },
		{ "dropped pages, ELF", test_drop_elf },
		{ "kdump, each compression", test_kdump },
		{ "kdump as QEMU makes it", test_block },
		{ "damaged pages", test_corrupt },
		{ "split set", test_set },
		{ "flattened", test_flattened },
		{ "VMCOREINFO", test_vmcoreinfo },
		{ "kernel's address space", test_layout },
		{ "words of ELF", test_elf_words },
		{ "many segments", test_many_segments },
		{ "kcore", test_kcore },
		{ "cut and changed files", test_cut },
		{ "64 GiB of pages", test_big_map },
		{ "mistakes", test_errors },
		{ "lines", test_lines },
		CU_TEST_INFO_NULL,
	};
	char command[64];
	int failed;

	if (!mkdtemp(dir)) {
		perror(dir);
		return 1;
	}
	failed = suite_run("generator", tests);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) || failed;
}
