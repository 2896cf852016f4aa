// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes ELF dumps without notes of real dumps, less what is asked for: what raw
 * memory of the same machine would have.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "directmap/dump.h"
#include "directmap/find.h"
#include "strip.h"

#define PAGE DM_PAGE_SIZE_LEAST

struct strip_run {
	uint64_t pa, count; /* of pages */
};

struct stripper {
	struct dm_source *source;
	unsigned int what;
	uint64_t tokens; /* PA of kallsyms_token_table; 0: not known */
	uint64_t text; /* PA of _text, likewise */
	uint64_t root; /* PA of swapper_pg_dir, likewise */
	uint64_t page_size;
	FILE *out;
	struct strip_run *runs;
	size_t count, capacity;
};

static bool begins_text(const unsigned char *page)
{
	static const char first[] = "OSRELEASE=";

	return !memcmp(page, first, sizeof(first) - 1) ||
	       !memcmp(page + 24, first, sizeof(first) - 1);
}

/* Whether what is asked for is not to be told. */
static bool is_out(const struct stripper *s, uint64_t pa,
		   const unsigned char *page)
{
	return (s->what & STRIP_TEXT && begins_text(page)) ||
	       (s->what & STRIP_HEADER &&
		dm_kernel_mark(page) == DM_KERNEL_MARK_IMAGE) ||
	       (s->what & STRIP_SYMBOLS && s->tokens / PAGE == pa / PAGE);
}

static struct dm_error *write_out(struct stripper *s, const void *bytes,
				  size_t size)
{
	if (fwrite(bytes, 1, size, s->out) == size)
		return NULL;
	return dm_error_create(DM_ERROR_OS, "cannot write");
}

static struct dm_error *add_page(struct stripper *s, uint64_t pa)
{
	struct strip_run *last = s->count ? &s->runs[s->count - 1] : NULL;
	struct dm_error *err;

	if (last && last->pa + last->count * PAGE == pa) {
		last->count++;
		return NULL;
	}
	err = dm_array_reserve(&s->runs, &s->capacity, s->count, 1, 1 << 20);
	if (!err)
		s->runs[s->count++] = (struct strip_run){ pa, 1 };
	return err;
}

static void put(unsigned char *page, size_t at, uint64_t value)
{
	memcpy(page + at, &value, sizeof(value));
}

/* Data, bss and the tables of the fixmap lie behind the root table. */
#define BEHIND_ROOT (UINT64_C(32) << 20)

/* Documentation/arch/arm64/booting.rst. */
static void make_header(const struct stripper *s, unsigned char *page)
{
	uint64_t size = s->page_size == 4096	? 1
			: s->page_size == 16384 ? 2
						: 3;

	memset(page, 0, PAGE);
	put(page, DM_MACHINE_IMAGE_SIZE_AT, s->root + BEHIND_ROOT - s->text);
	put(page, 24, 8 | size << 1);
	memcpy(page + DM_MACHINE_IMAGE_MAGIC_AT, DM_MACHINE_IMAGE_MAGIC, 4);
}

static struct dm_error *copy_page(struct stripper *s, uint64_t pa)
{
	unsigned char page[PAGE];
	struct dm_error *err;

	err = s->source->ops->read(s->source, pa, page, PAGE,
				   DM_CONTENT_SEARCH);
	if (s->what & STRIP_ADD_HEADER && s->text && pa == s->text) {
		dm_error_destroy(err);
		err = NULL;
		make_header(s, page);
	}
	if (err && !dm_error_is_fatal(err)) {
		dm_error_destroy(err);
		return NULL;
	}
	if (!err && is_out(s, pa, page))
		memset(page, 0, PAGE);
	if (!err)
		err = add_page(s, pa);
	return err ? err : write_out(s, page, PAGE);
}

static struct dm_error *write_headers(struct stripper *s, uint64_t off)
{
	/* Data first, so that the headers can be of any number. */
	uint64_t data = 0x1000;
	Elf64_Ehdr e = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_CORE,
		.e_machine = DM_MACHINE_ELF,
		.e_version = EV_CURRENT,
		.e_phoff = (uint64_t)ftello(s->out),
		.e_ehsize = sizeof(e),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = s->count < PN_XNUM ? (Elf64_Half)s->count : PN_XNUM,
		.e_shentsize = sizeof(Elf64_Shdr),
	};
	Elf64_Shdr first = { .sh_info = (Elf64_Word)s->count };
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && i < s->count; i++) {
		Elf64_Phdr p = {
			.p_type = PT_LOAD,
			.p_offset = data,
			.p_paddr = s->runs[i].pa + off,
			.p_filesz = s->runs[i].count * PAGE,
			.p_memsz = s->runs[i].count * PAGE,
		};

		data += p.p_filesz;
		err = write_out(s, &p, sizeof(p));
	}
	if (e.e_phnum == PN_XNUM) {
		e.e_shoff = (uint64_t)ftello(s->out);
		e.e_shnum = 1;
		if (!err)
			err = write_out(s, &first, sizeof(first));
	}
	rewind(s->out);
	return err ? err : write_out(s, &e, sizeof(e));
}

static struct dm_error *copy(struct stripper *s, uint64_t end, uint64_t off)
{
	struct dm_error *err = NULL;
	uint64_t pa;

	if (fseeko(s->out, 0x1000, SEEK_SET))
		return dm_error_create(DM_ERROR_OS, "cannot seek");
	for (pa = 0; !err && pa < end; pa += PAGE)
		err = copy_page(s, pa);
	return err ? err : write_headers(s, off);
}

/* A PA of the image, by the line of a symbol; 0: there is none. */
static uint64_t image_pa(const struct dm_vmcoreinfo *info, const char *line)
{
	uint64_t va = 0, offset = 0;
	struct dm_error *err;

	err = dm_vmcoreinfo_number(info, line, 16, &va);
	if (!err)
		err = dm_vmcoreinfo_number(info, "NUMBER(kimage_voffset)", 0,
					   &offset);
	if (!err)
		return va - offset;
	dm_error_destroy(err);
	return 0;
}

static struct dm_error *find_places(struct stripper *s)
{
	struct dm_vmcoreinfo info;
	struct dm_error *err;

	err = s->source->ops->vmcoreinfo(s->source, &info.text, &info.size);
	if (err)
		return err;
	s->tokens = image_pa(&info, "SYMBOL(kallsyms_token_table)");
	s->root = image_pa(&info, "SYMBOL(swapper_pg_dir)");
	s->text = image_pa(&info, "SYMBOL(_stext)");
	if (s->text)
		s->text = (s->text - 1) & ~UINT64_C(0xffff);
	return dm_vmcoreinfo_number(&info, "PAGESIZE", 10, &s->page_size);
}

struct dm_error *strip_dump(const char *from, const char *to, uint64_t end,
			    unsigned int what, uint64_t off)
{
	struct stripper s = { .what = what };
	struct dm_dump *dump;
	struct dm_error *err = dm_dump_open(&from, 1, NULL, &dump);

	if (err)
		return err;
	s.source = dm_dump_source(dump);
	err = find_places(&s);
	s.out = err ? NULL : fopen(to, "wb");
	if (!err && !s.out)
		err = dm_error_create(DM_ERROR_OS, "%s: cannot be made", to);
	if (!err)
		err = copy(&s, end, off);
	if (s.out && fclose(s.out) && !err)
		err = dm_error_create(DM_ERROR_OS, "%s: cannot write", to);
	free(s.runs);
	dm_dump_close(dump);
	return err;
}
