/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which physical addresses an ELF core file has, and where in the file. */
#ifndef DUMP_LAYOUT_ELF_H
#define DUMP_LAYOUT_ELF_H

#include "dump/bytes.h"
#include "dump/notes.h"

struct elf_layout {
	const struct bytes *bytes;
	/*
	 * Physical address to dump offset. A segment that lies within another
	 * is in "inner": the kernel image, which /proc/vmcore and /proc/kcore
	 * have a second time.
	 */
	struct extents inner, outer;
	/* Named by the segments, but past the end of the file. */
	struct extents lost;
	/* The live kernel's memory, or a copy of it. */
	bool kcore;
	/* Its writer says that it could not finish (makedumpfile, disk full). */
	bool marked_incomplete;
	/* Those of all PT_NOTE segments. */
	struct notes notes;
	struct notes_facts facts;
};

bool dm_elf_is(const char *magic);

struct dm_error *dm_elf_layout_open(struct elf_layout *elf,
				    const struct bytes *bytes);
void dm_elf_layout_close(struct elf_layout *elf);

/* Read physical memory; DM_ERROR_ABSENT unless every byte of it is there. */
struct dm_error *dm_elf_layout_read(const struct elf_layout *elf, uint64_t pa,
				    void *buf, size_t size);

/*
 * Where in the dump dm_elf_layout_read() would read that; false when it is not
 * one piece, or depends on what is there.
 */
bool dm_elf_layout_place(const struct elf_layout *elf, uint64_t pa,
			 uint64_t size, uint64_t *off);

#endif /* DUMP_LAYOUT_ELF_H */
