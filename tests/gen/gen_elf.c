// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ELF vmcores: as /proc/vmcore and QEMU have them (a PT_LOAD for a range of
 * physical memory), and as /proc/kcore has them (fs/proc/kcore.c: PT_LOADs by
 * virtual address, of which only the linear map's have a physical one).
 */
#include <elf.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gen_priv.h"

/* makedumpfile: DUMP_ELF_INCOMPLETE in e_flags. */
#define ELF_FLAG_INCOMPLETE 1

/* Larger offsets do not fit an ext4 file. */
#define OFFSET_MAX ((uint64_t)8 << 40)

struct segment {
	uint64_t pa, va, memsz, filesz, offset;
};

struct elf {
	const struct gen *g;
	int fd;
	struct segment *segs;
	size_t count, capacity;
	uint64_t notes_offset, data_offset, end;
};

static struct dm_error *add_segment(struct elf *elf, const struct segment *seg)
{
	if (elf->count == elf->capacity) {
		size_t capacity = elf->capacity ? 2 * elf->capacity : 64;
		struct segment *segs;

		segs = realloc(elf->segs, capacity * sizeof(*segs));
		if (!segs)
			return dm_error_no_memory();
		elf->segs = segs;
		elf->capacity = capacity;
	}
	elf->segs[elf->count++] = *seg;
	return NULL;
}

static uint64_t segment_va(const struct gen *g, uint64_t pa)
{
	switch (g->format.vaddr) {
	case GEN_VADDR_ZERO:
		return 0;
	case GEN_VADDR_PADDR:
		return pa;
	case GEN_VADDR_LINEAR:
		break;
	}
	return gen_linear_va(g, pa);
}

/* A range without dropped pages, in pieces no longer than asked for. */
static struct dm_error *add_range(struct elf *elf, uint64_t start, uint64_t end)
{
	const struct gen *g = elf->g;

	while (start < end) {
		uint64_t size = end - start;
		struct segment seg;
		struct dm_error *err;

		if (g->format.chunk && size > g->format.chunk)
			size = g->format.chunk;
		seg = (struct segment){
			.pa = start,
			.va = segment_va(g, start),
			.memsz = size,
			.filesz = size,
		};
		if (!g->format.kcore)
			seg.filesz -= g->format.filesz_short < size
					      ? g->format.filesz_short
					      : size;
		err = add_segment(elf, &seg);
		if (err)
			return err;
		start += size;
	}
	return NULL;
}

/* The memory of the dump: what is RAM and what was written, merged. */
static struct dm_error *memory_ranges(const struct gen *g,
				      struct gen_page **pages, size_t count,
				      struct gen_ranges *all)
{
	struct dm_error *err = NULL;
	size_t i;

	for (i = 0; !err && !g->format.tight && i < g->ram.count; i++)
		err = gen_ranges_add(all, g->ram.list[i].start,
				     g->ram.list[i].end);
	for (i = 0; !err && i < count; i++) {
		if (pages[i]->written)
			err = gen_ranges_add(all, pages[i]->pa,
					     pages[i]->pa + gen_page_size(g));
	}
	gen_ranges_normalize(all);
	return err;
}

static struct dm_error *add_memory(struct elf *elf, struct gen_page **pages,
				   size_t count)
{
	struct gen_ranges all = { 0 };
	struct dm_error *err;
	size_t i, p = 0;

	err = memory_ranges(elf->g, pages, count, &all);
	for (i = 0; !err && i < all.count; i++) {
		uint64_t start = all.list[i].start, end = all.list[i].end;

		for (; !err && p < count && pages[p]->pa < end; p++) {
			if (!pages[p]->dropped || pages[p]->pa < start)
				continue;
			err = add_range(elf, start, pages[p]->pa);
			start = pages[p]->pa + gen_page_size(elf->g);
		}
		if (!err)
			err = add_range(elf, start, end);
	}
	free(all.list);
	return err;
}

/* vmalloc space and modules come before RAM, the vmemmap after it. */
static struct dm_error *add_virtual(struct elf *elf, uint64_t start,
				    uint64_t end)
{
	struct segment seg = {
		.pa = UINT64_MAX,
		.va = start,
		.memsz = end - start,
		.filesz = end - start,
	};

	return add_segment(elf, &seg);
}

static struct dm_error *add_kcore(struct elf *elf, struct gen_page **pages,
				  size_t count)
{
	const struct gen *g = elf->g;
	struct gen_layout at;
	struct dm_error *err;
	uint64_t first, last;
	size_t ram;

	gen_kernel_layout(g, &at);
	err = add_virtual(elf, at.vmalloc_start, at.vmalloc_end);
	if (!err)
		err = add_virtual(elf, at.modules_start, at.modules_end);
	ram = elf->count;
	if (!err)
		err = add_memory(elf, pages, count);
	if (err || ram == elf->count)
		return err;
	/* 64 bytes for each page; one range is enough of them. */
	first = elf->segs[ram].va - at.page_offset;
	last = first + elf->segs[ram].memsz;
	return add_virtual(elf,
			   at.vmemmap_start + (first >> g->page_shift) * 64,
			   at.vmemmap_start + (last >> g->page_shift) * 64);
}

static void reverse(struct elf *elf)
{
	size_t i;

	for (i = 0; i < elf->count / 2; i++) {
		struct segment seg = elf->segs[i];

		elf->segs[i] = elf->segs[elf->count - 1 - i];
		elf->segs[elf->count - 1 - i] = seg;
	}
}

static uint64_t page_align(const struct elf *elf, uint64_t offset)
{
	return (offset + gen_page_size(elf->g) - 1) &
	       ~(gen_page_size(elf->g) - 1);
}

/* kc_vaddr_to_offset() where such a file can exist. */
static uint64_t kcore_offset(const struct elf *elf, const struct segment *seg)
{
	return seg->va - gen_page_offset(elf->g->va_configured) +
	       elf->data_offset;
}

static void place_segments(struct elf *elf)
{
	uint64_t pos = elf->data_offset;
	bool compact = !elf->g->format.kcore;
	size_t i;

	for (i = 0; i < elf->count; i++) {
		const struct segment *seg = &elf->segs[i];

		if (seg->pa != UINT64_MAX &&
		    kcore_offset(elf, seg) + seg->memsz > OFFSET_MAX)
			compact = true;
	}
	elf->end = pos;
	for (i = 0; i < elf->count; i++) {
		struct segment *seg = &elf->segs[i];

		seg->offset = kcore_offset(elf, seg);
		if (seg->pa == UINT64_MAX)
			continue; /* beyond the end: there is no data */
		if (compact)
			seg->offset = pos;
		pos = page_align(elf, pos + seg->filesz);
		if (seg->offset + seg->filesz > elf->end)
			elf->end = seg->offset + seg->filesz;
	}
}

uint16_t gen_elf_machine(const struct gen *g)
{
	if (!strcmp(g->machine, "x86_64"))
		return EM_X86_64;
	if (!strcmp(g->machine, "s390x"))
		return EM_S390;
	if (!strcmp(g->machine, "riscv64"))
		return EM_RISCV;
	if (!strcmp(g->machine, "ppc64le"))
		return EM_PPC64;
	return EM_AARCH64;
}

/* With PN_XNUM the true count is in sh_info of the first section header. */
static struct dm_error *write_ehdr(const struct elf *elf)
{
	uint64_t phoff = elf->g->format.phoff;
	bool many = elf->count + 1 >= PN_XNUM;
	Elf64_Ehdr eh = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
			     ELFDATA2LSB, EV_CURRENT },
		.e_type = htole16(ET_CORE),
		.e_machine = htole16(gen_elf_machine(elf->g)),
		.e_version = htole32(EV_CURRENT),
		.e_phoff = htole64(phoff),
		.e_flags = htole32(
			elf->g->format.incomplete ? ELF_FLAG_INCOMPLETE : 0),
		.e_ehsize = htole16(sizeof(eh)),
		.e_phentsize = htole16(sizeof(Elf64_Phdr)),
		.e_phnum = htole16(many ? PN_XNUM : (uint16_t)(elf->count + 1)),
	};
	Elf64_Shdr sh = { .sh_info = htole32((uint32_t)elf->count + 1) };
	struct dm_error *err = NULL;

	if (many) {
		uint64_t at = phoff + (elf->count + 1) * sizeof(Elf64_Phdr);

		eh.e_shoff = htole64(at);
		eh.e_shentsize = htole16(sizeof(sh));
		eh.e_shnum = htole16(1);
		err = gen_pwrite(elf->fd, &sh, sizeof(sh), at);
	}
	return err ? err : gen_pwrite(elf->fd, &eh, sizeof(eh), 0);
}

static struct dm_error *write_phdrs(const struct elf *elf, size_t notes_size)
{
	Elf64_Phdr *ph = calloc(elf->count + 1, sizeof(*ph));
	struct dm_error *err;
	size_t i;

	if (!ph)
		return dm_error_no_memory();
	ph[0].p_type = htole32(PT_NOTE);
	ph[0].p_offset = htole64(elf->notes_offset);
	ph[0].p_filesz = htole64(notes_size);
	ph[0].p_memsz = htole64(notes_size);
	for (i = 0; i < elf->count; i++) {
		const struct segment *seg = &elf->segs[i];

		ph[i + 1].p_type = htole32(PT_LOAD);
		ph[i + 1].p_flags = htole32(PF_R | PF_W | PF_X);
		ph[i + 1].p_offset = htole64(seg->offset);
		ph[i + 1].p_vaddr = htole64(seg->va);
		ph[i + 1].p_paddr = htole64(seg->pa);
		ph[i + 1].p_filesz = htole64(seg->filesz);
		ph[i + 1].p_memsz = htole64(seg->memsz);
		ph[i + 1].p_align = htole64(gen_page_size(elf->g));
	}
	err = gen_pwrite(elf->fd, ph, (elf->count + 1) * sizeof(*ph),
			 elf->g->format.phoff);
	free(ph);
	return err;
}

static int compare_segments(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return x->pa < y->pa ? -1 : x->pa > y->pa;
}

static struct dm_error *write_pages(struct elf *elf, struct gen_page **pages,
				    size_t count)
{
	struct dm_error *err = NULL;
	size_t i, s = 0;

	/* The headers are written; from here on only by address. */
	if (elf->count)
		qsort(elf->segs, elf->count, sizeof(*elf->segs),
		      compare_segments);
	for (i = 0; !err && i < count; i++) {
		uint64_t at, size = gen_page_size(elf->g);
		const struct segment *seg;

		if (pages[i]->dropped || !pages[i]->data)
			continue;
		while (s < elf->count &&
		       elf->segs[s].pa + elf->segs[s].memsz <= pages[i]->pa)
			s++;
		if (s == elf->count)
			break;
		seg = &elf->segs[s];
		at = pages[i]->pa - seg->pa;
		if (at >= seg->filesz)
			continue;
		if (size > seg->filesz - at)
			size = seg->filesz - at;
		err = gen_pwrite(elf->fd, pages[i]->data, size,
				 seg->offset + at);
	}
	return err;
}

struct dm_error *gen_write_elf(struct gen *g, int fd, struct gen_page **pages,
			       size_t count, const uint8_t *notes,
			       size_t notes_size)
{
	struct elf elf = { .g = g, .fd = fd };
	struct dm_error *err;

	if (!g->format.phoff)
		g->format.phoff = sizeof(Elf64_Ehdr);
	err = g->format.kcore ? add_kcore(&elf, pages, count)
			      : add_memory(&elf, pages, count);
	if (err)
		goto out;
	if (g->format.reverse)
		reverse(&elf);
	elf.notes_offset = g->format.phoff +
			   (elf.count + 1) * sizeof(Elf64_Phdr) +
			   sizeof(Elf64_Shdr);
	elf.data_offset = page_align(&elf, elf.notes_offset + notes_size);
	place_segments(&elf);
	err = write_ehdr(&elf);
	if (!err)
		err = write_phdrs(&elf, notes_size);
	if (!err)
		err = gen_pwrite(fd, notes, notes_size, elf.notes_offset);
	if (!err)
		err = write_pages(&elf, pages, count);
	if (!err && ftruncate(fd, (off_t)elf.end))
		err = dm_error_create(DM_ERROR_OS, "cannot write the dump: %m");
out:
	free(elf.segs);
	return err;
}
