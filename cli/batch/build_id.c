// SPDX-License-Identifier: GPL-2.0-or-later
/* The build ID of this program, read from its own notes in memory. */
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "build_id.h"

/* Name and value of a note are padded to four bytes. */
static uint64_t padded(uint64_t size)
{
	return (size + 3) & ~UINT64_C(3);
}

static void put_hex(const unsigned char *bytes, size_t size, char *text)
{
	size_t i;

	for (i = 0; i < size && 2 * i + 2 < BUILD_ID_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* Among @size bytes of notes; strip(1) may have left none where some were. */
static bool take_note(const unsigned char *notes, uint64_t size, char *text)
{
	while (size >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const void *)notes;
		const unsigned char *name = notes + sizeof(*note);
		uint64_t skip = padded(note->n_namesz);
		uint64_t all = sizeof(*note) + skip + padded(note->n_descsz);

		if (all > size)
			return false;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
		    memcmp(name, "GNU", 4) == 0) {
			put_hex(name + skip, note->n_descsz, text);
			return true;
		}
		notes += all;
		size -= all;
	}
	return false;
}

/* The program itself comes first. */
static int look(struct dl_phdr_info *info, size_t size, void *text)
{
	int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		const unsigned char *notes =
			(const void *)(info->dlpi_addr + p->p_vaddr);

		if (p->p_type == PT_NOTE && take_note(notes, p->p_memsz, text))
			break;
	}
	return 1;
}

void build_id(char text[BUILD_ID_MAX])
{
	*text = '\0';
	dl_iterate_phdr(look, text);
}
