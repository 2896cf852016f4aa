// SPDX-License-Identifier: GPL-2.0-or-later
/* What a file that is said to be a vmlinux really is. */
#include <elf.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <elfutils/libdwelf.h>

#include "directmap/debuginfo.h"
#include "directmap/machine.h"
#include "debuginfo/vmlinux_private.h"
#include "directmap/text.h"

static const struct packing {
	const char *magic;
	size_t size;
	const char *tool;
} packings[] = {
	{ "\xfd"
	  "7zXZ\0",
	  6, "xz -dk" },
	{ "\x1f\x8b", 2, "gunzip -k" },
	{ "BZh", 3, "bunzip2 -k" },
	{ "\x28\xb5\x2f\xfd", 4, "unzstd" },
	{ "\x04\x22\x4d\x18", 4, "unlz4" },
	{ "\x02\x21\x4c\x18", 4, "unlz4" },
	{ "\x89LZO", 4, "lzop -d" },
	{ "]\0\0", 3, "unlzma -k" },
};

static struct dm_error *not_elf(const unsigned char *image, size_t size)
{
	size_t i;

	for (i = 0; i < sizeof(packings) / sizeof(packings[0]); i++)
		if (size >= packings[i].size &&
		    !memcmp(image, packings[i].magic, packings[i].size))
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"compressed: unpack it first (%s)",
				packings[i].tool);
	if (size >= 60 && !memcmp(image + DM_MACHINE_IMAGE_MAGIC_AT,
				  DM_MACHINE_IMAGE_MAGIC, 4))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"a boot image, which has no symbols: give the vmlinux of the same build");
	return dm_error_create(DM_ERROR_UNSUPPORTED,
			       "not a vmlinux (no ELF file)");
}

struct dm_error *dm_vmlinux_check_header(const unsigned char *image,
					 size_t size)
{
	Elf64_Ehdr header;

	if (size < SELFMAG || memcmp(image, ELFMAG, SELFMAG) != 0)
		return not_elf(image, size);
	if (size < sizeof(header))
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "cut off in the ELF header");
	memcpy(&header, image, sizeof(header));
	if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB ||
	    le16toh(header.e_machine) != DM_MACHINE_ELF)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"not for little-endian arm64 (ELF machine %u)",
			le16toh(header.e_machine));
	/* arm64 links it as either (CONFIG_RELOCATABLE: ET_DYN). */
	if (le16toh(header.e_type) != ET_EXEC &&
	    le16toh(header.e_type) != ET_DYN)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"not a linked kernel (ELF type %u): give the vmlinux",
			le16toh(header.e_type));
	return NULL;
}

bool dm_debuginfo_is_vmlinux(const void *head, size_t size)
{
	struct dm_error *err = dm_vmlinux_check_header(head, size);

	dm_error_destroy(err);
	return !err;
}

/* libelf takes a table of sections that is cut off for none. */
struct dm_error *dm_vmlinux_check_sections(struct vmlinux *vmlinux)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	GElf_Ehdr elf;
	size_t count;

	if (!gelf_getehdr(vmlinux->elf, &elf) ||
	    elf_getshdrnum(vmlinux->elf, &count) || count < 2 ||
	    elf.e_shoff > vmlinux->size ||
	    count > (vmlinux->size - elf.e_shoff) / sizeof(Elf64_Shdr))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"the table of sections is not in the file: cut off, or stripped");
	while ((section = elf_nextscn(vmlinux->elf, section))) {
		if (!gelf_getshdr(section, &header))
			return dm_error_create(DM_ERROR_UNSUPPORTED,
					       "section %zu: %s",
					       elf_ndxscn(section),
					       elf_errmsg(-1));
		if (header.sh_type != SHT_NOBITS &&
		    (header.sh_offset > vmlinux->size ||
		     header.sh_size > vmlinux->size - header.sh_offset))
			return dm_error_create(
				DM_ERROR_UNSUPPORTED,
				"section %zu reaches beyond the end of the file: cut off",
				elf_ndxscn(section));
	}
	return NULL;
}

/* init/version.c, linux_banner: "Linux version RELEASE (". */
static struct dm_error *check_release(const struct vmlinux *vmlinux,
				      const struct dm_kernel *kernel)
{
	static const char start[] = "Linux version ";
	const size_t skip = sizeof(start) - 1;
	char release[DM_RELEASE_MAX];
	size_t i;

	if (vmlinux->banner_max <= skip ||
	    memcmp(vmlinux->banner, start, skip) != 0)
		return NULL;
	/* As dm_kernel_init() takes it from VMCOREINFO. */
	for (i = 0; i < sizeof(release) - 1 && skip + i < vmlinux->banner_max;
	     i++) {
		char c = (char)vmlinux->banner[skip + i];

		if (c == ' ' || !c)
			break;
		release[i] = dm_ascii_is_visible(c) ? c : '?';
	}
	release[i] = '\0';
	if (!strcmp(release, kernel->release))
		return NULL;
	return dm_error_create(DM_ERROR_UNSUPPORTED,
			       "this vmlinux is of Linux %s, the dump is of %s",
			       release, kernel->release);
}

/* BUILD-ID= in VMCOREINFO is in lower-case hexadecimal (%*phN). */
static struct dm_error *check_build_id(struct vmlinux *vmlinux,
				       const struct dm_vmcoreinfo *info)
{
	const unsigned char *id;
	const void *found;
	struct dm_error *err;
	const char *dumped;
	char text[129] = "";
	size_t size, i;
	ssize_t count;

	if (!dm_vmcoreinfo_has(info, "BUILD-ID"))
		return NULL;
	err = dm_vmcoreinfo_string(info, "BUILD-ID", &dumped, &size);
	if (err)
		return err;
	count = dwelf_elf_gnu_build_id(vmlinux->elf, &found);
	if (count <= 0 || count > 64)
		return NULL;
	id = found;
	for (i = 0; i < (size_t)count; i++)
		sprintf(text + 2 * i, "%02x", id[i]);
	if (size == strlen(text) && !memcmp(dumped, text, size))
		return NULL;
	/* A kernel that did not find its own leaves the line empty or zero. */
	for (i = 0; i < size && dumped[i] == '0'; i++)
		;
	if (i == size)
		return NULL;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"this vmlinux is of another build: its build id is %s, the dump's %.*s",
		text, (int)(size < 128 ? size : 128), dumped);
}

struct dm_error *dm_vmlinux_check_kernel(struct vmlinux *vmlinux,
					 const struct dm_kernel *kernel,
					 const struct dm_vmcoreinfo *info)
{
	struct dm_error *err = check_release(vmlinux, kernel);

	return err ? err : check_build_id(vmlinux, info);
}
