// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes the headers, notes and pages of an ELF vmcore.
 *
 * The program headers are those of crash_prepare_elf64_headers()
 * (kernel/crash_core.c). crash (netdump.c, is_netdump()) wants them right
 * behind the ELF header, the notes first, and p_align 0: else it takes the
 * file for one of netdump.
 */
#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/machine.h"
#include "directmap.h"
#include "elf_writer.h"
#include "directmap/error.h"
#include "stream.h"

/* Of the notes and of the first page. */
#define DATA_ALIGN 16

/* Several pages even of 64K to one system call. */
#define BUFFER_SIZE (1024u * 1024u)

/* makedumpfile.c, check_and_modify_elf_headers(); crash reads it too. */
#define DUMP_ELF_INCOMPLETE 1

struct elf_writer {
	uint32_t page_size;
	const uint64_t *pfns;
	size_t count, next;
	struct stream out;
};

/* Places in the file. */
struct layout {
	uint64_t segments; /* of memory */
	uint64_t shdr; /* 0: none is needed */
	uint64_t notes, data;
	uint64_t size;
};

static uint64_t align(uint64_t offset)
{
	return (offset + DATA_ALIGN - 1) / DATA_ALIGN * DATA_ALIGN;
}

/* How many page frames, from the first one, follow one another. */
static size_t run_length(const uint64_t *pfns, size_t count)
{
	size_t n = 1;

	while (n < count && pfns[n] == pfns[n - 1] + 1)
		n++;
	return n;
}

static struct dm_error *check_arguments(const struct elf_writer_options *o,
					const uint64_t *pfns, size_t count)
{
	size_t i;

	if (o->page_size < DM_PAGE_SIZE_LEAST ||
	    o->page_size > DM_PAGE_SIZE_MOST ||
	    (o->page_size & (o->page_size - 1)))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "%u is no page size", o->page_size);
	/* crash takes fewer than two program headers for another file. */
	if (!count)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "no pages: not for an ELF file");
	for (i = 1; i < count; i++) {
		if (pfns[i] <= pfns[i - 1])
			return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
					       "page frames are not in order");
	}
	if (pfns[count - 1] >= DM_PA_END / o->page_size)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "page frame 0x%llx is beyond 52 bits",
				       (unsigned long long)pfns[count - 1]);
	return NULL;
}

static void make_layout(struct layout *at, const struct elf_writer_options *o,
			const uint64_t *pfns, size_t count)
{
	uint64_t end;
	size_t i;

	at->segments = 0;
	for (i = 0; i < count; i += run_length(pfns + i, count - i))
		at->segments++;
	end = sizeof(Elf64_Ehdr) + (at->segments + 1) * sizeof(Elf64_Phdr);
	at->shdr = 0;
	if (at->segments + 1 >= PN_XNUM) {
		at->shdr = end;
		end += sizeof(Elf64_Shdr);
	}
	at->notes = align(end);
	at->data = align(at->notes + o->notes_size);
	at->size = at->data + count * (uint64_t)o->page_size;
}

/* sh_info of section header 0 has 32 bits. */
static bool fits(const struct layout *at)
{
	return at->segments < UINT32_MAX && at->size <= INT64_MAX;
}

uint64_t elf_writer_size(const struct elf_writer_options *options,
			 const uint64_t *pfns, size_t count)
{
	struct dm_error *err = check_arguments(options, pfns, count);
	struct layout at;

	if (err) {
		dm_error_destroy(err);
		return 0;
	}
	make_layout(&at, options, pfns, count);
	return fits(&at) ? at.size : 0;
}

/* ---- Headers ------------------------------------------------------------ */

static struct dm_error *put_ehdr(struct elf_writer *w,
				 const struct elf_writer_options *o,
				 const struct layout *at)
{
	Elf64_Ehdr h = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = htole16(ET_CORE),
		.e_machine = htole16(DM_MACHINE_ELF),
		.e_version = htole32(EV_CURRENT),
		.e_phoff = htole64(sizeof(Elf64_Ehdr)),
		.e_flags = htole32(o->incomplete ? DUMP_ELF_INCOMPLETE : 0),
		.e_ehsize = htole16(sizeof(Elf64_Ehdr)),
		.e_phentsize = htole16(sizeof(Elf64_Phdr)),
		.e_phnum = htole16((uint16_t)(at->segments + 1)),
	};

	if (at->shdr) {
		h.e_phnum = htole16(PN_XNUM);
		h.e_shoff = htole64(at->shdr);
		h.e_shentsize = htole16(sizeof(Elf64_Shdr));
		h.e_shnum = htole16(1);
	}
	return stream_put(&w->out, &h, sizeof(h));
}

static struct dm_error *put_note_phdr(struct elf_writer *w,
				      const struct elf_writer_options *o,
				      const struct layout *at)
{
	Elf64_Phdr h = {
		.p_type = htole32(PT_NOTE),
		.p_offset = htole64(at->notes),
		.p_filesz = htole64(o->notes_size),
		.p_memsz = htole64(o->notes_size),
	};

	return stream_put(&w->out, &h, sizeof(h));
}

static struct dm_error *put_load_phdrs(struct elf_writer *w,
				       const struct elf_writer_options *o,
				       const struct layout *at)
{
	struct dm_error *err = NULL;
	size_t i, n;

	for (i = 0; !err && i < w->count; i += n) {
		uint64_t pa = w->pfns[i] * o->page_size, size;
		Elf64_Phdr h = {
			.p_type = htole32(PT_LOAD),
			.p_flags = htole32(PF_R | PF_W | PF_X),
			.p_offset =
				htole64(at->data + i * (uint64_t)o->page_size),
			.p_vaddr = htole64(pa + o->linear_voffset),
			.p_paddr = htole64(pa),
		};

		n = run_length(w->pfns + i, w->count - i);
		size = n * (uint64_t)o->page_size;
		h.p_filesz = h.p_memsz = htole64(size);
		err = stream_put(&w->out, &h, sizeof(h));
	}
	return err;
}

/* gABI: it tells the number of program headers where e_phnum cannot. */
static struct dm_error *put_shdr(struct elf_writer *w, const struct layout *at)
{
	Elf64_Shdr h = { .sh_info = htole32((uint32_t)at->segments + 1) };

	return at->shdr ? stream_put(&w->out, &h, sizeof(h)) : NULL;
}

static struct dm_error *pad_to(struct elf_writer *w, uint64_t offset)
{
	static const uint8_t zeros[DATA_ALIGN];

	return stream_put(&w->out, zeros,
			  (size_t)(offset - w->out.pos - w->out.used));
}

/* They may be larger than the buffer. */
static struct dm_error *put_notes(struct elf_writer *w,
				  const struct elf_writer_options *o)
{
	const uint8_t *notes = o->notes;
	struct dm_error *err = NULL;
	size_t at, part;

	for (at = 0; !err && at < o->notes_size; at += part) {
		part = o->notes_size - at;
		if (part > BUFFER_SIZE)
			part = BUFFER_SIZE;
		err = stream_put(&w->out, notes + at, part);
	}
	return err;
}

static struct dm_error *put_front(struct elf_writer *w,
				  const struct elf_writer_options *o,
				  const struct layout *at)
{
	struct dm_error *err;

	err = put_ehdr(w, o, at);
	if (!err)
		err = put_note_phdr(w, o, at);
	if (!err)
		err = put_load_phdrs(w, o, at);
	if (!err)
		err = put_shdr(w, at);
	if (!err)
		err = pad_to(w, at->notes);
	if (!err)
		err = put_notes(w, o);
	if (!err)
		err = pad_to(w, at->data);
	/* A full disk is told now, not after the first MiB of pages. */
	return err ? err : stream_flush(&w->out);
}

/* ---- All ---------------------------------------------------------------- */

struct dm_error *elf_writer_create(struct elf_writer **ret, int fd,
				   const struct elf_writer_options *options,
				   const uint64_t *pfns, size_t count)
{
	struct elf_writer *w;
	struct layout at;
	struct dm_error *err;

	*ret = NULL;
	err = check_arguments(options, pfns, count);
	if (err)
		return err;
	make_layout(&at, options, pfns, count);
	if (!fits(&at))
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "too large for an ELF file");
	w = calloc(1, sizeof(*w));
	if (!w)
		return dm_error_no_memory();
	w->page_size = options->page_size;
	w->pfns = pfns;
	w->count = count;
	err = stream_init(&w->out, fd, BUFFER_SIZE, 0);
	if (!err)
		err = put_front(w, options, &at);
	if (err) {
		elf_writer_destroy(w);
		return err;
	}
	*ret = w;
	return NULL;
}

struct dm_error *elf_writer_add(struct elf_writer *w, uint64_t pfn,
				const void *data)
{
	if (w->next == w->count || w->pfns[w->next] != pfn)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "page frame 0x%llx comes out of turn",
				       (unsigned long long)pfn);
	w->next++;
	return stream_put(&w->out, data, w->page_size);
}

struct dm_error *elf_writer_finish(struct elf_writer *w)
{
	if (w->next < w->count)
		return dm_error_create(DM_ERROR_INVALID_ARGUMENT,
				       "page frame 0x%llx was not added",
				       (unsigned long long)w->pfns[w->next]);
	return stream_flush(&w->out);
}

void elf_writer_destroy(struct elf_writer *w)
{
	if (!w)
		return;
	stream_deinit(&w->out);
	free(w);
}
