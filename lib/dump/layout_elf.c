// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads ELF and program headers, checks them, and maps physical addresses to
 * file positions.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "directmap/machine.h"
#include "dump/kinds.h"
#include "dump/layout_elf.h"

/* makedumpfile.c: check_and_modify_elf_headers() sets it in e_flags. */
#define DUMP_ELF_INCOMPLETE 1

/* As many program headers are read at once. */
#define BATCH 64

struct segment {
	uint64_t pa, off, size;
};

struct segments {
	struct segment *v;
	size_t n, capacity;
};

bool dm_elf_is(const char *magic)
{
	return !memcmp(magic, ELFMAG, SELFMAG);
}

static struct dm_error *cut_off(const struct elf_layout *elf)
{
	return dm_error_create(
		DM_ERROR_BAD_DUMP,
		"%s: cut off within its headers; get the whole file",
		elf->bytes->path);
}

static struct dm_error *read_header(const struct elf_layout *elf, uint64_t off,
				    void *buf, size_t size)
{
	struct dm_error *err = dm_bytes_read(elf->bytes, off, buf, size);

	if (err && err->code == DM_ERROR_ABSENT) {
		dm_error_destroy(err);
		err = cut_off(elf);
	}
	return err;
}

static const char *machine_name(unsigned int machine)
{
	switch (machine) {
	case EM_X86_64:
		return "x86-64";
	case EM_386:
		return "x86";
	case EM_ARM:
		return "32-bit ARM";
	case EM_PPC64:
		return "ppc64";
	case EM_S390:
		return "s390x";
	case 243:
		return "RISC-V";
	case 258:
		return "LoongArch";
	default:
		return NULL;
	}
}

static struct dm_error *unsupported(const struct elf_layout *elf,
				    const char *what)
{
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: %s; only dumps of arm64 kernels are supported",
		elf->bytes->path, what);
}

static struct dm_error *check_ehdr(const struct elf_layout *elf,
				   const Elf64_Ehdr *ehdr)
{
	char what[64];

	if (ehdr->e_ident[EI_CLASS] == ELFCLASS32)
		return unsupported(elf, "a 32-bit ELF file");
	if (ehdr->e_ident[EI_CLASS] != ELFCLASS64)
		return unsupported(elf, "an ELF file of an unknown class");
	if (ehdr->e_ident[EI_DATA] != ELFDATA2LSB)
		return unsupported(elf, "a big-endian ELF file");
	if (ehdr->e_machine != DM_MACHINE_ELF) {
		const char *name = machine_name(ehdr->e_machine);

		snprintf(what, sizeof(what), "an ELF file of %s (machine %u)",
			 name ? name : "another architecture", ehdr->e_machine);
		return unsupported(elf, what);
	}
	if (ehdr->e_type != ET_CORE)
		return dm_kinds_refuse_elf(elf->bytes, ehdr->e_type);
	if (ehdr->e_phnum && ehdr->e_phentsize != sizeof(Elf64_Phdr))
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: the ELF header is damaged: program headers of %u "
			"bytes; get a fresh copy of the file",
			elf->bytes->path, ehdr->e_phentsize);
	return NULL;
}

/* More than any writer makes: a machine's RAM in pieces of 4 MiB, 16 TiB. */
#define MAX_PHDRS (UINT32_C(1) << 22)

/* With more segments than e_phnum can say, section 0 says it. */
static struct dm_error *count_phdrs(const struct elf_layout *elf,
				    const Elf64_Ehdr *ehdr, uint64_t *n)
{
	struct dm_error *err;
	Elf64_Shdr shdr;

	*n = ehdr->e_phnum;
	if (*n != PN_XNUM || !ehdr->e_shoff)
		return NULL;
	err = read_header(elf, ehdr->e_shoff, &shdr, sizeof(shdr));
	if (!err && shdr.sh_info > MAX_PHDRS)
		err = dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: %u program headers: the ELF header is damaged",
			elf->bytes->path, shdr.sh_info);
	if (!err)
		*n = shdr.sh_info;
	return err;
}

/*
 * /proc/kcore gives its segments for vmalloc, modules and vmemmap the physical
 * address -1 and all others the true one (fs/proc/kcore.c, alike from 5.10 to
 * 7.3; earlier kernels gave 0 to all). There is always one for vmalloc, and no
 * other writer of dumps makes such a segment.
 */
static struct dm_error *take_load(struct elf_layout *elf,
				  struct segments *segments,
				  const Elf64_Phdr *phdr)
{
	struct dm_error *err;

	if (phdr->p_paddr == UINT64_MAX) {
		elf->kcore = true;
		return NULL;
	}
	/* What makedumpfile -E left out has no bytes in the file. */
	if (!phdr->p_filesz)
		return NULL;
	if (phdr->p_paddr >= DM_PA_END ||
	    phdr->p_filesz > DM_PA_END - phdr->p_paddr ||
	    phdr->p_offset > INT64_MAX ||
	    phdr->p_filesz > INT64_MAX - phdr->p_offset)
		return NULL;
	err = dm_array_reserve(&segments->v, &segments->capacity, segments->n,
			       1, MAX_PHDRS);
	if (err)
		return err;
	segments->v[segments->n++] = (struct segment){
		.pa = phdr->p_paddr,
		.off = phdr->p_offset,
		.size = phdr->p_filesz,
	};
	return NULL;
}

static struct dm_error *take_note(struct elf_layout *elf,
				  const Elf64_Phdr *phdr)
{
	uint64_t size = phdr->p_filesz;

	if (!size)
		return NULL;
	if (size > elf->bytes->file_size)
		return dm_error_create(
			DM_ERROR_BAD_DUMP,
			"%s: the ELF header is damaged: %llu bytes of notes; "
			"get a fresh copy of the file",
			elf->bytes->path, (unsigned long long)size);
	if (!dm_bytes_inside(elf->bytes, phdr->p_offset, size))
		return cut_off(elf);
	return dm_notes_read(&elf->notes, elf->bytes, phdr->p_offset, size);
}

static struct dm_error *read_phdrs(struct elf_layout *elf,
				   const Elf64_Ehdr *ehdr, uint64_t n,
				   struct segments *segments)
{
	Elf64_Phdr batch[BATCH];
	struct dm_error *err = NULL;
	uint64_t i, part;

	for (i = 0; !err && i < n; i++) {
		if (i % BATCH == 0) {
			part = n - i < BATCH ? n - i : BATCH;
			if (ehdr->e_phoff > INT64_MAX / 2)
				part = 0;
			err = read_header(elf,
					  ehdr->e_phoff + i * sizeof(*batch),
					  batch, (size_t)part * sizeof(*batch));
			if (err || !part)
				break;
		}
		if (batch[i % BATCH].p_type == PT_LOAD)
			err = take_load(elf, segments, &batch[i % BATCH]);
		else if (batch[i % BATCH].p_type == PT_NOTE)
			err = take_note(elf, &batch[i % BATCH]);
	}
	return err;
}

/*
 * RAM may begin at 0, but at most one segment begins there; when several say
 * so, the writer did not know (/proc/kcore before 4.19).
 */
static void drop_unknown(struct segments *segments)
{
	size_t i, n = 0, zeros = 0;

	for (i = 0; i < segments->n; i++)
		zeros += !segments->v[i].pa;
	if (zeros < 2)
		return;
	for (i = 0; i < segments->n; i++) {
		if (segments->v[i].pa)
			segments->v[n++] = segments->v[i];
	}
	segments->n = n;
}

/* By address; of those at one address the largest first. */
static int segment_cmp(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	if (x->pa != y->pa)
		return x->pa < y->pa ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return 0;
}

/* Add the part of a segment that the file has, and note what it has not. */
static struct dm_error *add_segment(struct elf_layout *elf, struct extents *map,
				    const struct segment *s)
{
	uint64_t end = elf->bytes->size, have = 0;
	struct dm_error *err;

	if (s->off < end)
		have = s->size < end - s->off ? s->size : end - s->off;
	err = dm_extents_add(map, s->pa, have, s->off);
	if (!err)
		err = dm_extents_add(&elf->lost, s->pa + have, s->size - have,
				     s->off + have);
	return err;
}

static struct dm_error *take_map(struct elf_layout *elf, struct ram *ram,
				 struct extents *map)
{
	struct dm_error *err = dm_extents_settle(map);

	return err ? err : dm_ram_take(ram, map, elf->bytes);
}

static struct dm_error *place_segments(struct elf_layout *elf,
				       const struct segments *segments)
{
	struct extents inner = { 0 }, outer = { 0 };
	uint64_t high = 0;
	struct dm_error *err = NULL;
	size_t i;

	if (segments->n)
		qsort(segments->v, segments->n, sizeof(*segments->v),
		      segment_cmp);
	for (i = 0; !err && i < segments->n; i++) {
		const struct segment *s = &segments->v[i];
		bool within = s->pa + s->size <= high;

		err = add_segment(elf, within ? &inner : &outer, s);
		if (!within)
			high = s->pa + s->size;
	}
	if (!err)
		err = take_map(elf, &elf->inner, &inner);
	if (!err)
		err = take_map(elf, &elf->outer, &outer);
	if (!err)
		err = dm_extents_settle(&elf->lost);
	dm_extents_destroy(&inner);
	dm_extents_destroy(&outer);
	return err;
}

/* ---- Cores of something else -------------------------------------------- */

/* More than Xen's tools write: five sections, 41 bytes of names. */
#define XEN_SECTIONS 64
#define XEN_NAMES    512

/*
 * A dump of a domain has sections and no segments: .note.Xen, .xen_pages and
 * others (Xen, docs/misc/dump-core-format.txt).
 */
static bool is_xen_domain(const struct elf_layout *elf, const Elf64_Ehdr *ehdr)
{
	Elf64_Shdr shdr;
	char names[XEN_NAMES];
	struct dm_error *err;
	uint64_t at = ehdr->e_shoff + ehdr->e_shstrndx * sizeof(shdr);

	if (ehdr->e_phnum || !ehdr->e_shnum || ehdr->e_shnum > XEN_SECTIONS ||
	    ehdr->e_shstrndx >= ehdr->e_shnum || ehdr->e_shoff > INT64_MAX / 2)
		return false;
	err = dm_bytes_read(elf->bytes, at, &shdr, sizeof(shdr));
	if (!err && shdr.sh_size > sizeof(names))
		shdr.sh_size = sizeof(names);
	if (!err)
		err = dm_bytes_read(elf->bytes, shdr.sh_offset, names,
				    (size_t)shdr.sh_size);
	if (err) {
		dm_error_destroy(err);
		return false;
	}
	return memmem(names, (size_t)shdr.sh_size, ".xen_p", 6);
}

static struct dm_error *of_xen(const struct elf_layout *elf, const char *what)
{
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: %s, not a vmcore; run kdump within the domain whose kernel is meant, and give that vmcore",
		elf->bytes->path, what);
}

/* gcore, a core file of the kernel's, or crash's gcore extension. */
static struct dm_error *of_process(const struct elf_layout *elf)
{
	const char *name = elf->facts.process;

	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: the core of a process%s%s%s, not of a kernel; if it ran a virtual machine, take the dump of that: virsh dump --memory-only --format=kdump-zlib DOMAIN FILE (QEMU: dump-guest-memory)",
		elf->bytes->path, *name ? " (" : "", name, *name ? ")" : "");
}

/* Of memory, but not of a kernel's; what has VMCOREINFO is of a kernel. */
static struct dm_error *refuse_others(const struct elf_layout *elf,
				      const Elf64_Ehdr *ehdr)
{
	const struct notes_facts *facts = &elf->facts;

	if (facts->vmcoreinfo_size)
		return NULL;
	if (facts->of_process)
		return of_process(elf);
	if (facts->of_xen)
		return of_xen(elf, "a dump of a Xen hypervisor or domain");
	if (is_xen_domain(elf, ehdr))
		return of_xen(elf, "a core of a Xen domain (xl dump-core)");
	return NULL;
}

static struct dm_error *read_segments(struct elf_layout *elf,
				      const Elf64_Ehdr *ehdr,
				      struct segments *segments)
{
	struct dm_error *err;
	uint64_t n;

	err = count_phdrs(elf, ehdr, &n);
	if (!err)
		err = read_phdrs(elf, ehdr, n, segments);
	if (err)
		return err;
	dm_notes_scan(&elf->notes, &elf->facts);
	return refuse_others(elf, ehdr);
}

/*
 * The core of a VMM has the host's machine, which says nothing of the guest's.
 * Takes @p err, what the header was refused for.
 */
static struct dm_error *refuse_header(struct elf_layout *elf,
				      const Elf64_Ehdr *ehdr,
				      struct segments *segments,
				      struct dm_error *err)
{
	struct dm_error *better;

	if (ehdr->e_type != ET_CORE || ehdr->e_machine == DM_MACHINE_ELF ||
	    ehdr->e_phentsize != sizeof(Elf64_Phdr) ||
	    ehdr->e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr->e_ident[EI_DATA] != ELFDATA2LSB)
		return err;
	better = read_segments(elf, ehdr, segments);
	if (!better)
		return err;
	if (better->code != DM_ERROR_UNSUPPORTED &&
	    !dm_error_is_fatal(better)) {
		dm_error_destroy(better);
		return err;
	}
	dm_error_destroy(err);
	return better;
}

static struct dm_error *open_layout(struct elf_layout *elf,
				    struct segments *segments)
{
	struct dm_error *err;
	Elf64_Ehdr ehdr;

	err = read_header(elf, 0, &ehdr, sizeof(ehdr));
	if (err)
		return err;
	err = check_ehdr(elf, &ehdr);
	if (err)
		return refuse_header(elf, &ehdr, segments, err);
	err = read_segments(elf, &ehdr, segments);
	if (err)
		return err;
	elf->marked_incomplete = ehdr.e_flags & DUMP_ELF_INCOMPLETE;
	drop_unknown(segments);
	err = place_segments(elf, segments);
	if (err)
		return err;
	if (!segments->n)
		return dm_error_create(DM_ERROR_BAD_DUMP,
				       "%s: an ELF core file without physical "
				       "memory in it (not of a kernel?)",
				       elf->bytes->path);
	return NULL;
}

struct dm_error *dm_elf_layout_open(struct elf_layout *elf,
				    const struct bytes *bytes)
{
	struct segments segments = { 0 };
	struct dm_error *err;

	*elf = (struct elf_layout){ .bytes = bytes };
	err = open_layout(elf, &segments);
	free(segments.v);
	return err;
}

void dm_elf_layout_close(struct elf_layout *elf)
{
	dm_ram_destroy(&elf->inner);
	dm_ram_destroy(&elf->outer);
	dm_extents_destroy(&elf->lost);
	dm_notes_deinit(&elf->notes);
	*elf = (struct elf_layout){ 0 };
}

/* No map holds all of [pa, pa + size): why? */
static struct dm_error *absent(const struct elf_layout *elf, uint64_t pa,
			       uint64_t size)
{
	const struct extent *e = dm_extents_find(&elf->lost, pa);

	if (e && e->start < pa + size)
		return dm_error_create(DM_ERROR_ABSENT,
				       "physical address 0x%llx is not in the "
				       "dump: %s is cut off",
				       (unsigned long long)pa,
				       elf->bytes->path);
	return dm_error_create(DM_ERROR_ABSENT,
			       "physical address 0x%llx is not in the dump: no "
			       "segment of %s has it",
			       (unsigned long long)pa, elf->bytes->path);
}

static bool is_zero(const char *buf, size_t size)
{
	return !*buf && !memcmp(buf, buf + 1, size - 1);
}

/*
 * The kernel's image has a segment of its own within that of RAM (kexec-tools,
 * kexec/arch/arm64/crashdump-arm64.c): the same bytes twice, and if they are
 * not, none of them can be vouched for.
 */
static struct dm_error *compare(const struct elf_layout *elf, uint64_t pa,
				const char *buf, size_t size)
{
	char other[4096];
	struct dm_error *err;
	size_t part;

	for (; size; pa += part, buf += part, size -= part) {
		part = size < sizeof(other) ? size : sizeof(other);
		err = dm_ram_read(&elf->outer, pa, other, part);
		/* What cannot be read does not contradict. */
		if (err)
			dm_error_destroy(err);
		else if (memcmp(buf, other, part) != 0)
			return dm_error_create(
				DM_ERROR_BROKEN,
				"physical address 0x%llx: two segments of %s have it, with different bytes",
				(unsigned long long)pa, elf->bytes->path);
	}
	return NULL;
}

/*
 * In /proc/kcore neither the kernel image nor the linear map shows all of the
 * image's pages: what init code has freed is not mapped in the image any more,
 * and since 7.x the linear alias of data and bss is not valid. Either reads as
 * zeros then (fs/proc/kcore.c: read_kcore_iter()), so the other is asked.
 */
struct dm_error *dm_elf_layout_read(const void *layout, uint64_t pa, void *buf,
				    size_t size)
{
	const struct elf_layout *elf = layout;
	bool outer = dm_ram_hold(&elf->outer, pa, size);
	struct dm_error *err;

	if (dm_ram_hold(&elf->inner, pa, size)) {
		err = dm_ram_read(&elf->inner, pa, buf, size);
		if (outer && !err && !elf->kcore)
			return compare(elf, pa, buf, size);
		if (!outer || (!err && !(elf->kcore && is_zero(buf, size))))
			return err;
		dm_error_destroy(err);
	}
	return outer ? dm_ram_read(&elf->outer, pa, buf, size)
		     : absent(elf, pa, size);
}

/* Of what two segments have, as much is read as a page has at least. */
static struct dm_error *compare_all(const struct elf_layout *elf, uint64_t pa,
				    size_t size)
{
	struct dm_error *err = NULL;
	char buf[4096];
	size_t part;

	for (; !err && size; pa += part, size -= part) {
		part = size < sizeof(buf) ? size : sizeof(buf);
		err = dm_elf_layout_read(elf, pa, buf, part);
	}
	return err;
}

struct dm_error *dm_elf_layout_hold(const struct elf_layout *elf, uint64_t pa,
				    size_t size)
{
	bool outer = dm_ram_hold(&elf->outer, pa, size);

	if (dm_ram_hold(&elf->inner, pa, size))
		return outer ? compare_all(elf, pa, size) : NULL;
	return outer ? NULL : absent(elf, pa, size);
}

bool dm_elf_layout_place(const void *layout, uint64_t pa, uint64_t size,
			 const struct bytes **bytes, uint64_t *off)
{
	const struct elf_layout *elf = layout;
	bool inner = dm_ram_hold(&elf->inner, pa, size);

	/* One of two places is not all that there is to read. */
	if (elf->kcore || (inner && dm_ram_hold(&elf->outer, pa, size)))
		return false;
	return dm_ram_place(inner ? &elf->inner : &elf->outer, pa, size, bytes,
			    off);
}
