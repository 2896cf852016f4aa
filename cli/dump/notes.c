// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <string.h>

#include "notes.h"

/* One note: where its parts are. */
struct note {
	Elf64_Nhdr header;
	const char *name, *desc;
};

/* Names and descriptors fill up to 4 bytes, in ELF64 cores too. */
static size_t fill(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

/* Take the note at the front of [*at, end); false: no whole note is left. */
static bool next_note(const char **at, const char *end, struct note *note)
{
	size_t left = (size_t)(end - *at), name, desc;

	if (left < sizeof(note->header))
		return false;
	memcpy(&note->header, *at, sizeof(note->header));
	left -= sizeof(note->header);
	name = fill(note->header.n_namesz);
	desc = note->header.n_descsz;
	if (name > left || desc > left - name)
		return false;
	note->name = *at + sizeof(note->header);
	note->desc = note->name + name;
	left -= name;
	*at = note->desc + (fill(desc) < left ? fill(desc) : left);
	return true;
}

/* With the NUL or without, as libkdumpfile has it (notes.c: note_equal()). */
static bool is_named(const struct note *note, const char *name)
{
	size_t size = note->header.n_namesz;

	return size >= strlen(name) && size <= strlen(name) + 1 &&
	       !memcmp(note->name, name, size);
}

/* An empty one says nothing; what fills up a note's end is none of its text. */
static void take_vmcoreinfo(struct notes_facts *facts, const struct note *note)
{
	size_t size = strnlen(note->desc, note->header.n_descsz);

	if (!size)
		return;
	if (facts->vmcoreinfo &&
	    (strnlen(facts->vmcoreinfo, facts->vmcoreinfo_size) != size ||
	     memcmp(facts->vmcoreinfo, note->desc, size) != 0))
		facts->vmcoreinfo_differs = true;
	facts->vmcoreinfo = note->desc;
	facts->vmcoreinfo_size = note->header.n_descsz;
}

void notes_scan(const void *notes, size_t size, struct notes_facts *facts)
{
	const char *at = notes, *end;
	struct note note;

	*facts = (struct notes_facts){ 0 };
	if (!size)
		return;
	end = at + size;
	while (next_note(&at, end, &note)) {
		if (is_named(&note, "VMCOREINFO")) {
			take_vmcoreinfo(facts, &note);
		} else if (!facts->prstatus_size && is_named(&note, "CORE") &&
			   note.header.n_type == NT_PRSTATUS) {
			facts->prstatus_size = note.header.n_descsz;
		}
	}
}
