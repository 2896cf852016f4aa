// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opens a vmlinux's ELF from memory, and makes its parts: symbols, BTF, DWARF.
 */
#include <stdlib.h>
#include <string.h>

#include "debuginfo/vmlinux_private.h"

Elf_Scn *dm_vmlinux_section(struct vmlinux *vmlinux, const char *name,
			    GElf_Shdr *header)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(vmlinux->elf, &names))
		return NULL;
	while ((section = elf_nextscn(vmlinux->elf, section))) {
		const char *have;

		if (!gelf_getshdr(section, header))
			continue;
		have = elf_strptr(vmlinux->elf, names, header->sh_name);
		if (have && !strcmp(have, name))
			return section;
	}
	return NULL;
}

void dm_vmlinux_drop(struct vmlinux *vmlinux)
{
	if (--vmlinux->users)
		return;
	elf_end(vmlinux->elf);
	if (vmlinux->release)
		vmlinux->release(vmlinux->image, vmlinux->size);
	free(vmlinux);
}

void dm_vmlinux_destroy(struct vmlinux *vmlinux)
{
	if (vmlinux)
		dm_vmlinux_drop(vmlinux);
}

static struct dm_error *open_elf(struct vmlinux *v)
{
	struct dm_error *err;

	err = dm_vmlinux_check_header(v->image, v->size);
	if (err)
		return err;
	elf_version(EV_CURRENT);
	v->elf = elf_memory((char *)v->image, v->size);
	if (!v->elf)
		return dm_error_create(DM_ERROR_UNSUPPORTED,
				       "cannot be read as ELF: %s",
				       elf_errmsg(-1));
	return dm_vmlinux_check_sections(v);
}

static struct dm_error *read_symbols(struct vmlinux *v,
				     const struct dm_kernel *kernel,
				     const struct dm_vmcoreinfo *info,
				     struct dm_symbol_table **ret)
{
	struct symbol_list *list;
	struct dm_error *err;

	err = dm_symbol_list_create("vmlinux", &list);
	if (err)
		return err;
	err = dm_vmlinux_read_symbols(v, list);
	/* Of the two, this tells the user more. */
	if (!err)
		err = dm_vmlinux_check_kernel(v, kernel, info);
	if (!err)
		err = dm_symbol_list_finish(list, kernel, info);
	if (err) {
		dm_symbol_list_destroy(list);
		return err;
	}
	*ret = dm_symbol_list_table(list);
	return NULL;
}

struct dm_error *dm_vmlinux_create(void *image, size_t size,
				   const struct dm_kernel *kernel,
				   const struct dm_vmcoreinfo *info,
				   void (*release)(void *image, size_t size),
				   struct vmlinux **ret,
				   struct dm_symbol_table **symbols)
{
	struct vmlinux *v = calloc(1, sizeof(*v));
	struct dm_error *err;

	if (!v)
		return dm_error_no_memory();
	v->users = 1;
	v->image = image;
	v->size = size;
	err = open_elf(v);
	if (!err)
		err = read_symbols(v, kernel, info, symbols);
	if (err) {
		dm_vmlinux_drop(v);
		return err;
	}
	v->release = release;
	*ret = v;
	return NULL;
}

struct dm_error *dm_vmlinux_btf(const struct vmlinux *vmlinux,
				const void **data, size_t *size)
{
	GElf_Shdr header;

	/* objcopy --only-keep-debug leaves the header, without the bytes. */
	if (!dm_vmlinux_section((struct vmlinux *)vmlinux, ".BTF", &header) ||
	    header.sh_type == SHT_NOBITS || !header.sh_size ||
	    header.sh_flags & SHF_COMPRESSED)
		return dm_error_create(DM_ERROR_NOT_FOUND,
				       "no BTF in the vmlinux");
	*data = vmlinux->image + header.sh_offset;
	*size = header.sh_size;
	return NULL;
}
