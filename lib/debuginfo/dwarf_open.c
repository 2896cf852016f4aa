// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether libdw can read all of a vmlinux's DWARF, said before it tries. */
#include <string.h>

#include "debuginfo/dwarf_index.h"
#include "debuginfo/vmlinux_private.h"

/* libdw passes over a section that it cannot unpack, without a word. */
static struct dm_error *check_compression(Elf_Scn *section)
{
	GElf_Chdr packed;

	if (!gelf_getchdr(section, &packed))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"a compressed section of the vmlinux has no header: damaged");
	if (elf_compress(section, 0, 0) >= 0)
		return NULL;
	return dm_error_create(
		DM_ERROR_UNSUPPORTED,
		"the vmlinux's DWARF is compressed (kind %u) and does not unpack: %s; try objcopy --decompress-debug-sections",
		packed.ch_type, elf_errmsg(-1));
}

static struct dm_error *check_sections(struct vmlinux *vmlinux)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	bool any = false;
	size_t names;

	if (dm_vmlinux_section(vmlinux, ".gnu_debugaltlink", &header))
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"part of the vmlinux's DWARF is in another file (.gnu_debugaltlink, made by dwz), which is not read");
	if (elf_getshdrstrndx(vmlinux->elf, &names))
		return dm_error_create(DM_ERROR_UNSUPPORTED, "%s",
				       elf_errmsg(-1));
	while ((section = elf_nextscn(vmlinux->elf, section))) {
		struct dm_error *err = NULL;
		const char *name;

		if (!gelf_getshdr(section, &header))
			continue;
		name = elf_strptr(vmlinux->elf, names, header.sh_name);
		if (!name || header.sh_type == SHT_NOBITS)
			continue;
		any |= !strcmp(name, ".debug_info") ||
		       !strcmp(name, ".zdebug_info");
		if (header.sh_flags & SHF_COMPRESSED &&
		    !strncmp(name, ".debug_", 7))
			err = check_compression(section);
		if (err)
			return err;
	}
	return any ? NULL
		   : dm_error_create(
			     DM_ERROR_NOT_FOUND,
			     "no DWARF in the vmlinux: give that of the debug package");
}

struct dm_error *dm_dwarf_open(struct vmlinux *vmlinux, Dwarf **ret)
{
	struct dm_error *err = check_sections(vmlinux);

	if (err)
		return err;
	*ret = dwarf_begin_elf(vmlinux->elf, DWARF_C_READ, NULL);
	return *ret ? NULL
		    : dm_error_create(DM_ERROR_UNSUPPORTED,
				      "the vmlinux's DWARF: %s",
				      dwarf_errmsg(-1));
}
