// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recognises core files of Xen domains (xl dump-core): ELF files that have memory
 * in sections, by name (Xen, docs/misc/dump-core-format.txt).
 */
#include <elf.h>
#include <endian.h>
#include <string.h>

#include "dump/second.h"

/* There are some ten, with names of some hundred bytes. */
#define SECTIONS_MOST 64
#define NAMES_MOST    4096

struct sections {
	bool pages; /* .xen_pages */
	bool cpus; /* .xen_prstatus */
};

/* What cannot be read is no section. */
static struct dm_error *forgive(struct dm_error *err)
{
	if (!err || dm_error_is_fatal(err))
		return err;
	dm_error_destroy(err);
	return NULL;
}

static void look(const Elf64_Shdr *shdrs, size_t count, const char *names,
		 size_t size, struct sections *ret)
{
	size_t i;

	for (i = 0; i < count; i++) {
		uint32_t at = le32toh(shdrs[i].sh_name);

		if (at >= size)
			continue;
		/* The last byte read is a NUL. */
		ret->pages |= !strcmp(names + at, ".xen_pages");
		ret->cpus |= !strcmp(names + at, ".xen_prstatus");
	}
}

static struct dm_error *read_names(const struct bytes *bytes,
				   const Elf64_Shdr *shdrs, size_t count,
				   size_t index, struct sections *ret)
{
	uint64_t size = le64toh(shdrs[index].sh_size);
	char names[NAMES_MOST + 1];
	struct dm_error *err;

	if (size > NAMES_MOST)
		return NULL;
	err = dm_bytes_read(bytes, le64toh(shdrs[index].sh_offset), names,
			    (size_t)size);
	if (err)
		return err;
	names[size] = '\0';
	look(shdrs, count, names, (size_t)size, ret);
	return NULL;
}

static struct dm_error *find(const struct bytes *bytes, struct sections *ret)
{
	Elf64_Shdr shdrs[SECTIONS_MOST];
	struct dm_error *err;
	size_t count, index;
	Elf64_Ehdr ehdr;

	*ret = (struct sections){ 0 };
	err = dm_bytes_read(bytes, 0, &ehdr, sizeof(ehdr));
	if (err)
		return forgive(err);
	count = le16toh(ehdr.e_shnum);
	index = le16toh(ehdr.e_shstrndx);
	if (memcmp(ehdr.e_ident, ELFMAG, SELFMAG) != 0 ||
	    ehdr.e_ident[EI_CLASS] != ELFCLASS64 ||
	    ehdr.e_ident[EI_DATA] != ELFDATA2LSB ||
	    le16toh(ehdr.e_type) != ET_CORE ||
	    le16toh(ehdr.e_shentsize) != sizeof(*shdrs) ||
	    count > SECTIONS_MOST || index >= count)
		return NULL;
	err = dm_bytes_read(bytes, le64toh(ehdr.e_shoff), shdrs,
			    count * sizeof(*shdrs));
	if (!err)
		err = read_names(bytes, shdrs, count, index, ret);
	return forgive(err);
}

struct dm_error *dm_xen_core_is(const struct bytes *bytes, bool *is)
{
	struct sections sections;
	struct dm_error *err = find(bytes, &sections);

	*is = !err && sections.pages;
	return err;
}

/*
 * libkdumpfile up to 0.5.4 calls what an architecture has for that section, and
 * only x86-64 has something: elsewhere it calls NULL (elfdump.c: open_common()).
 */
struct dm_error *dm_xen_core_check(const struct bytes *bytes)
{
	struct sections sections;
	struct dm_error *err = find(bytes, &sections);

	if (err || !sections.cpus)
		return err;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"%s: a core file of a Xen domain, and libkdumpfile, which reads those, does not survive its section .xen_prstatus; take it out first: objcopy --remove-section=.xen_prstatus %s OUT",
		bytes->path, bytes->path);
}
