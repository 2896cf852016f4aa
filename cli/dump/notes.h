/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this folder wants to know of a dump's ELF notes. */
#ifndef DUMP_NOTES_H
#define DUMP_NOTES_H

#include <stdbool.h>
#include <stddef.h>

struct notes_facts {
	/* The text of VMCOREINFO within the notes, NULL if there is none. */
	const char *vmcoreinfo;
	size_t vmcoreinfo_size;
	/* Another note has another text: which of them is right, none says. */
	bool vmcoreinfo_differs;
	/* Size of the first CPU's NT_PRSTATUS, 0 if there is none. */
	size_t prstatus_size;
};

/* sizeof(struct elf_prstatus) of arm64: 112 + 34 registers + 8. */
#define PRSTATUS_SIZE_ARM64 392

void notes_scan(const void *notes, size_t size, struct notes_facts *facts);

#endif /* DUMP_NOTES_H */
