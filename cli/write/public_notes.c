// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copies VMCOREINFO and each CPU's status without x0 to x30; all other notes
 * are left out.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "directmap/machine.h"
#include "public_notes.h"

/* Names and contents of notes begin at multiples of this. */
#define NOTE_ALIGN 4
#define VMCOREINFO "VMCOREINFO"

struct notes {
	char *bytes;
	size_t size, capacity;
};

static size_t padded(size_t size)
{
	return (size + NOTE_ALIGN - 1) & ~(size_t)(NOTE_ALIGN - 1);
}

/* The buffer holds all: what is put in is no more than what came. */
static char *put_note(struct notes *to, const char *name, uint32_t type,
		      const char *desc, size_t size)
{
	Elf64_Nhdr header = {
		.n_namesz = (Elf64_Word)strlen(name) + 1,
		.n_descsz = (Elf64_Word)size,
		.n_type = type,
	};
	char *at = to->bytes + to->size;

	memcpy(at, &header, sizeof(header));
	at += sizeof(header);
	memcpy(at, name, header.n_namesz);
	at += padded(header.n_namesz);
	memcpy(at, desc, size);
	to->size = (size_t)(at - to->bytes) + padded(size);
	return at;
}

static void put_status(struct notes *to, const char *desc, size_t size)
{
	char *copy = put_note(to, "CORE", NT_PRSTATUS, desc, size);

	if (size >= DM_MACHINE_PRSTATUS_REGS + DM_MACHINE_PRSTATUS_X_SIZE)
		memset(copy + DM_MACHINE_PRSTATUS_REGS, 0,
		       DM_MACHINE_PRSTATUS_X_SIZE);
	else
		memset(copy, 0, size);
}

/* All notes of @from that are a CPU's status; ends where they make no sense. */
static void copy_statuses(struct notes *to, const char *from, size_t size)
{
	Elf64_Nhdr header;
	size_t name, desc;

	while (size >= sizeof(header)) {
		memcpy(&header, from, sizeof(header));
		name = padded(header.n_namesz);
		desc = padded(header.n_descsz);
		if (name > size - sizeof(header) ||
		    desc > size - sizeof(header) - name)
			return;
		from += sizeof(header);
		if (header.n_type == NT_PRSTATUS && header.n_namesz == 5 &&
		    memcmp(from, "CORE", 5) == 0)
			put_status(to, from + name, header.n_descsz);
		from += name + desc;
		size -= sizeof(header) + name + desc;
	}
}

struct dm_error *public_notes(const void *notes, size_t size,
			      const char *vmcoreinfo, size_t vmcoreinfo_size,
			      void **ret, size_t *ret_size)
{
	struct notes to = { 0 };

	to.capacity = size + sizeof(Elf64_Nhdr) + padded(sizeof(VMCOREINFO)) +
		      padded(vmcoreinfo_size);
	to.bytes = calloc(1, to.capacity);
	if (!to.bytes)
		return dm_error_no_memory();
	copy_statuses(&to, notes, size);
	put_note(&to, VMCOREINFO, 0, vmcoreinfo, vmcoreinfo_size);
	*ret = to.bytes;
	*ret_size = to.size;
	return NULL;
}
