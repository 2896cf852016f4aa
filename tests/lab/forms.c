// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes the memory of a dump in the forms that memory is found in without a
 * note: raw in one file, in two, as ranges in one file, LiME, ELF.
 *
 * usage: lab_forms [--erase] DUMP DIR
 *
 * Only pages that DUMP has are written; between them the files have holes. With
 * --erase, VMCOREINFO is erased from memory wherever it is. Its text is in
 * vmcoreinfo.txt in any case. For each form a line on stdout: its name, a tab, and
 * the DUMP arguments that name it, with the files as they lie in DIR; before that
 * "text", a tab, in how many pages of DUMP the text is, a tab, and how many pages
 * between the first and the last DUMP lacks, which are zeros in raw memory.
 */
#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directmap/dump.h"

#define PAGE 4096
/* As many ranges of one file as a command line is to have. */
#define RANGES_MAX 24
/* Where the first of them is, as if a header were there. */
#define RANGES_OFFSET 65536
/* The largest page of any kernel: no file ends within one. */
#define ALIGN	   65536
#define LIME_MAGIC 0x4c694d45

static void must(struct dm_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "lab_forms: %s\n", err->message);
	exit(1);
}

static void must_do(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(1);
}

/* ---- Without VMCOREINFO -------------------------------------------------------- */

static void erase_from(char *page)
{
	static const char key[] = "OSRELEASE=";
	char *at = page;

	while ((at = memmem(at, page + PAGE - at, key, strlen(key)))) {
		char next =
			at + strlen(key) < page + PAGE ? at[strlen(key)] : '\0';

		if (next < '0' || next > '9') { /* the kernel's format string */
			at += strlen(key);
			continue;
		}
		/* A note's header is before it. */
		memset(at - page <= 64 ? page : at, 0,
		       strnlen(at, page + PAGE - at) +
			       (at - page <= 64 ? at - page : 0));
	}
}

static bool has_text(const char *page)
{
	char copy[PAGE];

	memcpy(copy, page, PAGE);
	erase_from(copy);
	return memcmp(copy, page, PAGE) != 0;
}

/* ---- What the dump has ------------------------------------------------------- */

struct range {
	uint64_t start, end;
};

struct memory {
	struct dm_source *source;
	struct range *ranges; /* pages that are there, in order */
	size_t count, capacity;
	bool erase;
	size_t with_text; /* pages */
};

static void add_page(struct memory *memory, uint64_t pa)
{
	if (memory->count && memory->ranges[memory->count - 1].end == pa) {
		memory->ranges[memory->count - 1].end += PAGE;
		return;
	}
	if (memory->count == memory->capacity) {
		memory->capacity = memory->capacity ? 2 * memory->capacity : 64;
		memory->ranges =
			realloc(memory->ranges,
				memory->capacity * sizeof(*memory->ranges));
		must_do(memory->ranges, "realloc");
	}
	memory->ranges[memory->count++] = (struct range){ pa, pa + PAGE };
}

/* False where the dump does not have it. */
static bool read_page(const struct memory *memory, uint64_t pa, char *page)
{
	struct dm_error *err = memory->source->ops->read(
		memory->source, pa, page, PAGE, DM_CONTENT_DATA);

	if (!err)
		return true;
	if (dm_error_is_fatal(err))
		must(err);
	dm_error_destroy(err);
	return false;
}

static void find_pages(struct memory *memory, uint64_t start, uint64_t end)
{
	char page[PAGE];
	uint64_t pa;

	for (pa = start; pa < end; pa += PAGE) {
		if (!read_page(memory, pa, page))
			continue;
		add_page(memory, pa);
		memory->with_text += has_text(page);
	}
}

static int by_start(const void *a, const void *b)
{
	const Elf64_Phdr *const x = a, *const y = b;

	return x->p_paddr < y->p_paddr ? -1 : x->p_paddr > y->p_paddr;
}

static void find_segments(struct memory *memory, const char *path)
{
	int fd = open(path, O_RDONLY);
	Elf64_Phdr *segments;
	Elf64_Ehdr ehdr;
	ssize_t size;
	size_t i;

	must_do(fd >= 0 && pread(fd, &ehdr, sizeof(ehdr), 0) == sizeof(ehdr),
		path);
	size = ehdr.e_phnum * sizeof(*segments);
	segments = malloc(size);
	must_do(segments && pread(fd, segments, size, ehdr.e_phoff) == size,
		path);
	close(fd);
	qsort(segments, ehdr.e_phnum, sizeof(*segments), by_start);
	for (i = 0; i < ehdr.e_phnum; i++) {
		if (segments[i].p_type == PT_LOAD)
			find_pages(memory, segments[i].p_paddr,
				   segments[i].p_paddr + segments[i].p_filesz);
	}
	free(segments);
}

static void get_page(struct memory *memory, uint64_t pa, char *page)
{
	must_do(read_page(memory, pa, page), "a page that was there");
	if (memory->erase)
		erase_from(page);
}

/* ---- Files ------------------------------------------------------------------------ */

struct out {
	int fd;
	char name[64];
};

static void open_out(struct out *out, const char *dir, const char *name)
{
	char path[4096];

	snprintf(out->name, sizeof(out->name), "%s", name);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	must_do(out->fd >= 0, path);
}

static void put(struct out *out, const void *data, size_t size, uint64_t offset)
{
	must_do(pwrite(out->fd, data, size, offset) == (ssize_t)size,
		out->name);
}

static void close_out(struct out *out, uint64_t size)
{
	must_do(!ftruncate(out->fd, size) && !close(out->fd), out->name);
}

/* What is there of [start, end), start at @offset of the file. Zeros are holes. */
static void put_memory(struct memory *memory, struct out *out, uint64_t start,
		       uint64_t end, uint64_t offset)
{
	static const char zeros[PAGE];
	char page[PAGE];
	size_t i;

	for (i = 0; i < memory->count; i++) {
		const struct range *r = &memory->ranges[i];
		uint64_t pa = r->start > start ? r->start : start;

		for (; pa < r->end && pa < end; pa += PAGE) {
			get_page(memory, pa, page);
			if (memcmp(page, zeros, PAGE))
				put(out, page, PAGE, offset + pa - start);
		}
	}
}

/* ---- Forms ---------------------------------------------------------------------- */

static uint64_t first_byte(const struct memory *memory)
{
	return memory->ranges[0].start;
}

static uint64_t last_byte(const struct memory *memory)
{
	return memory->ranges[memory->count - 1].end;
}

static uint64_t middle_of(const struct memory *memory)
{
	uint64_t start = first_byte(memory);

	return start + (last_byte(memory) - start) / 2 / ALIGN * ALIGN;
}

static void raw(struct memory *memory, const char *dir, const char *name,
		uint64_t start, uint64_t end)
{
	struct out out;

	open_out(&out, dir, name);
	put_memory(memory, &out, start, end, 0);
	close_out(&out, end - start);
	printf("%s@0x%" PRIx64, name, start);
}

static void write_one(struct memory *memory, const char *dir)
{
	printf("one\t");
	raw(memory, dir, "one.bin", first_byte(memory), last_byte(memory));
	printf("\n");
}

/* The higher one first: the order must not matter. */
static void write_two(struct memory *memory, const char *dir)
{
	uint64_t middle = middle_of(memory);

	printf("two\t");
	raw(memory, dir, "high.bin", middle, last_byte(memory));
	printf(" ");
	raw(memory, dir, "low.bin", first_byte(memory), middle);
	printf("\n");
}

static int by_size(const void *a, const void *b)
{
	const uint64_t *const x = a, *const y = b;

	return *x > *y ? -1 : *x < *y;
}

/* Holes of at least that size are left out, for RANGES_MAX ranges. */
static uint64_t least_hole(const struct memory *memory)
{
	uint64_t *holes = calloc(memory->count, sizeof(*holes)), least;
	size_t i;

	must_do(holes, "calloc");
	for (i = 1; i < memory->count; i++)
		holes[i - 1] =
			memory->ranges[i].start - memory->ranges[i - 1].end;
	qsort(holes, memory->count, sizeof(*holes), by_size);
	least = memory->count > RANGES_MAX ? holes[RANGES_MAX - 1] + 1 : 0;
	free(holes);
	return least;
}

/* Ranges of one file, after something else; the last ones first. */
static void write_ranges(struct memory *memory, const char *dir)
{
	uint64_t least = least_hole(memory), offset = RANGES_OFFSET;
	struct range ranges[RANGES_MAX + 1];
	size_t count = 0, i;
	struct out out;

	for (i = 0; i < memory->count; i++) {
		const struct range *r = &memory->ranges[i];

		if (count && r->start - ranges[count - 1].end < least)
			ranges[count - 1].end = r->end;
		else
			ranges[count++] = *r;
	}
	if (count == 1) {
		ranges[1] = ranges[0];
		ranges[0].end = ranges[1].start = middle_of(memory);
		count = 2;
	}
	open_out(&out, dir, "ranges.bin");
	printf("ranges\t");
	while (count--) {
		uint64_t start = ranges[count].start;
		uint64_t size = ranges[count].end - start;

		put_memory(memory, &out, start, start + size, offset);
		printf("ranges.bin:0x%" PRIx64 "+0x%" PRIx64 "@0x%" PRIx64 "%s",
		       offset, size, start, count ? "," : "\n");
		offset += size;
	}
	close_out(&out, offset);
}

static void write_lime(struct memory *memory, const char *dir)
{
	uint64_t offset = 0;
	struct out out;
	size_t i;

	open_out(&out, dir, "ram.lime");
	for (i = 0; i < memory->count; i++) {
		const struct range *r = &memory->ranges[i];
		struct {
			uint32_t magic, version;
			uint64_t first, last, reserved;
		} header = { LIME_MAGIC, 1, r->start, r->end - 1, 0 };

		put(&out, &header, sizeof(header), offset);
		offset += sizeof(header);
		put_memory(memory, &out, r->start, r->end, offset);
		offset += r->end - r->start;
	}
	close_out(&out, offset);
	printf("lime\tram.lime\n");
}

static void write_elf(struct memory *memory, const char *dir)
{
	Elf64_Ehdr ehdr = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(ehdr),
		.e_ehsize = sizeof(ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = memory->count,
	};
	uint64_t offset;
	struct out out;
	size_t i;

	must_do(memory->count < PN_XNUM, "segments");
	offset = sizeof(ehdr) + memory->count * sizeof(Elf64_Phdr);
	offset += -offset % PAGE;
	open_out(&out, dir, "no-note.elf");
	put(&out, &ehdr, sizeof(ehdr), 0);
	for (i = 0; i < memory->count; i++) {
		const struct range *r = &memory->ranges[i];
		Elf64_Phdr phdr = { .p_type = PT_LOAD,
				    .p_flags = PF_R | PF_W | PF_X,
				    .p_offset = offset,
				    .p_paddr = r->start,
				    .p_filesz = r->end - r->start,
				    .p_memsz = r->end - r->start };

		put(&out, &phdr, sizeof(phdr), sizeof(ehdr) + i * sizeof(phdr));
		put_memory(memory, &out, r->start, r->end, offset);
		offset += phdr.p_filesz;
	}
	close_out(&out, offset);
	printf("elf\tno-note.elf\n");
}

static uint64_t lacking(const struct memory *memory)
{
	uint64_t bytes = last_byte(memory) - first_byte(memory);
	size_t i;

	for (i = 0; i < memory->count; i++)
		bytes -= memory->ranges[i].end - memory->ranges[i].start;
	return bytes / PAGE;
}

static void write_text(struct memory *memory, const char *dir)
{
	struct out out;
	const char *text;
	size_t size;

	must(memory->source->ops->vmcoreinfo(memory->source, &text, &size));
	open_out(&out, dir, "vmcoreinfo.txt");
	put(&out, text, size, 0);
	close_out(&out, size);
	printf("text\t%zu\t%" PRIu64 "\n", memory->with_text, lacking(memory));
}

int main(int argc, char **argv)
{
	struct memory memory = { .erase = argc > 1 &&
					  !strcmp(argv[1], "--erase") };
	const char *const *args = (const char *const *)argv + memory.erase;
	const struct dm_dump_info *info;
	struct dm_dump *dump;

	if (argc - memory.erase != 3) {
		fprintf(stderr, "usage: lab_forms [--erase] DUMP DIR\n");
		return 1;
	}
	must(dm_dump_open(args + 1, 1, NULL, &dump));
	info = dm_dump_info(dump);
	memory.source = dm_dump_source(dump);
	if (info->max_mapnr)
		find_pages(&memory, 0, info->max_mapnr * info->block_size);
	else
		find_segments(&memory, args[1]);
	must_do(memory.count, "memory");
	write_text(&memory, args[2]);
	write_one(&memory, args[2]);
	write_two(&memory, args[2]);
	write_ranges(&memory, args[2]);
	write_lime(&memory, args[2]);
	write_elf(&memory, args[2]);
	free(memory.ranges);
	dm_dump_close(dump);
	return 0;
}
