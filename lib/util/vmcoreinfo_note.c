// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Knows VMCOREINFO again where memory has it, in either of two forms: the text
 * (Linux kernel/vmcore_info.c, vmcoreinfo_data: lines, the rest of the page is
 * zeros), and that as an ELF note (vmcoreinfo_note).
 */
#include <elf.h>
#include <endian.h>
#include <string.h>

#include "directmap/text.h"
#include "util/error.h"
#include "util/vmcoreinfo_note.h"

#define NAME "VMCOREINFO"

static bool begins_text(const void *bytes, size_t size)
{
	return size >= sizeof(VMCOREINFO_FIRST_LINE) - 1 &&
	       !memcmp(bytes, VMCOREINFO_FIRST_LINE,
		       sizeof(VMCOREINFO_FIRST_LINE) - 1);
}

size_t dm_note_text_size(const unsigned char *bytes, size_t size)
{
	Elf64_Nhdr note;

	if (size < VMCOREINFO_NOTE_HEADER)
		return 0;
	memcpy(&note, bytes, sizeof(note));
	if (le32toh(note.n_namesz) != sizeof(NAME) ||
	    memcmp(bytes + sizeof(note), NAME, sizeof(NAME)) != 0 ||
	    le32toh(note.n_descsz) > VMCOREINFO_MAX)
		return 0;
	return le32toh(note.n_descsz);
}

bool dm_vmcoreinfo_begins(const unsigned char *bytes, size_t size)
{
	/* Almost all that is looked at ends here. */
	if (*bytes == *VMCOREINFO_FIRST_LINE)
		return begins_text(bytes, size);
	return *bytes == sizeof(NAME) && dm_note_text_size(bytes, size) &&
	       begins_text(bytes + VMCOREINFO_NOTE_HEADER,
			   size - VMCOREINFO_NOTE_HEADER);
}

/* ---- A text ------------------------------------------------------------- */

static struct dm_error *damaged(const char *what)
{
	return dm_error_create(DM_ERROR_BAD_DUMP, "%s", what);
}

/* Lines of printable characters, all of them ended. */
struct dm_error *dm_vmcoreinfo_check(const char *text, size_t size)
{
	size_t i;

	if (!begins_text(text, size))
		return damaged("no VMCOREINFO, which begins with OSRELEASE=");
	for (i = 0; i < size; i++) {
		if (text[i] != '\n' && !dm_ascii_is_printable(text[i]))
			return damaged("its text is damaged: not all of it is "
				       "printable");
	}
	return text[size - 1] == '\n'
		       ? NULL
		       : damaged("its text is damaged: its end is missing");
}
