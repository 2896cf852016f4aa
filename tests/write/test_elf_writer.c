// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the ELF writer wrote is read back by kdump-triage's own reader and by
 * libkdumpfile, and its headers are looked at one by one.
 */
#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libkdumpfile/kdumpfile.h>

#include "dump/context.h"
#include "directmap/dump.h"
#include "write/elf_writer.h"
#include "write/kdump_writer.h"
#include "suite.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char dir[] = "/tmp/test_elf_writer.XXXXXX";

/* ---- Files -------------------------------------------------------------- */

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

static uint64_t length(int fd)
{
	struct stat st;

	CU_ASSERT_EQUAL_FATAL(fstat(fd, &st), 0);
	return (uint64_t)st.st_size;
}

static Elf64_Phdr phdr(int fd, size_t i)
{
	Elf64_Phdr h;

	read_at(fd, sizeof(Elf64_Ehdr) + i * sizeof(h), &h, sizeof(h));
	return h;
}

/* ---- Content ------------------------------------------------------------ */

/* A page that tells its number. */
static void make_page(uint64_t pfn, uint8_t *page, size_t size)
{
	uint64_t x = pfn * 0x9e3779b97f4a7c15 + 1;
	size_t i;

	for (i = 0; i < size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		page[i] = (uint8_t)(x >> 32);
	}
}

struct notes {
	size_t size;
	char text[64]; /* of VMCOREINFO */
	uint8_t bytes[512];
};

/* A CPU's status, then VMCOREINFO. */
static void make_notes(struct notes *notes, uint32_t page_size)
{
	static const uint32_t prstatus[] = { 5, 392, NT_PRSTATUS };
	uint32_t info[] = { 11, 0, 0 };

	memset(notes, 0, sizeof(*notes));
	info[1] = (uint32_t)snprintf(notes->text, sizeof(notes->text),
				     "OSRELEASE=7.3.4-test\nPAGESIZE=%u\n",
				     page_size);
	memcpy(notes->bytes, prstatus, 12);
	memcpy(notes->bytes + 12, "CORE", 5);
	memcpy(notes->bytes + 412, info, 12);
	memcpy(notes->bytes + 424, "VMCOREINFO", 11);
	memcpy(notes->bytes + 436, notes->text, info[1]);
	notes->size = 436 + ((info[1] + 3) & ~3u);
}

static struct elf_writer_options options_of(const struct notes *notes,
					    uint32_t page_size)
{
	return (struct elf_writer_options){
		.page_size = page_size,
		.notes = notes->bytes,
		.notes_size = notes->size,
		/* 7.3, configured for 52 bits, with 48 in use. */
		.linear_voffset = 0xffff000000000000 - 0xfff1000040000000,
	};
}

static struct dm_error *write_pages(int fd, const struct elf_writer_options *o,
				    const uint64_t *pfns, size_t count)
{
	struct elf_writer *w;
	struct dm_error *err;
	uint8_t page[65536];
	size_t i;

	err = elf_writer_create(&w, fd, o, pfns, count);
	for (i = 0; !err && i < count; i++) {
		make_page(pfns[i], page, o->page_size);
		err = elf_writer_add(w, pfns[i], page);
	}
	if (!err)
		err = elf_writer_finish(w);
	elf_writer_destroy(w);
	return err;
}

/* ---- Readers ------------------------------------------------------------ */

static void check_own(const char *path, const struct notes *notes,
		      const uint64_t *pfns, size_t count, size_t size)
{
	uint8_t want[65536], got[65536];
	size_t i, wrong = 0, text_size;
	struct dm_source *source;
	struct dm_dump *dump;
	const char *text;

	suite_no_error(dm_dump_open(&path, 1, NULL, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_STRING_EQUAL(dm_dump_info(dump)->format, "elf");
	CU_ASSERT_TRUE(dm_dump_info(dump)->complete);
	source = dm_dump_source(dump);
	suite_no_error(source->ops->vmcoreinfo(source, &text, &text_size));
	CU_ASSERT_EQUAL(text_size, strlen(notes->text));
	CU_ASSERT(!memcmp(text, notes->text, text_size));
	for (i = 0; i < count; i++) {
		make_page(pfns[i], want, size);
		suite_no_error(source->ops->read(source, pfns[i] * size, got,
						 size, DM_CONTENT_TABLE));
		wrong += memcmp(want, got, size) != 0;
		/* The page behind is there only if it was written. */
		if (i + 1 < count && pfns[i + 1] == pfns[i] + 1)
			continue;
		suite_error(source->ops->read(source, (pfns[i] + 1) * size, got,
					      size, DM_CONTENT_TABLE),
			    DM_ERROR_ABSENT, "not in the dump");
	}
	CU_ASSERT_EQUAL(wrong, 0);
	dm_dump_close(dump);
}

static kdump_ctx_t *open_lib(int fd)
{
	kdump_ctx_t *ctx = kdump_new();

	CU_ASSERT_PTR_NOT_NULL_FATAL(ctx);
	kdump_set_number_attr(ctx, "cache.size", 32);
	CU_ASSERT_EQUAL_FATAL(kdump_open_fd(ctx, fd), KDUMP_OK);
	CU_ASSERT_EQUAL(kdump_set_string_attr(ctx, KDUMP_ATTR_OSTYPE, "linux"),
			KDUMP_OK);
	return ctx;
}

static void check_lib(int fd, const struct notes *notes, const uint64_t *pfns,
		      size_t count, size_t size)
{
	uint8_t want[65536], got[65536];
	kdump_ctx_t *ctx = open_lib(fd);
	const char *arch = "";
	char *text = NULL;
	size_t i, wrong = 0;

	kdump_get_string_attr(ctx, KDUMP_ATTR_ARCH_NAME, &arch);
	CU_ASSERT_STRING_EQUAL(arch, "aarch64");
	CU_ASSERT_EQUAL_FATAL(kdump_vmcoreinfo_raw(ctx, &text), KDUMP_OK);
	CU_ASSERT_STRING_EQUAL(text, notes->text);
	free(text);
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
	dm_context_free(ctx);
}

/* ---- Tests -------------------------------------------------------------- */

/* Six stretches; the last page is at 52 bits where pages have 4K. */
static const uint64_t some[] = {
	3, 4, 5, 6, 7, 9, 64, 65, 0x40000, 0x40001, 0x40010, 0xffffffff
};
#define SOME_STRETCHES 6

static void test_read_back(void)
{
	static const uint32_t sizes[] = { 4096, 16384, 65536 };
	size_t i;

	for (i = 0; i < COUNT(sizes); i++) {
		struct notes notes;
		struct elf_writer_options o;
		int fd = new_file("written");

		make_notes(&notes, sizes[i]);
		o = options_of(&notes, sizes[i]);
		suite_no_error(write_pages(fd, &o, some, COUNT(some)));
		CU_ASSERT_EQUAL(length(fd),
				elf_writer_size(&o, some, COUNT(some)));
		check_own(path_of("written"), &notes, some, COUNT(some),
			  sizes[i]);
		check_lib(fd, &notes, some, COUNT(some), sizes[i]);
		close(fd);
	}
}

static void test_header(void)
{
	struct elf_writer_options o;
	struct notes notes;
	Elf64_Ehdr h;
	Elf64_Phdr p;
	int fd = new_file("header");

	make_notes(&notes, 4096);
	o = options_of(&notes, 4096);
	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	read_at(fd, 0, &h, sizeof(h));
	CU_ASSERT(!memcmp(h.e_ident, ELFMAG, SELFMAG));
	CU_ASSERT_EQUAL(h.e_ident[EI_CLASS], ELFCLASS64);
	CU_ASSERT_EQUAL(h.e_ident[EI_DATA], ELFDATA2LSB);
	CU_ASSERT_EQUAL(h.e_ident[EI_VERSION], EV_CURRENT);
	CU_ASSERT_EQUAL(le16toh(h.e_type), ET_CORE);
	CU_ASSERT_EQUAL(le16toh(h.e_machine), EM_AARCH64);
	CU_ASSERT_EQUAL(le32toh(h.e_version), EV_CURRENT);
	CU_ASSERT_EQUAL(le64toh(h.e_phoff), sizeof(h));
	CU_ASSERT_EQUAL(le16toh(h.e_phnum), SOME_STRETCHES + 1);
	CU_ASSERT_EQUAL(h.e_flags, 0);
	CU_ASSERT_EQUAL(h.e_shoff, 0);
	CU_ASSERT_EQUAL(h.e_shnum, 0);
	p = phdr(fd, 0);
	CU_ASSERT_EQUAL(le32toh(p.p_type), PT_NOTE);
	CU_ASSERT_EQUAL(le64toh(p.p_filesz), notes.size);
	/* Notes are of words. */
	CU_ASSERT_EQUAL(le64toh(p.p_offset) % 4, 0);
	close(fd);
}

static void test_segments(void)
{
	static const struct {
		uint64_t pfn, pages, before;
	} want[SOME_STRETCHES] = {
		{ 3, 5, 0 },	   { 9, 1, 5 },	       { 64, 2, 6 },
		{ 0x40000, 2, 8 }, { 0x40010, 1, 10 }, { 0xffffffff, 1, 11 },
	};
	struct elf_writer_options o;
	struct notes notes;
	uint64_t data;
	size_t i;
	int fd = new_file("segments");

	make_notes(&notes, 4096);
	o = options_of(&notes, 4096);
	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	data = length(fd) - COUNT(some) * 4096;
	for (i = 0; i < SOME_STRETCHES; i++) {
		Elf64_Phdr p = phdr(fd, i + 1);

		CU_ASSERT_EQUAL(le32toh(p.p_type), PT_LOAD);
		CU_ASSERT_EQUAL(le64toh(p.p_paddr), want[i].pfn * 4096);
		CU_ASSERT_EQUAL(le64toh(p.p_vaddr),
				want[i].pfn * 4096 + 0xdffffc0000000);
		CU_ASSERT_EQUAL(le64toh(p.p_offset),
				data + want[i].before * 4096);
		CU_ASSERT_EQUAL(le64toh(p.p_filesz), want[i].pages * 4096);
		/* Or crash makes zeros of the rest. */
		CU_ASSERT_EQUAL(p.p_memsz, p.p_filesz);
		/* Or crash takes it for a netdump. */
		CU_ASSERT_EQUAL(p.p_align, 0);
	}
	close(fd);
}

/* The front alone is written, then a few pages; the rest are holes. */
static void check_many(size_t count, uint16_t phnum, uint32_t info)
{
	uint64_t *pfns = calloc(count, sizeof(*pfns)), few[3], at[3];
	struct elf_writer_options o;
	struct elf_writer *w;
	struct notes notes;
	uint8_t page[4096];
	Elf64_Ehdr h;
	Elf64_Shdr s = { 0 };
	size_t i;
	int fd = new_file("many");

	CU_ASSERT_PTR_NOT_NULL_FATAL(pfns);
	for (i = 0; i < count; i++)
		pfns[i] = 0x40000 + 2 * i;
	make_notes(&notes, 4096);
	o = options_of(&notes, 4096);
	suite_no_error(elf_writer_create(&w, fd, &o, pfns, count));
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	elf_writer_destroy(w);
	CU_ASSERT_EQUAL(ftruncate(fd, (off_t)elf_writer_size(&o, pfns, count)),
			0);
	at[0] = 0, at[1] = count / 2, at[2] = count - 1;
	for (i = 0; i < 3; i++) {
		few[i] = pfns[at[i]];
		make_page(few[i], page, sizeof(page));
		CU_ASSERT_EQUAL(
			pwrite(fd, page, sizeof(page),
			       (off_t)(length(fd) - (count - at[i]) * 4096)),
			4096);
	}
	read_at(fd, 0, &h, sizeof(h));
	CU_ASSERT_EQUAL(le16toh(h.e_phnum), phnum);
	CU_ASSERT_EQUAL(le16toh(h.e_shnum), info ? 1 : 0);
	if (info)
		read_at(fd, le64toh(h.e_shoff), &s, sizeof(s));
	CU_ASSERT_EQUAL(le32toh(s.sh_info), info);
	check_own(path_of("many"), &notes, few, 3, 4096);
	check_lib(fd, &notes, few, 3, 4096);
	close(fd);
	unlink(path_of("many"));
	free(pfns);
}

static void test_many(void)
{
	check_many(65533, 65534, 0);
	check_many(65534, PN_XNUM, 65535);
	check_many(70000, PN_XNUM, 70001);
}

static void test_incomplete(void)
{
	const char *path;
	struct elf_writer_options o;
	struct notes notes;
	struct dm_dump *dump;
	int fd = new_file("incomplete");

	make_notes(&notes, 4096);
	o = options_of(&notes, 4096);
	o.incomplete = true;
	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	close(fd);
	path = path_of("incomplete");
	suite_no_error(dm_dump_open(&path, 1, NULL, &dump));
	CU_ASSERT_PTR_NOT_NULL_FATAL(dump);
	CU_ASSERT_FALSE(dm_dump_info(dump)->complete);
	dm_dump_close(dump);
}

/* More notes than the writer's buffer takes; VMCOREINFO is the last one. */
static void test_large_notes(void)
{
	const size_t repeat = 6000, one = 412;
	struct elf_writer_options o;
	struct notes notes;
	uint8_t *bytes;
	size_t i;
	int fd = new_file("notes");

	make_notes(&notes, 4096);
	o = options_of(&notes, 4096);
	bytes = malloc(repeat * one + notes.size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	for (i = 0; i < repeat; i++)
		memcpy(bytes + i * one, notes.bytes, one);
	memcpy(bytes + repeat * one, notes.bytes, notes.size);
	o.notes = bytes;
	o.notes_size = repeat * one + notes.size;
	suite_no_error(write_pages(fd, &o, some, COUNT(some)));
	CU_ASSERT_EQUAL(length(fd), elf_writer_size(&o, some, COUNT(some)));
	check_own(path_of("notes"), &notes, some, COUNT(some), 4096);
	check_lib(fd, &notes, some, COUNT(some), 4096);
	close(fd);
	free(bytes);
}

/* More pages than the buffer takes, and all in one segment. */
static void test_one_segment(void)
{
	struct elf_writer_options o;
	static uint64_t pfns[3000];
	struct notes notes;
	size_t i;
	int fd = new_file("one");

	for (i = 0; i < COUNT(pfns); i++)
		pfns[i] = 0x80000 + i;
	make_notes(&notes, 4096);
	o = options_of(&notes, 4096);
	suite_no_error(write_pages(fd, &o, pfns, COUNT(pfns)));
	CU_ASSERT_EQUAL(le64toh(phdr(fd, 1).p_filesz), COUNT(pfns) * 4096);
	check_own(path_of("one"), &notes, pfns, COUNT(pfns), 4096);
	check_lib(fd, &notes, pfns, COUNT(pfns), 4096);
	close(fd);
}

static void test_disk_full(void)
{
	struct elf_writer_options o = { .page_size = 4096 };
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
	struct elf_writer_options o = { .page_size = 4096 };
	struct rlimit old, limit;
	static uint64_t pfns[600];
	rlim_t size;
	uint64_t whole;
	size_t i;
	int fd;

	for (i = 0; i < COUNT(pfns); i++)
		pfns[i] = 2 + 2 * i;
	whole = elf_writer_size(&o, pfns, COUNT(pfns));
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = old;
	for (size = 0; size < whole; size += 100001) {
		limit.rlim_cur = size;
		fd = new_file("limited");
		setrlimit(RLIMIT_FSIZE, &limit);
		suite_error(write_pages(fd, &o, pfns, COUNT(pfns)), DM_ERROR_OS,
			    "File too large");
		setrlimit(RLIMIT_FSIZE, &old);
		close(fd);
	}
}

static void try(const struct elf_writer_options *o, const uint64_t *pfns,
		size_t count, const char *message)
{
	struct elf_writer *w = (struct elf_writer *)-1;
	int fd = new_file("try");

	suite_error(elf_writer_create(&w, fd, o, pfns, count),
		    DM_ERROR_INVALID_ARGUMENT, message);
	CU_ASSERT_PTR_NULL(w);
	CU_ASSERT_EQUAL(elf_writer_size(o, pfns, count), 0);
	CU_ASSERT_EQUAL(length(fd), 0);
	close(fd);
}

static void test_arguments(void)
{
	static const uint64_t unsorted[] = { 1, 3, 3 };
	static const uint64_t beyond[] = { 1, UINT64_C(1) << 40 };
	static const uint64_t last[] = { 1, (UINT64_C(1) << 40) - 1 };
	static const uint32_t sizes[] = { 0, 1, 2048, 4097, 131072 };
	struct elf_writer_options o = { .page_size = 4096 };
	size_t i;

	try(&o, unsorted, 3, "order");
	try(&o, beyond, 2, "beyond 52 bits");
	try(&o, some, 0, "no pages");
	CU_ASSERT(elf_writer_size(&o, last, 2) > 2 * 4096);
	for (i = 0; i < COUNT(sizes); i++) {
		struct elf_writer_options odd = { .page_size = sizes[i] };

		try(&odd, some, 1, "page size");
	}
}

static void test_order(void)
{
	struct elf_writer_options o = { .page_size = 4096 };
	struct elf_writer *w;
	uint8_t page[4096];
	int fd = new_file("order");

	make_page(1, page, sizeof(page));
	suite_no_error(elf_writer_create(&w, fd, &o, some, 2));
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	suite_error(elf_writer_add(w, 4, page), DM_ERROR_INVALID_ARGUMENT,
		    "0x4 comes out of turn");
	suite_no_error(elf_writer_add(w, 3, page));
	suite_error(elf_writer_add(w, 3, page), DM_ERROR_INVALID_ARGUMENT,
		    "turn");
	suite_error(elf_writer_finish(w), DM_ERROR_INVALID_ARGUMENT,
		    "0x4 was not added");
	suite_no_error(elf_writer_add(w, 4, page));
	suite_error(elf_writer_add(w, 5, page), DM_ERROR_INVALID_ARGUMENT,
		    "turn");
	suite_no_error(elf_writer_finish(w));
	elf_writer_destroy(w);
	elf_writer_destroy(NULL);
	close(fd);
}

/*
 * What the choice of a container stands on: a kdump file is longer than was
 * foretold by its page data, and nothing else.
 */
static void test_kdump_min_size(void)
{
	static const uint64_t bad[] = { 2, 1 };
	struct kdump_writer_options o = { .block_size = 4096 };
	static uint8_t page[4096];
	struct kdump_writer *w;
	uint64_t size = 0;
	size_t i;
	int fd = new_file("kdump");

	suite_no_error(kdump_writer_min_size(&o, some, COUNT(some), &size));
	suite_no_error(kdump_writer_create(&w, fd, &o, some, COUNT(some)));
	CU_ASSERT_PTR_NOT_NULL_FATAL(w);
	for (i = 0; i < COUNT(some); i++)
		suite_no_error(kdump_writer_add(w, some[i], page));
	suite_no_error(kdump_writer_finish(w));
	kdump_writer_destroy(w);
	/* All zero pages share one place. */
	CU_ASSERT_EQUAL(length(fd), size + 4096);
	suite_error(kdump_writer_min_size(&o, bad, 2, &size),
		    DM_ERROR_INVALID_ARGUMENT, "order");
	close(fd);
}

int main(void)
{
	static CU_TestInfo tests[] = {
		{ "pages read back, each page size", test_read_back },
		{ "ELF header", test_header },
		{ "neighbours share a segment", test_segments },
		{ "more segments than e_phnum counts", test_many },
		{ "incomplete", test_incomplete },
		{ "notes larger than the buffer", test_large_notes },
		{ "one long segment", test_one_segment },
		{ "disk full", test_disk_full },
		{ "file size limit", test_file_limit },
		{ "arguments", test_arguments },
		{ "order of pages", test_order },
		{ "least length of a kdump file", test_kdump_min_size },
		CU_TEST_INFO_NULL,
	};
	char command[64];
	int failed;

	if (!mkdtemp(dir)) {
		perror(dir);
		return 1;
	}
	failed = suite_run("elf writer", tests);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command) || failed;
}
