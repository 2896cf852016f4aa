// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads ELF notes from a file, keeps those that matter, and looks for
 * VMCOREINFO in them.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/array.h"
#include "dump/notes.h"

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

/*
 * The kernel writes NT_AUXV, NT_FILE and NT_SIGINFO for processes alone
 * (fs/binfmt_elf.c); /proc/kcore has NT_PRSTATUS and NT_PRPSINFO of its own.
 */
static bool is_of_process(uint32_t type)
{
	return type == NT_AUXV || type == NT_FILE || type == NT_SIGINFO;
}

/* struct elf_prpsinfo of 64 bits: pr_fname. */
#define PRPSINFO_FNAME 40

static void take_process(struct notes_facts *facts, const struct note *note)
{
	size_t size = sizeof(facts->process) - 1;

	if (note->header.n_descsz >= PRPSINFO_FNAME + size)
		memcpy(facts->process, note->desc + PRPSINFO_FNAME, size);
}

static void take_core(struct notes_facts *facts, const struct note *note)
{
	uint32_t type = note->header.n_type;

	if (type == NT_PRSTATUS && !facts->prstatus_size)
		facts->prstatus_size = note->header.n_descsz;
	else if (type == NT_PRPSINFO)
		take_process(facts, note);
	else if (is_of_process(type))
		facts->of_process = true;
}

void dm_notes_scan(const struct notes *notes, struct notes_facts *facts)
{
	const char *at = notes->bytes, *end;
	struct note note;

	*facts = (struct notes_facts){ 0 };
	if (!notes->size)
		return;
	end = at + notes->size;
	while (next_note(&at, end, &note)) {
		if (is_named(&note, "VMCOREINFO"))
			take_vmcoreinfo(facts, &note);
		else if (is_named(&note, "CORE"))
			take_core(facts, &note);
		else if (is_named(&note, "Xen"))
			facts->of_xen = true;
	}
}

/* ---- Reading them ------------------------------------------------------- */

/* No note that is looked at is larger: VMCOREINFO has one page, 64K at most. */
#define NOTE_MAX (1 << 20)
/* More is no dump's: 16 KiB a CPU for 4,096 CPUs. */
#define NOTES_MAX (64 << 20)
/* Each takes a step, and a file of zeros has no end of them. */
#define COUNT_MAX (1 << 22)
/* Read at once; those of a CPU are smaller. */
#define WINDOW 65536

struct note_reader {
	const struct bytes *bytes;
	uint64_t at, end;
	uint64_t window; /* where what is in data begins */
	size_t have;
	char data[WINDOW];
};

/* At least @size bytes from @at on; they are there, and fit. */
static struct dm_error *look(struct note_reader *r, size_t size,
			     const char **ret)
{
	uint64_t skip = r->at - r->window;
	struct dm_error *err;

	if (r->at < r->window || skip > r->have || r->have - skip < size) {
		uint64_t left = r->end - r->at;

		r->have = 0;
		r->window = r->at;
		skip = 0;
		if (left > WINDOW)
			left = WINDOW;
		err = dm_bytes_read(r->bytes, r->at, r->data, (size_t)left);
		if (err)
			return err;
		r->have = (size_t)left;
	}
	*ret = r->data + skip;
	return NULL;
}

/* The one at @at, @size bytes with all of its parts. */
static struct dm_error *keep(struct notes *notes, struct note_reader *r,
			     size_t size)
{
	struct dm_error *err = dm_array_reserve(&notes->bytes, &notes->capacity,
						notes->size, size, NOTES_MAX);
	const char *from;

	if (err)
		return err;
	if (size > WINDOW) {
		err = dm_bytes_read(r->bytes, r->at, notes->bytes + notes->size,
				    size);
	} else {
		err = look(r, size, &from);
		if (!err)
			memcpy(notes->bytes + notes->size, from, size);
	}
	if (!err)
		notes->size += size;
	return err;
}

static struct dm_error *read_all(struct notes *notes, struct note_reader *r)
{
	struct dm_error *err = NULL;
	unsigned int count;

	for (count = 0; !err && count < COUNT_MAX; count++) {
		uint64_t left = r->end - r->at, size;
		Elf64_Nhdr header;
		const char *from;

		if (left < sizeof(header))
			break;
		err = look(r, sizeof(header), &from);
		if (err)
			break;
		memcpy(&header, from, sizeof(header));
		size = sizeof(header) + (uint64_t)fill(header.n_namesz) +
		       header.n_descsz;
		if (size > left)
			break;
		/* The last one need not be filled up. */
		size = fill(size) < left ? fill(size) : left;
		if (size <= NOTE_MAX && size <= NOTES_MAX - notes->size &&
		    (header.n_namesz || header.n_descsz))
			err = keep(notes, r, (size_t)size);
		r->at += size;
	}
	return err;
}

struct dm_error *dm_notes_read(struct notes *notes, const struct bytes *bytes,
			       uint64_t off, uint64_t size)
{
	struct note_reader *r = malloc(sizeof(*r));
	struct dm_error *err;

	if (!r)
		return dm_error_no_memory();
	r->bytes = bytes;
	r->at = r->window = off;
	r->end = off + size;
	r->have = 0;
	err = read_all(notes, r);
	free(r);
	return err;
}

void dm_notes_deinit(struct notes *notes)
{
	free(notes->bytes);
	*notes = (struct notes){ 0 };
}
