// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes LKCD dumps and cores of Xen domains. */
#include <elf.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "gen/gen_other.h"

/* ---- LKCD ---------------------------------------------------------------- */

#define LKCD_MAGIC	UINT64_C(0xa8190173618f23ed)
#define LKCD_DATA	65536
#define LKCD_GZIP	2
#define LKCD_RAW	1
#define LKCD_COMPRESSED 2
#define LKCD_END	4

struct lkcd_header {
	uint64_t magic;
	uint32_t version, header_size, level, page_size;
	uint64_t memory_size, memory_start, memory_end;
	uint32_t num_pages;
	char panic[256];
	uint64_t sec, usec;
	char uts[6][65];
	uint64_t current_task;
	uint32_t compress, flags, device;
	uint64_t buffer_size; /* where the first page is */
} __attribute__((packed));

struct lkcd_page {
	uint64_t address;
	uint32_t size, flags;
} __attribute__((packed));

static bool lkcd_page(FILE *f, const struct other_page *page, bool gzip)
{
	unsigned char packed[OTHER_PAGE * 2];
	struct lkcd_page desc = { page->pa, OTHER_PAGE, LKCD_RAW };
	const void *data = page->data;
	uLongf size = sizeof(packed);

	if (gzip && compress(packed, &size, page->data, OTHER_PAGE) == Z_OK &&
	    size < OTHER_PAGE) {
		desc.size = (uint32_t)size;
		desc.flags = LKCD_COMPRESSED;
		data = packed;
	}
	return fwrite(&desc, sizeof(desc), 1, f) == 1 &&
	       fwrite(data, desc.size, 1, f) == 1;
}

bool gen_lkcd(const char *path, const struct other_page *pages, size_t count,
	      bool gzip, const char *machine)
{
	struct lkcd_header header = {
		.magic = LKCD_MAGIC,
		.version = 9,
		.header_size = sizeof(header),
		.page_size = OTHER_PAGE,
		.memory_size = count,
		.num_pages = (uint32_t)count,
		.compress = gzip ? LKCD_GZIP : 0,
		.buffer_size = LKCD_DATA,
	};
	struct lkcd_page end = { .flags = LKCD_END };
	FILE *f = fopen(path, "we");
	bool good;
	size_t i;

	if (!f)
		return false;
	strcpy(header.uts[0], "Linux");
	strcpy(header.uts[1], "generated");
	strcpy(header.uts[2], "7.3.0-generated");
	strcpy(header.uts[3], "#1");
	snprintf(header.uts[4], sizeof(header.uts[4]), "%s", machine);
	good = fwrite(&header, sizeof(header), 1, f) == 1 &&
	       fseek(f, LKCD_DATA, SEEK_SET) == 0;
	for (i = 0; good && i < count; i++)
		good = lkcd_page(f, &pages[i], gzip);
	good = good && fwrite(&end, sizeof(end), 1, f) == 1;
	return fclose(f) == 0 && good;
}

/* ---- Xen ----------------------------------------------------------------- */

#define XEN_DATA 4096

static const char names[] =
	"\0.shstrtab\0.xen_pfn\0.xen_pages\0.xen_prstatus\0";

static uint32_t name_at(const char *name)
{
	size_t at = 1;

	while (strcmp(names + at, name) != 0)
		at += strlen(names + at) + 1;
	return (uint32_t)at;
}

/* Names, PFNs and CPUs lie behind the pages. */
bool gen_xen_core(const char *path, const struct other_page *pages,
		  size_t count, bool cpus)
{
	uint64_t names_at = XEN_DATA + count * OTHER_PAGE;
	uint64_t pfns_at = names_at + sizeof(names);
	uint64_t cpus_at = pfns_at + count * sizeof(uint64_t);
	const Elf64_Ehdr ehdr = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_shoff = sizeof(ehdr),
		.e_ehsize = sizeof(ehdr),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = cpus ? 5 : 4,
		.e_shstrndx = 1,
	};
	const Elf64_Shdr shdrs[] = {
		{ .sh_type = SHT_NULL },
		{ .sh_name = name_at(".shstrtab"),
		  .sh_type = SHT_STRTAB,
		  .sh_offset = names_at,
		  .sh_size = sizeof(names) },
		{ .sh_name = name_at(".xen_pfn"),
		  .sh_type = SHT_PROGBITS,
		  .sh_offset = pfns_at,
		  .sh_size = count * sizeof(uint64_t) },
		{ .sh_name = name_at(".xen_pages"),
		  .sh_type = SHT_PROGBITS,
		  .sh_offset = XEN_DATA,
		  .sh_size = count * OTHER_PAGE },
		{ .sh_name = name_at(".xen_prstatus"),
		  .sh_type = SHT_PROGBITS,
		  .sh_offset = cpus_at,
		  .sh_size = 8 },
	};
	FILE *f = fopen(path, "we");
	uint64_t pfn = 0;
	bool good;
	size_t i;

	if (!f)
		return false;
	good = fwrite(&ehdr, sizeof(ehdr), 1, f) == 1 &&
	       fwrite(shdrs, sizeof(*shdrs), ehdr.e_shnum, f) == ehdr.e_shnum &&
	       fseek(f, XEN_DATA, SEEK_SET) == 0;
	for (i = 0; good && i < count; i++)
		good = fwrite(pages[i].data, OTHER_PAGE, 1, f) == 1;
	good = good && fwrite(names, sizeof(names), 1, f) == 1;
	for (i = 0; good && i < count; i++) {
		pfn = pages[i].pa / OTHER_PAGE;
		good = fwrite(&pfn, sizeof(pfn), 1, f) == 1;
	}
	pfn = 0;
	good = good && fwrite(&pfn, sizeof(pfn), 1, f) == 1;
	return fclose(f) == 0 && good;
}
