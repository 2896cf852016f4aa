// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a vmlinux's symbol table, with the letters that nm would print. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "debuginfo/vmlinux_private.h"

struct reader {
	struct vmlinux *vmlinux;
	struct symbol_list *list;
	GElf_Shdr *sections;
	size_t section_count;
	Elf_Data *data;
	size_t strings; /* section of the names */
	size_t count; /* of symbols */
};

static struct dm_error *read_sections(struct reader *r)
{
	Elf_Scn *section = NULL;

	if (elf_getshdrnum(r->vmlinux->elf, &r->section_count))
		return dm_error_create(DM_ERROR_UNSUPPORTED, "%s",
				       elf_errmsg(-1));
	r->sections = calloc(r->section_count, sizeof(*r->sections));
	if (!r->sections)
		return dm_error_no_memory();
	while ((section = elf_nextscn(r->vmlinux->elf, section))) {
		size_t i = elf_ndxscn(section);

		if (i < r->section_count)
			gelf_getshdr(section, &r->sections[i]);
	}
	return NULL;
}

static struct dm_error *find_table(struct reader *r)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(r->vmlinux->elf, section)))
		if (gelf_getshdr(section, &header) &&
		    header.sh_type == SHT_SYMTAB)
			break;
	if (!section)
		return dm_error_create(
			DM_ERROR_UNSUPPORTED,
			"no symbol table: stripped; give the vmlinux of the debug package");
	r->data = elf_getdata(section, NULL);
	if (!r->data)
		return dm_error_create(DM_ERROR_UNSUPPORTED, "symbol table: %s",
				       elf_errmsg(-1));
	r->strings = header.sh_link;
	r->count = r->data->d_size / sizeof(Elf64_Sym);
	return NULL;
}

/* The letter that nm prints; 0 for what it does not, or names no address. */
static char symbol_type(const struct reader *r, const GElf_Sym *symbol)
{
	bool global = GELF_ST_BIND(symbol->st_info) != STB_LOCAL;
	const GElf_Shdr *section;
	char type;

	if (GELF_ST_TYPE(symbol->st_info) == STT_SECTION ||
	    GELF_ST_TYPE(symbol->st_info) == STT_FILE ||
	    symbol->st_shndx == SHN_UNDEF)
		return 0;
	if (GELF_ST_BIND(symbol->st_info) == STB_WEAK)
		return GELF_ST_TYPE(symbol->st_info) == STT_OBJECT ? 'V' : 'W';
	if (symbol->st_shndx == SHN_ABS)
		return global ? 'A' : 'a';
	if (symbol->st_shndx >= r->section_count)
		return 0;
	section = &r->sections[symbol->st_shndx];
	if (!(section->sh_flags & SHF_ALLOC))
		return 0;
	if (section->sh_flags & SHF_EXECINSTR)
		type = 't';
	else if (section->sh_type == SHT_NOBITS)
		type = 'b';
	else
		type = section->sh_flags & SHF_WRITE ? 'd' : 'r';
	return (char)(global ? toupper(type) : type);
}

static void keep_banner(const struct reader *r, const GElf_Sym *symbol)
{
	struct vmlinux *v = r->vmlinux;
	const GElf_Shdr *section;
	uint64_t off;

	if (symbol->st_shndx >= r->section_count)
		return;
	section = &r->sections[symbol->st_shndx];
	off = symbol->st_value - section->sh_addr;
	if (section->sh_type == SHT_NOBITS ||
	    section->sh_flags & SHF_COMPRESSED ||
	    symbol->st_value < section->sh_addr || off >= section->sh_size)
		return;
	v->banner = v->image + section->sh_offset + off;
	v->banner_max = section->sh_size - off;
}

static struct dm_error *read_all(struct reader *r)
{
	size_t i;

	for (i = 1; i < r->count; i++) {
		struct dm_error *err;
		const char *name;
		GElf_Sym symbol;
		char type;

		if (!gelf_getsym(r->data, (int)i, &symbol))
			return dm_error_create(DM_ERROR_UNSUPPORTED,
					       "symbol %zu: %s", i,
					       elf_errmsg(-1));
		type = symbol_type(r, &symbol);
		if (!type)
			continue;
		name = elf_strptr(r->vmlinux->elf, r->strings, symbol.st_name);
		if (!name)
			return dm_error_create(DM_ERROR_UNSUPPORTED,
					       "name of symbol %zu: %s", i,
					       elf_errmsg(-1));
		if (!strcmp(name, "linux_banner"))
			keep_banner(r, &symbol);
		err = dm_symbol_list_add(r->list, name,
					 strnlen(name, DM_SYMBOL_NAME_MAX),
					 symbol.st_value, type);
		if (err)
			return err;
	}
	return NULL;
}

struct dm_error *dm_vmlinux_read_symbols(struct vmlinux *vmlinux,
					 struct symbol_list *list)
{
	struct reader r = { .vmlinux = vmlinux, .list = list };
	struct dm_error *err;

	err = read_sections(&r);
	if (!err)
		err = find_table(&r);
	/* gelf_getsym() counts in int. */
	if (!err && r.count > INT32_MAX)
		err = dm_error_create(DM_ERROR_UNSUPPORTED,
				      "%zu symbols: not a vmlinux", r.count);
	if (!err)
		err = read_all(&r);
	free(r.sections);
	return err;
}
