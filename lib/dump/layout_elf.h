/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which physical addresses an ELF core file has, and where in the file. */
#ifndef DUMP_LAYOUT_ELF_H
#define DUMP_LAYOUT_ELF_H

#include "dump/bytes.h"
#include "dump/notes.h"
#include "dump/ram.h"

struct elf_layout {
	const struct bytes *bytes;
	/*
	 * Physical address to dump offset. A segment that lies within another
	 * is in "inner": the kernel image, which /proc/vmcore and /proc/kcore
	 * have a second time.
	 */
	struct ram inner, outer;
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

/* See struct plain_layout; DM_ERROR_ABSENT unless every byte is there. */
struct dm_error *dm_elf_layout_read(const void *layout, uint64_t pa, void *buf,
				    size_t size);

/*
 * The same without reading it, where one segment has it; what two have must be
 * the same in both.
 */
struct dm_error *dm_elf_layout_hold(const struct elf_layout *elf, uint64_t pa,
				    size_t size);

bool dm_elf_layout_place(const void *layout, uint64_t pa, uint64_t size,
			 const struct bytes **bytes, uint64_t *off);

#endif /* DUMP_LAYOUT_ELF_H */
