/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads ELF dumps: a thread's own buffers. */
#ifndef DUMP_ELF_PAGES_H
#define DUMP_ELF_PAGES_H

#include "dump/ahead.h"
#include "dump/layout_elf.h"

/* Used by one thread. */
struct elf_pages {
	const struct elf_layout *elf;
	/* NULL until there was a hint. */
	struct ahead *ahead;
};

void dm_elf_pages_init(struct elf_pages *pages, const struct elf_layout *elf);
void dm_elf_pages_deinit(struct elf_pages *pages);

/* Errors as those of a dm_source's read(). */
struct dm_error *dm_elf_pages_read(struct elf_pages *pages, uint64_t pa,
				   void *buf, size_t size);

/* Note pages that will be asked for. */
void dm_elf_pages_hint(struct elf_pages *pages, const uint64_t *pas,
		       size_t count, size_t size);

#endif /* DUMP_ELF_PAGES_H */
