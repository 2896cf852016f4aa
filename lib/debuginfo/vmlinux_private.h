/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files behind vmlinux.h share. */
#ifndef DEBUGINFO_VMLINUX_PRIVATE_H
#define DEBUGINFO_VMLINUX_PRIVATE_H

#include <gelf.h>

#include "debuginfo/symbol_list.h"
#include "debuginfo/vmlinux.h"

struct vmlinux {
	unsigned int users; /* tables and the caller: the last one ends it */
	unsigned char *image;
	size_t size;
	void (*release)(void *image, size_t size);
	Elf *elf;
	/* linux_banner, where its text is in the file. */
	const unsigned char *banner;
	size_t banner_max;
};

void dm_vmlinux_drop(struct vmlinux *vmlinux);

/* vmlinux_check.c: what the file is, before libelf reads it. */
struct dm_error *dm_vmlinux_check_header(const unsigned char *image,
					 size_t size);
/* There are sections, and each lies within the file. */
struct dm_error *dm_vmlinux_check_sections(struct vmlinux *vmlinux);
/* Release and build id, where both sides tell. */
struct dm_error *dm_vmlinux_check_kernel(struct vmlinux *vmlinux,
					 const struct dm_kernel *kernel,
					 const struct dm_vmcoreinfo *info);

/* vmlinux_symbols.c: all symbols as linked, and the banner. */
struct dm_error *dm_vmlinux_read_symbols(struct vmlinux *vmlinux,
					 struct symbol_list *list);

/* The first section called @name, or NULL. */
Elf_Scn *dm_vmlinux_section(struct vmlinux *vmlinux, const char *name,
			    GElf_Shdr *header);

#endif /* DEBUGINFO_VMLINUX_PRIVATE_H */
