// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looks at the sections of ELF core files: those of Xen domains have their memory
 * in some, by name (Xen, docs/misc/dump-core-format.txt), and libkdumpfile
 * trusts all that is said of any.
 */
#include <elf.h>
#include <endian.h>
#include <string.h>

#include "directmap/machine.h"
#include "dump/second.h"

/* A Xen domain's core has some ten, with names of some hundred bytes. */
#define SECTIONS_MOST 64
#define NAMES_MOST    4096

struct sections {
	/* All that is said of them can be so. */
	bool sound;
	uint16_t segments, machine;
	size_t count;
	Elf64_Shdr v[SECTIONS_MOST];
	/* With a NUL behind them. */
	char names[NAMES_MOST + 1];
	size_t names_size;
};

static const char *name_of(const struct sections *s, size_t i)
{
	uint32_t at = le32toh(s->v[i].sh_name);

	return at < s->names_size ? s->names + at : "";
}

static bool has(const struct sections *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (!strcmp(name_of(s, i), name))
			return true;
	}
	return false;
}

static struct dm_error *read_names(const struct bytes *bytes, size_t index,
				   struct sections *s)
{
	uint64_t size = le64toh(s->v[index].sh_size);
	struct dm_error *err;

	s->sound = size && size <= NAMES_MOST;
	if (!s->sound)
		return NULL;
	err = dm_bytes_read(bytes, le64toh(s->v[index].sh_offset), s->names,
			    (size_t)size);
	if (err)
		return err;
	s->names_size = (size_t)size;
	s->sound = !s->names[size - 1];
	return NULL;
}

/* With so many that the header cannot say it, the first one does. */
static struct dm_error *read_table(const struct bytes *bytes,
				   const Elf64_Ehdr *ehdr, struct sections *s)
{
	uint64_t at = le64toh(ehdr->e_shoff), count = le16toh(ehdr->e_shnum);
	size_t index = le16toh(ehdr->e_shstrndx);
	struct dm_error *err;

	if (!at) {
		s->sound = !count;
		return NULL;
	}
	if (le16toh(ehdr->e_shentsize) != sizeof(*s->v))
		return NULL;
	if (!count) {
		err = dm_bytes_read(bytes, at, s->v, sizeof(*s->v));
		if (err)
			return err;
		count = le64toh(s->v[0].sh_size);
	}
	if (count > SECTIONS_MOST)
		return NULL;
	err = dm_bytes_read(bytes, at, s->v, count * sizeof(*s->v));
	if (err)
		return err;
	s->count = (size_t)count;
	s->sound = !index || index >= count;
	return s->sound ? NULL : read_names(bytes, index, s);
}

/* What cannot be read is not sound. */
static struct dm_error *read_sections(const struct bytes *bytes,
				      struct sections *s)
{
	struct dm_error *err;
	Elf64_Ehdr ehdr;

	memset(s, 0, sizeof(*s));
	err = dm_bytes_read(bytes, 0, &ehdr, sizeof(ehdr));
	if (!err && !memcmp(ehdr.e_ident, ELFMAG, SELFMAG) &&
	    ehdr.e_ident[EI_CLASS] == ELFCLASS64 &&
	    ehdr.e_ident[EI_DATA] == ELFDATA2LSB &&
	    le16toh(ehdr.e_type) == ET_CORE) {
		s->segments = le16toh(ehdr.e_phnum);
		s->machine = le16toh(ehdr.e_machine);
		err = read_table(bytes, &ehdr, s);
	}
	if (err && !dm_error_is_fatal(err)) {
		dm_error_destroy(err);
		err = NULL;
		s->sound = false;
	}
	return err;
}

struct dm_error *dm_xen_core_is(const struct bytes *bytes, bool *is)
{
	struct sections s;
	struct dm_error *err = read_sections(bytes, &s);

	*is = !err && has(&s, ".xen_pages");
	return err;
}

static bool is_known(const char *name)
{
	return !strncmp(name, ".xen_", 5) || !strcmp(name, ".note.Xen");
}

/* Those that libkdumpfile reads are in the file. */
static bool all_inside(const struct bytes *bytes, const struct sections *s)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (is_known(name_of(s, i)) &&
		    !dm_bytes_inside(bytes, le64toh(s->v[i].sh_offset),
				     le64toh(s->v[i].sh_size)))
			return false;
	}
	return true;
}

static uint64_t size_of(const struct sections *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (!strcmp(name_of(s, i), name))
			return le64toh(s->v[i].sh_size);
	}
	return 0;
}

/*
 * As xl dump-core makes it: no segments, and a page for each number, of PFN
 * alone or of PFN and GMFN.
 */
static bool is_whole_domain(const struct sections *s)
{
	uint64_t pages = size_of(s, ".xen_pages") / DM_PAGE_SIZE_LEAST;

	return !s->segments && s->machine == DM_MACHINE_ELF &&
	       size_of(s, ".xen_pfn") / 8 <= pages &&
	       size_of(s, ".xen_p2m") / 16 <= pages;
}

struct dm_error *dm_elf_sections_check(const struct bytes *bytes)
{
	struct sections s;
	struct dm_error *err = read_sections(bytes, &s);

	if (err)
		return err;
	if (!s.sound || !all_inside(bytes, &s) ||
	    (has(&s, ".xen_pages") && !is_whole_domain(&s)))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"%s: what its ELF header says of sections cannot be (cut off, of another machine, or damaged), and libkdumpfile does not survive that",
			bytes->path);
	/*
	 * Up to 0.5.4 libkdumpfile calls what an architecture has for that
	 * section, and only x86-64 has something: elsewhere it calls NULL
	 * (elfdump.c: open_common()).
	 */
	if (!has(&s, ".xen_prstatus"))
		return NULL;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: a core file of a Xen domain, and libkdumpfile, which reads those, does not survive its section .xen_prstatus; take it out first: llvm-objcopy --remove-section=.xen_prstatus %s OUT",
		bytes->path, bytes->path);
}
